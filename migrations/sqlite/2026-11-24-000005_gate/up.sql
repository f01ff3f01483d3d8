-- What the operator decides: questionnaire, rules of each level, moderation. Every change is a new row.
CREATE TABLE rule_books (
  id TEXT PRIMARY KEY NOT NULL,
  number INTEGER NOT NULL UNIQUE,
  body TEXT NOT NULL,
  note TEXT NOT NULL,
  made_by TEXT REFERENCES members (id),
  made_at INTEGER NOT NULL
) STRICT;

-- How a dataset came to its level. Rows are kept; the newest counts.
CREATE TABLE gradings (
  id TEXT PRIMARY KEY NOT NULL,
  dataset_id TEXT NOT NULL REFERENCES datasets (id),
  book_number INTEGER NOT NULL,
  class TEXT NOT NULL,
  answers TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('general', 'important', 'core')),
  reason TEXT NOT NULL,
  filing_reference TEXT NOT NULL,
  decided_by TEXT NOT NULL REFERENCES members (id),
  decided_at INTEGER NOT NULL
) STRICT;
CREATE INDEX gradings_of_dataset ON gradings (dataset_id, decided_at);

-- A draft that waits for a review: nobody changes it.
CREATE TABLE held_drafts (
  dataset_id TEXT PRIMARY KEY NOT NULL REFERENCES datasets (id),
  version_id TEXT NOT NULL REFERENCES versions (id),
  held_at INTEGER NOT NULL
) STRICT;

-- What texts and files said when a version was published, to compare the next one with.
CREATE TABLE version_cards (
  version_id TEXT PRIMARY KEY NOT NULL REFERENCES versions (id),
  card TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('general', 'important', 'core')),
  kept_at INTEGER NOT NULL
) STRICT;

CREATE TABLE reviews (
  id TEXT PRIMARY KEY NOT NULL,
  dataset_id TEXT NOT NULL REFERENCES datasets (id),
  version_id TEXT NOT NULL REFERENCES versions (id),
  party_id TEXT NOT NULL REFERENCES parties (id),
  book_number INTEGER NOT NULL,
  steps TEXT NOT NULL CHECK (steps IN ('moderator', 'compliance', 'both')),
  state TEXT NOT NULL CHECK (state IN ('awaiting_moderator', 'awaiting_compliance', 'returned', 'withdrawn', 'approved')),
  desk TEXT CHECK (desk IN ('moderator', 'compliance')),
  note TEXT NOT NULL,
  card TEXT NOT NULL,
  card_sha256 TEXT NOT NULL,
  submitted_by TEXT NOT NULL REFERENCES members (id),
  submitted_by_name TEXT NOT NULL,
  submitted_at INTEGER NOT NULL,
  state_at INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX reviews_waiting ON reviews (state, submitted_at);
CREATE INDEX reviews_of_dataset ON reviews (dataset_id, submitted_at);
CREATE TABLE review_decisions (
  id TEXT PRIMARY KEY NOT NULL,
  review_id TEXT NOT NULL REFERENCES reviews (id),
  desk TEXT NOT NULL CHECK (desk IN ('moderator', 'compliance')),
  verdict TEXT NOT NULL CHECK (verdict IN ('approved', 'returned')),
  member_id TEXT NOT NULL REFERENCES members (id),
  member_name TEXT NOT NULL,
  points TEXT NOT NULL,
  reason_zh TEXT NOT NULL,
  reason_en TEXT NOT NULL,
  decided_at INTEGER NOT NULL,
  UNIQUE (review_id, desk)
) STRICT;

-- The third step of a request. The state `awaiting_seller` with the step `reached` is "awaiting compliance":
-- an old table keeps its CHECK, and a side of NULL in `returned` and `refused` is the compliance officer's.
ALTER TABLE purchases ADD COLUMN compliance_step TEXT NOT NULL DEFAULT 'none'
  CHECK (compliance_step IN ('none', 'officer', 'reached'));
CREATE INDEX purchases_at_compliance ON purchases (compliance_step, expires_at);
CREATE TABLE compliance_decisions (
  id TEXT PRIMARY KEY NOT NULL,
  purchase_id TEXT NOT NULL REFERENCES purchases (id),
  verdict TEXT NOT NULL CHECK (verdict IN ('approved', 'refused', 'returned')),
  member_id TEXT NOT NULL REFERENCES members (id),
  note TEXT NOT NULL,
  round INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  UNIQUE (purchase_id, round)
) STRICT;

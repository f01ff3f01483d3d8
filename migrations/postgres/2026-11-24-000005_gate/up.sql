-- What the operator decides: questionnaire, rules of each level, moderation. Every change is a new row.
CREATE TABLE rule_books (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  number BIGINT NOT NULL UNIQUE,
  body TEXT COLLATE "C" NOT NULL,
  note TEXT COLLATE "C" NOT NULL,
  made_by TEXT COLLATE "C" REFERENCES members (id),
  made_at BIGINT NOT NULL
);

-- How a dataset came to its level. Rows are kept; the newest counts.
CREATE TABLE gradings (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  dataset_id TEXT COLLATE "C" NOT NULL REFERENCES datasets (id),
  book_number BIGINT NOT NULL,
  class TEXT COLLATE "C" NOT NULL,
  answers TEXT COLLATE "C" NOT NULL,
  level TEXT COLLATE "C" NOT NULL CHECK (level IN ('general', 'important', 'core')),
  reason TEXT COLLATE "C" NOT NULL,
  filing_reference TEXT COLLATE "C" NOT NULL,
  decided_by TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  decided_at BIGINT NOT NULL
);
CREATE INDEX gradings_of_dataset ON gradings (dataset_id, decided_at);

-- A draft that waits for a review: nobody changes it.
CREATE TABLE held_drafts (
  dataset_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES datasets (id),
  version_id TEXT COLLATE "C" NOT NULL REFERENCES versions (id),
  held_at BIGINT NOT NULL
);

-- What texts and files said when a version was published, to compare the next one with.
CREATE TABLE version_cards (
  version_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES versions (id),
  card TEXT COLLATE "C" NOT NULL,
  level TEXT COLLATE "C" NOT NULL CHECK (level IN ('general', 'important', 'core')),
  kept_at BIGINT NOT NULL
);

CREATE TABLE reviews (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  dataset_id TEXT COLLATE "C" NOT NULL REFERENCES datasets (id),
  version_id TEXT COLLATE "C" NOT NULL REFERENCES versions (id),
  party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  book_number BIGINT NOT NULL,
  steps TEXT COLLATE "C" NOT NULL CHECK (steps IN ('moderator', 'compliance', 'both')),
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('awaiting_moderator', 'awaiting_compliance', 'returned', 'withdrawn', 'approved')),
  desk TEXT COLLATE "C" CHECK (desk IN ('moderator', 'compliance')),
  note TEXT COLLATE "C" NOT NULL,
  card TEXT COLLATE "C" NOT NULL,
  card_sha256 TEXT COLLATE "C" NOT NULL,
  submitted_by TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  submitted_by_name TEXT COLLATE "C" NOT NULL,
  submitted_at BIGINT NOT NULL,
  state_at BIGINT NOT NULL,
  revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX reviews_waiting ON reviews (state, submitted_at);
CREATE INDEX reviews_of_dataset ON reviews (dataset_id, submitted_at);
CREATE TABLE review_decisions (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  review_id TEXT COLLATE "C" NOT NULL REFERENCES reviews (id),
  desk TEXT COLLATE "C" NOT NULL CHECK (desk IN ('moderator', 'compliance')),
  verdict TEXT COLLATE "C" NOT NULL CHECK (verdict IN ('approved', 'returned')),
  member_id TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  member_name TEXT COLLATE "C" NOT NULL,
  points TEXT COLLATE "C" NOT NULL,
  reason_zh TEXT COLLATE "C" NOT NULL,
  reason_en TEXT COLLATE "C" NOT NULL,
  decided_at BIGINT NOT NULL,
  UNIQUE (review_id, desk)
);

-- The third step of a request. The state `awaiting_seller` with the step `reached` is "awaiting compliance":
-- an old table keeps its CHECK, and a side of NULL in `returned` and `refused` is the compliance officer's.
ALTER TABLE purchases ADD COLUMN compliance_step TEXT COLLATE "C" NOT NULL DEFAULT 'none'
  CHECK (compliance_step IN ('none', 'officer', 'reached'));
CREATE INDEX purchases_at_compliance ON purchases (compliance_step, expires_at);
CREATE TABLE compliance_decisions (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  purchase_id TEXT COLLATE "C" NOT NULL REFERENCES purchases (id),
  verdict TEXT COLLATE "C" NOT NULL CHECK (verdict IN ('approved', 'refused', 'returned')),
  member_id TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  note TEXT COLLATE "C" NOT NULL,
  round BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  UNIQUE (purchase_id, round)
);

-- A newer version of a licence that the holders of running grants are asked to accept, and what each of them said.
CREATE TABLE relicences (
  id TEXT PRIMARY KEY NOT NULL,
  dataset_id TEXT NOT NULL REFERENCES datasets (id),
  licence_id TEXT NOT NULL REFERENCES licences (id),
  asked_by TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  UNIQUE (dataset_id, licence_id)
) STRICT;
CREATE TABLE relicence_answers (
  relicence_id TEXT NOT NULL REFERENCES relicences (id),
  grant_id TEXT NOT NULL REFERENCES grants (id),
  holder_id TEXT NOT NULL REFERENCES parties (id),
  before_licence_id TEXT NOT NULL REFERENCES licences (id),
  state TEXT NOT NULL CHECK (state IN ('asked', 'accepted', 'declined')),
  asked_at INTEGER NOT NULL,
  answered_at INTEGER,
  answered_by TEXT,
  answered_lang TEXT,
  accepted_sha256 TEXT,
  addendum TEXT,
  PRIMARY KEY (relicence_id, grant_id)
) STRICT;
CREATE INDEX relicence_answers_of_grant ON relicence_answers (grant_id, asked_at);
CREATE INDEX relicence_answers_of_holder ON relicence_answers (holder_id, state, asked_at);

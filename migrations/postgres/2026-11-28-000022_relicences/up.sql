-- A newer version of a licence that the holders of running grants are asked to accept, and what each of them said.
CREATE TABLE relicences (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  dataset_id TEXT COLLATE "C" NOT NULL REFERENCES datasets (id),
  licence_id TEXT COLLATE "C" NOT NULL REFERENCES licences (id),
  asked_by TEXT COLLATE "C" NOT NULL,
  asked_at BIGINT NOT NULL,
  UNIQUE (dataset_id, licence_id)
);
CREATE TABLE relicence_answers (
  relicence_id TEXT COLLATE "C" NOT NULL REFERENCES relicences (id),
  grant_id TEXT COLLATE "C" NOT NULL REFERENCES grants (id),
  holder_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  before_licence_id TEXT COLLATE "C" NOT NULL REFERENCES licences (id),
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('asked', 'accepted', 'declined')),
  asked_at BIGINT NOT NULL,
  answered_at BIGINT,
  answered_by TEXT COLLATE "C",
  answered_lang TEXT COLLATE "C",
  accepted_sha256 TEXT COLLATE "C",
  addendum TEXT COLLATE "C",
  PRIMARY KEY (relicence_id, grant_id)
);
CREATE INDEX relicence_answers_of_grant ON relicence_answers (grant_id, asked_at);
CREATE INDEX relicence_answers_of_holder ON relicence_answers (holder_id, state, asked_at);

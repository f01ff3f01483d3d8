-- Who decides in an organisation: the buyer's policy, and the seller's rules (as default or for one dataset).
-- Every change is a new row; what was decided keeps the edition under which it came.
CREATE TABLE policy_editions (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('buyer', 'seller')),
  scope TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  note TEXT COLLATE "C" NOT NULL,
  made_by TEXT COLLATE "C" REFERENCES members (id),
  made_at BIGINT NOT NULL,
  UNIQUE (party_id, kind, scope, number)
);

-- A buyer's policy that is being written; it decides nothing until it becomes an edition.
CREATE TABLE policy_drafts (
  party_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES parties (id),
  body TEXT COLLATE "C" NOT NULL,
  changed_by TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  changed_at BIGINT NOT NULL
);

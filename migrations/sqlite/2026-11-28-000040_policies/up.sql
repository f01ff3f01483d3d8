-- Who decides in an organisation: the buyer's policy, and the seller's rules (as default or for one dataset).
-- Every change is a new row; what was decided keeps the edition under which it came.
CREATE TABLE policy_editions (
  id TEXT PRIMARY KEY NOT NULL,
  party_id TEXT NOT NULL REFERENCES parties (id),
  kind TEXT NOT NULL CHECK (kind IN ('buyer', 'seller')),
  scope TEXT NOT NULL,
  number INTEGER NOT NULL,
  body TEXT NOT NULL,
  note TEXT NOT NULL,
  made_by TEXT REFERENCES members (id),
  made_at INTEGER NOT NULL,
  UNIQUE (party_id, kind, scope, number)
) STRICT;

-- A buyer's policy that is being written; it decides nothing until it becomes an edition.
CREATE TABLE policy_drafts (
  party_id TEXT PRIMARY KEY NOT NULL REFERENCES parties (id),
  body TEXT NOT NULL,
  changed_by TEXT NOT NULL REFERENCES members (id),
  changed_at INTEGER NOT NULL
) STRICT;

-- Who stands in for whom in an organisation, and when.
CREATE TABLE delegations (
  id TEXT PRIMARY KEY NOT NULL,
  party_id TEXT NOT NULL REFERENCES parties (id),
  member_id TEXT NOT NULL REFERENCES members (id),
  delegate_id TEXT NOT NULL REFERENCES members (id),
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  made_by TEXT NOT NULL REFERENCES members (id),
  made_at INTEGER NOT NULL,
  ended_at INTEGER,
  CHECK (member_id <> delegate_id),
  CHECK (ends_at > starts_at)
) STRICT;
CREATE INDEX delegations_of_party ON delegations (party_id, ends_at);

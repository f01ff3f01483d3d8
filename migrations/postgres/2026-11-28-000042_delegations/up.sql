-- Who stands in for whom in an organisation, and when.
CREATE TABLE delegations (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  member_id TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  delegate_id TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  made_by TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  made_at BIGINT NOT NULL,
  ended_at BIGINT,
  CHECK (member_id <> delegate_id),
  CHECK (ends_at > starts_at)
);
CREATE INDEX delegations_of_party ON delegations (party_id, ends_at);

-- A grant may be suspended for a while; its holder may say that it is not to be renewed.
ALTER TABLE grants ADD COLUMN suspended_at INTEGER;
ALTER TABLE grants ADD COLUMN suspended_reason TEXT;
ALTER TABLE grants ADD COLUMN renewal_unwanted INTEGER NOT NULL DEFAULT 0 CHECK (renewal_unwanted IN (0, 1));
CREATE INDEX grants_by_end ON grants (state, ends_at);

-- Which grant a request renews: the new one begins where the old one ends.
CREATE TABLE grant_renewals (
  purchase_id TEXT PRIMARY KEY NOT NULL REFERENCES purchases (id),
  grant_id TEXT NOT NULL REFERENCES grants (id)
) STRICT;
CREATE INDEX grant_renewals_of_grant ON grant_renewals (grant_id);

-- Which of the reminders before its end a grant has had.
CREATE TABLE grant_reminders (
  grant_id TEXT NOT NULL REFERENCES grants (id),
  days INTEGER NOT NULL,
  reminded_at INTEGER NOT NULL,
  PRIMARY KEY (grant_id, days)
) STRICT;

-- Tokens have names, and are rolled: the new one names the one whose place it takes.
ALTER TABLE tokens ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN used_at INTEGER;
ALTER TABLE tokens ADD COLUMN takes_place_of TEXT REFERENCES tokens (id);

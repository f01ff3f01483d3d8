-- What bounds the use of a grant, by the deal and by its holder, and how much of it is used.
CREATE TABLE grant_limits (
  grant_id TEXT PRIMARY KEY NOT NULL REFERENCES grants (id),
  seats INTEGER CHECK (seats > 0),
  seats_enforced INTEGER NOT NULL CHECK (seats_enforced IN (0, 1)),
  volume_bytes INTEGER CHECK (volume_bytes > 0),
  downloads INTEGER CHECK (downloads > 0),
  networks TEXT NOT NULL,
  doors TEXT NOT NULL,
  paths TEXT NOT NULL,
  own_networks TEXT NOT NULL,
  own_doors TEXT NOT NULL,
  used_seats INTEGER NOT NULL DEFAULT 0,
  used_volume_bytes INTEGER NOT NULL DEFAULT 0,
  used_downloads INTEGER NOT NULL DEFAULT 0,
  revision INTEGER NOT NULL DEFAULT 1
) STRICT;

-- Who sits on a seat: the person or machine that fetched first.
CREATE TABLE grant_seats (
  grant_id TEXT NOT NULL REFERENCES grants (id),
  taken_by TEXT NOT NULL,
  taken_at INTEGER NOT NULL,
  PRIMARY KEY (grant_id, taken_by)
) STRICT;

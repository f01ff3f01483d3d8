-- What bounds the use of a grant, by the deal and by its holder, and how much of it is used.
CREATE TABLE grant_limits (
  grant_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES grants (id),
  seats BIGINT CHECK (seats > 0),
  seats_enforced BIGINT NOT NULL CHECK (seats_enforced IN (0, 1)),
  volume_bytes BIGINT CHECK (volume_bytes > 0),
  downloads BIGINT CHECK (downloads > 0),
  networks TEXT COLLATE "C" NOT NULL,
  doors TEXT COLLATE "C" NOT NULL,
  paths TEXT COLLATE "C" NOT NULL,
  own_networks TEXT COLLATE "C" NOT NULL,
  own_doors TEXT COLLATE "C" NOT NULL,
  used_seats BIGINT NOT NULL DEFAULT 0,
  used_volume_bytes BIGINT NOT NULL DEFAULT 0,
  used_downloads BIGINT NOT NULL DEFAULT 0,
  revision BIGINT NOT NULL DEFAULT 1
);

-- Who sits on a seat: the person or machine that fetched first.
CREATE TABLE grant_seats (
  grant_id TEXT COLLATE "C" NOT NULL REFERENCES grants (id),
  taken_by TEXT COLLATE "C" NOT NULL,
  taken_at BIGINT NOT NULL,
  PRIMARY KEY (grant_id, taken_by)
);

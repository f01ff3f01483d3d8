-- Resumable uploads: reservations, what is durable of each, and how much each organisation stores ------
CREATE TABLE storage_accounts (
  party_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES parties (id),
  used_bytes BIGINT NOT NULL CHECK (used_bytes >= 0),
  reserved_bytes BIGINT NOT NULL CHECK (reserved_bytes >= 0)
);
INSERT INTO storage_accounts (party_id, used_bytes, reserved_bytes)
  SELECT d.party_id, CAST(SUM(f.size_bytes) AS BIGINT), 0
  FROM files f JOIN versions v ON v.id = f.version_id JOIN datasets d ON d.id = v.dataset_id
  GROUP BY d.party_id;
CREATE INDEX blobs_by_digest ON blobs (sha256);
CREATE TABLE uploads (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  dataset_id TEXT COLLATE "C" NOT NULL REFERENCES datasets (id),
  version_id TEXT COLLATE "C" NOT NULL REFERENCES versions (id),
  path TEXT COLLATE "C" NOT NULL,
  metadata TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'finished', 'cancelled', 'expired', 'failed')),
  size_bytes BIGINT NOT NULL CHECK (size_bytes >= 0),
  offset_bytes BIGINT NOT NULL CHECK (offset_bytes BETWEEN 0 AND size_bytes),
  announced_sha256 TEXT COLLATE "C",
  blob_id TEXT COLLATE "C" NOT NULL,
  hash_state BYTEA,
  store_session TEXT COLLATE "C",
  tail_id TEXT COLLATE "C",
  file_id TEXT COLLATE "C",
  reason TEXT COLLATE "C",
  holder TEXT COLLATE "C",
  held_until BIGINT,
  turn BIGINT NOT NULL DEFAULT 0,
  begun_by_kind TEXT COLLATE "C" NOT NULL,
  begun_by TEXT COLLATE "C" NOT NULL,
  begun_by_name TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  moved_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE INDEX uploads_of_version ON uploads (version_id, state, created_at);
CREATE INDEX uploads_of_party ON uploads (party_id, state);
CREATE INDEX uploads_due ON uploads (state, expires_at);
CREATE INDEX uploads_of_blob ON uploads (blob_id);
CREATE TABLE upload_parts (
  upload_id TEXT COLLATE "C" NOT NULL REFERENCES uploads (id),
  number BIGINT NOT NULL,
  etag TEXT COLLATE "C" NOT NULL,
  chunks BYTEA NOT NULL,
  PRIMARY KEY (upload_id, number)
);

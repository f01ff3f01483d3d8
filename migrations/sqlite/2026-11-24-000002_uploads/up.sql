-- Resumable uploads: reservations, what is durable of each, and how much each organisation stores ------
CREATE TABLE storage_accounts (
  party_id TEXT PRIMARY KEY NOT NULL REFERENCES parties (id),
  used_bytes INTEGER NOT NULL CHECK (used_bytes >= 0),
  reserved_bytes INTEGER NOT NULL CHECK (reserved_bytes >= 0)
) STRICT;
INSERT INTO storage_accounts (party_id, used_bytes, reserved_bytes)
  SELECT d.party_id, CAST(SUM(f.size_bytes) AS INTEGER), 0
  FROM files f JOIN versions v ON v.id = f.version_id JOIN datasets d ON d.id = v.dataset_id
  GROUP BY d.party_id;
CREATE INDEX blobs_by_digest ON blobs (sha256);
CREATE TABLE uploads (
  id TEXT PRIMARY KEY NOT NULL,
  party_id TEXT NOT NULL REFERENCES parties (id),
  dataset_id TEXT NOT NULL REFERENCES datasets (id),
  version_id TEXT NOT NULL REFERENCES versions (id),
  path TEXT NOT NULL,
  metadata TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'finished', 'cancelled', 'expired', 'failed')),
  size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
  offset_bytes INTEGER NOT NULL CHECK (offset_bytes BETWEEN 0 AND size_bytes),
  announced_sha256 TEXT,
  blob_id TEXT NOT NULL,
  hash_state BLOB,
  store_session TEXT,
  tail_id TEXT,
  file_id TEXT,
  reason TEXT,
  holder TEXT,
  held_until INTEGER,
  turn INTEGER NOT NULL DEFAULT 0,
  begun_by_kind TEXT NOT NULL,
  begun_by TEXT NOT NULL,
  begun_by_name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  moved_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX uploads_of_version ON uploads (version_id, state, created_at);
CREATE INDEX uploads_of_party ON uploads (party_id, state);
CREATE INDEX uploads_due ON uploads (state, expires_at);
CREATE INDEX uploads_of_blob ON uploads (blob_id);
CREATE TABLE upload_parts (
  upload_id TEXT NOT NULL REFERENCES uploads (id),
  number INTEGER NOT NULL,
  etag TEXT NOT NULL,
  chunks BLOB NOT NULL,
  PRIMARY KEY (upload_id, number)
) STRICT;

-- The exchange's signature over the manifest of a published version (detached JWS), and notes on versions that should no longer be used.
CREATE TABLE manifest_signatures (
  version_id TEXT PRIMARY KEY NOT NULL REFERENCES versions (id),
  jws TEXT NOT NULL,
  signed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE deprecations (
  version_id TEXT PRIMARY KEY NOT NULL REFERENCES versions (id),
  note TEXT NOT NULL,
  deprecated_at INTEGER NOT NULL
) STRICT;

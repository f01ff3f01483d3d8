-- The exchange's signature over the manifest of a published version (detached JWS), and notes on versions that should no longer be used.
CREATE TABLE manifest_signatures (
  version_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES versions (id),
  jws TEXT COLLATE "C" NOT NULL,
  signed_at BIGINT NOT NULL
);
CREATE TABLE deprecations (
  version_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES versions (id),
  note TEXT COLLATE "C" NOT NULL,
  deprecated_at BIGINT NOT NULL
);

-- What everybody may see of each file: the seller's rule, and the sample that was made by it.
CREATE TABLE file_samples (
  file_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  version_id TEXT COLLATE "C" NOT NULL REFERENCES versions (id),
  rule TEXT COLLATE "C" NOT NULL,
  chosen BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'refused')),
  sample TEXT COLLATE "C",
  lease TEXT COLLATE "C",
  leased_until BIGINT,
  attempts BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX file_samples_due ON file_samples (state, updated_at);
CREATE INDEX file_samples_of_version ON file_samples (version_id, chosen);
INSERT INTO file_samples (file_id, version_id, rule, chosen, revision, state, sample, attempts, updated_at)
  SELECT id, version_id, '{}', 0, 0, CASE WHEN sample IS NULL THEN 'waiting' ELSE 'done' END, sample, 0, created_at
  FROM files;

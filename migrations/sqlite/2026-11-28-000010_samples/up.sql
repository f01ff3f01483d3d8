-- What everybody may see of each file: the seller's rule, and the sample that was made by it.
CREATE TABLE file_samples (
  file_id TEXT PRIMARY KEY NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  version_id TEXT NOT NULL REFERENCES versions (id),
  rule TEXT NOT NULL,
  chosen INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'refused')),
  sample TEXT,
  lease TEXT,
  leased_until INTEGER,
  attempts INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX file_samples_due ON file_samples (state, updated_at);
CREATE INDEX file_samples_of_version ON file_samples (version_id, chosen);
INSERT INTO file_samples (file_id, version_id, rule, chosen, revision, state, sample, attempts, updated_at)
  SELECT id, version_id, '{}', 0, 0, CASE WHEN sample IS NULL THEN 'waiting' ELSE 'done' END, sample, 0, created_at
  FROM files;

-- What was measured of each file, the score of each version, and the forms of files that are made once for other doors.
CREATE TABLE file_profiles (
  file_id TEXT PRIMARY KEY NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  version_id TEXT NOT NULL REFERENCES versions (id),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'refused')),
  lease TEXT,
  leased_until INTEGER,
  attempts INTEGER NOT NULL,
  done_bytes INTEGER NOT NULL,
  profile TEXT,
  score TEXT,
  weight INTEGER NOT NULL,
  convertible INTEGER NOT NULL,
  refusal TEXT,
  refusal_detail TEXT,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX file_profiles_due ON file_profiles (state, updated_at);
CREATE INDEX file_profiles_of_version ON file_profiles (version_id, state);
CREATE INDEX file_profiles_convertible ON file_profiles (convertible, updated_at);
CREATE TABLE version_scores (
  version_id TEXT PRIMARY KEY NOT NULL REFERENCES versions (id),
  score TEXT NOT NULL,
  tenths INTEGER NOT NULL,
  files_count INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE derived_files (
  file_id TEXT PRIMARY KEY NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'refused')),
  lease TEXT,
  leased_until INTEGER,
  attempts INTEGER NOT NULL,
  blob_id TEXT REFERENCES blobs (id),
  rows_count INTEGER,
  refusal TEXT,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX derived_files_due ON derived_files (state, updated_at);
CREATE INDEX derived_files_of_blob ON derived_files (blob_id);
INSERT INTO file_profiles (file_id, version_id, state, attempts, done_bytes, weight, convertible, updated_at)
  SELECT id, version_id, 'waiting', 0, 0, 0, 0, created_at FROM files;

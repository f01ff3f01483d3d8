-- What was measured of each file, the score of each version, and the forms of files that are made once for other doors.
CREATE TABLE file_profiles (
  file_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  version_id TEXT COLLATE "C" NOT NULL REFERENCES versions (id),
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'refused')),
  lease TEXT COLLATE "C",
  leased_until BIGINT,
  attempts BIGINT NOT NULL,
  done_bytes BIGINT NOT NULL,
  profile TEXT COLLATE "C",
  score TEXT COLLATE "C",
  weight BIGINT NOT NULL,
  convertible BIGINT NOT NULL,
  refusal TEXT COLLATE "C",
  refusal_detail TEXT COLLATE "C",
  updated_at BIGINT NOT NULL
);
CREATE INDEX file_profiles_due ON file_profiles (state, updated_at);
CREATE INDEX file_profiles_of_version ON file_profiles (version_id, state);
CREATE INDEX file_profiles_convertible ON file_profiles (convertible, updated_at);
CREATE TABLE version_scores (
  version_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES versions (id),
  score TEXT COLLATE "C" NOT NULL,
  tenths BIGINT NOT NULL,
  files_count BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE TABLE derived_files (
  file_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('running', 'done', 'refused')),
  lease TEXT COLLATE "C",
  leased_until BIGINT,
  attempts BIGINT NOT NULL,
  blob_id TEXT COLLATE "C" REFERENCES blobs (id),
  rows_count BIGINT,
  refusal TEXT COLLATE "C",
  updated_at BIGINT NOT NULL
);
CREATE INDEX derived_files_due ON derived_files (state, updated_at);
CREATE INDEX derived_files_of_blob ON derived_files (blob_id);
INSERT INTO file_profiles (file_id, version_id, state, attempts, done_bytes, weight, convertible, updated_at)
  SELECT id, version_id, 'waiting', 0, 0, 0, 0, created_at FROM files;

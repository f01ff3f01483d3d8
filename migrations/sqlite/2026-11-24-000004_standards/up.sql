-- Sector standards: immutable, a change is a new label. Versions declare them for files; every declared file is checked.
CREATE TABLE standards (
  id TEXT PRIMARY KEY NOT NULL,
  code TEXT NOT NULL,
  label TEXT NOT NULL,
  title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL,
  text_zh TEXT NOT NULL,
  text_en TEXT NOT NULL,
  definition TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (code, label)
) STRICT;
CREATE TABLE declarations (
  id TEXT PRIMARY KEY NOT NULL,
  version_id TEXT NOT NULL REFERENCES versions (id),
  standard_id TEXT NOT NULL REFERENCES standards (id),
  pattern TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (version_id, standard_id, pattern)
) STRICT;
-- What the check of one file against one declared standard found. A file is named by its identifier and digest, without
-- a reference: a draft may lose the file again, and what was found of it is then no longer looked at.
CREATE TABLE conformances (
  id TEXT PRIMARY KEY NOT NULL,
  declaration_id TEXT NOT NULL REFERENCES declarations (id),
  file_id TEXT NOT NULL,
  file_sha256 TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('checking', 'conforms', 'breaks', 'unreadable')),
  rows_checked INTEGER NOT NULL,
  report TEXT,
  refusal TEXT,
  lease TEXT NOT NULL,
  leased_until INTEGER NOT NULL,
  checked_at INTEGER,
  UNIQUE (declaration_id, file_id)
) STRICT;
-- Where a version comes from: what went in, and what was done to it.
CREATE TABLE lineage_inputs (
  id TEXT PRIMARY KEY NOT NULL,
  version_id TEXT NOT NULL REFERENCES versions (id),
  source_version_id TEXT REFERENCES versions (id),
  address TEXT NOT NULL,
  name TEXT NOT NULL,
  licence_id TEXT REFERENCES licences (id),
  licence_code TEXT NOT NULL,
  confidential INTEGER NOT NULL CHECK (confidential IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX lineage_inputs_of_version ON lineage_inputs (version_id, id);
CREATE INDEX lineage_inputs_of_source ON lineage_inputs (source_version_id);
CREATE TABLE lineage_steps (
  id TEXT PRIMARY KEY NOT NULL,
  version_id TEXT NOT NULL REFERENCES versions (id),
  name TEXT NOT NULL,
  tool TEXT NOT NULL,
  note TEXT NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX lineage_steps_of_version ON lineage_steps (version_id, id);

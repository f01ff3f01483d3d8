-- Sector standards: immutable, a change is a new label. Versions declare them for files; every declared file is checked.
CREATE TABLE standards (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  label TEXT COLLATE "C" NOT NULL,
  title_zh TEXT COLLATE "C" NOT NULL,
  title_en TEXT COLLATE "C" NOT NULL,
  text_zh TEXT COLLATE "C" NOT NULL,
  text_en TEXT COLLATE "C" NOT NULL,
  definition TEXT COLLATE "C" NOT NULL,
  sha256 TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (code, label)
);
CREATE TABLE declarations (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  version_id TEXT COLLATE "C" NOT NULL REFERENCES versions (id),
  standard_id TEXT COLLATE "C" NOT NULL REFERENCES standards (id),
  pattern TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (version_id, standard_id, pattern)
);
-- What the check of one file against one declared standard found. A file is named by its identifier and digest, without
-- a reference: a draft may lose the file again, and what was found of it is then no longer looked at.
CREATE TABLE conformances (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  declaration_id TEXT COLLATE "C" NOT NULL REFERENCES declarations (id),
  file_id TEXT COLLATE "C" NOT NULL,
  file_sha256 TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('checking', 'conforms', 'breaks', 'unreadable')),
  rows_checked BIGINT NOT NULL,
  report TEXT COLLATE "C",
  refusal TEXT COLLATE "C",
  lease TEXT COLLATE "C" NOT NULL,
  leased_until BIGINT NOT NULL,
  checked_at BIGINT,
  UNIQUE (declaration_id, file_id)
);
-- Where a version comes from: what went in, and what was done to it.
CREATE TABLE lineage_inputs (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  version_id TEXT COLLATE "C" NOT NULL REFERENCES versions (id),
  source_version_id TEXT COLLATE "C" REFERENCES versions (id),
  address TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  licence_id TEXT COLLATE "C" REFERENCES licences (id),
  licence_code TEXT COLLATE "C" NOT NULL,
  confidential BIGINT NOT NULL CHECK (confidential IN (0, 1)),
  created_at BIGINT NOT NULL
);
CREATE INDEX lineage_inputs_of_version ON lineage_inputs (version_id, id);
CREATE INDEX lineage_inputs_of_source ON lineage_inputs (source_version_id);
CREATE TABLE lineage_steps (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  version_id TEXT COLLATE "C" NOT NULL REFERENCES versions (id),
  name TEXT COLLATE "C" NOT NULL,
  tool TEXT COLLATE "C" NOT NULL,
  note TEXT COLLATE "C" NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  created_at BIGINT NOT NULL
);
CREATE INDEX lineage_steps_of_version ON lineage_steps (version_id, id);

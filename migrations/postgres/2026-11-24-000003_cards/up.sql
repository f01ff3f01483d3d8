-- The structured part of a data card, and the schema that a publisher declares for the tables of a version.
-- Names of fields and kinds of columns stand in the code alone: a new one needs no new table.
CREATE TABLE cards (
  dataset_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES datasets (id),
  right_holding TEXT COLLATE "C" NOT NULL CHECK (right_holding IN ('unstated', 'yes', 'no')),
  right_use TEXT COLLATE "C" NOT NULL CHECK (right_use IN ('unstated', 'yes', 'no')),
  right_operation TEXT COLLATE "C" NOT NULL CHECK (right_operation IN ('unstated', 'yes', 'no')),
  personal TEXT COLLATE "C" NOT NULL CHECK (personal IN ('unstated', 'none', 'anonymised', 'present')),
  rhythm TEXT COLLATE "C" NOT NULL CHECK (rhythm IN ('unstated', 'never', 'continuous', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly', 'irregular')),
  covers_from TEXT COLLATE "C" NOT NULL,
  covers_to TEXT COLLATE "C" NOT NULL,
  updated_at BIGINT NOT NULL,
  revision BIGINT NOT NULL
);
CREATE TABLE card_texts (
  dataset_id TEXT COLLATE "C" NOT NULL REFERENCES datasets (id),
  field TEXT COLLATE "C" NOT NULL,
  text_zh TEXT COLLATE "C" NOT NULL,
  text_en TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (dataset_id, field)
);
CREATE TABLE tables_declared (
  version_id TEXT COLLATE "C" NOT NULL REFERENCES versions (id),
  path_folded TEXT COLLATE "C" NOT NULL,
  path TEXT COLLATE "C" NOT NULL,
  primary_key TEXT COLLATE "C" NOT NULL,
  updated_at BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (version_id, path_folded)
);
CREATE TABLE columns_declared (
  version_id TEXT COLLATE "C" NOT NULL,
  path_folded TEXT COLLATE "C" NOT NULL,
  position BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  unit TEXT COLLATE "C" NOT NULL,
  description_zh TEXT COLLATE "C" NOT NULL,
  description_en TEXT COLLATE "C" NOT NULL,
  constraints TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (version_id, path_folded, position),
  FOREIGN KEY (version_id, path_folded) REFERENCES tables_declared (version_id, path_folded)
);

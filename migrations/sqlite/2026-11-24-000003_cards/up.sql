-- The structured part of a data card, and the schema that a publisher declares for the tables of a version.
-- Names of fields and kinds of columns stand in the code alone: a new one needs no new table.
CREATE TABLE cards (
  dataset_id TEXT PRIMARY KEY NOT NULL REFERENCES datasets (id),
  right_holding TEXT NOT NULL CHECK (right_holding IN ('unstated', 'yes', 'no')),
  right_use TEXT NOT NULL CHECK (right_use IN ('unstated', 'yes', 'no')),
  right_operation TEXT NOT NULL CHECK (right_operation IN ('unstated', 'yes', 'no')),
  personal TEXT NOT NULL CHECK (personal IN ('unstated', 'none', 'anonymised', 'present')),
  rhythm TEXT NOT NULL CHECK (rhythm IN ('unstated', 'never', 'continuous', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly', 'irregular')),
  covers_from TEXT NOT NULL,
  covers_to TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
CREATE TABLE card_texts (
  dataset_id TEXT NOT NULL REFERENCES datasets (id),
  field TEXT NOT NULL,
  text_zh TEXT NOT NULL,
  text_en TEXT NOT NULL,
  PRIMARY KEY (dataset_id, field)
) STRICT;
CREATE TABLE tables_declared (
  version_id TEXT NOT NULL REFERENCES versions (id),
  path_folded TEXT NOT NULL,
  path TEXT NOT NULL,
  primary_key TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  PRIMARY KEY (version_id, path_folded)
) STRICT;
CREATE TABLE columns_declared (
  version_id TEXT NOT NULL,
  path_folded TEXT NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  unit TEXT NOT NULL,
  description_zh TEXT NOT NULL,
  description_en TEXT NOT NULL,
  constraints TEXT NOT NULL,
  PRIMARY KEY (version_id, path_folded, position),
  FOREIGN KEY (version_id, path_folded) REFERENCES tables_declared (version_id, path_folded)
) STRICT;

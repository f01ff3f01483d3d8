-- Licences that are being built, and the parameters from which a licence was built.
CREATE TABLE licence_drafts (
  id TEXT PRIMARY KEY NOT NULL,
  party_id TEXT NOT NULL REFERENCES parties (id),
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL,
  parameters TEXT NOT NULL CHECK (json_valid(parameters)),
  licence_id TEXT UNIQUE REFERENCES licences (id),
  changed_at INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX licence_drafts_of_party ON licence_drafts (party_id, changed_at);
CREATE INDEX licences_of_party ON licences (party_id, id);

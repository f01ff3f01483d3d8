-- Licences that are being built, and the parameters from which a licence was built.
CREATE TABLE licence_drafts (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  name TEXT COLLATE "C" NOT NULL,
  label TEXT COLLATE "C" NOT NULL,
  title_zh TEXT COLLATE "C" NOT NULL,
  title_en TEXT COLLATE "C" NOT NULL,
  parameters TEXT COLLATE "C" NOT NULL CHECK (parameters::jsonb IS NOT NULL),
  licence_id TEXT COLLATE "C" UNIQUE REFERENCES licences (id),
  changed_at BIGINT NOT NULL,
  revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX licence_drafts_of_party ON licence_drafts (party_id, changed_at);
CREATE INDEX licences_of_party ON licences (party_id, id);

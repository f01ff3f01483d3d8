-- A file that comes in parts side by side: the parts, the upload that joins them, and the place of each part in it.
ALTER TABLE uploads ADD COLUMN role TEXT CHECK (role IN ('partial', 'final'));
ALTER TABLE uploads ADD COLUMN final_id TEXT;
ALTER TABLE uploads ADD COLUMN place INTEGER;
CREATE INDEX uploads_of_final ON uploads (final_id, place);

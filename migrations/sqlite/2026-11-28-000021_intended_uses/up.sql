-- What a buyer means to do with the data, as said with the request.
CREATE TABLE intended_uses (
  purchase_id TEXT PRIMARY KEY NOT NULL REFERENCES purchases (id),
  intended TEXT NOT NULL CHECK (json_valid(intended)),
  stated_at INTEGER NOT NULL
) STRICT;

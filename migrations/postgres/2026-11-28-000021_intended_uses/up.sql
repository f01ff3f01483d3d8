-- What a buyer means to do with the data, as said with the request.
CREATE TABLE intended_uses (
  purchase_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES purchases (id),
  intended TEXT COLLATE "C" NOT NULL CHECK (intended::jsonb IS NOT NULL),
  stated_at BIGINT NOT NULL
);

-- Questions and answers about a request; both sides read one thread. Rows are never changed.
CREATE TABLE purchase_messages (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  purchase_id TEXT COLLATE "C" NOT NULL REFERENCES purchases (id),
  side TEXT COLLATE "C" NOT NULL CHECK (side IN ('buyer', 'seller', 'compliance')),
  author_kind TEXT COLLATE "C" NOT NULL,
  author_id TEXT COLLATE "C" NOT NULL,
  author_name TEXT COLLATE "C" NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  turn BIGINT NOT NULL,
  posted_at BIGINT NOT NULL
);
CREATE INDEX purchase_messages_of ON purchase_messages (purchase_id, posted_at);

-- When the person behind a session last showed the password again.
CREATE TABLE session_proofs (
  session_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES sessions (id),
  proved_at BIGINT NOT NULL
);

-- Questions and answers about a request; both sides read one thread. Rows are never changed.
CREATE TABLE purchase_messages (
  id TEXT PRIMARY KEY NOT NULL,
  purchase_id TEXT NOT NULL REFERENCES purchases (id),
  side TEXT NOT NULL CHECK (side IN ('buyer', 'seller', 'compliance')),
  author_kind TEXT NOT NULL,
  author_id TEXT NOT NULL,
  author_name TEXT NOT NULL,
  body TEXT NOT NULL,
  turn INTEGER NOT NULL,
  posted_at INTEGER NOT NULL
) STRICT;
CREATE INDEX purchase_messages_of ON purchase_messages (purchase_id, posted_at);

-- When the person behind a session last showed the password again.
CREATE TABLE session_proofs (
  session_id TEXT PRIMARY KEY NOT NULL REFERENCES sessions (id),
  proved_at INTEGER NOT NULL
) STRICT;

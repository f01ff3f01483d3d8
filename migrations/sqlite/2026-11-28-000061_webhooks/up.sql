-- Webhooks of organisations, and what is to be delivered to them. A secret is derived from the server's key and the nonce.
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY NOT NULL,
  party_id TEXT NOT NULL REFERENCES parties (id),
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  nonce TEXT NOT NULL,
  old_nonce TEXT,
  old_until INTEGER,
  state TEXT NOT NULL CHECK (state IN ('on', 'off', 'failed')),
  failing_since INTEGER,
  created_at INTEGER NOT NULL,
  removed_at INTEGER,
  revision INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX webhooks_of_party ON webhooks (party_id, removed_at);
CREATE TABLE webhook_deliveries (
  id TEXT PRIMARY KEY NOT NULL,
  webhook_id TEXT NOT NULL REFERENCES webhooks (id),
  event TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  leased_until INTEGER,
  lease TEXT,
  sent_at INTEGER,
  failed_at INTEGER,
  last_status INTEGER,
  last_error TEXT,
  UNIQUE (webhook_id, event, subject_id)
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (sent_at, failed_at, next_at);
CREATE INDEX webhook_deliveries_of ON webhook_deliveries (webhook_id, created_at, id);

-- Webhooks of organisations, and what is to be delivered to them. A secret is derived from the server's key and the nonce.
CREATE TABLE webhooks (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  url TEXT COLLATE "C" NOT NULL,
  events TEXT COLLATE "C" NOT NULL,
  nonce TEXT COLLATE "C" NOT NULL,
  old_nonce TEXT COLLATE "C",
  old_until BIGINT,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('on', 'off', 'failed')),
  failing_since BIGINT,
  created_at BIGINT NOT NULL,
  removed_at BIGINT,
  revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX webhooks_of_party ON webhooks (party_id, removed_at);
CREATE TABLE webhook_deliveries (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  webhook_id TEXT COLLATE "C" NOT NULL REFERENCES webhooks (id),
  event TEXT COLLATE "C" NOT NULL,
  subject_id TEXT COLLATE "C" NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  leased_until BIGINT,
  lease TEXT COLLATE "C",
  sent_at BIGINT,
  failed_at BIGINT,
  last_status BIGINT,
  last_error TEXT COLLATE "C",
  UNIQUE (webhook_id, event, subject_id)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (sent_at, failed_at, next_at);
CREATE INDEX webhook_deliveries_of ON webhook_deliveries (webhook_id, created_at, id);

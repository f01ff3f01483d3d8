-- What a service account may accept without a person, and who answers for it.
CREATE TABLE mandates (
  service_id TEXT PRIMARY KEY NOT NULL REFERENCES service_accounts (id),
  party_id TEXT NOT NULL REFERENCES parties (id),
  body TEXT NOT NULL,
  currency TEXT NOT NULL,
  per_request_minor INTEGER NOT NULL CHECK (per_request_minor >= 0),
  per_month_minor INTEGER NOT NULL CHECK (per_month_minor >= 0),
  answers TEXT NOT NULL REFERENCES members (id),
  changed_by TEXT NOT NULL REFERENCES members (id),
  changed_at INTEGER NOT NULL,
  ended_at INTEGER,
  revision INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE mandate_months (
  service_id TEXT NOT NULL REFERENCES service_accounts (id),
  month TEXT NOT NULL,
  used_minor INTEGER NOT NULL CHECK (used_minor >= 0),
  PRIMARY KEY (service_id, month)
) STRICT;
CREATE TABLE mandate_uses (
  purchase_id TEXT PRIMARY KEY NOT NULL,
  service_id TEXT NOT NULL REFERENCES service_accounts (id),
  month TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  freed_at INTEGER
) STRICT;

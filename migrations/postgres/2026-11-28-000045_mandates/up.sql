-- What a service account may accept without a person, and who answers for it.
CREATE TABLE mandates (
  service_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES service_accounts (id),
  party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  body TEXT COLLATE "C" NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  per_request_minor BIGINT NOT NULL CHECK (per_request_minor >= 0),
  per_month_minor BIGINT NOT NULL CHECK (per_month_minor >= 0),
  answers TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  changed_by TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  changed_at BIGINT NOT NULL,
  ended_at BIGINT,
  revision BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE mandate_months (
  service_id TEXT COLLATE "C" NOT NULL REFERENCES service_accounts (id),
  month TEXT COLLATE "C" NOT NULL,
  used_minor BIGINT NOT NULL CHECK (used_minor >= 0),
  PRIMARY KEY (service_id, month)
);
CREATE TABLE mandate_uses (
  purchase_id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  service_id TEXT COLLATE "C" NOT NULL REFERENCES service_accounts (id),
  month TEXT COLLATE "C" NOT NULL,
  amount_minor BIGINT NOT NULL,
  freed_at BIGINT
);

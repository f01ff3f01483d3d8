-- Reasons that an organisation adds to those with which its desks refuse a request.
CREATE TABLE refusal_reasons (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  name_zh TEXT COLLATE "C" NOT NULL,
  name_en TEXT COLLATE "C" NOT NULL,
  made_by TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  made_at BIGINT NOT NULL,
  retired_at BIGINT
);
CREATE INDEX refusal_reasons_of_party ON refusal_reasons (party_id, made_at);

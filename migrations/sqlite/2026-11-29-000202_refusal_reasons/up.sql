-- Reasons that an organisation adds to those with which its desks refuse a request.
CREATE TABLE refusal_reasons (
  id TEXT PRIMARY KEY NOT NULL,
  party_id TEXT NOT NULL REFERENCES parties (id),
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  made_by TEXT NOT NULL REFERENCES members (id),
  made_at INTEGER NOT NULL,
  retired_at INTEGER
) STRICT;
CREATE INDEX refusal_reasons_of_party ON refusal_reasons (party_id, made_at);

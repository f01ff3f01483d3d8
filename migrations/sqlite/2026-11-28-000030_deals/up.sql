-- How large an organisation is, as it declares it; verified together with its other particulars.
ALTER TABLE parties ADD COLUMN size_class TEXT CHECK (size_class IN ('micro', 'small', 'medium', 'large'));

-- How an offer is priced, to whom and when it is open. An offer never changes: an edited one is a new edition.
CREATE TABLE price_plans (
  offer_id TEXT PRIMARY KEY NOT NULL REFERENCES offers (id),
  kind TEXT NOT NULL CHECK (kind IN ('free', 'one_off', 'subscription', 'per_seat', 'by_size', 'by_volume', 'on_request')),
  period TEXT CHECK (period IN ('month', 'year')),
  most_periods INTEGER,
  most_seats INTEGER,
  volume_bytes INTEGER CHECK (volume_bytes > 0),
  downloads INTEGER CHECK (downloads > 0),
  quote_days INTEGER NOT NULL CHECK (quote_days BETWEEN 1 AND 365),
  discount_basis_points INTEGER NOT NULL DEFAULT 0 CHECK (discount_basis_points BETWEEN 0 AND 9999),
  discount_until INTEGER,
  starts_at INTEGER,
  ends_at INTEGER,
  trial INTEGER NOT NULL DEFAULT 0 CHECK (trial IN (0, 1)),
  named INTEGER NOT NULL DEFAULT 0 CHECK (named IN (0, 1)),
  edition INTEGER NOT NULL DEFAULT 1,
  replaces_id TEXT UNIQUE REFERENCES offers (id)
) STRICT;
INSERT INTO price_plans (offer_id, kind, quote_days)
  SELECT id, CASE WHEN price_minor = 0 THEN 'free' ELSE 'one_off' END, 30 FROM offers;
CREATE TABLE price_tiers (
  id TEXT PRIMARY KEY NOT NULL,
  offer_id TEXT NOT NULL REFERENCES offers (id),
  position INTEGER NOT NULL,
  size_class TEXT CHECK (size_class IN ('micro', 'small', 'medium', 'large')),
  volume_bytes INTEGER CHECK (volume_bytes > 0),
  downloads INTEGER CHECK (downloads > 0),
  price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
  UNIQUE (offer_id, position)
) STRICT;
CREATE TABLE offer_parties (
  id TEXT PRIMARY KEY NOT NULL,
  offer_id TEXT NOT NULL REFERENCES offers (id),
  party_id TEXT NOT NULL REFERENCES parties (id),
  UNIQUE (offer_id, party_id)
) STRICT;
CREATE INDEX offer_parties_of_party ON offer_parties (party_id);

-- One evaluation for each organisation and dataset.
CREATE TABLE trials (
  id TEXT PRIMARY KEY NOT NULL,
  dataset_id TEXT NOT NULL REFERENCES datasets (id),
  buyer_id TEXT NOT NULL REFERENCES parties (id),
  purchase_id TEXT NOT NULL REFERENCES purchases (id),
  UNIQUE (dataset_id, buyer_id)
) STRICT;

-- How the price of a line came to be, and what its grant is limited to.
CREATE TABLE line_terms (
  line_id TEXT PRIMARY KEY NOT NULL REFERENCES purchase_lines (id),
  plan TEXT NOT NULL CHECK (plan IN ('free', 'one_off', 'subscription', 'per_seat', 'by_size', 'by_volume', 'on_request')),
  period TEXT CHECK (period IN ('month', 'year')),
  periods INTEGER,
  seats INTEGER CHECK (seats > 0),
  tier INTEGER,
  term_months INTEGER CHECK (term_months > 0),
  volume_bytes INTEGER CHECK (volume_bytes > 0),
  downloads INTEGER CHECK (downloads > 0),
  unit_minor INTEGER NOT NULL,
  list_minor INTEGER NOT NULL,
  discount_basis_points INTEGER NOT NULL,
  agreed INTEGER NOT NULL DEFAULT 0 CHECK (agreed IN (0, 1))
) STRICT;
INSERT INTO line_terms (line_id, plan, unit_minor, list_minor, discount_basis_points)
  SELECT id, CASE WHEN net_minor = 0 THEN 'free' ELSE 'one_off' END, net_minor, net_minor, 0 FROM purchase_lines;

-- Negotiation. The state `awaiting_seller` with a turn is "negotiating": an old table keeps its CHECK.
ALTER TABLE purchases ADD COLUMN turn TEXT CHECK (turn IN ('buyer', 'seller'));
ALTER TABLE purchases ADD COLUMN quoted_until INTEGER;
ALTER TABLE purchases ADD COLUMN renewals INTEGER NOT NULL DEFAULT 0;
CREATE INDEX purchases_by_turn ON purchases (turn, expires_at);
CREATE TABLE proposals (
  id TEXT PRIMARY KEY NOT NULL,
  purchase_id TEXT NOT NULL REFERENCES purchases (id),
  number INTEGER NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buyer', 'seller')),
  lines TEXT NOT NULL,
  net_minor INTEGER NOT NULL,
  tax_minor INTEGER NOT NULL,
  note TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_by_name TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  agreed_at INTEGER,
  agreed_by_name TEXT,
  UNIQUE (purchase_id, number)
) STRICT;

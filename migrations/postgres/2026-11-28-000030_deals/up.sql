-- How large an organisation is, as it declares it; verified together with its other particulars.
ALTER TABLE parties ADD COLUMN size_class TEXT COLLATE "C" CHECK (size_class IN ('micro', 'small', 'medium', 'large'));

-- How an offer is priced, to whom and when it is open. An offer never changes: an edited one is a new edition.
CREATE TABLE price_plans (
  offer_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES offers (id),
  kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('free', 'one_off', 'subscription', 'per_seat', 'by_size', 'by_volume', 'on_request')),
  period TEXT COLLATE "C" CHECK (period IN ('month', 'year')),
  most_periods BIGINT,
  most_seats BIGINT,
  volume_bytes BIGINT CHECK (volume_bytes > 0),
  downloads BIGINT CHECK (downloads > 0),
  quote_days BIGINT NOT NULL CHECK (quote_days BETWEEN 1 AND 365),
  discount_basis_points BIGINT NOT NULL DEFAULT 0 CHECK (discount_basis_points BETWEEN 0 AND 9999),
  discount_until BIGINT,
  starts_at BIGINT,
  ends_at BIGINT,
  trial BIGINT NOT NULL DEFAULT 0 CHECK (trial IN (0, 1)),
  named BIGINT NOT NULL DEFAULT 0 CHECK (named IN (0, 1)),
  edition BIGINT NOT NULL DEFAULT 1,
  replaces_id TEXT COLLATE "C" UNIQUE REFERENCES offers (id)
);
INSERT INTO price_plans (offer_id, kind, quote_days)
  SELECT id, CASE WHEN price_minor = 0 THEN 'free' ELSE 'one_off' END, 30 FROM offers;
CREATE TABLE price_tiers (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  offer_id TEXT COLLATE "C" NOT NULL REFERENCES offers (id),
  position BIGINT NOT NULL,
  size_class TEXT COLLATE "C" CHECK (size_class IN ('micro', 'small', 'medium', 'large')),
  volume_bytes BIGINT CHECK (volume_bytes > 0),
  downloads BIGINT CHECK (downloads > 0),
  price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
  UNIQUE (offer_id, position)
);
CREATE TABLE offer_parties (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  offer_id TEXT COLLATE "C" NOT NULL REFERENCES offers (id),
  party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  UNIQUE (offer_id, party_id)
);
CREATE INDEX offer_parties_of_party ON offer_parties (party_id);

-- One evaluation for each organisation and dataset.
CREATE TABLE trials (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  dataset_id TEXT COLLATE "C" NOT NULL REFERENCES datasets (id),
  buyer_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  purchase_id TEXT COLLATE "C" NOT NULL REFERENCES purchases (id),
  UNIQUE (dataset_id, buyer_id)
);

-- How the price of a line came to be, and what its grant is limited to.
CREATE TABLE line_terms (
  line_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES purchase_lines (id),
  plan TEXT COLLATE "C" NOT NULL CHECK (plan IN ('free', 'one_off', 'subscription', 'per_seat', 'by_size', 'by_volume', 'on_request')),
  period TEXT COLLATE "C" CHECK (period IN ('month', 'year')),
  periods BIGINT,
  seats BIGINT CHECK (seats > 0),
  tier BIGINT,
  term_months BIGINT CHECK (term_months > 0),
  volume_bytes BIGINT CHECK (volume_bytes > 0),
  downloads BIGINT CHECK (downloads > 0),
  unit_minor BIGINT NOT NULL,
  list_minor BIGINT NOT NULL,
  discount_basis_points BIGINT NOT NULL,
  agreed BIGINT NOT NULL DEFAULT 0 CHECK (agreed IN (0, 1))
);
INSERT INTO line_terms (line_id, plan, unit_minor, list_minor, discount_basis_points)
  SELECT id, CASE WHEN net_minor = 0 THEN 'free' ELSE 'one_off' END, net_minor, net_minor, 0 FROM purchase_lines;

-- Negotiation. The state `awaiting_seller` with a turn is "negotiating": an old table keeps its CHECK.
ALTER TABLE purchases ADD COLUMN turn TEXT COLLATE "C" CHECK (turn IN ('buyer', 'seller'));
ALTER TABLE purchases ADD COLUMN quoted_until BIGINT;
ALTER TABLE purchases ADD COLUMN renewals BIGINT NOT NULL DEFAULT 0;
CREATE INDEX purchases_by_turn ON purchases (turn, expires_at);
CREATE TABLE proposals (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  purchase_id TEXT COLLATE "C" NOT NULL REFERENCES purchases (id),
  number BIGINT NOT NULL,
  side TEXT COLLATE "C" NOT NULL CHECK (side IN ('buyer', 'seller')),
  lines TEXT COLLATE "C" NOT NULL,
  net_minor BIGINT NOT NULL,
  tax_minor BIGINT NOT NULL,
  note TEXT COLLATE "C" NOT NULL,
  sha256 TEXT COLLATE "C" NOT NULL,
  made_by TEXT COLLATE "C" NOT NULL,
  made_by_name TEXT COLLATE "C" NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  agreed_at BIGINT,
  agreed_by_name TEXT COLLATE "C",
  UNIQUE (purchase_id, number)
);

-- What may be spent for a cost centre in a period. One conditional statement takes from it, so it is never overdrawn.
CREATE TABLE budgets (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  cost_centre TEXT COLLATE "C" NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
  reserved_minor BIGINT NOT NULL DEFAULT 0 CHECK (reserved_minor >= 0),
  spent_minor BIGINT NOT NULL DEFAULT 0 CHECK (spent_minor >= 0),
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  made_by TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  made_at BIGINT NOT NULL,
  closed_at BIGINT,
  revision BIGINT NOT NULL DEFAULT 1,
  CHECK (ends_at > starts_at)
);
CREATE INDEX budgets_of_party ON budgets (party_id, ends_at);
CREATE TABLE budget_holds (
  purchase_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES purchases (id),
  budget_id TEXT COLLATE "C" NOT NULL REFERENCES budgets (id),
  amount_minor BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('reserved', 'spent', 'freed')),
  changed_at BIGINT NOT NULL
);

-- What may be spent for a cost centre in a period. One conditional statement takes from it, so it is never overdrawn.
CREATE TABLE budgets (
  id TEXT PRIMARY KEY NOT NULL,
  party_id TEXT NOT NULL REFERENCES parties (id),
  cost_centre TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
  reserved_minor INTEGER NOT NULL DEFAULT 0 CHECK (reserved_minor >= 0),
  spent_minor INTEGER NOT NULL DEFAULT 0 CHECK (spent_minor >= 0),
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  made_by TEXT NOT NULL REFERENCES members (id),
  made_at INTEGER NOT NULL,
  closed_at INTEGER,
  revision INTEGER NOT NULL DEFAULT 1,
  CHECK (ends_at > starts_at)
) STRICT;
CREATE INDEX budgets_of_party ON budgets (party_id, ends_at);
CREATE TABLE budget_holds (
  purchase_id TEXT PRIMARY KEY NOT NULL REFERENCES purchases (id),
  budget_id TEXT NOT NULL REFERENCES budgets (id),
  amount_minor INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('reserved', 'spent', 'freed')),
  changed_at INTEGER NOT NULL
) STRICT;

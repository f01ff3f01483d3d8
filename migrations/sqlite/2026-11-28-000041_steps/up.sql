-- What the policy of a side asks for one request, locked when it is submitted. Steps of one group run side by side.
CREATE TABLE purchase_steps (
  id TEXT PRIMARY KEY NOT NULL,
  purchase_id TEXT NOT NULL REFERENCES purchases (id),
  party_id TEXT NOT NULL REFERENCES parties (id),
  desk TEXT NOT NULL CHECK (desk IN ('buyer', 'seller')),
  round INTEGER NOT NULL,
  position INTEGER NOT NULL,
  group_number INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('approve', 'sign')),
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  members TEXT NOT NULL,
  limits TEXT NOT NULL,
  need INTEGER NOT NULL CHECK (need > 0),
  approvals INTEGER NOT NULL DEFAULT 0 CHECK (approvals <= need),
  due_days INTEGER NOT NULL,
  escalate_to TEXT REFERENCES members (id),
  opened_at INTEGER,
  due_at INTEGER,
  done_at INTEGER,
  closed_at INTEGER,
  reminded INTEGER NOT NULL DEFAULT 0,
  escalated_at INTEGER,
  UNIQUE (purchase_id, round, position)
) STRICT;
CREATE INDEX purchase_steps_open ON purchase_steps (party_id, closed_at, opened_at);
CREATE INDEX purchase_steps_answered ON purchase_steps (party_id, desk, done_at);

-- Each decision of one person on one step. Whoever stands in for another counts for that person, and nobody counts twice.
CREATE TABLE step_decisions (
  id TEXT PRIMARY KEY NOT NULL,
  step_id TEXT NOT NULL REFERENCES purchase_steps (id),
  purchase_id TEXT NOT NULL REFERENCES purchases (id),
  party_id TEXT NOT NULL REFERENCES parties (id),
  desk TEXT NOT NULL CHECK (desk IN ('buyer', 'seller')),
  round INTEGER NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('approved', 'refused', 'returned')),
  member_id TEXT NOT NULL REFERENCES members (id),
  stands_for TEXT NOT NULL REFERENCES members (id),
  reason TEXT NOT NULL,
  note TEXT NOT NULL,
  signed_lang TEXT,
  signed_sha256 TEXT,
  decided_at INTEGER NOT NULL,
  UNIQUE (step_id, member_id),
  UNIQUE (step_id, stands_for)
) STRICT;
CREATE INDEX step_decisions_of_purchase ON step_decisions (purchase_id);
CREATE INDEX step_decisions_of_party ON step_decisions (party_id, decided_at);

-- Requests that were under way before steps existed: one step for each side that has still to decide. The identifiers
-- are those of the request, once as they are and once with another first digit, so that each row has its own.
INSERT INTO purchase_steps (id, purchase_id, party_id, desk, round, position, group_number, kind, name_zh, name_en, members, limits, need, due_days, opened_at, due_at)
SELECT p.id, p.id, p.buyer_id, 'buyer',
  1 + (SELECT count(*) FROM decisions d WHERE d.purchase_id = p.id AND d.verdict = 'returned')
    + (SELECT count(*) FROM compliance_decisions c WHERE c.purchase_id = p.id AND c.verdict = 'returned'),
  1, 1, 'approve', '审批', 'Approval', '[]', '[]', 1, 7, p.state_at, p.expires_at
FROM purchases p WHERE p.buyer_step = 'approver' AND p.state = 'submitted';
INSERT INTO purchase_steps (id, purchase_id, party_id, desk, round, position, group_number, kind, name_zh, name_en, members, limits, need, due_days, opened_at, due_at)
SELECT 'f' || substr(p.id, 2), p.id, p.seller_id, 'seller',
  1 + (SELECT count(*) FROM decisions d WHERE d.purchase_id = p.id AND d.verdict = 'returned')
    + (SELECT count(*) FROM compliance_decisions c WHERE c.purchase_id = p.id AND c.verdict = 'returned'),
  2, 1, 'approve', '许可审批', 'Licensing', '[]', '[]', 1, 7,
  CASE WHEN p.state = 'awaiting_seller' THEN p.state_at END, CASE WHEN p.state = 'awaiting_seller' THEN p.expires_at END
FROM purchases p WHERE p.seller_step = 'licensor' AND (p.state = 'submitted' OR (p.state = 'awaiting_seller' AND p.compliance_step <> 'reached'));

-- The signature comes last: what the table calls awaiting_seller waits for a signatory when it is reached.
ALTER TABLE purchases ADD COLUMN signature_step TEXT NOT NULL DEFAULT 'none'
  CHECK (signature_step IN ('none', 'signatory', 'reached'));
-- The wording of each agreement that was signed, by its hash.
CREATE TABLE signed_agreements (
  purchase_id TEXT NOT NULL REFERENCES purchases (id),
  sha256 TEXT NOT NULL,
  body TEXT NOT NULL,
  kept_at INTEGER NOT NULL,
  PRIMARY KEY (purchase_id, sha256)
) STRICT;

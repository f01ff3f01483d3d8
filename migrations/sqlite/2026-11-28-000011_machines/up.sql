-- The service account that submitted a version for review; a person answers for it in the review itself.
CREATE TABLE review_machines (
  review_id TEXT PRIMARY KEY NOT NULL REFERENCES reviews (id),
  service_id TEXT NOT NULL REFERENCES service_accounts (id)
) STRICT;

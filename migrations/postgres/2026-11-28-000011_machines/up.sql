-- The service account that submitted a version for review; a person answers for it in the review itself.
CREATE TABLE review_machines (
  review_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES reviews (id),
  service_id TEXT COLLATE "C" NOT NULL REFERENCES service_accounts (id)
);

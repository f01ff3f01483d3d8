-- People, machines and their keys -------------------------------------------------------------
CREATE TABLE members (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  email TEXT COLLATE "C" NOT NULL UNIQUE,
  name TEXT COLLATE "C" NOT NULL,
  password_hash TEXT COLLATE "C" NOT NULL,
  lang TEXT COLLATE "C" NOT NULL CHECK (lang IN ('zh-CN', 'en')),
  office TEXT COLLATE "C" CHECK (office IN ('operator', 'moderator', 'compliance', 'site_auditor')),
  confirmed_at BIGINT,
  disabled_at BIGINT,
  created_at BIGINT NOT NULL
);
CREATE TABLE sessions (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  member_id TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  secret_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  device TEXT COLLATE "C" NOT NULL,
  network TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE INDEX sessions_of_member ON sessions (member_id, created_at);
CREATE TABLE mail_links (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  purpose TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('confirm', 'reset', 'new_email', 'invitation')),
  member_id TEXT COLLATE "C" REFERENCES members (id),
  email TEXT COLLATE "C" NOT NULL,
  nonce TEXT COLLATE "C" NOT NULL,
  secret_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX mail_links_of_member ON mail_links (member_id, purpose);
CREATE TABLE throttles (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  failures BIGINT NOT NULL,
  blocked_until BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- Organisations -------------------------------------------------------------------------------
CREATE TABLE parties (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  slug TEXT COLLATE "C" NOT NULL UNIQUE,
  name_zh TEXT COLLATE "C" NOT NULL,
  name_en TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('company', 'institute', 'consortium')),
  country TEXT COLLATE "C" NOT NULL,
  registration TEXT COLLATE "C" NOT NULL,
  verified_at BIGINT,
  verified_by TEXT COLLATE "C" REFERENCES members (id),
  verification TEXT COLLATE "C",
  payee TEXT COLLATE "C" NOT NULL DEFAULT '',
  approval_over_minor BIGINT,
  approval_currency TEXT COLLATE "C" NOT NULL DEFAULT 'CNY',
  created_at BIGINT NOT NULL,
  revision BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE memberships (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  member_id TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  roles TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (party_id, member_id)
);
CREATE INDEX memberships_of_member ON memberships (member_id);
CREATE TABLE invitations (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  email TEXT COLLATE "C" NOT NULL,
  roles TEXT COLLATE "C" NOT NULL,
  link_id TEXT COLLATE "C" NOT NULL REFERENCES mail_links (id),
  invited_by TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  accepted_at BIGINT,
  withdrawn_at BIGINT
);
CREATE INDEX invitations_of_party ON invitations (party_id, created_at);
CREATE TABLE api_keys (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  member_id TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  party_id TEXT COLLATE "C" REFERENCES parties (id),
  name TEXT COLLATE "C" NOT NULL,
  hint TEXT COLLATE "C" NOT NULL,
  secret_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  used_at BIGINT
);
CREATE INDEX api_keys_of_member ON api_keys (member_id, created_at);
CREATE TABLE service_accounts (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  name TEXT COLLATE "C" NOT NULL,
  hint TEXT COLLATE "C" NOT NULL,
  secret_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  scopes TEXT COLLATE "C" NOT NULL,
  created_by TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  created_at BIGINT NOT NULL,
  revoked_at BIGINT,
  used_at BIGINT
);
CREATE INDEX service_accounts_of_party ON service_accounts (party_id, created_at);

-- Licences, datasets, versions, files ----------------------------------------------------------
CREATE TABLE licences (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  label TEXT COLLATE "C" NOT NULL,
  party_id TEXT COLLATE "C" REFERENCES parties (id),
  title_zh TEXT COLLATE "C" NOT NULL,
  title_en TEXT COLLATE "C" NOT NULL,
  text_zh TEXT COLLATE "C" NOT NULL,
  text_en TEXT COLLATE "C" NOT NULL,
  terms TEXT COLLATE "C" NOT NULL,
  sha256 TEXT COLLATE "C" NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  UNIQUE (code, label)
);
CREATE TABLE datasets (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  slug TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'listed', 'withdrawn')),
  title_zh TEXT COLLATE "C" NOT NULL,
  title_en TEXT COLLATE "C" NOT NULL,
  summary_zh TEXT COLLATE "C" NOT NULL,
  summary_en TEXT COLLATE "C" NOT NULL,
  card_zh TEXT COLLATE "C" NOT NULL,
  card_en TEXT COLLATE "C" NOT NULL,
  sector TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  use_case TEXT COLLATE "C" NOT NULL,
  level TEXT COLLATE "C" NOT NULL CHECK (level IN ('general', 'important', 'core')),
  source_statement TEXT COLLATE "C" NOT NULL,
  contact TEXT COLLATE "C" NOT NULL,
  search_text TEXT COLLATE "C" NOT NULL,
  current_version_id TEXT COLLATE "C",
  created_by TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  listed_at BIGINT,
  revision BIGINT NOT NULL DEFAULT 1,
  UNIQUE (party_id, slug)
);
CREATE INDEX datasets_listed ON datasets (state, listed_at, id);
CREATE TABLE versions (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  dataset_id TEXT COLLATE "C" NOT NULL REFERENCES datasets (id),
  label TEXT COLLATE "C" NOT NULL,
  change_note TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'published', 'deprecated', 'recalled')),
  manifest TEXT COLLATE "C",
  manifest_sha256 TEXT COLLATE "C",
  formats TEXT COLLATE "C" NOT NULL DEFAULT '',
  files_count BIGINT NOT NULL DEFAULT 0,
  size_bytes BIGINT NOT NULL DEFAULT 0,
  rows_count BIGINT,
  columns_count BIGINT,
  published_at BIGINT,
  recalled_at BIGINT,
  recall_reason TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  revision BIGINT NOT NULL DEFAULT 1,
  UNIQUE (dataset_id, label)
);
CREATE TABLE blobs (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  size_bytes BIGINT NOT NULL,
  sha256 TEXT COLLATE "C" NOT NULL,
  chunks BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  damaged_at BIGINT
);
CREATE TABLE files (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  version_id TEXT COLLATE "C" NOT NULL REFERENCES versions (id),
  path TEXT COLLATE "C" NOT NULL,
  path_folded TEXT COLLATE "C" NOT NULL,
  blob_id TEXT COLLATE "C" NOT NULL REFERENCES blobs (id),
  media_type TEXT COLLATE "C" NOT NULL,
  size_bytes BIGINT NOT NULL,
  sha256 TEXT COLLATE "C" NOT NULL,
  rows_count BIGINT,
  columns_count BIGINT,
  sample TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  UNIQUE (version_id, path_folded)
);
CREATE INDEX files_of_blob ON files (blob_id);
CREATE TABLE offers (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  dataset_id TEXT COLLATE "C" NOT NULL REFERENCES datasets (id),
  licence_id TEXT COLLATE "C" NOT NULL REFERENCES licences (id),
  title TEXT COLLATE "C" NOT NULL,
  scope TEXT COLLATE "C" NOT NULL CHECK (scope IN ('version', 'all_versions')),
  price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
  currency TEXT COLLATE "C" NOT NULL,
  tax_basis_points BIGINT NOT NULL CHECK (tax_basis_points BETWEEN 0 AND 10000),
  approval TEXT COLLATE "C" NOT NULL CHECK (approval IN ('instant', 'licensor')),
  payment TEXT COLLATE "C" NOT NULL CHECK (payment IN ('none', 'prepaid', 'later')),
  payment_days BIGINT NOT NULL,
  term_days BIGINT,
  audience TEXT COLLATE "C" NOT NULL CHECK (audience IN ('public', 'verified')),
  created_at BIGINT NOT NULL,
  closed_at BIGINT,
  revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX offers_of_dataset ON offers (dataset_id, created_at);

-- Grants, orders, purchases --------------------------------------------------------------------
CREATE TABLE counters (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  value BIGINT NOT NULL
);
CREATE TABLE purchases (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  number TEXT COLLATE "C" NOT NULL UNIQUE,
  buyer_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  seller_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('submitted', 'awaiting_seller', 'awaiting_payment', 'returned', 'granted', 'refused', 'withdrawn', 'expired')),
  side TEXT COLLATE "C" CHECK (side IN ('buyer', 'seller')),
  reason TEXT COLLATE "C",
  requested_by TEXT COLLATE "C" NOT NULL,
  requested_by_kind TEXT COLLATE "C" NOT NULL CHECK (requested_by_kind IN ('member', 'service')),
  requested_by_name TEXT COLLATE "C" NOT NULL,
  purpose TEXT COLLATE "C" NOT NULL,
  accepted_at BIGINT NOT NULL,
  accepted_lang TEXT COLLATE "C" NOT NULL,
  net_minor BIGINT NOT NULL,
  tax_minor BIGINT NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  payment TEXT COLLATE "C" NOT NULL,
  buyer_step TEXT COLLATE "C" NOT NULL CHECK (buyer_step IN ('none', 'approver')),
  seller_step TEXT COLLATE "C" NOT NULL CHECK (seller_step IN ('none', 'licensor')),
  created_at BIGINT NOT NULL,
  submitted_at BIGINT NOT NULL,
  state_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revision BIGINT NOT NULL DEFAULT 1,
  CHECK (buyer_id <> seller_id)
);
CREATE INDEX purchases_of_buyer ON purchases (buyer_id, created_at);
CREATE INDEX purchases_of_seller ON purchases (seller_id, created_at);
CREATE TABLE purchase_lines (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  purchase_id TEXT COLLATE "C" NOT NULL REFERENCES purchases (id),
  position BIGINT NOT NULL,
  offer_id TEXT COLLATE "C" NOT NULL REFERENCES offers (id),
  dataset_id TEXT COLLATE "C" NOT NULL REFERENCES datasets (id),
  version_id TEXT COLLATE "C" NOT NULL REFERENCES versions (id),
  licence_id TEXT COLLATE "C" NOT NULL REFERENCES licences (id),
  licence_sha256 TEXT COLLATE "C" NOT NULL,
  scope TEXT COLLATE "C" NOT NULL,
  term_days BIGINT,
  net_minor BIGINT NOT NULL,
  tax_basis_points BIGINT NOT NULL,
  tax_minor BIGINT NOT NULL,
  payment_days BIGINT NOT NULL,
  UNIQUE (purchase_id, position)
);
CREATE TABLE decisions (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  purchase_id TEXT COLLATE "C" NOT NULL REFERENCES purchases (id),
  side TEXT COLLATE "C" NOT NULL CHECK (side IN ('buyer', 'seller')),
  verdict TEXT COLLATE "C" NOT NULL CHECK (verdict IN ('approved', 'refused', 'returned')),
  member_id TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  note TEXT COLLATE "C" NOT NULL,
  round BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  UNIQUE (purchase_id, side, round)
);
CREATE TABLE orders (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  purchase_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES purchases (id),
  number TEXT COLLATE "C" NOT NULL,
  buyer_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  seller_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  net_minor BIGINT NOT NULL,
  tax_minor BIGINT NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  payee TEXT COLLATE "C" NOT NULL,
  opened_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  paid_at BIGINT,
  paid_on TEXT COLLATE "C",
  paid_reference TEXT COLLATE "C",
  paid_by TEXT COLLATE "C" REFERENCES members (id),
  revision BIGINT NOT NULL DEFAULT 1,
  UNIQUE (seller_id, number)
);
CREATE TABLE grants (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  number TEXT COLLATE "C" NOT NULL UNIQUE,
  purchase_id TEXT COLLATE "C" NOT NULL REFERENCES purchases (id),
  line_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES purchase_lines (id),
  holder_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  seller_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
  dataset_id TEXT COLLATE "C" NOT NULL REFERENCES datasets (id),
  version_id TEXT COLLATE "C" NOT NULL REFERENCES versions (id),
  scope TEXT COLLATE "C" NOT NULL CHECK (scope IN ('version', 'all_versions')),
  licence_id TEXT COLLATE "C" NOT NULL REFERENCES licences (id),
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'terminated')),
  side TEXT COLLATE "C" CHECK (side IN ('buyer', 'seller')),
  reason TEXT COLLATE "C",
  starts_at BIGINT NOT NULL,
  ends_at BIGINT,
  ended_at BIGINT,
  receipt TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX grants_of_holder ON grants (holder_id, created_at);
CREATE INDEX grants_of_seller ON grants (seller_id, created_at);
CREATE TABLE tokens (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  grant_id TEXT COLLATE "C" NOT NULL REFERENCES grants (id),
  file_id TEXT COLLATE "C" REFERENCES files (id),
  service_id TEXT COLLATE "C" REFERENCES service_accounts (id),
  member_id TEXT COLLATE "C" REFERENCES members (id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX tokens_of_grant ON tokens (grant_id, created_at);
CREATE TABLE deliveries (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  grant_id TEXT COLLATE "C" NOT NULL REFERENCES grants (id),
  file_id TEXT COLLATE "C" NOT NULL REFERENCES files (id),
  taken_by TEXT COLLATE "C" NOT NULL,
  day TEXT COLLATE "C" NOT NULL,
  requests BIGINT NOT NULL,
  sent_bytes BIGINT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  UNIQUE (grant_id, file_id, taken_by, day)
);

-- The record, the outbox, once-only requests ---------------------------------------------------
CREATE TABLE journal (
  seq BIGSERIAL PRIMARY KEY,
  id TEXT COLLATE "C" NOT NULL UNIQUE,
  noted_at BIGINT NOT NULL,
  actor_kind TEXT COLLATE "C" NOT NULL CHECK (actor_kind IN ('member', 'service', 'house', 'nobody')),
  actor_id TEXT COLLATE "C" NOT NULL,
  actor_name TEXT COLLATE "C" NOT NULL,
  deed TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  subject_id TEXT COLLATE "C" NOT NULL,
  party_id TEXT COLLATE "C",
  other_party_id TEXT COLLATE "C",
  detail TEXT COLLATE "C" NOT NULL
);
CREATE INDEX journal_of_subject ON journal (subject_id, seq);
CREATE INDEX journal_of_party ON journal (party_id, seq);
CREATE INDEX journal_of_other_party ON journal (other_party_id, seq);
CREATE FUNCTION journal_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TRIGGER journal_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON journal EXECUTE FUNCTION journal_is_final();
CREATE TABLE notices (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  subject_id TEXT COLLATE "C" NOT NULL,
  receiver TEXT COLLATE "C" NOT NULL,
  lang TEXT COLLATE "C" NOT NULL,
  facts TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  leased_until BIGINT,
  lease TEXT COLLATE "C",
  sent_at BIGINT,
  failed_at BIGINT,
  last_error TEXT COLLATE "C",
  UNIQUE (kind, subject_id, receiver)
);
CREATE INDEX notices_due ON notices (sent_at, next_at);
CREATE TABLE once_keys (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  request_hash TEXT COLLATE "C" NOT NULL,
  outcome TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL
);

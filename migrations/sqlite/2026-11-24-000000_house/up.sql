-- People, machines and their keys -------------------------------------------------------------
CREATE TABLE members (
  id TEXT PRIMARY KEY NOT NULL,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  lang TEXT NOT NULL CHECK (lang IN ('zh-CN', 'en')),
  office TEXT CHECK (office IN ('operator', 'moderator', 'compliance', 'site_auditor')),
  confirmed_at INTEGER,
  disabled_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE sessions (
  id TEXT PRIMARY KEY NOT NULL,
  member_id TEXT NOT NULL REFERENCES members (id),
  secret_hash TEXT NOT NULL UNIQUE,
  device TEXT NOT NULL,
  network TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX sessions_of_member ON sessions (member_id, created_at);
CREATE TABLE mail_links (
  id TEXT PRIMARY KEY NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('confirm', 'reset', 'new_email', 'invitation')),
  member_id TEXT REFERENCES members (id),
  email TEXT NOT NULL,
  nonce TEXT NOT NULL,
  secret_hash TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;
CREATE INDEX mail_links_of_member ON mail_links (member_id, purpose);
CREATE TABLE throttles (
  id TEXT PRIMARY KEY NOT NULL,
  failures INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Organisations -------------------------------------------------------------------------------
CREATE TABLE parties (
  id TEXT PRIMARY KEY NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('company', 'institute', 'consortium')),
  country TEXT NOT NULL,
  registration TEXT NOT NULL,
  verified_at INTEGER,
  verified_by TEXT REFERENCES members (id),
  verification TEXT,
  payee TEXT NOT NULL DEFAULT '',
  approval_over_minor INTEGER,
  approval_currency TEXT NOT NULL DEFAULT 'CNY',
  created_at INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE memberships (
  id TEXT PRIMARY KEY NOT NULL,
  party_id TEXT NOT NULL REFERENCES parties (id),
  member_id TEXT NOT NULL REFERENCES members (id),
  roles TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (party_id, member_id)
) STRICT;
CREATE INDEX memberships_of_member ON memberships (member_id);
CREATE TABLE invitations (
  id TEXT PRIMARY KEY NOT NULL,
  party_id TEXT NOT NULL REFERENCES parties (id),
  email TEXT NOT NULL,
  roles TEXT NOT NULL,
  link_id TEXT NOT NULL REFERENCES mail_links (id),
  invited_by TEXT NOT NULL REFERENCES members (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  accepted_at INTEGER,
  withdrawn_at INTEGER
) STRICT;
CREATE INDEX invitations_of_party ON invitations (party_id, created_at);
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY NOT NULL,
  member_id TEXT NOT NULL REFERENCES members (id),
  party_id TEXT REFERENCES parties (id),
  name TEXT NOT NULL,
  hint TEXT NOT NULL,
  secret_hash TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  used_at INTEGER
) STRICT;
CREATE INDEX api_keys_of_member ON api_keys (member_id, created_at);
CREATE TABLE service_accounts (
  id TEXT PRIMARY KEY NOT NULL,
  party_id TEXT NOT NULL REFERENCES parties (id),
  name TEXT NOT NULL,
  hint TEXT NOT NULL,
  secret_hash TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES members (id),
  created_at INTEGER NOT NULL,
  revoked_at INTEGER,
  used_at INTEGER
) STRICT;
CREATE INDEX service_accounts_of_party ON service_accounts (party_id, created_at);

-- Licences, datasets, versions, files ----------------------------------------------------------
CREATE TABLE licences (
  id TEXT PRIMARY KEY NOT NULL,
  code TEXT NOT NULL,
  label TEXT NOT NULL,
  party_id TEXT REFERENCES parties (id),
  title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL,
  text_zh TEXT NOT NULL,
  text_en TEXT NOT NULL,
  terms TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  UNIQUE (code, label)
) STRICT;
CREATE TABLE datasets (
  id TEXT PRIMARY KEY NOT NULL,
  party_id TEXT NOT NULL REFERENCES parties (id),
  slug TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'listed', 'withdrawn')),
  title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL,
  summary_zh TEXT NOT NULL,
  summary_en TEXT NOT NULL,
  card_zh TEXT NOT NULL,
  card_en TEXT NOT NULL,
  sector TEXT NOT NULL,
  kind TEXT NOT NULL,
  use_case TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('general', 'important', 'core')),
  source_statement TEXT NOT NULL,
  contact TEXT NOT NULL,
  search_text TEXT NOT NULL,
  current_version_id TEXT,
  created_by TEXT NOT NULL REFERENCES members (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  listed_at INTEGER,
  revision INTEGER NOT NULL DEFAULT 1,
  UNIQUE (party_id, slug)
) STRICT;
CREATE INDEX datasets_listed ON datasets (state, listed_at, id);
CREATE TABLE versions (
  id TEXT PRIMARY KEY NOT NULL,
  dataset_id TEXT NOT NULL REFERENCES datasets (id),
  label TEXT NOT NULL,
  change_note TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'deprecated', 'recalled')),
  manifest TEXT,
  manifest_sha256 TEXT,
  formats TEXT NOT NULL DEFAULT '',
  files_count INTEGER NOT NULL DEFAULT 0,
  size_bytes INTEGER NOT NULL DEFAULT 0,
  rows_count INTEGER,
  columns_count INTEGER,
  published_at INTEGER,
  recalled_at INTEGER,
  recall_reason TEXT,
  created_at INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1,
  UNIQUE (dataset_id, label)
) STRICT;
CREATE TABLE blobs (
  id TEXT PRIMARY KEY NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  chunks BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  damaged_at INTEGER
) STRICT;
CREATE TABLE files (
  id TEXT PRIMARY KEY NOT NULL,
  version_id TEXT NOT NULL REFERENCES versions (id),
  path TEXT NOT NULL,
  path_folded TEXT NOT NULL,
  blob_id TEXT NOT NULL REFERENCES blobs (id),
  media_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  rows_count INTEGER,
  columns_count INTEGER,
  sample TEXT,
  created_at INTEGER NOT NULL,
  UNIQUE (version_id, path_folded)
) STRICT;
CREATE INDEX files_of_blob ON files (blob_id);
CREATE TABLE offers (
  id TEXT PRIMARY KEY NOT NULL,
  dataset_id TEXT NOT NULL REFERENCES datasets (id),
  licence_id TEXT NOT NULL REFERENCES licences (id),
  title TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('version', 'all_versions')),
  price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
  currency TEXT NOT NULL,
  tax_basis_points INTEGER NOT NULL CHECK (tax_basis_points BETWEEN 0 AND 10000),
  approval TEXT NOT NULL CHECK (approval IN ('instant', 'licensor')),
  payment TEXT NOT NULL CHECK (payment IN ('none', 'prepaid', 'later')),
  payment_days INTEGER NOT NULL,
  term_days INTEGER,
  audience TEXT NOT NULL CHECK (audience IN ('public', 'verified')),
  created_at INTEGER NOT NULL,
  closed_at INTEGER,
  revision INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX offers_of_dataset ON offers (dataset_id, created_at);

-- Grants, orders, purchases --------------------------------------------------------------------
CREATE TABLE counters (
  id TEXT PRIMARY KEY NOT NULL,
  value INTEGER NOT NULL
) STRICT;
CREATE TABLE purchases (
  id TEXT PRIMARY KEY NOT NULL,
  number TEXT NOT NULL UNIQUE,
  buyer_id TEXT NOT NULL REFERENCES parties (id),
  seller_id TEXT NOT NULL REFERENCES parties (id),
  state TEXT NOT NULL CHECK (state IN ('submitted', 'awaiting_seller', 'awaiting_payment', 'returned', 'granted', 'refused', 'withdrawn', 'expired')),
  side TEXT CHECK (side IN ('buyer', 'seller')),
  reason TEXT,
  requested_by TEXT NOT NULL,
  requested_by_kind TEXT NOT NULL CHECK (requested_by_kind IN ('member', 'service')),
  requested_by_name TEXT NOT NULL,
  purpose TEXT NOT NULL,
  accepted_at INTEGER NOT NULL,
  accepted_lang TEXT NOT NULL,
  net_minor INTEGER NOT NULL,
  tax_minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  payment TEXT NOT NULL,
  buyer_step TEXT NOT NULL CHECK (buyer_step IN ('none', 'approver')),
  seller_step TEXT NOT NULL CHECK (seller_step IN ('none', 'licensor')),
  created_at INTEGER NOT NULL,
  submitted_at INTEGER NOT NULL,
  state_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1,
  CHECK (buyer_id <> seller_id)
) STRICT;
CREATE INDEX purchases_of_buyer ON purchases (buyer_id, created_at);
CREATE INDEX purchases_of_seller ON purchases (seller_id, created_at);
CREATE TABLE purchase_lines (
  id TEXT PRIMARY KEY NOT NULL,
  purchase_id TEXT NOT NULL REFERENCES purchases (id),
  position INTEGER NOT NULL,
  offer_id TEXT NOT NULL REFERENCES offers (id),
  dataset_id TEXT NOT NULL REFERENCES datasets (id),
  version_id TEXT NOT NULL REFERENCES versions (id),
  licence_id TEXT NOT NULL REFERENCES licences (id),
  licence_sha256 TEXT NOT NULL,
  scope TEXT NOT NULL,
  term_days INTEGER,
  net_minor INTEGER NOT NULL,
  tax_basis_points INTEGER NOT NULL,
  tax_minor INTEGER NOT NULL,
  payment_days INTEGER NOT NULL,
  UNIQUE (purchase_id, position)
) STRICT;
CREATE TABLE decisions (
  id TEXT PRIMARY KEY NOT NULL,
  purchase_id TEXT NOT NULL REFERENCES purchases (id),
  side TEXT NOT NULL CHECK (side IN ('buyer', 'seller')),
  verdict TEXT NOT NULL CHECK (verdict IN ('approved', 'refused', 'returned')),
  member_id TEXT NOT NULL REFERENCES members (id),
  note TEXT NOT NULL,
  round INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  UNIQUE (purchase_id, side, round)
) STRICT;
CREATE TABLE orders (
  id TEXT PRIMARY KEY NOT NULL,
  purchase_id TEXT NOT NULL UNIQUE REFERENCES purchases (id),
  number TEXT NOT NULL,
  buyer_id TEXT NOT NULL REFERENCES parties (id),
  seller_id TEXT NOT NULL REFERENCES parties (id),
  net_minor INTEGER NOT NULL,
  tax_minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  payee TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  paid_at INTEGER,
  paid_on TEXT,
  paid_reference TEXT,
  paid_by TEXT REFERENCES members (id),
  revision INTEGER NOT NULL DEFAULT 1,
  UNIQUE (seller_id, number)
) STRICT;
CREATE TABLE grants (
  id TEXT PRIMARY KEY NOT NULL,
  number TEXT NOT NULL UNIQUE,
  purchase_id TEXT NOT NULL REFERENCES purchases (id),
  line_id TEXT NOT NULL UNIQUE REFERENCES purchase_lines (id),
  holder_id TEXT NOT NULL REFERENCES parties (id),
  seller_id TEXT NOT NULL REFERENCES parties (id),
  dataset_id TEXT NOT NULL REFERENCES datasets (id),
  version_id TEXT NOT NULL REFERENCES versions (id),
  scope TEXT NOT NULL CHECK (scope IN ('version', 'all_versions')),
  licence_id TEXT NOT NULL REFERENCES licences (id),
  state TEXT NOT NULL CHECK (state IN ('active', 'terminated')),
  side TEXT CHECK (side IN ('buyer', 'seller')),
  reason TEXT,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER,
  ended_at INTEGER,
  receipt TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX grants_of_holder ON grants (holder_id, created_at);
CREATE INDEX grants_of_seller ON grants (seller_id, created_at);
CREATE TABLE tokens (
  id TEXT PRIMARY KEY NOT NULL,
  grant_id TEXT NOT NULL REFERENCES grants (id),
  file_id TEXT REFERENCES files (id),
  service_id TEXT REFERENCES service_accounts (id),
  member_id TEXT REFERENCES members (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE INDEX tokens_of_grant ON tokens (grant_id, created_at);
CREATE TABLE deliveries (
  id TEXT PRIMARY KEY NOT NULL,
  grant_id TEXT NOT NULL REFERENCES grants (id),
  file_id TEXT NOT NULL REFERENCES files (id),
  taken_by TEXT NOT NULL,
  day TEXT NOT NULL,
  requests INTEGER NOT NULL,
  sent_bytes INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  UNIQUE (grant_id, file_id, taken_by, day)
) STRICT;

-- The record, the outbox, once-only requests ---------------------------------------------------
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  noted_at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('member', 'service', 'house', 'nobody')),
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  deed TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  party_id TEXT,
  other_party_id TEXT,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX journal_of_subject ON journal (subject_id, seq);
CREATE INDEX journal_of_party ON journal (party_id, seq);
CREATE INDEX journal_of_other_party ON journal (other_party_id, seq);
CREATE TRIGGER journal_is_final BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_stays BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TABLE notices (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  receiver TEXT NOT NULL,
  lang TEXT NOT NULL,
  facts TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  leased_until INTEGER,
  lease TEXT,
  sent_at INTEGER,
  failed_at INTEGER,
  last_error TEXT,
  UNIQUE (kind, subject_id, receiver)
) STRICT;
CREATE INDEX notices_due ON notices (sent_at, next_at);
CREATE TABLE once_keys (
  id TEXT PRIMARY KEY NOT NULL,
  request_hash TEXT NOT NULL,
  outcome TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

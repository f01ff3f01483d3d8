-- One row for a notice serves the site, the mail and the daily summary; each person says by which of them for each topic.
ALTER TABLE notices ADD COLUMN member_id TEXT REFERENCES members (id);
ALTER TABLE notices ADD COLUMN party_id TEXT REFERENCES parties (id);
ALTER TABLE notices ADD COLUMN on_site INTEGER NOT NULL DEFAULT 0;
ALTER TABLE notices ADD COLUMN mail TEXT NOT NULL DEFAULT 'now' CHECK (mail IN ('now', 'digest', 'none'));
ALTER TABLE notices ADD COLUMN read_at INTEGER;
ALTER TABLE notices ADD COLUMN digest_id TEXT;
CREATE INDEX notices_of_member ON notices (member_id, on_site, created_at, id);
CREATE INDEX notices_unread ON notices (member_id, on_site, read_at);
CREATE INDEX notices_for_digest ON notices (mail, digest_id, next_at);
CREATE INDEX notices_of_digest ON notices (digest_id);
CREATE TABLE notice_settings (
  member_id TEXT NOT NULL REFERENCES members (id),
  topic TEXT NOT NULL,
  on_site INTEGER NOT NULL,
  mail TEXT NOT NULL CHECK (mail IN ('now', 'digest', 'none')),
  PRIMARY KEY (member_id, topic)
) STRICT;
CREATE TABLE digest_hours (
  member_id TEXT PRIMARY KEY NOT NULL REFERENCES members (id),
  hour INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23)
) STRICT;

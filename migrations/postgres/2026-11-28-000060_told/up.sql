-- One row for a notice serves the site, the mail and the daily summary; each person says by which of them for each topic.
ALTER TABLE notices ADD COLUMN member_id TEXT COLLATE "C" REFERENCES members (id);
ALTER TABLE notices ADD COLUMN party_id TEXT COLLATE "C" REFERENCES parties (id);
ALTER TABLE notices ADD COLUMN on_site BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notices ADD COLUMN mail TEXT COLLATE "C" NOT NULL DEFAULT 'now' CHECK (mail IN ('now', 'digest', 'none'));
ALTER TABLE notices ADD COLUMN read_at BIGINT;
ALTER TABLE notices ADD COLUMN digest_id TEXT COLLATE "C";
CREATE INDEX notices_of_member ON notices (member_id, on_site, created_at, id);
CREATE INDEX notices_unread ON notices (member_id, on_site, read_at);
CREATE INDEX notices_for_digest ON notices (mail, digest_id, next_at);
CREATE INDEX notices_of_digest ON notices (digest_id);
CREATE TABLE notice_settings (
  member_id TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  topic TEXT COLLATE "C" NOT NULL,
  on_site BIGINT NOT NULL,
  mail TEXT COLLATE "C" NOT NULL CHECK (mail IN ('now', 'digest', 'none')),
  PRIMARY KEY (member_id, topic)
);
CREATE TABLE digest_hours (
  member_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES members (id),
  hour BIGINT NOT NULL CHECK (hour BETWEEN 0 AND 23)
);

//! The tests from outside: a real server in this process (or the real binary), spoken to over HTTP as visitors do.
//!
//! They run on SQLite, and on PostgreSQL when `TEST_DATABASE_URL` names a server in which databases may be made.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod approval;
mod audit;
mod backup;
mod conditions;
mod curl;
mod deals;
mod deciding;
mod deny;
mod gate;
mod grants;
mod histories;
mod house;
mod kills;
mod leaving;
mod licences;
mod lineage;
mod mail_servers;
mod measuring;
mod negotiated;
mod notices;
mod packages;
mod path;
mod permissions;
mod preferences;
mod publish;
mod races;
mod receipts;
mod releases;
mod relicence;
mod replicas;
mod samples;
mod servers;
mod standards;
mod store;
mod support;
mod upload_kills;
mod uploads;
mod webhooks;
mod wizard;
mod words;

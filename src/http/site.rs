//! What every handler may lean on: the parts that `app` put together, built once and passed on.

use super::hashing::Hashing;
use super::problem::ProblemPage;
use crate::market::accounts::Actor;
use crate::market::signing::SigningKeys;
use crate::store::Db;
use crate::store::blobs::Blobs;
use crate::values::{Clock, Egress, ServerKey};
use std::path::PathBuf;
use std::sync::Arc;

/// The settings that handlers read, taken from the configuration at the start.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The exchange's name as shown in the header.
    pub exchange: String,
    /// The public address without a slash at its end: issuer, origin and stem of mailed links.
    pub public_url: String,
    /// Whether the public address is https, which decides the cookie's name and flags.
    pub https: bool,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Host names besides that of the public address that a request may name.
    pub allowed_hosts: Vec<String>,
    /// The largest file that a form may carry, in bytes.
    pub form_upload_limit_bytes: u64,
    /// The largest file that `PUT` may carry, in bytes.
    pub upload_limit_bytes: u64,
    /// What an organisation may store and reserve, in bytes.
    pub quota_bytes: i64,
    /// Seconds without progress after which an unfinished upload is given up.
    pub upload_keep_seconds: i64,
    /// How long a download token lives when nothing else is asked, in seconds.
    pub token_seconds: i64,
    /// Where mails are written when no SMTP server is configured.
    pub mail_folder: Option<PathBuf>,
    /// How many sign-ups, resets and failed sign-ins one network may cause in an hour.
    pub hourly_attempts: i64,
    /// Where webhooks may go.
    pub egress: Arc<Egress>,
}

/// The shared parts.
#[derive(Clone)]
pub struct Site {
    /// The database.
    pub db: Db,
    /// The stored bytes.
    pub blobs: Arc<Blobs>,
    /// The clock.
    pub clock: Clock,
    /// The settings that handlers read.
    pub facts: Arc<Facts>,
    /// Secrets of mailed links come from this key.
    pub server_key: ServerKey,
    /// The keys that sign receipts and tokens.
    pub signing: Arc<SigningKeys>,
    /// The bounded queue in front of password hashing.
    pub hashing: Hashing,
    /// Who writes to which upload in this process.
    pub turns: super::turns::Turns,
    /// How a problem becomes a page; `http` itself knows no page.
    pub problem_page: ProblemPage,
    /// Wakes the job that delivers notices.
    pub mail_bell: Arc<tokio::sync::Notify>,
}

impl Site {
    /// Makes an address absolute.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.facts.public_url)
    }
    /// Names the actor's once-only keys apart from everybody else's.
    #[must_use]
    pub fn once_name(actor: Option<&Actor>) -> String {
        actor.map_or_else(|| "nobody".to_owned(), |a| a.by().id)
    }
}

//! The table of all settings, the file that explains them, and the search for a name that nobody knows.

use super::ConfigError;
use std::fmt::Write as _;

/// One setting: name, default as text, meaning with unit, whether it is a secret.
pub struct Setting {
    /// The name in the file; `BOURSE_` and capitals in the environment.
    pub name: &'static str,
    /// The default, as it would be written.
    pub default: &'static str,
    /// What it means, with its unit.
    pub meaning: &'static str,
    /// Whether it is never printed.
    pub secret: bool,
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, meaning, secret: false }
}
const fn secret(name: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default: "", meaning, secret: true }
}

/// All settings.
pub const SETTINGS: &[Setting] = &[
    setting("listen", "127.0.0.1:8090", "Address and port to listen on; plain HTTP, put a proxy with TLS in front."),
    setting(
        "public_url",
        "http://127.0.0.1:8090",
        "What browsers type: origin, issuer of tokens, stem of mailed links. https switches on secure cookies.",
    ),
    setting("allowed_hosts", "", "Further host names that requests may name, separated by commas."),
    setting("exchange_name", "Bourse", "The name in the header of every page and on receipts."),
    setting("data_dir", "./bourse-data", "Folder for database, files, keys and mails."),
    setting("keys_dir", "", "Folder of the signing keys; data_dir/keys when empty. Replicas share it."),
    setting("database_url", "", "sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME; data_dir/bourse.db when empty."),
    setting(
        "database_connections",
        "8",
        "Connections: SQLite readers beside the one writer, or the whole PostgreSQL pool (2 to 200).",
    ),
    setting("blob_store", "disk", "Where files lie: disk or s3."),
    setting("s3_endpoint", "", "Address of an S3-compatible store; AWS when empty."),
    setting("s3_region", "us-east-1", "Region of the bucket."),
    setting("s3_bucket", "", "The bucket; it must exist."),
    setting("s3_access_key", "", "Access key id."),
    secret("s3_secret_key", "Secret access key."),
    secret(
        "smtp_url",
        "smtp://USER:PASSWORD@HOST:PORT (STARTTLS is required unless the host is this machine; ?tls=required or ?tls=opportunistic at its end decides otherwise) or smtps://…; without it mails are written as files.",
    ),
    setting(
        "smtp_ca_file",
        "",
        "File with certificates (PEM) of authorities that the mail server is believed by, besides the well-known ones.",
    ),
    setting("mail_from", "Bourse <bourse@localhost>", "Sender of mails."),
    setting(
        "webhook_hosts",
        "",
        "Hosts that webhooks may go to, separated by commas; .example.org takes all below it. Every public host when empty.",
    ),
    setting(
        "webhook_networks",
        "",
        "Networks that webhooks may go to although they are not public, such as 10.1.0.0/16. With 127.0.0.0/8 plain http to this machine passes too: for tests.",
    ),
    setting("trusted_proxies", "", "Addresses of proxies whose X-Forwarded-For is believed, separated by commas."),
    setting("form_upload_limit_mib", "512", "Largest file in a form, in MiB."),
    setting("upload_limit_mib", "65536", "Largest file by PUT, in MiB."),
    setting("organisation_quota_gib", "1024", "What an organisation may store and reserve by uploads, in GiB."),
    setting("upload_hours", "72", "Hours without progress after which an unfinished upload is given up (1 to 720)."),
    setting("token_minutes", "60", "Life of a download token when nothing else is asked, in minutes (1 to 1440)."),
    setting("hourly_attempts", "60", "Sign-ups, resets and failed sign-ins that one network may cause in an hour."),
    setting("log_format", "text", "Log on standard error: text or json."),
    setting("workers", "0", "Threads that answer requests; one a core when 0."),
    setting("shutdown_seconds", "30", "Seconds that running downloads get at shutdown."),
];

/// Prints a file with every setting, its default and its meaning.
#[must_use]
pub fn example() -> String {
    let mut out = String::from(
        "# Settings of Bourse with their defaults. Each can also be given as BOURSE_NAME in the environment.\n",
    );
    for s in SETTINGS {
        let _ = write!(out, "\n# {}\n#{} = {:?}\n", s.meaning, s.name, s.default);
    }
    out
}

/// Finds a setting by its name; an unknown one is refused with the nearest.
pub(super) fn known(name: &str, place: &str) -> Result<&'static str, ConfigError> {
    if let Some(found) = SETTINGS.iter().find(|s| s.name == name) {
        return Ok(found.name);
    }
    let nearest = SETTINGS.iter().map(|s| (strsim::damerau_levenshtein(s.name, name), s.name)).min();
    let hint = nearest
        .filter(|(distance, _)| *distance <= 5)
        .map_or_else(String::new, |(_, near)| format!("; did you mean {near}?"));
    Err(ConfigError::Unknown(name.to_owned(), place.to_owned(), hint))
}

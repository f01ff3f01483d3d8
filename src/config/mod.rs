//! Every setting: its name, default and meaning, in one table. The only place that reads the environment.
//!
//! A file in TOML (`bourse.toml` in the current folder, or `--config FILE`) comes first, then variables
//! `BOURSE_NAME`. A name that nobody knows is refused, with the nearest known one.

mod settings;

pub use settings::{SETTINGS, Setting, example};

use crate::values::{Egress, Secret};
use settings::known;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// Says what is wrong with the configuration, and what to write instead.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {0}: {1}")]
    Unreadable(String, String),
    /// A name that nobody knows.
    #[error("unknown setting {0} in {1}{2}")]
    Unknown(String, String, String),
    /// A value that does not fit.
    #[error("setting {0}: {1}")]
    Bad(&'static str, String),
}

/// Where files lie.
#[derive(Debug, Clone)]
pub enum BlobStore {
    /// In a folder.
    Disk,
    /// In an S3 bucket: endpoint, region, bucket, access key, secret key.
    S3 {
        /// The address; none for AWS.
        endpoint: Option<String>,
        /// The region.
        region: String,
        /// The bucket.
        bucket: String,
        /// The access key id.
        access_key: String,
        /// The secret key.
        secret_key: Secret<String>,
    },
}

/// The configuration, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The public address, without a slash at its end.
    pub public_url: String,
    /// Host names that requests may name.
    pub allowed_hosts: Vec<String>,
    /// The exchange's name.
    pub exchange_name: String,
    /// The data folder.
    pub data_dir: PathBuf,
    /// The key folder.
    pub keys_dir: PathBuf,
    /// The database's address; may hold a password.
    pub database_url: Secret<String>,
    /// Connections to the database.
    pub database_connections: u32,
    /// Where files lie.
    pub blob_store: BlobStore,
    /// The mail server, if any.
    pub smtp_url: Option<Secret<String>>,
    /// Certificates of further authorities for the mail server.
    pub smtp_ca_file: Option<PathBuf>,
    /// The sender of mails.
    pub mail_from: String,
    /// Where webhooks may go.
    pub egress: Egress,
    /// Proxies that are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Largest file in a form, bytes.
    pub form_upload_limit_bytes: u64,
    /// Largest file by PUT, bytes.
    pub upload_limit_bytes: u64,
    /// What an organisation may store and reserve, bytes.
    pub quota_bytes: i64,
    /// Seconds without progress after which an unfinished upload is given up.
    pub upload_keep_seconds: i64,
    /// Life of a download token, seconds.
    pub token_seconds: i64,
    /// Attempts of a network in an hour.
    pub hourly_attempts: i64,
    /// Whether the log is JSON.
    pub log_json: bool,
    /// Threads that answer requests.
    pub workers: usize,
    /// Seconds for running downloads at shutdown.
    pub shutdown_seconds: u64,
    shown: BTreeMap<&'static str, String>,
}

/// Reads a variable that a command was told to take a secret from.
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    let value = std::env::vars_os().find(|(k, _)| k.to_str() == Some(name)).map(|(_, v)| v);
    value.and_then(|v| v.into_string().ok()).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty())
}

impl Config {
    /// Reads file and environment.
    ///
    /// # Errors
    /// [`ConfigError`] names the setting and says what to write instead.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let chosen = file.map(Path::to_path_buf).or_else(|| Some(PathBuf::from("bourse.toml")).filter(|p| p.exists()));
        let text = match &chosen {
            Some(path) => std::fs::read_to_string(path)
                .map_err(|e| ConfigError::Unreadable(path.display().to_string(), e.to_string()))?,
            None => String::new(),
        };
        let name = chosen.map_or_else(|| "the file".to_owned(), |p| p.display().to_string());
        // Other programs' variables may hold any bytes; `vars` would panic on them.
        let environment = std::env::vars_os().filter_map(|(k, v)| {
            Some((k.to_str()?.strip_prefix("BOURSE_")?.to_ascii_lowercase(), v.to_string_lossy().into_owned()))
        });
        // Names of the test suite are not ours.
        Self::read(&text, &name, environment.filter(|(n, _)| !n.starts_with("test_")))
    }

    /// Reads a text and pairs, which go before the text.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn read(
        text: &str,
        file: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let table: toml::Table = text.parse().map_err(|e: toml::de::Error| {
            // The error's own text quotes the line, which may hold a password.
            let line = e.span().and_then(|s| text.get(..s.start)).map_or(1, |before| before.matches('\n').count() + 1);
            ConfigError::Unreadable(file.to_owned(), format!("line {line}: {}", e.message()))
        })?;
        let mut values: BTreeMap<&'static str, String> =
            SETTINGS.iter().map(|s| (s.name, s.default.to_owned())).collect();
        for (name, value) in table {
            let known = known(&name, file)?;
            let text = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Boolean(flag) => flag.to_string(),
                toml::Value::Array(list) => list
                    .iter()
                    .map(|v| v.as_str())
                    .collect::<Option<Vec<_>>>()
                    .ok_or_else(|| ConfigError::Bad(known, "write a list of texts".to_owned()))?
                    .join(","),
                toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => {
                    return Err(ConfigError::Bad(known, "write a text or a whole number".to_owned()));
                }
            };
            values.insert(known, text);
        }
        for (name, value) in environment {
            values.insert(known(&name, "the environment")?, value);
        }
        Self::of(values)
    }

    #[expect(clippy::too_many_lines, reason = "one line or two for each setting")]
    fn of(values: BTreeMap<&'static str, String>) -> Result<Self, ConfigError> {
        let get = |name: &'static str| values.get(name).map(|v| v.trim().to_owned()).unwrap_or_default();
        let bad = |name, hint: &str| ConfigError::Bad(name, format!("{hint}, not {:?}", get(name)));
        let number = |name, low: i64, high: i64| -> Result<i64, ConfigError> {
            get(name)
                .parse()
                .ok()
                .filter(|n| (low..=high).contains(n))
                .ok_or_else(|| bad(name, &format!("write a whole number from {low} to {high}")))
        };
        let list =
            |name| get(name).split(',').map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect::<Vec<_>>();
        let public_url = get("public_url").trim_end_matches('/').to_owned();
        let parsed = url::Url::parse(&public_url).ok().filter(|u| {
            matches!(u.scheme(), "http" | "https")
                && u.path() == "/"
                && u.query().is_none()
                && u.fragment().is_none()
                && u.username().is_empty()
                && u.password().is_none()
        });
        let parsed =
            parsed.ok_or_else(|| bad("public_url", "write http:// or https:// and a host, with nothing behind it"))?;
        // As browsers write an origin: small letters, without the scheme's own port. The origin guard compares texts.
        let public_url = parsed.origin().ascii_serialization();
        let mut allowed_hosts = list("allowed_hosts");
        allowed_hosts.extend(parsed.host_str().map(str::to_owned));
        let data_dir = PathBuf::from(get("data_dir"));
        let keys_dir = if get("keys_dir").is_empty() { data_dir.join("keys") } else { PathBuf::from(get("keys_dir")) };
        let database_url = if get("database_url").is_empty() {
            format!("sqlite://{}", data_dir.join("bourse.db").display())
        } else {
            get("database_url")
        };
        let blob_store = match get("blob_store").as_str() {
            "disk" => BlobStore::Disk,
            "s3" => {
                if get("s3_bucket").is_empty() {
                    return Err(ConfigError::Bad("s3_bucket", "name the bucket when blob_store is s3".to_owned()));
                }
                BlobStore::S3 {
                    endpoint: Some(get("s3_endpoint")).filter(|e| !e.is_empty()),
                    region: get("s3_region"),
                    bucket: get("s3_bucket"),
                    access_key: get("s3_access_key"),
                    secret_key: Secret::new(get("s3_secret_key")),
                }
            }
            _ => return Err(bad("blob_store", "write disk or s3")),
        };
        let proxies: Result<Vec<IpAddr>, _> = list("trusted_proxies").iter().map(|p| p.parse()).collect();
        let mebibytes = |name| number(name, 1, 1 << 40).map(|n| u64::try_from(n).unwrap_or(1) * 1024 * 1024);
        let mail_from = get("mail_from");
        mail_from
            .parse::<lettre::message::Mailbox>()
            .map_err(|_| bad("mail_from", "write an address such as Exchange <desk@example.org>"))?;
        let log_json = match get("log_format").as_str() {
            "text" => false,
            "json" => true,
            _ => return Err(bad("log_format", "write text or json")),
        };
        Ok(Self {
            listen: get("listen")
                .parse()
                .map_err(|_| bad("listen", "write an address and a port such as 127.0.0.1:8090"))?,
            public_url,
            allowed_hosts,
            exchange_name: get("exchange_name"),
            data_dir,
            keys_dir,
            database_url: Secret::new(database_url),
            database_connections: u32::try_from(number("database_connections", 2, 200)?).unwrap_or(8),
            blob_store,
            smtp_url: Some(get("smtp_url")).filter(|u| !u.is_empty()).map(Secret::new),
            smtp_ca_file: Some(get("smtp_ca_file")).filter(|f| !f.is_empty()).map(PathBuf::from),
            mail_from,
            egress: Egress::new(list("webhook_hosts"), &list("webhook_networks")).map_err(|net| {
                ConfigError::Bad("webhook_networks", format!("write networks such as 10.1.0.0/16, not {net:?}"))
            })?,
            trusted_proxies: proxies
                .map_err(|_| bad("trusted_proxies", "write addresses such as 10.0.0.1, separated by commas"))?,
            form_upload_limit_bytes: mebibytes("form_upload_limit_mib")?,
            upload_limit_bytes: mebibytes("upload_limit_mib")?,
            quota_bytes: number("organisation_quota_gib", 1, 1 << 32)? << 30,
            upload_keep_seconds: number("upload_hours", 1, 720)? * 3600,
            token_seconds: number("token_minutes", 1, 1440)? * 60,
            hourly_attempts: number("hourly_attempts", 1, 1_000_000)?,
            log_json,
            workers: usize::try_from(number("workers", 0, 1024)?).unwrap_or(0),
            shutdown_seconds: u64::try_from(number("shutdown_seconds", 0, 3600)?).unwrap_or(30),
            shown: values,
        })
    }

    /// Prints every setting with its value, secrets hidden.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut out = String::new();
        for s in SETTINGS {
            let value = self.shown.get(s.name).map(String::as_str).unwrap_or_default();
            let hidden = s.secret || (s.name == "database_url" && value.contains('@'));
            let value = if hidden && !value.is_empty() { "[redacted]" } else { value };
            let _ = writeln!(out, "{} = {value:?}", s.name);
        }
        out
    }
}

#[cfg(test)]
mod tests;

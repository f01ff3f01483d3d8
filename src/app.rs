//! Puts the parts together: the only file that knows all of them. Used by `serve`, `demo` and the tests.

use crate::config::{BlobStore, Config};
use crate::hooks::Sender;
use crate::http::site::Facts;
use crate::http::turns::Turns;
use crate::http::{self, Site, deadlines, door};
use crate::mail::Post;
use crate::market::signing::{self, KeysError, SigningKeys};
use crate::market::{licences, rules, standards};
use crate::store::blobs::{Blobs, BlobsError, S3Settings};
use crate::store::{Db, OpenError, StoreError};
use crate::values::Clock;
use crate::{protocols, web};
use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App as ActixApp, HttpServer, web as actix};
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Why the server did not start, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A folder cannot be made or written.
    #[error(
        "cannot write to the folder {0}: {1}\n  make it writable for this user, or set `data_dir` to another folder"
    )]
    Folder(String, std::io::Error),
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The store failed while the shipped licences were planted.
    #[error("the database does not take writes: {0}")]
    Store(StoreError),
    /// The keys cannot be read or made.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The files' store cannot be used.
    #[error("cannot use the store of files: {0}\n  check `blob_store`, `data_dir` and the s3_ settings")]
    Blobs(BlobsError),
    /// The mail server's address or its authorities' certificates do not fit.
    #[error("{0}")]
    Mail(String),
    /// Certificates for calling webhooks cannot be read.
    #[error("cannot prepare calls of webhooks: {0}\n  install the certificates of the system (ca-certificates)")]
    Webhooks(String),
    /// The port is taken or not allowed.
    #[error(
        "cannot listen on {0}: {1}\n  another program may use the port: stop it, or set `listen` (`--port` of the demo)"
    )]
    Listen(String, std::io::Error),
}

// Not as sources of the error: its text already holds theirs, and would be told twice.
impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
impl From<BlobsError> for StartError {
    fn from(error: BlobsError) -> Self {
        Self::Blobs(error)
    }
}

/// The whole program, ready to serve.
pub struct App {
    /// The shared parts.
    pub site: Site,
    /// How mails leave.
    pub post: Arc<Post>,
    /// How webhooks are called.
    pub sender: Sender,
    /// The configuration.
    pub config: Config,
}

fn writable(folder: &Path) -> Result<(), StartError> {
    let fail = |e| StartError::Folder(folder.display().to_string(), e);
    // The database and the mails are nobody else's to read.
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(fail)?;
    let probe = folder.join(".writable");
    std::fs::write(&probe, b"").map_err(fail)?;
    std::fs::remove_file(&probe).map_err(fail)
}

/// Names this process among the replicas: the same after a restart, and no other one has it at the same time.
fn replica(config: &Config) -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("{} {} {}", host.trim(), config.listen, config.data_dir.display())
}

/// Opens the store of files that the configuration names.
///
/// # Errors
/// [`BlobsError`] when the folder cannot be made or the settings do not fit.
pub fn blobs_of(config: &Config) -> Result<Blobs, BlobsError> {
    match &config.blob_store {
        BlobStore::Disk => Blobs::disk(&config.data_dir.join("files")),
        BlobStore::S3 { endpoint, region, bucket, access_key, secret_key } => Blobs::s3(&S3Settings {
            endpoint: endpoint.clone(),
            region: region.clone(),
            bucket: bucket.clone(),
            access_key: access_key.clone(),
            secret_key: secret_key.reveal().clone(),
            // Plain http passes on this machine only; the store refuses it elsewhere.
            allow_http: endpoint.as_ref().is_some_and(|e| e.starts_with("http://")),
            path_style: endpoint.is_some(),
        }),
    }
}

impl App {
    /// Opens everything: folders, keys, database, files.
    ///
    /// # Errors
    /// [`StartError`] names the cause and the mend.
    pub fn open(config: Config, clock: Clock) -> Result<Self, StartError> {
        // One crypto provider for the whole process; a second call finds it installed, which is fine.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        writable(&config.data_dir)?;
        let signing = Arc::new(SigningKeys::open(&config.keys_dir)?);
        let server_key = signing::server_key(&config.keys_dir)?;
        let db = Db::open(config.database_url.reveal(), config.database_connections)?;
        let now = clock.now();
        db.write_now(|tx| {
            licences::plant(tx, now)?;
            rules::plant(tx, now)
        })?;
        db.write_now(|tx| standards::plant(tx, now))?;
        let blobs = blobs_of(&config)?;
        let mail_folder = config.smtp_url.is_none().then(|| config.data_dir.join("mails"));
        if let Some(folder) = &mail_folder {
            writable(folder)?;
        }
        let post = match &config.smtp_url {
            Some(url) => Post::smtp(url.reveal(), config.smtp_ca_file.as_deref()).map_err(StartError::Mail)?,
            None => Post::Folder(config.data_dir.join("mails")),
        };
        let egress = Arc::new(config.egress.clone());
        let sender = Sender::new(egress.clone()).map_err(StartError::Webhooks)?;
        let facts = Facts {
            exchange: config.exchange_name.clone(),
            public_url: config.public_url.clone(),
            https: config.public_url.starts_with("https://"),
            trusted_proxies: config.trusted_proxies.clone(),
            allowed_hosts: config.allowed_hosts.clone(),
            form_upload_limit_bytes: config.form_upload_limit_bytes,
            upload_limit_bytes: config.upload_limit_bytes,
            quota_bytes: config.quota_bytes,
            upload_keep_seconds: config.upload_keep_seconds,
            token_seconds: config.token_seconds,
            mail_folder,
            hourly_attempts: config.hourly_attempts,
            egress,
        };
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let site = Site {
            db,
            blobs: Arc::new(blobs),
            clock,
            facts: Arc::new(facts),
            server_key,
            signing,
            hashing: http::hashing::Hashing::new(cores),
            turns: Turns::new(&replica(&config)),
            problem_page: web::errors::problem_page,
            mail_bell: Arc::new(tokio::sync::Notify::new()),
        };
        Ok(Self { site, post: Arc::new(post), sender, config })
    }

    /// Binds the configured address.
    ///
    /// # Errors
    /// [`StartError::Listen`].
    pub fn listen(&self) -> Result<TcpListener, StartError> {
        TcpListener::bind(self.config.listen).map_err(|e| StartError::Listen(self.config.listen.to_string(), e))
    }

    /// Starts to answer on a listener. Await the server to run it.
    ///
    /// # Errors
    /// [`StartError::Listen`] when the listener cannot be used.
    pub fn server(&self, listener: TcpListener) -> Result<Server, StartError> {
        let site = self.site.clone();
        let address = self.config.listen.to_string();
        let mut server = HttpServer::new(move || {
            ActixApp::new()
                .app_data(actix::Data::new(site.clone()))
                .wrap(from_fn(door::pass))
                .configure(|config| http::routes::mount(config, routes()))
        })
        .h1_write_buffer_size(256 * 1024)
        .tcp_nodelay(true)
        .client_request_timeout(Duration::from_secs(5))
        .client_disconnect_timeout(Duration::from_secs(1))
        .shutdown_timeout(self.config.shutdown_seconds)
        .on_connect(deadlines::on_connect);
        if self.config.workers > 0 {
            server = server.workers(self.config.workers);
        }
        Ok(server.listen(listener).map_err(|e| StartError::Listen(address, e))?.run())
    }
}

/// Every route of the server.
#[must_use]
pub fn routes() -> Vec<http::Route> {
    let mut all = protocols::routes();
    all.extend(web::routes());
    all
}

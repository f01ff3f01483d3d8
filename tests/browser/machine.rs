//! What the walks run on: a folder, the real server, and a browser behind its driver. All end with the test.

use diesel::{Connection, RunQueryDsl};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Reads a setting of the test suite.
#[expect(clippy::disallowed_methods, reason = "settings of the tests, not of the server")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

/// Gives the driver's program; without one the test says so and is skipped, or fails where nothing may be skipped.
pub fn driver_program() -> Option<PathBuf> {
    let named = setting("BOURSE_TEST_CHROMEDRIVER").unwrap_or_else(|| "/usr/bin/chromedriver".to_owned());
    let program = PathBuf::from(named);
    if program.is_file() {
        return Some(program);
    }
    let reason = format!("no chromedriver at {}; name one with BOURSE_TEST_CHROMEDRIVER", program.display());
    assert!(setting("BOURSE_TEST_ALL").as_deref() != Some("1"), "{reason}");
    // Not by println!, whose lines the harness keeps back for a test that passes.
    let _ = writeln!(std::io::stderr(), "skipped: {reason}");
    None
}

/// A folder that is removed at the end.
pub struct Folder(PathBuf);
impl Folder {
    /// Makes one below the system's folder for temporary files.
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("bourse-browser-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
    /// Gives a path inside.
    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }
}
impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A program that ends with its owner.
pub struct Running(Child);
impl Running {
    fn start(command: &mut Command) -> Self {
        let name = format!("{command:?}");
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        Self(child.unwrap_or_else(|e| panic!("cannot start {name}: {e}")))
    }
    fn ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asks the system for a port that is free now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits until an address answers with success; at most three minutes, which filling a demo can take on a busy machine.
async fn until_up(address: &str, program: &mut Running) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for _ in 0..1_800 {
        if client.get(address).send().await.is_ok_and(|a| a.status().is_success()) {
            return;
        }
        assert!(!program.ended(), "the program behind {address} has ended");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no answer from {address} within three minutes");
}

/// The PostgreSQL server of the run, when there is one.
pub fn postgres() -> Option<String> {
    setting("TEST_DATABASE_URL")
}

/// A database of one walk on that server, dropped at the end.
struct Database {
    server: String,
    name: String,
}
impl Database {
    fn make(server: String, folder: &Folder) -> Self {
        let stem = folder.0.file_name().unwrap().to_string_lossy().replace('-', "_");
        let mut conn = diesel::PgConnection::establish(&server).unwrap();
        diesel::sql_query(format!("DROP DATABASE IF EXISTS {stem}")).execute(&mut conn).unwrap();
        diesel::sql_query(format!("CREATE DATABASE {stem} TEMPLATE template0")).execute(&mut conn).unwrap();
        Self { server, name: stem }
    }
    fn url(&self) -> String {
        format!("{}/{}", self.server.rsplit_once('/').unwrap().0, self.name)
    }
}
impl Drop for Database {
    fn drop(&mut self) {
        let Ok(mut conn) = diesel::PgConnection::establish(&self.server) else { return };
        let _ = diesel::sql_query(format!("DROP DATABASE {} WITH (FORCE)", self.name)).execute(&mut conn);
    }
}

/// The demo, filled, on a port of its own: on PostgreSQL where the run has one.
pub struct Demo {
    /// `http://127.0.0.1:PORT`.
    pub origin: String,
    _running: Running,
    // After the program that uses it.
    _database: Option<Database>,
}
impl Demo {
    /// Starts the real program.
    pub async fn start(folder: &Folder) -> Self {
        let port = free_port();
        let mut command = Command::new(env!("CARGO_BIN_EXE_bourse"));
        command.arg("demo").arg("--folder").arg(folder.join("demo")).args(["--port", &port.to_string()]);
        let database = postgres().map(|server| Database::make(server, folder));
        if let Some(database) = &database {
            command.args(["--database", &database.url()]);
        }
        let mut running = Running::start(&mut command);
        let origin = format!("http://127.0.0.1:{port}");
        // The port is taken before the demo is filled; it answers only afterwards.
        until_up(&format!("{origin}/healthz"), &mut running).await;
        Self { origin, _running: running, _database: database }
    }
}

/// How the browser is set up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A desk, with scripts.
    Desk,
    /// A desk, with scripts forbidden by the browser's own setting.
    NoScripts,
    /// A phone, 390 pixels wide.
    Phone,
}

fn capabilities(kind: Kind, profile: &Path) -> Map<String, Value> {
    let profile = format!("--user-data-dir={}", profile.display());
    let mut options = json!({
        "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--window-size=1280,1000", "--lang=en", profile,
        ],
        // A password manager's question would cover the page.
        "prefs": { "credentials_enable_service": false, "intl.accept_languages": "en" },
    });
    if let Some(program) = setting("BOURSE_TEST_CHROMIUM") {
        options["binary"] = json!(program);
    }
    match kind {
        Kind::Desk => {}
        Kind::NoScripts => options["prefs"]["profile.default_content_setting_values.javascript"] = json!(2),
        Kind::Phone => {
            options["mobileEmulation"] = json!({ "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 2.0, "mobile": true, "touch": true } });
        }
    }
    Map::from_iter([("browserName".to_owned(), json!("chrome")), ("goog:chromeOptions".to_owned(), options)])
}

/// A browser behind its driver. Close the client first: the driver's end alone may leave the browser behind.
pub struct Browser {
    /// The connection.
    pub client: Client,
    _driver: Running,
}
impl Browser {
    /// Starts driver and browser.
    pub async fn start(program: &Path, kind: Kind, folder: &Folder) -> Self {
        let port = free_port();
        let mut driver = Running::start(Command::new(program).arg(format!("--port={port}")).arg("--log-level=SEVERE"));
        let address = format!("http://127.0.0.1:{port}");
        until_up(&format!("{address}/status"), &mut driver).await;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities(kind, &folder.join("profile")));
        let client = tokio::time::timeout(Duration::from_secs(90), builder.connect(&address)).await;
        Self { client: client.expect("the browser starts within 90 seconds").unwrap(), _driver: driver }
    }
}

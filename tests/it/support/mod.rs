//! An exchange for one test, and visitors who speak the trade.
//!
//! Each [`Exchange`] has a folder, a port and a database of its own, so tests run side by side. Accounts are opened
//! through the rooms, because hashing a password for each would be slow; `accounts.rs` goes through the front door.

pub mod trade;

use bourse::app::App;
use bourse::config::Config;
use bourse::http::Site;
use bourse::market::accounts::{self, Actor, NewMember, Office, passwords};
use bourse::values::{Clock, Email, Lang, Line, Secret};
use diesel::{Connection, RunQueryDsl};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, mpsc};
use std::time::Duration;

/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery staple";

static HASH: LazyLock<String> = LazyLock::new(|| passwords::hash(&Secret::new(PASSWORD.to_owned())).unwrap());

/// Reads a variable of the test run.
#[expect(clippy::disallowed_methods, reason = "the run says here where its servers are")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

/// Says why a test does not run here; fails where everything must run.
pub fn skip(why: &str) {
    assert!(variable("BOURSE_TEST_ALL").is_none(), "would be skipped: {why}");
    // Not by eprintln!, whose lines the harness keeps back for a test that passes.
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// A database of one test on a PostgreSQL server, dropped at the end.
struct Database {
    server: String,
    name: String,
}
impl Database {
    fn make(server: String) -> Self {
        let name = format!("bourse_test_{}", bourse::values::random_uuid().simple());
        let mut conn = diesel::PgConnection::establish(&server).unwrap();
        diesel::sql_query(format!("CREATE DATABASE {name} TEMPLATE template0")).execute(&mut conn).unwrap();
        Self { server, name }
    }
    fn url(&self) -> String {
        let (stem, _) = self.server.rsplit_once('/').unwrap();
        format!("{stem}/{}", self.name)
    }
}
impl Drop for Database {
    fn drop(&mut self) {
        let Ok(mut conn) = diesel::PgConnection::establish(&self.server) else { return };
        if let Err(error) = diesel::sql_query(format!("DROP DATABASE {} WITH (FORCE)", self.name)).execute(&mut conn) {
            eprintln!("{} stays: {error}", self.name);
        }
    }
}

/// A place for one exchange: folder, database, free port.
pub struct Place {
    folder: PathBuf,
    database: Option<Database>,
}
impl Place {
    /// Makes the place.
    pub fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("bourse-test-{}", bourse::values::random_uuid().simple()));
        std::fs::create_dir(&folder).unwrap();
        Self { folder, database: variable("TEST_DATABASE_URL").map(Database::make) }
    }
    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
    /// The settings of an exchange at this place and port.
    pub fn settings(&self, port: u16) -> Vec<(String, String)> {
        let mut settings = vec![
            ("data_dir".to_owned(), self.folder.display().to_string()),
            ("listen".to_owned(), format!("127.0.0.1:{port}")),
            ("public_url".to_owned(), format!("http://127.0.0.1:{port}")),
            ("workers".to_owned(), "2".to_owned()),
            ("hourly_attempts".to_owned(), "1000".to_owned()),
            ("shutdown_seconds".to_owned(), "1".to_owned()),
        ];
        settings.extend(self.database.as_ref().map(|d| ("database_url".to_owned(), d.url())));
        settings
    }
}
impl Drop for Place {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("{} stays: {error}", self.folder.display());
        }
    }
}

/// A running exchange.
pub struct Exchange {
    /// Its public address.
    pub url: String,
    /// Its shared parts: the clock above all.
    pub site: Site,
    client: Client,
    server: actix_web::dev::ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
    /// The settings of its own, which its replicas share.
    own: Vec<(String, String)>,
    // Last, so that the folder goes after the server.
    place: Option<Place>,
}

impl Exchange {
    /// Starts an exchange of its own.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }
    /// Starts an exchange of its own with some settings.
    pub async fn start_with(settings: &[(&str, &str)]) -> Self {
        let place = Place::new();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own: Vec<_> = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let port = listener.local_addr().unwrap().port();
        let mut exchange = Self::run(place.settings(port).into_iter().chain(own.clone()).collect(), listener);
        exchange.own = own;
        exchange.place = Some(place);
        exchange
    }
    /// Starts a second server beside this one, on the same database and folder and with the same public address.
    pub async fn replica(&self) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let public: u16 = self.url.rsplit(':').next().unwrap().parse().unwrap();
        let mut settings = self.place.as_ref().unwrap().settings(public);
        settings.extend(self.own.clone());
        for (name, value) in &mut settings {
            if name == "listen" {
                *value = format!("127.0.0.1:{port}");
            }
        }
        let mut replica = Self::run(settings, listener);
        replica.url = format!("http://127.0.0.1:{port}");
        replica
    }
    fn run(settings: Vec<(String, String)>, listener: TcpListener) -> Self {
        let config = Config::read("", "the test", settings.into_iter()).unwrap();
        let url = config.public_url.clone();
        let (ready, wait) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let app = App::open(config, Clock::default()).unwrap();
                let jobs = bourse::jobs::start(&app);
                let server = app.server(listener).unwrap();
                ready.send((app.site.clone(), server.handle())).unwrap();
                server.await.unwrap();
                jobs.stop().await;
            });
        });
        let (site, server) = wait.recv().expect("the exchange starts");
        Self { url, site, client: client(), server, thread: Some(thread), own: Vec::new(), place: None }
    }
    /// The folder of its data.
    pub fn folder(&self) -> &Path {
        self.place.as_ref().unwrap().folder()
    }
    /// Ends the server and gives the place with all that happened there, for another server to go on.
    pub fn leave(mut self) -> Place {
        self.place.take().unwrap()
    }
    /// Somebody without any credential.
    pub fn nobody(&self) -> Visitor {
        Visitor { url: self.url.clone(), client: self.client.clone(), credential: Credential::None }
    }
    /// Somebody with a new account who is signed in.
    pub fn person(&self, name: &str) -> Visitor {
        self.member(name, None)
    }
    /// The operator, signed in.
    pub fn operator(&self) -> Visitor {
        self.member("Operator", Some(Office::Operator))
    }
    fn member(&self, name: &str, office: Option<Office>) -> Visitor {
        let email = Email::parse(&address(name)).unwrap();
        let new = NewMember {
            email: email.clone(),
            name: Line::parse(name).unwrap(),
            password_hash: HASH.clone(),
            lang: Lang::En,
        };
        let now = self.site.clock.now();
        let house = Actor::house("tests");
        let secret = self.site.db.write_now(|tx| -> anyhow::Result<String> {
            let id = accounts::create_member(tx, &house, &new, now)?;
            if let Some(office) = office {
                accounts::give_office(tx, &house, id, office, now)?;
            }
            let (secret, _) = accounts::open_session(tx, &email, &HASH, ("test", "127.0.0.0/24"), None, now)?;
            Ok(secret.reveal().clone())
        });
        Visitor { credential: Credential::Cookie(secret.unwrap()), ..self.nobody() }
    }
    /// Somebody who has an account signs in again, for instance after a long time.
    pub fn signs_in_again(&self, name: &str) -> Visitor {
        let email = Email::parse(&address(name)).unwrap();
        let now = self.site.clock.now();
        let secret = self.site.db.write_now(|tx| -> anyhow::Result<String> {
            let (secret, _) = accounts::open_session(tx, &email, &HASH, ("test", "127.0.0.0/24"), None, now)?;
            Ok(secret.reveal().clone())
        });
        Visitor { credential: Credential::Cookie(secret.unwrap()), ..self.nobody() }
    }
    /// Somebody with an office of the exchange, signed in.
    pub fn officer(&self, name: &str, office: Office) -> Visitor {
        self.member(name, Some(office))
    }
    /// Waits for a mail to an address that holds these words in its subject or text, and gives both.
    pub async fn mail_to(&self, email: &str, words: &str) -> String {
        for _ in 0..300 {
            let mails = std::fs::read_dir(self.folder().join("mails")).unwrap().map(|e| e.unwrap().path());
            let texts = mails.filter_map(|path| Some((subject_of(&path)?, mail_to(&path, email)?)));
            let mut texts = texts.map(|(subject, text)| format!("{subject}\n{text}"));
            if let Some(text) = texts.find(|text| text.contains(words)) {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no mail about {words} came to {email}");
    }
    /// Waits for the newest mail to an address that holds a link, and gives the link's path.
    pub async fn link_for(&self, email: &str, purpose: &str) -> String {
        let stem = format!("{}/links/{purpose}/", self.url);
        for _ in 0..300 {
            let mut mails: Vec<PathBuf> =
                std::fs::read_dir(self.folder().join("mails")).unwrap().map(|e| e.unwrap().path()).collect();
            mails.sort();
            let text = mails.iter().rev().find_map(|path| mail_to(path, email).filter(|t| t.contains(&stem)));
            if let Some(text) = text {
                let rest = text.split_once(&stem).unwrap().1;
                let secret: String =
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
                return format!("/links/{purpose}/{secret}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no mail with a link {purpose} came to {email}");
    }
}

/// The subject of a mail.
fn subject_of(path: &Path) -> Option<String> {
    let bytes = std::fs::read(path).ok().filter(|_| path.extension().is_some_and(|e| e == "eml"))?;
    let mail = mailparse::parse_mail(&bytes).ok()?;
    Some(mail.headers.iter().find(|h| h.get_key() == "Subject")?.get_value())
}

/// The first text part of a mail, if it is to this address.
fn mail_to(path: &Path, email: &str) -> Option<String> {
    let bytes = std::fs::read(path).ok().filter(|_| path.extension().is_some_and(|e| e == "eml"))?;
    let mail = mailparse::parse_mail(&bytes).ok()?;
    let to = mail.headers.iter().find(|h| h.get_key() == "To")?.get_value();
    let part = mail.subparts.first().unwrap_or(&mail);
    to.contains(email).then(|| part.get_body().unwrap_or_default())
}

impl Drop for Exchange {
    fn drop(&mut self) {
        // Only sends the command; the thread then ends by itself.
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            eprintln!("the exchange ended badly");
        }
    }
}

/// The address of somebody by name.
pub fn address(name: &str) -> String {
    format!("{}@people.example", name.to_lowercase().replace(' ', "-"))
}

/// A client that follows no redirect and keeps no cookie.
pub fn client() -> Client {
    // A connection that rested for long is not used again: the server may be closing it.
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(60));
    client.pool_idle_timeout(Duration::from_secs(2)).build().unwrap()
}

/// What a visitor shows.
#[derive(Clone)]
pub enum Credential {
    /// Nothing.
    None,
    /// A session.
    Cookie(String),
    /// An API key or a token.
    Bearer(String),
}

/// Somebody or something that speaks to an exchange.
#[derive(Clone)]
pub struct Visitor {
    /// The exchange's public address.
    pub url: String,
    client: Client,
    /// What is shown with every request.
    pub credential: Credential,
}

/// An answer of the API.
#[derive(Debug)]
pub struct Said {
    /// The status.
    pub status: u16,
    /// The body; null when it is no JSON.
    pub body: Value,
}
impl Said {
    /// The text at a key.
    pub fn text(&self, key: &str) -> String {
        self.body[key].as_str().unwrap_or_else(|| panic!("no text {key} in {self:?}")).to_owned()
    }
    /// Checks the status and gives the body.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
    /// Checks that it is a problem of this status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{self:?}");
        self
    }
    /// Checks that conditions are refused, among them this one as not met.
    #[track_caller]
    pub fn unmet(self, code: &str) {
        let said = self.problem(403, "conditions");
        let list = said.body["conditions"].as_array().unwrap();
        assert!(list.iter().any(|c| c["code"] == code && c["met"] == false), "{code} is not unmet in {list:#?}");
    }
}

impl Visitor {
    /// Begins a request with the own credential; a browser's origin goes with a cookie.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.url) };
        let request = self.client.request(method, url);
        match &self.credential {
            Credential::None => request.header("Origin", &self.url),
            Credential::Cookie(secret) => {
                request.header("Cookie", format!("bourse={secret}")).header("Origin", &self.url)
            }
            Credential::Bearer(token) => request.bearer_auth(token),
        }
    }
    /// Gets a page.
    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }
    /// Posts a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.request(Method::POST, path).form(fields).send().await.unwrap()
    }
    /// Asks the API.
    pub async fn api(&self, method: Method, path: &str, body: Option<Value>) -> Said {
        let mut request = self.request(method, &format!("/api/v1{path}"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        said(request).await
    }
    /// Reads from the API.
    pub async fn read(&self, path: &str) -> Said {
        self.api(Method::GET, path, None).await
    }
    /// Does something by the API.
    pub async fn tell(&self, path: &str, body: Value) -> Said {
        self.api(Method::POST, path, Some(body)).await
    }
    /// The same visitor at another server.
    pub fn at(&self, exchange: &Exchange) -> Self {
        Self { url: exchange.url.clone(), ..self.clone() }
    }
    /// The same visitor with a bearer token or key instead.
    pub fn with_bearer(&self, token: &str) -> Self {
        Self { credential: Credential::Bearer(token.to_owned()), ..self.clone() }
    }
    /// The same visitor with a session instead.
    pub fn with_cookie(&self, secret: &str) -> Self {
        Self { credential: Credential::Cookie(secret.to_owned()), ..self.clone() }
    }
}

/// Sends a request and reads the JSON answer.
pub async fn said(request: RequestBuilder) -> Said {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    Said { status, body: serde_json::from_str(&text).unwrap_or_default() }
}

/// The session cookie that an answer sets.
pub fn session_of(response: &Response) -> Option<String> {
    let set = response.headers().get_all("set-cookie").iter().filter_map(|v| v.to_str().ok());
    set.filter_map(|v| v.strip_prefix("bourse=")).map(|v| v.split(';').next().unwrap().to_owned()).next()
}

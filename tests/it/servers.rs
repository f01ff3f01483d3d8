//! The real program with a real mail server and a real object store beside it, both from Python's shelf.
//!
//! `BOURSE_TEST_PYTHON` names a Python with tests/python/requirements.txt; without it the tests with servers are
//! skipped, which they print, and with `BOURSE_TEST_ALL=1` they fail instead.

use crate::support::trade::general;
use crate::support::{skip, variable};
use data_encoding::HEXLOWER;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

const OPERATOR: &str = "desk@exchange.example";
const PASSWORD: &str = "copper-lathe-harbour-27";
const HOME: &str = "/api/v1/datasets/forge/presses";

/// Gives the Python, or says why the test is skipped.
pub fn python() -> Option<PathBuf> {
    let python = variable("BOURSE_TEST_PYTHON");
    if python.is_none() {
        skip("no BOURSE_TEST_PYTHON with tests/python/requirements.txt");
    }
    python.map(PathBuf::from)
}

/// A folder that is removed at the end.
pub struct Folder(PathBuf);
impl Folder {
    /// Makes one below the system's folder for temporary files.
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("bourse-servers-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}
impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A program that ends with its owner.
pub struct Running(pub Child);
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program without a terminal.
pub fn start(command: &mut Command) -> Running {
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    Running(child.unwrap())
}

/// Asks the system for a port that is free now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Asks again and again until there is an answer; at most for so many seconds.
pub async fn until<T>(seconds: u32, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..seconds * 10 {
        if let Some(answer) = ask().await {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{what}: not within {seconds} seconds");
}

/// Waits until something listens.
pub async fn until_listening(port: u16) {
    let connected = async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok().map(|_| ());
    until(30, &format!("something listens on {port}"), connected).await;
}

/// The real program with an operator, who is signed in.
pub struct Exchange {
    origin: String,
    cookie: String,
    client: Client,
    _running: Running,
}

/// The program on a folder and a port.
fn program(folder: &Path, port: u16, settings: &[(&str, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bourse"));
    command.current_dir(folder).env_clear().env("BOURSE_PUBLIC_URL", format!("http://127.0.0.1:{port}"));
    command.env("BOURSE_LISTEN", format!("127.0.0.1:{port}")).env("BOURSE_DATA_DIR", folder.join("data"));
    command.envs(settings.iter().map(|(name, value)| (*name, value.as_str())));
    command
}

impl Exchange {
    /// Starts it in a folder, with settings.
    pub async fn start(folder: &Path, settings: &[(&str, String)]) -> Self {
        let port = free_port();
        let mut make = program(folder, port, settings);
        make.args(["create-operator", "--email", OPERATOR, "--name", "Desk"]).stdin(Stdio::piped());
        let mut child = make.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
        assert!(child.wait().unwrap().success(), "create-operator");

        let running = start(program(folder, port, settings).arg("serve"));
        until_listening(port).await;
        let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let origin = format!("http://127.0.0.1:{port}");
        let mut exchange = Self { origin, cookie: String::new(), client, _running: running };
        let form = [("email", OPERATOR), ("password", PASSWORD)];
        let answer = exchange.send(exchange.client.post(exchange.at("/sign-in")).form(&form)).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        exchange.cookie = cookie.split(';').next().unwrap().to_owned();
        exchange
    }
    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
    /// Sends a request as the operator's browser does.
    async fn send(&self, request: RequestBuilder) -> Response {
        request.header("cookie", &self.cookie).header("sec-fetch-site", "same-origin").send().await.unwrap()
    }
    async fn get(&self, path: &str) -> Value {
        let answer = self.send(self.client.get(self.at(path))).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }
    async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.send(self.client.post(self.at(path)).json(&body)).await;
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }
    /// Asks for an account.
    pub async fn sign_up(&self, email: &str) {
        let form = [("email", email), ("name", "Newcomer"), ("password", PASSWORD)];
        let answer =
            self.client.post(self.at("/sign-up")).header("origin", &self.origin).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    }
    /// Gives the operator's view of the mail to somebody.
    pub async fn mail_to(&self, email: &str) -> Option<Value> {
        let mails = self.get("/api/v1/operator/mails").await;
        mails["items"].as_array().unwrap().iter().find(|m| m["receiver"] == email).cloned()
    }
}

fn smtp_server(python: &Path, port: u16, folder: &Path) -> Running {
    let mut command = Command::new(python);
    command.args(["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Mailbox"]).arg(folder);
    start(command.args(["-l", &format!("127.0.0.1:{port}")]))
}

/// Gives the messages that a mail server has put into its folder.
pub fn messages(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(list) = std::fs::read_dir(folder.join("new")) else { return Vec::new() };
    list.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}

/// Gives a header of a message.
pub fn header(message: &[u8], name: &str) -> String {
    use mailparse::MailHeaderMap;
    let (headers, _) = mailparse::parse_headers(message).unwrap();
    headers.get_first_value(name).unwrap_or_default()
}

#[tokio::test]
async fn a_mail_goes_out_once() {
    let Some(python) = python() else { return };
    let folder = Folder::new();
    let (port, box_) = (free_port(), folder.0.join("mail"));
    let _smtp = smtp_server(&python, port, &box_);
    until_listening(port).await;
    let exchange = Exchange::start(&folder.0, &[("BOURSE_SMTP_URL", format!("smtp://127.0.0.1:{port}"))]).await;
    exchange.sign_up("new@forge.example").await;
    let message = until(20, "the mail", async || messages(&box_).pop()).await;
    let mail = until(10, "noted as sent", async || {
        exchange.mail_to("new@forge.example").await.filter(|m| m["sent_at"].is_string())
    })
    .await;
    // Two more rounds of the postman.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(messages(&box_).len(), 1);
    assert_eq!(header(&message, "To"), "new@forge.example");
    let id = header(&message, "Message-ID");
    assert!(id.starts_with(&format!("<{}@", mail["id"].as_str().unwrap())), "{id} is made from {}", mail["id"]);
}

#[tokio::test]
async fn a_mail_waits_for_a_dead_mail_server() {
    let Some(python) = python() else { return };
    let folder = Folder::new();
    let (port, box_) = (free_port(), folder.0.join("mail"));
    let exchange = Exchange::start(&folder.0, &[("BOURSE_SMTP_URL", format!("smtp://127.0.0.1:{port}"))]).await;
    exchange.sign_up("new@forge.example").await;
    let mail = until(20, "a first attempt", async || {
        exchange.mail_to("new@forge.example").await.filter(|m| m["attempts"].as_i64() > Some(0))
    })
    .await;
    assert!(mail["sent_at"].is_null() && mail["failed_at"].is_null() && mail["last_error"].is_string(), "{mail}");
    let _smtp = smtp_server(&python, port, &box_);
    // The second attempt comes 30 seconds after the first.
    let message = until(50, "the mail", async || messages(&box_).pop()).await;
    let id = header(&message, "Message-ID");
    assert!(id.starts_with(&format!("<{}@", mail["id"].as_str().unwrap())), "{id} is made from {}", mail["id"]);
    assert_eq!(messages(&box_).len(), 1);
}

/// Starts an object store with an empty bucket.
pub async fn object_store(python: &Path) -> (Running, String) {
    let port = free_port();
    let mut command = Command::new(python);
    command.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]);
    let running = start(&mut command);
    until_listening(port).await;
    let address = format!("http://127.0.0.1:{port}");
    let client = Client::builder().no_proxy().build().unwrap();
    let made = client.put(format!("{address}/goods")).send().await.unwrap();
    assert!(made.status().is_success(), "the bucket: {}", made.status());
    (running, address)
}

/// Founds an organisation of the operator's and verifies it.
async fn found(exchange: &Exchange, slug: &str) {
    let party = json!({ "slug": slug, "name_en": slug, "kind": "company", "country": "DE", "registration": "DE100" });
    exchange.post("/api/v1/organisations", party).await;
    exchange.post(&format!("/api/v1/organisations/{slug}/verification"), json!({ "method": "register" })).await;
}

/// Begins a dataset with a draft version; gives the address of the version.
async fn begin(exchange: &Exchange) -> String {
    let dataset = json!({
        "organisation": "forge", "slug": "presses", "title_en": "Presses", "summary_en": "Forces of a press.",
        "card_en": "One row for each stroke.", "sector": "C", "kind": "tables", "use_case": "other", "level": "general",
        "source_statement": "Own measurements.", "contact": "desk@forge.example",
    });
    exchange.post("/api/v1/datasets", dataset).await;
    let version = exchange.post(&format!("{HOME}/versions"), json!({ "label": "1.0" })).await;
    format!("{HOME}/versions/{}", version["id"].as_str().unwrap())
}

/// Publishes one file as a free dataset; gives the offer.
async fn publish(exchange: &Exchange, bytes: &[u8]) -> Value {
    let version = begin(exchange).await;
    let put = exchange.client.put(exchange.at(&format!("{version}/files/strokes.csv"))).body(bytes.to_vec());
    let answer = exchange.send(put).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.json::<Value>().await.unwrap()["sha256"], HEXLOWER.encode(&Sha256::digest(bytes)));

    let licences = exchange.get("/api/v1/licences").await;
    let free = licences["items"].as_array().unwrap().iter().find(|l| l["code"] == "CC-BY-4.0").unwrap()["id"].clone();
    let offer = json!({
        "title": "Open", "licence": free, "scope": "version", "price": "0", "currency": "EUR", "approval": "instant",
        "audience": "public",
    });
    exchange.post(&format!("{HOME}/offers"), offer).await;
    let graded = exchange.send(exchange.client.put(exchange.at(&format!("{HOME}/level"))).json(&general())).await;
    assert_eq!(graded.status(), StatusCode::OK);
    exchange.post(&format!("{version}/publication"), json!({})).await;
    exchange.get(HOME).await["offers"][0].clone()
}

#[tokio::test]
async fn files_lie_in_an_object_store() {
    let Some(python) = python() else { return };
    let folder = Folder::new();
    let (_store, address) = object_store(&python).await;
    let settings = [
        ("BOURSE_BLOB_STORE", "s3".to_owned()),
        ("BOURSE_S3_ENDPOINT", address.clone()),
        ("BOURSE_S3_BUCKET", "goods".to_owned()),
        ("BOURSE_S3_ACCESS_KEY", "key".to_owned()),
        ("BOURSE_S3_SECRET_KEY", "secret".to_owned()),
    ];
    let exchange = Exchange::start(&folder.0, &settings).await;
    found(&exchange, "forge").await;
    found(&exchange, "mill").await;
    // Larger than one part of an upload to the store.
    let bytes: Vec<u8> =
        (0..400_000).flat_map(|n: u32| format!("{n},{}.5,press {}\n", n % 977, n % 7).into_bytes()).collect();
    let offer = publish(&exchange, &bytes).await;

    let line = json!({ "offer": offer["id"], "accept_licence_sha256": offer["licence_sha256"] });
    exchange.post("/api/v1/requests", json!({ "organisation": "mill", "lines": [line], "purpose": "Trial" })).await;
    let grant = exchange.get("/api/v1/grants").await["items"][0]["id"].as_str().unwrap().to_owned();
    let file = exchange.get(&format!("/api/v1/grants/{grant}/manifest")).await["items"][0]["files"][0].clone();
    let url = file["url"].as_str().unwrap();
    let token = exchange.post(&format!("/api/v1/grants/{grant}/download-tokens"), json!({})).await;
    let token = token["token"].as_str().unwrap();

    let whole = exchange.client.get(url).bearer_auth(token).send().await.unwrap();
    assert_eq!(whole.status(), StatusCode::OK);
    assert!(whole.bytes().await.unwrap() == bytes, "the whole file");
    let part =
        exchange.client.get(url).bearer_auth(token).header("range", "bytes=5000000-5000999").send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert!(part.bytes().await.unwrap() == bytes[5_000_000..5_001_000], "a part");

    let listed =
        exchange.client.get(format!("{address}/goods?list-type=2")).send().await.unwrap().text().await.unwrap();
    assert_eq!(listed.matches("<Key>").count(), 1, "{listed}");
}

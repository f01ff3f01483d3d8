//! The exchange as the command sees it: its API, with tries again where the network fails.

use super::Failure;
use super::manifest::{Local, RemoteFile};
use super::send::Open;
use crate::urls::encode;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How often something is tried before it is given up.
const TRIES: u32 = 6;

/// What is to be brought.
pub(super) struct Target {
    pub organisation: String,
    pub name: String,
    pub label: String,
}
impl Target {
    pub(super) fn dataset(&self) -> String {
        format!("/api/v1/datasets/{}/{}", encode(&self.organisation), encode(&self.name))
    }
    pub(super) fn version(&self, version: &str) -> String {
        format!("{}/versions/{version}", self.dataset())
    }
}

/// What the exchange has of the version.
pub(super) enum Standing {
    /// A draft, which takes files.
    Draft(String),
    /// It is published with these very files.
    Published,
}

/// What the command shows to be let in.
pub(super) enum Key {
    /// The API key of a person.
    Person(String),
    /// A service account: client id, secret, and the access token that it got last.
    Machine(String, String, Mutex<String>),
}

/// The exchange.
pub(super) struct Remote {
    url: String,
    key: Key,
    client: Client,
}

/// What can be said of a failed request.
pub(super) fn unreachable(error: &reqwest::Error) -> Failure {
    let mut text = error.to_string();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    Failure::Unreachable(format!("the exchange cannot be reached: {text}"))
}

/// Whether another try makes sense.
pub(super) fn passing(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
}

/// Waits before the next try: a quarter of a second, then twice as long each time.
pub(super) async fn pause(tried: u32) {
    tokio::time::sleep(Duration::from_millis(250_u64 << tried.min(6))).await;
}

impl Remote {
    pub(super) fn new(url: &str, key: Key) -> Result<Self, Failure> {
        // One crypto provider for the whole process; a second call finds it installed, which is fine.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let fits = url::Url::parse(url).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
        if !fits {
            return Err(Failure::Refused(format!("{url} is no address such as https://data.example")));
        }
        let client = Client::builder()
            .user_agent(concat!("bourse-publish/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(20))
            .read_timeout(Duration::from_secs(120))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| unreachable(&e))?;
        Ok(Self { url: url.trim_end_matches('/').to_owned(), key, client })
    }
    /// Gets a new access token for a service account; false for a person, whose key is what it is.
    pub(super) async fn renew(&self) -> Result<bool, Failure> {
        let Key::Machine(id, secret, token) = &self.key else { return Ok(false) };
        let form = [("grant_type", "client_credentials")];
        let make = || self.client.post(format!("{}/oauth/token", self.url)).basic_auth(id, Some(secret)).form(&form);
        let answer = self.tried(make).await?;
        if !answer.status().is_success() {
            return Err(Failure::Refused(format!(
                "the exchange does not take the client id and secret ({})",
                answer.status()
            )));
        }
        let made: Value = serde_json::from_str(&answer.text().await.map_err(|e| unreachable(&e))?).unwrap_or_default();
        let fresh = made["access_token"].as_str().unwrap_or_default();
        fresh.clone_into(&mut token.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(true)
    }
    fn bearer(&self) -> String {
        match &self.key {
            Key::Person(key) => key.clone(),
            Key::Machine(_, _, token) => token.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
    /// The address of the exchange.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
    /// Begins a request.
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(self.bearer())
            .header("Accept", "application/json")
    }
    /// Sends a request that may be sent again, until it is answered; an access token that ended is renewed.
    pub(super) async fn ask(&self, make: impl Fn() -> RequestBuilder) -> Result<Response, Failure> {
        let answer = self.tried(&make).await?;
        if answer.status() == StatusCode::UNAUTHORIZED && self.renew().await? {
            self.tried(&make).await
        } else {
            Ok(answer)
        }
    }
    async fn tried(&self, make: impl Fn() -> RequestBuilder) -> Result<Response, Failure> {
        let mut tried = 0;
        loop {
            tried += 1;
            match make().send().await {
                Ok(answer) if passing(answer.status()) && tried < TRIES => {}
                Ok(answer) if passing(answer.status()) => {
                    return Err(Failure::Unreachable(format!("the exchange answers {}", answer.status())));
                }
                Ok(answer) => return Ok(answer),
                Err(error) if tried >= TRIES => return Err(unreachable(&error)),
                Err(_) => {}
            }
            pause(tried).await;
        }
    }
    /// Reads JSON; nothing where there is nothing.
    pub(super) async fn read(&self, path: &str) -> Result<Option<Value>, Failure> {
        let answer = self.ask(|| self.request(Method::GET, path)).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        done(answer).await.map(Some)
    }
    /// Finds or begins the draft, with what the description says.
    pub(super) async fn draft(&self, target: &Target, local: &Local) -> Result<Standing, Failure> {
        if self.read("/api/v1/me").await?.is_none() {
            return Err(Failure::Refused(format!("{} is no Bourse exchange", self.url)));
        }
        let versions = format!("{}/versions", target.dataset());
        let Some(list) = self.read(&versions).await? else {
            return self.begin(target, local).await.map(Standing::Draft);
        };
        let items = list["items"].as_array().cloned().unwrap_or_default();
        let text = |v: &Value, name: &str| v[name].as_str().unwrap_or_default().to_owned();
        if let Some(same) = items.iter().find(|v| text(v, "label") == target.label) {
            let id = text(same, "id");
            if text(same, "state") == "draft" {
                self.describe(target, &id, local).await?;
                return Ok(Standing::Draft(id));
            }
            return self.published(target, &id, local).await;
        }
        if let Some(other) = items.iter().find(|v| text(v, "state") == "draft") {
            let open = text(other, "label");
            return Err(Failure::Refused(format!(
                "another draft, {open}, is open: publish it first, or give --label {open}"
            )));
        }
        let body = json!({"label": target.label, "change_note": local.start.change_note});
        let made = done(self.ask(|| self.request(Method::POST, &versions).json(&body)).await?).await?;
        let id = text(&made, "id");
        self.describe(target, &id, local).await?;
        Ok(Standing::Draft(id))
    }
    /// Begins the dataset with its draft.
    async fn begin(&self, target: &Target, local: &Local) -> Result<String, Failure> {
        let path = format!(
            "/api/v1/datasets/imports?organisation={}&slug={}&label={}",
            encode(&target.organisation),
            encode(&target.name),
            encode(&target.label)
        );
        let make =
            || self.request(Method::POST, &path).header("Content-Type", "application/json").body(local.text.clone());
        let made = done(self.ask(make).await?).await?;
        Ok(made["version"].as_str().unwrap_or_default().to_owned())
    }
    /// Takes the description into a draft that is there.
    async fn describe(&self, target: &Target, version: &str, local: &Local) -> Result<(), Failure> {
        let path = format!("{}/datapackage", target.version(version));
        let make =
            || self.request(Method::PUT, &path).header("Content-Type", "application/json").body(local.text.clone());
        done(self.ask(make).await?).await.map(drop)
    }
    /// A version of this label is published: that is well if it has these very files.
    async fn published(&self, target: &Target, version: &str, local: &Local) -> Result<Standing, Failure> {
        let there = self.files(target, version).await?;
        let there: BTreeMap<&str, &str> = there.iter().map(|f| (f.path.as_str(), f.sha256.as_str())).collect();
        let same = there.len() == local.files.len()
            && local.files.iter().all(|f| there.get(f.path.as_str()) == Some(&f.sha256.as_str()));
        if same {
            return Ok(Standing::Published);
        }
        let text = format!(
            "version {} is published with other files; a correction is a new version: give another label",
            target.label
        );
        Err(Failure::Refused(text))
    }
    /// The files of the draft.
    pub(super) async fn files(&self, target: &Target, version: &str) -> Result<Vec<RemoteFile>, Failure> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let path = format!("{}/files?after={}", target.version(version), encode(&after));
            let page = self.read(&path).await?.unwrap_or_default();
            for item in page["items"].as_array().into_iter().flatten() {
                let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
                all.push(RemoteFile { id: text("id"), path: text("path"), sha256: text("sha256") });
            }
            match page["next"].as_str() {
                Some(next) => next.clone_into(&mut after),
                None => return Ok(all),
            }
        }
    }
    /// The uploads to the draft that are under way, by path.
    pub(super) async fn uploads(&self, target: &Target, version: &str) -> Result<BTreeMap<String, Open>, Failure> {
        let path = format!("{}/uploads", target.version(version));
        let list = self.read(&path).await?.unwrap_or_default();
        let mut open = BTreeMap::new();
        for item in list["items"].as_array().into_iter().flatten() {
            let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
            let address = format!("/tus/uploads/{}", text("id"));
            let bytes = item["size_bytes"].as_u64().unwrap_or_default();
            open.insert(text("path"), Open { address, bytes, sha256: text("sha256") });
        }
        Ok(open)
    }
    /// Removes a file of the draft.
    pub(super) async fn remove(&self, target: &Target, version: &str, file: &str) -> Result<(), Failure> {
        let path = format!("{}/files/{file}", target.version(version));
        let answer = self.ask(|| self.request(Method::DELETE, &path)).await?;
        // A try that was cut may have removed it.
        if answer.status() == StatusCode::NOT_FOUND { Ok(()) } else { done(answer).await.map(drop) }
    }
}

/// Takes an answer; what is refused is told as the exchange tells it.
pub(super) async fn done(answer: Response) -> Result<Value, Failure> {
    let status = answer.status();
    let text = answer.text().await.map_err(|e| unreachable(&e))?;
    if !status.is_success() {
        return Err(refusal(status, &text));
    }
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

/// What a refusal says: title, faults, unmet conditions.
pub(super) fn refusal(status: StatusCode, text: &str) -> Failure {
    let body: Value = serde_json::from_str(text).unwrap_or_default();
    let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let mut lines = vec![format!("the exchange refused ({}): {} {}", status.as_u16(), word("title"), word("detail"))];
    for fault in body["errors"].as_array().into_iter().flatten() {
        let text = |name: &str| fault[name].as_str().unwrap_or_default();
        lines.push(format!("  {}: {}", text("field"), text("message")));
    }
    for condition in body["conditions"].as_array().into_iter().flatten().filter(|c| c["met"] == false) {
        let text = |name: &str| condition[name].as_str().unwrap_or_default();
        lines.push(format!("  not yet: {} ({}) {}", text("text"), text("who"), text("next")));
    }
    Failure::Refused(lines.join("\n"))
}

//! A whole deal by `curl` alone: a service account asks, quotes, requests, accepts and downloads inside its mandate; outside of
//! it a person gets a task, and finishes it.

use crate::approval::{Scene, step};
use crate::receipts::{bourse_verify, checked_by_others};
use crate::support::trade::{TABLE, priced};
use crate::support::{address, skip, variable};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A machine that has `curl`, its credentials and a folder, and nothing else.
struct Machine {
    exchange: String,
    folder: PathBuf,
    token: String,
}

impl Machine {
    fn run(&self, args: &[&str]) -> (u16, Vec<u8>) {
        let mut command = Command::new("curl");
        command.args(["-sS", "--noproxy", "*", "--max-time", "60", "-w", "\n%{http_code}"]).current_dir(&self.folder);
        let out = command.args(args).output().unwrap();
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        let at = out.stdout.iter().rposition(|b| *b == b'\n').unwrap();
        let status = String::from_utf8_lossy(&out.stdout[at + 1..]).parse().unwrap();
        (status, out.stdout[..at].to_vec())
    }
    fn bearer(&self) -> String {
        format!("Authorization: Bearer {}", self.token)
    }
    fn json(&self, status: u16, args: &[&str]) -> Value {
        let (got, body) = self.run(args);
        assert_eq!(got, status, "{args:?}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap_or_else(|e| panic!("{args:?}: {e}"))
    }
    fn get(&self, path: &str) -> Value {
        self.json(200, &["-H", &self.bearer(), &format!("{}/api/v1{path}", self.exchange)])
    }
    fn post(&self, status: u16, path: &str, body: &Value, more: &[&str]) -> Value {
        let (url, bearer, body) = (format!("{}/api/v1{path}", self.exchange), self.bearer(), body.to_string());
        let mut args = vec!["-H", &bearer, "-H", "Content-Type: application/json", "-d", &body, &url];
        args.extend(more);
        self.json(status, &args)
    }
    /// Signs in with its secret.
    fn signs_in(&mut self, client: &(String, String)) {
        let (basic, url) = (format!("{}:{}", client.0, client.1), format!("{}/oauth/token", self.exchange));
        let said = self.json(200, &["-u", &basic, "-d", "grant_type=client_credentials", &url]);
        self.token = said["access_token"].as_str().unwrap().to_owned();
    }
    /// Asks what the licences of the dataset say to the intended use; gives offer and text of the one it wants.
    fn chooses(&self, title: &str, intended: &Value) -> (String, String) {
        let said = self.post(200, "/datasets/seller/spindle/may", intended, &[]);
        let of_offer = said["items"].as_array().unwrap().iter().find(|i| i["title"] == title).unwrap();
        assert_ne!(of_offer["overall"], "forbidden", "{of_offer}");
        let sees = self.get("/datasets/seller/spindle");
        let offer = sees["offers"].as_array().unwrap().iter().find(|o| o["id"] == of_offer["offer"]).unwrap();
        assert_eq!(offer["licence_sha256"], of_offer["licence_sha256"]);
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        (text(&offer["id"]), text(&offer["licence_sha256"]))
    }
    /// Has the offer quoted, then requests it at that quote, accepting the text by its hash; twice, with one outcome.
    fn requests(&self, (offer, text): &(String, String), intended: &Value, key: &str) -> Value {
        let quote = self.post(200, "/quotes", &json!({"organisation": "buyer", "lines": [{"offer": offer}]}), &[]);
        assert!(quote["conditions"].as_array().unwrap().iter().all(|c| c["met"] == true), "{quote}");
        let body = json!({
            "organisation": "buyer", "purpose": "Wear model of line 4, trained each night.", "intended": intended,
            "quote_sha256": quote["sha256"], "lines": [{"offer": offer, "accept_licence_sha256": text}],
        });
        let once = ["-H", &format!("Idempotency-Key: {key}")].map(str::to_owned);
        let once: Vec<&str> = once.iter().map(String::as_str).collect();
        let first = self.post(201, "/requests", &body, &once);
        let again = self.post(201, "/requests", &body, &once);
        assert_eq!(first["id"], again["id"], "asked twice, made once");
        first
    }
    /// Downloads the file of a grant in two parts with a token of its own.
    fn downloads(&self, grant: &str) -> PathBuf {
        let token = self.post(201, &format!("/grants/{grant}/download-tokens"), &json!({}), &[]);
        let bearer = format!("Authorization: Bearer {}", token["token"].as_str().unwrap());
        let manifest = self.get(&format!("/grants/{grant}/manifest"));
        let file = &manifest["items"][0]["files"][0];
        let url = file["url"].as_str().unwrap();
        let (status, part) = self.run(&["-f", "-r", "0-9", "-H", &bearer, url]);
        assert_eq!(status, 206);
        std::fs::write(self.folder.join("table.csv"), part).unwrap();
        let (status, _) = self.run(&["-f", "-C", "-", "-o", "table.csv", "-H", &bearer, url]);
        assert_eq!(status, 206, "it goes on where it was cut");
        let path = self.folder.join("table.csv");
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(bytes, TABLE.as_bytes());
        let sum =
            data_encoding::HEXLOWER.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes).as_ref());
        assert_eq!(file["sha256"], sum);
        path
    }
}

/// What the machine means to do.
fn intended() -> Value {
    json!({"actions": ["analyse"], "purposes": ["internal"], "territories": ["DE"], "recipients": ["staff"]})
}

/// A seller with an automatic rule and two offers, a buyer with a policy, and a service account under a mandate.
async fn set(scene: &Scene) -> Machine {
    for name in ["Approver", "Other Approver"] {
        scene.joins(name, &["approver"]).await;
    }
    let chief = scene.joins("Chief", &["approver"]).await.id().await;
    scene.buyer.rules_by("buyer", json!({"steps": [step("Approval", 1, 1), step("Second", 2, 1)]})).await.is(200);
    let rules = json!({"automatic": {"verified_buyer": true}, "licensing": {"need": 1, "due_days": 3}});
    scene.seller.sells_by("seller", rules).await.is(200);
    let mut dear = priced();
    (dear["title"], dear["price"], dear["payment"]) = (json!("All plants"), json!("9000.00"), json!("later"));
    scene.seller.offers(&scene.listed, "LicenseRef-Bourse-Internal-Analytics", dear).await;
    let client = scene.buyer.makes_service("buyer", &["read", "purchase", "download"]).await;
    let mandate = json!({
        "licences": ["standard"], "levels": ["general"], "per_request": {"amount_minor": 200_000, "currency": "EUR"},
        "per_month_minor": 2_000_000, "answers": chief,
    });
    let at = format!("/organisations/buyer/service-accounts/{}/mandate", client.0);
    scene.buyer.puts(&at, 0, mandate).await.is(204);
    let folder = scene.exchange.folder().join("machine");
    std::fs::create_dir(&folder).unwrap();
    let mut machine = Machine { exchange: scene.exchange.url.clone(), folder, token: String::new() };
    machine.signs_in(&client);
    machine
}

#[actix_web::test]
async fn a_service_account_deals_by_curl_alone() {
    if Command::new("curl").arg("--version").output().is_err() {
        return skip("there is no curl");
    }
    let scene = Scene::set().await;
    let machine = set(&scene).await;

    // Inside the mandate it needs nobody.
    let chosen = machine.chooses("Internal use", &intended());
    let asked = machine.requests(&chosen, &intended(), "line-4-first");
    let status = machine.get(&format!("/requests/{}", asked["id"].as_str().unwrap()));
    assert_eq!(status["state"], "granted", "{status}");
    assert_eq!(status["requested_by"], "line 4");
    let agreement = machine.get(&format!("/requests/{}/agreement", asked["id"].as_str().unwrap()));
    assert!(agreement.to_string().contains(&chosen.1), "the accepted text stands in the agreement: {agreement}");
    let grant = status["grants"][0].as_str().unwrap().to_owned();
    assert_eq!(machine.get(&format!("/grants/{grant}"))["standing"], "active");
    let file = machine.downloads(&grant);

    // What was given is checked without the exchange.
    let said = checked_by_others(&scene.exchange, &scene.buyer, &grant).await;
    assert!(said.is_some() || variable("BOURSE_TEST_PYTHON").is_none());
    let url = |part: &str| format!("{}/{part}", scene.exchange.url);
    let (status, keys) = machine.run(&[&url(".well-known/jwks.json")]);
    let (got, receipt) = machine.run(&["-H", &machine.bearer(), &url(&format!("grants/{grant}/receipt.jws"))]);
    assert_eq!((status, got), (200, 200));
    let (signed, jwks) = (machine.folder.join("receipt.jws"), machine.folder.join("jwks.json"));
    std::fs::write(&signed, receipt).unwrap();
    std::fs::write(&jwks, keys).unwrap();
    let (good, said) = bourse_verify(&[&signed, &file, Path::new("--keys"), &jwks]);
    assert!(good && said.contains("table.csv"), "{said}");

    outside(&scene, &machine).await;
}

/// Outside of the mandate: the answer says so, whoever answers for the mandate has the task and finishes it.
async fn outside(scene: &Scene, machine: &Machine) {
    let chosen = machine.chooses("All plants", &intended());
    let asked = machine.requests(&chosen, &intended(), "line-4-second");
    let id = asked["id"].as_str().unwrap().to_owned();
    let status = machine.get(&format!("/requests/{id}"));
    assert_eq!(status["state"], "submitted", "{status}");
    assert_eq!(status["steps"][0]["name"], "Outside the mandate: amount of the request", "{status}");
    assert_eq!(status["steps"][0]["deciders"], json!(["Chief"]));
    scene.exchange.mail_to(&address("Chief"), asked["number"].as_str().unwrap()).await;

    // The person finds it in the inbox and says yes on its page; the policy's own steps follow.
    let chief = scene.exchange.signs_in_again("Chief");
    let inbox = chief.get("/inbox").await.text().await.unwrap();
    assert!(inbox.contains(&format!("/requests/{id}")), "{inbox}");
    let page = chief.get(&format!("/requests/{id}")).await.text().await.unwrap();
    assert!(page.contains("Outside the mandate: amount of the request"), "{page}");
    let said = chief.post(&format!("/requests/{id}/approval"), &[("revision", "1"), ("note", "Agreed.")]).await;
    assert_eq!(said.status(), 303);
    let status = machine.get(&format!("/requests/{id}"));
    assert_eq!(
        (&status["steps"][0]["state"], &status["steps"][1]["state"]),
        (&json!("done"), &json!("open")),
        "{status}"
    );
    for name in ["Approver", "Other Approver"] {
        scene.exchange.signs_in_again(name).decides(&id, "approval").await.is(200);
    }
    let status = machine.get(&format!("/requests/{id}"));
    assert_eq!(status["state"], "granted", "{status}");
    let grant = status["grants"][0].as_str().unwrap();
    machine.downloads(grant);
}

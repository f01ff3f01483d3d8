//! The real program, killed in the middle of its work, again and again: what it has confirmed is there, and nothing
//! is there by halves.

use crate::servers::{Running, start, until_listening};
use crate::support::trade::{Offered, priced};
use crate::support::{Exchange, Place, Visitor};
use data_encoding::HEXLOWER;
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::cell::Cell;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

/// The program at a place that another server has left, on the port of that server.
pub struct Program {
    /// Its folder and database.
    pub place: Rc<Place>,
    port: u16,
    settings: Vec<(String, String)>,
    running: Option<Running>,
}
impl Program {
    /// Takes a place over from the server that ran there.
    pub fn at(exchange: Exchange) -> Self {
        let port = exchange.url.rsplit(':').next().unwrap().parse().unwrap();
        Self { place: Rc::new(exchange.leave()), port, settings: Vec::new(), running: None }
    }
    /// Adds settings.
    pub fn with(mut self, settings: &[(&str, String)]) -> Self {
        self.settings.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        self
    }
    /// Starts a second replica at the same place, on another port.
    pub async fn beside(&self, port: u16) -> Self {
        let mut other = Self { place: self.place.clone(), port, settings: self.settings.clone(), running: None };
        other.serve().await;
        other
    }
    /// Its public address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
    /// Starts the program and waits until it listens.
    pub async fn serve(&mut self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bourse"));
        command.env_clear().current_dir(self.place.folder()).arg("serve");
        for (name, value) in self.place.settings(self.port).iter().chain(&self.settings) {
            command.env(format!("BOURSE_{}", name.to_uppercase()), value);
        }
        self.running = Some(start(&mut command));
        until_listening(self.port).await;
    }
    /// Kills it, as a power cut would.
    pub fn kill(&mut self) {
        let mut running = self.running.take().unwrap();
        running.0.kill().unwrap();
        running.0.wait().unwrap();
    }
}

/// Gives the digests of all files in a folder of folders.
fn digests(folder: &Path) -> Vec<String> {
    let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap());
    files.map(|file| HEXLOWER.encode(&Sha256::digest(std::fs::read(file.unwrap().path()).unwrap()))).collect()
}

/// What a file of the test holds, by its number.
fn contents(number: u64) -> Vec<u8> {
    (0..60_000).flat_map(|row| format!("{row},{number},{}\n", row * number % 997).into_bytes()).collect()
}

#[actix_web::test]
async fn uploads_are_whole_or_not_there() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let seller = exchange.firm(&operator, "seller").await;
    let listed = seller.begins("seller", "presses").await;
    let mut program = Program::at(exchange);
    program.serve().await;
    let address = format!("/api/v1{}/versions/{}", listed.at, listed.version);

    let mut confirmed: Vec<String> = Vec::new();
    for round in 0..5 {
        let uploads: Vec<_> = (0..4)
            .map(|n| {
                let name = format!("{}.csv", round * 4 + n);
                let put = seller.request(Method::PUT, &format!("{address}/files/{name}"));
                let put = put.body(contents(round * 4 + n)).send();
                actix_web::rt::spawn(async move {
                    let confirmed = put.await.is_ok_and(|answer| answer.status() == StatusCode::CREATED);
                    (name, confirmed)
                })
            })
            .collect();
        // From "hardly begun" to "mostly done".
        tokio::time::sleep(Duration::from_millis(20 + 150 * round)).await;
        program.kill();
        for upload in uploads {
            let (name, done) = upload.await.unwrap();
            confirmed.extend(done.then_some(name));
        }
        program.serve().await;
    }
    // One that nobody disturbs: the program still takes files, and the list is not empty for want of uploads.
    seller.uploads(&listed, "20.csv", contents(20)).await.is(201);
    confirmed.push("20.csv".to_owned());

    let version = seller.read(&format!("{}/versions/{}", listed.at, listed.version)).await.is(200).body;
    let files = version["files"].as_array().unwrap();
    let stored = digests(&program.place.folder().join("files/blobs"));
    for name in &confirmed {
        assert!(files.iter().any(|file| file["path"] == *name), "{name} was confirmed, and is not in {files:?}");
    }
    for file in files {
        let number = file["path"].as_str().unwrap().trim_end_matches(".csv").parse().unwrap();
        let digest = HEXLOWER.encode(&Sha256::digest(contents(number)));
        assert_eq!(file["sha256"], digest, "{file}");
        assert!(stored.contains(&digest), "the bytes of {file} are whole in the store");
    }
}

/// Takes the next step on a request as the seller: approves it, or records its payment. Whatever the dying server
/// says or does not say is left to the test; gives the step that was confirmed.
async fn step(seller: Visitor, id: String, today: String) -> Option<(String, &'static str)> {
    let sent = seller.request(Method::GET, &format!("/api/v1/requests/{id}")).send().await.ok()?;
    let seen: Value = sent.json().await.ok()?;
    let (address, what, body) = match seen["state"].as_str()? {
        "awaiting_seller" => (format!("/requests/{id}/approval"), "approved", json!({ "note": "" })),
        "awaiting_payment" => {
            let paid = json!({ "amount": "1190.00", "currency": "EUR", "date": today, "reference": id });
            (format!("/orders/{}/payment", seen["order"].as_str()?), "paid", paid)
        }
        _ => return None,
    };
    let request = seller.request(Method::POST, &format!("/api/v1{address}"));
    let request = request.header("If-Match", format!("\"{}\"", seen["revision"])).json(&body);
    let answer = request.send().await.ok()?;
    answer.status().is_success().then_some((id, what))
}

/// Looks at one request: its state, its grants, its order and its record tell the same story. Gives the state.
async fn told(buyer: &Visitor, id: &str) -> String {
    let whole = buyer.read(&format!("/requests/{id}")).await.is(200).body;
    let state = whole["state"].as_str().unwrap().to_owned();
    let deeds = |deed: &str| whole["timeline"].as_array().unwrap().iter().filter(|e| e["deed"] == deed).count();
    let (approved, granted) = (usize::from(state != "awaiting_seller"), usize::from(state == "granted"));
    assert_eq!(deeds("purchase.seller_approved"), approved, "{whole}");
    assert_eq!(usize::from(whole["order"].is_string()), approved, "{whole}");
    let grants = whole["grants"].as_array().unwrap();
    assert_eq!(grants.len(), granted, "{whole}");
    for grant in grants {
        let receipt = buyer.get(&format!("/grants/{}/receipt.jws", grant.as_str().unwrap())).await;
        assert_eq!(receipt.status(), StatusCode::OK);
    }
    state
}

async fn asked(buyer: &Visitor, offer: &Offered, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(buyer.asks("buyer", offer).await.is(201).text("id"));
    }
    ids
}

#[actix_web::test]
async fn approvals_and_payments_happen_whole_or_not_at_all() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let seller = exchange.firm(&operator, "seller").await;
    let buyer = exchange.firm(&operator, "buyer").await;
    let listed = exchange.listed(&seller, "seller", "spindle").await;
    let offer = seller.offers(&listed, "LicenseRef-Bourse-Internal-Analytics", priced()).await;
    let ids = asked(&buyer, &offer, 40).await;
    let today = exchange.site.clock.now().civil("%Y-%m-%d");
    let mut program = Program::at(exchange);
    program.serve().await;

    let mut confirmed: Vec<(String, &str)> = Vec::new();
    for round in 0..8 {
        // Approvals of one round are paid in the next, so both are in the air when the program dies: after the
        // first answer, after the second, and so on.
        let answers = Rc::new(Cell::new(0));
        let steps: Vec<_> = ids
            .iter()
            .skip(round * 4)
            .take(12)
            .map(|id| {
                let (step, answers) = (step(seller.clone(), id.clone(), today.clone()), answers.clone());
                actix_web::rt::spawn(async move {
                    let said = step.await;
                    answers.set(answers.get() + 1);
                    said
                })
            })
            .collect();
        while answers.get() < round {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        program.kill();
        confirmed.extend(join_all(steps).await.into_iter().filter_map(|said| said.unwrap()));
        program.serve().await;
    }
    for id in &ids {
        let state = told(&buyer, id).await;
        let said = |what| confirmed.iter().any(|(other, step)| other == id && *step == what);
        assert!(!said("approved") || state != "awaiting_seller", "{id} was approved, and is {state}");
        assert!(!said("paid") || state == "granted", "{id} was paid, and is {state}");
    }
    // The rest, undisturbed: nothing is stuck, nothing is given twice, no number of an invoice is missing.
    for id in &ids {
        while step(seller.clone(), id.clone(), today.clone()).await.is_some() {}
        assert_eq!(told(&buyer, id).await, "granted");
    }
    let orders = buyer.read("/orders").await.is(200).body;
    let mut numbers: Vec<&str> =
        orders["items"].as_array().unwrap().iter().map(|o| o["number"].as_str().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers.len(), ids.len());
    for (n, number) in numbers.iter().enumerate() {
        assert!(number.ends_with(&format!("-{:04}", n + 1)), "{numbers:?}");
    }
}

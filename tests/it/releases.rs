//! Versions after their publication: signed manifest, difference, advice against one, recall to the letter.

use crate::support::trade::{Listed, TABLE, free};
use crate::support::{Exchange, Visitor, address, said, skip, variable};
use bourse::market::signing;
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use std::process::Command;
use std::time::Duration;

/// A seller with a listing and a buyer.
struct Scene {
    exchange: Exchange,
    seller: Visitor,
    buyer: Visitor,
    listed: Listed,
}
impl Scene {
    async fn set() -> Self {
        let exchange = Exchange::start().await;
        let operator = exchange.operator();
        let seller = exchange.firm(&operator, "seller").await;
        let buyer = exchange.firm(&operator, "buyer").await;
        let listed = exchange.listed(&seller, "seller", "spindle").await;
        Self { exchange, seller, buyer, listed }
    }
    /// The buyer's grant on the listing, for free.
    async fn granted(&self) -> String {
        let offer = self.seller.offers(&self.listed, "CC-BY-4.0", free()).await;
        self.buyer.asks("buyer", &offer).await.is(201).body["grants"][0].as_str().unwrap().to_owned()
    }
    /// Another version of the listing with one table.
    async fn next(&self, label: &str, table: &str) -> Listed {
        let at = self.listed.at.clone();
        let body = json!({"label": label, "change_note": "Other columns."});
        let version = self.seller.tell(&format!("{at}/versions"), body).await.is(201).text("id");
        let listed = Listed { at, version };
        self.seller.uploads(&listed, "data/table.csv", table.to_owned()).await.is(201);
        self.seller.publishes(&listed).await.is(200);
        listed
    }
    fn version(&self, listed: &Listed, part: &str) -> String {
        format!("{}/versions/{}{part}", listed.at, listed.version)
    }
    async fn text(&self, path: &str) -> String {
        let page = self.exchange.nobody().get(path).await;
        assert_eq!(page.status(), 200, "{path}");
        page.text().await.unwrap()
    }
    /// Waits for a mail that holds these words.
    async fn mail(&self, to: &str, words: &str) {
        for _ in 0..300 {
            let mails = std::fs::read_dir(self.exchange.folder().join("mails")).unwrap();
            let found = mails.filter_map(|e| std::fs::read(e.unwrap().path()).ok()).any(|bytes| {
                let Ok(mail) = mailparse::parse_mail(&bytes) else { return false };
                let header = |n: &str| mail.headers.iter().find(|h| h.get_key() == n).map(|h| h.get_value());
                header("To").is_some_and(|t| t.contains(to)) && header("Subject").is_some_and(|s| s.contains(words))
            });
            if found {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no mail about “{words}” came to {to}");
    }
}

#[actix_web::test]
async fn a_manifest_is_signed_and_anybody_can_check_it() {
    let scene = Scene::set().await;
    let nobody = scene.exchange.nobody();
    let manifest = scene.text(&scene.version(&scene.listed, "/manifest.json")).await;
    let jws = scene.text(&scene.version(&scene.listed, "/manifest.jws")).await;
    let jwks: Value = nobody.get("/.well-known/jwks.json").await.json().await.unwrap();
    let keys = signing::published(&jwks).unwrap();
    keys.verify_manifest(manifest.as_bytes(), &jws).unwrap();
    assert!(
        keys.verify_manifest(manifest.replace("spindle", "spindly").replacen('1', "2", 1).as_bytes(), &jws).is_err()
    );
    // The API gives the same bytes, and the root over the pieces stands in the manifest.
    let at = scene.version(&scene.listed, "");
    assert_eq!(scene.text(&format!("/api/v1{at}/manifest")).await, manifest);
    assert_eq!(scene.text(&format!("/api/v1{at}/signature")).await, jws);
    let read: Value = serde_json::from_str(&manifest).unwrap();
    let root = blake3::hash(blake3::hash(TABLE.as_bytes()).as_bytes()).to_hex().to_string();
    assert_eq!(read["files"][0]["blake3_256k"], root);
    python_agrees(&jwks, &manifest, &jws);

    let folder = scene.exchange.folder().join("check");
    std::fs::create_dir_all(folder.join("files/data")).unwrap();
    for (name, text) in [("m.json", &manifest), ("m.jws", &jws), ("keys.json", &jwks.to_string())] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    std::fs::write(folder.join("files/data/table.csv"), TABLE).unwrap();
    let verify = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bourse"));
        command.current_dir(&folder).args(["verify", "m.jws", "--keys", "keys.json", "--manifest", "m.json"]);
        let done = command.args(["--files", "files"]).output().unwrap();
        (done.status.success(), String::from_utf8_lossy(&done.stdout).into_owned())
    };
    let (good, says) = verify();
    assert!(good && says.contains("all files have the size"), "{says}");
    std::fs::write(folder.join("files/data/table.csv"), TABLE.replace("1.5", "1.6")).unwrap();
    let (good, says) = verify();
    assert!(!good && says.contains("data/table.csv: has another SHA-256"), "{says}");
    std::fs::write(folder.join("m.json"), manifest.replacen('1', "2", 1)).unwrap();
    assert!(!verify().0);
}

/// A library that is not ours verifies the detached signature with the published key.
fn python_agrees(jwks: &Value, manifest: &str, jws: &str) {
    const CHECK: &str = "
import json, sys
from jwcrypto import jwk, jws
keys, manifest, text = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3]
one = jws.JWS(); one.deserialize(text)
header = json.loads(one.objects['protected'])
assert header['alg'] == 'EdDSA' and header['typ'] == 'bourse-manifest+jws', header
key = next(k for k in keys['keys'] if k['kid'] == header['kid'])
one.verify(jwk.JWK(**key), detached_payload=manifest)
";
    let Some(python) = variable("BOURSE_TEST_PYTHON") else { return skip("BOURSE_TEST_PYTHON names no Python") };
    let run = Command::new(python).args(["-c", CHECK, &jwks.to_string(), manifest, jws]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[actix_web::test]
async fn a_version_says_how_it_differs() {
    let scene = Scene::set().await;
    let nobody = scene.exchange.nobody();
    let first = nobody.read(&scene.version(&scene.listed, "/difference")).await.is(200);
    assert_eq!((&first.body["previous"], &first.body["difference"]), (&Value::Null, &Value::Null));
    let wider = scene.next("1.1.0", "time,spindle [mm/s],state (raw),note\n2026-01-01,1.5,ok,x\n").await;
    let said = nobody.read(&scene.version(&wider, "/difference")).await.is(200);
    assert_eq!((&said.body["previous"], &said.body["difference"]["verdict"]), (&json!("1.0.0"), &json!("compatible")));
    assert_eq!(said.body["difference"]["tables"][0]["added"][0]["name"], "note");
    assert_eq!(said.body["difference"]["rows"], json!([2, 1]));
    scene.next("2.0.0", "time,spindle [m/s]\n2026-01-01,1.5\n").await;
    // By label too.
    let said = nobody.read(&format!("{}/versions/2.0.0/difference", scene.listed.at)).await.is(200);
    assert_eq!((&said.body["previous"], &said.body["difference"]["verdict"]), (&json!("1.1.0"), &json!("breaking")));
    let change = &said.body["difference"]["tables"][0];
    assert_eq!(change["changed"][0], json!({"name": "spindle [m/s]", "before": "mm/s", "after": "m/s"}));
    assert_eq!(change["removed"].as_array().unwrap().len(), 2);
    let tab = scene.text(&format!("{}/versions", scene.listed.at)).await;
    assert!(tab.contains("Breaking") && tab.contains("Compatible") && tab.contains("/versions/2.0.0\""));
    let page = scene.text(&format!("{}/versions/2.0.0", scene.listed.at)).await;
    assert!(page.contains("mm/s → m/s") && page.contains("Signed by the exchange"));
    let list = nobody.read(&format!("{}/versions", scene.listed.at)).await.is(200);
    let states: Vec<_> = list.body["items"].as_array().unwrap().iter().map(|v| v["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["published", "deprecated", "deprecated"]);
}

#[actix_web::test]
async fn advice_against_a_version_is_told_and_taken_back() {
    let scene = Scene::set().await;
    let grant = scene.granted().await;
    let (seller, buyer) = (&scene.seller, &scene.buyer);
    let at = scene.version(&scene.listed, "/deprecation");
    let advice = |note: &str| Some(json!({"reason": note}));
    seller.api(Method::PUT, &at, advice("")).await.problem(422, "invalid");
    buyer.api(Method::PUT, &at, advice("No")).await.problem(404, "not_found");
    seller.api(Method::DELETE, &at, None).await.problem(409, "wrong_state");
    seller.api(Method::PUT, &at, advice("Wrong clock; wait for 1.0.1")).await.is(204);
    scene.mail(&address("Founder of buyer"), "Advice against").await;
    for page in [
        scene.listed.at.clone(),
        format!("{}/versions", scene.listed.at),
        format!("{}/versions/1.0.0", scene.listed.at),
    ] {
        assert!(scene.text(&page).await.contains("Wrong clock; wait for 1.0.1"), "{page}");
    }
    // It stays in the catalogue, can be asked for, and nothing is taken from who holds it.
    assert!(scene.text("/datasets").await.contains("Spindle vibration"));
    let manifest = buyer.read(&format!("/grants/{grant}/manifest")).await.is(200);
    let url = manifest.body["items"][0]["files"][0]["url"].as_str().unwrap().to_owned();
    assert_eq!(buyer.get(&url).await.status(), 200);
    // By the form it is changed, shown again when it is empty, and taken back.
    let here = scene.version(&scene.listed, "");
    assert_eq!(seller.post(&format!("{here}/deprecation"), &[("reason", "")]).await.status(), 422);
    assert_eq!(seller.post(&format!("{here}/deprecation"), &[("reason", "Use 1.0.1")]).await.status(), 303);
    assert_eq!(seller.post(&format!("{here}/restoration"), &[]).await.status(), 303);
    let list = buyer.read(&format!("{}/versions", scene.listed.at)).await.is(200);
    assert_eq!(
        (&list.body["items"][0]["state"], &list.body["items"][0]["deprecation_note"]),
        (&json!("published"), &Value::Null)
    );
    // What a newer version replaced stays replaced.
    seller.api(Method::PUT, &at, advice("Old")).await.is(204);
    scene.next("1.0.1", TABLE).await;
    seller.api(Method::DELETE, &at, None).await.is(204);
    let list = buyer.read(&format!("{}/versions", scene.listed.at)).await.is(200);
    assert_eq!(list.body["items"][1]["state"], "deprecated");
}

#[actix_web::test]
async fn a_recall_is_told_stops_tokens_at_once_and_stays_on_the_page() {
    let scene = Scene::set().await;
    let grant = scene.granted().await;
    let (seller, buyer) = (&scene.seller, &scene.buyer);
    let manifest = buyer.read(&format!("/grants/{grant}/manifest")).await.is(200);
    let url = manifest.body["items"][0]["files"][0]["url"].as_str().unwrap().to_owned();
    let token = buyer.tell(&format!("/grants/{grant}/download-tokens"), json!({})).await.is(201);
    let holder = scene.exchange.nobody().with_bearer(&token.text("token"));
    assert_eq!(holder.get(&url).await.status(), 200);
    let at = scene.version(&scene.listed, "/recall");
    seller.tell(&at, json!({"reason": ""})).await.problem(422, "invalid");
    buyer.tell(&at, json!({"reason": "no"})).await.problem(404, "not_found");
    seller.tell(&at, json!({"reason": "Sensor 3 was swapped"})).await.is(204);
    let told = scene.exchange.site.clock.now();
    said(holder.request(Method::GET, &url)).await.unmet("version_not_recalled");
    said(buyer.request(Method::GET, &url).header("Accept", "application/json")).await.unmet("version_not_recalled");
    assert!(scene.exchange.site.clock.now().0 - told.0 < 1000);
    let issued = buyer.tell(&format!("/grants/{grant}/download-tokens"), json!({})).await;
    if issued.status == 201 {
        let fresh = scene.exchange.nobody().with_bearer(&issued.text("token"));
        said(fresh.request(Method::GET, &url)).await.unmet("version_not_recalled");
    }
    scene.mail(&address("Founder of buyer"), "was recalled").await;
    seller.tell(&at, json!({"reason": "Again"})).await.problem(409, "wrong_state");
    seller
        .api(Method::PUT, &scene.version(&scene.listed, "/deprecation"), Some(json!({"reason": "x"})))
        .await
        .problem(409, "wrong_state");
    // The pages say so, also when newer versions came.
    for label in ["1.0.1", "1.0.2"] {
        scene.next(label, TABLE).await;
        for page in [format!("{}/versions", scene.listed.at), format!("{}/versions/1.0.0", scene.listed.at)] {
            let text = scene.text(&page).await;
            assert!(text.contains("Recalled") && text.contains("Sensor 3 was swapped"), "{page}");
        }
    }
    assert!(scene.text(&format!("{}/versions/1.0.0", scene.listed.at)).await.contains("Signed by the exchange"));
}

#[actix_web::test]
async fn a_recall_cuts_transfers_under_way() {
    const SIZE: usize = 96 << 20;
    let scene = Scene::set().await;
    let listed = scene.seller.begins("seller", "large").await;
    scene.seller.uploads(&listed, "zeros.bin", vec![0_u8; SIZE]).await.is(201);
    scene.seller.publishes(&listed).await.is(200);
    let offer = scene.seller.offers(&listed, "CC-BY-4.0", free()).await;
    let grant = scene.buyer.asks("buyer", &offer).await.is(201).body["grants"][0].as_str().unwrap().to_owned();
    let manifest = scene.buyer.read(&format!("/grants/{grant}/manifest")).await.is(200);
    let url = manifest.body["items"][0]["files"][0]["url"].as_str().unwrap().to_owned();
    let mut stream = scene.buyer.get(&url).await.bytes_stream();
    let mut got = stream.next().await.unwrap().unwrap().len();
    scene.seller.tell(&scene.version(&listed, "/recall"), json!({"reason": "Wrong bytes"})).await.is(204);
    let mut broken = false;
    while let Some(piece) = stream.next().await {
        match piece {
            Ok(bytes) => got += bytes.len(),
            Err(_) => broken = true,
        }
    }
    assert!(broken && got < SIZE, "{got} bytes came");
}

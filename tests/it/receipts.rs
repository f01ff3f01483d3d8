//! Receipts in both forms, their public check, and evidence packs: what others' libraries and the command line say of them,
//! and that no changed bit passes.

use crate::support::trade::{TABLE, free};
use crate::support::{Exchange, Visitor, skip, variable};
use bourse::market::signing::{self, SigningKeys};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

struct Scene {
    exchange: Exchange,
    seller: Visitor,
    buyer: Visitor,
    request: String,
    grant: String,
    at: String,
    version: String,
}

impl Scene {
    async fn set() -> Self {
        let exchange = Exchange::start().await;
        let operator = exchange.operator();
        let seller = exchange.firm(&operator, "seller").await;
        let buyer = exchange.firm(&operator, "buyer").await;
        let listed = exchange.listed(&seller, "seller", "spindle").await;
        let mut offer = free();
        offer["term_days"] = "30".into();
        let offer = seller.offers(&listed, "CC-BY-4.0", offer).await;
        let asked = buyer.asks("buyer", &offer).await.is(201);
        let grant = asked.body["grants"][0].as_str().unwrap().to_owned();
        Self { seller, buyer, request: asked.text("id"), grant, at: listed.at, version: listed.version, exchange }
    }
    async fn text(&self, address: &str) -> String {
        let answer = self.buyer.get(address).await;
        assert_eq!(answer.status(), 200, "{address}");
        answer.text().await.unwrap().trim().to_owned()
    }
    async fn receipt(&self) -> String {
        self.text(&format!("/grants/{}/receipt.jws", self.grant)).await
    }
    async fn credential(&self) -> String {
        self.text(&format!("/grants/{}/receipt.vc.jwt", self.grant)).await
    }
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.exchange.folder().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
    async fn jwks(&self) -> PathBuf {
        self.file("jwks.json", self.text("/.well-known/jwks.json").await)
    }
}

/// Runs `bourse verify` and gives whether it was good, and what it said.
pub fn bourse_verify(args: &[&Path]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bourse"));
    command.arg("verify");
    for arg in args {
        command.arg(arg);
    }
    let run = command.output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    (run.status.success(), said)
}

/// Has both forms of a receipt checked by libraries that are not ours, without a network; gives what was said.
pub async fn checked_by_others(exchange: &Exchange, holder: &Visitor, grant: &str) -> Option<String> {
    let Some(python) = variable("BOURSE_TEST_PYTHON") else {
        skip("BOURSE_TEST_PYTHON names no Python");
        return None;
    };
    let mut files = Vec::new();
    for (name, address) in [
        ("jwks.json", "/.well-known/jwks.json".to_owned()),
        ("did.json", "/.well-known/did.json".to_owned()),
        ("receipt.jws", format!("/grants/{grant}/receipt.jws")),
        ("receipt.vc.jwt", format!("/grants/{grant}/receipt.vc.jwt")),
        ("schema.json", "/schemas/receipt-1.json".to_owned()),
        ("vc-schema.json", "/schemas/receipt-credential-1.json".to_owned()),
    ] {
        let answer = holder.get(&address).await;
        assert_eq!(answer.status(), 200, "{address}");
        let path = exchange.folder().join(name);
        std::fs::write(&path, answer.text().await.unwrap().trim()).unwrap();
        files.push(path);
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/receipts.py");
    let run = Command::new(python).arg(script).args(&files).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    Some(String::from_utf8(run.stdout).unwrap())
}

#[actix_web::test]
async fn others_read_both_forms_offline() {
    let scene = Scene::set().await;
    checked_by_others(&scene.exchange, &scene.buyer, &scene.grant).await;
}

#[actix_web::test]
async fn no_changed_bit_passes() {
    let scene = Scene::set().await;
    let jwks: Value = serde_json::from_str(&scene.text("/.well-known/jwks.json").await).unwrap();
    let keys = signing::published(&jwks).unwrap();
    for text in [scene.receipt().await, scene.credential().await] {
        assert!(signing::verify_any(&keys, &text).is_ok());
        let mut tried = 0;
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                // What is no text any more cannot even be handed in.
                let Ok(changed) = String::from_utf8(bytes) else { continue };
                tried += 1;
                assert!(signing::verify_any(&keys, &changed).is_err(), "byte {at}, bit {bit} of {text}");
            }
        }
        assert!(tried > 7 * text.len() - 8, "{tried}");
    }
}

#[actix_web::test]
async fn a_receipt_binds_all_that_was_agreed() {
    let scene = Scene::set().await;
    let jwks: Value = serde_json::from_str(&scene.text("/.well-known/jwks.json").await).unwrap();
    let says = signing::verify_with(&jwks, &scene.receipt().await).unwrap();
    let licence = scene.buyer.read("/licences").await.is(200).body["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|l| l["code"] == "CC-BY-4.0")
        .unwrap()
        .clone();
    assert_eq!(says["licence"]["sha256"], licence["sha256"]);
    let terms = serde_json::to_string(&says["policy"]["terms"]).unwrap();
    let digest = bourse::values::hash_text(&terms);
    assert_eq!(says["policy"]["sha256"], digest.as_str(), "the terms are in canonical form");
    assert_eq!(says["files"][0]["path"], "data/table.csv");
    assert_eq!(says["files"][0]["bytes"], TABLE.len());
    assert!(says["version"]["manifest_sha256"].is_string() && says["accepted"]["licence_sha256"].is_string());
    assert!(says["starts_at"].is_string() && says["ends_at"].is_string());
}

#[actix_web::test]
async fn the_command_line_says_which_files_are_covered() {
    let scene = Scene::set().await;
    let keys = scene.jwks().await;
    let did = scene.file("did.json", scene.text("/.well-known/did.json").await);
    let (own, other) = (scene.file("mine.csv", TABLE), scene.file("other.csv", "a,b\n1,2\n"));
    let receipt = scene.file("receipt.jws", scene.receipt().await);
    let credential = scene.file("receipt.vc.jwt", scene.credential().await);
    let base = Path::new("--keys");
    for (signed, keys) in [(&receipt, &keys), (&credential, &keys), (&credential, &did)] {
        let (good, said) = bourse_verify(&[signed, &own, base, keys]);
        assert!(good && said.contains("mine.csv is data/table.csv"), "{said}");
        let (good, said) = bourse_verify(&[signed, &own, &other, base, keys]);
        assert!(!good && said.contains("not covered") && said.contains("1 of 2"), "{said}");
    }
    // By the manifest, and by a signed manifest of a later version.
    let stem = format!("{}/versions", scene.at);
    let manifest = scene.file("manifest.json", scene.text(&format!("{stem}/1.0.0/manifest.json")).await);
    let flag = Path::new("--manifest");
    let (good, said) = bourse_verify(&[&receipt, &own, base, &keys, flag, &manifest]);
    assert!(good, "{said}");
    let next = scene.seller.tell(&stem, json!({"label": "2.0.0", "change_note": "More."})).await.is(201).text("id");
    assert_ne!(next, scene.version);
    let listed = crate::support::trade::Listed { at: scene.at.clone(), version: next };
    scene.seller.uploads(&listed, "data/table.csv", "a,b\n1,2\n").await.is(201);
    scene.seller.publishes(&listed).await.is(200);
    let manifest = scene.file("manifest2.json", scene.text(&format!("{stem}/2.0.0/manifest.json")).await);
    let jws = scene.file("manifest2.jws", scene.text(&format!("{stem}/2.0.0/manifest.jws")).await);
    let (good, said) = bourse_verify(&[&receipt, &other, base, &keys, flag, &manifest]);
    assert!(!good && said.contains("--signature"), "{said}");
    let (good, said) = bourse_verify(&[&receipt, &other, base, &keys, flag, &manifest, Path::new("--signature"), &jws]);
    assert!(good && said.contains("covered"), "{said}");
}

#[actix_web::test]
async fn old_receipts_verify_after_the_keys_were_rotated() {
    let scene = Scene::set().await;
    let old = scene.receipt().await;
    SigningKeys::rotate(&scene.exchange.folder().join("keys")).unwrap();
    let newer = scene.exchange.replica().await;
    let buyer = scene.buyer.at(&newer);
    let jwks: Value = newer.nobody().get("/.well-known/jwks.json").await.json().await.unwrap();
    assert_eq!(jwks["keys"].as_array().unwrap().len(), 2);
    assert!(signing::verify_with(&jwks, &old).is_ok());
    // A credential made now is signed with the new key; the one of before still verifies.
    let before = scene.credential().await;
    let now = buyer.get(&format!("/grants/{}/receipt.vc.jwt", scene.grant)).await.text().await.unwrap();
    assert_ne!(SigningKeys::kid_of(&before).unwrap(), SigningKeys::kid_of(&now).unwrap());
    let keys = signing::published(&jwks).unwrap();
    for text in [&before, &now] {
        assert!(signing::verify_any(&keys, text).is_ok());
    }
    let shown = scene.exchange.nobody().tell("/verification", json!({"receipt": before})).await.is(200);
    assert_eq!(shown.body["validity"], "valid");
}

#[actix_web::test]
async fn anybody_learns_whether_a_receipt_is_good_and_nothing_else() {
    let scene = Scene::set().await;
    let nobody = scene.exchange.nobody();
    let number = scene.buyer.read(&format!("/grants/{}", scene.grant)).await.is(200).text("number");
    let valid = async |named: &str| nobody.read(&format!("/receipts/{named}/validity")).await.is(200).text("validity");
    assert_eq!((valid(&number).await, valid(&scene.grant).await), ("valid".to_owned(), "valid".to_owned()));
    assert_eq!(valid(&number.to_lowercase()).await, "valid");
    assert_eq!(valid("GR-1999-0001").await, "unknown");
    // The page: by number, by the pasted receipt in both forms; nothing of the deal stands on it.
    for pasted in [number.clone(), scene.receipt().await, scene.credential().await] {
        let answer = nobody.post("/verify", &[("receipt", &pasted)]).await;
        assert_eq!(answer.status(), 303);
        let page = nobody.get(answer.headers()["location"].to_str().unwrap()).await.text().await.unwrap();
        assert!(page.contains("Genuine and in force") && page.contains(&number), "{page}");
        for secret in ["seller GmbH", "buyer GmbH", "Spindle", "CC-BY", "Bearing wear"] {
            assert!(!page.contains(secret), "{secret} stands on the page");
        }
    }
    let forged = scene.receipt().await.replacen('.', ".e", 1);
    let answer = nobody.post("/verify", &[("receipt", &forged)]).await;
    assert_eq!(answer.status(), 422);
    nobody.tell("/verification", json!({"receipt": forged})).await.problem(422, "invalid");
    scene.seller.tell(&format!("/grants/{}/suspension", scene.grant), json!({"reason": "x"})).await.is(204);
    assert_eq!(valid(&number).await, "suspended");
    scene.seller.tell(&format!("/grants/{}/resumption", scene.grant), json!({"reason": "x"})).await.is(204);
    let now = scene.exchange.site.clock.now();
    scene.exchange.site.clock.advance(31 * 86_400);
    assert_eq!(valid(&number).await, "ended");
    assert!(scene.exchange.site.clock.now() > now);
}

#[actix_web::test]
async fn the_certificate_leads_to_its_check() {
    let scene = Scene::set().await;
    let page = scene.text(&format!("/grants/{}/receipt", scene.grant)).await;
    let number = scene.buyer.read(&format!("/grants/{}", scene.grant)).await.is(200).text("number");
    assert!(page.contains(&format!("{}/verify?receipt={number}", scene.exchange.url)));
    assert!(page.contains("class=\"qr\""));
    let stranger = scene.exchange.person("Stranger");
    for part in ["receipt", "receipt.jws", "receipt.vc.jwt"] {
        assert_eq!(stranger.get(&format!("/grants/{}/{part}", scene.grant)).await.status(), 404);
    }
}

#[actix_web::test]
async fn an_evidence_pack_is_whole_and_shows_every_change() {
    let scene = Scene::set().await;
    let keys = scene.jwks().await;
    let manifest = scene.buyer.read(&format!("/grants/{}/manifest", scene.grant)).await.is(200);
    let file = manifest.body["items"][0]["files"][0]["url"].as_str().unwrap().to_owned();
    scene.buyer.get(&file).await.bytes().await.unwrap();
    let address = format!("/api/v1/requests/{}/evidence", scene.request);
    let auditor = scene.exchange.officer("Site auditor", bourse::market::accounts::Office::SiteAuditor);
    let stranger = scene.exchange.person("Stranger");
    assert_eq!(stranger.get(&address).await.status(), 404);
    let mut names = Vec::new();
    for visitor in [&scene.buyer, &scene.seller, &auditor] {
        let answer = visitor.get(&address).await;
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()),
            (200, "application/zip")
        );
        let bytes = answer.bytes().await.unwrap();
        let pack = scene.file("evidence.zip", &bytes);
        let (good, said) = bourse_verify(&[&pack, Path::new("--keys"), &keys]);
        assert!(good && said.contains("entries as they were signed"), "{said}");
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes.to_vec())).unwrap();
        names = (0..zip.len()).map(|i| zip.by_index(i).unwrap().name().unwrap().into_owned()).collect();
    }
    for part in
        ["deal.json", "identities.json", "approvals.json", "journal.json", "journal.md", "README.md", "index.jws"]
    {
        assert!(names.iter().any(|n| n == part), "{part} is missing in {names:?}");
    }
    for stem in ["receipts/", "deliveries/", "goods/1/source.json", "goods/1/licence.en.md", "goods/1/manifest.jws"] {
        assert!(names.iter().any(|n| n.starts_with(stem)), "{stem} is missing in {names:?}");
    }
    // Every entry changed, every one left out, one added: all are noticed.
    let bytes = std::fs::read(scene.exchange.folder().join("evidence.zip")).unwrap();
    for at in 0..=names.len() * 2 {
        let changed = tampered(&bytes, at, names.len());
        let pack = scene.file("changed.zip", changed);
        let (good, said) = bourse_verify(&[&pack, Path::new("--keys"), &keys]);
        assert!(!good, "change {at} of {names:?} was not noticed: {said}");
    }
    scene.buyer.api(Method::GET, &format!("/requests/{}/evidence", scene.request), None).await.is(200);
}

/// The pack with entry `at` changed, with entry `at - count` left out, or with one more.
fn tampered(bytes: &[u8], at: usize, count: usize) -> Vec<u8> {
    use std::io::{Read as _, Write as _};
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let names: Vec<String> = (0..count).map(|i| from.by_index(i).unwrap().name().unwrap().into_owned()).collect();
    for (i, name) in names.iter().enumerate() {
        let mut entry = from.by_index(i).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        if i == at {
            let middle = content.len() / 2;
            content[middle] ^= 1;
        }
        if i + count != at {
            to.start_file(name.as_str(), options).unwrap();
            to.write_all(&content).unwrap();
        }
    }
    if at == count * 2 {
        to.start_file("more.txt", options).unwrap();
        to.write_all(b"more").unwrap();
    }
    to.finish().unwrap().into_inner()
}

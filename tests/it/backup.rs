//! `bourse backup` beside a server that works, and a new server on what it made.

use crate::kills::Program;
use crate::support::trade::{Listed, free};
use crate::support::{Exchange, Place, Visitor};
use crate::upload_kills::in_a_bucket;
use data_encoding::HEXLOWER;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A file of several chunks, other for each number.
fn contents(number: u32) -> Vec<u8> {
    (0..90_000).flat_map(|row: u32| format!("{row},{number},{}\n", row * number % 997).into_bytes()).collect()
}

/// Runs the command at a place, with further settings.
fn run_with(place: &Place, folder: &Path, more: &[&str], settings: &[(&str, String)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bourse"));
    command.env_clear().current_dir(place.folder()).arg("backup").arg(folder).args(more);
    for (name, value) in place.settings(1) {
        command.env(format!("BOURSE_{}", name.to_uppercase()), value);
    }
    for (name, value) in settings {
        command.env(format!("BOURSE_{}", name.to_uppercase()), value);
    }
    command.output().unwrap()
}

/// Runs the command at a place.
fn run(place: &Place, folder: &Path, more: &[&str]) -> Output {
    run_with(place, folder, more, &[])
}

/// Takes a backup that must become whole; gives what was said.
fn take(place: &Place, folder: &Path) -> String {
    let done = run(place, folder, &[]);
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    said
}

/// The list of a backup: names and digests.
fn sums(folder: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    text.lines().map(|line| line.split_once("  ").unwrap()).map(|(sum, name)| (name.into(), sum.into())).collect()
}

/// Those of the list that are not what the list says.
fn wrong(folder: &Path) -> Vec<String> {
    let sum = |name: &str| std::fs::read(folder.join(name)).ok().map(|b| HEXLOWER.encode(&Sha256::digest(b)));
    sums(folder).into_iter().filter(|(name, said)| sum(name).as_ref() != Some(said)).map(|(name, _)| name).collect()
}

fn names_of_files(folder: &Path) -> Vec<String> {
    sums(folder).into_keys().filter(|name| name.starts_with("files/blobs/")).collect()
}

/// A seller's dataset of one file, and the grant of a buyer.
struct Scene {
    program: Program,
    seller: Visitor,
    buyer: Visitor,
    listed: Listed,
    url: String,
    receipt: String,
    keys: Value,
    backup: PathBuf,
}

impl Scene {
    async fn set() -> Self {
        let exchange = Exchange::start().await;
        let operator = exchange.operator();
        let seller = exchange.firm(&operator, "seller").await;
        let buyer = exchange.firm(&operator, "buyer").await;
        let listed = seller.begins("seller", "presses").await;
        seller.uploads(&listed, "strokes.csv", contents(1)).await.is(201);
        seller.publishes(&listed).await.is(200);
        let offer = seller.offers(&listed, "CC-BY-4.0", free()).await;
        let grant = buyer.asks("buyer", &offer).await.is(201).body["grants"][0].as_str().unwrap().to_owned();
        let receipt = buyer.get(&format!("/grants/{grant}/receipt.jws")).await.text().await.unwrap();
        let manifest = buyer.read(&format!("/grants/{grant}/manifest")).await.is(200).body;
        let url = manifest["items"][0]["files"][0]["url"].as_str().unwrap().to_owned();
        let keys = exchange.nobody().get("/.well-known/jwks.json").await.json().await.unwrap();
        let backup = std::env::temp_dir().join(format!("bourse-backup-{}", bourse::values::random_uuid().simple()));
        let mut program = Program::at(exchange);
        program.serve().await;
        Self { program, seller, buyer, listed, url, receipt, keys, backup }
    }
    /// Begins a draft with one more file; gives the file's address.
    async fn adds(&self, label: &str, number: u32) -> String {
        let version = self.seller.tell(&format!("{}/versions", self.listed.at), json!({"label": label})).await.is(201);
        let draft = Listed { at: self.listed.at.clone(), version: version.text("id") };
        let file = self.seller.uploads(&draft, "more.csv", contents(number)).await.is(201).text("id");
        format!("{}/versions/{}/files/{file}", draft.at, draft.version)
    }
    async fn part(&self, range: &str, tag: &str) -> reqwest::Response {
        let asked = self.buyer.request(Method::GET, &self.url).header("Range", range).header("If-Range", tag);
        asked.send().await.unwrap()
    }
}
impl Drop for Scene {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.backup);
    }
}

#[actix_web::test]
async fn a_server_goes_on_from_its_backup() {
    let mut scene = Scene::set().await;
    let whole = contents(1);
    let head = scene.buyer.request(Method::HEAD, &scene.url).send().await.unwrap();
    let tag = head.headers()["etag"].to_str().unwrap().to_owned();
    let half = scene.part("bytes=0-500000", &tag).await.bytes().await.unwrap();

    let said = take(&scene.program.place, &scene.backup);
    let sqlite = scene.backup.join("bourse.db").is_file();
    assert_eq!(!sqlite, said.contains("pg_dump"), "{said}");
    assert!(wrong(&scene.backup).is_empty() && sums(&scene.backup).len() >= 3, "{:?}", sums(&scene.backup));

    // The disk is lost. A new one gets the backup; a database of PostgreSQL has its own.
    scene.program.kill();
    let home = scene.program.place.folder().to_path_buf();
    std::fs::rename(home.join("files"), home.join("lost")).unwrap();
    std::fs::remove_dir_all(home.join("keys")).unwrap();
    for name in ["bourse.db", "bourse.db-wal", "bourse.db-shm"] {
        let _ = std::fs::remove_file(home.join(name));
    }
    let copied = Command::new("cp").arg("-a").arg(scene.backup.join(".")).arg(&home).status().unwrap();
    assert!(copied.success());
    scene.program.serve().await;

    let rest = scene.part(&format!("bytes={}-", half.len()), &tag).await;
    assert_eq!(rest.status(), StatusCode::PARTIAL_CONTENT, "the download goes on");
    assert!([half, rest.bytes().await.unwrap()].concat() == whole, "and gives the same file");
    let keys: Value = scene.buyer.get("/.well-known/jwks.json").await.json().await.unwrap();
    assert_eq!(keys, scene.keys);
    bourse::market::signing::verify_with(&keys, scene.receipt.trim()).unwrap();
    scene.adds("3.0.0", 3).await;
}

#[actix_web::test]
async fn a_second_backup_takes_what_is_new() {
    let scene = Scene::set().await;
    take(&scene.program.place, &scene.backup);
    let before = names_of_files(&scene.backup);
    let file = scene.adds("2.0.0", 2).await;
    let said = take(&scene.program.place, &scene.backup);
    let after = names_of_files(&scene.backup);
    assert!(after.len() > before.len() && wrong(&scene.backup).is_empty(), "{after:?}");
    assert!(said.contains(&format!("{} of them new", after.len() - before.len())), "{said}");
    // A copy that was cut short is made again.
    let cut = scene.backup.join(&before[0]);
    std::fs::remove_file(&cut).unwrap();
    std::fs::write(&cut, b"half").unwrap();
    take(&scene.program.place, &scene.backup);
    assert!(wrong(&scene.backup).is_empty());
    let dropped = HEXLOWER.encode(&Sha256::digest(contents(2)));
    assert!(sums(&scene.backup).values().any(|sum| *sum == dropped));
    // What a draft dropped is not asked for any more.
    scene.seller.api(Method::DELETE, &file, None).await.is(204);
    take(&scene.program.place, &scene.backup);
    assert!(!sums(&scene.backup).values().any(|sum| *sum == dropped));
}

#[actix_web::test]
async fn a_backup_that_is_not_whole_says_so() {
    let scene = Scene::set().await;
    take(&scene.program.place, &scene.backup);
    let sold = HEXLOWER.encode(&Sha256::digest(contents(1)));
    let (name, _) = sums(&scene.backup).into_iter().find(|(_, sum)| *sum == sold).unwrap();
    let original = scene.program.place.folder().join(&name);
    std::fs::rename(&original, original.with_extension("lost")).unwrap();
    std::fs::remove_file(scene.backup.join(&name)).unwrap();
    let done = run(&scene.program.place, &scene.backup, &[]);
    let told = String::from_utf8(done.stderr).unwrap();
    assert!(!done.status.success() && told.contains(&name) && told.contains("1 files could not be copied"), "{told}");
    assert_eq!(wrong(&scene.backup), [name], "the list names it, so that a check fails too");
    // Without the files, the disk is not looked at.
    let done = run(&scene.program.place, &scene.backup, &["--without-files"]);
    assert!(done.status.success() && names_of_files(&scene.backup).is_empty());

    let home = scene.program.place.folder().to_path_buf();
    for inside in [home.clone(), home.join("files")] {
        let refused = run(&scene.program.place, &inside, &[]);
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && told.contains("choose another folder"), "{told}");
    }
}

#[actix_web::test]
async fn a_bucket_is_copied_and_filled_again() {
    let Some((_store, settings)) = in_a_bucket().await else { return };
    let own: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let exchange = Exchange::start_with(&own).await;
    let seller = exchange.person("Seller");
    seller.founds("forge").await;
    let listed = seller.begins("forge", "presses").await;
    let file = seller.uploads(&listed, "strokes.csv", contents(1)).await.is(201);
    let folder = std::env::temp_dir().join(format!("bourse-backup-{}", bourse::values::random_uuid().simple()));
    let program = Program::at(exchange);
    let done = run_with(&program.place, &folder, &[], &settings);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let sold = HEXLOWER.encode(&Sha256::digest(contents(1)));
    assert_eq!(file.text("sha256"), sold);
    assert!(wrong(&folder).is_empty() && sums(&folder).values().any(|sum| *sum == sold), "{:?}", sums(&folder));

    // Another bucket is filled with what the backup holds, by name, and gives the same bytes.
    let Some((_other, settings)) = in_a_bucket().await else { return };
    let endpoint = settings.iter().find(|(name, _)| *name == "s3_endpoint").unwrap().1.clone();
    for name in names_of_files(&folder) {
        let key = name.strip_prefix("files/").unwrap();
        let put = reqwest::Client::new().put(format!("{endpoint}/goods/{key}"));
        assert!(put.body(std::fs::read(folder.join(&name)).unwrap()).send().await.unwrap().status().is_success());
    }
    let again = folder.with_extension("again");
    let done = run_with(&program.place, &again, &[], &settings);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(wrong(&again).is_empty() && sums(&again).values().any(|sum| *sum == sold), "{:?}", sums(&again));
    let _ = (std::fs::remove_dir_all(&folder), std::fs::remove_dir_all(&again));
}

//! A seller puts files into a draft: with the uploader, which goes on after a reload, or with the plain form.

use crate::machine::{Folder, Kind};
use crate::page::Page;
use crate::{DATASET, SELLER, somebody};
use bourse::cli::demo::content::PASSWORD;
use data_encoding::HEXLOWER;
use fantoccini::Locator;
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// A file that takes a while: longer than a piece of 8 MiB.
const LONG: usize = 300 << 20;

/// Makes a file and gives its path with its digest.
fn file(folder: &Folder, name: &str, bytes: usize) -> (PathBuf, String) {
    let path = folder.join(name);
    let line: Vec<u8> = (0..=255).collect();
    let all: Vec<u8> = line.iter().copied().cycle().take(bytes).collect();
    std::fs::write(&path, &all).unwrap();
    (path, HEXLOWER.encode(&Sha256::digest(&all)))
}

pub async fn files_of_a_draft(page: Page) {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.join("rig 4")).unwrap();
    let (long, long_digest) = file(&folder, "long.bin", if page.kind == Kind::Desk { LONG } else { 100_000 });
    page.sign_in(somebody(SELLER, "publisher"), PASSWORD).await;
    page.open(&format!("{DATASET}/edit?lang=en")).await;
    page.fill("#label", "9.0.0").await;
    page.press("form[action$='/versions'] button", "done=version-begun").await;
    let draft = page.find("main a[href*='/versions/'][href$='/edit']").await.attr("href").await.unwrap().unwrap();
    page.open(&draft).await;
    if page.kind == Kind::Desk {
        with_the_uploader(&page, &draft, &folder, long.to_str().unwrap()).await;
    } else {
        assert!(!page.find("#uploader").await.is_displayed().await.unwrap(), "nothing is shown that needs a script");
        page.find("#file").await.send_keys(long.to_str().unwrap()).await.unwrap();
        page.press("form[action$='/files'] button", "done=uploaded").await;
    }
    let words = page.folded_text("main table").await;
    assert!(words.contains(&long_digest), "{words}");
}

async fn with_the_uploader(page: &Page, draft: &str, folder: &Folder, long: &str) {
    let (twin, digest) = file(folder, "rig 4/twin.csv", 4000);
    let (same, _) = file(folder, "same.csv", 4000);
    page.find("#pick-files").await.send_keys(long).await.unwrap();
    page.find(".uploads li progress").await;
    until(page, "return Number(document.querySelector('.uploads progress').value) > 0.05").await;
    // The page goes away in the middle; what came is there, and the same file goes on.
    page.open(draft).await;
    until(page, "return Number(document.querySelector('.uploads progress').value) > 0.02").await;
    page.find("#pick-files").await.send_keys(long).await.unwrap();
    page.find("#pick-files").await.send_keys(twin.to_str().unwrap()).await.unwrap();
    until(page, "return document.querySelectorAll('.uploads .mark.ok').length == 2").await;
    // The same bytes under another name need not be sent: a digest is enough.
    page.find("#pick-files").await.send_keys(same.to_str().unwrap()).await.unwrap();
    until(page, "return document.querySelectorAll('.uploads .mark.ok').length == 3").await;
    page.press("#uploaded a", "/edit").await;
    page.find("main table tbody tr:nth-child(3)").await;
    assert_eq!(page.folded_text("main table").await.matches(&digest).count(), 2);
    assert!(!page.client.find_all(Locator::Css(".uploads li")).await.unwrap().iter().any(|_| true), "nothing is left");
}

/// Waits until a script says true; at most a minute.
async fn until(page: &Page, script: &str) {
    for _ in 0..600 {
        if page.client.execute(script, Vec::new()).await.is_ok_and(|said| said == serde_json::Value::Bool(true)) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{script}: not within a minute\n{}", page.text("main").await);
}

//! Resumable uploads where the server dies, with a second replica, on disk and in an object store, and by `tuspy`.

use crate::kills::Program;
use crate::servers::{free_port, object_store, python};
use crate::support::trade::Listed;
use crate::support::{Credential, Exchange, Visitor};
use crate::uploads::{begins, files, join, part, patch, sample, sends, stands};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::process::Command;
use std::time::Duration;

/// Bytes of one request.
const PIECE: usize = 3 << 20;

/// The settings of an object store, and the store's own process.
pub async fn in_a_bucket() -> Option<(crate::servers::Running, Vec<(&'static str, String)>)> {
    let (running, address) = object_store(&python()?).await;
    let settings = vec![
        ("blob_store", "s3".to_owned()),
        ("s3_endpoint", address),
        ("s3_bucket", "goods".to_owned()),
        ("s3_access_key", "key".to_owned()),
        ("s3_secret_key", "secret".to_owned()),
    ];
    Some((running, settings))
}

/// An exchange with a draft, left to the real program; a key outlives every kill.
async fn prepared(settings: &[(&'static str, String)]) -> (Program, Visitor, Listed) {
    let own: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let exchange = Exchange::start_with(&own).await;
    let seller = exchange.person("Seller");
    seller.founds("forge").await;
    let listed = seller.begins("forge", "presses").await;
    let key = seller.key_for("forge", "1").await;
    (Program::at(exchange).with(settings), key, listed)
}

fn digest(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// Kills the program in the middle of every second request; what it had answered stays, and at most one piece is sent again.
async fn outlives(settings: &[(&'static str, String)], kills: usize) {
    let (mut program, seller, listed) = prepared(settings).await;
    program.serve().await;
    let bytes = sample(2 * kills * PIECE + 12_345);
    let at = begins(&seller, &listed, bytes.len(), "long.bin").await;
    let (mut answered, mut sent, mut killed) = (0, 0, 0);
    while answered < bytes.len() {
        let piece = &bytes[answered..bytes.len().min(answered + PIECE)];
        if killed < kills && answered >= killed * 2 * PIECE {
            killed += 1;
            let request = patch(&seller, &at, answered, piece).send();
            let request = actix_web::rt::spawn(async move { request.await.is_ok_and(|a| a.status() == 204) });
            tokio::time::sleep(Duration::from_millis(u64::try_from(killed * 7 % 40).unwrap())).await;
            program.kill();
            let confirmed = request.await.unwrap();
            program.serve().await;
            let (status, stood) = stands(&seller, &at).await;
            let stood: usize = stood.parse().unwrap();
            assert!(status == 200 && stood >= answered, "{status} {stood} after {answered} was confirmed");
            assert!(!confirmed || stood == answered + piece.len(), "{stood} after {answered} and a whole piece");
            sent += answered + piece.len() - stood;
            answered = stood;
        } else {
            let (status, stood) = sends(&seller, &at, answered, piece).await;
            assert_eq!(status, 204);
            answered = stood.parse().unwrap();
        }
    }
    assert_eq!((killed, &files(&seller, &listed).await[0]["sha256"]), (kills, &digest(&bytes).into()));
    assert!(sent <= kills * PIECE, "{sent} bytes were sent again after {kills} kills");
}

#[actix_web::test]
async fn what_was_answered_outlives_a_kill_on_disk() {
    outlives(&[], 6).await;
}

#[actix_web::test]
async fn what_was_answered_outlives_a_kill_in_a_bucket() {
    let Some((_store, settings)) = in_a_bucket().await else { return };
    outlives(&settings, 4).await;
}

#[actix_web::test]
async fn another_replica_goes_on() {
    let Some((_store, settings)) = in_a_bucket().await else { return };
    let (mut program, seller, listed) = prepared(&settings).await;
    program.serve().await;
    let mut second = program.beside(free_port()).await;
    let mut there = seller.clone();
    there.url = second.url();
    let bytes = sample(21 << 20);
    let at = begins(&seller, &listed, bytes.len(), "both.bin").await;
    let mut offset = 0;
    for (n, length) in [9 << 20, 1, 7 << 20].into_iter().enumerate() {
        let visitor = if n % 2 == 0 { &seller } else { &there };
        assert_eq!(sends(visitor, &at, offset, &bytes[offset..offset + length]).await.0, 204, "piece {n}");
        offset += length;
        assert_eq!(stands(&there, &at).await, (200, offset.to_string()));
    }
    program.kill();
    assert_eq!(sends(&there, &at, offset, &bytes[offset..]).await, (204, bytes.len().to_string()));
    assert_eq!(files(&there, &listed).await[0]["sha256"], digest(&bytes));
    second.kill();
}

/// What a pipeline with `tuspy` does: part of a file, then the rest by its kept address, each piece with a checksum.
const TUSPY: &str = r#"
import sys
from tusclient import client
url, key, path, kept = sys.argv[1:5]
tus = client.TusClient(url, headers={"Authorization": "Bearer " + key})
settings = dict(chunk_size=1 << 20, retries=8, retry_delay=1, upload_checksum=True)
if kept == "-":
    up = tus.uploader(path, metadata={"filename": "tuspy.bin"}, **settings)
    up.upload(stop_at=5 << 20)
else:
    up = tus.uploader(path, url=kept, **settings)
    up.upload()
print(up.url, up.offset)
"#;

async fn tuspy(arguments: [&str; 4]) -> String {
    let mut command = Command::new(python().unwrap());
    command.args(["-c", TUSPY]).args(arguments);
    let ran = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

#[actix_web::test]
async fn tuspy_uploads_unchanged() {
    if python().is_none() {
        return;
    }
    let (mut program, seller, listed) = prepared(&[]).await;
    program.serve().await;
    let Credential::Bearer(key) = &seller.credential else { panic!("no key") };
    let bytes = sample((23 << 20) + 7);
    let path = program.place.folder().join("tuspy.bin");
    std::fs::write(&path, &bytes).unwrap();
    let url = format!("{}/tus/versions/{}", seller.url, listed.version);
    let said = tuspy([&url, key, path.to_str().unwrap(), "-"]).await;
    let (kept, offset) = said.trim().split_once(' ').unwrap();
    assert_eq!(offset, (5 << 20).to_string());
    // The rest, over a server that dies under it.
    let (rest, ()) = futures_util::future::join(tuspy([&url, key, path.to_str().unwrap(), kept]), async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        program.kill();
        program.serve().await;
    })
    .await;
    assert!(rest.trim().ends_with(&bytes.len().to_string()), "{rest}");
    assert_eq!(files(&seller, &listed).await[0]["sha256"], digest(&bytes));
}

#[actix_web::test]
async fn parts_are_joined_in_a_bucket() {
    let Some((_store, settings)) = in_a_bucket().await else { return };
    let (mut program, seller, listed) = prepared(&settings).await;
    program.serve().await;
    crate::uploads::joins_parts(&seller, &listed).await;
    program.kill();
}

/// The server dies while it joins parts: asked again, it goes on where it stood.
#[actix_web::test]
async fn joining_outlives_a_kill() {
    let (mut program, seller, listed) = prepared(&[]).await;
    program.serve().await;
    let bytes = sample(96 << 20);
    let (a, b) = bytes.split_at(41 << 20);
    let (a, b) = (part(&seller, &listed, a).await, part(&seller, &listed, b).await);
    let metadata = format!("filename {}", data_encoding::BASE64.encode(b"joined.bin"));
    let ask = || join(&seller, &listed, &metadata, &[&a, &b]).send();
    let first = actix_web::rt::spawn(ask());
    tokio::time::sleep(Duration::from_millis(150)).await;
    program.kill();
    drop(first.await);
    program.serve().await;
    let answer = ask().await.unwrap();
    assert_eq!(answer.status(), 201, "{:?}", answer.text().await);
    let at = answer.headers()["location"].to_str().unwrap().to_owned();
    let mut stood = stands(&seller, &at).await;
    for _ in 0..400 {
        if stood.1 == bytes.len().to_string() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        stood = stands(&seller, &at).await;
    }
    assert_eq!(stood, (200, bytes.len().to_string()));
    assert_eq!(files(&seller, &listed).await[0]["sha256"], digest(&bytes));
}

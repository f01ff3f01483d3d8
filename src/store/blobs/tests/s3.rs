//! The same promises against a real S3 server (moto), which `BOURSE_TEST_PYTHON` must be able to run.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, Command, Stdio},
};

use object_store::ObjectStoreExt;

use super::*;

/// A moto server on a free port of this machine; ends with the test.
pub(crate) struct Moto {
    child: Child,
    address: String,
}

impl Drop for Moto {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// `None` when no Python with moto is named, which `BOURSE_TEST_ALL=1` does not allow.
#[expect(clippy::disallowed_methods, reason = "the runner of the tests tells in the environment what there is")]
pub(crate) async fn moto() -> Option<Moto> {
    let Ok(python) = std::env::var("BOURSE_TEST_PYTHON") else {
        assert_ne!(
            std::env::var("BOURSE_TEST_ALL").as_deref(),
            Ok("1"),
            "BOURSE_TEST_PYTHON names no python with moto[server]"
        );
        // Not by eprintln!, whose lines the harness keeps back for a test that passes.
        let _ = writeln!(std::io::stderr(), "skipped: BOURSE_TEST_PYTHON names no python with moto[server]");
        return None;
    };
    let mut child = Command::new(python)
        .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut seen = String::new();
    let address = loop {
        let mut line = String::new();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "moto did not start: {seen}");
        if let Some((_, address)) = line.split_once("Running on ") {
            break address.split_whitespace().next().unwrap().to_owned();
        }
        seen += &line;
    };
    // Its log must be read, or it stops when the pipe is full.
    std::thread::spawn(move || std::io::copy(&mut lines.by_ref(), &mut std::io::sink()));
    let moto = Moto { child, address };
    let made = reqwest::Client::new().put(format!("{}/goods", moto.address)).send().await.unwrap();
    assert_eq!(made.status(), 200);
    Some(moto)
}

impl Moto {
    pub(crate) fn blobs(&self, bucket: &str) -> Blobs {
        Blobs::s3(&S3Settings {
            endpoint: Some(self.address.clone()),
            region: "us-east-1".to_owned(),
            bucket: bucket.to_owned(),
            access_key: "test".to_owned(),
            secret_key: "test".to_owned(),
            allow_http: true,
            path_style: true,
        })
        .unwrap()
    }

    /// Uploads that have begun and neither ended nor been given up.
    pub(crate) async fn open_uploads(&self) -> usize {
        let text = reqwest::get(format!("{}/goods?uploads", self.address)).await.unwrap().text().await.unwrap();
        assert!(text.contains("ListMultipartUploadsResult"), "{text}");
        text.matches("<UploadId>").count()
    }
}

#[actix_web::test]
async fn s3_gives_back_what_it_took() {
    let Some(moto) = moto().await else { return };
    let blobs = moto.blobs("goods");
    blobs.probe().await.unwrap();
    assert!(moto.blobs("elsewhere").probe().await.is_err());
    round_trips(&blobs).await;
    assert_eq!(moto.open_uploads().await, 0);
    let taken = taken(&blobs, b"one").await;
    assert_eq!(listed(&blobs).await.iter().map(|s| (s.key, s.size)).collect::<Vec<_>>(), [(taken.key, 3)]);
    assert_eq!(blobs.sweep(i64::MAX).await.unwrap(), 0);
    blobs.remove(taken.key).await.unwrap();
    blobs.remove(taken.key).await.unwrap();
    assert_eq!(whole(&blobs, &taken).await.unwrap_err().kind(), io::ErrorKind::NotFound);
}

#[actix_web::test]
async fn s3_keeps_nothing_of_a_broken_upload() {
    let Some(moto) = moto().await else { return };
    let blobs = moto.blobs("goods");
    leaves_nothing(&blobs).await;
    assert_eq!(moto.open_uploads().await, 0);
    let mut taking = blobs.begin(Uuid::now_v7(), u64::MAX).await.unwrap();
    taking.push(sample(9 << 20).into()).await.unwrap();
    assert_eq!(moto.open_uploads().await, 1);
    drop(taking);
    for _ in 0..200 {
        if moto.open_uploads().await == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("an upload that was dropped stays open");
}

#[actix_web::test]
async fn s3_hands_out_no_damaged_byte() {
    let Some(moto) = moto().await else { return };
    let blobs = moto.blobs("goods");
    let mut data = sample(20 * CHUNK + 100);
    let taken = taken(&blobs, &data).await;
    let put = async |bytes: Vec<u8>| {
        let Place::S3(store) = blobs.place.as_ref() else { panic!("no S3") };
        store.put(&place::location(taken.key), bytes.into()).await.unwrap();
    };
    let open = || blobs.open(taken.key, taken.size, taken.chunks.clone().into());

    // Out of order and back again, narrowed and not: always the right chunk.
    let blob = open();
    for i in [0, 1, 7, 8, 3, 20, 19, 20, 0] {
        let i: usize = i;
        let chunk = blob.chunk(u64::try_from(i).unwrap()).await.unwrap();
        assert!(chunk == data[i * CHUNK..((i + 1) * CHUNK).min(data.len())], "chunk {i}");
    }
    assert_eq!(blob.until(3).chunk(2).await.unwrap().len(), CHUNK);

    data[2 * CHUNK + 9] ^= 4;
    put(data.clone()).await;
    let blob = open();
    assert!(blob.chunk(0).await.is_ok() && blob.chunk(1).await.is_ok());
    assert_eq!(blob.chunk(2).await.unwrap_err().kind(), io::ErrorKind::InvalidData);
    assert!(blob.chunk(3).await.is_ok());

    data[2 * CHUNK + 9] ^= 4;
    data.truncate(10 * CHUNK + 5);
    put(data).await;
    let blob = open();
    for i in 0..10 {
        assert!(blob.chunk(i).await.is_ok(), "chunk {i}");
    }
    for i in [10, 11, 20] {
        assert_eq!(open().chunk(i).await.unwrap_err().kind(), io::ErrorKind::InvalidData, "chunk {i}");
    }
}

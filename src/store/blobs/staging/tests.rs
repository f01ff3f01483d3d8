//! Uploads in pieces on both places: whatever the cuts, the blob is that of one whole upload.
#![expect(clippy::disallowed_methods, reason = "tests make keys of their own")]

use super::*;
use crate::store::blobs::CHUNK;
use crate::store::blobs::tests::s3::moto;
use crate::store::blobs::tests::{Folder, sample};

/// What the database would keep.
struct Row {
    at: Standing,
    parts: Vec<Part>,
}

impl Row {
    fn new(size: usize) -> Self {
        let size = u64::try_from(size).unwrap();
        Self { at: Standing { key: Uuid::now_v7(), size, ..Standing::default() }, parts: Vec::new() }
    }
    /// One request: takes the upload up, sends a piece in small writes, settles (or is cut off before).
    async fn sends(&mut self, blobs: &Blobs, bytes: &[u8], settle: bool) {
        let mut staging = blobs.stage(self.at.clone()).await.unwrap();
        for piece in bytes.chunks(70_001) {
            staging.push(Bytes::copy_from_slice(piece)).await.unwrap();
        }
        if !settle {
            return;
        }
        let settled = staging.settle().await.unwrap();
        self.at = settled.at;
        self.parts.extend(settled.parts);
        if let Some(tail) = settled.outdated {
            blobs.discard_outdated(self.at.key, tail).await.unwrap();
        }
    }
    fn rest<'d>(&self, data: &'d [u8]) -> &'d [u8] {
        &data[usize::try_from(self.at.offset).unwrap()..]
    }
}

async fn check(blobs: &Blobs, row: &Row, data: &[u8]) {
    let whole = blobs.finish_staged(&row.at, &row.parts).await.unwrap();
    // A crash after this and before the row knows: it is done again.
    assert_eq!(blobs.finish_staged(&row.at, &row.parts).await.unwrap(), whole);
    assert_eq!(whole.sha256, <[u8; 32]>::from(sha2::Sha256::digest(data)));
    let chunks: Vec<u8> = data.chunks(CHUNK).flat_map(|c| *blake3::hash(c).as_bytes()).collect();
    assert_eq!(whole.chunks, chunks);
    let blob = blobs.open(row.at.key, row.at.size, whole.chunks.as_chunks().0.into());
    let mut all = Vec::new();
    for index in 0..row.at.size.div_ceil(crate::store::blobs::CHUNK_BYTES) {
        all.extend_from_slice(&blob.chunk(index).await.unwrap());
    }
    assert!(all == data, "{} bytes", data.len());
    blobs.remove(row.at.key).await.unwrap();
}

const PART: usize = 8 << 20;

async fn comes_in_pieces(blobs: &Blobs) {
    for size in [0, 1, CHUNK, PART - 1, PART, PART + 1, 2 * PART, 2 * PART + CHUNK + 5] {
        for piece in [3 * CHUNK + 11, PART, PART + 1, usize::MAX] {
            let data = sample(size);
            let mut row = Row::new(size);
            loop {
                let rest = row.rest(&data);
                let now = &rest[..rest.len().min(piece)];
                // Every request is cut off once, and what was not settled does not count.
                row.sends(blobs, &now[..now.len() / 2], false).await;
                row.sends(blobs, now, true).await;
                if row.at.offset == row.at.size {
                    break;
                }
            }
            check(blobs, &row, &data).await;
        }
    }
}

async fn refuses(blobs: &Blobs) {
    let data = sample(PART + 10);
    let mut row = Row::new(data.len());
    let mut staging = blobs.stage(row.at.clone()).await.unwrap();
    staging.push(Bytes::copy_from_slice(&data)).await.unwrap();
    assert!(matches!(staging.push(Bytes::from_static(b"x")).await, Err(StageError::TooLong)));
    drop(staging);
    assert!(matches!(blobs.finish_staged(&row.at, &row.parts).await, Err(StageError::Lost(_))));
    row.sends(blobs, &data[..PART + 4], true).await;
    assert_eq!((row.at.offset, row.parts.len()), (u64::try_from(PART + 4).unwrap(), 1));
    blobs.discard_staged(&row.at).await.unwrap();
    blobs.discard_staged(&row.at).await.unwrap();
    assert!(matches!(blobs.stage(row.at.clone()).await, Err(StageError::Lost(_))));
}

#[actix_web::test]
async fn disk_takes_pieces() {
    let folder = Folder::new();
    let blobs = Blobs::disk(&folder.0).unwrap();
    comes_in_pieces(&blobs).await;
    refuses(&blobs).await;
    assert!(folder.files().is_empty(), "{:?}", folder.files());
}

#[actix_web::test]
async fn disk_has_one_writer_and_shows_what_is_left() {
    let folder = Folder::new();
    let blobs = Blobs::disk(&folder.0).unwrap();
    let row = Row::new(100);
    let staging = blobs.stage(row.at.clone()).await.unwrap();
    assert!(matches!(blobs.stage(row.at.clone()).await, Err(StageError::Busy)));
    drop(staging);
    assert!(blobs.staged_before(0).await.unwrap().is_empty());
    let left = blobs.staged_before(i64::MAX / 2).await.unwrap();
    assert_eq!(left, [Leftover { key: row.at.key, tail: None }]);
    blobs.discard_leftover(&left[0]).await.unwrap();
    assert!(folder.files().is_empty());
}

#[actix_web::test]
async fn s3_takes_pieces() {
    let Some(moto) = moto().await else { return };
    let blobs = moto.blobs("goods");
    comes_in_pieces(&blobs).await;
    refuses(&blobs).await;
    for _ in 0..100 {
        if moto.open_uploads().await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(moto.open_uploads().await, 0);
    // Bytes behind the last part outlive the process, and an object that no row names can be found.
    let mut row = Row::new(100);
    row.sends(&blobs, &sample(40), true).await;
    let left = blobs.staged_before(i64::MAX).await.unwrap();
    assert_eq!(left, [Leftover { key: row.at.key, tail: row.at.tail }]);
    blobs.discard_leftover(&left[0]).await.unwrap();
    assert!(matches!(blobs.stage(row.at.clone()).await, Err(StageError::Lost(_))));
}

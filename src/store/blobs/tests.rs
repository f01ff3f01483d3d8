//! Taking, reading, damage and sweeping, on disk and (with moto) on S3.
#![expect(clippy::disallowed_methods, reason = "tests make keys of their own")]

pub(crate) mod s3;

use std::{io, os::unix::fs::FileExt, path::PathBuf};

use futures_util::{StreamExt, stream};

use super::*;

/// A folder that goes away with the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let path = std::env::temp_dir().join(format!("bourse-test-{}", Uuid::now_v7()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// Every file below, with its path from here.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path.strip_prefix(&self.0).unwrap().display().to_string());
                }
            }
        }
        found
    }

    /// The file of a blob, made writable so that a test can spoil it.
    pub(crate) fn spoil(&self, key: Uuid) -> std::fs::File {
        let path = self.0.join(place::location(key).as_ref());
        let mut rights = path.metadata().unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o640);
        std::fs::set_permissions(&path, rights).unwrap();
        std::fs::File::options().read(true).write(true).open(path).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

/// Bytes that repeat nowhere near the length of a chunk.
pub(crate) fn sample(len: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_u32;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(len)
    .collect()
}

fn pieces(data: &[u8], len: usize) -> impl Stream<Item = io::Result<Bytes>> + use<> {
    let all: Vec<_> = data.chunks(len).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(all)
}

pub(crate) async fn taken(blobs: &Blobs, data: &[u8]) -> Taken {
    blobs.take(Uuid::now_v7(), pieces(data, 40_000), u64::MAX).await.unwrap()
}

async fn whole(blobs: &Blobs, taken: &Taken) -> io::Result<Vec<u8>> {
    let blob = blobs.open(taken.key, taken.size, taken.chunks.clone().into());
    let mut all = Vec::new();
    for i in 0..taken.size.div_ceil(CHUNK_BYTES) {
        all.extend_from_slice(&blob.chunk(i).await?);
    }
    Ok(all)
}

fn check(taken: &Taken, data: &[u8]) {
    use sha2::Digest;
    assert_eq!(taken.size, u64::try_from(data.len()).unwrap());
    assert_eq!(taken.sha256, <[u8; 32]>::from(sha2::Sha256::digest(data)));
    let chunks: Vec<[u8; 32]> = data.chunks(CHUNK).map(|c| *blake3::hash(c).as_bytes()).collect();
    assert_eq!(taken.chunks, chunks);
}

/// What every place must do: sizes around the edges, in pieces of any length, back byte for byte.
async fn round_trips(blobs: &Blobs) {
    for len in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 17, 9 * 1024 * 1024 + 5, 17 << 20] {
        for piece in [1_000, 70_001, 20 << 20] {
            let data = sample(len);
            let key = Uuid::now_v7();
            let taken = blobs.take(key, pieces(&data, piece), u64::try_from(len).unwrap()).await.unwrap();
            check(&taken, &data);
            assert!(whole(blobs, &taken).await.unwrap() == data, "{len} bytes by {piece}");
            blobs.remove(key).await.unwrap();
        }
    }
}

async fn listed(blobs: &Blobs) -> Vec<Stored> {
    blobs.list().map(Result::unwrap).collect().await
}

/// What every place must do with uploads that do not come to their end.
async fn leaves_nothing(blobs: &Blobs) {
    let data = sample(20 << 20);
    let over = blobs.take(Uuid::now_v7(), pieces(&data, 100_000), 12 << 20).await;
    assert!(matches!(over, Err(TakeError::TooLarge { limit }) if limit == 12 << 20), "{over:?}");
    let broken = pieces(&data, 100_000).take(150).chain(stream::iter([Err(io::Error::other("gone"))]));
    let broken = blobs.take(Uuid::now_v7(), broken, u64::MAX).await;
    assert!(matches!(&broken, Err(TakeError::Interrupted(why)) if why.to_string() == "gone"), "{broken:?}");

    let mut taking = blobs.begin(Uuid::now_v7(), 10).await.unwrap();
    taking.push(Bytes::from_static(b"0123456789")).await.unwrap();
    assert_eq!(taking.size(), 10);
    assert!(matches!(taking.push(Bytes::from_static(b"x")).await, Err(TakeError::TooLarge { limit: 10 })));
    assert!(matches!(taking.push(Bytes::new()).await, Err(TakeError::Ended)));
    assert!(matches!(taking.finish().await, Err(TakeError::Ended)));

    let mut taking = blobs.begin(Uuid::now_v7(), u64::MAX).await.unwrap();
    taking.push(data.clone().into()).await.unwrap();
    taking.abort().await;
    assert!(listed(blobs).await.is_empty());
}

#[actix_web::test]
async fn disk_gives_back_what_it_took() {
    let folder = Folder::new();
    round_trips(&Blobs::disk(&folder.0).unwrap()).await;
    assert!(folder.files().is_empty());
}

#[actix_web::test]
async fn disk_keeps_nothing_of_a_broken_upload() {
    let folder = Folder::new();
    let blobs = Blobs::disk(&folder.0).unwrap();
    leaves_nothing(&blobs).await;
    assert!(folder.files().is_empty(), "{:?}", folder.files());
    // Dropped, not aborted: the same, only later.
    let mut taking = blobs.begin(Uuid::now_v7(), u64::MAX).await.unwrap();
    taking.push(sample(9 << 20).into()).await.unwrap();
    assert_eq!(folder.files().len(), 1);
    drop(taking);
    for _ in 0..200 {
        if folder.files().is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("left: {:?}", folder.files());
}

#[actix_web::test]
async fn a_push_that_was_dropped_half_way_ends_the_upload() {
    let folder = Folder::new();
    let blobs = Blobs::disk(&folder.0).unwrap();
    let mut taking = blobs.begin(Uuid::now_v7(), u64::MAX).await.unwrap();
    {
        let mut push = pin!(taking.push(sample(3 * CHUNK).into()));
        assert!(futures_util::poll!(push.as_mut()).is_pending());
    }
    assert!(matches!(taking.push(Bytes::from_static(b"more")).await, Err(TakeError::Ended)));
    assert!(matches!(taking.finish().await, Err(TakeError::Ended)));
}

#[actix_web::test]
async fn disk_lists_sweeps_and_removes() {
    let folder = Folder::new();
    let blobs = Blobs::disk(&folder.0).unwrap();
    blobs.probe().await.unwrap();
    let (one, two) = (taken(&blobs, b"one").await, taken(&blobs, &sample(CHUNK)).await);
    let shelf = folder.0.join("blobs/ab");
    std::fs::create_dir_all(&shelf).unwrap();
    let leftover = shelf.join(format!("{}#1", Uuid::now_v7()));
    for path in [&leftover, &shelf.join("notes.txt"), &shelf.join("notes#1"), &shelf.join(Uuid::nil().to_string())] {
        std::fs::write(path, b"x").unwrap();
    }
    let mut keys: Vec<_> = listed(&blobs).await.iter().map(|stored| (stored.key, stored.size)).collect();
    keys.sort();
    assert_eq!(keys, [(one.key, 3), (two.key, CHUNK_BYTES)]);
    let modified = listed(&blobs).await[0].modified_ms;
    assert_eq!(blobs.sweep(modified - 60_000).await.unwrap(), 0);
    assert_eq!(blobs.sweep(modified + 60_000).await.unwrap(), 1);
    assert!(!leftover.exists() && shelf.join("notes#1").exists());

    assert_eq!(whole(&blobs, &one).await.unwrap(), b"one");
    blobs.remove(one.key).await.unwrap();
    blobs.remove(one.key).await.unwrap();
    assert_eq!(whole(&blobs, &one).await.unwrap_err().kind(), io::ErrorKind::NotFound);
    assert_eq!(listed(&blobs).await.len(), 1);
    std::fs::remove_dir_all(folder.0.join("blobs")).unwrap();
    assert!(blobs.probe().await.is_err());
}

#[actix_web::test]
async fn disk_hands_out_no_damaged_byte() {
    let folder = Folder::new();
    let blobs = Blobs::disk(&folder.0).unwrap();
    let data = sample(4 * CHUNK + 100);
    let taken = taken(&blobs, &data).await;
    let blob = blobs.open(taken.key, taken.size, taken.chunks.clone().into());
    assert_eq!(blob.chunk(4).await.unwrap().len(), 100);
    assert_eq!(blob.chunk(5).await.unwrap_err().kind(), io::ErrorKind::InvalidInput);
    assert_eq!(blob.chunk(u64::MAX).await.unwrap_err().kind(), io::ErrorKind::InvalidInput);

    let file = folder.spoil(taken.key);
    let at = 2 * CHUNK + 7;
    file.write_all_at(&[data[at] ^ 1], u64::try_from(at).unwrap()).unwrap();
    for (i, fine) in [(0, true), (1, true), (2, false), (3, true), (4, true)] {
        let chunk = blob.chunk(i).await;
        assert_eq!(chunk.is_ok(), fine, "chunk {i}");
        if let Err(error) = chunk {
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
            assert!(error.to_string().contains(&format!("{}, chunk 2", taken.key)), "{error}");
        }
    }
    file.write_all_at(&[data[at]], u64::try_from(at).unwrap()).unwrap();
    assert!(whole(&blobs, &taken).await.unwrap() == data);

    file.set_len(3 * CHUNK_BYTES + 5).unwrap();
    assert!(blob.chunk(2).await.is_ok());
    for i in [3, 4] {
        assert_eq!(blob.chunk(i).await.unwrap_err().kind(), io::ErrorKind::InvalidData, "chunk {i}");
    }
    let short = blobs.open(taken.key, taken.size, taken.chunks[..3].to_vec().into());
    assert_eq!(short.chunk(0).await.unwrap_err().kind(), io::ErrorKind::InvalidData);
}

#[test]
fn the_folder_must_be_a_folder() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("file"), b"").unwrap();
    assert!(matches!(Blobs::disk(&folder.0.join("file")), Err(BlobsError::Folder { .. })));
}

#[actix_web::test]
async fn files_are_for_their_owner() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let blobs = Blobs::disk(&folder.0).unwrap();
    let taken = taken(&blobs, b"goods").await;
    let mode = |path: &str| folder.0.join(path).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("blobs"), 0o700);
    assert_eq!(mode(place::location(taken.key).as_ref()), 0o440);
}

//! Reading a blob chunk by chunk, each verified by its BLAKE3 digest in the very buffer that is handed out.

use std::{fmt, io, sync::Arc};

use bytes::Bytes;
use object_store::{ObjectStoreExt, aws::AmazonS3};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::{
    CHUNK, CHUNK_BYTES,
    place::{Place, location},
};

/// Most chunks that one request to S3 brings: 2 MiB.
const S3_CHUNKS: u64 = 8;

/// A blob that is about to be read, with the digests it is measured by. Cloning is cheap; clones share what S3 sent ahead.
#[derive(Clone)]
pub struct Blob {
    place: Arc<Place>,
    key: Uuid,
    size: u64,
    chunks: Arc<[[u8; 32]]>,
    until: u64,
    ahead: Arc<Mutex<Ahead>>,
}

/// What the last request to S3 brought, not yet verified: whole chunks from chunk `first` on.
#[derive(Default)]
struct Ahead {
    first: u64,
    bytes: Bytes,
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blob").field("key", &self.key).field("size", &self.size).finish_non_exhaustive()
    }
}

impl Blob {
    pub(super) fn new(place: Arc<Place>, key: Uuid, size: u64, chunks: Arc<[[u8; 32]]>) -> Self {
        let until = size.div_ceil(CHUNK_BYTES);
        Self { place, key, size, chunks, until, ahead: Arc::default() }
    }

    /// Key of the blob.
    pub fn key(&self) -> Uuid {
        self.key
    }

    /// Length of the blob in bytes, as its row says.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Says that chunks from `end` on will not be asked for, so that S3 is not asked to send them ahead either.
    #[must_use]
    pub fn until(mut self, end: u64) -> Self {
        self.until = end;
        self
    }

    /// Reads chunk `index` (from 0, [`CHUNK_BYTES`] long, the last one shorter) and verifies it.
    ///
    /// # Errors
    /// `InvalidData` when the bytes are not those that were taken in, or the blob is cut short; `NotFound` when it is missing;
    /// `InvalidInput` when the blob has no such chunk; any other kind when the store fails.
    pub async fn chunk(&self, index: u64) -> io::Result<Bytes> {
        let count = u64::try_from(self.chunks.len()).unwrap_or(u64::MAX);
        if count != self.size.div_ceil(CHUNK_BYTES) {
            return Err(damaged(self.key, "has another number of digests than chunks"));
        }
        let Some(digest) = usize::try_from(index).ok().and_then(|i| self.chunks.get(i)).copied() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("blob {} has no chunk {index}", self.key)));
        };
        let offset = index * CHUNK_BYTES;
        let len = usize::try_from(self.size - offset).map_or(CHUNK, |rest| rest.min(CHUNK));
        let read = match self.place.as_ref() {
            Place::Disk(disk) => disk.chunk(self.key, offset, len, digest).await,
            Place::S3(store) => self.ask_s3(store, index, len, digest).await,
        };
        read.map_err(|error| io::Error::new(error.kind(), format!("blob {}, chunk {index}: {error}", self.key)))
    }

    async fn ask_s3(&self, store: &AmazonS3, index: u64, len: usize, digest: [u8; 32]) -> io::Result<Bytes> {
        let mut ahead = self.ahead.lock().await;
        let held = index.checked_sub(ahead.first).and_then(|skip| usize::try_from(skip).ok()?.checked_mul(CHUNK));
        let from = match held {
            Some(from) if from < ahead.bytes.len() => from,
            _ => {
                *ahead = Ahead { first: index, bytes: self.fetch(store, index).await? };
                0
            }
        };
        let Some(to) = from.checked_add(len).filter(|to| *to <= ahead.bytes.len()) else {
            *ahead = Ahead::default();
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the blob is cut short"));
        };
        let chunk = ahead.bytes.slice(from..to);
        if to == ahead.bytes.len() {
            *ahead = Ahead::default();
        }
        verify(chunk, &digest)
    }

    /// One request for as many chunks from `index` on as will be wanted.
    async fn fetch(&self, store: &AmazonS3, index: u64) -> io::Result<Bytes> {
        let last = index.saturating_add(S3_CHUNKS).min(self.until.max(index + 1));
        let range = index * CHUNK_BYTES..(last.saturating_mul(CHUNK_BYTES)).min(self.size);
        let location = location(self.key);
        match store.get_range(&location, range).await {
            Ok(bytes) => Ok(bytes),
            Err(error @ object_store::Error::NotFound { .. }) => Err(error.into()),
            // A range beyond the end is refused in words that differ by server; the length tells it from a store that is down.
            Err(error) => match store.head(&location).await {
                Ok(meta) if meta.size != self.size => {
                    Err(io::Error::new(io::ErrorKind::InvalidData, "the blob is cut short"))
                }
                Ok(_) | Err(_) => Err(error.into()),
            },
        }
    }
}

fn damaged(key: Uuid, what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("blob {key} {what}"))
}

/// Hands the buffer on only when its bytes have that digest.
pub(super) fn verify<B: AsRef<[u8]> + Send + 'static>(buffer: B, digest: &[u8; 32]) -> io::Result<Bytes> {
    if blake3::hash(buffer.as_ref()).as_bytes() == digest {
        return Ok(Bytes::from_owner(buffer));
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "the bytes are damaged"))
}

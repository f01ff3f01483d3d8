//! Blobs that come in over many requests: every settled byte is durable, and another process can go on from there.
//!
//! An upload is a row of parts of 8 MiB. What a part leaves behind (its chunks' BLAKE3 digests, on S3 its `ETag`) and the
//! state of the SHA-256 at the last end of a part belong in the database, so that nothing is hashed twice but the bytes
//! behind that end, at most 8 MiB. To hash all staged bytes anew at each resume would cost the square of the size for
//! clients that send small pieces; to keep the state in memory only would lose it with the process.
//!
//! On disk the bytes lie in one file below `staging`, appended and synced, and renamed into the store at the end. On S3 the
//! parts are those of a multipart upload, and bytes behind the last part are an object of their own.
//!
//! Who may write, and that nobody else writes meanwhile, is decided by the caller; the lock on the file is a second guard.

mod disk;
mod hashes;
mod s3;
#[cfg(test)]
mod tests;

use std::io;

use bytes::Bytes;
use sha2::Digest;
use uuid::Uuid;

use super::{Blobs, BlobsError, place::Place};

/// Length of a part: 8 MiB. Only the last one of an upload may be shorter.
pub const PART_BYTES: u64 = 8 << 20;

/// Where an upload stands, as its row says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Key of the blob to be.
    pub key: Uuid,
    /// Length of the whole in bytes.
    pub size: u64,
    /// Bytes that are durable.
    pub offset: u64,
    /// State of the SHA-256 at the end of the last part; none before the first.
    pub state: Option<Vec<u8>>,
    /// Name of the multipart upload in the store, once there is one.
    pub session: Option<String>,
    /// Key of the object that holds the bytes behind the last part, on S3.
    pub tail: Option<Uuid>,
}

/// A part that is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its place, from 0.
    pub number: u64,
    /// Its `ETag`; empty on disk.
    pub etag: String,
    /// BLAKE3 of each of its chunks, 32 bytes each in a row.
    pub chunks: Vec<u8>,
}

/// What became durable since the upload was taken up, or since the last time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Where the upload stands now.
    pub at: Standing,
    /// The parts that were finished.
    pub parts: Vec<Part>,
    /// An object that nobody needs once the row says where the upload stands now.
    pub outdated: Option<Uuid>,
}

/// A blob whose upload is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// SHA-256 of the whole.
    pub sha256: [u8; 32],
    /// BLAKE3 of each chunk, 32 bytes each in a row.
    pub chunks: Vec<u8>,
}

/// Why bytes were not staged.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// More bytes came than were announced.
    #[error("more bytes than announced")]
    TooLong,
    /// Another process writes to the same upload.
    #[error("somebody else is writing")]
    Busy,
    /// Bytes that were durable are gone, or are not those that were stored.
    #[error("staged bytes are lost: {0}")]
    Lost(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] BlobsError),
}

impl From<object_store::Error> for StageError {
    fn from(error: object_store::Error) -> Self {
        Self::Store(error.into())
    }
}

impl StageError {
    fn lost(why: impl Into<String>) -> Self {
        Self::Lost(why.into())
    }
    fn task(error: tokio::task::JoinError) -> Self {
        Self::Store(object_store::Error::from(error).into())
    }
}

/// Bytes that lie in the staging place and belong to no row that the caller knows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// Key of the upload's blob.
    pub key: Uuid,
    /// Key of the object behind the last part, when it is one.
    pub tail: Option<Uuid>,
}

/// An upload that is being written to. Dropping it leaves what was settled; the rest is written over next time.
pub struct Staging {
    inner: Inner,
    taken: u64,
    size: u64,
}

enum Inner {
    Disk(Box<disk::Writing>),
    S3(Box<s3::Writing>),
}

impl Staging {
    /// Bytes taken so far, settled or not.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Takes the next bytes, of any length. Waits when the store is slower than the client.
    ///
    /// # Errors
    /// [`StageError::TooLong`] before any byte beyond the announced length is written; [`StageError::Store`].
    pub async fn push(&mut self, bytes: Bytes) -> Result<(), StageError> {
        let taken = self.taken.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if taken > self.size {
            return Err(StageError::TooLong);
        }
        match &mut self.inner {
            Inner::Disk(writing) => writing.push(&bytes).await?,
            Inner::S3(writing) => writing.push(&bytes).await?,
        }
        self.taken = taken;
        Ok(())
    }

    /// Makes everything durable that was taken (fsync of file and folder on disk), and says what the row must keep.
    ///
    /// # Errors
    /// [`StageError::Store`] when the store fails; nothing is settled then.
    pub async fn settle(&mut self) -> Result<Settled, StageError> {
        match &mut self.inner {
            Inner::Disk(writing) => writing.settle().await,
            Inner::S3(writing) => writing.settle().await,
        }
    }
}

impl Blobs {
    /// Takes an upload up where it stands.
    ///
    /// # Errors
    /// [`StageError::Busy`] when another process has it; [`StageError::Lost`] when settled bytes are gone;
    /// [`StageError::Store`] when the store fails.
    pub async fn stage(&self, at: Standing) -> Result<Staging, StageError> {
        let (taken, size) = (at.offset, at.size);
        let inner = match self.place.as_ref() {
            Place::Disk(disk) => Inner::Disk(Box::new(disk::Writing::open(disk.staging(), at).await?)),
            Place::S3(store) => Inner::S3(Box::new(s3::Writing::open(store.clone(), at).await?)),
        };
        Ok(Staging { inner, taken, size })
    }

    /// Makes a blob of an upload whose bytes are all settled. May be repeated: after a crash it finds what is done.
    ///
    /// # Errors
    /// [`StageError::Lost`] when parts or bytes are missing; [`StageError::Store`] when the store fails.
    pub async fn finish_staged(&self, at: &Standing, parts: &[Part]) -> Result<Whole, StageError> {
        if at.offset != at.size {
            return Err(StageError::lost("not all bytes came"));
        }
        let expected = at.size.div_ceil(PART_BYTES);
        if u64::try_from(parts.len()).ok() != Some(expected) {
            return Err(StageError::lost(format!("{} of {expected} parts are known", parts.len())));
        }
        match self.place.as_ref() {
            Place::Disk(disk) => disk::finish(disk, at).await?,
            Place::S3(store) => s3::finish(store, at, parts).await?,
        }
        let sha256 = hashes::whole(at.state.as_deref()).map_err(StageError::lost)?.finalize().into();
        Ok(Whole { sha256, chunks: parts.iter().flat_map(|part| part.chunks.iter().copied()).collect() })
    }

    /// Removes the staged bytes of an upload that is given up. What is not there is no error.
    ///
    /// # Errors
    /// [`BlobsError`] when the store fails.
    pub async fn discard_staged(&self, at: &Standing) -> Result<(), BlobsError> {
        match self.place.as_ref() {
            Place::Disk(disk) => disk::discard(disk.staging(), at.key).await,
            Place::S3(store) => s3::discard(store, at).await,
        }
    }

    /// Removes an object that a later one has replaced ([`Settled::outdated`]).
    ///
    /// # Errors
    /// [`BlobsError`] when the store fails.
    pub async fn discard_outdated(&self, key: Uuid, tail: Uuid) -> Result<(), BlobsError> {
        self.discard_leftover(&Leftover { key, tail: Some(tail) }).await
    }

    /// Removes what [`Blobs::staged_before`] found and no upload names.
    ///
    /// # Errors
    /// [`BlobsError`] when the store fails.
    pub async fn discard_leftover(&self, found: &Leftover) -> Result<(), BlobsError> {
        match (self.place.as_ref(), found.tail) {
            (Place::Disk(disk), None) => disk::discard(disk.staging(), found.key).await,
            (Place::S3(store), Some(tail)) => s3::remove(store, &s3::tail_location(found.key, tail)).await,
            (Place::Disk(_), Some(_)) | (Place::S3(_), None) => Ok(()),
        }
    }

    /// Gives what lies in the staging place since before `before_ms` (milliseconds since 1970 UTC), known or not.
    ///
    /// # Errors
    /// [`BlobsError`] when the store fails.
    pub async fn staged_before(&self, before_ms: i64) -> Result<Vec<Leftover>, BlobsError> {
        match self.place.as_ref() {
            Place::Disk(disk) => disk::older(disk.staging(), before_ms).await,
            Place::S3(store) => s3::older(store, before_ms).await,
        }
    }
}

fn task_error(error: tokio::task::JoinError) -> io::Error {
    io::Error::other(error)
}

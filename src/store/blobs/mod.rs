//! Where the bytes of files lie: a folder or an S3 bucket behind one door, [`Blobs`].
//!
//! A blob is a run of bytes under a random key, written once and never changed. What describes it (size, SHA-256, the BLAKE3
//! digest of each chunk) comes out of [`Blobs::take`] and belongs in the database; without it a blob cannot be read, because
//! no byte is handed out unverified ([`Blob::chunk`]). Names of users, permits and HTTP are not known here.
//!
//! Blob first, row second: a crash between the two leaves an orphan, which [`Blobs::list`] shows to the sweeper, never a hole.
//! `object_store` is named in this folder only.

mod disk;
mod place;
mod reading;
pub mod staging;
mod taking;
#[cfg(test)]
pub(crate) mod tests;

pub use place::{BlobsError, S3Settings, Stored, place_in_store};
pub use reading::Blob;
pub use taking::{TakeError, Taken, Taking};

use std::{error::Error, path::Path, pin::pin, sync::Arc};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream::BoxStream};
use place::Place;
use uuid::Uuid;

/// Length of a chunk, the piece that has a BLAKE3 digest of its own: 256 KiB. Only the last chunk of a blob may be shorter.
pub const CHUNK_BYTES: u64 = 256 * 1024;

/// The same length for slices and buffers.
pub(crate) const CHUNK: usize = 256 * 1024;

/// The store of all blobs. Cloning it is cheap and gives the same store.
#[derive(Clone, Debug)]
pub struct Blobs {
    place: Arc<Place>,
}

impl Blobs {
    /// Keeps blobs below `folder`, which is made (for its owner only) when it does not exist.
    ///
    /// # Errors
    /// [`BlobsError::Folder`] when the folder cannot be made or resolved.
    pub fn disk(folder: &Path) -> Result<Self, BlobsError> {
        Ok(Self { place: Arc::new(Place::disk(folder)?) })
    }

    /// Keeps blobs in an S3 bucket, which must exist. Nothing is asked of the server yet: [`Blobs::probe`] does that.
    ///
    /// # Errors
    /// [`BlobsError::Endpoint`] when the endpoint is no address or is plain `http` beyond this machine; [`BlobsError::Store`]
    /// when the client refuses the settings.
    pub fn s3(settings: &S3Settings) -> Result<Self, BlobsError> {
        Ok(Self { place: Arc::new(Place::s3(settings)?) })
    }

    /// Takes a whole stream in as the blob `key`, which must be fresh. Holds at most five parts of 8 MiB.
    ///
    /// When it returns, the blob is durable (fsync of file and folder on disk). On any error nothing is left behind.
    ///
    /// # Errors
    /// [`TakeError::TooLarge`] beyond `limit_bytes`, [`TakeError::Interrupted`] with the stream's own error,
    /// [`TakeError::Store`] when the store fails.
    pub async fn take<S, E>(&self, key: Uuid, stream: S, limit_bytes: u64) -> Result<Taken, TakeError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let mut stream = pin!(stream);
        let mut taking = self.begin(key, limit_bytes).await?;
        while let Some(piece) = stream.next().await {
            match piece {
                Ok(bytes) => taking.push(bytes).await?,
                Err(error) => {
                    taking.abort().await;
                    return Err(TakeError::Interrupted(error.into()));
                }
            }
        }
        taking.finish().await
    }

    /// Begins to take in the blob `key` piece by piece, for a caller with deadlines of its own.
    ///
    /// # Errors
    /// [`TakeError::Store`] when the store does not accept a new blob.
    pub async fn begin(&self, key: Uuid, limit_bytes: u64) -> Result<Taking, TakeError> {
        Taking::begin(Arc::clone(&self.place), key, limit_bytes).await
    }

    /// Prepares reading of the blob `key`, `size` bytes long, with the digests of its chunks as [`Taken`] gave them.
    ///
    /// Asks nothing of the store yet: what is missing or damaged shows when a chunk is read.
    pub fn open(&self, key: Uuid, size: u64, chunks: Arc<[[u8; 32]]>) -> Blob {
        Blob::new(Arc::clone(&self.place), key, size, chunks)
    }

    /// Removes the blob `key`; one that is not there is no error, so that removing may be repeated.
    ///
    /// # Errors
    /// [`BlobsError::Store`] when the store fails.
    pub async fn remove(&self, key: Uuid) -> Result<(), BlobsError> {
        self.place.remove(key).await
    }

    /// Removes what broken-off uploads left on disk before `before_ms` (milliseconds since 1970 UTC) and says how many files
    /// that were. On S3 it does nothing: there a lifecycle rule `AbortIncompleteMultipartUpload` does this.
    ///
    /// # Errors
    /// [`BlobsError::Folder`] when a folder cannot be read or a file not removed.
    pub async fn sweep(&self, before_ms: i64) -> Result<usize, BlobsError> {
        self.place.sweep(before_ms).await
    }

    /// Lists all finished blobs, in no particular order, for the sweeper that looks for blobs without a row.
    ///
    /// Each item may be a [`BlobsError::Store`]; names that are no key of ours are passed over.
    pub fn list(&self) -> BoxStream<'static, Result<Stored, BlobsError>> {
        place::list(Arc::clone(&self.place))
    }

    /// Asks whether the store can be used now: the folder is writable, or the bucket answers.
    ///
    /// # Errors
    /// [`BlobsError`] with the reason.
    pub async fn probe(&self) -> Result<(), BlobsError> {
        self.place.probe().await
    }
}

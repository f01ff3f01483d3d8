//! Staging on S3: parts of a multipart upload, and the bytes behind the last part as an object of their own.
//!
//! Nothing is kept here that the database does not know, so any process can go on. One part is on its way while the next
//! one fills: at most three times 8 MiB for each upload that runs.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use object_store::aws::AmazonS3;
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path as Location;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutPayload};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::hashes::Hashes;
use super::{Leftover, PART_BYTES, Part, Settled, StageError, Standing};
use crate::store::blobs::place::{BlobsError, location};
use crate::values::random_uuid;

/// Seconds that one part may take. An upload's lease must be longer than two of these.
const PUT_SECONDS: u64 = 25;
/// The length of a part for buffers.
const PART: usize = 8 << 20;

/// An upload that is being written to.
pub(super) struct Writing {
    store: Arc<AmazonS3>,
    at: Standing,
    hashes: Hashes,
    /// Bytes behind the last part.
    buffer: Vec<u8>,
    /// How many of them are durable already.
    settled: usize,
    running: Option<JoinHandle<Result<Part, StageError>>>,
    parts: Vec<Part>,
    /// A multipart upload that no row can know of yet.
    unknown: Option<String>,
}

impl Drop for Writing {
    fn drop(&mut self) {
        // A kill leaves it to the bucket's lifecycle rule.
        if let (Some(session), Ok(runtime)) = (self.unknown.take(), Handle::try_current()) {
            let (store, location, running) = (Arc::clone(&self.store), location(self.at.key), self.running.take());
            drop(runtime.spawn(async move {
                if let Some(running) = running {
                    drop(running.await);
                }
                if let Err(error) = store.abort_multipart(&location, &session).await {
                    tracing::warn!(%error, "parts of an upload that was cut off may be left in the store");
                }
            }));
        }
    }
}

/// Where the bytes behind the last part lie.
pub(super) fn tail_location(key: Uuid, tail: Uuid) -> Location {
    Location::from(format!("staging/{key}/{tail}"))
}

impl Writing {
    pub(super) async fn open(store: Arc<AmazonS3>, at: Standing) -> Result<Self, StageError> {
        let complete = at.offset == at.size;
        let number = if complete { at.offset.div_ceil(PART_BYTES) } else { at.offset / PART_BYTES };
        let mut hashes = Hashes::new(number, at.state.clone()).map_err(StageError::lost)?;
        let behind = if complete { 0 } else { at.offset % PART_BYTES };
        let mut buffer = Vec::new();
        if behind > 0 {
            let tail = at.tail.ok_or_else(|| StageError::lost("the bytes behind the last part have no name"))?;
            let bytes = match store.get(&tail_location(at.key, tail)).await {
                Ok(found) => found.bytes().await?,
                Err(Error::NotFound { .. }) => return Err(StageError::lost("the bytes behind the last part are gone")),
                Err(error) => return Err(error.into()),
            };
            if u64::try_from(bytes.len()).ok() != Some(behind) {
                return Err(StageError::lost(format!("{} of {behind} bytes behind the last part", bytes.len())));
            }
            hashes.update(&bytes);
            buffer.reserve_exact(PART);
            buffer.extend_from_slice(&bytes);
        }
        let settled = buffer.len();
        Ok(Self { store, at, hashes, buffer, settled, running: None, parts: Vec::new(), unknown: None })
    }

    pub(super) async fn push(&mut self, mut bytes: &[u8]) -> Result<(), StageError> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PART - self.buffer.len()));
            self.hashes.update(now);
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == PART {
                self.send_part().await?;
            }
        }
        Ok(())
    }

    async fn caught_up(&mut self) -> Result<(), StageError> {
        if let Some(running) = self.running.take() {
            self.parts.push(running.await.map_err(StageError::task)??);
        }
        Ok(())
    }

    /// Sends the buffer as the part that the digests have just ended.
    async fn send_part(&mut self) -> Result<(), StageError> {
        self.caught_up().await?;
        let session = match &self.at.session {
            Some(session) => session.clone(),
            None => {
                let session = self.store.create_multipart(&location(self.at.key)).await?;
                self.at.session = Some(session.clone());
                self.unknown = Some(session.clone());
                session
            }
        };
        let ended = self.hashes.ended().pop();
        let mut part = ended.ok_or_else(|| StageError::lost("a part without digests"))?;
        let (store, key) = (Arc::clone(&self.store), self.at.key);
        let bytes = std::mem::take(&mut self.buffer);
        self.settled = 0;
        self.running = Some(tokio::spawn(async move {
            let number = usize::try_from(part.number).unwrap_or(usize::MAX);
            let (location, payload) = (location(key), PutPayload::from(bytes));
            let put = store.put_part(&location, &session, number, payload);
            part.etag = timely(put).await?.content_id;
            Ok(part)
        }));
        Ok(())
    }

    pub(super) async fn settle(&mut self) -> Result<Settled, StageError> {
        let offset = self.offset();
        let (mut at, outdated) = (self.at.clone(), self.at.tail);
        if offset == at.size {
            self.hashes.end();
            if self.at.session.is_some() && !self.buffer.is_empty() {
                self.send_part().await?;
            } else if self.at.session.is_none() && self.at.offset < at.size.max(1) {
                // Small enough for one request: no multipart upload at all.
                let payload = PutPayload::from(std::mem::take(&mut self.buffer));
                timely(self.store.put(&location(at.key), payload)).await?;
                self.parts.extend(self.hashes.ended());
            }
            self.caught_up().await?;
            at.tail = None;
        } else {
            self.caught_up().await?;
            if self.buffer.is_empty() {
                at.tail = None;
            } else if self.buffer.len() != self.settled {
                let tail = random_uuid();
                let payload = PutPayload::from(self.buffer.clone());
                timely(self.store.put(&tail_location(at.key, tail), payload)).await?;
                at.tail = Some(tail);
            }
        }
        at.session.clone_from(&self.at.session);
        (at.offset, at.state) = (offset, self.hashes.state.clone());
        self.settled = self.buffer.len();
        self.at = at.clone();
        self.unknown = None;
        let outdated = outdated.filter(|old| at.tail != Some(*old));
        Ok(Settled { at, parts: std::mem::take(&mut self.parts), outdated })
    }

    /// Bytes taken so far: whole parts before the buffer, and the buffer.
    fn offset(&self) -> u64 {
        let behind = u64::try_from(self.buffer.len()).unwrap_or(0);
        let sent = u64::from(self.running.is_some()) + u64::try_from(self.parts.len()).unwrap_or(0);
        let before =
            if self.at.offset == self.at.size { self.at.offset } else { self.at.offset / PART_BYTES * PART_BYTES };
        (before + sent * PART_BYTES + behind).min(self.at.size)
    }
}

/// Gives a request up after [`PUT_SECONDS`].
async fn timely<T>(request: impl Future<Output = Result<T, Error>>) -> Result<T, StageError> {
    match tokio::time::timeout(Duration::from_secs(PUT_SECONDS), request).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(Error::Generic { store: "S3", source: "no answer in time".into() }.into()),
    }
}

/// Completes the multipart upload; when that is done already, finds the object.
pub(super) async fn finish(store: &Arc<AmazonS3>, at: &Standing, parts: &[Part]) -> Result<(), StageError> {
    let location = location(at.key);
    let completed = match &at.session {
        Some(session) => {
            let parts = parts.iter().map(|part| PartId { content_id: part.etag.clone() }).collect();
            store.complete_multipart(&location, session, parts).await.map(|_| ())
        }
        None => Ok(()),
    };
    match (store.head(&location).await, completed) {
        (Ok(meta), _) if meta.size == at.size => Ok(()),
        (_, Err(error)) => Err(error.into()),
        (Ok(meta), Ok(())) => Err(StageError::lost(format!("the object has {} of {} bytes", meta.size, at.size))),
        (Err(Error::NotFound { .. }), Ok(())) => Err(StageError::lost("the object is gone")),
        (Err(error), Ok(())) => Err(error.into()),
    }
}

pub(super) async fn remove(store: &Arc<AmazonS3>, location: &Location) -> Result<(), BlobsError> {
    match store.delete(location).await {
        Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Removes the parts and the object behind them.
pub(super) async fn discard(store: &Arc<AmazonS3>, at: &Standing) -> Result<(), BlobsError> {
    if let Some(tail) = at.tail {
        remove(store, &tail_location(at.key, tail)).await?;
    }
    match &at.session {
        None => remove(store, &location(at.key)).await,
        Some(session) => match store.abort_multipart(&location(at.key), session).await {
            Ok(()) | Err(Error::NotFound { .. }) => remove(store, &location(at.key)).await,
            Err(error) => Err(error.into()),
        },
    }
}

/// Gives the objects behind last parts that are older.
pub(super) async fn older(store: &Arc<AmazonS3>, before_ms: i64) -> Result<Vec<Leftover>, BlobsError> {
    let found: Vec<_> = store.list(Some(&Location::from("staging"))).try_collect().await?;
    let old = found.into_iter().filter(|meta| meta.last_modified.timestamp_millis() < before_ms);
    Ok(old
        .filter_map(|meta| {
            let text = meta.location.as_ref().strip_prefix("staging/")?.to_owned();
            let (key, tail) = text.split_once('/')?;
            Some(Leftover { key: Uuid::try_parse(key).ok()?, tail: Some(Uuid::try_parse(tail).ok()?) })
        })
        .collect())
}

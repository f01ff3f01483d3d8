//! The bytes of an answer as a stream of verified pieces, with the gate that counts and may end it.

use std::{future::ready, io, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, future::BoxFuture, stream::try_unfold};
use tokio::time::Instant;

use crate::store::blobs::{Blob, CHUNK_BYTES};

/// The gate is asked again after so many bytes …
const ASK_BYTES: u64 = 64 << 20;
/// … or after so long.
const ASK_AFTER: Duration = Duration::from_secs(5);

/// What watches a transfer: it counts bytes and says whether the transfer may go on.
pub trait Gate: Send + Sync {
    /// Notes that `bytes` more bytes went to the connection. Called for each piece, so it must not wait.
    fn sent(&self, bytes: u64);

    /// Says whether the transfer may go on; asked each 64 MiB or 5 s while bytes flow. `false` ends it.
    fn still(&self) -> BoxFuture<'static, bool> {
        Box::pin(ready(true))
    }

    /// Hears of a chunk that could not be read or is damaged (`InvalidData`), also when it is the first one.
    fn broke(&self, error: &io::Error) {
        tracing::error!(%error, "a file cannot be delivered");
    }
}

/// A transfer under way.
struct Flow {
    blob: Blob,
    at: u64,
    end: u64,
    first: Option<Bytes>,
    gate: Arc<dyn Gate>,
    unasked: u64,
    asked: Instant,
}

/// Reads the first chunk, then gives the bytes `from..end` in pieces of at most 256 KiB.
pub(super) async fn start(
    blob: Blob,
    from: u64,
    end: u64,
    gate: Arc<dyn Gate>,
) -> io::Result<impl Stream<Item = io::Result<Bytes>> + use<>> {
    let mut flow = Flow { blob, at: from, end, first: None, gate, unasked: 0, asked: Instant::now() };
    if from < end {
        flow.first = Some(flow.chunk().await?);
    }
    Ok(try_unfold(flow, Flow::next))
}

impl Flow {
    async fn next(mut self) -> io::Result<Option<(Bytes, Self)>> {
        if self.at >= self.end {
            return Ok(None);
        }
        if self.unasked >= ASK_BYTES || self.asked.elapsed() >= ASK_AFTER {
            if !self.gate.still().await {
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the transfer may not go on"));
            }
            self.unasked = 0;
            self.asked = Instant::now();
        }
        let chunk = match self.first.take() {
            Some(chunk) => chunk,
            None => self.chunk().await?,
        };
        let start = self.at - self.at % CHUNK_BYTES;
        let from = usize::try_from(self.at - start).map_err(io::Error::other)?;
        let to = usize::try_from(self.end - start).unwrap_or(usize::MAX).min(chunk.len());
        let piece = chunk.slice(from..to);
        let count = u64::try_from(piece.len()).map_err(io::Error::other)?;
        self.at += count;
        self.unasked += count;
        self.gate.sent(count);
        Ok(Some((piece, self)))
    }

    async fn chunk(&self) -> io::Result<Bytes> {
        let read = self.blob.chunk(self.at / CHUNK_BYTES).await;
        if let Err(error) = &read {
            self.gate.broke(error);
        }
        read
    }
}

//! Joining the parts of a file that came side by side: their bytes are read from the store in order, each chunk verified, and
//! staged once more as one upload, so that the digest of the whole is of bytes that were read and not of what was told.
//!
//! What was joined is written down like what is received: after a crash the next question goes on from there.

use super::finish;
use super::receive::{Writer, held};
use crate::http::turns::{self, Turn};
use crate::http::uploads::{discard, stage_problem};
use crate::http::{Problem, Visit};
use crate::market::uploads::{self, Leftover, State, Upload};
use crate::store::blobs::CHUNK_BYTES;
use crate::store::blobs::staging::{Part, StageError};
use crate::values::UploadId;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long the answer to a client waits until its parts are joined; after that they go on without it, in seconds.
const WAIT_SECONDS: u64 = 20;

/// Begins to join, or goes on, whoever waits for it.
pub(super) fn spawn(visit: &Visit, id: UploadId) -> JoinHandle<Result<Upload, Problem>> {
    let visit = visit.clone();
    actix_web::rt::spawn(async move {
        let joined = join(&visit, id).await;
        if let Err(problem) = &joined {
            tracing::warn!(%problem, upload = %id, "parts were not joined");
        }
        joined
    })
}

/// Joins the parts of an upload and gives it as it stands then: finished, or open while that takes longer than a client
/// likes to wait.
pub(super) async fn joined(visit: &Visit, begun: Upload) -> Result<Upload, Problem> {
    if begun.state == State::Finished {
        return Ok(begun);
    }
    let task = spawn(visit, begun.id);
    match tokio::time::timeout(Duration::from_secs(WAIT_SECONDS), task).await {
        Ok(done) => done.map_err(|e| Problem::broken(&e))?,
        Err(_) => Ok(begun),
    }
}

async fn join(visit: &Visit, id: UploadId) -> Result<Upload, Problem> {
    let turn = visit.site.turns.take(id.uuid()).await?;
    let seen = visit.as_actor()?.read(move |tx, actor, _| Ok(uploads::find(tx, actor, id)?)).await?;
    if seen.state == State::Finished {
        return Ok(seen);
    }
    let upload = held(visit, id, None).await?;
    let parts = visit.site.db.read(move |tx| Ok::<_, Problem>(uploads::joined(tx, id)?)).await?;
    let mut writer = Writer::open(visit, upload).await?;
    let mut skip = writer.staging.taken();
    for (part, pieces) in &parts {
        let size = part.standing().size;
        if skip < size
            && let Err(stop) = copy(&mut writer, &turn, (visit, part, pieces), skip).await
        {
            return Err(stopped(writer, visit, stop).await);
        }
        skip = skip.saturating_sub(size);
    }
    writer.settle(false).await?;
    let finished = finish::finish(visit, writer.upload).await?;
    for (part, _) in parts {
        discard(&visit.site, &Leftover { at: part.standing(), parts: Vec::new() }).await;
    }
    Ok(finished)
}

/// Why a part was not copied.
enum Stop {
    /// Its bytes are lost.
    Part(StageError),
    /// Somebody else wants the turn: to give the upload up, or to join it in its stead.
    Wanted,
    Other(Problem),
}

/// Puts down what was joined so far, and says why no more was.
async fn stopped(mut writer: Writer<'_>, visit: &Visit, stop: Stop) -> Problem {
    match stop {
        Stop::Part(error) => finish::unstaged(visit, &writer.upload, error).await,
        Stop::Other(problem) => problem,
        Stop::Wanted => writer.settle(true).await.err().unwrap_or_else(turns::locked),
    }
}
impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Other(problem)
    }
}

/// Copies a part from byte `skip` on.
async fn copy(
    writer: &mut Writer<'_>,
    turn: &Turn,
    (visit, part, pieces): (&Visit, &Upload, &[Part]),
    skip: u64,
) -> Result<(), Stop> {
    let at = part.standing();
    // Its bytes become readable as a blob; what is done already is found done.
    let whole = visit.site.blobs.finish_staged(&at, pieces).await.map_err(|error| match error {
        StageError::Lost(_) => Stop::Part(error),
        StageError::TooLong | StageError::Busy | StageError::Store(_) => Stop::Other(stage_problem(&error, at.size)),
    })?;
    let chunks: Arc<[[u8; 32]]> = whole.chunks.as_chunks().0.into();
    let blob = visit.site.blobs.open(at.key, at.size, chunks);
    for index in skip / CHUNK_BYTES..at.size.div_ceil(CHUNK_BYTES) {
        let bytes = blob.chunk(index).await.map_err(|error| match error.kind() {
            ErrorKind::InvalidData | ErrorKind::NotFound => Stop::Part(StageError::Lost(error.to_string())),
            _ => Stop::Other(Problem::broken(&error)),
        })?;
        if turn.is_wanted() {
            return Err(Stop::Wanted);
        }
        let before = usize::try_from(skip.saturating_sub(index * CHUNK_BYTES)).unwrap_or(usize::MAX);
        writer.copy(bytes.slice(before.min(bytes.len())..)).await?;
    }
    Ok(())
}

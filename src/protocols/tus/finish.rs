//! The end of an upload: whole bytes become a blob, and the blob a file of the version. May be repeated after a crash.

use crate::http::uploads::{discard, file_problem, stage_problem};
use crate::http::{Problem, Visit};
use crate::market::datasets::{FileError, NewFile};
use crate::market::uploads::{self, MayContinue, State, Upload};
use crate::measure::{self, Counting};
use crate::store::StoreError;
use crate::store::blobs::CHUNK_BYTES;
use crate::store::blobs::staging::{StageError, Whole};
use crate::values::{FilePath, Sha256};
use actix_web::http::StatusCode;
use std::sync::Arc;

/// Tables up to this length are counted before the answer; longer ones when they are measured.
const COUNTED_BYTES: i64 = 64 << 20;

/// Makes a file of an upload that is whole; the caller holds its turn.
pub(super) async fn finish(visit: &Visit, upload: Upload) -> Result<Upload, Problem> {
    let seen = upload.clone();
    let parts = visit.site.db.read(move |tx| Ok::<_, Problem>(uploads::parts_of(tx, &seen)?)).await?;
    let whole = match visit.site.blobs.finish_staged(&upload.standing(), &parts).await {
        Ok(whole) => whole,
        Err(error) => return Err(unstaged(visit, &upload, error).await),
    };
    if upload.announced_sha256.as_ref().is_some_and(|promised| *promised != Sha256::of(&whole.sha256)) {
        give_up(visit, &upload, "digest").await;
        return Err(Problem::new(StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST), "upload-digest"));
    }
    let new = described(visit, &upload, whole).await?;
    let (id, turn) = (upload.id, upload.turn);
    let (actor, now) = (visit.actor()?.clone(), visit.site.clock.now());
    let finished = visit.site.db.write(move |tx| {
        let may = MayContinue::check(tx, &actor, id).map_err(|e| Stop::Other(e.into()))?;
        uploads::finish(tx, may, turn, &new, now).map_err(Stop::File)
    });
    let stop = match finished.await {
        Ok(file) => {
            let mut upload = upload;
            (upload.state, upload.file_id) = (State::Finished, Some(file));
            return Ok(upload);
        }
        Err(stop) => stop,
    };
    Err(match stop {
        Stop::Other(problem) => problem,
        // The database may answer another time; the bytes wait.
        Stop::File(FileError::Store(error)) => error.into(),
        Stop::File(error) => {
            give_up(visit, &upload, "refused").await;
            file_problem(error)
        }
    })
}

/// Why the last transaction did not come to its end.
enum Stop {
    File(FileError),
    Other(Problem),
}
impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

/// Ends an upload that cannot become a file, and removes its bytes.
async fn give_up(visit: &Visit, upload: &Upload, reason: &'static str) {
    let (id, turn, now) = (upload.id, upload.turn, visit.site.clock.now());
    let Ok(actor) = visit.actor().cloned() else { return };
    let failed = visit.site.db.write(move |tx| {
        let may = MayContinue::check(tx, &actor, id)?;
        Ok::<_, Problem>(uploads::fail(tx, may, turn, reason, now)?)
    });
    match failed.await {
        Ok(leftover) => discard(&visit.site, &leftover).await,
        Err(problem) => {
            tracing::warn!(%problem, upload = %id, reason, "an upload that failed stays open until its time is up")
        }
    }
}

/// What the row of a file says of the bytes: media type, and of a table its sample and its size.
async fn described(visit: &Visit, upload: &Upload, whole: Whole) -> Result<NewFile, Problem> {
    let at = upload.standing();
    let path = FilePath::parse(&upload.path).map_err(|e| Problem::broken(&e))?;
    let media_type = measure::media_type(path.as_str());
    let (mut sample, mut rows) = (None, None);
    if measure::is_text_table(media_type) {
        let chunks: Arc<[[u8; 32]]> = whole.chunks.as_chunks().0.into();
        let blob = visit.site.blobs.open(at.key, at.size, chunks);
        let counted = upload.size_bytes <= COUNTED_BYTES;
        let last = if counted { at.size.div_ceil(CHUNK_BYTES) } else { 1 };
        let mut counting = Counting::default();
        for index in 0..last {
            let bytes = blob.chunk(index).await.map_err(|e| Problem::broken(&e))?;
            if index == 0 {
                sample = measure::sample(&bytes, at.size <= CHUNK_BYTES);
            }
            counting.push(&bytes);
        }
        rows = sample.as_ref().filter(|_| counted).map(|_| counting.rows());
    }
    Ok(NewFile {
        path,
        blob: upload.blob_id,
        size_bytes: upload.size_bytes,
        sha256: Sha256::of(&whole.sha256),
        chunks: whole.chunks,
        media_type: media_type.to_owned(),
        rows,
        columns: sample.as_ref().and_then(|s| i64::try_from(s.columns.len()).ok()),
        sample: sample.and_then(|s| serde_json::to_string(&s).ok()),
    })
}

/// Ends an upload whose bytes are lost, and says what the client is told.
pub(super) async fn unstaged(visit: &Visit, upload: &Upload, error: StageError) -> Problem {
    let problem = stage_problem(&error, upload.standing().size);
    if matches!(error, StageError::Lost(_)) {
        give_up(visit, upload, "lost").await;
    }
    problem
}

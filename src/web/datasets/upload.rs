//! Files on their way in: streamed to the store with their digests taken on the way, never whole in memory.

use crate::http::body::Pace;
use crate::http::problem::{Fault, Problem};
pub(super) use crate::http::uploads::file_problem;
use crate::http::{Site, Visit};
use crate::market::datasets::{self, MayChangeDataset, NewFile};
use crate::measure::{self, Counting, SAMPLE_BYTES};
use crate::store::blobs::{TakeError, Taken};
use crate::values::{BlobId, DatasetId, FileId, FilePath, Sha256, VersionId};
use bytes::Bytes;
use futures_util::Stream;

/// Turns a failed upload into a problem.
fn take_problem(error: TakeError, limit: u64) -> Problem {
    match &error {
        TakeError::TooLarge { .. } => Problem::too_large(limit),
        TakeError::Interrupted(_) => Problem::bad_request("body"),
        TakeError::Store(_) | TakeError::Ended => Problem::broken(&error),
    }
}

/// What is learned of a file while it streams through.
struct Learned {
    taken: Taken,
    head: Vec<u8>,
    rows: i64,
}

async fn stream_in<S, E>(site: &Site, blob: BlobId, stream: &mut S, limit: u64) -> Result<Learned, Problem>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    let mut taking = site.blobs.begin(blob.uuid(), limit).await.map_err(|e| take_problem(e, limit))?;
    let (mut pace, mut head, mut counting) = (Pace::default(), Vec::new(), Counting::default());
    loop {
        match pace.next(stream).await {
            Ok(Some(bytes)) => {
                let room = SAMPLE_BYTES.saturating_sub(head.len()).min(bytes.len());
                head.extend_from_slice(bytes.get(..room).unwrap_or_default());
                counting.push(&bytes);
                taking.push(bytes).await.map_err(|e| take_problem(e, limit))?;
            }
            Ok(None) => break,
            Err(problem) => {
                taking.abort().await;
                return Err(problem);
            }
        }
    }
    let taken = taking.finish().await.map_err(|e| take_problem(e, limit))?;
    Ok(Learned { taken, head, rows: counting.rows() })
}

/// Stores a stream as a file of a draft version: bytes first, then the row; what is refused leaves no bytes behind.
pub(super) async fn keep<S, E>(
    visit: &Visit,
    dataset: DatasetId,
    version: VersionId,
    path: FilePath,
    stream: &mut S,
    limit: u64,
) -> Result<FileId, Problem>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    let site = &visit.site;
    let blob = BlobId::fresh();
    let learned = stream_in(site, blob, stream, limit).await?;
    let whole = usize::try_from(learned.taken.size).is_ok_and(|n| n <= learned.head.len());
    let media_type = measure::media_type(path.as_str());
    let sample = if measure::is_text_table(media_type) { measure::sample(&learned.head, whole) } else { None };
    let new = NewFile {
        path,
        blob,
        size_bytes: i64::try_from(learned.taken.size).unwrap_or(i64::MAX),
        sha256: Sha256::of(&learned.taken.sha256),
        chunks: learned.taken.chunks.concat(),
        media_type: media_type.to_owned(),
        rows: sample.as_ref().map(|_| learned.rows),
        columns: sample.as_ref().and_then(|s| i64::try_from(s.columns.len()).ok()),
        sample: sample.as_ref().and_then(|s| serde_json::to_string(s).ok()),
    };
    let (actor, now, quota) = (visit.actor()?.clone(), visit.now(), site.facts.quota_bytes);
    let kept = site
        .db
        .write(move |tx| {
            let may = MayChangeDataset::check(tx, &actor, dataset)?;
            datasets::add_file_within(tx, may, version, &new, quota, now).map_err(file_problem)
        })
        .await;
    if kept.is_err()
        && let Err(error) = site.blobs.remove(blob.uuid()).await
    {
        tracing::warn!(%error, %blob, "bytes of a refused file stay until they are swept");
    }
    kept
}

/// Reads a path of a file.
pub(super) fn path(text: &str) -> Result<FilePath, Problem> {
    FilePath::parse(text).map_err(|_| {
        Problem::invalid(vec![Fault { field: "path".to_owned(), message: "fault-path", value: String::new() }])
    })
}

//! Measures files, one at a time on each replica: leased, reported on, bounded in time, given back when the server stops.
//! The samples that sellers chose are made here too, and tables of published versions get their Parquet form.

use crate::http::Site;
use crate::market::accounts::Actor;
use crate::market::datasets::profiles::{self, NewBlob, Task};
use crate::market::datasets::{BlobRow, samples};
use crate::measure::source::Source;
use crate::measure::{self, Profile, Refusal};
use crate::store::StoreError;
use crate::store::blobs::{Blob, CHUNK_BYTES};
use crate::values::{BlobId, Sha256, random_uuid};
use bytes::Bytes;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

/// Seconds that any file may take.
const LEAST_SECONDS: u64 = 600;
/// Bytes that a second must get through beyond that.
const BYTES_A_SECOND: u64 = 2 * 1024 * 1024;
/// How often progress is written down.
const REPORT: Duration = Duration::from_secs(1);

/// The job, as the rooms know it.
fn house() -> Actor {
    Actor::house("measure")
}

/// Measures whatever waits until it is told to stop.
pub async fn run(site: Site, mut stopped: watch::Receiver<bool>) {
    loop {
        match next(&site, &stopped).await {
            Ok(true) => {
                if *stopped.borrow() {
                    return;
                }
                continue;
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "measuring waits"),
        }
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}

/// Measures or converts one file; false when none waits.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub async fn next(site: &Site, stopped: &watch::Receiver<bool>) -> Result<bool, StoreError> {
    let (now, lease) = (site.clock.now(), random_uuid().to_string());
    let name = lease.clone();
    let task = site.db.write(move |tx| profiles::measure_next(tx, &house(), &name, now)).await?;
    if let Some(task) = task {
        return one(site, task, stopped).await.map(|()| true);
    }
    let name = lease.clone();
    let task = site.db.write(move |tx| samples::take_next(tx, &house(), &name, now)).await?;
    if let Some(task) = task {
        return pick(site, task, stopped).await.map(|()| true);
    }
    let task = site.db.write(move |tx| profiles::convert_next(tx, &house(), &lease, now)).await?;
    match task {
        Some((task, profile)) => convert(site, task, profile, stopped).await.map(|()| true),
        None => Ok(false),
    }
}

/// Stored bytes as a source: each chunk is verified before it is seen.
struct Stored {
    blob: Blob,
    handle: Handle,
}

impl Source for Stored {
    fn size(&self) -> u64 {
        self.blob.size()
    }
    fn read_at(&self, offset: u64, most: usize) -> io::Result<Bytes> {
        if offset >= self.blob.size() {
            return Ok(Bytes::new());
        }
        let chunk = self.handle.block_on(self.blob.chunk(offset / CHUNK_BYTES))?;
        let from = usize::try_from(offset % CHUNK_BYTES).unwrap_or(0).min(chunk.len());
        Ok(chunk.slice(from..from.saturating_add(most).min(chunk.len())))
    }
}

/// Stored bytes as the readers of tables take them; to be read on a thread that may wait.
pub(super) fn stored(site: &Site, blob: &BlobRow) -> Arc<dyn Source> {
    let chunks: Vec<[u8; 32]> = blob.chunks.as_chunks().0.to_vec();
    let size = u64::try_from(blob.size_bytes).unwrap_or(0);
    Arc::new(Stored { blob: site.blobs.open(blob.id.uuid(), size, chunks.into()), handle: Handle::current() })
}

/// What the thread that measures and the task that reports share.
#[derive(Default)]
struct Progress {
    passed: AtomicU64,
    stop: AtomicBool,
    slow: AtomicBool,
}

impl Progress {
    fn hear(&self, passed: u64) -> Result<(), Refusal> {
        self.passed.fetch_max(passed, Ordering::Relaxed);
        if self.slow.load(Ordering::Relaxed) {
            Err(Refusal::Slow)
        } else if self.stop.load(Ordering::Relaxed) {
            Err(Refusal::Stopped)
        } else {
            Ok(())
        }
    }
}

/// Which kind of work is reported on.
#[derive(Clone)]
enum Work {
    Measure(Task),
    Convert(Task),
    Pick(samples::Task),
}

impl Work {
    const fn bytes(&self) -> i64 {
        match self {
            Self::Measure(task) | Self::Convert(task) => task.blob.size_bytes,
            Self::Pick(task) => task.blob.size_bytes,
        }
    }
}

/// Waits for the work, reports on it each second, and ends it when it takes too long or the server stops.
async fn attend<T: Send + 'static>(
    site: &Site,
    (kind, progress): (Work, &Arc<Progress>),
    stopped: &watch::Receiver<bool>,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let mut done = tokio::task::spawn_blocking(work);
    let allowed = LEAST_SECONDS + u64::try_from(kind.bytes()).unwrap_or(0) / BYTES_A_SECOND;
    let started = site.clock.now();
    let mut stopped = stopped.clone();
    loop {
        tokio::select! {
            ended = &mut done => {
                // A reader that panics has met a file that it does not understand.
                return ended.unwrap_or_else(|error| Err(Refusal::Damaged(error.to_string())));
            }
            () = tokio::time::sleep(REPORT) => {}
            _ = stopped.changed() => progress.stop.store(true, Ordering::Relaxed),
        }
        let now = site.clock.now();
        if now > started.plus_seconds(i64::try_from(allowed).unwrap_or(i64::MAX)) {
            progress.slow.store(true, Ordering::Relaxed);
        }
        let (own, passed) = (kind.clone(), i64::try_from(progress.passed.load(Ordering::Relaxed)).unwrap_or(0));
        let kept = site.db.write(move |tx| match own {
            Work::Measure(task) => profiles::progress(tx, &house(), &task, passed, now),
            Work::Convert(task) => profiles::converting(tx, &house(), &task, now),
            Work::Pick(task) => samples::keep(tx, &house(), &task, now),
        });
        match kept.await {
            Ok(true) => {}
            Ok(false) => progress.stop.store(true, Ordering::Relaxed),
            Err(error) => tracing::debug!(%error, "progress was not written down"),
        }
    }
}

/// Measures one file and keeps what was found.
async fn one(site: &Site, task: Task, stopped: &watch::Receiver<bool>) -> Result<(), StoreError> {
    let (source, progress, path) = (stored(site, &task.blob), Arc::new(Progress::default()), task.file.path.clone());
    let heard = Arc::clone(&progress);
    let work = move || measure::profile(&source, &path, &|passed| heard.hear(passed));
    let found = attend(site, (Work::Measure(task.clone()), &progress), stopped, work).await;
    let now = site.clock.now();
    site.db
        .write(move |tx| match found {
            Ok(profile) => profiles::measured(tx, &house(), &task, &profile, now),
            Err(refusal) if refusal.passing() => {
                tracing::info!(file = %task.file.id, %refusal, "measuring goes on later");
                profiles::give_back(tx, &house(), &task, now)
            }
            Err(refusal) => profiles::refused(tx, &house(), &task, (refusal.code(), &refusal.to_string()), now),
        })
        .await
        .map(|_| ())
}

/// Makes the sample that a rule chooses, and keeps it.
async fn pick(site: &Site, task: samples::Task, stopped: &watch::Receiver<bool>) -> Result<(), StoreError> {
    let (source, progress) = (stored(site, &task.blob), Arc::new(Progress::default()));
    let (heard, own) = (Arc::clone(&progress), task.clone());
    let work = move || measure::pick(&source, &own.facts, &own.rule, &|_| heard.hear(0));
    let found = attend(site, (Work::Pick(task.clone()), &progress), stopped, work).await;
    let now = site.clock.now();
    site.db
        .write(move |tx| match found {
            Ok(sample) => samples::made(tx, &house(), &task, &sample, now),
            Err(refusal) if refusal.passing() => samples::give_back(tx, &house(), &task, now),
            Err(_) => samples::not_made(tx, &house(), &task, now),
        })
        .await
        .map(|_| ())
}

/// A writer whose bytes another task stores.
struct Pipe(mpsc::Sender<Bytes>);
impl io::Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.blocking_send(Bytes::copy_from_slice(bytes)).map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Makes the Parquet form of one table and keeps it.
async fn convert(site: &Site, task: Task, profile: Profile, stopped: &watch::Receiver<bool>) -> Result<(), StoreError> {
    let (source, progress, id) = (stored(site, &task.blob), Arc::new(Progress::default()), BlobId::fresh());
    let (send, receive) = mpsc::channel::<Bytes>(16);
    let heard = Arc::clone(&progress);
    let work = move || {
        let out = io::BufWriter::with_capacity(256 * 1024, Pipe(send));
        measure::convert::to_parquet(&source, &profile, out, &|_| heard.hear(0))
    };
    let stream = futures_util::stream::unfold(receive, |mut receive| async {
        receive.recv().await.map(|bytes| (Ok::<_, io::Error>(bytes), receive))
    });
    // A broken-off writer ends the stream like a whole one: which it was, the other half knows.
    let (made, taken) = tokio::join!(
        attend(site, (Work::Convert(task.clone()), &progress), stopped, work),
        site.blobs.take(id.uuid(), stream, u64::MAX)
    );
    let now = site.clock.now();
    let kept = match (made, taken) {
        (Ok(rows), Ok(taken)) => {
            let blob = NewBlob {
                id,
                size_bytes: i64::try_from(taken.size).unwrap_or(i64::MAX),
                sha256: Sha256::of(&taken.sha256),
                chunks: taken.chunks.concat(),
            };
            let rows = i64::try_from(rows).unwrap_or(i64::MAX);
            site.db.write(move |tx| profiles::converted(tx, &house(), &task, (&blob, rows), now)).await
        }
        // Left to its lease: another replica, or this one later, goes on.
        (Err(refusal), _) if refusal.passing() => Ok(false),
        (Err(refusal), _) => {
            let why = refusal.to_string();
            site.db.write(move |tx| profiles::not_converted(tx, &house(), &task, &why, now)).await.map(|_| false)
        }
        (Ok(_), Err(error)) => {
            tracing::warn!(%error, file = %task.file.id, "a converted table was not stored");
            Ok(false)
        }
    };
    if !matches!(kept, Ok(true))
        && let Err(error) = site.blobs.remove(id.uuid()).await
    {
        tracing::warn!(%error, %id, "bytes of a broken-off conversion stay until they are swept");
    }
    kept.map(|_| ())
}

//! Staging on disk: one file for each upload, appended and synced, renamed into the store at the end.
//!
//! Bytes gather in a buffer of 1 MiB; a full one is written and hashed on the blocking pool while the next one fills, so
//! that receiving, hashing and writing overlap, and a slow client holds no thread.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use rustix::fs::{FlockOperation, flock};
use tokio::task::{JoinHandle, spawn_blocking};
use uuid::Uuid;

use super::hashes::Hashes;
use super::{Leftover, PART_BYTES, Settled, StageError, Standing, task_error};
use crate::store::blobs::BlobsError;
use crate::store::blobs::disk::Disk;

/// Bytes that are gathered before they are written.
const GATHERED: usize = 1 << 20;

/// The file with its digests; moves to the blocking pool and back.
struct Writer {
    file: File,
    path: PathBuf,
    offset: u64,
    hashes: Hashes,
    /// Whether the file's name may not be durable yet.
    fresh: bool,
}

/// What a write gives back: the writer, the empty buffer, the outcome.
type Written = (Writer, Vec<u8>, io::Result<()>);

/// An upload that is being written to.
pub(super) struct Writing {
    at: Standing,
    writer: Option<Writer>,
    running: Option<JoinHandle<Written>>,
    buffer: Vec<u8>,
    spare: Vec<u8>,
}

impl Writer {
    fn open(folder: &Path, at: &Standing) -> Result<Self, StageError> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|e| BlobsError::at(folder, e))?;
        let path = folder.join(at.key.to_string());
        let failed = |e| StageError::from(BlobsError::at(&path, e));
        let mut options = OpenOptions::new();
        options.read(true).write(true).mode(0o600);
        // Only an upload that has nothing yet may make its file: a later one without it has lost bytes.
        options.create(at.offset == 0);
        let file = options.open(&path).map_err(|e| {
            let lost = e.kind() == io::ErrorKind::NotFound;
            if lost { StageError::lost(format!("{} is missing", path.display())) } else { failed(e) }
        })?;
        lock(&file)?;
        let length = file.metadata().map_err(failed)?.len();
        if length < at.offset {
            return Err(StageError::lost(format!("{} has {length} of {} bytes", path.display(), at.offset)));
        }
        // What was written and not settled was never promised to anybody.
        file.set_len(at.offset).map_err(failed)?;
        let complete = at.offset == at.size;
        let number = if complete { at.offset.div_ceil(PART_BYTES) } else { at.offset / PART_BYTES };
        let mut hashes = Hashes::new(number, at.state.clone()).map_err(StageError::lost)?;
        if !complete {
            hash_tail(&file, number * PART_BYTES, at.offset, &mut hashes).map_err(failed)?;
        }
        Ok(Self { file, path, offset: at.offset, hashes, fresh: at.offset == 0 })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, self.offset)?;
        self.hashes.update(bytes);
        self.offset += u64::try_from(bytes.len()).unwrap_or(0);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()?;
        if self.fresh {
            sync_folder(self.path.parent())?;
            self.fresh = false;
        }
        Ok(())
    }
}

/// Locks a file against other processes. A write of a request that was cut off may still run, so it asks for two seconds.
fn lock(file: &File) -> Result<(), StageError> {
    for _ in 0..100 {
        if flock(file, FlockOperation::NonBlockingLockExclusive).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Err(StageError::Busy)
}

/// Hashes the bytes behind the last part again.
fn hash_tail(file: &File, from: u64, to: u64, hashes: &mut Hashes) -> io::Result<()> {
    let mut buffer = vec![0; GATHERED];
    let mut at = from;
    while at < to {
        let wanted = usize::try_from(to - at).map_or(GATHERED, |rest| rest.min(GATHERED));
        let piece = buffer.get_mut(..wanted).unwrap_or_default();
        file.read_exact_at(piece, at)?;
        hashes.update(piece);
        at += u64::try_from(wanted).unwrap_or(0);
    }
    Ok(())
}

fn sync_folder(folder: Option<&Path>) -> io::Result<()> {
    folder.map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

impl Writing {
    pub(super) async fn open(folder: PathBuf, at: Standing) -> Result<Self, StageError> {
        let (writer, at) = spawn_blocking(move || Writer::open(&folder, &at).map(|writer| (writer, at)))
            .await
            .map_err(StageError::task)??;
        let buffer = Vec::with_capacity(GATHERED);
        Ok(Self { at, writer: Some(writer), running: None, buffer, spare: Vec::new() })
    }

    pub(super) async fn push(&mut self, mut bytes: &[u8]) -> Result<(), StageError> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(GATHERED - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == GATHERED {
                self.hand_over().await?;
            }
        }
        Ok(())
    }

    /// Waits for the write that runs.
    async fn caught_up(&mut self) -> Result<(), StageError> {
        let Some(running) = self.running.take() else { return Ok(()) };
        let (writer, mut spare, done) = running.await.map_err(StageError::task)?;
        spare.clear();
        let path = writer.path.clone();
        (self.writer, self.spare) = (Some(writer), spare);
        Ok(done.map_err(|e| BlobsError::at(&path, e))?)
    }

    async fn hand_over(&mut self) -> Result<(), StageError> {
        self.caught_up().await?;
        let mut writer = self.writer.take().ok_or_else(|| StageError::lost("an earlier write failed"))?;
        let mut spare = std::mem::take(&mut self.spare);
        spare.reserve_exact(GATHERED.saturating_sub(spare.capacity()));
        let full = std::mem::replace(&mut self.buffer, spare);
        self.running = Some(spawn_blocking(move || {
            let done = writer.write(&full);
            (writer, full, done)
        }));
        Ok(())
    }

    pub(super) async fn settle(&mut self) -> Result<Settled, StageError> {
        if !self.buffer.is_empty() {
            self.hand_over().await?;
        }
        self.caught_up().await?;
        let mut writer = self.writer.take().ok_or_else(|| StageError::lost("an earlier write failed"))?;
        let size = self.at.size;
        let (writer, done) = spawn_blocking(move || {
            if writer.offset == size {
                writer.hashes.end();
            }
            let done = writer.sync();
            (writer, done)
        })
        .await
        .map_err(StageError::task)?;
        let writer = self.writer.insert(writer);
        done.map_err(|e| BlobsError::at(&writer.path, e))?;
        self.at.offset = writer.offset;
        self.at.state.clone_from(&writer.hashes.state);
        Ok(Settled { at: self.at.clone(), parts: writer.hashes.ended(), outdated: None })
    }
}

/// Renames the staged file into the store; when that is done already, finds it there.
pub(super) async fn finish(disk: &Disk, at: &Standing) -> Result<(), StageError> {
    let (from, to, size) = (disk.staging().join(at.key.to_string()), disk.path(at.key), at.size);
    let moved = spawn_blocking(move || -> io::Result<()> {
        let (length, staged) = match from.metadata() {
            Ok(meta) => (meta.len(), true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (to.metadata()?.len(), false),
            Err(error) => return Err(error),
        };
        if length != size {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("{length} of {size} bytes are there")));
        }
        let shelf = to.parent();
        if staged {
            if let Some(shelf) = shelf {
                DirBuilder::new().recursive(true).mode(0o700).create(shelf)?;
                sync_folder(shelf.parent())?;
            }
            std::fs::set_permissions(&from, Permissions::from_mode(0o440))?;
            std::fs::rename(&from, &to)?;
        }
        sync_folder(shelf)?;
        sync_folder(from.parent())
    });
    moved.await.map_err(StageError::task)?.map_err(|error| {
        let lost = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData);
        if lost { StageError::lost(error.to_string()) } else { BlobsError::at(&disk.path(at.key), error).into() }
    })
}

/// Removes the staged file of an upload.
pub(super) async fn discard(folder: PathBuf, key: Uuid) -> Result<(), BlobsError> {
    let path = folder.join(key.to_string());
    let gone = path.clone();
    let removed = spawn_blocking(move || std::fs::remove_file(gone)).await.map_err(task_error).flatten();
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BlobsError::at(&path, error)),
        _ => Ok(()),
    }
}

/// Gives the staged files that nobody has written to since.
pub(super) async fn older(folder: PathBuf, before_ms: i64) -> Result<Vec<Leftover>, BlobsError> {
    let before = UNIX_EPOCH + Duration::from_millis(u64::try_from(before_ms).unwrap_or(0));
    let looked = folder.clone();
    let found = spawn_blocking(move || -> io::Result<Vec<Leftover>> {
        let entries = match std::fs::read_dir(&looked) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry?;
            let key = entry.file_name().to_str().and_then(|name| Uuid::try_parse(name).ok());
            // A file that goes away while we look was finished or given up.
            let old = entry.metadata().and_then(|meta| meta.modified()).is_ok_and(|at| at < before);
            found.extend(key.filter(|_| old).map(|key| Leftover { key, tail: None }));
        }
        Ok(found)
    });
    found.await.map_err(task_error).flatten().map_err(|e| BlobsError::at(&folder, e))
}

//! Blobs in a folder: open descriptors, buffers used again, verified reading, leftovers.
//!
//! Reading goes past `object_store`: its small pieces are four times slower than `preadv2` into buffers of our own.

use std::{
    collections::HashMap,
    fs::{DirBuilder, File, Permissions},
    io::{self, IoSliceMut},
    os::unix::fs::{DirBuilderExt, FileExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use object_store::{ObjectStore, local::LocalFileSystem};
use rustix::io::{ReadWriteFlags, preadv2};
use tokio::{sync::Semaphore, task::spawn_blocking};
use uuid::Uuid;

use super::{BlobsError, CHUNK, place::location, reading::verify};

/// Most descriptors that stay open between reads.
const MOST_OPEN: usize = 512;
/// Most idle buffers that are kept: 32 MiB.
const MOST_BUFFERS: usize = 128;
/// Most reads from a cold disk at once, so that downloads cannot fill the blocking pool, which the database needs too.
const MOST_COLD: usize = 32;

/// A folder of blobs.
#[derive(Debug)]
pub(super) struct Disk {
    folder: PathBuf,
    store: LocalFileSystem,
    open: Mutex<OpenFiles>,
    buffers: Arc<Buffers>,
    cold: Arc<Semaphore>,
}

/// Open descriptors with the turn of their last use.
#[derive(Debug, Default)]
struct OpenFiles {
    files: HashMap<Uuid, (Arc<File>, u64)>,
    turn: u64,
}

impl OpenFiles {
    fn get(&mut self, key: Uuid) -> Option<Arc<File>> {
        self.turn += 1;
        let (file, used) = self.files.get_mut(&key)?;
        *used = self.turn;
        Some(Arc::clone(file))
    }

    fn put(&mut self, key: Uuid, file: Arc<File>) {
        if self.files.len() >= MOST_OPEN
            && let Some(oldest) = self.files.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| *key)
        {
            self.files.remove(&oldest);
        }
        self.turn += 1;
        self.files.insert(key, (file, self.turn));
    }
}

/// Idle buffers. Fresh ones of 256 KiB for each chunk would cost their page faults every time.
#[derive(Debug, Default)]
struct Buffers(Mutex<Vec<Vec<u8>>>);

/// A buffer on loan; goes back to its pool when the last `Bytes` made of it is dropped.
struct Buffer {
    bytes: Vec<u8>,
    len: usize,
    home: Arc<Buffers>,
}

impl Buffers {
    fn lend(self: &Arc<Self>, len: usize) -> Buffer {
        let idle = lock(&self.0).pop();
        Buffer { bytes: idle.unwrap_or_else(|| vec![0; CHUNK]), len: len.min(CHUNK), home: Arc::clone(self) }
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl AsMut<[u8]> for Buffer {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[..self.len]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut idle = lock(&self.home.0);
        if idle.len() < MOST_BUFFERS {
            idle.push(std::mem::take(&mut self.bytes));
        }
    }
}

/// What these mutexes hold is whole after every statement, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Disk {
    pub(super) fn new(folder: &Path) -> Result<Self, BlobsError> {
        let blobs = folder.join("blobs");
        DirBuilder::new().recursive(true).mode(0o700).create(&blobs).map_err(|e| BlobsError::at(&blobs, e))?;
        let folder = folder.canonicalize().map_err(|e| BlobsError::at(folder, e))?;
        let store = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
        Ok(Self {
            folder,
            store,
            open: Mutex::default(),
            buffers: Arc::default(),
            cold: Arc::new(Semaphore::new(MOST_COLD)),
        })
    }

    pub(super) fn store(&self) -> &dyn ObjectStore {
        &self.store
    }

    pub(super) fn path(&self, key: Uuid) -> PathBuf {
        self.folder.join(location(key).as_ref())
    }

    /// Where uploads lie until they are whole: on the same file system, so that they can be renamed into the store.
    pub(super) fn staging(&self) -> PathBuf {
        self.folder.join("staging")
    }

    /// Closes the descriptor kept for `key`, if there is one.
    pub(super) fn forget(&self, key: Uuid) {
        lock(&self.open).files.remove(&key);
    }

    /// Takes the right to write away from the file of `key`. Some file systems know no rights; the blob is whole without.
    pub(super) async fn seal(&self, key: Uuid) {
        let path = self.path(key);
        let sealed = spawn_blocking(move || std::fs::set_permissions(path, Permissions::from_mode(0o440))).await;
        if let Err(error) = sealed.map_err(io::Error::other).flatten() {
            tracing::warn!(%key, %error, "blob stays writable");
        }
    }

    /// Reads and verifies one chunk: from the page cache at once, else on the blocking pool.
    pub(super) async fn chunk(
        self: &Arc<Self>,
        key: Uuid,
        offset: u64,
        len: usize,
        digest: [u8; 32],
    ) -> io::Result<Bytes> {
        let file = self.file(key).await?;
        let read = match self.cached(&file, offset, len) {
            Some(buffer) => verify(buffer, &digest),
            None => self.cold(file, offset, len, digest).await,
        };
        if read.is_err() {
            // The next reader opens the path anew, which is right after a repair by putting a good copy in its place.
            self.forget(key);
        }
        read
    }

    async fn file(&self, key: Uuid) -> io::Result<Arc<File>> {
        if let Some(file) = lock(&self.open).get(key) {
            return Ok(file);
        }
        let path = self.path(key);
        let file = spawn_blocking(move || File::open(path)).await.map_err(io::Error::other)??;
        let file = Arc::new(file);
        lock(&self.open).put(key, Arc::clone(&file));
        Ok(file)
    }

    /// `None` when the chunk is not wholly in the page cache, or the file system cannot tell.
    fn cached(&self, file: &File, offset: u64, len: usize) -> Option<Buffer> {
        let mut buffer = self.buffers.lend(len);
        let read = preadv2(file, &mut [IoSliceMut::new(buffer.as_mut())], offset, ReadWriteFlags::NOWAIT);
        (read == Ok(len)).then_some(buffer)
    }

    async fn cold(&self, file: Arc<File>, offset: u64, len: usize, digest: [u8; 32]) -> io::Result<Bytes> {
        let turn = Arc::clone(&self.cold).acquire_owned().await.map_err(io::Error::other)?;
        let mut buffer = self.buffers.lend(len);
        let read = spawn_blocking(move || {
            // Held by the closure, not by the caller: a caller that goes away does not end the read.
            let _turn = turn;
            file.read_exact_at(buffer.as_mut(), offset).map_err(|error| {
                let short = error.kind() == io::ErrorKind::UnexpectedEof;
                if short { io::Error::new(io::ErrorKind::InvalidData, "the blob is cut short") } else { error }
            })?;
            verify(buffer, &digest)
        });
        read.await.map_err(io::Error::other)?
    }

    pub(super) async fn sweep(&self, before_ms: i64) -> Result<usize, BlobsError> {
        let blobs = self.folder.join("blobs");
        let before = UNIX_EPOCH + Duration::from_millis(u64::try_from(before_ms).unwrap_or(0));
        let swept = spawn_blocking(move || {
            let mut removed = 0;
            for folder in entries(&blobs)? {
                if !folder.is_dir() {
                    continue;
                }
                for file in entries(&folder)? {
                    removed += usize::from(is_leftover(&file) && remove_older(&file, before)?);
                }
            }
            Ok(removed)
        });
        swept.await.map_err(|e| BlobsError::at(&self.folder, io::Error::other(e)))?
    }

    pub(super) async fn probe(&self) -> Result<(), BlobsError> {
        let blobs = self.folder.join("blobs");
        let probed = spawn_blocking(move || {
            use rustix::fs::{Access, access};
            let wanted = Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK;
            access(&blobs, wanted).map_err(|e| BlobsError::at(&blobs, e.into()))
        });
        probed.await.map_err(|e| BlobsError::at(&self.folder, io::Error::other(e)))?
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, BlobsError> {
    let all = std::fs::read_dir(folder).and_then(|entries| entries.map(|entry| entry.map(|e| e.path())).collect());
    all.map_err(|e| BlobsError::at(folder, e))
}

/// A staging file of `object_store`: `<uuid>#<digits>`.
fn is_leftover(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.split_once('#').is_some_and(|(key, number)| {
        Uuid::try_parse(key).is_ok() && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
    })
}

/// A file that went away meanwhile (its upload ended) is not counted and no error.
fn remove_older(path: &Path, before: std::time::SystemTime) -> Result<bool, BlobsError> {
    let removed = path.metadata().and_then(|meta| meta.modified()).and_then(|modified| {
        if modified >= before {
            return Ok(false);
        }
        std::fs::remove_file(path).map(|()| true)
    });
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        other => other.map_err(|e| BlobsError::at(path, e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_used_descriptor_is_closed() {
        let mut open = OpenFiles::default();
        let file = Arc::new(File::open("/dev/null").unwrap());
        let keys: Vec<Uuid> = (0..=MOST_OPEN).map(|_| crate::values::random_uuid()).collect();
        for key in &keys[..MOST_OPEN] {
            open.put(*key, Arc::clone(&file));
        }
        assert!(open.get(keys[0]).is_some());
        open.put(keys[MOST_OPEN], file);
        assert_eq!(open.files.len(), MOST_OPEN);
        assert!(open.get(keys[0]).is_some() && open.get(keys[1]).is_none());
    }

    #[test]
    fn buffers_come_back() {
        let pool = Arc::new(Buffers::default());
        let bytes = Bytes::from_owner(pool.lend(10));
        let part = bytes.slice(2..5);
        drop(bytes);
        assert_eq!(lock(&pool.0).len(), 0);
        drop(part);
        assert_eq!(lock(&pool.0).len(), 1);
        assert_eq!(pool.lend(7).as_ref().len(), 7);
    }
}

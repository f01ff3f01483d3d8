//! Where bytes come from: anything that gives ranges. Files that unfold are read through a guard against bombs.

use super::formats::Compression;
use super::refusals::Refusal;
use bytes::Bytes;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// Bytes at rest that can be read in ranges, from any thread.
pub trait Source: Send + Sync {
    /// Gives their count.
    fn size(&self) -> u64;
    /// Gives at least one and at most `most` bytes from `offset` on; none at the end.
    ///
    /// # Errors
    /// Those of the store.
    fn read_at(&self, offset: u64, most: usize) -> io::Result<Bytes>;
}

/// A file of this machine as a source.
#[derive(Debug)]
pub struct Local {
    file: File,
    size: u64,
}

impl Local {
    /// Opens a file.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(path: &std::path::Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        Ok(Self { file, size })
    }
}

impl Source for Local {
    fn size(&self) -> u64 {
        self.size
    }
    fn read_at(&self, offset: u64, most: usize) -> io::Result<Bytes> {
        let mut buffer = vec![0; most.min(1024 * 1024)];
        let read = self.file.read_at(&mut buffer, offset)?;
        buffer.truncate(read);
        Ok(Bytes::from(buffer))
    }
}

impl Source for Bytes {
    fn size(&self) -> u64 {
        super::casts::len(self.len())
    }
    fn read_at(&self, offset: u64, most: usize) -> io::Result<Bytes> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(self.len());
        Ok(self.slice(from..from.saturating_add(most).min(self.len())))
    }
}

/// Reads a source from a place on, with seeking.
pub struct Cursor {
    source: Arc<dyn Source>,
    at: u64,
    end: u64,
    held: Bytes,
}

impl Cursor {
    /// Begins at `at`.
    #[must_use]
    pub fn new(source: Arc<dyn Source>, at: u64) -> Self {
        let end = source.size();
        Self { source, at, end, held: Bytes::new() }
    }
}

impl Read for Cursor {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() || self.at >= self.end {
            return Ok(0);
        }
        if self.held.is_empty() {
            self.held = self.source.read_at(self.at, 256 * 1024)?;
            if self.held.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let some = out.len().min(self.held.len());
        let piece = self.held.split_to(some);
        out.iter_mut().zip(piece.iter()).for_each(|(to, from)| *to = *from);
        self.at += super::casts::len(some);
        Ok(some)
    }
}

impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let target = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let ahead = target.checked_sub(self.at).and_then(|n| usize::try_from(n).ok());
        match ahead {
            Some(skip) if skip < self.held.len() => drop(self.held.split_to(skip)),
            _ => self.held = Bytes::new(),
        }
        self.at = target;
        Ok(target)
    }
}

/// Gives exactly the bytes of a range.
///
/// # Errors
/// `UnexpectedEof` when the source ends before.
pub fn range(source: &dyn Source, offset: u64, length: usize) -> io::Result<Bytes> {
    let first = source.read_at(offset, length)?;
    if first.len() == length {
        return Ok(first);
    }
    let mut whole = Vec::with_capacity(length.min(64 * 1024 * 1024));
    whole.extend_from_slice(&first);
    while whole.len() < length {
        let more = source.read_at(offset + super::casts::len(whole.len()), length - whole.len())?;
        if more.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        whole.extend_from_slice(&more);
    }
    Ok(Bytes::from(whole))
}

/// How many times its size compressed bytes may unfold to.
pub const MOST_RATIO: u64 = 100;
/// Bytes that any file may unfold to, however small it is.
const ALWAYS: u64 = 16 * 1024 * 1024;

/// Counts what comes out of a decoder, and stops when that is far more than went in.
pub struct Guarded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Guarded<R> {
    /// Guards a decoder of `packed` bytes.
    pub fn new(inner: R, packed: u64) -> Self {
        Self { inner, left: packed.saturating_mul(MOST_RATIO).max(ALWAYS) }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.left = self.left.checked_sub(super::casts::len(read)).ok_or(Refusal::Bomb(MOST_RATIO))?;
        Ok(read)
    }
}

/// Marks what a decoder says of bad bytes as damage, whatever kind it has.
struct Marked<R>(R);
impl<R: Read> Read for Marked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out).map_err(|error| {
            let ours = error.get_ref().is_some_and(|inner| inner.is::<Refusal>());
            if ours { error } else { Refusal::Damaged(error.to_string()).into() }
        })
    }
}

/// Unfolds a stream.
///
/// # Errors
/// [`Refusal::Damaged`] when it is not what its first bytes say.
pub fn unfold(packed: Box<dyn Read + Send>, how: Compression, size: u64) -> Result<Box<dyn Read + Send>, Refusal> {
    Ok(match how {
        Compression::None => packed,
        Compression::Gzip => Box::new(Guarded::new(Marked(flate2::read::MultiGzDecoder::new(packed)), size)),
        Compression::Zstd => {
            let mut decoder = zstd::Decoder::new(packed)?;
            decoder.window_log_max(27)?;
            Box::new(Guarded::new(Marked(decoder), size))
        }
    })
}

/// Bytes to which a packed columnar file may unfold.
const IN_MEMORY: u64 = 128 * 1024 * 1024;

/// Gives a source that can be read from its end: itself, or what it unfolds to. Nothing when that is too much for memory.
///
/// # Errors
/// [`Refusal`] when it is damaged, or unfolds to far more than is plausible.
pub fn unpacked(source: &Arc<dyn Source>) -> Result<Option<Arc<dyn Source>>, Refusal> {
    let first = range(source.as_ref(), 0, usize::try_from(source.size()).unwrap_or(8).min(8))?;
    let how = Compression::of(&first);
    if how == Compression::None {
        return Ok(Some(Arc::clone(source)));
    }
    let mut bytes = Vec::new();
    let stream = unfold(Box::new(Cursor::new(Arc::clone(source), 0)), how, source.size())?;
    stream.take(IN_MEMORY + 1).read_to_end(&mut bytes)?;
    let fits = super::casts::len(bytes.len()) <= IN_MEMORY;
    Ok(fits.then(|| -> Arc<dyn Source> { Arc::new(Bytes::from(bytes)) }))
}

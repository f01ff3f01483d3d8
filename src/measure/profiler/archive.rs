//! Looks into zip archives by streaming: nothing is ever written, nothing is opened twice, and limits hold for all of it.

use super::super::casts::len;
use super::super::formats::{Facts, Format, beginning, of_head};
use super::super::profile::{Archive, Member, Top};
use super::super::refusals::Refusal;
use super::super::source::{Cursor, Guarded, MOST_RATIO, Source, range};
use super::{Watch, columns, media, text};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::io::{BufReader, Read};
use std::sync::Arc;
use zip::ZipArchive;
use zip::result::ZipError;

/// Entries of an archive.
const MOST_ENTRIES: u64 = 10_000;
/// Entries that are told one by one.
const MOST_MEMBERS: usize = 200;
/// Tables that are measured.
const MOST_TABLES: usize = 20;

/// Bytes of a columnar table that is measured: it is read from its end, so it must lie in memory.
const MOST_COLUMNAR: u64 = 64 * 1024 * 1024;

impl From<ZipError> for Refusal {
    fn from(error: ZipError) -> Self {
        if let ZipError::Io(error) = error { Self::from(error) } else { Self::Damaged(error.to_string()) }
    }
}

/// Reads the number of entries from the end of the archive, before anything is reserved for them.
fn entries(source: &dyn Source) -> Result<u64, Refusal> {
    let size = source.size();
    let tail = size.min(65_557);
    let bytes = range(source, size - tail, usize::try_from(tail).unwrap_or(0))?;
    let at = memchr::memmem::rfind(&bytes, b"PK\x05\x06")
        .ok_or_else(|| Refusal::Damaged("no end of the archive".to_owned()))?;
    let number = |from: usize, count: usize| {
        bytes.get(from..from + count).map(|b| b.iter().rev().fold(0_u64, |n, byte| (n << 8) | u64::from(*byte)))
    };
    let (count, directory) = (number(at + 10, 2).unwrap_or(0), number(at + 12, 4).unwrap_or(0));
    // The long form has its own count, and says here that it has.
    if count == 0xFFFF || directory == 0xFFFF_FFFF {
        return Ok(u64::MAX);
    }
    // A directory entry takes at least 46 bytes, whatever count is claimed.
    Ok(count.max(if directory > MOST_ENTRIES * 4096 { u64::MAX } else { 0 }))
}

fn allowed(name: &str, link: bool) -> bool {
    let parts_fine = name.split('/').all(|part| part != ".." && !part.contains('\0'));
    let rooted = name.starts_with('/') || name.starts_with('\\') || name.contains('\\') || name.get(1..2) == Some(":");
    parts_fine && !rooted && !link && !name.is_empty()
}

/// Looks into an archive.
pub(super) fn measure(source: &Arc<dyn Source>, watch: Watch<'_>) -> Result<Archive, Refusal> {
    if entries(source.as_ref())? > MOST_ENTRIES {
        return Err(Refusal::ManyEntries(MOST_ENTRIES));
    }
    let mut zip = ZipArchive::new(BufReader::new(Cursor::new(Arc::clone(source), 0)))?;
    if len(zip.len()) > MOST_ENTRIES {
        return Err(Refusal::ManyEntries(MOST_ENTRIES));
    }
    let (mut packed, mut promised) = (0_u64, 0_u64);
    for at in 0..zip.len() {
        let entry = zip.by_index_raw(at)?;
        let name = entry.name()?;
        if !allowed(&name, entry.is_symlink()) {
            return Err(Refusal::BadEntry(name.chars().take(100).collect()));
        }
        if entry.encrypted() {
            return Err(Refusal::BadEntry("encrypted".to_owned()));
        }
        packed = packed.saturating_add(entry.compressed_size());
        promised = promised.saturating_add(entry.size());
    }
    let most = |packed: u64| packed.saturating_mul(MOST_RATIO).max(16 * 1024 * 1024);
    if packed > source.size() || promised > most(packed) {
        return Err(Refusal::Bomb(MOST_RATIO));
    }
    look(source, &mut zip, watch)
}

fn look(
    source: &Arc<dyn Source>,
    zip: &mut ZipArchive<BufReader<Cursor>>,
    watch: Watch<'_>,
) -> Result<Archive, Refusal> {
    let mut archive = Archive { entries: 0, bytes: 0, formats: Vec::new(), members: Vec::new() };
    let mut formats: BTreeMap<&'static str, u64> = BTreeMap::new();
    let (mut passed, mut tables) = (0_u64, 0);
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at)?;
        if entry.is_dir() {
            continue;
        }
        let (name, size, packed) = (entry.name()?.into_owned(), entry.size(), entry.compressed_size());
        let (head, whole) = beginning(&mut Guarded::new((&mut entry).take(size.saturating_add(1)), packed))?;
        if len(head.len()) > size {
            return Err(Refusal::Damaged(format!("{name} unfolds to more than it promises")));
        }
        drop(entry);
        let facts = of_head(&head, whole, &name);
        archive.entries += 1;
        archive.bytes = archive.bytes.saturating_add(size);
        *formats.entry(facts.format.as_str()).or_default() += 1;
        passed = passed.saturating_add(packed);
        watch(passed)?;
        if archive.members.len() < MOST_MEMBERS {
            let mut member = Member {
                path: name,
                bytes: size,
                format: facts.format,
                rows: None,
                columns: Vec::new(),
                media: media::of_head(&head, facts.format),
            };
            if matches!(facts.format, Format::Delimited | Format::JsonLines) && tables < MOST_TABLES {
                tables += 1;
                table(source, at, facts, &mut member, &|_| watch(passed))?;
            } else if matches!(facts.format, Format::Parquet | Format::ArrowFile | Format::ArrowStream)
                && tables < MOST_TABLES
                && size <= MOST_COLUMNAR
            {
                tables += 1;
                let mut bytes = Vec::new();
                let entry = zip.by_index(at)?.take(size.saturating_add(1));
                Guarded::new(entry, packed).read_to_end(&mut bytes)?;
                columnar(bytes, &mut member, &|_| watch(passed))?;
            }
            archive.members.push(member);
        }
    }
    archive.formats = formats.into_iter().map(|(name, count)| Top { value: name.to_owned(), count }).collect();
    Ok(archive)
}

/// Measures a columnar table inside of the archive. One that is damaged is told as a file, and the others go on.
fn columnar(bytes: Vec<u8>, member: &mut Member, watch: Watch<'_>) -> Result<(), Refusal> {
    let plain: Arc<dyn Source> = Arc::new(Bytes::from(bytes));
    match super::columnar::measure(&plain, member.format, watch) {
        Ok(measured) => {
            member.rows = Some(measured.rows);
            member.columns = columns(measured);
            Ok(())
        }
        Err(refusal) if refusal.passing() || matches!(refusal, Refusal::Slow) => Err(refusal),
        Err(_) => Ok(()),
    }
}

/// Measures a table inside of the archive, read by a thread of its own because an entry borrows its archive.
fn table(
    source: &Arc<dyn Source>,
    at: usize,
    mut facts: Facts,
    member: &mut Member,
    watch: Watch<'_>,
) -> Result<(), Refusal> {
    let measured = text::measure(&mut facts, watch, &mut |_| {
        let source = Arc::clone(source);
        let (send, receive) = std::sync::mpsc::sync_channel::<std::io::Result<Vec<u8>>>(2);
        std::thread::spawn(move || {
            if let Err(refusal) = pour(source, at, &send) {
                // Whoever reads may be gone, which is no matter then.
                let _gone = send.send(Err(refusal.into()));
            }
        });
        Ok(Box::new(Poured { receive, held: Vec::new(), at: 0 }))
    })?;
    member.rows = Some(measured.rows);
    member.columns = columns(measured);
    Ok(())
}

/// Unfolds an entry piece by piece until nobody wants more.
fn pour(
    source: Arc<dyn Source>,
    at: usize,
    send: &std::sync::mpsc::SyncSender<std::io::Result<Vec<u8>>>,
) -> Result<(), Refusal> {
    let mut zip = ZipArchive::new(BufReader::new(Cursor::new(source, 0)))?;
    let entry = zip.by_index(at)?;
    let packed = entry.compressed_size();
    let mut entry = Guarded::new(entry, packed);
    loop {
        let mut piece = Vec::with_capacity(256 * 1024);
        (&mut entry).take(256 * 1024).read_to_end(&mut piece).map_err(|e| Refusal::Damaged(e.to_string()))?;
        if piece.is_empty() || send.send(Ok(piece)).is_err() {
            return Ok(());
        }
    }
}

/// The other end of [`pour`].
struct Poured {
    receive: std::sync::mpsc::Receiver<std::io::Result<Vec<u8>>>,
    held: Vec<u8>,
    at: usize,
}

impl Read for Poured {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.at >= self.held.len() {
            match self.receive.recv() {
                Ok(piece) => (self.held, self.at) = (piece?, 0),
                Err(_) => return Ok(0),
            }
        }
        let rest = self.held.get(self.at..).unwrap_or_default();
        let some = out.len().min(rest.len());
        out.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.at += some;
        Ok(some)
    }
}

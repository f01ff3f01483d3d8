//! The files of a backup: each is copied once, chunk by verified chunk, from disk or bucket; and the list of all.

use super::{SUMS, remove};
use crate::cli::verify::digest_of;
use crate::store::backup::{Entry, Original};
use crate::store::blobs::{Blobs, place_in_store};
use anyhow::{Context, ensure};
use sha2::Digest;
use std::fmt;
use std::fs::{File, Permissions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// How many rows are read at a time.
const BATCH: i64 = 100;

/// The list in the making.
pub(super) struct Sums {
    folder: PathBuf,
    list: BufWriter<File>,
}

impl Sums {
    /// Begins the list; that of an earlier backup goes, so that a broken-off one is not taken for whole.
    pub(super) fn begin(folder: &Path) -> anyhow::Result<Self> {
        remove(&folder.join(SUMS))?;
        let list = File::create(folder.join("SHA256SUMS.part")).context("cannot write to the backup's folder")?;
        Ok(Self { folder: folder.to_path_buf(), list: BufWriter::new(list) })
    }
    /// Adds a file that lies in the folder; gives its length.
    pub(super) fn add_file(&mut self, name: &str) -> anyhow::Result<u64> {
        let (bytes, sha256) = digest_of(&mut File::open(self.folder.join(name))?)?;
        self.add(name, &sha256)?;
        Ok(bytes)
    }
    fn add(&mut self, name: &str, sha256: &str) -> anyhow::Result<()> {
        Ok(writeln!(self.list, "{sha256}  {name}")?)
    }
    /// Puts the list under its name.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        self.list.into_inner().map_err(|e| e.into_error())?.sync_all()?;
        std::fs::rename(self.folder.join("SHA256SUMS.part"), self.folder.join(SUMS))?;
        Ok(File::open(&self.folder)?.sync_all()?)
    }
}

/// What became of the files.
#[derive(Default)]
pub(super) struct Done {
    new: u64,
    there: u64,
    damaged: u64,
    gone: u64,
    bytes: u64,
    /// Those that could not be copied.
    pub(super) failed: u64,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { new, there, bytes, .. } = self;
        write!(f, "{} ({bytes} bytes), {new} of them new", new + there)?;
        if self.damaged > 0 {
            write!(f, "; {} left out that the exchange itself found damaged", self.damaged)?;
        }
        if self.gone > 0 {
            write!(f, "; {} of drafts were removed meanwhile", self.gone)?;
        }
        Ok(())
    }
}

/// Copies what `listed` names and is not there yet; `live` is asked about files that are not in the store any more.
pub(super) async fn copy(
    blobs: &Blobs,
    listed: &mut Original,
    live: &mut Original,
    folder: &Path,
    sums: &mut Sums,
) -> anyhow::Result<Done> {
    let (mut done, mut last) = (Done::default(), None);
    loop {
        let batch = listed.entries_after(last, BATCH)?;
        let Some(end) = batch.last() else { return Ok(done) };
        last = Some(end.id);
        for entry in &batch {
            copy_one(blobs, entry, live, folder, sums, &mut done).await?;
        }
    }
}

async fn copy_one(
    blobs: &Blobs,
    entry: &Entry,
    live: &mut Original,
    folder: &Path,
    sums: &mut Sums,
    done: &mut Done,
) -> anyhow::Result<()> {
    if entry.damaged_at.is_some() {
        done.damaged += 1;
        return Ok(());
    }
    let name = format!("files/{}", place_in_store(entry.id.uuid()));
    let (file, size) = (folder.join(&name), u64::try_from(entry.size_bytes)?);
    if file.metadata().is_ok_and(|found| found.len() == size) {
        done.there += 1;
    } else if let Err(error) = write_copy(blobs, entry, size, &file).await {
        if !live.knows(entry.id)? {
            done.gone += 1;
            return Ok(());
        }
        eprintln!("{name}: {error:#}");
        done.failed += 1;
    } else {
        done.new += 1;
    }
    done.bytes += size;
    sums.add(&name, entry.sha256.as_str())
}

async fn write_copy(blobs: &Blobs, entry: &Entry, size: u64, file: &Path) -> anyhow::Result<()> {
    let (chunks, rest) = entry.chunks.as_chunks::<32>();
    ensure!(rest.is_empty(), "the database has half a digest of it");
    let count = u64::try_from(chunks.len())?;
    let blob = blobs.open(entry.id.uuid(), size, chunks.into());
    let draft = file.with_extension("part");
    std::fs::create_dir_all(file.parent().unwrap_or(file))?;
    remove(&draft)?;
    let (mut out, mut hash) = (File::create(&draft)?, sha2::Sha256::new());
    for index in 0..count {
        let bytes = blob.chunk(index).await?;
        hash.update(&bytes);
        out.write_all(&bytes)?;
    }
    ensure!(hash.finalize().as_slice() == entry.sha256.bytes(), "it has another SHA-256");
    out.set_permissions(Permissions::from_mode(0o440))?;
    out.sync_all()?;
    Ok(std::fs::rename(&draft, file)?)
}

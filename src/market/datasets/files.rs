//! Files of a draft version. The bytes are stored before anybody comes here.

use super::{MayChangeDataset, VersionState, rows};
use crate::market::journal::{self, Deed, Note, Thing};
use crate::store::{StoreError, Write};
use crate::values::{BlobId, FileId, FilePath, Sha256, Timestamp, VersionId};

/// Files of one version.
const MOST_FILES: i64 = 10_000;

/// A file whose bytes were just stored.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Its path in the version.
    pub path: FilePath,
    /// The key of the stored bytes.
    pub blob: BlobId,
    /// Their count.
    pub size_bytes: i64,
    /// Their SHA-256.
    pub sha256: Sha256,
    /// BLAKE3 of each 256 KiB, 32 bytes each in a row.
    pub chunks: Vec<u8>,
    /// The media type.
    pub media_type: String,
    /// Rows of a table in text form.
    pub rows: Option<i64>,
    /// Columns of a table in text form.
    pub columns: Option<i64>,
    /// The sample as JSON.
    pub sample: Option<String>,
}

/// Why a file was not added or removed.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The version is not of this dataset, or there is no such file.
    #[error("no such file or version")]
    NotThere,
    /// The version is published: it never changes.
    #[error("the version is final")]
    Final,
    /// The version has a file of this path.
    #[error("the path is taken")]
    Taken,
    /// The version has too many files.
    #[error("too many files")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Adds a file to a draft version.
///
/// # Errors
/// [`FileError`].
pub fn add_file(
    tx: &mut Write,
    may: MayChangeDataset,
    version: VersionId,
    new: &NewFile,
    now: Timestamp,
) -> Result<FileId, FileError> {
    let (dataset, party, by) = may.into_parts();
    // The draft is locked against its publication in this transaction.
    let version = rows::lock_draft(tx, dataset.id, version)?.ok_or(FileError::NotThere)?;
    if version.state != VersionState::Draft {
        return Err(FileError::Final);
    }
    if rows::paging::count(tx, version.id, "%")? >= MOST_FILES {
        return Err(FileError::TooMany);
    }
    if rows::paging::taken(tx, version.id, &new.path.folded())? {
        return Err(FileError::Taken);
    }
    let id = FileId::fresh();
    rows::insert_file(tx, id, version.id, new, now)?;
    let detail = serde_json::json!({ "version": version.label, "path": new.path.as_str(), "bytes": new.size_bytes, "sha256": new.sha256.as_str() });
    journal::note(
        tx,
        &by,
        &Note::new(Deed::FileUploaded, Thing::Dataset, dataset.id).for_party(party.id).detail(detail),
        now,
    )?;
    Ok(id)
}

/// Removes a file from a draft version and gives the key of its bytes, to be removed after the commit.
///
/// # Errors
/// [`FileError`].
pub fn remove_file(tx: &mut Write, may: MayChangeDataset, file: FileId, now: Timestamp) -> Result<BlobId, FileError> {
    let (dataset, party, by) = may.into_parts();
    let file = rows::file(tx, file)?.ok_or(FileError::NotThere)?;
    let version = rows::lock_draft(tx, dataset.id, file.version_id)?.ok_or(FileError::NotThere)?;
    if version.state != VersionState::Draft {
        return Err(FileError::Final);
    }
    rows::delete_file(tx, &file)?;
    let detail = serde_json::json!({ "version": version.label, "path": file.path });
    journal::note(
        tx,
        &by,
        &Note::new(Deed::FileRemoved, Thing::Dataset, dataset.id).for_party(party.id).detail(detail),
        now,
    )?;
    Ok(file.blob_id)
}

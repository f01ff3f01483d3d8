//! Files of a draft version. The bytes are stored before anybody comes here.

use super::rows::storage::{self, Storage};
use super::{MayChangeDataset, Version, VersionState, gate, rows};
use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::journal::{self, Deed, Note, Thing};
use crate::market::parties;
use crate::store::{Read, StoreError, Write};
use crate::values::{BlobId, FileId, FilePath, PartyId, Sha256, Timestamp, VersionId};

/// Files of one version.
const MOST_FILES: i64 = 10_000;

/// Where the room for a file's bytes comes from.
pub(in crate::market) enum Room {
    /// They are new, and all that the organisation stores stays within so many bytes.
    Within(i64),
    /// They are new, and their room was reserved.
    Reserved,
    /// They are stored already.
    Known,
}

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
    /// A reviewer looks at it.
    #[error("the version is under review")]
    UnderReview,
    /// The version has a file of this path.
    #[error("the path is taken")]
    Taken,
    /// The version has too many files.
    #[error("too many files")]
    TooMany,
    /// The organisation would store more than it may.
    #[error("no room is left")]
    NoRoom,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Adds a file to a draft version, however much its organisation stores.
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
    add(tx, may, version, new, &Room::Within(i64::MAX), now)
}

/// Adds a file to a draft version if all that its organisation stores and has reserved stays within a quota in bytes.
///
/// # Errors
/// [`FileError`].
pub fn add_file_within(
    tx: &mut Write,
    may: MayChangeDataset,
    version: VersionId,
    new: &NewFile,
    quota_bytes: i64,
    now: Timestamp,
) -> Result<FileId, FileError> {
    add(tx, may, version, new, &Room::Within(quota_bytes), now)
}

/// Adds a file to a draft version.
///
/// # Errors
/// [`FileError`].
pub(in crate::market) fn add(
    tx: &mut Write,
    may: MayChangeDataset,
    version: VersionId,
    new: &NewFile,
    room: &Room,
    now: Timestamp,
) -> Result<FileId, FileError> {
    let (dataset, party, by) = may.into_parts();
    // The draft is locked against its publication in this transaction.
    let version = rows::lock_draft(tx, dataset.id, version)?.ok_or(FileError::NotThere)?;
    may_take(tx, &version, &new.path)?;
    match room {
        Room::Within(limit) if !storage::move_storage(tx, party.id, new.size_bytes, 0, *limit)? => {
            return Err(FileError::NoRoom);
        }
        Room::Reserved => {
            storage::move_storage(tx, party.id, new.size_bytes, -new.size_bytes, i64::MAX)?;
        }
        Room::Within(_) | Room::Known => {}
    }
    if !matches!(room, Room::Known) {
        rows::insert_blob(tx, new, now)?;
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

/// Tells whether a version may still take a file of this path.
///
/// # Errors
/// [`FileError::Final`], [`FileError::TooMany`], [`FileError::Taken`].
pub(in crate::market) fn may_take(tx: &mut Read, version: &Version, path: &FilePath) -> Result<(), FileError> {
    takes_files(tx, version)?;
    if rows::paging::taken(tx, version.id, &path.folded())? { Err(FileError::Taken) } else { Ok(()) }
}

/// Tells whether a version may still take files at all.
///
/// # Errors
/// [`FileError::Final`], [`FileError::UnderReview`], [`FileError::TooMany`].
pub(in crate::market) fn takes_files(tx: &mut Read, version: &Version) -> Result<(), FileError> {
    if version.state != VersionState::Draft {
        return Err(FileError::Final);
    }
    // Asked behind the lock of the draft: a submission may have come in between.
    if gate::rows::is_held(tx, version.dataset_id)? {
        return Err(FileError::UnderReview);
    }
    if rows::paging::count(tx, version.id, "%")? >= MOST_FILES { Err(FileError::TooMany) } else { Ok(()) }
}

/// Finds bytes that the organisation stores already, as a new file would name them, and locks them until the
/// transaction ends. Bytes of other organisations are never found.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn known(
    tx: &mut Write,
    party: PartyId,
    path: &FilePath,
    sha256: &Sha256,
    size_bytes: i64,
) -> Result<Option<NewFile>, StoreError> {
    let Some((blob, file)) = storage::known(tx, party, sha256, size_bytes)? else { return Ok(None) };
    if !storage::lock_blob(tx, blob)? {
        return Ok(None);
    }
    Ok(rows::file(tx, file)?.map(|file| NewFile {
        path: path.clone(),
        blob,
        size_bytes,
        sha256: sha256.clone(),
        chunks: Vec::new(),
        media_type: crate::measure::media_type(path.as_str()).to_owned(),
        rows: file.rows_count,
        columns: file.columns_count,
        sample: file.sample,
    }))
}

/// Reserves room for an upload if all that the organisation stores and has reserved stays within a quota in bytes.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn reserve(
    tx: &mut Write,
    party: PartyId,
    bytes: i64,
    quota_bytes: i64,
) -> Result<bool, StoreError> {
    storage::move_storage(tx, party, 0, bytes, quota_bytes)
}

/// Gives reserved room back.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn release(tx: &mut Write, party: PartyId, bytes: i64) -> Result<(), StoreError> {
    storage::move_storage(tx, party, 0, -bytes, i64::MAX).map(drop)
}

/// Gives how much an organisation stores, to those who act for it.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn storage_of(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<Storage, Refused> {
    if !parties::acts_for(tx, actor, party)? {
        return Err(Refused::Hidden);
    }
    Ok(storage::storage(tx, party)?)
}

/// Removes a file from a draft version and gives the key of its bytes, to be removed after the commit; none when
/// another file names the same bytes.
///
/// # Errors
/// [`FileError`].
pub fn remove_file(
    tx: &mut Write,
    may: MayChangeDataset,
    file: FileId,
    now: Timestamp,
) -> Result<Option<BlobId>, FileError> {
    let (dataset, party, by) = may.into_parts();
    let file = rows::file(tx, file)?.ok_or(FileError::NotThere)?;
    let version = rows::lock_draft(tx, dataset.id, file.version_id)?.ok_or(FileError::NotThere)?;
    if version.state != VersionState::Draft {
        return Err(FileError::Final);
    }
    // Read again behind the lock: a submission may have come in between.
    if gate::rows::is_held(tx, dataset.id)? {
        return Err(FileError::UnderReview);
    }
    let orphaned = storage::delete_file(tx, file.id, file.blob_id)?;
    if orphaned {
        storage::move_storage(tx, party.id, -file.size_bytes, 0, i64::MAX)?;
    }
    let detail = serde_json::json!({ "version": version.label, "path": file.path });
    journal::note(
        tx,
        &by,
        &Note::new(Deed::FileRemoved, Thing::Dataset, dataset.id).for_party(party.id).detail(detail),
        now,
    )?;
    Ok(orphaned.then_some(file.blob_id))
}

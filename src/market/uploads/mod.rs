//! Uploads: files on their way into a draft version, over many requests, by whoever publishes for its owner.
//!
//! The room for all bytes is reserved when an upload begins, so that no two uploads fill the same room. One process at a
//! time writes to an upload: it takes a turn, which it holds by a lease, and each of its steps is written only in that
//! turn. The bytes themselves are durable before a step says so; they lie in the store (`store::blobs::staging`).
//! Come here for what an upload may do; the protocol stands in `protocols::tus`.

mod access;
mod end;
mod join;
mod rows;
mod state;
mod write;

pub use access::{MayContinue, MayUpload};
pub use end::{Leftover, cancel, expire_due, fail, finish, forget_ended, is_staged};
pub use join::{MOST_PARTS, NewPart, begin_joined, begin_part, joined, joined_ids};
pub use rows::Upload;
pub use state::{Event, Role, State, WrongState};
pub use write::{HoldError, advance, hold, renew};

use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::datasets::{self, FileError, Room};
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::store::blobs::staging::Part;
use crate::store::{Read, StoreError, Write};
use crate::values::{FilePath, Sha256, Timestamp, UploadId, VersionId};

/// What a client announces.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// The path of the file in the version.
    pub path: FilePath,
    /// What the client tells of it, as it was sent.
    pub metadata: String,
    /// Its length in bytes.
    pub size_bytes: i64,
    /// Its SHA-256, when the client knows it.
    pub sha256: Option<Sha256>,
}

/// What the exchange allows.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest file in bytes.
    pub file_bytes: i64,
    /// All that an organisation may store and reserve, in bytes.
    pub quota_bytes: i64,
    /// Seconds without progress after which an upload is given up.
    pub keep_seconds: i64,
}

/// Uploads of an organisation that may be open at a time.
const MOST_OPEN: i64 = 10_000;

/// Why an upload was not begun.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The file is larger than the exchange takes.
    #[error("too large")]
    TooLarge,
    /// Too many uploads of the organisation are open.
    #[error("too many uploads are open")]
    TooMany,
    /// Of the parts that are to be joined, one is not whole, not of this version, named twice, or joined elsewhere.
    #[error("the parts do not fit")]
    Parts,
    /// The version does not take the file, or there is no room for it.
    #[error(transparent)]
    File(#[from] FileError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Begins an upload and reserves its room. When the organisation stores the announced bytes already, nothing needs to be
/// sent: the file is there at once, and the upload is finished.
///
/// # Errors
/// [`BeginError`].
pub fn begin(
    tx: &mut Write,
    may: MayUpload,
    new: &NewUpload,
    limits: &Limits,
    now: Timestamp,
) -> Result<Upload, BeginError> {
    if new.size_bytes > limits.file_bytes {
        return Err(BeginError::TooLarge);
    }
    datasets::may_take(tx, &may.version, &new.path)?;
    let mut upload = may.upload(new.path.as_str(), &new.metadata, new.size_bytes, (limits, now));
    upload.announced_sha256.clone_from(&new.sha256);
    let MayUpload { version, may } = may;
    let (party, by) = (may.dataset().party_id, may.by().clone());
    let stored = match &new.sha256 {
        Some(sha256) => datasets::known(tx, party, &new.path, sha256, new.size_bytes)?,
        None => None,
    };
    if let Some(known) = stored {
        upload.file_id = Some(datasets::add(tx, may, version.id, &known, &Room::Known, now)?);
        (upload.state, upload.offset_bytes, upload.ended_at) = (State::Finished, new.size_bytes, Some(now));
        rows::insert(tx, &upload)?;
        return Ok(upload);
    }
    let detail = serde_json::json!({ "version": version.label, "path": new.path.as_str(), "bytes": new.size_bytes });
    reserved(tx, &upload, &by, detail, limits)?;
    Ok(upload)
}

/// Reserves the room of an upload, keeps it, and notes it with its detail.
fn reserved(
    tx: &mut Write,
    upload: &Upload,
    by: &By,
    detail: serde_json::Value,
    limits: &Limits,
) -> Result<(), BeginError> {
    let party = upload.party_id;
    if rows::count_open(tx, party)? >= MOST_OPEN {
        return Err(BeginError::TooMany);
    }
    if !datasets::reserve(tx, party, upload.size_bytes, limits.quota_bytes)? {
        return Err(FileError::NoRoom.into());
    }
    rows::insert(tx, upload)?;
    let note = Note::new(Deed::UploadBegun, Thing::Dataset, upload.dataset_id).for_party(party).detail(detail);
    Ok(journal::note(tx, by, &note, upload.created_at)?)
}

/// Finds an upload, for those who may continue it.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn find(tx: &mut Read, actor: &Actor, id: UploadId) -> Result<Upload, Refused> {
    Ok(MayContinue::check(tx, actor, id)?.upload)
}

/// Gives the uploads into a version that may be continued, oldest first, at most a thousand.
///
/// # Errors
/// [`Refused::Hidden`] for everybody who does not publish for the owner.
pub fn open_of(tx: &mut Read, actor: &Actor, version: VersionId, now: Timestamp) -> Result<Vec<Upload>, Refused> {
    let may = MayUpload::check(tx, actor, version)?;
    Ok(rows::open_of(tx, may.version.id, now)?)
}

/// Gives the finished parts of an upload in order.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn parts_of(tx: &mut Read, upload: &Upload) -> Result<Vec<Part>, StoreError> {
    rows::parts(tx, upload.id)
}

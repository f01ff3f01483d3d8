//! How an upload ends: as a file, given up, too late, or refused. Its room is given back or taken up in the same transaction.

use super::join::end_parts;
use super::state::{Event, WrongState};
use super::{MayContinue, Upload, rows};
use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::datasets::{self, FileError, NewFile, Room};
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::store::blobs::staging::Standing;
use crate::store::{Read, StoreError, Write};
use crate::values::{BlobId, FileId, Timestamp};

/// How long an ended upload is remembered, in days, so that a client that comes late learns how it ended.
const REMEMBERED_DAYS: i64 = 7;

/// What the store still holds of an upload that ended; to be removed after the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// Where its bytes stand.
    pub at: Standing,
    /// Where the bytes of the parts stand that it was to join.
    pub parts: Vec<Standing>,
}

/// Makes the bytes of an upload, which are whole in the store, a file of its version.
///
/// # Errors
/// [`FileError`]: the upload then goes on as it was; [`fail`] ends it.
pub fn finish(tx: &mut Write, may: MayContinue, turn: i64, new: &NewFile, now: Timestamp) -> Result<FileId, FileError> {
    let MayContinue { upload, may } = may;
    let state = upload.state.after(Event::Finish).map_err(|_| FileError::Final)?;
    let file = datasets::add(tx, may, upload.version_id, new, &Room::Reserved, now)?;
    let seen = Upload { turn, ..upload };
    if !rows::end(tx, &seen, state, (Some(file), None), now)? {
        // Taken back with everything else of this transaction.
        return Err(StoreError::Conflict.into());
    }
    end_parts(tx, &seen, Event::Finish, Some(file), now)?;
    Ok(file)
}

/// Ends an upload whose bytes cannot become a file.
///
/// # Errors
/// [`Refused::Overtaken`] when it ended meanwhile.
pub fn fail(
    tx: &mut Write,
    may: MayContinue,
    turn: i64,
    reason: &'static str,
    now: Timestamp,
) -> Result<Leftover, Refused> {
    let MayContinue { upload, may } = may;
    let by = may.by().clone();
    close(tx, &by, Upload { turn, ..upload }, Event::Fail, Some(reason), now)
}

/// Gives an upload up.
///
/// # Errors
/// [`Refused::Overtaken`] when it ended already.
pub fn cancel(tx: &mut Write, may: MayContinue, now: Timestamp) -> Result<Leftover, Refused> {
    let MayContinue { upload, may } = may;
    // A part that is being joined ends with what joins it.
    if upload.final_id.is_some() {
        return Err(Refused::Overtaken);
    }
    let by = may.by().clone();
    close(tx, &by, upload, Event::Cancel, None, now)
}

fn close(
    tx: &mut Write,
    by: &By,
    upload: Upload,
    event: Event,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<Leftover, Refused> {
    let state = upload.state.after(event).map_err(|WrongState| Refused::Overtaken)?;
    if !rows::end(tx, &upload, state, (None, reason), now)? {
        return Err(Refused::Overtaken);
    }
    let parts = end_parts(tx, &upload, event, None, now)?;
    datasets::release(tx, upload.party_id, upload.size_bytes)?;
    let detail = serde_json::json!({
        "path": upload.path, "bytes": upload.size_bytes, "received": upload.offset_bytes, "how": state.as_str(), "reason": reason,
    });
    let note =
        Note::new(Deed::UploadEnded, Thing::Dataset, upload.dataset_id).for_party(upload.party_id).detail(detail);
    journal::note(tx, by, &note, now)?;
    Ok(Leftover { at: upload.standing(), parts })
}

/// Ends uploads whose time is up, at most a hundred, and gives their room back.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn expire_due(tx: &mut Write, house: &Actor, now: Timestamp) -> Result<Vec<Leftover>, StoreError> {
    if !house.is_house() {
        return Ok(Vec::new());
    }
    let mut left = Vec::new();
    for upload in rows::due(tx, now, 100)? {
        match close(tx, &house.by(), upload, Event::Expire, None, now) {
            Ok(leftover) => left.push(leftover),
            // Another replica was first, or its client came back.
            Err(Refused::Overtaken | Refused::Hidden | Refused::Unmet(_)) => {}
            Err(Refused::Store(error)) => return Err(error),
        }
    }
    Ok(left)
}

/// Forgets uploads that ended a week ago; gives how many.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn forget_ended(tx: &mut Write, house: &Actor, now: Timestamp) -> Result<usize, StoreError> {
    if house.is_house() { rows::forget(tx, now.plus_days(-REMEMBERED_DAYS)) } else { Ok(0) }
}

/// Tells whether staged bytes belong to an upload that goes on; for the sweeper. An object behind the last part must also
/// be the one that the upload names.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn is_staged(tx: &mut Read, blob: BlobId, tail: Option<uuid::Uuid>) -> Result<bool, StoreError> {
    let upload = rows::open_of_blob(tx, blob)?;
    Ok(upload.is_some_and(|upload| tail.is_none() || upload.standing().tail == tail))
}

//! A file that comes in parts side by side: each part is an upload without a name, and one more upload joins them.
//!
//! The room of the parts is reserved once: when they are joined it passes to the upload that joins them, which also ends
//! them, however it ends.

use super::state::{Event, Role, State};
use super::{BeginError, Limits, MayUpload, NewUpload, Upload, reserved, rows};
use crate::market::datasets;
use crate::store::blobs::staging::{Part, Standing};
use crate::store::{Read, StoreError, Write};
use crate::values::{FileId, Timestamp, UploadId};

/// The most parts of one file.
pub const MOST_PARTS: usize = 1000;

/// What a client announces of a part.
#[derive(Debug, Clone)]
pub struct NewPart {
    /// What the client tells of it, as it was sent.
    pub metadata: String,
    /// Its length in bytes.
    pub size_bytes: i64,
}

/// Begins a part of a file and reserves its room.
///
/// # Errors
/// [`BeginError`].
pub fn begin_part(
    tx: &mut Write,
    may: MayUpload,
    new: &NewPart,
    limits: &Limits,
    now: Timestamp,
) -> Result<Upload, BeginError> {
    if new.size_bytes > limits.file_bytes {
        return Err(BeginError::TooLarge);
    }
    datasets::takes_files(tx, &may.version)?;
    let mut upload = may.upload("", &new.metadata, new.size_bytes, (limits, now));
    upload.role = Some(Role::Partial);
    let part = upload.id.to_string();
    let detail = serde_json::json!({ "version": may.version.label, "part": part, "bytes": new.size_bytes });
    reserved(tx, &upload, may.may.by(), detail, limits)?;
    Ok(upload)
}

/// Begins to join parts that are whole. `new.size_bytes` is not asked: it is the sum of theirs. The same parts again, in
/// the same order and for the same path, give the upload that joins them already.
///
/// # Errors
/// [`BeginError::Parts`] when one is no whole part of this version, or is joined elsewhere; the others as for `begin`.
pub fn begin_joined(
    tx: &mut Write,
    may: MayUpload,
    new: &NewUpload,
    parts: &[UploadId],
    limits: &Limits,
    now: Timestamp,
) -> Result<Upload, BeginError> {
    let version = &may.version;
    let mut found = Vec::with_capacity(parts.len());
    for id in parts {
        let part = rows::find(tx, *id)?.ok_or(BeginError::Parts)?;
        if part.version_id != version.id || part.role != Some(Role::Partial) {
            return Err(BeginError::Parts);
        }
        found.push(part);
    }
    if let Some(id) = found.first().and_then(|part| part.final_id) {
        let seen = rows::find(tx, id)?.ok_or(BeginError::Parts)?;
        let same = seen.path == new.path.as_str() && rows::joined_ids(tx, id)? == parts;
        return if same && matches!(seen.state, State::Open | State::Finished) {
            Ok(seen)
        } else {
            Err(BeginError::Parts)
        };
    }
    let whole = |part: &Upload| part.offset_bytes == part.size_bytes && part.state_at(now) == State::Open;
    if parts.is_empty() || parts.len() > MOST_PARTS || !found.iter().all(whole) {
        return Err(BeginError::Parts);
    }
    let size = found.iter().try_fold(0_i64, |sum, part| sum.checked_add(part.size_bytes));
    let size_bytes = size.filter(|size| *size <= limits.file_bytes).ok_or(BeginError::TooLarge)?;
    datasets::may_take(tx, version, &new.path)?;
    let mut upload = may.upload(new.path.as_str(), &new.metadata, size_bytes, (limits, now));
    upload.announced_sha256.clone_from(&new.sha256);
    upload.role = Some(Role::Final);
    rows::insert(tx, &upload)?;
    for (part, place) in found.iter().zip(0_i64..) {
        // A part that is named twice, or that another request was faster with.
        if !rows::bind(tx, part, upload.id, place)? {
            return Err(BeginError::Parts);
        }
    }
    Ok(upload)
}

/// Gives the parts of an upload in order, each with what is known of its bytes.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn joined(tx: &mut Read, id: UploadId) -> Result<Vec<(Upload, Vec<Part>)>, StoreError> {
    let parts = rows::joined(tx, id)?;
    parts.into_iter().map(|part| Ok((part.clone(), rows::parts(tx, part.id)?))).collect()
}

/// Gives the names of the parts of an upload, in order.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn joined_ids(tx: &mut Read, id: UploadId) -> Result<Vec<UploadId>, StoreError> {
    rows::joined_ids(tx, id)
}

/// Ends the parts of an upload with it; gives where their bytes stand.
pub(super) fn end_parts(
    tx: &mut Write,
    whole: &Upload,
    event: Event,
    file: Option<FileId>,
    now: Timestamp,
) -> Result<Vec<Standing>, StoreError> {
    if whole.role != Some(Role::Final) {
        return Ok(Vec::new());
    }
    let mut left = Vec::new();
    for part in rows::joined(tx, whole.id)? {
        let Ok(state) = part.state.after(event) else { continue };
        if rows::end(tx, &part, state, (file, None), now)? {
            left.push(part.standing());
        }
    }
    Ok(left)
}

//! Parquet forms of published tables in text form: made once, kept beside the file, found by the doors that need ranges.

use super::rows::derived as rows;
use super::{LEASE_SECONDS, MOST_ATTEMPTS, Task};
use crate::market::accounts::Actor;
use crate::market::datasets::{self, BlobRow};
use crate::measure::Profile;
use crate::store::{Read, StoreError, Write};
use crate::values::{BlobId, FileId, Sha256, Timestamp};

/// The Parquet form of a file.
#[derive(Debug, Clone)]
pub struct Derived {
    /// Its bytes.
    pub blob: BlobRow,
    /// Its rows.
    pub rows: i64,
}

/// Bytes that were just stored.
#[derive(Debug, Clone)]
pub struct NewBlob {
    /// Their key.
    pub id: BlobId,
    /// Their count.
    pub size_bytes: i64,
    /// Their SHA-256.
    pub sha256: Sha256,
    /// BLAKE3 of each 256 KiB, 32 bytes each in a row.
    pub chunks: Vec<u8>,
}

/// Takes a measured table of a published version that has no Parquet form yet, for a minute.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn convert_next(
    tx: &mut Write,
    house: &Actor,
    lease: &str,
    now: Timestamp,
) -> Result<Option<(Task, Profile)>, StoreError> {
    if !house.is_house() {
        return Ok(None);
    }
    let until = now.plus_seconds(LEASE_SECONDS);
    while let Some((id, attempts)) = rows::left(tx, now)? {
        if rows::take(tx, id, lease, now, until)? && attempts >= MOST_ATTEMPTS {
            rows::refuse(tx, id, lease, "broke-off", now)?;
        } else if let Some(found) = task(tx, id, lease)? {
            return Ok(Some(found));
        }
    }
    while let Some(id) = rows::due(tx)? {
        if rows::begin(tx, id, lease, now, until)?
            && let Some(found) = task(tx, id, lease)?
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn task(tx: &mut Write, id: FileId, lease: &str) -> Result<Option<(Task, Profile)>, StoreError> {
    let Some(file) = datasets::file(tx, id)? else { return Ok(None) };
    let Some(blob) = datasets::blob(tx, file.blob_id)? else { return Ok(None) };
    let profile = super::of_file(tx, id)?.and_then(|measured| measured.profile);
    Ok(profile.map(|profile| (Task { file, blob, lease: lease.to_owned() }, profile)))
}

/// Keeps the lease of a conversion. False when somebody else has it.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn converting(tx: &mut Write, house: &Actor, task: &Task, now: Timestamp) -> Result<bool, StoreError> {
    Ok(house.is_house() && rows::renew(tx, task.file.id, &task.lease, now.plus_seconds(LEASE_SECONDS))?)
}

/// Keeps the Parquet form of a file. False when somebody else made it; the bytes are not needed then.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn converted(
    tx: &mut Write,
    house: &Actor,
    task: &Task,
    (blob, count): (&NewBlob, i64),
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(house.is_house() && rows::finish(tx, task, blob, count, now)?)
}

/// Notes why a file has no Parquet form.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn not_converted(
    tx: &mut Write,
    house: &Actor,
    task: &Task,
    why: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(house.is_house() && rows::refuse(tx, task.file.id, &task.lease, why, now)?)
}

/// Finds the Parquet form of a file.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn derived_of(tx: &mut Read, file: FileId) -> Result<Option<Derived>, StoreError> {
    let Some((blob, rows)) = rows::find(tx, file)? else { return Ok(None) };
    Ok(datasets::blob(tx, blob)?.map(|blob| Derived { blob, rows }))
}

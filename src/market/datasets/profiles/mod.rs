//! What is measured of files: which wait for it, who measures them, what was found. The measuring itself stands in
//! [`crate::measure`], and the job that does it leases one file at a time here.

mod derived;
mod rows;

pub use derived::{Derived, NewBlob, convert_next, converted, converting, derived_of, not_converted};
pub use rows::{Measured, Short};

use super::{BlobRow, File, VersionState};
use crate::market::accounts::Actor;
use crate::measure::Profile;
use crate::measure::formats::Format;
use crate::measure::quality::{Score, joined};
use crate::store::{Read, StoreError, Write};
use crate::values::{FileId, Timestamp, VersionId, text_enum};

text_enum! {
    /// How far measuring a file is.
    Measuring {
        /// Nobody has begun.
        Waiting = "waiting",
        /// Somebody measures it.
        Running = "running",
        /// It is measured.
        Done = "done",
        /// It cannot be measured, for the reason given.
        Refused = "refused",
    }
}

/// Seconds after which a file that nobody reports on may be taken by another.
pub const LEASE_SECONDS: i64 = 60;
/// How often measuring a file is begun. One that ends the program each time must not do so for ever.
const MOST_ATTEMPTS: i64 = 3;

/// Notes that a new file waits to be measured.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market::datasets) fn wait(
    tx: &mut Write,
    file: FileId,
    version: VersionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    rows::insert(tx, file, version, now)
}

/// A file that was taken to be measured.
#[derive(Debug, Clone)]
pub struct Task {
    /// The file.
    pub file: File,
    /// Its bytes.
    pub blob: BlobRow,
    /// The name of the lease.
    pub lease: String,
}

/// Takes the file that has waited longest, for a minute. Those that were begun too often are refused on the way.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn measure_next(tx: &mut Write, house: &Actor, lease: &str, now: Timestamp) -> Result<Option<Task>, StoreError> {
    if !house.is_house() {
        return Ok(None);
    }
    while let Some((id, attempts)) = rows::due(tx, now)? {
        if !rows::take(tx, id, lease, now, now.plus_seconds(LEASE_SECONDS))? {
            continue;
        }
        if attempts >= MOST_ATTEMPTS {
            rows::refuse(tx, id, lease, ("broke-off", ""), now)?;
            continue;
        }
        let Some(file) = super::file(tx, id)? else { continue };
        let Some(blob) = super::blob(tx, file.blob_id)? else { continue };
        return Ok(Some(Task { file, blob, lease: lease.to_owned() }));
    }
    Ok(None)
}

/// Reports how far it is, and keeps the lease. False when the file is gone or somebody else has it.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn progress(
    tx: &mut Write,
    house: &Actor,
    task: &Task,
    done_bytes: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(house.is_house() && rows::renew(tx, task.file.id, &task.lease, done_bytes, now.plus_seconds(LEASE_SECONDS))?)
}

/// Keeps a profile; a draft gets the counts of rows and columns that were found. The score of the version follows
/// with its last file.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn measured(
    tx: &mut Write,
    house: &Actor,
    task: &Task,
    profile: &Profile,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let text = serde_json::to_string(profile).map_err(|e| StoreError::Broken(e.to_string()))?;
    let columns = i64::try_from(profile.columns.len()).unwrap_or(i64::MAX);
    let rows_found = profile.rows.map(|rows| i64::try_from(rows).unwrap_or(i64::MAX));
    let weight = rows_found.unwrap_or(0).saturating_mul(columns);
    let score = profile.score.as_ref().and_then(|score| serde_json::to_string(score).ok());
    let convertible = matches!(profile.facts.format, Format::Delimited | Format::JsonLines) && profile.rows > Some(0);
    let kept = house.is_house() && rows::finish(tx, task, &text, (score.as_deref(), weight, convertible), now)?;
    if kept {
        if let Some(rows_found) = rows_found {
            let open = super::version(tx, task.file.version_id)?.filter(|v| v.state == VersionState::Draft);
            // Locked, so that no manifest is written between this look and the change.
            let open = open.map(|v| super::rows::lock_draft(tx, v.dataset_id, v.id)).transpose()?.flatten();
            if open.is_some_and(|v| v.state == VersionState::Draft) {
                rows::count(tx, task.file.id, rows_found, columns)?;
            }
        }
        super::samples::measured(tx, task.file.id, profile, now)?;
        conclude(tx, task.file.version_id, now)?;
    }
    Ok(kept)
}

/// Notes why a file cannot be measured: the word for it, and its detail for the seller.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn refused(
    tx: &mut Write,
    house: &Actor,
    task: &Task,
    why: (&str, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let kept = house.is_house() && rows::refuse(tx, task.file.id, &task.lease, why, now)?;
    if kept {
        conclude(tx, task.file.version_id, now)?;
    }
    Ok(kept)
}

/// Gives a file back, to be measured another time.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn give_back(tx: &mut Write, house: &Actor, task: &Task, now: Timestamp) -> Result<bool, StoreError> {
    Ok(house.is_house() && rows::give_back(tx, task.file.id, &task.lease, now)?)
}

/// Writes the score of a version when its last file is done.
fn conclude(tx: &mut Write, version: VersionId, now: Timestamp) -> Result<(), StoreError> {
    if rows::open_count(tx, version)? > 0 {
        return Ok(());
    }
    let scores = scores(tx, version)?;
    let Some(score) = joined(&scores) else { return Ok(()) };
    rows::keep_score(tx, version, &score, scores.len(), now)
}

fn scores(tx: &mut Read, version: VersionId) -> Result<Vec<(Score, u64)>, StoreError> {
    let kept = rows::scores(tx, version)?;
    let read = |(text, weight): (String, i64)| Some((serde_json::from_str(&text).ok()?, u64::try_from(weight).ok()?));
    Ok(kept.into_iter().filter_map(read).collect())
}

/// Gives the score of a version over the files that are measured so far.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn score_of(tx: &mut Read, version: VersionId) -> Result<Option<Score>, StoreError> {
    Ok(joined(&scores(tx, version)?))
}

/// Gives the score that stands for a version since its last file was measured, in tenths of a point.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn tenths_of(tx: &mut Read, version: VersionId) -> Result<Option<i64>, StoreError> {
    rows::tenths(tx, version)
}

/// Gives how far measuring is for a part of a version's files, by path, behind `after`.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn short_of(tx: &mut Read, version: VersionId, after: &str, most: i64) -> Result<Vec<Short>, StoreError> {
    rows::short(tx, version, after, most)
}

/// How many files of a version are in each state.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn counts_of(tx: &mut Read, version: VersionId) -> Result<Vec<(Measuring, i64)>, StoreError> {
    rows::counts(tx, version)
}

/// Finds what was measured of a file.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn of_file(tx: &mut Read, file: FileId) -> Result<Option<Measured>, StoreError> {
    rows::find(tx, file)
}

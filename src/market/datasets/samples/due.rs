//! Which samples are still to be made, for the job that makes them. A file waits until it is measured: only then are
//! its form and its columns known.

use super::rows;
use crate::market::accounts::Actor;
use crate::market::datasets::profiles::{self, LEASE_SECONDS};
use crate::market::datasets::{self, BlobRow, File};
use crate::measure::disclosure::Rule;
use crate::measure::{Facts, Sample};
use crate::store::{StoreError, Write};
use crate::values::Timestamp;

/// How often a sample is begun. A file that ends the program each time must not do so for ever.
const MOST_ATTEMPTS: i64 = 3;

/// A sample to be made.
#[derive(Debug, Clone)]
pub struct Task {
    /// The file.
    pub file: File,
    /// Its bytes.
    pub blob: BlobRow,
    /// What it is.
    pub facts: Facts,
    /// What is to be shown of it.
    pub rule: Rule,
    /// The name of the lease.
    pub lease: String,
}

/// Takes the sample that has waited longest, for a minute; nothing for anybody but a job.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn take_next(tx: &mut Write, house: &Actor, lease: &str, now: Timestamp) -> Result<Option<Task>, StoreError> {
    if !house.is_house() {
        return Ok(None);
    }
    while let Some((id, attempts)) = rows::due(tx, now)? {
        if !rows::take(tx, id, lease, now, now.plus_seconds(LEASE_SECONDS))? {
            continue;
        }
        let facts = profiles::of_file(tx, id)?.and_then(|m| m.profile).map(|p| p.facts);
        let table = facts.filter(|f| attempts < MOST_ATTEMPTS && f.format.is_table());
        let (Some(facts), Some(shown), Some(file)) = (table, rows::find(tx, id)?, datasets::file(tx, id)?) else {
            rows::finish(tx, (id, lease), None, now)?;
            continue;
        };
        let Some(blob) = datasets::blob(tx, file.blob_id)? else { continue };
        return Ok(Some(Task { file, blob, facts, rule: shown.rule, lease: lease.to_owned() }));
    }
    Ok(None)
}

/// Keeps the lease of a sample that is being made. False when it was chosen anew, or somebody else has it.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn keep(tx: &mut Write, house: &Actor, task: &Task, now: Timestamp) -> Result<bool, StoreError> {
    Ok(house.is_house() && rows::renew(tx, (task.file.id, &task.lease), now.plus_seconds(LEASE_SECONDS))?)
}

/// Keeps a sample that was made. False when it was chosen anew meanwhile: then another one is made.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn made(tx: &mut Write, house: &Actor, task: &Task, sample: &Sample, now: Timestamp) -> Result<bool, StoreError> {
    let text = serde_json::to_string(sample).map_err(|e| StoreError::Broken(e.to_string()))?;
    Ok(house.is_house() && rows::finish(tx, (task.file.id, &task.lease), Some(&text), now)?)
}

/// Notes that no sample can be made of a file.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn not_made(tx: &mut Write, house: &Actor, task: &Task, now: Timestamp) -> Result<bool, StoreError> {
    Ok(house.is_house() && rows::finish(tx, (task.file.id, &task.lease), None, now)?)
}

/// Gives a sample back, to be made another time.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn give_back(tx: &mut Write, house: &Actor, task: &Task, now: Timestamp) -> Result<bool, StoreError> {
    Ok(house.is_house() && rows::give_back(tx, (task.file.id, &task.lease), now)?)
}

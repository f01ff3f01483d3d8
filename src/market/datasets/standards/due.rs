//! What is still to be checked, for the job that does it. A check is leased: a replica that stops gives it back.

use super::rows::Light;
use super::{Conformance, Declaration, State, rows};
use crate::market::accounts::Actor;
use crate::market::datasets::BlobRow;
use crate::market::standards::{self, Standard};
use crate::measure::rules::{Report, matches};
use crate::store::{Read, StoreError, Write};
use crate::values::{ConformanceId, Timestamp};

/// How long a replica may go without a word on a check, in seconds.
const LEASE_SECONDS: i64 = 60;

/// A file to be checked against a standard.
#[derive(Debug, Clone)]
pub struct Due {
    /// The check.
    pub id: ConformanceId,
    /// The name of the lease.
    pub lease: String,
    /// The standard.
    pub standard: Standard,
    /// The file's path.
    pub path: String,
    /// What describes its bytes.
    pub blob: BlobRow,
}

/// How a check ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The table was read to its end.
    Read(Report),
    /// The file cannot be read as a table; the code of the refusal.
    Unreadable(String),
}

/// Finds the next file that no replica checks, with what an earlier check left.
fn next(tx: &mut Read, now: Timestamp) -> Result<Option<(Declaration, Light, Option<Conformance>)>, StoreError> {
    for declaration in rows::of_drafts(tx)? {
        let found = rows::found_of(tx, declaration.id)?;
        for file in rows::files_of(tx, declaration.version_id)? {
            let before = found.iter().find(|c| c.file_id == file.id);
            let settled = before
                .is_some_and(|c| c.file_sha256 == file.sha256 && (c.state != State::Checking || c.leased_until > now));
            if !settled && matches(&declaration.pattern, &file.path) {
                let before = before.cloned();
                return Ok(Some((declaration, file, before)));
            }
        }
    }
    Ok(None)
}

/// Tells whether a file waits to be checked.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn waits(tx: &mut Read, now: Timestamp) -> Result<bool, StoreError> {
    Ok(next(tx, now)?.is_some())
}

/// Takes the next file that no replica checks; nothing when all is checked, when another replica was first, or for
/// anybody but a job.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn take_next(tx: &mut Write, house: &Actor, lease: &str, now: Timestamp) -> Result<Option<Due>, StoreError> {
    let Some((declaration, file, before)) = next(tx, now)?.filter(|_| house.is_house()) else { return Ok(None) };
    let new = Conformance {
        id: ConformanceId::fresh(),
        declaration_id: declaration.id,
        file_id: file.id,
        file_sha256: file.sha256,
        state: State::Checking,
        rows_checked: 0,
        report: None,
        refusal: None,
        lease: lease.to_owned(),
        leased_until: now.plus_seconds(LEASE_SECONDS),
        checked_at: None,
    };
    let free = before.map_or(Ok(true), |before| rows::forget(tx, &before))?;
    if !free || !rows::begin(tx, &new)? {
        return Ok(None);
    }
    let standard = standards::find(tx, declaration.standard_id)?;
    let blob = crate::market::datasets::blob(tx, file.blob_id)?;
    Ok(standard.zip(blob).map(|(standard, blob)| Due { id: new.id, lease: new.lease, standard, path: file.path, blob }))
}

/// Notes how far a check is and keeps it leased; false when it is no longer this replica's, and should end.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn progress(tx: &mut Write, house: &Actor, due: &Due, rows: i64, now: Timestamp) -> Result<bool, StoreError> {
    if !house.is_house() {
        return Ok(false);
    }
    rows::touch(tx, due.id, &due.lease, rows, now.plus_seconds(LEASE_SECONDS))
}

/// Notes what a check found; it is dropped when the declaration or the lease is gone.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn finish(tx: &mut Write, house: &Actor, due: &Due, outcome: &Outcome, now: Timestamp) -> Result<(), StoreError> {
    if !house.is_house() {
        return Ok(());
    }
    let broken = |e: serde_json::Error| StoreError::Broken(e.to_string());
    match outcome {
        Outcome::Read(report) => {
            let state = if report.conforms() { State::Conforms } else { State::Breaks };
            let text = serde_json::to_string(report).map_err(broken)?;
            let rows = i64::try_from(report.rows).unwrap_or(i64::MAX);
            rows::finish(tx, (due.id, &due.lease), state, (rows, Some(&text), None), now)
        }
        Outcome::Unreadable(code) => {
            rows::finish(tx, (due.id, &due.lease), State::Unreadable, (0, None, Some(code)), now)
        }
    }
}

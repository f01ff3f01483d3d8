//! What a version says beside its files: the exchange's signature over its manifest, how it differs from the one
//! before, and whether its owner advises against it.

pub mod difference;
mod rows;

pub use difference::{Difference, Verdict};
pub use rows::Deprecation;

use super::state::Event;
use super::{Dataset, MayRecall, Version, VersionError, VersionState};
use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::store::{Read, StoreError, Write};
use crate::values::{BlobId, FileId, Line, Timestamp, VersionId};
use difference::{Column, Table};
use std::collections::{BTreeMap, HashSet};

/// Gives the root over the pieces of every file of a version.
pub(super) fn roots(tx: &mut Read, version: VersionId) -> Result<BTreeMap<BlobId, String>, StoreError> {
    let chunks = rows::chunks_of(tx, version)?;
    Ok(chunks.into_iter().map(|(blob, chunks)| (blob, super::manifest::pieces_root(&chunks))).collect())
}

/// Keeps the signature over a manifest.
pub(super) fn keep_signature(tx: &mut Write, version: VersionId, jws: &str, now: Timestamp) -> Result<(), StoreError> {
    rows::insert_signature(tx, version, jws, now)
}

/// Gives the exchange's signature over the manifest of a version: a detached JWS. Versions of before signing have none.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn signature(tx: &mut Read, version: VersionId) -> Result<Option<String>, StoreError> {
    rows::signature(tx, version)
}

/// Gives the advice against a version, if there is one.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn deprecation(tx: &mut Read, version: VersionId) -> Result<Option<Deprecation>, StoreError> {
    rows::deprecation(tx, version)
}

/// Gives the version that was published before this one; for a draft, the one that is newest now.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn previous(tx: &mut Read, version: &Version) -> Result<Option<Version>, StoreError> {
    let all = super::rows::versions_of(tx, version.dataset_id, false)?;
    Ok(all
        .into_iter()
        .filter(|v| v.id != version.id && v.published_at < version.published_at.or(Some(Timestamp(i64::MAX))))
        .max_by_key(|v| (v.published_at, v.id)))
}

/// Gives how a version differs from the one before it; nothing for the first.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn difference(tx: &mut Read, version: &Version) -> Result<Option<(Version, Difference)>, StoreError> {
    let Some(before) = previous(tx, version)? else { return Ok(None) };
    let (mut old, mut new) = (rows::tables(tx, before.id)?, rows::tables(tx, version.id)?);
    columns(tx, before.id, &mut old, &new)?;
    columns(tx, version.id, &mut new, &old)?;
    Ok(Some((before, difference::compare(&old, &new))))
}

/// Files of each side whose columns are looked up.
const LOOKED_INTO: usize = 500;

/// Fills in the columns of the files whose bytes are not on the other side.
fn columns(tx: &mut Read, version: VersionId, own: &mut [Table], other: &[Table]) -> Result<(), StoreError> {
    let known: HashSet<&str> = other.iter().map(|t| t.sha256.as_str()).collect();
    let asked: Vec<FileId> =
        own.iter().filter(|t| !known.contains(t.sha256.as_str())).map(|t| t.id).take(LOOKED_INTO).collect();
    for (file, sample) in rows::samples(tx, version, &asked)? {
        let sample: Option<crate::measure::Sample> = serde_json::from_str(&sample).ok();
        let names = sample.map(|s| s.columns).unwrap_or_default();
        if let Some(table) = own.iter_mut().find(|t| t.id == file) {
            table.columns = names.into_iter().map(|name| Column { name, kind: None }).collect();
        }
    }
    Ok(())
}

/// Lets a publisher advise against a version, and take the advice back.
pub struct MayDeprecate {
    version: Version,
    dataset: Dataset,
    by: By,
}

impl MayDeprecate {
    /// Checks that the actor publishes for the owner of the version's dataset.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn check(tx: &mut Read, actor: &Actor, version: VersionId) -> Result<Self, Refused> {
        let MayRecall { version, dataset, by } = MayRecall::check(tx, actor, version)?;
        Ok(Self { version, dataset, by })
    }
    /// The dataset.
    #[must_use]
    pub const fn dataset(&self) -> &Dataset {
        &self.dataset
    }
    /// The version.
    #[must_use]
    pub const fn version(&self) -> &Version {
        &self.version
    }
}

/// Advises against a version, or changes the advice. Grants go on; the holders are told by the caller.
///
/// # Errors
/// [`VersionError::State`] for a draft or a recalled version.
pub(in crate::market) fn deprecate(
    tx: &mut Write,
    may: &MayDeprecate,
    note: &Line,
    now: Timestamp,
) -> Result<(), VersionError> {
    let state = may.version.state.after(Event::Deprecate)?;
    if !rows::set_state(tx, &may.version, state)? {
        return Err(Refused::Overtaken.into());
    }
    rows::delete_deprecation(tx, may.version.id)?;
    rows::insert_deprecation(tx, may.version.id, note.as_str(), now)?;
    noted(tx, may, Deed::VersionDeprecated, note.as_str(), now)
}

/// Takes the advice against a version back. A version that a newer one replaced stays replaced.
///
/// # Errors
/// [`VersionError::Refused`] when there is no advice against it.
pub fn restore(tx: &mut Write, may: MayDeprecate, now: Timestamp) -> Result<(), VersionError> {
    let newest = may.dataset.current_version_id == Some(may.version.id);
    let state = if newest { may.version.state.after(Event::Restore)? } else { VersionState::Deprecated };
    if may.version.state != VersionState::Deprecated || !rows::delete_deprecation(tx, may.version.id)? {
        return Err(super::WrongState.into());
    }
    if !rows::set_state(tx, &may.version, state)? {
        return Err(Refused::Overtaken.into());
    }
    noted(tx, &may, Deed::VersionRestored, "", now)
}

fn noted(tx: &mut Write, may: &MayDeprecate, deed: Deed, note: &str, now: Timestamp) -> Result<(), VersionError> {
    let detail = serde_json::json!({ "version": may.version.label, "note": note });
    let about = Note::new(deed, Thing::Dataset, may.dataset.id).for_party(may.dataset.party_id).detail(detail);
    Ok(journal::note(tx, &may.by, &about, now)?)
}

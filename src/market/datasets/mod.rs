//! Datasets: cards, versions, files. A published version never changes; a correction is a new version.

mod access;
pub mod cards;
pub mod columns;
pub mod completeness;
mod edit;
mod files;
mod gate;
mod grading;
mod leases;
pub mod lineage;
mod manifest;
mod parts;
pub mod profiles;
pub mod releases;
mod rows;
pub mod samples;
pub mod standards;
mod state;
mod versions;

pub use crate::market::rules::Level;
pub use access::{MayChangeDataset, MayRecall, publish_conditions, visible, works_on};
pub use edit::{Card, DatasetError, MayBegin, begin, change, relist, texts_condition, withdraw};
pub use files::{FileError, NewFile, add_file, add_file_within, remove_file, storage_of};
pub(in crate::market) use files::{Room, add, known, may_take, release, reserve, takes_files};
pub use gate::{
    Kept, Reviewers, Snapshot, SnapshotFile, is_held, kept_before, relist_conditions, reviewers, snapshot,
    submit_conditions,
};
pub(in crate::market) use gate::{approval_conditions, hold, let_go};
pub use grading::{Answers, GradeError, Grading, grade, grading_of, gradings_of};
pub use parts::{FilesPart, FilesQuery, files_part, sampled_of, sampled_part, tables_of, with_numbers};
pub(in crate::market) use releases::deprecate;
pub use releases::{MayDeprecate, restore};
pub use rows::storage::Storage;
pub use rows::{BlobRow, Dataset, File, Version};
pub use state::{Event, State, VersionState, WrongState};
pub(in crate::market) use versions::publish;
pub use versions::{VersionError, begin_version};
pub(in crate::market) use versions::{publish_reviewed, recall};

use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::journal::{self, Entry};
use crate::market::parties::{self, Role};
use crate::store::{Read, StoreError, Write};
use crate::values::{BlobId, DatasetId, FileId, PartyId, Timestamp, VersionId};
use std::collections::HashSet;

/// Finds a dataset, whoever asks: for rooms and for callers that ask [`visible`] next.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn find(tx: &mut Read, id: DatasetId) -> Result<Option<Dataset>, StoreError> {
    rows::find(tx, id)
}

/// Gives the datasets of an organisation, for its own people.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn of_party(tx: &mut Read, party: PartyId) -> Result<Vec<Dataset>, StoreError> {
    rows::of_parties(tx, &[party])
}

/// Finds a dataset by its owner and its name in addresses.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn find_by_slug(tx: &mut Read, party: PartyId, slug: &str) -> Result<Option<Dataset>, StoreError> {
    rows::find_by_slug(tx, party, slug)
}

/// Gets a dataset that must exist.
///
/// # Errors
/// [`StoreError::Broken`] when it does not.
pub fn get(tx: &mut Read, id: DatasetId) -> Result<Dataset, StoreError> {
    rows::find(tx, id)?.ok_or_else(|| StoreError::Broken(format!("dataset {id} is missing")))
}

/// Finds a version.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn version(tx: &mut Read, id: VersionId) -> Result<Option<Version>, StoreError> {
    rows::version(tx, id)
}

/// Gives the versions of a dataset, newest first; drafts only when they are asked for.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn versions_of(tx: &mut Read, dataset: DatasetId, drafts: bool) -> Result<Vec<Version>, StoreError> {
    rows::versions_of(tx, dataset, drafts)
}

/// Gives all files of a version by path, without their samples; a page asks for a part with [`files_part`].
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn files_of(tx: &mut Read, version: VersionId) -> Result<Vec<File>, StoreError> {
    rows::files_of(tx, version)
}

/// Finds a file.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn file(tx: &mut Read, id: FileId) -> Result<Option<File>, StoreError> {
    rows::file(tx, id)
}

/// Finds a file of a version by its path.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn file_by_path(tx: &mut Read, version: VersionId, path: &str) -> Result<Option<File>, StoreError> {
    rows::file_by_path(tx, version, path)
}

/// Finds what describes stored bytes.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn blob(tx: &mut Read, id: BlobId) -> Result<Option<BlobRow>, StoreError> {
    rows::blob(tx, id)
}

/// Gives those of some keys of stored bytes that a row knows, for the sweeper of the rest.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn known_blobs(tx: &mut Read, ids: &[BlobId]) -> Result<HashSet<BlobId>, StoreError> {
    Ok(rows::known_blobs(tx, ids)?.into_iter().collect())
}

/// Notes that stored bytes are damaged: they are not handed out until they are mended.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn mark_damaged(tx: &mut Write, house: &Actor, id: BlobId, now: Timestamp) -> Result<(), StoreError> {
    if house.is_house() { rows::mark_damaged(tx, id, now) } else { Ok(()) }
}

/// Gives the own datasets of the organisations that an actor publishes for, last changed first.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn of_actor(tx: &mut Read, actor: &Actor) -> Result<Vec<Dataset>, StoreError> {
    let own = parties::own(tx, actor)?;
    let ids: Vec<PartyId> = own.into_iter().map(|(p, _)| p.id).collect();
    rows::of_parties(tx, &ids)
}

/// Gives the record of a dataset to its organisation.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn journal_of(tx: &mut Read, actor: &Actor, id: DatasetId) -> Result<Vec<Entry>, Refused> {
    let dataset = rows::find(tx, id)?.ok_or(Refused::Hidden)?;
    let roles = parties::roles_of(tx, actor, dataset.party_id)?;
    if !roles.has_any(&[Role::Owner, Role::Publisher, Role::Licensor, Role::Auditor]) {
        return Err(Refused::Hidden);
    }
    Ok(journal::of_thing(tx, id.as_str())?)
}

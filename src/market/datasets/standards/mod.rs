//! Declared standards: a draft says which of its files follow which standard, every such file is checked, and what was
//! found is final with the version.

mod due;
mod rows;

pub use due::{Due, Outcome, finish, progress, take_next, waits};
pub use rows::{Conformance, Declaration, State};

use super::{MayChangeDataset, Version, VersionState};
use crate::market::conditions::{Condition, Step};
use crate::market::journal::{self, Deed, Note, Thing};
use crate::market::standards::{self, Standard};
use crate::measure::rules::{Report, matches};
use crate::store::{Read, StoreError, Write};
use crate::values::{DeclarationId, FileId, StandardId, Timestamp, VersionId};

/// Standards that one version may declare.
const MOST: usize = 50;
/// The longest pattern, in characters.
const LONGEST: usize = 200;

/// Why a standard was not declared, or a declaration not taken back.
#[derive(Debug, thiserror::Error)]
pub enum DeclareError {
    /// There is no such version, standard or declaration.
    #[error("no such version, standard or declaration")]
    NotThere,
    /// The version is published and never changes, or a reviewer looks at it.
    #[error("the version is final")]
    Final,
    /// The version declares this already.
    #[error("this is declared already")]
    Taken,
    /// The pattern is empty or too long.
    #[error("the pattern is empty or too long")]
    Pattern,
    /// The version declares too many.
    #[error("too many declarations")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A file that a declaration names, and how its check stands; nothing before it began.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The file.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// What was found.
    pub found: Option<Conformance>,
}
impl Checked {
    /// Reads the report of a finished check.
    #[must_use]
    pub fn report(&self) -> Option<Report> {
        self.found.as_ref()?.report.as_deref().and_then(|text| serde_json::from_str(text).ok())
    }
    /// Tells whether the check is finished.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.found.as_ref().is_some_and(|f| f.state != State::Checking)
    }
}

/// A declared standard with its files.
#[derive(Debug, Clone)]
pub struct Declared {
    /// The declaration.
    pub declaration: Declaration,
    /// The standard.
    pub standard: Standard,
    /// The files that it names, by path.
    pub files: Vec<Checked>,
}
impl Declared {
    /// Tells whether all files conform; nothing while a check is not finished, or without files.
    #[must_use]
    pub fn conforms(&self) -> Option<bool> {
        if self.files.is_empty() || !self.files.iter().all(Checked::is_done) {
            return None;
        }
        Some(self.files.iter().all(|f| f.found.as_ref().is_some_and(|c| c.state == State::Conforms)))
    }
}

/// Declares a standard for the files of a draft whose path has the form of a pattern, in which `*` stands for anything.
///
/// # Errors
/// [`DeclareError`].
pub fn declare(
    tx: &mut Write,
    may: MayChangeDataset,
    version: VersionId,
    (standard, pattern): (StandardId, &str),
    now: Timestamp,
) -> Result<DeclarationId, DeclareError> {
    let (dataset, party, by) = may.into_parts();
    draft(tx, &dataset, version)?;
    let pattern = pattern.trim();
    if pattern.is_empty() || pattern.chars().count() > LONGEST || pattern.chars().any(char::is_control) {
        return Err(DeclareError::Pattern);
    }
    let standard = standards::find(tx, standard)?.ok_or(DeclareError::NotThere)?;
    let all = rows::of_version(tx, version)?;
    if all.iter().any(|d| d.standard_id == standard.id && d.pattern == pattern) {
        return Err(DeclareError::Taken);
    }
    if all.len() >= MOST {
        return Err(DeclareError::TooMany);
    }
    let new = Declaration {
        id: DeclarationId::fresh(),
        version_id: version,
        standard_id: standard.id,
        pattern: pattern.to_owned(),
        created_at: now,
    };
    rows::insert(tx, &new)?;
    let detail = serde_json::json!({ "standard": standard.code, "label": standard.label, "files": pattern });
    let note = Note::new(Deed::StandardDeclared, Thing::Dataset, dataset.id).for_party(party.id).detail(detail);
    journal::note(tx, &by, &note, now)?;
    Ok(new.id)
}

/// Takes a declaration back, with what its checks found.
///
/// # Errors
/// [`DeclareError`].
pub fn undeclare(
    tx: &mut Write,
    may: MayChangeDataset,
    (version, declaration): (VersionId, DeclarationId),
    now: Timestamp,
) -> Result<(), DeclareError> {
    let (dataset, party, by) = may.into_parts();
    draft(tx, &dataset, version)?;
    let found = rows::of_version(tx, version)?.into_iter().find(|d| d.id == declaration);
    let found = found.ok_or(DeclareError::NotThere)?;
    rows::delete(tx, declaration)?;
    let detail = serde_json::json!({ "files": found.pattern });
    let note = Note::new(Deed::StandardUndeclared, Thing::Dataset, dataset.id).for_party(party.id).detail(detail);
    Ok(journal::note(tx, &by, &note, now)?)
}

/// Locks a draft of a dataset against its publication.
fn draft(tx: &mut Write, dataset: &super::Dataset, version: VersionId) -> Result<Version, DeclareError> {
    let version = super::rows::lock_draft(tx, dataset.id, version)?.ok_or(DeclareError::NotThere)?;
    // Read behind the lock: a submission to the reviewers may have come in between.
    let held = super::gate::rows::is_held(tx, dataset.id)?;
    if version.state == VersionState::Draft && !held { Ok(version) } else { Err(DeclareError::Final) }
}

/// Declares for a new draft what the version before declared.
pub(super) fn carry_over(tx: &mut Write, from: VersionId, to: VersionId, now: Timestamp) -> Result<(), StoreError> {
    for before in rows::of_version(tx, from)? {
        rows::insert(tx, &Declaration { id: DeclarationId::fresh(), version_id: to, created_at: now, ..before })?;
    }
    Ok(())
}

/// Gives what a version declares, with the files and what was found of them.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn of_version(tx: &mut Read, version: VersionId) -> Result<Vec<Declared>, StoreError> {
    let declarations = rows::of_version(tx, version)?;
    if declarations.is_empty() {
        return Ok(Vec::new());
    }
    let files = rows::files_of(tx, version)?;
    let mut out = Vec::with_capacity(declarations.len());
    for declaration in declarations {
        let Some(standard) = standards::find(tx, declaration.standard_id)? else { continue };
        let mut found = rows::found_of(tx, declaration.id)?;
        let named = files.iter().filter(|f| matches(&declaration.pattern, &f.path));
        let files = named.map(|f| {
            let at = found.iter().position(|c| c.file_id == f.id && c.file_sha256 == f.sha256);
            Checked { file: f.id, path: f.path.clone(), found: at.map(|at| found.swap_remove(at)) }
        });
        out.push(Declared { files: files.collect(), declaration, standard });
    }
    Ok(out)
}

/// The part of the list behind the publish button that declared standards add: all is checked, and nothing is declared
/// for no file. A standard that does not hold keeps nobody from publishing: the report says so.
pub(super) fn conditions(tx: &mut Read, version: &Version) -> Result<Vec<Condition>, StoreError> {
    let declared = of_version(tx, version.id)?;
    if declared.is_empty() {
        return Ok(Vec::new());
    }
    let here = || Step::Dataset(version.dataset_id);
    let open = declared.iter().flat_map(|d| &d.files).filter(|f| !f.is_done()).count();
    let empty: Vec<&str> =
        declared.iter().filter(|d| d.files.is_empty()).map(|d| d.declaration.pattern.as_str()).collect();
    Ok(vec![
        Condition::new("standards-have-files", empty.is_empty(), "publisher").about(empty.join(", ")).at(here()),
        Condition::new("standards-checked", open == 0, "exchange").about(open.to_string()),
    ])
}

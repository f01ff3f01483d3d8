//! Where a version comes from: the inputs that went in, each under a licence, and the steps that were done. A draft
//! names them; with the version they are final. An input whose licence forbids derived data keeps the version in.

pub mod graph;
pub mod openlineage;
mod rows;

pub use rows::{InputRow, Step};

use super::{Dataset, MayChangeDataset, Version, VersionState};
use crate::market::conditions::{Condition, Step as Where};
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::market::licences::terms::{Action, Duty, Verdict};
use crate::market::licences::{self, Licence};
use crate::store::{Read, StoreError, Write};
use crate::values::{LicenceId, Line, LineageInputId, LineageStepId, Prose, Timestamp, VersionId};
use openlineage::Imported;

/// Inputs, and steps, that one version may name.
const MOST: usize = 200;

/// Why a draft's lineage was not changed.
#[derive(Debug, thiserror::Error)]
pub enum LineageError {
    /// There is no such version, input or step.
    #[error("no such version, input or step")]
    NotThere,
    /// The version is published and never changes, or a reviewer looks at it.
    #[error("the version is final")]
    Final,
    /// The address is none, or nothing that the actor may know of.
    #[error("nothing at this address")]
    Address,
    /// No licence was named under which the input was received, or none that is known.
    #[error("no licence is named")]
    Licence,
    /// The version names too many.
    #[error("too many")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An input about to be named. Who names it has found the licence.
#[derive(Debug, Clone)]
pub struct NewInput {
    /// The version here that it is, if it is one.
    pub source: Option<VersionId>,
    /// Its address: a URI, or the path of a version here.
    pub address: String,
    /// What people call it.
    pub name: String,
    /// The licence, when it is known here; none for own data and for licences of elsewhere.
    pub licence: Option<LicenceId>,
    /// The code of the licence, or `own` for own data.
    pub licence_code: String,
    /// Whether only the own organisation sees which input this is.
    pub confidential: bool,
}

/// A step about to be named.
#[derive(Debug, Clone)]
pub struct NewStep {
    /// What was done.
    pub name: Line,
    /// With what, and its version.
    pub tool: Line,
    /// Anything else about it.
    pub note: Prose,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// An input with what its licence says about derived data.
#[derive(Debug, Clone)]
pub struct Input {
    /// The input.
    pub row: InputRow,
    /// Its licence, when the server knows it.
    pub licence: Option<Licence>,
}
impl Input {
    /// Tells how far derived data may be made; nothing when the server does not know the terms.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        if self.row.licence_code == OWN {
            return Some(Verdict::Allowed);
        }
        self.licence.as_ref().map(|l| l.terms.rule(Action::Derive).verdict)
    }
    /// Tells whether derived data must be passed on under the same licence.
    #[must_use]
    pub fn share_alike(&self) -> bool {
        self.licence.as_ref().is_some_and(|l| l.terms.duties().iter().any(|d| d.duty == Duty::ShareAlike))
    }
}

/// The code that stands for own data, which needs no licence.
pub const OWN: &str = "own";

fn draft(tx: &mut Write, dataset: &Dataset, version: VersionId) -> Result<Version, LineageError> {
    let version = super::rows::lock_draft(tx, dataset.id, version)?.ok_or(LineageError::NotThere)?;
    // Read behind the lock: a submission to the reviewers may have come in between.
    let held = super::gate::rows::is_held(tx, dataset.id)?;
    if version.state == VersionState::Draft && !held { Ok(version) } else { Err(LineageError::Final) }
}

fn note(tx: &mut Write, by: &By, dataset: &Dataset, what: &str, name: &str, now: Timestamp) -> Result<(), StoreError> {
    let detail = serde_json::json!({ "what": what, "name": name });
    let about = Note::new(Deed::LineageChanged, Thing::Dataset, dataset.id).for_party(dataset.party_id);
    journal::note(tx, by, &about.detail(detail), now)
}

fn input_row(version: VersionId, new: &NewInput, now: Timestamp) -> InputRow {
    InputRow {
        id: LineageInputId::fresh(),
        version_id: version,
        source_version_id: new.source,
        address: new.address.clone(),
        name: new.name.clone(),
        licence_id: new.licence,
        licence_code: new.licence_code.clone(),
        confidential: i64::from(new.confidential),
        created_at: now,
    }
}

fn step_row(version: VersionId, new: &NewStep, now: Timestamp) -> Step {
    Step {
        id: LineageStepId::fresh(),
        version_id: version,
        name: new.name.to_string(),
        tool: new.tool.to_string(),
        note: new.note.to_string(),
        started_at: new.started_at,
        ended_at: new.ended_at,
        created_at: now,
    }
}

/// Names an input of a draft. The licence was found by the room of grants.
pub(in crate::market) fn add_input(
    tx: &mut Write,
    may: MayChangeDataset,
    version: VersionId,
    new: &NewInput,
    now: Timestamp,
) -> Result<LineageInputId, LineageError> {
    let (dataset, _, by) = may.into_parts();
    draft(tx, &dataset, version)?;
    if rows::inputs_of(tx, version)?.len() >= MOST {
        return Err(LineageError::TooMany);
    }
    if new.source == Some(version) {
        return Err(LineageError::Address);
    }
    let row = input_row(version, new, now);
    rows::insert_input(tx, &row)?;
    note(tx, &by, &dataset, "input", &new.name, now)?;
    Ok(row.id)
}

/// Names a step that was done to make a draft.
///
/// # Errors
/// [`LineageError`].
pub fn add_step(
    tx: &mut Write,
    may: MayChangeDataset,
    version: VersionId,
    new: &NewStep,
    now: Timestamp,
) -> Result<LineageStepId, LineageError> {
    let (dataset, _, by) = may.into_parts();
    draft(tx, &dataset, version)?;
    if rows::steps_of(tx, version)?.len() >= MOST {
        return Err(LineageError::TooMany);
    }
    let row = step_row(version, new, now);
    rows::insert_step(tx, &row)?;
    note(tx, &by, &dataset, "step", new.name.as_str(), now)?;
    Ok(row.id)
}

/// Takes what a file of OpenLineage events says into a draft; inputs and steps that it names already stay as they are.
pub(in crate::market) fn import(
    tx: &mut Write,
    may: MayChangeDataset,
    version: VersionId,
    (imported, inputs): (&Imported, &[NewInput]),
    now: Timestamp,
) -> Result<(), LineageError> {
    let (dataset, _, by) = may.into_parts();
    draft(tx, &dataset, version)?;
    let (there, done) = (rows::inputs_of(tx, version)?, rows::steps_of(tx, version)?);
    if there.len() + inputs.len() > MOST || done.len() + imported.steps.len() > MOST {
        return Err(LineageError::TooMany);
    }
    for new in inputs.iter().filter(|n| there.iter().all(|t| t.address != n.address)) {
        rows::insert_input(tx, &input_row(version, new, now))?;
    }
    let known = |s: &NewStep| done.iter().any(|d| d.name == s.name.as_str() && d.started_at == s.started_at);
    for new in imported.steps.iter().filter(|s| !known(s)) {
        rows::insert_step(tx, &step_row(version, new, now))?;
    }
    Ok(note(tx, &by, &dataset, "import", "OpenLineage", now)?)
}

/// Takes an input of a draft out.
///
/// # Errors
/// [`LineageError`].
pub fn remove_input(
    tx: &mut Write,
    may: MayChangeDataset,
    (version, input): (VersionId, LineageInputId),
    now: Timestamp,
) -> Result<(), LineageError> {
    let (dataset, _, by) = may.into_parts();
    draft(tx, &dataset, version)?;
    if !rows::delete_input(tx, version, input)? {
        return Err(LineageError::NotThere);
    }
    Ok(note(tx, &by, &dataset, "input-removed", input.as_str(), now)?)
}

/// Takes a step of a draft out.
///
/// # Errors
/// [`LineageError`].
pub fn remove_step(
    tx: &mut Write,
    may: MayChangeDataset,
    (version, step): (VersionId, LineageStepId),
    now: Timestamp,
) -> Result<(), LineageError> {
    let (dataset, _, by) = may.into_parts();
    draft(tx, &dataset, version)?;
    if !rows::delete_step(tx, version, step)? {
        return Err(LineageError::NotThere);
    }
    Ok(note(tx, &by, &dataset, "step-removed", step.as_str(), now)?)
}

/// Gives the inputs of a version with their licences: for a reader whom the caller has let in.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn inputs(tx: &mut Read, version: VersionId) -> Result<Vec<Input>, StoreError> {
    let mut out = Vec::new();
    for row in rows::inputs_of(tx, version)? {
        let licence = row.licence_id.map(|id| licences::find(tx, id)).transpose()?.flatten();
        out.push(Input { row, licence });
    }
    Ok(out)
}

/// Gives the steps of a version, in the order in which they were named.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn steps(tx: &mut Read, version: VersionId) -> Result<Vec<Step>, StoreError> {
    rows::steps_of(tx, version)
}

/// The part of the list behind the publish button that inputs add: no licence forbids derived data.
pub(super) fn conditions(tx: &mut Read, version: &Version) -> Result<Vec<Condition>, StoreError> {
    let inputs = inputs(tx, version.id)?;
    if inputs.is_empty() {
        return Ok(Vec::new());
    }
    let forbid: Vec<String> = inputs
        .iter()
        .filter(|i| i.verdict() == Some(Verdict::Forbidden))
        .map(|i| format!("{} ({})", i.row.name, i.row.licence_code))
        .collect();
    let met = forbid.is_empty();
    let list = Condition::new("inputs-permit-derivation", met, "publisher").about(forbid.join(", "));
    Ok(vec![list.at(Where::Dataset(version.dataset_id))])
}

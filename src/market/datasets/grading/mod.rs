//! Grading a dataset: the questionnaire's answers lead to its level. Answers, reason and edition are kept with it.

mod rows;

pub use rows::Grading;

use super::state::Event;
use super::{MayChangeDataset, State, gate};
use crate::market::journal::{self, Deed, Note, Thing};
use crate::market::rules::{self, BadAnswer, Level};
use crate::store::{Read, StoreError, Write};
use crate::values::{DatasetId, GradingId, Line, Prose, Timestamp};
use std::collections::BTreeMap;

/// The filled-in questionnaire.
#[derive(Debug, Clone)]
pub struct Answers {
    /// The edition of the rules whose questions were answered.
    pub edition: i64,
    /// The class of the data.
    pub class: String,
    /// The answer to each question, by their names.
    pub answers: BTreeMap<String, String>,
    /// Why the answers are as they are.
    pub reason: Prose,
    /// The filing reference; may be empty when the level needs none.
    pub filing: Line,
}

/// Why a dataset was not graded.
#[derive(Debug, thiserror::Error)]
pub enum GradeError {
    /// An answer is missing or unknown.
    #[error(transparent)]
    Answer(#[from] BadAnswer),
    /// The level needs a filing reference.
    #[error("level {0} needs a filing reference")]
    NoFiling(Level),
    /// What was published at a level keeps it, or rises.
    #[error("published data keeps its level")]
    Lowered,
    /// The questions changed, or the dataset did, since the form was shown.
    #[error("somebody was first")]
    Overtaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Grades a dataset. A listed one that rises to a level whose rules the current version does not meet leaves the
/// catalogue at once.
///
/// # Errors
/// [`GradeError`].
pub fn grade(tx: &mut Write, may: MayChangeDataset, given: &Answers, now: Timestamp) -> Result<Level, GradeError> {
    let responsible = may.responsible();
    let (dataset, party, by) = may.into_parts();
    let edition = rules::current(tx)?;
    if edition.number != given.edition {
        return Err(GradeError::Overtaken);
    }
    let level = edition.book.grade(&given.class, &given.answers)?;
    let rule = edition.book.rule(level);
    if rule.listing && rule.filing && given.filing.as_str().is_empty() {
        return Err(GradeError::NoFiling(level));
    }
    if level < dataset.level && dataset.current_version_id.is_some() {
        return Err(GradeError::Lowered);
    }
    let Some(member) = responsible else { return Err(GradeError::Overtaken) };
    rows::insert(tx, GradingId::fresh(), dataset.id, given, level, member, now)?;
    let rises = level > dataset.level;
    let leaves = rises && dataset.state == State::Listed && (!rule.listing || rule.compliance_publishing);
    let state =
        if leaves { dataset.state.after(Event::Withdraw).map_err(|_| GradeError::Overtaken)? } else { dataset.state };
    if !gate::rows::set_level(tx, &dataset, level, state, now)? {
        return Err(GradeError::Overtaken);
    }
    let detail = serde_json::json!({
        "class": given.class, "level": level.as_str(), "before": dataset.level.as_str(), "edition": given.edition,
        "reason": given.reason.as_str(), "filing_reference": given.filing.as_str(),
    });
    let note = |deed, detail| Note::new(deed, Thing::Dataset, dataset.id).for_party(party.id).detail(detail);
    journal::note(tx, &by, &note(Deed::DatasetGraded, detail), now)?;
    if leaves {
        let why = serde_json::json!({ "level": level.as_str() });
        journal::note(tx, &by, &note(Deed::DatasetWithdrawn, why), now)?;
    }
    Ok(level)
}

/// Gives the grading of a dataset that counts now.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn grading_of(tx: &mut Read, dataset: DatasetId) -> Result<Option<Grading>, StoreError> {
    Ok(rows::of_dataset(tx, dataset)?.into_iter().next())
}

/// Gives all gradings of a dataset, newest first: up to 100.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn gradings_of(tx: &mut Read, dataset: DatasetId) -> Result<Vec<Grading>, StoreError> {
    rows::of_dataset(tx, dataset)
}

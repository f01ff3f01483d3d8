//! Samples: for each file the rule by which everybody sees something of it, and the sample that was made by the rule and
//! kept as a thing of its own. A job makes it; what a rule masks never gets into it.
//!
//! Before the seller chose, the first rows are shown and whatever looks like personal data is withheld. A new version
//! goes on with the rules of the one before: a file of the same path with its rule, every other one with its masks.

mod due;
mod rows;

pub use due::{Task, give_back, keep, made, not_made, take_next};
pub use rows::Shown;

use super::profiles::{self, Measuring};
use super::{File, MayChangeDataset, VersionState};
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::journal::{self, Deed, Note, Thing};
use crate::measure::Profile;
use crate::measure::disclosure::{Pick, Rule};
use crate::store::{Read, StoreError, Write};
use crate::values::{FileId, Timestamp, VersionId};

/// Why a rule was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ChooseError {
    /// There is no such file in a version of this dataset.
    #[error("no such file")]
    NotThere,
    /// The version is published: a rule may only show less.
    #[error("a published version may only show less")]
    Wider,
    /// A part of the rule is not possible.
    #[error("{0} is not possible")]
    Fault(&'static str),
    /// The file has no such column.
    #[error("there is no column {0}")]
    Column(String),
    /// Somebody was first.
    #[error("somebody was first")]
    Overtaken,
    /// It is not possible now.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Notes what is to be shown of a new file: its first rows as soon as they are known, unless the version before masked
/// something.
pub(super) fn wait(
    tx: &mut Write,
    file: FileId,
    (version, folded): (VersionId, &str),
    head: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (rule, chosen) = inherited(tx, version, folded)?;
    let plain = rule == Rule::default();
    rows::insert(tx, (file, version), &rule, chosen, head.filter(|_| plain), now)
}

/// The rule that a new file goes on with, and whether the seller chose it.
fn inherited(tx: &mut Read, version: VersionId, folded: &str) -> Result<(Rule, bool), StoreError> {
    let Some(before) = rows::before(tx, version)? else { return Ok((Rule::default(), false)) };
    let rules = rows::rules_of(tx, before)?;
    if let Some((_, rule, chosen)) = rules.iter().find(|(path, ..)| path == folded) {
        return Ok((rule.clone(), *chosen));
    }
    let mut all = Rule::default();
    for (_, rule, _) in rules {
        all.masked.extend(rule.masked);
        for (name, exactness) in rule.statistics {
            let kept = all.statistics.entry(name).or_default();
            *kept = exactness.max(*kept);
        }
    }
    Ok((all, false))
}

/// Looks at what was measured: what looks like personal data is withheld until the seller says otherwise, and a table
/// of a form that had no first rows yet gets them.
pub(super) fn measured(tx: &mut Write, file: FileId, profile: &Profile, now: Timestamp) -> Result<(), StoreError> {
    let Some(shown) = rows::find(tx, file)? else { return Ok(()) };
    if !profile.facts.format.is_table() {
        return rows::without(tx, file, now);
    }
    let mut rule = shown.rule.clone();
    if !shown.chosen {
        for column in profile.columns.iter().filter(|c| !c.suspicions.is_empty()) {
            rule.withhold(&column.name);
        }
    }
    if rule != shown.rule || shown.sample.is_none() {
        rows::change(tx, file, (&shown, &rule, shown.chosen), shown.revision, now)?;
    }
    Ok(())
}

/// Chooses what everybody sees of a file, and gives the new revision. Of a published version it may only become less.
///
/// # Errors
/// [`ChooseError`].
pub fn choose(
    tx: &mut Write,
    may: MayChangeDataset,
    (version, path): (VersionId, &str),
    revision: i64,
    rule: &Rule,
    now: Timestamp,
) -> Result<i64, ChooseError> {
    let (dataset, party, by) = may.into_parts();
    if let Some(part) = rule.fault() {
        return Err(ChooseError::Fault(part));
    }
    let version = super::rows::lock_draft(tx, dataset.id, version)?.ok_or(ChooseError::NotThere)?;
    let file = super::file_by_path(tx, version.id, path)?.ok_or(ChooseError::NotThere)?;
    let shown = rows::find(tx, file.id)?.ok_or(ChooseError::NotThere)?;
    let draft = version.state == VersionState::Draft;
    if draft {
        let held = super::is_held(tx, dataset.id)?;
        let here = Step::Dataset(dataset.id);
        Refused::unless_met(vec![Condition::new("not-under-review", !held, "publisher").at(here)])?;
    }
    if let Some(profile) = profiles::of_file(tx, file.id)?.and_then(|m| m.profile) {
        let known = |name: &&String| !names(&profile).any(|n| n == name.as_str());
        if let Some(strange) = rule.masked.iter().chain(rule.statistics.keys()).find(known) {
            return Err(ChooseError::Column(strange.clone()));
        }
    }
    if !draft && !rule.is_within(&shown.rule) {
        return Err(ChooseError::Wider);
    }
    if shown.revision != revision || !rows::change(tx, file.id, (&shown, rule, true), revision + 1, now)? {
        return Err(ChooseError::Overtaken);
    }
    let masked = rule.masked.iter().cloned().collect::<Vec<_>>();
    let detail = serde_json::json!({
        "version": version.label, "path": file.path, "pick": rule.pick.as_str(), "rows": rule.rows, "masked": masked,
    });
    let note = Note::new(Deed::SampleChosen, Thing::Dataset, dataset.id).for_party(party.id).detail(detail);
    journal::note(tx, &by, &note, now)?;
    Ok(revision + 1)
}

/// The names of all columns of a profile, those inside of an archive too.
fn names(profile: &Profile) -> impl Iterator<Item = &str> {
    let members = profile.archive.iter().flat_map(|a| &a.members).flat_map(|m| &m.columns);
    profile.columns.iter().chain(members).map(|c| c.name.as_str())
}

/// Gives what everybody sees of a file.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn of_file(tx: &mut Read, file: FileId) -> Result<Option<Shown>, StoreError> {
    rows::find(tx, file)
}

/// Gives the first files of a version that have a sample, with it. A file that is not measured has none yet: nobody has
/// looked for personal data in it.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn shown_of(tx: &mut Read, version: VersionId, most: i64) -> Result<Vec<(File, Shown)>, StoreError> {
    rows::shown(tx, version, most)
}

/// Counts for a version: files whose sample is made, files of which the seller chose what is shown.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn counts_of(tx: &mut Read, version: VersionId) -> Result<(i64, i64), StoreError> {
    rows::counts(tx, version)
}

/// A rule that shows no rows needs no job.
fn at_once(rule: &Rule) -> Measuring {
    if rule.pick == Pick::Nothing { Measuring::Done } else { Measuring::Waiting }
}

//! The gate before publication: what a version needs by the rules of its level and by the exchange's moderation, what
//! a reviewer sees of it, and that nobody changes it while it is looked at.

pub(super) mod rows;
mod snapshot;

pub use rows::Kept;
pub use snapshot::{Snapshot, SnapshotFile, snapshot};

use super::{Dataset, Grading, Version, VersionState, grading_of};
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::parties::Party;
use crate::market::rules::{self, Book, Moderation};
use crate::store::{Read, StoreError, Write};
use crate::values::{DatasetId, Timestamp};

/// Which reviewers must have approved, or have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reviewers {
    /// A moderator.
    pub moderator: bool,
    /// The compliance officer.
    pub compliance: bool,
}
impl Reviewers {
    /// Both of them.
    pub const BOTH: Self = Self { moderator: true, compliance: true };
    /// Tells whether there is any.
    #[must_use]
    pub const fn any(self) -> bool {
        self.moderator || self.compliance
    }
}

/// What the gate asks of one dataset.
pub(super) struct Gate {
    pub book: Book,
    pub grading: Option<Grading>,
    pub needed: Reviewers,
    pub passed: Reviewers,
}

impl Gate {
    /// Finds out what the rules in force ask, when nobody has reviewed anything yet.
    pub fn open(tx: &mut Read, dataset: &Dataset) -> Result<Self, StoreError> {
        let book = rules::current(tx)?.book;
        let moderator = match book.moderation {
            Moderation::Off => false,
            Moderation::Every => true,
            Moderation::First => !rows::has_published(tx, dataset.party_id)?,
        };
        let needed = Reviewers { moderator, compliance: book.rule(dataset.level).compliance_publishing };
        Ok(Self { grading: grading_of(tx, dataset.id)?, book, needed, passed: Reviewers::default() })
    }
    /// Finds out what the edition asks under which a version was submitted.
    pub fn of_edition(
        tx: &mut Read,
        dataset: &Dataset,
        edition: i64,
        needed: Reviewers,
        passed: Reviewers,
    ) -> Result<Self, StoreError> {
        Ok(Self { grading: grading_of(tx, dataset.id)?, book: rules::get(tx, edition)?.book, needed, passed })
    }
    /// What the level asks of a dataset.
    pub fn conditions(&self, dataset: &Dataset) -> Vec<Condition> {
        let rule = self.book.rule(dataset.level);
        let graded = self.grading.as_ref().is_some_and(|g| g.level == dataset.level);
        let here = Step::Grading(dataset.id);
        let mut list = vec![
            Condition::new("level-graded", graded, "publisher").at(here.clone()),
            Condition::new("level-may-be-listed", rule.listing, "nobody"),
        ];
        if rule.listing && rule.filing {
            let filed = self.grading.as_ref().filter(|g| !g.filing_reference.is_empty());
            let reference = filed.map(|g| g.filing_reference.clone()).unwrap_or_default();
            list.push(Condition::new("filing-reference", filed.is_some(), "publisher").about(reference).at(here));
        }
        if self.needed.moderator {
            list.push(Condition::new("moderator-approved", self.passed.moderator, "moderator"));
        }
        if rule.listing && self.needed.compliance {
            list.push(Condition::new("compliance-approved", self.passed.compliance, "compliance"));
        }
        list
    }
}

/// Gives who must approve before a version of a dataset is published, by the rules in force.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn reviewers(tx: &mut Read, dataset: &Dataset) -> Result<Reviewers, StoreError> {
    Ok(Gate::open(tx, dataset)?.needed)
}

/// The list of what a version needs before it can go to the reviewers: all but their own approval.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn submit_conditions(
    tx: &mut Read,
    dataset: &Dataset,
    party: &Party,
    version: &Version,
) -> Result<Vec<Condition>, StoreError> {
    let gate = Gate { passed: Reviewers::BOTH, ..Gate::open(tx, dataset)? };
    let files = super::files_of(tx, version.id)?;
    let mut list = super::access::conditions(dataset, party, version, &files, &gate);
    list.extend(super::standards::conditions(tx, version)?);
    list.extend(super::lineage::conditions(tx, version)?);
    list.retain(|c| !matches!(c.code, "moderator-approved" | "compliance-approved"));
    Ok(list)
}

/// The list of what a submitted version needs when its last reviewer approves.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn approval_conditions(
    tx: &mut Read,
    dataset: &Dataset,
    party: &Party,
    version: &Version,
    (edition, needed): (i64, Reviewers),
) -> Result<Vec<Condition>, StoreError> {
    let gate = Gate::of_edition(tx, dataset, edition, needed, Reviewers::BOTH)?;
    let files = super::files_of(tx, version.id)?;
    let mut list = super::access::conditions(dataset, party, version, &files, &gate);
    list.extend(super::standards::conditions(tx, version)?);
    list.extend(super::lineage::conditions(tx, version)?);
    Ok(list)
}

/// Holds a draft for its review: from now on nobody changes texts, files or level.
///
/// # Errors
/// [`Refused::Overtaken`] when the dataset changed meanwhile, or is held already.
pub(in crate::market) fn hold(
    tx: &mut Write,
    dataset: &Dataset,
    version: &Version,
    now: Timestamp,
) -> Result<(), Refused> {
    // Whoever adds a file locks the same row, so no file comes in between.
    let draft = super::rows::lock_draft(tx, dataset.id, version.id)?.ok_or(Refused::Hidden)?;
    if draft.state != VersionState::Draft || rows::is_held(tx, dataset.id)? {
        return Err(Refused::Overtaken);
    }
    rows::hold(tx, dataset.id, version.id, now)?;
    if rows::touch(tx, dataset)? { Ok(()) } else { Err(Refused::Overtaken) }
}

/// Lets go of a held draft.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn let_go(tx: &mut Write, dataset: DatasetId) -> Result<(), StoreError> {
    rows::release(tx, dataset)
}

/// Tells whether a draft of a dataset is with the reviewers.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn is_held(tx: &mut Read, dataset: DatasetId) -> Result<bool, StoreError> {
    rows::is_held(tx, dataset)
}

/// Gives what was kept when the last version of a dataset before an instant was published.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn kept_before(tx: &mut Read, dataset: DatasetId, at: Timestamp) -> Result<Option<Kept>, StoreError> {
    rows::kept_before(tx, dataset, at)
}

/// The list of what a withdrawn dataset needs before it stands in the catalogue again: its level may be listed, and
/// its current version was published at that level.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn relist_conditions(tx: &mut Read, dataset: &Dataset) -> Result<Vec<Condition>, StoreError> {
    let rule = rules::current(tx)?.book.rule(dataset.level);
    let kept = dataset.current_version_id.map(|v| rows::kept(tx, v)).transpose()?.flatten();
    let level = kept.as_ref().map(|k| k.level);
    // What a reviewer has seen, against what would stand in the catalogue now.
    let version = dataset.current_version_id.map(|v| super::version(tx, v)).transpose()?.flatten();
    let now = version.map(|v| snapshot(tx, dataset, &v)).transpose()?;
    let same = match (&kept, &now) {
        (Some(kept), Some(now)) => kept.snapshot.said() == now.said(),
        _ => false,
    };
    let seen = same || !reviewers(tx, dataset)?.any();
    let met = !rule.compliance_publishing || level.is_some_and(|l| l >= dataset.level);
    Ok(vec![
        Condition::new("level-may-be-listed", rule.listing, "nobody"),
        Condition::new("published-at-level", met, "publisher").at(Step::Dataset(dataset.id)),
        Condition::new("texts-reviewed", seen, "publisher").at(Step::Dataset(dataset.id)),
    ])
}

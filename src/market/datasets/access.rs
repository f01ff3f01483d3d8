//! Who may see and who may change a dataset.

use super::gate::{self, Gate};
use super::{Dataset, File, State, Version, VersionState, rows};
use crate::market::accounts::{self, Actor};
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::journal::By;
use crate::market::parties::{self, Party};
use crate::store::{Read, StoreError};
use crate::values::{DatasetId, MemberId, VersionId};

/// Tells whether somebody may know of a dataset: everybody of a listed one, its own people of any.
///
/// # Errors
/// [`Refused::Hidden`] when not.
pub fn visible(tx: &mut Read, actor: Option<&Actor>, dataset: &Dataset) -> Result<(), Refused> {
    if dataset.state == State::Listed {
        return Ok(());
    }
    let own = actor.map(|a| parties::acts_for(tx, a, dataset.party_id)).transpose()?.unwrap_or(false);
    if own { Ok(()) } else { Err(Refused::Hidden) }
}

/// Finds a dataset for those who publish for its owner, and so see its drafts.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn works_on(tx: &mut Read, actor: &Actor, id: DatasetId) -> Result<Dataset, Refused> {
    let dataset = rows::find(tx, id)?.ok_or(Refused::Hidden)?;
    if parties::publishes(tx, actor, dataset.party_id)? { Ok(dataset) } else { Err(Refused::Hidden) }
}

/// Lets a publisher change a dataset. While a draft of it is with the reviewers, nobody changes what they look at:
/// the submission is taken back first.
pub struct MayChangeDataset {
    dataset: Dataset,
    party: Party,
    by: By,
    responsible: Option<MemberId>,
}

impl MayChangeDataset {
    /// Checks that the actor, a person or a machine with the scope `publish`, publishes for the dataset's owner, and that
    /// no draft of it is with the reviewers.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else, [`Refused::Unmet`] while a draft is under review.
    pub fn check(tx: &mut Read, actor: &Actor, id: DatasetId) -> Result<Self, Refused> {
        let may = Self::of_samples(tx, actor, id)?;
        let held = gate::rows::is_held(tx, id)?;
        Refused::unless_met(vec![Condition::new("not-under-review", !held, "publisher").at(Step::Dataset(id))])?;
        Ok(may)
    }
    /// Checks only that the actor, a person, publishes for the dataset's owner: for what no reviewer looks at (offers,
    /// leaving and entering the catalogue, recalls). None of it is for machines.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn beside_review(tx: &mut Read, actor: &Actor, id: DatasetId) -> Result<Self, Refused> {
        let may = Self::of_samples(tx, actor, id)?;
        if actor.service().is_some() { Err(Refused::Hidden) } else { Ok(may) }
    }
    /// Checks only that the actor publishes for the dataset's owner: what everybody sees of published data may become
    /// less at any time; whether a draft is held, [`super::samples::choose`] asks itself.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn of_samples(tx: &mut Read, actor: &Actor, id: DatasetId) -> Result<Self, Refused> {
        let dataset = works_on(tx, actor, id)?;
        let party = parties::get(tx, dataset.party_id)?;
        Ok(Self { dataset, party, by: actor.by(), responsible: accounts::responsible(tx, actor)? })
    }
    /// The person who answers for the act.
    pub(in crate::market) const fn responsible(&self) -> Option<MemberId> {
        self.responsible
    }
    /// The dataset.
    #[must_use]
    pub const fn dataset(&self) -> &Dataset {
        &self.dataset
    }
    /// Who acts, as the record names it.
    pub(in crate::market) const fn by(&self) -> &By {
        &self.by
    }
    pub(in crate::market) fn into_parts(self) -> (Dataset, Party, By) {
        (self.dataset, self.party, self.by)
    }
}

/// Lets a publisher recall a version.
pub struct MayRecall {
    pub(super) version: Version,
    pub(super) dataset: Dataset,
    pub(super) by: By,
}

impl MayRecall {
    /// Checks that the actor publishes for the owner of the version's dataset.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn check(tx: &mut Read, actor: &Actor, version: VersionId) -> Result<Self, Refused> {
        let version = rows::version(tx, version)?.ok_or(Refused::Hidden)?;
        let (dataset, _, by) = MayChangeDataset::beside_review(tx, actor, version.dataset_id)?.into_parts();
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

/// The list behind the publish button: what a version needs before it can go out.
#[must_use]
pub(super) fn conditions(
    dataset: &Dataset,
    party: &Party,
    version: &Version,
    files: &[File],
    gate: &Gate,
) -> Vec<Condition> {
    let described = (!dataset.title_zh.is_empty() && !dataset.summary_zh.is_empty())
        || (!dataset.title_en.is_empty() && !dataset.summary_en.is_empty());
    let mut list = vec![
        Condition::new("party-verified", party.verified_at.is_some(), "operator").at(Step::Party(party.id)),
        Condition::new("title-and-summary", described, "publisher").at(Step::Dataset(dataset.id)),
        Condition::new("source-stated", !dataset.source_statement.is_empty(), "publisher")
            .at(Step::Dataset(dataset.id)),
        Condition::new("has-files", !files.is_empty(), "publisher").at(Step::Dataset(dataset.id)),
        Condition::new("version-is-draft", version.state == VersionState::Draft, "nobody"),
    ];
    list.extend(gate.conditions(dataset));
    list
}

/// Gives the list behind the publish button for a page.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn publish_conditions(tx: &mut Read, dataset: &Dataset, version: &Version) -> Result<Vec<Condition>, StoreError> {
    let party = parties::get(tx, dataset.party_id)?;
    let files = rows::files_of(tx, version.id)?;
    let gate = Gate::open(tx, dataset)?;
    let mut list = conditions(dataset, &party, version, &files, &gate);
    list.extend(super::standards::conditions(tx, version)?);
    list.extend(super::lineage::conditions(tx, version)?);
    Ok(list)
}

//! Who may submit, see, decide and take back. The lists are shared by permit, page and API.

use super::rows::{self, Review};
use super::state::Desk;
use crate::market::accounts::{self, Actor, Office};
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::datasets::{self, Dataset, MayChangeDataset, Reviewers, Version};
use crate::market::journal::By;
use crate::market::parties::{self, Party, Role};
use crate::store::{Read, StoreError};
use crate::values::{MemberId, ReviewId, ServiceId, VersionId, hash_text};

/// The office that decides at a desk.
#[must_use]
pub const fn office(desk: Desk) -> Office {
    match desk {
        Desk::Moderator => Office::Moderator,
        Desk::Compliance => Office::Compliance,
    }
}

/// Lets a publisher submit a draft for review.
pub struct MaySubmit {
    pub(super) dataset: Dataset,
    pub(super) version: Version,
    pub(super) needed: Reviewers,
    pub(super) member: MemberId,
    pub(super) machine: Option<ServiceId>,
    pub(super) by: By,
}

impl MaySubmit {
    /// Checks that the actor publishes for the owner, that nothing is under review, and all that a version needs before
    /// publication but the reviewers' approval. A machine may submit; the person who set it up answers for it.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else, [`Refused::Unmet`] with the whole list.
    pub fn check(tx: &mut Read, actor: &Actor, version: VersionId) -> Result<Self, Refused> {
        let version = datasets::version(tx, version)?.ok_or(Refused::Hidden)?;
        let may = MayChangeDataset::check(tx, actor, version.dataset_id)?;
        let member = may.responsible().ok_or(Refused::Hidden)?;
        let (dataset, party, by) = may.into_parts();
        let needed = datasets::reviewers(tx, &dataset)?;
        let mut list = datasets::submit_conditions(tx, &dataset, &party, &version)?;
        list.push(Condition::new("review-needed", needed.any(), "publisher").at(Step::Dataset(dataset.id)));
        Refused::unless_met(list)?;
        Ok(Self { dataset, version, needed, member, machine: actor.service(), by })
    }
}

/// Finds a review that the actor may know of: the exchange's staff, and the people of its organisation.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn visible(tx: &mut Read, actor: &Actor, id: ReviewId) -> Result<Review, Refused> {
    let review = rows::find(tx, id)?.ok_or(Refused::Hidden)?;
    let own = parties::acts_for(tx, actor, review.party_id)?;
    if own || accounts::office_of(tx, actor)?.is_some() { Ok(review) } else { Err(Refused::Hidden) }
}

/// What a decision rests on, as loaded in its transaction.
pub(super) struct Case {
    pub dataset: Dataset,
    pub version: Version,
    pub party: Party,
}

pub(super) fn case(tx: &mut Read, review: &Review) -> Result<Case, StoreError> {
    let dataset = datasets::get(tx, review.dataset_id)?;
    let version = datasets::version(tx, review.version_id)?
        .ok_or_else(|| StoreError::Broken(format!("version {} is missing", review.version_id)))?;
    let party = parties::get(tx, review.party_id)?;
    Ok(Case { dataset, version, party })
}

/// The list behind the decision buttons: the office of the desk where it lies, and never a listing of one's own
/// organisation.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn decide_conditions(tx: &mut Read, actor: &Actor, review: &Review) -> Result<Vec<Condition>, StoreError> {
    let desk = review.state.desk();
    let held = accounts::office_of(tx, actor)?;
    let holds = desk.is_some_and(|d| held == Some(office(d)));
    let own = match actor.member() {
        Some(member) => member == review.submitted_by || parties::is_member(tx, review.party_id, member)?,
        None => true,
    };
    let who = if desk == Some(Desk::Compliance) { "compliance" } else { "moderator" };
    Ok(vec![
        Condition::new("review-waits", desk.is_some(), "nobody"),
        Condition::new("holds-office", holds, if who == "compliance" { "compliance" } else { "moderator" }),
        Condition::new("not-own-organisation", !own, "moderator"),
    ])
}

/// The list of what must hold when a version is approved: it is as it was submitted, whoever submitted it still
/// publishes for the owner, and all that a version needs before publication.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn approve_conditions(tx: &mut Read, review: &Review) -> Result<Vec<Condition>, StoreError> {
    let case = case(tx, review)?;
    let now = hash_text(&datasets::snapshot(tx, &case.dataset, &case.version)?.text()?);
    let publishes = match rows::machine_of(tx, review.id)? {
        Some(machine) => accounts::service_publishes(tx, machine)?,
        None => {
            let publishers = parties::members_with(tx, review.party_id, Role::Publisher)?;
            publishers.iter().any(|(member, _)| *member == review.submitted_by)
        }
    };
    let under = (review.edition, review.needed);
    let mut list = vec![
        Condition::new("unchanged-since-submission", now == review.card_sha256, "publisher"),
        Condition::new("submitter-publishes", publishes, "owner").about(review.submitted_by_name.clone()),
    ];
    let of_version = datasets::approval_conditions(tx, &case.dataset, &case.party, &case.version, under)?;
    list.extend(of_version.into_iter().filter(|c| !matches!(c.code, "moderator-approved" | "compliance-approved")));
    Ok(list)
}

/// Lets the holder of an office decide on a submitted version.
pub struct MayReview {
    pub(super) review: Review,
    pub(super) desk: Desk,
    pub(super) member: MemberId,
    pub(super) by: By,
}

impl MayReview {
    /// The version that is reviewed.
    #[must_use]
    pub const fn version(&self) -> VersionId {
        self.review.version_id
    }
    /// Checks the rule in this transaction; `revision` is that of the page on which the decision was made.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Overtaken`] for an outdated page, [`Refused::Unmet`] with the list.
    pub fn check(tx: &mut Read, actor: &Actor, id: ReviewId, revision: i64) -> Result<Self, Refused> {
        let review = visible(tx, actor, id)?;
        if review.revision != revision {
            return Err(Refused::Overtaken);
        }
        Refused::unless_met(decide_conditions(tx, actor, &review)?)?;
        let desk = review.state.desk().ok_or(Refused::Overtaken)?;
        let member = actor.member().ok_or(Refused::Hidden)?;
        Ok(Self { review, desk, member, by: actor.by() })
    }
}

/// Lets a publisher of the owner take a submission back.
pub struct MayTakeBack {
    pub(super) review: Review,
    pub(super) by: By,
}

impl MayTakeBack {
    /// Checks the rule in this transaction.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Unmet`] with the list.
    pub fn check(tx: &mut Read, actor: &Actor, id: ReviewId) -> Result<Self, Refused> {
        let review = visible(tx, actor, id)?;
        Refused::unless_met(take_back_conditions(tx, actor, &review)?)?;
        Ok(Self { review, by: actor.by() })
    }
}

/// The list behind the button that takes a submission back.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn take_back_conditions(tx: &mut Read, actor: &Actor, review: &Review) -> Result<Vec<Condition>, StoreError> {
    let publishes = parties::roles_of(tx, actor, review.party_id)?.has(Role::Publisher);
    Ok(vec![
        Condition::new("role-to-publish", publishes, "owner").at(Step::Members(review.party_id)),
        Condition::new("review-waits", review.state.desk().is_some(), "nobody"),
    ])
}

//! Reviews: a submitted version lies on the desks of the exchange until each has approved or one has returned it.
//! The last approval publishes. Reviewers see texts, the description of the files and the sample, never the files.

mod access;
mod act;
mod rows;
mod state;

pub use access::{
    MayReview, MaySubmit, MayTakeBack, approve_conditions, decide_conditions, office, take_back_conditions, visible,
};
pub(in crate::market) use act::approve;
pub use act::{ReviewError, give_back, submit, take_back};
pub use rows::{Decision, Review, Verdict};
pub use state::{Desk, Event, State, WrongState};

use crate::market::accounts::{self, Actor, Office};
use crate::market::conditions::{Condition, Refused};
use crate::market::datasets::{self, Dataset, File, MayChangeDataset, Snapshot, Version};
use crate::market::licences::{self, Licence};
use crate::market::offers::{self, Offer};
use crate::market::parties::Party;
use crate::market::rules::{self, Edition};
use crate::store::{Read, StoreError};
use crate::values::{DatasetId, ReviewId, Timestamp};

/// Gives what waits at a desk, oldest first: up to 200.
///
/// # Errors
/// [`Refused::Hidden`] for everybody but the office of the desk, the operator and the site auditor.
pub fn queue(tx: &mut Read, actor: &Actor, desk: Desk) -> Result<Vec<Review>, Refused> {
    reads(tx, actor, desk)?;
    let state = match desk {
        Desk::Moderator => State::AwaitingModerator,
        Desk::Compliance => State::AwaitingCompliance,
    };
    Ok(rows::waiting(tx, state)?)
}

/// Gives what a desk has decided, newest first: up to 50.
///
/// # Errors
/// [`Refused::Hidden`] as for [`queue`].
pub fn decided(tx: &mut Read, actor: &Actor, desk: Desk) -> Result<Vec<Review>, Refused> {
    reads(tx, actor, desk)?;
    Ok(rows::decided(tx, desk, 50)?)
}

fn reads(tx: &mut Read, actor: &Actor, desk: Desk) -> Result<(), Refused> {
    let held = accounts::office_of(tx, actor)?;
    let may = held == Some(office(desk)) || matches!(held, Some(Office::Operator | Office::SiteAuditor));
    if may { Ok(()) } else { Err(Refused::Hidden) }
}

/// Gives the reviews of a dataset to its publishers, newest first.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn of_dataset(tx: &mut Read, actor: &Actor, dataset: DatasetId) -> Result<Vec<Review>, Refused> {
    MayChangeDataset::beside_review(tx, actor, dataset)?;
    Ok(rows::of_dataset(tx, dataset)?)
}

/// Gives the decisions on a review that the actor may know of.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn decisions_of(tx: &mut Read, actor: &Actor, id: ReviewId) -> Result<Vec<Decision>, Refused> {
    let review = visible(tx, actor, id)?;
    Ok(rows::decisions_of(tx, review.id)?)
}

/// All that belongs to a review.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The review.
    pub review: Review,
    /// The dataset.
    pub dataset: Dataset,
    /// The version.
    pub version: Version,
    /// The owner.
    pub party: Party,
    /// The edition of the rules under which it is decided.
    pub edition: Edition,
    /// The decisions so far.
    pub decisions: Vec<Decision>,
    /// What was published before, if anything, and when.
    pub before: Option<(Snapshot, Timestamp)>,
    /// The offers of then.
    pub offers_before: Vec<(Offer, Licence)>,
    /// The offers of now.
    pub offers: Vec<(Offer, Licence)>,
    /// The files, of which only descriptions and samples are shown.
    pub files: Vec<File>,
    /// What must hold when it is approved.
    pub conditions: Vec<Condition>,
    /// Why the asker may decide, or not.
    pub decide: Vec<Condition>,
    /// Why the asker may take it back, or not.
    pub take_back: Vec<Condition>,
}

fn with_licences(tx: &mut Read, list: Vec<Offer>) -> Result<Vec<(Offer, Licence)>, StoreError> {
    let mut out = Vec::with_capacity(list.len());
    for offer in list {
        if let Some(licence) = licences::find(tx, offer.licence_id)? {
            out.push((offer, licence));
        }
    }
    Ok(out)
}

/// Gives a review with all that belongs to it, to the exchange's staff and to its organisation.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn whole(tx: &mut Read, actor: &Actor, id: ReviewId) -> Result<Whole, Refused> {
    let review = visible(tx, actor, id)?;
    let access::Case { dataset, version, party } = access::case(tx, &review)?;
    let kept = datasets::kept_before(tx, dataset.id, review.submitted_at)?;
    let before = kept.map(|k| (k.snapshot, k.kept_at));
    let offers_before = match &before {
        Some((_, at)) => offers::open_at(tx, dataset.id, *at)?,
        None => Vec::new(),
    };
    let offers_before = with_licences(tx, offers_before)?;
    let now = if review.state.desk().is_some() {
        offers::open_of(tx, dataset.id)?
    } else {
        offers::open_at(tx, dataset.id, review.state_at)?
    };
    Ok(Whole {
        offers: with_licences(tx, now)?,
        offers_before,
        before,
        edition: rules::get(tx, review.edition)?,
        decisions: rows::decisions_of(tx, review.id)?,
        files: datasets::files_of(tx, version.id)?,
        conditions: if review.state.desk().is_some() { approve_conditions(tx, &review)? } else { Vec::new() },
        decide: decide_conditions(tx, actor, &review)?,
        take_back: take_back_conditions(tx, actor, &review)?,
        review,
        dataset,
        version,
        party,
    })
}

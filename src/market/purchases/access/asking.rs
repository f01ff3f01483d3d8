//! Who may ask for what.

use super::super::rows;
use super::super::state::State;
use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::datasets::{self, Dataset, State as DatasetState, Version, VersionState};
use crate::market::grants::{self, MayRenew};
use crate::market::journal::By;
use crate::market::licences::{self, Licence};
use crate::market::offers::{self, Audience, Choice, Chosen, Offer, PlanKind};
use crate::market::parties::{self, Party, Role};
use crate::market::rules;
use crate::store::{Read, StoreError};
use crate::values::{DatasetId, PartyId, PurchaseId, Timestamp};

/// Offers in one request.
const MOST_LINES: usize = 20;

/// One offer that is asked for, with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The offer.
    pub offer: Offer,
    /// Its dataset.
    pub dataset: Dataset,
    /// The version that is current now.
    pub version: Version,
    /// Its licence.
    pub licence: Licence,
    /// What is chosen in it.
    pub choice: Choice,
    /// By which request the buyer took the evaluation of this dataset before, if this is one.
    pub(in crate::market::purchases) taken: Option<PurchaseId>,
}

/// Lets an organisation ask for offers.
pub struct MayRequest {
    pub(in crate::market::purchases) buyer: Party,
    pub(in crate::market::purchases) seller: Party,
    pub(in crate::market::purchases) wanted: Vec<Wanted>,
    pub(in crate::market::purchases) compliance: bool,
    /// The grant that the request renews.
    pub(in crate::market::purchases) renews: Option<MayRenew>,
    pub(in crate::market::purchases) by: By,
}

impl MayRequest {
    /// Checks the actor's role at the buyer and every offer.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for unknown offers or organisations, [`Refused::Unmet`] with the whole list.
    pub fn check(
        tx: &mut Read,
        actor: &Actor,
        buyer: PartyId,
        wanted: &[Chosen],
        now: Timestamp,
    ) -> Result<Self, Refused> {
        let (list, parts) = request_conditions(tx, actor, buyer, wanted, now)?;
        Refused::unless_met(list)?;
        let (buyer, seller, wanted) = parts;
        let book = rules::current(tx)?.book;
        let compliance = wanted.iter().any(|w| book.rule(w.dataset.level).compliance_purchase);
        Ok(Self { buyer, seller, wanted, compliance, renews: None, by: actor.by() })
    }
}

impl MayRequest {
    /// Makes it the renewal of a grant of the same holder, seller and dataset.
    ///
    /// # Errors
    /// [`Refused::Hidden`] when it is not.
    pub fn renewing(self, may: MayRenew) -> Result<Self, Refused> {
        let same = |g: &grants::Grant| {
            g.holder_id == self.buyer.id && self.wanted.iter().all(|w| w.dataset.id == g.dataset_id)
        };
        if same(may.grant()) { Ok(Self { renews: Some(may), ..self }) } else { Err(Refused::Hidden) }
    }
}

type RequestParts = (Party, Party, Vec<Wanted>);

/// Loads what an offer refers to, for a buyer. An offer to others by name does not exist.
fn load(tx: &mut Read, buyer: &Party, chosen: Chosen) -> Result<Wanted, Refused> {
    let offer = offers::find(tx, chosen.offer)?.ok_or(Refused::Hidden)?;
    if offer.audience == Audience::Named && !offer.named.contains(&buyer.id) {
        return Err(Refused::Hidden);
    }
    let dataset = datasets::get(tx, offer.dataset_id)?;
    let version =
        dataset.current_version_id.map(|v| datasets::version(tx, v)).transpose()?.flatten().ok_or(Refused::Hidden)?;
    let licence = licences::find(tx, offer.licence_id)?.ok_or(Refused::Hidden)?;
    let taken = if offer.plan.trial { rows::trial_of(tx, dataset.id, buyer.id)? } else { None };
    Ok(Wanted { offer, dataset, version, licence, choice: chosen.choice, taken })
}

/// Loads offers for a buyer whose request was checked before.
pub(in crate::market::purchases) fn wanted_of(
    tx: &mut Read,
    buyer: &Party,
    chosen: &[Chosen],
) -> Result<Vec<Wanted>, Refused> {
    chosen.iter().map(|c| load(tx, buyer, *c)).collect()
}

/// Whether a buyer's evaluation of each dataset is still to be had: none was taken, or it came to nothing.
fn trials_free(tx: &mut Read, wanted: &[Wanted]) -> Result<bool, StoreError> {
    let mut seen: Vec<DatasetId> = Vec::new();
    for w in wanted.iter().filter(|w| w.offer.plan.trial) {
        let taken = w.taken.map(|id| rows::find(tx, id)).transpose()?.flatten();
        let free = taken.is_none_or(|p| matches!(p.state, State::Refused { .. } | State::Withdrawn | State::Expired));
        if !free || seen.contains(&w.dataset.id) {
            return Ok(false);
        }
        seen.push(w.dataset.id);
    }
    Ok(true)
}

/// What the offers themselves ask for: that the buyer's size is known, that no evaluation is taken twice.
fn offer_conditions(tx: &mut Read, buyer: &Party, wanted: &[Wanted]) -> Result<Vec<Condition>, StoreError> {
    let mut list = Vec::new();
    if wanted.iter().any(|w| w.offer.plan.kind == PlanKind::BySize) {
        let declared = Condition::new("size-declared", buyer.size_class.is_some(), "buyer-owner");
        list.push(declared.at(Step::Party(buyer.id)));
    }
    if wanted.iter().any(|w| w.offer.plan.trial) {
        list.push(Condition::new("trial-unused", trials_free(tx, wanted)?, "nobody"));
    }
    Ok(list)
}

/// The list behind the request button.
///
/// # Errors
/// [`Refused::Hidden`] for what the actor may not know of.
pub fn request_conditions(
    tx: &mut Read,
    actor: &Actor,
    buyer: PartyId,
    chosen: &[Chosen],
    now: Timestamp,
) -> Result<(Vec<Condition>, RequestParts), Refused> {
    if chosen.is_empty() || chosen.len() > MOST_LINES {
        return Err(Refused::Hidden);
    }
    let buyer = parties::find(tx, buyer)?.ok_or(Refused::Hidden)?;
    if !parties::acts_for(tx, actor, buyer.id)? {
        return Err(Refused::Hidden);
    }
    let mut wanted = Vec::new();
    for one in chosen {
        let w = load(tx, &buyer, *one)?;
        datasets::visible(tx, Some(actor), &w.dataset)?;
        wanted.push(w);
    }
    let first = wanted.first().ok_or(Refused::Hidden)?;
    let (seller_id, currency) = (first.dataset.party_id, first.offer.price.currency);
    let seller = parties::get(tx, seller_id)?;
    let roles = parties::roles_of(tx, actor, buyer.id)?;
    let may = actor.service().map_or_else(|| roles.has(Role::Requester), |_| actor.has_scope("purchase"));
    let open = wanted.iter().all(|w| w.offer.is_open_at(now));
    let out = wanted.iter().all(|w| {
        w.dataset.state == DatasetState::Listed
            && matches!(w.version.state, VersionState::Published | VersionState::Deprecated)
    });
    let alike = wanted.iter().all(|w| w.dataset.party_id == seller_id && w.offer.price.currency == currency);
    let dataset = Step::Dataset(first.dataset.id);
    let mut list = vec![
        Condition::new("role-to-request", may, "buyer-owner").at(Step::Members(buyer.id)),
        Condition::new("not-from-itself", buyer.id != seller_id, "nobody"),
        Condition::new("offers-open", open, "publisher").at(dataset.clone()),
        Condition::new("dataset-listed", out, "publisher").at(dataset.clone()),
        Condition::new("one-seller", alike, "requester").at(dataset),
    ];
    list.extend(rule_conditions(tx, &buyer, &wanted)?);
    list.extend(offer_conditions(tx, &buyer, &wanted)?);
    Ok((list, (buyer, seller, wanted)))
}

/// What audience and level ask of the buyer.
fn rule_conditions(tx: &mut Read, buyer: &Party, wanted: &[Wanted]) -> Result<Vec<Condition>, StoreError> {
    let book = rules::current(tx)?.book;
    let levels: Vec<_> = wanted.iter().map(|w| book.rule(w.dataset.level)).collect();
    let verified_only =
        wanted.iter().any(|w| w.offer.audience == Audience::Verified || w.offer.plan.kind == PlanKind::BySize)
            || levels.iter().any(|l| l.verified_buyer);
    let mut list = Vec::new();
    if verified_only {
        list.push(Condition::new("buyer-verified", buyer.verified_at.is_some(), "operator").at(Step::Party(buyer.id)));
    }
    if levels.iter().any(|l| !l.listing) {
        list.push(Condition::new("level-may-be-listed", false, "nobody"));
    }
    let bounded: Vec<_> = levels.iter().filter(|l| !l.territories.is_empty()).collect();
    if let Some(first) = bounded.first() {
        let inside = bounded.iter().all(|l| l.reaches(&buyer.country));
        list.push(Condition::new("buyer-in-territory", inside, "nobody").about(first.territories.join(", ")));
    }
    Ok(list)
}

//! Making an offer, putting a new edition in its place, closing it.

use super::plan::{MOST, MOST_TIERS, PlanKind, Term};
use super::{Audience, Choice, NewOffer, Offer, OfferError, Payment, rows};
use crate::market::datasets::MayChangeDataset;
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::market::licences::{self, Licence};
use crate::market::parties::Party;
use crate::store::{StoreError, Write};
use crate::values::{DatasetId, OfferId, PartyId, Timestamp};

/// Most organisations that an offer names.
const MOST_NAMED: usize = 50;

/// Whether kind, units and tiers of a plan go together.
fn plan_fits(new: &NewOffer) -> bool {
    let plan = &new.plan;
    let volumes =
        plan.tiers.iter().all(|t| t.size.is_none() && (t.limits.volume_bytes, t.limits.downloads) != (None, None));
    let sizes = plan.tiers.iter().all(|t| t.size.is_some());
    let units = match plan.kind {
        PlanKind::Free => new.price.minor == 0 && plan.period.is_none() && plan.tiers.is_empty(),
        PlanKind::OnRequest => new.price.minor == 0 && plan.period.is_none() && plan.tiers.is_empty() && !plan.trial,
        PlanKind::OneOff => new.price.minor > 0 && plan.period.is_none() && plan.tiers.is_empty(),
        PlanKind::Subscription => new.price.minor > 0 && plan.period.is_some() && plan.tiers.is_empty(),
        PlanKind::PerSeat => new.price.minor > 0 && plan.tiers.is_empty(),
        PlanKind::BySize => plan.period.is_none() && !plan.tiers.is_empty() && sizes,
        PlanKind::ByVolume => plan.period.is_none() && !plan.tiers.is_empty() && volumes,
    };
    let bounds = (1..=MOST).contains(&plan.most_periods)
        && (1..=MOST).contains(&plan.most_seats)
        && (1..=365).contains(&plan.quote_days)
        && plan.tiers.len() <= MOST_TIERS
        && plan.discount.is_none_or(|(points, _)| (1..10_000).contains(&points))
        && plan.starts_at.is_none_or(|start| plan.ends_at.is_none_or(|end| start < end));
    units && bounds && plan.tiers.iter().all(|t| t.price.minor >= 0 && t.price.currency == new.price.currency)
}

/// Whether the dearest choice still has a sum.
fn sums_fit(new: &NewOffer) -> bool {
    let dearest = new.plan.tiers.iter().map(|t| t.price).max_by_key(|p| p.minor).unwrap_or(new.price);
    let seats = if new.plan.kind == PlanKind::PerSeat { new.plan.most_seats } else { 1 };
    let periods = if new.plan.period.is_some() { new.plan.most_periods } else { 1 };
    let list = dearest.times(seats).and_then(|p| p.times(periods));
    list.and_then(|list| list.plus(list.share(new.tax_basis_points)?)).is_ok()
}

/// The days of the longest term that may be chosen; none is without end.
fn longest_term(new: &NewOffer) -> Option<i64> {
    match new.plan.period {
        Some(period) => Term::Months(period.months().saturating_mul(new.plan.most_periods)).days(),
        None => new.term_days,
    }
}

/// Checks an offer and finds its licence.
fn checked(tx: &mut Write, party: &Party, new: &NewOffer) -> Result<Licence, OfferError> {
    let licence = licences::find(tx, new.licence)?
        .filter(|l| l.party_id.is_none_or(|p| p == party.id))
        .ok_or(OfferError::NoLicence)?;
    let owes = new.plan.kind != PlanKind::Free;
    let fits = owes == (new.payment != Payment::None)
        && (0..=10_000).contains(&new.tax_basis_points)
        && (0..=365).contains(&new.payment_days)
        && new.term_days.is_none_or(|days| days > 0)
        && (new.audience == Audience::Named) != new.named.is_empty()
        && new.named.len() <= MOST_NAMED;
    // An evaluation that never ends and may take everything is none.
    let limits = &new.plan.limits;
    let bounded = new.term_days.is_some() || limits.volume_bytes.is_some() || limits.downloads.is_some();
    if new.plan.trial && !bounded {
        return Err(OfferError::Endless);
    }
    let longest = licence.terms.longest_days().map(i64::from);
    if longest.is_some_and(|most| longest_term(new).is_none_or(|days| days > most)) {
        return Err(OfferError::Term);
    }
    if fits && plan_fits(new) && sums_fit(new) { Ok(licence) } else { Err(OfferError::Price) }
}

fn note(
    tx: &mut Write,
    by: &By,
    deed: Deed,
    (dataset, party): (DatasetId, PartyId),
    detail: serde_json::Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    journal::note(tx, by, &Note::new(deed, Thing::Dataset, dataset).for_party(party).detail(detail), now)
}

/// Makes an offer on a dataset.
///
/// # Errors
/// [`OfferError`].
pub fn make(tx: &mut Write, may: MayChangeDataset, new: &NewOffer, now: Timestamp) -> Result<OfferId, OfferError> {
    let (dataset, party, by) = may.into_parts();
    let licence = checked(tx, &party, new)?;
    let id = OfferId::fresh();
    rows::insert(tx, id, dataset.id, new, (1, None), now)?;
    let detail =
        serde_json::json!({ "offer": new.title.as_str(), "licence": licence.code, "price": new.price.to_string() });
    note(tx, &by, Deed::OfferMade, (dataset.id, party.id), detail, now)?;
    Ok(id)
}

fn open_one(tx: &mut Write, dataset: DatasetId, id: OfferId) -> Result<Offer, OfferError> {
    let found = rows::find(tx, id)?.filter(|o| o.dataset_id == dataset && o.closed_at.is_none());
    found.ok_or(OfferError::NotOpen)
}

/// Puts a new edition in the place of an offer, which is closed. Who asked for the old one keeps its quote.
///
/// # Errors
/// [`OfferError::NotOpen`] when it is closed already, and what [`make`] refuses.
pub fn replace(
    tx: &mut Write,
    may: MayChangeDataset,
    old: OfferId,
    new: &NewOffer,
    now: Timestamp,
) -> Result<OfferId, OfferError> {
    let (dataset, party, by) = may.into_parts();
    let seen = open_one(tx, dataset.id, old)?;
    let licence = checked(tx, &party, new)?;
    if !rows::close(tx, old, now)? {
        return Err(OfferError::NotOpen);
    }
    let id = OfferId::fresh();
    rows::insert(tx, id, dataset.id, new, (seen.edition + 1, Some(old)), now)?;
    let detail = serde_json::json!({
        "offer": new.title.as_str(), "licence": licence.code, "price": new.price.to_string(),
        "edition": seen.edition + 1, "before": seen.price.to_string(),
    });
    note(tx, &by, Deed::OfferReplaced, (dataset.id, party.id), detail, now)?;
    Ok(id)
}

/// Closes an offer: nobody can ask for it any more.
///
/// # Errors
/// [`OfferError::NotOpen`].
pub fn close(tx: &mut Write, may: MayChangeDataset, id: OfferId, now: Timestamp) -> Result<(), OfferError> {
    let (dataset, party, by) = may.into_parts();
    let offer = open_one(tx, dataset.id, id)?;
    if !rows::close(tx, id, now)? {
        return Err(OfferError::NotOpen);
    }
    let detail = serde_json::json!({ "offer": offer.title });
    Ok(note(tx, &by, Deed::OfferClosed, (dataset.id, party.id), detail, now)?)
}

/// The choice that costs nothing to make: what a page shows before anything was chosen.
#[must_use]
pub fn first_choice(offer: &Offer) -> Choice {
    Choice {
        seats: (offer.plan.kind == PlanKind::PerSeat).then_some(1),
        periods: offer.plan.period.map(|_| 1),
        tier: (offer.plan.kind == PlanKind::ByVolume).then_some(1),
    }
}

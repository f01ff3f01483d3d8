//! What a grant is renewed with: the old answers and the offers that are open now. It is a request like any other.

use super::access::request_conditions;
use super::quote::Quote;
use super::rows::{self, Line, Purchase};
use super::state::State;
use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::datasets;
use crate::market::grants::{self, Grant, Side};
use crate::market::licences::Licence;
use crate::market::offers::{self, Choice, Chosen, Eye, Offer, Priced};
use crate::market::parties::{self, SizeClass};
use crate::store::Read;
use crate::values::{GrantId, OfferId, Timestamp};

/// All that a renewal is made of.
#[derive(Debug, Clone)]
pub struct Renewal {
    /// The grant that is renewed.
    pub grant: Grant,
    /// The request that it came of.
    pub before: Purchase,
    /// The offers that are open now; the one of the old request first, then those under the same licence.
    pub offers: Vec<(Offer, Licence)>,
    /// Whether the first of them is the offer of the old request.
    pub same_offer: bool,
    /// The conditions for the chosen offer, or the first.
    pub conditions: Vec<Condition>,
    /// Where the new grant will begin.
    pub starts_at: Timestamp,
    /// What is chosen in that offer: what was chosen before, where its plan is the same.
    pub choice: Choice,
    /// What it costs now; nothing when a choice no longer has a price.
    pub quote: Option<Quote>,
    old: Option<Line>,
    size: Option<SizeClass>,
}
impl Renewal {
    /// What is chosen in an offer, as far as the old request says.
    #[must_use]
    pub fn choice_in(&self, offer: &Offer) -> Choice {
        choice_in(offer, self.old.as_ref())
    }
    /// Prices an offer for the holder.
    #[must_use]
    pub fn priced(&self, offer: &Offer, now: Timestamp) -> Option<Priced> {
        offer.priced(self.choice_in(offer), self.size, now).ok()
    }
}

fn choice_in(offer: &Offer, old: Option<&Line>) -> Choice {
    let first = offers::first_choice(offer);
    let Some(old) = old.filter(|l| l.pricing.plan == offer.plan.kind).map(|l| &l.pricing.choice) else { return first };
    Choice {
        seats: first.seats.map(|n| old.seats.unwrap_or(n)),
        periods: first.periods.map(|n| old.periods.unwrap_or(n)),
        tier: first.tier.map(|n| old.tier.unwrap_or(n)),
    }
}

/// Gives what a grant is renewed with, to the holder's side.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn renewal_of(
    tx: &mut Read,
    actor: &Actor,
    id: GrantId,
    chosen: Option<OfferId>,
    now: Timestamp,
) -> Result<Renewal, Refused> {
    let (grant, side) = grants::visible(tx, actor, id)?;
    if side != Side::Buyer {
        return Err(Refused::Hidden);
    }
    let before = rows::find(tx, grant.purchase_id)?.ok_or(Refused::Hidden)?;
    let line = rows::lines(tx, &before)?.into_iter().find(|l| l.id == grant.line_id);
    let old = line.as_ref().map(|l| l.offer_id);
    let dataset = datasets::get(tx, grant.dataset_id)?;
    let seller = parties::get(tx, grant.seller_id)?;
    // What is offered to the holder by name counts, and nothing that is offered to others alone.
    let eye = Eye { parties: vec![grant.holder_id], now };
    let mut offers = offers::listing_of(tx, dataset, &eye)?.map(|l| l.offers).unwrap_or_default();
    offers.sort_by_key(|(o, l)| (Some(o.id) != old, l.id != grant.licence_id, o.price.minor));
    let first = chosen.or_else(|| offers.first().map(|(o, _)| o.id));
    let mut conditions = grants::renew_conditions(tx, &grant, now)?;
    conditions.push(nothing_open(tx, &grant)?);
    let open = Condition::new("offers-open", first.is_some(), "publisher").at(Step::Dataset(grant.dataset_id));
    let chosen = first.and_then(|id| offers.iter().find(|(o, _)| o.id == id));
    let choice = chosen.map(|(o, _)| choice_in(o, line.as_ref())).unwrap_or_default();
    let mut quote = None;
    match first {
        Some(offer) => match request_conditions(tx, actor, grant.holder_id, &[Chosen { offer, choice }], now) {
            Ok((list, (buyer, _, wanted))) => {
                conditions.extend(list);
                quote = Quote::of(&wanted, &buyer, now).ok();
            }
            Err(Refused::Hidden) => conditions.push(Condition { met: false, ..open }),
            Err(other) => return Err(other),
        },
        None => conditions.push(open.about(seller.name_en)),
    }
    let starts_at = grants::end_of(&grant).map_or(now, |end| end.max(now));
    let same_offer = offers.first().is_some_and(|(o, _)| Some(o.id) == old);
    let size = parties::get(tx, grant.holder_id)?.size_class;
    Ok(Renewal { grant, before, offers, same_offer, conditions, starts_at, choice, quote, old: line, size })
}

/// No other renewal of it waits for a decision.
fn nothing_open(tx: &mut Read, grant: &Grant) -> Result<Condition, Refused> {
    for id in grants::renewals_of(tx, grant.id)? {
        let open = rows::find(tx, id)?
            .filter(|p| !matches!(p.state, State::Granted | State::Refused { .. } | State::Withdrawn | State::Expired));
        if let Some(open) = open {
            return Ok(Condition::new("no-renewal-open", false, "nobody")
                .about(open.number)
                .at(Step::Purchase(open.id)));
        }
    }
    Ok(Condition::new("no-renewal-open", true, "nobody"))
}

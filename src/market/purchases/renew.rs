//! What a grant is renewed with: the old answers and the offers that are open now. It is a request like any other.

use super::access::request_conditions;
use super::rows::{self, Purchase};
use super::state::State;
use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::grants::{self, Grant, Side};
use crate::market::licences::Licence;
use crate::market::offers::{self, Offer};
use crate::market::{datasets, parties};
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
    let old = rows::lines(tx, &before)?.into_iter().find(|l| l.id == grant.line_id).map(|l| l.offer_id);
    let dataset = datasets::get(tx, grant.dataset_id)?;
    let seller = parties::get(tx, grant.seller_id)?;
    let mut offers = offers::listing_of(tx, dataset)?.map(|l| l.offers).unwrap_or_default();
    offers.sort_by_key(|(o, l)| (Some(o.id) != old, l.id != grant.licence_id, o.price.minor));
    let first = chosen.or_else(|| offers.first().map(|(o, _)| o.id));
    let mut conditions = grants::renew_conditions(tx, &grant, now)?;
    conditions.push(nothing_open(tx, &grant)?);
    let open = Condition::new("offers-open", first.is_some(), "publisher").at(Step::Dataset(grant.dataset_id));
    match first {
        Some(first) => match request_conditions(tx, actor, grant.holder_id, &[first]) {
            Ok((list, _)) => conditions.extend(list),
            Err(Refused::Hidden) => conditions.push(Condition { met: false, ..open }),
            Err(other) => return Err(other),
        },
        None => conditions.push(open.about(seller.name_en)),
    }
    let starts_at = grants::end_of(&grant).map_or(now, |end| end.max(now));
    let same_offer = offers.first().is_some_and(|(o, _)| Some(o.id) == old);
    Ok(Renewal { grant, before, offers, same_offer, conditions, starts_at })
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

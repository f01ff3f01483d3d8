//! A quote that ran out is made again from the offers as they are now; whoever approved the old one is asked again.

use super::access::{MayWithdraw, Wanted, wanted_of};
use super::act::BuyError;
use super::arrive::{advance, agreed, arrive, note};
use super::negotiate::is_prepaid;
use super::quote::Quote;
use super::replan::replanned;
use super::rows::{self, Purchase};
use super::state::{Event, Needs, State};
use super::submit::OPEN_DAYS;
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::grants::Hand;
use crate::market::journal::Deed;
use crate::market::offers::Chosen;
use crate::market::parties;
use crate::store::{Read, StoreError, Write};
use crate::values::{PurchaseId, Timestamp};

/// Whether the price of a request is still locked.
#[must_use]
pub fn quote_holds(purchase: &Purchase, now: Timestamp) -> bool {
    purchase.quoted_until.is_none_or(|until| now < until)
}

/// Whether the price is still locked, as a condition of approving it.
#[must_use]
pub fn quote_condition(purchase: &Purchase, now: Timestamp) -> Condition {
    let until = purchase.quoted_until.map(|t| t.rfc3339()).unwrap_or_default();
    Condition::new("quote-holds", quote_holds(purchase, now), "requester").about(until).at(Step::Purchase(purchase.id))
}

/// The list behind the button that asks for a fresh quote: the old one ran out, and the offers are still open.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn requote_conditions(tx: &mut Read, purchase: &Purchase, now: Timestamp) -> Result<Vec<Condition>, StoreError> {
    let waits = matches!(purchase.state, State::Submitted | State::AwaitingSeller);
    let mut open = true;
    for line in rows::lines(tx, purchase)? {
        let offer = crate::market::offers::find(tx, line.offer_id)?;
        open &= offer.is_some_and(|o| o.is_open_at(now)) && !line.pricing.agreed;
    }
    let first = rows::lines(tx, purchase)?.first().map(|l| l.dataset_id);
    let mut closed = Condition::new("offers-open", open, "publisher");
    if let Some(dataset) = first {
        closed = closed.at(Step::Dataset(dataset));
    }
    Ok(vec![
        Condition::new("waits-for-decision", waits, "nobody"),
        Condition::new("quote-ran-out", !quote_holds(purchase, now), "nobody"),
        closed,
    ])
}

/// Prices a request again.
///
/// # Errors
/// [`BuyError::Refused`] when the old quote still holds or an offer is closed, [`BuyError::Overtaken`] when somebody was
/// first, [`BuyError::Choice`] when a choice is no longer offered.
pub fn requote(
    tx: &mut Write,
    may: MayWithdraw,
    revision: i64,
    hand: &Hand,
    now: Timestamp,
) -> Result<PurchaseId, BuyError> {
    let MayWithdraw { purchase, by } = may;
    if purchase.revision != revision {
        return Err(BuyError::Overtaken);
    }
    Refused::unless_met(requote_conditions(tx, &purchase, now)?)?;
    let old = rows::lines(tx, &purchase)?;
    let chosen: Vec<Chosen> = old.iter().map(|l| Chosen { offer: l.offer_id, choice: l.pricing.choice }).collect();
    let buyer = parties::get(tx, purchase.buyer_id)?;
    let wanted: Vec<Wanted> = wanted_of(tx, &buyer, &chosen)?;
    let quote = Quote::of(&wanted, &buyer, now)?;
    for (line, fresh) in old.iter().zip(&quote.lines) {
        let mut next = fresh.clone();
        (next.id, next.version_id) = (line.id, line.version_id);
        rows::set_line(tx, &next)?;
    }
    let before = purchase.gross()?.to_string();
    let needs = Needs { prepaid: is_prepaid(tx, &quote.lines)?, ..purchase.needs };
    let priced = Purchase { net: quote.net, tax: quote.tax, needs, ..purchase };
    let (purchase, plan) = replanned(tx, priced, None, now)?;
    let mut purchase = advance(tx, purchase, &Event::Requote, now)?;
    purchase.quoted_until = Some(quote.until);
    purchase.expires_at = now.plus_days(OPEN_DAYS).max(quote.until);
    purchase.renewals += 1;
    rows::set_terms(tx, &purchase)?;
    let detail = serde_json::json!({ "amount": purchase.gross()?.to_string(), "before": before });
    note(tx, &by, Deed::Requoted, &purchase, detail, now)?;
    agreed(tx, &purchase, &plan, now)?;
    arrive(tx, &by, &purchase, hand, now)?;
    Ok(purchase.id)
}

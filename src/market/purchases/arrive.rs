//! What follows from a state: somebody is told, an order is opened, grants are given with their receipts.

use super::act::BuyError;
use super::rows::{self, Purchase, Verdict};
use super::state::{Event, State};
use super::steps;
use super::tell;
use crate::market::accounts::{self, Actor};
use crate::market::datasets;
use crate::market::grants::{self, Grant, Hand, ReceiptFacts, State as GrantState};
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::market::licences;
use crate::market::orders::{self, Owed};
use crate::market::parties::{self, budgets, mandates};
use crate::store::{StoreError, Write};
use crate::values::{GrantId, PurchaseId, Timestamp};

/// Notes that the seller's rules agreed by themselves, and on what grounds.
pub(super) fn agreed(tx: &mut Write, p: &Purchase, plan: &steps::Plan, now: Timestamp) -> Result<(), StoreError> {
    if plan.is_mandated() && p.gross().is_ok_and(|g| g.minor > 0) {
        let by = Actor::house("mandate").by();
        note(tx, &by, Deed::MandateUsed, p, serde_json::json!({ "side": "buyer" }), now)?;
    }
    let Some(conditions) = &plan.agreed else { return Ok(()) };
    let grounds: Vec<&str> = conditions.iter().map(|c| c.code).collect();
    let by = Actor::house("rules").by();
    note(tx, &by, Deed::RuleApproved, p, serde_json::json!({ "side": "seller", "grounds": grounds }), now)
}

/// Notes a deed for both sides.
pub(super) fn note(
    tx: &mut Write,
    by: &By,
    deed: Deed,
    p: &Purchase,
    detail: serde_json::Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    journal::note(
        tx,
        by,
        &Note::new(deed, Thing::Purchase, p.id).for_party(p.buyer_id).and_party(p.seller_id).detail(detail),
        now,
    )
}

/// What follows from the state that a purchase has just reached: somebody is told, an order is opened, grants are given.
pub(super) fn arrive(tx: &mut Write, by: &By, p: &Purchase, hand: &Hand, now: Timestamp) -> Result<(), BuyError> {
    steps::open_group(tx, p, now)?;
    match &p.state {
        State::Submitted | State::AwaitingSeller | State::AwaitingCompliance | State::AwaitingSignature => {
            tell::waiting(tx, p, now)?;
        }
        State::Negotiating { .. } => tell::turn(tx, p, None, by, now)?,
        State::AwaitingPayment => owe(tx, by, p, now)?,
        State::Granted => {
            budgets::spend(tx, p.id, now)?;
            let paid_before = orders::of_purchase(tx, p.id)?.is_some();
            if !paid_before && p.gross()?.minor > 0 {
                owe(tx, by, p, now)?;
            }
            give_grants(tx, by, p, hand, now)?;
        }
        State::Returned { .. } | State::Refused { .. } | State::Withdrawn | State::Expired => {}
    }
    Ok(())
}

fn owe(tx: &mut Write, by: &By, p: &Purchase, now: Timestamp) -> Result<(), BuyError> {
    let days = rows::lines(tx, p)?.iter().map(|l| l.payment_days).min().unwrap_or(0);
    let owed = Owed { purchase: p.id, buyer: p.buyer_id, seller: p.seller_id, net: p.net, tax: p.tax, days };
    let order = orders::open(tx, by, &owed, now)?;
    Ok(tell::invoice(tx, p, &order, now)?)
}

/// Everybody who approved these terms, in order: one for each step and person, and the compliance officer. Who approved
/// other terms before, in a round that counts no more, is not among them.
fn approvals(tx: &mut Write, p: &Purchase) -> Result<Vec<(String, String, Timestamp)>, StoreError> {
    let steps = steps::rows::last_round(tx, p)?;
    let mut counted = steps::rows::decisions_of(tx, p.id)?;
    counted.retain(|d| steps.iter().any(|s| s.id == d.step_id));
    let decisions = rows::decisions_of(tx, p.id)?;
    let round = super::round(p, &decisions);
    let mut list = Vec::new();
    for d in decisions.into_iter().filter(|d| d.verdict == Verdict::Approved && d.round == round) {
        if !counted.iter().any(|c| c.member_id == d.member_id && c.desk == d.side) {
            let name = accounts::find_member(tx, d.member_id)?.map(|m| m.name).unwrap_or_default();
            list.push((d.side.to_string(), name, d.decided_at));
        }
    }
    let steps = counted.into_iter().filter(|d| d.verdict == Verdict::Approved);
    list.extend(steps.map(|d| (d.desk.to_string(), d.member_name, d.decided_at)));
    list.sort_by_key(|(_, _, at)| *at);
    Ok(list)
}

/// Gives one grant for each line.
fn give_grants(tx: &mut Write, by: &By, p: &Purchase, hand: &Hand, now: Timestamp) -> Result<(), BuyError> {
    let (licensee, licensor) = (parties::get(tx, p.buyer_id)?, parties::get(tx, p.seller_id)?);
    let approvals = approvals(tx, p)?;
    let mut given = Vec::new();
    for line in rows::lines(tx, p)? {
        let dataset = datasets::get(tx, line.dataset_id)?;
        let version = datasets::version(tx, line.version_id)?.ok_or(BuyError::Overtaken)?;
        let licence = licences::find(tx, line.licence_id)?.ok_or(BuyError::Overtaken)?;
        let starts_at = grants::start_of(tx, p.id, line.dataset_id, now)?;
        let facts = ReceiptFacts {
            licensor: &licensor,
            licensee: &licensee,
            dataset: &dataset,
            version: &version,
            licence: &licence,
            net: line.net,
            tax: line.tax,
            purpose: &p.purpose,
            requested_by: &p.requested_by_name,
            accepted_at: p.accepted_at,
            accepted_lang: &p.accepted_lang,
            approvals: approvals.clone(),
            limits: grants::Limits::of_terms(&licence.terms).and(grants::Limits::of_offer(&line.limits)),
        };
        let grant = Grant {
            id: GrantId::fresh(),
            number: String::new(),
            purchase_id: p.id,
            line_id: line.id,
            holder_id: p.buyer_id,
            seller_id: p.seller_id,
            dataset_id: line.dataset_id,
            version_id: line.version_id,
            scope: line.scope,
            licence_id: line.licence_id,
            state: GrantState::Active,
            starts_at,
            ends_at: line.end(starts_at),
            receipt: String::new(),
            created_at: now,
            revision: 1,
            renewal_unwanted: false,
        };
        let grant = grants::give(tx, by, grant, &facts, hand, now)?;
        let detail = serde_json::json!({ "number": grant.number });
        note(tx, by, Deed::Granted, p, detail, now)?;
        given.push(grant);
    }
    Ok(tell::granted(tx, p, &given, now)?)
}

/// What a request has reserved is spent by its grant, and freed when it comes back or ends.
pub(super) fn settle_holds(tx: &mut Write, id: PurchaseId, next: &State, now: Timestamp) -> Result<(), StoreError> {
    match next {
        State::Granted => budgets::spend(tx, id, now),
        // While the two sides talk about the price nothing is held; what they agree on is reserved anew.
        State::Negotiating { .. }
        | State::Returned { .. }
        | State::Refused { .. }
        | State::Withdrawn
        | State::Expired => {
            mandates::give_back_month(tx, id, now)?;
            budgets::free(tx, id, now)
        }
        State::Submitted
        | State::AwaitingSeller
        | State::AwaitingCompliance
        | State::AwaitingSignature
        | State::AwaitingPayment => Ok(()),
    }
}

/// Moves a purchase if nobody was first, and gives it as it is now.
pub(super) fn advance(tx: &mut Write, purchase: Purchase, event: &Event, now: Timestamp) -> Result<Purchase, BuyError> {
    let next = purchase.state.after(event, purchase.needs).map_err(|_| BuyError::Overtaken)?;
    if !rows::advance(tx, &purchase, &next, now)? {
        return Err(BuyError::Overtaken);
    }
    // What comes back or ends waits for nobody any more; on its way it keeps the steps of the other side.
    if next.decider().is_none() {
        steps::close(tx, purchase.id, now)?;
    }
    settle_holds(tx, purchase.id, &next, now)?;
    Ok(Purchase { state: next, state_at: now, revision: purchase.revision + 1, ..purchase })
}

//! Asking the policies of both sides again, for a request that changed: who decides anew, and what is held for it.

use super::act::BuyError;
use super::rows::{self, Purchase};
use super::steps::{self, Case, Voice};
use super::submit::mandated;
use crate::market::conditions::Refused;
use crate::market::parties::{budgets, mandates};
use crate::store::Write;
use crate::values::{Money, Timestamp};

/// Asks the policies again; `voice` is somebody of the seller who gave the word on these very terms, which counts for one
/// of those whom the seller's rules ask.
pub(super) fn replanned(
    tx: &mut Write,
    p: Purchase,
    voice: Option<Voice>,
    now: Timestamp,
) -> Result<(Purchase, steps::Plan), BuyError> {
    if !rows::hold(tx, &p)? {
        return Err(BuyError::Overtaken);
    }
    let case = Case { at: now, ..steps::case_of(tx, &p)? };
    // What was held for the old price is freed, and the new one reserved for the same cost centre.
    mandates::give_back_month(tx, p.id, now)?;
    let plan = mandated(tx, &case, p.id, now)?;
    let plan = if voice.is_some() { plan.heard() } else { plan };
    reserve_again(tx, &p, case.gross, now)?;
    steps::close(tx, p.id, now)?;
    let more = steps::lock(tx, p.id, &case, &plan, voice)?;
    let needs = super::state::Needs { licensor: more, ..plan.needs(p.needs) };
    rows::set_needs(tx, p.id, needs)?;
    Ok((Purchase { needs, ..p }, plan))
}

/// Frees what a request holds of a budget, and reserves another amount for the same cost centre.
pub(super) fn reserve_again(tx: &mut Write, p: &Purchase, gross: Money, now: Timestamp) -> Result<(), Refused> {
    budgets::free(tx, p.id, now)?;
    match budgets::held_by(tx, p.id)? {
        Some(budget) => budgets::reserve(tx, (p.buyer_id, p.id), &budget.cost_centre, gross, now),
        None => budgets::reserve_unnamed(tx, (p.buyer_id, p.id), (p.submitted_at, gross), now),
    }
}

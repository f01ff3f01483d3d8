//! Budgets: what may be spent for a cost centre in a period. A request reserves its amount, a refusal, a return or an end
//! frees it, a grant spends it. One conditional statement takes from a budget, so it is never overdrawn.

mod rows;

pub use rows::Budget;

use super::{Role, roles_of};
use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::store::{Read, StoreError, Write};
use crate::values::{BudgetId, Line, MemberId, Money, PartyId, PurchaseId, Timestamp};

/// Budgets of an organisation that have not ended.
const MOST_BUDGETS: usize = 200;

/// A new budget.
#[derive(Debug, Clone)]
pub struct NewBudget {
    /// What the organisation calls the cost centre.
    pub cost_centre: Line,
    /// What may be spent, tax included.
    pub amount: Money,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
}

/// Why a budget was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum BudgetError {
    /// The period has ended, or has no length.
    #[error("name a period that has not ended")]
    Dates,
    /// The cost centre has a budget in this currency then already.
    #[error("the cost centre has a budget for this period already")]
    Overlap,
    /// Too many.
    #[error("too many budgets")]
    TooMany,
    /// It is closed, or somebody changed it meanwhile.
    #[error("somebody was first")]
    Overtaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lets an owner or finance keep the budgets of an organisation.
pub struct MayBudget {
    party: PartyId,
    member: MemberId,
    by: By,
}
impl MayBudget {
    /// Checks the actor's roles.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn check(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<Self, Refused> {
        let roles = roles_of(tx, actor, party)?;
        let member = actor.member().filter(|_| roles.has_any(&[Role::Owner, Role::Finance])).ok_or(Refused::Hidden)?;
        Ok(Self { party, member, by: actor.by() })
    }
}

fn note(tx: &mut Write, by: &By, party: PartyId, detail: serde_json::Value, now: Timestamp) -> Result<(), StoreError> {
    journal::note(tx, by, &Note::new(Deed::BudgetChanged, Thing::Party, party).for_party(party).detail(detail), now)
}

/// Makes a budget.
///
/// # Errors
/// [`BudgetError`].
pub fn make(tx: &mut Write, may: MayBudget, new: &NewBudget, now: Timestamp) -> Result<BudgetId, BudgetError> {
    let MayBudget { party, member, by } = may;
    if new.ends_at <= new.starts_at || new.ends_at <= now {
        return Err(BudgetError::Dates);
    }
    super::rows::lock(tx, party)?;
    let open = rows::open_of(tx, party, now)?;
    if open.len() >= MOST_BUDGETS {
        return Err(BudgetError::TooMany);
    }
    let clash = |b: &&Budget| {
        b.cost_centre == new.cost_centre.as_str()
            && b.amount.currency == new.amount.currency
            && b.starts_at < new.ends_at
            && new.starts_at < b.ends_at
    };
    if open.iter().any(|b| clash(&b)) {
        return Err(BudgetError::Overlap);
    }
    let id = BudgetId::fresh();
    rows::insert(tx, id, party, new, member, now)?;
    let detail = serde_json::json!({ "cost_centre": new.cost_centre.as_str(), "amount": new.amount.to_string() });
    note(tx, &by, party, detail, now)?;
    Ok(id)
}

/// Changes what may be spent; what is reserved and spent stays. `revision` is the one that was seen.
///
/// # Errors
/// [`BudgetError::Overtaken`].
pub fn change(
    tx: &mut Write,
    may: MayBudget,
    id: BudgetId,
    revision: i64,
    amount_minor: i64,
    now: Timestamp,
) -> Result<(), BudgetError> {
    let MayBudget { party, by, .. } = may;
    if !rows::set_amount(tx, party, id, revision, amount_minor)? {
        return Err(BudgetError::Overtaken);
    }
    let detail = serde_json::json!({ "budget": id.as_str(), "amount_minor": amount_minor });
    Ok(note(tx, &by, party, detail, now)?)
}

/// Closes a budget: nothing can be reserved from it any more.
///
/// # Errors
/// [`BudgetError::Overtaken`].
pub fn close(tx: &mut Write, may: MayBudget, id: BudgetId, now: Timestamp) -> Result<(), BudgetError> {
    let MayBudget { party, by, .. } = may;
    if !rows::close(tx, party, id, now)? {
        return Err(BudgetError::Overtaken);
    }
    Ok(note(tx, &by, party, serde_json::json!({ "budget": id.as_str(), "closed": true }), now)?)
}

/// Gives the budgets of an organisation that have not ended, to its members.
///
/// # Errors
/// [`Refused::Hidden`] for strangers.
pub fn budgets_of(tx: &mut Read, actor: &Actor, party: PartyId, now: Timestamp) -> Result<Vec<Budget>, Refused> {
    if !super::acts_for(tx, actor, party)? {
        return Err(Refused::Hidden);
    }
    Ok(rows::open_of(tx, party, now)?)
}

/// Gives the budget that a request has reserved or spent from.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn held_by(tx: &mut Read, purchase: PurchaseId) -> Result<Option<Budget>, StoreError> {
    rows::of_purchase(tx, purchase)
}

/// Reserves an amount for a request. Without any running budget nothing has to be named; with one, the cost centre has to
/// be, and enough must be left.
///
/// # Errors
/// [`Refused::Unmet`] with the list when the cost centre is not named or too little is left.
pub(in crate::market) fn reserve(
    tx: &mut Write,
    (party, purchase): (PartyId, PurchaseId),
    cost_centre: &str,
    amount: Money,
    now: Timestamp,
) -> Result<(), Refused> {
    let running = running(tx, party, now)?;
    if amount.minor == 0 {
        // What costs nothing needs no cost centre; the one that is named counts when it comes to cost something.
        let named = running.iter().find(|b| b.cost_centre == cost_centre);
        return named.map_or(Ok(()), |budget| Ok(rows::hold(tx, purchase, budget.id, 0, now)?));
    }
    if running.is_empty() {
        return Ok(());
    }
    let here = Step::Party(party);
    let names: Vec<&str> = running.iter().map(|b| b.cost_centre.as_str()).collect();
    let named = running.iter().filter(|b| b.cost_centre == cost_centre).collect::<Vec<_>>();
    let budget = named.iter().find(|b| b.amount.currency == amount.currency);
    let mut list = vec![
        Condition::new("cost-centre-named", !named.is_empty(), "requester").about(names.join(", ")).at(here.clone()),
    ];
    let left = budget.map_or_else(|| format!("{} 0", amount.currency), |b| b.left().to_string());
    let taken = match budget {
        Some(budget) => rows::take(tx, budget.id, amount.minor)?,
        None => false,
    };
    if !named.is_empty() {
        list.push(Condition::new("within-budget", taken, "buyer-finance").about(left).at(here));
    }
    Refused::unless_met(list)?;
    if let Some(budget) = budget {
        rows::hold(tx, purchase, budget.id, amount.minor, now)?;
    }
    Ok(())
}

fn running(tx: &mut Read, party: PartyId, now: Timestamp) -> Result<Vec<Budget>, StoreError> {
    Ok(rows::open_of(tx, party, now)?.into_iter().filter(|b| b.starts_at <= now).collect())
}

/// Reserves an amount for a request that named no cost centre when it was asked for: refused when a budget ran already
/// then, as for any other request. A budget that was made later touches no running request.
///
/// # Errors
/// [`Refused::Unmet`] with the list.
pub(in crate::market) fn reserve_unnamed(
    tx: &mut Write,
    hold: (PartyId, PurchaseId),
    (asked_at, amount): (Timestamp, Money),
    now: Timestamp,
) -> Result<(), Refused> {
    if running(tx, hold.0, now)?.iter().any(|b| b.made_at <= asked_at) {
        return reserve(tx, hold, "", amount, now);
    }
    Ok(())
}

/// Names the cost centre of a request whose price is still to be agreed: nothing is reserved until it is.
///
/// # Errors
/// [`Refused::Unmet`] when budgets run and none of them was named.
pub(in crate::market) fn name_centre(
    tx: &mut Write,
    (party, purchase): (PartyId, PurchaseId),
    cost_centre: &str,
    now: Timestamp,
) -> Result<(), Refused> {
    let running = running(tx, party, now)?;
    let named = running.iter().find(|b| b.cost_centre == cost_centre);
    let names: Vec<&str> = running.iter().map(|b| b.cost_centre.as_str()).collect();
    let met = running.is_empty() || named.is_some();
    let condition = Condition::new("cost-centre-named", met, "requester").about(names.join(", "));
    Refused::unless_met(vec![condition.at(Step::Party(party))])?;
    if let Some(budget) = named {
        rows::hold(tx, purchase, budget.id, 0, now)?;
    }
    Ok(())
}

/// Frees what a request reserved; nothing when it reserved nothing.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn free(tx: &mut Write, purchase: PurchaseId, now: Timestamp) -> Result<(), StoreError> {
    rows::settle(tx, purchase, false, now)
}

/// Spends what a request reserved.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn spend(tx: &mut Write, purchase: PurchaseId, now: Timestamp) -> Result<(), StoreError> {
    rows::settle(tx, purchase, true, now)
}

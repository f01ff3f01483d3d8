//! Rows of budgets and of what requests hold of them.

use super::NewBudget;
use crate::store::schema::{budget_holds, budgets};
use crate::store::{Read, StoreError, Write};
use crate::values::{BudgetId, Currency, MemberId, Money, PartyId, PurchaseId, Timestamp};
use diesel::prelude::*;

/// What may be spent for a cost centre in a period.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Budget {
    pub id: BudgetId,
    pub cost_centre: String,
    pub amount: Money,
    pub reserved_minor: i64,
    pub spent_minor: i64,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub made_at: Timestamp,
    pub revision: i64,
}
impl Budget {
    /// What is left; never below zero.
    #[must_use]
    pub fn left(&self) -> Money {
        let left = self.amount.minor.saturating_sub(self.reserved_minor).saturating_sub(self.spent_minor);
        Money::new(left.max(0), self.amount.currency)
    }
}

type Row = (BudgetId, String, Currency, i64, i64, i64, Timestamp, Timestamp, Timestamp, i64);

macro_rules! columns {
    () => {
        (
            budgets::id,
            budgets::cost_centre,
            budgets::currency,
            budgets::amount_minor,
            budgets::reserved_minor,
            budgets::spent_minor,
            budgets::starts_at,
            budgets::ends_at,
            budgets::made_at,
            budgets::revision,
        )
    };
}

fn budget(row: Row) -> Budget {
    let (id, cost_centre, currency, amount, reserved_minor, spent_minor, starts_at, ends_at, made_at, revision) = row;
    let amount = Money::new(amount, currency);
    Budget { id, cost_centre, amount, reserved_minor, spent_minor, starts_at, ends_at, made_at, revision }
}

/// Those that have not ended, the next to end first.
pub(super) fn open_of(tx: &mut Read, party: PartyId, now: Timestamp) -> Result<Vec<Budget>, StoreError> {
    let rows: Vec<Row> = budgets::table
        .filter(budgets::party_id.eq(party))
        .filter(budgets::closed_at.is_null())
        .filter(budgets::ends_at.gt(now))
        .select(columns!())
        .order((budgets::ends_at.asc(), budgets::id.asc()))
        .limit(500)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(budget).collect())
}

pub(super) fn of_purchase(tx: &mut Read, purchase: PurchaseId) -> Result<Option<Budget>, StoreError> {
    let row: Option<Row> = budget_holds::table
        .inner_join(budgets::table.on(budgets::id.eq(budget_holds::budget_id)))
        .filter(budget_holds::purchase_id.eq(purchase))
        .select(columns!())
        .first(tx.conn())
        .optional()?;
    Ok(row.map(budget))
}

pub(super) fn insert(
    tx: &mut Write,
    id: BudgetId,
    party: PartyId,
    new: &NewBudget,
    by: MemberId,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(budgets::table)
        .values((
            budgets::id.eq(id),
            budgets::party_id.eq(party),
            budgets::cost_centre.eq(new.cost_centre.as_str()),
            budgets::currency.eq(new.amount.currency),
            budgets::amount_minor.eq(new.amount.minor),
            budgets::starts_at.eq(new.starts_at),
            budgets::ends_at.eq(new.ends_at),
            budgets::made_by.eq(by),
            budgets::made_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn set_amount(
    tx: &mut Write,
    party: PartyId,
    id: BudgetId,
    revision: i64,
    amount: i64,
) -> Result<bool, StoreError> {
    let seen = budgets::table
        .find(id)
        .filter(budgets::party_id.eq(party))
        .filter(budgets::closed_at.is_null())
        .filter(budgets::revision.eq(revision));
    let values = (budgets::amount_minor.eq(amount), budgets::revision.eq(revision + 1));
    Ok(diesel::update(seen).set(values).execute(tx.conn())? == 1)
}

pub(super) fn close(tx: &mut Write, party: PartyId, id: BudgetId, now: Timestamp) -> Result<bool, StoreError> {
    let open = budgets::table.find(id).filter(budgets::party_id.eq(party)).filter(budgets::closed_at.is_null());
    Ok(diesel::update(open).set(budgets::closed_at.eq(now)).execute(tx.conn())? == 1)
}

/// Takes an amount if so much is left: one statement, so that two takers never overdraw.
pub(super) fn take(tx: &mut Write, id: BudgetId, amount: i64) -> Result<bool, StoreError> {
    let enough = budgets::table
        .find(id)
        .filter(budgets::closed_at.is_null())
        .filter((budgets::reserved_minor + budgets::spent_minor + amount).le(budgets::amount_minor));
    let done = diesel::update(enough).set(budgets::reserved_minor.eq(budgets::reserved_minor + amount));
    Ok(done.execute(tx.conn())? == 1)
}

/// Notes what a request holds; it may hold again after it was freed.
pub(super) fn hold(
    tx: &mut Write,
    purchase: PurchaseId,
    id: BudgetId,
    amount: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let freed = budget_holds::table.find(purchase).filter(budget_holds::state.eq("freed"));
    let values = (
        budget_holds::budget_id.eq(id),
        budget_holds::amount_minor.eq(amount),
        budget_holds::state.eq("reserved"),
        budget_holds::changed_at.eq(now),
    );
    if diesel::update(freed).set(values).execute(tx.conn())? == 0 {
        diesel::insert_into(budget_holds::table)
            .values((budget_holds::purchase_id.eq(purchase), values))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Ends what a request has reserved: spent, or freed.
pub(super) fn settle(tx: &mut Write, purchase: PurchaseId, spent: bool, now: Timestamp) -> Result<(), StoreError> {
    let held: Option<(BudgetId, i64)> = budget_holds::table
        .find(purchase)
        .filter(budget_holds::state.eq("reserved"))
        .select((budget_holds::budget_id, budget_holds::amount_minor))
        .first(tx.conn())
        .optional()?;
    let Some((id, amount)) = held else { return Ok(()) };
    let reserved = budget_holds::table.find(purchase).filter(budget_holds::state.eq("reserved"));
    let state = if spent { "spent" } else { "freed" };
    let values = (budget_holds::state.eq(state), budget_holds::changed_at.eq(now));
    if diesel::update(reserved).set(values).execute(tx.conn())? == 0 {
        return Ok(());
    }
    let more = if spent { amount } else { 0 };
    let values = (
        budgets::reserved_minor.eq(budgets::reserved_minor - amount),
        budgets::spent_minor.eq(budgets::spent_minor + more),
    );
    diesel::update(budgets::table.find(id)).set(values).execute(tx.conn())?;
    Ok(())
}

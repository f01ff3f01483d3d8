//! A grant that ended by itself, or whose notice period is over: both sides are told at its instant, once. Nothing is
//! stored of it but that they were told: that it ended is computed from the clock.

use super::{Grant, hook, renew, rows, state};
use crate::market::accounts::Actor;
use crate::market::datasets;
use crate::market::notices::{self, Kind, Notice};
use crate::market::parties::{self, Role};
use crate::store::{Read, StoreError, Write};
use crate::values::Timestamp;

/// Days within which an end is still told, as after an outage.
const LATE_DAYS: i64 = 7;

/// Tells both sides of grants that have ended; gives how many those were.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn lapse_due(tx: &mut Write, house: &Actor, now: Timestamp) -> Result<usize, StoreError> {
    let mut told = 0;
    if !house.is_house() {
        return Ok(told);
    }
    for grant in rows::untold_ends(tx, now.plus_days(-LATE_DAYS), now)? {
        // The reminder of no days before the end: whoever inserts it tells.
        if rows::insert_reminder(tx, grant.id, 0, now)? {
            tell(tx, &grant, now)?;
            told += 1;
        }
    }
    Ok(told)
}

/// Whether any end waits to be told.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn ends_untold(tx: &mut Read, now: Timestamp) -> Result<bool, StoreError> {
    Ok(!rows::untold_ends(tx, now.plus_days(-LATE_DAYS), now)?.is_empty())
}

/// Gives the next instant after `now` at which a grant ends.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn next_end(tx: &mut Read, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    rows::next_end(tx, now)
}

fn tell(tx: &mut Write, grant: &Grant, now: Timestamp) -> Result<(), StoreError> {
    let next = renew::successor(tx, grant)?;
    let end = state::end_of(grant).unwrap_or(now);
    hook::lapsed(tx, grant, (end, next.as_ref()), now)?;
    // Whoever renewed in time is told of nothing that stops.
    if next.is_some() {
        return Ok(());
    }
    let dataset = datasets::get(tx, grant.dataset_id)?;
    for (party, role, part) in [(grant.holder_id, Role::Requester, "/renewal"), (grant.seller_id, Role::Licensor, "")] {
        for receiver in parties::receivers(tx, party, role)? {
            let notice = Notice::new(Kind::GrantLapsed, grant.id)
                .fact("number", &grant.number)
                .fact("dataset", dataset.title(receiver.lang))
                .fact("date", end.civil("%Y-%m-%d %H:%M:%S UTC"))
                .leads_to(format!("/grants/{}{part}", grant.id));
            notices::file(tx, &notice, &[receiver.holding(&grant.number)], now)?;
        }
    }
    Ok(())
}

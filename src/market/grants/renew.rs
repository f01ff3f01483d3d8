//! Renewal: who may ask for it, what it begins at, and the reminders before an end.

use super::state::{State, end_of, standing};
use super::{Grant, hook, rows, visible};
use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::datasets;
use crate::market::notices::{self, Kind, Notice};
use crate::market::parties::{self, Role};
use crate::store::{Read, StoreError, Write};
use crate::values::{DatasetId, GrantId, PurchaseId, Timestamp};

/// Days before the end at which the holder is reminded.
pub const REMINDERS: [i64; 3] = [1, 7, 30];

/// Lets the holder ask for the renewal of a grant.
#[derive(Debug)]
pub struct MayRenew {
    grant: Grant,
}

impl MayRenew {
    /// Checks role and standing in this transaction.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers and the seller's side, [`Refused::Unmet`] with the list.
    pub fn check(tx: &mut Read, actor: &Actor, id: GrantId, now: Timestamp) -> Result<Self, Refused> {
        let (grant, _) = visible(tx, actor, id)?;
        if !parties::acts_for(tx, actor, grant.holder_id)? {
            return Err(Refused::Hidden);
        }
        Refused::unless_met(renew_conditions(tx, &grant, now)?)?;
        Ok(Self { grant })
    }
    /// The grant.
    #[must_use]
    pub const fn grant(&self) -> &Grant {
        &self.grant
    }
}

/// The part of the list behind the renewal that the grant itself decides; who may ask and for what is that of any request.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn renew_conditions(tx: &mut Read, grant: &Grant, now: Timestamp) -> Result<Vec<Condition>, StoreError> {
    let ended = matches!(grant.state, State::Terminated { .. });
    let next = successor(tx, grant)?.filter(|g| standing(g, now).is_open());
    let taken = Condition::new("not-renewed-yet", next.is_none(), "nobody");
    let taken = match next {
        Some(next) => taken.about(next.number.clone()).at(Step::Grant(next.id)),
        None => taken,
    };
    Ok(vec![
        Condition::new("grant-active", !ended, "requester").at(Step::Dataset(grant.dataset_id)),
        Condition::new("grant-has-end", grant.ends_at.is_some(), "nobody"),
        taken,
    ])
}

/// The grant that took the place of another.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn successor(tx: &mut Read, grant: &Grant) -> Result<Option<Grant>, StoreError> {
    for purchase in rows::renewals_of(tx, grant.id)? {
        let found = rows::of_purchase(tx, purchase)?.into_iter().find(|g| g.dataset_id == grant.dataset_id);
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The requests that renew a grant, oldest first.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn renewals_of(tx: &mut Read, grant: GrantId) -> Result<Vec<PurchaseId>, StoreError> {
    rows::renewals_of(tx, grant)
}

/// Notes that a request renews a grant.
pub(in crate::market) fn note_renewal(tx: &mut Write, purchase: PurchaseId, may: &MayRenew) -> Result<(), StoreError> {
    rows::insert_renewal(tx, purchase, may.grant.id)
}

/// When a grant for a dataset begins that comes of a request: now, or where the one ends that the request renews.
pub(in crate::market) fn start_of(
    tx: &mut Read,
    purchase: PurchaseId,
    dataset: DatasetId,
    now: Timestamp,
) -> Result<Timestamp, StoreError> {
    let old = rows::renewed_by(tx, purchase)?.map(|id| rows::find(tx, id)).transpose()?.flatten();
    let end = old.filter(|g| g.dataset_id == dataset && standing(g, now).is_open()).and_then(|g| end_of(&g));
    Ok(end.map_or(now, |end| end.max(now)))
}

/// Reminds the holders of grants that end in 30, 7 and 1 days, once each; gives how many grants that were.
///
/// A grant that is renewed already, or was given for less than so many days, is not reminded; one that is not to be
/// renewed only on its last day.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn remind_due(tx: &mut Write, house: &Actor, now: Timestamp) -> Result<usize, StoreError> {
    let mut told = 0;
    if !house.is_house() {
        return Ok(told);
    }
    for days in REMINDERS {
        for grant in rows::unreminded(tx, days, now)? {
            if rows::insert_reminder(tx, grant.id, days, now)? && wants_reminder(tx, &grant, days)? {
                remind(tx, &grant, days, now)?;
                told += 1;
            }
        }
    }
    Ok(told)
}

fn wants_reminder(tx: &mut Read, grant: &Grant, days: i64) -> Result<bool, StoreError> {
    let long = grant.ends_at.is_some_and(|end| end.plus_days(-days) > grant.starts_at);
    let wanted = !grant.renewal_unwanted || days == 1;
    Ok(long && wanted && successor(tx, grant)?.is_none())
}

fn remind(tx: &mut Write, grant: &Grant, days: i64, now: Timestamp) -> Result<(), StoreError> {
    let dataset = datasets::get(tx, grant.dataset_id)?;
    let seller = parties::get(tx, grant.seller_id)?;
    let mut receivers = parties::receivers(tx, grant.holder_id, Role::Requester)?;
    for owner in parties::receivers(tx, grant.holder_id, Role::Owner)? {
        if receivers.iter().all(|r| r.email != owner.email) {
            receivers.push(owner);
        }
    }
    let end = grant.ends_at.unwrap_or(now);
    hook::ending(tx, grant, days, now)?;
    for receiver in receivers {
        let notice = Notice::new(Kind::GrantEnding, format!("{}/{days}", grant.id))
            .fact("number", &grant.number)
            .fact("dataset", dataset.title(receiver.lang))
            .fact("seller", seller.name(receiver.lang))
            .fact("days", days)
            .fact("date", end.civil("%Y-%m-%d %H:%M UTC"))
            .leads_to(format!("/grants/{}/renewal", grant.id));
        notices::file(tx, &notice, &[receiver.holding(&grant.number)], now)?;
    }
    Ok(())
}

//! Rows of what is to be delivered to webhooks.

use super::super::{Event, Leased};
use super::{HookRow, hook};
use crate::store::schema::{webhook_deliveries as d, webhooks};
use crate::store::{Read, StoreError, Write};
use crate::values::{Timestamp, WebhookDeliveryId, WebhookId};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// Due rows that are looked at for one lease.
const LOOKED_AT: i64 = 400;

pub(in super::super) fn is_filed(
    tx: &mut Read,
    hook: WebhookId,
    event: Event,
    subject: &str,
) -> Result<bool, StoreError> {
    let same = d::table.filter(d::webhook_id.eq(hook)).filter(d::event.eq(event)).filter(d::subject_id.eq(subject));
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(tx.conn())?)
}

pub(in super::super) fn insert_delivery(
    tx: &mut Write,
    hook: WebhookId,
    event: Event,
    subject: &str,
    body: &str,
    now: Timestamp,
) -> Result<WebhookDeliveryId, StoreError> {
    let id = WebhookDeliveryId::fresh();
    diesel::insert_into(d::table)
        .values((
            d::id.eq(id),
            d::webhook_id.eq(hook),
            d::event.eq(event),
            d::subject_id.eq(subject),
            d::body.eq(body),
            d::created_at.eq(now),
            d::next_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

/// What waits to be sent.
macro_rules! open {
    () => {
        d::table.filter(d::sent_at.is_null()).filter(d::failed_at.is_null())
    };
}
/// What is due and held by nobody.
macro_rules! due {
    ($now:expr) => {
        open!().filter(d::next_at.le($now)).filter(d::leased_until.is_null().or(d::leased_until.lt($now.0)))
    };
}

pub(in super::super) fn waits(tx: &mut Read, now: Timestamp) -> Result<bool, StoreError> {
    Ok(diesel::select(diesel::dsl::exists(due!(now))).get_result(tx.conn())?)
}

pub(in super::super) fn lease(
    tx: &mut Write,
    lease: &str,
    (most, each): (usize, usize),
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<Leased>, StoreError> {
    let found: Vec<(WebhookDeliveryId, WebhookId)> = due!(now)
        .order((d::next_at.asc(), d::id.asc()))
        .limit(LOOKED_AT)
        .select((d::id, d::webhook_id))
        .load(tx.conn())?;
    let mut of_hook: BTreeMap<WebhookId, usize> = BTreeMap::new();
    let mut mine = Vec::new();
    for (id, hook) in found {
        let count = of_hook.entry(hook).or_default();
        if mine.len() >= most || *count >= each {
            continue;
        }
        // Taken only if nobody took it meanwhile: the row count decides.
        let free = due!(now).filter(d::id.eq(id));
        let taken = diesel::update(free).set((d::lease.eq(lease), d::leased_until.eq(until.0))).execute(tx.conn())?;
        if taken == 1 {
            *count += 1;
            mine.push(id);
        }
    }
    let mut leased = Vec::new();
    for id in mine {
        let (hook_id, event, body, attempts): (WebhookId, Event, String, i64) =
            d::table.find(id).select((d::webhook_id, d::event, d::body, d::attempts)).first(tx.conn())?;
        let row: HookRow = webhooks::table.find(hook_id).select(columns!()).first(tx.conn())?;
        leased.push(Leased { id, hook: hook(row), event, body, attempts });
    }
    Ok(leased)
}

pub(in super::super) fn delivered(
    tx: &mut Write,
    id: WebhookDeliveryId,
    lease: &str,
    status: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::update(d::table.find(id).filter(d::lease.eq(lease)))
        .set((
            d::sent_at.eq(now.0),
            // It arrived, whatever was thought of it meanwhile.
            d::failed_at.eq(None::<i64>),
            d::attempts.eq(d::attempts + 1),
            d::leased_until.eq(None::<i64>),
            d::last_status.eq(status),
            d::last_error.eq(None::<String>),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(in super::super) fn failed(
    tx: &mut Write,
    id: WebhookDeliveryId,
    lease: &str,
    (status, error): (Option<i64>, &str),
    next: Timestamp,
    given_up: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let held = open!().filter(d::id.eq(id)).filter(d::lease.eq(lease));
    let values = (
        d::attempts.eq(d::attempts + 1),
        d::next_at.eq(next),
        d::leased_until.eq(None::<i64>),
        d::last_status.eq(status),
        d::last_error.eq(error),
        d::failed_at.eq(given_up.map(|t| t.0)),
    );
    Ok(diesel::update(held).set(values).execute(tx.conn())? == 1)
}

/// Gives up what waits for a webhook.
pub(in super::super) fn give_up_all(
    tx: &mut Write,
    hook: WebhookId,
    error: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::update(open!().filter(d::webhook_id.eq(hook)))
        .set((d::failed_at.eq(now.0), d::last_error.eq(error)))
        .execute(tx.conn())?;
    Ok(())
}

/// Lets what was given up be tried anew; gives how much that was.
pub(in super::super) fn again(
    tx: &mut Write,
    hook: WebhookId,
    id: Option<WebhookDeliveryId>,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let given_up =
        d::table.filter(d::webhook_id.eq(hook)).filter(d::failed_at.is_not_null()).filter(d::sent_at.is_null());
    let anew = (
        d::failed_at.eq(None::<i64>),
        d::attempts.eq(0),
        d::next_at.eq(now),
        d::leased_until.eq(None::<i64>),
        d::lease.eq(None::<String>),
    );
    Ok(match id {
        Some(id) => diesel::update(given_up.filter(d::id.eq(id))).set(anew).execute(tx.conn())?,
        None => diesel::update(given_up).set(anew).execute(tx.conn())?,
    })
}

/// What waits and what was given up, of one webhook that is there, or of all.
pub(in super::super) fn counts(tx: &mut Read, hook: Option<WebhookId>) -> Result<(i64, i64), StoreError> {
    let mut count = |failed: bool| -> Result<i64, StoreError> {
        let there = webhooks::table.filter(webhooks::removed_at.is_null()).select(webhooks::id);
        let mut query = d::table.filter(d::sent_at.is_null()).filter(d::webhook_id.eq_any(there)).into_boxed();
        if let Some(hook) = hook {
            query = query.filter(d::webhook_id.eq(hook));
        }
        query = if failed { query.filter(d::failed_at.is_not_null()) } else { query.filter(d::failed_at.is_null()) };
        Ok(query.count().get_result(tx.conn())?)
    };
    Ok((count(false)?, count(true)?))
}

pub(in super::super) fn forget(tx: &mut Write, sent: Timestamp, failed: Timestamp) -> Result<(), StoreError> {
    diesel::delete(d::table.filter(d::sent_at.lt(sent.0))).execute(tx.conn())?;
    diesel::delete(d::table.filter(d::failed_at.lt(failed.0)).filter(d::sent_at.is_null())).execute(tx.conn())?;
    Ok(())
}

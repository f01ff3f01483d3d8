//! Rows of failed sign-ins.

use crate::store::schema::throttles;
use crate::store::{Read, StoreError, Write};
use crate::values::Timestamp;
use diesel::prelude::*;

pub(in crate::market::accounts) fn blocked_until(tx: &mut Read, id: &str) -> Result<Option<Timestamp>, StoreError> {
    Ok(throttles::table.find(id).select(throttles::blocked_until).first(tx.conn()).optional()?)
}

pub(in crate::market::accounts) fn failures(tx: &mut Read, id: &str, since: Timestamp) -> Result<i64, StoreError> {
    let found: Option<i64> = throttles::table
        .find(id)
        .filter(throttles::updated_at.ge(since))
        .select(throttles::failures)
        .first(tx.conn())
        .optional()?;
    Ok(found.unwrap_or(0))
}

pub(in crate::market::accounts) fn keep_failures(
    tx: &mut Write,
    id: &str,
    failures: i64,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let values = (throttles::failures.eq(failures), throttles::blocked_until.eq(until), throttles::updated_at.eq(now));
    let changed = diesel::update(throttles::table.find(id)).set(values).execute(tx.conn())?;
    if changed == 0 {
        diesel::insert_into(throttles::table).values((throttles::id.eq(id), values)).execute(tx.conn())?;
    }
    Ok(())
}

pub(in crate::market::accounts) fn forget_failures(tx: &mut Write, id: &str) -> Result<(), StoreError> {
    diesel::delete(throttles::table.find(id)).execute(tx.conn())?;
    Ok(())
}

//! Running numbers without gaps: a number is taken in the transaction of what it numbers.

use super::db::{StoreError, Write};
use super::schema::counters;
use diesel::prelude::*;

/// Takes the next number of a series, from 1 on. The series is locked until the transaction ends.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(crate) fn next_number(tx: &mut Write, series: &str) -> Result<i64, StoreError> {
    super::each!(tx.conn(), c => diesel::insert_into(counters::table)
        .values((counters::id.eq(series), counters::value.eq(0_i64)))
        .on_conflict_do_nothing()
        .execute(c))?;
    diesel::update(counters::table.find(series)).set(counters::value.eq(counters::value + 1)).execute(tx.conn())?;
    Ok(counters::table.find(series).select(counters::value).first(tx.conn())?)
}

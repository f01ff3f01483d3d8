//! Rows of intended uses.

use crate::market::licences::may::IntendedUse;
use crate::store::schema::intended_uses;
use crate::store::{Read, StoreError, Write, each};
use crate::values::{PurchaseId, Timestamp};
use diesel::prelude::*;

pub(super) fn insert(
    tx: &mut Write,
    purchase: PurchaseId,
    intended: &IntendedUse,
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = serde_json::to_string(intended).map_err(|e| StoreError::Broken(e.to_string()))?;
    each!(tx.conn(), c => diesel::insert_into(intended_uses::table)
        .values((
            intended_uses::purchase_id.eq(purchase),
            intended_uses::intended.eq(&text),
            intended_uses::stated_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

pub(super) fn find(tx: &mut Read, purchase: PurchaseId) -> Result<Option<IntendedUse>, StoreError> {
    let text: Option<String> =
        intended_uses::table.find(purchase).select(intended_uses::intended).first(tx.conn()).optional()?;
    let read = |t: String| {
        serde_json::from_str(&t).map_err(|e| StoreError::Broken(format!("intended use of {purchase}: {e}")))
    };
    text.map(read).transpose()
}

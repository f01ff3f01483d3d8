//! Rows of the wordings that were signed.

use crate::store::schema::signed_agreements;
use crate::store::{Read, StoreError, Write, each};
use crate::values::{PurchaseId, Timestamp};
use diesel::prelude::*;

/// The wording that was signed under a hash.
pub(in crate::market::purchases) fn signed(
    tx: &mut Read,
    purchase: PurchaseId,
    sha256: &str,
) -> Result<Option<String>, StoreError> {
    let row = signed_agreements::table.find((purchase, sha256.to_owned())).select(signed_agreements::body);
    Ok(row.first(tx.conn()).optional()?)
}

/// Keeps the wording that is signed, once.
pub(in crate::market::purchases) fn keep_signed(
    tx: &mut Write,
    purchase: PurchaseId,
    (sha256, body): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    each!(tx.conn(), c => diesel::insert_into(signed_agreements::table)
        .values((
            signed_agreements::purchase_id.eq(purchase),
            signed_agreements::sha256.eq(sha256),
            signed_agreements::body.eq(body),
            signed_agreements::kept_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

//! Purchases for inboxes, policies and their dry runs.

use super::{Purchase, Row, columns, purchase};
use crate::store::schema::{purchase_lines, purchases};
use crate::store::{Read, StoreError};
use crate::values::{DatasetId, PartyId, PurchaseId, Timestamp};
use diesel::prelude::*;

pub(in crate::market::purchases) fn of_ids(tx: &mut Read, ids: &[PurchaseId]) -> Result<Vec<Purchase>, StoreError> {
    let rows: Vec<Row> =
        purchases::table.filter(purchases::id.eq_any(ids.to_vec())).select(columns!()).load(tx.conn())?;
    Ok(rows.into_iter().map(purchase).collect())
}

/// The requests of some organisations, on whichever side, that have not ended, the one that runs out first on top.
pub(in crate::market::purchases) fn open_of(tx: &mut Read, parties: &[PartyId]) -> Result<Vec<Purchase>, StoreError> {
    let open = ["submitted", "awaiting_seller", "awaiting_payment", "returned"];
    let rows: Vec<Row> = purchases::table
        .filter(purchases::buyer_id.eq_any(parties.to_vec()).or(purchases::seller_id.eq_any(parties.to_vec())))
        .filter(purchases::state.eq_any(open))
        .select(columns!())
        .order((purchases::expires_at.asc(), purchases::id.asc()))
        .limit(500)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(purchase).collect())
}

/// The last requests to a seller, for one dataset when it is named, newest first.
pub(in crate::market::purchases) fn of_seller(
    tx: &mut Read,
    seller: PartyId,
    dataset: Option<DatasetId>,
    most: i64,
) -> Result<Vec<Purchase>, StoreError> {
    let mut query = purchases::table.filter(purchases::seller_id.eq(seller)).select(columns!()).into_boxed();
    if let Some(dataset) = dataset {
        let of_it = purchase_lines::table.filter(purchase_lines::dataset_id.eq(dataset));
        query = query.filter(purchases::id.eq_any(of_it.select(purchase_lines::purchase_id)));
    }
    let rows: Vec<Row> =
        query.order((purchases::created_at.desc(), purchases::id.desc())).limit(most).load(tx.conn())?;
    Ok(rows.into_iter().map(purchase).collect())
}

/// Whether a buyer was granted something of a seller that it asked for before an instant.
pub(in crate::market::purchases) fn dealt_before(
    tx: &mut Read,
    buyer: PartyId,
    seller: PartyId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let dealt = purchases::table
        .filter(purchases::buyer_id.eq(buyer))
        .filter(purchases::seller_id.eq(seller))
        .filter(purchases::state.eq("granted"))
        .filter(purchases::created_at.lt(at));
    Ok(diesel::select(diesel::dsl::exists(dealt)).get_result(tx.conn())?)
}

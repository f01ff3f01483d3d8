//! Lists of purchases: of some organisations, of those who decide, of what ran out.

use super::{Purchase, Row, columns, purchase};
use crate::market::grants::Side;
use crate::store::schema::purchases;
use crate::store::{Cursor, Page, Read, StoreError};
use crate::values::{PartyId, Timestamp};
use diesel::prelude::*;

/// What waits for the compliance officer, the one that runs out first on top.
pub(in crate::market::purchases) fn waiting_for_officer(tx: &mut Read) -> Result<Vec<Purchase>, StoreError> {
    let rows: Vec<Row> = purchases::table
        .filter(purchases::compliance_step.eq("reached"))
        .filter(purchases::state.eq("awaiting_seller"))
        .select(columns!())
        .order((purchases::expires_at.asc(), purchases::id.asc()))
        .limit(200)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(purchase).collect())
}

pub(in crate::market::purchases) fn of_parties(
    tx: &mut Read,
    parties: &[PartyId],
    side: Side,
    after: Option<&Cursor>,
    size: i64,
) -> Result<Page<Purchase>, StoreError> {
    let mut query = purchases::table.select(columns!()).into_boxed();
    query = match side {
        Side::Buyer => query.filter(purchases::buyer_id.eq_any(parties.to_vec())),
        Side::Seller => query.filter(purchases::seller_id.eq_any(parties.to_vec())),
    };
    if let Some(Cursor { at, id }) = after {
        query = query
            .filter(purchases::created_at.lt(*at).or(purchases::created_at.eq(*at).and(purchases::id.lt(id.clone()))));
    }
    let rows: Vec<Row> =
        query.order((purchases::created_at.desc(), purchases::id.desc())).limit(size + 1).load(tx.conn())?;
    let items = rows.into_iter().map(purchase).collect();
    Ok(Page::cut(items, usize::try_from(size).unwrap_or(50), |p: &Purchase| Cursor {
        at: p.submitted_at,
        id: p.id.to_string(),
    }))
}

/// The purchases that wait for one side of some organisations, the one that runs out first on top.
pub(in crate::market::purchases) fn waiting(
    tx: &mut Read,
    parties: &[PartyId],
    side: Side,
) -> Result<Vec<Purchase>, StoreError> {
    let query = purchases::table.select(columns!()).into_boxed();
    let query = match side {
        Side::Buyer => {
            query.filter(purchases::buyer_id.eq_any(parties.to_vec())).filter(purchases::state.eq("submitted"))
        }
        Side::Seller => query
            .filter(purchases::seller_id.eq_any(parties.to_vec()))
            .filter(purchases::state.eq_any(["awaiting_seller", "awaiting_payment"])),
    };
    let rows: Vec<Row> = query.order((purchases::expires_at.asc(), purchases::id.asc())).limit(500).load(tx.conn())?;
    Ok(rows.into_iter().map(purchase).collect())
}

pub(in crate::market::purchases) fn overdue(tx: &mut Read, now: Timestamp) -> Result<Vec<Purchase>, StoreError> {
    let open = ["submitted", "awaiting_seller", "awaiting_payment", "returned"];
    let rows: Vec<Row> = purchases::table
        .filter(purchases::state.eq_any(open))
        .filter(purchases::expires_at.le(now))
        .select(columns!())
        .order(purchases::id.asc())
        .limit(200)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(purchase).collect())
}

/// What somebody asked for on behalf of an organisation, newest first: up to 500.
pub(in crate::market::purchases) fn asked_by(
    tx: &mut Read,
    party: PartyId,
    by: &str,
) -> Result<Vec<Purchase>, StoreError> {
    let rows: Vec<Row> = purchases::table
        .filter(purchases::buyer_id.eq(party))
        .filter(purchases::requested_by.eq(by))
        .select(columns!())
        .order((purchases::created_at.desc(), purchases::id.desc()))
        .limit(500)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(purchase).collect())
}

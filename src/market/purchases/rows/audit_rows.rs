//! The deals of the whole exchange, for whoever audits it.

use super::{Purchase, Row, columns, purchase};
use crate::store::schema::{grants, orders, purchases};
use crate::store::{Cursor, Page, Read, StoreError};
use crate::values::{PartyId, PurchaseId};
use diesel::prelude::*;

/// The most deals that the number of a grant or an invoice can stand for: invoices are numbered by each seller.
const MOST: i64 = 500;

/// What a deal is looked for by: words in its number, numbers of what came of it, its sides.
pub(in crate::market::purchases) struct Sought {
    /// The words in capitals.
    pub words: String,
    /// Organisations with the words in their names.
    pub parties: Vec<PartyId>,
}

/// The deals of which a grant or an invoice has just this number.
fn numbered(tx: &mut Read, number: &str) -> Result<Vec<PurchaseId>, StoreError> {
    let mut ids: Vec<PurchaseId> =
        grants::table.filter(grants::number.eq(number)).select(grants::purchase_id).limit(MOST).load(tx.conn())?;
    let of_orders: Vec<PurchaseId> =
        orders::table.filter(orders::number.eq(number)).select(orders::purchase_id).limit(MOST).load(tx.conn())?;
    ids.extend(of_orders);
    Ok(ids)
}

/// Every deal, or those that are sought, newest first.
pub(in crate::market::purchases) fn of_exchange(
    tx: &mut Read,
    sought: Option<&Sought>,
    after: Option<&Cursor>,
    size: i64,
) -> Result<Page<Purchase>, StoreError> {
    let mut query = purchases::table.select(columns!()).into_boxed();
    if let Some(Sought { words, parties }) = sought {
        let ids = numbered(tx, words)?;
        let pattern = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        query = query.filter(
            purchases::number
                .like(format!("%{pattern}%"))
                .escape('\\')
                .or(purchases::id.eq_any(ids))
                .or(purchases::buyer_id.eq_any(parties.clone()))
                .or(purchases::seller_id.eq_any(parties.clone())),
        );
    }
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

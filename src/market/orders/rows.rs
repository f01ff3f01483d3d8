//! Rows of orders.

use crate::store::schema::orders;
use crate::store::{Read, StoreError, Write};
use crate::values::{BadMoney, Currency, MemberId, Money, OrderId, PartyId, PurchaseId, Timestamp};
use diesel::prelude::*;

/// What is owed for a purchase, and its invoice.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts, named as on the invoice")]
pub struct Order {
    pub id: OrderId,
    pub purchase_id: PurchaseId,
    pub number: String,
    pub buyer_id: PartyId,
    pub seller_id: PartyId,
    pub net: Money,
    pub tax: Money,
    pub payee: String,
    pub opened_at: Timestamp,
    pub due_at: Timestamp,
    pub paid_at: Option<Timestamp>,
    pub paid_on: Option<String>,
    pub paid_reference: Option<String>,
    pub paid_by: Option<MemberId>,
    pub revision: i64,
}
impl Order {
    /// Gives what is to be paid.
    ///
    /// # Errors
    /// [`BadMoney::Overflow`] beyond 64 bits, which opening an order excludes.
    pub fn gross(&self) -> Result<Money, BadMoney> {
        self.net.plus(self.tax)
    }
}

type Row = (
    OrderId,
    PurchaseId,
    String,
    PartyId,
    PartyId,
    i64,
    i64,
    Currency,
    String,
    Timestamp,
    Timestamp,
    Option<Timestamp>,
    Option<String>,
    Option<String>,
    Option<MemberId>,
    i64,
);

fn order(row: Row) -> Order {
    let (
        id,
        purchase_id,
        number,
        buyer_id,
        seller_id,
        net,
        tax,
        currency,
        payee,
        opened_at,
        due_at,
        paid_at,
        paid_on,
        paid_reference,
        paid_by,
        revision,
    ) = row;
    let (net, tax) = (Money::new(net, currency), Money::new(tax, currency));
    Order {
        id,
        purchase_id,
        number,
        buyer_id,
        seller_id,
        net,
        tax,
        payee,
        opened_at,
        due_at,
        paid_at,
        paid_on,
        paid_reference,
        paid_by,
        revision,
    }
}

pub(super) fn find(tx: &mut Read, id: OrderId) -> Result<Option<Order>, StoreError> {
    let row: Option<Row> = orders::table.find(id).first(tx.conn()).optional()?;
    Ok(row.map(order))
}

pub(super) fn of_purchase(tx: &mut Read, purchase: PurchaseId) -> Result<Option<Order>, StoreError> {
    let row: Option<Row> = orders::table.filter(orders::purchase_id.eq(purchase)).first(tx.conn()).optional()?;
    Ok(row.map(order))
}

pub(super) fn of_parties(tx: &mut Read, parties: &[PartyId]) -> Result<Vec<Order>, StoreError> {
    let own =
        orders::table.filter(orders::buyer_id.eq_any(parties.to_vec()).or(orders::seller_id.eq_any(parties.to_vec())));
    let rows: Vec<Row> = own.order((orders::opened_at.desc(), orders::id.desc())).limit(500).load(tx.conn())?;
    Ok(rows.into_iter().map(order).collect())
}

pub(super) fn insert(tx: &mut Write, o: &Order) -> Result<(), StoreError> {
    diesel::insert_into(orders::table)
        .values((
            (
                orders::id.eq(o.id),
                orders::purchase_id.eq(o.purchase_id),
                orders::number.eq(&o.number),
                orders::buyer_id.eq(o.buyer_id),
                orders::seller_id.eq(o.seller_id),
            ),
            (
                orders::net_minor.eq(o.net.minor),
                orders::tax_minor.eq(o.tax.minor),
                orders::currency.eq(o.net.currency),
                orders::payee.eq(&o.payee),
            ),
            (orders::opened_at.eq(o.opened_at), orders::due_at.eq(o.due_at)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn settle(
    tx: &mut Write,
    seen: &Order,
    by: MemberId,
    paid_on: &str,
    reference: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let open = orders::table.find(seen.id).filter(orders::paid_at.is_null()).filter(orders::revision.eq(seen.revision));
    let values = (
        orders::paid_at.eq(now),
        orders::paid_on.eq(paid_on),
        orders::paid_reference.eq(reference),
        orders::paid_by.eq(by),
        orders::revision.eq(seen.revision + 1),
    );
    Ok(diesel::update(open).set(values).execute(tx.conn())? == 1)
}

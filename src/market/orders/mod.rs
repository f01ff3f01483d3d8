//! Orders: what is owed for a purchase, its invoice, and that it was paid. Payments are recorded by the seller's finance.

mod rows;

pub use rows::Order;

use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::grants::Side;
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::market::parties;
use crate::store::{Read, StoreError, Write, next_number};
use crate::values::{MemberId, Money, OrderId, PartyId, PurchaseId, Timestamp};

/// What is owed for a purchase.
pub(in crate::market) struct Owed {
    pub purchase: PurchaseId,
    pub buyer: PartyId,
    pub seller: PartyId,
    pub net: Money,
    pub tax: Money,
    pub days: i64,
}

/// Opens an order with the next invoice number of the seller and year, without a gap.
pub(in crate::market) fn open(tx: &mut Write, by: &By, owed: &Owed, now: Timestamp) -> Result<Order, StoreError> {
    let payee = parties::get(tx, owed.seller)?.payee;
    let running = next_number(tx, &format!("invoices/{}/{}", owed.seller, now.year()))?;
    let order = Order {
        id: OrderId::fresh(),
        purchase_id: owed.purchase,
        number: format!("INV-{}-{running:04}", now.year()),
        buyer_id: owed.buyer,
        seller_id: owed.seller,
        net: owed.net,
        tax: owed.tax,
        payee,
        opened_at: now,
        due_at: now.plus_days(owed.days),
        paid_at: None,
        paid_on: None,
        paid_reference: None,
        paid_by: None,
        revision: 1,
    };
    rows::insert(tx, &order)?;
    let gross = order.gross().map_err(|e| StoreError::Broken(e.to_string()))?;
    let detail = serde_json::json!({ "invoice": order.number, "amount": gross.to_string() });
    journal::note(
        tx,
        by,
        &Note::new(Deed::OrderOpened, Thing::Purchase, owed.purchase)
            .for_party(owed.seller)
            .and_party(owed.buyer)
            .detail(detail),
        now,
    )?;
    Ok(order)
}

/// Marks an order as paid, once.
pub(in crate::market) fn settle(
    tx: &mut Write,
    order: &Order,
    by: MemberId,
    paid_on: &str,
    reference: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    rows::settle(tx, order, by, paid_on, reference, now)
}

/// Finds the order of a purchase.
pub(in crate::market) fn of_purchase(tx: &mut Read, purchase: PurchaseId) -> Result<Option<Order>, StoreError> {
    rows::of_purchase(tx, purchase)
}

/// Finds an order that the actor may see: the people of both sides.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn visible(tx: &mut Read, actor: &Actor, id: OrderId) -> Result<(Order, Side), Refused> {
    let order = rows::find(tx, id)?.ok_or(Refused::Hidden)?;
    if parties::acts_for(tx, actor, order.seller_id)? {
        return Ok((order, Side::Seller));
    }
    if parties::acts_for(tx, actor, order.buyer_id)? {
        return Ok((order, Side::Buyer));
    }
    Err(Refused::Hidden)
}

/// Gives the orders of the actor's organisations on both sides, newest first.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn of_actor(tx: &mut Read, actor: &Actor) -> Result<Vec<Order>, StoreError> {
    let own: Vec<PartyId> = parties::own(tx, actor)?.into_iter().map(|(p, _)| p.id).collect();
    rows::of_parties(tx, &own)
}

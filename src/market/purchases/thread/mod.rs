//! Questions and answers about a request: one thread that both sides read.

mod rows;

pub use rows::Message;

use super::access::visible;
use super::hook;
use super::rows::Purchase;
use super::state::Desk;
use super::tell;
use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, Refused};
use crate::market::journal::By;
use crate::store::{Read, StoreError, Write};
use crate::values::{MessageId, Prose, PurchaseId, Timestamp};

/// Messages about one request.
const MOST_MESSAGES: usize = 200;

/// Lets somebody of either side (or the compliance officer) write about a request.
pub struct MayWrite {
    purchase: Purchase,
    side: Desk,
    by: By,
}
impl MayWrite {
    /// Checks that the actor may read the request, and that the thread is not full.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Unmet`] with the list.
    pub fn check(tx: &mut Read, actor: &Actor, id: PurchaseId) -> Result<Self, Refused> {
        let (purchase, side) = visible(tx, actor, id)?;
        let few = rows::of(tx, id)?.len() < MOST_MESSAGES;
        let scope = actor.has_scope("purchase");
        Refused::unless_met(vec![
            Condition::new("scope-purchase", scope, "buyer-owner"),
            Condition::new("thread-not-full", few, "nobody"),
        ])?;
        Ok(Self { purchase, side, by: actor.by() })
    }
}

/// Gives the thread of a request that was found already, oldest first.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(super) fn of(tx: &mut Read, id: PurchaseId) -> Result<Vec<Message>, StoreError> {
    rows::of(tx, id)
}

/// Writes into the thread. The other side is told once until it has answered, however many messages come in a row.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn write(tx: &mut Write, may: MayWrite, text: &Prose, now: Timestamp) -> Result<MessageId, StoreError> {
    let MayWrite { purchase, side, by } = may;
    let last = rows::of(tx, purchase.id)?.into_iter().next_back();
    let turn = last.map_or(1, |m| if m.side == side { m.turn } else { m.turn + 1 });
    let id = MessageId::fresh();
    rows::insert(tx, &Message { id, side, by: by.clone(), body: text.to_string(), turn, posted_at: now }, purchase.id)?;
    tell::message(tx, &purchase, side, &by, turn, now)?;
    hook::message(tx, &purchase, side, id, now)?;
    Ok(id)
}

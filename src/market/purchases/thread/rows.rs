//! Rows of the thread.

use crate::market::journal::{ActorKind, By};
use crate::market::purchases::state::Desk;
use crate::store::schema::purchase_messages;
use crate::store::{Read, StoreError, Write};
use crate::values::{MessageId, PurchaseId, Timestamp};
use diesel::prelude::*;

/// One message.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Message {
    pub id: MessageId,
    pub side: Desk,
    pub by: By,
    pub body: String,
    /// Rises whenever the other side writes.
    pub turn: i64,
    pub posted_at: Timestamp,
}

type Row = (MessageId, Desk, ActorKind, String, String, String, i64, Timestamp);

pub(super) fn of(tx: &mut Read, id: PurchaseId) -> Result<Vec<Message>, StoreError> {
    use purchase_messages as m;
    let rows: Vec<Row> = m::table
        .filter(m::purchase_id.eq(id))
        .select((m::id, m::side, m::author_kind, m::author_id, m::author_name, m::body, m::turn, m::posted_at))
        .order((m::posted_at.asc(), m::id.asc()))
        .load(tx.conn())?;
    let message = |(id, side, kind, author, name, body, turn, posted_at)| Message {
        id,
        side,
        by: By { kind, id: author, name },
        body,
        turn,
        posted_at,
    };
    Ok(rows.into_iter().map(message).collect())
}

pub(super) fn insert(tx: &mut Write, message: &Message, purchase: PurchaseId) -> Result<(), StoreError> {
    use purchase_messages as m;
    diesel::insert_into(m::table)
        .values((
            m::id.eq(message.id),
            m::purchase_id.eq(purchase),
            m::side.eq(message.side),
            m::author_kind.eq(message.by.kind),
            m::author_id.eq(&message.by.id),
            m::author_name.eq(&message.by.name),
            m::body.eq(&message.body),
            m::turn.eq(message.turn),
            m::posted_at.eq(message.posted_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

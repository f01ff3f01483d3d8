//! Rows of decisions; those of the compliance officer lie in a table of their own.

use super::officer;
use crate::market::grants::Side;
use crate::market::purchases::state::Desk;
use crate::store::schema::decisions;
use crate::store::{Read, StoreError, Write};
use crate::values::{DecisionId, MemberId, PurchaseId, Timestamp, text_enum};
use diesel::prelude::*;

text_enum! {
    /// What was decided.
    Verdict {
        /// Yes.
        Approved = "approved",
        /// No.
        Refused = "refused",
        /// Not like this.
        Returned = "returned",
    }
}

/// A decision of one desk.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Decision {
    pub side: Desk,
    pub verdict: Verdict,
    pub member_id: MemberId,
    pub note: String,
    pub round: i64,
    pub decided_at: Timestamp,
}

pub(in crate::market::purchases) fn decisions_of(tx: &mut Read, id: PurchaseId) -> Result<Vec<Decision>, StoreError> {
    type DecisionRow = (Side, Verdict, MemberId, String, i64, Timestamp);
    let columns = (
        decisions::side,
        decisions::verdict,
        decisions::member_id,
        decisions::note,
        decisions::round,
        decisions::decided_at,
    );
    let rows: Vec<DecisionRow> =
        decisions::table.filter(decisions::purchase_id.eq(id)).select(columns).load(tx.conn())?;
    let mut list: Vec<Decision> = rows
        .into_iter()
        .map(|(side, verdict, member_id, note, round, decided_at)| Decision {
            side: side.into(),
            verdict,
            member_id,
            note,
            round,
            decided_at,
        })
        .collect();
    list.extend(officer::decisions_of(tx, id)?);
    list.sort_by_key(|d| d.decided_at);
    Ok(list)
}

pub(in crate::market::purchases) fn insert_decision(
    tx: &mut Write,
    id: PurchaseId,
    d: &Decision,
) -> Result<(), StoreError> {
    let side = match d.side {
        Desk::Buyer => Side::Buyer,
        Desk::Seller => Side::Seller,
        Desk::Compliance => return officer::insert_decision(tx, id, d),
    };
    diesel::insert_into(decisions::table)
        .values((
            decisions::id.eq(DecisionId::fresh()),
            decisions::purchase_id.eq(id),
            decisions::side.eq(side),
            decisions::verdict.eq(d.verdict),
            decisions::member_id.eq(d.member_id),
            decisions::note.eq(&d.note),
            decisions::round.eq(d.round),
            decisions::decided_at.eq(d.decided_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

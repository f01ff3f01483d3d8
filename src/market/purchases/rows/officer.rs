//! Rows of the compliance officer's decisions.

use super::{Decision, Verdict};
use crate::market::purchases::state::Desk;
use crate::store::schema::compliance_decisions;
use crate::store::{Read, StoreError, Write};
use crate::values::{DecisionId, MemberId, PurchaseId, Timestamp};
use diesel::prelude::*;

pub(super) fn decisions_of(tx: &mut Read, id: PurchaseId) -> Result<Vec<Decision>, StoreError> {
    use compliance_decisions as d;
    let rows: Vec<(Verdict, MemberId, String, i64, Timestamp)> = d::table
        .filter(d::purchase_id.eq(id))
        .select((d::verdict, d::member_id, d::note, d::round, d::decided_at))
        .load(tx.conn())?;
    let decision = |(verdict, member_id, note, round, decided_at)| Decision {
        side: Desk::Compliance,
        verdict,
        member_id,
        note,
        round,
        decided_at,
    };
    Ok(rows.into_iter().map(decision).collect())
}

pub(super) fn insert_decision(tx: &mut Write, id: PurchaseId, d: &Decision) -> Result<(), StoreError> {
    diesel::insert_into(compliance_decisions::table)
        .values((
            compliance_decisions::id.eq(DecisionId::fresh()),
            compliance_decisions::purchase_id.eq(id),
            compliance_decisions::verdict.eq(d.verdict),
            compliance_decisions::member_id.eq(d.member_id),
            compliance_decisions::note.eq(&d.note),
            compliance_decisions::round.eq(d.round),
            compliance_decisions::decided_at.eq(d.decided_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

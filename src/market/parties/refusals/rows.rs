//! Rows of an organisation's own reasons.

use crate::store::schema::refusal_reasons;
use crate::store::{Read, StoreError, Write};
use crate::values::{MemberId, PartyId, ReasonId, Timestamp};
use diesel::prelude::*;

/// A reason of an organisation's own.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts")]
pub struct OwnReason {
    pub id: ReasonId,
    pub name_zh: String,
    pub name_en: String,
}

type Row = (ReasonId, String, String);

fn reason((id, name_zh, name_en): Row) -> OwnReason {
    OwnReason { id, name_zh, name_en }
}

/// Those that are offered, oldest first.
pub(super) fn open_of(tx: &mut Read, party: PartyId) -> Result<Vec<OwnReason>, StoreError> {
    let rows: Vec<Row> = refusal_reasons::table
        .filter(refusal_reasons::party_id.eq(party))
        .filter(refusal_reasons::retired_at.is_null())
        .select((refusal_reasons::id, refusal_reasons::name_zh, refusal_reasons::name_en))
        .order((refusal_reasons::made_at.asc(), refusal_reasons::id.asc()))
        .limit(100)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(reason).collect())
}

pub(super) fn of_ids(tx: &mut Read, ids: &[ReasonId]) -> Result<Vec<OwnReason>, StoreError> {
    let rows: Vec<Row> = refusal_reasons::table
        .filter(refusal_reasons::id.eq_any(ids.to_vec()))
        .select((refusal_reasons::id, refusal_reasons::name_zh, refusal_reasons::name_en))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(reason).collect())
}

pub(super) fn insert(
    tx: &mut Write,
    party: PartyId,
    r: &OwnReason,
    by: MemberId,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(refusal_reasons::table)
        .values((
            refusal_reasons::id.eq(r.id),
            refusal_reasons::party_id.eq(party),
            refusal_reasons::name_zh.eq(&r.name_zh),
            refusal_reasons::name_en.eq(&r.name_en),
            refusal_reasons::made_by.eq(by),
            refusal_reasons::made_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn retire(tx: &mut Write, party: PartyId, id: ReasonId, now: Timestamp) -> Result<bool, StoreError> {
    let open = refusal_reasons::table
        .find(id)
        .filter(refusal_reasons::party_id.eq(party))
        .filter(refusal_reasons::retired_at.is_null());
    Ok(diesel::update(open).set(refusal_reasons::retired_at.eq(now)).execute(tx.conn())? == 1)
}

//! Rows of delegations.

use crate::store::schema::{delegations, members};
use crate::store::{Read, StoreError, Write};
use crate::values::{DelegationId, MemberId, PartyId, Timestamp};
use diesel::prelude::*;

/// Somebody stands in for somebody.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Delegation {
    pub id: DelegationId,
    pub member_id: MemberId,
    pub member_name: String,
    pub delegate_id: MemberId,
    pub delegate_name: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

type Row = (DelegationId, MemberId, MemberId, Timestamp, Timestamp);

macro_rules! rows {
    () => {
        delegations::table.select((
            delegations::id,
            delegations::member_id,
            delegations::delegate_id,
            delegations::starts_at,
            delegations::ends_at,
        ))
    };
}

fn named(tx: &mut Read, rows: Vec<Row>) -> Result<Vec<Delegation>, StoreError> {
    let ids: Vec<MemberId> = rows.iter().flat_map(|r| [r.1, r.2]).collect();
    let names: Vec<(MemberId, String)> =
        members::table.filter(members::id.eq_any(ids)).select((members::id, members::name)).load(tx.conn())?;
    let name = |id: MemberId| names.iter().find(|(m, _)| *m == id).map(|(_, n)| n.clone()).unwrap_or_default();
    let delegation = |(id, member_id, delegate_id, starts_at, ends_at)| Delegation {
        id,
        member_id,
        member_name: name(member_id),
        delegate_id,
        delegate_name: name(delegate_id),
        starts_at,
        ends_at,
    };
    Ok(rows.into_iter().map(delegation).collect())
}

/// Those that run at an instant or begin later.
pub(super) fn of_party(tx: &mut Read, party: PartyId, now: Timestamp) -> Result<Vec<Delegation>, StoreError> {
    let rows: Vec<Row> = rows!()
        .filter(delegations::party_id.eq(party))
        .filter(delegations::ends_at.gt(now))
        .filter(delegations::ended_at.is_null())
        .order((delegations::starts_at.asc(), delegations::id.asc()))
        .limit(500)
        .load(tx.conn())?;
    if rows.is_empty() { Ok(Vec::new()) } else { named(tx, rows) }
}

pub(super) fn find(tx: &mut Read, party: PartyId, id: DelegationId) -> Result<Option<Delegation>, StoreError> {
    let row: Option<Row> =
        rows!().filter(delegations::id.eq(id)).filter(delegations::party_id.eq(party)).first(tx.conn()).optional()?;
    Ok(named(tx, row.into_iter().collect())?.pop())
}

pub(super) fn insert(
    tx: &mut Write,
    id: DelegationId,
    (party, member, delegate, maker): (PartyId, MemberId, MemberId, MemberId),
    (starts_at, ends_at): (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(delegations::table)
        .values((
            delegations::id.eq(id),
            delegations::party_id.eq(party),
            delegations::member_id.eq(member),
            delegations::delegate_id.eq(delegate),
            delegations::starts_at.eq(starts_at),
            delegations::ends_at.eq(ends_at),
            delegations::made_by.eq(maker),
            delegations::made_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn end(
    tx: &mut Write,
    party: PartyId,
    member: MemberId,
    id: DelegationId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let open = delegations::table
        .find(id)
        .filter(delegations::party_id.eq(party))
        .filter(delegations::member_id.eq(member))
        .filter(delegations::ends_at.gt(now))
        .filter(delegations::ended_at.is_null());
    Ok(diesel::update(open).set(delegations::ended_at.eq(now)).execute(tx.conn())? == 1)
}

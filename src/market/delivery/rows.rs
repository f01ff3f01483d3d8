//! Rows of download tokens and of metering.

use crate::store::schema::{deliveries, grants, tokens};
use crate::store::{Read, StoreError, Write};
use crate::values::{DeliveryId, FileId, GrantId, MemberId, PartyId, ServiceId, Timestamp, TokenId};
use diesel::prelude::*;

/// A download token; the token itself is never kept.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Token {
    pub id: TokenId,
    pub grant_id: GrantId,
    pub file_id: Option<FileId>,
    pub service_id: Option<ServiceId>,
    pub member_id: Option<MemberId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub name: String,
    pub used_at: Option<Timestamp>,
    pub takes_place_of: Option<TokenId>,
}

impl Token {
    /// Who issued it: a machine's or a person's id.
    #[must_use]
    pub fn taker(&self) -> String {
        let person = || self.member_id.map(|m| m.to_string()).unwrap_or_default();
        self.service_id.map_or_else(person, |s| s.to_string())
    }
}

/// How much of a file somebody took on a day.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Usage {
    pub file_id: FileId,
    pub taken_by: String,
    pub day: String,
    pub requests: i64,
    pub sent_bytes: i64,
    pub last_at: Timestamp,
}

pub(super) fn find(tx: &mut Read, id: TokenId) -> Result<Option<Token>, StoreError> {
    Ok(tokens::table.find(id).first(tx.conn()).optional()?)
}

pub(super) fn of_grant(tx: &mut Read, grant: GrantId) -> Result<Vec<Token>, StoreError> {
    Ok(tokens::table
        .filter(tokens::grant_id.eq(grant))
        .order((tokens::created_at.desc(), tokens::id.desc()))
        .limit(200)
        .load(tx.conn())?)
}

/// The tokens in use that a person or machine issued under the grants of an organisation: up to 200.
pub(super) fn live_of(
    tx: &mut Read,
    party: PartyId,
    (member, service): (Option<MemberId>, Option<ServiceId>),
    now: Timestamp,
) -> Result<Vec<Token>, StoreError> {
    let own = grants::table.filter(grants::holder_id.eq(party)).select(grants::id);
    let mut query = tokens::table
        .filter(tokens::grant_id.eq_any(own))
        .filter(tokens::revoked_at.is_null())
        .filter(tokens::expires_at.gt(now))
        .into_boxed();
    query = match (member, service) {
        (Some(member), _) => query.filter(tokens::member_id.eq(member)),
        (None, service) => query.filter(tokens::service_id.eq(service)),
    };
    Ok(query.order((tokens::created_at.desc(), tokens::id.desc())).limit(200).load(tx.conn())?)
}

/// The tokens under the grants of some organisations, newest first.
pub(super) fn of_parties(tx: &mut Read, parties: &[PartyId], size: i64) -> Result<Vec<(Token, String)>, StoreError> {
    let found: Vec<Token> = tokens::table
        .filter(
            tokens::grant_id
                .eq_any(grants::table.filter(grants::holder_id.eq_any(parties.to_vec())).select(grants::id)),
        )
        .order((tokens::created_at.desc(), tokens::id.desc()))
        .limit(size)
        .load(tx.conn())?;
    let ids: Vec<GrantId> = found.iter().map(|t| t.grant_id).collect();
    let numbers: Vec<(GrantId, String)> =
        grants::table.filter(grants::id.eq_any(ids)).select((grants::id, grants::number)).load(tx.conn())?;
    let number = |id| numbers.iter().find(|(g, _)| *g == id).map(|(_, n)| n.clone()).unwrap_or_default();
    Ok(found.into_iter().map(|t| (t.clone(), number(t.grant_id))).collect())
}

/// When each of some grants was last used, and how many bytes left under it.
pub(super) fn last_uses(tx: &mut Read, ids: &[GrantId]) -> Result<Vec<(GrantId, Timestamp, i64)>, StoreError> {
    Ok(deliveries::table
        .filter(deliveries::grant_id.eq_any(ids.to_vec()))
        .select((deliveries::grant_id, deliveries::last_at, deliveries::sent_bytes))
        .load(tx.conn())?)
}

pub(super) fn insert(tx: &mut Write, t: &Token) -> Result<(), StoreError> {
    diesel::insert_into(tokens::table)
        .values((
            tokens::id.eq(t.id),
            tokens::grant_id.eq(t.grant_id),
            tokens::file_id.eq(t.file_id),
            tokens::service_id.eq(t.service_id),
            tokens::member_id.eq(t.member_id),
            tokens::created_at.eq(t.created_at),
            tokens::expires_at.eq(t.expires_at),
            tokens::name.eq(&t.name),
            tokens::takes_place_of.eq(t.takes_place_of),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn revoke(tx: &mut Write, id: TokenId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(diesel::update(tokens::table.find(id).filter(tokens::revoked_at.is_null()))
        .set(tokens::revoked_at.eq(now))
        .execute(tx.conn())?
        == 1)
}

/// Lets a token end by an instant, if it does not end sooner.
pub(super) fn end_by(tx: &mut Write, id: TokenId, end: Timestamp) -> Result<(), StoreError> {
    diesel::update(tokens::table.find(id).filter(tokens::expires_at.gt(end)))
        .set(tokens::expires_at.eq(end))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn mark_used(tx: &mut Write, id: TokenId, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(tokens::table.find(id)).set(tokens::used_at.eq(now)).execute(tx.conn())?;
    Ok(())
}

/// Begins the row of a taker, file and day; tells whether it is new.
pub(super) fn begin_day(
    tx: &mut Write,
    (grant, file): (GrantId, FileId),
    by: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let day = now.civil("%Y-%m-%d");
    let inserted = crate::store::each!(tx.conn(), c => diesel::insert_into(deliveries::table)
        .values((
            deliveries::id.eq(DeliveryId::fresh()),
            deliveries::grant_id.eq(grant),
            deliveries::file_id.eq(file),
            deliveries::taken_by.eq(by),
            deliveries::day.eq(&day),
            deliveries::requests.eq(0_i64),
            deliveries::sent_bytes.eq(0_i64),
            deliveries::first_at.eq(now),
            deliveries::last_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// Removes the row of a day under which nothing left.
pub(super) fn undo_day(
    tx: &mut Write,
    (grant, file): (GrantId, FileId),
    by: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = deliveries::table
        .filter(deliveries::grant_id.eq(grant))
        .filter(deliveries::file_id.eq(file))
        .filter(deliveries::taken_by.eq(by))
        .filter(deliveries::day.eq(now.civil("%Y-%m-%d")))
        .filter(deliveries::requests.eq(0));
    Ok(diesel::delete(row).execute(tx.conn())? == 1)
}

/// Adds to the counter of a day; tells whether it is the first of that day.
pub(super) fn count(
    tx: &mut Write,
    (grant, file): (GrantId, FileId),
    by: &str,
    bytes: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let new = begin_day(tx, (grant, file), by, now)?;
    let row = deliveries::table
        .filter(deliveries::grant_id.eq(grant))
        .filter(deliveries::file_id.eq(file))
        .filter(deliveries::taken_by.eq(by))
        .filter(deliveries::day.eq(now.civil("%Y-%m-%d")));
    diesel::update(row)
        .set((
            deliveries::requests.eq(deliveries::requests + 1),
            deliveries::sent_bytes.eq(deliveries::sent_bytes + bytes),
            deliveries::last_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(new)
}

pub(super) fn usage(tx: &mut Read, grant: GrantId, most: i64) -> Result<Vec<Usage>, StoreError> {
    let columns = (
        deliveries::file_id,
        deliveries::taken_by,
        deliveries::day,
        deliveries::requests,
        deliveries::sent_bytes,
        deliveries::last_at,
    );
    Ok(deliveries::table
        .filter(deliveries::grant_id.eq(grant))
        .select(columns)
        .order((deliveries::last_at.desc(), deliveries::id.desc()))
        .limit(most)
        .load(tx.conn())?)
}

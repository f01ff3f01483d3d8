//! Rows of download tokens and of metering.

use crate::store::schema::{deliveries, tokens};
use crate::store::{Read, StoreError, Write};
use crate::values::{DeliveryId, FileId, GrantId, MemberId, ServiceId, Timestamp, TokenId};
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

/// Adds to the counter of a day; tells whether it is the first of that day.
pub(super) fn count(
    tx: &mut Write,
    grant: GrantId,
    file: FileId,
    by: &str,
    bytes: i64,
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
    let row = deliveries::table
        .filter(deliveries::grant_id.eq(grant))
        .filter(deliveries::file_id.eq(file))
        .filter(deliveries::taken_by.eq(by))
        .filter(deliveries::day.eq(&day));
    diesel::update(row)
        .set((
            deliveries::requests.eq(deliveries::requests + 1),
            deliveries::sent_bytes.eq(deliveries::sent_bytes + bytes),
            deliveries::last_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(inserted == 1)
}

pub(super) fn usage(tx: &mut Read, grant: GrantId) -> Result<Vec<Usage>, StoreError> {
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
        .limit(500)
        .load(tx.conn())?)
}

//! Rows of API keys and service accounts, for the room of organisations, which decides who may make them.

use crate::store::schema::{api_keys, service_accounts};
use crate::store::{Read, StoreError, Write};
use crate::values::{ApiKeyId, MemberId, PartyId, ServiceId, Sha256, Timestamp};
use diesel::prelude::*;

/// A person's key for scripts.
#[derive(Debug, Clone, Queryable)]
pub struct ApiKey {
    /// Its identifier.
    pub id: ApiKeyId,
    /// Whose it is.
    pub member_id: MemberId,
    /// The organisation that it acts for; none for the operator's own.
    pub party_id: Option<PartyId>,
    /// What its owner calls it.
    pub name: String,
    /// Prefix and last four characters.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to five minutes.
    pub used_at: Option<Timestamp>,
}

/// A machine of an organisation.
#[derive(Debug, Clone, Queryable)]
pub struct ServiceAccount {
    /// Its identifier, which is also its client id.
    pub id: ServiceId,
    /// Whose it is.
    pub party_id: PartyId,
    /// What it is called.
    pub name: String,
    /// Prefix and last four characters of its secret.
    pub hint: String,
    /// What it may do, separated by spaces.
    pub scopes: String,
    /// Who made it.
    pub created_by: MemberId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to five minutes.
    pub used_at: Option<Timestamp>,
}

macro_rules! key_columns {
    () => {
        (
            api_keys::id,
            api_keys::member_id,
            api_keys::party_id,
            api_keys::name,
            api_keys::hint,
            api_keys::created_at,
            api_keys::expires_at,
            api_keys::revoked_at,
            api_keys::used_at,
        )
    };
}
macro_rules! service_columns {
    () => {
        (
            service_accounts::id,
            service_accounts::party_id,
            service_accounts::name,
            service_accounts::hint,
            service_accounts::scopes,
            service_accounts::created_by,
            service_accounts::created_at,
            service_accounts::revoked_at,
            service_accounts::used_at,
        )
    };
}

pub(in crate::market) fn insert_key(tx: &mut Write, key: &ApiKey, hash: &Sha256) -> Result<(), StoreError> {
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::id.eq(key.id),
            api_keys::member_id.eq(key.member_id),
            api_keys::party_id.eq(key.party_id),
            api_keys::name.eq(&key.name),
            api_keys::hint.eq(&key.hint),
            api_keys::secret_hash.eq(hash),
            api_keys::created_at.eq(key.created_at),
            api_keys::expires_at.eq(key.expires_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(in crate::market) fn keys_of(tx: &mut Read, member: MemberId) -> Result<Vec<ApiKey>, StoreError> {
    let own = api_keys::table.filter(api_keys::member_id.eq(member)).select(key_columns!());
    Ok(own.order((api_keys::created_at.desc(), api_keys::id.desc())).limit(200).load(tx.conn())?)
}

pub(in crate::market) fn revoke_key(
    tx: &mut Write,
    member: MemberId,
    id: ApiKeyId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let open = api_keys::table.find(id).filter(api_keys::member_id.eq(member)).filter(api_keys::revoked_at.is_null());
    Ok(diesel::update(open).set(api_keys::revoked_at.eq(now)).execute(tx.conn())? == 1)
}

/// Revokes the keys with which a person acts for an organisation, as when they leave it.
pub(in crate::market) fn revoke_keys_for(
    tx: &mut Write,
    member: MemberId,
    party: PartyId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let open = api_keys::table
        .filter(api_keys::member_id.eq(member))
        .filter(api_keys::party_id.eq(party))
        .filter(api_keys::revoked_at.is_null());
    diesel::update(open).set(api_keys::revoked_at.eq(now)).execute(tx.conn())?;
    Ok(())
}

pub(in crate::market) fn insert_service(
    tx: &mut Write,
    service: &ServiceAccount,
    hash: &Sha256,
) -> Result<(), StoreError> {
    diesel::insert_into(service_accounts::table)
        .values((
            service_accounts::id.eq(service.id),
            service_accounts::party_id.eq(service.party_id),
            service_accounts::name.eq(&service.name),
            service_accounts::hint.eq(&service.hint),
            service_accounts::secret_hash.eq(hash),
            service_accounts::scopes.eq(&service.scopes),
            service_accounts::created_by.eq(service.created_by),
            service_accounts::created_at.eq(service.created_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(in crate::market) fn services_of(tx: &mut Read, party: PartyId) -> Result<Vec<ServiceAccount>, StoreError> {
    let own = service_accounts::table.filter(service_accounts::party_id.eq(party)).select(service_columns!());
    Ok(own.order((service_accounts::created_at.desc(), service_accounts::id.desc())).limit(200).load(tx.conn())?)
}

pub(in crate::market) fn revoke_service(
    tx: &mut Write,
    party: PartyId,
    id: ServiceId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let open = service_accounts::table
        .find(id)
        .filter(service_accounts::party_id.eq(party))
        .filter(service_accounts::revoked_at.is_null());
    Ok(diesel::update(open).set(service_accounts::revoked_at.eq(now)).execute(tx.conn())? == 1)
}

/// Finds a service account by its client id and the hash of its secret.
pub(in crate::market) fn service_of_secret(
    tx: &mut Read,
    id: ServiceId,
    hash: &Sha256,
) -> Result<Option<ServiceAccount>, StoreError> {
    let own = service_accounts::table
        .find(id)
        .filter(service_accounts::secret_hash.eq(hash))
        .filter(service_accounts::revoked_at.is_null());
    Ok(own.select(service_columns!()).first(tx.conn()).optional()?)
}

/// The person who set a service account up.
pub(in crate::market::accounts) fn service_maker(tx: &mut Read, id: ServiceId) -> Result<Option<MemberId>, StoreError> {
    Ok(service_accounts::table.find(id).select(service_accounts::created_by).first(tx.conn()).optional()?)
}

/// The scopes of a service account, between spaces.
pub(in crate::market::accounts) fn service_scopes(tx: &mut Read, id: ServiceId) -> Result<String, StoreError> {
    Ok(service_accounts::table
        .find(id)
        .select(service_accounts::scopes)
        .first(tx.conn())
        .optional()?
        .unwrap_or_default())
}

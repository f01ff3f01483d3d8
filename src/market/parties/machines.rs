//! Keys for scripts: API keys of persons (one organisation each) and service accounts of organisations.
//!
//! A secret is shown once, by the caller that gets it back here; only its hash is kept.

use super::{MayManage, Role, roles_of, rows};
use crate::market::accounts::key_rows::{self, ApiKey, ServiceAccount};
use crate::market::accounts::{self, Actor};
use crate::market::conditions::Refused;
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::store::{Read, StoreError, Write};
use crate::values::{ApiKeyId, Line, MemberId, Opaque, PartyId, ServiceId, Timestamp};

/// What a service account may be allowed to do.
pub const SCOPES: &[&str] = &["read", "purchase", "download", PUBLISH];
/// What most service accounts are for: buying.
pub const USUAL_SCOPES: &[&str] = &["read", "purchase", "download"];
/// The scope of a seller's pipeline: it begins and changes drafts, publishes them, and submits them for review.
pub(super) const PUBLISH: &str = "publish";
/// The longest life of an API key, in days.
pub const LONGEST_KEY_DAYS: i64 = 365;
/// Keys of a person, or service accounts of an organisation, that may be in use at a time.
const MOST_IN_USE: usize = 50;

/// Why a key was not made or revoked.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Too many are in use.
    #[error("too many in use")]
    TooMany,
    /// There is no such key, or it is revoked already.
    #[error("no such key")]
    NoSuchKey,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lets a person make keys of their own. A key alone cannot make keys.
pub struct MayKeepKeys {
    member: MemberId,
    party: Option<PartyId>,
    by: By,
}
impl MayKeepKeys {
    /// Checks that the person sits at a browser, or has shown the password again: `proof` is then the hash against which
    /// it was verified, which must still be theirs. The person belongs to the organisation that the key shall act for.
    /// Without an organisation the key is for the operator's own acts.
    ///
    /// # Errors
    /// [`Refused::Hidden`] otherwise.
    pub fn check(tx: &mut Read, actor: &Actor, party: Option<PartyId>, proof: Option<&str>) -> Result<Self, Refused> {
        let member = actor.member().ok_or(Refused::Hidden)?;
        let fits = match party {
            Some(party) => !roles_of(tx, actor, party)?.is_empty(),
            None => actor.office().is_some(),
        };
        let shown = match proof {
            Some(hash) => accounts::mine(tx, actor)?.password_hash() == hash,
            None => actor.session().is_some(),
        };
        if fits && shown { Ok(Self { member, party, by: actor.by() }) } else { Err(Refused::Hidden) }
    }
}

/// Makes an API key that ends after so many days (1 to 365).
///
/// # Errors
/// [`KeyError::TooMany`].
pub fn make_key(tx: &mut Write, may: MayKeepKeys, name: &Line, days: i64, now: Timestamp) -> Result<Opaque, KeyError> {
    let in_use =
        key_rows::keys_of(tx, may.member)?.iter().filter(|k| k.revoked_at.is_none() && k.expires_at > now).count();
    if in_use >= MOST_IN_USE {
        return Err(KeyError::TooMany);
    }
    let secret = Opaque::fresh(Opaque::KEY);
    let key = ApiKey {
        id: ApiKeyId::fresh(),
        member_id: may.member,
        party_id: may.party,
        name: name.to_string(),
        hint: secret.hint(),
        created_at: now,
        expires_at: now.plus_days(days.clamp(1, LONGEST_KEY_DAYS)),
        revoked_at: None,
        used_at: None,
    };
    key_rows::insert_key(tx, &key, &secret.hash())?;
    let mut note = Note::new(Deed::KeyMade, Thing::Member, may.member)
        .detail(serde_json::json!({ "name": name.as_str(), "hint": key.hint }));
    if let Some(party) = may.party {
        note = note.for_party(party);
    }
    journal::note(tx, &may.by, &note, now)?;
    Ok(secret)
}

/// Gives the own keys.
///
/// # Errors
/// [`Refused::Hidden`] for a machine.
pub fn keys_of(tx: &mut Read, actor: &Actor) -> Result<Vec<ApiKey>, Refused> {
    let member = actor.member().ok_or(Refused::Hidden)?;
    Ok(key_rows::keys_of(tx, member)?)
}

/// Finds one of the own keys, to name it before it is revoked.
///
/// # Errors
/// [`Refused::Hidden`] when it is not an own one.
pub fn key_for(tx: &mut Read, actor: &Actor, id: ApiKeyId) -> Result<ApiKey, Refused> {
    keys_of(tx, actor)?.into_iter().find(|k| k.id == id).ok_or(Refused::Hidden)
}

/// Revokes one of the own keys, at once.
///
/// # Errors
/// [`KeyError::NoSuchKey`] when it is none or revoked already.
pub fn revoke_key(
    tx: &mut Write,
    may: crate::market::accounts::MayChangeSelf,
    actor: &Actor,
    id: ApiKeyId,
    now: Timestamp,
) -> Result<(), KeyError> {
    drop(may);
    let member = actor.member().ok_or(KeyError::NoSuchKey)?;
    if !key_rows::revoke_key(tx, member, id, now)? {
        return Err(KeyError::NoSuchKey);
    }
    Ok(journal::note(tx, &actor.by(), &Note::new(Deed::KeyRevoked, Thing::Member, member), now)?)
}

/// Makes a service account with scopes out of [`SCOPES`].
///
/// # Errors
/// [`KeyError::TooMany`].
pub fn make_service(
    tx: &mut Write,
    may: MayManage,
    actor: &Actor,
    name: &Line,
    scopes: &[&str],
    now: Timestamp,
) -> Result<(ServiceAccount, Opaque), KeyError> {
    let (party, by) = may.into_parts();
    let created_by = actor.member().ok_or(KeyError::NoSuchKey)?;
    let in_use = key_rows::services_of(tx, party.id)?.iter().filter(|s| s.revoked_at.is_none()).count();
    if in_use >= MOST_IN_USE {
        return Err(KeyError::TooMany);
    }
    let secret = Opaque::fresh(Opaque::SERVICE);
    let scopes: Vec<&str> = SCOPES.iter().copied().filter(|s| scopes.contains(s)).collect();
    let service = ServiceAccount {
        id: ServiceId::fresh(),
        party_id: party.id,
        name: name.to_string(),
        hint: secret.hint(),
        scopes: scopes.join(" "),
        created_by,
        created_at: now,
        revoked_at: None,
        used_at: None,
    };
    key_rows::insert_service(tx, &service, &secret.hash())?;
    let detail = serde_json::json!({ "name": service.name, "scopes": service.scopes, "service": service.id.as_str() });
    journal::note(
        tx,
        &by,
        &Note::new(Deed::ServiceMade, Thing::Party, party.id).for_party(party.id).detail(detail),
        now,
    )?;
    Ok((service, secret))
}

/// Gives the service accounts to owners and auditors.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn services_of(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<Vec<ServiceAccount>, Refused> {
    if !roles_of(tx, actor, party)?.has_any(&[Role::Owner, Role::Auditor]) {
        return Err(Refused::Hidden);
    }
    Ok(key_rows::services_of(tx, party)?)
}

/// Revokes a service account: its access tokens and the download tokens that it got are refused from the next request on.
///
/// # Errors
/// [`KeyError::NoSuchKey`] when it is none or revoked already.
pub fn revoke_service(tx: &mut Write, may: MayManage, id: ServiceId, now: Timestamp) -> Result<(), KeyError> {
    let (party, by) = may.into_parts();
    if !key_rows::revoke_service(tx, party.id, id, now)? {
        return Err(KeyError::NoSuchKey);
    }
    let detail = serde_json::json!({ "service": id.as_str() });
    Ok(journal::note(
        tx,
        &by,
        &Note::new(Deed::ServiceRevoked, Thing::Party, party.id).for_party(party.id).detail(detail),
        now,
    )?)
}

/// Finds the service account that a client id and secret stand for; nobody for a wrong pair or a revoked account.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn authenticate_service(
    tx: &mut Read,
    client_id: &str,
    secret: &str,
) -> Result<Option<ServiceAccount>, StoreError> {
    let (Ok(id), Some(secret)) = (client_id.parse::<ServiceId>(), Opaque::parse(secret, Opaque::SERVICE)) else {
        return Ok(None);
    };
    let found = key_rows::service_of_secret(tx, id, &secret.hash())?;
    let Some(service) = found else { return Ok(None) };
    Ok(rows::find(tx, service.party_id)?.map(|_| service))
}

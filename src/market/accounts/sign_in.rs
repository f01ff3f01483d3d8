//! Signing in and out. The password is verified between two transactions, outside of both.

use super::rows::{self, Session};
use super::throttle;
use crate::market::journal::{self, ActorKind, By, Deed, Note, Thing};
use crate::store::{Read, StoreError, Write};
use crate::values::{Email, MemberId, Secret, Sha256, Timestamp, hash_text, random_bytes};

/// The longest life of a session, in seconds: seven days, for the operator's staff twelve hours.
const SESSION_SECONDS: i64 = 7 * 86_400;
const STAFF_SESSION_SECONDS: i64 = 12 * 3600;

/// Why a sign-in is refused. One answer for an unknown address, a wrong password, a disabled or unconfirmed account.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Address and password do not match, or the account may not be used.
    #[error("address and password do not match")]
    NoMatch,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is known of an address before its password is verified.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The stored hash, if there is an account.
    pub password_hash: Option<String>,
    /// Seconds to wait before another try.
    pub wait_seconds: i64,
}

/// Looks up an address for a sign-in.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn known(tx: &mut Read, email: &Email, now: Timestamp) -> Result<Known, StoreError> {
    let wait_seconds = throttle::attempts_allowed(tx, throttle::Attempt::Account(email.as_str()), now)?;
    let password_hash = rows::member_of_email(tx, email.as_str())?.map(|m| m.password_hash);
    Ok(Known { password_hash, wait_seconds })
}

/// Notes a failed sign-in and slows the account down.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn sign_in_failed(tx: &mut Write, email: &Email, now: Timestamp) -> Result<(), StoreError> {
    throttle::count_attempt(tx, throttle::Attempt::Account(email.as_str()), now)?;
    match rows::member_of_email(tx, email.as_str())? {
        Some(member) => journal::note(tx, &By::nobody(), &Note::new(Deed::SignInFailed, Thing::Member, member.id), now),
        None => Ok(()),
    }
}

/// Opens a session for an address whose password was just verified against `verified_hash`.
///
/// The argument is the proof: the hash must still be the account's. An older session in the same browser ends.
///
/// # Errors
/// [`SignInError::NoMatch`] when the account is gone, disabled, unconfirmed, or got another password meanwhile.
pub fn open_session(
    tx: &mut Write,
    email: &Email,
    verified_hash: &str,
    (device, network): (&str, &str),
    older: Option<&Sha256>,
    now: Timestamp,
) -> Result<(Secret<String>, MemberId), SignInError> {
    let member = rows::member_of_email(tx, email.as_str())?.ok_or(SignInError::NoMatch)?;
    let usable = member.confirmed_at.is_some() && member.disabled_at.is_none() && member.password_hash == verified_hash;
    if !usable {
        return Err(SignInError::NoMatch);
    }
    if let Some((session, _)) = older.map(|hash| rows::session_of_secret(tx, hash)).transpose()?.flatten() {
        rows::end_session(tx, member.id, session.id, now)?;
    }
    throttle::forget(tx, email.as_str())?;
    let secret = data_encoding::BASE64URL_NOPAD.encode(&random_bytes::<32>());
    let seconds = if member.office.is_some() { STAFF_SESSION_SECONDS } else { SESSION_SECONDS };
    let session = Session::fresh(member.id, device, network, now, now.plus_seconds(seconds));
    rows::insert_session(tx, &session, &hash_text(&secret))?;
    let by = By { kind: ActorKind::Member, id: member.id.to_string(), name: member.name };
    journal::note(
        tx,
        &by,
        &Note::new(Deed::SignedIn, Thing::Member, member.id).detail(serde_json::json!({ "network": network })),
        now,
    )?;
    Ok((Secret::new(secret), member.id))
}

/// Ends the session of whoever asks.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn sign_out(tx: &mut Write, actor: &super::Actor, now: Timestamp) -> Result<(), StoreError> {
    let (Some(member), Some(session)) = (actor.member(), actor.session()) else { return Ok(()) };
    if rows::end_session(tx, member, session, now)? {
        journal::note(tx, &actor.by(), &Note::new(Deed::SignedOut, Thing::Member, member), now)?;
    }
    Ok(())
}

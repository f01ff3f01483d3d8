//! Showing the password again: what was shown lately opens the acts that ask for it.

use super::rows;
use super::{Actor, MayChangeSelf, mine};
use crate::market::conditions::{Condition, Refused};
use crate::store::{Read, StoreError, Write};
use crate::values::Timestamp;

/// For how long a shown password counts, in seconds.
pub const PROOF_SECONDS: i64 = 600;

/// Notes that the person behind the session showed the password again; `verified_hash` is the hash against which it was
/// verified, which must still be theirs. A key keeps nothing: it shows the password with each act.
///
/// # Errors
/// [`Refused::Overtaken`] when the password was changed meanwhile.
pub fn prove(
    tx: &mut Write,
    may: MayChangeSelf,
    actor: &Actor,
    verified_hash: &str,
    now: Timestamp,
) -> Result<(), Refused> {
    drop(may);
    if mine(tx, actor)?.password_hash() != verified_hash {
        return Err(Refused::Overtaken);
    }
    if let Some(session) = actor.session() {
        rows::set_proof(tx, session, now)?;
    }
    Ok(())
}

/// Tells whether a person signed in or showed the password within the last ten minutes, or shows it now: `proof` is the
/// hash against which it was just verified.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn is_proved(tx: &mut Read, actor: &Actor, proof: Option<&str>, now: Timestamp) -> Result<bool, StoreError> {
    if let (Some(proof), Some(member)) = (proof, actor.member())
        && rows::find_member(tx, member)?.is_some_and(|m| m.password_hash() == proof)
    {
        return Ok(true);
    }
    let Some(session) = actor.session() else { return Ok(false) };
    let since = now.plus_seconds(-PROOF_SECONDS);
    Ok(actor.since().is_some_and(|at| at > since) || rows::proof_of(tx, session)?.is_some_and(|at| at > since))
}

/// The condition of an act that asks for the password again.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn proof_condition(
    tx: &mut Read,
    actor: &Actor,
    proof: Option<&str>,
    now: Timestamp,
) -> Result<Condition, StoreError> {
    Ok(Condition::new("recently-authenticated", is_proved(tx, actor, proof, now)?, "yourself"))
}

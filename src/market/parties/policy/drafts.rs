//! A buyer's policy that is being written: it is tried on past requests before it is put in force.

use super::acts::{BadPolicy, PolicyError};
use super::{BuyerPolicy, rows};
use crate::market::conditions::Refused;
use crate::market::parties::{MayManage, rows as party_rows};
use crate::store::{Read, StoreError, Write};
use crate::values::Timestamp;

/// Gives the drafted policy to an owner, if there is one.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn draft_of(tx: &mut Read, may: &MayManage) -> Result<Option<BuyerPolicy>, StoreError> {
    rows::draft(tx, may.party().id)
}

/// Keeps a drafted policy in place of the one before.
///
/// # Errors
/// [`PolicyError`].
pub fn set_draft(tx: &mut Write, may: MayManage, policy: &BuyerPolicy, now: Timestamp) -> Result<(), PolicyError> {
    policy.check()?;
    let (party, by) = may.into_parts();
    for member in policy.named() {
        if party_rows::roles(tx, party.id, member)?.is_none() {
            return Err(BadPolicy::Stranger.into());
        }
    }
    let member = by.id.parse().map_err(|_| Refused::Hidden)?;
    Ok(rows::set_draft(tx, party.id, policy, member, now)?)
}

/// Throws the drafted policy away.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn discard_draft(tx: &mut Write, may: MayManage) -> Result<(), StoreError> {
    let (party, _) = may.into_parts();
    rows::drop_draft(tx, party.id).map(|_| ())
}

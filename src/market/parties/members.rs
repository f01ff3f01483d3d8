//! The people of an organisation: their roles, and their leaving.

use super::{MayManage, Role, Roles, acts_for, rows};
use crate::market::accounts::{Actor, MayChangeSelf, key_rows};
use crate::market::conditions::Refused;
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::store::{Read, StoreError, Write};
use crate::values::{MemberId, PartyId, Timestamp};

/// A person as the members' page shows them.
#[derive(Debug, Clone)]
pub struct MemberView {
    /// The person.
    pub member_id: MemberId,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The roles here.
    pub roles: Roles,
    /// When they joined.
    pub joined_at: Timestamp,
}

/// Why roles were not changed.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// The last owner stays an owner.
    #[error("the last owner cannot leave or give up the role")]
    LastOwner,
    /// There is no such member, or no role was chosen.
    #[error("no such member")]
    NoSuchMember,
    /// Somebody changed the roles meanwhile.
    #[error("somebody was first")]
    Overtaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives the members to a fellow member.
///
/// # Errors
/// [`Refused::Hidden`] for strangers.
pub fn members_of(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<Vec<MemberView>, Refused> {
    if !acts_for(tx, actor, party)? {
        return Err(Refused::Hidden);
    }
    Ok(rows::members(tx, party)?)
}

/// Refuses to take the owner's role from the last owner. The organisation is locked before anybody counts.
fn keep_an_owner(tx: &mut Write, party: PartyId, member: MemberId) -> Result<(), RoleError> {
    rows::lock(tx, party)?;
    let others = rows::members(tx, party)?.into_iter().any(|m| m.member_id != member && m.roles.has(Role::Owner));
    if others { Ok(()) } else { Err(RoleError::LastOwner) }
}

/// Gives a member other roles; `seen` are those that the page showed.
///
/// # Errors
/// [`RoleError`].
pub fn change_roles(
    tx: &mut Write,
    may: MayManage,
    member: MemberId,
    seen: &Roles,
    roles: &Roles,
    now: Timestamp,
) -> Result<(), RoleError> {
    let (party, by) = may.into_parts();
    let current = rows::roles(tx, party.id, member)?.ok_or(RoleError::NoSuchMember)?;
    if roles.is_empty() {
        return Err(RoleError::NoSuchMember);
    }
    if current.has(Role::Owner) && !roles.has(Role::Owner) {
        keep_an_owner(tx, party.id, member)?;
    }
    if !rows::set_roles(tx, party.id, member, seen, roles)? {
        return Err(RoleError::Overtaken);
    }
    let detail = serde_json::json!({ "member": member.as_str(), "from": current.text(), "to": roles.text() });
    Ok(journal::note(
        tx,
        &by,
        &Note::new(Deed::RolesChanged, Thing::Party, party.id).for_party(party.id).detail(detail),
        now,
    )?)
}

/// Removes a member on the word of an owner. What belongs to the organisation stays; the person's keys for it end.
///
/// # Errors
/// [`RoleError`].
pub fn remove(tx: &mut Write, may: MayManage, member: MemberId, now: Timestamp) -> Result<(), RoleError> {
    let (party, by) = may.into_parts();
    take_out(tx, &by, party.id, member, now)
}

/// Leaves an organisation.
///
/// # Errors
/// [`RoleError::LastOwner`] for the last owner.
pub fn leave(
    tx: &mut Write,
    may: MayChangeSelf,
    actor: &Actor,
    party: PartyId,
    now: Timestamp,
) -> Result<(), RoleError> {
    drop(may);
    let member = actor.member().ok_or(RoleError::NoSuchMember)?;
    take_out(tx, &actor.by(), party, member, now)
}

fn take_out(tx: &mut Write, by: &By, party: PartyId, member: MemberId, now: Timestamp) -> Result<(), RoleError> {
    let current = rows::roles(tx, party, member)?.ok_or(RoleError::NoSuchMember)?;
    if current.has(Role::Owner) {
        keep_an_owner(tx, party, member)?;
    }
    if !rows::remove(tx, party, member)? {
        return Err(RoleError::Overtaken);
    }
    key_rows::revoke_keys_for(tx, member, party, now)?;
    let detail = serde_json::json!({ "member": member.as_str() });
    Ok(journal::note(tx, by, &Note::new(Deed::Left, Thing::Party, party).for_party(party).detail(detail), now)?)
}

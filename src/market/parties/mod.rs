//! Organisations: who they are, who acts for them, what their policy says, which machines and keys they have.
//!
//! A person's roles are read again in the transaction of every act; nothing trusts what a page showed.

mod access;
pub mod budgets;
pub mod delegations;
mod found;
mod invitations;
mod machines;
pub mod mandates;
mod members;
mod particulars;
pub mod policy;
pub mod refusals;
mod roles;
mod rows;

pub use crate::market::accounts::key_rows::{ApiKey, ServiceAccount};
pub use access::{MayManage, acts_for, publishes, roles_of};
pub(in crate::market) use delegations::delegates_of;
pub use found::{FoundError, NewParty, found};
pub use invitations::{
    Invitation, InviteError, MayInvite, accept, invitations_of, invite, invited_to, withdraw_invitation,
};
pub use machines::{
    KeyError, MayKeepKeys, SCOPES, USUAL_SCOPES, authenticate_service, key_for, keys_of, make_key, make_service,
    revoke_key, revoke_service, services_of,
};
pub use members::{MemberView, RoleError, change_roles, leave, members_of, remove};
pub use particulars::{PartyChange, change_particulars, change_policy, verify};
pub use roles::{Role, Roles};
pub use rows::{Party, PartyKind, SizeClass};

use crate::market::accounts::{self, Actor};
use crate::market::conditions::Refused;
use crate::market::journal::{self, Deed, Entry};
use crate::market::notices::{Receiver, Why};
use crate::store::{Page, Read, StoreError};
use crate::values::{MemberId, PartyId};

/// Finds an organisation. Its name, country and verification are public.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn find(tx: &mut Read, id: PartyId) -> Result<Option<Party>, StoreError> {
    rows::find(tx, id)
}

/// Finds an organisation by its name in addresses.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn find_by_slug(tx: &mut Read, slug: &str) -> Result<Option<Party>, StoreError> {
    rows::find_by_slug(tx, slug)
}

/// Gets an organisation that must exist.
///
/// # Errors
/// [`StoreError::Broken`] when it does not.
pub fn get(tx: &mut Read, id: PartyId) -> Result<Party, StoreError> {
    rows::find(tx, id)?.ok_or_else(|| StoreError::Broken(format!("organisation {id} is missing")))
}

/// Gives the organisations that an actor acts for, with the roles there. A key or machine acts for one.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn own(tx: &mut Read, actor: &Actor) -> Result<Vec<(Party, Roles)>, StoreError> {
    match (actor.member(), actor.bound()) {
        (Some(member), bound) => {
            let all = rows::of_member(tx, member)?;
            Ok(all.into_iter().filter(|(party, _)| bound.is_none_or(|b| b == party.id)).collect())
        }
        (None, Some(party)) => Ok(rows::find(tx, party)?.map(|p| (p, Roles::default())).into_iter().collect()),
        (None, None) => Ok(Vec::new()),
    }
}

/// Gives the people of an organisation that hold a role.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn members_with(tx: &mut Read, party: PartyId, role: Role) -> Result<Vec<(MemberId, String)>, StoreError> {
    let all = rows::members(tx, party)?;
    Ok(all.into_iter().filter(|m| m.roles.has(role)).map(|m| (m.member_id, m.name)).collect())
}

/// Gives the people of an organisation with their roles.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn people(tx: &mut Read, party: PartyId) -> Result<Vec<MemberView>, StoreError> {
    rows::members(tx, party)
}

/// Gives the service accounts of an organisation.
///
/// # Errors
/// [`StoreError`] when the store fails.
fn key_rows_of(tx: &mut Read, party: PartyId) -> Result<Vec<ServiceAccount>, StoreError> {
    crate::market::accounts::key_rows::services_of(tx, party)
}

/// Gives the mail receivers of an organisation that hold a role; its owners when nobody does.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn receivers(tx: &mut Read, party: PartyId, role: Role) -> Result<Vec<Receiver>, StoreError> {
    let (mut people, mut held) = (members_with(tx, party, role)?, role);
    if people.is_empty() {
        (people, held) = (members_with(tx, party, Role::Owner)?, Role::Owner);
    }
    let found = get(tx, party)?;
    let mut receivers = Vec::new();
    for (member, _) in people {
        let receiver = accounts::receiver_of(tx, member)?;
        receivers.extend(receiver.map(|r| {
            let name = found.name(r.lang).to_owned();
            r.because(Why::Role { role: held.to_string(), party, name, grant: None })
        }));
    }
    Ok(receivers)
}

/// Gives a page of all organisations, newest first, those that wait for verification only when asked.
///
/// # Errors
/// [`Refused::Hidden`] for everybody but the operator's staff.
pub fn list(tx: &mut Read, actor: &Actor, waiting: bool) -> Result<Vec<Party>, Refused> {
    if actor.office().is_none() {
        return Err(Refused::Hidden);
    }
    Ok(rows::list(tx, waiting)?)
}

/// Gives a page of an organisation's record to its owners and auditors.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn journal_of(
    tx: &mut Read,
    actor: &Actor,
    party: PartyId,
    deed: Option<Deed>,
    before: Option<i64>,
    size: i64,
) -> Result<Page<Entry>, Refused> {
    let roles = roles_of(tx, actor, party)?;
    if !roles.has_any(&[Role::Owner, Role::Auditor]) {
        return Err(Refused::Hidden);
    }
    Ok(journal::of_party(tx, Some(party), deed, before, size)?)
}

/// Tells whether a person is still a member with any role.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn is_member(tx: &mut Read, party: PartyId, member: MemberId) -> Result<bool, StoreError> {
    Ok(rows::roles(tx, party, member)?.is_some_and(|r| !r.is_empty()))
}

//! Who may act for an organisation.

use super::{Party, Role, Roles, rows};
use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::journal::By;
use crate::store::{Read, StoreError};
use crate::values::PartyId;

/// Gives the roles that an actor holds in an organisation now. A stranger, a machine, and a key that is bound to
/// another organisation hold none; the house holds all.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn roles_of(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<Roles, StoreError> {
    if actor.is_house() {
        return Ok(Roles::all());
    }
    if actor.bound().is_some_and(|bound| bound != party) {
        return Ok(Roles::default());
    }
    let Some(member) = actor.member() else { return Ok(Roles::default()) };
    Ok(rows::roles(tx, party, member)?.unwrap_or_default())
}

/// Tells whether an actor belongs to an organisation: a member with any role, or one of its machines.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn acts_for(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<bool, StoreError> {
    if actor.service().is_some() {
        return Ok(actor.bound() == Some(party));
    }
    Ok(!roles_of(tx, actor, party)?.is_empty())
}

/// Tells whether an actor publishes for an organisation: a person with the role of a publisher, or one of its machines
/// whose token has the scope `publish`, which an owner gave it. A machine never decides on anything: what is for people
/// asks for the role.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn publishes(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<bool, StoreError> {
    if actor.service().is_some() {
        return Ok(actor.bound() == Some(party) && actor.has_scope(super::machines::PUBLISH));
    }
    Ok(roles_of(tx, actor, party)?.has(Role::Publisher))
}

/// Lets an owner manage an organisation.
pub struct MayManage {
    party: Party,
    by: By,
}

impl MayManage {
    /// Checks that the actor is an owner.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn check(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<Self, Refused> {
        let roles = roles_of(tx, actor, party)?;
        let found = rows::find(tx, party)?.ok_or(Refused::Hidden)?;
        if roles.has(Role::Owner) { Ok(Self { party: found, by: actor.by() }) } else { Err(Refused::Hidden) }
    }
    /// The organisation.
    #[must_use]
    pub const fn party(&self) -> &Party {
        &self.party
    }
    pub(super) fn into_parts(self) -> (Party, By) {
        (self.party, self.by)
    }
}

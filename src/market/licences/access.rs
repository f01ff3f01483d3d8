//! Who may write a licence.

use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::journal::By;
use crate::market::parties::{self, Party, Role};
use crate::store::Read;
use crate::values::PartyId;

/// Lets a publisher or licensor write a licence for an organisation.
pub struct MayWriteLicence {
    party: Party,
    by: By,
}
impl MayWriteLicence {
    /// Checks the actor's roles in this transaction.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody without one of the two roles.
    pub fn check(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<Self, Refused> {
        let roles = parties::roles_of(tx, actor, party)?;
        let party = parties::find(tx, party)?.ok_or(Refused::Hidden)?;
        if roles.has_any(&[Role::Publisher, Role::Licensor]) {
            Ok(Self { party, by: actor.by() })
        } else {
            Err(Refused::Hidden)
        }
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

//! Who may write a licence.

use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::journal::By;
use crate::market::parties::{self, Party, Role};
use crate::store::Read;
use crate::values::{LicenceDraftId, PartyId};

use super::drafts::{self, Draft};

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

/// Lets a publisher or licensor change a draft of the builder, or make the licence of it.
pub struct MayChangeLicenceDraft {
    draft: Draft,
    party: Party,
    by: By,
}
impl MayChangeLicenceDraft {
    /// Checks the actor's roles in this transaction; `revision` is that of the page that was seen.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody without one of the two roles, [`Refused::Overtaken`] when the draft changed
    /// since, or its licence is made already.
    pub fn check(tx: &mut Read, actor: &Actor, id: LicenceDraftId, revision: i64) -> Result<Self, Refused> {
        let (draft, party) = drafts::visible(tx, actor, id)?;
        if draft.revision != revision || draft.licence_id.is_some() {
            return Err(Refused::Overtaken);
        }
        Ok(Self { draft, party, by: actor.by() })
    }
    pub(super) fn into_parts(self) -> (Draft, Party, By) {
        (self.draft, self.party, self.by)
    }
}

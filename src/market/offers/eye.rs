//! Who looks at offers, and when: what is offered to others by name, or not yet or no more, does not show.

use super::{Audience, Offer};
use crate::market::accounts::Actor;
use crate::market::parties;
use crate::store::{Read, StoreError};
use crate::values::{PartyId, Timestamp};

/// Who looks, and when.
#[derive(Debug, Clone)]
pub struct Eye {
    /// The organisations that the looker acts for.
    pub parties: Vec<PartyId>,
    /// The instant.
    pub now: Timestamp,
}
impl Default for Eye {
    fn default() -> Self {
        Self { parties: Vec::new(), now: Timestamp(0) }
    }
}
impl Eye {
    /// The eye of an actor, or of nobody.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn of(tx: &mut Read, actor: Option<&Actor>, now: Timestamp) -> Result<Self, StoreError> {
        let own = actor.map(|a| parties::own(tx, a)).transpose()?.unwrap_or_default();
        Ok(Self { parties: own.into_iter().map(|(p, _)| p.id).collect(), now })
    }
    /// Whether an offer on a dataset of this owner shows: it is open now, and offered to all, to one of the looker's
    /// organisations, or by one of them.
    #[must_use]
    pub fn sees(&self, offer: &Offer, owner: PartyId) -> bool {
        let own = |p: &PartyId| self.parties.contains(p);
        offer.is_open_at(self.now) && (offer.audience != Audience::Named || own(&owner) || offer.named.iter().any(own))
    }
}

//! Who keeps webhooks: the owners of an organisation.

use super::rows::{self, Webhook};
use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::journal::By;
use crate::market::parties::{MayManage, Party};
use crate::store::Read;
use crate::values::{PartyId, WebhookId};

/// Lets an owner make webhooks.
pub struct MayKeepHooks {
    pub(super) party: Party,
    pub(super) by: By,
}

impl MayKeepHooks {
    /// Checks that the actor is an owner.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn check(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<Self, Refused> {
        let may = MayManage::check(tx, actor, party)?;
        Ok(Self { party: may.party().clone(), by: actor.by() })
    }
}

/// Lets an owner change, try and remove one webhook.
pub struct MayTendHook {
    pub(super) hook: Webhook,
    pub(super) party: Party,
    pub(super) by: By,
}

impl MayTendHook {
    /// Checks that the actor is an owner and that the webhook is the organisation's.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn check(tx: &mut Read, actor: &Actor, party: PartyId, id: WebhookId) -> Result<Self, Refused> {
        let MayKeepHooks { party, by } = MayKeepHooks::check(tx, actor, party)?;
        let hook = rows::find(tx, party.id, id)?.ok_or(Refused::Hidden)?;
        Ok(Self { hook, party, by })
    }
}

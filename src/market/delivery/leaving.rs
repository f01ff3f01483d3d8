//! What somebody's leaving touches: shown before it is done. Grants and requests belong to the organisation and stay.

use super::rows;
use crate::market::accounts::{Actor, key_rows};
use crate::market::conditions::Refused;
use crate::market::parties::{self, Role};
use crate::market::purchases;
use crate::store::Read;
use crate::values::{GrantId, MemberId, PartyId, PurchaseId, ServiceId, Timestamp};

/// Who leaves.
#[derive(Debug, Clone, Copy)]
pub enum Leaver {
    /// A person.
    Member(MemberId),
    /// A machine.
    Service(ServiceId),
}

/// What depends on somebody in an organisation.
#[derive(Debug, Clone, Default)]
pub struct Touched {
    /// Download tokens in use that stop: name, grant, last use.
    pub tokens: Vec<(String, GrantId, Option<Timestamp>)>,
    /// API keys for the organisation that end: name and hint.
    pub keys: Vec<(String, String)>,
    /// Requests under way, which go on: their numbers.
    pub requests: Vec<(PurchaseId, String)>,
    /// Grants that came of their requests, which stay: how many.
    pub grants: usize,
}

impl Touched {
    /// Whether nothing depends on them.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.tokens.is_empty() && self.keys.is_empty() && self.requests.is_empty() && self.grants == 0
    }
}

/// Gives what depends on somebody, to owners of the organisation and to themselves.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn touched_by(
    tx: &mut Read,
    actor: &Actor,
    party: PartyId,
    leaver: Leaver,
    now: Timestamp,
) -> Result<Touched, Refused> {
    let own = matches!(leaver, Leaver::Member(m) if actor.member() == Some(m)) && parties::acts_for(tx, actor, party)?;
    if !own && !parties::roles_of(tx, actor, party)?.has(Role::Owner) {
        return Err(Refused::Hidden);
    }
    let (member, service) = match leaver {
        Leaver::Member(m) => (Some(m), None),
        Leaver::Service(s) => (None, Some(s)),
    };
    let tokens = rows::live_of(tx, party, (member, service), now)?;
    let keys = match member {
        Some(member) => key_rows::keys_of(tx, member)?
            .into_iter()
            .filter(|k| k.party_id == Some(party) && k.revoked_at.is_none() && k.expires_at > now)
            .map(|k| (k.name, k.hint))
            .collect(),
        None => Vec::new(),
    };
    let id = member.map_or_else(|| service.map(|s| s.to_string()).unwrap_or_default(), |m| m.to_string());
    let (requests, grants) = purchases::asked_by(tx, party, &id)?;
    Ok(Touched {
        tokens: tokens.into_iter().map(|t| (t.name, t.grant_id, t.used_at)).collect(),
        keys,
        requests,
        grants,
    })
}

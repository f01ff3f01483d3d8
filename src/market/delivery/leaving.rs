//! What somebody's leaving touches: shown before it is done. Grants and requests belong to the organisation and stay.

use super::rows;
use crate::market::accounts::{self, Actor, key_rows};
use crate::market::conditions::Refused;
use crate::market::parties::{self, Role, delegations, mandates, policy};
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
    /// Requests that wait for their decision, which others then have to make: their numbers.
    pub decisions: Vec<(PurchaseId, String)>,
    /// Steps of the organisation's policy that name them.
    pub steps: Vec<(String, String)>,
    /// Absences in which they stand in for somebody, or somebody for them: the other one's name.
    pub delegations: Vec<String>,
    /// Service accounts for whose mandates they answer.
    pub mandates: Vec<(ServiceId, String)>,
}

impl Touched {
    /// Whether nothing depends on them.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.tokens.is_empty()
            && self.keys.is_empty()
            && self.requests.is_empty()
            && self.grants == 0
            && self.decisions.is_empty()
            && self.steps.is_empty()
            && self.delegations.is_empty()
            && self.mandates.is_empty()
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
    let of_person = match member {
        Some(member) => duties(tx, actor, party, member, now)?,
        None => Touched::default(),
    };
    Ok(Touched {
        tokens: tokens.into_iter().map(|t| (t.name, t.grant_id, t.used_at)).collect(),
        keys,
        requests,
        grants,
        ..of_person
    })
}

/// What a person has to do for the organisation, which others then have to do.
fn duties(tx: &mut Read, actor: &Actor, party: PartyId, member: MemberId, now: Timestamp) -> Result<Touched, Refused> {
    let waiting = purchases::steps::waiting_at(tx, &[party], member, now)?;
    let own = parties::get(tx, party)?;
    let policy = policy::buyer_policy(tx, &own)?.body;
    let named = policy.steps.into_iter().filter(|s| s.members.contains(&member) || s.escalate_to == Some(member));
    let absences = delegations::delegations_of(tx, actor, party, now)?;
    let other = |d: delegations::Delegation| match (d.member_id == member, d.delegate_id == member) {
        (true, _) => Some(d.delegate_name),
        (_, true) => Some(d.member_name),
        (false, false) => None,
    };
    let mut mandates = Vec::new();
    for service in mandates::answered_by(tx, party, member)? {
        mandates.push((service, accounts::service_name(tx, service)?.unwrap_or_default()));
    }
    Ok(Touched {
        decisions: waiting.into_iter().map(|(p, _)| (p.id, p.number)).collect(),
        steps: named.map(|s| (s.name_zh, s.name_en)).collect(),
        delegations: absences.into_iter().filter_map(other).collect(),
        mandates,
        ..Touched::default()
    })
}

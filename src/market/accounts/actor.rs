//! Who acts: made only here, from a cookie, a key, an access token, or for the house itself.

use super::office::Office;
use super::rows;
use crate::market::journal::{ActorKind, By};
use crate::market::signing::AccessClaims;
use crate::store::{Read, StoreError, Write};
use crate::values::{ApiKeyId, Lang, MemberId, Opaque, PartyId, ServiceId, SessionId, Sha256, Timestamp};

/// Idle time after which a session ends, in seconds (ASVS 7.3.1): eight hours, for the operator's staff half an hour.
const IDLE_SECONDS: i64 = 8 * 3600;
const STAFF_IDLE_SECONDS: i64 = 30 * 60;
/// Last-seen times are written at most this often, in seconds.
const TOUCH_SECONDS: i64 = 300;

/// What a request brings along as proof of who asks.
pub enum Credential {
    /// The hash of a session cookie's secret.
    Session(Sha256),
    /// A person's API key.
    Key(Opaque),
    /// The claims of an access token whose signature was checked.
    Access(AccessClaims),
    /// A signed text whose signature was not checked yet; it opens nothing.
    Signed(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    Member { id: MemberId, office: Option<Office>, lang: Lang },
    Service { id: ServiceId, scopes: String },
    House(&'static str),
}

/// Who acts. It has no public constructor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    who: Who,
    name: String,
    /// The one organisation that a key or a machine acts for.
    bound: Option<PartyId>,
    session: Option<SessionId>,
    /// When the session was opened: sensitive acts ask for a recent one.
    since: Option<Timestamp>,
    key: Option<ApiKeyId>,
    seen_at: Option<Timestamp>,
}

/// What is to be marked as used.
#[derive(Debug, Clone, Copy)]
pub enum Touch {
    /// A session.
    Session(SessionId),
    /// An API key.
    Key(ApiKeyId),
    /// A service account.
    Service(ServiceId),
}

impl Actor {
    /// The server itself, for jobs and commands.
    #[must_use]
    pub const fn house(job: &'static str) -> Self {
        Self {
            who: Who::House(job),
            name: String::new(),
            bound: None,
            session: None,
            since: None,
            key: None,
            seen_at: None,
        }
    }
    /// The person, when it is one.
    #[must_use]
    pub const fn member(&self) -> Option<MemberId> {
        match &self.who {
            Who::Member { id, .. } => Some(*id),
            Who::Service { .. } | Who::House(_) => None,
        }
    }
    /// The machine, when it is one.
    #[must_use]
    pub const fn service(&self) -> Option<ServiceId> {
        match &self.who {
            Who::Service { id, .. } => Some(*id),
            Who::Member { .. } | Who::House(_) => None,
        }
    }
    /// Whether it is the server itself.
    #[must_use]
    pub const fn is_house(&self) -> bool {
        matches!(self.who, Who::House(_))
    }
    /// The office of the exchange that the person holds. A key bound to an organisation holds none.
    #[must_use]
    pub const fn office(&self) -> Option<Office> {
        match (&self.who, self.bound) {
            (Who::Member { office, .. }, None) => *office,
            _ => None,
        }
    }
    /// The organisation that a key or machine is bound to.
    #[must_use]
    pub const fn bound(&self) -> Option<PartyId> {
        self.bound
    }
    /// Whether a machine's token has this scope; persons need none.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        match &self.who {
            Who::Service { scopes, .. } => scopes.split(' ').any(|s| s == scope),
            Who::Member { .. } | Who::House(_) => true,
        }
    }
    /// The person's language.
    #[must_use]
    pub const fn lang(&self) -> Option<Lang> {
        match &self.who {
            Who::Member { lang, .. } => Some(*lang),
            Who::Service { .. } | Who::House(_) => None,
        }
    }
    /// The session, when a browser asks.
    #[must_use]
    pub const fn session(&self) -> Option<SessionId> {
        self.session
    }
    /// When the session was opened, when a browser asks.
    #[must_use]
    pub const fn since(&self) -> Option<Timestamp> {
        self.since
    }
    /// The name to show.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
    /// How the record names the actor.
    #[must_use]
    pub fn by(&self) -> By {
        let (kind, id) = match &self.who {
            Who::Member { id, .. } => (ActorKind::Member, id.to_string()),
            Who::Service { id, .. } => (ActorKind::Service, id.to_string()),
            Who::House(job) => (ActorKind::House, (*job).to_owned()),
        };
        By { kind, id, name: self.name.clone() }
    }
    /// What should be marked as used now, if the last mark is old.
    #[must_use]
    pub fn stale(&self, now: Timestamp) -> Option<Touch> {
        if self.seen_at.is_some_and(|seen| seen.plus_seconds(TOUCH_SECONDS) > now) {
            return None;
        }
        match (&self.who, self.session, self.key) {
            (_, Some(session), _) => Some(Touch::Session(session)),
            (_, _, Some(key)) => Some(Touch::Key(key)),
            (Who::Service { id, .. }, ..) => Some(Touch::Service(*id)),
            _ => None,
        }
    }
}

/// Finds who a credential stands for, now. Nobody for an ended session, a revoked key, a disabled account.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn whoami(tx: &mut Read, credential: &Credential, now: Timestamp) -> Result<Option<Actor>, StoreError> {
    match credential {
        Credential::Session(hash) => {
            let Some((session, member)) = rows::session_of_secret(tx, hash)? else { return Ok(None) };
            let idle = if member.office.is_some() { STAFF_IDLE_SECONDS } else { IDLE_SECONDS };
            let over =
                session.ended_at.is_some() || session.expires_at <= now || session.seen_at.plus_seconds(idle) <= now;
            if over || member.disabled_at.is_some() {
                return Ok(None);
            }
            Ok(Some(Actor {
                session: Some(session.id),
                since: Some(session.created_at),
                seen_at: Some(session.seen_at),
                ..of_member(member)
            }))
        }
        Credential::Key(key) => {
            let Some((row, member)) = rows::key_of_secret(tx, &key.hash())? else { return Ok(None) };
            if row.revoked_at.is_some() || row.expires_at <= now || member.disabled_at.is_some() {
                return Ok(None);
            }
            Ok(Some(Actor { bound: row.party_id, key: Some(row.id), seen_at: row.used_at, ..of_member(member) }))
        }
        Credential::Access(claims) => {
            let Ok(id) = claims.sub.parse::<ServiceId>() else { return Ok(None) };
            Ok(service_actor(tx, id, &claims.scope)?)
        }
        Credential::Signed(_) => Ok(None),
    }
}

fn of_member(member: rows::Member) -> Actor {
    Actor {
        who: Who::Member { id: member.id, office: member.office, lang: member.lang },
        name: member.name,
        bound: None,
        session: None,
        since: None,
        key: None,
        seen_at: None,
    }
}

/// Makes the actor of a service account that is not revoked.
///
/// # Errors
/// [`StoreError`] when the store fails.
fn service_actor(tx: &mut Read, id: ServiceId, scopes: &str) -> Result<Option<Actor>, StoreError> {
    let Some((name, party, revoked_at, used_at)) = rows::service_facts(tx, id)? else { return Ok(None) };
    if revoked_at.is_some() {
        return Ok(None);
    }
    let who = Who::Service { id, scopes: scopes.to_owned() };
    Ok(Some(Actor { who, name, bound: Some(party), session: None, since: None, key: None, seen_at: used_at }))
}

/// Gives the person who answers for what an actor does: themselves, or whoever set a machine up.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn responsible(tx: &mut Read, actor: &Actor) -> Result<Option<MemberId>, StoreError> {
    match &actor.who {
        Who::Member { id, .. } => Ok(Some(*id)),
        Who::Service { id, .. } => super::key_rows::service_maker(tx, *id),
        Who::House(_) => Ok(None),
    }
}

/// Tells whether a service account may still publish for its organisation.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn service_publishes(tx: &mut Read, id: ServiceId) -> Result<bool, StoreError> {
    Ok(service_works(tx, id)? && super::key_rows::service_scopes(tx, id)?.split(' ').any(|s| s == "publish"))
}

/// Marks a session, key or machine as used now.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn touch(tx: &mut Write, touch: &Touch, now: Timestamp) -> Result<(), StoreError> {
    rows::touch(tx, touch, now)
}

/// Tells whether a service account may still act.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn service_works(tx: &mut Read, id: ServiceId) -> Result<bool, StoreError> {
    Ok(rows::service_facts(tx, id)?.is_some_and(|(_, _, revoked_at, _)| revoked_at.is_none()))
}

/// Gives the name of a service account, also of a revoked one.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn service_name(tx: &mut Read, id: ServiceId) -> Result<Option<String>, StoreError> {
    Ok(rows::service_facts(tx, id)?.map(|(name, ..)| name))
}

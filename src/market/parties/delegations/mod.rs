//! Standing in for somebody who is away, with dates. A delegate decides on the record for the one who is away, never on
//! an own request, and nobody stands in for a delegate.

mod rows;

pub use rows::Delegation;

use super::{Role, rows as party_rows};
use crate::market::accounts::{self, Actor};
use crate::market::conditions::Refused;
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::market::notices::{self, Kind, Notice};
use crate::store::{Read, StoreError, Write};
use crate::values::{DelegationId, MemberId, PartyId, Timestamp};

/// The longest absence, in days.
pub const LONGEST_ABSENCE_DAYS: i64 = 92;
/// Absences of a person that are running or to come.
const MOST_OPEN: usize = 20;

/// Why nobody was named.
#[derive(Debug, thiserror::Error)]
pub enum DelegationError {
    /// The delegate is no other member of the organisation.
    #[error("name another member of the organisation")]
    NoDelegate,
    /// The dates are no period that lies ahead, or too long.
    #[error("name a period of at most 92 days that has not passed")]
    Dates,
    /// Too many are open.
    #[error("too many are open")]
    TooMany,
    /// It has ended already, or there is none.
    #[error("no such delegation")]
    NotOpen,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lets a member name a delegate for themselves, or an owner for somebody.
pub struct MayDelegate {
    party: PartyId,
    member: MemberId,
    maker: MemberId,
    by: By,
}
impl MayDelegate {
    /// Checks that the actor is that member, or an owner of the organisation to which both belong.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn check(tx: &mut Read, actor: &Actor, party: PartyId, member: MemberId) -> Result<Self, Refused> {
        let roles = super::roles_of(tx, actor, party)?;
        let maker = actor.member().filter(|_| !roles.is_empty()).ok_or(Refused::Hidden)?;
        let theirs = party_rows::roles(tx, party, member)?.is_some_and(|r| !r.is_empty());
        let may = theirs && (maker == member || roles.has(Role::Owner));
        if may { Ok(Self { party, member, maker, by: actor.by() }) } else { Err(Refused::Hidden) }
    }
}

/// Names a delegate for a period.
///
/// # Errors
/// [`DelegationError`].
pub fn delegate(
    tx: &mut Write,
    may: MayDelegate,
    delegate: MemberId,
    (starts_at, ends_at): (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<DelegationId, DelegationError> {
    let MayDelegate { party, member, maker, by } = may;
    let other = delegate != member && party_rows::roles(tx, party, delegate)?.is_some_and(|r| !r.is_empty());
    if !other {
        return Err(DelegationError::NoDelegate);
    }
    if ends_at <= starts_at || ends_at <= now || starts_at.plus_days(LONGEST_ABSENCE_DAYS) < ends_at {
        return Err(DelegationError::Dates);
    }
    let open = rows::of_party(tx, party, now)?.into_iter().filter(|d| d.member_id == member).count();
    if open >= MOST_OPEN {
        return Err(DelegationError::TooMany);
    }
    let id = DelegationId::fresh();
    rows::insert(tx, id, (party, member, delegate, maker), (starts_at, ends_at), now)?;
    let name = |m: Option<accounts::Member>| m.map(|m| m.name).unwrap_or_default();
    let (away, stand_in) = (name(accounts::find_member(tx, member)?), name(accounts::find_member(tx, delegate)?));
    let (from, until) = (starts_at.civil("%Y-%m-%d"), ends_at.civil("%Y-%m-%d"));
    let detail = serde_json::json!({ "member": away, "delegate": stand_in, "from": from, "until": until });
    journal::note(tx, &by, &Note::new(Deed::DelegateNamed, Thing::Party, party).for_party(party).detail(detail), now)?;
    let notice = Notice::new(Kind::DelegateNamed, id)
        .fact("by", &away)
        .fact("from", from)
        .fact("until", until)
        .leads_to("/inbox");
    let to: Vec<_> = accounts::receiver_of(tx, delegate)?.into_iter().collect();
    notices::file(tx, &notice, &to, now)?;
    Ok(id)
}

/// Ends a delegation before its time.
///
/// # Errors
/// [`DelegationError::NotOpen`].
pub fn end_delegation(
    tx: &mut Write,
    may: MayDelegate,
    id: DelegationId,
    now: Timestamp,
) -> Result<(), DelegationError> {
    let MayDelegate { party, member, by, .. } = may;
    if !rows::end(tx, party, member, id, now)? {
        return Err(DelegationError::NotOpen);
    }
    Ok(journal::note(tx, &by, &Note::new(Deed::DelegationEnded, Thing::Party, party).for_party(party), now)?)
}

/// Finds a delegation of an organisation, for whoever may end it.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn find_delegation(tx: &mut Read, party: PartyId, id: DelegationId) -> Result<Option<Delegation>, StoreError> {
    rows::find(tx, party, id)
}

/// Gives the delegations of an organisation that run or are to come, to its members.
///
/// # Errors
/// [`Refused::Hidden`] for strangers.
pub fn delegations_of(
    tx: &mut Read,
    actor: &Actor,
    party: PartyId,
    now: Timestamp,
) -> Result<Vec<Delegation>, Refused> {
    if !super::acts_for(tx, actor, party)? {
        return Err(Refused::Hidden);
    }
    Ok(rows::of_party(tx, party, now)?)
}

/// Gives who stands in for whom now: the delegate, and the one who is away.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn delegates_of(
    tx: &mut Read,
    party: PartyId,
    now: Timestamp,
) -> Result<Vec<(MemberId, MemberId)>, StoreError> {
    let open = rows::of_party(tx, party, now)?;
    Ok(open.into_iter().filter(|d| d.starts_at <= now).map(|d| (d.delegate_id, d.member_id)).collect())
}

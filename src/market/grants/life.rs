//! What is done to a running grant: suspended, resumed, ended with or without notice, flagged as not to be renewed.

use super::state::{Event, Standing, State, WrongState, end_of, standing};
use super::{Grant, Side, note, rows, tell_both, visible};
use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::journal::{By, Deed};
use crate::market::notices::{Kind, Notice};
use crate::market::parties::{self, Role};
use crate::store::{Read, StoreError, Write};
use crate::values::{GrantId, Line, Timestamp};

/// Lets somebody end a grant: an owner or requester of the holder, an owner or licensor of the seller.
pub struct MayTerminate {
    grant: Grant,
    side: Side,
    by: By,
}

impl MayTerminate {
    /// Checks the actor's roles in this transaction.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Unmet`] for people without the role.
    pub fn check(tx: &mut Read, actor: &Actor, id: GrantId) -> Result<Self, Refused> {
        let (grant, _) = visible(tx, actor, id)?;
        let side = side_that_ends(tx, actor, &grant)?;
        let list = vec![Condition::new("role-to-end", side.is_some(), "owner").at(Step::Grant(id))];
        Refused::unless_met(list)?;
        let side = side.ok_or(Refused::Hidden)?;
        Ok(Self { grant, side, by: actor.by() })
    }
}

/// On which side an actor may end a grant, if any: the rule of permit and button.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn side_that_ends(tx: &mut Read, actor: &Actor, grant: &Grant) -> Result<Option<Side>, StoreError> {
    if parties::roles_of(tx, actor, grant.seller_id)?.has_any(&[Role::Owner, Role::Licensor]) {
        return Ok(Some(Side::Seller));
    }
    let holder = parties::roles_of(tx, actor, grant.holder_id)?;
    Ok(holder.has_any(&[Role::Owner, Role::Requester]).then_some(Side::Buyer))
}

/// Ends a grant with a reason, at once or at a later instant: no transfer begins or goes on after it. Both sides are told.
/// An end later than that of the grant itself means nothing more than the latter.
///
/// # Errors
/// [`Refused::Overtaken`] when it ended already, or ends sooner than asked.
pub fn terminate(
    tx: &mut Write,
    may: MayTerminate,
    (reason, end): (&Line, Option<Timestamp>),
    now: Timestamp,
) -> Result<(), Refused> {
    let MayTerminate { grant, side, by } = may;
    if standing(&grant, now) == Standing::Lapsed {
        return Err(Refused::Overtaken);
    }
    let end = end.unwrap_or(now).max(now);
    let end = grant.ends_at.map_or(end, |own| own.min(end));
    let event = Event::Terminate { side, reason: reason.to_string(), at: end };
    let next = grant.state.after(&event, now).map_err(|WrongState| Refused::Overtaken)?;
    if !rows::set_state(tx, &grant, &next)? {
        return Err(Refused::Overtaken);
    }
    let detail = serde_json::json!({ "number": grant.number, "side": side.as_str(), "reason": reason.as_str(), "ends": end.rfc3339() });
    note(tx, &by, Deed::GrantTerminated, &grant, detail, now)?;
    if end <= now {
        // Told below: the end of its term tells nothing more.
        rows::insert_reminder(tx, grant.id, 0, now)?;
    }
    let (kind, round) = if end <= now {
        (Kind::GrantTerminated, grant.id.to_string())
    } else {
        (Kind::GrantNoticed, format!("{}/{}", grant.id, grant.revision))
    };
    let notice = |_| Notice::new(kind, &round).fact("reason", reason).fact("date", end.civil("%Y-%m-%d %H:%M:%S UTC"));
    Ok(tell_both(tx, &grant, &by, notice, now)?)
}

/// Lets the seller suspend or resume a grant: an owner or a licensor.
pub struct MaySuspend {
    grant: Grant,
    by: By,
}

impl MaySuspend {
    /// Checks the actor's roles in this transaction.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Unmet`] with the list.
    pub fn check(tx: &mut Read, actor: &Actor, id: GrantId, now: Timestamp) -> Result<Self, Refused> {
        let (grant, _) = visible(tx, actor, id)?;
        Refused::unless_met(suspend_conditions(tx, actor, &grant, now)?)?;
        Ok(Self { grant, by: actor.by() })
    }
}

/// The list behind the buttons that suspend and resume.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn suspend_conditions(
    tx: &mut Read,
    actor: &Actor,
    grant: &Grant,
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    let role = parties::roles_of(tx, actor, grant.seller_id)?.has_any(&[Role::Owner, Role::Licensor]);
    let end = end_of(grant).map(Timestamp::rfc3339).unwrap_or_default();
    Ok(vec![
        Condition::new("role-to-suspend", role, "seller-owner").at(Step::Members(grant.seller_id)),
        Condition::new("grant-not-ended", standing(grant, now).is_open(), "requester")
            .about(end)
            .at(Step::Renewal(grant.id)),
    ])
}

/// Suspends a grant with a reason: from the next request on no byte leaves, and its tokens open nothing. Both sides are told.
///
/// # Errors
/// [`Refused::Overtaken`] when it rests already.
pub fn suspend(tx: &mut Write, may: MaySuspend, reason: &Line, now: Timestamp) -> Result<(), Refused> {
    let event = Event::Suspend { reason: reason.to_string() };
    rest_or_go_on(tx, may, (&event, Deed::GrantSuspended, Kind::GrantSuspended), reason, now)
}

/// Resumes a suspended grant. Both sides are told.
///
/// # Errors
/// [`Refused::Overtaken`] when it does not rest.
pub fn resume(tx: &mut Write, may: MaySuspend, reason: &Line, now: Timestamp) -> Result<(), Refused> {
    rest_or_go_on(tx, may, (&Event::Resume, Deed::GrantResumed, Kind::GrantResumed), reason, now)
}

fn rest_or_go_on(
    tx: &mut Write,
    may: MaySuspend,
    (event, deed, kind): (&Event, Deed, Kind),
    reason: &Line,
    now: Timestamp,
) -> Result<(), Refused> {
    let MaySuspend { grant, by } = may;
    let next: State = grant.state.after(event, now).map_err(|WrongState| Refused::Overtaken)?;
    if !rows::set_state(tx, &grant, &next)? {
        return Err(Refused::Overtaken);
    }
    let detail = serde_json::json!({ "number": grant.number, "reason": reason.as_str() });
    note(tx, &by, deed, &grant, detail, now)?;
    let round = format!("{}/{}", grant.id, grant.revision);
    Ok(tell_both(tx, &grant, &by, |_| Notice::new(kind, &round).fact("reason", reason), now)?)
}

/// Lets the holder say whether a grant is to be renewed: an owner, a requester, or an approver in the yearly look.
pub struct MayFlag {
    grant: Grant,
    by: By,
}

impl MayFlag {
    /// Checks the actor's roles in this transaction.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Unmet`] with the list.
    pub fn check(tx: &mut Read, actor: &Actor, id: GrantId) -> Result<Self, Refused> {
        let (grant, _) = visible(tx, actor, id)?;
        let flags = flags(tx, actor, &grant)?;
        let list = vec![Condition::new("role-to-flag", flags, "buyer-owner").at(Step::Members(grant.holder_id))];
        Refused::unless_met(list)?;
        Ok(Self { grant, by: actor.by() })
    }
}

/// Whether an actor may say that a grant is not to be renewed: the rule of permit and button.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn flags(tx: &mut Read, actor: &Actor, grant: &Grant) -> Result<bool, StoreError> {
    let roles = parties::roles_of(tx, actor, grant.holder_id)?;
    Ok(roles.has_any(&[Role::Owner, Role::Requester, Role::Approver]))
}

/// Says that a grant is not to be renewed, or takes that back. Reminders then come on its last day only.
///
/// # Errors
/// [`Refused::Overtaken`] when somebody was first.
pub fn flag_renewal(tx: &mut Write, may: MayFlag, unwanted: bool, now: Timestamp) -> Result<(), Refused> {
    let MayFlag { grant, by } = may;
    if !rows::set_unwanted(tx, &grant, unwanted)? {
        return Err(Refused::Overtaken);
    }
    let detail = serde_json::json!({ "number": grant.number, "unwanted": unwanted });
    Ok(super::note_for(tx, &by, Deed::RenewalFlagged, &grant, Side::Buyer, detail, now)?)
}

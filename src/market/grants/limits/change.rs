//! Changing the limits of a running grant: the seller's licensor for the deal, an owner of the holder for the own people.

use super::{Bounds, Limits, Own, Used};
use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::grants::rows::bounds as rows;
use crate::market::grants::{self, Grant, Side, end_of, standing, tell_both, visible};
use crate::market::journal::{By, Deed};
use crate::market::notices::{Kind, Notice};
use crate::market::parties::{self, Role};
use crate::store::{Read, StoreError, Write};
use crate::values::{GrantId, Line, Timestamp};

/// Lets the seller's licensor set the limits of a grant that has not ended.
pub struct MaySetLimits {
    grant: Grant,
    by: By,
}

impl MaySetLimits {
    /// Checks role and standing in this transaction.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Unmet`] with the list.
    pub fn check(tx: &mut Read, actor: &Actor, id: GrantId, now: Timestamp) -> Result<Self, Refused> {
        let (grant, _) = visible(tx, actor, id)?;
        Refused::unless_met(set_conditions(tx, actor, &grant, now)?)?;
        Ok(Self { grant, by: actor.by() })
    }
}

fn runs(grant: &Grant, now: Timestamp) -> Condition {
    let end = end_of(grant).map(Timestamp::rfc3339).unwrap_or_default();
    Condition::new("grant-not-ended", standing(grant, now).is_open(), "requester")
        .about(end)
        .at(Step::Renewal(grant.id))
}

/// The list behind the form of the deal's limits.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn set_conditions(
    tx: &mut Read,
    actor: &Actor,
    grant: &Grant,
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    let role = parties::roles_of(tx, actor, grant.seller_id)?.has_any(&[Role::Owner, Role::Licensor]);
    Ok(vec![Condition::new("role-to-limit", role, "seller-owner").at(Step::Members(grant.seller_id)), runs(grant, now)])
}

/// Lets an owner of the holder narrow the own use.
pub struct MayNarrow {
    grant: Grant,
    by: By,
}

impl MayNarrow {
    /// Checks role and standing in this transaction.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Unmet`] with the list.
    pub fn check(tx: &mut Read, actor: &Actor, id: GrantId, now: Timestamp) -> Result<Self, Refused> {
        let (grant, _) = visible(tx, actor, id)?;
        Refused::unless_met(narrow_conditions(tx, actor, &grant, now)?)?;
        Ok(Self { grant, by: actor.by() })
    }
}

/// The list behind the form of the holder's own bounds.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn narrow_conditions(
    tx: &mut Read,
    actor: &Actor,
    grant: &Grant,
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    let role = parties::roles_of(tx, actor, grant.holder_id)?.has(Role::Owner);
    Ok(vec![Condition::new("role-to-narrow", role, "buyer-owner").at(Step::Members(grant.holder_id)), runs(grant, now)])
}

/// Loads the bounds of a grant to change them; what was delivered before there were any counts.
fn load(tx: &mut Write, grant: GrantId, revision: i64) -> Result<Bounds, Refused> {
    let found = rows::find(tx, grant)?;
    if found.as_ref().map_or(0, |b| b.revision) != revision {
        return Err(Refused::Overtaken);
    }
    if let Some(bounds) = found {
        return Ok(bounds);
    }
    let (downloads, volume_bytes) = rows::delivered(tx, grant)?;
    rows::insert(tx, grant, &Bounds { used: Used { downloads, volume_bytes, seats: 0 }, ..Bounds::default() })?;
    Ok(rows::find(tx, grant)?.unwrap_or_default())
}

/// Sets what the deal bounds, with a reason; the holder is told. `revision` is that of the page (0 without limits).
///
/// # Errors
/// [`Refused::Overtaken`] when somebody was first.
pub fn set_limits(
    tx: &mut Write,
    may: MaySetLimits,
    (limits, reason, revision): (&Limits, &Line, i64),
    now: Timestamp,
) -> Result<(), Refused> {
    let MaySetLimits { grant, by } = may;
    let before = load(tx, grant.id, revision)?;
    if !rows::set(tx, grant.id, &Bounds { deal: limits.clone(), ..before.clone() })? {
        return Err(Refused::Overtaken);
    }
    let detail = serde_json::json!({ "number": grant.number, "reason": reason.as_str(), "before": before.deal.json(), "after": limits.json() });
    grants::note(tx, &by, Deed::GrantLimited, &grant, detail, now)?;
    let round = format!("{}/{}", grant.id, before.revision);
    tell_both(tx, &grant, &by, |_| Notice::new(Kind::GrantLimited, &round).fact("reason", reason), now)?;
    Ok(())
}

/// Narrows the own use: networks and doors of the holder's own people. Nothing is told to the seller.
///
/// # Errors
/// [`Refused::Overtaken`] when somebody was first.
pub fn narrow(tx: &mut Write, may: MayNarrow, (own, revision): (&Own, i64), now: Timestamp) -> Result<(), Refused> {
    let MayNarrow { grant, by } = may;
    let before = load(tx, grant.id, revision)?;
    if !rows::set(tx, grant.id, &Bounds { own: own.clone(), ..before })? {
        return Err(Refused::Overtaken);
    }
    Ok(grants::note_for(
        tx,
        &by,
        Deed::GrantNarrowed,
        &grant,
        Side::Buyer,
        serde_json::json!({ "number": grant.number }),
        now,
    )?)
}

/// Frees a seat, so that somebody else can take it.
///
/// # Errors
/// [`Refused::Overtaken`] when nobody sits there.
pub fn free_seat(tx: &mut Write, may: MayNarrow, taker: &str, now: Timestamp) -> Result<(), Refused> {
    let MayNarrow { grant, by } = may;
    if !rows::stand_up(tx, grant.id, taker)? {
        return Err(Refused::Overtaken);
    }
    let detail = serde_json::json!({ "number": grant.number, "taken_by": taker });
    Ok(grants::note(tx, &by, Deed::SeatFreed, &grant, detail, now)?)
}

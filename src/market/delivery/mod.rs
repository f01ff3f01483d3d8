//! Delivery: download tokens, redeeming them, metering. Whoever comes with whatever credential, the same decision of
//! [`grants`] is asked.

mod leaving;
mod meter;
mod report;
mod rows;
mod tokens;

pub use leaving::{Leaver, Touched, touched_by};
pub use meter::{Booked, begin, finish, over_limit};
pub use report::{Report, UseLine, report};
pub use rows::{Token, Usage};
pub use tokens::{
    LONGEST_OVERLAP_SECONDS, MayRevokeToken, MayRollToken, issue_token, own_tokens, revoke_token, roll_token, tokens_of,
};

use super::accounts::{self, Actor};
use super::conditions::{Condition, Refused, Step, all_met};
use super::datasets::{self, BlobRow, File};
use super::grants::{self, Asking, Door, Grant};
use super::parties;
use super::signing::DownloadClaims;
use crate::store::{Read, StoreError};
use crate::values::{FileId, GrantId, MemberId, ServiceId, Timestamp, TokenId};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Lets somebody fetch under a grant: whoever [`grants::decide`] lets.
pub struct MayFetch {
    grant: Grant,
    file: Option<File>,
    actor: Actor,
}

impl MayFetch {
    /// Asks the one decision in this transaction.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Unmet`] with the whole list.
    pub fn check(
        tx: &mut Read,
        actor: &Actor,
        (grant, file): (GrantId, Option<FileId>),
        asking: &Asking,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        let (grant, _) = grants::visible(tx, actor, grant)?;
        let file = file.map(|id| datasets::file(tx, id)).transpose()?.map(|f| f.ok_or(Refused::Hidden)).transpose()?;
        Refused::unless_met(grants::decide(tx, actor, &grant, (file.as_ref(), asking), now)?)?;
        Ok(Self { grant, file, actor: actor.clone() })
    }
    /// The grant.
    #[must_use]
    pub const fn grant(&self) -> &Grant {
        &self.grant
    }
}

/// A file that may be handed out now.
#[derive(Debug, Clone)]
pub struct Redeemed {
    /// The grant.
    pub grant: Grant,
    /// The file.
    pub file: File,
    /// What describes its bytes.
    pub blob: BlobRow,
    /// Who takes it, for the metering: a member's or machine's id.
    pub taken_by: String,
    /// With which download token, if any.
    pub token: Option<TokenId>,
    /// Whether the grant has limits, so that a transfer is booked before it begins.
    pub limited: bool,
}

fn with_blob(
    tx: &mut Read,
    (grant, file): (Grant, File),
    taken_by: String,
    token: Option<TokenId>,
) -> Result<Redeemed, Refused> {
    let blob = datasets::blob(tx, file.blob_id)?.ok_or(Refused::Hidden)?;
    let limited = grants::bounds_of(tx, grant.id)?.is_some();
    Ok(Redeemed { grant, file, blob, taken_by, token, limited })
}

/// Opens a file for whoever is signed in or holds an access token or key.
///
/// # Errors
/// [`Refused::Hidden`] for strangers, [`Refused::Unmet`] with the whole list.
pub fn redeem_as(
    tx: &mut Read,
    actor: &Actor,
    (grant, file): (GrantId, FileId),
    asking: &Asking,
    now: Timestamp,
) -> Result<Redeemed, Refused> {
    let may = MayFetch::check(tx, actor, (grant, Some(file)), asking, now)?;
    let file = may.file.ok_or(Refused::Hidden)?;
    with_blob(tx, (may.grant, file), actor.by().id, None)
}

/// The conditions of a download token beside those of its grant.
fn token_conditions(
    tx: &mut Read,
    token: Option<&Token>,
    claims: &DownloadClaims,
    grant: &Grant,
    file: &File,
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    let here = || Step::Grant(grant.id);
    let unrevoked = token.is_some_and(|t| t.revoked_at.is_none() && t.grant_id == grant.id && t.expires_at > now);
    let fits = claims.file.as_deref().is_none_or(|f| f == file.id.as_str())
        && claims.grant == grant.id.as_str()
        && claims.scope == "download";
    // Whoever got the token must still act for the holder: a machine that is not revoked, a person who is still a member.
    let issuer = match token {
        Some(Token { service_id: Some(id), .. }) => accounts::service_works(tx, *id)?,
        Some(Token { member_id: Some(id), .. }) => parties::is_member(tx, grant.holder_id, *id)?,
        Some(_) | None => false,
    };
    Ok(vec![
        Condition::new("token-not-revoked", unrevoked, "requester").at(here()),
        Condition::new("token-for-this-file", fits, "requester").at(here()),
        Condition::new("token-issuer-works", issuer, "buyer-owner").at(Step::Members(grant.holder_id)),
    ])
}

/// Opens a file for a download token whose signature and time were checked.
///
/// # Errors
/// [`Refused::Hidden`] for unknown things, [`Refused::Unmet`] with the whole list.
pub fn redeem(
    tx: &mut Read,
    claims: &DownloadClaims,
    (grant, file): (GrantId, FileId),
    (address, under_way): (Option<IpAddr>, bool),
    now: Timestamp,
) -> Result<Redeemed, Refused> {
    let grant = grants::find(tx, grant)?.ok_or(Refused::Hidden)?;
    let file = datasets::file(tx, file)?.ok_or(Refused::Hidden)?;
    let token = claims.jti.parse::<TokenId>().ok().map(|id| rows::find(tx, id)).transpose()?.flatten();
    let mut list = token_conditions(tx, token.as_ref(), claims, &grant, &file, now)?;
    let taker = token.as_ref().map(Token::taker).unwrap_or_default();
    let asking = Asking { taker: taker.clone(), door: Door::Program, address, under_way };
    list.extend(grants::grant_conditions(tx, &grant, (Some(&file), &asking), now)?);
    if !all_met(&list) {
        return Err(Refused::Unmet(list));
    }
    with_blob(tx, (grant, file), taker, token.map(|t| t.id))
}

/// Names who takes, by the id that is metered: whether it is a machine, and its name.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn taker(tx: &mut Read, id: &str) -> Result<(bool, String), StoreError> {
    if let Ok(member) = id.parse::<MemberId>()
        && let Some(found) = accounts::find_member(tx, member)?
    {
        return Ok((false, found.name));
    }
    match id.parse::<ServiceId>() {
        Ok(service) => Ok((true, accounts::service_name(tx, service)?.unwrap_or_default())),
        Err(_) => Ok((false, String::new())),
    }
}

/// Gives who took what under a grant: both sides see the same counters.
///
/// # Errors
/// [`Refused::Hidden`] for strangers.
pub fn usage(tx: &mut Read, actor: &Actor, grant: GrantId) -> Result<Vec<Usage>, Refused> {
    let (grant, _) = grants::visible(tx, actor, grant)?;
    Ok(rows::usage(tx, grant.id, 500)?)
}

/// Gives who took what under a grant, for the rooms that show it to whom they have checked.
pub(in crate::market) fn all_usage(tx: &mut Read, grant: &Grant) -> Result<Vec<Usage>, StoreError> {
    rows::usage(tx, grant.id, 100_000)
}

/// Gives when each of some grants was last used, and how many bytes left under it; those that were never used are left out.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn last_uses(tx: &mut Read, ids: &[GrantId]) -> Result<BTreeMap<GrantId, (Timestamp, i64)>, StoreError> {
    let mut out: BTreeMap<GrantId, (Timestamp, i64)> = BTreeMap::new();
    for (grant, at, bytes) in rows::last_uses(tx, ids)? {
        let kept = out.entry(grant).or_insert((at, 0));
        *kept = (kept.0.max(at), kept.1.saturating_add(bytes));
    }
    Ok(out)
}

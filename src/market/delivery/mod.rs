//! Delivery: download tokens, redeeming them, metering. Whoever comes with whatever credential, the same decision of
//! [`grants`] is asked.

mod rows;

pub use rows::{Token, Usage};

use super::accounts::{self, Actor};
use super::conditions::{Condition, Refused, Step, all_met};
use super::datasets::{self, BlobRow, File};
use super::grants::{self, Grant};
use super::journal::{self, By, Deed, Note, Thing};
use super::parties;
use super::signing::DownloadClaims;
use crate::store::{Read, StoreError, Write};
use crate::values::{FileId, GrantId, Timestamp, TokenId};

/// The longest life of a download token, in seconds.
pub const LONGEST_SECONDS: i64 = 86_400;

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
        grant: GrantId,
        file: Option<FileId>,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        let (grant, _) = grants::visible(tx, actor, grant)?;
        let file = file.map(|id| datasets::file(tx, id)).transpose()?.map(|f| f.ok_or(Refused::Hidden)).transpose()?;
        Refused::unless_met(grants::decide(tx, actor, &grant, file.as_ref(), now)?)?;
        Ok(Self { grant, file, actor: actor.clone() })
    }
    /// The grant.
    #[must_use]
    pub const fn grant(&self) -> &Grant {
        &self.grant
    }
}

/// Issues a download token for a grant, or for one file of it: gives the claims to sign.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn issue_token(
    tx: &mut Write,
    may: MayFetch,
    exchange: &str,
    seconds: i64,
    now: Timestamp,
) -> Result<DownloadClaims, StoreError> {
    let MayFetch { grant, file, actor } = may;
    let seconds = seconds.clamp(60, LONGEST_SECONDS);
    // A token never outlives its grant.
    let end = now.plus_seconds(seconds);
    let end = grant.ends_at.map_or(end, |g| g.min(end));
    let token = Token {
        id: TokenId::fresh(),
        grant_id: grant.id,
        file_id: file.as_ref().map(|f| f.id),
        service_id: actor.service(),
        member_id: actor.member(),
        created_at: now,
        expires_at: end,
        revoked_at: None,
    };
    rows::insert(tx, &token)?;
    let detail = serde_json::json!({ "token": token.id.as_str(), "ends": end.rfc3339(), "file": file.as_ref().map(|f| f.path.clone()) });
    note(tx, &actor.by(), Deed::TokenIssued, &grant, detail, now)?;
    Ok(DownloadClaims {
        iss: exchange.to_owned(),
        sub: grant.holder_id.to_string(),
        aud: exchange.to_owned(),
        exp: end.seconds(),
        nbf: now.seconds(),
        iat: now.seconds(),
        jti: token.id.to_string(),
        grant: grant.id.to_string(),
        file: token.file_id.map(|f| f.to_string()),
        scope: "download".to_owned(),
    })
}

fn note(
    tx: &mut Write,
    by: &By,
    deed: Deed,
    grant: &Grant,
    detail: serde_json::Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    journal::note(
        tx,
        by,
        &Note::new(deed, Thing::Grant, grant.id).for_party(grant.holder_id).and_party(grant.seller_id).detail(detail),
        now,
    )
}

/// Lets people and machines of the holder revoke a token.
pub struct MayRevokeToken {
    grant: Grant,
    token: TokenId,
    by: By,
}

impl MayRevokeToken {
    /// Checks that the actor belongs to the holder of the token's grant.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn check(tx: &mut Read, actor: &Actor, grant: GrantId, token: TokenId) -> Result<Self, Refused> {
        let (grant, _) = grants::visible(tx, actor, grant)?;
        let belongs = parties::acts_for(tx, actor, grant.holder_id)?;
        let found = rows::find(tx, token)?.filter(|t| t.grant_id == grant.id);
        if found.is_none() || !belongs {
            return Err(Refused::Hidden);
        }
        Ok(Self { grant, token, by: actor.by() })
    }
}

/// Revokes a token: the next request with it is refused.
///
/// # Errors
/// [`Refused::Overtaken`] when it is revoked already.
pub fn revoke_token(tx: &mut Write, may: MayRevokeToken, now: Timestamp) -> Result<(), Refused> {
    if !rows::revoke(tx, may.token, now)? {
        return Err(Refused::Overtaken);
    }
    let detail = serde_json::json!({ "token": may.token.as_str() });
    Ok(note(tx, &may.by, Deed::TokenRevoked, &may.grant, detail, now)?)
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
}

fn with_blob(tx: &mut Read, grant: Grant, file: File, taken_by: String) -> Result<Redeemed, Refused> {
    let blob = datasets::blob(tx, file.blob_id)?.ok_or(Refused::Hidden)?;
    Ok(Redeemed { grant, file, blob, taken_by })
}

/// Opens a file for whoever is signed in or holds an access token or key.
///
/// # Errors
/// [`Refused::Hidden`] for strangers, [`Refused::Unmet`] with the whole list.
pub fn redeem_as(
    tx: &mut Read,
    actor: &Actor,
    grant: GrantId,
    file: FileId,
    now: Timestamp,
) -> Result<Redeemed, Refused> {
    let may = MayFetch::check(tx, actor, grant, Some(file), now)?;
    let file = may.file.ok_or(Refused::Hidden)?;
    with_blob(tx, may.grant, file, actor.by().id)
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
        Condition::new("token-issuer-works", issuer, "buyer-owner").at(here()),
    ])
}

/// Opens a file for a download token whose signature and time were checked.
///
/// # Errors
/// [`Refused::Hidden`] for unknown things, [`Refused::Unmet`] with the whole list.
pub fn redeem(
    tx: &mut Read,
    claims: &DownloadClaims,
    grant: GrantId,
    file: FileId,
    now: Timestamp,
) -> Result<Redeemed, Refused> {
    let grant = grants::find(tx, grant)?.ok_or(Refused::Hidden)?;
    let file = datasets::file(tx, file)?.ok_or(Refused::Hidden)?;
    let token = claims.jti.parse::<TokenId>().ok().map(|id| rows::find(tx, id)).transpose()?.flatten();
    let mut list = token_conditions(tx, token.as_ref(), claims, &grant, &file, now)?;
    list.extend(grants::grant_conditions(tx, &grant, Some(&file), now)?);
    if !all_met(&list) {
        return Err(Refused::Unmet(list));
    }
    let taken_by = token.map(|t| {
        t.service_id.map_or_else(|| t.member_id.map(|m| m.to_string()).unwrap_or_default(), |s| s.to_string())
    });
    with_blob(tx, grant, file, taken_by.unwrap_or_default())
}

/// Notes how much of a file was handed out: one row for each grant, file, taker and day, however many ranges.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn record(tx: &mut Write, taken: &Redeemed, bytes: i64, now: Timestamp) -> Result<(), StoreError> {
    let first = rows::count(tx, taken.grant.id, taken.file.id, &taken.taken_by, bytes, now)?;
    if first {
        let by = By { kind: journal::ActorKind::House, id: taken.taken_by.clone(), name: String::new() };
        let detail = serde_json::json!({ "path": taken.file.path, "taken_by": taken.taken_by });
        note(tx, &by, Deed::FileTaken, &taken.grant, detail, now)?;
    }
    Ok(())
}

/// Gives the tokens of a grant to the holder's side, newest first.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn tokens_of(tx: &mut Read, actor: &Actor, grant: GrantId) -> Result<Vec<Token>, Refused> {
    let (grant, _) = grants::visible(tx, actor, grant)?;
    if !parties::acts_for(tx, actor, grant.holder_id)? {
        return Ok(Vec::new());
    }
    Ok(rows::of_grant(tx, grant.id)?)
}

/// Gives who took what under a grant: both sides see the same counters.
///
/// # Errors
/// [`Refused::Hidden`] for strangers.
pub fn usage(tx: &mut Read, actor: &Actor, grant: GrantId) -> Result<Vec<Usage>, Refused> {
    let (grant, _) = grants::visible(tx, actor, grant)?;
    Ok(rows::usage(tx, grant.id)?)
}

//! Download tokens: issued, rolled with an overlap, revoked.

use super::MayFetch;
use super::rows::{self, Token};
use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::datasets::File;
use crate::market::grants::{self, Asking, Grant};
use crate::market::journal::{By, Deed};
use crate::market::parties;
use crate::market::signing::DownloadClaims;
use crate::store::{Read, StoreError, Write};
use crate::values::{GrantId, PartyId, Timestamp, TokenId};

/// The longest life of a download token, in seconds.
pub const LONGEST_SECONDS: i64 = 86_400;
/// The longest time that a rolled token goes on beside the new one, in seconds.
pub const LONGEST_OVERLAP_SECONDS: i64 = 86_400;

/// Issues a download token for a grant, or for one file of it: gives the claims to sign.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn issue_token(
    tx: &mut Write,
    may: MayFetch,
    exchange: &str,
    (name, seconds): (&str, i64),
    now: Timestamp,
) -> Result<DownloadClaims, StoreError> {
    let MayFetch { grant, file, actor } = may;
    let wanted = Wanted { grant: &grant, file: file.as_ref(), actor: &actor, name, seconds, instead_of: None };
    let token = make(tx, &wanted, now)?;
    let detail = serde_json::json!({ "token": token.id.as_str(), "ends": token.expires_at.rfc3339(), "file": file.as_ref().map(|f| f.path.clone()) });
    grants::note(tx, &actor.by(), Deed::TokenIssued, &grant, detail, now)?;
    Ok(claims(&token, &grant, exchange, now))
}

/// What a token is made of.
struct Wanted<'w> {
    grant: &'w Grant,
    file: Option<&'w File>,
    actor: &'w Actor,
    name: &'w str,
    seconds: i64,
    instead_of: Option<TokenId>,
}

fn make(tx: &mut Write, wanted: &Wanted<'_>, now: Timestamp) -> Result<Token, StoreError> {
    let Wanted { grant, file, actor, name, seconds, instead_of } = *wanted;
    let seconds = seconds.clamp(60, LONGEST_SECONDS);
    // A token never outlives its grant.
    let end = now.plus_seconds(seconds);
    let end = grants::end_of(grant).map_or(end, |g| g.min(end));
    let token = Token {
        id: TokenId::fresh(),
        grant_id: grant.id,
        file_id: file.map(|f| f.id),
        service_id: actor.service(),
        member_id: actor.member(),
        created_at: now,
        expires_at: end,
        revoked_at: None,
        name: name.to_owned(),
        used_at: None,
        takes_place_of: instead_of,
    };
    rows::insert(tx, &token)?;
    Ok(token)
}

fn claims(token: &Token, grant: &Grant, exchange: &str, now: Timestamp) -> DownloadClaims {
    DownloadClaims {
        iss: exchange.to_owned(),
        sub: grant.holder_id.to_string(),
        aud: exchange.to_owned(),
        exp: token.expires_at.seconds(),
        nbf: now.seconds(),
        iat: now.seconds(),
        jti: token.id.to_string(),
        grant: grant.id.to_string(),
        file: token.file_id.map(|f| f.to_string()),
        scope: "download".to_owned(),
    }
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
    Ok(grants::note(tx, &may.by, Deed::TokenRevoked, &may.grant, detail, now)?)
}

/// Lets people and machines of the holder roll a token: those who could issue it.
pub struct MayRollToken {
    may: MayFetch,
    token: Token,
}

impl MayRollToken {
    /// Asks the one decision in this transaction, and that the token has not ended.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Unmet`] with the whole list, [`Refused::Overtaken`] for an ended token.
    pub fn check(
        tx: &mut Read,
        actor: &Actor,
        (grant, token): (GrantId, TokenId),
        now: Timestamp,
    ) -> Result<Self, Refused> {
        let found = rows::find(tx, token)?.filter(|t| t.grant_id == grant).ok_or(Refused::Hidden)?;
        let may = MayFetch::check(tx, actor, (grant, found.file_id), &Asking::with_token(actor), now)?;
        if found.revoked_at.is_some() || found.expires_at <= now {
            return Err(Refused::Overtaken);
        }
        Ok(Self { may, token: found })
    }
}

/// Issues a token in the place of another, which goes on for the overlap and not longer. Many at the same time all get one:
/// the first of them says when the old one ends.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn roll_token(
    tx: &mut Write,
    may: MayRollToken,
    exchange: &str,
    (seconds, overlap): (i64, i64),
    now: Timestamp,
) -> Result<DownloadClaims, StoreError> {
    let MayRollToken { may: MayFetch { grant, file, actor }, token: old } = may;
    let instead_of = Some(old.id);
    let wanted = Wanted { grant: &grant, file: file.as_ref(), actor: &actor, name: &old.name, seconds, instead_of };
    let token = make(tx, &wanted, now)?;
    let end = now.plus_seconds(overlap.clamp(0, LONGEST_OVERLAP_SECONDS));
    rows::end_by(tx, old.id, end)?;
    let detail = serde_json::json!({ "token": token.id.as_str(), "instead_of": old.id.as_str(), "old_ends": end.min(old.expires_at).rfc3339() });
    grants::note(tx, &actor.by(), Deed::TokenRolled, &grant, detail, now)?;
    Ok(claims(&token, &grant, exchange, now))
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

/// Gives the newest 500 tokens under the grants of the actor's organisations, each with the number of its grant.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn own_tokens(tx: &mut Read, actor: &Actor) -> Result<Vec<(Token, String)>, StoreError> {
    let own: Vec<PartyId> = parties::own(tx, actor)?.into_iter().map(|(p, _)| p.id).collect();
    rows::of_parties(tx, &own, 500)
}

//! The API of the own account.

use super::forms::Profile;
use super::own::profile_values;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::accounts::{self, MayChangeSelf};
use crate::market::parties;
use crate::routes;
use crate::values::{ApiKeyId, SessionId};
use crate::web::listing::{Items, stamp};
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/me" Caller => me,
    put "/api/v1/me" SignedIn => change,
    get "/api/v1/me/sessions" SignedIn => sessions,
    delete "/api/v1/me/sessions/{session}" SignedIn => end_session,
    get "/api/v1/me/keys" SignedIn => keys,
    delete "/api/v1/me/keys/{key}" SignedIn => revoke_key,
}

/// Who the credential stands for.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeOut {
    /// `member` or `service`.
    kind: String,
    id: String,
    name: String,
    email: Option<String>,
    lang: Option<String>,
    office: Option<String>,
    organisations: Vec<MyParty>,
}

/// An organisation that the caller acts for.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyParty {
    slug: String,
    name_zh: String,
    name_en: String,
    roles: Vec<String>,
}

/// Who the credential stands for.
#[utoipa::path(get, path = "/api/v1/me", tag = "account", responses((status = 200, body = MeOut), (status = 401)))]
pub(crate) async fn me(visit: Visit) -> Answer {
    let out = visit
        .as_actor()?
        .read(move |tx, actor, _| {
            let member = if actor.member().is_some() { Some(accounts::mine(tx, actor)?) } else { None };
            let own = parties::own(tx, actor)?;
            let by = actor.by();
            let organisations = own
                .into_iter()
                .map(|(p, roles)| MyParty {
                    slug: p.slug,
                    name_zh: p.name_zh,
                    name_en: p.name_en,
                    roles: roles.iter().map(|r| r.to_string()).collect(),
                })
                .collect();
            Ok(MeOut {
                kind: by.kind.to_string(),
                id: by.id,
                name: by.name,
                email: member.as_ref().map(|m| m.email.clone()),
                lang: member.as_ref().map(|m| m.lang.to_string()),
                office: actor.office().map(|o| o.to_string()),
                organisations,
            })
        })
        .await?;
    answer::json(&out)
}

/// Changes name and language.
#[utoipa::path(put, path = "/api/v1/me", tag = "account", request_body = Profile, responses((status = 204), (status = 422)))]
pub(crate) async fn change(visit: Visit, body: Json<Profile>) -> Answer {
    let (name, lang) = profile_values(&body.value)?;
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            Ok(accounts::change_profile(tx, may, &name, lang, now)?)
        })
        .await?;
    Ok(answer::no_content())
}

/// A signed-in browser.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionOut {
    id: String,
    device: String,
    network: String,
    created_at: String,
    last_used_at: String,
    expires_at: String,
}

/// The open sessions.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "account", responses((status = 200, body = Items<SessionOut>)))]
pub(crate) async fn sessions(visit: Visit) -> Answer {
    let list = visit.as_person()?.read(move |tx, actor, now| Ok(accounts::sessions(tx, actor, now)?)).await?;
    let out = list.into_iter().map(|s| SessionOut {
        id: s.id.to_string(),
        device: s.device,
        network: s.network,
        created_at: s.created_at.rfc3339(),
        last_used_at: s.seen_at.rfc3339(),
        expires_at: s.expires_at.rfc3339(),
    });
    answer::json(&Items::all(out.collect()))
}

/// Ends a session.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{session}", tag = "account", params(("session" = String, Path)), responses((status = 204), (status = 404)))]
pub(crate) async fn end_session(visit: Visit, Path(id): Path<SessionId>) -> Answer {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            Ok(accounts::end_session(tx, may, id, now)?)
        })
        .await?;
    Ok(answer::no_content())
}

/// An API key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyOut {
    id: String,
    name: String,
    hint: String,
    organisation: Option<String>,
    created_at: String,
    expires_at: String,
    revoked_at: Option<String>,
    last_used_at: Option<String>,
}

/// The own API keys. Making one needs a browser session: a key cannot make keys.
#[utoipa::path(get, path = "/api/v1/me/keys", tag = "account", responses((status = 200, body = Items<KeyOut>)))]
pub(crate) async fn keys(visit: Visit) -> Answer {
    let list = visit.as_person()?.read(move |tx, actor, _| Ok(parties::keys_of(tx, actor)?)).await?;
    let out = list.into_iter().map(|k| KeyOut {
        id: k.id.to_string(),
        name: k.name,
        hint: k.hint,
        organisation: k.party_id.map(|p| p.to_string()),
        created_at: k.created_at.rfc3339(),
        expires_at: k.expires_at.rfc3339(),
        revoked_at: stamp(k.revoked_at),
        last_used_at: stamp(k.used_at),
    });
    answer::json(&Items::all(out.collect()))
}

/// Revokes an API key.
#[utoipa::path(delete, path = "/api/v1/me/keys/{key}", tag = "account", params(("key" = String, Path)), responses((status = 204), (status = 404)))]
pub(crate) async fn revoke_key(visit: Visit, Path(id): Path<ApiKeyId>) -> Answer {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            parties::revoke_key(tx, may, actor, id, now).map_err(crate::web::parties::refusals::key_problem)
        })
        .await?;
    Ok(answer::no_content())
}

//! The API of the own account.

use super::acts;
use super::forms::{NewKey, Profile, Security};
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::accounts;
use crate::market::parties;
use crate::routes;
use crate::values::{ApiKeyId, SessionId};
use crate::web::listing::{Items, stamp};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/me" Caller => me,
    put "/api/v1/me" SignedIn => change,
    put "/api/v1/me/password" SignedIn => change_password,
    put "/api/v1/me/email" SignedIn => change_email,
    get "/api/v1/me/sessions" SignedIn => sessions,
    delete "/api/v1/me/sessions/{session}" SignedIn => end_session,
    delete "/api/v1/me/sessions" SignedIn => end_sessions,
    get "/api/v1/me/keys" SignedIn => keys,
    post "/api/v1/me/keys" SignedIn => make_key,
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
    let (name, lang) = body.value.parse().map_err(Problem::invalid)?;
    acts::change_profile(&visit, name, lang).await?;
    Ok(answer::no_content())
}

/// Changes the password; `current` is the one until now. All browser sessions end.
#[utoipa::path(put, path = "/api/v1/me/password", tag = "account", request_body = Security, responses((status = 204), (status = 422), (status = 429)))]
pub(crate) async fn change_password(visit: Visit, body: Json<Security>) -> Answer {
    acts::change_password(&visit, &acts::me(&visit).await?, &body.value).await?;
    Ok(answer::no_content())
}

/// Sends a link to a new address; it replaces the old one when the link is opened.
#[utoipa::path(put, path = "/api/v1/me/email", tag = "account", request_body = Security, responses((status = 202), (status = 422), (status = 429)))]
pub(crate) async fn change_email(visit: Visit, body: Json<Security>) -> Answer {
    acts::change_email(&visit, &acts::me(&visit).await?, &body.value).await?;
    Ok(HttpResponse::Accepted().finish())
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
    acts::end_session(&visit, id).await?;
    Ok(answer::no_content())
}

/// Ends all browser sessions but the one that asks.
#[utoipa::path(delete, path = "/api/v1/me/sessions", tag = "account", responses((status = 204)))]
pub(crate) async fn end_sessions(visit: Visit) -> Answer {
    acts::end_others(&visit).await?;
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

/// The own API keys.
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

/// A secret that is shown in this answer and never again.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecretOut {
    secret: String,
}

/// Makes an API key. A program sends `current`, the password, too: a key alone makes no keys.
#[utoipa::path(post, path = "/api/v1/me/keys", tag = "account", request_body = NewKey, responses((status = 201, body = SecretOut), (status = 404), (status = 422), (status = 429)))]
pub(crate) async fn make_key(visit: Visit, body: Json<NewKey>) -> Answer {
    let secret = acts::make_key(&visit, &body.value).await?;
    answer::json_as(StatusCode::CREATED, &SecretOut { secret: secret.reveal().to_owned() })
}

/// Revokes an API key.
#[utoipa::path(delete, path = "/api/v1/me/keys/{key}", tag = "account", params(("key" = String, Path)), responses((status = 204), (status = 404)))]
pub(crate) async fn revoke_key(visit: Visit, Path(id): Path<ApiKeyId>) -> Answer {
    acts::revoke_key(&visit, id).await?;
    Ok(answer::no_content())
}

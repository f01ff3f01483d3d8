//! The API of grants: list, manifest, receipt, download tokens, end.

use super::tokens;
use crate::http::problem::{Problem, condition_json};
use crate::http::{Answer, Json, Path, Query, Visit, answer};
use crate::market::conditions::all_met;
use crate::market::datasets;
use crate::market::delivery::{self, MayFetch, MayRevokeToken};
use crate::market::grants::{self, Asking, Grant, Side, State, standing};
use crate::market::signing::DownloadClaims;
use crate::routes;
use crate::urls;
use crate::values::{FileId, GrantId, Timestamp, TokenId};
use crate::web::datasets::api::{FileOut, file_out};
use crate::web::listing::{Items, JournalItem, cursor, journal_item, stamp};
use actix_web::http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/api/v1/grants" Caller => list,
    get "/api/v1/grants/{id}" Caller => show,
    get "/api/v1/grants/{id}/manifest" Caller => manifest,
    get "/api/v1/grants/{id}/journal" Caller => journal,
    get "/api/v1/grants/{id}/download-tokens" Caller => tokens::list_by_api,
    post "/api/v1/grants/{id}/download-tokens" Caller => token,
    post "/api/v1/grants/{id}/download-tokens/{token}/successor" Caller => tokens::roll_by_api,
    delete "/api/v1/grants/{id}/download-tokens/{token}" Caller => revoke,
}

/// A grant.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantOut {
    id: String,
    number: String,
    /// `upcoming`, `active`, `suspended`, `lapsed`, `terminated`.
    standing: String,
    /// The instant at which a side's notice ends it.
    ends_by_notice: Option<String>,
    suspended_because: Option<String>,
    renewal_unwanted: bool,
    holder: String,
    seller: String,
    dataset: String,
    version: String,
    scope: String,
    licence: String,
    starts_at: String,
    ends_at: Option<String>,
    receipt: String,
}

fn out(visit: &Visit, g: &Grant) -> GrantOut {
    GrantOut {
        id: g.id.to_string(),
        number: g.number.clone(),
        standing: standing(g, visit.now()).as_str().to_owned(),
        ends_by_notice: matches!(g.state, State::Terminated { .. }).then(|| stamp(grants::end_of(g))).flatten(),
        suspended_because: g.state.suspension().map(|s| s.reason.clone()),
        renewal_unwanted: g.renewal_unwanted,
        holder: g.holder_id.to_string(),
        seller: g.seller_id.to_string(),
        dataset: g.dataset_id.to_string(),
        version: g.version_id.to_string(),
        scope: g.scope.to_string(),
        licence: g.licence_id.to_string(),
        starts_at: g.starts_at.rfc3339(),
        ends_at: stamp(g.ends_at),
        receipt: visit.site.absolute(&urls::grant_part(g.id, "receipt.jws")),
    }
}

/// A machine needs the scope `read` to look.
pub(super) fn readable(visit: &Visit) -> Result<(), Problem> {
    if visit.actor()?.has_scope("read") { Ok(()) } else { Err(Problem::forbidden("scope")) }
}

/// Which grants.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GrantsQuery {
    side: String,
    state: String,
    sort: String,
    after: String,
}

/// Grants of the own organisations: `side` is buyer (held) or seller (given).
#[utoipa::path(get, path = "/api/v1/grants", tag = "grants", params(("side" = Option<String>, Query), ("state" = Option<String>, Query, description = "all, active, ending, suspended, upcoming, ended"), ("sort" = Option<String>, Query, description = "newest, ending"), ("after" = Option<String>, Query)), responses((status = 200, body = Items<GrantOut>)))]
pub(crate) async fn list(visit: Visit, Query(query): Query<GrantsQuery>) -> Answer {
    readable(&visit)?;
    let shown = grants::Shown::parse(&query.state).unwrap_or(grants::Shown::All);
    let (side, after) = (Side::parse(&query.side).unwrap_or(Side::Buyer), cursor(Some(&query.after))?);
    let sort = grants::Sort::parse(&query.sort).unwrap_or(grants::Sort::Newest);
    let page = visit
        .as_actor()?
        .read(move |tx, actor, now| Ok(grants::of_actor(tx, actor, (side, shown), (after.as_ref(), 50, sort), now)?))
        .await?;
    answer::json(&Items::of(page.map(|g| out(&visit, &g))))
}

/// A grant with the conditions of its use now.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantWhole {
    #[serde(flatten)]
    grant: GrantOut,
    usable: bool,
    conditions: Vec<serde_json::Value>,
}

/// One grant with the conditions of its use now.
#[utoipa::path(get, path = "/api/v1/grants/{id}", tag = "grants", params(("id" = String, Path)), responses((status = 200, body = GrantWhole), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    readable(&visit)?;
    let (lang, asking) = (visit.lang(), Asking::of(visit.actor()?, Some(visit.address)));
    let (grant, list) = visit
        .as_actor()?
        .read(move |tx, actor, now| {
            let (grant, _) = grants::visible(tx, actor, id)?;
            let list = grants::decide(tx, actor, &grant, (None, &asking), now)?;
            Ok((grant, list))
        })
        .await?;
    let conditions = list.iter().map(|c| condition_json(&visit.site, lang, c)).collect();
    answer::json(&GrantWhole { grant: out(&visit, &grant), usable: all_met(&list), conditions })
}

/// A file of a manifest with its address, which never changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManifestFile {
    #[serde(flatten)]
    file: FileOut,
    url: String,
}

/// A version under a grant with its files.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManifestVersion {
    id: String,
    label: String,
    state: String,
    manifest_sha256: Option<String>,
    files: Vec<ManifestFile>,
}

/// The versions and files that a grant covers, newest first.
#[utoipa::path(get, path = "/api/v1/grants/{id}/manifest", tag = "grants", params(("id" = String, Path)), responses((status = 200, body = Items<ManifestVersion>), (status = 404)))]
pub(crate) async fn manifest(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    readable(&visit)?;
    let versions = visit
        .as_actor()?
        .read(move |tx, actor, _| {
            let (grant, _) = grants::visible(tx, actor, id)?;
            let mut list = Vec::new();
            let limits = grants::bounds_of(tx, id)?.unwrap_or_default().deal;
            for v in grants::versions(tx, &grant)? {
                let mut files = datasets::files_of(tx, v.id)?;
                files.retain(|f| limits.cover(&f.path));
                list.push((v, files));
            }
            Ok(list)
        })
        .await?;
    let items = versions
        .into_iter()
        .map(|(v, files)| ManifestVersion {
            id: v.id.to_string(),
            label: v.label,
            state: v.state.to_string(),
            manifest_sha256: v.manifest_sha256.map(|d| d.to_string()),
            files: files
                .iter()
                .map(|f| ManifestFile {
                    file: file_out(f),
                    url: visit.site.absolute(&urls::grant_file(id, f.id, &f.path)),
                })
                .collect(),
        })
        .collect();
    answer::json(&Items::all(items))
}

/// The record of a grant, oldest first.
#[utoipa::path(get, path = "/api/v1/grants/{id}/journal", tag = "journal", params(("id" = String, Path)), responses((status = 200, body = Items<JournalItem>), (status = 404)))]
pub(crate) async fn journal(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    readable(&visit)?;
    let lang = visit.lang();
    let entries = visit.as_actor()?.read(move |tx, actor, _| Ok(grants::journal_of(tx, actor, id)?)).await?;
    answer::json(&Items::all(entries.into_iter().map(|e| journal_item(lang, e)).collect()))
}

/// What the token shall open, and for how long.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TokenIn {
    /// One file only.
    file: Option<String>,
    /// Seconds that it lives, 60 to 86400.
    seconds: Option<i64>,
    /// What it is called in lists.
    name: String,
}

/// A signed download token, shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenOut {
    /// The JWT: verify it with the keys at /.well-known/jwks.json.
    token: String,
    token_type: String,
    id: String,
    /// When it really ends.
    expires_at: String,
    expires_in: i64,
}

/// Issues a download token for the grant or for one file of it. Older ones go on until their own end.
#[utoipa::path(post, path = "/api/v1/grants/{id}/download-tokens", tag = "grants", params(("id" = String, Path)), request_body = TokenIn, responses((status = 201, body = TokenOut), (status = 403), (status = 404)))]
pub(crate) async fn token(visit: Visit, Path(id): Path<GrantId>, body: Json<TokenIn>) -> Answer {
    let file: Option<FileId> =
        body.value.file.as_deref().map(|f| f.parse().map_err(|_| Problem::not_found())).transpose()?;
    let seconds = body.value.seconds.unwrap_or(visit.site.facts.token_seconds);
    let exchange = visit.site.facts.public_url.clone();
    let name = tokens::name(&body.value.name).map_err(Problem::invalid)?;
    let claims = visit
        .as_actor()?
        .write(move |tx, actor, now| {
            let may = MayFetch::check(tx, actor, (id, file), &Asking::with_token(actor), now)?;
            Ok(delivery::issue_token(tx, may, &exchange, (&name, seconds), now)?)
        })
        .await?;
    signed(&visit, &claims)
}

/// Signs the claims of a token and answers with it, which is not kept by any cache.
pub(super) fn signed(visit: &Visit, claims: &DownloadClaims) -> Answer {
    let token = visit.site.signing.sign_download(claims).map_err(|e| Problem::broken(&e))?;
    let out = TokenOut {
        token,
        token_type: "Bearer".to_owned(),
        id: claims.jti.clone(),
        expires_at: Timestamp(claims.exp.saturating_mul(1000)).rfc3339(),
        expires_in: claims.exp - claims.iat,
    };
    let mut response = answer::json_as(StatusCode::CREATED, &out)?;
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Revokes a download token: the next request with it is refused.
#[utoipa::path(delete, path = "/api/v1/grants/{id}/download-tokens/{token}", tag = "grants", params(("id" = String, Path), ("token" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(crate) async fn revoke(visit: Visit, Path((id, token)): Path<(GrantId, TokenId)>) -> Answer {
    visit
        .as_actor()?
        .write(move |tx, actor, now| {
            let may = MayRevokeToken::check(tx, actor, id, token)?;
            Ok(delivery::revoke_token(tx, may, now)?)
        })
        .await?;
    Ok(answer::no_content())
}

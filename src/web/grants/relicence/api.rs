//! The API of newer versions of licences for running grants: what waits, what was asked, the answers, the question.

use super::{Asked, RelicenceTyped, answer_it, ask_for, asked_of, with_licences};
use crate::http::problem::{Problem, condition_json};
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::grants::{self, relicence};
use crate::routes;
use crate::values::{GrantId, Sha256};
use crate::web::accounts::forms::fault;
use crate::web::listing::{Items, Made, stamp};
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/api/v1/relicences" Caller => waiting_by_api,
    get "/api/v1/grants/{id}/relicences" Caller => of_grant_by_api,
    post "/api/v1/grants/{id}/relicence/acceptance" Caller => accept_by_api,
    post "/api/v1/grants/{id}/relicence/refusal" Caller => decline_by_api,
    post "/api/v1/datasets/{party}/{slug}/relicences" SignedIn => ask_by_api,
}

/// Asks the holders of running grants of a dataset to accept a newer version of the own licence.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/relicences", tag = "licences", params(("party" = String, Path), ("slug" = String, Path)), request_body = RelicenceTyped, responses((status = 201, body = Made), (status = 404), (status = 409), (status = 422)))]
pub(crate) async fn ask_by_api(
    visit: Visit,
    Path((party, slug)): Path<(String, String)>,
    body: Json<RelicenceTyped>,
) -> Answer {
    let id = ask_for(&visit, (&party, &slug), &body.value.licence, body.once).await?;
    answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })
}

/// A newer version that a holder is asked to accept.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelicenceOut {
    grant: String,
    /// `asked`, `accepted` or `declined`.
    state: String,
    /// The version in force when it was asked.
    licence_before: String,
    /// The newer version.
    licence: String,
    /// What an acceptance must name.
    licence_sha256: String,
    label: String,
    asked_at: String,
    answered_at: Option<String>,
    answered_by: Option<String>,
    /// The signed addendum to the receipt, after an acceptance.
    addendum: Option<String>,
    /// What an answer needs, in the list of what waits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    conditions: Vec<serde_json::Value>,
}

fn out(asked: Asked, conditions: Vec<serde_json::Value>) -> RelicenceOut {
    let a = asked.answer;
    RelicenceOut {
        grant: a.grant_id.to_string(),
        state: a.state.to_string(),
        licence_before: a.before_licence_id.to_string(),
        licence: a.licence_id.to_string(),
        licence_sha256: asked.licence.sha256.to_string(),
        label: asked.licence.label,
        asked_at: a.asked_at.rfc3339(),
        answered_at: stamp(a.answered_at),
        answered_by: a.answered_by,
        addendum: a.addendum,
        conditions,
    }
}

fn readable(visit: &Visit) -> Result<(), Problem> {
    if visit.actor()?.has_scope("read") { Ok(()) } else { Err(Problem::forbidden("scope")) }
}

/// Newer versions of licences that wait for an answer of the caller's organisations, with what an answer needs.
#[utoipa::path(get, path = "/api/v1/relicences", tag = "grants", responses((status = 200, body = Items<RelicenceOut>)))]
pub(crate) async fn waiting_by_api(visit: Visit) -> Answer {
    readable(&visit)?;
    let (site, lang) = (visit.site.clone(), visit.lang());
    let items = visit
        .as_actor()?
        .read(move |tx, actor, now| {
            let mut items = Vec::new();
            for a in relicence::waiting(tx, actor)? {
                let (grant, _) = grants::visible(tx, actor, a.grant_id)?;
                let list = relicence::conditions(tx, actor, &grant, now)?;
                let list = list.iter().map(|c| condition_json(&site, lang, c)).collect();
                items.push(out(with_licences(tx, a)?, list));
            }
            Ok(items)
        })
        .await?;
    answer::json(&Items::all(items))
}

/// What was asked about a grant and answered, newest first, to both sides.
#[utoipa::path(get, path = "/api/v1/grants/{id}/relicences", tag = "grants", params(("id" = String, Path)), responses((status = 200, body = Items<RelicenceOut>), (status = 404)))]
pub(crate) async fn of_grant_by_api(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    readable(&visit)?;
    let list = visit.as_actor()?.read(move |tx, actor, _| asked_of(tx, actor, id)).await?;
    answer::json(&Items::all(list.into_iter().map(|a| out(a, Vec::new())).collect()))
}

/// The hash of the text that is accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptIn {
    /// `licence_sha256` of the newer version: sending it accepts this very text.
    pub accept_licence_sha256: String,
}

/// Accepts the newer version of the licence of a grant; an addendum to the receipt is signed.
#[utoipa::path(post, path = "/api/v1/grants/{id}/relicence/acceptance", tag = "grants", params(("id" = String, Path)), request_body = AcceptIn, responses((status = 204), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(crate) async fn accept_by_api(visit: Visit, Path(id): Path<GrantId>, body: Json<AcceptIn>) -> Answer {
    let sha256 = Sha256::parse(&body.value.accept_licence_sha256).ok();
    let sha256 = sha256.ok_or_else(|| Problem::invalid(vec![fault("accept_licence_sha256", "fault-accept")]))?;
    answer_it(&visit, id, Some(sha256), body.once).await?;
    Ok(answer::no_content())
}

/// Declines the newer version: the old text stays in force.
#[utoipa::path(post, path = "/api/v1/grants/{id}/relicence/refusal", tag = "grants", params(("id" = String, Path)), responses((status = 204), (status = 403), (status = 404), (status = 409)))]
pub(crate) async fn decline_by_api(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    answer_it(&visit, id, None, None).await?;
    Ok(answer::no_content())
}

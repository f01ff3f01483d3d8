//! The API of licences.

use super::forms::LicenceTyped;
use super::write_problem;
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::licences::{self, Licence, MayWriteLicence};
use crate::market::parties;
use crate::routes;
use crate::values::LicenceId;
use crate::web::listing::{Items, Made};
use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/licences" Anybody => list,
    post "/api/v1/licences" SignedIn => write,
    get "/api/v1/licences/{id}" Anybody => show,
}

/// A licence; the texts only when one is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenceOut {
    id: String,
    code: String,
    label: String,
    title_zh: String,
    title_en: String,
    sha256: String,
    terms: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_zh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_en: Option<String>,
}

fn out(l: Licence, whole: bool) -> LicenceOut {
    LicenceOut {
        id: l.id.to_string(),
        terms: serde_json::to_value(&l.terms).unwrap_or_default(),
        code: l.code,
        label: l.label,
        title_zh: l.title_zh,
        title_en: l.title_en,
        sha256: l.sha256.to_string(),
        text_zh: whole.then_some(l.text_zh),
        text_en: whole.then_some(l.text_en),
    }
}

/// The shipped licences.
#[utoipa::path(get, path = "/api/v1/licences", tag = "licences", responses((status = 200, body = Items<LicenceOut>)))]
pub(crate) async fn list(visit: Visit) -> Answer {
    let all = visit.site.db.read(|tx| Ok::<_, Problem>(licences::list_public(tx)?)).await?;
    answer::json(&Items::all(all.into_iter().map(|l| out(l, false)).collect()))
}

/// One licence with its texts.
#[utoipa::path(get, path = "/api/v1/licences/{id}", tag = "licences", params(("id" = String, Path)), responses((status = 200, body = LicenceOut), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path(id): Path<LicenceId>) -> Answer {
    let l = visit
        .site
        .db
        .read(move |tx| Ok::<_, Problem>(licences::find(tx, id)?))
        .await?
        .ok_or_else(Problem::not_found)?;
    answer::json(&out(l, true))
}

/// Writes an own licence.
#[utoipa::path(post, path = "/api/v1/licences", tag = "licences", request_body = LicenceTyped, responses((status = 201, body = Made), (status = 422)))]
pub(crate) async fn write(visit: Visit, body: Json<LicenceTyped>) -> Answer {
    let own = body.value.parse().map_err(Problem::invalid)?;
    let slug = body.value.organisation;
    let id = visit
        .as_person()?
        .write_once(body.once, move |tx, actor, now| {
            let party = parties::find_by_slug(tx, &slug)?.ok_or_else(Problem::not_found)?;
            let may = MayWriteLicence::check(tx, actor, party.id)?;
            licences::write_own(tx, may, &own, now).map(|l| l.id).map_err(write_problem)
        })
        .await?;
    answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })
}

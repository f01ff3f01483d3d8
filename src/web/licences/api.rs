//! The API of licences.

use super::build::make_problem;
use super::builder_form::OutlineIn;
use super::forms::LicenceTyped;
use super::write_problem;
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::licences::builder::{self, Built};
use crate::market::licences::drafts;
use crate::market::licences::{self, Licence, MayWriteLicence, standard};
use crate::market::parties;
use crate::routes;
use crate::values::LicenceId;
use crate::web::listing::{Items, Made};
use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/licence-presets" Anybody => presets,
    post "/api/v1/licences/preview" SignedIn => preview,
    post "/api/v1/licences/built" SignedIn => build,
    get "/api/v1/licences" Anybody => list,
    post "/api/v1/licences" SignedIn => write,
    get "/api/v1/licences/{id}" Anybody => show,
    get "/api/v1/licences/{id}/versions" Anybody => versions,
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
    /// Whether it is a template of the exchange, and no legal advice.
    template: bool,
    terms: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_zh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_en: Option<String>,
}

fn out(l: Licence, whole: bool) -> LicenceOut {
    LicenceOut {
        id: l.id.to_string(),
        template: l.party_id.is_none() && standard::find(&l.code).is_some_and(|s| s.spdx.is_none()),
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

/// Every version of a licence, oldest first.
#[utoipa::path(get, path = "/api/v1/licences/{id}/versions", tag = "licences", params(("id" = String, Path)), responses((status = 200, body = Items<LicenceOut>), (status = 404)))]
pub(crate) async fn versions(visit: Visit, Path(id): Path<LicenceId>) -> Answer {
    let all = visit
        .site
        .db
        .read(move |tx| {
            let licence = licences::find(tx, id)?.ok_or_else(Problem::not_found)?;
            Ok::<_, Problem>(licences::versions(tx, &licence.code)?)
        })
        .await?;
    answer::json(&Items::all(all.into_iter().map(|l| out(l, false)).collect()))
}

/// A usual licence as parameters of the builder.
#[derive(Debug, Serialize, ToSchema)]
pub struct PresetOut {
    name: &'static str,
    title_zh: &'static str,
    title_en: &'static str,
    #[schema(value_type = Object)]
    parameters: builder::Parameters,
}

/// The usual licences as parameters of the builder: a start, and no legal advice.
#[utoipa::path(get, path = "/api/v1/licence-presets", tag = "licences", responses((status = 200, body = Items<PresetOut>)))]
pub(crate) async fn presets(_visit: Visit) -> Answer {
    let one = |p: builder::Preset| PresetOut {
        name: p.name,
        title_zh: p.title_zh,
        title_en: p.title_en,
        parameters: p.parameters,
    };
    answer::json(&Items::all(builder::presets().into_iter().map(one).collect()))
}

/// A clause as it would be built.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClauseOut {
    number: String,
    zh: String,
    en: String,
}

/// A licence as it would be built.
#[derive(Debug, Serialize, ToSchema)]
pub struct BuiltOut {
    text_zh: String,
    text_en: String,
    terms: serde_json::Value,
    clauses: Vec<ClauseOut>,
}

fn built_out(built: Built) -> BuiltOut {
    BuiltOut {
        text_zh: built.text_zh,
        text_en: built.text_en,
        terms: serde_json::to_value(&built.terms).unwrap_or_default(),
        clauses: built.clauses.into_iter().map(|c| ClauseOut { number: c.number, zh: c.zh, en: c.en }).collect(),
    }
}

/// Builds text and terms from parameters, and keeps nothing.
#[utoipa::path(post, path = "/api/v1/licences/preview", tag = "licences", request_body = OutlineIn, responses((status = 200, body = BuiltOut), (status = 422)))]
pub(crate) async fn preview(visit: Visit, body: Json<OutlineIn>) -> Answer {
    let outline = body.value.parse().map_err(Problem::invalid)?;
    let slug = body.value.organisation;
    let party = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = parties::find_by_slug(tx, &slug)?.ok_or_else(Problem::not_found)?;
            MayWriteLicence::check(tx, actor, party.id)?;
            Ok(party)
        })
        .await?;
    let built = drafts::preview(&party, &outline).map_err(|e| make_problem(e.into()))?;
    answer::json(&built_out(built))
}

/// Builds a licence from parameters and makes it: it can never be changed.
#[utoipa::path(post, path = "/api/v1/licences/built", tag = "licences", request_body = OutlineIn, responses((status = 201, body = Made), (status = 422)))]
pub(crate) async fn build(visit: Visit, body: Json<OutlineIn>) -> Answer {
    let outline = body.value.parse().map_err(Problem::invalid)?;
    let slug = body.value.organisation;
    let id = visit
        .as_person()?
        .write_once(body.once, move |tx, actor, now| {
            let party = parties::find_by_slug(tx, &slug)?.ok_or_else(Problem::not_found)?;
            let may = MayWriteLicence::check(tx, actor, party.id)?;
            drafts::make_at_once(tx, may, outline, now).map(|l| l.id).map_err(make_problem)
        })
        .await?;
    answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })
}

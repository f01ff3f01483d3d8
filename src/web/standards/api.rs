//! The API of the library of standards.

use super::forms::StandardIn;
use super::{load, standard_problem};
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::accounts::MayOperate;
use crate::market::standards::{self, Standard};
use crate::measure::rules::{Field, Rule};
use crate::routes;
use crate::values::StandardId;
use crate::web::listing::{Items, Made};
use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/standards" Anybody => list,
    post "/api/v1/standards" Operator => write,
    get "/api/v1/standards/{id}" Anybody => show,
}

/// A standard.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandardOut {
    id: String,
    code: String,
    label: String,
    title_zh: String,
    title_en: String,
    text_zh: String,
    text_en: String,
    sha256: String,
    fields: Vec<Field>,
    rules: Vec<Rule>,
    created_at: String,
}

fn out(s: Standard) -> StandardOut {
    StandardOut {
        id: s.id.to_string(),
        code: s.code,
        label: s.label,
        title_zh: s.title_zh,
        title_en: s.title_en,
        text_zh: s.text_zh,
        text_en: s.text_en,
        sha256: s.sha256.to_string(),
        fields: s.definition.fields,
        rules: s.definition.rules,
        created_at: s.created_at.rfc3339(),
    }
}

/// The standards of the library, every label of each.
#[utoipa::path(get, path = "/api/v1/standards", tag = "standards", responses((status = 200, body = Items<StandardOut>)))]
pub(crate) async fn list(visit: Visit) -> Answer {
    let all = visit.site.db.read(|tx| Ok::<_, Problem>(standards::list(tx)?)).await?;
    answer::json(&Items::all(all.into_iter().map(out).collect()))
}

/// One standard.
#[utoipa::path(get, path = "/api/v1/standards/{id}", tag = "standards", params(("id" = String, Path)), responses((status = 200, body = StandardOut), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path(id): Path<StandardId>) -> Answer {
    answer::json(&out(load(&visit, id).await?))
}

/// Writes a standard, or a new label of one, as the operator; it never changes from then on.
#[utoipa::path(post, path = "/api/v1/standards", tag = "standards", request_body = StandardIn, responses((status = 201, body = Made), (status = 404), (status = 422)))]
pub(crate) async fn write(visit: Visit, body: Json<StandardIn>) -> Answer {
    let new = body.value.parse().map_err(Problem::invalid)?;
    let made = visit.as_person()?.write_once(body.once, move |tx, actor, now| {
        let may = MayOperate::check(tx, actor)?;
        standards::write(tx, may, &new, now).map(|s| s.id).map_err(standard_problem)
    });
    answer::json_as(StatusCode::CREATED, &Made { id: made.await?.to_string() })
}

//! The API of the rules.

use super::rules_problem;
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::accounts::MayOperate;
use crate::market::rules::{self, Book, Edition};
use crate::routes;
use crate::values::Prose;
use crate::web::accounts::forms::text_fault;
use crate::web::listing::Items;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/api/v1/rules" Anybody => show,
    put "/api/v1/rules" Operator => change,
    get "/api/v1/rules/editions" Operator => editions,
    get "/api/v1/rules/editions/{number}" Anybody => one,
}

/// An edition of the rules.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditionOut {
    edition: i64,
    made_at: String,
    /// Moderation, classes, questions with their answers, levels, checks and reasons.
    #[schema(value_type = Object)]
    rules: Book,
}

fn out(e: Edition) -> EditionOut {
    EditionOut { edition: e.number, made_at: e.made_at.rfc3339(), rules: e.book }
}

/// An edition in the list of all.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditionLine {
    edition: i64,
    made_at: String,
    made_by: Option<String>,
    note: String,
}

/// New rules, whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RulesIn {
    /// Why they change.
    #[serde(default)]
    note: String,
    /// As `rules` of the edition that is changed.
    #[schema(value_type = Object)]
    rules: Book,
}

/// The rules in force: questionnaire, levels, moderation.
#[utoipa::path(get, path = "/api/v1/rules", tag = "rules", responses((status = 200, body = EditionOut)))]
pub(crate) async fn show(visit: Visit) -> Answer {
    let edition = visit.site.db.read(|tx| Ok::<_, Problem>(rules::current(tx)?)).await?;
    answer::json(&out(edition))
}

/// One edition; decided cases keep theirs.
#[utoipa::path(get, path = "/api/v1/rules/editions/{number}", tag = "rules", params(("number" = i64, Path)), responses((status = 200, body = EditionOut), (status = 404)))]
pub(crate) async fn one(visit: Visit, Path(number): Path<i64>) -> Answer {
    let found = visit.site.db.read(move |tx| Ok::<_, Problem>(rules::edition(tx, number)?)).await?;
    answer::json(&out(found.ok_or_else(Problem::not_found)?))
}

/// All editions, newest first: who changed the rules, when and why.
#[utoipa::path(get, path = "/api/v1/rules/editions", tag = "rules", responses((status = 200, body = Items<EditionLine>)))]
pub(crate) async fn editions(visit: Visit) -> Answer {
    let list = visit.as_person()?.read(|tx, _, _| Ok(rules::history(tx)?)).await?;
    let line =
        |e: Edition| EditionLine { edition: e.number, made_at: e.made_at.rfc3339(), made_by: e.made_by, note: e.note };
    answer::json(&Items::all(list.into_iter().map(line).collect()))
}

/// Makes a new edition; `If-Match` carries the number of the edition that was changed.
#[utoipa::path(put, path = "/api/v1/rules", tag = "rules", params(("If-Match" = String, Header)), request_body = RulesIn, responses((status = 200, body = EditionOut), (status = 409), (status = 422)))]
pub(crate) async fn change(visit: Visit, body: Json<RulesIn>) -> Answer {
    let seen = body.revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))?;
    let RulesIn { note, rules: book } = body.value;
    let note = Prose::optional(&note).map_err(|bad| Problem::invalid(vec![text_fault("note", bad)]))?;
    let edition = visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayOperate::check(tx, actor)?;
            rules::change(tx, may, seen, &book, &note, now).map_err(rules_problem)?;
            Ok(rules::current(tx)?)
        })
        .await?;
    answer::json(&out(edition))
}

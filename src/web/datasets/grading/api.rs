//! The API of the questionnaire.

use super::super::named;
use super::{grade_problem, words_of};
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::datasets::{self, Answers, Grading, MayChangeDataset};
use crate::market::rules::{self, Level};
use crate::routes;
use crate::web::listing::Items;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

routes! {
    get "/api/v1/datasets/{party}/{slug}/level" Caller => show,
    put "/api/v1/datasets/{party}/{slug}/level" Caller => grade,
}

/// Answers to the questionnaire of `/api/v1/rules`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GradingIn {
    /// The edition whose questions are answered; the one in force when it is left out.
    #[serde(default)]
    edition: Option<i64>,
    /// The class of the data.
    class: String,
    /// The answer to each question of the class, by their codes.
    answers: BTreeMap<String, String>,
    /// Why the answers are as they are.
    reason: String,
    /// The filing reference, where the level needs one.
    #[serde(default)]
    filing_reference: String,
}

/// How a dataset came to its level.
#[derive(Debug, Serialize, ToSchema)]
pub struct GradingOut {
    level: String,
    class: String,
    answers: BTreeMap<String, String>,
    reason: String,
    filing_reference: String,
    edition: i64,
    decided_by: String,
    decided_at: String,
}

fn out(g: Grading) -> GradingOut {
    GradingOut {
        level: g.level.to_string(),
        class: g.class,
        answers: g.answers,
        reason: g.reason,
        filing_reference: g.filing_reference,
        edition: g.edition,
        decided_by: g.decided_by,
        decided_at: g.decided_at.rfc3339(),
    }
}

/// The level that the answers led to.
#[derive(Debug, Serialize, ToSchema)]
pub struct LevelOut {
    level: String,
}

/// All gradings of a dataset, newest first, for its publishers.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/level", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), responses((status = 200, body = Items<GradingOut>), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    let list = visit
        .as_actor()?
        .read(move |tx, actor, _| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            datasets::works_on(tx, actor, dataset.id)?;
            Ok(datasets::gradings_of(tx, dataset.id)?)
        })
        .await?;
    answer::json(&Items::all(list.into_iter().map(out).collect()))
}

/// Grades a dataset: the gravest level that an answer leads to.
#[utoipa::path(put, path = "/api/v1/datasets/{party}/{slug}/level", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), request_body = GradingIn, responses((status = 200, body = LevelOut), (status = 409), (status = 422)))]
pub(crate) async fn grade(visit: Visit, Path((party, slug)): Path<(String, String)>, body: Json<GradingIn>) -> Answer {
    let GradingIn { edition, class, answers, reason, filing_reference } = body.value;
    let (reason, filing) = words_of(&reason, &filing_reference).map_err(Problem::invalid)?;
    let level: Level = visit
        .as_actor()?
        .write_once(body.once, move |tx, actor, now| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            let may = MayChangeDataset::check(tx, actor, dataset.id)?;
            let edition = match edition {
                Some(edition) => edition,
                None => rules::current(tx)?.number,
            };
            let given = Answers { edition, class, answers, reason, filing };
            datasets::grade(tx, may, &given, now).map_err(|e| grade_problem(e, |code| format!("answers.{code}")))
        })
        .await?;
    answer::json(&LevelOut { level: level.to_string() })
}

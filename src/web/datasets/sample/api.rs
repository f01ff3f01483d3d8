//! The API of samples: what everybody sees of a file, and the rule by which that is.

use super::super::named;
use super::super::wizard::api::known_version;
use super::{choose_problem, shown};
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::datasets::profiles::{self, Measuring};
use crate::market::datasets::{self, MayChangeDataset, samples};
use crate::measure::Sample;
use crate::measure::disclosure::Rule;
use crate::routes;
use crate::values::VersionId;
use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/datasets/{party}/{slug}/versions/{version}/samples/{path:.*}" Anybody => show,
    put "/api/v1/datasets/{party}/{slug}/versions/{version}/samples/{path:.*}" Caller => choose,
}

/// The sample of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleOut {
    path: String,
    /// `waiting`, `running`, `done` or `refused`.
    state: &'static str,
    sample: Option<Sample>,
    /// The rule, for the publisher only.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<Rule>,
    /// The revision of the rule, for `If-Match`.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<i64>,
}

/// The sample of a file: head and rows as everybody may see them. A draft is its publisher's.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/samples/{path}", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path), ("path" = String, Path)), responses((status = 200, body = SampleOut), (status = 404)))]
pub(crate) async fn show(
    visit: Visit,
    Path((party, slug, id, path)): Path<(String, String, VersionId, String)>,
) -> Answer {
    let actor = visit.look.actor.clone();
    let wanted = path.clone();
    let (shown, measured, publishes) = visit
        .site
        .db
        .read(move |tx| {
            let (dataset, _) = named(tx, actor.as_ref(), &party, &slug)?;
            let version = known_version(tx, actor.as_ref(), &dataset, id)?;
            let (file, shown) = shown(tx, version.id, &wanted)?;
            let measured = profiles::of_file(tx, file.id)?.is_some_and(|m| m.state == Measuring::Done);
            let publishes = match &actor {
                Some(actor) => datasets::works_on(tx, actor, dataset.id).is_ok(),
                None => false,
            };
            Ok::<_, Problem>((shown, measured, publishes))
        })
        .await?;
    let state = if measured || shown.state == Measuring::Refused { shown.state } else { Measuring::Waiting };
    answer::json(&SampleOut {
        path,
        state: state.as_str(),
        sample: shown.sample.filter(|_| measured),
        revision: publishes.then_some(shown.revision),
        rule: publishes.then_some(shown.rule),
    })
}

/// Chooses what everybody sees of a file: which rows, which columns are masked, how exact the statistics of each column
/// are. Of a published version it may only become less. `If-Match` carries the revision.
#[utoipa::path(put, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/samples/{path}", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path), ("path" = String, Path), ("If-Match" = String, Header)), request_body = Rule, responses((status = 204), (status = 404), (status = 409), (status = 422)))]
pub(crate) async fn choose(
    visit: Visit,
    Path((party, slug, id, path)): Path<(String, String, VersionId, String)>,
    body: Json<Rule>,
) -> Answer {
    let revision = body.revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))?;
    let rule = body.value;
    visit
        .as_actor()?
        .write(move |tx, actor, now| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            let may = MayChangeDataset::of_samples(tx, actor, dataset.id)?;
            samples::choose(tx, may, (id, &path), revision, &rule, now).map_err(choose_problem)
        })
        .await?;
    Ok(answer::no_content())
}

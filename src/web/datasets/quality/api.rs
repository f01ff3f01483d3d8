//! The API of what was measured.

use super::super::named;
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Query, Visit, answer};
use crate::market::accounts::Actor;
use crate::market::datasets::profiles::{self, Short};
use crate::market::datasets::{self, Version, VersionState};
use crate::measure::Profile;
use crate::measure::quality::{RULES, RULES_VERSION, Score};
use crate::routes;
use crate::store::Read;
use crate::values::VersionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/api/v1/rules/quality" Anybody => rules,
    get "/api/v1/datasets/{party}/{slug}/versions/{version}/profiles" Anybody => list,
    get "/api/v1/datasets/{party}/{slug}/versions/{version}/profiles/{path:.*}" Anybody => show,
}

/// Files of a page.
const SIZE: i64 = 200;

/// A rule of the quality score.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleOut {
    rule: &'static str,
    points: u64,
}

/// The rules of the quality score.
#[derive(Debug, Serialize, ToSchema)]
pub struct RulesOut {
    version: &'static str,
    rules: Vec<RuleOut>,
}

/// How far measuring a file is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShortOut {
    path: String,
    bytes: i64,
    done_bytes: i64,
    rows: Option<i64>,
    columns: Option<i64>,
    /// `waiting`, `running`, `done` or `refused`.
    state: &'static str,
    /// Tenths of a point, 0 to 1000.
    score_tenths: Option<u64>,
    refusal: Option<String>,
}

/// What was measured of a version.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfilesOut {
    score: Option<Score>,
    items: Vec<ShortOut>,
    /// What to give as `after` for the next files.
    next: Option<String>,
}

/// What was measured of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileOut {
    path: String,
    /// `waiting`, `running`, `done` or `refused`.
    state: &'static str,
    done_bytes: i64,
    refusal: Option<String>,
    profile: Option<Profile>,
}

/// Where a page begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AfterQuery {
    after: String,
}

/// Finds a version for those who may see it; true for its publisher.
fn seen(
    tx: &mut Read,
    actor: Option<&Actor>,
    (party, slug, id): &(String, String, VersionId),
) -> Result<(Version, bool), Problem> {
    let (dataset, _) = named(tx, actor, party, slug)?;
    let version = datasets::version(tx, *id)?.filter(|v| v.dataset_id == dataset.id).ok_or_else(Problem::not_found)?;
    let publishes = match actor {
        Some(actor) => datasets::works_on(tx, actor, dataset.id).is_ok(),
        None => false,
    };
    if version.state == VersionState::Draft && !publishes {
        Err(Problem::not_found())
    } else {
        Ok((version, publishes))
    }
}

fn short_out(file: Short) -> ShortOut {
    ShortOut {
        score_tenths: file.tenths(),
        path: file.path,
        bytes: file.size_bytes,
        done_bytes: file.done_bytes,
        rows: file.rows_count,
        columns: file.columns_count,
        state: file.state.as_str(),
        refusal: file.refusal,
    }
}

/// The rules of the quality score.
#[utoipa::path(get, path = "/api/v1/rules/quality", tag = "datasets", responses((status = 200, body = RulesOut)))]
pub(crate) async fn rules() -> Answer {
    let rules = RULES.iter().map(|rule| RuleOut { rule: rule.name, points: rule.points }).collect();
    answer::json(&RulesOut { version: RULES_VERSION, rules })
}

/// How far the files of a version are measured, and its score; 200 files a page.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/profiles", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path), ("after" = Option<String>, Query)), responses((status = 200, body = ProfilesOut), (status = 404)))]
pub(crate) async fn list(
    visit: Visit,
    Path(at): Path<(String, String, VersionId)>,
    Query(query): Query<AfterQuery>,
) -> Answer {
    let actor = visit.look.actor.clone();
    let (score, files) = visit
        .site
        .db
        .read(move |tx| {
            let (version, _) = seen(tx, actor.as_ref(), &at)?;
            let files = profiles::short_of(tx, version.id, &query.after, SIZE)?;
            Ok::<_, Problem>((profiles::score_of(tx, version.id)?, files))
        })
        .await?;
    let full = i64::try_from(files.len()).unwrap_or(0) >= SIZE;
    let next = files.last().filter(|_| full).map(|f| f.path_folded.clone());
    answer::json(&ProfilesOut { score, items: files.into_iter().map(short_out).collect(), next })
}

/// What was measured of one file; signs of personal data, and what the seller withholds, only for its publisher.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/profiles/{path}", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path), ("path" = String, Path)), responses((status = 200, body = ProfileOut), (status = 404)))]
pub(crate) async fn show(
    visit: Visit,
    Path((party, slug, id, path)): Path<(String, String, VersionId, String)>,
) -> Answer {
    let actor = visit.look.actor.clone();
    let wanted = path.clone();
    let measured = visit
        .site
        .db
        .read(move |tx| {
            let (version, publishes) = seen(tx, actor.as_ref(), &(party, slug, id))?;
            let file = datasets::file_by_path(tx, version.id, &wanted)?.ok_or_else(Problem::not_found)?;
            let measured = profiles::of_file(tx, file.id)?.ok_or_else(Problem::not_found)?;
            if publishes {
                return Ok::<_, Problem>(measured);
            }
            let rule = super::rule_of(tx, &file)?;
            Ok(super::public(measured, &rule))
        })
        .await?;
    answer::json(&ProfileOut {
        path,
        state: measured.state.as_str(),
        done_bytes: measured.done_bytes,
        refusal: measured.refusal.map(|(code, _)| code),
        profile: measured.profile,
    })
}

//! The API of reviews.

use super::compare::{self, Difference};
use super::forms::{ReviewIn, own_words};
use super::{Act, decide, withdrawn};
use crate::http::problem::{Problem, condition_json};
use crate::http::{Answer, Json, Path, Query, Visit, answer};
use crate::market::purchases;
use crate::market::reviews::{self, Decision, Desk, Review};
use crate::routes;
use crate::values::ReviewId;
use crate::web::listing::{Items, Made};
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

routes! {
    get "/api/v1/reviews" Operator => queue,
    get "/api/v1/reviews/{id}" SignedIn => show,
    post "/api/v1/reviews/{id}/approval" Operator => approve,
    post "/api/v1/reviews/{id}/return" Operator => give_back,
    post "/api/v1/reviews/{id}/withdrawal" SignedIn => take_back,
    get "/api/v1/compliance/requests" Operator => requests,
}

/// Which queue.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct QueueQuery {
    /// moderator or compliance.
    desk: String,
    /// Any text: what the desk decided last instead of what waits.
    decided: String,
}

/// A review in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewOut {
    id: String,
    state: String,
    dataset: String,
    version: String,
    label: String,
    organisation: String,
    submitted_by: String,
    submitted_at: String,
    state_at: String,
    edition: i64,
    needs: Vec<&'static str>,
    revision: i64,
}

fn out(r: &Review) -> ReviewOut {
    let needs = [("moderator", r.needed.moderator), ("compliance", r.needed.compliance)];
    ReviewOut {
        id: r.id.to_string(),
        state: r.state.to_string(),
        dataset: r.dataset_id.to_string(),
        version: r.version_id.to_string(),
        label: r.card.label.clone(),
        organisation: r.party_id.to_string(),
        submitted_by: r.submitted_by_name.clone(),
        submitted_at: r.submitted_at.rfc3339(),
        state_at: r.state_at.rfc3339(),
        edition: r.edition,
        needs: needs.into_iter().filter_map(|(desk, needed)| needed.then_some(desk)).collect(),
        revision: r.revision,
    }
}

/// A decision of one desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewDecisionOut {
    desk: String,
    verdict: String,
    by: String,
    points: Vec<String>,
    reason_zh: String,
    reason_en: String,
    at: String,
}

fn decision_out(d: Decision) -> ReviewDecisionOut {
    ReviewDecisionOut {
        desk: d.desk.to_string(),
        verdict: d.verdict.to_string(),
        by: d.member_name,
        points: d.points,
        reason_zh: d.reason_zh,
        reason_en: d.reason_en,
        at: d.decided_at.rfc3339(),
    }
}

/// A review with all that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewWholeOut {
    #[serde(flatten)]
    review: ReviewOut,
    note: String,
    decisions: Vec<ReviewDecisionOut>,
    differences: Vec<Difference>,
    /// What must hold before it is published.
    conditions: Vec<serde_json::Value>,
}

/// What waits at a desk, oldest first, or what it decided last.
#[utoipa::path(get, path = "/api/v1/reviews", tag = "reviews", params(QueueQuery), responses((status = 200, body = Items<ReviewOut>), (status = 404)))]
pub(crate) async fn queue(visit: Visit, Query(query): Query<QueueQuery>) -> Answer {
    let desk = Desk::parse(&query.desk).ok_or_else(|| Problem::bad_request("query"))?;
    let list = visit
        .as_person()?
        .read(move |tx, actor, _| {
            Ok(if query.decided.is_empty() {
                reviews::queue(tx, actor, desk)?
            } else {
                reviews::decided(tx, actor, desk)?
            })
        })
        .await?;
    answer::json(&Items::all(list.iter().map(out).collect()))
}

/// One review, for the staff of the exchange and the people of its organisation.
#[utoipa::path(get, path = "/api/v1/reviews/{id}", tag = "reviews", params(("id" = String, Path)), responses((status = 200, body = ReviewWholeOut), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path(id): Path<ReviewId>) -> Answer {
    answer::json(&shown(&visit, id).await?)
}

async fn shown(visit: &Visit, id: ReviewId) -> Result<ReviewWholeOut, Problem> {
    let lang = visit.lang();
    let whole = visit.as_person()?.read(move |tx, actor, _| Ok(reviews::whole(tx, actor, id)?)).await?;
    Ok(ReviewWholeOut {
        review: out(&whole.review),
        note: whole.review.note.clone(),
        differences: compare::differences(lang, &whole),
        conditions: whole.conditions.iter().map(|c| condition_json(&visit.site, lang, c)).collect(),
        decisions: whole.decisions.into_iter().map(decision_out).collect(),
    })
}

async fn act(visit: Visit, id: ReviewId, body: Json<ReviewIn>, make: fn(&ReviewIn) -> Act) -> Answer {
    let seen = body.revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))?;
    let words = own_words(&body.value.words).map_err(Problem::invalid)?;
    decide(&visit, id, make(&body.value), words, seen, body.once).await?;
    answer::json(&shown(&visit, id).await?)
}

/// Approves for one's desk; the last approval publishes. `If-Match` carries the revision that was seen.
#[utoipa::path(post, path = "/api/v1/reviews/{id}/approval", tag = "reviews", params(("id" = String, Path), ("If-Match" = String, Header)), request_body = ReviewIn, responses((status = 200, body = ReviewWholeOut), (status = 403), (status = 409), (status = 422)))]
pub(crate) async fn approve(visit: Visit, Path(id): Path<ReviewId>, body: Json<ReviewIn>) -> Answer {
    act(visit, id, body, |typed| Act::Approve(typed.checked.clone())).await
}

/// Returns a version with ready-made reasons, own words, or both.
#[utoipa::path(post, path = "/api/v1/reviews/{id}/return", tag = "reviews", params(("id" = String, Path), ("If-Match" = String, Header)), request_body = ReviewIn, responses((status = 200, body = ReviewWholeOut), (status = 403), (status = 409), (status = 422)))]
pub(crate) async fn give_back(visit: Visit, Path(id): Path<ReviewId>, body: Json<ReviewIn>) -> Answer {
    act(visit, id, body, |typed| Act::GiveBack(typed.reasons.clone())).await
}

/// Takes a submission back, as a publisher of the owner.
#[utoipa::path(post, path = "/api/v1/reviews/{id}/withdrawal", tag = "reviews", params(("id" = String, Path)), responses((status = 204), (status = 403), (status = 409)))]
pub(crate) async fn take_back(visit: Visit, Path(id): Path<ReviewId>) -> Answer {
    withdrawn(&visit, id, None).await?;
    Ok(answer::no_content())
}

/// The requests that wait for the compliance officer; they are decided as others are, at `/api/v1/requests/{id}`.
#[utoipa::path(get, path = "/api/v1/compliance/requests", tag = "reviews", responses((status = 200, body = Items<Made>), (status = 404)))]
pub(crate) async fn requests(visit: Visit) -> Answer {
    let list = visit.as_person()?.read(|tx, actor, _| Ok(purchases::awaiting_compliance(tx, actor)?)).await?;
    answer::json(&Items::all(list.iter().map(|p| Made { id: p.id.to_string() }).collect()))
}

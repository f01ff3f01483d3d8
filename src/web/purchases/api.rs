//! The API of purchases: ask, look, decide, withdraw. Machines ask and look; deciding is for people.

use super::decide::Act;
use super::forms::{DecisionTyped, MessageTyped, RequestIn};
use super::{SideQuery, buy_problem, first_one, hand};
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Query, Visit, answer};
use crate::market::parties;
use crate::market::purchases::steps::StepDecision;
use crate::market::purchases::thread::{self, MayWrite};
use crate::market::purchases::{self, Agreement, MayRequest, MayWithdraw};
use crate::routes;
use crate::urls;
use crate::values::PurchaseId;
use crate::web::listing::{Items, Made, cursor};
use crate::words;
use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

pub(super) use super::shapes::{LineOut, PurchaseOut, WholeOut, line_out, out, shown};

routes! {
    get "/api/v1/requests" Caller => list,
    post "/api/v1/requests" Caller => submit,
    get "/api/v1/requests/{id}" Caller => show,
    post "/api/v1/requests/{id}/approval" SignedIn => approve,
    post "/api/v1/requests/{id}/refusal" SignedIn => refuse,
    post "/api/v1/requests/{id}/return" SignedIn => give_back,
    post "/api/v1/requests/{id}/resubmission" Caller => resubmit,
    post "/api/v1/requests/{id}/withdrawal" Caller => withdraw,
    get "/api/v1/requests/{id}/messages" Caller => messages,
    post "/api/v1/requests/{id}/messages" Caller => write,
    get "/api/v1/requests/{id}/agreement" Caller => agreement,
}

/// A machine needs the scope `read` to look.
pub(super) fn readable(visit: &Visit) -> Result<(), Problem> {
    if visit.actor()?.has_scope("read") { Ok(()) } else { Err(Problem::forbidden("scope")) }
}

/// Requests of the own organisations: `side` is buyer or seller.
#[utoipa::path(get, path = "/api/v1/requests", tag = "requests", params(("side" = Option<String>, Query), ("after" = Option<String>, Query)), responses((status = 200, body = Items<PurchaseOut>)))]
pub(crate) async fn list(visit: Visit, Query(query): Query<SideQuery>) -> Answer {
    readable(&visit)?;
    let (side, after) = (query.side(), cursor(Some(&query.after))?);
    let page = visit
        .as_actor()?
        .read(move |tx, actor, _| Ok(purchases::of_actor(tx, actor, side, after.as_ref(), 50)?))
        .await?;
    answer::json(&Items::of(page.map(|p| out(&p))))
}

/// Asks for offers of one seller. The hashes accept the licence texts; prices come from the offers alone.
#[utoipa::path(post, path = "/api/v1/requests", tag = "requests", request_body = RequestIn, params(("Idempotency-Key" = Option<String>, Header)), responses((status = 201, body = WholeOut), (status = 403), (status = 409), (status = 422)))]
pub(crate) async fn submit(visit: Visit, body: Json<RequestIn>) -> Answer {
    let (offers, asked) = body.value.parse(visit.lang()).map_err(Problem::invalid)?;
    let (hand, buyer) = (hand(&visit.site), body.value.organisation);
    let id: PurchaseId = visit
        .as_actor()?
        .write_once(body.once, move |tx, actor, now| {
            let buyer = parties::find_by_slug(tx, &buyer)?.ok_or_else(Problem::not_found)?;
            let may = MayRequest::check(tx, actor, buyer.id, &offers, now)?;
            purchases::submit(tx, may, &asked, &hand, now).map_err(buy_problem)
        })
        .await?;
    let mut response = match shown(&visit, id).await {
        Ok(whole) => answer::json_as(StatusCode::CREATED, &whole)?,
        // A machine that may ask but not read learns the identifier.
        Err(_) => answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })?,
    };
    if let Ok(value) = actix_web::http::header::HeaderValue::from_str(&urls::purchase(id)) {
        response.headers_mut().insert(actix_web::http::header::LOCATION, value);
    }
    Ok(response)
}

/// One request with its conditions and its timeline.
#[utoipa::path(get, path = "/api/v1/requests/{id}", tag = "requests", params(("id" = String, Path)), responses((status = 200, body = WholeOut), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path(id): Path<PurchaseId>) -> Answer {
    answer::json(&shown(&visit, id).await?)
}

/// Tells whoever comes second who was first.
async fn told(visit: &Visit, id: PurchaseId, problem: Problem) -> Problem {
    if problem.code != "overtaken" {
        return problem;
    }
    let last = match visit.as_actor() {
        Ok(doing) => doing.read(move |tx, actor, now| {
            purchases::whole(tx, actor, id, now)?;
            Ok(purchases::steps::last_decision(tx, id)?)
        }),
        Err(other) => return other,
    };
    match last.await {
        Ok(Some(d)) => {
            let verdict = words::say(visit.lang(), &words::key("verdict", d.verdict.as_str()));
            let about = format!("{} · {verdict} · {}", d.member_name, d.decided_at.rfc3339());
            Problem::conflict("already-decided").about(about)
        }
        Ok(None) | Err(_) => problem,
    }
}

/// Does one thing with a request and answers with the request as it is then.
async fn act(visit: Visit, id: PurchaseId, body: Json<DecisionTyped>, act: Act) -> Answer {
    let revision = body.revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))?;
    let said = act.said(&body.value).map_err(Problem::invalid)?;
    if let Err(problem) = act.carry_out(&visit, id, revision, said, body.once).await {
        return Err(told(&visit, id, problem).await);
    }
    answer::json(&shown(&visit, id).await?)
}

/// Approves for one's side; `If-Match` carries the revision that was seen.
#[utoipa::path(post, path = "/api/v1/requests/{id}/approval", tag = "requests", params(("id" = String, Path), ("If-Match" = String, Header)), request_body = DecisionTyped, responses((status = 200, body = WholeOut), (status = 403), (status = 409)))]
pub(crate) async fn approve(visit: Visit, Path(id): Path<PurchaseId>, body: Json<DecisionTyped>) -> Answer {
    act(visit, id, body, Act::Approve).await
}

/// Refuses with a reason.
#[utoipa::path(post, path = "/api/v1/requests/{id}/refusal", tag = "requests", params(("id" = String, Path), ("If-Match" = String, Header)), request_body = DecisionTyped, responses((status = 200, body = WholeOut), (status = 403), (status = 409)))]
pub(crate) async fn refuse(visit: Visit, Path(id): Path<PurchaseId>, body: Json<DecisionTyped>) -> Answer {
    act(visit, id, body, Act::Refuse).await
}

/// Returns a request for changes.
#[utoipa::path(post, path = "/api/v1/requests/{id}/return", tag = "requests", params(("id" = String, Path), ("If-Match" = String, Header)), request_body = DecisionTyped, responses((status = 200, body = WholeOut), (status = 403), (status = 409)))]
pub(crate) async fn give_back(visit: Visit, Path(id): Path<PurchaseId>, body: Json<DecisionTyped>) -> Answer {
    act(visit, id, body, Act::GiveBack).await
}

/// Submits a returned request again; `note` is the changed purpose.
#[utoipa::path(post, path = "/api/v1/requests/{id}/resubmission", tag = "requests", params(("id" = String, Path), ("If-Match" = String, Header)), request_body = DecisionTyped, responses((status = 200, body = WholeOut), (status = 403), (status = 409)))]
pub(crate) async fn resubmit(visit: Visit, Path(id): Path<PurchaseId>, body: Json<DecisionTyped>) -> Answer {
    act(visit, id, body, Act::Resubmit).await
}

/// Takes a request back.
#[utoipa::path(post, path = "/api/v1/requests/{id}/withdrawal", tag = "requests", params(("id" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn withdraw(visit: Visit, Path(id): Path<PurchaseId>) -> Answer {
    let done = visit
        .as_actor()?
        .write(move |tx, actor, now| {
            let may = MayWithdraw::check(tx, actor, id)?;
            purchases::withdraw(tx, may, now).map_err(buy_problem)
        })
        .await;
    match done {
        Ok(_) => Ok(answer::no_content()),
        Err(problem) => Err(first_one(&visit, id, problem).await),
    }
}

/// A message about a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageOut {
    id: String,
    side: String,
    by: String,
    text: String,
    at: String,
}

fn message_out(m: &thread::Message) -> MessageOut {
    MessageOut {
        id: m.id.to_string(),
        side: m.side.to_string(),
        by: m.by.name.clone(),
        text: m.body.clone(),
        at: m.posted_at.rfc3339(),
    }
}

/// Questions and answers about a request, oldest first; both sides read the same.
#[utoipa::path(get, path = "/api/v1/requests/{id}/messages", tag = "requests", params(("id" = String, Path)), responses((status = 200, body = Items<MessageOut>), (status = 404)))]
pub(crate) async fn messages(visit: Visit, Path(id): Path<PurchaseId>) -> Answer {
    readable(&visit)?;
    let whole = visit.as_actor()?.read(move |tx, actor, now| Ok(purchases::whole(tx, actor, id, now)?)).await?;
    answer::json(&Items::all(whole.messages.iter().map(message_out).collect()))
}

/// Writes about a request; the other side is told once until it answers.
#[utoipa::path(post, path = "/api/v1/requests/{id}/messages", tag = "requests", params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = MessageTyped, responses((status = 201, body = Made), (status = 404), (status = 422)))]
pub(crate) async fn write(visit: Visit, Path(id): Path<PurchaseId>, body: Json<MessageTyped>) -> Answer {
    let text = body.value.parse().map_err(Problem::invalid)?;
    let made = visit
        .as_actor()?
        .write_once(body.once, move |tx, actor, now| {
            let may = MayWrite::check(tx, actor, id)?;
            Ok(thread::write(tx, may, &text, now)?)
        })
        .await?;
    answer::json_as(StatusCode::CREATED, &Made { id: made.to_string() })
}

/// The agreement of a request: its facts, and the hash that a signature names.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementOut {
    /// SHA-256 over `agreement` as JSON with the fields in this order.
    sha256: String,
    #[schema(value_type = Object)]
    agreement: Agreement,
    signatures: Vec<SignatureOut>,
}

/// A signature under an agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignatureOut {
    by: String,
    at: String,
    lang: String,
    sha256: String,
}

/// The agreement of a request with its hash and signatures, before and after signing.
#[utoipa::path(get, path = "/api/v1/requests/{id}/agreement", tag = "requests", params(("id" = String, Path)), responses((status = 200, body = AgreementOut), (status = 404)))]
pub(crate) async fn agreement(visit: Visit, Path(id): Path<PurchaseId>) -> Answer {
    readable(&visit)?;
    let (agreement, sha256, steps) = visit
        .as_actor()?
        .read(move |tx, actor, now| {
            let whole = purchases::whole(tx, actor, id, now)?;
            let agreement = purchases::agreement_of(tx, &whole.purchase)?;
            let sha256 = agreement.sha256()?;
            Ok((agreement, sha256, whole.steps))
        })
        .await?;
    let signature = |d: &StepDecision| {
        d.signed.as_ref().map(|(lang, sha256)| SignatureOut {
            by: d.member_name.clone(),
            at: d.decided_at.rfc3339(),
            lang: lang.clone(),
            sha256: sha256.clone(),
        })
    };
    let signatures = steps.iter().flat_map(|v| &v.decisions).filter_map(signature).collect();
    answer::json(&AgreementOut { sha256: sha256.to_string(), agreement, signatures })
}

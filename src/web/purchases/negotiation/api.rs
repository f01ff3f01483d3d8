//! The API of quotes and negotiation, for people and machines: ask for a quote, propose, agree, get a fresh quote.

use super::form::{AgreementTyped, ProposalIn};
use crate::http::problem::{Problem, condition_json};
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::offers::{Choice, Chosen};
use crate::market::parties;
use crate::market::purchases::{self, MayAgree, MayNegotiate, MayWithdraw, Proposal, ProposedLine, Quote};
use crate::routes;
use crate::values::{PurchaseId, Timestamp};
use crate::web::accounts::forms::fault;
use crate::web::datasets::api::amount;
use crate::web::listing::Items;
use crate::web::parties::api::AmountOut;
use crate::web::purchases::api::{LineOut, WholeOut, line_out, readable, shown};
use crate::web::purchases::{bad_choice, buy_problem, first_one, hand};
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    post "/api/v1/quotes" Caller => quote,
    post "/api/v1/requests/{id}/quote" Caller => requote,
    get "/api/v1/requests/{id}/proposals" Caller => list,
    post "/api/v1/requests/{id}/proposals" Caller => propose,
    post "/api/v1/requests/{id}/agreement" Caller => agree,
}

/// What a quote is wanted for: choices, never amounts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteIn {
    /// The buyer's name in addresses.
    pub organisation: String,
    /// The offers of one seller, and what is chosen in them.
    pub lines: Vec<ChosenIn>,
}

/// One offer, and what is chosen in it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenIn {
    /// The offer's identifier.
    pub offer: String,
    /// How many people will use it.
    #[serde(default)]
    pub seats: Option<i64>,
    /// For how many months or years.
    #[serde(default)]
    pub periods: Option<i64>,
    /// Which tier, counted from 1.
    #[serde(default)]
    pub tier: Option<i64>,
}

/// A quote: what a request with these choices would cost now.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteOut {
    /// Send it as `quote_sha256` of a request to be told when the quote has changed.
    sha256: String,
    net: AmountOut,
    tax: AmountOut,
    gross: AmountOut,
    /// Whether the seller has to name a price first; then the amounts are zero.
    on_request: bool,
    /// Until when the price stays locked when the request is submitted now.
    valid_until: String,
    lines: Vec<LineOut>,
    /// What must be met to submit the request.
    conditions: Vec<serde_json::Value>,
}

/// Prices offers with choices; nothing is stored.
#[utoipa::path(post, path = "/api/v1/quotes", tag = "requests", request_body = QuoteIn, responses((status = 200, body = QuoteOut), (status = 404), (status = 422)))]
pub(crate) async fn quote(visit: Visit, body: Json<QuoteIn>) -> Answer {
    let chosen: Option<Vec<Chosen>> = body.value.lines.iter().map(chosen).collect();
    let chosen = chosen.ok_or_else(|| Problem::invalid(vec![fault("lines", "fault-choice")]))?;
    let (lang, slug) = (visit.lang(), body.value.organisation);
    let (quote, conditions): (Quote, _) = visit
        .as_actor()?
        .read(move |tx, actor, now| {
            let buyer = parties::find_by_slug(tx, &slug)?.ok_or_else(Problem::not_found)?;
            let (list, (buyer, _, wanted)) = purchases::request_conditions(tx, actor, buyer.id, &chosen, now)?;
            Ok((Quote::of(&wanted, &buyer, now).map_err(bad_choice)?, list))
        })
        .await?;
    let gross = quote.gross().map_err(|e| Problem::broken(&e))?;
    answer::json(&QuoteOut {
        sha256: quote.sha256().to_string(),
        net: amount(quote.net),
        tax: amount(quote.tax),
        gross: amount(gross),
        on_request: quote.is_on_request(),
        valid_until: quote.until.rfc3339(),
        lines: quote.lines.iter().map(line_out).collect(),
        conditions: conditions.iter().map(|c| condition_json(&visit.site, lang, c)).collect(),
    })
}

fn chosen(line: &ChosenIn) -> Option<Chosen> {
    let choice = Choice { seats: line.seats, periods: line.periods, tier: line.tier };
    Some(Chosen { offer: line.offer.parse().ok()?, choice })
}

/// The proposed terms of one line.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermsOut {
    position: i64,
    /// Nothing while the seller has not named a price.
    net: Option<AmountOut>,
    scope: String,
    term_days: Option<i64>,
    term_months: Option<i64>,
    seats: Option<i64>,
    volume_bytes: Option<i64>,
    downloads: Option<i64>,
}

/// A proposal. Number 0 is what was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalOut {
    id: String,
    number: i64,
    side: String,
    /// The hash of its terms, number, side and end: what an agreement names.
    sha256: String,
    net: AmountOut,
    tax: AmountOut,
    note: String,
    made_by: String,
    made_at: String,
    expires_at: String,
    /// Whether it waits for an answer.
    open: bool,
    agreed_at: Option<String>,
    agreed_by: Option<String>,
    lines: Vec<TermsOut>,
}

fn proposal_out(p: &Proposal, open: bool) -> ProposalOut {
    let line = |l: &ProposedLine| TermsOut {
        position: l.position,
        net: l.net_minor.map(|m| amount(crate::values::Money::new(m, p.net.currency))),
        scope: l.scope.to_string(),
        term_days: l.term_days,
        term_months: l.term_months,
        seats: l.seats,
        volume_bytes: l.volume_bytes,
        downloads: l.downloads,
    };
    ProposalOut {
        id: p.id.to_string(),
        number: p.number,
        side: p.side.to_string(),
        sha256: p.sha256.to_string(),
        net: amount(p.net),
        tax: amount(p.tax),
        note: p.note.clone(),
        made_by: p.made_by_name.clone(),
        made_at: p.made_at.rfc3339(),
        expires_at: p.expires_at.rfc3339(),
        open,
        agreed_at: p.agreed_at.map(Timestamp::rfc3339),
        agreed_by: p.agreed_by_name.clone(),
        lines: p.lines.iter().map(line).collect(),
    }
}

/// What was proposed in a request, the first one on top.
#[utoipa::path(get, path = "/api/v1/requests/{id}/proposals", tag = "requests", params(("id" = String, Path)), responses((status = 200, body = Items<ProposalOut>), (status = 404)))]
pub(crate) async fn list(visit: Visit, Path(id): Path<PurchaseId>) -> Answer {
    readable(&visit)?;
    let whole = visit.as_actor()?.read(move |tx, actor, now| Ok(purchases::whole(tx, actor, id, now)?)).await?;
    let open = purchases::open_one(&whole.purchase, &whole.proposals).map(|p| p.id);
    answer::json(&Items::all(whole.proposals.iter().map(|p| proposal_out(p, open == Some(p.id))).collect()))
}

/// Answers with the request as it is after an act, or says who was first.
async fn after(visit: &Visit, id: PurchaseId, done: Result<PurchaseId, Problem>) -> Answer {
    match done {
        Ok(_) => answer::json(&shown(visit, id).await?),
        Err(problem) => Err(first_one(visit, id, problem).await),
    }
}

fn revision<T>(body: &Json<T>) -> Result<i64, Problem> {
    body.revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))
}

/// Proposes terms to the other side: a price, a counter-offer, or an approval with narrower terms.
#[utoipa::path(post, path = "/api/v1/requests/{id}/proposals", tag = "requests", params(("id" = String, Path), ("If-Match" = String, Header)), request_body = ProposalIn, responses((status = 200, body = WholeOut), (status = 403), (status = 409), (status = 422)))]
pub(crate) async fn propose(visit: Visit, Path(id): Path<PurchaseId>, body: Json<ProposalIn>) -> Answer {
    let revision = revision(&body)?;
    let typed = body.value;
    let done = visit
        .as_actor()?
        .write_once(body.once, move |tx, actor, now| {
            let (seen, _) = purchases::visible(tx, actor, id)?;
            let lines = purchases::lines_of(tx, &seen)?;
            let new = typed.parse(&lines).map_err(Problem::invalid)?;
            let may = MayNegotiate::check(tx, actor, id, revision, now)?;
            purchases::propose(tx, may, &new, now).map_err(buy_problem)
        })
        .await;
    after(&visit, id, done).await
}

/// Agrees to the open proposal, named by its id and hash.
#[utoipa::path(post, path = "/api/v1/requests/{id}/agreement", tag = "requests", params(("id" = String, Path)), request_body = AgreementTyped, responses((status = 200, body = WholeOut), (status = 403), (status = 409), (status = 422)))]
pub(crate) async fn agree(visit: Visit, Path(id): Path<PurchaseId>, body: Json<AgreementTyped>) -> Answer {
    let (proposal, sha256) = body.value.parse().map_err(Problem::invalid)?;
    let hand = hand(&visit.site);
    let done = visit
        .as_actor()?
        .write_once(body.once, move |tx, actor, now| {
            let may = MayAgree::check(tx, actor, id, (proposal, &sha256), now)?;
            purchases::agree(tx, may, &hand, now).map_err(buy_problem)
        })
        .await;
    after(&visit, id, done).await
}

/// Gets a fresh quote for a request whose price is no longer locked; who approved the old one is asked again.
#[utoipa::path(post, path = "/api/v1/requests/{id}/quote", tag = "requests", params(("id" = String, Path), ("If-Match" = String, Header)), responses((status = 200, body = WholeOut), (status = 403), (status = 409)))]
pub(crate) async fn requote(visit: Visit, Path(id): Path<PurchaseId>, body: Json<serde_json::Value>) -> Answer {
    let (revision, hand) = (revision(&body)?, hand(&visit.site));
    let done = visit
        .as_actor()?
        .write_once(body.once, move |tx, actor, now| {
            let may = MayWithdraw::check(tx, actor, id)?;
            purchases::requote(tx, may, revision, &hand, now).map_err(buy_problem)
        })
        .await;
    after(&visit, id, done).await
}

//! The shapes that requests have in the API.

use super::api::readable;
use crate::http::Visit;
use crate::http::problem::{Problem, condition_json};
use crate::market::licences::Licence;
use crate::market::licences::may::Evaluation;
use crate::market::purchases::intended::{self, Stated};
use crate::market::purchases::steps::{StepDecision, StepView};
use crate::market::purchases::{self, Purchase, State, Whole};
use crate::values::{Lang, PurchaseId};
use crate::web::datasets::api::amount;
use crate::web::licences::intended::{self as evaluated, EvaluationOut};
use crate::web::listing::{JournalItem, journal_item, stamp};
use crate::web::parties::api::AmountOut;
use serde::Serialize;
use utoipa::ToSchema;

/// A request in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurchaseOut {
    id: String,
    number: String,
    state: String,
    buyer: String,
    seller: String,
    requested_by: String,
    purpose: String,
    net: AmountOut,
    tax: AmountOut,
    submitted_at: String,
    expires_at: String,
    /// Until when the price is locked; an approval after that is refused.
    quoted_until: Option<String>,
    /// Whose turn it is in a negotiation: buyer or seller.
    #[serde(skip_serializing_if = "Option::is_none")]
    turn: Option<String>,
    revision: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

pub(super) fn out(p: &Purchase) -> PurchaseOut {
    let reason = match &p.state {
        State::Returned { note, .. } => Some(note.clone()),
        State::Refused { reason, .. } => Some(reason.clone()),
        State::Submitted
        | State::Negotiating { .. }
        | State::AwaitingSeller
        | State::AwaitingCompliance
        | State::AwaitingSignature
        | State::AwaitingPayment
        | State::Granted
        | State::Withdrawn
        | State::Expired => None,
    };
    PurchaseOut {
        id: p.id.to_string(),
        number: p.number.clone(),
        state: p.state.name().to_owned(),
        buyer: p.buyer_id.to_string(),
        seller: p.seller_id.to_string(),
        requested_by: p.requested_by_name.clone(),
        purpose: p.purpose.clone(),
        net: amount(p.net),
        tax: amount(p.tax),
        submitted_at: p.submitted_at.rfc3339(),
        expires_at: p.expires_at.rfc3339(),
        quoted_until: p.quoted_until.map(|t| t.rfc3339()),
        turn: match &p.state {
            State::Negotiating { turn } => Some(turn.to_string()),
            State::Submitted
            | State::AwaitingSeller
            | State::AwaitingCompliance
            | State::AwaitingSignature
            | State::AwaitingPayment
            | State::Returned { .. }
            | State::Granted
            | State::Refused { .. }
            | State::Withdrawn
            | State::Expired => None,
        },
        revision: p.revision,
        reason,
    }
}

/// One offer inside a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineOut {
    offer: String,
    dataset: String,
    version: String,
    licence: String,
    licence_sha256: String,
    net: AmountOut,
    tax: AmountOut,
    /// Days that the grant lasts; of a subscription about so many, see `term_months`.
    term_days: Option<i64>,
    /// Months of the calendar that the grant lasts.
    term_months: Option<i64>,
    scope: String,
    /// How it was priced.
    plan: String,
    unit: AmountOut,
    list: AmountOut,
    discount_basis_points: i64,
    /// Whether the two sides agreed on the price.
    agreed: bool,
    periods: Option<i64>,
    seats: Option<i64>,
    volume_bytes: Option<i64>,
    downloads: Option<i64>,
}

/// Puts a line into the shape of the API.
pub(super) fn line_out(l: &purchases::Line) -> LineOut {
    let how = &l.pricing;
    LineOut {
        offer: l.offer_id.to_string(),
        dataset: l.dataset_id.to_string(),
        version: l.version_id.to_string(),
        licence: l.licence_id.to_string(),
        licence_sha256: l.licence_sha256.to_string(),
        net: amount(l.net),
        tax: amount(l.tax),
        term_days: l.term_days,
        term_months: how.term_months,
        scope: l.scope.to_string(),
        plan: how.plan.to_string(),
        unit: amount(how.unit),
        list: amount(how.list),
        discount_basis_points: how.discount,
        agreed: how.agreed,
        periods: how.choice.periods,
        seats: l.limits.seats,
        volume_bytes: l.limits.volume_bytes,
        downloads: l.limits.downloads,
    }
}

/// A request with all that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WholeOut {
    #[serde(flatten)]
    request: PurchaseOut,
    side: String,
    lines: Vec<LineOut>,
    conditions: Vec<serde_json::Value>,
    steps: Vec<PurchaseStepOut>,
    /// What the buyer said to mean, and what each licence says to it.
    #[schema(value_type = Object)]
    intended: Option<serde_json::Value>,
    evaluations: Vec<EvaluationOut>,
    order: Option<String>,
    grants: Vec<String>,
    timeline: Vec<JournalItem>,
}

/// A step of one side.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurchaseStepOut {
    side: String,
    name: String,
    kind: String,
    group: i64,
    need: i64,
    approvals: i64,
    /// `waiting`, `open`, `done` or `closed`.
    state: &'static str,
    opened_at: Option<String>,
    due_at: Option<String>,
    done_at: Option<String>,
    escalated: bool,
    /// Who can decide now.
    deciders: Vec<String>,
    decisions: Vec<StepDecisionOut>,
}

/// What one person decided on a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepDecisionOut {
    verdict: String,
    by: String,
    /// Whether it counts for somebody who is away.
    for_another: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    note: String,
    at: String,
}

fn step_out(lang: Lang, view: &StepView) -> PurchaseStepOut {
    let s = &view.step;
    let state = match (s.is_open(), s.done_at.is_some(), s.closed_at.is_some()) {
        (true, ..) => "open",
        (_, true, _) => "done",
        (_, _, true) => "closed",
        (false, false, false) => "waiting",
    };
    let decision = |d: &StepDecision| StepDecisionOut {
        verdict: d.verdict.to_string(),
        by: d.member_name.clone(),
        for_another: d.member_id != d.stands_for,
        reason: d.reason.clone(),
        note: d.note.clone(),
        at: d.decided_at.rfc3339(),
    };
    PurchaseStepOut {
        side: s.desk.to_string(),
        name: s.name(lang).to_owned(),
        kind: s.kind.to_string(),
        group: s.group,
        need: s.need,
        approvals: s.approvals,
        state,
        opened_at: stamp(s.opened_at),
        due_at: stamp(s.due_at),
        done_at: stamp(s.done_at),
        escalated: s.escalated_at.is_some(),
        deciders: view.deciders.iter().map(|(_, n)| n.clone()).collect(),
        decisions: view.decisions.iter().map(decision).collect(),
    }
}

pub(super) async fn shown(visit: &Visit, id: PurchaseId) -> Result<WholeOut, Problem> {
    readable(visit)?;
    let lang = visit.lang();
    let (whole, why, stated): (Whole, _, _) = visit
        .as_actor()?
        .read(move |tx, actor, now| {
            let whole = purchases::whole(tx, actor, id, now)?;
            let why = purchases::why_not_yet(tx, &whole.purchase, lang, now)?;
            Ok((whole, why, intended::stated(tx, actor, id)?))
        })
        .await?;
    Ok(WholeOut {
        request: out(&whole.purchase),
        side: whole.side.to_string(),
        lines: whole.lines.iter().map(line_out).collect(),
        conditions: why.iter().map(|c| condition_json(&visit.site, lang, c)).collect(),
        steps: whole.steps.iter().map(|v| step_out(lang, v)).collect(),
        intended: stated.as_ref().and_then(|s| serde_json::to_value(&s.intended).ok()),
        evaluations: stated.map(evaluations).unwrap_or_default(),
        order: whole.order.map(|o| o.id.to_string()),
        grants: whole.grants.iter().map(|g| g.id.to_string()).collect(),
        timeline: whole.entries.into_iter().map(|e| journal_item(lang, e)).collect(),
    })
}

fn evaluations(stated: Stated) -> Vec<EvaluationOut> {
    let one = |(l, found): (Licence, Evaluation)| evaluated::out(l.id.to_string(), l.sha256.to_string(), &found);
    stated.licences.into_iter().map(one).collect()
}

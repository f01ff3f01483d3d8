//! The page of a request: title block, the timeline in three lanes, why not yet, and what the reader may do.

use super::decide::Act;
use super::forms::DecisionTyped;
use super::is_over;
use super::timeline::{self, Event};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Visit, answer};
use crate::market::conditions::{Condition, all_met};
use crate::market::parties::{self, Party};
use crate::market::purchases::intended::{self, Stated};
use crate::market::purchases::steps::{self, StepDecision};
use crate::market::purchases::{self, Desk, Purchase, State, Whole, reasons_for};
use crate::market::{datasets, grants};
use crate::urls;
use crate::values::{Lang, PurchaseId};
use crate::web::layout::Frame;
use crate::web::licences::intended as evaluated;
use crate::web::sheet::{Block, Cell, ConditionView, Fields, FormView, Mark, conditions};
use crate::words;
use askama::Template;

/// The state of a request as a mark.
#[must_use]
pub fn mark(lang: Lang, state: &State) -> Mark {
    let (class, icon) = match state {
        State::Submitted | State::AwaitingSeller | State::AwaitingCompliance => ("wait", "clock"),
        State::AwaitingPayment => ("wait", "deed"),
        State::Returned { .. } => ("warn", "return"),
        State::Granted => ("ok", "check"),
        State::Refused { .. } => ("bad", "cross"),
        State::Withdrawn | State::Expired => ("plain", "ban"),
    };
    Mark { class, icon, text: words::say(lang, &words::key("request", state.name())) }
}

#[derive(Template)]
#[template(path = "pages/purchase.html")]
struct PurchaseView {
    f: Frame,
    mark: Mark,
    met: String,
    lead: Vec<(String, String)>,
    first: String,
    facts: Vec<(String, String, String)>,
    identity: Vec<(String, String, String)>,
    held: Vec<String>,
    buyer: String,
    seller: String,
    events: Vec<Event>,
    why_title: String,
    conditions: Vec<ConditionView>,
    lines: Vec<(String, String, String)>,
    order: Option<(String, String)>,
    grants: Vec<(String, String)>,
    why_not_decide: Vec<ConditionView>,
    approve: Option<FormView>,
    others: Vec<FormView>,
    open: usize,
    withdraw: Option<FormView>,
    resubmit: Option<FormView>,
    faults: Vec<(String, String)>,
    /// What the buyer means to do, and what the licences say to it.
    intended: Vec<Block>,
}

struct Loaded {
    stated: Option<Stated>,
    whole: Whole,
    buyer: Party,
    seller: Party,
    titles: Vec<(String, String, String)>,
    why: Vec<Condition>,
    decide: Vec<Condition>,
    take_back: Vec<Condition>,
    deciders: String,
    last: Option<StepDecision>,
    median: Option<(i64, usize)>,
    held: Vec<String>,
}

async fn load(visit: &Visit, id: PurchaseId) -> Result<Loaded, Problem> {
    let lang = visit.lang();
    visit
        .as_person()?
        .read(move |tx, actor, now| {
            let whole = purchases::whole(tx, actor, id, now)?;
            let (buyer, seller) =
                (parties::get(tx, whole.purchase.buyer_id)?, parties::get(tx, whole.purchase.seller_id)?);
            let (mut titles, mut held) = (Vec::new(), Vec::new());
            for line in &whole.lines {
                let dataset = datasets::get(tx, line.dataset_id)?;
                let version = datasets::version(tx, line.version_id)?.map(|v| v.label).unwrap_or_default();
                titles.push((dataset.title(lang).to_owned(), urls::dataset(&seller.slug, &dataset.slug), version));
                // Only the buyer's own people learn what the buyer holds.
                if whole.side == Desk::Buyer && whole.purchase.state.decider().is_some() {
                    held.extend(grants::held(tx, buyer.id, dataset.id, now)?.into_iter().map(|g| g.number));
                }
            }
            let p = &whole.purchase;
            let why = purchases::why_not_yet(tx, p, lang, now)?;
            let decide = purchases::decide_conditions(tx, actor, p, now)?;
            let take_back = purchases::withdraw_conditions(tx, actor, p)?;
            let deciders = purchases::deciders(tx, p, now)?.into_iter().map(|(_, n)| n).collect::<Vec<_>>().join(", ");
            let (last, median) = (steps::last_decision(tx, id)?, steps::median_answer(tx, seller.id)?);
            let stated = intended::stated(tx, actor, id)?;
            Ok(Loaded { stated, buyer, seller, titles, why, decide, take_back, deciders, last, median, held, whole })
        })
        .await
}

/// What was wrong with a decision that comes back: the act, and what was typed.
pub(super) struct Failed<'f> {
    pub act: Act,
    pub faults: &'f [Fault],
    pub typed: &'f DecisionTyped,
}

/// The form of an act; each has field names of its own, so that several stand on one page.
fn decision_form(
    lang: Lang,
    p: &Purchase,
    act: Act,
    side: Desk,
    failed: Option<&Failed<'_>>,
    preset: &str,
) -> FormView {
    let failed = failed.filter(|f| f.act == act);
    let (part, field, button, class) = match act {
        Act::Approve => ("approval", "note", "approve", "primary"),
        Act::Refuse => ("refusal", "refusal_note", "refuse", "danger"),
        Act::GiveBack => ("return", "return_note", "return-for-changes", ""),
        Act::Resubmit => ("resubmission", "note", "resubmit", "primary"),
    };
    let faults: Vec<Fault> = failed.map_or_else(Vec::new, |f| f.faults.iter().map(|x| named(x, field)).collect());
    let typed = failed.map_or(preset, |f| f.typed.note.as_str());
    let mut fields = Fields::new(lang, &faults);
    if act == Act::Refuse {
        let chosen = failed.map_or("other", |f| f.typed.reason.as_str());
        let choices = reasons_for(side)
            .into_iter()
            .map(|code| (code.to_owned(), super::timeline::reason_word(lang, code), String::new()));
        fields = fields.keyed("reason", "refusal_reason", "select", chosen, "").choices(choices);
    }
    let key = format!("{part}_note");
    let fields =
        fields.keyed(field, &key, "area", typed, "").field("revision", "hidden", &p.revision.to_string()).done();
    FormView {
        action: urls::purchase_part(p.id, part),
        fields,
        button: words::say(lang, button),
        class,
        ..FormView::default()
    }
}

/// The fault of the note stands at the field under which this form shows it.
fn named(fault: &Fault, field: &str) -> Fault {
    Fault { field: if fault.field == "note" { field.to_owned() } else { fault.field.clone() }, ..fault.clone() }
}

/// What is said to whoever comes second: who decided what, and when.
fn first_was(lang: Lang, last: Option<&StepDecision>) -> String {
    last.map_or_else(
        || words::say(lang, "somebody-was-first"),
        |d| {
            let key = words::key("already", d.verdict.as_str());
            words::with(lang, &key, &[("name", &d.member_name), ("at", &words::date_time(lang, d.decided_at))])
        },
    )
}

/// Answers with the page of a request.
pub(super) async fn page(visit: &Visit, id: PurchaseId) -> Answer {
    sheet(visit, id, None, false).await
}

/// Answers with the page and the faults of a decision that did not fit.
pub(super) async fn faulty(visit: &Visit, id: PurchaseId, failed: &Failed<'_>) -> Answer {
    sheet(visit, id, Some(failed), false).await
}

/// Answers with the page to whoever decided second, saying who was first.
pub(super) async fn second(visit: &Visit, id: PurchaseId) -> Answer {
    sheet(visit, id, None, true).await
}

async fn sheet(visit: &Visit, id: PurchaseId, failed: Option<&Failed<'_>>, second: bool) -> Answer {
    let (lang, now) = (visit.lang(), visit.now());
    let loaded = load(visit, id).await?;
    let Loaded { stated, whole, buyer, seller, titles, why, decide, take_back, deciders, last, .. } = &loaded;
    let p = &whole.purchase;
    let may_decide = all_met(decide);
    let may_take_back = all_met(take_back);
    let waits_for_my_side = p.state.decider() == Some(whole.side);
    let met = why.iter().filter(|c| c.met).count();
    let done = is_over(&p.state);
    let lines = whole.lines.iter().zip(titles);
    let form = |act: Act, preset: &str| decision_form(lang, p, act, whole.side, failed, preset);
    let faults: Vec<Fault> = failed.map_or_else(Vec::new, |f| {
        let field = match f.act {
            Act::Refuse => "refusal_note",
            Act::GiveBack => "return_note",
            Act::Approve | Act::Resubmit => "note",
        };
        f.faults.iter().map(|x| named(x, field)).collect()
    });
    let view = PurchaseView {
        f: Frame::of(visit, words::with(lang, "request-number-title", &[("number", &p.number)])),
        mark: mark(lang, &p.state),
        met: words::with(lang, "conditions-met", &[("met", &met.to_string()), ("all", &why.len().to_string())]),
        lead: titles.iter().map(|(t, href, _)| (t.clone(), href.clone())).collect(),
        first: if second { first_was(lang, last.as_ref()) } else { String::new() },
        facts: facts(lang, &loaded)?,
        identity: identity(lang, &loaded),
        held: loaded.held.iter().map(|n| words::with(lang, "already-held", &[("number", n)])).collect(),
        buyer: buyer.name(lang).to_owned(),
        seller: seller.name(lang).to_owned(),
        events: timeline::events(lang, (p, &whole.entries, &whole.steps), deciders, now),
        why_title: words::say(lang, if all_met(why) { "what-was-met" } else { "why-not-yet" }),
        conditions: conditions(lang, why),
        lines: lines.map(|(l, (t, _, v))| (t.clone(), v.clone(), words::money(lang, l.net))).collect(),
        order: whole.order.as_ref().map(|o| (o.number.clone(), urls::order(o.id))),
        grants: whole.grants.iter().map(|g| (g.number.clone(), urls::grant(g.id))).collect(),
        why_not_decide: if waits_for_my_side && !may_decide { conditions(lang, decide) } else { Vec::new() },
        approve: may_decide.then(|| form(Act::Approve, "")),
        others: if may_decide { vec![form(Act::GiveBack, ""), form(Act::Refuse, "")] } else { Vec::new() },
        open: failed.map_or(usize::MAX, |f| usize::from(f.act == Act::Refuse)),
        withdraw: (may_take_back && whole.side == Desk::Buyer && !done).then(|| FormView {
            action: urls::purchase_part(p.id, "withdrawal"),
            button: words::say(lang, "withdraw"),
            class: "danger",
            ..FormView::default()
        }),
        resubmit: (may_take_back && matches!(p.state, State::Returned { .. })).then(|| form(Act::Resubmit, &p.purpose)),
        faults: faults
            .iter()
            .map(|f| (f.field.clone(), words::with(lang, f.message, &[("value", &f.value)])))
            .collect(),
        intended: stated.as_ref().map(|s| said(lang, s)).unwrap_or_default(),
    };
    let status = match (second, view.faults.is_empty()) {
        (true, _) => actix_web::http::StatusCode::CONFLICT,
        (false, true) => actix_web::http::StatusCode::OK,
        (false, false) => actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
    };
    answer::html_as(status, &view)
}

/// What the buyer means to do, and what each licence says to it.
fn said(lang: Lang, stated: &Stated) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (licence, found) in &stated.licences {
        let name = format!("{} {}", licence.title(lang), licence.label);
        blocks.push(Block::Pairs(vec![
            (words::say(lang, "licence"), Cell::link(name, urls::licence(licence.id))),
            (words::say(lang, "may-answer"), Cell::mark(evaluated::mark(lang, found.overall))),
        ]));
        blocks.extend(evaluated::blocks(lang, found));
    }
    blocks
}

/// Who asks, as the exchange knows them: nothing of it was typed into the request.
fn identity(lang: Lang, loaded: &Loaded) -> Vec<(String, String, String)> {
    let say = |key: &str| words::say(lang, key);
    let party = |p: &Party| {
        let note = match (p.verified_at, &p.verification) {
            (Some(at), Some(how)) => {
                words::with(lang, "verified-how", &[("date", &words::date(lang, at)), ("how", how)])
            }
            _ => say("not-verified"),
        };
        (p.name(lang).to_owned(), format!("{} · {} · {note}", p.registration, p.country))
    };
    let ((buyer, about_buyer), (seller, about_seller)) = (party(&loaded.buyer), party(&loaded.seller));
    let asker = loaded.whole.asker.as_ref().map_or_else(
        || (loaded.whole.purchase.requested_by_name.clone(), say("asked-by-machine")),
        |a| {
            let since = a.confirmed_at.map(|at| words::date(lang, at)).unwrap_or_default();
            (a.name.clone(), words::with(lang, "address-confirmed", &[("email", &a.email), ("date", &since)]))
        },
    );
    vec![
        (say("lane-buyer"), buyer, about_buyer),
        (say("asked-by"), asker.0, asker.1),
        (say("lane-seller"), seller, about_seller),
    ]
}

fn facts(lang: Lang, loaded: &Loaded) -> Result<Vec<(String, String, String)>, Problem> {
    let say = |key: &str| words::say(lang, key);
    let p = &loaded.whole.purchase;
    let gross = p.gross().map_err(|e| Problem::broken(&e))?;
    let amount = if gross.minor == 0 { say("free") } else { words::money(lang, gross) };
    let tax = if gross.minor == 0 {
        String::new()
    } else {
        words::with(lang, "of-which-tax", &[("tax", &words::money(lang, p.tax))])
    };
    let mut list =
        vec![(say("amount"), amount, tax), (say("head-submitted"), words::date(lang, p.submitted_at), String::new())];
    if let Some((seconds, count)) = loaded.median {
        let note = words::with(lang, "median-of", &[("count", &count.to_string())]);
        list.push((say("median-answer"), timeline::duration(lang, seconds), note));
    }
    if !is_over(&p.state) {
        list.push((say("expires"), words::date(lang, p.expires_at), say("expires-note")));
    }
    Ok(list)
}

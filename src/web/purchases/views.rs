//! The page of a request: title block, the timeline in three lanes, why not yet, and what the reader may do.

use super::decide::Act;
use super::decision_forms::{decision_form, named, signing};
use super::facts::{facts, identity, line_price, said};
use super::forms::DecisionTyped;
use super::timeline::{self, Event};
use super::{is_over, negotiation};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Visit, answer};
use crate::market::accounts;
use crate::market::conditions::{Condition, all_met};
use crate::market::grants::Side;
use crate::market::parties::budgets::Budget;
use crate::market::parties::refusals::{self, OwnReason};
use crate::market::parties::{self, Party};
use crate::market::purchases::intended::{self, Stated};
use crate::market::purchases::steps::{self, StepDecision};
use crate::market::purchases::{self, Desk, Purchase, State, Whole};
use crate::market::{datasets, grants};
use crate::urls;
use crate::values::{Lang, Money, PurchaseId};
use crate::web::layout::Frame;
use crate::web::sheet::{Block, ConditionView, Fields, FormView, Mark, conditions};
use crate::words;
use askama::Template;

pub(in crate::web) use super::facts::line_terms;

/// The state of a request as a mark.
#[must_use]
pub fn mark(lang: Lang, state: &State) -> Mark {
    let (class, icon) = match state {
        State::Submitted
        | State::AwaitingSeller
        | State::Negotiating { .. }
        | State::AwaitingCompliance
        | State::AwaitingSignature => ("wait", "clock"),
        State::AwaitingPayment => ("wait", "deed"),
        State::Returned { .. } => ("warn", "return"),
        State::Granted => ("ok", "check"),
        State::Refused { .. } => ("bad", "cross"),
        State::Withdrawn | State::Expired => ("plain", "ban"),
    };
    Mark { class, icon, text: words::say(lang, &words::key("request", state_key(state))) }
}

/// The key of a state: a negotiation says whose turn it is.
pub(super) fn state_key(state: &State) -> &'static str {
    match state {
        State::Negotiating { turn: Side::Buyer } => "negotiating-buyer",
        State::Negotiating { turn: Side::Seller } => "negotiating-seller",
        State::Submitted
        | State::AwaitingSeller
        | State::AwaitingCompliance
        | State::AwaitingSignature
        | State::AwaitingPayment
        | State::Returned { .. }
        | State::Granted
        | State::Refused { .. }
        | State::Withdrawn
        | State::Expired => state.name(),
    }
}

/// The amount of a request: free, still to be named, or the sum.
pub(in crate::web) fn amount(lang: Lang, p: &Purchase, gross: Money) -> String {
    if gross.minor > 0 {
        words::money(lang, gross)
    } else if matches!(p.state, State::Negotiating { .. }) {
        words::say(lang, "on-request")
    } else {
        words::say(lang, "free")
    }
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
    agreement: String,
    messages: Vec<Said>,
    write: FormView,
    identity: Vec<(String, String, String)>,
    held: Vec<String>,
    buyer: String,
    seller: String,
    events: Vec<Event>,
    why_title: String,
    conditions: Vec<ConditionView>,
    lines: Vec<(String, String, String, String)>,
    negotiation: Vec<Block>,
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

/// A message of the thread.
struct Said {
    lane: String,
    name: String,
    at: String,
    stamp: String,
    text: String,
}

fn messages(lang: Lang, whole: &Whole) -> Vec<Said> {
    let said = |m: &crate::market::purchases::thread::Message| {
        let lane = match m.side {
            Desk::Buyer => "lane-buyer",
            Desk::Seller => "lane-seller",
            Desk::Compliance => "lane-site",
        };
        Said {
            lane: words::say(lang, lane),
            name: m.by.name.clone(),
            at: words::date_time(lang, m.posted_at),
            stamp: m.posted_at.rfc3339(),
            text: m.body.clone(),
        }
    };
    whole.messages.iter().map(said).collect()
}

fn write_form(lang: Lang, p: &Purchase, faults: &[Fault]) -> FormView {
    FormView {
        action: urls::purchase_part(p.id, "messages"),
        fields: Fields::new(lang, faults).keyed("text", "message", "area", "", "").done(),
        button: words::say(lang, "send-message"),
        ..FormView::default()
    }
}

pub(super) struct Loaded {
    pub(super) stated: Option<Stated>,
    pub(super) whole: Whole,
    pub(super) buyer: Party,
    pub(super) seller: Party,
    pub(super) titles: Vec<(String, String, String)>,
    pub(super) why: Vec<Condition>,
    pub(super) decide: Vec<Condition>,
    pub(super) take_back: Vec<Condition>,
    pub(super) negotiate: Vec<Condition>,
    pub(super) requote: Vec<Condition>,
    pub(super) deciders: String,
    pub(super) last: Option<StepDecision>,
    pub(super) budget: Option<Budget>,
    /// The hash of the agreement that the reader can sign.
    pub(super) to_sign: Option<String>,
    pub(super) proved: bool,
    pub(super) median: Option<(i64, usize)>,
    pub(super) held: Vec<String>,
    /// Reasons of the reader's organisation's own.
    pub(super) own: Vec<OwnReason>,
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
            let negotiate = purchases::negotiate_conditions(tx, actor, p, now)?;
            let requote = purchases::requote_conditions(tx, p, now)?;
            let deciders = purchases::deciders(tx, p, now)?.into_iter().map(|(_, n)| n).collect::<Vec<_>>().join(", ");
            // The budget is the buyer's own matter.
            let budget = if whole.side == Desk::Buyer { purchases::budget_of(tx, id)? } else { None };
            let to_sign = match purchases::is_to_sign(tx, actor, p, now)? {
                true => Some(purchases::agreement_of(tx, p)?.sha256()?.to_string()),
                false => None,
            };
            let proved = accounts::is_proved(tx, actor, None, now)?;
            let (last, median) = (steps::last_decision(tx, id)?, steps::median_answer(tx, seller.id)?);
            let stated = intended::stated(tx, actor, id)?;
            let own = match purchases::party_of(p, whole.side) {
                Some(party) => refusals::reasons_of(tx, actor, party)?,
                None => Vec::new(),
            };
            Ok(Loaded {
                own,
                stated,
                buyer,
                seller,
                titles,
                why,
                decide,
                take_back,
                negotiate,
                requote,
                deciders,
                last,
                budget,
                to_sign,
                proved,
                median,
                held,
                whole,
            })
        })
        .await
}

/// What was wrong with a decision that comes back: the act, and what was typed.
pub(super) struct Failed<'f> {
    pub act: Act,
    pub faults: &'f [Fault],
    pub typed: &'f DecisionTyped,
}

/// What is said to whoever comes second: who decided what, and when.
pub(super) fn first_was(lang: Lang, last: Option<&StepDecision>) -> String {
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
    rendered(visit, id, None, &[], false).await
}

/// Answers with the page and the faults of a decision that did not fit.
pub(super) async fn faulty(visit: &Visit, id: PurchaseId, failed: &Failed<'_>) -> Answer {
    rendered(visit, id, Some(failed), &[], false).await
}

/// Answers with the page and the faults of a message that could not be kept.
pub(super) async fn unsaid(visit: &Visit, id: PurchaseId, faults: &[Fault]) -> Answer {
    rendered(visit, id, None, faults, false).await
}

/// Answers with the page to whoever decided second, saying who was first.
pub(super) async fn second(visit: &Visit, id: PurchaseId) -> Answer {
    rendered(visit, id, None, &[], true).await
}

#[expect(clippy::too_many_lines, reason = "a page from top to bottom")]
async fn rendered(
    visit: &Visit,
    id: PurchaseId,
    failed: Option<&Failed<'_>>,
    unsaid: &[Fault],
    second: bool,
) -> Answer {
    let (lang, now) = (visit.lang(), visit.now());
    let loaded = load(visit, id).await?;
    let Loaded { stated, whole, buyer, seller, titles, why, decide, take_back, deciders, last, .. } = &loaded;
    let (negotiate, requote) = (&loaded.negotiate, &loaded.requote);
    let p = &whole.purchase;
    let may_decide = all_met(decide);
    let may_take_back = all_met(take_back);
    let waits_for_my_side = p.state.decider() == Some(whole.side);
    let met = why.iter().filter(|c| c.met).count();
    let done = is_over(&p.state);
    let lines = whole.lines.iter().zip(titles);
    let form = |act: Act, preset: &str| {
        let mut form = decision_form(lang, p, act, whole.side, failed, (preset, &loaded.own));
        if let Some(sha256) = loaded.to_sign.as_ref().filter(|_| act == Act::Approve) {
            signing(lang, &mut form, p, failed, loaded.proved);
            form.fields.extend(Fields::new(lang, &[]).field("agreement_sha256", "hidden", sha256).done());
        }
        form
    };
    let faults: Vec<Fault> = failed.map_or_else(
        || unsaid.to_vec(),
        |f| {
            let field = match f.act {
                Act::Refuse => "refusal_note",
                Act::GiveBack => "return_note",
                Act::Approve | Act::Resubmit => "note",
            };
            f.faults.iter().map(|x| named(x, field)).collect()
        },
    );
    let view = PurchaseView {
        f: Frame::of(visit, words::with(lang, "request-number-title", &[("number", &p.number)])),
        mark: mark(lang, &p.state),
        met: words::with(lang, "conditions-met", &[("met", &met.to_string()), ("all", &why.len().to_string())]),
        lead: titles.iter().map(|(t, href, _)| (t.clone(), href.clone())).collect(),
        first: if second { first_was(lang, last.as_ref()) } else { String::new() },
        facts: facts(lang, &loaded)?,
        agreement: urls::purchase_part(p.id, "agreement"),
        messages: messages(lang, whole),
        write: write_form(lang, p, unsaid),
        identity: identity(lang, &loaded),
        held: loaded.held.iter().map(|n| words::with(lang, "already-held", &[("number", n)])).collect(),
        buyer: buyer.name(lang).to_owned(),
        seller: seller.name(lang).to_owned(),
        events: timeline::events(lang, (p, &whole.entries, &whole.steps), deciders, now),
        why_title: words::say(lang, if all_met(why) { "what-was-met" } else { "why-not-yet" }),
        conditions: conditions(lang, why),
        lines: lines.map(|(l, (t, _, v))| (t.clone(), v.clone(), line_price(lang, l), line_terms(lang, l))).collect(),
        negotiation: negotiation::views::blocks(
            lang,
            whole,
            negotiation::views::May {
                negotiate: all_met(negotiate),
                requote: all_met(requote) && may_take_back && whole.side == Desk::Buyer,
            },
        )?,
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

//! The page of a request: title block, the timeline in three lanes, why not yet, and what the reader may do.

use super::{is_over, negotiation};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Visit, answer};
use crate::market::conditions::all_met;
use crate::market::datasets;
use crate::market::grants::Side;
use crate::market::journal::{ActorKind, Deed, Entry};
use crate::market::offers::Limits;
use crate::market::parties;
use crate::market::purchases::intended::{self, Stated};
use crate::market::purchases::{self, Desk, Line, Purchase, State, Whole};
use crate::urls;
use crate::values::{Lang, Money, PurchaseId};
use crate::web::datasets::plan_words;
use crate::web::layout::Frame;
use crate::web::licences::intended as evaluated;
use crate::web::sheet::{Block, Cell, ConditionView, Fields, FormView, Mark, conditions};
use crate::words;
use askama::Template;

/// The state of a request as a mark.
#[must_use]
pub fn mark(lang: Lang, state: &State) -> Mark {
    let (class, icon) = match state {
        State::Submitted | State::AwaitingSeller | State::Negotiating { .. } | State::AwaitingCompliance => {
            ("wait", "clock")
        }
        State::AwaitingPayment => ("wait", "deed"),
        State::Returned { .. } => ("warn", "return"),
        State::Granted => ("ok", "check"),
        State::Refused { .. } => ("bad", "cross"),
        State::Withdrawn | State::Expired => ("plain", "ban"),
    };
    Mark { class, icon, text: words::say(lang, &words::key("request", state_key(state))) }
}

/// The key of a state: a negotiation says whose turn it is.
fn state_key(state: &State) -> &'static str {
    match state {
        State::Negotiating { turn: Side::Buyer } => "negotiating-buyer",
        State::Negotiating { turn: Side::Seller } => "negotiating-seller",
        State::Submitted
        | State::AwaitingSeller
        | State::AwaitingCompliance
        | State::AwaitingPayment
        | State::Returned { .. }
        | State::Granted
        | State::Refused { .. }
        | State::Withdrawn
        | State::Expired => state.name(),
    }
}

/// The amount of a request: free, still to be named, or the sum.
pub(super) fn amount(lang: Lang, p: &Purchase, gross: Money) -> String {
    if gross.minor > 0 {
        words::money(lang, gross)
    } else if matches!(p.state, State::Negotiating { .. }) {
        words::say(lang, "on-request")
    } else {
        words::say(lang, "free")
    }
}

/// An entry of the timeline.
struct Event {
    /// `buyer`, `site` or `seller`, with `back`, `now` or `next`.
    class: String,
    at: String,
    stamp: String,
    lane: String,
    title: String,
    text: String,
    quote: String,
}

#[derive(Template)]
#[template(path = "pages/purchase.html")]
struct PurchaseView {
    f: Frame,
    mark: Mark,
    met: String,
    lead: Vec<(String, String)>,
    facts: Vec<(String, String, String)>,
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
    withdraw: Option<FormView>,
    resubmit: Option<FormView>,
    faults: Vec<(String, String)>,
    /// What the buyer means to do, and what the licences say to it.
    intended: Vec<Block>,
}

struct Loaded {
    stated: Option<Stated>,
    whole: Whole,
    buyer: String,
    seller: String,
    titles: Vec<(String, String, String)>,
    why: Vec<crate::market::conditions::Condition>,
    decide: Vec<crate::market::conditions::Condition>,
    take_back: Vec<crate::market::conditions::Condition>,
    negotiate: Vec<crate::market::conditions::Condition>,
    requote: Vec<crate::market::conditions::Condition>,
    deciders: String,
}

async fn load(visit: &Visit, id: PurchaseId) -> Result<Loaded, Problem> {
    let lang = visit.lang();
    visit
        .as_person()?
        .read(move |tx, actor, now| {
            let whole = purchases::whole(tx, actor, id)?;
            let buyer = parties::get(tx, whole.purchase.buyer_id)?.name(lang).to_owned();
            let seller_party = parties::get(tx, whole.purchase.seller_id)?;
            let mut titles = Vec::new();
            for line in &whole.lines {
                let dataset = datasets::get(tx, line.dataset_id)?;
                let version = datasets::version(tx, line.version_id)?.map(|v| v.label).unwrap_or_default();
                titles.push((
                    dataset.title(lang).to_owned(),
                    urls::dataset(&seller_party.slug, &dataset.slug),
                    version,
                ));
            }
            let p = &whole.purchase;
            let why = purchases::why_not_yet(tx, p, now)?;
            let decide = purchases::decide_conditions(tx, actor, p)?;
            let take_back = purchases::withdraw_conditions(tx, actor, p)?;
            let negotiate = purchases::negotiate_conditions(tx, actor, p, now)?;
            let requote = purchases::requote_conditions(tx, p, now)?;
            let deciders = purchases::deciders(tx, p)?.into_iter().map(|(_, n)| n).collect::<Vec<_>>().join(", ");
            Ok(Loaded {
                stated: intended::stated(tx, actor, id)?,
                buyer,
                seller: seller_party.name(lang).to_owned(),
                titles,
                why,
                decide,
                take_back,
                negotiate,
                requote,
                deciders,
                whole,
            })
        })
        .await
}

#[expect(clippy::wildcard_enum_match_arm, reason = "every other deed is the exchange's own")]
fn side_of(entry: &Entry) -> &'static str {
    match entry.deed {
        Deed::PurchaseSubmitted | Deed::PurchaseResubmitted | Deed::BuyerApproved | Deed::PurchaseWithdrawn => "buyer",
        Deed::Requoted => "buyer",
        Deed::SellerApproved | Deed::OrderPaid => "seller",
        Deed::ProposalMade | Deed::ProposalAgreed
            if entry.detail.get("side").and_then(|s| s.as_str()) == Some("seller") =>
        {
            "seller"
        }
        Deed::ProposalMade | Deed::ProposalAgreed => "buyer",
        Deed::PurchaseReturned | Deed::PurchaseRefused
            if entry.detail.get("side").and_then(|s| s.as_str()) == Some("seller") =>
        {
            "seller"
        }
        Deed::PurchaseReturned | Deed::PurchaseRefused
            if entry.detail.get("side").and_then(|s| s.as_str()) == Some("compliance") =>
        {
            "site"
        }
        Deed::PurchaseReturned | Deed::PurchaseRefused => "buyer",
        _ => "site",
    }
}

fn event(lang: Lang, entry: &Entry) -> Event {
    let side = side_of(entry);
    let back = if matches!(entry.deed, Deed::PurchaseReturned | Deed::PurchaseRefused) { " back" } else { "" };
    let somebody = matches!(entry.by.kind, ActorKind::Member | ActorKind::Service);
    let who = if somebody && side != "site" { entry.by.name.clone() } else { words::say(lang, "the-exchange") };
    let detail = |key: &str| entry.detail.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let quote =
        [detail("note"), detail("reason"), detail("purpose")].into_iter().find(|t| !t.is_empty()).unwrap_or_default();
    let text = [detail("amount"), detail("invoice"), detail("reference")]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    Event {
        class: format!("{side}{back}"),
        at: entry.at.civil("%m-%d %H:%M"),
        stamp: entry.at.rfc3339(),
        lane: words::say(lang, &format!("lane-{side}")),
        title: format!("{who}: {}", words::say(lang, &words::key("deed", entry.deed.as_str()))),
        text,
        quote,
    }
}

/// What stands at the end of the timeline: who decides now.
fn now_event(lang: Lang, p: &Purchase, deciders: &str) -> Option<Event> {
    let side = match p.state {
        State::Submitted | State::Returned { .. } => "buyer",
        State::Negotiating { turn: Side::Buyer } => "buyer",
        State::AwaitingSeller | State::AwaitingPayment | State::Negotiating { turn: Side::Seller } => "seller",
        State::AwaitingCompliance => "site",
        State::Granted | State::Refused { .. } | State::Withdrawn | State::Expired => return None,
    };
    let key = words::key("now", state_key(&p.state));
    let due = words::with(lang, "due-by", &[("date", &words::date(lang, p.expires_at))]);
    Some(Event {
        class: format!("{side} now"),
        at: words::say(lang, "now-word"),
        stamp: String::new(),
        lane: words::say(lang, &format!("lane-{side}")),
        title: words::with(lang, &key, &[("names", deciders)]),
        text: due,
        quote: String::new(),
    })
}

fn decision_form(
    lang: Lang,
    p: &Purchase,
    key: &str,
    part: &str,
    class: &'static str,
    faults: &[Fault],
    note: &str,
) -> FormView {
    let fields = Fields::new(lang, faults)
        .keyed("note", &format!("{part}_note"), "area", note, "")
        .field("revision", "hidden", &p.revision.to_string())
        .done();
    FormView {
        action: urls::purchase_part(p.id, part),
        fields,
        button: words::say(lang, key),
        class,
        ..FormView::default()
    }
}

/// Answers with the page of a request; with faults after a decision that did not fit.
pub(super) async fn page(visit: &Visit, id: PurchaseId, faults: &[Fault], note: &str) -> Answer {
    let lang = visit.lang();
    let loaded = load(visit, id).await?;
    let Loaded { stated, whole, buyer, seller, titles, why, decide, take_back, negotiate, requote, deciders } = &loaded;
    let p = &whole.purchase;
    let may_decide = all_met(decide);
    let may_take_back = all_met(take_back);
    let waits_for_my_side = p.state.decider() == Some(whole.side);
    let mut events: Vec<Event> = whole.entries.iter().map(|e| event(lang, e)).collect();
    events.extend(now_event(lang, p, deciders));
    let met = why.iter().filter(|c| c.met).count();
    let done = is_over(&p.state);
    let lines = whole.lines.iter().zip(titles);
    let view = PurchaseView {
        f: Frame::of(visit, words::with(lang, "request-number-title", &[("number", &p.number)])),
        mark: mark(lang, &p.state),
        met: words::with(lang, "conditions-met", &[("met", &met.to_string()), ("all", &why.len().to_string())]),
        lead: titles.iter().map(|(t, href, _)| (t.clone(), href.clone())).collect(),
        facts: facts(lang, p, buyer, seller)?,
        buyer: buyer.clone(),
        seller: seller.clone(),
        events,
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
        approve: may_decide.then(|| decision_form(lang, p, "approve", "approval", "primary", &[], "")),
        others: if may_decide {
            vec![
                decision_form(lang, p, "return-for-changes", "return", "", faults, note),
                decision_form(lang, p, "refuse", "refusal", "danger", &[], ""),
            ]
        } else {
            Vec::new()
        },
        withdraw: (may_take_back && whole.side == Desk::Buyer && !done).then(|| FormView {
            action: urls::purchase_part(p.id, "withdrawal"),
            button: words::say(lang, "withdraw"),
            class: "danger",
            ..FormView::default()
        }),
        resubmit: (may_take_back && matches!(p.state, State::Returned { .. }))
            .then(|| decision_form(lang, p, "resubmit", "resubmission", "primary", faults, &p.purpose)),
        faults: faults
            .iter()
            .map(|f| (f.field.clone(), words::with(lang, f.message, &[("value", &f.value)])))
            .collect(),
        intended: stated.as_ref().map(|s| said(lang, s)).unwrap_or_default(),
    };
    let status = if faults.is_empty() {
        actix_web::http::StatusCode::OK
    } else {
        actix_web::http::StatusCode::UNPROCESSABLE_ENTITY
    };
    answer::html_as(status, &view)
}

/// The price of a line, or that it is still to be named.
fn line_price(lang: Lang, line: &Line) -> String {
    if line.is_unpriced() { words::say(lang, "on-request") } else { words::money(lang, line.net) }
}

/// How the price of a line came to be, its term and its limits.
pub(in crate::web) fn line_terms(lang: Lang, line: &Line) -> String {
    let mut parts = vec![plan_words::pricing(lang, line), plan_words::term(lang, line.term())];
    // What was chosen is said with the price already.
    let seats = line.limits.seats.filter(|_| line.pricing.agreed || line.pricing.choice.seats.is_none());
    parts.push(plan_words::limits(lang, Limits { seats, ..line.limits }));
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
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

fn facts(lang: Lang, p: &Purchase, buyer: &str, seller: &str) -> Result<Vec<(String, String, String)>, Problem> {
    let say = |key: &str| words::say(lang, key);
    let gross = p.gross().map_err(|e| Problem::broken(&e))?;
    let amount = amount(lang, p, gross);
    let tax = if gross.minor == 0 {
        String::new()
    } else {
        words::with(lang, "of-which-tax", &[("tax", &words::money(lang, p.tax))])
    };
    let mut list = vec![
        (say("amount"), amount, tax),
        (say("lane-buyer"), buyer.to_owned(), p.requested_by_name.clone()),
        (say("lane-seller"), seller.to_owned(), String::new()),
        (say("head-submitted"), words::date(lang, p.submitted_at), String::new()),
    ];
    if !is_over(&p.state) {
        let note = if matches!(p.state, State::Negotiating { .. }) { "expires-note-turn" } else { "expires-note" };
        list.push((say("expires"), words::date(lang, p.expires_at), say(note)));
    }
    if let (State::Submitted | State::AwaitingSeller, Some(until)) = (&p.state, p.quoted_until) {
        list.push((say("head-locked-until"), words::date_time(lang, until), say("locked-note")));
    }
    Ok(list)
}

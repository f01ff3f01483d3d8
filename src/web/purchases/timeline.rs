//! The one timeline that both sides see: what happened, who decides now, what comes next.

use crate::market::grants::Side;
use crate::market::journal::{ActorKind, Deed, Entry};
use crate::market::parties::policy::StepKind;
use crate::market::parties::refusals::OwnReason;
use crate::market::purchases::steps::{PurchaseStep, StepView};
use crate::market::purchases::{Desk, Purchase, State, reasons_for};
use crate::values::{Lang, Timestamp};
use crate::words;

pub(super) use crate::words::duration;

/// An entry of the timeline.
pub(super) struct Event {
    /// `buyer`, `site` or `seller`, with `back`, `now` or `next`.
    pub class: String,
    /// The instant, or a word.
    pub at: String,
    /// The stamp of the instant; empty for what has not happened.
    pub stamp: String,
    /// Whose lane it stands in.
    pub lane: String,
    /// What happened.
    pub title: String,
    /// Facts.
    pub text: String,
    /// What somebody wrote.
    pub quote: String,
}

#[expect(clippy::wildcard_enum_match_arm, reason = "every other deed is the exchange's own")]
fn side_of(entry: &Entry) -> &'static str {
    let said = entry.detail.get("side").and_then(|s| s.as_str());
    match entry.deed {
        Deed::PurchaseSubmitted | Deed::PurchaseResubmitted | Deed::BuyerApproved | Deed::PurchaseWithdrawn => "buyer",
        Deed::Requoted => "buyer",
        Deed::SellerApproved | Deed::OrderPaid | Deed::RuleApproved => "seller",
        Deed::ProposalMade | Deed::ProposalAgreed => {
            if said == Some("seller") {
                "seller"
            } else {
                "buyer"
            }
        }
        Deed::PurchaseReturned | Deed::PurchaseRefused | Deed::StepEscalated => match said {
            Some("seller") => "seller",
            Some("compliance") => "site",
            _ => "buyer",
        },
        _ => "site",
    }
}

/// What can be chosen as a reason: the organisation's own first, then those of the list that fit the desk.
pub(super) fn reason_choices(lang: Lang, desk: Desk, own: &[OwnReason]) -> Vec<(String, String, String)> {
    let own = own.iter().map(|r| (r.id.to_string(), r.name(lang).to_owned(), String::new()));
    let listed = reasons_for(desk).into_iter().map(|code| (code.to_owned(), reason_word(lang, code), String::new()));
    own.chain(listed).collect()
}

/// The words of a reason out of the list; nothing for a code that is not known here.
pub(super) fn reason_word(lang: Lang, code: &str) -> String {
    let key = format!("reason-{code}");
    if code.is_empty() || !words::has(lang, &key) { String::new() } else { words::say(lang, &key) }
}

/// The facts of an entry, in one line.
fn facts(lang: Lang, entry: &Entry) -> String {
    let detail = |key: &str| entry.detail.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let step = lang.pick(&detail("step_zh"), &detail("step_en")).to_owned();
    let stands_for = detail("stands_for");
    let stands_for =
        if stands_for.is_empty() { String::new() } else { words::with(lang, "decided-for", &[("name", &stands_for)]) };
    let parts = [
        step,
        detail("count"),
        stands_for,
        reason_word(lang, &detail("code")),
        lang.pick(&detail("reason_zh"), &detail("reason_en")).to_owned(),
        detail("names"),
        words::spoken(lang, &detail("amount")),
        detail("invoice"),
        detail("reference"),
    ];
    parts.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn past(lang: Lang, entry: &Entry) -> Event {
    let side = side_of(entry);
    let back = if matches!(entry.deed, Deed::PurchaseReturned | Deed::PurchaseRefused) { " back" } else { "" };
    let somebody = matches!(entry.by.kind, ActorKind::Member | ActorKind::Service);
    let who = if somebody && side != "site" { entry.by.name.clone() } else { words::say(lang, "the-exchange") };
    let detail = |key: &str| entry.detail.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let quote =
        [detail("note"), detail("reason"), detail("purpose")].into_iter().find(|t| !t.is_empty()).unwrap_or_default();
    Event {
        class: format!("{side}{back}"),
        at: entry.at.civil("%m-%d %H:%M"),
        stamp: entry.at.rfc3339(),
        lane: words::say(lang, &format!("lane-{side}")),
        title: format!("{who}: {}", words::say(lang, &words::key("deed", entry.deed.as_str()))),
        text: facts(lang, entry),
        quote,
    }
}

fn coming(lang: Lang, side: &str, class: &str, title: String, text: String) -> Event {
    Event {
        class: format!("{side} {class}"),
        at: words::say(lang, if class == "now" { "now-word" } else { "next-word" }),
        stamp: String::new(),
        lane: words::say(lang, &format!("lane-{side}")),
        title,
        text,
        quote: String::new(),
    }
}

/// When something is due, with the word that says whether it is late.
pub(super) fn due_text(lang: Lang, due: Timestamp, now: Timestamp) -> String {
    let key = if due <= now { "late-since" } else { "due-by" };
    words::with(lang, key, &[("date", &words::date(lang, due))])
}

fn names_of(lang: Lang, list: &[(crate::values::MemberId, String)]) -> String {
    if list.is_empty() {
        return words::say(lang, "nobody-can-decide");
    }
    list.iter().map(|(_, n)| n.as_str()).collect::<Vec<_>>().join(if lang == Lang::Zh { "、" } else { ", " })
}

fn step_event(lang: Lang, view: &StepView, now: Timestamp) -> Option<Event> {
    let s: &PurchaseStep = &view.step;
    if s.done_at.is_some() || s.closed_at.is_some() {
        return None;
    }
    let side = if s.desk == Desk::Seller { "seller" } else { "buyer" };
    let count = format!("{}/{}", s.approvals, s.need);
    let mut parts = Vec::new();
    if s.need > 1 {
        parts.push(words::with(lang, "approvals-of", &[("count", &count)]));
    }
    if let Some(due) = s.due_at {
        parts.push(due_text(lang, due, now));
    } else {
        parts.push(words::with(lang, "within-days", &[("days", &s.due_days.to_string())]));
    }
    let text = parts.join(" · ");
    Some(if s.is_open() {
        let key = if s.kind == StepKind::Sign { "now-step-sign" } else { "now-step" };
        let names = names_of(lang, &view.deciders);
        coming(lang, side, "now", words::with(lang, key, &[("step", s.name(lang)), ("names", &names)]), text)
    } else {
        coming(lang, side, "next", s.name(lang).to_owned(), text)
    })
}

/// What stands at the end of the timeline: who decides now, and what comes after.
fn rest(lang: Lang, p: &Purchase, steps: &[StepView], deciders: &str, now: Timestamp) -> Vec<Event> {
    let side = match p.state {
        State::Submitted | State::AwaitingSignature | State::Returned { .. } => "buyer",
        State::Negotiating { turn: Side::Buyer } => "buyer",
        State::AwaitingSeller | State::AwaitingPayment | State::Negotiating { turn: Side::Seller } => "seller",
        State::AwaitingCompliance => "site",
        State::Granted | State::Refused { .. } | State::Withdrawn | State::Expired => return Vec::new(),
    };
    // Signatures come last, under what everybody agreed to.
    let last = |v: &&StepView| v.step.kind == StepKind::Sign && p.needs.signature;
    let mut list: Vec<Event> = steps.iter().filter(|v| !last(v)).filter_map(|v| step_event(lang, v, now)).collect();
    let signatures: Vec<Event> = steps.iter().filter(last).filter_map(|v| step_event(lang, v, now)).collect();
    let stepped = match p.state {
        State::AwaitingSignature => !signatures.is_empty(),
        State::Submitted | State::AwaitingSeller => !list.is_empty(),
        State::Negotiating { .. }
        | State::AwaitingCompliance
        | State::AwaitingPayment
        | State::Returned { .. }
        | State::Granted
        | State::Refused { .. }
        | State::Withdrawn
        | State::Expired => false,
    };
    if !stepped {
        let key = words::key("now", super::views::state_key(&p.state));
        let title = words::with(lang, &key, &[("names", deciders)]);
        list.insert(0, coming(lang, side, "now", title, due_text(lang, p.expires_at, now)));
    }
    if p.needs.compliance && matches!(p.state, State::Submitted | State::AwaitingSeller) {
        list.push(coming(lang, "site", "next", words::say(lang, "next-compliance"), String::new()));
    }
    list.extend(signatures);
    if p.needs.prepaid && p.state.decider().is_some() {
        list.push(coming(lang, "seller", "next", words::say(lang, "next-payment"), String::new()));
    }
    list
}

/// The whole timeline.
pub(super) fn events(
    lang: Lang,
    (p, entries, steps): (&Purchase, &[Entry], &[StepView]),
    deciders: &str,
    now: Timestamp,
) -> Vec<Event> {
    let mut events: Vec<Event> = entries.iter().map(|e| past(lang, e)).collect();
    events.extend(rest(lang, p, steps, deciders, now));
    events
}

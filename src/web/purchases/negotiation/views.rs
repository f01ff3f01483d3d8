//! What pages show of a negotiation: the proposals side by side, what changed since the last, who answers by when.

use super::form::{NAMES, ProposalTyped};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Visit};
use crate::market::conditions::{Refused, all_met};
use crate::market::datasets;
use crate::market::grants::Side;
use crate::market::offers::Scope;
use crate::market::purchases::{self, Desk, Line, Proposal, ProposedLine, State, Whole};
use crate::urls;
use crate::values::{Lang, Money, PurchaseId};
use crate::web::datasets::plan_words;
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Sheet, Table};
use crate::words;

/// What the reader may do in a negotiation.
#[derive(Debug, Clone, Copy)]
pub struct May {
    /// Propose, agree, refuse: it is the turn of the reader's side, and the reader has the role.
    pub negotiate: bool,
    /// Get a fresh quote in the place of one that ran out.
    pub requote: bool,
}

/// How each part of the terms of a line reads.
fn readings(lang: Lang, t: &ProposedLine, line: &Line) -> [String; 4] {
    let say = |key: &str| words::say(lang, key);
    let limits = plan_words::limits(lang, t.limits());
    [
        t.net_minor.map_or_else(|| say("on-request"), |m| words::money(lang, Money::new(m, line.net.currency))),
        plan_words::term(lang, t.term()),
        say(&words::key("scope", t.scope.as_str())),
        if limits.is_empty() { say("no-limits") } else { limits },
    ]
}

/// A cell of the comparison: what is proposed, and that it differs from the proposal before.
fn cell(lang: Lang, text: &str, before: Option<&str>) -> Cell {
    let cell = Cell::text(text);
    if before.is_some_and(|b| b != text) { cell.with_small(words::say(lang, "changed-here")) } else { cell }
}

fn head(lang: Lang, p: &Proposal) -> String {
    if p.number == 0 {
        return words::say(lang, "proposal-asked");
    }
    let side = words::say(lang, &format!("lane-{}", p.side.as_str()));
    words::with(lang, "proposal-number", &[("number", &p.number.to_string()), ("side", &side)])
}

/// The last proposals side by side: a page stays readable with the first and the last three.
fn shown(list: &[Proposal]) -> Vec<&Proposal> {
    let skip = list.len().saturating_sub(3).max(1);
    list.iter().take(1).chain(list.iter().skip(skip)).collect()
}

fn comparison(lang: Lang, whole: &Whole) -> Result<Table, Problem> {
    let say = |key: &str| words::say(lang, key);
    let list = shown(&whole.proposals);
    let keys = ["price", "term", "covers", "bounds"];
    let mut rows = Vec::new();
    for (at, line) in whole.lines.iter().enumerate() {
        let columns: Vec<[String; 4]> =
            list.iter().filter_map(|p| p.lines.get(at)).map(|t| readings(lang, t, line)).collect();
        for (part, key) in keys.iter().enumerate() {
            let label = if whole.lines.len() > 1 { format!("{}. {}", line.position, say(key)) } else { say(key) };
            let mut row = vec![Cell::text(label)];
            let mut before: Option<&str> = None;
            for column in &columns {
                let text = column.get(part).map_or("", String::as_str);
                row.push(cell(lang, text, before));
                before = Some(text);
            }
            rows.push(row);
        }
    }
    let mut totals = vec![Cell::text(say("total"))];
    let mut people = vec![Cell::text(say("proposed-by"))];
    let mut words_row = vec![Cell::text(say("proposal-note"))];
    for p in &list {
        let gross = p.gross().map_err(|e| Problem::broken(&e))?;
        let total = if p.is_unpriced() { say("on-request") } else { words::money(lang, gross) };
        let tax = words::with(lang, "of-which-tax", &[("tax", &words::money(lang, p.tax))]);
        totals.push(Cell::text(total).with_small(if p.is_unpriced() { String::new() } else { tax }));
        people.push(Cell::text(p.made_by_name.clone()).with_small(words::date_time(lang, p.made_at)));
        words_row.push(Cell::text(if p.note.is_empty() { "–".to_owned() } else { p.note.clone() }));
    }
    rows.extend([totals, people]);
    if list.iter().any(|p| !p.note.is_empty()) {
        rows.push(words_row);
    }
    let mut heads = vec![(say("head-terms"), false)];
    heads.extend(list.iter().map(|p| (head(lang, p), false)));
    Ok(Table { label: say("proposals"), heads, rows, ..Table::default() })
}

/// Says who must answer by when, or what was agreed.
fn standing(lang: Lang, whole: &Whole) -> Option<Block> {
    let p = &whole.purchase;
    let until = words::date_time(lang, p.expires_at);
    let (class, icon, key) = match p.state {
        State::Negotiating { turn: Side::Buyer } => ("warn", "clock", "turn-buyer"),
        State::Negotiating { turn: Side::Seller } if whole.proposals.is_empty() => ("warn", "clock", "turn-quote"),
        State::Negotiating { turn: Side::Seller } => ("warn", "clock", "turn-seller"),
        State::Submitted
        | State::AwaitingSeller
        | State::AwaitingCompliance
        | State::AwaitingSignature
        | State::AwaitingPayment
        | State::Returned { .. }
        | State::Granted
        | State::Refused { .. }
        | State::Withdrawn
        | State::Expired => {
            let agreed = whole.proposals.iter().rev().find(|p| p.agreed_at.is_some())?;
            let by = agreed.agreed_by_name.clone().unwrap_or_default();
            let text = words::with(lang, "agreed-on", &[("number", &agreed.number.to_string()), ("by", &by)]);
            return Some(Block::Notice("ok", "check", text));
        }
    };
    Some(Block::Notice(class, icon, words::with(lang, key, &[("until", &until)])))
}

/// The form that agrees to the open proposal: it names the proposal and its hash, never a number.
fn agree_form(lang: Lang, id: PurchaseId, open: &Proposal) -> Result<FormView, Problem> {
    let gross = words::money(lang, open.gross().map_err(|e| Problem::broken(&e))?);
    let fields = Fields::new(lang, &[])
        .field("proposal", "hidden", open.id.as_str())
        .field("sha256", "hidden", open.sha256.as_str())
        .done();
    Ok(FormView {
        heading: words::with(lang, "agree-title", &[("number", &open.number.to_string())]),
        lead: words::with(lang, "agree-lead", &[("amount", &gross), ("hash", &open.sha256.short())]),
        action: urls::purchase_part(id, "agreement"),
        fields,
        button: words::say(lang, "agree"),
        class: "primary",
        ..FormView::default()
    })
}

/// What the page of a request shows of its negotiation; nothing when there is none and none may begin.
///
/// # Errors
/// A broken-server problem for sums that cannot be.
pub fn blocks(lang: Lang, whole: &Whole, may: May) -> Result<Vec<Block>, Problem> {
    let say = |key: &str| words::say(lang, key);
    let p = &whole.purchase;
    let talks = matches!(p.state, State::Negotiating { .. });
    let mut list = Vec::new();
    if talks || !whole.proposals.is_empty() {
        list.push(Block::Heading(say("negotiation")));
        list.extend(standing(lang, whole));
    }
    if !whole.proposals.is_empty() {
        list.push(Block::Table(comparison(lang, whole)?));
    }
    if may.negotiate
        && talks
        && let Some(open) = purchases::open_one(p, &whole.proposals)
    {
        list.push(Block::Form(agree_form(lang, p.id, open)?));
    }
    if may.negotiate {
        let key = match (&p.state, whole.proposals.is_empty()) {
            (State::AwaitingSeller, _) => "counter-or-narrow",
            (_, true) => "name-price",
            (_, false) => "counter-offer",
        };
        list.push(Block::Links(vec![(say(key), urls::purchase_part(p.id, "proposals"), "")]));
    }
    if may.negotiate && p.state == (State::Negotiating { turn: Side::Seller }) {
        list.push(Block::Form(refusal(lang, p.id, p.revision)));
    }
    if may.requote {
        let button = Button {
            action: urls::purchase_part(p.id, "quote"),
            text: say("fresh-quote"),
            class: "primary",
            hidden: vec![("revision", p.revision.to_string())],
        };
        list.push(Block::Notice("warn", "clock", say("quote-ran-out-text")));
        list.push(Block::Pairs(vec![(say("fresh-quote-what"), Cell::buttons(vec![button]))]));
    }
    Ok(list)
}

fn refusal(lang: Lang, id: PurchaseId, revision: i64) -> FormView {
    FormView {
        heading: words::say(lang, "refuse"),
        action: urls::purchase_part(id, "refusal"),
        fields: Fields::new(lang, &[])
            .keyed("note", "refusal_note", "area", "", "")
            .field("revision", "hidden", &revision.to_string())
            .done(),
        button: words::say(lang, "refuse"),
        class: "danger",
        ..FormView::default()
    }
}

/// The fields of each line.
fn fields<'f>(lang: Lang, mut f: Fields<'f>, typed: &ProposalTyped, lines: &[Line]) -> Fields<'f> {
    let say = |key: &str| words::say(lang, key);
    let units = || ["days", "months", "endless"].map(|u| (u.to_owned(), say(&format!("term-unit-{u}")), String::new()));
    let scopes = || Scope::ALL.iter().map(|s| (s.to_string(), say(&words::key("scope", s.as_str())), String::new()));
    for (n, _) in NAMES.iter().zip(lines) {
        f = f
            .keyed("", "group_line", "heading", "", "")
            .keyed(n.price, "proposed_price", "text", typed.value(n.price), "")
            .half()
            .keyed(n.term, "proposed_term", "text", typed.value(n.term), "")
            .half()
            .keyed(n.unit, "proposed_unit", "select", typed.value(n.unit), "")
            .choices(units())
            .half()
            .keyed(n.scope, "scope", "select", typed.value(n.scope), "")
            .choices(scopes())
            .keyed(n.seats, "proposed_seats", "text", typed.value(n.seats), "")
            .half()
            .keyed(n.volume, "volume", "text", typed.value(n.volume), "")
            .half()
            .keyed(n.downloads, "downloads", "text", typed.value(n.downloads), "")
            .half();
    }
    f
}

/// Answers with the form of a proposal beside what was proposed before.
pub(super) async fn sheet(visit: &Visit, id: PurchaseId, typed: Option<&ProposalTyped>, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let (whole, titles, other) = visit
        .as_person()?
        .read(move |tx, actor, now| {
            let whole = purchases::whole(tx, actor, id, now)?;
            let list = purchases::negotiate_conditions(tx, actor, &whole.purchase, now)?;
            if !all_met(&list) {
                return Err(Refused::Unmet(list).into());
            }
            let mut titles = Vec::new();
            for line in &whole.lines {
                titles.push(datasets::get(tx, line.dataset_id)?.title(lang).to_owned());
            }
            let p = &whole.purchase;
            let other = if whole.side == Desk::Buyer { p.seller_id } else { p.buyer_id };
            let other = crate::market::parties::get(tx, other)?.name(lang).to_owned();
            Ok((whole, titles, other))
        })
        .await?;
    let now: Vec<ProposedLine> = match whole.proposals.last() {
        Some(last) => last.lines.clone(),
        None => whole.lines.iter().map(ProposedLine::of).collect(),
    };
    let begun = ProposalTyped::of(&now, &whole.lines);
    let typed = typed.unwrap_or(&begun);
    let mut all = fields(lang, Fields::new(lang, faults), typed, &whole.lines)
        .keyed("note", "proposal_note", "area", &typed.note, "")
        .field("open_days", "text", &typed.open_days)
        .half()
        .field("revision", "hidden", &whole.purchase.revision.to_string())
        .done();
    let mut heads = titles.iter();
    for head in all.iter_mut().filter(|f| f.kind == "heading") {
        head.label = heads.next().cloned().unwrap_or_default();
    }
    let p = &whole.purchase;
    let form = FormView {
        action: urls::purchase_part(id, "proposals"),
        fields: all,
        button: say("propose"),
        class: "primary",
        other: Some((say("back-to-request"), urls::purchase(id))),
        ..FormView::default()
    };
    let table = if whole.proposals.is_empty() { None } else { Some(Block::Table(comparison(lang, &whole)?)) };
    Sheet::new(Frame::of(visit, words::with(lang, "propose-title", &[("number", &p.number)])))
        .crumb(say("nav-requests"), urls::PURCHASES)
        .crumb(p.number.clone(), urls::purchase(id))
        .lead(words::with(lang, "propose-lead", &[("other", &other)]))
        .faulty(faults)
        .put_if(table)
        .put(Block::Form(form))
        .answer()
}

//! Facts on the page of a request: what it costs, who asks, what each line says, what the licences say to it.

use super::views::{Loaded, amount};
use super::{is_over, timeline};
use crate::http::problem::Problem;
use crate::market::offers::Limits;
use crate::market::parties::Party;
use crate::market::purchases::intended::Stated;
use crate::market::purchases::{Line, State};
use crate::urls;
use crate::values::Lang;
use crate::web::datasets::plan_words;
use crate::web::licences::intended as evaluated;
use crate::web::sheet::{Block, Cell};
use crate::words;

/// The price of a line, or that it is still to be named.
pub(super) fn line_price(lang: Lang, line: &Line) -> String {
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
pub(super) fn said(lang: Lang, stated: &Stated) -> Vec<Block> {
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
pub(super) fn identity(lang: Lang, loaded: &Loaded) -> Vec<(String, String, String)> {
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

pub(super) fn facts(lang: Lang, loaded: &Loaded) -> Result<Vec<(String, String, String)>, Problem> {
    let say = |key: &str| words::say(lang, key);
    let p = &loaded.whole.purchase;
    let gross = p.gross().map_err(|e| Problem::broken(&e))?;
    let amount = amount(lang, p, gross);
    let tax = if gross.minor == 0 {
        String::new()
    } else {
        words::with(lang, "of-which-tax", &[("tax", &words::money(lang, p.tax))])
    };
    let mut list =
        vec![(say("amount"), amount, tax), (say("head-submitted"), words::date(lang, p.submitted_at), String::new())];
    if let Some(budget) = &loaded.budget {
        let note = words::with(lang, "budget-of", &[("name", &budget.cost_centre)]);
        list.push((say("budget-left"), words::money(lang, budget.left()), note));
    }
    if let Some((seconds, count)) = loaded.median {
        let note = words::with(lang, "median-of", &[("count", &count.to_string())]);
        list.push((say("median-answer"), timeline::duration(lang, seconds), note));
    }
    if !is_over(&p.state) {
        let note = if matches!(p.state, State::Negotiating { .. }) { "expires-note-turn" } else { "expires-note" };
        list.push((say("expires"), words::date(lang, p.expires_at), say(note)));
    }
    if let (State::Submitted | State::AwaitingSeller, Some(until)) = (&p.state, p.quoted_until) {
        list.push((say("head-locked-until"), words::date_time(lang, until), say("locked-note")));
    }
    Ok(list)
}

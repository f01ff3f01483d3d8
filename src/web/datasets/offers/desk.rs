//! The list of a dataset's offers, the page of one with what a buyer sees, and what closing one would do.

use super::super::edit::{Own, frame};
use super::super::{plan_words, views};
use super::{home, own_offer};
use crate::http::problem::Problem;
use crate::http::{Answer, Visit};
use crate::market::licences::{self, Licence};
use crate::market::offers::{self, Audience, Offer};
use crate::market::parties;
use crate::market::purchases::{self, Purchase};
use crate::urls;
use crate::values::{Lang, OfferId, Timestamp};
use crate::web::purchases::views::mark as purchase_mark;
use crate::web::sheet::{Block, Cell, FormView, Mark, Sheet, Table};
use crate::words;

/// The state of an offer as a mark.
fn mark(lang: Lang, o: &Offer, now: Timestamp) -> Mark {
    let (class, icon, key) = if o.closed_at.is_some() {
        ("plain", "ban", "offer-closed")
    } else if o.plan.ends_at.is_some_and(|end| end <= now) {
        ("plain", "ban", "offer-ended")
    } else if o.plan.starts_at.is_some_and(|start| start > now) {
        ("wait", "clock", "offer-scheduled")
    } else {
        ("ok", "check", "offer-open")
    };
    Mark { class, icon, text: words::say(lang, key) }
}

/// What else is to be said of an offer: its dates, its discount, that it is private or an evaluation.
fn remarks(lang: Lang, o: &Offer, now: Timestamp) -> String {
    let mut list = Vec::new();
    if o.audience == Audience::Named {
        list.push(words::say(lang, "offer-private"));
    }
    if o.plan.trial {
        list.push(words::say(lang, "offer-trial"));
    }
    if o.plan.discount_at(now) > 0 {
        list.push(words::say(lang, "offer-discounted"));
    }
    let date = |key: &str, at: Timestamp| words::with(lang, key, &[("at", &words::date_time(lang, at))]);
    list.extend(o.plan.starts_at.filter(|at| *at > now).map(|at| date("opens-at", at)));
    list.extend(o.plan.ends_at.filter(|_| o.closed_at.is_none()).map(|at| date("closes-at", at)));
    if o.edition > 1 {
        list.push(words::with(lang, "edition-number", &[("number", &o.edition.to_string())]));
    }
    list.join(" · ")
}

/// Answers with the list of a dataset's offers.
pub(super) async fn list(visit: &Visit, own: &Own) -> Answer {
    let (lang, id, now) = (visit.lang(), own.dataset.id, visit.now());
    let say = |key: &str| words::say(lang, key);
    let list = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let mut list = Vec::new();
            for offer in offers::all_of(tx, actor, id)? {
                let licence = licences::find(tx, offer.licence_id)?;
                list.push((offer, licence.map(|l| l.title(lang).to_owned()).unwrap_or_default()));
            }
            // What is open stands first, the newest on top.
            list.sort_by_key(|(o, _)| (o.closed_at.is_some(), std::cmp::Reverse(o.created_at)));
            Ok(list)
        })
        .await?;
    let here = home(own);
    let rows = list
        .iter()
        .map(|(o, licence)| {
            let (currency, amount, note) = plan_words::price(lang, o, now);
            vec![
                Cell::link(o.title.clone(), format!("{here}/{}", o.id)).with_small(licence.clone()),
                Cell::number(format!("{currency} {amount}")).with_small(note),
                Cell::text(say(&format!("audience-{}", o.audience.as_str()))),
                Cell::mark(mark(lang, o, now)).with_small(remarks(lang, o, now)),
            ]
        })
        .collect();
    let heads = vec![(say("offer"), false), (say("price"), true), (say("audience"), false), (say("head-state"), false)];
    let table = Table {
        label: say("offers"),
        heads,
        rows,
        empty: (say("offers-empty"), say("offers-empty-text"), None),
        next: None,
    };
    Sheet::new(frame(visit, &own.party, &own.dataset, "offers"))
        .lead(say("offers-lead"))
        .put(Block::Links(vec![(say("make-offer"), format!("{here}/new"), "primary")]))
        .put(Block::Table(table))
        .answer()
}

struct Loaded {
    offer: Offer,
    licence: Licence,
    named: Vec<String>,
    waiting: Vec<(Purchase, String)>,
}

async fn load(visit: &Visit, own: &Own, id: OfferId) -> Result<Loaded, Problem> {
    let (lang, dataset) = (visit.lang(), own.dataset.id);
    visit
        .as_person()?
        .read(move |tx, actor, _| {
            let offer = own_offer(tx, actor, dataset, id)?;
            let licence = licences::find(tx, offer.licence_id)?.ok_or_else(Problem::not_found)?;
            let mut named = Vec::new();
            for party in &offer.named {
                named.push(parties::get(tx, *party)?.name(lang).to_owned());
            }
            let mut waiting = Vec::new();
            for p in purchases::waiting_on(tx, actor, &offer)? {
                let buyer = parties::get(tx, p.buyer_id)?.name(lang).to_owned();
                waiting.push((p, buyer));
            }
            Ok(Loaded { offer, licence, named, waiting })
        })
        .await
}

/// The table of the requests that wait on an offer.
fn waiting_table(lang: Lang, waiting: &[(Purchase, String)]) -> Result<Table, Problem> {
    let say = |key: &str| words::say(lang, key);
    let mut rows = Vec::new();
    for (p, buyer) in waiting {
        let gross = p.gross().map_err(|e| Problem::broken(&e))?;
        rows.push(vec![
            Cell::link(p.number.clone(), urls::purchase(p.id)).with_small(buyer.clone()),
            Cell::mark(purchase_mark(lang, &p.state)),
            Cell::number(if gross.minor == 0 { "–".to_owned() } else { words::money(lang, gross) }),
            Cell::time_or(lang, p.quoted_until, "no-end-of-lock"),
        ]);
    }
    let heads = vec![
        (say("request"), false),
        (say("head-state"), false),
        (say("amount"), true),
        (say("head-locked-until"), false),
    ];
    Ok(Table { label: say("waiting-requests"), heads, rows, ..Table::default() })
}

/// Answers with the page of an offer: what a buyer sees, and who waits on it.
pub(super) async fn show(visit: &Visit, own: &Own, id: OfferId) -> Answer {
    let (lang, now) = (visit.lang(), visit.now());
    let say = |key: &str| words::say(lang, key);
    let Loaded { offer, licence, named, waiting } = load(visit, own, id).await?;
    let here = format!("{}/{id}", home(own));
    let (currency, amount, note) = plan_words::price(lang, &offer, now);
    let mut facts = vec![(say("price"), format!("{currency} {amount}").trim().to_owned(), note)];
    facts.push((say("plan"), say(&words::key("plan", offer.plan.kind.as_str())), plan_words::bounds(lang, &offer)));
    facts.push((say("licence"), licence.title(lang).to_owned(), licence.code.clone()));
    let mut pairs: Vec<(String, Cell)> =
        views::terms(lang, &offer, "").into_iter().map(|(k, v)| (k, Cell::text(v))).collect();
    if !named.is_empty() {
        pairs.push((say("field-organisations"), Cell::text(named.join(if lang == Lang::Zh { "、" } else { ", " }))));
    }
    let prices: Vec<Vec<Cell>> = plan_words::table(lang, &offer, now)
        .into_iter()
        .map(|(what, price)| vec![Cell::text(what), Cell::number(price)])
        .collect();
    let mut sheet = Sheet::new(frame(visit, &own.party, &own.dataset, "offer").called(&offer.title))
        .crumb(say("offers"), home(own))
        .mark(mark(lang, &offer, now))
        .lead(remarks(lang, &offer, now));
    if offer.closed_at.is_none() {
        let mut links = vec![
            (say("new-edition"), format!("{here}/edition"), ""),
            (say("close-offer"), format!("{here}/closing"), "danger"),
        ];
        if offer.is_open_at(now) {
            let page = urls::dataset(&own.party.slug, &own.dataset.slug);
            links.insert(0, (say("buyers-view"), format!("{page}?offer={id}"), ""));
        }
        sheet = sheet.put(Block::Links(links));
    }
    sheet = sheet.put(Block::Heading(say("what-buyers-see"))).put(Block::Facts(facts));
    let reduced = plan_words::discount(lang, &offer, now);
    if !reduced.is_empty() {
        sheet = sheet.put(Block::Notice("ok", "check", reduced));
    }
    if !prices.is_empty() {
        let heads = vec![(say("head-choice"), false), (say("field-price"), true)];
        sheet = sheet.put(Block::Table(Table { label: say("prices"), heads, rows: prices, ..Table::default() }));
    }
    sheet = sheet.put(Block::Pairs(pairs));
    if !waiting.is_empty() {
        sheet = sheet.put(Block::Heading(say("waiting-requests"))).put(Block::Table(waiting_table(lang, &waiting)?));
    }
    sheet.answer()
}

/// Says what closing or replacing an offer does to those who wait.
pub(super) fn promise(lang: Lang, count: usize) -> String {
    if count == 0 {
        words::say(lang, "closing-touches-none")
    } else {
        words::with(lang, "closing-touches", &[("count", &count.to_string())])
    }
}

/// Counts the requests that wait on an offer.
pub(super) async fn waiting(visit: &Visit, own: &Own, id: OfferId) -> Result<usize, Problem> {
    Ok(load(visit, own, id).await?.waiting.len())
}

/// Answers with the question whether to close an offer, saying first what that does.
pub(super) async fn closing(visit: &Visit, own: &Own, id: OfferId) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let Loaded { offer, waiting, .. } = load(visit, own, id).await?;
    if offer.closed_at.is_some() {
        return Err(Problem::conflict("wrong-state"));
    }
    let here = format!("{}/{id}", home(own));
    let form = FormView {
        lead: say("closing-what"),
        action: format!("{here}/closing"),
        button: say("close-offer"),
        class: "danger",
        other: Some((say("keep-open"), here)),
        ..FormView::default()
    };
    let mut sheet = Sheet::new(frame(visit, &own.party, &own.dataset, "offer").called(&words::with(
        lang,
        "close-offer-title",
        &[("offer", &offer.title)],
    )))
    .crumb(say("offers"), home(own))
    .put(Block::Notice("warn", "warn", promise(lang, waiting.len())));
    if !waiting.is_empty() {
        sheet = sheet.put(Block::Table(waiting_table(lang, &waiting)?));
    }
    sheet.put(Block::Form(form)).answer()
}

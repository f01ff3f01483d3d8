//! The list of grants, held or given: filtered, counted, with last use and cost, and as a table for spreadsheets.

use super::{export, mark};
use crate::http::problem::Problem;
use crate::http::{Answer, Query, Visit};
use crate::market::grants::{self, Grant, Shown, Side, Sort};
use crate::market::signing::SigningKeys;
use crate::market::{datasets, delivery, parties};
use crate::routes;
use crate::store::{Cursor, Read};
use crate::urls;
use crate::values::{Currency, Lang, Money, Timestamp};
use crate::web::datasets::views::size;
use crate::web::layout::Frame;
use crate::web::listing::cursor;
use crate::web::sheet::{Block, Cell, Fields, FormView, Sheet, Table};
use crate::words;
use serde::Deserialize;
use std::sync::Arc;

routes! {
    get "/grants" SignedIn => page,
    get "/grants.csv" SignedIn => table,
}

/// Rows of an export.
const MOST: i64 = 10_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    side: String,
    state: String,
    sort: String,
    after: String,
}
impl ListQuery {
    fn side(&self) -> Side {
        Side::parse(&self.side).unwrap_or(Side::Buyer)
    }
    fn shown(&self) -> Shown {
        Shown::parse(&self.state).unwrap_or(Shown::All)
    }
    fn sort(&self) -> Sort {
        Sort::parse(&self.sort).unwrap_or(Sort::Newest)
    }
}

/// A grant as the list shows it.
struct Line {
    grant: Grant,
    title: String,
    other: String,
    cost: Option<Money>,
    used: Option<(Timestamp, i64)>,
}

/// What a grant cost, as its receipt says.
fn cost(signing: &SigningKeys, grant: &Grant) -> Option<Money> {
    let receipt = signing.verify_receipt(&grant.receipt).ok()?;
    let part = |key: &str| receipt.pointer(&format!("/price/{key}"));
    let currency: Currency = part("currency")?.as_str()?.parse().ok()?;
    let minor = part("net_minor")?.as_i64()?.checked_add(part("tax_minor")?.as_i64()?)?;
    Some(Money::new(minor, currency))
}

fn lines(tx: &mut Read, list: Vec<Grant>, side: Side, lang: Lang, signing: &SigningKeys) -> Result<Vec<Line>, Problem> {
    let ids: Vec<_> = list.iter().map(|g| g.id).collect();
    let uses = delivery::last_uses(tx, &ids)?;
    let mut out = Vec::new();
    for grant in list {
        let other = if side == Side::Buyer { grant.seller_id } else { grant.holder_id };
        out.push(Line {
            title: datasets::get(tx, grant.dataset_id)?.title(lang).to_owned(),
            other: parties::get(tx, other)?.name(lang).to_owned(),
            cost: cost(signing, &grant),
            used: uses.get(&grant.id).copied(),
            grant,
        });
    }
    Ok(out)
}

async fn load(
    visit: &Visit,
    (side, shown): (Side, Shown),
    (after, most, sort): (Option<Cursor>, i64, Sort),
) -> Result<(Vec<Line>, Option<Cursor>, i64), Problem> {
    let (lang, signing) = (visit.lang(), Arc::clone(&visit.site.signing));
    visit
        .as_person()?
        .read(move |tx, actor, now| {
            let page = grants::of_actor(tx, actor, (side, shown), (after.as_ref(), most, sort), now)?;
            let count = grants::count_of_actor(tx, actor, (side, shown), now)?;
            Ok((lines(tx, page.items, side, lang, &signing)?, page.next, count))
        })
        .await
}

fn row(visit: &Visit, l: &Line) -> Vec<Cell> {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let ends = Cell::time_or(lang, grants::end_of(&l.grant), "without-end");
    let paid = match l.cost {
        Some(money) if money.minor > 0 => words::money(lang, money),
        Some(_) | None => say("free"),
    };
    let used = l
        .used
        .map_or_else(|| Cell::text(say("never-used")), |(at, bytes)| Cell::time(lang, at).with_small(size(bytes)));
    vec![
        Cell::link(l.grant.number.clone(), urls::grant(l.grant.id)),
        Cell::text(l.title.clone()).with_small(l.other.clone()),
        Cell::mark(mark(lang, &l.grant, visit.now())),
        Cell::time(lang, l.grant.starts_at),
        if l.grant.renewal_unwanted { ends.with_small(say("renewal-unwanted-short")) } else { ends },
        used,
        Cell::number(paid),
    ]
}

async fn page(visit: Visit, Query(query): Query<ListQuery>) -> Answer {
    let (lang, side, shown, sort) = (visit.lang(), query.side(), query.shown(), query.sort());
    let say = |key: &str| words::say(lang, key);
    let (list, next, count) = load(&visit, (side, shown), (cursor(Some(&query.after))?, 50, sort)).await?;
    let at = |side: Side, shown: Shown| format!("{}?side={side}&state={shown}&sort={sort}", urls::GRANTS);
    let next = next.map(|c| format!("{}&after={c}", at(side, shown)));
    let heads = [
        ("grant", false),
        ("dataset", false),
        ("head-state", false),
        ("head-since", false),
        ("head-ends", false),
        ("head-last-used", false),
        ("head-cost", true),
    ];
    let table = Table {
        label: say("nav-grants"),
        heads: heads.map(|(k, n)| (say(k), n)).to_vec(),
        rows: list.iter().map(|l| row(&visit, l)).collect(),
        empty: (
            say("grants-empty"),
            say("grants-empty-text"),
            Some((say("nav-catalogue"), urls::CATALOGUE.to_owned())),
        ),
        next,
    };
    let sides = [(Side::Buyer, "as-buyer"), (Side::Seller, "as-seller")]
        .map(|(s, key)| (say(key), at(s, shown), -1, side == s))
        .to_vec();
    let states = Shown::ALL
        .iter()
        .map(|s| {
            (say(&words::key("shown", s.as_str())), at(side, *s), if *s == shown { count } else { -1 }, *s == shown)
        })
        .collect();
    let csv = format!("/grants.csv?side={side}&state={shown}&sort={sort}");
    let sorts = Sort::ALL.iter().map(|s| (s.to_string(), say(&words::key("sorted", s.as_str())), String::new()));
    let sorting = FormView {
        action: urls::GRANTS.to_owned(),
        fields: Fields::new(lang, &[])
            .field("side", "hidden", side.as_str())
            .field("state", "hidden", shown.as_str())
            .keyed("sort", "sort", "select", sort.as_str(), "")
            .choices(sorts)
            .done(),
        button: say("sort-go"),
        get: true,
        ..FormView::default()
    };
    let sorting = (count > 1).then_some(Block::Form(sorting));
    Sheet::new(Frame::titled(&visit, "nav-grants"))
        .lead(say("grants-lead"))
        .put(Block::Tabs(sides))
        .put(Block::Tabs(states))
        .put_if(sorting)
        .put(Block::Table(table))
        .put(Block::Links(vec![(say("all-tokens"), "/tokens".to_owned(), ""), ("CSV".to_owned(), csv, "")]))
        .answer()
}

async fn table(visit: Visit, Query(query): Query<ListQuery>) -> Answer {
    let (side, shown) = (query.side(), query.shown());
    let (list, ..) = load(&visit, (side, shown), (None, MOST, query.sort())).await?;
    let stamp = |at: Option<Timestamp>| at.map(Timestamp::rfc3339).unwrap_or_default();
    let rows: Vec<Vec<String>> = list
        .iter()
        .map(|l| {
            vec![
                l.grant.number.clone(),
                l.title.clone(),
                l.other.clone(),
                grants::standing(&l.grant, visit.now()).as_str().to_owned(),
                l.grant.starts_at.rfc3339(),
                stamp(grants::end_of(&l.grant)),
                if l.grant.renewal_unwanted { "no" } else { "" }.to_owned(),
                stamp(l.used.map(|u| u.0)),
                l.used.map_or(0, |u| u.1).to_string(),
                l.cost.map(|m| m.number()).unwrap_or_default(),
                l.cost.map(|m| m.currency.code().to_owned()).unwrap_or_default(),
            ]
        })
        .collect();
    let other = if side == Side::Buyer { "seller" } else { "holder" };
    let heads = [
        "grant",
        "dataset",
        other,
        "state",
        "starts_at",
        "ends_at",
        "renew",
        "last_used_at",
        "bytes",
        "gross",
        "currency",
    ];
    export::csv("grants", &heads, &rows)
}

//! The inbox: what waits for the reader, what waits for others, what was decided. All of its state is in the address.

use super::timeline::{due_text, duration, reason_word};
use super::views::mark;
use super::{names, purchase_heads, purchase_rows};
use crate::http::problem::Problem;
use crate::http::{Answer, Query, Visit, answer};
use crate::market::grants::Side;
use crate::market::purchases::steps::{self, Decided};
use crate::market::purchases::{self, Purchase, State, Waiting};
use crate::routes;
use crate::store::Page;
use crate::urls;
use crate::values::{Lang, Timestamp};
use crate::web::layout::Frame;
use crate::web::listing::{Items, cursor};
use crate::web::purchases::api::{PurchaseOut, out};
use crate::web::sheet::{Block, Cell, Fields, FormView, Mark, Sheet, Table};
use crate::words;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

routes! {
    get "/inbox" SignedIn => page,
    get "/api/v1/inbox" SignedIn => list,
}

/// Rows of a page.
const SIZE: usize = 25;

/// Which part of the inbox, in which order.
#[derive(Debug, Default, Clone, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct InboxQuery {
    /// `mine` (the default), `others` or `decided`.
    pub tab: String,
    /// `due` (the default), `age` or `amount`.
    pub sort: String,
    /// `buyer` or `seller`; both when empty.
    pub side: String,
    /// Words that occur in number, requester or purpose.
    pub q: String,
    /// The page, from 1.
    pub page: String,
    /// For what was decided: where the page begins.
    pub after: String,
}

impl InboxQuery {
    fn tab(&self) -> &str {
        match self.tab.as_str() {
            "others" => "others",
            "decided" => "decided",
            _ => "mine",
        }
    }
    fn sort(&self) -> &str {
        match self.sort.as_str() {
            "age" => "age",
            "amount" => "amount",
            _ => "due",
        }
    }
    fn page(&self) -> usize {
        self.page.parse().unwrap_or(1).clamp(1, 1000)
    }
    /// The address of this view with another page.
    fn at(&self, page: usize) -> String {
        let mut address = format!("{}?tab={}&sort={}", urls::INBOX, self.tab(), self.sort());
        for (name, value) in [("side", &self.side), ("q", &self.q)] {
            if !value.is_empty() {
                address.push_str(&format!("&{name}={}", urls::encode(value)));
            }
        }
        format!("{address}&page={page}")
    }
    fn fits(&self, w: &Waiting, own: &[crate::values::PartyId]) -> bool {
        let p = &w.purchase;
        let side = match self.side.as_str() {
            "buyer" => own.contains(&p.buyer_id),
            "seller" => own.contains(&p.seller_id),
            _ => true,
        };
        let needle = crate::values::fold(&self.q);
        let hay = crate::values::fold(&format!("{} {} {}", p.number, p.requested_by_name, p.purpose));
        side && (needle.is_empty() || hay.contains(&needle))
    }
    fn arrange(&self, list: &mut [Waiting]) {
        match self.sort() {
            "age" => list.sort_by_key(|w| (w.since(), w.purchase.id)),
            "amount" => list.sort_by_key(|w| {
                let gross = w.purchase.gross().map_or(0, |m| m.minor);
                (std::cmp::Reverse(gross), w.purchase.id)
            }),
            _ => list.sort_by_key(|w| (w.due_at(), w.purchase.id)),
        }
    }
}

/// What one tab shows.
struct Shown {
    waiting: Vec<Waiting>,
    mine: usize,
    others: usize,
    decided: Option<Page<Decided>>,
}

async fn load(visit: &Visit, query: &InboxQuery) -> Result<Shown, Problem> {
    let (query, after) = (query.clone(), cursor(Some(&query.after))?);
    visit
        .as_person()?
        .read(move |tx, actor, now| {
            let mine = purchases::waiting_for(tx, actor, now)?;
            let others = steps::waiting_on_others(tx, actor, now)?;
            let counts = (mine.len(), others.len());
            let decided = match query.tab() {
                "decided" => Some(steps::decided_by(tx, actor, false, after.as_ref(), 25)?),
                _ => None,
            };
            let mut waiting: Vec<Waiting> = match query.tab() {
                "mine" => mine,
                "others" => others,
                _ => Vec::new(),
            };
            let own: Vec<_> = crate::market::parties::own(tx, actor)?.into_iter().map(|(p, _)| p.id).collect();
            waiting.retain(|w| query.fits(w, &own));
            query.arrange(&mut waiting);
            Ok(Shown { waiting, mine: counts.0, others: counts.1, decided })
        })
        .await
}

/// How far something is from its deadline, as a word with an icon: never by colour alone.
fn due_mark(lang: Lang, due: Timestamp, now: Timestamp) -> Mark {
    let (class, icon, key) = if due <= now {
        ("bad", "warn", "due-late")
    } else if due.plus_days(-2) <= now {
        ("warn", "clock", "due-soon")
    } else {
        ("ok", "check", "due-in-time")
    };
    Mark { class, icon, text: words::say(lang, key) }
}

async fn waiting_table(visit: &Visit, query: &InboxQuery, shown: &Shown) -> Result<Table, Problem> {
    let (lang, now) = (visit.lang(), visit.now());
    let say = |key: &str| words::say(lang, key);
    let from = (query.page() - 1) * SIZE;
    let part: Vec<Waiting> = shown.waiting.iter().skip(from).take(SIZE).cloned().collect();
    let list: Vec<Purchase> = part.iter().map(|w| w.purchase.clone()).collect();
    let rows = purchase_rows(visit, &list, Side::Seller).await?;
    let (people, _) = names(visit, &list).await?;
    let name = |id: crate::values::PartyId| people.get(&id).cloned().unwrap_or_default();
    let row = |(mut row, w): (Vec<Cell>, &Waiting)| {
        if let Some(cell) = row.first_mut().filter(|_| w.step.is_some() && query.tab() == "mine") {
            let words = words::with(lang, "pick-request", &[("number", &w.purchase.number)]);
            cell.check = Some(("bulk", format!("pick-{}", w.purchase.id), words));
        }
        if let Some(cell) = row.get_mut(1) {
            cell.small = format!("{} → {}", name(w.purchase.seller_id), name(w.purchase.buyer_id));
        }
        if let (Some(cell), Some(step)) = (row.get_mut(2), &w.step) {
            cell.small = step.name(lang).to_owned();
        }
        if let Some(cell) = row.get_mut(4) {
            *cell = Cell::text(duration(lang, now.seconds() - w.since().seconds()))
                .with_small(words::date_time(lang, w.since()));
        }
        row.push(Cell::mark(due_mark(lang, w.due_at(), now)).with_small(due_text(lang, w.due_at(), now)));
        row
    };
    let mut heads = purchase_heads(lang);
    if let Some(head) = heads.get_mut(4) {
        head.0 = say("head-waits");
    }
    heads.push((say("head-due"), false));
    let (title, text) = match query.tab() {
        "others" => ("inbox-others-empty", "inbox-others-empty-text"),
        _ => ("inbox-empty", "inbox-empty-text"),
    };
    let more = shown.waiting.len() > from + SIZE;
    Ok(Table {
        label: say("nav-inbox"),
        heads,
        rows: rows.into_iter().zip(&part).map(row).collect(),
        empty: (say(title), say(text), Some((say("nav-requests"), urls::PURCHASES.to_owned()))),
        next: more.then(|| query.at(query.page() + 1)),
    })
}

async fn decided_table(visit: &Visit, page: &Page<Decided>) -> Result<Table, Problem> {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let list: Vec<Purchase> = page.items.iter().map(|d| d.purchase.clone()).collect();
    let (_, goods) = names(visit, &list).await?;
    let row = |d: &Decided| {
        let (p, x) = (&d.purchase, &d.decision);
        let own = d.reason.as_ref().map_or_else(|| reason_word(lang, &x.reason), |r| r.name(lang).to_owned());
        let words = [own, x.note.clone()];
        let said = words.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(": ");
        vec![
            Cell::link(p.number.clone(), urls::purchase(p.id)).with_small(p.requested_by_name.clone()),
            Cell::text(goods.get(&p.id).cloned().unwrap_or_default()),
            Cell::text(words::with(lang, &words::key("decided", x.verdict.as_str()), &[("name", &x.member_name)]))
                .with_small(said),
            Cell::mark(mark(lang, &p.state)),
            Cell::time(lang, x.decided_at),
        ]
    };
    let heads = ["request", "dataset", "head-decision", "head-state", "head-when"];
    Ok(Table {
        label: say("inbox-decided"),
        heads: heads.map(|k| (say(k), false)).to_vec(),
        rows: page.items.iter().map(row).collect(),
        empty: (say("inbox-decided-empty"), say("inbox-decided-empty-text"), None),
        next: page.next.as_ref().map(|c| format!("{}?tab=decided&after={c}", urls::INBOX)),
    })
}

fn filter(lang: Lang, query: &InboxQuery) -> FormView {
    let say = |key: &str| words::say(lang, key);
    let sides = ["", "buyer", "seller"].map(|s| {
        let key = if s.is_empty() { "both-sides".to_owned() } else { format!("as-{s}") };
        (s.to_owned(), say(&key), String::new())
    });
    let sorts = ["due", "age", "amount"].map(|s| (s.to_owned(), say(&format!("sort-{s}")), String::new()));
    let fields = Fields::new(lang, &[])
        .keyed("q", "inbox_words", "text", &query.q, "")
        .half()
        .keyed("side", "inbox_side", "select", &query.side, "")
        .choices(sides)
        .half()
        .keyed("sort", "inbox_sort", "select", query.sort(), "")
        .choices(sorts)
        .half()
        .field("tab", "hidden", query.tab())
        .done();
    FormView { get: true, action: urls::INBOX.to_owned(), fields, button: say("filter"), ..FormView::default() }
}

async fn page(visit: Visit, Query(query): Query<InboxQuery>) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let shown = load(&visit, &query).await?;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let tab = |name: &str, n: i64| {
        let at = format!("{}?tab={name}", urls::INBOX);
        (say(&format!("inbox-{name}")), at, n, query.tab() == name)
    };
    let tabs = vec![tab("mine", count(shown.mine)), tab("others", count(shown.others)), tab("decided", -1)];
    let table = match &shown.decided {
        Some(page) => decided_table(&visit, page).await?,
        None => waiting_table(&visit, &query, &shown).await?,
    };
    let filter = shown.decided.is_none().then(|| Block::Form(filter(lang, &query)));
    let many = shown.decided.is_none() && query.tab() == "mine" && shown.waiting.iter().any(|w| w.step.is_some());
    let bulk = many.then(|| FormView {
        id: "bulk",
        get: true,
        action: format!("{}/decisions", urls::INBOX),
        button: say("decide-picked"),
        ..FormView::default()
    });
    Sheet::new(Frame::titled(&visit, "nav-inbox"))
        .lead(words::with(lang, "inbox-lead", &[("count", &shown.mine.to_string())]))
        .put(Block::Tabs(tabs))
        .put_if(filter)
        .put(Block::Table(table))
        .put_if(bulk.map(Block::Form))
        .answer()
}

/// An entry of the inbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct InboxItem {
    #[serde(flatten)]
    request: PurchaseOut,
    /// The step that waits, when it is one.
    step: Option<String>,
    waits_since: Option<String>,
    due_at: Option<String>,
    late: bool,
    /// For what was decided: who decided what, and when.
    decision: Option<DecidedOut>,
}

/// Who decided what.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecidedOut {
    verdict: String,
    by: String,
    at: String,
    note: String,
    reason: String,
}

fn waiting_item(lang: Lang, w: &Waiting, now: Timestamp) -> InboxItem {
    InboxItem {
        request: out(&w.purchase),
        step: w.step.as_ref().map(|s| s.name(lang).to_owned()),
        waits_since: Some(w.since().rfc3339()),
        due_at: Some(w.due_at().rfc3339()),
        late: w.due_at() <= now && !matches!(w.purchase.state, State::Granted),
        decision: None,
    }
}

fn decided_item(d: &Decided) -> InboxItem {
    InboxItem {
        request: out(&d.purchase),
        step: None,
        waits_since: None,
        due_at: None,
        late: false,
        decision: Some(DecidedOut {
            verdict: d.decision.verdict.to_string(),
            by: d.decision.member_name.clone(),
            at: d.decision.decided_at.rfc3339(),
            note: d.decision.note.clone(),
            reason: d.decision.reason.clone(),
        }),
    }
}

/// What waits for the caller (`tab=mine`), for others (`tab=others`), and what was decided (`tab=decided`).
#[utoipa::path(get, path = "/api/v1/inbox", tag = "requests", params(InboxQuery), responses((status = 200, body = Items<InboxItem>)))]
pub(crate) async fn list(visit: Visit, Query(query): Query<InboxQuery>) -> Answer {
    let (lang, now) = (visit.lang(), visit.now());
    let shown = load(&visit, &query).await?;
    match shown.decided {
        Some(page) => answer::json(&Items::of(page.map(|d| decided_item(&d)))),
        None => answer::json(&Items::all(shown.waiting.iter().map(|w| waiting_item(lang, w, now)).collect())),
    }
}

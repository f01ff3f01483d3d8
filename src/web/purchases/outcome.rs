//! What came of decisions on several requests: which were decided, which were not, and why. All of it is in the address;
//! what it says to be decided is looked up.

use super::views::{first_was, mark};
use super::{names, purchase_heads};
use crate::http::problem::Problem;
use crate::http::{Answer, Query, Visit};
use crate::market::conditions::{Condition, Refused};
use crate::market::journal::Entry;
use crate::market::purchases::steps::StepDecision;
use crate::market::purchases::{self, Purchase};
use crate::routes;
use crate::urls;
use crate::values::{Lang, PurchaseId};
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Cell, Mark, Sheet, Table};
use crate::words;
use serde::Deserialize;

routes! {
    get "/inbox/decisions/outcome" SignedIn => page,
}

/// How requests fared: `ID:CODE` between spaces, the code `done` for what was decided.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OutcomeQuery {
    fared: String,
}

/// The address of an outcome.
pub(super) fn address(fared: &[(PurchaseId, &str)]) -> String {
    let parts: Vec<String> = fared.iter().map(|(id, code)| format!("{id}:{code}")).collect();
    format!("{}/decisions/outcome?fared={}", urls::INBOX, urls::encode(&parts.join(" ")))
}

/// One request as it is now.
struct Fared {
    purchase: Purchase,
    code: String,
    /// What the reader decided last.
    own: Option<StepDecision>,
    /// The last thing on its record.
    last: Option<Entry>,
    /// Why the reader cannot decide.
    unmet: Vec<Condition>,
}

async fn load(visit: &Visit, pairs: Vec<(PurchaseId, String)>) -> Result<Vec<Fared>, Problem> {
    visit
        .as_person()?
        .read(move |tx, actor, now| {
            let mut list = Vec::new();
            for (id, code) in pairs {
                let whole = match purchases::whole(tx, actor, id, now) {
                    Err(Refused::Hidden) => continue,
                    other => other?,
                };
                let mut unmet = purchases::decide_conditions(tx, actor, &whole.purchase, now)?;
                unmet.retain(|c| !c.met);
                let own = whole.steps.iter().flat_map(|v| &v.decisions);
                let own = own.filter(|d| Some(d.member_id) == actor.member()).max_by_key(|d| d.decided_at).cloned();
                let last = whole.entries.into_iter().next_back();
                list.push(Fared { purchase: whole.purchase, code, own, last, unmet });
            }
            Ok(list)
        })
        .await
}

/// Why a request was not decided.
fn why(lang: Lang, x: &Fared) -> String {
    if x.code == "conditions" && !x.unmet.is_empty() {
        let list: Vec<String> = x.unmet.iter().map(|c| words::condition(lang, c)).collect();
        return words::with(lang, "unmet-list", &[("list", &list.join(if lang == Lang::Zh { "；" } else { "; " }))]);
    }
    if let Some(last) = x.last.as_ref().filter(|_| x.code == "overtaken") {
        let deed = words::say(lang, &words::key("deed", last.deed.as_str()));
        let at = words::date_time(lang, last.at);
        return words::with(lang, "first-was", &[("name", &last.by.name), ("deed", &deed), ("at", &at)]);
    }
    let key = format!("problem-{}", x.code);
    if words::has(lang, &key) { words::say(lang, &key) } else { first_was(lang, None) }
}

fn row(lang: Lang, x: &Fared, dataset: &str) -> Vec<Cell> {
    let p = &x.purchase;
    let own = x.own.as_ref().filter(|_| x.code == "done");
    let (fared, small) = match own {
        Some(d) => {
            let key = words::key("verdict", d.verdict.as_str());
            (Mark { class: "ok", icon: "check", text: words::say(lang, &key) }, String::new())
        }
        None => (Mark { class: "bad", icon: "cross", text: words::say(lang, "not-decided") }, why(lang, x)),
    };
    vec![
        Cell::link(p.number.clone(), urls::purchase(p.id)).with_small(p.requested_by_name.clone()),
        Cell::text(dataset),
        Cell::mark(fared).with_small(small),
        Cell::mark(mark(lang, &p.state)),
    ]
}

async fn page(visit: Visit, Query(query): Query<OutcomeQuery>) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let pair = |s: &str| s.split_once(':').and_then(|(id, code)| Some((id.parse().ok()?, code.to_owned())));
    let list = load(&visit, query.fared.split(' ').filter_map(pair).take(super::bulk::MOST).collect()).await?;
    let purchases: Vec<Purchase> = list.iter().map(|x| x.purchase.clone()).collect();
    let (_, goods) = names(&visit, &purchases).await?;
    let rows = list.iter().map(|x| row(lang, x, goods.get(&x.purchase.id).map_or("", String::as_str))).collect();
    let done = list.iter().filter(|x| x.code == "done" && x.own.is_some()).count();
    let counts = [("done", done.to_string()), ("all", list.len().to_string())];
    let counts: Vec<(&str, &str)> = counts.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let mut heads = purchase_heads(lang);
    heads.truncate(2);
    heads.extend([(say("head-outcome"), false), (say("head-state"), false)]);
    let (class, icon) = if done == list.len() { ("ok", "check") } else { ("warn", "warn") };
    Sheet::new(Frame::titled(&visit, "bulk-outcome"))
        .crumb(say("nav-inbox"), urls::INBOX)
        .put(Block::Notice(class, icon, words::with(lang, "bulk-outcome-sum", &counts)))
        .put(Block::Table(Table {
            label: say("bulk-outcome"),
            heads,
            rows,
            empty: (say("bulk-none"), String::new(), None),
            ..Table::default()
        }))
        .put(Block::Links(vec![(say("nav-inbox"), urls::INBOX.to_owned(), "primary")]))
        .answer()
}

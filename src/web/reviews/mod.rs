//! The desks of the moderator and the compliance officer, and the page of a review.

pub mod api;
mod compare;
mod diff;
mod forms;
mod page;

use super::operator::frame;
use super::sheet::{Block, Cell, Mark, Sheet, Table};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Visit, see_other};
use crate::market::accounts::Office;
use crate::market::purchases::{self, Purchase};
use crate::market::reviews::{self, Desk, MayReview, MayTakeBack, Review, State};
use crate::market::{datasets, grants, parties};
use crate::routes;
use crate::store::OnceKey;
use crate::urls;
use crate::values::{Lang, Prose, ReviewId, Timestamp};
use crate::web::accounts::forms::Nothing;
use crate::web::datasets::submission::review_problem;
use crate::words;
use forms::{ReviewTyped, own_words};
use serde::Deserialize;

routes! {
    get "/moderation" Operator => moderation,
    get "/compliance" Operator => compliance,
    get "/reviews/{id}" SignedIn => show,
    post "/reviews/{id}/approval" Operator => approve,
    post "/reviews/{id}/return" Operator => give_back,
    post "/reviews/{id}/withdrawal" SignedIn => take_back,
}

/// The state of a review as a mark.
pub(in crate::web) fn state_mark(lang: Lang, state: State) -> Mark {
    let (class, icon) = match state {
        State::AwaitingModerator | State::AwaitingCompliance => ("wait", "clock"),
        State::Returned => ("warn", "return"),
        State::Withdrawn => ("plain", "ban"),
        State::Approved => ("ok", "check"),
    };
    Mark { class, icon, text: words::say(lang, &words::key("review", state.as_str())) }
}

/// How long something waits, in whole days or hours.
fn age(lang: Lang, since: Timestamp, now: Timestamp) -> String {
    let hours = (now.0 - since.0).max(0) / 3_600_000;
    if hours >= 48 {
        words::with(lang, "age-days", &[("count", &(hours / 24).to_string())])
    } else {
        words::with(lang, "age-hours", &[("count", &hours.to_string())])
    }
}

/// A review with the names that a list shows.
struct Named {
    review: Review,
    title: String,
    seller: String,
}

async fn load(visit: &Visit, desk: Desk, decided: bool) -> Result<Vec<Named>, Problem> {
    let lang = visit.lang();
    visit
        .as_person()?
        .read(move |tx, actor, _| {
            let list = if decided { reviews::decided(tx, actor, desk)? } else { reviews::queue(tx, actor, desk)? };
            let mut named = Vec::with_capacity(list.len());
            for review in list {
                let title = datasets::get(tx, review.dataset_id)?.title(lang).to_owned();
                let seller = parties::get(tx, review.party_id)?.name(lang).to_owned();
                named.push(Named { review, title, seller });
            }
            Ok(named)
        })
        .await
}

fn table(visit: &Visit, list: &[Named], decided: bool) -> Table {
    let (lang, now) = (visit.lang(), visit.now());
    let say = |key: &str| words::say(lang, key);
    let row = |n: &Named| {
        let r = &n.review;
        let when = if decided {
            Cell::time(lang, r.state_at)
        } else {
            Cell::text(age(lang, r.submitted_at, now)).with_small(words::date_time(lang, r.submitted_at))
        };
        vec![
            Cell::link(n.title.clone(), urls::review(r.id)).with_small(words::with(
                lang,
                "version-label",
                &[("label", &r.card.label)],
            )),
            Cell::text(n.seller.clone()).with_small(r.submitted_by_name.clone()),
            Cell::mark(state_mark(lang, r.state)),
            when,
        ]
    };
    let last = if decided { "head-when" } else { "head-waits" };
    Table {
        label: say("reviews"),
        heads: ["dataset", "lane-seller", "head-state", last].map(|k| (say(k), false)).to_vec(),
        rows: list.iter().map(row).collect(),
        empty: (say("queue-empty"), say("queue-empty-text"), None),
        next: None,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TabQuery {
    tab: String,
}

async fn desk_sheet(visit: &Visit, desk: Desk, tab: &str) -> Result<Sheet, Problem> {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let decided = tab == "decided";
    let waiting = load(visit, desk, false).await?;
    let shown = if decided { load(visit, desk, true).await? } else { Vec::new() };
    let (here, title, lead) = match desk {
        Desk::Moderator => (urls::MODERATION, "nav-moderation", "moderation-lead"),
        Desk::Compliance => (urls::COMPLIANCE, "nav-compliance", "compliance-lead"),
    };
    let count = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
    let tabs = vec![
        (say("tab-waiting"), here.to_owned(), count, !decided),
        (say("tab-decided"), format!("{here}?tab=decided"), -1, decided),
    ];
    let list = if decided { &shown } else { &waiting };
    Ok(Sheet::new(frame(visit, title))
        .lead(say(lead))
        .put(Block::Tabs(tabs))
        .put(Block::Table(table(visit, list, decided))))
}

async fn moderation(visit: Visit, Query(query): Query<TabQuery>) -> Answer {
    desk_sheet(&visit, Desk::Moderator, &query.tab).await?.answer()
}

async fn compliance(visit: Visit, Query(query): Query<TabQuery>) -> Answer {
    let sheet = desk_sheet(&visit, Desk::Compliance, &query.tab).await?;
    let lang = visit.lang();
    let officer = visit.person()?.office() == Some(Office::Compliance);
    let requests = match officer {
        true => Some(requests_table(&visit).await?),
        false => None,
    };
    let heading = requests.as_ref().map(|_| Block::Heading(words::say(lang, "compliance-requests")));
    sheet.put_if(heading).put_if(requests.map(Block::Table)).answer()
}

/// The requests that wait for the compliance officer.
async fn requests_table(visit: &Visit) -> Result<Table, Problem> {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let list: Vec<(Purchase, String, String)> = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let mut out = Vec::new();
            for p in purchases::awaiting_compliance(tx, actor)? {
                let (buyer, seller) = (parties::get(tx, p.buyer_id)?, parties::get(tx, p.seller_id)?);
                out.push((p, buyer.name(lang).to_owned(), seller.name(lang).to_owned()));
            }
            Ok(out)
        })
        .await?;
    let rows = list
        .iter()
        .map(|(p, buyer, seller)| {
            vec![
                Cell::link(p.number.clone(), urls::purchase(p.id)).with_small(p.requested_by_name.clone()),
                Cell::text(buyer.clone()),
                Cell::text(seller.clone()),
                Cell::text(age(lang, p.state_at, visit.now())),
                Cell::time(lang, p.expires_at),
            ]
        })
        .collect();
    let heads = ["request", "lane-buyer", "lane-seller", "head-waits", "head-due"].map(|k| (say(k), false)).to_vec();
    let empty = (say("queue-empty"), say("compliance-requests-empty"), None);
    Ok(Table { label: say("compliance-requests"), heads, rows, empty, next: None })
}

async fn show(visit: Visit, Path(id): Path<ReviewId>) -> Answer {
    page::answer(&visit, id, &ReviewTyped::default(), &[]).await
}

/// What a reviewer does.
#[derive(Debug, Clone)]
enum Act {
    /// Approves, with the points that were checked.
    Approve(Vec<String>),
    /// Returns, with ready-made reasons.
    GiveBack(Vec<String>),
}

/// Carries a decision out, for forms and API alike.
async fn decide(
    visit: &Visit,
    id: ReviewId,
    act: Act,
    words: Prose,
    revision: i64,
    once: Option<OnceKey>,
) -> Result<ReviewId, Problem> {
    let keys = visit.site.signing.clone();
    visit
        .as_person()?
        .write_once(once, move |tx, actor, now| {
            let may = MayReview::check(tx, actor, id, revision)?;
            match act {
                Act::Approve(checked) => grants::approve_review(tx, may, &checked, &words, &keys, now),
                Act::GiveBack(reasons) => reviews::give_back(tx, may, &reasons, &words, now),
            }
            .map_err(review_problem)
        })
        .await
}

async fn by_form(visit: Visit, id: ReviewId, form: Form<ReviewTyped>, act: Act, done: &str) -> Answer {
    let words = match own_words(&form.typed.words) {
        Ok(words) => words,
        Err(faults) => return page::answer(&visit, id, &form.typed, &faults).await,
    };
    match decide(&visit, id, act, words, form.typed.revision()?, form.once).await {
        Ok(_) => Ok(see_other(format!("{}?done={done}", urls::review(id)))),
        Err(problem) if !problem.faults.is_empty() => page::answer(&visit, id, &form.typed, &problem.faults).await,
        Err(problem) => Err(problem),
    }
}

async fn approve(visit: Visit, Path(id): Path<ReviewId>, form: Form<ReviewTyped>) -> Answer {
    let act = Act::Approve(form.typed.ticked("check"));
    by_form(visit, id, form, act, "review-approved").await
}

async fn give_back(visit: Visit, Path(id): Path<ReviewId>, form: Form<ReviewTyped>) -> Answer {
    let act = Act::GiveBack(form.typed.ticked("reason"));
    by_form(visit, id, form, act, "review-returned").await
}

async fn withdrawn(visit: &Visit, id: ReviewId, once: Option<OnceKey>) -> Result<ReviewId, Problem> {
    visit
        .as_person()?
        .write_once(once, move |tx, actor, now| {
            let may = MayTakeBack::check(tx, actor, id)?;
            reviews::take_back(tx, may, now).map_err(review_problem)
        })
        .await
}

async fn take_back(visit: Visit, Path(id): Path<ReviewId>, form: Form<Nothing>) -> Answer {
    withdrawn(&visit, id, form.once).await?;
    Ok(see_other(format!("{}?done=review-withdrawn", urls::review(id))))
}

/// The faults of a form, for the page.
type Faults<'f> = &'f [Fault];

//! Pages of purchases: the page of a request with its timeline, lists, the inbox; beside it the request form and
//! negotiation.

mod agreement;
pub mod api;
pub mod bulk;
mod decide;
mod decision_forms;
mod facts;
pub mod forms;
pub mod inbox;
pub mod negotiation;
pub mod outcome;
mod request;
mod shapes;
mod timeline;
pub mod views;

use super::layout::Frame;
use super::listing::cursor;
use super::sheet::{Block, Cell, Sheet, Table};
use crate::http::problem::Problem;
use crate::http::{Answer, Form, Path, Query, Site, Visit, see_other};
use crate::market::grants::{Hand, Side};
use crate::market::offers::BadChoice;
use crate::market::parties;
use crate::market::purchases::thread::{self, MayWrite};
use crate::market::purchases::{self, BuyError, MayWithdraw, Purchase, State};
use crate::routes;
use crate::urls;
use crate::values::{Lang, PartyId, PurchaseId};
use crate::web::accounts::forms::fault;
use crate::words;
use decide::Act;
use forms::{DecisionTyped, MessageTyped};
use serde::Deserialize;
use std::collections::BTreeMap;
use views::Failed;
pub(in crate::web) use views::{amount, mark as state_mark};

routes! {
    get "/datasets/{party}/{slug}/request" SignedIn => request::page,
    post "/datasets/{party}/{slug}/request" SignedIn => request::submit,
    get "/requests" SignedIn => list,
    get "/requests/{id}" SignedIn => show,
    post "/requests/{id}/approval" SignedIn => approve,
    post "/requests/{id}/refusal" SignedIn => refuse,
    post "/requests/{id}/return" SignedIn => give_back,
    post "/requests/{id}/withdrawal" SignedIn => withdraw,
    post "/requests/{id}/resubmission" SignedIn => resubmit,
    post "/requests/{id}/messages" SignedIn => write,
    get "/requests/{id}/agreement" SignedIn => agreement::page,
}

/// The hand that signs receipts.
#[must_use]
pub fn hand(site: &Site) -> Hand {
    Hand {
        signing: site.signing.clone(),
        exchange: site.facts.exchange.clone(),
        public_url: site.facts.public_url.clone(),
    }
}

/// Turns what did not happen to a purchase into a problem.
#[must_use]
pub fn buy_problem(error: BuyError) -> Problem {
    match error {
        BuyError::NotAccepted => Problem::conflict("licence-changed"),
        BuyError::Choice(bad) => bad_choice(bad),
        BuyError::QuoteChanged => Problem::conflict("quote-changed"),
        BuyError::Terms => Problem::invalid(vec![fault("lines", "fault-terms")]),
        BuyError::NoSuchReason => Problem::invalid(vec![fault("reason", "fault-choice")]),
        BuyError::AgreementChanged => Problem::conflict("agreement-changed"),
        BuyError::WrongAmount => Problem::invalid(vec![forms::wrong_amount()]),
        BuyError::Overtaken => Problem::conflict("overtaken"),
        BuyError::Refused(refused) => refused.into(),
        BuyError::Store(error) => error.into(),
    }
}

/// Says which choice does not fit.
pub(super) fn bad_choice(bad: BadChoice) -> Problem {
    let fault = match bad {
        BadChoice::Seats => fault("seats", "fault-seats"),
        BadChoice::Periods => fault("periods", "fault-periods"),
        BadChoice::Tier => fault("tier", "fault-choice"),
        BadChoice::Size => fault("organisation", "fault-no-price-for-size"),
        BadChoice::Money(_) => fault("seats", "fault-too-much"),
    };
    Problem::invalid(vec![fault])
}

/// Adds to “somebody was first” who that was: the last thing on the record of the request.
pub(super) async fn first_one(visit: &Visit, id: PurchaseId, problem: Problem) -> Problem {
    if problem.code != "overtaken" {
        return problem;
    }
    let lang = visit.lang();
    let Ok(doing) = visit.as_actor() else { return problem };
    let whole = doing.read(move |tx, actor, now| Ok(purchases::whole(tx, actor, id, now)?)).await;
    let last = whole.ok().and_then(|w| w.entries.last().map(|e| (e.by.name.clone(), e.deed, e.at)));
    let Some((name, deed, at)) = last else { return problem };
    let deed = words::say(lang, &words::key("deed", deed.as_str()));
    let at = words::date_time(lang, at);
    Problem::conflict("overtaken").about(words::with(
        lang,
        "first-was",
        &[("name", &name), ("deed", &deed), ("at", &at)],
    ))
}

/// Names the organisations and datasets of a list.
async fn names(
    visit: &Visit,
    list: &[Purchase],
) -> Result<(BTreeMap<PartyId, String>, BTreeMap<PurchaseId, String>), Problem> {
    let (lang, list) = (visit.lang(), list.to_vec());
    visit
        .site
        .db
        .read(move |tx| {
            let (mut people, mut goods) = (BTreeMap::new(), BTreeMap::new());
            for p in &list {
                for id in [p.buyer_id, p.seller_id] {
                    if let Some(party) = parties::find(tx, id)? {
                        people.insert(id, party.name(lang).to_owned());
                    }
                }
                let lines = purchases::lines_of(tx, p)?;
                if let Some(line) = lines.first() {
                    let title = crate::market::datasets::get(tx, line.dataset_id)?.title(lang).to_owned();
                    goods.insert(p.id, if lines.len() > 1 { format!("{title} +{}", lines.len() - 1) } else { title });
                }
            }
            Ok::<_, Problem>((people, goods))
        })
        .await
}

async fn purchase_rows(visit: &Visit, list: &[Purchase], side: Side) -> Result<Vec<Vec<Cell>>, Problem> {
    let lang = visit.lang();
    let (people, goods) = names(visit, list).await?;
    let name = |id: PartyId| people.get(&id).cloned().unwrap_or_default();
    list.iter()
        .map(|p| {
            let gross = p.gross().map_err(|e| Problem::broken(&e))?;
            let amount = views::amount(lang, p, gross);
            let other = if side == Side::Buyer { p.seller_id } else { p.buyer_id };
            Ok(vec![
                Cell::link(p.number.clone(), urls::purchase(p.id)).with_small(p.requested_by_name.clone()),
                Cell::text(goods.get(&p.id).cloned().unwrap_or_default()).with_small(name(other)),
                Cell::mark(views::mark(lang, &p.state)),
                Cell::number(amount),
                Cell::time(lang, p.submitted_at),
            ])
        })
        .collect()
}

fn purchase_heads(lang: Lang) -> Vec<(String, bool)> {
    let say = |key: &str| words::say(lang, key);
    vec![
        (say("request"), false),
        (say("dataset"), false),
        (say("head-state"), false),
        (say("amount"), true),
        (say("head-submitted"), false),
    ]
}

/// Which side of a list, and which page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SideQuery {
    /// `buyer` or `seller`.
    pub side: String,
    /// Where the page begins.
    pub after: String,
}
impl SideQuery {
    /// Gives the side: the buyer's unless the seller's is asked for.
    #[must_use]
    pub fn side(&self) -> Side {
        if self.side == "seller" { Side::Seller } else { Side::Buyer }
    }
}

/// The tabs above requests and invoices: which of them is open.
pub(super) fn tabs(lang: Lang, open: &str) -> Block {
    let tab = |key: &str, address: String, name: &str| (words::say(lang, key), address, -1, open == name);
    Block::Tabs(vec![
        tab("as-buyer", format!("{}?side=buyer", urls::PURCHASES), "buyer"),
        tab("as-seller", format!("{}?side=seller", urls::PURCHASES), "seller"),
        tab("nav-orders", urls::ORDERS.to_owned(), "orders"),
    ])
}

async fn list(visit: Visit, Query(query): Query<SideQuery>) -> Answer {
    let (lang, side, after) = (visit.lang(), query.side(), cursor(Some(&query.after))?);
    let say = |key: &str| words::say(lang, key);
    let page = visit
        .as_person()?
        .read(move |tx, actor, _| Ok(purchases::of_actor(tx, actor, side, after.as_ref(), 50)?))
        .await?;
    let rows = purchase_rows(&visit, &page.items, side).await?;
    let next = page.next.map(|c| format!("{}?side={}&after={c}", urls::PURCHASES, side.as_str()));
    let browse = (say("nav-catalogue"), urls::CATALOGUE.to_owned());
    let table = Table {
        label: say("nav-requests"),
        heads: purchase_heads(lang),
        rows,
        empty: (say("requests-empty"), say("requests-empty-text"), Some(browse)),
        next,
    };
    Sheet::new(Frame::titled(&visit, "nav-requests"))
        .lead(say("requests-lead"))
        .put(tabs(lang, side.as_str()))
        .put(Block::Table(table))
        .answer()
}

async fn show(visit: Visit, Path(id): Path<PurchaseId>) -> Answer {
    views::page(&visit, id).await
}

fn revision(typed: &DecisionTyped) -> Result<i64, Problem> {
    typed.revision.parse().map_err(|_| Problem::bad_request("form"))
}

/// Does one thing with a request and shows it again; a faulty form comes back as typed, and whoever comes second is
/// told who was first.
async fn act(visit: Visit, id: PurchaseId, form: Form<DecisionTyped>, act: Act) -> Answer {
    let said = match act.said(&form.typed) {
        Ok(said) => said,
        Err(faults) => return views::faulty(&visit, id, &Failed { act, faults: &faults, typed: &form.typed }).await,
    };
    let done = act.carry_out(&visit, id, revision(&form.typed)?, said, form.once).await;
    match done {
        Err(problem) if problem.code == "overtaken" => views::second(&visit, id).await,
        Err(problem) if !problem.faults.is_empty() => {
            views::faulty(&visit, id, &Failed { act, faults: &problem.faults, typed: &form.typed }).await
        }
        done => done.map(|()| see_other(format!("{}?done={}", urls::purchase(id), act.done()))),
    }
}

async fn write(visit: Visit, Path(id): Path<PurchaseId>, form: Form<MessageTyped>) -> Answer {
    let text = match form.typed.parse() {
        Ok(text) => text,
        Err(faults) => return views::unsaid(&visit, id, &faults).await,
    };
    visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let may = MayWrite::check(tx, actor, id)?;
            Ok(thread::write(tx, may, &text, now)?)
        })
        .await?;
    Ok(see_other(format!("{}?done=said#thread", urls::purchase(id))))
}

async fn approve(visit: Visit, Path(id): Path<PurchaseId>, form: Form<DecisionTyped>) -> Answer {
    act(visit, id, form, Act::Approve).await
}

async fn refuse(visit: Visit, Path(id): Path<PurchaseId>, form: Form<DecisionTyped>) -> Answer {
    act(visit, id, form, Act::Refuse).await
}

async fn give_back(visit: Visit, Path(id): Path<PurchaseId>, form: Form<DecisionTyped>) -> Answer {
    act(visit, id, form, Act::GiveBack).await
}

async fn resubmit(visit: Visit, Path(id): Path<PurchaseId>, form: Form<DecisionTyped>) -> Answer {
    act(visit, id, form, Act::Resubmit).await
}

async fn withdraw(visit: Visit, Path(id): Path<PurchaseId>, form: Form<DecisionTyped>) -> Answer {
    visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let may = MayWithdraw::check(tx, actor, id)?;
            purchases::withdraw(tx, may, now).map_err(buy_problem)
        })
        .await?;
    Ok(see_other(format!("{}?done=withdrawn", urls::purchase(id))))
}

/// Whether a purchase is over.
pub(super) fn is_over(state: &State) -> bool {
    matches!(state, State::Granted | State::Refused { .. } | State::Withdrawn | State::Expired)
}

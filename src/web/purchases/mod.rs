//! Pages of purchases: the request form, its page with the timeline, lists, the inbox.

pub mod api;
mod decide;
pub mod forms;
pub mod inbox;
mod timeline;
mod views;

use super::datasets::views::{bill, permissions};
use super::layout::Frame;
use super::listing::cursor;
use super::sheet::{Block, Cell, Fields, FormView, Sheet, Table, conditions};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Site, Visit, see_other};
use crate::market::conditions::all_met;
use crate::market::grants::{self, Hand, Side};
use crate::market::offers;
use crate::market::parties::{self, Role};
use crate::market::purchases::{self, BuyError, MayRequest, MayWithdraw, Purchase, State};
use crate::routes;
use crate::urls;
use crate::values::{Lang, OfferId, PartyId, PurchaseId};
use crate::words;
use decide::Act;
use forms::{DecisionTyped, RequestTyped};
use serde::Deserialize;
use std::collections::BTreeMap;
use views::Failed;
pub(in crate::web) use views::mark as state_mark;

routes! {
    get "/datasets/{party}/{slug}/request" SignedIn => request_page,
    post "/datasets/{party}/{slug}/request" SignedIn => submit,
    get "/requests" SignedIn => list,
    get "/requests/{id}" SignedIn => show,
    post "/requests/{id}/approval" SignedIn => approve,
    post "/requests/{id}/refusal" SignedIn => refuse,
    post "/requests/{id}/return" SignedIn => give_back,
    post "/requests/{id}/withdrawal" SignedIn => withdraw,
    post "/requests/{id}/resubmission" SignedIn => resubmit,
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
        BuyError::WrongAmount => Problem::invalid(vec![forms::wrong_amount()]),
        BuyError::Overtaken => Problem::conflict("overtaken"),
        BuyError::Refused(refused) => refused.into(),
        BuyError::Store(error) => error.into(),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OfferQuery {
    offer: String,
}

#[expect(clippy::too_many_lines, reason = "a page from top to bottom")]
async fn request_sheet(visit: &Visit, at: (String, String), typed: &RequestTyped, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let offer_id: OfferId = typed.offer.parse().map_err(|_| Problem::not_found())?;
    let chosen = typed.organisation.clone();
    let (listing, own, list, held) = visit
        .as_person()?
        .read(move |tx, actor, now| {
            let (dataset, _) = super::datasets::named(tx, Some(actor), &at.0, &at.1)?;
            let listing = offers::listing_of(tx, dataset)?.ok_or_else(Problem::not_found)?;
            let own: Vec<_> = parties::own(tx, actor)?.into_iter().filter(|(p, _)| p.id != listing.party.id).collect();
            let buyer = own
                .iter()
                .find(|(p, _)| p.slug == chosen)
                .or_else(|| own.iter().find(|(_, r)| r.has(Role::Requester)))
                .or_else(|| own.first());
            let (list, held) = match buyer {
                Some((buyer, _)) => (
                    purchases::request_conditions(tx, actor, buyer.id, &[offer_id])?.0,
                    grants::held(tx, buyer.id, listing.dataset.id, now)?,
                ),
                None => (Vec::new(), Vec::new()),
            };
            Ok((listing, own, list, held))
        })
        .await?;
    let (offer, licence) = listing.offers.iter().find(|(o, _)| o.id == offer_id).ok_or_else(Problem::not_found)?;
    let home = urls::dataset(&listing.party.slug, &listing.dataset.slug);
    let mut sheet = Sheet::new(Frame::titled(visit, "request-access"))
        .crumb(listing.dataset.title(lang), home.clone())
        .lead(words::with(lang, "request-lead", &[("seller", listing.party.name(lang))]))
        .faulty(faults);
    if own.is_empty() {
        return sheet
            .put(Block::Notice("warn", "warn", say("no-organisation")))
            .put(Block::Links(vec![(say("found-organisation"), "/organisations/new".to_owned(), "primary")]))
            .answer();
    }
    let b = bill(lang, &listing, offer, licence);
    let gross = offer.gross().map_err(|e| Problem::broken(&e))?;
    let tax = offer.tax().map_err(|e| Problem::broken(&e))?;
    let tax_note = if offer.is_free() {
        b.price.2.clone()
    } else {
        words::with(lang, "of-which-tax", &[("tax", &words::money(lang, tax))])
    };
    let total = if offer.is_free() { say("free") } else { words::money(lang, gross) };
    sheet = sheet.put(Block::Facts(vec![
        (
            say("dataset"),
            listing.dataset.title(lang).to_owned(),
            words::with(lang, "version-label", &[("label", &listing.version.label)]),
        ),
        (say("offer"), offer.title.clone(), say(&format!("approval-{}", offer.approval.as_str()))),
        (say("total"), total, tax_note),
        (say("licence"), licence.title(lang).to_owned(), licence.code.clone()),
    ]));
    for grant in &held {
        sheet =
            sheet.put(Block::Notice("warn", "info", words::with(lang, "already-held", &[("number", &grant.number)])));
    }
    if !all_met(&list) {
        sheet = sheet.put(Block::Heading(say("why-not"))).put(Block::Conditions(conditions(lang, &list)));
    }
    let p = permissions(lang, &licence.terms);
    let join = |l: &[super::datasets::views::Permission]| {
        l.iter().map(|x| x.text.clone()).collect::<Vec<_>>().join(if lang == Lang::Zh { "；" } else { "; " })
    };
    sheet = sheet.put(Block::Pairs(vec![
        (say("verdict-allowed"), Cell::text(join(&p.yes))),
        (say("verdict-conditional"), Cell::text(join(&p.perhaps))),
        (say("verdict-forbidden"), Cell::text(join(&p.no))),
        (
            say("licence"),
            Cell::link(say("read-licence"), urls::licence(licence.id)).with_small(licence.sha256.to_string()),
        ),
    ]));
    let fields = Fields::new(lang, faults)
        .keyed("organisation", "for_organisation", "select", &typed.organisation, "")
        .choices(own.iter().map(|(p, _)| (p.slug.clone(), p.name(lang).to_owned(), String::new())))
        .field("purpose", "area", &typed.purpose);
    let fields = typed
        .intended
        .fields(fields, lang)
        .field("accept", "checks", "")
        .choices([(
            "accept".to_owned(),
            words::with(lang, "i-accept", &[("licence", licence.title(lang))]),
            licence.sha256.short(),
        )])
        .field("offer", "hidden", offer.id.as_str())
        .field("licence_sha256", "hidden", licence.sha256.as_str())
        .done();
    let form = FormView {
        action: format!("{home}/request"),
        fields,
        button: b.button,
        class: "primary",
        lead: b.what_next,
        ..FormView::default()
    };
    sheet.put(Block::Form(form)).answer()
}

async fn request_page(visit: Visit, Path(at): Path<(String, String)>, Query(query): Query<OfferQuery>) -> Answer {
    request_sheet(&visit, at, &RequestTyped { offer: query.offer, ..RequestTyped::default() }, &[]).await
}

async fn submit(visit: Visit, Path(at): Path<(String, String)>, form: Form<RequestTyped>) -> Answer {
    let typed = form.typed;
    let (offer, asked) = match typed.parse(visit.lang()) {
        Ok(values) => values,
        Err(faults) => return request_sheet(&visit, at, &typed, &faults).await,
    };
    let (hand, buyer) = (hand(&visit.site), typed.organisation);
    let id: PurchaseId = visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let buyer = parties::find_by_slug(tx, &buyer)?.ok_or_else(Problem::not_found)?;
            let may = MayRequest::check(tx, actor, buyer.id, &[offer])?;
            purchases::submit(tx, may, &asked, &hand, now).map_err(buy_problem)
        })
        .await?;
    Ok(see_other(format!("{}?done=submitted", urls::purchase(id))))
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
            let amount = if gross.minor == 0 { words::say(lang, "free") } else { words::money(lang, gross) };
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
    let words = match act.words(&form.typed) {
        Ok(words) => words,
        Err(faults) => return views::faulty(&visit, id, &Failed { act, faults: &faults, typed: &form.typed }).await,
    };
    match act.carry_out(&visit, id, revision(&form.typed)?, words, form.once).await {
        Err(problem) if problem.code == "overtaken" => views::second(&visit, id).await,
        done => done.map(|()| see_other(format!("{}?done={}", urls::purchase(id), act.done()))),
    }
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

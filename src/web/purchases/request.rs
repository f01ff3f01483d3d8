//! The request form: what to choose, then what that costs and until when, then purpose and acceptance.

use super::forms::RequestTyped;
use super::{bad_choice, buy_problem, hand};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Visit, see_other};
use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, all_met};
use crate::market::grants::{self, Grant};
use crate::market::licences::Licence;
use crate::market::offers::{self, Audience, Chosen, Eye, Listing, Offer, PlanKind};
use crate::market::parties::budgets::{self, Budget};
use crate::market::parties::{self, Party, Role, Roles};
use crate::market::purchases::{self, MayRequest, Quote};
use crate::store::Read;
use crate::urls;
use crate::values::{Lang, OfferId, PurchaseId, Timestamp};
use crate::web::accounts::forms::fault;
use crate::web::datasets::views::{Permission, bill, permissions};
use crate::web::datasets::{named, plan_words};
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Cell, Fields, FormView, Sheet, Table, conditions};
use crate::words;

/// What the page of a request form needs.
struct Loaded {
    listing: Listing,
    own: Vec<(Party, Roles)>,
    buyer: Option<Party>,
    list: Vec<Condition>,
    held: Vec<Grant>,
    centres: Vec<Budget>,
    /// The quote of what is chosen, the faults of a choice, or nothing while nothing was chosen.
    quote: Option<Result<Quote, Vec<Fault>>>,
}
impl Loaded {
    fn offer(&self, id: OfferId) -> Result<(&Offer, &Licence), Problem> {
        let found = self.listing.offers.iter().find(|(o, _)| o.id == id).ok_or_else(Problem::not_found)?;
        Ok((&found.0, &found.1))
    }
}

/// For whom is asked: the organisation that was chosen, else the first that may ask for it.
fn buyer_of<'o>(own: &'o [(Party, Roles)], slug: &str, offer: Option<&Offer>) -> Option<&'o Party> {
    let named = |p: &Party| offer.is_none_or(|o| o.audience != Audience::Named || o.named.contains(&p.id));
    let chosen = own.iter().find(|(p, _)| p.slug == slug);
    let fitting = own.iter().find(|(p, r)| r.has(Role::Requester) && named(p));
    chosen.or(fitting).or_else(|| own.iter().find(|(p, _)| named(p))).or_else(|| own.first()).map(|(p, _)| p)
}

fn load(
    tx: &mut Read,
    actor: &Actor,
    at: &(String, String),
    typed: &RequestTyped,
    now: Timestamp,
) -> Result<Loaded, Problem> {
    let id: OfferId = typed.offer.parse().map_err(|_| Problem::not_found())?;
    let (dataset, _) = named(tx, Some(actor), &at.0, &at.1)?;
    let eye = Eye::of(tx, Some(actor), now)?;
    let listing = offers::listing_of(tx, dataset, &eye)?.ok_or_else(Problem::not_found)?;
    let own: Vec<_> = parties::own(tx, actor)?.into_iter().filter(|(p, _)| p.id != listing.party.id).collect();
    let offer = listing.offers.iter().find(|(o, _)| o.id == id).map(|(o, _)| o);
    let buyer = buyer_of(&own, &typed.organisation, offer).cloned();
    let mut loaded =
        Loaded { listing, own, buyer, list: Vec::new(), held: Vec::new(), centres: Vec::new(), quote: None };
    let Some(buyer) = loaded.buyer.clone() else { return Ok(loaded) };
    let choice = typed.choice();
    let chosen = Chosen { offer: id, choice: choice.clone().unwrap_or_default() };
    let (list, (_, _, wanted)) = purchases::request_conditions(tx, actor, buyer.id, &[chosen], now)?;
    loaded.held = grants::held(tx, buyer.id, loaded.listing.dataset.id, now)?;
    loaded.centres = budgets::budgets_of(tx, actor, buyer.id, now)?;
    let asks = wanted.iter().any(|w| w.offer.plan.asks());
    loaded.quote = match choice {
        Err(faults) => Some(Err(faults)),
        Ok(_) if asks && !typed.has_choices() => None,
        Ok(_) => Some(Quote::of(&wanted, &buyer, now).map_err(|bad| bad_choice(bad).faults)),
    };
    loaded.list = list;
    Ok(loaded)
}

/// The form of what is to be chosen: it only asks, its answers stand in the address.
fn choice_form(lang: Lang, loaded: &Loaded, offer: &Offer, typed: &RequestTyped, faults: &[Fault]) -> Option<FormView> {
    let several = loaded.own.len() > 1;
    if !several && !offer.plan.asks() {
        return None;
    }
    let first = offers::first_choice(offer);
    let or = |text: &str, n: Option<i64>| {
        if text.trim().is_empty() { n.map(|n| n.to_string()).unwrap_or_default() } else { text.to_owned() }
    };
    let mut f = Fields::new(lang, faults);
    if several {
        let buyer = loaded.buyer.as_ref().map(|p| p.slug.clone()).unwrap_or_default();
        f = f
            .keyed("organisation", "for_organisation", "select", &buyer, "")
            .choices(loaded.own.iter().map(|(p, _)| (p.slug.clone(), p.name(lang).to_owned(), String::new())));
    }
    if offer.plan.kind == PlanKind::PerSeat {
        f = f.keyed("seats", "choose_seats", "text", &or(&typed.seats, first.seats), "").half();
    }
    if let Some(period) = offer.plan.period {
        let key = format!("choose_{}s", period.as_str());
        f = f.keyed("periods", &key, "text", &or(&typed.periods, first.periods), "").half();
    }
    if offer.plan.kind == PlanKind::ByVolume {
        let tiers = (1..)
            .zip(&offer.plan.tiers)
            .map(|(n, t): (i64, _)| (n.to_string(), plan_words::tier(lang, t), words::money(lang, t.price)));
        f = f.keyed("tier", "choose_tier", "radio", &or(&typed.tier, first.tier), "").choices(tiers);
    }
    let page = urls::dataset(&loaded.listing.party.slug, &loaded.listing.dataset.slug);
    Some(FormView {
        heading: words::say(lang, "your-choice"),
        lead: plan_words::bounds(lang, offer),
        action: format!("{page}/request"),
        fields: f.field("offer", "hidden", offer.id.as_str()).done(),
        button: words::say(lang, if loaded.quote.is_some() { "quote-again" } else { "show-price" }),
        get: true,
        ..FormView::default()
    })
}

/// The prices to choose among, before anything was chosen.
fn price_table(lang: Lang, offer: &Offer, now: Timestamp) -> Option<Block> {
    let say = |key: &str| words::say(lang, key);
    let rows: Vec<Vec<Cell>> = plan_words::table(lang, offer, now)
        .into_iter()
        .map(|(what, price)| vec![Cell::text(what), Cell::number(price)])
        .collect();
    let heads = vec![(say("head-choice"), false), (say("field-price"), true)];
    (!rows.is_empty()).then(|| Block::Table(Table { label: say("prices"), heads, rows, ..Table::default() }))
}

/// The quote as the page shows it before it is submitted.
fn quote_blocks(lang: Lang, loaded: &Loaded, quote: &Quote, offer: &Offer) -> Result<Vec<Block>, Problem> {
    let say = |key: &str| words::say(lang, key);
    let mut blocks = vec![Block::Heading(say("check-quote"))];
    let on_request = quote.is_on_request();
    let gross = quote.gross().map_err(|e| Problem::broken(&e))?;
    let total = if on_request {
        (say("on-request"), say("on-request-note"))
    } else if gross.minor == 0 {
        (say("free"), say("no-tax"))
    } else {
        let tax = words::money(lang, quote.tax);
        (words::money(lang, gross), words::with(lang, "of-which-tax", &[("tax", &tax)]))
    };
    let until = if on_request {
        (say("quote-until"), say("quote-by-seller"), String::new())
    } else {
        (say("quote-until"), words::date_time(lang, quote.until), say("quote-until-note"))
    };
    let l = &loaded.listing;
    blocks.push(Block::Facts(vec![
        (
            say("dataset"),
            l.dataset.title(lang).to_owned(),
            words::with(lang, "version-label", &[("label", &l.version.label)]),
        ),
        (say("offer"), offer.title.clone(), say(&format!("approval-{}", offer.approval.as_str()))),
        (say("total"), total.0, total.1),
        until,
    ]));
    if gross.minor > 0 {
        let heads = vec![(say("head-choice"), false), (say("net"), true), (say("tax"), true)];
        let rows = quote.lines.iter().map(|line| {
            let list = (line.pricing.discount > 0)
                .then(|| words::with(lang, "before-discount", &[("list", &words::money(lang, line.pricing.list))]));
            let rate = format!("{} %", plan_words::percent(line.tax_basis_points));
            vec![
                Cell::text(super::views::line_terms(lang, line)),
                Cell::number(words::money(lang, line.net)).with_small(list.unwrap_or_default()),
                Cell::number(words::money(lang, line.tax)).with_small(rate),
            ]
        });
        blocks.push(Block::Table(Table { label: say("lines"), heads, rows: rows.collect(), ..Table::default() }));
    }
    Ok(blocks)
}

/// What the licence allows, and where its text is.
fn licence_block(lang: Lang, licence: &Licence) -> Block {
    let say = |key: &str| words::say(lang, key);
    let p = permissions(lang, &licence.terms);
    let join = |l: &[Permission]| {
        let all = l.iter().map(|x| x.text.clone()).collect::<Vec<_>>();
        if all.is_empty() { "–".to_owned() } else { all.join(if lang == Lang::Zh { "；" } else { "; " }) }
    };
    Block::Pairs(vec![
        (say("verdict-allowed"), Cell::text(join(&p.yes))),
        (say("verdict-conditional"), Cell::text(join(&p.perhaps))),
        (say("verdict-forbidden"), Cell::text(join(&p.no))),
        (
            say("licence"),
            Cell::link(licence.title(lang).to_owned(), urls::licence(licence.id))
                .with_small(licence.sha256.to_string()),
        ),
    ])
}

/// The form that submits what was quoted.
fn submit_form(
    lang: Lang,
    loaded: &Loaded,
    (offer, licence): (&Offer, &Licence),
    quote: &Quote,
    typed: &RequestTyped,
    faults: &[Fault],
    now: Timestamp,
) -> FormView {
    let b = bill(lang, &loaded.listing, offer, licence, now);
    let buyer = loaded.buyer.as_ref().map(|p| p.slug.clone()).unwrap_or_default();
    let mut fields = Fields::new(lang, faults).field("organisation", "hidden", &buyer);
    if !loaded.centres.is_empty() && (!offer.is_free() || offer.is_on_request()) {
        let left = |b: &Budget| {
            let left = words::money(lang, b.left());
            let text = words::with(lang, "centre-left", &[("name", &b.cost_centre), ("left", &left)]);
            (b.cost_centre.clone(), text, String::new())
        };
        fields = fields
            .keyed("cost_centre", "cost_centre", "select", &typed.cost_centre, "")
            .choices(loaded.centres.iter().filter(|b| b.starts_at <= now).map(left));
    }
    let fields = fields.field("purpose", "area", &typed.purpose);
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
        .field("seats", "hidden", &typed.seats)
        .field("periods", "hidden", &typed.periods)
        .field("tier", "hidden", &typed.tier)
        .field("quote_sha256", "hidden", quote.sha256().as_str())
        .field("licence_sha256", "hidden", licence.sha256.as_str())
        .done();
    FormView {
        action: format!("{}/request", urls::dataset(&loaded.listing.party.slug, &loaded.listing.dataset.slug)),
        fields,
        button: b.button,
        class: "primary",
        lead: b.what_next,
        ..FormView::default()
    }
}

async fn sheet(visit: &Visit, at: (String, String), typed: &RequestTyped, faults: &[Fault]) -> Answer {
    let (lang, asked) = (visit.lang(), typed.clone());
    let say = |key: &str| words::say(lang, key);
    let loaded = visit.as_person()?.read(move |tx, actor, now| load(tx, actor, &at, &asked, now)).await?;
    let id: OfferId = typed.offer.parse().map_err(|_| Problem::not_found())?;
    let (offer, licence) = loaded.offer(id)?;
    let home = urls::dataset(&loaded.listing.party.slug, &loaded.listing.dataset.slug);
    let wrong: Vec<Fault> = match &loaded.quote {
        Some(Err(wrong)) if faults.is_empty() => wrong.clone(),
        Some(_) | None => faults.to_vec(),
    };
    let mut sheet =
        Sheet::new(Frame::titled(visit, if offer.is_on_request() { "request-quote" } else { "request-access" }))
            .crumb(loaded.listing.dataset.title(lang), home)
            .lead(words::with(lang, "request-lead", &[("seller", loaded.listing.party.name(lang))]))
            .faulty(&wrong);
    if loaded.own.is_empty() {
        return sheet
            .put(Block::Notice("warn", "warn", say("no-organisation")))
            .put(Block::Links(vec![(say("found-organisation"), "/organisations/new".to_owned(), "primary")]))
            .answer();
    }
    for grant in &loaded.held {
        sheet =
            sheet.put(Block::Notice("warn", "info", words::with(lang, "already-held", &[("number", &grant.number)])));
    }
    if loaded.quote.is_none() {
        sheet = sheet.put_if(price_table(lang, offer, visit.now()));
    }
    sheet = sheet.put_if(choice_form(lang, &loaded, offer, typed, &wrong).map(Block::Form));
    if let Some(Ok(quote)) = &loaded.quote {
        for block in quote_blocks(lang, &loaded, quote, offer)? {
            sheet = sheet.put(block);
        }
    }
    if !all_met(&loaded.list) {
        sheet = sheet.put(Block::Heading(say("why-not"))).put(Block::Conditions(conditions(lang, &loaded.list)));
    }
    if let Some(Ok(quote)) = &loaded.quote {
        let form = submit_form(lang, &loaded, (offer, licence), quote, typed, &wrong, visit.now());
        sheet = sheet.put(licence_block(lang, licence)).put(Block::Form(form));
    }
    sheet.answer()
}

pub(super) async fn page(visit: Visit, Path(at): Path<(String, String)>, Query(typed): Query<RequestTyped>) -> Answer {
    sheet(&visit, at, &typed, &[]).await
}

pub(super) async fn submit(visit: Visit, Path(at): Path<(String, String)>, form: Form<RequestTyped>) -> Answer {
    let typed = form.typed;
    let (chosen, asked) = match typed.parse(visit.lang()) {
        Ok(values) => values,
        Err(faults) => return sheet(&visit, at, &typed, &faults).await,
    };
    if asked.quote.is_none() {
        return sheet(&visit, at, &typed, &[fault("quote", "fault-quote")]).await;
    }
    let (hand, buyer) = (hand(&visit.site), typed.organisation.clone());
    let done: Result<PurchaseId, Problem> = visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let buyer = parties::find_by_slug(tx, &buyer)?.ok_or_else(Problem::not_found)?;
            let may = MayRequest::check(tx, actor, buyer.id, &[chosen], now)?;
            purchases::submit(tx, may, &asked, &hand, now).map_err(buy_problem)
        })
        .await;
    match done {
        Ok(id) => Ok(see_other(format!("{}?done=submitted", urls::purchase(id)))),
        Err(problem) if problem.code == "quote-changed" => {
            sheet(&visit, at, &typed, &[fault("quote", "fault-quote-changed")]).await
        }
        Err(problem) => sheet(&visit, at, &typed, &problem.into_faults()?).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::offers::Choice;

    #[test]
    fn nothing_chosen_is_no_choice() {
        let typed = RequestTyped { seats: " ".to_owned(), ..RequestTyped::default() };
        assert!(!typed.has_choices());
        assert_eq!(typed.choice(), Ok(Choice::default()));
        let typed = RequestTyped { periods: "x".to_owned(), ..RequestTyped::default() };
        assert_eq!(typed.choice().unwrap_err(), [fault("periods", "fault-periods")]);
    }
}

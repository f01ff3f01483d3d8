//! Renewing a grant: the old answers and the price of today on one page, one button. It is a request like any other.

use super::acts::{act_page, sheet};
use crate::http::problem::{Fault, Problem, condition_json};
use crate::http::{Answer, Form, Json, Path, Query, Visit, answer, see_other};
use crate::market::grants::MayRenew;
use crate::market::licences::Licence;
use crate::market::offers::{Chosen, Offer};
use crate::market::purchases::{self, Asked, MayRequest, Renewal};
use crate::routes;
use crate::store::Write;
use crate::urls;
use crate::values::{GrantId, Lang, OfferId, PurchaseId, Timestamp};
use crate::web::datasets::api::amount;
use crate::web::listing::Made;
use crate::web::parties::api::AmountOut;
use crate::web::purchases::forms::RequestTyped;
use crate::web::purchases::views::line_terms;
use crate::web::purchases::{buy_problem, hand};
use crate::web::sheet::{Block, Cell, Fields, FormView};
use crate::words;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/grants/{id}/renewal" SignedIn => page,
    post "/grants/{id}/renewal" SignedIn => renew,
    get "/api/v1/grants/{id}/renewal" Caller => show_by_api,
    post "/api/v1/grants/{id}/renewal" Caller => renew_by_api,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OfferQuery {
    offer: String,
}

async fn load(visit: &Visit, id: GrantId, offer: Option<OfferId>) -> Result<Renewal, Problem> {
    visit.as_actor()?.read(move |tx, actor, now| Ok(purchases::renewal_of(tx, actor, id, offer, now)?)).await
}

/// What an offer costs the holder now, with tax.
fn price(lang: Lang, x: &Renewal, offer: &Offer, now: Timestamp) -> String {
    if offer.is_on_request() {
        return words::say(lang, "on-request");
    }
    match x.priced(offer, now).and_then(|p| p.net.plus(p.tax).ok()) {
        Some(gross) if gross.minor == 0 => words::say(lang, "free"),
        Some(gross) => words::money(lang, gross),
        None => "–".to_owned(),
    }
}

/// How the text of the offer relates to the text that the grant stands on.
fn text_note(lang: Lang, x: &Renewal, licence: &Licence) -> String {
    words::say(lang, if licence.id == x.grant.licence_id { "renewal-same-text" } else { "renewal-other-text" })
}

async fn shown(visit: &Visit, id: GrantId, typed: Option<&RequestTyped>, (chosen, faults): (&str, &[Fault])) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let wanted: Option<OfferId> = typed.map_or(chosen, |t| &t.offer).parse().ok();
    let x = load(visit, id, wanted).await?;
    let mut sheet = sheet(visit, &x.grant, "renew-grant", faults).lead(say("renew-lead"));
    let pick = |o: &&(Offer, Licence)| wanted.is_none_or(|w| w == o.0.id);
    let Some((offer, licence)) = x.offers.iter().find(pick) else {
        return act_page(visit, sheet, &x.conditions, FormView::default());
    };
    let now = visit.now();
    let end = x.priced(offer, now).and_then(|p| p.term.end(x.starts_at));
    let until = end.map_or_else(|| say("without-end"), |end| words::date_time(lang, end));
    let line = x.quote.as_ref().and_then(|q| q.lines.first()).map(|l| line_terms(lang, l)).unwrap_or_default();
    sheet = sheet.put(Block::Facts(vec![
        (say("offer"), offer.title.clone(), if x.same_offer { say("renewal-same-offer") } else { String::new() }),
        (say("total"), price(lang, &x, offer, now), line),
        (say("head-since"), words::date_time(lang, x.starts_at), say("renewal-start")),
        (say("head-ends"), until, String::new()),
    ]));
    let link =
        Cell::link(licence.title(lang).to_owned(), urls::licence(licence.id)).with_small(text_note(lang, &x, licence));
    sheet = sheet.put(Block::Pairs(vec![(say("licence"), link)]));
    if x.offers.len() > 1 {
        let mut tabs = Vec::new();
        for (o, _) in &x.offers {
            let at = format!("{}?offer={}", urls::grant_part(id, "renewal"), o.id);
            tabs.push((format!("{} · {}", o.title, price(lang, &x, o, now)), at, -1, o.id == offer.id));
        }
        sheet = sheet.put(Block::Tabs(tabs));
    }
    let purpose = typed.map_or(x.before.purpose.as_str(), |t| &t.purpose);
    // The same text was accepted before: the box is ticked, and the button accepts it again.
    let accept = if typed.is_none() && licence.id == x.grant.licence_id { "accept" } else { "" };
    let fields = Fields::new(lang, faults)
        .field("purpose", "area", purpose)
        .field("accept", "checks", accept)
        .choices([(
            "accept".to_owned(),
            words::with(lang, "i-accept", &[("licence", licence.title(lang))]),
            licence.sha256.short(),
        )])
        .field("offer", "hidden", offer.id.as_str())
        .field("quote_sha256", "hidden", &x.quote.as_ref().map(|q| q.sha256().to_string()).unwrap_or_default())
        .field("licence_sha256", "hidden", licence.sha256.as_str())
        .done();
    let form = FormView {
        action: urls::grant_part(id, "renewal"),
        fields,
        button: say("renew-grant"),
        class: "primary",
        other: Some((say("back"), urls::grant(id))),
        ..FormView::default()
    };
    act_page(visit, sheet, &x.conditions, form)
}

async fn page(visit: Visit, Path(id): Path<GrantId>, Query(query): Query<OfferQuery>) -> Answer {
    shown(&visit, id, None, (&query.offer, &[])).await
}

/// Submits the renewal.
fn submit(
    tx: &mut Write,
    actor: &crate::market::accounts::Actor,
    (id, offer, asked): (GrantId, OfferId, &Asked),
    hand: &crate::market::grants::Hand,
    now: Timestamp,
) -> Result<PurchaseId, Problem> {
    let x = purchases::renewal_of(tx, actor, id, Some(offer), now)?;
    crate::market::conditions::Refused::unless_met(x.conditions)?;
    let renew = MayRenew::check(tx, actor, id, now)?;
    let chosen = Chosen { offer, choice: x.choice };
    let may = MayRequest::check(tx, actor, x.grant.holder_id, &[chosen], now)?.renewing(renew)?;
    purchases::submit(tx, may, asked, hand, now).map_err(buy_problem)
}

async fn renew(visit: Visit, Path(id): Path<GrantId>, form: Form<RequestTyped>) -> Answer {
    let (offer, asked) = match form.typed.parse(visit.lang()) {
        Ok(values) => values,
        Err(faults) => return shown(&visit, id, Some(&form.typed), ("", &faults)).await,
    };
    let hand = hand(&visit.site);
    let made: PurchaseId = visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| submit(tx, actor, (id, offer.offer, &asked), &hand, now))
        .await?;
    Ok(see_other(format!("{}?done=submitted", urls::purchase(made))))
}

/// An offer with which a grant can be renewed.
#[derive(Debug, Serialize, ToSchema)]
pub struct RenewalOffer {
    offer: String,
    title: String,
    /// What it costs now with the old choices; nothing when the seller has to name a price.
    gross: Option<AmountOut>,
    /// Days that the new grant lasts; of a subscription about so many.
    term_days: Option<i64>,
    licence: String,
    /// What to send as `accept_licence_sha256`.
    licence_sha256: String,
    /// Whether it is the text that the grant stands on.
    same_text: bool,
}

/// What a grant is renewed with.
#[derive(Debug, Serialize, ToSchema)]
pub struct RenewalOut {
    /// The purpose of the old request, which is sent again unless another is.
    purpose: String,
    /// When the new grant will begin.
    starts_at: String,
    /// The offers that are open, the old one first.
    offers: Vec<RenewalOffer>,
    /// The conditions for the first of them.
    conditions: Vec<serde_json::Value>,
}

/// What a grant is renewed with: the old answers and the offers that are open now.
#[utoipa::path(get, path = "/api/v1/grants/{id}/renewal", tag = "grants", params(("id" = String, Path)), responses((status = 200, body = RenewalOut), (status = 404)))]
pub(crate) async fn show_by_api(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    super::api::readable(&visit)?;
    let x = load(&visit, id, None).await?;
    let mut offers = Vec::new();
    for (o, l) in &x.offers {
        let priced = x.priced(o, visit.now());
        let gross = priced.as_ref().filter(|_| !o.is_on_request()).and_then(|p| p.net.plus(p.tax).ok());
        offers.push(RenewalOffer {
            offer: o.id.to_string(),
            title: o.title.clone(),
            gross: gross.map(amount),
            term_days: priced.as_ref().and_then(|p| p.term.days()),
            licence: l.id.to_string(),
            licence_sha256: l.sha256.to_string(),
            same_text: l.id == x.grant.licence_id,
        });
    }
    let conditions = x.conditions.iter().map(|c| condition_json(&visit.site, visit.lang(), c)).collect();
    answer::json(&RenewalOut { purpose: x.before.purpose, starts_at: x.starts_at.rfc3339(), offers, conditions })
}

/// A renewal: what is left out is as in the old request.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RenewIn {
    /// The offer; the first of those that are open without it.
    pub offer: Option<String>,
    /// What the data is for.
    pub purpose: Option<String>,
    /// `licence_sha256` of the offer: sending it accepts this very text.
    pub accept_licence_sha256: String,
}

/// Asks for the renewal of a grant. The request goes through the policies of both sides; the new grant begins where the old
/// one ends.
#[utoipa::path(post, path = "/api/v1/grants/{id}/renewal", tag = "grants", params(("id" = String, Path)), request_body = RenewIn, responses((status = 201, body = Made), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(crate) async fn renew_by_api(visit: Visit, Path(id): Path<GrantId>, body: Json<RenewIn>) -> Answer {
    let x = load(&visit, id, None).await?;
    let first = x.offers.first().map(|(o, _)| o.id.to_string()).unwrap_or_default();
    let typed = RequestTyped {
        offer: body.value.offer.clone().unwrap_or(first),
        purpose: body.value.purpose.clone().unwrap_or(x.before.purpose),
        licence_sha256: body.value.accept_licence_sha256.clone(),
        accept: "accept".to_owned(),
        ..RequestTyped::default()
    };
    let (offer, asked) = typed.parse(visit.lang()).map_err(Problem::invalid)?;
    let hand = hand(&visit.site);
    let made: PurchaseId = visit
        .as_actor()?
        .write_once(body.once, move |tx, actor, now| submit(tx, actor, (id, offer.offer, &asked), &hand, now))
        .await?;
    answer::json_as(StatusCode::CREATED, &Made { id: made.to_string() })
}

//! The API of a seller's offers: the list with what is closed, new ones, new editions, closing.

use super::form::OfferTyped;
use super::{offer_problem, own_offer, with_names};
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::datasets::MayChangeDataset;
use crate::market::licences::{self, Licence};
use crate::market::offers::{self, Offer};
use crate::market::{parties, purchases};
use crate::routes;
use crate::values::{OfferId, Timestamp};
use crate::web::datasets::api::amount;
use crate::web::datasets::named;
use crate::web::listing::{Items, Made};
use crate::web::parties::api::AmountOut;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/datasets/{party}/{slug}/offers" SignedIn => list,
    post "/api/v1/datasets/{party}/{slug}/offers" SignedIn => make,
    put "/api/v1/datasets/{party}/{slug}/offers/{offer}" SignedIn => replace,
    get "/api/v1/datasets/{party}/{slug}/offers/{offer}/closing" SignedIn => closing,
    delete "/api/v1/datasets/{party}/{slug}/offers/{offer}" SignedIn => close,
}

/// One price of several.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierOut {
    /// What to send as `tier`, counted from 1.
    tier: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume_bytes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    downloads: Option<i64>,
    price: AmountOut,
}

/// What is taken off, and until when.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiscountOut {
    basis_points: i64,
    until: String,
}

/// An offer.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferOut {
    id: String,
    title: String,
    licence: String,
    licence_code: String,
    licence_sha256: String,
    scope: String,
    /// free, one_off, subscription, per_seat, by_size, by_volume or on_request.
    plan: String,
    /// The price of one unit before the discount; the lowest of the tiers, zero when free or on request.
    price: AmountOut,
    period: Option<String>,
    most_periods: Option<i64>,
    most_seats: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<TierOut>,
    discount: Option<DiscountOut>,
    tax_basis_points: i64,
    approval: String,
    payment: String,
    payment_days: i64,
    term_days: Option<i64>,
    volume_bytes: Option<i64>,
    downloads: Option<i64>,
    trial: bool,
    audience: String,
    quote_days: i64,
    starts_at: Option<String>,
    ends_at: Option<String>,
    edition: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<String>,
    /// The organisations of a private offer; only its publishers see them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    organisations: Vec<String>,
}

/// Puts an offer into the shape of the API.
#[must_use]
pub fn offer_out(o: &Offer, l: &Licence) -> OfferOut {
    let plan = &o.plan;
    let tier = |(tier, t): (i64, &offers::Tier)| TierOut {
        tier,
        size_class: t.size.map(|s| s.to_string()),
        volume_bytes: t.limits.volume_bytes,
        downloads: t.limits.downloads,
        price: amount(t.price),
    };
    OfferOut {
        id: o.id.to_string(),
        title: o.title.clone(),
        licence: l.id.to_string(),
        licence_code: l.code.clone(),
        licence_sha256: l.sha256.to_string(),
        scope: o.scope.to_string(),
        plan: plan.kind.to_string(),
        price: amount(o.price),
        period: plan.period.map(|p| p.to_string()),
        most_periods: plan.period.map(|_| plan.most_periods),
        most_seats: (plan.kind == offers::PlanKind::PerSeat).then_some(plan.most_seats),
        tiers: (1..).zip(&plan.tiers).map(tier).collect(),
        discount: plan.discount.map(|(basis_points, until)| DiscountOut { basis_points, until: until.rfc3339() }),
        tax_basis_points: o.tax_basis_points,
        approval: o.approval.to_string(),
        payment: o.payment.to_string(),
        payment_days: o.payment_days,
        term_days: o.term_days,
        volume_bytes: plan.limits.volume_bytes,
        downloads: plan.limits.downloads,
        trial: plan.trial,
        audience: o.audience.to_string(),
        quote_days: plan.quote_days,
        starts_at: plan.starts_at.map(Timestamp::rfc3339),
        ends_at: plan.ends_at.map(Timestamp::rfc3339),
        edition: o.edition,
        replaces: o.replaces.map(|id| id.to_string()),
        closed_at: o.closed_at.map(Timestamp::rfc3339),
        organisations: Vec::new(),
    }
}

/// All offers of an own dataset, also what is private, scheduled or closed.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/offers", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), responses((status = 200, body = Items<OfferOut>), (status = 404)))]
pub(crate) async fn list(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    let items = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            let mut items = Vec::new();
            for offer in offers::all_of(tx, actor, dataset.id)? {
                let licence = licences::find(tx, offer.licence_id)?.ok_or_else(Problem::not_found)?;
                let mut out = offer_out(&offer, &licence);
                for party in &offer.named {
                    out.organisations.push(parties::get(tx, *party)?.slug);
                }
                items.push(out);
            }
            Ok(items)
        })
        .await?;
    answer::json(&Items::all(items))
}

/// Makes an offer.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/offers", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), request_body = OfferTyped, responses((status = 201, body = Made), (status = 422)))]
pub(crate) async fn make(visit: Visit, Path((party, slug)): Path<(String, String)>, body: Json<OfferTyped>) -> Answer {
    write(visit, (party, slug), None, body).await
}

/// Puts a new edition in the place of an offer. Who asked for the old one keeps its quote.
#[utoipa::path(put, path = "/api/v1/datasets/{party}/{slug}/offers/{offer}", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("offer" = String, Path)), request_body = OfferTyped, responses((status = 201, body = Made), (status = 409), (status = 422)))]
pub(crate) async fn replace(
    visit: Visit,
    Path((party, slug, offer)): Path<(String, String, OfferId)>,
    body: Json<OfferTyped>,
) -> Answer {
    write(visit, (party, slug), Some(offer), body).await
}

async fn write(visit: Visit, at: (String, String), old: Option<OfferId>, body: Json<OfferTyped>) -> Answer {
    let new = body.value.parse().map_err(Problem::invalid)?;
    let names = body.value.names();
    let id = visit
        .as_person()?
        .write_once(body.once, move |tx, actor, now| {
            let (dataset, _) = named(tx, Some(actor), &at.0, &at.1)?;
            let may = MayChangeDataset::beside_review(tx, actor, dataset.id)?;
            let new = with_names(tx, new, &names)?;
            let made = match old {
                Some(old) => offers::replace(tx, may, old, &new, now),
                None => offers::make(tx, may, &new, now),
            };
            made.map_err(offer_problem)
        })
        .await?;
    answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })
}

/// A request that closing an offer does not touch.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingOut {
    id: String,
    number: String,
    buyer: String,
    state: String,
    /// Until when its price is locked.
    quoted_until: Option<String>,
}

/// What closing an offer would leave as it is: the requests that wait on it keep their locked quote.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/offers/{offer}/closing", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("offer" = String, Path)), responses((status = 200, body = Items<WaitingOut>), (status = 404)))]
pub(crate) async fn closing(visit: Visit, Path((party, slug, offer)): Path<(String, String, OfferId)>) -> Answer {
    let list = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            let offer = own_offer(tx, actor, dataset.id, offer)?;
            Ok(purchases::waiting_on(tx, actor, &offer)?)
        })
        .await?;
    let items = list.iter().map(|p| WaitingOut {
        id: p.id.to_string(),
        number: p.number.clone(),
        buyer: p.buyer_id.to_string(),
        state: p.state.name().to_owned(),
        quoted_until: p.quoted_until.map(Timestamp::rfc3339),
    });
    answer::json(&Items::all(items.collect()))
}

/// Closes an offer. Requests that wait on it keep their locked quote.
#[utoipa::path(delete, path = "/api/v1/datasets/{party}/{slug}/offers/{offer}", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("offer" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn close(visit: Visit, Path((party, slug, offer)): Path<(String, String, OfferId)>) -> Answer {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            let may = MayChangeDataset::beside_review(tx, actor, dataset.id)?;
            offers::close(tx, may, offer, now).map_err(offer_problem)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

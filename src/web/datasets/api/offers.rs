//! The API of offers.

use super::super::forms::OfferTyped;
use super::super::named;
use super::super::offers::offer_problem;
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::datasets::MayChangeDataset;
use crate::market::offers::{self, Offer};
use crate::routes;
use crate::values::OfferId;
use crate::web::listing::Made;
use crate::web::parties::api::AmountOut;
use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    post "/api/v1/datasets/{party}/{slug}/offers" SignedIn => make_offer,
    delete "/api/v1/datasets/{party}/{slug}/offers/{offer}" SignedIn => close_offer,
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
    price: AmountOut,
    tax_basis_points: i64,
    approval: String,
    payment: String,
    payment_days: i64,
    term_days: Option<i64>,
    audience: String,
}

/// Puts an amount into the shape of the API.
#[must_use]
pub fn amount(m: crate::values::Money) -> AmountOut {
    AmountOut { amount_minor: m.minor, currency: m.currency.to_string() }
}

pub(super) fn out(o: &Offer, l: &crate::market::licences::Licence) -> OfferOut {
    OfferOut {
        id: o.id.to_string(),
        title: o.title.clone(),
        licence: l.id.to_string(),
        licence_code: l.code.clone(),
        licence_sha256: l.sha256.to_string(),
        scope: o.scope.to_string(),
        price: amount(o.price),
        tax_basis_points: o.tax_basis_points,
        approval: o.approval.to_string(),
        payment: o.payment.to_string(),
        payment_days: o.payment_days,
        term_days: o.term_days,
        audience: o.audience.to_string(),
    }
}

/// Makes an offer.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/offers", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), request_body = OfferTyped, responses((status = 201, body = Made), (status = 422)))]
pub(crate) async fn make_offer(
    visit: Visit,
    Path((party, slug)): Path<(String, String)>,
    body: Json<OfferTyped>,
) -> Answer {
    let new = body.value.parse().map_err(Problem::invalid)?;
    let id = visit
        .as_person()?
        .write_once(body.once, move |tx, actor, now| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            let may = MayChangeDataset::beside_review(tx, actor, dataset.id)?;
            offers::make(tx, may, &new, now).map_err(offer_problem)
        })
        .await?;
    answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })
}

/// Closes an offer.
#[utoipa::path(delete, path = "/api/v1/datasets/{party}/{slug}/offers/{offer}", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("offer" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn close_offer(visit: Visit, Path((party, slug, offer)): Path<(String, String, OfferId)>) -> Answer {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            let may = MayChangeDataset::beside_review(tx, actor, dataset.id)?;
            offers::close(tx, may, offer, now).map_err(offer_problem)
        })
        .await?;
    Ok(answer::no_content())
}

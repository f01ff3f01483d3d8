//! The API of the catalogue and of datasets; versions with their files, and offers, have files of their own.

pub mod versions;

pub use versions::{FileOut, ReasonIn, VersionOut, file_out, reason};

use super::catalogue::CatalogueTyped;
use super::edit::dataset_problem;
use super::forms::DatasetTyped;
use super::named;
use super::offers::api::{OfferOut, offer_out};
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Query, Visit, answer};
use crate::market::datasets::{self, Dataset, MayBegin, MayChangeDataset};
use crate::market::offers::{self, Eye, Listing};
use crate::market::parties;
use crate::routes;
use crate::store::{Page, Write};
use crate::urls;
use crate::values::Timestamp;
use crate::web::listing::Items;
use crate::web::parties::api::AmountOut;
use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/datasets" Anybody => list,
    post "/api/v1/datasets" Caller => begin,
    get "/api/v1/datasets/{party}/{slug}" Anybody => show,
    put "/api/v1/datasets/{party}/{slug}" Caller => change,
    delete "/api/v1/datasets/{party}/{slug}/listing" SignedIn => withdraw,
    put "/api/v1/datasets/{party}/{slug}/listing" SignedIn => relist,
}

/// A dataset.
#[derive(Debug, Serialize, ToSchema)]
pub struct DatasetOut {
    id: String,
    organisation: String,
    slug: String,
    state: String,
    title_zh: String,
    title_en: String,
    summary_zh: String,
    summary_en: String,
    card_zh: String,
    card_en: String,
    sector: String,
    kind: String,
    use_case: String,
    level: String,
    source_statement: String,
    contact: String,
    updated_at: String,
    revision: i64,
    address: String,
    version: Option<VersionOut>,
    offers: Vec<OfferOut>,
}

/// Puts an amount into the shape of the API.
#[must_use]
pub fn amount(m: crate::values::Money) -> AmountOut {
    AmountOut { amount_minor: m.minor, currency: m.currency.to_string() }
}

fn dataset_out(visit: &Visit, d: &Dataset, party: &str, listing: Option<&Listing>) -> DatasetOut {
    let d = d.clone();
    DatasetOut {
        address: visit.site.absolute(&urls::dataset(party, &d.slug)),
        id: d.id.to_string(),
        organisation: party.to_owned(),
        slug: d.slug,
        state: d.state.to_string(),
        title_zh: d.title_zh,
        title_en: d.title_en,
        summary_zh: d.summary_zh,
        summary_en: d.summary_en,
        card_zh: d.card_zh,
        card_en: d.card_en,
        sector: d.sector,
        kind: d.kind,
        use_case: d.use_case,
        level: d.level.to_string(),
        source_statement: d.source_statement,
        contact: d.contact,
        updated_at: d.updated_at.rfc3339(),
        revision: d.revision,
        version: listing.map(|l| versions::out(&l.version, &[])),
        offers: listing.map(|l| l.offers.iter().map(|(o, l)| offer_out(o, l)).collect()).unwrap_or_default(),
    }
}

/// The catalogue: `q`, `sector`, `use_case`, `free`, `seller`, `after`.
#[utoipa::path(get, path = "/api/v1/datasets", tag = "datasets", params(("q" = Option<String>, Query), ("sector" = Option<String>, Query), ("use_case" = Option<String>, Query), ("free" = Option<String>, Query), ("seller" = Option<String>, Query), ("after" = Option<String>, Query)), responses((status = 200, body = Items<DatasetOut>)))]
pub(crate) async fn list(visit: Visit, Query(typed): Query<CatalogueTyped>) -> Answer {
    let mut query = typed.query(50)?;
    let (actor, now) = (visit.look.actor.clone(), visit.now());
    let (page, _) = visit
        .site
        .db
        .read(move |tx| {
            query.eye = Eye::of(tx, actor.as_ref(), now)?;
            Ok::<_, Problem>(offers::catalogue(tx, &query)?)
        })
        .await?;
    let page: Page<DatasetOut> = page.map(|l| dataset_out(&visit, &l.dataset, &l.party.slug, Some(&l)));
    answer::json(&Items::of(page))
}

async fn shown(visit: &Visit, party: String, slug: String) -> Result<DatasetOut, Problem> {
    let (actor, now) = (visit.look.actor.clone(), visit.now());
    let (dataset, party, listing) = visit
        .site
        .db
        .read(move |tx| {
            let (dataset, party) = named(tx, actor.as_ref(), &party, &slug)?;
            let eye = Eye::of(tx, actor.as_ref(), now)?;
            let listing = offers::listing_of(tx, dataset.clone(), &eye)?;
            Ok::<_, Problem>((dataset, party, listing))
        })
        .await?;
    Ok(dataset_out(visit, &dataset, &party.slug, listing.as_ref()))
}

/// One dataset with its current version and open offers.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), responses((status = 200, body = DatasetOut), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    answer::json(&shown(&visit, party, slug).await?)
}

/// Begins a dataset as a draft.
#[utoipa::path(post, path = "/api/v1/datasets", tag = "datasets", request_body = DatasetTyped, responses((status = 201, body = DatasetOut), (status = 422)))]
pub(crate) async fn begin(visit: Visit, body: Json<DatasetTyped>) -> Answer {
    let (slug, card) = body.value.parse_new().map_err(Problem::invalid)?;
    let (owner, name) = (body.value.organisation.clone(), slug.to_string());
    visit
        .as_actor()?
        .write_once(body.once, move |tx, actor, now| {
            let party = parties::find_by_slug(tx, &owner)?.ok_or_else(Problem::not_found)?;
            let may = MayBegin::check(tx, actor, party.id)?;
            datasets::begin(tx, may, &slug, &card, now).map_err(dataset_problem)
        })
        .await?;
    answer::json_as(StatusCode::CREATED, &shown(&visit, body.value.organisation, name).await?)
}

/// Changes what a dataset says of itself, at the revision that the caller saw.
pub(in crate::web::datasets) async fn changed<T: Send + 'static>(
    visit: &Visit,
    (party, slug): (&str, &str),
    revision: Option<i64>,
    change: impl FnOnce(&mut Write, MayChangeDataset, i64, Timestamp) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let revision = revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))?;
    let at = (party.to_owned(), slug.to_owned());
    let changed = visit.as_actor()?.write(move |tx, actor, now| {
        let (dataset, _) = named(tx, Some(actor), &at.0, &at.1)?;
        let may = MayChangeDataset::check(tx, actor, dataset.id)?;
        change(tx, may, revision, now)
    });
    changed.await
}

/// Changes texts; `If-Match` carries the revision.
#[utoipa::path(put, path = "/api/v1/datasets/{party}/{slug}", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("If-Match" = String, Header)), request_body = DatasetTyped, responses((status = 200, body = DatasetOut), (status = 409)))]
pub(crate) async fn change(
    visit: Visit,
    Path((party, slug)): Path<(String, String)>,
    body: Json<DatasetTyped>,
) -> Answer {
    let card = body.value.parse_change().map_err(Problem::invalid)?;
    let change = move |tx: &mut Write, may, revision, now| {
        datasets::change(tx, may, revision, &card, now).map_err(dataset_problem)
    };
    changed(&visit, (&party, &slug), body.revision, change).await?;
    answer::json(&shown(&visit, party, slug).await?)
}

/// Takes a dataset out of the catalogue.
#[utoipa::path(delete, path = "/api/v1/datasets/{party}/{slug}/listing", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn withdraw(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            let may = MayChangeDataset::beside_review(tx, actor, dataset.id)?;
            datasets::withdraw(tx, may, now).map_err(dataset_problem)
        })
        .await?;
    Ok(answer::no_content())
}

/// Puts a withdrawn dataset back.
#[utoipa::path(put, path = "/api/v1/datasets/{party}/{slug}/listing", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn relist(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            let may = MayChangeDataset::beside_review(tx, actor, dataset.id)?;
            datasets::relist(tx, may, now).map_err(dataset_problem)
        })
        .await?;
    Ok(answer::no_content())
}

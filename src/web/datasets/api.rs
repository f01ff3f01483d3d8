//! The API of the catalogue, datasets, versions, files and offers.

use super::edit::{dataset_problem, version_problem};
use super::forms::{DatasetTyped, VersionTyped};
use super::offers::api::{OfferOut, offer_out};
use super::{CatalogueTyped, named, upload};
use crate::http::body::declared_length;
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Query, Visit, answer};
use crate::market::datasets::{self, Dataset, File, MayBegin, MayChangeDataset, MayRecall, Version};
use crate::market::offers::{self, Eye, Listing};
use crate::market::{grants, parties};
use crate::routes;
use crate::store::Page;
use crate::urls;
use crate::values::{FileId, Line, VersionId};
use crate::web::listing::{Items, Made, stamp};
use crate::web::parties::api::AmountOut;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/api/v1/datasets" Anybody => list,
    post "/api/v1/datasets" SignedIn => begin,
    get "/api/v1/datasets/{party}/{slug}" Anybody => show,
    put "/api/v1/datasets/{party}/{slug}" SignedIn => change,
    delete "/api/v1/datasets/{party}/{slug}/listing" SignedIn => withdraw,
    put "/api/v1/datasets/{party}/{slug}/listing" SignedIn => relist,
    post "/api/v1/datasets/{party}/{slug}/versions" SignedIn => begin_version,
    get "/api/v1/datasets/{party}/{slug}/versions/{version}" Anybody => version,
    put "/api/v1/datasets/{party}/{slug}/versions/{version}/files/{path:.*}" SignedIn => put_file,
    delete "/api/v1/datasets/{party}/{slug}/versions/{version}/files/{path:.*}" SignedIn => remove_file,
    post "/api/v1/datasets/{party}/{slug}/versions/{version}/publication" SignedIn => publish,
    post "/api/v1/datasets/{party}/{slug}/versions/{version}/recall" SignedIn => recall,
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

/// A version.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionOut {
    id: String,
    label: String,
    state: String,
    change_note: String,
    files_count: i64,
    size_bytes: i64,
    rows: Option<i64>,
    columns: Option<i64>,
    manifest_sha256: Option<String>,
    published_at: Option<String>,
    recall_reason: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileOut>,
}

/// A file, without its bytes.
#[derive(Debug, Serialize, ToSchema)]
pub struct FileOut {
    id: String,
    path: String,
    media_type: String,
    size_bytes: i64,
    sha256: String,
    rows: Option<i64>,
    columns: Option<i64>,
}

/// Puts an amount into the shape of the API.
#[must_use]
pub fn amount(m: crate::values::Money) -> AmountOut {
    AmountOut { amount_minor: m.minor, currency: m.currency.to_string() }
}

/// Puts a file into the shape of the API.
#[must_use]
pub fn file_out(f: &File) -> FileOut {
    FileOut {
        id: f.id.to_string(),
        path: f.path.clone(),
        media_type: f.media_type.clone(),
        size_bytes: f.size_bytes,
        sha256: f.sha256.to_string(),
        rows: f.rows_count,
        columns: f.columns_count,
    }
}

fn version_out(v: &Version, files: &[File]) -> VersionOut {
    VersionOut {
        id: v.id.to_string(),
        label: v.label.clone(),
        state: v.state.to_string(),
        change_note: v.change_note.clone(),
        files_count: v.files_count,
        size_bytes: v.size_bytes,
        rows: v.rows_count,
        columns: v.columns_count,
        manifest_sha256: v.manifest_sha256.as_ref().map(|d| d.to_string()),
        published_at: stamp(v.published_at),
        recall_reason: v.recall_reason.clone(),
        files: files.iter().map(file_out).collect(),
    }
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
        version: listing.map(|l| version_out(&l.version, &[])),
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
    let (actor, now, owner, name) =
        (visit.person()?.clone(), visit.now(), body.value.organisation.clone(), slug.to_string());
    visit
        .site
        .db
        .write_once(body.once, now, move |tx| {
            let party = parties::find_by_slug(tx, &owner)?.ok_or_else(Problem::not_found)?;
            let may = MayBegin::check(tx, &actor, party.id)?;
            datasets::begin(tx, may, &slug, &card, now).map_err(dataset_problem)
        })
        .await?;
    answer::json_as(StatusCode::CREATED, &shown(&visit, body.value.organisation, name).await?)
}

/// Changes texts; `If-Match` carries the revision.
#[utoipa::path(put, path = "/api/v1/datasets/{party}/{slug}", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("If-Match" = String, Header)), request_body = DatasetTyped, responses((status = 200, body = DatasetOut), (status = 409)))]
pub(crate) async fn change(
    visit: Visit,
    Path((party, slug)): Path<(String, String)>,
    body: Json<DatasetTyped>,
) -> Answer {
    let card = body.value.parse_change().map_err(Problem::invalid)?;
    let revision = body.revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))?;
    let (actor, now, at) = (visit.person()?.clone(), visit.now(), (party.clone(), slug.clone()));
    visit
        .site
        .db
        .write(move |tx| {
            let (dataset, _) = named(tx, Some(&actor), &at.0, &at.1)?;
            let may = MayChangeDataset::check(tx, &actor, dataset.id)?;
            datasets::change(tx, may, revision, &card, now).map_err(dataset_problem)
        })
        .await?;
    answer::json(&shown(&visit, party, slug).await?)
}

/// Takes a dataset out of the catalogue.
#[utoipa::path(delete, path = "/api/v1/datasets/{party}/{slug}/listing", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn withdraw(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    let (actor, now) = (visit.person()?.clone(), visit.now());
    visit
        .site
        .db
        .write(move |tx| {
            let (dataset, _) = named(tx, Some(&actor), &party, &slug)?;
            let may = MayChangeDataset::beside_review(tx, &actor, dataset.id)?;
            datasets::withdraw(tx, may, now).map_err(dataset_problem)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Puts a withdrawn dataset back.
#[utoipa::path(put, path = "/api/v1/datasets/{party}/{slug}/listing", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn relist(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    let (actor, now) = (visit.person()?.clone(), visit.now());
    visit
        .site
        .db
        .write(move |tx| {
            let (dataset, _) = named(tx, Some(&actor), &party, &slug)?;
            let may = MayChangeDataset::beside_review(tx, &actor, dataset.id)?;
            datasets::relist(tx, may, now).map_err(dataset_problem)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Begins a version.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/versions", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), request_body = VersionTyped, responses((status = 201, body = Made), (status = 422)))]
pub(crate) async fn begin_version(
    visit: Visit,
    Path((party, slug)): Path<(String, String)>,
    body: Json<VersionTyped>,
) -> Answer {
    let (label, note) = body.value.parse().map_err(Problem::invalid)?;
    let (actor, now) = (visit.person()?.clone(), visit.now());
    let id = visit
        .site
        .db
        .write_once(body.once, now, move |tx| {
            let (dataset, _) = named(tx, Some(&actor), &party, &slug)?;
            let may = MayChangeDataset::check(tx, &actor, dataset.id)?;
            datasets::begin_version(tx, may, &label, &note, now).map_err(version_problem)
        })
        .await?;
    answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })
}

/// One version with its files; drafts only for their publisher.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), responses((status = 200, body = VersionOut), (status = 404)))]
pub(crate) async fn version(visit: Visit, Path((party, slug, id)): Path<(String, String, VersionId)>) -> Answer {
    let actor = visit.look.actor.clone();
    let (version, files) = visit
        .site
        .db
        .read(move |tx| {
            let (dataset, _) = named(tx, actor.as_ref(), &party, &slug)?;
            let version =
                datasets::version(tx, id)?.filter(|v| v.dataset_id == dataset.id).ok_or_else(Problem::not_found)?;
            if version.state == datasets::VersionState::Draft {
                let actor = actor.ok_or_else(Problem::not_found)?;
                MayChangeDataset::beside_review(tx, &actor, dataset.id)?;
            }
            let files = datasets::files_of(tx, id)?;
            Ok::<_, Problem>((version, files))
        })
        .await?;
    answer::json(&version_out(&version, &files))
}

/// Uploads a file into a draft version (`curl -T`): the body is the file.
#[utoipa::path(put, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/files/{path}", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path), ("path" = String, Path)), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 201, body = FileOut), (status = 413), (status = 422)))]
pub(crate) async fn put_file(
    visit: Visit,
    Path((party, slug, version, path)): Path<(String, String, VersionId, String)>,
    request: HttpRequest,
    mut payload: web::Payload,
) -> Answer {
    let limit = visit.site.facts.upload_limit_bytes;
    if declared_length(&request).is_some_and(|n| n > limit) {
        return Err(Problem::too_large(limit));
    }
    let path = upload::path(&path)?;
    let actor = visit.person()?.clone();
    let dataset = visit
        .site
        .db
        .read(move |tx| {
            let (dataset, _) = named(tx, Some(&actor), &party, &slug)?;
            MayChangeDataset::check(tx, &actor, dataset.id)?;
            Ok::<_, Problem>(dataset.id)
        })
        .await?;
    let id = upload::keep(&visit, dataset, version, path, &mut payload, limit).await?;
    let file = visit
        .site
        .db
        .read(move |tx| Ok::<_, Problem>(datasets::file(tx, id)?))
        .await?
        .ok_or_else(Problem::not_found)?;
    answer::json_as(StatusCode::CREATED, &file_out(&file))
}

/// Removes a file from a draft version, by its identifier in place of the path: one address pattern serves both methods.
#[utoipa::path(delete, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/files/{path}", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path), ("path" = String, Path, description = "The file's identifier")), responses((status = 204), (status = 409)))]
pub(crate) async fn remove_file(
    visit: Visit,
    Path((party, slug, _version, file)): Path<(String, String, VersionId, FileId)>,
) -> Answer {
    let (actor, now) = (visit.person()?.clone(), visit.now());
    let blob = visit
        .site
        .db
        .write(move |tx| {
            let (dataset, _) = named(tx, Some(&actor), &party, &slug)?;
            let may = MayChangeDataset::check(tx, &actor, dataset.id)?;
            datasets::remove_file(tx, may, file, now).map_err(upload::file_problem)
        })
        .await?;
    if let Some(blob) = blob
        && let Err(error) = visit.site.blobs.remove(blob.uuid()).await
    {
        tracing::warn!(%error, %blob, "bytes of a removed file stay until they are swept");
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Publishes a draft version, for ever.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/publication", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), responses((status = 200, body = VersionOut), (status = 403), (status = 409)))]
pub(crate) async fn publish(visit: Visit, Path((party, slug, version)): Path<(String, String, VersionId)>) -> Answer {
    let (actor, now) = (visit.person()?.clone(), visit.now());
    let keys = visit.site.signing.clone();
    let (version, files) = visit
        .site
        .db
        .write(move |tx| {
            let (dataset, _) = named(tx, Some(&actor), &party, &slug)?;
            let may = MayChangeDataset::check(tx, &actor, dataset.id)?;
            let version = datasets::publish(tx, may, version, &keys, now).map_err(version_problem)?;
            let files = datasets::files_of(tx, version.id)?;
            Ok::<_, Problem>((version, files))
        })
        .await?;
    answer::json(&version_out(&version, &files))
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonIn {
    /// The reason, one line.
    pub reason: String,
}

/// Reads a reason.
///
/// # Errors
/// The fault of the field.
pub fn reason(text: &str) -> Result<Line, Problem> {
    super::forms::ReasonTyped { reason: text.to_owned() }.parse().map_err(Problem::invalid)
}

/// Recalls a version with a reason: holders are told, nothing of it is handed out any more.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/recall", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), request_body = ReasonIn, responses((status = 204), (status = 409)))]
pub(crate) async fn recall(
    visit: Visit,
    Path((_, _, version)): Path<(String, String, VersionId)>,
    body: Json<ReasonIn>,
) -> Answer {
    let reason = reason(&body.value.reason)?;
    let (actor, now) = (visit.person()?.clone(), visit.now());
    visit
        .site
        .db
        .write(move |tx| {
            let may = MayRecall::check(tx, &actor, version)?;
            grants::recall_version(tx, may, &reason, now).map_err(version_problem)
        })
        .await?;
    visit.site.mail_bell.notify_one();
    Ok(HttpResponse::NoContent().finish())
}

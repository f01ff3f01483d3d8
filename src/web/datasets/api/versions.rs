//! The API of versions and their files.

use super::super::edit::version_problem;
use super::super::forms::{ReasonTyped, VersionTyped};
use super::super::{named, upload};
use crate::http::body::declared_length;
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::datasets::{self, File, MayChangeDataset, MayRecall, Version};
use crate::market::grants;
use crate::routes;
use crate::values::{FileId, Line, VersionId};
use crate::web::listing::{Made, stamp};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    post "/api/v1/datasets/{party}/{slug}/versions" Caller => begin_version,
    get "/api/v1/datasets/{party}/{slug}/versions/{version}" Anybody => version,
    put "/api/v1/datasets/{party}/{slug}/versions/{version}/files/{path:.*}" Caller => put_file,
    delete "/api/v1/datasets/{party}/{slug}/versions/{version}/files/{path:.*}" Caller => remove_file,
    post "/api/v1/datasets/{party}/{slug}/versions/{version}/publication" Caller => publish,
    post "/api/v1/datasets/{party}/{slug}/versions/{version}/recall" SignedIn => recall,
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

pub(super) fn out(v: &Version, files: &[File]) -> VersionOut {
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

/// Begins a version.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/versions", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), request_body = VersionTyped, responses((status = 201, body = Made), (status = 422)))]
pub(crate) async fn begin_version(
    visit: Visit,
    Path((party, slug)): Path<(String, String)>,
    body: Json<VersionTyped>,
) -> Answer {
    let (label, note) = body.value.parse().map_err(Problem::invalid)?;
    let id = visit
        .as_actor()?
        .write_once(body.once, move |tx, actor, now| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            let may = MayChangeDataset::check(tx, actor, dataset.id)?;
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
                datasets::works_on(tx, &actor, dataset.id)?;
            }
            let files = datasets::files_of(tx, id)?;
            Ok::<_, Problem>((version, files))
        })
        .await?;
    answer::json(&out(&version, &files))
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
    let dataset = visit
        .as_actor()?
        .read(move |tx, actor, _| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            MayChangeDataset::check(tx, actor, dataset.id)?;
            Ok(dataset.id)
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
    let blob = visit
        .as_actor()?
        .write(move |tx, actor, now| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            let may = MayChangeDataset::check(tx, actor, dataset.id)?;
            datasets::remove_file(tx, may, file, now).map_err(upload::file_problem)
        })
        .await?;
    if let Some(blob) = blob
        && let Err(error) = visit.site.blobs.remove(blob.uuid()).await
    {
        tracing::warn!(%error, %blob, "bytes of a removed file stay until they are swept");
    }
    Ok(answer::no_content())
}

/// Publishes a draft version, for ever.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/publication", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), responses((status = 200, body = VersionOut), (status = 403), (status = 409)))]
pub(crate) async fn publish(visit: Visit, Path((party, slug, version)): Path<(String, String, VersionId)>) -> Answer {
    let keys = visit.site.signing.clone();
    let (version, files) = visit
        .as_actor()?
        .write(move |tx, actor, now| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            let may = MayChangeDataset::check(tx, actor, dataset.id)?;
            let version = grants::publish_version(tx, may, version, &keys, now).map_err(version_problem)?;
            let files = datasets::files_of(tx, version.id)?;
            Ok::<_, Problem>((version, files))
        })
        .await?;
    answer::json(&out(&version, &files))
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
    ReasonTyped { reason: text.to_owned() }.parse().map_err(Problem::invalid)
}

/// Recalls a version with a reason: holders are told, nothing of it is handed out any more.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/recall", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), request_body = ReasonIn, responses((status = 204), (status = 409)))]
pub(crate) async fn recall(
    visit: Visit,
    Path((_, _, version)): Path<(String, String, VersionId)>,
    body: Json<ReasonIn>,
) -> Answer {
    let reason = reason(&body.value.reason)?;
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayRecall::check(tx, actor, version)?;
            grants::recall_version(tx, may, &reason, now).map_err(version_problem)
        })
        .await?;
    Ok(answer::no_content())
}

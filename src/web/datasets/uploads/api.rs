//! The API of uploads under way and of what an organisation stores. The bytes themselves come by tus.

use super::{named, within};
use crate::http::problem::Problem;
use crate::http::uploads::delete;
use crate::http::{Answer, Path, Visit, answer};
use crate::market::uploads::{self, Upload};
use crate::market::{datasets, parties};
use crate::routes;
use crate::urls;
use crate::values::{UploadId, VersionId};
use crate::web::listing::Items;
use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/datasets/{party}/{slug}/versions/{version}/uploads" Caller => list,
    delete "/api/v1/datasets/{party}/{slug}/versions/{version}/uploads/{upload}" Caller => cancel,
    get "/api/v1/organisations/{slug}/storage" Caller => storage,
}

/// An upload under way.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadOut {
    id: String,
    /// The file's path in the version.
    path: String,
    /// The length announced.
    size_bytes: i64,
    /// How much of it is durable.
    offset_bytes: i64,
    /// The digest announced.
    sha256: Option<String>,
    begun_by: String,
    created_at: String,
    /// When bytes came last.
    moved_at: String,
    /// When it is given up if nothing more comes.
    expires_at: String,
    /// Where it goes on, by the tus protocol.
    address: String,
}

fn out(visit: &Visit, u: &Upload) -> UploadOut {
    UploadOut {
        id: u.id.to_string(),
        path: u.path.clone(),
        size_bytes: u.size_bytes,
        offset_bytes: u.offset_bytes,
        sha256: u.announced_sha256.as_ref().map(ToString::to_string),
        begun_by: u.begun_by_name.clone(),
        created_at: u.created_at.rfc3339(),
        moved_at: u.moved_at.rfc3339(),
        expires_at: u.expires_at.rfc3339(),
        address: visit.site.absolute(&urls::tus_upload(u.id)),
    }
}

/// Lists the uploads into a draft that can be continued, oldest first, at most a thousand.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/uploads", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), responses((status = 200, body = Items<UploadOut>), (status = 404)))]
pub(crate) async fn list(visit: Visit, Path((party, slug, version)): Path<(String, String, VersionId)>) -> Answer {
    let open = visit.as_actor()?.read(move |tx, actor, now| {
        let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
        let own = datasets::version(tx, version)?.is_some_and(|v| v.dataset_id == dataset.id);
        if own { Ok(uploads::open_of(tx, actor, version, now)?) } else { Err(Problem::not_found()) }
    });
    answer::json(&Items::all(open.await?.iter().map(|u| out(&visit, u)).collect()))
}

/// Gives an upload up and its reserved room back.
#[utoipa::path(delete, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/uploads/{upload}", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path), ("upload" = String, Path)), responses((status = 204), (status = 404), (status = 409), (status = 410)))]
pub(crate) async fn cancel(
    visit: Visit,
    Path((party, slug, version, id)): Path<(String, String, VersionId, UploadId)>,
) -> Answer {
    within(&visit, (party, slug), version, id).await?;
    delete(&visit, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// How much an organisation stores.
#[derive(Debug, Serialize, ToSchema)]
pub struct StorageOut {
    /// Bytes of stored files, each counted once however many versions name it.
    used_bytes: i64,
    /// Bytes that uploads under way have reserved.
    reserved_bytes: i64,
    /// What both together may come to.
    quota_bytes: i64,
}

/// Says how much an organisation stores, has reserved and may store, to those who act for it.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/storage", tag = "organisations", params(("slug" = String, Path)), responses((status = 200, body = StorageOut), (status = 404)))]
pub(crate) async fn storage(visit: Visit, Path(slug): Path<String>) -> Answer {
    let storage = visit.as_actor()?.read(move |tx, actor, _| {
        let party = parties::find_by_slug(tx, &slug)?.ok_or_else(Problem::not_found)?;
        Ok(datasets::storage_of(tx, actor, party.id)?)
    });
    let storage = storage.await?;
    answer::json(&StorageOut {
        used_bytes: storage.used_bytes,
        reserved_bytes: storage.reserved_bytes,
        quota_bytes: visit.site.facts.quota_bytes,
    })
}

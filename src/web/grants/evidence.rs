//! The evidence pack of a deal as one zip.

use crate::http::problem::Problem;
use crate::http::{Answer, Path, Visit};
use crate::market::evidence;
use crate::routes;
use crate::values::PurchaseId;
use crate::web::purchases::hand;
use actix_web::HttpResponse;
use actix_web::http::header;

routes! {
    get "/requests/{id}/evidence.zip" SignedIn => download,
    get "/api/v1/requests/{id}/evidence" Caller => download,
}

/// The evidence pack of a deal: readable entries and an index over their SHA-256 that the exchange signs. For both sides, the
/// compliance officer and the site auditor.
#[utoipa::path(get, path = "/api/v1/requests/{id}/evidence", tag = "requests", params(("id" = String, Path)), responses((status = 200, description = "A zip", content_type = "application/zip"), (status = 404)))]
pub(crate) async fn download(visit: Visit, Path(id): Path<PurchaseId>) -> Answer {
    super::api::readable(&visit)?;
    let pack = visit.as_actor()?.read(move |tx, actor, now| Ok(evidence::gather(tx, actor, id, now)?)).await?;
    let name = format!("attachment; filename=\"{}-evidence.zip\"", pack.number);
    let (hand, now) = (hand(&visit.site), visit.now());
    let bytes = tokio::task::spawn_blocking(move || evidence::zipped(&pack, &hand, now))
        .await
        .map_err(|e| Problem::broken(&e))??;
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(bytes))
}

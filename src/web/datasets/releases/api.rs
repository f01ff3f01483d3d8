//! The API of versions: the list, the signed manifest, the difference to the one before, advice against one.

use super::{At, attachment, desk, load, version_named};
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::datasets::releases::Difference;
use crate::routes;
use crate::web::datasets::api::{ReasonIn, reason};
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/datasets/{party}/{slug}/versions/{version}/difference" Anybody => difference,
    get "/api/v1/datasets/{party}/{slug}/versions/{version}/manifest" Anybody => manifest,
    get "/api/v1/datasets/{party}/{slug}/versions/{version}/signature" Anybody => signature,
    put "/api/v1/datasets/{party}/{slug}/versions/{version}/deprecation" SignedIn => deprecate,
    delete "/api/v1/datasets/{party}/{slug}/versions/{version}/deprecation" SignedIn => restore,
}

/// How a version differs from the one before it; both are null for the first version.
#[derive(Debug, Serialize, ToSchema)]
pub struct DifferenceOut {
    previous: Option<String>,
    difference: Option<Difference>,
}

/// How a version (by identifier or label) differs from the one before it.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/difference", tag = "versions", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), responses((status = 200, body = DifferenceOut), (status = 404)))]
pub(crate) async fn difference(visit: Visit, Path(at): Path<At>) -> Answer {
    let (before, difference) = load(&visit, at).await?.before.unzip();
    answer::json(&DifferenceOut { previous: before.map(|v| v.label), difference })
}

/// The manifest of a published version, byte for byte as it was signed.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/manifest", tag = "versions", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), responses((status = 200, content_type = "application/json"), (status = 404)))]
pub(crate) async fn manifest(visit: Visit, Path(at): Path<At>) -> Answer {
    let text = load(&visit, at).await?.version.manifest.ok_or_else(Problem::not_found)?;
    Ok(attachment("application/json", "manifest.json", text))
}

/// The exchange's signature over the manifest: a JWS with detached payload (RFC 7515, appendix F).
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/signature", tag = "versions", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), responses((status = 200, content_type = "application/jose"), (status = 404)))]
pub(crate) async fn signature(visit: Visit, Path(at): Path<At>) -> Answer {
    let text = load(&visit, at).await?.signature.ok_or_else(Problem::not_found)?;
    Ok(attachment("application/jose", "manifest.jws", text))
}

async fn id_of(visit: &Visit, at: At) -> Result<crate::values::VersionId, Problem> {
    let read = move |tx: &mut crate::store::Read, actor: &crate::market::accounts::Actor, _| {
        Ok(version_named(tx, Some(actor), (&at.0, &at.1, &at.2))?.2.id)
    };
    visit.as_person()?.read(read).await
}

/// Advises against a version: its holders are told, and may go on using it.
#[utoipa::path(put, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/deprecation", tag = "versions", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), request_body = ReasonIn, responses((status = 204), (status = 409), (status = 422)))]
pub(crate) async fn deprecate(visit: Visit, Path(at): Path<At>, body: Json<ReasonIn>) -> Answer {
    let note = reason(&body.value.reason)?;
    let version = id_of(&visit, at).await?;
    desk::advise(&visit, version, note).await?;
    Ok(answer::no_content())
}

/// Takes the advice against a version back.
#[utoipa::path(delete, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/deprecation", tag = "versions", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn restore(visit: Visit, Path(at): Path<At>) -> Answer {
    let version = id_of(&visit, at).await?;
    desk::take_back(&visit, version).await?;
    Ok(answer::no_content())
}

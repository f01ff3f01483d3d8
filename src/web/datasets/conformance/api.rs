//! The API of declared standards and of what their checks found.

use super::desk::{self, DeclarationTyped};
use super::{Checks, load};
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::datasets::standards::{Checked, Declared};
use crate::measure::rules::Report;
use crate::routes;
use crate::values::DeclarationId;
use crate::web::datasets::releases::At;
use crate::web::listing::{Items, Made, stamp};
use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/datasets/{party}/{slug}/versions/{version}/conformance" Anybody => show,
    post "/api/v1/datasets/{party}/{slug}/versions/{version}/declarations" Caller => declare,
    delete "/api/v1/datasets/{party}/{slug}/versions/{version}/declarations/{declaration}" Caller => undeclare,
}

/// A declared standard with what was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeclaredOut {
    id: String,
    standard: String,
    standard_code: String,
    standard_label: String,
    standard_sha256: String,
    /// The form of the paths of its files.
    files_like: String,
    /// Whether all files conform; null while one is not checked yet.
    conforms: Option<bool>,
    files: Vec<CheckedOut>,
}

/// A file with what was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckedOut {
    path: String,
    /// `waiting`, `checking`, `conforms`, `breaks` or `unreadable`.
    state: String,
    rows_checked: i64,
    checked_at: Option<String>,
    refusal: Option<String>,
    report: Option<Report>,
}

fn file(f: &Checked, publishes: bool) -> CheckedOut {
    let found = f.found.as_ref();
    CheckedOut {
        path: f.path.clone(),
        state: found.map_or("waiting", |c| c.state.as_str()).to_owned(),
        rows_checked: found.map_or(0, |c| c.rows_checked),
        checked_at: stamp(found.and_then(|c| c.checked_at)),
        refusal: found.and_then(|c| c.refusal.clone()),
        report: f.report().map(|r| if publishes { r } else { r.public() }),
    }
}

fn out(d: &Declared, publishes: bool) -> DeclaredOut {
    DeclaredOut {
        id: d.declaration.id.to_string(),
        standard: d.standard.id.to_string(),
        standard_code: d.standard.code.clone(),
        standard_label: d.standard.label.clone(),
        standard_sha256: d.standard.sha256.to_string(),
        files_like: d.declaration.pattern.clone(),
        conforms: d.conforms(),
        files: d.files.iter().map(|f| file(f, publishes)).collect(),
    }
}

/// The standards that a version declares, with every broken rule of every file; values of rows for the publisher only.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/conformance", tag = "standards", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), responses((status = 200, body = Items<DeclaredOut>), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path(at): Path<At>) -> Answer {
    let Checks { declared, publishes, .. } = load(&visit, at).await?;
    answer::json(&Items::all(declared.iter().map(|d| out(d, publishes)).collect()))
}

/// Declares a standard for files of a draft; they are checked in the background.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/declarations", tag = "standards", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), request_body = DeclarationTyped, responses((status = 201, body = Made), (status = 409), (status = 422)))]
pub(crate) async fn declare(visit: Visit, Path(at): Path<At>, body: Json<DeclarationTyped>) -> Answer {
    let checks = load(&visit, at).await?;
    let id = desk::add(&visit, (checks.dataset.id, checks.version.id), &body.value).await?;
    answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })
}

/// Takes a declaration of a draft back.
#[utoipa::path(delete, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/declarations/{declaration}", tag = "standards", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path), ("declaration" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(crate) async fn undeclare(
    visit: Visit,
    Path((party, slug, version, declaration)): Path<(String, String, String, DeclarationId)>,
) -> Answer {
    let checks = load(&visit, (party, slug, version)).await?;
    desk::remove(&visit, (checks.dataset.id, checks.version.id), declaration).await?;
    Ok(answer::no_content())
}

//! What a handler gives back: a page, a redirect after a `POST`, JSON.

use super::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::header;
use serde::Serialize;

/// What a handler returns.
pub type Answer = Result<HttpResponse, Problem>;

/// Sends the reader on after a `POST` (303).
#[must_use]
pub fn see_other(path: String) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

/// Says that it is done and that there is nothing to show (204).
#[must_use]
pub fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// Renders a page.
///
/// # Errors
/// A broken-server problem when the template fails, which is a bug.
pub fn html(page: &impl askama::Template) -> Answer {
    html_as(actix_web::http::StatusCode::OK, page)
}

/// Renders a page with a status other than 200.
///
/// # Errors
/// As [`html`].
pub fn html_as(status: actix_web::http::StatusCode, page: &impl askama::Template) -> Answer {
    let body = page.render().map_err(|e| Problem::broken(&e))?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(body))
}

/// Writes JSON.
///
/// # Errors
/// A broken-server problem when the value cannot be written, which is a bug.
pub fn json(value: &impl Serialize) -> Answer {
    json_as(actix_web::http::StatusCode::OK, value)
}

/// Writes JSON with a status other than 200.
///
/// # Errors
/// As [`json`].
pub fn json_as(status: actix_web::http::StatusCode, value: &impl Serialize) -> Answer {
    let body = serde_json::to_string(value).map_err(|e| Problem::broken(&e))?;
    Ok(HttpResponse::build(status).content_type("application/json").body(body))
}

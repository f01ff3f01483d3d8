//! The door that every request passes, in and out: id, host, origin guard, panics, problems, headers, log.

use super::problem::{Problem, document};
use super::site::Site;
use super::visit::{Look, Visit, cookie, look_of};
use super::{origin, packing};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError, web};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;

/// The content security policy of every page: nothing inline, nothing from elsewhere.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

/// A response that stands ready although its request is gone, as after a panic.
#[derive(Debug)]
struct Ready {
    status: StatusCode,
    content_type: &'static str,
    body: String,
    https: bool,
    request_id: String,
}
impl std::fmt::Display for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.status)
    }
}
impl ResponseError for Ready {
    fn status_code(&self) -> StatusCode {
        self.status
    }
    fn error_response(&self) -> HttpResponse {
        let mut response =
            HttpResponse::build(self.status).content_type(self.content_type).force_close().body(self.body.clone());
        dress(response.headers_mut(), self.https, false, &self.request_id);
        response
    }
}

/// Lets a request in and its answer out.
///
/// # Errors
/// Only after a panic: the error then holds the finished page.
pub async fn pass(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(site) = request.app_data::<web::Data<Site>>().cloned() else {
        return Ok(request.into_response(HttpResponse::InternalServerError().finish()));
    };
    let now = site.clock.now();
    let request_id = crate::values::random_uuid().simple().to_string();
    let look = look_of(request.headers(), request.path(), request.query_string(), now, request_id.clone());
    request.extensions_mut().insert(look.clone());
    let (method, path) = (request.method().clone(), shown(request.path()));
    let has_body = request.headers().contains_key(header::TRANSFER_ENCODING)
        || request.headers().get(header::CONTENT_LENGTH).is_some_and(|v| v.as_bytes() != b"0");
    let refusal = refuse_early(&site, &mut request);
    let mut response = if let Some(problem) = refusal {
        request.error_response(problem).map_into_boxed_body()
    } else {
        match AssertUnwindSafe(next.call(request)).catch_unwind().await {
            Ok(Ok(response)) => response.map_into_boxed_body(),
            Ok(Err(error)) => {
                // A framework error without its request: rendered as a problem of its status.
                return Err(
                    ready(&site, &look, &Problem::new(error.as_response_error().status_code(), "bad-request")).into()
                );
            }
            Err(panic) => {
                let cause = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
                let cause =
                    cause.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panic".to_owned());
                tracing::error!(request_id, %method, path, cause, "a handler panicked");
                return Err(ready(&site, &look, &Problem::broken(&cause)).into());
            }
        }
    };
    render_problem(&site, &mut response);
    let signed_in = response.request().extensions().get::<Look>().is_some_and(|l| l.actor.is_some());
    let mut response = packing::pack(response, signed_in);
    let status = response.status();
    if has_body && (status.is_client_error() || status.is_server_error()) {
        // Its body may be unread: a connection that may still bring gigabytes is not kept.
        response.response_mut().head_mut().set_connection_type(actix_http::ConnectionType::Close);
    }
    if path.starts_with(crate::urls::TUS) {
        // Every answer of that door carries it, also refusals that are made here.
        let version = HeaderValue::from_static(crate::urls::TUS_VERSION);
        if status == StatusCode::PRECONDITION_FAILED {
            response.headers_mut().insert(HeaderName::from_static("tus-version"), version.clone());
        }
        response.headers_mut().insert(HeaderName::from_static("tus-resumable"), version);
    }
    dress(response.headers_mut(), site.facts.https, signed_in, &request_id);
    let took_ms = site.clock.now().0 - now.0;
    tracing::info!(request_id, %method, path, status = status.as_u16(), took_ms, "request");
    Ok(response)
}

/// Refuses what no handler shall see: a wrong host, a forged origin.
fn refuse_early(site: &Site, request: &mut ServiceRequest) -> Option<Problem> {
    let host = request.headers().get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, port)| if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host });
    // Probes of a load balancer name an address, not a host.
    let probe = matches!(request.path(), "/healthz" | "/readyz");
    if !probe && !site.facts.allowed_hosts.iter().any(|h| h.eq_ignore_ascii_case(name)) {
        return Some(Problem::new(StatusCode::MISDIRECTED_REQUEST, "host"));
    }
    let has_cookie = cookie(request.headers(), Visit::cookie_name(site.facts.https)).is_some();
    if !origin::allowed(request.method(), request.headers(), &site.facts.public_url, has_cookie) {
        return Some(Problem::forbidden("origin"));
    }
    None
}

/// The finished answer to a problem whose request is gone.
fn ready(site: &Site, look: &Look, problem: &Problem) -> Ready {
    let (content_type, body) = if look.machine {
        ("application/problem+json", document(site, look, problem).to_string())
    } else {
        ("text/html; charset=utf-8", (site.problem_page)(site, look, problem))
    };
    Ready { status: problem.status, content_type, body, https: site.facts.https, request_id: look.request_id.clone() }
}

/// Turns a problem that a handler returned into its page or document.
fn render_problem(site: &Site, response: &mut ServiceResponse<BoxBody>) {
    let unrouted = response.response().error().is_none()
        && response.status() == StatusCode::NOT_FOUND
        && response.headers().get(header::CONTENT_TYPE).is_none();
    let look = response.request().extensions().get::<Look>().cloned();
    let Some(look) = look else { return };
    let given =
        response.response().error().map(|e| (e.as_error::<Problem>().is_some(), e.as_response_error().status_code()));
    let fallback = match given {
        None if unrouted => Some(Problem::not_found()),
        None => return,
        Some((true, _)) => None,
        Some((false, status)) => Some(Problem::new(status, "bad-request")),
    };
    let signed_out_page =
        |p: &Problem| p.code == "not-signed-in" && !look.machine && response.request().method() == Method::GET;
    let new = {
        let error = response.response().error();
        let own = error.and_then(|e| e.as_error::<Problem>());
        let Some(problem) = fallback.as_ref().or(own) else { return };
        if let Some(cause) = &problem.cause {
            tracing::error!(
                request_id = look.request_id,
                path = shown(response.request().path()),
                cause,
                "the server broke"
            );
        }
        if signed_out_page(problem) {
            HttpResponse::SeeOther().insert_header((header::LOCATION, crate::urls::sign_in(&look.address))).finish()
        } else {
            let answer = ready(site, &look, problem);
            let mut builder = HttpResponse::build(answer.status);
            builder.content_type(answer.content_type);
            if let Some(seconds) = problem.retry_after {
                builder.insert_header((header::RETRY_AFTER, seconds.max(1)));
            }
            if let Some(allow) = &problem.allow {
                builder.insert_header((header::ALLOW, allow.as_str()));
            }
            if problem.status == StatusCode::UNAUTHORIZED {
                let value = if problem.code == "bad-credential" {
                    r#"Bearer realm="bourse", error="invalid_token""#
                } else {
                    r#"Bearer realm="bourse""#
                };
                builder.insert_header((header::WWW_AUTHENTICATE, value));
            }
            builder.body(answer.body)
        }
    };
    *response.response_mut() = new;
}

/// Puts the headers on that every answer carries; what a handler set itself stays.
fn dress(headers: &mut header::HeaderMap, https: bool, signed_in: bool, request_id: &str) {
    let mut put = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    put(header::CONTENT_SECURITY_POLICY, POLICY);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "same-origin");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    if https {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    put(header::CACHE_CONTROL, if signed_in { "no-store" } else { "no-cache" });
    headers.append(header::VARY, HeaderValue::from_static("Accept-Language, Cookie"));
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}

/// The path as the log may hold it: without the secret of a mailed link.
fn shown(path: &str) -> String {
    match path.strip_prefix("/links/").and_then(|rest| rest.split_once('/')) {
        Some((purpose, _)) => format!("/links/{purpose}/[redacted]"),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_log_holds_no_secret_of_a_link() {
        assert_eq!(super::shown("/links/reset/abc"), "/links/reset/[redacted]");
        assert_eq!(super::shown("/datasets"), "/datasets");
    }
}

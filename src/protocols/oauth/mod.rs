//! OAuth 2 for machines: client credentials (RFC 6749 section 4.4), metadata (RFC 8414), public keys (RFC 7517).
//!
//! A service account gets a short-lived access token (RFC 9068); download tokens are issued by the API.

use crate::http::problem::Problem;
use crate::http::{Answer, Form, Typed, Visit, answer};
use crate::market::accounts::{self, Attempt};
use crate::market::parties::{self, ServiceAccount};
use crate::market::signing::{AccessClaims, did_web};
use crate::routes;
use crate::values::random_uuid;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

/// How long an access token lives, in seconds.
const ACCESS_SECONDS: i64 = 900;

routes! {
    post "/oauth/token" Anybody => token,
    get "/.well-known/oauth-authorization-server" Anybody => metadata,
    get "/.well-known/jwks.json" Anybody => jwks,
    get "/.well-known/did.json" Anybody => did,
}

/// The token request as sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenForm {
    grant_type: String,
    client_id: String,
    client_secret: String,
    scope: String,
}
impl Typed for TokenForm {}

/// An error of RFC 6749 section 5.2.
fn oauth_error(status: StatusCode, error: &str, description: &str) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((header::WWW_AUTHENTICATE, r#"Basic realm="bourse""#));
    }
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response
        .content_type("application/json")
        .body(json!({"error": error, "error_description": description}).to_string())
}

/// The client's name and secret: Basic (form-encoded as RFC 6749 section 2.3.1 says) or in the body, not both.
fn client(request: &HttpRequest, form: &TokenForm) -> Option<(String, String)> {
    let Some(value) = request.headers().get(header::AUTHORIZATION) else {
        return (!form.client_id.is_empty()).then(|| (form.client_id.clone(), form.client_secret.clone()));
    };
    let (scheme, rest) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || !form.client_secret.is_empty() {
        return None;
    }
    let raw = String::from_utf8(data_encoding::BASE64.decode(rest.trim().as_bytes()).ok()?).ok()?;
    let (id, secret) = raw.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// The scopes asked for, all of which the account must have; all of its own when none is asked for.
fn scopes(service: &ServiceAccount, asked: &str) -> Option<String> {
    if asked.trim().is_empty() {
        return Some(service.scopes.clone());
    }
    let own: Vec<&str> = service.scopes.split(' ').collect();
    let asked: Vec<&str> = asked.split_whitespace().collect();
    asked.iter().all(|s| own.contains(s)).then(|| asked.join(" "))
}

#[expect(clippy::too_many_lines, reason = "the errors of RFC 6749 in their order")]
async fn token(visit: Visit, request: HttpRequest, form: Form<TokenForm>) -> Answer {
    let form = form.typed;
    let (now, network, most) = (visit.now(), visit.network(), visit.site.facts.hourly_attempts);
    let about = network.clone();
    let wait = visit
        .site
        .db
        .read(move |tx| Ok::<_, Problem>(accounts::attempts_allowed(tx, Attempt::Network(&about, most), now)?))
        .await?;
    if wait > 0 {
        return Err(Problem::too_often(wait));
    }
    let Some((id, secret)) = client(&request, &form) else {
        return Ok(oauth_error(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "Send the client id and secret by HTTP Basic or in the body.",
        ));
    };
    let found =
        visit.site.db.read(move |tx| Ok::<_, Problem>(parties::authenticate_service(tx, &id, &secret)?)).await?;
    let Some(service) = found else {
        visit
            .site
            .db
            .write(move |tx| Ok::<_, Problem>(accounts::count_attempt(tx, Attempt::Network(&network, most), now)?))
            .await?;
        return Ok(oauth_error(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "No service account has this id and secret, or it was revoked.",
        ));
    };
    if form.grant_type != "client_credentials" {
        let (error, text) = if form.grant_type.is_empty() {
            ("invalid_request", "grant_type is missing.")
        } else {
            ("unsupported_grant_type", "Only client_credentials is offered.")
        };
        return Ok(oauth_error(StatusCode::BAD_REQUEST, error, text));
    }
    let Some(scope) = scopes(&service, &form.scope) else {
        return Ok(oauth_error(
            StatusCode::BAD_REQUEST,
            "invalid_scope",
            &format!("This account has the scopes: {}", service.scopes),
        ));
    };
    let exchange = visit.site.facts.public_url.clone();
    let claims = AccessClaims {
        iss: exchange.clone(),
        sub: service.id.to_string(),
        aud: exchange,
        exp: now.seconds() + ACCESS_SECONDS,
        nbf: now.seconds(),
        iat: now.seconds(),
        jti: random_uuid().to_string(),
        client_id: service.id.to_string(),
        scope: scope.clone(),
    };
    let token = visit.site.signing.sign_access(&claims).map_err(|e| Problem::broken(&e))?;
    let body = json!({"access_token": token, "token_type": "Bearer", "expires_in": ACCESS_SECONDS, "scope": scope});
    let mut response = answer::json(&body)?;
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn metadata(visit: Visit) -> Answer {
    let at = |path: &str| visit.site.absolute(path);
    answer::json(&json!({
        "issuer": visit.site.facts.public_url,
        "token_endpoint": at("/oauth/token"),
        "jwks_uri": at("/.well-known/jwks.json"),
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": parties::SCOPES,
        "service_documentation": at("/help"),
    }))
}

async fn jwks(visit: Visit) -> Answer {
    let mut response = answer::json(&visit.site.signing.jwks())?;
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("public, max-age=300"));
    Ok(response)
}

/// The DID document of the exchange (did:web), by which Verifiable Credentials name their keys.
async fn did(visit: Visit) -> Answer {
    answer::json(&visit.site.signing.did_document(&did_web(&visit.site.facts.public_url)))
}

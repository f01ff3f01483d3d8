//! Bodies: the only readers of what a client sends, with limits, deadlines and once-only keys.
//!
//! A slow body is closed: after ten seconds of grace it must come at a kibibyte a second at least.

use super::problem::{Fault, Problem};
use super::visit::Visit;
use crate::store::OnceKey;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::Instant;

/// Seconds within which nothing is asked of a body.
const GRACE_SECONDS: u64 = 10;
/// Bytes a second that a body must bring after the grace.
const FLOOR: u64 = 1024;
/// The largest form or JSON body, in bytes.
pub const SMALL_BODY: u64 = 256 * 1024;

/// Keeps the pace of a body that is being read.
pub struct Pace {
    began: Instant,
    bytes: u64,
}
impl Default for Pace {
    fn default() -> Self {
        Self { began: Instant::now(), bytes: 0 }
    }
}
impl Pace {
    /// Waits for the next piece of the body for as long as its pace allows.
    ///
    /// # Errors
    /// A problem when the client is too slow, breaks off, or sends what is no body.
    pub async fn next<S, E>(&mut self, stream: &mut S) -> Result<Option<Bytes>, Problem>
    where
        S: futures_util::Stream<Item = Result<Bytes, E>> + Unpin,
    {
        let deadline = self.began + Duration::from_secs(GRACE_SECONDS + self.bytes / FLOOR);
        match tokio::time::timeout_at(deadline, stream.next()).await {
            Err(_) => Err(Problem::new(actix_web::http::StatusCode::REQUEST_TIMEOUT, "too-slow")),
            Ok(None) => Ok(None),
            Ok(Some(Err(_))) => Err(Problem::bad_request("body")),
            Ok(Some(Ok(bytes))) => {
                self.bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                Ok(Some(bytes))
            }
        }
    }
}

/// Reads a whole small body.
async fn read_all(mut payload: Payload, declared: Option<u64>, limit: u64) -> Result<Bytes, Problem> {
    if declared.is_some_and(|n| n > limit) {
        return Err(Problem::too_large(limit));
    }
    let mut pace = Pace::default();
    let mut all = BytesMut::new();
    while let Some(bytes) = pace.next(&mut payload).await? {
        if u64::try_from(all.len() + bytes.len()).unwrap_or(u64::MAX) > limit {
            return Err(Problem::too_large(limit));
        }
        all.extend_from_slice(&bytes);
    }
    Ok(all.freeze())
}

/// The length that the client declares, if any.
#[must_use]
pub fn declared_length(request: &HttpRequest) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok())
}

fn content_type(request: &HttpRequest) -> String {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A form as typed: every field a text, so that it can be shown again.
pub trait Typed: DeserializeOwned {}

/// A posted form.
pub struct Form<T> {
    /// The fields as typed.
    pub typed: T,
    /// The once-only key, when the form carries one.
    pub once: Option<OnceKey>,
}

impl<T: Typed + 'static> FromRequest for Form<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (payload, request) = (payload.take(), request.clone());
        Box::pin(async move {
            let visit = Visit::extract(&request).await?;
            let kind = content_type(&request);
            let body = read_all(payload, declared_length(&request), SMALL_BODY).await?;
            if kind != "application/x-www-form-urlencoded" && !body.is_empty() {
                return Err(Problem::new(actix_web::http::StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type")
                    .about("application/x-www-form-urlencoded"));
            }
            let typed = serde_urlencoded::from_bytes(&body).map_err(|_| Problem::bad_request("form"))?;
            let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&body).unwrap_or_default();
            let key = pairs.into_iter().find(|(name, _)| name == "once").map(|(_, value)| value);
            Ok(Self { typed, once: once_key(&visit, key.as_deref(), &request, &body) })
        })
    }
}

/// A JSON body of the API; fields that it does not know are refused.
pub struct Json<T> {
    /// The value.
    pub value: T,
    /// The once-only key, from the header `Idempotency-Key`.
    pub once: Option<OnceKey>,
    /// The revision that the caller saw, from the header `If-Match`.
    pub revision: Option<i64>,
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (payload, request) = (payload.take(), request.clone());
        Box::pin(async move {
            let visit = Visit::extract(&request).await?;
            let kind = content_type(&request);
            let body = read_all(payload, declared_length(&request), SMALL_BODY).await?;
            if kind != "application/json" && !body.is_empty() {
                return Err(Problem::new(actix_web::http::StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type")
                    .about("application/json"));
            }
            let text: &[u8] = if body.is_empty() { b"{}" } else { &body };
            let value = serde_json::from_slice(text).map_err(|e| json_problem(&e))?;
            let header_text = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
            let key = header_text("idempotency-key");
            let revision = match header_text("if-match") {
                None => None,
                Some(text) => {
                    Some(text.trim().trim_matches('"').parse().map_err(|_| Problem::bad_request("if-match"))?)
                }
            };
            Ok(Self { value, once: once_key(&visit, key.as_deref(), &request, &body), revision })
        })
    }
}

/// Broken JSON is a bad request; JSON of another shape names the field.
fn json_problem(error: &serde_json::Error) -> Problem {
    if error.is_syntax() || error.is_eof() {
        return Problem::bad_request("json").about(format!("{}:{}", error.line(), error.column()));
    }
    let text = error.to_string();
    let field = text.split('`').nth(1).unwrap_or("body").to_owned();
    let message = if text.starts_with("unknown field") {
        "fault-unknown-field"
    } else if text.starts_with("missing field") {
        "fault-missing-field"
    } else {
        "fault-shape"
    };
    Problem::invalid(vec![Fault { field, message, value: String::new() }])
}

fn once_key(visit: &Visit, key: Option<&str>, request: &HttpRequest, body: &[u8]) -> Option<OnceKey> {
    let key = key.map(str::trim).filter(|k| (8..=200).contains(&k.len()))?;
    let who = super::site::Site::once_name(visit.look.actor.as_ref());
    Some(OnceKey::new(key, &who, &format!("{} {}", request.method(), request.path()), body))
}

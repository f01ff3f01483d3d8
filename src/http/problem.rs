//! What went wrong, once for pages and API: a status, a stable code, the conditions behind a refusal.
//!
//! The [`door`](super::door) turns a problem into a page or into `application/problem+json` (RFC 9457).

use crate::market::conditions::Condition;
use crate::store::StoreError;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use std::fmt;

/// Makes the page of a problem; given by `app`, because this folder knows no page.
pub type ProblemPage = fn(&super::site::Site, &super::visit::Look, &Problem) -> String;

/// A field of a form or of a JSON body that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field's name.
    pub field: String,
    /// The key of the message, see `words`.
    pub message: &'static str,
    /// A number or text that the message shows as `$value`.
    pub value: String,
}

/// A refusal or a failure.
#[derive(Debug)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable code; `problem-CODE` and `problem-CODE-text` are its words, `/problems/CODE` its page.
    pub code: &'static str,
    /// What the words of the code are filled with.
    pub value: String,
    /// The whole list of conditions behind a refusal.
    pub conditions: Vec<Condition>,
    /// The fields that do not fit.
    pub faults: Vec<Fault>,
    /// Seconds after which another try makes sense.
    pub retry_after: Option<i64>,
    /// `Allow` of a wrong method.
    pub allow: Option<String>,
    /// What the log is told; never shown.
    pub cause: Option<String>,
}

impl Problem {
    /// Makes a problem of a status and a code.
    #[must_use]
    pub const fn new(status: StatusCode, code: &'static str) -> Self {
        Self {
            status,
            code,
            value: String::new(),
            conditions: Vec::new(),
            faults: Vec::new(),
            retry_after: None,
            allow: None,
            cause: None,
        }
    }
    /// Nothing is at this address, or nothing that the asker may know of.
    #[must_use]
    pub const fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found")
    }
    /// The asker must sign in or send a credential.
    #[must_use]
    pub const fn not_signed_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not-signed-in")
    }
    /// A credential was sent that is no longer, or never was, good.
    #[must_use]
    pub const fn bad_credential() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "bad-credential")
    }
    /// The asker may know of it but may not do this.
    #[must_use]
    pub const fn forbidden(code: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code)
    }
    /// Conditions are not met: the whole list is shown.
    #[must_use]
    pub fn unmet(conditions: Vec<Condition>) -> Self {
        Self { conditions, ..Self::new(StatusCode::FORBIDDEN, "conditions") }
    }
    /// The state of the thing does not allow it, or somebody was first.
    #[must_use]
    pub const fn conflict(code: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, code)
    }
    /// The request cannot be read.
    #[must_use]
    pub const fn bad_request(code: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code)
    }
    /// Fields do not fit.
    #[must_use]
    pub fn invalid(faults: Vec<Fault>) -> Self {
        Self { faults, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid") }
    }
    /// Splits off the faults of a form, which is then shown again as filled in.
    ///
    /// # Errors
    /// The problem itself when it is about no field.
    pub fn into_faults(self) -> Result<Vec<Fault>, Self> {
        if self.faults.is_empty() { Err(self) } else { Ok(self.faults) }
    }
    /// Too many tries; says after how many seconds another makes sense.
    #[must_use]
    pub fn too_often(seconds: i64) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too-often") }
    }
    /// More bytes than allowed.
    #[must_use]
    pub fn too_large(limit: u64) -> Self {
        Self { value: crate::words::bytes(limit), ..Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large") }
    }
    /// The server has too much to do.
    #[must_use]
    pub fn busy() -> Self {
        Self { retry_after: Some(2), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy") }
    }
    /// The method does not exist here; says which do.
    #[must_use]
    pub fn method_not_allowed(allow: String) -> Self {
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, "method") }
    }
    /// The server broke; the log gets the cause, the reader an incident number.
    #[must_use]
    pub fn broken(cause: &dyn fmt::Display) -> Self {
        Self { cause: Some(cause.to_string()), ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, "broken") }
    }
    /// Adds what the words are filled with.
    #[must_use]
    pub fn about(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.code)
    }
}
impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }
    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status).finish()
    }
}
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::busy(),
            StoreError::Conflict => Self::conflict("overtaken"),
            StoreError::Broken(cause) => Self::broken(&cause),
        }
    }
}

/// The problem document of RFC 9457, in the reader's language.
#[must_use]
pub fn document(site: &super::site::Site, look: &super::visit::Look, problem: &Problem) -> serde_json::Value {
    let lang = look.lang;
    let title = crate::words::with(lang, &format!("problem-{}", problem.code), &[("value", &problem.value)]);
    let detail = crate::words::with(lang, &format!("problem-{}-text", problem.code), &[("value", &problem.value)]);
    let mut doc = serde_json::json!({
        "type": site.absolute(&crate::urls::problem(problem.code)),
        "title": title,
        "status": problem.status.as_u16(),
        "detail": detail,
        "code": problem.code.replace('-', "_"),
        "request_id": look.request_id,
    });
    if let Some(map) = doc.as_object_mut() {
        if !problem.conditions.is_empty() {
            let list: Vec<_> = problem.conditions.iter().map(|c| condition_json(site, lang, c)).collect();
            map.insert("conditions".to_owned(), list.into());
        }
        if !problem.faults.is_empty() {
            let list: Vec<_> = problem
                .faults
                .iter()
                .map(|f| serde_json::json!({"field": f.field, "code": f.message.replace('-', "_"), "message": crate::words::with(lang, f.message, &[("value", &f.value)])}))
                .collect();
            map.insert("errors".to_owned(), list.into());
        }
    }
    doc
}

/// One condition as the API shows it: `{code, met, text, who, next}`.
#[must_use]
pub fn condition_json(site: &super::site::Site, lang: crate::values::Lang, condition: &Condition) -> serde_json::Value {
    serde_json::json!({
        "code": condition.code.replace('-', "_"),
        "met": condition.met,
        "text": crate::words::condition(lang, condition),
        "who": crate::words::mender(lang, condition),
        "next": condition.next.as_ref().map(|step| site.absolute(&crate::urls::step(step))),
    })
}

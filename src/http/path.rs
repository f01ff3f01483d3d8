//! What stands in the address: path parts and query, with our own problems when they do not fit.

use super::problem::Problem;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

/// Parts of the path. What does not fit an identifier is nothing that exists: 404.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Path<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        #[expect(clippy::disallowed_types, reason = "our own extractor stands on the framework's")]
        let parts = actix_web::web::Path::<T>::extract(request).into_inner();
        ready(parts.map(|p| Self(p.into_inner())).map_err(|_| Problem::not_found()))
    }
}

/// The query as a form of optional texts. What does not fit is a bad request.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(serde_urlencoded::from_str(request.query_string()).map(Self).map_err(|_| Problem::bad_request("query")))
    }
}

//! Packs finished pages for the way: gzip over the whole text in one go.
//!
//! Only for readers who are not signed in. A page that holds something of its reader and also repeats what a stranger
//! put into the address could give that something away by its packed length (BREACH). Downloads never come here.

use actix_web::HttpRequest;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use std::io::Write as _;

/// What is shorter does not gain.
const LEAST_BYTES: usize = 1024;

/// Tells whether the client takes gzip.
#[must_use]
pub fn takes_gzip(request: &HttpRequest) -> bool {
    let accepts = request.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    accepts
        .split(',')
        .any(|c| c.split(';').next().is_some_and(|n| n.trim() == "gzip") && !c.replace(' ', "").ends_with(";q=0"))
}

/// Tells whether an answer is text that was made for this request.
fn is_page(response: &ServiceResponse<BoxBody>) -> bool {
    let headers = response.headers();
    let text = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let page =
        ["text/html", "application/json", "application/ld+json", "text/plain"].iter().any(|t| text.starts_with(t));
    // What a handler marked with a digest, a tag or a name is a file, whose length and bytes are promised.
    let file = [header::ETAG, header::CONTENT_DISPOSITION, header::CONTENT_ENCODING, header::ACCEPT_RANGES];
    response.status() == StatusCode::OK && page && !file.iter().any(|name| headers.contains_key(name))
}

/// Packs an answer if that helps and harms nobody.
#[must_use]
pub fn pack(response: ServiceResponse<BoxBody>, signed_in: bool) -> ServiceResponse<BoxBody> {
    let request = response.request();
    if signed_in || request.method() != Method::GET || !is_page(&response) {
        return response;
    }
    let wanted = takes_gzip(request);
    response.map_body(|head, body| {
        head.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if !wanted {
            return body;
        }
        match body.try_into_bytes() {
            Ok(bytes) if bytes.len() >= LEAST_BYTES => {
                let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                match packer.write_all(&bytes).and_then(|()| packer.finish()) {
                    Ok(packed) => {
                        head.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                        BoxBody::new(packed)
                    }
                    Err(_) => BoxBody::new(bytes),
                }
            }
            Ok(bytes) => BoxBody::new(bytes),
            Err(body) => body,
        }
    })
}

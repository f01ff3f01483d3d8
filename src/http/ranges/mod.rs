//! Answering with the bytes of a file: whole or a range, with `HEAD`, conditions and resume, verified chunk by chunk.
//!
//! Whoever calls [`serve`] has decided before that the bytes may go, and to whom; here stands only how. Of what others
//! uploaded, nothing is ever shown in the browser: it is an attachment of a fixed type under a sandbox.
//!
//! No unverified byte leaves. Damage in the first chunk is an `Err` of [`serve`], so that it can be a page; damage later ends
//! the stream with an error, which closes the connection short of `Content-Length`: the client sees a failed transfer.

mod names;
mod plan;
mod stream;
#[cfg(test)]
mod tests;

pub use names::attachment;
pub use plan::{Plan, Verdict, plan, weigh};
pub use stream::Gate;

use std::{io, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::{BodyStream, SizedStream},
    http::{Method, StatusCode, header as h},
};
use bytes::Bytes;
use data_encoding::{BASE64, HEXLOWER};

use crate::store::blobs::{Blob, CHUNK_BYTES};

/// What the answer says about a file.
#[derive(Clone, Copy, Debug)]
pub struct FileFacts<'a> {
    /// Name under which it is saved; any text, made harmless by [`attachment`].
    pub file_name: &'a str,
    /// SHA-256 of the whole file; the entity tag comes from it.
    pub sha256: [u8; 32],
    /// When the file was published, in milliseconds since 1970 UTC.
    pub last_modified_ms: i64,
}

/// The strong entity tag of a file, quotes included: its SHA-256 in lower-case hexadecimal.
pub fn etag(sha256: &[u8; 32]) -> String {
    format!("\"{}\"", HEXLOWER.encode(sha256))
}

/// Tells how many bytes [`serve`] would send in answer to a request: none for `HEAD`, for what the client has already, and
/// for a range that is not there.
pub fn extent(req: &HttpRequest, size: u64, facts: &FileFacts<'_>) -> u64 {
    let tag = etag(&facts.sha256);
    if req.method() != Method::GET || plan::weigh(req.headers(), &tag, facts.last_modified_ms) != Verdict::Go {
        return 0;
    }
    match plan::plan_of(true, req.headers(), &tag, size) {
        Plan::Whole => size,
        Plan::Part(from, end) => end - from,
        Plan::Unsatisfiable => 0,
    }
}

/// Answers a `GET` or `HEAD` with `blob`: 200, 206, 304, 412 or 416.
///
/// `gate` counts the bytes and may end the transfer; it is not asked before the first byte, that is the caller's decision.
///
/// # Errors
/// When the first chunk of the answer cannot be read or is damaged; nothing has been sent then. See [`Blob::chunk`].
pub async fn serve(
    req: &HttpRequest,
    blob: Blob,
    facts: FileFacts<'_>,
    gate: Arc<dyn Gate>,
) -> io::Result<HttpResponse> {
    let tag = etag(&facts.sha256);
    let get = req.method() == Method::GET;
    let mut answer = HttpResponse::Ok();
    common(&mut answer, &tag, &facts);
    match plan::weigh(req.headers(), &tag, facts.last_modified_ms) {
        Verdict::Failed => return Ok(answer.status(StatusCode::PRECONDITION_FAILED).finish()),
        Verdict::NotModified => return Ok(answer.status(StatusCode::NOT_MODIFIED).finish()),
        Verdict::Go => {}
    }
    let size = blob.size();
    let (from, end) = match plan::plan_of(get, req.headers(), &tag, size) {
        Plan::Whole => (0, size),
        Plan::Part(from, end) => {
            answer
                .status(StatusCode::PARTIAL_CONTENT)
                .insert_header((h::CONTENT_RANGE, format!("bytes {from}-{}/{size}", end - 1)));
            (from, end)
        }
        Plan::Unsatisfiable => {
            answer
                .status(StatusCode::RANGE_NOT_SATISFIABLE)
                .insert_header((h::CONTENT_RANGE, format!("bytes */{size}")));
            return Ok(answer.finish());
        }
    };
    answer
        .content_type("application/octet-stream")
        .insert_header((h::CONTENT_DISPOSITION, attachment(facts.file_name)))
        .insert_header(("repr-digest", format!("sha-256=:{}:", BASE64.encode(&facts.sha256))));
    if !get {
        // The length, but no body at all: actix encodes by the request that it read last, so that a sized body of a HEAD
        // which another request follows at once would be waited for or sent.
        let nothing = futures_util::stream::empty::<io::Result<Bytes>>();
        return Ok(answer.no_chunking(end - from).body(BodyStream::new(nothing)));
    }
    let bytes = stream::start(blob.until(end.div_ceil(CHUNK_BYTES)), from, end, gate).await?;
    Ok(answer.body(SizedStream::new(end - from, bytes)))
}

/// Fields of every answer, also of those without bytes.
fn common(answer: &mut HttpResponseBuilder, tag: &str, facts: &FileFacts<'_>) {
    answer
        .insert_header((h::ETAG, tag))
        .insert_header((h::LAST_MODIFIED, h::HttpDate::from(plan::whole_seconds(facts.last_modified_ms))))
        .insert_header((h::ACCEPT_RANGES, "bytes"))
        .insert_header((h::CACHE_CONTROL, "private, no-transform"))
        .insert_header((h::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((h::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .insert_header(("cross-origin-resource-policy", "same-origin"));
}

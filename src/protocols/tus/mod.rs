//! Resumable uploads by the tus protocol 1.0 (<https://tus.io/protocols/resumable-upload>): core, creation, creation with
//! upload, termination, checksum, expiration, concatenation.
//!
//! A file begins with a `POST` to the address of its draft version, and goes on at the address that it gets. The metadata
//! key `path`, or else `filename`, names the file in the version; `sha256` (hexadecimal) announces its digest: when the
//! organisation stores these bytes already, the answer carries `Upload-Offset` at the end and `Upload-Known`, and nothing
//! is to be sent. Parts of one file may come side by side (`Upload-Concat`); the server joins them, which means that it reads
//! them once more, because the digest of a whole cannot be told from those of its parts. A file that takes long to join is
//! answered before it is there: asked for, it then says no `Upload-Offset`. Nothing is decided here:
//! [`market::uploads`](crate::market::uploads) decides, `store::blobs::staging` keeps.

mod finish;
mod headers;
mod join;
mod receive;

use crate::http::body::declared_length;
use crate::http::problem::{Fault, Problem};
use crate::http::uploads::{delete, file_problem};
use crate::http::{Answer, Path, Visit};
use crate::market::uploads::{self, BeginError, Limits, MayUpload, NewPart, NewUpload, Role, State, Upload};
use crate::routes;
use crate::urls;
use crate::values::{UploadId, VersionId};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use headers::{CONTENT, Concat, Sum};
use receive::Sent;

routes! {
    options "/tus/versions/{version}" Anybody => options,
    post "/tus/versions/{version}" Caller => create,
    options "/tus/uploads/{id}" Anybody => options,
    head "/tus/uploads/{id}" Caller => head,
    patch "/tus/uploads/{id}" Caller => patch,
    delete "/tus/uploads/{id}" Caller => terminate,
    post "/tus/uploads/{id}" Caller => overridden,
}

/// What this door can do beside the core.
const EXTENSIONS: &str = "creation,creation-with-upload,termination,checksum,expiration,concatenation";

async fn options(visit: Visit) -> Answer {
    Ok(HttpResponse::NoContent()
        .insert_header(("tus-version", urls::TUS_VERSION))
        .insert_header(("tus-extension", EXTENSIONS))
        .insert_header(("tus-max-size", visit.site.facts.upload_limit_bytes.to_string()))
        .insert_header(("tus-checksum-algorithm", "sha1,sha256"))
        .finish())
}

/// Turns a refused beginning into a problem.
fn begin_problem(error: BeginError, limit: u64) -> Problem {
    match error {
        BeginError::TooLarge => Problem::too_large(limit),
        BeginError::TooMany => Problem::conflict("too-many"),
        BeginError::Parts => Problem::conflict("tus-parts"),
        BeginError::File(error) => file_problem(error),
        BeginError::Store(error) => error.into(),
    }
}

/// Puts on what every answer about an open upload carries.
fn standing<'r>(response: &'r mut HttpResponseBuilder, upload: &Upload) -> &'r mut HttpResponseBuilder {
    if upload.state == State::Open {
        let until = upload.expires_at.civil("%a, %d %b %Y %H:%M:%S GMT");
        response.insert_header(("upload-expires", until));
    }
    if upload.role == Some(Role::Final) && upload.state == State::Open {
        // Not yet joined: the protocol says so by saying no offset.
        return response;
    }
    response.insert_header(("upload-offset", upload.offset_bytes.to_string()))
}

/// What is to be begun.
enum New {
    File(NewUpload),
    Part(NewPart),
    Joined(NewUpload, Vec<UploadId>),
}

impl New {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        Ok(match Concat::read(request)? {
            None => Self::File(headers::announced(request)?),
            Some(Concat::Partial) => Self::Part(headers::part(request)?),
            Some(Concat::Final(parts)) => Self::Joined(headers::joined(request)?, parts),
        })
    }
    async fn begin(self, visit: &Visit, version: VersionId) -> Result<Upload, Problem> {
        let facts = &visit.site.facts;
        let limit = facts.upload_limit_bytes;
        let limits = Limits {
            file_bytes: i64::try_from(limit).unwrap_or(i64::MAX),
            quota_bytes: facts.quota_bytes,
            keep_seconds: facts.upload_keep_seconds,
        };
        let begun = visit.as_actor()?.write(move |tx, actor, now| {
            let may = MayUpload::check(tx, actor, version)?;
            let begun = match &self {
                Self::File(new) => uploads::begin(tx, may, new, &limits, now),
                Self::Part(new) => uploads::begin_part(tx, may, new, &limits, now),
                Self::Joined(new, parts) => uploads::begin_joined(tx, may, new, parts, &limits, now),
            };
            begun.map_err(|e| begin_problem(e, limit))
        });
        begun.await
    }
}

async fn create(visit: Visit, Path(version): Path<VersionId>, request: HttpRequest, payload: web::Payload) -> Answer {
    headers::speaks(&request)?;
    let new = New::read(&request)?;
    let bytes = headers::has_bytes(&request);
    let sum = if bytes { Sum::wanted(&request)? } else { None };
    let mut upload = new.begin(&visit, version).await?;
    if upload.role == Some(Role::Final) {
        upload = join::joined(&visit, upload).await?;
        let place = (header::LOCATION, urls::tus_upload(upload.id));
        return Ok(standing(HttpResponse::Created().insert_header(place), &upload).finish());
    }
    let known = upload.state == State::Finished;
    if !known && (bytes || upload.size_bytes == 0) {
        let sent = Sent { payload, sum, declared: declared_length(&request) };
        upload = receive::receive(&visit, upload.id, 0, sent).await?;
    }
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, urls::tus_upload(upload.id)));
    standing(&mut response, &upload);
    if known {
        // Words of our own: the bytes are stored already, and the file is there.
        response.insert_header(("upload-known", "true"));
    }
    Ok(response.finish())
}

async fn head(visit: Visit, Path(id): Path<UploadId>, request: HttpRequest) -> Answer {
    headers::speaks(&request)?;
    let upload = receive::look(&visit, id).await?;
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("upload-length", upload.size_bytes.to_string()));
    if upload.role == Some(Role::Partial) {
        response.insert_header(("upload-concat", "partial"));
    } else if upload.role == Some(Role::Final) {
        let parts = visit.site.db.read(move |tx| Ok::<_, Problem>(uploads::joined_ids(tx, id)?)).await?;
        response.insert_header(("upload-concat", Concat::text(&parts)));
    }
    if !upload.metadata.is_empty() {
        response.insert_header(("upload-metadata", upload.metadata.clone()));
    }
    Ok(standing(&mut response, &upload).finish())
}

async fn patch(visit: Visit, Path(id): Path<UploadId>, request: HttpRequest, payload: web::Payload) -> Answer {
    headers::speaks(&request)?;
    if !headers::has_bytes(&request) {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type").about(CONTENT));
    }
    let offset = headers::offset(&request)?;
    let sent = Sent { payload, sum: Sum::wanted(&request)?, declared: declared_length(&request) };
    let upload = receive::receive(&visit, id, offset, sent).await?;
    Ok(standing(&mut HttpResponse::NoContent(), &upload).finish())
}

async fn terminate(visit: Visit, Path(id): Path<UploadId>, request: HttpRequest) -> Answer {
    headers::speaks(&request)?;
    delete(&visit, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST` with `X-HTTP-Method-Override`, for clients behind proxies that let nothing else through.
async fn overridden(visit: Visit, path: Path<UploadId>, request: HttpRequest, payload: web::Payload) -> Answer {
    match headers::text(&request, "x-http-method-override")?.unwrap_or_default() {
        "PATCH" => patch(visit, path, request, payload).await,
        "DELETE" => terminate(visit, path, request).await,
        "HEAD" => head(visit, path, request).await,
        _ => Err(Problem::method_not_allowed("HEAD, PATCH, DELETE, OPTIONS".to_owned())),
    }
}

/// A header that does not fit.
fn unfit(field: &str, message: &'static str) -> Problem {
    Problem::invalid(vec![Fault { field: field.to_owned(), message, value: String::new() }])
}

//! The file itself, under one address for every credential: session, API key, access token, download token.

use crate::http::problem::Problem;
use crate::http::ranges::{self, FileFacts, Gate};
use crate::http::{Answer, Path, Site, Visit};
use crate::market::accounts::Actor;
use crate::market::conditions::{Refused, all_met};
use crate::market::datasets;
use crate::market::delivery::{self, Booked, Redeemed};
use crate::market::grants::{Asking, Door};
use crate::market::signing::{BadToken, DownloadClaims};
use crate::values::{FileId, GrantId, Timestamp};
use actix_web::HttpRequest;
use actix_web::http::header;
use futures_util::future::BoxFuture;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Who asks for what, from where.
#[derive(Clone)]
struct Who {
    opener: Opener,
    grant: GrantId,
    file: FileId,
    address: IpAddr,
}

/// With what the file is opened.
#[derive(Clone)]
enum Opener {
    Token(Box<DownloadClaims>),
    Actor(Box<Actor>),
}

/// Asks the one decision, whatever the credential; `under_way` when the transfer has begun and is booked.
async fn redeem(site: &Site, who: Who, now: Timestamp, under_way: bool) -> Result<Redeemed, Refused> {
    let Who { opener, grant, file, address } = who;
    site.db
        .read(move |tx| match &opener {
            Opener::Token(claims) => delivery::redeem(tx, claims, (grant, file), (Some(address), under_way), now),
            Opener::Actor(actor) => {
                let asking = Asking { under_way, ..Asking::of(actor, Some(address)) };
                delivery::redeem_as(tx, actor, (grant, file), &asking, now)
            }
        })
        .await
}

/// Books the transfer of so many bytes; a refusal says why.
async fn book(site: &Site, who: &Who, taken: &Redeemed, bytes: u64, now: Timestamp) -> Result<Booked, Problem> {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    if bytes == 0 || !taken.limited {
        return Ok(Booked::default());
    }
    let wanted = taken.clone();
    match site.db.write(move |tx| delivery::begin(tx, &wanted, bytes, now)).await {
        Ok(booked) => Ok(booked),
        Err(Refused::Overtaken) => {
            let asking = match &who.opener {
                Opener::Actor(actor) => Asking::of(actor, Some(who.address)),
                Opener::Token(_) => {
                    Asking { taker: String::new(), door: Door::Program, address: Some(who.address), under_way: false }
                }
            };
            let wanted = taken.clone();
            let list = site.db.read(move |tx| delivery::over_limit(tx, &wanted, (&asking, bytes), now)).await?;
            // What was used up a moment ago may have been given back since.
            if all_met(&list) { Err(Problem::busy()) } else { Err(Problem::unmet(list)) }
        }
        Err(other) => Err(other.into()),
    }
}

/// The bearer text, or the password of Basic, if it is no credential that the visit knows.
fn bearer(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    let raw =
        scheme.eq_ignore_ascii_case("basic").then(|| data_encoding::BASE64.decode(rest.trim().as_bytes()).ok())??;
    String::from_utf8(raw).ok()?.split_once(':').map(|(_, p)| p.to_owned())
}

fn opener(visit: &Visit, request: &HttpRequest) -> Result<Opener, Problem> {
    if let Some(actor) = &visit.look.actor {
        return Ok(Opener::Actor(Box::new(actor.clone())));
    }
    let Some(text) = bearer(request) else { return Err(Problem::not_signed_in()) };
    match visit.site.signing.verify_download(&text, &visit.site.facts.public_url, visit.now()) {
        Ok(claims) => Ok(Opener::Token(Box::new(claims))),
        Err(BadToken::Lapsed) => Err(Problem::new(actix_web::http::StatusCode::UNAUTHORIZED, "token-lapsed")),
        Err(BadToken::Forged) => Err(Problem::bad_credential()),
    }
}

/// Counts what leaves, and asks again on long transfers whether it may go on.
struct Meter {
    site: Site,
    who: Who,
    taken: Redeemed,
    booked: Booked,
    bytes: AtomicI64,
}

impl Gate for Meter {
    fn sent(&self, bytes: u64) {
        self.bytes.fetch_add(i64::try_from(bytes).unwrap_or(i64::MAX), Ordering::Relaxed);
    }
    fn still(&self) -> BoxFuture<'static, bool> {
        let (site, who) = (self.site.clone(), self.who.clone());
        Box::pin(async move { redeem(&site, who, site.clock.now(), true).await.is_ok() })
    }
    fn broke(&self, error: &std::io::Error) {
        if error.kind() == std::io::ErrorKind::InvalidData {
            quarantine(self.site.clone(), self.taken.file.blob_id, error.to_string());
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        let (site, taken, bytes) = (self.site.clone(), self.taken.clone(), self.bytes.load(Ordering::Relaxed));
        if bytes == 0 && !taken.limited {
            return;
        }
        let booked = self.booked;
        // The transfer is over, whole or broken off: what left is counted.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let now = site.clock.now();
                if let Err(error) = site.db.write(move |tx| delivery::finish(tx, &taken, (booked, bytes), now)).await {
                    tracing::warn!(%error, "a delivery was not counted");
                }
            });
        }
    }
}

/// Takes damaged bytes out of service and tells the log.
fn quarantine(site: Site, blob: crate::values::BlobId, error: String) {
    tracing::error!(%blob, error, "stored bytes are damaged and are not handed out any more");
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(async move {
            let now = site.clock.now();
            let house = Actor::house("delivery");
            if let Err(error) = site.db.write(move |tx| datasets::mark_damaged(tx, &house, blob, now)).await {
                tracing::error!(%error, %blob, "damaged bytes could not be marked");
            }
        });
    }
}

/// Answers with a file, whole or in part.
pub(super) async fn file(
    visit: Visit,
    request: HttpRequest,
    Path((grant, file, _name)): Path<(GrantId, FileId, String)>,
) -> Answer {
    let who = Who { opener: opener(&visit, &request)?, grant, file, address: visit.address };
    let taken = redeem(&visit.site, who.clone(), visit.now(), false).await?;
    let chunks: Vec<[u8; 32]> = taken.blob.chunks.as_chunks::<32>().0.to_vec();
    let size = u64::try_from(taken.blob.size_bytes).unwrap_or(0);
    let blob = visit.site.blobs.open(taken.file.blob_id.uuid(), size, chunks.into());
    let (path, sha256, published) = (taken.file.path.clone(), taken.file.sha256.bytes(), taken.file.created_at.0);
    let name = path.rsplit('/').next().unwrap_or("file").to_owned();
    let blob_id = taken.file.blob_id;
    let facts = FileFacts { file_name: &name, sha256, last_modified_ms: published };
    let booked = book(&visit.site, &who, &taken, ranges::extent(&request, size, &facts), visit.now()).await?;
    let meter = Arc::new(Meter { site: visit.site.clone(), who, taken, booked, bytes: AtomicI64::new(0) });
    match ranges::serve(&request, blob, facts, meter).await {
        Ok(response) => Ok(response),
        Err(error) => {
            quarantine(visit.site.clone(), blob_id, error.to_string());
            Err(Problem {
                cause: Some(error.to_string()),
                ..Problem::new(actix_web::http::StatusCode::INTERNAL_SERVER_ERROR, "damaged")
            })
        }
    }
}

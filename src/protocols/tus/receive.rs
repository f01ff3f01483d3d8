//! Receiving bytes: one writer for each upload, progress written as it becomes durable, what came before a cut is kept.

use super::headers::Sum;
use super::{finish, join};
use crate::http::body::Pace;
use crate::http::turns::{self, Turn};
use crate::http::uploads::{hold_problem, over, stage_problem};
use crate::http::{Problem, Visit};
use crate::market::uploads::{self, HoldError, MayContinue, Role, State, Upload};
use crate::store::blobs::staging::Staging;
use crate::values::UploadId;
use actix_web::http::StatusCode;
use actix_web::web;
use bytes::Bytes;
use std::time::Duration;
use tokio::time::Instant;

/// Bytes after which progress is written although more comes: what a kill of the server may cost a client.
const STEP_BYTES: u64 = 64 << 20;
/// Seconds after which progress is written although little came.
const STEP_SECONDS: u64 = 10;

/// How long what has arrived already is still taken in when somebody else wants the turn, in seconds.
const LEAVE_SECONDS: u64 = 3;
/// Silence after which nothing more has arrived, in milliseconds.
const QUIET_MS: u64 = 100;

/// A body with what the client says of it.
pub(super) struct Sent {
    pub(super) payload: web::Payload,
    pub(super) sum: Option<Sum>,
    pub(super) declared: Option<u64>,
}

/// Gives an upload as it stands, after whoever writes to it has put down what it holds. One whose bytes are all there, and
/// which a crash kept from becoming a file, becomes one now; parts that a crash kept from being joined go on in the background.
pub(super) async fn look(visit: &Visit, id: UploadId) -> Result<Upload, Problem> {
    let seen = visit.as_actor()?.read(move |tx, actor, _| Ok(uploads::find(tx, actor, id)?)).await?;
    if seen.role == Some(Role::Final) && seen.state_at(visit.now()) == State::Open {
        if visit.site.turns.is_free(id.uuid()) {
            drop(join::spawn(visit, id));
        }
        return Ok(seen);
    }
    let _turn = visit.site.turns.take(id.uuid()).await?;
    let upload = visit.as_actor()?.read(move |tx, actor, _| Ok(uploads::find(tx, actor, id)?)).await?;
    match upload.state_at(visit.now()) {
        State::Open if upload.offset_bytes == upload.size_bytes && upload.role.is_none() => {
            let upload = held(visit, id, None).await?;
            finish::finish(visit, upload).await
        }
        State::Open | State::Finished => Ok(upload),
        state @ (State::Cancelled | State::Expired | State::Failed) => Err(over(state)),
    }
}

/// Takes bytes from `offset` on and gives the upload as it stands then; with the last byte it becomes a file.
pub(super) async fn receive(visit: &Visit, id: UploadId, offset: i64, sent: Sent) -> Result<Upload, Problem> {
    let visit = visit.clone();
    // A task of its own: the framework drops a handler when its client goes away, and what came would be lost.
    let task = actix_web::rt::spawn(async move { take_turn(&visit, id, offset, sent).await });
    task.await.map_err(|e| Problem::broken(&e))?
}

pub(super) async fn held(visit: &Visit, id: UploadId, offset: Option<i64>) -> Result<Upload, Problem> {
    let holder = visit.site.turns.holder().to_owned();
    let (actor, now) = (visit.actor()?.clone(), visit.site.clock.now());
    let held = visit.site.db.write(move |tx| {
        let may = MayContinue::check(tx, &actor, id)?;
        let seen = may.upload().clone();
        match uploads::hold(tx, may, &holder, offset, now) {
            // The last answer was lost on its way: the client may ask for the end again.
            Err(HoldError::Over(State::Finished)) if offset == Some(seen.size_bytes) => Ok(seen),
            held => held.map_err(hold_problem),
        }
    });
    held.await
}

/// A part that is whole stays as it is until it is joined: its bytes may be on the way already.
fn whole_part(upload: &Upload) -> bool {
    upload.role == Some(Role::Partial) && upload.offset_bytes == upload.size_bytes && upload.size_bytes > 0
}

async fn take_turn(visit: &Visit, id: UploadId, offset: i64, mut sent: Sent) -> Result<Upload, Problem> {
    // Held until the end: whoever comes next finds written down what came here.
    let mut turn = visit.site.turns.take(id.uuid()).await?;
    let upload = held(visit, id, Some(offset)).await?;
    if upload.state == State::Finished || whole_part(&upload) {
        return Ok(upload);
    }
    let (size, rest) = (upload.standing().size, upload.size_bytes - upload.offset_bytes);
    let mut writer = Writer::open(visit, upload).await?;
    if sent.declared.is_some_and(|n| n > u64::try_from(rest).unwrap_or(0)) {
        writer.renew(true).await?;
        return Err(Problem::too_large(size));
    }
    let mut sum = sent.sum.take();
    let mut broken = writer.take_in(&mut sent.payload, &mut turn, &mut sum).await.err();
    if let Some(sum) = sum {
        // Bytes with a promised digest count only when all of them came and fit.
        broken = broken.or_else(|| (!sum.fits()).then(mismatch));
        if let Some(problem) = broken {
            writer.renew(true).await?;
            return Err(problem);
        }
    }
    let whole = writer.staging.taken() == size;
    writer.settle(!whole).await?;
    let upload = writer.upload;
    match broken {
        None if whole && upload.role.is_none() => finish::finish(visit, upload).await,
        None => Ok(upload),
        Some(problem) => Err(problem),
    }
}

/// The bytes of a request are not those that its header promised.
fn mismatch() -> Problem {
    Problem::new(StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST), "tus-checksum")
}

/// Waits, once the turn is to be left, until nothing comes any more or the time for it is over.
async fn quiet(leaves: Option<Instant>) {
    match leaves {
        Some(until) => tokio::time::sleep_until(until.min(Instant::now() + Duration::from_millis(QUIET_MS))).await,
        None => std::future::pending().await,
    }
}

/// An upload in the own turn.
pub(super) struct Writer<'v> {
    visit: &'v Visit,
    pub(super) upload: Upload,
    pub(super) staging: Staging,
    /// Bytes that the row knows of.
    settled: u64,
}

impl<'v> Writer<'v> {
    /// Takes the upload up where it stands; the caller holds its turn.
    pub(super) async fn open(visit: &'v Visit, upload: Upload) -> Result<Self, Problem> {
        match visit.site.blobs.stage(upload.standing()).await {
            Ok(staging) => Ok(Self { visit, upload, settled: staging.taken(), staging }),
            Err(error) => Err(finish::unstaged(visit, &upload, error).await),
        }
    }

    /// Takes the body in until its end. When somebody else wants the turn, what has arrived by then is taken in still: the
    /// client that comes back after a cut asks while its bytes wait in the socket of the connection before, by the megabyte.
    async fn take_in(
        &mut self,
        payload: &mut web::Payload,
        turn: &mut Turn,
        sum: &mut Option<Sum>,
    ) -> Result<(), Problem> {
        let mut pace = Pace::default();
        let step = Duration::from_secs(STEP_SECONDS);
        let mut next_step = Instant::now() + step;
        let mut leaves = None;
        loop {
            let next = tokio::select! {
                () = turn.wanted(), if leaves.is_none() => {
                    leaves = Some(Instant::now() + Duration::from_secs(LEAVE_SECONDS));
                    None
                }
                () = quiet(leaves) => return Err(turns::locked()),
                () = tokio::time::sleep_until(next_step) => None,
                next = pace.next(payload) => Some(next?),
            };
            match next {
                Some(None) => return Ok(()),
                Some(Some(bytes)) => self.push(bytes, sum).await?,
                None => {}
            }
            let much = sum.is_none() && self.staging.taken() - self.settled >= STEP_BYTES;
            if next_step <= Instant::now() || much {
                if sum.is_some() {
                    self.renew(false).await?;
                } else {
                    self.settle(false).await?;
                }
                next_step = Instant::now() + step;
            }
        }
    }

    /// Takes bytes of a store in, and writes progress down now and then.
    pub(super) async fn copy(&mut self, bytes: Bytes) -> Result<(), Problem> {
        self.push(bytes, &mut None).await?;
        if self.staging.taken() - self.settled >= STEP_BYTES { self.settle(false).await } else { Ok(()) }
    }

    async fn push(&mut self, bytes: Bytes, sum: &mut Option<Sum>) -> Result<(), Problem> {
        if let Some(sum) = sum {
            sum.update(&bytes);
        }
        let size = self.upload.standing().size;
        self.staging.push(bytes).await.map_err(|e| stage_problem(&e, size))
    }

    /// Makes durable what came, and writes it down; `last` gives the turn back.
    pub(super) async fn settle(&mut self, last: bool) -> Result<(), Problem> {
        let size = self.upload.standing().size;
        if self.staging.taken() == self.settled && size > 0 {
            return self.renew(last).await;
        }
        let settled = self.staging.settle().await.map_err(|e| stage_problem(&e, size))?;
        let (offset, outdated) = (settled.at.offset, settled.outdated);
        let (id, turn, keep) = (self.upload.id, self.upload.turn, self.visit.site.facts.upload_keep_seconds);
        let (actor, now) = (self.visit.actor()?.clone(), self.visit.site.clock.now());
        let written = self.visit.site.db.write(move |tx| {
            let may = MayContinue::check(tx, &actor, id)?;
            uploads::advance(tx, may, turn, &settled, (keep, last), now).map_err(hold_problem)
        });
        self.upload = written.await?;
        self.settled = offset;
        if let Some(tail) = outdated
            && let Err(error) = self.visit.site.blobs.discard_outdated(self.upload.blob_id.uuid(), tail).await
        {
            tracing::warn!(%error, upload = %id, "an outdated object stays until it is swept");
        }
        Ok(())
    }

    async fn renew(&self, last: bool) -> Result<(), Problem> {
        let (id, turn) = (self.upload.id, self.upload.turn);
        let (actor, now) = (self.visit.actor()?.clone(), self.visit.site.clock.now());
        let renewed = self.visit.site.db.write(move |tx| {
            let may = MayContinue::check(tx, &actor, id)?;
            uploads::renew(tx, may, turn, last, now).map_err(hold_problem)
        });
        renewed.await
    }
}

//! What pages, API and protocols say of uploads alike: their refusals, and how one is given up.

use super::problem::{Fault, Problem};
use super::site::Site;
use super::turns::locked;
use super::visit::Visit;
use crate::market::datasets::FileError;
use crate::market::uploads::{self, HoldError, Leftover, MayContinue, State};
use crate::store::blobs::staging::StageError;
use crate::values::UploadId;
use actix_web::http::StatusCode;

/// Turns a refused file into a problem.
#[must_use]
pub fn file_problem(error: FileError) -> Problem {
    match error {
        FileError::NotThere => Problem::not_found(),
        FileError::UnderReview => Problem::conflict("under-review"),
        FileError::Final => Problem::conflict("wrong-state"),
        FileError::Taken => Problem::invalid(vec![Fault {
            field: "path".to_owned(),
            message: "fault-path-taken",
            value: String::new(),
        }]),
        FileError::TooMany => Problem::conflict("too-many"),
        FileError::NoRoom => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "quota"),
        FileError::Store(error) => error.into(),
    }
}

/// The upload is over: nothing can be sent to it any more.
#[must_use]
pub fn over(state: State) -> Problem {
    match state {
        State::Finished => Problem::conflict("upload-finished"),
        State::Open | State::Cancelled | State::Expired | State::Failed => {
            Problem::new(StatusCode::GONE, "upload-over")
        }
    }
}

/// Turns a turn that was not had into a problem.
#[must_use]
pub fn hold_problem(error: HoldError) -> Problem {
    match error {
        HoldError::Over(state) => over(state),
        HoldError::Held => locked(),
        HoldError::Elsewhere(offset) => Problem::conflict("upload-offset").about(offset.to_string()),
        HoldError::Joins => Problem::new(StatusCode::FORBIDDEN, "tus-final"),
        HoldError::Store(error) => error.into(),
    }
}

/// Turns bytes that were not staged into a problem; `size` is the announced length.
#[must_use]
pub fn stage_problem(error: &StageError, size: u64) -> Problem {
    match error {
        StageError::TooLong => Problem::too_large(size),
        StageError::Busy => locked(),
        StageError::Lost(_) | StageError::Store(_) => Problem::broken(error),
    }
}

/// Gives an upload up, whoever writes to it just now, and removes its bytes.
///
/// # Errors
/// 404 when the asker may not know of it, 409 when it is a file already, 410 when it is over.
pub async fn delete(visit: &Visit, id: UploadId) -> Result<(), Problem> {
    let _turn = visit.site.turns.take(id.uuid()).await?;
    let leftover = visit.as_actor()?.write(move |tx, actor, now| {
        let may = MayContinue::check(tx, actor, id)?;
        match may.upload().state {
            State::Open => Ok(uploads::cancel(tx, may, now)?),
            state @ (State::Finished | State::Cancelled | State::Expired | State::Failed) => Err(over(state)),
        }
    });
    discard(&visit.site, &leftover.await?).await;
    Ok(())
}

/// Removes what the store still holds of an upload that ended.
pub async fn discard(site: &Site, leftover: &Leftover) {
    for at in std::iter::once(&leftover.at).chain(&leftover.parts) {
        let key = at.key;
        let staged = site.blobs.discard_staged(at).await;
        if let Err(error) = staged.and(site.blobs.remove(key).await) {
            tracing::warn!(%error, %key, "bytes of an upload that ended stay until they are swept");
        }
    }
}

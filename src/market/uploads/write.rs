//! Writing to an upload: taking a turn, saying what became durable, giving the turn back.

use super::rows::{self, Moved};
use super::{MayContinue, Role, State, Upload};
use crate::store::blobs::staging::Settled;
use crate::store::{StoreError, Write};
use crate::values::Timestamp;

/// How long a turn is held without a word of its writer, in seconds: longer than the store may take for a step.
const LEASE_SECONDS: i64 = 120;

/// Why nothing may be written now.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// It is cancelled, expired, or failed; the state says which.
    #[error("the upload is over")]
    Over(State),
    /// Another process has its turn.
    #[error("somebody else is writing")]
    Held,
    /// The client goes on from another place than where the upload stands.
    #[error("the upload stands at {0}")]
    Elsewhere(i64),
    /// It joins parts: nothing is sent to it.
    #[error("it takes no bytes")]
    Joins,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes the turn to write from `offset_bytes` on. `holder` names this process; a turn that the same process held before
/// is over, because within a process the caller sees to it that only one writes.
///
/// # Errors
/// [`HoldError`].
pub fn hold(
    tx: &mut Write,
    may: MayContinue,
    holder: &str,
    offset_bytes: Option<i64>,
    now: Timestamp,
) -> Result<Upload, HoldError> {
    let MayContinue { mut upload, .. } = may;
    if upload.role == Some(Role::Final) && offset_bytes.is_some() {
        return Err(HoldError::Joins);
    }
    match upload.state_at(now) {
        State::Open => {}
        state @ (State::Finished | State::Cancelled | State::Expired | State::Failed) => {
            return Err(HoldError::Over(state));
        }
    }
    if offset_bytes.is_some_and(|offset| offset != upload.offset_bytes) {
        return Err(HoldError::Elsewhere(upload.offset_bytes));
    }
    let other = upload.holder.as_deref().is_some_and(|name| name != holder);
    if other && upload.held_until.is_some_and(|until| until > now) {
        return Err(HoldError::Held);
    }
    let until = now.plus_seconds(LEASE_SECONDS);
    if !rows::hold(tx, &upload, holder, until)? {
        return Err(HoldError::Held);
    }
    upload.turn += 1;
    (upload.holder, upload.held_until) = (Some(holder.to_owned()), Some(until));
    Ok(upload)
}

/// Writes what became durable in a turn; `last` gives the turn back. The upload's time begins anew.
///
/// # Errors
/// [`HoldError::Held`] when the turn is over.
pub fn advance(
    tx: &mut Write,
    may: MayContinue,
    turn: i64,
    settled: &Settled,
    (keep_seconds, last): (i64, bool),
    now: Timestamp,
) -> Result<Upload, HoldError> {
    let MayContinue { upload, .. } = may;
    let moved = Moved {
        held_until: (!last).then(|| now.plus_seconds(LEASE_SECONDS)),
        moved_at: now,
        expires_at: now.plus_seconds(keep_seconds),
    };
    if !rows::advance(tx, upload.id, turn, settled, &moved)? {
        return Err(HoldError::Held);
    }
    rows::find(tx, upload.id)?.ok_or(HoldError::Held)
}

/// Holds a turn for longer, or gives it back, when nothing became durable.
///
/// # Errors
/// [`HoldError::Held`] when the turn is over.
pub fn renew(tx: &mut Write, may: MayContinue, turn: i64, last: bool, now: Timestamp) -> Result<(), HoldError> {
    let until = (!last).then(|| now.plus_seconds(LEASE_SECONDS));
    if rows::renew(tx, may.upload.id, turn, until)? { Ok(()) } else { Err(HoldError::Held) }
}

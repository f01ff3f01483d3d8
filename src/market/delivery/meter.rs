//! Metering: what a transfer books before it begins, and what is counted when it is over.

use super::{Redeemed, rows};
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::grants::{self, Asking};
use crate::market::journal::{ActorKind, By, Deed};
use crate::store::{Read, StoreError, Write};
use crate::values::Timestamp;

/// What a transfer has booked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Booked {
    /// Whether it is the first of its taker and file on this day: then it counts as a download.
    first: bool,
    /// The bytes that are reserved.
    bytes: i64,
    /// Whether anything is booked at all.
    limited: bool,
}

/// Books a transfer of so many bytes under a grant with limits: a seat, a download when it is the first of its day, and the
/// bytes, all or nothing. Without limits nothing is written.
///
/// # Errors
/// [`Refused::Overtaken`] when a limit does not let it; nothing is booked then, and [`over_limit`] says why.
pub fn begin(tx: &mut Write, taken: &Redeemed, bytes: i64, now: Timestamp) -> Result<Booked, Refused> {
    if !taken.limited {
        return Ok(Booked::default());
    }
    let first = rows::begin_day(tx, (taken.grant.id, taken.file.id), &taken.taken_by, now)?;
    if grants::spend(tx, taken.grant.id, (&taken.taken_by, first, bytes), now)?.is_none() {
        return Err(Refused::Overtaken);
    }
    Ok(Booked { first, bytes, limited: true })
}

/// The whole list for a transfer that a limit did not let: what is left of the volume may be too little for these bytes.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn over_limit(
    tx: &mut Read,
    taken: &Redeemed,
    (asking, bytes): (&Asking, i64),
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    let asking = Asking { taker: taken.taken_by.clone(), ..asking.clone() };
    let mut list = grants::grant_conditions(tx, &taken.grant, (Some(&taken.file), &asking), now)?;
    let bounds = grants::bounds_of(tx, taken.grant.id)?.unwrap_or_default();
    if let Some(most) = bounds.deal.volume_bytes.filter(|m| bounds.used.volume_bytes.saturating_add(bytes) > *m) {
        list.retain(|c| c.code != "volume-left");
        let said = format!("{} + {bytes} / {most}", bounds.used.volume_bytes.max(0));
        list.push(Condition::new("volume-left", false, "licensor").about(said).at(Step::Limits(taken.grant.id)));
    }
    Ok(list)
}

/// Counts what left, whole or broken off: one row for each grant, file, taker and day, however many ranges. What was booked
/// and did not leave is given back.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn finish(
    tx: &mut Write,
    taken: &Redeemed,
    (booked, sent): (Booked, i64),
    now: Timestamp,
) -> Result<(), StoreError> {
    let Booked { first, bytes, limited } = booked;
    let (grant, file, by) = (taken.grant.id, taken.file.id, taken.taken_by.as_str());
    if sent == 0 {
        // Nothing left: as if nobody had come, unless the same taker came again meanwhile.
        let undone = limited && first && rows::undo_day(tx, (grant, file), by, now)?;
        return if limited { grants::give_back(tx, grant, undone, bytes) } else { Ok(()) };
    }
    let new = rows::count(tx, (grant, file), by, sent, now)?;
    if limited {
        grants::give_back(tx, grant, false, bytes - sent)?;
    }
    if let Some(token) = taken.token {
        rows::mark_used(tx, token, now)?;
    }
    if new || first {
        let by = By { kind: ActorKind::House, id: by.to_owned(), name: String::new() };
        let detail = serde_json::json!({ "path": taken.file.path, "taken_by": taken.taken_by });
        grants::note(tx, &by, Deed::FileTaken, &taken.grant, detail, now)?;
    }
    Ok(())
}

//! What the holders of a version are told: that it was recalled, or that its owner advises against it.

use super::{Grant, covers, rows, standing};
use crate::market::datasets::{self, Dataset, MayDeprecate, MayRecall, Version, VersionError};
use crate::market::notices::{self, Kind, Notice};
use crate::market::parties::{self, Role};
use crate::store::{StoreError, Write};
use crate::values::{Line, Timestamp};

/// Recalls a version and tells everybody who holds it.
///
/// # Errors
/// [`VersionError`].
pub fn recall_version(tx: &mut Write, may: MayRecall, reason: &Line, now: Timestamp) -> Result<(), VersionError> {
    datasets::recall(tx, &may, reason, now)?;
    Ok(tell(tx, (Kind::VersionRecalled, ""), may.dataset(), may.version(), reason, now)?)
}

/// Advises against a version and tells everybody who holds it. Nothing is taken from them.
///
/// # Errors
/// [`VersionError`].
pub fn deprecate_version(tx: &mut Write, may: MayDeprecate, note: &Line, now: Timestamp) -> Result<(), VersionError> {
    datasets::deprecate(tx, &may, note, now)?;
    // Advice can be given, taken back and given again: each time is told.
    let round = now.0.to_string();
    Ok(tell(tx, (Kind::VersionDeprecated, &round), may.dataset(), may.version(), note, now)?)
}

/// Tells the requesters of every organisation with a grant in force that covers a version.
fn tell(
    tx: &mut Write,
    (kind, round): (Kind, &str),
    dataset: &Dataset,
    version: &Version,
    reason: &Line,
    now: Timestamp,
) -> Result<(), StoreError> {
    let holders: Vec<Grant> = rows::of_dataset(tx, dataset.id)?
        .into_iter()
        .filter(|g| covers(g, version) && standing(g, now).is_open())
        .collect();
    let seller = parties::get(tx, dataset.party_id)?;
    for grant in holders {
        for receiver in parties::receivers(tx, grant.holder_id, Role::Requester)? {
            let notice = Notice::new(kind, format!("{}/{}{round}", version.id, grant.holder_id))
                .fact("dataset", dataset.title(receiver.lang))
                .fact("version", &version.label)
                .fact("seller", seller.name(receiver.lang))
                .fact("reason", reason)
                .leads_to(format!("/grants/{}", grant.id));
            notices::file(tx, &notice, &[receiver], now)?;
        }
    }
    Ok(())
}

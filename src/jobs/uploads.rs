//! Ends uploads whose time is up, and removes staged bytes that no upload names.

use super::sweep::SweepError;
use crate::http::Site;
use crate::http::uploads::discard;
use crate::market::accounts::Actor;
use crate::market::uploads;
use crate::store::StoreError;
use crate::values::{BlobId, Timestamp};

/// Gives the room of uploads back whose time is up, then removes their bytes.
///
/// # Errors
/// [`StoreError`] when the database fails; bytes that stay are swept later.
pub async fn round(site: &Site, now: Timestamp) -> Result<(), StoreError> {
    let ended = site.db.write(move |tx| uploads::expire_due(tx, &Actor::house("night"), now)).await?;
    for leftover in ended {
        discard(site, &leftover).await;
    }
    site.db.write(move |tx| uploads::forget_ended(tx, &Actor::house("night"), now)).await?;
    Ok(())
}

/// Removes staged bytes that were written before and that no upload names.
///
/// # Errors
/// [`SweepError`]; what was not reached is left to the next sweep.
pub(super) async fn sweep(site: &Site, before_ms: i64) -> Result<(), SweepError> {
    for staged in site.blobs.staged_before(before_ms).await? {
        let known = site.db.read(move |tx| uploads::is_staged(tx, BlobId::of(staged.key), staged.tail)).await?;
        if !known {
            site.blobs.discard_leftover(&staged).await?;
            tracing::warn!(key = %staged.key, "staged bytes without an upload were removed");
        }
    }
    Ok(())
}

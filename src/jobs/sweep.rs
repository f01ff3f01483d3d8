//! Sweeps the store: what broken-off uploads left, and stored bytes that no row of the database knows.
//!
//! Bytes are stored before their row is written, so a crash between the two leaves bytes that nobody can reach. They
//! are removed a day later: no upload that is still being confirmed is that old.

use crate::http::Site;
use crate::market::{datasets, uploads};
use crate::store::StoreError;
use crate::store::blobs::BlobsError;
use crate::values::BlobId;
use futures_util::TryStreamExt;
use std::collections::HashSet;

/// How many keys are looked up at a time.
const BATCH: usize = 500;

/// What a sweep could not finish; the next one goes on.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The store of the bytes failed.
    #[error(transparent)]
    Blobs(#[from] BlobsError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Removes what nobody can reach any more and says how many stored runs of bytes that were.
///
/// # Errors
/// [`SweepError`]; what was not reached is left to the next sweep.
pub async fn sweep(site: &Site) -> Result<usize, SweepError> {
    let yesterday = site.clock.now().plus_days(-1).0;
    site.blobs.sweep(yesterday).await?;
    super::uploads::sweep(site, yesterday).await?;
    let mut batches = site.blobs.list().try_chunks(BATCH);
    let mut removed = 0;
    while let Some(batch) = batches.try_next().await.map_err(|e| e.1)? {
        let old: Vec<BlobId> = batch.iter().filter(|b| b.modified_ms < yesterday).map(|b| BlobId::of(b.key)).collect();
        let asked = old.clone();
        let known: HashSet<BlobId> = site.db.read(move |tx| datasets::known_blobs(tx, &asked)).await?;
        for orphan in old.into_iter().filter(|id| !known.contains(id)) {
            // Whole bytes whose upload a crash kept from becoming a file: it goes on when its client comes back.
            if site.db.read(move |tx| uploads::is_staged(tx, orphan, None)).await? {
                continue;
            }
            site.blobs.remove(orphan.uuid()).await?;
            tracing::warn!(blob = %orphan, "bytes without a row were removed");
            removed += 1;
        }
    }
    Ok(removed)
}

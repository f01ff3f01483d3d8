//! Rows of signatures over manifests and of advice against versions.

use super::difference::Table;
use crate::market::datasets::{Version, VersionState};
use crate::store::schema::{blobs, deprecations, files, manifest_signatures, versions};
use crate::store::{Read, StoreError, Write};
use crate::values::{BlobId, FileId, Timestamp, VersionId};
use diesel::prelude::*;

/// The advice of its owner against a version.
#[derive(Debug, Clone, Queryable)]
pub struct Deprecation {
    /// Which version.
    pub version_id: VersionId,
    /// Why, and what to use instead.
    pub note: String,
    /// Since when.
    pub deprecated_at: Timestamp,
}

pub(super) fn chunks_of(tx: &mut Read, version: VersionId) -> Result<Vec<(BlobId, Vec<u8>)>, StoreError> {
    Ok(files::table
        .inner_join(blobs::table.on(blobs::id.eq(files::blob_id)))
        .filter(files::version_id.eq(version))
        .select((blobs::id, blobs::chunks))
        .load(tx.conn())?)
}

/// The files of a version without their columns.
pub(super) fn tables(tx: &mut Read, version: VersionId) -> Result<Vec<Table>, StoreError> {
    let own = files::table.filter(files::version_id.eq(version)).order(files::path.asc());
    let rows: Vec<(FileId, String, String, i64, Option<i64>)> =
        own.select((files::id, files::path, files::sha256, files::size_bytes, files::rows_count)).load(tx.conn())?;
    let table = |(id, path, sha256, bytes, rows)| Table { id, path, sha256, bytes, rows, columns: Vec::new() };
    Ok(rows.into_iter().map(table).collect())
}

/// The samples of some files of a version.
pub(super) fn samples(tx: &mut Read, version: VersionId, ids: &[FileId]) -> Result<Vec<(FileId, String)>, StoreError> {
    let some = files::table
        .filter(files::version_id.eq(version))
        .filter(files::id.eq_any(ids.to_vec()))
        .filter(files::sample.is_not_null());
    let rows: Vec<(FileId, Option<String>)> = some.select((files::id, files::sample)).load(tx.conn())?;
    Ok(rows.into_iter().filter_map(|(id, sample)| sample.map(|s| (id, s))).collect())
}

pub(super) fn insert_signature(
    tx: &mut Write,
    version: VersionId,
    jws: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(manifest_signatures::table)
        .values((
            manifest_signatures::version_id.eq(version),
            manifest_signatures::jws.eq(jws),
            manifest_signatures::signed_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn signature(tx: &mut Read, version: VersionId) -> Result<Option<String>, StoreError> {
    let own = manifest_signatures::table.find(version).select(manifest_signatures::jws);
    Ok(own.first(tx.conn()).optional()?)
}

pub(super) fn deprecation(tx: &mut Read, version: VersionId) -> Result<Option<Deprecation>, StoreError> {
    Ok(deprecations::table.find(version).first(tx.conn()).optional()?)
}

pub(super) fn insert_deprecation(
    tx: &mut Write,
    version: VersionId,
    note: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(deprecations::table)
        .values((
            deprecations::version_id.eq(version),
            deprecations::note.eq(note),
            deprecations::deprecated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn delete_deprecation(tx: &mut Write, version: VersionId) -> Result<bool, StoreError> {
    Ok(diesel::delete(deprecations::table.find(version)).execute(tx.conn())? == 1)
}

/// Moves a version if nobody moved it meanwhile.
pub(super) fn set_state(tx: &mut Write, seen: &Version, state: VersionState) -> Result<bool, StoreError> {
    let open = versions::table.find(seen.id).filter(versions::revision.eq(seen.revision));
    let done = diesel::update(open)
        .set((versions::state.eq(state), versions::revision.eq(seen.revision + 1)))
        .execute(tx.conn())?;
    Ok(done == 1)
}

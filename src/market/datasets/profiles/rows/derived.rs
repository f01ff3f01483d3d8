//! Rows of derived files.

use super::super::derived::NewBlob;
use super::super::{Measuring, Task};
use crate::market::datasets::VersionState;
use crate::store::schema::{blobs, derived_files as d, file_profiles as p, versions};
use crate::store::{Read, StoreError, Write};
use crate::values::{BlobId, FileId, Timestamp};
use diesel::prelude::*;

/// A conversion that nobody reports on any more.
pub(in super::super) fn left(tx: &mut Write, now: Timestamp) -> Result<Option<(FileId, i64)>, StoreError> {
    Ok(d::table
        .filter(d::state.eq(Measuring::Running))
        .filter(d::leased_until.lt(now.0))
        .order(d::updated_at.asc())
        .select((d::file_id, d::attempts))
        .first(tx.conn())
        .optional()?)
}

/// A table of a published version whose conversion was not begun.
pub(in super::super) fn due(tx: &mut Write) -> Result<Option<FileId>, StoreError> {
    Ok(p::table
        .inner_join(versions::table.on(versions::id.eq(p::version_id)))
        .filter(p::convertible.eq(1))
        .filter(versions::state.eq(VersionState::Published))
        .order(p::updated_at.asc())
        .select(p::file_id)
        .first(tx.conn())
        .optional()?)
}

/// Begins a conversion, if nobody else did.
pub(in super::super) fn begin(
    tx: &mut Write,
    file: FileId,
    lease: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let open = p::table.find(file).filter(p::convertible.eq(1));
    if diesel::update(open).set(p::convertible.eq(0)).execute(tx.conn())? == 0 {
        return Ok(false);
    }
    diesel::insert_into(d::table)
        .values((
            d::file_id.eq(file),
            d::state.eq(Measuring::Running),
            d::lease.eq(lease),
            d::leased_until.eq(until.0),
            d::attempts.eq(1),
            d::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(true)
}

pub(in super::super) fn take(
    tx: &mut Write,
    file: FileId,
    lease: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let free = d::table.find(file).filter(d::state.eq(Measuring::Running)).filter(d::leased_until.lt(now.0));
    let values =
        (d::lease.eq(lease), d::leased_until.eq(until.0), d::attempts.eq(d::attempts + 1), d::updated_at.eq(now));
    Ok(diesel::update(free).set(values).execute(tx.conn())? == 1)
}

macro_rules! own {
    ($file:expr, $lease:expr) => {
        d::table.find($file).filter(d::state.eq(Measuring::Running)).filter(d::lease.eq($lease))
    };
}

pub(in super::super) fn renew(tx: &mut Write, file: FileId, lease: &str, until: Timestamp) -> Result<bool, StoreError> {
    Ok(diesel::update(own!(file, lease)).set(d::leased_until.eq(until.0)).execute(tx.conn())? == 1)
}

pub(in super::super) fn refuse(
    tx: &mut Write,
    file: FileId,
    lease: &str,
    why: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values =
        (d::state.eq(Measuring::Refused), d::leased_until.eq(None::<i64>), d::refusal.eq(why), d::updated_at.eq(now));
    Ok(diesel::update(own!(file, lease)).set(values).execute(tx.conn())? == 1)
}

pub(in super::super) fn finish(
    tx: &mut Write,
    task: &Task,
    blob: &NewBlob,
    count: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (file, lease) = (task.file.id, task.lease.as_str());
    if diesel::update(own!(file, lease)).set(d::updated_at.eq(now)).execute(tx.conn())? == 0 {
        return Ok(false);
    }
    diesel::insert_into(blobs::table)
        .values((
            blobs::id.eq(blob.id),
            blobs::size_bytes.eq(blob.size_bytes),
            blobs::sha256.eq(&blob.sha256),
            blobs::chunks.eq(&blob.chunks),
            blobs::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    let values = (
        d::state.eq(Measuring::Done),
        d::leased_until.eq(None::<i64>),
        d::blob_id.eq(blob.id),
        d::rows_count.eq(count),
        d::updated_at.eq(now),
    );
    Ok(diesel::update(own!(file, lease)).set(values).execute(tx.conn())? == 1)
}

pub(in super::super) fn find(tx: &mut Read, file: FileId) -> Result<Option<(BlobId, i64)>, StoreError> {
    Ok(d::table
        .find(file)
        .filter(d::state.eq(Measuring::Done))
        .filter(d::blob_id.is_not_null())
        .select((d::blob_id.assume_not_null(), d::rows_count.assume_not_null()))
        .first(tx.conn())
        .optional()?)
}

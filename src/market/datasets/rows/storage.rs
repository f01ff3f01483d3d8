//! Rows of storage accounts: how much each organisation stores and has reserved. Each change is one conditional statement.

use crate::store::schema::{blobs, datasets, files, storage_accounts, versions};
use crate::store::{Read, StoreError, Write};
use crate::values::{BlobId, FileId, PartyId, Sha256};
use diesel::prelude::*;

/// How much an organisation stores.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Queryable)]
pub struct Storage {
    /// Bytes of stored files, each counted once however many versions name it.
    pub used_bytes: i64,
    /// Bytes that uploads under way have reserved.
    pub reserved_bytes: i64,
}

pub(in crate::market::datasets) fn storage(tx: &mut Read, party: PartyId) -> Result<Storage, StoreError> {
    let row = storage_accounts::table.find(party);
    let row = row.select((storage_accounts::used_bytes, storage_accounts::reserved_bytes));
    Ok(row.first(tx.conn()).optional()?.unwrap_or_default())
}

fn open(tx: &mut Write, party: PartyId) -> Result<(), StoreError> {
    crate::store::each!(tx.conn(), c => diesel::insert_into(storage_accounts::table)
        .values((
            storage_accounts::party_id.eq(party),
            storage_accounts::used_bytes.eq(0_i64),
            storage_accounts::reserved_bytes.eq(0_i64),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Moves both numbers if what is then used and reserved stays within `limit`; tells whether it did.
pub(in crate::market::datasets) fn move_storage(
    tx: &mut Write,
    party: PartyId,
    used: i64,
    reserved: i64,
    limit: i64,
) -> Result<bool, StoreError> {
    open(tx, party)?;
    // Compared by subtraction: a sum near the largest number must not overflow in the database.
    let room = limit.saturating_sub(used.saturating_add(reserved));
    let fits = storage_accounts::table
        .find(party)
        .filter((storage_accounts::used_bytes + storage_accounts::reserved_bytes).le(room));
    let moved = diesel::update(fits)
        .set((
            storage_accounts::used_bytes.eq(storage_accounts::used_bytes + used),
            storage_accounts::reserved_bytes.eq(storage_accounts::reserved_bytes + reserved),
        ))
        .execute(tx.conn())?;
    Ok(moved == 1)
}

/// Finds bytes of an organisation by digest and length that are not damaged, with a file that names them.
pub(in crate::market::datasets) fn known(
    tx: &mut Read,
    party: PartyId,
    sha256: &Sha256,
    size_bytes: i64,
) -> Result<Option<(BlobId, FileId)>, StoreError> {
    let own = blobs::table
        .inner_join(files::table.on(files::blob_id.eq(blobs::id)))
        .inner_join(versions::table.on(versions::id.eq(files::version_id)))
        .inner_join(datasets::table.on(datasets::id.eq(versions::dataset_id)))
        .filter(blobs::sha256.eq(sha256))
        .filter(blobs::size_bytes.eq(size_bytes))
        .filter(blobs::damaged_at.is_null())
        .filter(datasets::party_id.eq(party));
    Ok(own.order((blobs::id.asc(), files::id.asc())).select((blobs::id, files::id)).first(tx.conn()).optional()?)
}

/// Locks the row of stored bytes until the transaction ends; tells whether it is there.
pub(in crate::market::datasets) fn lock_blob(tx: &mut Write, id: BlobId) -> Result<bool, StoreError> {
    let row = blobs::table.find(id);
    Ok(diesel::update(row).set(blobs::size_bytes.eq(blobs::size_bytes)).execute(tx.conn())? == 1)
}

/// Removes a file and, when no other file names them, the row of its bytes; tells whether that went too.
pub(in crate::market::datasets) fn delete_file(tx: &mut Write, file: FileId, blob: BlobId) -> Result<bool, StoreError> {
    // A twin that is being added locks the same row: it comes before, and is counted, or finds nothing.
    lock_blob(tx, blob)?;
    diesel::delete(files::table.find(file)).execute(tx.conn())?;
    let others: i64 = files::table.filter(files::blob_id.eq(blob)).count().get_result(tx.conn())?;
    if others > 0 {
        return Ok(false);
    }
    diesel::delete(blobs::table.find(blob)).execute(tx.conn())?;
    Ok(true)
}

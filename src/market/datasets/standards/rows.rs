//! Rows of declarations and of what their checks found.

use crate::market::datasets::VersionState;
use crate::store::schema::{conformances, declarations, files, versions};
use crate::store::{Read, StoreError, Write, each};
use crate::values::{
    BlobId, ConformanceId, DeclarationId, FileId, Sha256, StandardId, Timestamp, VersionId, text_enum,
};
use diesel::prelude::*;

text_enum! {
    /// How the check of a file stands.
    State {
        /// It is under way.
        Checking = "checking",
        /// Every rule holds.
        Conforms = "conforms",
        /// At least one rule does not hold.
        Breaks = "breaks",
        /// The file cannot be read as a table.
        Unreadable = "unreadable",
    }
}

/// A standard that a version declares.
#[derive(Debug, Clone, Queryable)]
pub struct Declaration {
    /// Its identifier.
    pub id: DeclarationId,
    /// Which version declares it.
    pub version_id: VersionId,
    /// Which standard.
    pub standard_id: StandardId,
    /// The form of the paths of its files; `*` stands for anything.
    pub pattern: String,
    /// When it was declared.
    pub created_at: Timestamp,
}

/// What the check of one file found.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "plain facts, explained at the table")]
pub struct Conformance {
    pub id: ConformanceId,
    pub declaration_id: DeclarationId,
    pub file_id: FileId,
    pub file_sha256: Sha256,
    pub state: State,
    pub rows_checked: i64,
    pub report: Option<String>,
    pub refusal: Option<String>,
    pub lease: String,
    pub leased_until: Timestamp,
    pub checked_at: Option<Timestamp>,
}

/// A file as far as checks need it.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Light {
    pub id: FileId,
    pub path: String,
    pub sha256: Sha256,
    pub blob_id: BlobId,
}

pub(super) fn of_version(tx: &mut Read, version: VersionId) -> Result<Vec<Declaration>, StoreError> {
    let own = declarations::table.filter(declarations::version_id.eq(version));
    Ok(own.order(declarations::id.asc()).load(tx.conn())?)
}

/// The declarations of all drafts, oldest first.
pub(super) fn of_drafts(tx: &mut Read) -> Result<Vec<Declaration>, StoreError> {
    Ok(declarations::table
        .inner_join(versions::table.on(versions::id.eq(declarations::version_id)))
        .filter(versions::state.eq(VersionState::Draft))
        .order(declarations::id.asc())
        .limit(10_000)
        .select(declarations::all_columns)
        .load(tx.conn())?)
}

pub(super) fn insert(tx: &mut Write, new: &Declaration) -> Result<(), StoreError> {
    diesel::insert_into(declarations::table)
        .values((
            declarations::id.eq(new.id),
            declarations::version_id.eq(new.version_id),
            declarations::standard_id.eq(new.standard_id),
            declarations::pattern.eq(&new.pattern),
            declarations::created_at.eq(new.created_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn delete(tx: &mut Write, id: DeclarationId) -> Result<(), StoreError> {
    diesel::delete(conformances::table.filter(conformances::declaration_id.eq(id))).execute(tx.conn())?;
    diesel::delete(declarations::table.find(id)).execute(tx.conn())?;
    Ok(())
}

pub(super) fn files_of(tx: &mut Read, version: VersionId) -> Result<Vec<Light>, StoreError> {
    Ok(files::table
        .filter(files::version_id.eq(version))
        .order(files::path.asc())
        .select((files::id, files::path, files::sha256, files::blob_id))
        .load(tx.conn())?)
}

pub(super) fn found_of(tx: &mut Read, declaration: DeclarationId) -> Result<Vec<Conformance>, StoreError> {
    Ok(conformances::table.filter(conformances::declaration_id.eq(declaration)).load(tx.conn())?)
}

/// Drops what an earlier check found, or an abandoned one; false when it moved on meanwhile.
pub(super) fn forget(tx: &mut Write, seen: &Conformance) -> Result<bool, StoreError> {
    let same = conformances::table.find(seen.id).filter(conformances::lease.eq(&seen.lease));
    let same = same.filter(conformances::leased_until.eq(seen.leased_until));
    Ok(diesel::delete(same).execute(tx.conn())? == 1)
}

/// Begins a check; false when there is one of this file.
pub(super) fn begin(tx: &mut Write, new: &Conformance) -> Result<bool, StoreError> {
    let done = each!(tx.conn(), c => diesel::insert_into(conformances::table)
        .values((
            conformances::id.eq(new.id),
            conformances::declaration_id.eq(new.declaration_id),
            conformances::file_id.eq(new.file_id),
            conformances::file_sha256.eq(&new.file_sha256),
            conformances::state.eq(new.state),
            conformances::rows_checked.eq(new.rows_checked),
            conformances::lease.eq(&new.lease),
            conformances::leased_until.eq(new.leased_until),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(done == 1)
}

pub(super) fn touch(
    tx: &mut Write,
    id: ConformanceId,
    lease: &str,
    rows: i64,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let own = conformances::table.find(id).filter(conformances::lease.eq(lease));
    let set = (conformances::rows_checked.eq(rows), conformances::leased_until.eq(until));
    Ok(diesel::update(own).set(set).execute(tx.conn())? == 1)
}

pub(super) fn finish(
    tx: &mut Write,
    (id, lease): (ConformanceId, &str),
    state: State,
    (rows, report, refusal): (i64, Option<&str>, Option<&str>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let own = conformances::table.find(id).filter(conformances::lease.eq(lease));
    diesel::update(own)
        .set((
            conformances::state.eq(state),
            conformances::rows_checked.eq(rows),
            conformances::report.eq(report),
            conformances::refusal.eq(refusal),
            conformances::checked_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

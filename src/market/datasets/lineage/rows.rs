//! Rows of inputs and steps.

use crate::store::schema::{lineage_inputs as inputs, lineage_steps as steps};
use crate::store::{Read, StoreError, Write};
use crate::values::{LicenceId, LineageInputId, LineageStepId, Timestamp, VersionId};
use diesel::prelude::*;

/// Something that went into a version.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "plain facts, explained at the table")]
pub struct InputRow {
    pub id: LineageInputId,
    pub version_id: VersionId,
    pub source_version_id: Option<VersionId>,
    pub address: String,
    pub name: String,
    pub licence_id: Option<LicenceId>,
    pub licence_code: String,
    pub confidential: i64,
    pub created_at: Timestamp,
}

/// Something that was done to make a version.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Step {
    pub id: LineageStepId,
    pub version_id: VersionId,
    pub name: String,
    pub tool: String,
    pub note: String,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

pub(super) fn inputs_of(tx: &mut Read, version: VersionId) -> Result<Vec<InputRow>, StoreError> {
    Ok(inputs::table.filter(inputs::version_id.eq(version)).order(inputs::id.asc()).load(tx.conn())?)
}

pub(super) fn uses_of(tx: &mut Read, source: VersionId, most: i64) -> Result<Vec<InputRow>, StoreError> {
    let own = inputs::table.filter(inputs::source_version_id.eq(source));
    Ok(own.order(inputs::id.asc()).limit(most).load(tx.conn())?)
}

pub(super) fn steps_of(tx: &mut Read, version: VersionId) -> Result<Vec<Step>, StoreError> {
    Ok(steps::table.filter(steps::version_id.eq(version)).order(steps::id.asc()).load(tx.conn())?)
}

pub(super) fn insert_input(tx: &mut Write, new: &InputRow) -> Result<(), StoreError> {
    diesel::insert_into(inputs::table)
        .values((
            inputs::id.eq(new.id),
            inputs::version_id.eq(new.version_id),
            inputs::source_version_id.eq(new.source_version_id),
            inputs::address.eq(&new.address),
            inputs::name.eq(&new.name),
            inputs::licence_id.eq(new.licence_id),
            inputs::licence_code.eq(&new.licence_code),
            inputs::confidential.eq(new.confidential),
            inputs::created_at.eq(new.created_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn insert_step(tx: &mut Write, new: &Step) -> Result<(), StoreError> {
    diesel::insert_into(steps::table)
        .values((
            steps::id.eq(new.id),
            steps::version_id.eq(new.version_id),
            steps::name.eq(&new.name),
            steps::tool.eq(&new.tool),
            steps::note.eq(&new.note),
            steps::started_at.eq(new.started_at),
            steps::ended_at.eq(new.ended_at),
            steps::created_at.eq(new.created_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn delete_input(tx: &mut Write, version: VersionId, id: LineageInputId) -> Result<bool, StoreError> {
    let own = inputs::table.find(id).filter(inputs::version_id.eq(version));
    Ok(diesel::delete(own).execute(tx.conn())? == 1)
}

pub(super) fn delete_step(tx: &mut Write, version: VersionId, id: LineageStepId) -> Result<bool, StoreError> {
    let own = steps::table.find(id).filter(steps::version_id.eq(version));
    Ok(diesel::delete(own).execute(tx.conn())? == 1)
}

//! Rows of declared schemas.

use super::{Column, ColumnKind, Declared};
use crate::market::datasets::cards::Both;
use crate::store::schema::{columns_declared as c, tables_declared as t};
use crate::store::{Read, StoreError, Write};
use crate::values::{Prose, Timestamp, VersionId};
use diesel::prelude::*;
use std::collections::BTreeMap;

type TableRow = (String, String, String, Timestamp, i64);
type ColumnRow = (String, String, ColumnKind, String, String, String, String);

fn broken(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Broken(format!("a schema is kept that cannot be read: {error}"))
}

fn table(row: TableRow) -> Result<(String, Declared), StoreError> {
    let (folded, path, key, updated_at, revision) = row;
    let primary_key = serde_json::from_str(&key).map_err(|e| broken(&e))?;
    Ok((folded, Declared { path, columns: Vec::new(), primary_key, updated_at, revision }))
}

fn column(row: ColumnRow) -> Result<(String, Column), StoreError> {
    let (folded, name, kind, unit, zh, en, constraints) = row;
    let prose = |text: &str| Prose::optional(text).map_err(|e| broken(&e));
    let description = Both { zh: prose(&zh)?, en: prose(&en)? };
    let constraints = serde_json::from_str(&constraints).map_err(|e| broken(&e))?;
    Ok((folded, Column { name, kind, unit, description, constraints }))
}

macro_rules! tables {
    () => {
        t::table.select((t::path_folded, t::path, t::primary_key, t::updated_at, t::revision))
    };
}
macro_rules! columns {
    () => {
        c::table
            .select((c::path_folded, c::name, c::kind, c::unit, c::description_zh, c::description_en, c::constraints))
            .order((c::path_folded.asc(), c::position.asc()))
    };
}

pub(super) fn find(tx: &mut Read, version: VersionId, folded: &str) -> Result<Option<Declared>, StoreError> {
    let row: Option<TableRow> =
        tables!().filter(t::version_id.eq(version)).filter(t::path_folded.eq(folded)).first(tx.conn()).optional()?;
    let Some(row) = row else { return Ok(None) };
    let (_, mut found) = table(row)?;
    let rows: Vec<ColumnRow> =
        columns!().filter(c::version_id.eq(version)).filter(c::path_folded.eq(folded)).load(tx.conn())?;
    for row in rows {
        found.columns.push(column(row)?.1);
    }
    Ok(Some(found))
}

pub(super) fn of_version(tx: &mut Read, version: VersionId) -> Result<Vec<(String, Declared)>, StoreError> {
    let rows: Vec<TableRow> = tables!().filter(t::version_id.eq(version)).load(tx.conn())?;
    let mut all = rows.into_iter().map(table).collect::<Result<BTreeMap<String, Declared>, _>>()?;
    let rows: Vec<ColumnRow> = columns!().filter(c::version_id.eq(version)).load(tx.conn())?;
    for row in rows {
        let (folded, column) = column(row)?;
        if let Some(table) = all.get_mut(&folded) {
            table.columns.push(column);
        }
    }
    Ok(all.into_iter().collect())
}

pub(super) fn write(tx: &mut Write, version: VersionId, folded: &str, table: &Declared) -> Result<(), StoreError> {
    let text = |value: serde_json::Result<String>| value.map_err(|e| StoreError::Broken(e.to_string()));
    let own = c::table.filter(c::version_id.eq(version)).filter(c::path_folded.eq(folded));
    diesel::delete(own).execute(tx.conn())?;
    diesel::delete(t::table.filter(t::version_id.eq(version)).filter(t::path_folded.eq(folded))).execute(tx.conn())?;
    diesel::insert_into(t::table)
        .values((
            t::version_id.eq(version),
            t::path_folded.eq(folded),
            t::path.eq(&table.path),
            t::primary_key.eq(text(serde_json::to_string(&table.primary_key))?),
            t::updated_at.eq(table.updated_at),
            t::revision.eq(table.revision),
        ))
        .execute(tx.conn())?;
    for (position, column) in (0_i64..).zip(&table.columns) {
        diesel::insert_into(c::table)
            .values((
                c::version_id.eq(version),
                c::path_folded.eq(folded),
                c::position.eq(position),
                c::name.eq(&column.name),
                c::kind.eq(column.kind),
                c::unit.eq(&column.unit),
                c::description_zh.eq(column.description.zh.as_str()),
                c::description_en.eq(column.description.en.as_str()),
                c::constraints.eq(text(serde_json::to_string(&column.constraints))?),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

//! Rows of samples.

use super::{Measuring, at_once};
use crate::market::datasets::File;
use crate::market::datasets::leases::{free, own, taken};
use crate::measure::Sample;
use crate::measure::disclosure::Rule;
use crate::store::schema::{file_profiles as p, file_samples as s, files, versions};
use crate::store::{Read, StoreError, Write};
use crate::values::{FileId, Timestamp, VersionId};
use diesel::prelude::*;

/// What everybody sees of a file, or will see.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The rule.
    pub rule: Rule,
    /// Whether the seller chose it.
    pub chosen: bool,
    /// Its revision.
    pub revision: i64,
    /// How far the sample is.
    pub state: Measuring,
    /// The sample.
    pub sample: Option<Sample>,
}

/// Rule, chosen, revision, state, sample.
type Line = (String, i64, i64, Measuring, Option<String>);

fn shown_of((rule, chosen, revision, state, sample): Line) -> Result<Shown, StoreError> {
    let rule = serde_json::from_str(&rule).map_err(|e| StoreError::Broken(e.to_string()))?;
    let sample = sample.and_then(|text| serde_json::from_str(&text).ok());
    Ok(Shown { rule, chosen: chosen != 0, revision, state, sample })
}

macro_rules! line {
    () => {
        (s::rule, s::chosen, s::revision, s::state, s::sample)
    };
}

fn text_of(rule: &Rule) -> Result<String, StoreError> {
    serde_json::to_string(rule).map_err(|e| StoreError::Broken(e.to_string()))
}

pub(super) fn insert(
    tx: &mut Write,
    (file, version): (FileId, VersionId),
    rule: &Rule,
    chosen: bool,
    sample: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let state = if sample.is_some() { Measuring::Done } else { at_once(rule) };
    diesel::insert_into(s::table)
        .values((
            s::file_id.eq(file),
            s::version_id.eq(version),
            s::rule.eq(text_of(rule)?),
            s::chosen.eq(i64::from(chosen)),
            s::revision.eq(0),
            s::state.eq(state),
            s::sample.eq(sample),
            s::attempts.eq(0),
            s::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn find(tx: &mut Read, file: FileId) -> Result<Option<Shown>, StoreError> {
    let found: Option<Line> = s::table.find(file).select(line!()).first(tx.conn()).optional()?;
    found.map(shown_of).transpose()
}

/// The version of the same dataset that was begun before another one.
pub(super) fn before(tx: &mut Read, version: VersionId) -> Result<Option<VersionId>, StoreError> {
    let own: Option<crate::values::DatasetId> =
        versions::table.find(version).select(versions::dataset_id).first(tx.conn()).optional()?;
    let Some(own) = own else { return Ok(None) };
    Ok(versions::table
        .filter(versions::dataset_id.eq(own))
        .filter(versions::id.ne(version))
        .order((versions::created_at.desc(), versions::id.desc()))
        .select(versions::id)
        .first(tx.conn())
        .optional()?)
}

/// The rules that a version has besides the usual one, by folded path, and whether the seller chose them: up to 500.
pub(super) fn rules_of(tx: &mut Read, version: VersionId) -> Result<Vec<(String, Rule, bool)>, StoreError> {
    let own = s::table.inner_join(files::table.on(files::id.eq(s::file_id))).filter(s::version_id.eq(version));
    let usual = text_of(&Rule::default())?;
    let list: Vec<(String, String, i64)> = own
        .filter(s::rule.ne(usual))
        .filter(s::rule.ne("{}"))
        .order(files::path_folded.asc())
        .limit(500)
        .select((files::path_folded, s::rule, s::chosen))
        .load(tx.conn())?;
    let read =
        |(path, rule, chosen): (String, String, i64)| Some((path, serde_json::from_str(&rule).ok()?, chosen != 0));
    Ok(list.into_iter().filter_map(read).collect())
}

/// Writes a rule over what was seen, and drops the sample: it is made anew.
pub(super) fn change(
    tx: &mut Write,
    file: FileId,
    (seen, rule, chosen): (&Shown, &Rule, bool),
    revision: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = s::table.find(file).filter(s::revision.eq(seen.revision));
    let done = diesel::update(row)
        .set((
            s::rule.eq(text_of(rule)?),
            s::chosen.eq(i64::from(chosen)),
            s::revision.eq(revision),
            s::state.eq(at_once(rule)),
            s::sample.eq(None::<String>),
            s::lease.eq(None::<String>),
            s::leased_until.eq(None::<i64>),
            s::attempts.eq(0),
            s::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(done == 1)
}

/// A sample of a measured file that nobody makes, and how often it was begun.
pub(super) fn due(tx: &mut Write, now: Timestamp) -> Result<Option<(FileId, i64)>, StoreError> {
    Ok(s::table
        .inner_join(p::table.on(p::file_id.eq(s::file_id)))
        .filter(s::state.eq_any([Measuring::Waiting, Measuring::Running]))
        .filter(s::leased_until.is_null().or(s::leased_until.lt(now.0)))
        .filter(p::state.eq(Measuring::Done))
        .order((s::updated_at.asc(), s::file_id.asc()))
        .select((s::file_id, s::attempts))
        .first(tx.conn())
        .optional()?)
}

pub(super) fn take(
    tx: &mut Write,
    file: FileId,
    lease: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    Ok(diesel::update(free!(s, file, now)).set(taken!(s, lease, until)).execute(tx.conn())? == 1)
}

pub(super) fn renew(tx: &mut Write, at: (FileId, &str), until: Timestamp) -> Result<bool, StoreError> {
    Ok(diesel::update(own!(s, at.0, at.1)).set(s::leased_until.eq(until.0)).execute(tx.conn())? == 1)
}

pub(super) fn finish(
    tx: &mut Write,
    at: (FileId, &str),
    sample: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let state = if sample.is_some() { Measuring::Done } else { Measuring::Refused };
    let values = (s::state.eq(state), s::sample.eq(sample), s::leased_until.eq(None::<i64>), s::updated_at.eq(now));
    Ok(diesel::update(own!(s, at.0, at.1)).set(values).execute(tx.conn())? == 1)
}

/// Notes that a file has no rows to show.
pub(super) fn without(tx: &mut Write, file: FileId, now: Timestamp) -> Result<(), StoreError> {
    let values = (s::state.eq(Measuring::Refused), s::sample.eq(None::<String>), s::updated_at.eq(now));
    diesel::update(s::table.find(file)).set(values).execute(tx.conn())?;
    Ok(())
}

pub(super) fn give_back(tx: &mut Write, at: (FileId, &str), now: Timestamp) -> Result<bool, StoreError> {
    let values =
        (s::state.eq(Measuring::Waiting), s::leased_until.eq(now.plus_seconds(10).0), s::attempts.eq(s::attempts - 1));
    Ok(diesel::update(own!(s, at.0, at.1)).set(values).execute(tx.conn())? == 1)
}

pub(super) fn shown(tx: &mut Read, version: VersionId, most: i64) -> Result<Vec<(File, Shown)>, StoreError> {
    let list: Vec<(File, Line)> = s::table
        .inner_join(files::table.on(files::id.eq(s::file_id)))
        .inner_join(p::table.on(p::file_id.eq(s::file_id)))
        .filter(s::version_id.eq(version))
        .filter(s::sample.is_not_null())
        .filter(p::state.eq(Measuring::Done))
        .order(files::path_folded.asc())
        .limit(most)
        .select((files::all_columns, line!()))
        .load(tx.conn())?;
    list.into_iter().map(|(file, line)| Ok((file, shown_of(line)?))).collect()
}

pub(super) fn counts(tx: &mut Read, version: VersionId) -> Result<(i64, i64), StoreError> {
    let own = s::table.filter(s::version_id.eq(version));
    let made: i64 = own.filter(s::sample.is_not_null()).count().get_result(tx.conn())?;
    let chosen: i64 = own.filter(s::chosen.eq(1)).count().get_result(tx.conn())?;
    Ok((made, chosen))
}

//! Rows of profiles and scores.

pub(super) mod derived;

use super::{Measuring, Task};
use crate::market::datasets::leases::{free, own, taken};
use crate::measure::Profile;
use crate::measure::quality::Score;
use crate::store::schema::{file_profiles as p, files, version_scores as s};
use crate::store::{Read, StoreError, Write};
use crate::values::{FileId, Timestamp, VersionId};
use diesel::prelude::*;

/// What was measured of a file, or how far that is.
#[derive(Debug, Clone)]
pub struct Measured {
    /// How far it is.
    pub state: Measuring,
    /// Bytes that were read so far.
    pub done_bytes: i64,
    /// What was found.
    pub profile: Option<Profile>,
    /// Why it was refused: the word for it, and its detail.
    pub refusal: Option<(String, String)>,
    /// When that was.
    pub updated_at: Timestamp,
}

/// How far measuring is for one file of a list.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "plain facts, named as in the tables")]
pub struct Short {
    pub file_id: FileId,
    pub path: String,
    pub path_folded: String,
    pub size_bytes: i64,
    pub media_type: String,
    pub rows_count: Option<i64>,
    pub columns_count: Option<i64>,
    pub state: Measuring,
    pub done_bytes: i64,
    pub score: Option<String>,
    pub refusal: Option<String>,
    pub refusal_detail: Option<String>,
}

impl Short {
    /// The score in tenths of a point.
    #[must_use]
    pub fn tenths(&self) -> Option<u64> {
        self.score.as_deref().and_then(|text| serde_json::from_str::<Score>(text).ok()).map(|score| score.tenths)
    }
}

pub(super) fn insert(tx: &mut Write, file: FileId, version: VersionId, now: Timestamp) -> Result<(), StoreError> {
    diesel::insert_into(p::table)
        .values((
            p::file_id.eq(file),
            p::version_id.eq(version),
            p::state.eq(Measuring::Waiting),
            p::attempts.eq(0),
            p::done_bytes.eq(0),
            p::weight.eq(0),
            p::convertible.eq(0),
            p::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The file that waits longest, and how often it was begun.
pub(super) fn due(tx: &mut Write, now: Timestamp) -> Result<Option<(FileId, i64)>, StoreError> {
    let left = p::table
        .filter(p::state.eq(Measuring::Running))
        .filter(p::leased_until.lt(now.0))
        .order(p::updated_at.asc())
        .select((p::file_id, p::attempts))
        .first(tx.conn())
        .optional()?;
    if left.is_some() {
        return Ok(left);
    }
    Ok(p::table
        .filter(p::state.eq(Measuring::Waiting))
        .filter(p::leased_until.is_null().or(p::leased_until.lt(now.0)))
        .order((p::updated_at.asc(), p::file_id.asc()))
        .select((p::file_id, p::attempts))
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
    let values = (taken!(p, lease, until), p::done_bytes.eq(0), p::updated_at.eq(now));
    Ok(diesel::update(free!(p, file, now)).set(values).execute(tx.conn())? == 1)
}

pub(super) fn renew(
    tx: &mut Write,
    file: FileId,
    lease: &str,
    done_bytes: i64,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let values = (p::leased_until.eq(until.0), p::done_bytes.eq(done_bytes));
    Ok(diesel::update(own!(p, file, lease)).set(values).execute(tx.conn())? == 1)
}

pub(super) fn finish(
    tx: &mut Write,
    task: &Task,
    profile: &str,
    (score, weight, convertible): (Option<&str>, i64, bool),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = diesel::update(own!(p, task.file.id, &task.lease))
        .set((
            p::state.eq(Measuring::Done),
            p::leased_until.eq(None::<i64>),
            p::done_bytes.eq(task.file.size_bytes),
            p::profile.eq(profile),
            p::score.eq(score),
            p::weight.eq(weight),
            p::convertible.eq(i64::from(convertible)),
            p::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(done == 1)
}

pub(super) fn refuse(
    tx: &mut Write,
    file: FileId,
    lease: &str,
    (code, detail): (&str, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = diesel::update(own!(p, file, lease))
        .set((
            p::state.eq(Measuring::Refused),
            p::leased_until.eq(None::<i64>),
            p::refusal.eq(code),
            p::refusal_detail.eq(detail),
            p::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(done == 1)
}

pub(super) fn give_back(tx: &mut Write, file: FileId, lease: &str, now: Timestamp) -> Result<bool, StoreError> {
    let done = diesel::update(own!(p, file, lease))
        .set((
            p::state.eq(Measuring::Waiting),
            // A store that fails gets some rest before the next try.
            p::leased_until.eq(now.plus_seconds(10).0),
            p::attempts.eq(p::attempts - 1),
            p::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(done == 1)
}

pub(super) fn count(tx: &mut Write, file: FileId, rows: i64, columns: i64) -> Result<(), StoreError> {
    diesel::update(files::table.find(file))
        .set((files::rows_count.eq(rows), files::columns_count.eq(columns)))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn open_count(tx: &mut Read, version: VersionId) -> Result<i64, StoreError> {
    let open = p::state.eq_any([Measuring::Waiting, Measuring::Running]);
    Ok(p::table.filter(p::version_id.eq(version)).filter(open).count().get_result(tx.conn())?)
}

pub(super) fn scores(tx: &mut Read, version: VersionId) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(p::table
        .filter(p::version_id.eq(version))
        .filter(p::score.is_not_null())
        .select((p::score.assume_not_null(), p::weight))
        .load(tx.conn())?)
}

pub(super) fn keep_score(
    tx: &mut Write,
    version: VersionId,
    score: &Score,
    files: usize,
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = serde_json::to_string(score).map_err(|e| StoreError::Broken(e.to_string()))?;
    let values = (
        s::score.eq(&text),
        s::tenths.eq(i64::try_from(score.tenths).unwrap_or(0)),
        s::files_count.eq(i64::try_from(files).unwrap_or(i64::MAX)),
        s::updated_at.eq(now),
    );
    if diesel::update(s::table.find(version)).set(values).execute(tx.conn())? == 0 {
        diesel::insert_into(s::table).values((s::version_id.eq(version), values)).execute(tx.conn())?;
    }
    Ok(())
}

pub(super) fn tenths(tx: &mut Read, version: VersionId) -> Result<Option<i64>, StoreError> {
    Ok(s::table.find(version).select(s::tenths).first(tx.conn()).optional()?)
}

pub(super) fn short(tx: &mut Read, version: VersionId, after: &str, most: i64) -> Result<Vec<Short>, StoreError> {
    Ok(p::table
        .inner_join(files::table.on(files::id.eq(p::file_id)))
        .filter(p::version_id.eq(version))
        .filter(files::path_folded.gt(after))
        .order(files::path_folded.asc())
        .limit(most)
        .select((
            p::file_id,
            files::path,
            files::path_folded,
            files::size_bytes,
            files::media_type,
            files::rows_count,
            files::columns_count,
            p::state,
            p::done_bytes,
            p::score,
            p::refusal,
            p::refusal_detail,
        ))
        .load(tx.conn())?)
}

pub(super) fn counts(tx: &mut Read, version: VersionId) -> Result<Vec<(Measuring, i64)>, StoreError> {
    let all = p::table.filter(p::version_id.eq(version));
    Ok(all.group_by(p::state).select((p::state, diesel::dsl::count_star())).load(tx.conn())?)
}

type Row = (Measuring, i64, Option<String>, Option<String>, Option<String>, Timestamp);

pub(super) fn find(tx: &mut Read, file: FileId) -> Result<Option<Measured>, StoreError> {
    let row: Option<Row> = p::table
        .find(file)
        .select((p::state, p::done_bytes, p::profile, p::refusal, p::refusal_detail, p::updated_at))
        .first(tx.conn())
        .optional()?;
    let Some((state, done_bytes, profile, refusal, detail, updated_at)) = row else { return Ok(None) };
    let read = |text: String| {
        serde_json::from_str(&text)
            .map_err(|e| StoreError::Broken(format!("a profile is kept that cannot be read: {e}")))
    };
    let refusal = refusal.map(|code| (code, detail.unwrap_or_default()));
    Ok(Some(Measured { state, done_bytes, profile: profile.map(read).transpose()?, refusal, updated_at }))
}

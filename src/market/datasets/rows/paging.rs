//! Files of a version in parts: a version may have ten thousand, and a page shows some.

use super::File;
use crate::store::schema::files;
use crate::store::{Read, StoreError};
use crate::values::VersionId;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

/// The columns of a [`File`] without its sample, which is large and which lists do not show.
macro_rules! without_sample {
    () => {
        (
            files::id,
            files::version_id,
            files::path,
            files::path_folded,
            files::blob_id,
            files::media_type,
            files::size_bytes,
            files::sha256,
            files::rows_count,
            files::columns_count,
            None::<String>.into_sql::<Nullable<Text>>(),
            files::created_at,
        )
    };
}

/// All files of a version by path, without samples.
pub(in crate::market::datasets) fn files_of(tx: &mut Read, version: VersionId) -> Result<Vec<File>, StoreError> {
    let own = files::table.filter(files::version_id.eq(version));
    Ok(own.select(without_sample!()).order(files::path.asc()).load(tx.conn())?)
}

/// One part of the files whose folded path fits a pattern, behind a folded path.
pub(in crate::market::datasets) fn part(
    tx: &mut Read,
    version: VersionId,
    pattern: &str,
    after: &str,
    size: i64,
) -> Result<Vec<File>, StoreError> {
    let own = files::table
        .filter(files::version_id.eq(version))
        .filter(files::path_folded.gt(after))
        .filter(files::path_folded.like(pattern).escape('\\'));
    Ok(own.select(without_sample!()).order(files::path_folded.asc()).limit(size).load(tx.conn())?)
}

/// How many files of a version have a folded path that fits a pattern.
pub(in crate::market::datasets) fn count(tx: &mut Read, version: VersionId, pattern: &str) -> Result<i64, StoreError> {
    let own = files::table.filter(files::version_id.eq(version)).filter(files::path_folded.like(pattern).escape('\\'));
    Ok(own.count().get_result(tx.conn())?)
}

/// The first files of a version that are tables: text tables and Parquet, as far as their media type tells.
pub(in crate::market::datasets) fn tables(
    tx: &mut Read,
    version: VersionId,
    after: &str,
    size: i64,
) -> Result<Vec<File>, StoreError> {
    let own = files::table.filter(files::version_id.eq(version)).filter(files::path_folded.gt(after)).filter(
        files::columns_count.is_not_null().or(files::media_type.eq_any([
            "text/csv",
            "text/tab-separated-values",
            "application/vnd.apache.parquet",
        ])),
    );
    Ok(own.select(without_sample!()).order(files::path_folded.asc()).limit(size).load(tx.conn())?)
}

/// One part of the files behind a folded path, with their samples.
pub(in crate::market::datasets) fn with_samples(
    tx: &mut Read,
    version: VersionId,
    after: &str,
    size: i64,
) -> Result<Vec<File>, StoreError> {
    let own = files::table.filter(files::version_id.eq(version)).filter(files::path_folded.gt(after));
    Ok(own.order(files::path_folded.asc()).limit(size).load(tx.conn())?)
}

/// The first files of a version that have a sample, with it.
pub(in crate::market::datasets) fn sampled(
    tx: &mut Read,
    version: VersionId,
    most: i64,
) -> Result<Vec<File>, StoreError> {
    let own = files::table.filter(files::version_id.eq(version)).filter(files::sample.is_not_null());
    Ok(own.order(files::path_folded.asc()).limit(most).load(tx.conn())?)
}

/// Whether a version has a file of this folded path.
pub(in crate::market::datasets) fn taken(tx: &mut Read, version: VersionId, folded: &str) -> Result<bool, StoreError> {
    let own = files::table.filter(files::version_id.eq(version)).filter(files::path_folded.eq(folded));
    Ok(own.count().get_result::<i64>(tx.conn())? > 0)
}

/// Path, bytes, rows and columns of a file.
type Measure = (String, i64, Option<i64>, Option<i64>);

/// What a draft adds up to, file by file.
pub(in crate::market::datasets) fn measures(tx: &mut Read, version: VersionId) -> Result<Vec<Measure>, StoreError> {
    let own = files::table.filter(files::version_id.eq(version));
    Ok(own.select((files::path, files::size_bytes, files::rows_count, files::columns_count)).load(tx.conn())?)
}

//! Reading the files of a version in parts, and a draft as it would be published.

use super::{File, Version, rows};
use crate::store::{Read, StoreError};
use crate::values::{VersionId, fold};
use std::collections::BTreeSet;

/// Which part of a version's files is wanted.
#[derive(Debug, Clone, Default)]
pub struct FilesQuery {
    /// Text that the path must have in it; empty for all.
    pub words: String,
    /// The folded path behind which the part begins; empty for the first part.
    pub after: String,
    /// Files of the part, 1 to 1000.
    pub size: i64,
}

/// A part of a version's files, by folded path.
#[derive(Debug, Clone, Default)]
pub struct FilesPart {
    /// The files, without samples.
    pub files: Vec<File>,
    /// How many there are in all.
    pub count: i64,
    /// What to give as `after` for the next part.
    pub next: Option<String>,
}

/// Gives a part of the files of a version.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn files_part(tx: &mut Read, version: VersionId, query: &FilesQuery) -> Result<FilesPart, StoreError> {
    let size = query.size.clamp(1, 1000);
    let words = fold(&query.words).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = format!("%{words}%");
    let mut files = rows::paging::part(tx, version, &pattern, &query.after, size + 1)?;
    let more = i64::try_from(files.len()).unwrap_or(i64::MAX) > size;
    files.truncate(usize::try_from(size).unwrap_or(1));
    let next = files.last().filter(|_| more).map(|f| f.path_folded.clone());
    Ok(FilesPart { count: rows::paging::count(tx, version, &pattern)?, files, next })
}

/// Gives the first files of a version that are tables, behind a folded path, without samples.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn tables_of(tx: &mut Read, version: VersionId, after: &str, most: i64) -> Result<Vec<File>, StoreError> {
    rows::paging::tables(tx, version, after, most)
}

/// Gives some files of a version behind a folded path, with their samples: few at a time, because samples are large.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn sampled_part(tx: &mut Read, version: VersionId, after: &str, most: i64) -> Result<Vec<File>, StoreError> {
    rows::paging::with_samples(tx, version, after, most)
}

/// Gives the first files of a version that have a sample, with it.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn sampled_of(tx: &mut Read, version: VersionId, most: i64) -> Result<Vec<File>, StoreError> {
    rows::paging::sampled(tx, version, most)
}

/// Gives a draft with the numbers that it would have if it were published now; other versions as they are.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn with_numbers(tx: &mut Read, mut version: Version) -> Result<Version, StoreError> {
    if version.state != super::VersionState::Draft {
        return Ok(version);
    }
    let all = rows::paging::measures(tx, version.id)?;
    let formats: BTreeSet<String> = all.iter().map(|(path, ..)| crate::measure::format_name(path)).collect();
    version.formats = formats.into_iter().collect::<Vec<_>>().join(" ");
    version.files_count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    version.size_bytes = all.iter().map(|(_, bytes, ..)| bytes).sum();
    version.rows_count = all.iter().filter_map(|(_, _, rows, _)| *rows).reduce(|a, b| a + b);
    version.columns_count = all.iter().filter_map(|(.., columns)| *columns).max();
    Ok(version)
}

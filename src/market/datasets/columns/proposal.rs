//! The schema of a file as far as anybody has said or seen it: declared for the file, declared for the whole version,
//! measured over all rows, else guessed from the first ones. What stands in the file decides which columns there are.

use super::{Column, Declared, guess, rows};
use crate::market::datasets::{File, profiles, rows as dataset_rows};
use crate::measure::Sample;
use crate::store::{Read, StoreError};
use crate::values::{FilePath, VersionId};
use std::collections::BTreeMap;

/// Where a schema comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was declared for this file.
    File,
    /// It was declared for every table of the version that has these columns.
    Version,
    /// Nobody declared it; it was measured over all rows.
    Measured,
    /// It was guessed from the first rows.
    Sample,
}

/// The schema of a file, with what an editor needs to declare it.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The columns, in the order of the file.
    pub columns: Vec<Column>,
    /// The columns that together tell one row from another.
    pub primary_key: Vec<String>,
    /// Where it comes from.
    pub from: Origin,
    /// The revision of what was declared for this file; 0 for nothing.
    pub revision: i64,
    /// The revision of what was declared for the whole version; 0 for nothing.
    pub whole_revision: i64,
    /// Declared columns that the file does not have.
    pub gone: Vec<String>,
}

/// Whether two lists of columns have the same names in the same order.
fn same_names(one: &[Column], other: &[Column]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.name == b.name)
}

/// The columns that the file shows in its first rows.
fn seen(file: &File) -> Vec<Column> {
    let sample: Option<Sample> = file.sample.as_deref().and_then(|s| serde_json::from_str(s).ok());
    sample.map(|s| guess::from_sample(&s)).unwrap_or_default()
}

fn put_together(seen: Vec<Column>, own: Option<Declared>, whole: Option<Declared>) -> Option<Proposal> {
    let (revision, whole_revision) = (own.as_ref().map_or(0, |d| d.revision), whole.as_ref().map_or(0, |d| d.revision));
    let whole = whole.filter(|w| same_names(&w.columns, &seen));
    let (from, declared) = match (own, whole) {
        (Some(own), _) => (Origin::File, Some(own)),
        (None, Some(whole)) => (Origin::Version, Some(whole)),
        (None, None) => (Origin::Sample, None),
    };
    let Some(declared) = declared else {
        let fresh =
            Proposal { columns: seen, primary_key: Vec::new(), from, revision, whole_revision, gone: Vec::new() };
        return (!fresh.columns.is_empty()).then_some(fresh);
    };
    if seen.is_empty() || same_names(&seen, &declared.columns) {
        let Declared { columns, primary_key, .. } = declared;
        return Some(Proposal { columns, primary_key, from, revision, whole_revision, gone: Vec::new() });
    }
    let mut by_name: BTreeMap<String, Column> = declared.columns.into_iter().map(|c| (c.name.clone(), c)).collect();
    let columns: Vec<Column> = seen.into_iter().map(|c| by_name.remove(&c.name).unwrap_or(c)).collect();
    let primary_key = declared.primary_key.into_iter().filter(|n| columns.iter().any(|c| c.name == *n)).collect();
    Some(Proposal { columns, primary_key, from, revision, whole_revision, gone: by_name.into_keys().collect() })
}

/// Gives the schema of a file; nothing for what is no table as far as anybody knows.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn proposal(tx: &mut Read, version: VersionId, path: &FilePath) -> Result<Option<Proposal>, StoreError> {
    let file = dataset_rows::file_by_path(tx, version, path.as_str())?;
    let measured = file.as_ref().map(|f| profiles::of_file(tx, f.id)).transpose()?.flatten().and_then(|m| m.profile);
    let measured = measured.map(|p| guess::from_profile(&p)).filter(|columns| !columns.is_empty());
    let is_measured = measured.is_some();
    let seen = measured.or_else(|| file.map(|f| seen(&f))).unwrap_or_default();
    let own = rows::find(tx, version, &path.folded())?;
    let whole = rows::find(tx, version, "")?;
    let origin = |p: Proposal| match p.from {
        Origin::Sample if is_measured => Proposal { from: Origin::Measured, ..p },
        Origin::File | Origin::Version | Origin::Measured | Origin::Sample => p,
    };
    Ok(put_together(seen, own, whole).map(origin))
}

/// The declared schemas of a version, to be asked file by file.
pub struct Schemas {
    own: BTreeMap<String, Declared>,
    whole: Option<Declared>,
}

/// Loads the declared schemas of a version at once.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn schemas(tx: &mut Read, version: VersionId) -> Result<Schemas, StoreError> {
    let mut own: BTreeMap<String, Declared> = rows::of_version(tx, version)?.into_iter().collect();
    let whole = own.remove("");
    Ok(Schemas { own, whole })
}

impl Schemas {
    /// Gives the schema of a file that was loaded with its sample; nothing for what is no table.
    #[must_use]
    pub fn of(&self, file: &File) -> Option<Proposal> {
        put_together(seen(file), self.own.get(&file.path_folded).cloned(), self.whole.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Timestamp;

    fn declared(names: &[&str], revision: i64) -> Declared {
        let mut columns: Vec<Column> = names.iter().map(|n| Column::named(n)).collect();
        for column in &mut columns {
            column.unit = "K".to_owned();
        }
        let primary_key = vec![names[0].to_owned()];
        Declared { path: String::new(), columns, primary_key, updated_at: Timestamp(0), revision }
    }

    #[test]
    fn the_file_decides_which_columns_there_are() {
        let seen: Vec<Column> = ["a", "b"].map(Column::named).to_vec();
        let fresh = put_together(seen.clone(), None, None).unwrap();
        assert_eq!((fresh.from, fresh.revision), (Origin::Sample, 0));
        let whole = put_together(seen.clone(), None, Some(declared(&["a", "b"], 4))).unwrap();
        assert_eq!((whole.from, whole.whole_revision, whole.columns[1].unit.as_str()), (Origin::Version, 4, "K"));
        let other = put_together(seen.clone(), None, Some(declared(&["x"], 4))).unwrap();
        assert_eq!((other.from, other.columns[0].unit.as_str()), (Origin::Sample, ""));
        let own = put_together(seen, Some(declared(&["z", "b"], 2)), None).unwrap();
        assert_eq!((own.from, own.gone.as_slice(), own.primary_key.len()), (Origin::File, &["z".to_owned()][..], 0));
        assert_eq!((own.columns[0].unit.as_str(), own.columns[1].unit.as_str()), ("", "K"));
        assert!(put_together(Vec::new(), None, None).is_none());
    }
}

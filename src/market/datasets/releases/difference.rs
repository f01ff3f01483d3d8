//! How a version differs from the one before it, as far as a program that reads it can notice.
//!
//! Pure. A difference is breaking when something that was there is gone or has another type or unit; it is compatible
//! when something was only added or the values changed.

use crate::measure::rules::split_unit;
use crate::values::FileId;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use utoipa::ToSchema;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Column {
    /// Its name as written.
    pub name: String,
    /// Its type as measured, when it was.
    pub kind: Option<String>,
}

/// A file with its columns; none when it is no table, or its columns are not known.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub id: FileId,
    pub path: String,
    pub sha256: String,
    pub bytes: i64,
    pub rows: Option<i64>,
    pub columns: Vec<Column>,
}

/// What the difference means for a program that reads the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All files are the same.
    Same,
    /// What read the version before reads this one.
    Compatible,
    /// Something is gone or became another thing.
    Breaking,
}
impl Verdict {
    /// Gives the word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }
}

/// A column whose type or unit changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Changed {
    /// The column.
    pub name: String,
    /// Type or unit before.
    pub before: String,
    /// Type or unit now.
    pub after: String,
}

/// How one table changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TableDifference {
    /// Its path.
    pub path: String,
    /// Its path before, when it is another.
    pub path_before: Option<String>,
    /// Columns that are new.
    pub added: Vec<Column>,
    /// Columns that are gone.
    pub removed: Vec<Column>,
    /// Columns with another type or unit.
    pub changed: Vec<Changed>,
    /// The columns that stayed stand in another order.
    pub reordered: bool,
    /// Rows before and now.
    pub rows: (Option<i64>, Option<i64>),
}

/// How a version differs from the one before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Difference {
    /// What it means.
    pub verdict: Verdict,
    /// Paths that are new.
    pub files_added: Vec<String>,
    /// Paths that are gone.
    pub files_removed: Vec<String>,
    /// Paths whose bytes changed.
    pub files_changed: Vec<String>,
    /// Tables whose columns, rows or path changed.
    pub tables: Vec<TableDifference>,
    /// Rows of all tables before and now.
    pub rows: (i64, i64),
    /// Bytes of all files before and now.
    pub bytes: (i64, i64),
}

/// Compares two versions.
#[must_use]
pub(super) fn compare(before: &[Table], after: &[Table]) -> Difference {
    let mut pairs: Vec<(&Table, &Table)> = Vec::new();
    let mut gone: Vec<&Table> = Vec::new();
    let there: HashSet<&str> = before.iter().map(|t| t.path.as_str()).collect();
    let now: HashMap<&str, &Table> = after.iter().map(|t| (t.path.as_str(), t)).collect();
    let mut fresh: Vec<&Table> = after.iter().filter(|t| !there.contains(t.path.as_str())).collect();
    for old in before {
        match now.get(old.path.as_str()).copied() {
            Some(new) => pairs.push((old, new)),
            None => match moved(old, &fresh) {
                Some(at) => pairs.push((old, fresh.remove(at))),
                None => gone.push(old),
            },
        }
    }
    let same = |(old, new): &(&Table, &Table)| old.sha256 == new.sha256 && old.path == new.path;
    let tables: Vec<TableDifference> =
        pairs.iter().filter(|p| !same(p)).filter_map(|(old, new)| table(old, new)).collect();
    let changed: Vec<String> =
        pairs.iter().filter(|(o, n)| o.sha256 != n.sha256).map(|(_, n)| n.path.clone()).collect();
    let broken = !gone.is_empty() || tables.iter().any(|t| !t.removed.is_empty() || !t.changed.is_empty());
    let untouched = pairs.iter().all(same) && fresh.is_empty();
    let paths = |list: &[&Table]| list.iter().map(|t| t.path.clone()).collect();
    let sum = |side: &[Table], of: fn(&Table) -> i64| side.iter().map(of).fold(0_i64, i64::saturating_add);
    let rows = |side: &[Table]| sum(side, |t| t.rows.unwrap_or(0));
    let bytes = |side: &[Table]| sum(side, |t| t.bytes);
    Difference {
        verdict: match (broken, untouched) {
            (true, _) => Verdict::Breaking,
            (false, true) => Verdict::Same,
            (false, false) => Verdict::Compatible,
        },
        files_added: paths(&fresh),
        files_removed: paths(&gone),
        files_changed: changed,
        tables,
        rows: (rows(before), rows(after)),
        bytes: (bytes(before), bytes(after)),
    }
}

/// Finds the new file that an old one became: the same bytes, else the one that shares most columns, at least half.
fn moved(old: &Table, fresh: &[&Table]) -> Option<usize> {
    if let Some(at) = fresh.iter().position(|new| new.sha256 == old.sha256) {
        return Some(at);
    }
    let shared = |new: &Table| old.columns.iter().filter(|c| new.columns.iter().any(|n| n.name == c.name)).count();
    let (at, count) = fresh.iter().map(|new| shared(new)).enumerate().max_by_key(|(at, n)| (*n, usize::MAX - at))?;
    (count > 0 && count * 2 >= old.columns.len()).then_some(at)
}

/// Compares two tables; nothing when neither columns nor rows nor path differ.
fn table(old: &Table, new: &Table) -> Option<TableDifference> {
    let mut removed: Vec<Column> = Vec::new();
    let mut changed: Vec<Changed> = Vec::new();
    let mut added: Vec<Column> =
        new.columns.iter().filter(|c| !old.columns.iter().any(|o| o.name == c.name)).cloned().collect();
    for column in &old.columns {
        if let Some(now) = new.columns.iter().find(|n| n.name == column.name) {
            if let (Some(before), Some(after)) = (&column.kind, &now.kind)
                && before != after
                && before != "empty"
            {
                changed.push(Changed { name: now.name.clone(), before: before.clone(), after: after.clone() });
            }
            continue;
        }
        let (stem, unit) = split_unit(&column.name);
        match added.iter().position(|a| split_unit(&a.name).0 == stem) {
            Some(at) => {
                let now = added.remove(at);
                let after = split_unit(&now.name).1.to_owned();
                changed.push(Changed { before: unit.to_owned(), after, name: now.name });
            }
            None => removed.push(column.clone()),
        }
    }
    let order = |side: &Table, other: &Table| -> Vec<String> {
        let stays = |c: &&Column| other.columns.iter().any(|o| o.name == c.name);
        side.columns.iter().filter(stays).map(|c| c.name.clone()).collect()
    };
    let found = TableDifference {
        path: new.path.clone(),
        path_before: (old.path != new.path).then(|| old.path.clone()),
        reordered: order(old, new) != order(new, old),
        added,
        removed,
        changed,
        rows: (old.rows, new.rows),
    };
    let told = !found.added.is_empty()
        || !found.removed.is_empty()
        || !found.changed.is_empty()
        || found.reordered
        || found.path_before.is_some()
        || old.rows != new.rows;
    told.then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, sha: &str, rows: i64, columns: &[(&str, &str)]) -> Table {
        let columns = columns.iter().map(|(n, k)| Column { name: (*n).to_owned(), kind: Some((*k).to_owned()) });
        Table {
            id: FileId::fresh(),
            path: path.to_owned(),
            sha256: sha.to_owned(),
            bytes: rows * 10,
            rows: Some(rows),
            columns: columns.collect(),
        }
    }

    #[test]
    fn what_is_only_added_breaks_nobody() {
        let old = [file("a.csv", "1", 10, &[("time", "datetime"), ("rms", "number")])];
        let new = [
            file("a.csv", "2", 12, &[("rms", "number"), ("time", "datetime"), ("state", "string")]),
            file("b.csv", "3", 1, &[("x", "number")]),
        ];
        let d = compare(&old, &new);
        assert_eq!(d.verdict, Verdict::Compatible);
        assert_eq!((d.rows, d.bytes), ((10, 13), (100, 130)));
        assert_eq!(d.files_added, ["b.csv"]);
        let table = &d.tables[0];
        assert_eq!(table.added[0].name, "state");
        assert!(table.reordered && table.removed.is_empty() && table.changed.is_empty());
        assert_eq!(compare(&old, &old).verdict, Verdict::Same);
    }

    #[test]
    fn what_is_gone_or_another_thing_breaks() {
        let old = [file("a.csv", "1", 10, &[("time", "datetime"), ("Torque [Nm]", "number"), ("n", "integer")])];
        for (columns, removed, changed) in [
            (vec![("time", "datetime"), ("Torque [Nm]", "number")], 1, 0),
            (vec![("time", "datetime"), ("Torque [kNm]", "number"), ("n", "integer")], 0, 1),
            (vec![("time", "datetime"), ("Torque [Nm]", "number"), ("n", "string")], 0, 1),
        ] {
            let d = compare(&old, &[file("a.csv", "2", 10, &columns)]);
            assert_eq!(d.verdict, Verdict::Breaking, "{columns:?}");
            assert_eq!((d.tables[0].removed.len(), d.tables[0].changed.len()), (removed, changed));
        }
        let d = compare(&old, &[]);
        assert_eq!((d.verdict, d.files_removed), (Verdict::Breaking, vec!["a.csv".to_owned()]));
    }

    #[test]
    fn a_renamed_file_is_found_by_its_bytes_or_its_columns() {
        let old = [file("2026-01.csv", "1", 10, &[("time", "datetime"), ("rms", "number")])];
        let d = compare(&old, &[file("2026-02.csv", "2", 9, &[("time", "datetime"), ("rms", "number")])]);
        assert_eq!(d.verdict, Verdict::Compatible);
        assert_eq!(d.tables[0].path_before.as_deref(), Some("2026-01.csv"));
        assert_eq!(compare(&old, &[file("b.csv", "1", 10, &[])]).files_removed, Vec::<String>::new());
        assert_eq!(compare(&old, &[file("b.csv", "3", 10, &[("other", "number")])]).files_removed.len(), 1);
    }
}

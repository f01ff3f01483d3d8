//! The schema that a publisher declares for the tables of a version: a Table Schema (Frictionless, version 2) with a
//! description in both languages and a unit for each column. It belongs to the version: when that is published, it is final.

mod declare;
pub mod guess;
mod proposal;
mod rows;
pub use crate::measure::units;

pub(in crate::market::datasets) use declare::carry_over;
pub use declare::{ColumnsError, declare};
pub use proposal::{Origin, Proposal, Schemas, proposal, schemas};

use super::cards::Both;
use crate::store::{Read, StoreError};
use crate::values::{FilePath, Timestamp, VersionId, text_enum};
use serde::{Deserialize, Serialize};

/// The most columns that a table may declare.
pub const MOST_COLUMNS: usize = 10_000;

text_enum! {
    /// The type of a column, as Table Schema names it.
    ColumnKind {
        /// Text.
        String = "string",
        /// A number with a fraction.
        Number = "number",
        /// A whole number.
        Integer = "integer",
        /// Yes or no.
        Boolean = "boolean",
        /// A day.
        Date = "date",
        /// An instant.
        Datetime = "datetime",
        /// A time of day.
        Time = "time",
        /// A span of time.
        Duration = "duration",
        /// A year.
        Year = "year",
        /// A month of a year.
        Yearmonth = "yearmonth",
        /// A point on the earth.
        Geopoint = "geopoint",
        /// GeoJSON.
        Geojson = "geojson",
        /// A JSON object.
        Object = "object",
        /// A JSON array.
        Array = "array",
        /// A list of values in one cell.
        List = "list",
        /// Anything.
        Any = "any",
    }
}
impl ColumnKind {
    /// Whether a unit makes sense for it.
    #[must_use]
    pub const fn is_quantity(self) -> bool {
        matches!(self, Self::Number | Self::Integer)
    }
}

/// What every value of a column must keep to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Constraints {
    /// No empty cell.
    pub required: bool,
    /// No value twice.
    pub unique: bool,
    /// The smallest value; empty when there is none.
    pub minimum: String,
    /// The largest value; empty when there is none.
    pub maximum: String,
    /// A regular expression that the whole value fits; empty when there is none.
    pub pattern: String,
    /// The only values; empty when all are allowed.
    pub choices: Vec<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, exactly as in the file.
    pub name: String,
    /// Its type.
    pub kind: ColumnKind,
    /// Its unit in the code of UCUM; empty when it has none.
    pub unit: String,
    /// What it means.
    pub description: Both,
    /// What its values keep to.
    pub constraints: Constraints,
}
impl Column {
    /// A column of which only the name is known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: ColumnKind::String,
            unit: String::new(),
            description: Both::default(),
            constraints: Constraints::default(),
        }
    }
}

/// A schema about to be declared.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The path of the file in the version; none for every table of the version that has these columns.
    pub path: Option<FilePath>,
    /// The columns, in the order of the file.
    pub columns: Vec<Column>,
    /// The names of the columns that together tell one row from another.
    pub primary_key: Vec<String>,
}

/// The declared schema of one table.
#[derive(Debug, Clone)]
pub struct Declared {
    /// The path of the file; empty for every table of the version that has these columns.
    pub path: String,
    /// The columns, in the order of the file.
    pub columns: Vec<Column>,
    /// The names of the columns that together tell one row from another.
    pub primary_key: Vec<String>,
    /// When it was changed.
    pub updated_at: Timestamp,
    /// The revision.
    pub revision: i64,
}

/// Gives the declared schema of a file of a version, by the folded path.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn declared(tx: &mut Read, version: VersionId, path_folded: &str) -> Result<Option<Declared>, StoreError> {
    rows::find(tx, version, path_folded)
}

/// Gives all declared schemas of a version by folded path.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn declared_of(tx: &mut Read, version: VersionId) -> Result<Vec<(String, Declared)>, StoreError> {
    rows::of_version(tx, version)
}

/// How far the declared columns of a version say what they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Declared tables.
    pub tables: usize,
    /// Declared columns.
    pub columns: usize,
    /// The first columns without any description.
    pub undescribed: Vec<String>,
    /// The first columns with numbers and without a unit.
    pub unitless: Vec<String>,
}

/// How many names a list of what is missing shows.
const NAMED: usize = 5;

/// Says how far the declared columns of a version say what they are.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn coverage(tx: &mut Read, version: VersionId) -> Result<Coverage, StoreError> {
    let mut found = Coverage::default();
    for (_, table) in rows::of_version(tx, version)? {
        found.tables += 1;
        found.columns += table.columns.len();
        for column in &table.columns {
            if column.description.is_empty() && found.undescribed.len() < NAMED {
                found.undescribed.push(column.name.clone());
            }
            if column.kind.is_quantity() && column.unit.is_empty() && found.unitless.len() < NAMED {
                found.unitless.push(column.name.clone());
            }
        }
    }
    Ok(found)
}

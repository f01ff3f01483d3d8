//! What the check of a table found.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Row numbers that are kept of one broken rule.
pub(super) const ROWS: usize = 20;
/// Values that are kept of one broken rule.
const EXAMPLES: usize = 5;
/// Characters of such a value.
const LONGEST: usize = 80;

/// Which column was taken for a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Matched {
    /// The field of the standard.
    pub field: String,
    /// The column; none when there is none.
    pub column: Option<String>,
    /// The unit in brackets behind the column's name.
    pub unit: String,
}

/// A rule that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Broken {
    /// The code of the rule: that of the standard's rule, or `missing`, `type`, `unit`.
    pub rule: String,
    /// The field, or the fields.
    pub field: String,
    /// What the rule asks.
    pub says: String,
    /// How many rows break it; 1 for what concerns a whole column.
    pub count: u64,
    /// The first rows that break it, from 1 without the header; at most 20.
    pub rows: Vec<u64>,
    /// Values of the first of these rows, for the publisher only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
}

impl Broken {
    pub(super) fn new(rule: &str, field: String, says: String) -> Self {
        Self { rule: rule.to_owned(), field, says, count: 0, rows: Vec::new(), examples: Vec::new() }
    }
    /// Counts a row; `value` is asked for only while values are kept.
    pub(super) fn at(&mut self, row: u64, value: impl FnOnce() -> String) {
        self.count += 1;
        if self.rows.len() < ROWS {
            self.rows.push(row);
        }
        if self.examples.len() < EXAMPLES {
            let clean = value();
            let clean = clean.chars().map(|c| if c.is_control() { ' ' } else { c });
            self.examples.push(clean.take(LONGEST).collect());
        }
    }
}

/// What the check of a table found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// The checker and its version.
    pub checker: String,
    /// Rows that were checked: all of the table.
    pub rows: u64,
    /// Which column was taken for which field.
    pub fields: Vec<Matched>,
    /// Rules that were checked, those of types, units and required fields among them.
    pub checked: u64,
    /// Rules that could not be checked, because an optional field is not there.
    pub skipped: u64,
    /// Rows behind which equal rows were no longer looked for, when the table has too many different ones.
    pub limited_at: Option<u64>,
    /// Every broken rule.
    pub broken: Vec<Broken>,
}

impl Report {
    /// Tells whether the table conforms to the standard.
    #[must_use]
    pub const fn conforms(&self) -> bool {
        self.broken.is_empty()
    }
    /// Takes out what only the publisher may see: values of rows.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.broken.iter_mut().for_each(|b| b.examples.clear());
        self
    }
}

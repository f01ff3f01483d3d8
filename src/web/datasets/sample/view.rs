//! One sample as pages show it.

use crate::market::datasets::File;
use crate::measure::Sample;
use crate::measure::disclosure::{Pick, Rule};
use crate::values::Lang;
use crate::words;

/// One column of the head.
#[derive(Debug)]
pub struct Head {
    /// Its name.
    pub name: String,
    /// Its type and unit, when they are measured.
    pub kind: String,
    /// Whether its values are withheld.
    pub masked: bool,
}

/// A sample: its file, what it is, and the rows.
#[derive(Debug)]
pub struct SampleView {
    /// The path of the file.
    pub path: String,
    /// Which rows these are, and what is masked.
    pub note: String,
    /// The columns.
    pub heads: Vec<Head>,
    /// The rows with their numbers, which are empty for the first ones.
    pub rows: Vec<(String, Vec<String>)>,
    /// Whether the rows have numbers.
    pub numbered: bool,
}

impl SampleView {
    /// Tells whether the values of a column are withheld.
    #[must_use]
    pub fn masks(&self, column: &usize) -> bool {
        self.heads.get(*column).is_some_and(|h| h.masked)
    }
    /// Makes the view.
    pub(super) fn of(lang: Lang, file: &File, rule: &Rule, sample: &Sample, types: &[String]) -> Self {
        let heads = sample.columns.iter().enumerate().map(|(at, name)| Head {
            name: name.clone(),
            kind: types.get(at).cloned().unwrap_or_default(),
            masked: sample.masked.contains(&at),
        });
        let number = |at: usize| sample.numbers.get(at).map(|n| words::number(i64::try_from(*n).unwrap_or(i64::MAX)));
        let rows = sample.rows.iter().enumerate().map(|(at, row)| (number(at).unwrap_or_default(), row.clone()));
        Self {
            path: file.path.clone(),
            note: note(lang, file, rule, sample),
            heads: heads.collect(),
            rows: rows.collect(),
            numbered: !sample.numbers.is_empty(),
        }
    }
}

/// Which rows of how many, how they were picked, and what is withheld.
fn note(lang: Lang, file: &File, rule: &Rule, sample: &Sample) -> String {
    let key = match rule.pick {
        Pick::First | Pick::Nothing => "sample-first",
        Pick::Random => "sample-random",
        Pick::Rows => "sample-rows",
    };
    let all = file.rows_count.map_or_else(|| "?".to_owned(), words::number);
    let count = words::number(i64::try_from(sample.rows.len()).unwrap_or(i64::MAX));
    let rows = words::with(lang, key, &[("count", &count), ("rows", &all)]);
    if sample.masked.is_empty() {
        return rows;
    }
    let names: Vec<&str> = sample.masked.iter().filter_map(|at| sample.columns.get(*at)).map(String::as_str).collect();
    let masked = words::with(lang, "sample-masked", &[("columns", &names.join(", "))]);
    format!("{rows}{}{masked}", words::say(lang, "sentence-space"))
}

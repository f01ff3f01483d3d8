//! The sample of a table: its head and some of its rows, whatever form it has. The first rows are taken while a file
//! comes in; which rows everybody may see, and which columns are masked in them, is chosen by a [`Rule`] afterwards.

use super::Watch;
use super::casts;
use super::cells::Cell;
use super::disclosure::{Pick, Rule};
use super::formats::Facts;
use super::head;
use super::refusals::Refusal;
use super::source::Source;
use super::tables;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::sync::Arc;
use utoipa::ToSchema;

/// How much of a file is kept in hand to take the sample from, in bytes.
pub const SAMPLE_BYTES: usize = 256 * 1024;
/// Columns of a sample.
const COLUMNS: usize = 200;
/// Characters of a cell.
const CELL: usize = 120;
/// Bytes of a sample as JSON: it is kept in a row of the database and read with it.
const JSON_BYTES: usize = 64 * 1024;
/// Rows after which a reader says that it is still at it.
const REPORT_ROWS: u64 = 4096;

/// The head and some rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sample {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
    /// The separator that was found.
    pub separator: char,
    /// False when the names are not those of the file, because it has none.
    #[serde(default = "yes")]
    pub header: bool,
    /// The numbers of the rows in the file, from 1; empty for the first ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<u64>,
    /// The columns whose values are withheld, by their place from 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<usize>,
}

const fn yes() -> bool {
    true
}

fn cell(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if clean.chars().count() <= CELL { clean } else { clean.chars().take(CELL - 1).chain(['…']).collect() }
}

/// Takes the sample from the head of a file; `whole` says that the head is all of it. Nothing for what is no table.
#[must_use]
pub fn sample(bytes: &[u8], whole: bool) -> Option<Sample> {
    let text = head::decode(bytes, whole)?.text;
    let table = head::delimited(&text, "csv")?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(table.separator)
        .has_headers(table.header)
        .flexible(true)
        .from_reader(text.as_bytes());
    let records = reader.records().filter_map(Result::ok);
    let rows = records.take(Rule::USUAL_ROWS).map(|r| r.iter().take(COLUMNS).map(cell).collect()).collect();
    Some(fitted(Sample {
        columns: table.columns.iter().take(COLUMNS).map(|name| cell(name)).collect(),
        rows,
        separator: char::from(table.separator),
        header: table.header,
        numbers: Vec::new(),
        masked: Vec::new(),
    }))
}

/// Drops rows from the end, then columns, until the JSON form fits.
fn fitted(mut sample: Sample) -> Sample {
    while serde_json::to_string(&sample).map_or(0, |json| json.len()) > JSON_BYTES {
        sample.numbers.pop();
        if sample.rows.pop().is_none() && sample.columns.pop().is_none() {
            break;
        }
    }
    sample
}

/// A sequence of numbers that looks random and is the same for the same seed (splitmix64).
struct Dice(u64);
impl Dice {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// The rows that were chosen so far.
struct Chosen<'r> {
    rule: &'r Rule,
    most: u64,
    dice: Dice,
    masked: Vec<usize>,
    columns: usize,
    rows: Vec<(u64, Vec<String>)>,
}

impl Chosen<'_> {
    /// A row as it will be shown; what is masked is never kept.
    fn row(&self, number: u64, cells: &[Cell<'_>]) -> (u64, Vec<String>) {
        let shown = |at: usize| {
            let value = cells.get(at).copied().unwrap_or(Cell::Null);
            if self.masked.contains(&at) { String::new() } else { cell(&value.text()) }
        };
        (number, (0..self.columns).map(shown).collect())
    }
    /// Looks at the next row; false when no later one can be chosen.
    fn take(&mut self, number: u64, cells: &[Cell<'_>]) -> bool {
        match self.rule.pick {
            Pick::Nothing => return false,
            Pick::First => {
                self.rows.push(self.row(number, cells));
                return number < self.most;
            }
            Pick::Rows => {
                if self.rule.chosen.contains(&number) {
                    self.rows.push(self.row(number, cells));
                }
                return self.rule.chosen.iter().any(|n| *n > number);
            }
            Pick::Random => {}
        }
        // Each row is in the sample with the same chance, whatever their number turns out to be (algorithm R).
        if number <= self.most {
            self.rows.push(self.row(number, cells));
        } else {
            let place = usize::try_from(self.dice.next() % number).unwrap_or(usize::MAX);
            if place < self.rows.len() {
                let row = self.row(number, cells);
                if let Some(old) = self.rows.get_mut(place) {
                    *old = row;
                }
            }
        }
        true
    }
}

/// Takes the sample that a rule chooses from a measured table; `facts` are those of its profile.
///
/// # Errors
/// [`Refusal`] when the table cannot be read, or `watch` ends it.
pub fn pick(source: &Arc<dyn Source>, facts: &Facts, rule: &Rule, watch: Watch<'_>) -> Result<Sample, Refusal> {
    let names: Vec<&String> = facts.columns.iter().take(COLUMNS).collect();
    let masked = names.iter().enumerate().filter(|(_, name)| rule.masked.contains(**name)).map(|(at, _)| at).collect();
    let most = u64::from(rule.rows);
    let dice = Dice(u64::from(rule.seed));
    let mut chosen = Chosen { rule, most, dice, masked, columns: names.len(), rows: Vec::new() };
    let mut failed = None;
    if rule.pick != Pick::Nothing {
        tables::walk(source, facts, &mut |number, cells| {
            if number % REPORT_ROWS == 0
                && let Err(refusal) = watch(number)
            {
                failed = Some(refusal);
                return ControlFlow::Break(());
            }
            if chosen.take(number, cells) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
    }
    if let Some(refusal) = failed {
        return Err(refusal);
    }
    let Chosen { masked, mut rows, .. } = chosen;
    rows.sort_by_key(|(number, _)| *number);
    let in_order = rows.iter().zip(1_usize..).all(|((number, _), at)| *number == casts::len(at));
    let (numbers, rows): (Vec<u64>, Vec<Vec<String>>) = rows.into_iter().unzip();
    Ok(fitted(Sample {
        columns: names.into_iter().map(|name| cell(name)).collect(),
        rows,
        separator: facts.separator.unwrap_or(','),
        header: facts.header || facts.separator.is_none(),
        numbers: if in_order { Vec::new() } else { numbers },
        masked,
    }))
}

#[cfg(test)]
mod tests;

//! The check of one table against a standard, row by row.

use super::CHECKER;
use super::definition::{Definition, Kind};
use super::fields::assign;
use super::report::{Broken, Matched, Report};
use super::watch::{Reading, Watch};
use crate::measure::Facts;
use crate::measure::cells::Cell;

/// A type that every value of a column must have.
struct Typed {
    place: usize,
    kind: Kind,
    found: Broken,
}

/// Checks a table while its rows pass by. Memory is bounded: rules that remember rows stop remembering, and the report
/// says where.
pub struct Checker {
    reading: Reading,
    fields: Vec<Matched>,
    types: Vec<Typed>,
    watches: Vec<Watch>,
    whole: Vec<Broken>,
    checked: u64,
    skipped: u64,
    rows: u64,
}

impl Checker {
    /// Begins the check of a table with these facts.
    #[must_use]
    pub fn new(definition: &Definition, facts: &Facts) -> Self {
        let assigned = assign(&definition.fields, &facts.columns);
        let places: Vec<Option<usize>> = assigned.iter().map(|(place, _)| *place).collect();
        let (mut types, mut whole, mut checked, mut skipped) = (Vec::new(), Vec::new(), 0, 0);
        for (field, (place, matched)) in definition.fields.iter().zip(&assigned) {
            let Some(place) = *place else {
                if field.required {
                    checked += 1;
                    let mut missing = Broken::new("missing", field.name.clone(), field.names.join(", "));
                    missing.count = 1;
                    whole.push(missing);
                }
                continue;
            };
            checked += 1;
            if field.kind != Kind::Text {
                let found = Broken::new("type", field.name.clone(), field.kind.as_str().to_owned());
                types.push(Typed { place, kind: field.kind, found });
            }
            if !field.unit.is_empty() && !matched.unit.is_empty() {
                checked += 1;
                if field.unit != matched.unit {
                    let mut other = Broken::new("unit", field.name.clone(), field.unit.clone());
                    other.count = 1;
                    other.examples.push(matched.unit.clone());
                    whole.push(other);
                }
            }
        }
        let mut watches = Vec::new();
        for rule in &definition.rules {
            match Watch::new(rule, &definition.fields, &places) {
                Some(watch) => {
                    checked += 1;
                    watches.push(watch);
                }
                None => skipped += 1,
            }
        }
        let reading = Reading { decimal: facts.decimal, day_first: facts.day_first };
        let fields = assigned.into_iter().map(|(_, matched)| matched).collect();
        Self { reading, fields, types, watches, whole, checked, skipped, rows: 0 }
    }

    /// Takes the next row.
    pub fn row(&mut self, row: u64, cells: &[Cell<'_>]) {
        self.rows += 1;
        for typed in &mut self.types {
            let cell = cells.get(typed.place).copied().unwrap_or(Cell::Null);
            if cell != Cell::Null && !self.reading.fits(typed.kind, cell) {
                typed.found.at(row, || cell.text().into_owned());
            }
        }
        for watch in &mut self.watches {
            watch.row(self.reading, row, cells);
        }
    }

    /// Gives the rows that passed by.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Ends the check.
    #[must_use]
    pub fn report(self) -> Report {
        let limited_at = self.watches.iter().filter_map(|w| w.limited_at).min();
        let found = self.types.into_iter().map(|t| t.found).chain(self.watches.into_iter().map(|w| w.found));
        let broken: Vec<Broken> = self.whole.into_iter().chain(found).filter(|b| b.count > 0).collect();
        Report {
            checker: CHECKER.to_owned(),
            rows: self.rows,
            fields: self.fields,
            checked: self.checked,
            skipped: self.skipped,
            limited_at,
            broken,
        }
    }
}

#[cfg(test)]
mod tests;

//! One rule on its way through the rows of a table.

use super::definition::{Field, Kind, Op, Rule};
use super::parse::whole_regex;
use super::report::Broken;
use crate::measure::cells::Cell;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Different rows or groups that are remembered by one rule: about 100 MB.
const MOST_REMEMBERED: usize = 4_000_000;

/// How cells of this table are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub decimal: char,
    pub day_first: bool,
}

impl Reading {
    /// A place on a line: the number, or the seconds since 1970.
    #[expect(clippy::as_conversions, reason = "milliseconds of this era are exact in 53 bits")]
    fn place(self, kind: Kind, cell: Cell<'_>) -> Option<f64> {
        match kind {
            Kind::Instant => cell.instant(self.day_first).map(|ms| ms as f64 / 1000.0),
            Kind::Number | Kind::Integer => cell.number(self.decimal),
            Kind::Truth | Kind::Text => None,
        }
    }
    /// Tells whether a cell has a type.
    pub(super) fn fits(self, kind: Kind, cell: Cell<'_>) -> bool {
        match kind {
            Kind::Instant => cell.instant(self.day_first).is_some(),
            Kind::Number => cell.number(self.decimal).is_some(),
            Kind::Integer => cell.number(self.decimal).is_some_and(|n| n.fract() == 0.0),
            Kind::Truth => {
                cell.truth().is_some() || matches!(cell.number(self.decimal), Some(n) if n == 0.0 || n == 1.0)
            }
            Kind::Text => true,
        }
    }
    fn order(self, kinds: (Kind, Kind), left: Cell<'_>, right: Cell<'_>) -> Option<std::cmp::Ordering> {
        match (self.place(kinds.0, left), self.place(kinds.1, right)) {
            (Some(a), Some(b)) => a.partial_cmp(&b),
            (Some(_), None) | (None, Some(_)) => None,
            (None, None) if kinds == (Kind::Text, Kind::Text) => Some(left.text().cmp(&right.text())),
            (None, None) => None,
        }
    }
}

/// Where a field stands and what type it has.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub place: usize,
    pub kind: Kind,
}

impl At {
    fn of<'c>(self, cells: &[Cell<'c>]) -> Cell<'c> {
        cells.get(self.place).copied().unwrap_or(Cell::Null)
    }
}

/// What a rule looks at in each row.
enum Look {
    NotNull(At),
    Range(At, f64, f64),
    Unique(Vec<At>, HashSet<u64>),
    Monotonic(At, Groups, bool),
    Gap(At, Groups, f64),
    Rate(At, Groups, f64, f64),
    Enum(At, HashSet<String>),
    Regex(At, Box<regex::Regex>),
    Compare(At, Op, At),
}

impl Look {
    /// Tells whether two neighbours break the rule: nothing when they do not, else what is said instead of the value.
    fn neighbours(&self, last: f64, value: f64) -> Option<Option<String>> {
        // A little more than the binary form of a decimal number may be off.
        let near = |limit: f64| limit + limit.abs() * 1e-9;
        let apart = value - last;
        match self {
            Self::Monotonic(.., strict) => (apart < 0.0 || (*strict && apart <= 0.0)).then_some(None),
            Self::Gap(.., seconds) => (apart > near(*seconds)).then(|| Some(span(apart))),
            Self::Rate(.., period, slack) => ((apart - period).abs() > near(*slack) + 1e-6).then(|| Some(span(apart))),
            Self::NotNull(_) | Self::Range(..) | Self::Unique(..) => None,
            Self::Enum(..) | Self::Regex(..) | Self::Compare(..) => None,
        }
    }
}

/// The last value of each group.
struct Groups {
    by: Option<At>,
    last: HashMap<u64, f64>,
}
impl Groups {
    fn new(by: Option<At>) -> Self {
        Self { by, last: HashMap::new() }
    }
    /// Takes the next value and gives the one before it in its group; nothing when no more groups are remembered.
    fn step(&mut self, cells: &[Cell<'_>], value: f64) -> Option<f64> {
        let key = self.by.map_or(0, |by| hash(&[by.of(cells)]));
        if self.last.len() >= MOST_REMEMBERED && !self.last.contains_key(&key) {
            return None;
        }
        self.last.insert(key, value)
    }
}

fn hash(cells: &[Cell<'_>]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for cell in cells {
        cell.text().hash(&mut hasher);
    }
    hasher.finish()
}

/// A rule with what it found so far.
pub(super) struct Watch {
    look: Look,
    pub(super) found: Broken,
    /// The row at which no more different rows were remembered.
    pub(super) limited_at: Option<u64>,
}

impl Watch {
    /// Begins to watch; nothing when a field of the rule is not in the table.
    pub(super) fn new(rule: &Rule, fields: &[Field], places: &[Option<usize>]) -> Option<Self> {
        let at = |name: &str| -> Option<At> {
            let which = fields.iter().position(|f| f.name == name)?;
            Some(At { place: places.get(which).copied().flatten()?, kind: fields.get(which)?.kind })
        };
        let groups = |by: &Option<String>| -> Option<Groups> {
            match by {
                None => Some(Groups::new(None)),
                Some(name) => Some(Groups::new(Some(at(name)?))),
            }
        };
        let look = match rule {
            Rule::NotNull { field } => Look::NotNull(at(field)?),
            Rule::Range { field, min, max } => {
                Look::Range(at(field)?, min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY))
            }
            Rule::Unique { fields } => {
                Look::Unique(fields.iter().map(|f| at(f)).collect::<Option<Vec<_>>>()?, HashSet::new())
            }
            Rule::Monotonic { field, by, strict } => Look::Monotonic(at(field)?, groups(by)?, *strict),
            Rule::MaxGap { field, by, seconds } => Look::Gap(at(field)?, groups(by)?, *seconds),
            Rule::SamplingRate { field, by, hertz, tolerance_percent } => {
                let period = 1.0 / hertz;
                Look::Rate(at(field)?, groups(by)?, period, (period * tolerance_percent / 100.0).max(0.001))
            }
            Rule::Enum { field, values } => Look::Enum(at(field)?, values.iter().cloned().collect()),
            Rule::Regex { field, pattern } => Look::Regex(at(field)?, Box::new(whole_regex(pattern)?)),
            Rule::Compare { left, is, right } => Look::Compare(at(left)?, *is, at(right)?),
        };
        let found = Broken::new(rule.code(), rule.fields().join(", "), rule.says());
        Some(Self { look, found, limited_at: None })
    }

    /// Looks at a row.
    pub(super) fn row(&mut self, reading: Reading, row: u64, cells: &[Cell<'_>]) {
        let Self { look, found, limited_at } = self;
        match look {
            Look::NotNull(at) => {
                if at.of(cells) == Cell::Null {
                    found.at(row, String::new);
                }
            }
            Look::Range(at, min, max) => {
                let cell = at.of(cells);
                if cell.number(reading.decimal).is_some_and(|n| n < *min || n > *max) {
                    found.at(row, || cell.text().into_owned());
                }
            }
            Look::Unique(of, seen) => {
                let values: Vec<Cell<'_>> = of.iter().map(|at| at.of(cells)).collect();
                if values.iter().all(|v| *v == Cell::Null) {
                    return;
                }
                let key = hash(&values);
                if seen.contains(&key) {
                    found.at(row, || values.iter().map(|v| v.text()).collect::<Vec<_>>().join(", "));
                } else if seen.len() < MOST_REMEMBERED {
                    seen.insert(key);
                } else {
                    limited_at.get_or_insert(row);
                }
            }
            Look::Monotonic(at, groups, _) | Look::Gap(at, groups, _) | Look::Rate(at, groups, ..) => {
                let cell = at.of(cells);
                let Some(value) = reading.place(at.kind, cell) else { return };
                let Some(last) = groups.step(cells, value) else { return };
                if let Some(said) = look.neighbours(last, value) {
                    found.at(row, || said.unwrap_or_else(|| cell.text().into_owned()));
                }
            }
            Look::Enum(at, values) => {
                let cell = at.of(cells);
                if cell != Cell::Null && !values.contains(cell.text().trim()) {
                    found.at(row, || cell.text().into_owned());
                }
            }
            Look::Regex(at, regex) => {
                let cell = at.of(cells);
                if cell != Cell::Null && !regex.is_match(cell.text().trim()) {
                    found.at(row, || cell.text().into_owned());
                }
            }
            Look::Compare(left, op, right) => {
                let (a, b) = (left.of(cells), right.of(cells));
                let order = reading.order((left.kind, right.kind), a, b);
                if order.is_some_and(|order| !op.holds(order)) {
                    found.at(row, || format!("{} ; {}", a.text(), b.text()));
                }
            }
        }
    }
}

/// A span of seconds for people.
fn span(seconds: f64) -> String {
    format!("{} s", (seconds * 1000.0).round() / 1000.0)
}

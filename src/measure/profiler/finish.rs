//! Turns what was tallied into the profile of a column.

use super::super::casts::real_of;
use super::super::cells::iso;
use super::super::profile::{ColumnProfile, ColumnType, Count, Instants, Numbers, Order, Texts, Top};
use super::distinct::{Kept, Table};
use super::seam::{DAY, MOMENT, OTHER, REAL, Seam, TEXT, TRUTH, WHOLE};
use super::spread::{of_counts, shown};
use super::tally::{Tally, is_long};
use super::{personal, units};

/// Values that are shown with their counts.
const TOP: usize = 10;
const RANKS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// The type of a column, and which kinds are of it.
fn kind(counts: [u64; 7]) -> (ColumnType, &'static [usize]) {
    let [whole, real, truth, day, moment, _, other] = counts;
    let all: u64 = counts.iter().sum();
    let nearly = |count: u64| count > 0 && count.saturating_mul(20) >= all.saturating_mul(19);
    if all == 0 {
        (ColumnType::Empty, &[])
    } else if other > 0 {
        (ColumnType::Any, &[WHOLE, REAL, TRUTH, DAY, MOMENT, TEXT, OTHER])
    } else if nearly(whole + real) {
        (if real == 0 { ColumnType::Integer } else { ColumnType::Number }, &[WHOLE, REAL])
    } else if nearly(truth) {
        (ColumnType::Boolean, &[TRUTH])
    } else if nearly(day + moment) {
        (if moment == 0 { ColumnType::Date } else { ColumnType::Datetime }, &[DAY, MOMENT])
    } else {
        (ColumnType::String, &[WHOLE, REAL, TRUTH, DAY, MOMENT, TEXT])
    }
}

fn order(seam: &Seam) -> Order {
    match (seam.mixed, seam.rose, seam.fell, seam.same) {
        (false, true, false, false) => Order::Rising,
        (false, true, false, true) => Order::NeverFalling,
        (false, false, true, false) => Order::Falling,
        (false, false, true, true) => Order::NeverRising,
        _ => Order::None,
    }
}

/// Writes a number as people do: no exponent for common sizes, no digits that mean nothing.
pub(super) fn written(number: f64) -> String {
    if number == 0.0 || (1e-5..1e15).contains(&number.abs()) { number.to_string() } else { format!("{number:e}") }
}

fn shown_value(kept: &Kept) -> String {
    match kept {
        Kept::Number(number, _) => written(*number),
        Kept::Instant(at, _) => iso(*at),
        Kept::Truth(truth) => truth.to_string(),
        Kept::Text(text) => text.chars().take(120).collect(),
    }
}

/// Makes the profile of a column.
pub(super) fn finish(name: &str, mut tally: Tally, seam: &Seam) -> ColumnProfile {
    let (kind, own) = kind(tally.counts);
    let values: u64 = tally.counts.iter().sum();
    let in_type: u64 = own.iter().filter_map(|at| tally.counts.get(*at)).sum();
    let odd = values - in_type;
    let first_odd = seam.found.iter().enumerate().filter(|(at, _)| !own.contains(at)).filter_map(|(_, row)| *row).min();
    if let Some(table) = &tally.table {
        let texts: Vec<(String, u64)> = table
            .values()
            .filter_map(|(kept, count)| match kept {
                Kept::Text(text) => Some((text.to_string(), *count)),
                Kept::Number(number, true) if !is_long(*number) => Some((number.to_string(), *count)),
                Kept::Number(..) | Kept::Instant(..) | Kept::Truth(_) => None,
            })
            .collect();
        texts.iter().for_each(|(text, count)| tally.look(text.as_bytes(), *count));
    }
    let order = order(seam);
    let mut distinct = match &tally.table {
        Some(table) => Count { count: super::super::casts::len(table.len()), exact: true },
        None => tally.distinct.count(values),
    };
    // Values that only rise are all different; of texts only the beginning was compared, which says so all the more.
    if matches!(order, Order::Rising | Order::Falling) {
        distinct = Count { count: values, exact: true };
    }
    let mut column = ColumnProfile {
        name: name.to_owned(),
        kind,
        unit: units::of_name(name),
        nulls: tally.nulls,
        odd,
        odd_row: first_odd.filter(|_| odd > 0).map(|row| row + 1),
        distinct,
        min: None,
        max: None,
        numbers: None,
        instants: None,
        texts: None,
        histogram: Vec::new(),
        top: Vec::new(),
        order,
        constant: distinct.exact && distinct.count == 1 && tally.nulls == 0,
        copy_of: None,
        suspicions: Vec::new(),
        withheld: None,
    };
    let seen = tally.seen;
    describe(&mut column, tally);
    let range = column.numbers.map(|n| (n.min, n.max));
    column.suspicions = personal::suspicions(name, kind, values, distinct.count, seen, range);
    column
}

/// Adds what the type of the column has.
fn describe(column: &mut ColumnProfile, tally: Tally) {
    match column.kind {
        ColumnType::Integer | ColumnType::Number => numbers(column, &tally),
        ColumnType::Date | ColumnType::Datetime => instants(column, tally),
        ColumnType::String | ColumnType::Boolean => texts(column, &tally),
        ColumnType::Any | ColumnType::Empty => {}
    }
}

/// The most frequent values.
fn top(table: &Table) -> Vec<Top> {
    let mut all: Vec<(&Kept, u64)> = table.values().map(|(kept, count)| (kept, *count)).collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| shown_value(a.0).cmp(&shown_value(b.0))));
    all.iter().take(TOP).map(|(kept, count)| Top { value: shown_value(kept), count: *count }).collect()
}

/// The numbers of a table in rising order.
fn sorted(table: &Table) -> Vec<(f64, u64)> {
    let number = |(kept, count): &(Kept, u64)| match kept {
        Kept::Number(number, _) => Some((*number, *count)),
        Kept::Instant(at, _) => Some((real_of(*at), *count)),
        Kept::Truth(_) | Kept::Text(_) => None,
    };
    let mut all: Vec<(f64, u64)> = table.values().filter_map(number).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all
}

fn numbers(column: &mut ColumnProfile, tally: &Tally) {
    let stats = match &tally.table {
        Some(table) => {
            let sorted = sorted(table);
            let mut spread = super::spread::Spread::new(0);
            // Moments only; quantiles and bins come from the counts themselves.
            spread.add_moments(&sorted);
            column.histogram = shown(spread.min, spread.max, sorted.iter().copied());
            // Few different values are better shown one by one.
            if table.len() <= 20 {
                column.top = top(table);
            }
            Numbers {
                min: spread.min,
                max: spread.max,
                mean: spread.mean(),
                stddev: spread.stddev(),
                quantiles: RANKS.map(|rank| of_counts(&sorted, rank)),
                exact: true,
            }
        }
        None => {
            column.histogram = tally.spread.histogram();
            let (quantiles, exact) = tally.spread.quantiles(RANKS);
            let spread = &tally.spread;
            Numbers { min: spread.min, max: spread.max, mean: spread.mean(), stddev: spread.stddev(), quantiles, exact }
        }
    };
    if stats.min.is_finite() {
        (column.min, column.max) = (Some(written(stats.min)), Some(written(stats.max)));
        column.numbers = Some(stats);
    }
}

fn instants(column: &mut ColumnProfile, tally: Tally) {
    let (min, max) = match &tally.table {
        Some(table) => {
            let sorted = sorted(table);
            let ends = (sorted.first().map_or(0.0, |v| v.0), sorted.last().map_or(0.0, |v| v.0));
            column.histogram = shown(ends.0, ends.1, sorted.into_iter());
            ends
        }
        None => {
            column.histogram = tally.spread.histogram();
            (tally.spread.min, tally.spread.max)
        }
    };
    let (first, last) = (super::super::casts::whole(min), super::super::casts::whole(max));
    (column.min, column.max) = (Some(iso(first)), Some(iso(last)));
    let found: Instants = tally.steps.finish(first, last);
    column.instants = Some(found);
}

fn texts(column: &mut ColumnProfile, tally: &Tally) {
    match &tally.table {
        Some(table) => {
            let texts: Vec<String> = table.values().map(|(kept, _)| shown_value(kept)).collect();
            column.top = top(table);
            (column.min, column.max) = (texts.iter().min().cloned(), texts.iter().max().cloned());
            if column.kind == ColumnType::String {
                let lengths = || {
                    table.values().map(|(kept, _)| match kept {
                        Kept::Text(text) => super::super::casts::len(text.len()),
                        Kept::Number(..) | Kept::Instant(..) | Kept::Truth(_) => {
                            super::super::casts::len(shown_value(kept).len())
                        }
                    })
                };
                column.texts =
                    lengths().min().zip(lengths().max()).map(|(shortest, longest)| Texts { shortest, longest });
            }
        }
        None => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().take(120).collect::<String>();
            if tally.counts.get(TEXT).is_some_and(|texts| *texts == tally.counts.iter().sum::<u64>()) {
                (column.min, column.max) = (Some(text(&tally.texts.least)), Some(text(&tally.texts.most)));
            }
            column.texts = tally.texts.lengths.map(|(shortest, longest)| Texts { shortest, longest });
        }
    }
}

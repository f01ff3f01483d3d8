//! First guesses for a schema that nobody has declared yet: types from the rows of a sample, units from brackets in names.

use super::{Column, ColumnKind, units};
use crate::measure::Sample;
use crate::measure::profile::{ColumnProfile, ColumnType, Profile};

/// Proposes columns from a sample. A type is a proposal: the sample shows some rows, not all.
#[must_use]
pub fn from_sample(sample: &Sample) -> Vec<Column> {
    let columns = sample.columns.iter().enumerate();
    columns
        .map(|(i, name)| {
            let values = sample.rows.iter().filter_map(|row| row.get(i)).map(String::as_str);
            Column { kind: kind(values), unit: unit(name), ..Column::named(name) }
        })
        .collect()
}

/// Proposes columns from what was measured over all rows. A type that not every value has is left open.
#[must_use]
pub fn from_profile(profile: &Profile) -> Vec<Column> {
    let kind = |c: &ColumnProfile| match c.kind {
        ColumnType::String | ColumnType::Empty => ColumnKind::String,
        _ if c.odd > 0 => ColumnKind::Any,
        ColumnType::Integer => ColumnKind::Integer,
        ColumnType::Number => ColumnKind::Number,
        ColumnType::Boolean => ColumnKind::Boolean,
        ColumnType::Date => ColumnKind::Date,
        ColumnType::Datetime => ColumnKind::Datetime,
        ColumnType::Any => ColumnKind::Any,
    };
    profile.columns.iter().map(|c| Column { kind: kind(c), unit: unit(&c.name), ..Column::named(&c.name) }).collect()
}

/// Proposes a unit from a name such as `Air temperature [K]` or `speed (rpm)`.
#[must_use]
pub fn unit(name: &str) -> String {
    let inner = [('[', ']'), ('(', ')'), ('（', '）')].iter().find_map(|(open, close)| {
        let rest = name.trim_end().strip_suffix(*close)?;
        rest.rsplit_once(*open).map(|(_, inner)| inner.trim())
    });
    let Some(inner) = inner.filter(|t| !t.is_empty()) else { return String::new() };
    if let Some(code) = units::code_for(inner) {
        return code.to_owned();
    }
    // A pure number in brackets is a count of the name, not a unit.
    let number = inner.bytes().all(|b| b.is_ascii_digit());
    if units::check(inner).is_ok() && !number { inner.to_owned() } else { String::new() }
}

/// The narrowest kind that all filled values have; text when there are none.
fn kind<'v>(values: impl Iterator<Item = &'v str>) -> ColumnKind {
    let values: Vec<&str> = values.map(str::trim).filter(|v| !v.is_empty()).collect();
    if values.is_empty() {
        return ColumnKind::String;
    }
    let all = |fits: fn(&str) -> bool| values.iter().all(|v| fits(v));
    if all(is_integer) {
        ColumnKind::Integer
    } else if all(is_number) {
        ColumnKind::Number
    } else if all(|v| matches!(v, "true" | "false" | "True" | "False" | "TRUE" | "FALSE")) {
        ColumnKind::Boolean
    } else if all(|v| v.parse::<jiff::civil::Date>().is_ok() && v.len() == 10) {
        ColumnKind::Date
    } else if all(|v| v.len() > 10 && v.parse::<jiff::civil::DateTime>().is_ok()) {
        ColumnKind::Datetime
    } else {
        ColumnKind::String
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    // A leading zero is a code, such as a part number.
    let code = digits.len() > 1 && digits.starts_with('0');
    !digits.is_empty() && digits.len() <= 18 && !code && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_number(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    let digits = text.trim_start_matches(['-', '+']);
    let code = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.") && !digits.contains(['e', 'E']);
    plain && !code && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_units_of_a_sample() {
        let sample = Sample {
            columns: ["time", "Speed [rpm]", "T (°C)", "part", "ok", "day", "n (2)"].map(str::to_owned).to_vec(),
            rows: vec![
                ["2026-01-01 00:00:00", "1500", "2.5e1", "0017", "true", "2026-01-01", "x"].map(str::to_owned).to_vec(),
                ["2026-01-01T00:00:01", "", "-0.5", "0018", "false", "2026-01-02", ""].map(str::to_owned).to_vec(),
            ],
            separator: ',',
            header: true,
            numbers: Vec::new(),
            masked: Vec::new(),
        };
        let found = from_sample(&sample);
        let kinds: Vec<&str> = found.iter().map(|c| c.kind.as_str()).collect();
        assert_eq!(kinds, ["datetime", "integer", "number", "string", "boolean", "date", "string"]);
        let units: Vec<&str> = found.iter().map(|c| c.unit.as_str()).collect();
        assert_eq!(units, ["", "/min", "Cel", "", "", "", ""]);
    }
}

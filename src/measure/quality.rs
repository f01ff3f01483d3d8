//! The quality score: its rules as data, and how a profile is measured by them. The rules are published as they stand here.

use super::casts::real;
use super::profile::{ColumnProfile, ColumnType, Profile};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The version of the rules; it changes with any of them.
pub const RULES_VERSION: &str = "1";

/// A rule of the score.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// The points that a perfect table gets.
    pub points: u64,
    /// Measures a table: 0 to 1, or nothing where the rule does not apply.
    measure: fn(&Profile) -> Option<f64>,
}

/// All rules. Their points add up to 100; those of a rule that does not apply go to the others in proportion.
pub const RULES: &[Rule] = &[
    Rule { name: "complete", points: 25, measure: complete },
    Rule { name: "consistent", points: 20, measure: consistent },
    Rule { name: "unique", points: 10, measure: unique },
    Rule { name: "named", points: 10, measure: named },
    Rule { name: "units", points: 10, measure: units },
    Rule { name: "informative", points: 10, measure: informative },
    Rule { name: "continuous", points: 10, measure: continuous },
    Rule { name: "readable", points: 5, measure: readable },
];

/// A score with its parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Score {
    /// The version of the rules.
    pub rules: String,
    /// Tenths of a point, 0 to 1000.
    pub tenths: u64,
    /// What each rule gave.
    pub parts: Vec<Part>,
}

/// What one rule gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Part {
    /// The rule.
    pub rule: String,
    /// How well it is kept, in thousandths; nothing where it does not apply.
    pub permille: Option<u64>,
}

/// Scores a table.
#[must_use]
pub fn score(profile: &Profile) -> Option<Score> {
    profile.rows.filter(|rows| *rows > 0 && !profile.columns.is_empty())?;
    let permille = |share: f64| super::casts::count((share.clamp(0.0, 1.0) * 1000.0).floor());
    let parts: Vec<Part> = RULES
        .iter()
        .map(|rule| Part { rule: rule.name.to_owned(), permille: (rule.measure)(profile).map(permille) })
        .collect();
    Some(Score { rules: RULES_VERSION.to_owned(), tenths: tenths(&parts), parts })
}

/// Adds up parts.
fn tenths(parts: &[Part]) -> u64 {
    let points = |name: &str| RULES.iter().find(|r| r.name == name).map_or(0, |r| r.points);
    let (got, of) = parts.iter().fold((0, 0), |(got, of), part| match part.permille {
        Some(permille) => (got + permille * points(&part.rule), of + points(&part.rule)),
        None => (got, of),
    });
    got.checked_div(of).unwrap_or(0)
}

/// Joins the scores of several files, each with its weight (its cells): every rule by itself, then the sum.
#[must_use]
pub fn joined(scores: &[(Score, u64)]) -> Option<Score> {
    if scores.is_empty() {
        return None;
    }
    let parts: Vec<Part> = RULES
        .iter()
        .map(|rule| {
            let found = scores.iter().filter_map(|(score, weight)| {
                let part = score.parts.iter().find(|p| p.rule == rule.name)?;
                Some((u128::from(part.permille?), u128::from((*weight).max(1))))
            });
            let (sum, of) = found.fold((0, 0), |(sum, of), (permille, weight)| (sum + permille * weight, of + weight));
            let permille = (of > 0).then(|| u64::try_from(sum / of).unwrap_or(1000));
            Part { rule: rule.name.to_owned(), permille }
        })
        .collect();
    Some(Score { rules: RULES_VERSION.to_owned(), tenths: tenths(&parts), parts })
}

fn share(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { real(part) / real(of) }
}

fn rows(profile: &Profile) -> u64 {
    profile.rows.unwrap_or(0)
}

/// Cells that hold a value, of all cells.
fn complete(profile: &Profile) -> Option<f64> {
    let cells = rows(profile).saturating_mul(super::casts::len(profile.columns.len()));
    let nulls: u64 = profile.columns.iter().map(|c| c.nulls).sum();
    Some(1.0 - share(nulls, cells))
}

/// Values of their column's type, and rows of the right width; each per cent of faults costs ten.
fn consistent(profile: &Profile) -> Option<f64> {
    let values: u64 = profile.columns.iter().map(|c| rows(profile).saturating_sub(c.nulls)).sum();
    let odd: u64 = profile.columns.iter().map(|c| c.odd).sum();
    Some(1.0 - 10.0 * (share(odd, values) + share(profile.ragged_rows, rows(profile))))
}

/// Rows that are not equal to an earlier one; each per cent of equal ones costs five.
fn unique(profile: &Profile) -> Option<f64> {
    profile.duplicate_rows.map(|count| 1.0 - 5.0 * share(count.count, rows(profile)))
}

/// Columns whose name is there, is no number, and is not that of another.
fn named(profile: &Profile) -> Option<f64> {
    if !profile.facts.header && profile.facts.separator.is_some() {
        return Some(0.0);
    }
    let good = |column: &&ColumnProfile| {
        let same = profile.columns.iter().filter(|other| other.name == column.name).count();
        same == 1 && !column.name.trim().is_empty() && column.name.parse::<f64>().is_err()
    };
    Some(share(
        super::casts::len(profile.columns.iter().filter(good).count()),
        super::casts::len(profile.columns.len()),
    ))
}

/// Columns of fractional numbers that state a unit; whole numbers are often counts, codes and marks, and are not asked.
fn units(profile: &Profile) -> Option<f64> {
    let measured = || profile.columns.iter().filter(|c| c.kind == ColumnType::Number);
    let all = super::casts::len(measured().count());
    (all > 0).then(|| share(super::casts::len(measured().filter(|c| c.unit.is_some()).count()), all))
}

/// Columns that are neither empty, constant, nor a copy of another.
fn informative(profile: &Profile) -> Option<f64> {
    let good = profile.columns.iter().filter(|c| !c.constant && c.copy_of.is_none() && c.kind != ColumnType::Empty);
    Some(share(super::casts::len(good.count()), super::casts::len(profile.columns.len())))
}

/// Rows that are there, of those that the interval of the first steady time column asks for.
fn continuous(profile: &Profile) -> Option<f64> {
    let time = profile.columns.iter().filter_map(|c| c.instants.as_ref()).find(|i| i.interval_ms.is_some())?;
    Some(share(rows(profile), rows(profile).saturating_add(time.missing)))
}

/// UTF-8 or a format that needs no encoding, and every character decoded.
fn readable(profile: &Profile) -> Option<f64> {
    let utf8 = profile.facts.encoding.as_deref().is_none_or(|name| name == "UTF-8");
    Some(if profile.undecodable > 0 {
        0.0
    } else if utf8 {
        1.0
    } else {
        0.5
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_points_add_up() {
        assert_eq!(RULES.iter().map(|r| r.points).sum::<u64>(), 100);
    }

    #[test]
    fn what_does_not_apply_counts_for_nothing() {
        let part = |rule: &str, permille| Part { rule: rule.to_owned(), permille };
        assert_eq!(tenths(&[part("complete", Some(1000)), part("continuous", None)]), 1000);
        assert_eq!(tenths(&[part("complete", Some(500)), part("readable", Some(1000))]), 583);
        let one = |permille| Score { rules: "1".into(), tenths: 0, parts: vec![part("complete", Some(permille))] };
        assert_eq!(joined(&[(one(1000), 3), (one(0), 1)]).unwrap().tenths, 750);
    }
}

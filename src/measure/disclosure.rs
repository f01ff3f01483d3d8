//! What of a table everybody may see before they have a grant: which rows the sample shows, which columns are masked in
//! it, and how exact the statistics of each column are. The seller decides; pages, API and exports all pass through here.

use super::profile::{ColumnProfile, Instants, Numbers, Order, Profile};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Which rows a sample shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// The first ones.
    #[default]
    First,
    /// Random ones, the same for the same seed.
    Random,
    /// Those that are named.
    Rows,
    /// None.
    #[serde(rename = "none")]
    Nothing,
}

impl Pick {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::First, Self::Random, Self::Rows, Self::Nothing];
    /// Gives the word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Random => "random",
            Self::Rows => "rows",
            Self::Nothing => "none",
        }
    }
    /// Reads the word for it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.as_str() == text)
    }
}

/// How exact the public statistics of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Exactness {
    /// As they were measured.
    #[default]
    Full,
    /// Rounded, without extremes, frequent values and distribution.
    Coarse,
    /// Name, type and unit only.
    Hidden,
}

impl Exactness {
    /// Every grade.
    pub const ALL: [Self; 3] = [Self::Full, Self::Coarse, Self::Hidden];
    /// Gives the word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Coarse => "coarse",
            Self::Hidden => "hidden",
        }
    }
    /// Reads the word for it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.as_str() == text)
    }
}

/// What everybody may see of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = DisclosureRule)]
pub struct Rule {
    /// Which rows the sample shows.
    pub pick: Pick,
    /// How many first or random rows, 1 to 100.
    pub rows: u32,
    /// What makes the random choice.
    pub seed: u32,
    /// The chosen rows by their numbers from 1 without the header, at most 100.
    pub chosen: Vec<u64>,
    /// The columns whose values no sample shows.
    pub masked: BTreeSet<String>,
    /// How exact the statistics of columns are; those not named are shown in full.
    pub statistics: BTreeMap<String, Exactness>,
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            pick: Pick::First,
            rows: u32::try_from(Self::USUAL_ROWS).unwrap_or(50),
            seed: 0,
            chosen: Vec::new(),
            masked: BTreeSet::new(),
            statistics: BTreeMap::new(),
        }
    }
}

impl Rule {
    /// Rows of a sample when nobody chose.
    pub const USUAL_ROWS: usize = 50;
    /// Rows of a sample, at most.
    pub const MOST_ROWS: u32 = 100;

    /// Tells which part of the rule is not possible, by its name.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        let most = usize::try_from(Self::MOST_ROWS).unwrap_or(0);
        if !(1..=Self::MOST_ROWS).contains(&self.rows) {
            return Some("rows");
        }
        let none = self.pick == Pick::Rows && self.chosen.is_empty();
        (none || self.chosen.len() > most || self.chosen.contains(&0)).then_some("chosen")
    }
    /// How exact the statistics of a column are. Frequent values and extremes of a masked column are values of it: its
    /// statistics are coarse at least.
    #[must_use]
    pub fn exactness(&self, column: &str) -> Exactness {
        let least = if self.masked.contains(column) { Exactness::Coarse } else { Exactness::Full };
        self.statistics.get(column).copied().unwrap_or_default().max(least)
    }
    /// Withholds a column altogether: from the sample and from the statistics.
    pub fn withhold(&mut self, column: &str) {
        self.masked.insert(column.to_owned());
        self.statistics.insert(column.to_owned(), Exactness::Hidden);
    }
    /// Tells whether nothing is shown by this rule that another one does not show.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        let same = self.pick == other.pick && self.seed == other.seed;
        let rows = match self.pick {
            Pick::Nothing => true,
            Pick::First => same && self.rows <= other.rows,
            Pick::Random => same && self.rows == other.rows,
            Pick::Rows => same && self.chosen.iter().all(|n| other.chosen.contains(n)),
        };
        let masked = self.pick == Pick::Nothing || self.masked.is_superset(&other.masked);
        let named = other.masked.iter().chain(other.statistics.keys());
        rows && masked && named.into_iter().all(|name| self.exactness(name) >= other.exactness(name))
    }
    /// Takes everything out of a profile that not everybody may see.
    #[must_use]
    pub fn shown(&self, profile: Profile) -> Profile {
        let mut profile = profile.public();
        let members = profile.archive.iter_mut().flat_map(|a| a.members.iter_mut()).flat_map(|m| m.columns.iter_mut());
        for column in profile.columns.iter_mut().chain(members) {
            self.withdraw(column);
        }
        profile
    }
    /// Takes everything out of what was measured of a column that not everybody may see.
    pub fn withdraw(&self, column: &mut ColumnProfile) {
        match self.exactness(&column.name) {
            Exactness::Full => {}
            Exactness::Coarse => coarsen(column),
            Exactness::Hidden => hide(column),
        }
    }
}

/// Rounds to some significant digits.
fn near(value: f64, digits: usize) -> f64 {
    let text = format!("{value:.*e}", digits.saturating_sub(1));
    text.parse().unwrap_or(value)
}

/// Rounds to one significant digit, away from the values between: a bound stays true.
fn bound(value: f64, up: bool) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let step = 10_f64.powf(value.abs().log10().floor());
    let whole = if up { (value / step).ceil() } else { (value / step).floor() };
    near(whole * step, 1)
}

/// The first or the last instant of the month of an instant, in milliseconds since 1970, with the month as text.
fn month(at: i64, last: bool) -> (i64, String) {
    let Ok(stamp) = jiff::Timestamp::from_millisecond(at) else { return (0, String::new()) };
    let day = stamp.to_zoned(jiff::tz::TimeZone::UTC).date();
    let edge = if last { day.last_of_month() } else { day.first_of_month() };
    let start = edge.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |z| z.timestamp().as_millisecond());
    let text = format!("{:04}-{:02}", day.year(), day.month());
    (if last { start + 86_399_999 } else { start }, text)
}

fn coarsen(column: &mut ColumnProfile) {
    column.withheld = Some(Exactness::Coarse);
    (column.min, column.max) = (None, None);
    if let Some(n) = column.numbers {
        let numbers = Numbers {
            min: bound(n.min, false),
            max: bound(n.max, true),
            mean: near(n.mean, 2),
            stddev: near(n.stddev, 1),
            quantiles: n.quantiles.map(|q| near(q, 2)),
            exact: false,
        };
        (column.min, column.max) = (Some(numbers.min.to_string()), Some(numbers.max.to_string()));
        column.numbers = Some(numbers);
    }
    if let Some(i) = column.instants.take() {
        let ((first, from), (last, until)) = (month(i.first, false), month(i.last, true));
        (column.min, column.max) = (Some(from), Some(until));
        column.instants = Some(Instants { first, last, gaps: Vec::new(), ..i });
    }
    column.texts = None;
    column.odd_row = None;
    let about = column.distinct.count.max(1);
    let step = 10_u64.pow(about.ilog10());
    column.distinct.count = (column.distinct.count + step / 2) / step * step;
    column.distinct.exact = false;
    column.histogram.clear();
    column.top.clear();
}

fn hide(column: &mut ColumnProfile) {
    column.withheld = Some(Exactness::Hidden);
    (column.nulls, column.odd, column.odd_row) = (0, 0, None);
    column.distinct = super::profile::Count { count: 0, exact: false };
    (column.min, column.max) = (None, None);
    (column.numbers, column.instants, column.texts) = (None, None, None);
    column.histogram.clear();
    column.top.clear();
    column.order = Order::None;
    (column.constant, column.copy_of) = (false, None);
}

#[cfg(test)]
mod tests {
    use super::super::source::Source;
    use super::*;
    use bytes::Bytes;
    use std::sync::Arc;

    fn measured() -> Profile {
        let mut text = "at,force,who\n".to_owned();
        for i in 0..300 {
            text.push_str(&format!("2026-01-{:02} 00:{:02}:00,{}.25,person{}\n", 3 + i / 60, i % 60, 1234 + i, i % 7));
        }
        let source: Arc<dyn Source> = Arc::new(Bytes::from(text));
        super::super::profile(&source, "x.csv", &|_| Ok(())).unwrap()
    }

    #[test]
    fn coarse_statistics_are_true_and_say_less() {
        let mut rule = Rule::default();
        for name in ["at", "force"] {
            rule.statistics.insert(name.to_owned(), Exactness::Coarse);
        }
        rule.masked.insert("who".to_owned());
        let shown = rule.shown(measured());
        let force = shown.columns[1].numbers.unwrap();
        assert_eq!((force.min, force.max, force.mean), (1000.0, 2000.0, 1400.0));
        assert_eq!(shown.columns[0].min.as_deref(), Some("2026-01"));
        let text = serde_json::to_string(&shown).unwrap();
        for leak in ["1234.25", "1533.25", "person", "2026-01-03", "2026-01-07"] {
            assert!(!text.contains(leak), "{leak} in {text}");
        }
        assert!(shown.columns[2].top.is_empty() && shown.columns[2].texts.is_none());
    }

    #[test]
    fn hidden_statistics_are_not_there() {
        let mut rule = Rule::default();
        rule.withhold("force");
        let shown = rule.shown(measured());
        let column = &shown.columns[1];
        assert_eq!((column.withheld, column.distinct.count, column.numbers), (Some(Exactness::Hidden), 0, None));
        assert_eq!(shown.columns[2].top.len(), 7);
    }

    #[test]
    fn a_rule_is_within_what_shows_more() {
        let wide = Rule::default();
        let mut narrow = Rule { rows: 10, ..Rule::default() };
        narrow.withhold("who");
        assert!(narrow.is_within(&wide) && !wide.is_within(&narrow));
        let none = Rule { pick: Pick::Nothing, ..narrow.clone() };
        assert!(none.is_within(&narrow) && !narrow.is_within(&none));
        let random = Rule { pick: Pick::Random, ..wide.clone() };
        assert!(!random.is_within(&wide));
        assert_eq!(Rule { rows: 0, ..Rule::default() }.fault(), Some("rows"));
        assert_eq!(Rule { pick: Pick::Rows, ..Rule::default() }.fault(), Some("chosen"));
    }

    #[test]
    fn bounds_are_rounded_outwards() {
        let of = |v| (bound(v, false), bound(v, true));
        assert_eq!(of(298.1), (200.0, 300.0));
        assert_eq!(of(-0.034), (-0.04, -0.03));
        assert_eq!((of(0.0), of(7.0)), ((0.0, 0.0), (7.0, 7.0)));
    }
}

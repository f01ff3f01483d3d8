//! Instants: whole milliseconds since 1970 in UTC, and the one place that reads the clock.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// An instant in whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Adds seconds (may be negative); saturates at the ends of time.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }
    /// Adds days of 24 hours (may be negative).
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }
    /// Adds months of the calendar in UTC; the last day of a month stays the last when the other month is shorter.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Self {
        let stamp = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        let zoned = stamp.to_zoned(jiff::tz::TimeZone::UTC);
        let span = jiff::Span::new().try_months(months).unwrap_or_default();
        zoned.checked_add(span).map_or(self, |later| Self(later.timestamp().as_millisecond()))
    }
    /// Gives whole seconds since 1970, as JWT claims want them.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
    /// Gives the RFC 3339 form in UTC with milliseconds, as the API writes it.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.civil("%Y-%m-%dT%H:%M:%S.%3fZ")
    }
    /// Formats in UTC with a strftime pattern.
    #[must_use]
    pub fn civil(self, pattern: &str) -> String {
        let stamp = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        stamp.to_zoned(jiff::tz::TimeZone::UTC).strftime(pattern).to_string()
    }
    /// Gives the year in UTC.
    #[must_use]
    pub fn year(self) -> i16 {
        let stamp = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        stamp.to_zoned(jiff::tz::TimeZone::UTC).year()
    }
    /// Reads an instant such as `2026-11-24T09:30:00+08:00` (RFC 3339, any offset).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let stamp: jiff::Timestamp = text.trim().parse().ok()?;
        Some(Self(stamp.as_millisecond()))
    }
    /// Reads a date such as `2026-11-24` as the start of that day in UTC.
    #[must_use]
    pub fn of_date(text: &str) -> Option<Self> {
        let date: jiff::civil::Date = text.trim().parse().ok()?;
        let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Self(zoned.timestamp().as_millisecond()))
    }
}

impl<DB: Backend> ToSql<BigInt, DB> for Timestamp
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}
impl<DB: Backend> FromSql<BigInt, DB> for Timestamp
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(value).map(Self)
    }
}

/// Where the time comes from: the machine's clock, moved by an offset that only tests set.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_ms: Arc<AtomicI64>,
}

impl Clock {
    /// Reads the clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now(&self) -> Timestamp {
        let real = jiff::Timestamp::now().as_millisecond();
        Timestamp(real.saturating_add(self.offset_ms.load(Ordering::Relaxed)))
    }
    /// Moves this clock ahead by seconds; every copy of it moves with it.
    pub fn advance(&self, seconds: i64) {
        self.offset_ms.fetch_add(seconds.saturating_mul(1000), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3339_has_milliseconds_and_z() {
        assert_eq!(Timestamp(1_790_000_000_007).rfc3339(), "2026-09-21T14:13:20.007Z");
        assert_eq!(
            Timestamp::of_date("2026-11-24").map(Timestamp::rfc3339).as_deref(),
            Some("2026-11-24T00:00:00.000Z")
        );
        assert_eq!(Timestamp::of_date("2026-13-01"), None);
        assert_eq!(Timestamp(-1).seconds(), -1);
        let same = ["2026-11-24T01:30:00Z", "2026-11-24T09:30:00+08:00", "2026-11-23T17:30:00-08:00"];
        assert!(
            same.iter()
                .all(|t| Timestamp::parse(t).map(Timestamp::rfc3339).as_deref() == Some("2026-11-24T01:30:00.000Z"))
        );
        assert_eq!(Timestamp::parse("2026-11-24T01:30:00"), None);
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        let day = |text: &str| Timestamp::of_date(text).unwrap();
        for (from, months, to) in [
            ("2026-01-31", 1, "2026-02-28"),
            ("2028-01-31", 1, "2028-02-29"),
            ("2026-11-30", 3, "2027-02-28"),
            ("2026-11-24", 12, "2027-11-24"),
            ("2024-02-29", 12, "2025-02-28"),
        ] {
            assert_eq!(day(from).plus_months(months), day(to), "{from} + {months}");
        }
    }
}

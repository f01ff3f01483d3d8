//! Time stamps of the demo's data: seconds since 1970 in a `u32`, good until 2106.

/// One hour in seconds.
pub(super) const HOUR: u32 = 3_600;
/// One day in seconds.
pub(super) const DAY: u32 = 86_400;

/// Gives the instant of a date at midnight. The date is taken as it is; months run from 1 to 12.
pub(super) fn date(year: u32, month: u32, day: u32) -> u32 {
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1;
    (days - 719_468) * DAY
}

/// Splits an instant into year, month and day.
fn civil(at: u32) -> (u32, u32, u32) {
    let z = at / DAY + 719_468;
    let era = z / 146_097;
    let doe = z % 146_097;
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + u32::from(month <= 2);
    (year, month, doy - (153 * mp + 2) / 5 + 1)
}

/// Writes `2025-03-01`.
pub(super) fn day_text(at: u32) -> String {
    let (year, month, day) = civil(at);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Writes `2025-03-01 08:15:00`.
pub(super) fn text(at: u32) -> String {
    let (hour, minute, second) = clock(at);
    format!("{} {hour:02}:{minute:02}:{second:02}", day_text(at))
}

/// Writes `2025-03-01T08:15:00Z`.
pub(super) fn iso(at: u32) -> String {
    let (hour, minute, second) = clock(at);
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", day_text(at))
}

/// Writes `01.03.2025 08:15:00`, as in Central Europe.
pub(super) fn dotted(at: u32) -> String {
    let (year, month, day) = civil(at);
    let (hour, minute, second) = clock(at);
    format!("{day:02}.{month:02}.{year:04} {hour:02}:{minute:02}:{second:02}")
}

/// Writes the shop-floor stamp `250301`, used inside serial numbers.
pub(super) fn short(at: u32) -> String {
    let (year, month, day) = civil(at);
    format!("{:02}{month:02}{day:02}", year % 100)
}

fn clock(at: u32) -> (u32, u32, u32) {
    let second = at % DAY;
    (second / HOUR, second / 60 % 60, second % 60)
}

/// Gives the hour of the day with its fraction, 0 to 24.
pub(super) fn hour(at: u32) -> f64 {
    f64::from(at % DAY) / f64::from(HOUR)
}

/// Gives the day of the week, 0 for Monday to 6 for Sunday.
pub(super) fn weekday(at: u32) -> u32 {
    (at / DAY + 3) % 7
}

/// Gives the day of the year, 0 to 365.
pub(super) fn day_of_year(at: u32) -> f64 {
    let (year, _, _) = civil(at);
    f64::from((at - date(year, 1, 1)) / DAY)
}

/// Gives the air temperature in °C on the lower Yangtze for that hour, without weather.
pub(super) fn air(at: u32) -> f64 {
    let season = ((day_of_year(at) - 28.0) / 365.25 * std::f64::consts::TAU).cos();
    let daily = ((hour(at) - 15.0) / 24.0 * std::f64::consts::TAU).cos();
    17.0 - 12.0 * season + 3.6 * daily
}

/// Says whether plants stand still for the Spring Festival of 2024, 2025 or 2026.
pub(super) fn holiday(at: u32) -> bool {
    [(date(2024, 2, 9), 9), (date(2025, 1, 28), 8), (date(2026, 2, 16), 9)]
        .iter()
        .any(|&(from, days)| at >= from && at < from + days * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_there_and_back() {
        assert_eq!(date(1970, 1, 1), 0);
        assert_eq!(date(2026, 11, 24), 1_795_478_400);
        assert_eq!(text(date(2024, 2, 29) + 8 * HOUR + 61), "2024-02-29 08:01:01");
        assert_eq!(dotted(date(2025, 12, 31)), "31.12.2025 00:00:00");
        assert_eq!(iso(date(2025, 3, 1)), "2025-03-01T00:00:00Z");
        assert_eq!(weekday(date(2026, 11, 24)), 1);
        assert_eq!(short(date(2025, 3, 1)), "250301");
    }

    #[test]
    fn summers_are_warm() {
        assert!(air(date(2025, 7, 28) + 15 * HOUR) > 30.0);
        assert!(air(date(2025, 1, 28)) < 5.0);
    }
}

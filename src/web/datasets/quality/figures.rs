//! Figures as people read them: no more digits than say something, thousands apart.

use crate::words;

/// Writes a number with at most six digits that count.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e12).contains(&size) {
        return format!("{value:.3e}");
    }
    // Digits before the point take away from those behind it.
    let behind = [1e5, 1e4, 1e3, 1e2, 1e1, 1e0, 1e-1, 1e-2, 1e-3].iter().filter(|step| size < **step).count();
    let text = format!("{value:.behind$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let rest = rest.trim_end_matches('0');
    let sign = if whole.starts_with('-') { "-" } else { "" };
    let whole = apart(whole.trim_start_matches('-'));
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// Puts thousands apart, from five digits on.
fn apart(digits: &str) -> String {
    if digits.len() < 5 { digits.to_owned() } else { digits.parse().map_or_else(|_| digits.to_owned(), words::number) }
}

/// Writes a count.
pub(super) fn count(value: u64) -> String {
    words::number(i64::try_from(value).unwrap_or(i64::MAX))
}

/// Writes a share of a whole in per cent with at most two digits; what is there but tiny shows so.
pub(super) fn percent(part: u64, of: u64) -> String {
    if part == 0 || of == 0 {
        return "0".to_owned();
    }
    let basis = u128::from(part) * 10_000 / u128::from(of);
    if basis == 0 {
        return "< 0.01".to_owned();
    }
    let text = format!("{}.{:02}", basis / 100, basis % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Writes tenths of a point, as of the score.
pub(super) fn tenths(value: u64) -> String {
    format!("{}.{}", value / 10, value % 10)
}

/// Writes a span of time in its largest fitting unit.
pub(super) fn span(milliseconds: i64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")];
    match units.iter().find(|(size, _)| milliseconds >= *size && milliseconds % size == 0) {
        Some((size, unit)) => format!("{} {unit}", words::number(milliseconds / size)),
        None => format!("{} ms", words::number(milliseconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures() {
        for (value, text) in [
            (5.827000141143799, "5.827"),
            (298.100_000_1, "298.1"),
            (-12.5, "-12.5"),
            (1_234_567.8, "1,234,568"),
            (0.000_123_456, "0.000123456"),
            (0.0, "0"),
            (1e-9, "1.000e-9"),
            (1551.0, "1551"),
            (99_999.5, "99,999.5"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(
            (percent(1, 3), percent(1, 1_000_000), percent(5, 5)),
            ("33.33".into(), "< 0.01".into(), "100".into())
        );
        assert_eq!((span(3_600_000), span(90_000), span(250)), ("1 h".into(), "90 s".into(), "250 ms".into()));
        assert_eq!(tenths(873), "87.3");
    }
}

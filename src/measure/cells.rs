//! One cell of a table, and how text is read as a number or an instant.

use super::casts;
use std::borrow::Cow;

/// One cell of a table. Tables in text form have texts and nulls only; [`Cell::number`] and its like read them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing: absent, empty, or a word for it ([`is_null_word`]).
    Null,
    /// Text.
    Text(&'a str),
    /// A number; whole ones beyond 2^53 are rounded.
    Number(f64),
    /// True or false.
    Truth(bool),
    /// Milliseconds since 1970; without a stated zone as if in UTC.
    Instant(i64),
}

impl<'a> Cell<'a> {
    /// Takes a cell of a table in text form.
    #[must_use]
    pub fn of_text(text: &'a str) -> Self {
        if is_null_word(text.as_bytes()) { Self::Null } else { Self::Text(text) }
    }
    /// Reads it as a number.
    #[must_use]
    pub fn number(self, decimal: char) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Text(text) => number(text.trim().as_bytes(), byte(decimal)).map(|n| n.value),
            Self::Truth(_) | Self::Instant(_) | Self::Null => None,
        }
    }
    /// Reads it as an instant.
    #[must_use]
    pub fn instant(self, day_first: bool) -> Option<i64> {
        match self {
            Self::Instant(at) => Some(at),
            Self::Text(text) => moment(text.trim().as_bytes(), day_first).map(|m| m.at),
            Self::Truth(_) | Self::Number(_) | Self::Null => None,
        }
    }
    /// Reads it as true or false; 0 and 1 are numbers.
    #[must_use]
    pub fn truth(self) -> Option<bool> {
        match self {
            Self::Truth(truth) => Some(truth),
            Self::Text(text) => truth(text.trim().as_bytes()),
            Self::Instant(_) | Self::Number(_) | Self::Null => None,
        }
    }
    /// Gives it as text; an instant in the form of ISO 8601.
    #[must_use]
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Truth(truth) => Cow::Borrowed(if truth { "true" } else { "false" }),
            Self::Instant(at) => Cow::Owned(iso(at)),
        }
    }
}

/// Gives a decimal mark as a byte.
pub(super) fn byte(mark: char) -> u8 {
    u8::try_from(mark).unwrap_or(b'.')
}

/// Tells whether a text stands for nothing.
#[must_use]
pub fn is_null_word(text: &[u8]) -> bool {
    match text.first() {
        None => true,
        Some(b' ' | b'\t') => text.trim_ascii().is_empty(),
        Some(b'N' | b'n' | b'#' | b'-' | b'\\') => matches!(
            text,
            b"NA"
                | b"N/A"
                | b"n/a"
                | b"NaN"
                | b"nan"
                | b"NAN"
                | b"NULL"
                | b"null"
                | b"Null"
                | b"None"
                | b"none"
                | b"#N/A"
                | b"#NA"
                | b"-"
                | b"\\N"
        ),
        Some(_) => false,
    }
}

/// Reads true or false.
pub(super) fn truth(text: &[u8]) -> Option<bool> {
    if text.len() > 5 {
        return None;
    }
    match text {
        b"true" | b"True" | b"TRUE" | b"yes" | b"Yes" | b"YES" => Some(true),
        b"false" | b"False" | b"FALSE" | b"no" | b"No" | b"NO" => Some(false),
        _ => match std::str::from_utf8(text) {
            Ok("是") => Some(true),
            Ok("否") => Some(false),
            _ => None,
        },
    }
}

/// A number as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// Its value.
    pub value: f64,
    /// Written without fraction and exponent.
    pub whole: bool,
    /// The value is exactly what was written: no digit was rounded away.
    pub exact: bool,
}

const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Reads a finite number: sign, digits, decimal mark, exponent. What begins with 0 and goes on with digits is a
/// code, not a number.
#[inline]
#[must_use]
pub fn number(text: &[u8], decimal: u8) -> Option<Number> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if let [b'0', b'0'..=b'9', ..] = digits {
        return None;
    }
    let (mut mantissa, mut seen, mut fraction, mut marked) = (0_u64, 0_usize, 0_usize, false);
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            // Twenty digits overflow, but then the slow way reads them anew.
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
            seen += 1;
            fraction += usize::from(marked);
        } else if *byte == decimal && !marked {
            marked = true;
        } else {
            return slow(text, decimal, seen);
        }
    }
    if seen == 0 {
        return None;
    }
    let power = POWERS.get(fraction);
    match power {
        Some(power) if seen <= 19 && mantissa <= 1 << 53 => {
            let value = casts::real(mantissa) / power;
            Some(Number { value: if negative { -value } else { value }, whole: !marked, exact: true })
        }
        _ => {
            let mut read = slow(text, decimal, seen)?;
            read.whole = !marked;
            Some(read)
        }
    }
}

/// The general way: exponents and many digits.
fn slow(text: &[u8], decimal: u8, seen: usize) -> Option<Number> {
    // Words such as `inf` are no numbers; neither is anything longer than a number can sensibly be.
    if seen == 0 || text.len() > 64 || !text.iter().all(|b| b.is_ascii_digit() || b"+-.eE".contains(b) || *b == decimal)
    {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?;
    let value: f64 = if decimal == b'.' {
        text.parse().ok()?
    } else {
        text.replace('.', "").replace(char::from(decimal), ".").parse().ok()?
    };
    value.is_finite().then_some(Number {
        value,
        whole: false,
        exact: text.len() <= 18 && text.contains(['e', 'E', '.']),
    })
}

/// A point in time as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970; without a stated zone as if in UTC.
    pub at: i64,
    /// Only a day was written.
    pub day: bool,
}

/// Days since 1970 of a date of the Gregorian calendar (Howard Hinnant's `days_from_civil`).
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Takes 1 to `most` digits off the front.
fn digits(text: &mut &[u8], most: usize) -> Option<(i64, usize)> {
    let (mut value, mut taken) = (0_i64, 0);
    while taken < most
        && let Some((first, rest)) = text.split_first()
        && first.is_ascii_digit()
    {
        value = value * 10 + i64::from(first - b'0');
        taken += 1;
        *text = rest;
    }
    (taken > 0).then_some((value, taken))
}

fn skip(text: &mut &[u8], wanted: &[u8]) -> bool {
    text.strip_prefix(wanted).map(|rest| *text = rest).is_some()
}

/// Reads the date at the front: year first with `-`, `/`, `.` or 年月日; day first with `.`; with `/` as told.
fn date(text: &mut &[u8], day_first: bool) -> Option<i64> {
    let (first, width) = digits(text, 4)?;
    let (year, month, day) = if width == 4 {
        let mark = *text.first()?;
        if mark == b'-' || mark == b'/' || mark == b'.' {
            *text = text.get(1..)?;
            let month = digits(text, 2)?.0;
            if !skip(text, &[mark]) {
                return None;
            }
            (first, month, digits(text, 2)?.0)
        } else {
            if !skip(text, "年".as_bytes()) {
                return None;
            }
            let month = digits(text, 2)?.0;
            if !skip(text, "月".as_bytes()) {
                return None;
            }
            let day = digits(text, 2)?.0;
            skip(text, "日".as_bytes());
            (first, month, day)
        }
    } else {
        let mark = *text.first()?;
        if width > 2 || (mark != b'.' && mark != b'/') {
            return None;
        }
        *text = text.get(1..)?;
        let second = digits(text, 2)?.0;
        if !skip(text, &[mark]) {
            return None;
        }
        let (year, width) = digits(text, 4)?;
        if width != 4 {
            return None;
        }
        if mark == b'.' || day_first { (year, second, first) } else { (year, first, second) }
    };
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then(|| days(year, month, day) * 86_400_000)
}

/// Reads the zone at the end: nothing, `Z`, `UTC`, `±HH`, `±HHMM`, `±HH:MM`; gives milliseconds to take away.
fn zone(mut text: &[u8]) -> Option<i64> {
    skip(&mut text, b" ");
    if text.is_empty() || text == b"Z" || text == b"z" || text == b"UTC" {
        return Some(0);
    }
    let sign = match text.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    text = text.get(1..)?;
    let hours = digits(&mut text, 2)?.0;
    skip(&mut text, b":");
    let minutes = if text.is_empty() { 0 } else { digits(&mut text, 2)?.0 };
    (text.is_empty() && hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
}

/// Reads a date, or a date with a time of day.
#[inline]
#[must_use]
pub fn moment(text: &[u8], day_first: bool) -> Option<Moment> {
    if text.len() < 8 || text.len() > 40 || !text.first()?.is_ascii_digit() {
        return None;
    }
    let mut rest = text;
    let date = date(&mut rest, day_first)?;
    if rest.is_empty() {
        return Some(Moment { at: date, day: true });
    }
    if !skip(&mut rest, b"T") {
        let before = rest.len();
        rest = rest.trim_ascii_start();
        if rest.len() == before {
            return None;
        }
    }
    let (hour, width) = digits(&mut rest, 2)?;
    if width == 0 || !skip(&mut rest, b":") {
        return None;
    }
    let (minute, _) = digits(&mut rest, 2)?;
    let (mut second, mut milli) = (0, 0);
    if skip(&mut rest, b":") {
        second = digits(&mut rest, 2)?.0;
        if skip(&mut rest, b".") || skip(&mut rest, b",") {
            let (value, width) = digits(&mut rest, 3)?;
            milli = if width == 3 { value } else { value * if width == 2 { 10 } else { 100 } };
            digits(&mut rest, 9);
        }
    }
    let away = zone(rest)?;
    (hour < 25 && minute < 60 && second < 61)
        .then_some(Moment { at: date + ((hour * 60 + minute) * 60 + second) * 1000 + milli - away, day: false })
}

/// Writes an instant: a day alone when it is midnight.
#[must_use]
pub fn iso(at: i64) -> String {
    match jiff::Timestamp::from_millisecond(at) {
        Ok(stamp) if at.rem_euclid(86_400_000) == 0 => stamp.strftime("%Y-%m-%d").to_string(),
        Ok(stamp) if at.rem_euclid(1000) == 0 => stamp.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Ok(stamp) => stamp.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string(),
        Err(_) => at.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        let read = |t: &str| number(t.as_bytes(), b'.').map(|n| (n.value, n.whole));
        assert_eq!(read("5.827000141143799"), Some((5.827000141143799, false)));
        assert_eq!(read("-12"), Some((-12.0, true)));
        assert_eq!(read("1e-3"), Some((0.001, false)));
        assert_eq!(read("110101199003074514"), Some((110_101_199_003_074_514.0, true)));
        for none in ["", "-", ".", "007", "inf", "NaN", "1.2.3", "1,2", "12a", "0x10"] {
            assert_eq!(read(none), None, "{none}");
        }
        assert_eq!(number(b"1.234,5", b',').map(|n| n.value), Some(1234.5));
        assert_eq!(number(b"2,5", b',').map(|n| n.value), Some(2.5));
    }

    #[test]
    fn instants_as_people_write_them() {
        let read = |t: &str| moment(t.as_bytes(), true).map(|m| iso(m.at));
        for (text, right) in [
            ("2016-07-01 01:00:00", "2016-07-01 01:00:00"),
            ("2016/7/1 1:00", "2016-07-01 01:00:00"),
            ("2016-07-01T01:00:00.250+08:00", "2016-06-30 17:00:00.250"),
            ("01.07.2016", "2016-07-01"),
            ("1/7/2016 00:30", "2016-07-01 00:30:00"),
            ("2016年7月1日", "2016-07-01"),
            ("2020-02-29T00:00:00Z", "2020-02-29"),
        ] {
            assert_eq!(read(text).as_deref(), Some(right), "{text}");
        }
        for none in ["2016-13-01", "20160701", "12:00:00", "2016-07", "1.2.3.4.5", "2016-07-01x"] {
            assert_eq!(read(none), None, "{none}");
        }
        assert_eq!(moment(b"7/1/2016", false).map(|m| iso(m.at)).as_deref(), Some("2016-07-01"));
    }

    proptest::proptest! {
        #[test]
        fn numbers_are_those_of_the_standard_library(value in proptest::num::f64::NORMAL) {
            let text = value.to_string();
            proptest::prop_assert_eq!(number(text.as_bytes(), b'.').map(|n| n.value), (text.len() <= 64).then_some(value));
        }
        #[test]
        fn no_text_breaks_the_readers(text in "[0-9eE+., :TZ/年-]{0,24}") {
            let _ = (number(text.as_bytes(), b'.'), moment(text.as_bytes(), false), is_null_word(text.as_bytes()));
        }
    }
}

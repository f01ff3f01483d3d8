//! What a client asked of a file: conditions first, then the range (RFC 9110, sections 13 and 14). Pure; no bytes here.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::http::header::{self as h, HeaderMap, HeaderName, HttpDate};

/// Which bytes are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// All of them, 200.
    Whole,
    /// Those from the first number up to, not including, the second, 206. Never empty.
    Part(u64, u64),
    /// None, 416.
    Unsatisfiable,
}

/// What the conditions of a request come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Answer with the file.
    Go,
    /// The client has it already, 304.
    NotModified,
    /// The file is not the one that the client wants, 412.
    Failed,
}

/// Decides which bytes of a file of `len` bytes answer a request with these `Range` and `If-Range` fields.
///
/// A range counts only for `GET`. What is malformed, of another unit, or several ranges is as if it were not there, and so is
/// every range whose `If-Range` is not exactly the strong `etag`: a date, a weak or another tag would let a client join two files.
pub fn plan(get: bool, range: Option<&str>, if_range: Option<&str>, etag: &str, len: u64) -> Plan {
    let Some(range) = range.filter(|_| get && if_range.is_none_or(|tag| tag.trim() == etag)) else {
        return Plan::Whole;
    };
    let Some((unit, spec)) = range.trim().split_once('=') else { return Plan::Whole };
    if !unit.eq_ignore_ascii_case("bytes") {
        return Plan::Whole;
    }
    let Some((first, last)) = spec.trim().split_once('-') else { return Plan::Whole };
    match (number(first), number(last)) {
        (None, Some(_)) if !first.is_empty() => Plan::Whole,
        (Some(_), None) if !last.is_empty() => Plan::Whole,
        (None, None) => Plan::Whole,
        (Some(from), Some(to)) if to < from => Plan::Whole,
        (None, Some(0)) => Plan::Unsatisfiable,
        (None, Some(_)) if len == 0 => Plan::Unsatisfiable,
        (None, Some(count)) => Plan::Part(len.saturating_sub(count), len),
        (Some(from), _) if from >= len => Plan::Unsatisfiable,
        (Some(from), None) => Plan::Part(from, len),
        (Some(from), Some(to)) => Plan::Part(from, to.saturating_add(1).min(len)),
    }
}

/// Digits only (`parse` alone would take `+5`); a number too large to hold is beyond every file.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// The plan for the fields of a request. `Range` or `If-Range` given twice is malformed.
pub(super) fn plan_of(get: bool, headers: &HeaderMap, etag: &str, len: u64) -> Plan {
    let once = headers.get_all(h::RANGE).count() == 1 && headers.get_all(h::IF_RANGE).count() < 2;
    // An If-Range that is no text matches nothing, which is not the same as none.
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    plan(get && once, text(h::RANGE), text(h::IF_RANGE), etag, len)
}

/// Weighs `If-Match`, `If-Unmodified-Since`, `If-None-Match`, `If-Modified-Since` in the order of RFC 9110, section 13.2.2.
pub fn weigh(headers: &HeaderMap, etag: &str, last_modified_ms: i64) -> Verdict {
    let modified = whole_seconds(last_modified_ms);
    let date = |name| headers.get(name).and_then(|v| v.to_str().ok()?.parse::<HttpDate>().ok()).map(SystemTime::from);
    if headers.contains_key(h::IF_MATCH) {
        if !names(headers, h::IF_MATCH, etag, false) {
            return Verdict::Failed;
        }
    } else if date(h::IF_UNMODIFIED_SINCE).is_some_and(|since| modified > since) {
        return Verdict::Failed;
    }
    if headers.contains_key(h::IF_NONE_MATCH) {
        if names(headers, h::IF_NONE_MATCH, etag, true) {
            return Verdict::NotModified;
        }
    } else if date(h::IF_MODIFIED_SINCE).is_some_and(|since| modified <= since) {
        return Verdict::NotModified;
    }
    Verdict::Go
}

/// Whether a list of tags has `etag` or is `*`. A tag holds no quote, so what lies between commas and equals ours, is ours.
fn names(headers: &HeaderMap, field: HeaderName, etag: &str, weak: bool) -> bool {
    headers.get_all(field).filter_map(|value| value.to_str().ok()).any(|list| {
        list.trim() == "*"
            || list.split(',').map(str::trim).any(|tag| tag == etag || (weak && tag.strip_prefix("W/") == Some(etag)))
    })
}

/// An instant as HTTP dates can say it: whole seconds, not before 1970.
pub(super) fn whole_seconds(ms: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(ms / 1000).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    const TAG: &str = "\"aa\"";

    #[test]
    #[expect(clippy::too_many_lines, reason = "one table of cases")]
    fn ranges() {
        use Plan::{Part, Unsatisfiable, Whole};
        let table: &[(&str, u64, Plan)] = &[
            ("bytes=0-0", 100, Part(0, 1)),
            ("bytes=0-99", 100, Part(0, 100)),
            ("bytes=0-100", 100, Part(0, 100)),
            ("bytes=0-", 100, Part(0, 100)),
            ("bytes=1-", 100, Part(1, 100)),
            ("bytes=99-", 100, Part(99, 100)),
            ("bytes=99-99", 100, Part(99, 100)),
            ("bytes=99-500", 100, Part(99, 100)),
            ("bytes=10-19", 100, Part(10, 20)),
            ("bytes=010-019", 100, Part(10, 20)),
            ("BYTES=10-19", 100, Part(10, 20)),
            ("Bytes=10-19", 100, Part(10, 20)),
            (" bytes=10-19 ", 100, Part(10, 20)),
            ("bytes= 10-19", 100, Part(10, 20)),
            ("bytes=-1", 100, Part(99, 100)),
            ("bytes=-100", 100, Part(0, 100)),
            ("bytes=-101", 100, Part(0, 100)),
            ("bytes=-99999999999999999999999999", 100, Part(0, 100)),
            ("bytes=5-99999999999999999999999999", 100, Part(5, 100)),
            ("bytes=0-18446744073709551615", 100, Part(0, 100)),
            ("bytes=100-", 100, Unsatisfiable),
            ("bytes=100-200", 100, Unsatisfiable),
            ("bytes=100-100", 100, Unsatisfiable),
            ("bytes=99999999999999999999999999-", 100, Unsatisfiable),
            ("bytes=-0", 100, Unsatisfiable),
            ("bytes=0-", 0, Unsatisfiable),
            ("bytes=0-0", 0, Unsatisfiable),
            ("bytes=-5", 0, Unsatisfiable),
            ("bytes=-0", 0, Unsatisfiable),
            ("bytes=0-1,3-4", 100, Whole),
            ("bytes=0-1, -1", 100, Whole),
            ("bytes=0-,1-", 100, Whole),
            ("bytes=,0-1", 100, Whole),
            ("bytes=20-10", 100, Whole),
            ("bytes=200-100", 100, Whole),
            ("bytes=-", 100, Whole),
            ("bytes=--1", 100, Whole),
            ("bytes=1--2", 100, Whole),
            ("bytes=1-2-3", 100, Whole),
            ("bytes=a-b", 100, Whole),
            ("bytes=1-b", 100, Whole),
            ("bytes=a-1", 100, Whole),
            ("bytes=0x1-2", 100, Whole),
            ("bytes=+1-2", 100, Whole),
            ("bytes=1-+2", 100, Whole),
            ("bytes=1 - 2", 100, Whole),
            ("bytes=１-２", 100, Whole),
            ("bytes=5", 100, Whole),
            ("bytes=", 100, Whole),
            ("bytes", 100, Whole),
            ("bytes 0-5", 100, Whole),
            ("bytes =0-5", 100, Whole),
            ("", 100, Whole),
            ("=", 100, Whole),
            ("items=0-5", 100, Whole),
            ("seconds=1-2", 100, Whole),
        ];
        for (range, len, expected) in table {
            assert_eq!(plan(true, Some(range), None, TAG, *len), *expected, "{range:?} of {len}");
            assert_eq!(plan(true, Some(range), Some(TAG), TAG, *len), *expected, "{range:?} with If-Range");
            assert_eq!(plan(false, Some(range), None, TAG, *len), Whole, "HEAD {range:?}");
            assert_eq!(plan(true, Some(range), Some("\"bb\""), TAG, *len), Whole, "{range:?} of another file");
        }
        assert_eq!(plan(true, None, None, TAG, 100), Whole);
        assert_eq!(plan(true, None, Some(TAG), TAG, 100), Whole);
    }

    #[test]
    fn if_range_wants_the_same_strong_tag() {
        for (tag, part) in [
            ("\"aa\"", true),
            (" \"aa\" ", true),
            ("\"AA\"", false),
            ("W/\"aa\"", false),
            ("aa", false),
            ("\"aa\", \"bb\"", false),
            ("*", false),
            ("", false),
            ("Tue, 24 Nov 2026 00:00:00 GMT", false),
            ("Thu, 01 Jan 1970 00:00:00 GMT", false),
        ] {
            let expected = if part { Plan::Part(1, 3) } else { Plan::Whole };
            assert_eq!(plan(true, Some("bytes=1-2"), Some(tag), TAG, 9), expected, "{tag}");
        }
    }

    #[test]
    fn conditions() {
        use Verdict::{Failed, Go, NotModified};
        const AT: i64 = 1_000_000_000_999; // Sun, 09 Sep 2001 01:46:40 GMT and 999 ms
        const SAME: &str = "Sun, 09 Sep 2001 01:46:40 GMT";
        const BEFORE: &str = "Sun, 09 Sep 2001 01:46:39 GMT";
        let table: &[(&[(HeaderName, &str)], Verdict)] = &[
            (&[], Go),
            (&[(h::IF_MATCH, "\"aa\"")], Go),
            (&[(h::IF_MATCH, "*")], Go),
            (&[(h::IF_MATCH, "\"bb\", \"aa\"")], Go),
            (&[(h::IF_MATCH, "\"bb\""), (h::IF_MATCH, "\"aa\"")], Go),
            (&[(h::IF_MATCH, "\"bb\"")], Failed),
            (&[(h::IF_MATCH, "W/\"aa\"")], Failed),
            (&[(h::IF_MATCH, "")], Failed),
            (&[(h::IF_MATCH, "\"aa\""), (h::IF_UNMODIFIED_SINCE, BEFORE)], Go),
            (&[(h::IF_UNMODIFIED_SINCE, BEFORE)], Failed),
            (&[(h::IF_UNMODIFIED_SINCE, SAME)], Go),
            (&[(h::IF_UNMODIFIED_SINCE, "yesterday")], Go),
            (&[(h::IF_NONE_MATCH, "\"aa\"")], NotModified),
            (&[(h::IF_NONE_MATCH, "W/\"aa\"")], NotModified),
            (&[(h::IF_NONE_MATCH, "*")], NotModified),
            (&[(h::IF_NONE_MATCH, "\"bb\",\"aa\"")], NotModified),
            (&[(h::IF_NONE_MATCH, "\"bb\"")], Go),
            (&[(h::IF_NONE_MATCH, "\"bb\""), (h::IF_MODIFIED_SINCE, SAME)], Go),
            (&[(h::IF_MODIFIED_SINCE, SAME)], NotModified),
            (&[(h::IF_MODIFIED_SINCE, BEFORE)], Go),
            (&[(h::IF_MODIFIED_SINCE, "never")], Go),
            (&[(h::IF_MATCH, "\"bb\""), (h::IF_NONE_MATCH, "\"aa\"")], Failed),
            (&[(h::IF_MATCH, "\"aa\""), (h::IF_NONE_MATCH, "\"aa\"")], NotModified),
        ];
        for (fields, expected) in table {
            let mut headers = HeaderMap::new();
            for (name, value) in *fields {
                headers.append(name.clone(), HeaderValue::from_static(value));
            }
            assert_eq!(weigh(&headers, TAG, AT), *expected, "{fields:?}");
        }
    }
}

//! How volumes, counts, instants and tiers are written and read.

use crate::market::offers::{Limits, Tier};
use crate::values::{Currency, Money, Timestamp};
use serde::{Deserialize, Deserializer};

/// Reads a text, or a list of texts as its lines.
pub(super) fn several<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Several {
        Text(String),
        List(Vec<String>),
    }
    Ok(match Several::deserialize(from)? {
        Several::Text(text) => text,
        Several::List(list) => list.join("\n"),
    })
}

/// Reads a ticked box of a form, or yes and no of the API.
pub(super) fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Flag {
        Yes(bool),
        Text(String),
    }
    Ok(match Flag::deserialize(from)? {
        Flag::Yes(yes) => if yes { "on" } else { "" }.to_owned(),
        Flag::Text(text) => text,
    })
}

/// Reads `100 GiB`; a bare number is bytes.
pub(in crate::web) fn volume(text: &str) -> Option<i64> {
    let text = text.trim().replace([',', '，', ' '], "");
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let scale: i64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "mb" => 1_000_000,
        "mib" => 1 << 20,
        "gb" => 1_000_000_000,
        "gib" => 1 << 30,
        "tb" => 1_000_000_000_000,
        "tib" => 1 << 40,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(scale).filter(|bytes| *bytes > 0)
}

/// Reads a count of downloads.
pub(in crate::web) fn count(text: &str) -> Option<i64> {
    text.trim().replace([',', '，'], "").parse().ok().filter(|n: &i64| (1..=1_000_000_000).contains(n))
}

/// Reads a day or an instant; a day means its end when `end`.
pub(super) fn instant(text: &str, end: bool) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| Timestamp::of_date(text).map(|day| if end { day.plus_days(1) } else { day }))
}

/// Writes an instant as it was typed: a day when it is one.
pub(super) fn day(at: Option<Timestamp>, end: bool) -> String {
    let Some(at) = at else { return String::new() };
    let shown = if end { at.plus_days(-1) } else { at };
    let day = shown.civil("%Y-%m-%d");
    if Timestamp::of_date(&day) == Some(shown) { day } else { at.rfc3339() }
}

/// Reads one line of the tiers: `100 GiB = 500.00`.
pub(super) fn tier(line: &str, currency: Currency) -> Option<Tier> {
    let (what, price) = line.split_once(['=', '＝', '：', ':'])?;
    let price = Money::parse(price, currency).ok()?;
    let what = what.trim().to_lowercase();
    let counted =
        what.strip_suffix("downloads").or_else(|| what.strip_suffix("次下载")).or_else(|| what.strip_suffix("次"));
    let limits = match counted {
        Some(number) => Limits { downloads: Some(count(number)?), ..Limits::default() },
        None => Limits { volume_bytes: Some(volume(&what)?), ..Limits::default() },
    };
    Some(Tier { size: None, limits, price })
}

/// Volume words when they say the number of bytes exactly, else the bytes.
pub(super) fn exact(bytes: i64, text: &str) -> String {
    if volume(text) == Some(bytes) { text.to_owned() } else { bytes.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_and_tiers() {
        assert_eq!(volume("100 GiB"), Some(100 << 30));
        assert_eq!(volume("1,000MB"), Some(1_000_000_000));
        assert_eq!(volume("7"), Some(7));
        for bad in ["", "0 GB", "-1 GB", "1.5 GB", "9999999999 TiB", "3 cows", "GB"] {
            assert_eq!(volume(bad), None, "{bad}");
        }
        let read =
            |line: &str| tier(line, Currency::CNY).map(|t| (t.limits.volume_bytes, t.limits.downloads, t.price.minor));
        assert_eq!(read("10 GB = 500.00"), Some((Some(10_000_000_000), None, 50_000)));
        assert_eq!(read("1000 downloads: 300"), Some((None, Some(1000), 30_000)));
        assert_eq!(read("1000次下载＝300"), Some((None, Some(1000), 30_000)));
        for bad in ["10 GB", "= 5", "10 GB = -1", "many downloads = 5", "10 GB = 5.001"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn days_end_with_their_last_moment() {
        let end = instant("2026-12-31", true);
        assert_eq!(end, Timestamp::of_date("2027-01-01"));
        assert_eq!(
            (day(end, true), day(instant("2026-12-31", false), false)),
            ("2026-12-31".to_owned(), "2026-12-31".to_owned())
        );
        let noon = "2026-12-31T12:00:00.000Z";
        assert_eq!(day(instant(noon, true), true), noon);
        assert_eq!(instant("soon", true), None);
    }
}

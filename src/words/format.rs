//! Dates, numbers, sizes and money as readers of each language write them. Instants are shown in UTC, and say so.

use crate::values::{Currency, Lang, Money, Timestamp, grouped};

/// Writes a size in binary units with one decimal.
#[must_use]
pub fn bytes(size: u64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let (mut unit, mut scale) = (0, 1_u64);
    while unit + 1 < units.len() && size >= scale * 1024 {
        unit += 1;
        scale *= 1024;
    }
    let name = units.get(unit).copied().unwrap_or("B");
    if unit == 0 {
        return format!("{size} {name}");
    }
    // Tenths in whole numbers, rounded half up.
    let tenths = (u128::from(size) * 10 + u128::from(scale) / 2) / u128::from(scale);
    if tenths >= 1000 {
        format!("{} {name}", (tenths + 5) / 10)
    } else {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    }
}

/// Writes a whole number with thousands commas, as both languages do.
#[must_use]
pub fn number(value: i64) -> String {
    let digits = grouped(&value.unsigned_abs().to_string());
    if value < 0 { format!("-{digits}") } else { digits }
}

/// Writes a day: `22 Nov 2026` or `2026年11月22日`.
#[must_use]
pub fn date(lang: Lang, at: Timestamp) -> String {
    match lang {
        Lang::Zh => at.civil("%Y年%-m月%-d日"),
        Lang::En => at.civil("%-d %b %Y"),
    }
}

/// Writes an instant: `22 Nov 2026, 14:14 UTC` or `2026年11月22日 14:14 UTC`.
#[must_use]
pub fn date_time(lang: Lang, at: Timestamp) -> String {
    match lang {
        Lang::Zh => at.civil("%Y年%-m月%-d日 %H:%M UTC"),
        Lang::En => at.civil("%-d %b %Y, %H:%M UTC"),
    }
}

/// Writes an amount: code before it in English, the yuan sign in Chinese.
#[must_use]
pub fn money(lang: Lang, money: Money) -> String {
    if lang == Lang::Zh && money.currency.code() == "CNY" { format!("¥{}", money.number()) } else { money.to_string() }
}

/// Writes the amounts and instants inside a kept text, such as `CNY 48,000.00`, in the way of a language.
#[must_use]
pub fn spoken(lang: Lang, text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut parts = text.split(' ').peekable();
    while let Some(part) = parts.next() {
        let currency = Some(part).filter(|p| p.len() == 3).and_then(|p| p.parse::<Currency>().ok());
        let amount = currency.zip(parts.peek()).and_then(|(c, number)| Money::parse(number, c).ok());
        let instant = Some(part).filter(|p| p.ends_with('Z') && p.contains('T')).and_then(Timestamp::parse);
        if let Some(at) = instant {
            out.push(date_time(lang, at));
        } else if let Some(amount) = amount {
            parts.next();
            out.push(money(lang, amount));
        } else {
            out.push(part.to_owned());
        }
    }
    out.join(" ")
}

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];

/// Writes four digits in capitals, without zeros at their ends.
fn group(value: u64) -> String {
    let mut out = String::new();
    let mut zero = false;
    for (unit, name) in [(1000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
        let digit = value / unit % 10;
        if digit == 0 {
            zero = !out.is_empty();
            continue;
        }
        if zero {
            out.push('零');
            zero = false;
        }
        out.push_str(DIGITS.get(usize::try_from(digit).unwrap_or(0)).copied().unwrap_or_default());
        out.push_str(name);
    }
    out
}

/// Writes an amount of renminbi in capital characters, as invoices want it: `壹万贰仟元整`.
#[must_use]
pub fn in_chinese_capitals(amount: Money) -> String {
    let minor = amount.minor.unsigned_abs();
    let (yuan, jiao, fen) = (minor / 100, minor / 10 % 10, minor % 10);
    let mut out = String::new();
    let mut gap = false;
    for (unit, name) in [(1_000_000_000_000, "万亿"), (100_000_000, "亿"), (10_000, "万"), (1, "")] {
        let part = if unit == 1_000_000_000_000 { yuan / unit } else { yuan / unit % 10_000 };
        if part == 0 {
            gap = !out.is_empty();
            continue;
        }
        if !out.is_empty() && (gap || part < 1000) {
            out.push('零');
        }
        gap = false;
        out.push_str(&group(part));
        out.push_str(name);
    }
    if out.is_empty() {
        out.push('零');
    }
    out.push('元');
    let digit = |d: u64| DIGITS.get(usize::try_from(d).unwrap_or(0)).copied().unwrap_or_default();
    match (jiao, fen) {
        (0, 0) => out.push('整'),
        (j, 0) => out.push_str(&format!("{}角整", digit(j))),
        (0, f) => out.push_str(&format!("零{}分", digit(f))),
        (j, f) => out.push_str(&format!("{}角{}分", digit(j), digit(f))),
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Currency;

    #[test]
    fn amounts_inside_a_text_follow_the_language() {
        for (text, zh) in [
            ("CNY 0.00", "¥0.00"),
            ("CNY 48,000.00 / CNY 60,000.00", "¥48,000.00 / ¥60,000.00"),
            ("EUR 7.50", "EUR 7.50"),
            ("CNY", "CNY"),
            ("CNY x", "CNY x"),
            ("12 / 30", "12 / 30"),
            ("", ""),
        ] {
            assert_eq!((spoken(Lang::Zh, text).as_str(), spoken(Lang::En, text).as_str()), (zh, text));
        }
        assert_eq!(
            spoken(Lang::En, "2026-12-25T18:35:47.050Z"),
            date_time(Lang::En, Timestamp::parse("2026-12-25T18:35:47Z").unwrap())
        );
    }

    #[test]
    fn sizes_and_numbers() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(1023), "1023 B");
        assert_eq!(bytes(1536), "1.5 KiB");
        assert_eq!(bytes(41_600_000_000), "38.7 GiB");
        assert_eq!(bytes(512 << 20), "512 MiB");
        assert_eq!(number(-1_234_567), "-1,234,567");
    }

    #[test]
    fn both_ways_of_writing() {
        let at = Timestamp(1_795_356_860_000);
        assert_eq!(date(Lang::En, at), "22 Nov 2026");
        assert_eq!(date(Lang::Zh, at), "2026年11月22日");
        let price = Money::new(4_800_000, Currency::CNY);
        assert_eq!(money(Lang::En, price), "CNY 48,000.00");
        assert_eq!(money(Lang::Zh, price), "¥48,000.00");
    }

    #[test]
    fn capitals() {
        let say = |minor| in_chinese_capitals(Money::new(minor, Currency::CNY));
        assert_eq!(say(1_200_000), "壹万贰仟元整");
        assert_eq!(say(5_088_000), "伍万零捌佰捌拾元整");
        assert_eq!(say(10_005), "壹佰元零伍分");
        assert_eq!(say(0), "零元整");
        assert_eq!(say(1_000_001_000), "壹仟万零壹拾元整");
        assert_eq!(say(123_450), "壹仟贰佰叁拾肆元伍角整");
        assert_eq!(say(10_000_000_100), "壹亿零壹元整");
    }
}

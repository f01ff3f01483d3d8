//! Looks at the beginning of a text: encoding, separator, decimal mark, header.

use super::cells::{is_null_word, moment, number};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8};
use std::collections::HashSet;

/// The beginning of a text, decoded.
pub(super) struct Decoded {
    /// Without byte-order mark, cut at a line end.
    pub(super) text: String,
    /// Its encoding.
    pub(super) encoding: &'static Encoding,
    /// It has a byte-order mark.
    pub(super) mark: bool,
}

/// Guesses the encoding of bytes that are not UTF-8.
pub(super) fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, chardetng::Utf8Detection::Deny);
    if guessed == GBK { GB18030 } else { guessed }
}

/// Decodes the beginning of a file; nothing when it is no text.
pub(super) fn decode(bytes: &[u8], whole: bool) -> Option<Decoded> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        let even = if encoding == UTF_8 { bytes.len() } else { bytes.len() & !1 };
        let (text, _) = encoding.decode_with_bom_removal(bytes.get(..even)?);
        return Some(Decoded { text: cut(text.into_owned(), whole), encoding, mark: true });
    }
    if bytes.contains(&0) {
        return None;
    }
    // What stands behind the last line end may be cut inside of a character.
    let end = if whole {
        bytes.len()
    } else {
        bytes.iter().rposition(|b| *b == b'\n' || *b == b'\r').map_or(bytes.len(), |i| i + 1)
    };
    let bytes = bytes.get(..end)?;
    let odd = bytes.iter().filter(|b| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B)).count();
    if odd * 100 > bytes.len() {
        return None;
    }
    let utf8 = match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        Err(error) if error.error_len().is_none() => {
            Some(String::from_utf8_lossy(bytes.get(..error.valid_up_to())?).into_owned())
        }
        Err(_) => None,
    };
    if let Some(text) = utf8 {
        return Some(Decoded { text, encoding: UTF_8, mark: false });
    }
    let encoding = guess(bytes);
    let (text, _, broken) = encoding.decode(bytes);
    let wrong = text.chars().filter(|c| *c == '\u{FFFD}').count();
    (!broken || wrong * 200 < text.chars().count()).then(|| Decoded { text: text.into_owned(), encoding, mark: false })
}

/// Cuts a text at its last line end.
fn cut(mut text: String, whole: bool) -> String {
    if !whole && let Some(at) = text.rfind(['\n', '\r']) {
        text.truncate(at + 1);
    }
    text
}

/// Whether a text is one JSON document, such as a list of objects, whose commas part no columns.
pub(super) fn is_document(text: &str, ending: &str) -> bool {
    let mut signs = text.chars().filter(|c| !c.is_whitespace());
    match (signs.next(), signs.next()) {
        (Some('['), Some('{' | '[' | ']')) => !matches!(ending, "csv" | "tsv" | "tab"),
        // An object that goes on over lines; one on each line are rows.
        (Some('{'), _) => {
            ending == "json" && text.lines().find(|l| !l.trim().is_empty()).is_some_and(|l| !l.contains('}'))
        }
        _ => false,
    }
}

/// The keys of the first lines when they are JSON objects.
pub(super) fn json_columns(text: &str, ending: &str) -> Option<Vec<String>> {
    let told = matches!(ending, "jsonl" | "ndjson" | "json");
    let mut columns: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    let mut lines = text.lines().filter(|l| !l.trim().is_empty());
    let first = lines.next()?;
    if !first.trim_start().starts_with('{') {
        return None;
    }
    let mut objects = 0;
    for line in std::iter::once(first).chain(lines.take(500)) {
        match serde_json::from_str::<super::tables::lines::Pairs>(line) {
            Ok(object) => {
                objects += 1;
                columns.extend(object.0.into_iter().map(|(key, _)| key).filter(|key| seen.insert(key.clone())));
            }
            // The first line must be an object, unless the name says what it is: then the reader names what is wrong.
            Err(_) if objects == 0 && !(told && ending != "json") => return None,
            Err(_) => {}
        }
    }
    Some(columns)
}

/// What the beginning of a table in text form shows.
pub(super) struct Table {
    pub(super) separator: u8,
    pub(super) decimal: char,
    pub(super) header: bool,
    pub(super) day_first: bool,
    pub(super) columns: Vec<String>,
}

fn rows(text: &str, separator: u8, most: usize) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().take(most).filter_map(Result::ok).map(|r| r.iter().map(str::to_owned).collect()).collect()
}

/// Finds the separator, the one that gives the most columns in the same number on the first lines, and what follows.
pub(super) fn delimited(text: &str, ending: &str) -> Option<Table> {
    let told = matches!(ending, "csv" | "tsv" | "tab");
    let mut best = (0, b',');
    for candidate in [b',', b';', b'\t', b'|'] {
        let counts: Vec<usize> = rows(text, candidate, 20).iter().map(Vec::len).collect();
        let first = counts.first().copied().unwrap_or_default();
        let steady = counts.iter().filter(|n| **n == first).count();
        let score = if first < 2 { 0 } else { steady * 1_000_000 / counts.len().max(1) + first };
        if score > best.0 {
            best = (score, candidate);
        }
    }
    // Prose has commas too, but not the same number on every line.
    if !told && best.0 < 900_000 {
        return None;
    }
    let separator = best.1;
    let rows = rows(text, separator, 2000);
    let first = rows.first()?;
    let decimal = decimal(&rows, separator);
    let reads = |cell: &String| {
        let cell = cell.trim().as_bytes();
        number(cell, super::cells::byte(decimal)).is_some() || moment(cell, true).is_some()
    };
    let values = first.iter().filter(|c| reads(c)).count();
    // A year or a sensor number may be the name of a column; a row in which most cells are values is none.
    let header = values * 2 < first.len().max(1) && !(first.len() == 1 && is_null_word(first.first()?.as_bytes()));
    let columns = if header {
        first.iter().map(|c| c.trim().to_owned()).collect()
    } else {
        (1..=first.len()).map(|n| format!("column_{n}")).collect()
    };
    Some(Table { separator, decimal, header, day_first: day_first(&rows), columns })
}

/// Finds the decimal mark: a comma where numbers have one and no point plays that part.
fn decimal(rows: &[Vec<String>], separator: u8) -> char {
    let (mut points, mut commas) = (0, 0);
    for cell in rows.iter().flatten() {
        let cell = cell.trim().trim_start_matches(['-', '+']);
        let Some(at) = cell.find([',', '.']) else { continue };
        let all = |text: &str, and: &str| text.bytes().all(|b| b.is_ascii_digit() || and.as_bytes().contains(&b));
        if !cell.starts_with(|c: char| c.is_ascii_digit()) || cell.len() > 40 || !all(cell, ",.") {
            continue;
        }
        let last = cell.rfind([',', '.']).unwrap_or(at);
        let behind = cell.len() - last - 1;
        // 1,234 and 1.234 may be thousands: they say nothing.
        let telling = behind != 3 || cell.starts_with('0');
        match cell.as_bytes().get(last) {
            Some(b',') if telling => commas += 1,
            Some(b'.') if telling || separator == b',' => points += 1,
            _ => {}
        }
    }
    if commas > points { ',' } else { '.' }
}

/// Tells whether dates with slashes put the day first.
fn day_first(rows: &[Vec<String>]) -> bool {
    let (mut first, mut second) = (0, 0);
    for cell in rows.iter().flatten() {
        let mut parts = cell.trim().splitn(3, '/');
        let mut next = || parts.next().filter(|p| p.len() <= 2).and_then(|p| p.parse::<u8>().ok());
        if let (Some(a), Some(b)) = (next(), next()) {
            first += u32::from(a > 12 && b <= 12);
            second += u32::from(b > 12 && a <= 12);
        }
    }
    first > second
}

#[cfg(test)]
mod tests {
    use super::super::formats::{Format, of_head};
    use super::*;

    #[test]
    fn encodings_in_the_wild() {
        let text = "时间,设备编号,温度\n2026-01-01,一号机,20\n2026-01-02,二号机,21\n";
        let (old, _, _) = GB18030.encode(text);
        for (bytes, name) in [(text.as_bytes().to_vec(), "UTF-8"), (old.into_owned(), "gb18030")] {
            let facts = of_head(&bytes, true, "x.csv");
            assert_eq!(facts.encoding.as_deref(), Some(name));
            assert_eq!(facts.columns, ["时间", "设备编号", "温度"]);
        }
        let wide: Vec<u8> =
            std::iter::once(0xFEFF).chain("a\tb\n1\t2\n".encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let facts = of_head(&wide, true, "x.txt");
        assert_eq!((facts.encoding.as_deref(), facts.separator), (Some("UTF-16LE"), Some('\t')));
        let (western, _, _) = encoding_rs::WINDOWS_1252.encode("Temp [°C];Größe\n20,5;mäßig\n21,5;groß\n");
        let facts = of_head(&western, true, "x.csv");
        assert_eq!(facts.encoding.as_deref(), Some("windows-1252"));
        assert_eq!(facts.decimal, ',');
    }

    #[test]
    fn separators_headers_and_dates() {
        let facts = of_head(b"1;2,5;31/1/2026\n2;3,25;1/2/2026\n", true, "x.csv");
        assert_eq!((facts.separator, facts.decimal, facts.header, facts.day_first), (Some(';'), ',', false, true));
        assert_eq!(facts.columns, ["column_1", "column_2", "column_3"]);
        let facts = of_head(b"a|b\n1.5|x\n", true, "x.txt");
        assert_eq!((facts.separator, facts.decimal, facts.header), (Some('|'), '.', true));
        assert_eq!(
            of_head(b"Dear reader,\nthis is, as you see, prose.\nBye\n", true, "readme.md").format,
            Format::Text
        );
        assert_eq!(of_head(b"{\"a\":1}\n{\"b\":[2]}\n", true, "x").columns, ["a", "b"]);
        assert_eq!(of_head(b"\x00\x01\x02", true, "x.csv").format, Format::Binary);
        assert_eq!(of_head(b"value\n1\n2\n", true, "x.csv").columns, ["value"]);
    }
}

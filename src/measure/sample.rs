//! The sample of a table in text form: its head and its first rows, whatever separator, line ends or encoding it has.

use serde::{Deserialize, Serialize};

/// How much of a file is kept in hand to take the sample from, in bytes.
pub const SAMPLE_BYTES: usize = 256 * 1024;
/// Rows of a sample.
const ROWS: usize = 50;
/// Columns of a sample.
const COLUMNS: usize = 200;
/// Characters of a cell.
const CELL: usize = 120;
/// Bytes of a sample as JSON: it is kept in a row of the database and read with it.
const JSON_BYTES: usize = 64 * 1024;

/// The head and the first rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The first rows.
    pub rows: Vec<Vec<String>>,
    /// The separator that was found.
    pub separator: char,
}

/// Decodes the head of a file: UTF-8 with or without a byte-order mark, else GB18030.
fn decode(head: &[u8], whole: bool) -> String {
    // A cut may fall inside a character; what stands behind the last line end is not looked at.
    let end = if whole { head.len() } else { head.iter().rposition(|b| *b == b'\n').map_or(head.len(), |i| i + 1) };
    let head = head.get(..end).unwrap_or(head);
    let (text, _, broken) = encoding_rs::UTF_8.decode(head);
    let text = if broken { encoding_rs::GB18030.decode(head).0 } else { text };
    text.trim_start_matches('\u{FEFF}').to_owned()
}

/// Finds the separator: the one that gives the most columns in the same number on the first lines.
fn separator(text: &str) -> u8 {
    let mut best = (0, b',');
    for candidate in [b',', b';', b'\t', b'|'] {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(candidate)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let counts: Vec<usize> = reader.records().take(10).filter_map(Result::ok).map(|r| r.len()).collect();
        let Some(first) = counts.first().copied() else { continue };
        let steady = counts.iter().filter(|n| **n == first).count();
        let score = if first < 2 { 0 } else { steady * 1000 + first };
        if score > best.0 {
            best = (score, candidate);
        }
    }
    best.1
}

fn cell(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if clean.chars().count() <= CELL { clean } else { clean.chars().take(CELL - 1).chain(['…']).collect() }
}

/// Takes the sample from the head of a file; `whole` says that the head is all of it. Nothing for what is no table.
#[must_use]
pub fn sample(head: &[u8], whole: bool) -> Option<Sample> {
    if head.contains(&0) {
        return None;
    }
    let text = decode(head, whole);
    let separator = separator(&text);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.records().filter_map(Result::ok);
    let head = records.next()?;
    let columns: Vec<String> = head.iter().take(COLUMNS).map(cell).collect();
    let rows = records.take(ROWS).map(|r| r.iter().take(COLUMNS).map(cell).collect()).collect();
    Some(fitted(Sample { columns, rows, separator: char::from(separator) }))
}

/// Drops rows from the end, then columns, until the JSON form fits.
fn fitted(mut sample: Sample) -> Sample {
    while serde_json::to_string(&sample).map_or(0, |json| json.len()) > JSON_BYTES {
        if sample.rows.pop().is_none() && sample.columns.pop().is_none() {
            break;
        }
    }
    sample
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_mark_brackets_and_line_ends() {
        let text = "\u{FEFF}UDI,Air temperature [K],Tool wear [min]\r\n1,298.1,0\r\n2,298.2,3\r\n";
        let sample = sample(text.as_bytes(), true).unwrap();
        assert_eq!(sample.columns, ["UDI", "Air temperature [K]", "Tool wear [min]"]);
        assert_eq!(sample.rows, [["1", "298.1", "0"], ["2", "298.2", "3"]]);
    }

    #[test]
    fn semicolons_with_decimal_commas_and_quotes() {
        let sample = sample(b"zeit;wert;text\n1;2,5;\"a;b\nc\"\n2;3,5;\"\"\"x\"\"\"\n", true).unwrap();
        assert_eq!(sample.separator, ';');
        assert_eq!(sample.rows, [["1", "2,5", "a;b c"], ["2", "3,5", "\"x\""]]);
    }

    #[test]
    fn chinese_in_an_older_encoding_and_a_cut_line() {
        let (bytes, _, _) = encoding_rs::GB18030.encode("时间,温度\n1,20\n2,2");
        let found = sample(&bytes, false).unwrap();
        assert_eq!(found.columns, ["时间", "温度"]);
        assert_eq!(found.rows.len(), 1);
        assert!(sample(b"PAR1\0\0", true).is_none());
        assert!(sample(b"", true).is_none());
    }

    #[test]
    fn a_wide_table_fits_into_its_row() {
        let line = vec!["温".repeat(150); 300].join(",");
        let found = sample(vec![line; 60].join("\n").as_bytes(), true).unwrap();
        assert!(serde_json::to_string(&found).unwrap().len() <= JSON_BYTES);
        assert!(!found.columns.is_empty());
    }
}

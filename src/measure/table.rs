//! Counting of rows while bytes flow through an upload: no second read, no memory.

/// Where in a record the counter stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// Before the first byte of a field: only here does a quote open one.
    #[default]
    Start,
    /// In a field without quotes.
    Bare,
    /// In a quoted field, where line ends are text.
    Quoted,
    /// Behind a quote in a quoted field: it ended, or the next quote makes this one text.
    Closing,
}

/// Counts the rows of a table in text form: line ends outside of quoted fields, empty lines not.
///
/// A quote inside a field without quotes, as in `12" disk`, is text.
#[derive(Debug, Clone, Default)]
pub struct Counting {
    lines: i64,
    seen: u8,
    place: Place,
    filled: bool,
    /// How often each of the four separators stood on the first line.
    found: [u32; 4],
    separator: Option<u8>,
}

const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

impl Counting {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.take(*byte);
        }
    }
    fn take(&mut self, byte: u8) {
        let mark = self.seen < 3 && [0xEF, 0xBB, 0xBF].get(usize::from(self.seen)) == Some(&byte);
        self.seen = if mark { self.seen + 1 } else { 3 };
        if mark {
            return;
        }
        match (self.place, byte) {
            (Place::Quoted, b'"') => self.place = Place::Closing,
            (Place::Quoted, _) => {}
            (Place::Closing | Place::Start, b'"') => {
                self.place = Place::Quoted;
                self.filled = true;
            }
            (_, b'\n' | b'\r') => {
                self.lines += i64::from(self.filled);
                if self.filled && self.separator.is_none() {
                    let most = SEPARATORS.iter().zip(self.found).rev().max_by_key(|(_, n)| *n);
                    self.separator = most.map(|(s, _)| *s);
                }
                self.filled = false;
                self.place = Place::Start;
            }
            (_, other) => {
                self.filled = true;
                self.place = if self.separates(other) { Place::Start } else { Place::Bare };
            }
        }
    }
    /// Tells whether a byte outside of quotes separates fields; on the first line each of the four may.
    fn separates(&mut self, byte: u8) -> bool {
        if let Some(separator) = self.separator {
            return byte == separator;
        }
        for (count, separator) in self.found.iter_mut().zip(SEPARATORS) {
            if separator == byte {
                *count = count.saturating_add(1);
                return true;
            }
        }
        false
    }
    /// Gives the count of rows without the head.
    #[must_use]
    pub fn rows(&self) -> i64 {
        (self.lines + i64::from(self.filled) - 1).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_however_the_bytes_are_cut() {
        let text = b"a,b\r\n1,\"x\ny\"\r\n\r\n2,\"\"\"\"\n3,4";
        for size in 1..text.len() {
            let mut counting = Counting::default();
            text.chunks(size).for_each(|c| counting.push(c));
            assert_eq!(counting.rows(), 3, "{size}");
        }
        assert_eq!(Counting::default().rows(), 0);
    }

    #[test]
    fn quotes_inside_of_bare_fields_are_text() {
        let mut counting = Counting::default();
        counting.push("\u{FEFF}\"part\",size\r\ndisk,12\" wide\r\nrod,3\"\r\n\"a\r\n\"\"b\",1\r\n".as_bytes());
        assert_eq!(counting.rows(), 3);
        let mut semicolons = Counting::default();
        semicolons.push(b"a;b\n1,\"2;3\n4;5\n");
        assert_eq!(semicolons.rows(), 2);
        let mut old = Counting::default();
        old.push(b"a,b\r1,2\r3,4");
        assert_eq!(old.rows(), 2);
    }

    proptest::proptest! {
        #[test]
        fn the_count_is_that_of_the_csv_reader(tail in "[a,\"\n\r]{0,40}", cut in 1_usize..9) {
            let text = format!("h,i\n{tail}");
            let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
            let read = i64::try_from(reader.byte_records().count()).unwrap_or_default();
            let mut counting = Counting::default();
            text.as_bytes().chunks(cut).for_each(|c| counting.push(c));
            proptest::prop_assert_eq!(counting.rows(), read);
        }
    }
}

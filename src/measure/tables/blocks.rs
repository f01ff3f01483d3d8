//! Cuts a stream of text into blocks of whole records, decoded into UTF-8.

use super::super::cells::Cell;
use super::super::formats::{Facts, Format};
use super::super::refusals::Refusal;
use super::super::{casts, head};
use super::{MOST_COLUMNS, MOST_RECORD};
use encoding_rs::{Decoder, Encoding, UTF_8};
use memchr::{memchr, memrchr2};
use std::io::Read;
use std::ops::ControlFlow;

/// How much is read for a block, in bytes.
const BLOCK: usize = 1024 * 1024;

/// Some whole records.
#[derive(Debug)]
pub struct Block {
    /// The text, which may not be UTF-8 where the file only began so.
    pub bytes: Vec<u8>,
    /// It is the first one, with the header if there is one.
    pub first: bool,
    /// Bytes of the stream that were read up to its end.
    pub passed: u64,
}

/// Reads a stream block by block.
pub struct Blocks {
    stream: Box<dyn Read + Send>,
    decoder: Option<Decoder>,
    separator: u8,
    quotes: bool,
    rest: Vec<u8>,
    first: bool,
    ended: bool,
    passed: u64,
}

impl Blocks {
    /// Begins at the beginning of a stream with these facts.
    #[must_use]
    pub fn new(stream: Box<dyn Read + Send>, facts: &Facts) -> Self {
        let encoding = facts.encoding.as_deref().and_then(|name| Encoding::for_label(name.as_bytes())).unwrap_or(UTF_8);
        Self {
            stream,
            // A decoder for UTF-8 only takes the mark away, which is done below.
            decoder: (encoding != UTF_8).then(|| encoding.new_decoder_with_bom_removal()),
            separator: facts.separator.and_then(|c| u8::try_from(c).ok()).unwrap_or(b','),
            quotes: facts.format == Format::Delimited,
            rest: Vec::new(),
            first: true,
            ended: false,
            passed: 0,
        }
    }

    /// Reads on by about a block.
    fn fill(&mut self) -> Result<(), Refusal> {
        let before = self.rest.len();
        let Some(decoder) = &mut self.decoder else {
            let read = (&mut self.stream).take(casts::len(BLOCK)).read_to_end(&mut self.rest)?;
            self.passed += casts::len(read);
            self.ended = read == 0;
            if self.first && before == 0 && self.rest.starts_with(&[0xEF, 0xBB, 0xBF]) {
                self.rest.drain(..3);
            }
            return Ok(());
        };
        let mut raw = Vec::with_capacity(BLOCK / 2);
        let read = (&mut self.stream).take(casts::len(BLOCK / 2)).read_to_end(&mut raw)?;
        self.passed += casts::len(read);
        self.ended = read == 0;
        let most = decoder.max_utf8_buffer_length(raw.len()).unwrap_or(raw.len() * 3 + 16);
        self.rest.resize(before + most, 0);
        let (_, _, written, _) =
            decoder.decode_to_utf8(&raw, self.rest.get_mut(before..).unwrap_or_default(), self.ended);
        self.rest.truncate(before + written);
        Ok(())
    }

    /// Gives the next block; nothing at the end.
    ///
    /// # Errors
    /// [`Refusal::LongRecord`], and what the stream says.
    pub fn next_block(&mut self) -> Result<Option<Block>, Refusal> {
        loop {
            self.fill()?;
            let end = if self.ended { Some(self.rest.len()) } else { self.end() };
            if let Some(end) = end.filter(|end| *end > 0) {
                let rest = self.rest.split_off(end);
                let bytes = std::mem::replace(&mut self.rest, rest);
                let first = std::mem::take(&mut self.first);
                return Ok(Some(Block { bytes, first, passed: self.passed }));
            }
            if self.ended {
                return Ok(None);
            }
            if self.rest.len() > MOST_RECORD {
                return Err(Refusal::LongRecord(casts::len(MOST_RECORD)));
            }
        }
    }

    /// Where the last whole record ends: behind a line end that is not inside of quotes.
    fn end(&self) -> Option<usize> {
        if self.quotes {
            last_end(&self.rest, self.separator)
        } else {
            memchr::memrchr(b'\n', &self.rest).map(|i| i + 1)
        }
    }
}

/// Finds the end of the last whole record of a text that begins with one. A quote opens a field only at its beginning.
fn last_end(text: &[u8], separator: u8) -> Option<usize> {
    let (mut at, mut last) = (0, None);
    loop {
        let rest = text.get(at..)?;
        let quote = memchr(b'"', rest);
        let bare = rest.get(..quote.unwrap_or(rest.len()))?;
        if let Some(end) = memrchr2(b'\n', b'\r', bare) {
            last = Some(at + end + 1);
        }
        let Some(quote) = quote.map(|q| q + at) else { return last };
        let before = quote.checked_sub(1).and_then(|i| text.get(i));
        if before.is_some_and(|b| *b != separator && *b != b'\n' && *b != b'\r') {
            at = quote + 1;
            continue;
        }
        let mut from = quote + 1;
        loop {
            let Some(close) = memchr(b'"', text.get(from..)?).map(|c| c + from) else { return last };
            if text.get(close + 1) == Some(&b'"') {
                from = close + 2;
            } else {
                at = close + 1;
                break;
            }
        }
    }
}

/// Makes the reader of the records of a block.
pub fn records<'a>(bytes: &'a [u8], facts: &Facts) -> csv::Reader<&'a [u8]> {
    let separator = facts.separator.and_then(|c| u8::try_from(c).ok()).unwrap_or(b',');
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(64 * 1024)
        .from_reader(bytes)
}

/// Walks the records of a block.
pub(super) fn walk_block(
    block: &Block,
    facts: &Facts,
    row: &mut u64,
    each: &mut dyn FnMut(u64, &[Cell<'_>]) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Refusal> {
    let mut reader = records(&block.bytes, facts);
    let mut record = csv::ByteRecord::new();
    let mut skip = block.first && facts.header;
    while reader.read_byte_record(&mut record).map_err(|e| Refusal::Damaged(e.to_string()))? {
        if record.len() > MOST_COLUMNS {
            return Err(Refusal::ManyColumns(casts::len(MOST_COLUMNS)));
        }
        if std::mem::take(&mut skip) {
            continue;
        }
        *row += 1;
        let texts: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        let cells: Vec<Cell<'_>> = texts.iter().map(|t| Cell::of_text(t)).collect();
        if each(*row, &cells).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Guesses the encoding of a block that is not UTF-8.
pub fn guess(bytes: &[u8]) -> &'static str {
    head::guess(bytes).name()
}

#[cfg(test)]
mod tests {
    use super::super::super::formats::of_head;
    use super::*;

    #[test]
    fn records_end_outside_of_quotes() {
        assert_eq!(last_end(b"a,b\n1,\"x\ny", b','), Some(4));
        assert_eq!(last_end(b"a,\"x\ny\"\n1", b','), Some(8));
        assert_eq!(last_end(b"disk,12\" wide\nrod", b','), Some(14));
        assert_eq!(last_end(b"\"\"\"\n\"\n", b','), Some(6));
        assert_eq!(last_end(b"abc", b','), None);
    }

    proptest::proptest! {
        #[test]
        fn cutting_changes_no_record(tail in "[a,\"\n]{0,60}", cut in 0_usize..60) {
            let text = format!("h,i\n{tail}");
            let facts = of_head(b"h,i\nx,y\n", true, "x.csv");
            let all = |text: &[u8]| -> Vec<csv::ByteRecord> { records(text, &facts).byte_records().map(Result::unwrap).collect() };
            let head = &text.as_bytes()[..cut.min(text.len())];
            if let Some(end) = last_end(head, b',') {
                let mut parts = all(&text.as_bytes()[..end]);
                parts.extend(all(&text.as_bytes()[end..]));
                proptest::prop_assert_eq!(parts, all(text.as_bytes()));
            }
        }
    }
}

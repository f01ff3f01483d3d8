//! Looks at what a columnar file promises before anything is reserved for it: sizes of pages and messages, within the file.

use super::super::casts;
use super::super::refusals::Refusal;
use super::super::source::{Cursor, Source, range};
use parquet::basic::Compression;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

/// Bytes that one page of Parquet, or one message of Arrow, may unfold to.
pub const MOST_PART: u64 = 64 * 1024 * 1024;
/// Bytes of the description at the end of a Parquet or Arrow file.
const MOST_FOOTER: u64 = 32 * 1024 * 1024;
/// Rows of one batch of Arrow.
const MOST_ROWS: i64 = 16 * 1024 * 1024;

fn damaged(why: &str) -> Refusal {
    Refusal::Damaged(why.to_owned())
}

/// Checks the length of a Parquet footer.
pub(super) fn footer(source: &dyn Source) -> Result<(), Refusal> {
    let size = source.size();
    let at = size.checked_sub(8).filter(|at| *at >= 4).ok_or_else(|| damaged("too short"))?;
    let tail = range(source, at, 8)?;
    let (length, magic) = tail.split_at_checked(4).ok_or_else(|| damaged("too short"))?;
    if magic != b"PAR1" {
        return Err(damaged("no footer"));
    }
    let length = u64::from(u32::from_le_bytes(length.try_into().unwrap_or_default()));
    if length > at {
        return Err(damaged("the footer is longer than the file"));
    }
    if length > MOST_FOOTER { Err(Refusal::Memory(MOST_FOOTER)) } else { Ok(()) }
}

/// Checks every page of every column: their headers say how much is reserved for them.
pub(super) fn pages(source: &Arc<dyn Source>, metadata: &ParquetMetaData) -> Result<(), Refusal> {
    for column in metadata.row_groups().iter().flat_map(|group| group.columns()) {
        column_pages(source, column)?;
    }
    Ok(())
}

fn column_pages(source: &Arc<dyn Source>, column: &ColumnChunkMetaData) -> Result<(), Refusal> {
    let place = |number: i64| u64::try_from(number).map_err(|_| damaged("a negative place"));
    let first = column.dictionary_page_offset().filter(|at| *at > 0).unwrap_or_else(|| column.data_page_offset());
    let (start, length) = (place(first.min(column.data_page_offset()))?, place(column.compressed_size())?);
    let end = start.checked_add(length).filter(|end| *end <= source.size());
    let end = end.ok_or_else(|| damaged("a column lies outside of the file"))?;
    let mut cursor = Cursor::new(Arc::clone(source), start);
    let mut at = start;
    while at < end {
        let page = Thrift(&mut cursor).page()?;
        let body = cursor.stream_position()?;
        let next = body.checked_add(page.packed).filter(|next| *next <= end);
        let next = next.ok_or_else(|| damaged("a page lies outside of its column"))?;
        if page.unfolded > MOST_PART || page.packed > MOST_PART {
            return Err(Refusal::Memory(MOST_PART));
        }
        bounded(&mut cursor, column.compression(), &page)?;
        cursor.seek(SeekFrom::Start(next))?;
        at = next;
    }
    Ok(())
}

/// Two codecs are unfolded without regard to the promised size: for them it is checked here.
fn bounded(cursor: &mut Cursor, codec: Compression, page: &Page) -> Result<(), Refusal> {
    if matches!(codec, Compression::GZIP(_)) && page.squeezed {
        let packed = page.packed.saturating_sub(page.levels);
        cursor.seek(SeekFrom::Current(i64::try_from(page.levels).unwrap_or(0)))?;
        let mut inflated = flate2::read::MultiGzDecoder::new(cursor.take(packed)).take(page.unfolded + 1);
        let read = std::io::copy(&mut inflated, &mut std::io::sink()).map_err(|e| Refusal::Damaged(e.to_string()))?;
        return if read > page.unfolded { Err(damaged("a page unfolds to more than it promises")) } else { Ok(()) };
    }
    // LZ4 cannot unfold to more than 255 times its size.
    let large = codec == Compression::LZ4 && page.packed * 255 > 8 * MOST_PART;
    if large { Err(Refusal::Memory(MOST_PART)) } else { Ok(()) }
}

/// What the header of a page says.
#[derive(Debug, Default)]
struct Page {
    packed: u64,
    unfolded: u64,
    /// Bytes in front that are not compressed (pages of the second form).
    levels: u64,
    squeezed: bool,
}

/// A reader of the compact form of Thrift, for page headers only.
struct Thrift<'a>(&'a mut Cursor);

impl Thrift<'_> {
    fn byte(&mut self) -> Result<u8, Refusal> {
        let mut byte = [0];
        self.0.read_exact(&mut byte)?;
        Ok(u8::from_le_bytes(byte))
    }
    fn varint(&mut self) -> Result<u64, Refusal> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(damaged("a page header"))
    }
    fn number(&mut self) -> Result<u64, Refusal> {
        let zigzag = self.varint()?;
        // Sizes are not negative: those get the largest value and are refused.
        Ok(if zigzag & 1 == 0 { zigzag >> 1 } else { u64::MAX })
    }
    /// Calls `found` with each number of a structure; structures within it are read when they are the one wanted.
    fn fields(&mut self, depth: u8, found: &mut dyn FnMut(u8, i16, u64)) -> Result<(), Refusal> {
        if depth > 8 {
            return Err(damaged("a page header"));
        }
        let mut id = 0_i16;
        loop {
            let head = self.byte()?;
            let kind = head & 0x0F;
            if kind == 0 {
                return Ok(());
            }
            id = match head >> 4 {
                0 => i16::try_from(self.number()?).map_err(|_| damaged("a page header"))?,
                delta => id.saturating_add(i16::from(delta)),
            };
            match kind {
                1 | 2 => found(depth, id, u64::from(kind == 1)),
                12 if depth == 0 && id == 8 => self.fields(8, found)?,
                12 => self.fields(if depth == 8 { 9 } else { depth + 1 }, &mut |_, _, _| {})?,
                4..=6 => {
                    let value = self.number()?;
                    found(depth, id, value);
                }
                _ => self.skip(kind, depth)?,
            }
        }
    }
    fn skip(&mut self, kind: u8, depth: u8) -> Result<(), Refusal> {
        let over = |cursor: &mut Cursor, by: u64| -> Result<(), Refusal> {
            let by = i64::try_from(by).map_err(|_| damaged("a page header"))?;
            cursor.seek(SeekFrom::Current(by))?;
            Ok(())
        };
        match kind {
            3 => self.byte().map(|_| ()),
            7 => over(self.0, 8),
            8 => {
                let length = self.varint()?;
                over(self.0, length.min(MOST_FOOTER))
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                for _ in 0..count.min(10_000) {
                    match head & 0x0F {
                        4..=6 => self.number().map(|_| ())?,
                        1 | 2 => self.byte().map(|_| ())?,
                        12 => self.fields(depth.saturating_add(1), &mut |_, _, _| {})?,
                        inner => self.skip(inner, depth.saturating_add(1))?,
                    }
                }
                Ok(())
            }
            _ => Err(damaged("a page header")),
        }
    }
    fn page(&mut self) -> Result<Page, Refusal> {
        let mut page = Page { squeezed: true, packed: u64::MAX, unfolded: u64::MAX, levels: 0 };
        self.fields(0, &mut |depth, id, value| match (depth, id) {
            (0, 2) => page.unfolded = value,
            (0, 3) => page.packed = value,
            (8, 5 | 6) => page.levels = page.levels.saturating_add(value),
            (8, 7) => page.squeezed = value == 1,
            _ => {}
        })?;
        Ok(page)
    }
}

/// Checks every message of an Arrow stream.
pub(super) fn messages(source: &Arc<dyn Source>) -> Result<(), Refusal> {
    let mut at = 0;
    while at + 8 <= source.size() {
        match message(source.as_ref(), at)? {
            Some(next) => at = next,
            None => return Ok(()),
        }
    }
    Ok(())
}

/// Checks every message that the footer of an Arrow file names, and what it says of their lengths.
pub(super) fn blocks(source: &Arc<dyn Source>) -> Result<(), Refusal> {
    let size = source.size();
    let at = size.checked_sub(10).ok_or_else(|| damaged("too short"))?;
    let tail = range(source.as_ref(), at, 10)?;
    let (length, magic) = tail.split_at_checked(4).ok_or_else(|| damaged("too short"))?;
    let length = u64::from(u32::from_le_bytes(length.try_into().unwrap_or_default()));
    if magic != b"ARROW1" || length > at {
        return Err(damaged("no footer"));
    }
    if length > MOST_FOOTER {
        return Err(Refusal::Memory(MOST_FOOTER));
    }
    let footer = range(source.as_ref(), at - length, casts::index(length))?;
    let footer = arrow_ipc::root_as_footer(&footer).map_err(|e| Refusal::Damaged(e.to_string()))?;
    let named = [footer.dictionaries(), footer.recordBatches()];
    for block in named.iter().flatten().flat_map(|blocks| blocks.iter()) {
        let place = |number: i64| u64::try_from(number).map_err(|_| damaged("a negative place"));
        let (start, head, body) =
            (place(block.offset())?, place(i64::from(block.metaDataLength()))?, place(block.bodyLength())?);
        let end = start.checked_add(head).and_then(|end| end.checked_add(body));
        if end.is_none_or(|end| end > size) || head > MOST_FOOTER || body > 4 * MOST_PART {
            return Err(damaged("a message lies outside of the file"));
        }
        message(source.as_ref(), start)?;
    }
    Ok(())
}

/// Checks the message at a place and gives the place behind it; nothing at the end of the stream.
fn message(source: &dyn Source, at: u64) -> Result<Option<u64>, Refusal> {
    let head = range(source, at, 8)?;
    let (mark, length) = head.split_at_checked(4).ok_or_else(|| damaged("a message"))?;
    if mark != [0xFF; 4] {
        return Err(damaged("a message without its mark"));
    }
    let length = u64::from(u32::from_le_bytes(length.try_into().unwrap_or_default()));
    if length == 0 {
        return Ok(None);
    }
    let start = at + 8 + length;
    if length > MOST_FOOTER || start > source.size() {
        return Err(damaged("a message lies outside of the file"));
    }
    let bytes = range(source, at + 8, casts::index(length))?;
    let message = arrow_ipc::root_as_message(&bytes).map_err(|e| Refusal::Damaged(e.to_string()))?;
    let body = u64::try_from(message.bodyLength()).map_err(|_| damaged("a negative length"))?;
    let next = start.checked_add(body).filter(|end| *end <= source.size());
    let next = next.ok_or_else(|| damaged("a message is longer than the file"))?;
    if body > 4 * MOST_PART {
        return Err(Refusal::Memory(4 * MOST_PART));
    }
    let inner = message.header_as_dictionary_batch().and_then(|d| d.data());
    if let Some(batch) = message.header_as_record_batch().or(inner) {
        buffers(source, &batch, start, body)?;
    }
    Ok(Some(next))
}

/// Checks what the buffers of a batch unfold to.
fn buffers(source: &dyn Source, batch: &arrow_ipc::RecordBatch<'_>, start: u64, body: u64) -> Result<(), Refusal> {
    if batch.length() > MOST_ROWS || batch.length() < 0 {
        return Err(Refusal::Memory(MOST_PART));
    }
    let mut unfolded = 0_u64;
    for buffer in batch.buffers().iter().flat_map(|all| all.iter()) {
        let place = |number: i64| u64::try_from(number).map_err(|_| damaged("a negative place"));
        let (offset, length) = (place(buffer.offset())?, place(buffer.length())?);
        if offset.checked_add(length).is_none_or(|end| end > body) {
            return Err(damaged("a buffer lies outside of its message"));
        }
        if batch.compression().is_some() && length >= 8 {
            let promised = range(source, start + offset, 8)?;
            let promised = i64::from_le_bytes(promised.as_ref().try_into().unwrap_or_default());
            // -1 says that this buffer is not compressed.
            if promised != -1 {
                unfolded = unfolded.saturating_add(place(promised)?);
            }
        } else {
            unfolded = unfolded.saturating_add(length);
        }
    }
    if unfolded > 4 * MOST_PART { Err(Refusal::Memory(4 * MOST_PART)) } else { Ok(()) }
}

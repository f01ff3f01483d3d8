//! Reads any table row by row: text, JSON Lines, Parquet, Arrow, with or without a compression around it.

pub mod blocks;
pub mod columnar;
pub mod guard;
pub mod lines;

use super::cells::Cell;
use super::formats::{Facts, Format};
use super::refusals::Refusal;
use super::source::{Cursor, Source, unfold};
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Columns of a table, at most.
pub const MOST_COLUMNS: usize = 2000;
/// Length of a record, at most, in bytes.
pub const MOST_RECORD: usize = 8 * 1024 * 1024;

/// Calls `each` with the number of each row, from 1 without the header, and its cells in the order of the columns.
///
/// A row may have fewer cells than columns (what is absent is nothing) or more. The facts are those of [`super::sniff`], or of a
/// stored profile. Memory is bounded whatever the file holds. Ends early when `each` breaks.
///
/// # Errors
/// [`Refusal::NoTable`] for what has no rows; any other when the file is damaged, hostile, or the store fails.
pub fn walk(
    source: &Arc<dyn Source>,
    facts: &Facts,
    each: &mut dyn FnMut(u64, &[Cell<'_>]) -> ControlFlow<()>,
) -> Result<(), Refusal> {
    match facts.format {
        Format::Parquet | Format::ArrowFile | Format::ArrowStream => {
            columnar::walk(&columnar::at_rest(source)?, facts.format, each)
        }
        Format::Delimited | Format::JsonLines => walk_text(stream(source, facts)?, facts, each),
        Format::Zip
        | Format::Png
        | Format::Jpeg
        | Format::Bmp
        | Format::Tiff
        | Format::Gif
        | Format::Webp
        | Format::Wav
        | Format::Text
        | Format::Binary
        | Format::Empty => Err(Refusal::NoTable(facts.format.as_str().to_owned())),
    }
}

/// How many threads measure at once: as many as there are cores, up to four.
pub(super) fn stream_cores() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get().min(4))
}

/// Gives the bytes of a source from the beginning, unfolded.
pub(super) fn stream(source: &Arc<dyn Source>, facts: &Facts) -> Result<Box<dyn Read + Send>, Refusal> {
    unfold(Box::new(Cursor::new(Arc::clone(source), 0)), facts.compression, source.size())
}

/// [`walk`] for a stream of text, such as an entry of an archive.
///
/// # Errors
/// As [`walk`].
pub fn walk_text(
    stream: Box<dyn Read + Send>,
    facts: &Facts,
    each: &mut dyn FnMut(u64, &[Cell<'_>]) -> ControlFlow<()>,
) -> Result<(), Refusal> {
    let mut blocks = blocks::Blocks::new(stream, facts);
    let mut row = 0;
    while let Some(block) = blocks.next_block()? {
        let flow = if facts.format == Format::JsonLines {
            lines::walk_block(&block.bytes, &facts.columns, &mut row, each)?
        } else {
            blocks::walk_block(&block, facts, &mut row, each)?
        };
        if flow.is_break() {
            return Ok(());
        }
    }
    Ok(())
}

#[cfg(test)]
pub(in crate::measure) mod tests;

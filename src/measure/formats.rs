//! What a file is, told by its content: format, compression, encoding, separator, header, decimal mark.

use super::refusals::Refusal;
use super::source::{Cursor, Source, range, unfold, unpacked};
use super::{cells, head};
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::sync::Arc;

/// The kinds of files that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A table in text form: CSV, TSV and their like.
    Delimited,
    /// One JSON object on each line.
    JsonLines,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC, the file form.
    ArrowFile,
    /// Apache Arrow IPC, the stream form.
    ArrowStream,
    /// A zip archive.
    Zip,
    /// A PNG image.
    Png,
    /// A JPEG image.
    Jpeg,
    /// A BMP image.
    Bmp,
    /// A TIFF image.
    Tiff,
    /// A GIF image.
    Gif,
    /// A WebP image.
    Webp,
    /// A sound or signal in a WAVE file.
    Wav,
    /// Text that is no table.
    Text,
    /// Anything else.
    Binary,
    /// No bytes at all.
    Empty,
}

impl Format {
    /// Tells whether it holds rows.
    #[must_use]
    pub const fn is_table(self) -> bool {
        matches!(self, Self::Delimited | Self::JsonLines | Self::Parquet | Self::ArrowFile | Self::ArrowStream)
    }
    /// Gives the word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delimited => "delimited",
            Self::JsonLines => "json_lines",
            Self::Parquet => "parquet",
            Self::ArrowFile => "arrow_file",
            Self::ArrowStream => "arrow_stream",
            Self::Zip => "zip",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Wav => "wav",
            Self::Text => "text",
            Self::Binary => "binary",
            Self::Empty => "empty",
        }
    }
}

/// How the bytes of a whole file are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip (RFC 1952), also of several members.
    Gzip,
    /// Zstandard (RFC 8878).
    Zstd,
}

impl Compression {
    /// Tells it by the first bytes.
    #[must_use]
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x1F, 0x8B, 8, ..] => Self::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Zstd,
            _ => Self::None,
        }
    }
}

/// What must be known of a file to read its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Facts {
    /// The format inside of any compression.
    pub format: Format,
    /// The compression around it.
    pub compression: Compression,
    /// The encoding of text, by its WHATWG name, such as `UTF-8` or `gb18030`.
    pub encoding: Option<String>,
    /// Text begins with a byte-order mark.
    pub byte_order_mark: bool,
    /// The separator of a table in text form.
    pub separator: Option<char>,
    /// The decimal mark of its numbers.
    pub decimal: char,
    /// Its first row holds the names of the columns.
    pub header: bool,
    /// In dates such as 1/2/2026 the day stands first.
    pub day_first: bool,
    /// The names of the columns, as written; JSON Lines may bring more later.
    pub columns: Vec<String>,
}

impl Facts {
    /// Facts of a file without text.
    #[must_use]
    pub const fn plain(format: Format, compression: Compression) -> Self {
        Self {
            format,
            compression,
            encoding: None,
            byte_order_mark: false,
            separator: None,
            decimal: '.',
            header: false,
            day_first: false,
            columns: Vec::new(),
        }
    }
}

/// How much of the beginning is looked at, in bytes.
pub const HEAD_BYTES: usize = 256 * 1024;

/// Tells what a file is. `name` is its path, of which the ending decides what content alone cannot.
///
/// # Errors
/// [`Refusal`] when the beginning cannot be read or unfolded.
pub fn sniff(source: &Arc<dyn Source>, name: &str) -> Result<Facts, Refusal> {
    let size = source.size();
    if size == 0 {
        return Ok(Facts::plain(Format::Empty, Compression::None));
    }
    let first = range(source.as_ref(), 0, usize::try_from(size).unwrap_or(8).min(8))?;
    let compression = Compression::of(&first);
    let mut stream = unfold(Box::new(Cursor::new(Arc::clone(source), 0)), compression, size)?;
    let (bytes, whole) = beginning(&mut stream)?;
    let mut facts = of_head(&bytes, whole, name);
    facts.compression = compression;
    if matches!(facts.format, Format::Parquet | Format::ArrowFile | Format::ArrowStream) {
        // They are read from their end, which a stream does not have: what is packed must fit into memory.
        match unpacked(source)? {
            Some(plain) => facts.columns = super::tables::columnar::names(&plain, facts.format)?,
            None => facts.format = Format::Binary,
        }
    } else if compression != Compression::None && !matches!(facts.format, Format::Delimited | Format::JsonLines) {
        // So are archives, and of an image that is packed nobody asks.
        facts.format = Format::Binary;
    }
    Ok(facts)
}

/// Reads the beginning of a stream; true when that is all of it.
///
/// # Errors
/// Those of the stream.
pub fn beginning(stream: &mut dyn Read) -> Result<(Vec<u8>, bool), Refusal> {
    let mut bytes = Vec::new();
    stream.take(super::casts::len(HEAD_BYTES) + 1).read_to_end(&mut bytes)?;
    let whole = bytes.len() <= HEAD_BYTES;
    bytes.truncate(HEAD_BYTES);
    Ok((bytes, whole))
}

/// Tells what a file is by its beginning, which is not compressed as a whole.
#[must_use]
pub fn of_head(bytes: &[u8], whole: bool, name: &str) -> Facts {
    let ending = inner_ending(name);
    let by_magic = match bytes {
        [] => Some(Format::Empty),
        [b'P', b'A', b'R', b'1', ..] => Some(Format::Parquet),
        [b'A', b'R', b'R', b'O', b'W', b'1', 0, 0, ..] => Some(Format::ArrowFile),
        [0xFF, 0xFF, 0xFF, 0xFF, _, _, 0 | 1, 0, ..] => Some(Format::ArrowStream),
        [b'P', b'K', 3 | 5, 4 | 6, ..]
            if matches!(ending.as_str(), "xlsx" | "docx" | "pptx" | "ods" | "odt" | "jar" | "npz") =>
        {
            Some(Format::Binary)
        }
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Format::Zip),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Format::Png),
        [0xFF, 0xD8, 0xFF, ..] => Some(Format::Jpeg),
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some(Format::Bmp),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Format::Tiff),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Format::Gif),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Format::Webp),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some(Format::Wav),
        [b'%', b'P', b'D', b'F', ..] => Some(Format::Binary),
        _ => None,
    };
    if let Some(format) = by_magic {
        return Facts::plain(format, Compression::None);
    }
    let Some(text) = head::decode(bytes, whole) else {
        return Facts::plain(Format::Binary, Compression::None);
    };
    let mut facts = Facts::plain(Format::Text, Compression::None);
    facts.encoding = Some(text.encoding.name().to_owned());
    facts.byte_order_mark = text.mark;
    if head::is_document(&text.text, &ending) {
        return facts;
    }
    if let Some(columns) = head::json_columns(&text.text, &ending) {
        facts.format = Format::JsonLines;
        facts.columns = columns;
    } else if let Some(table) = head::delimited(&text.text, &ending) {
        facts.format = Format::Delimited;
        facts.separator = Some(char::from(table.separator));
        facts.decimal = table.decimal;
        facts.header = table.header;
        facts.day_first = table.day_first;
        facts.columns = table.columns;
    }
    facts
}

/// The ending of a name, below that of a compression, in lower case.
fn inner_ending(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let stem = [".gz", ".gzip", ".zst", ".zstd"].iter().find_map(|e| lower.strip_suffix(e)).unwrap_or(&lower);
    stem.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_owned())
}

/// Gives the decimal mark as the readers of numbers want it.
#[must_use]
pub fn decimal_byte(facts: &Facts) -> u8 {
    cells::byte(facts.decimal)
}

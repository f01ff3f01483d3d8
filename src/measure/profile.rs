//! What was measured of a file: the stored form, which pages, the API and exports read.

use super::formats::Facts;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The name and version of the profiler; it changes when its results may.
pub const PROFILER: &str = "bourse-profiler/2";

/// Everything that was measured of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Profile {
    /// The profiler and its version.
    pub profiler: String,
    /// Format, encoding, separator and the like.
    pub facts: Facts,
    /// Bytes of the file as stored; all of them were read.
    pub bytes: u64,
    /// Rows without the header; all of them were read.
    pub rows: Option<u64>,
    /// The columns in their order.
    pub columns: Vec<ColumnProfile>,
    /// Rows that are equal to an earlier row.
    pub duplicate_rows: Option<Count>,
    /// Rows with fewer or more cells than there are columns.
    pub ragged_rows: u64,
    /// Characters that could not be decoded.
    pub undecodable: u64,
    /// What is known of an image or a signal.
    pub media: Option<Media>,
    /// What is known of an archive.
    pub archive: Option<Archive>,
    /// The quality score, for tables.
    pub score: Option<super::quality::Score>,
}

/// A count, exact or estimated by a sketch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Count {
    /// The count.
    pub count: u64,
    /// False for an estimate.
    pub exact: bool,
}

/// The types of columns, by the words of Table Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// True or false.
    Boolean,
    /// Days.
    Date,
    /// Instants.
    Datetime,
    /// Text.
    String,
    /// Nested values or bytes, which are counted only.
    Any,
    /// No value at all.
    Empty,
}

impl ColumnType {
    /// Gives the word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::String => "string",
            Self::Any => "any",
            Self::Empty => "empty",
        }
    }
}

/// What was measured of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ColumnProfile {
    /// The name as written.
    pub name: String,
    /// The narrowest type that at least 95 % of the values have.
    pub kind: ColumnType,
    /// The unit that stands in the name, such as `K` of `Air temperature [K]`.
    pub unit: Option<String>,
    /// Rows without a value.
    pub nulls: u64,
    /// Values of another type than the column's.
    pub odd: u64,
    /// The first row with such a value, from 1.
    pub odd_row: Option<u64>,
    /// Different values.
    pub distinct: Count,
    /// Smallest value, as text.
    pub min: Option<String>,
    /// Largest value, as text.
    pub max: Option<String>,
    /// Statistics of numbers.
    pub numbers: Option<Numbers>,
    /// Statistics of instants.
    pub instants: Option<Instants>,
    /// Statistics of texts.
    pub texts: Option<Texts>,
    /// Twenty bins of equal width, of numbers and instants.
    pub histogram: Vec<Bin>,
    /// The most frequent values with their counts, when there are few enough to count all.
    pub top: Vec<Top>,
    /// The order of the values.
    pub order: Order,
    /// All values are equal.
    pub constant: bool,
    /// An earlier column with the same values in every row.
    pub copy_of: Option<String>,
    /// Signs of personal data, for the seller only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspicions: Vec<Suspicion>,
    /// How far the seller withholds statistics here: what is coarse is rounded, what is hidden is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<super::disclosure::Exactness>,
}

/// Statistics of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Numbers {
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
    /// Arithmetic mean.
    pub mean: f64,
    /// Sample standard deviation.
    pub stddev: f64,
    /// Quantiles 0.05, 0.25, 0.5, 0.75, 0.95.
    pub quantiles: [f64; 5],
    /// False when the quantiles are those of a sketch.
    pub exact: bool,
}

impl Numbers {
    /// The median.
    #[must_use]
    pub const fn median(&self) -> f64 {
        let [_, _, median, _, _] = self.quantiles;
        median
    }
}

/// Statistics of instants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Instants {
    /// First, in milliseconds since 1970.
    pub first: i64,
    /// Last, in milliseconds since 1970.
    pub last: i64,
    /// The interval between most rows, in milliseconds, where there is one.
    pub interval_ms: Option<i64>,
    /// How many steps have that interval, of 1000.
    pub steady_permille: u64,
    /// Stretches without rows, the first of them.
    pub gaps: Vec<Gap>,
    /// How many stretches there are.
    pub gaps_count: u64,
    /// How many rows are missing in them by the interval.
    pub missing: u64,
}

/// A stretch of time without rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Gap {
    /// The last instant before, in milliseconds since 1970.
    pub from: i64,
    /// The first instant after.
    pub until: i64,
    /// Rows that are missing by the interval.
    pub missing: u64,
}

/// Statistics of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Texts {
    /// Bytes of the shortest in UTF-8.
    pub shortest: u64,
    /// Bytes of the longest in UTF-8.
    pub longest: u64,
}

/// A bin of a histogram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Bin {
    /// From this value, which is in it.
    pub from: f64,
    /// Up to this one, which is only in the last bin.
    pub to: f64,
    /// How many values.
    pub count: u64,
}

/// A frequent value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Top {
    /// The value.
    pub value: String,
    /// How often it stands there.
    pub count: u64,
}

/// The order of the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Each is larger than the one before.
    Rising,
    /// Each is at least as large as the one before.
    NeverFalling,
    /// Each is smaller than the one before.
    Falling,
    /// Each is at most as large as the one before.
    NeverRising,
    /// None of these.
    None,
}

/// Kinds of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Personal {
    /// Names of people.
    Name,
    /// Telephone numbers.
    Phone,
    /// Chinese identity numbers with a right check digit.
    Identity,
    /// E-mail addresses.
    Email,
    /// Number plates.
    Plate,
    /// Positions on the earth.
    Position,
}

impl Personal {
    /// Gives the word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Identity => "identity",
            Self::Email => "email",
            Self::Plate => "plate",
            Self::Position => "position",
        }
    }
}

/// A sign of personal data in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Suspicion {
    /// What it looks like.
    pub kind: Personal,
    /// How many values do.
    pub count: u64,
}

/// What is known of an image or a signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Media {
    /// Pixels across.
    pub width: Option<u64>,
    /// Pixels down.
    pub height: Option<u64>,
    /// Bits of a sample or a pixel.
    pub bits: Option<u64>,
    /// Channels.
    pub channels: Option<u64>,
    /// Samples in a second.
    pub rate: Option<u64>,
    /// Length in milliseconds.
    pub length_ms: Option<u64>,
}

/// What is known of an archive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Archive {
    /// How many files are in it.
    pub entries: u64,
    /// Bytes that they unfold to.
    pub bytes: u64,
    /// How many files of each format.
    pub formats: Vec<Top>,
    /// The first files, with the profile of those that are tables, the first of them.
    pub members: Vec<Member>,
}

/// A file in an archive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// Its path.
    pub path: String,
    /// Its bytes.
    pub bytes: u64,
    /// Its format.
    pub format: super::formats::Format,
    /// Its rows, when it is a table that was measured.
    pub rows: Option<u64>,
    /// Its columns, likewise.
    #[schema(no_recursion)]
    pub columns: Vec<ColumnProfile>,
    /// What an image or signal is.
    pub media: Option<Media>,
}

impl Profile {
    /// Takes everything away that is for the seller only.
    #[must_use]
    pub fn public(mut self) -> Self {
        let members = self.archive.iter_mut().flat_map(|a| a.members.iter_mut()).flat_map(|m| m.columns.iter_mut());
        for column in self.columns.iter_mut().chain(members) {
            column.suspicions.clear();
        }
        self
    }
}

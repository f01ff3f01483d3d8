//! Parquet and Arrow IPC, by the crates of Apache Arrow, in batches of bounded size.

use super::super::casts;
use super::super::cells::Cell;
use super::super::formats::Format;
use super::super::refusals::Refusal;
use super::super::source::{Cursor, Source, range, unpacked};
use super::{MOST_COLUMNS, guard};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringViewArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use bytes::Bytes;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use std::ops::ControlFlow;
use std::sync::Arc;

/// A source as the Parquet reader wants it.
#[derive(Clone)]
pub struct Ranges(pub Arc<dyn Source>);

impl Length for Ranges {
    fn len(&self) -> u64 {
        self.0.size()
    }
}

impl ChunkReader for Ranges {
    type T = Cursor;
    fn get_read(&self, start: u64) -> Result<Cursor, ParquetError> {
        Ok(Cursor::new(Arc::clone(&self.0), start))
    }
    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        if start.checked_add(casts::len(length)).is_none_or(|end| end > self.0.size()) {
            return Err(ParquetError::EOF("outside of the file".to_owned()));
        }
        range(self.0.as_ref(), start, length).map_err(|e| ParquetError::External(Box::new(e)))
    }
}

impl From<ParquetError> for Refusal {
    fn from(error: ParquetError) -> Self {
        let ParquetError::External(inner) = error else { return Self::Damaged(error.to_string()) };
        match inner.downcast::<std::io::Error>() {
            Ok(error) => Self::from(*error),
            Err(other) => Self::Damaged(other.to_string()),
        }
    }
}

impl From<ArrowError> for Refusal {
    fn from(error: ArrowError) -> Self {
        if let ArrowError::IoError(_, error) = error {
            return Self::from(error);
        }
        let ArrowError::ExternalError(inner) = error else { return Self::Damaged(error.to_string()) };
        match inner.downcast::<ParquetError>() {
            Ok(error) => Self::from(*error),
            Err(other) => Self::Damaged(other.to_string()),
        }
    }
}

/// One column of a batch, in one of the few forms that statistics need.
pub enum Values {
    /// Whole numbers.
    Whole(Int64Array),
    /// Numbers.
    Real(Float64Array),
    /// Texts.
    Texts(StringViewArray),
    /// True or false.
    Truths(BooleanArray),
    /// Milliseconds since 1970; `true`: days only.
    Instants(Int64Array, bool),
    /// Something else, of which only absence is told.
    Other(ArrayRef),
}

impl Values {
    /// Takes a column.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] when it cannot be converted.
    pub fn of(array: &ArrayRef) -> Result<Self, Refusal> {
        let to = |kind: &DataType| arrow_cast::cast(array, kind).map_err(Refusal::from);
        Ok(match array.data_type() {
            DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32 => Self::Whole(to(&DataType::Int64)?.as_primitive::<Int64Type>().clone()),
            DataType::UInt64
            | DataType::Float16
            | DataType::Float32
            | DataType::Float64
            | DataType::Decimal32(..)
            | DataType::Decimal64(..)
            | DataType::Decimal128(..)
            | DataType::Decimal256(..) => Self::Real(to(&DataType::Float64)?.as_primitive::<Float64Type>().clone()),
            DataType::Boolean => Self::Truths(array.as_boolean().clone()),
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => {
                let day = !matches!(array.data_type(), DataType::Timestamp(..));
                let at = to(&DataType::Timestamp(TimeUnit::Millisecond, None))?;
                let at = at.as_primitive::<TimestampMillisecondType>();
                Self::Instants(Int64Array::new(at.values().clone(), at.nulls().cloned()), day)
            }
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                Self::Texts(to(&DataType::Utf8View)?.as_string_view().clone())
            }
            DataType::Time32(_) | DataType::Time64(_) | DataType::Duration(_) => {
                let text = to(&DataType::Utf8)?;
                Self::Texts(arrow_cast::cast(&text, &DataType::Utf8View)?.as_string_view().clone())
            }
            DataType::Dictionary(_, inner) => {
                let plain = to(&viewed(inner))?;
                if matches!(plain.data_type(), DataType::Dictionary(..)) {
                    Self::Other(plain)
                } else {
                    Self::of(&plain)?
                }
            }
            DataType::Null
            | DataType::Interval(_)
            | DataType::Binary
            | DataType::FixedSizeBinary(_)
            | DataType::LargeBinary
            | DataType::BinaryView
            | DataType::List(_)
            | DataType::ListView(_)
            | DataType::FixedSizeList(..)
            | DataType::LargeList(_)
            | DataType::LargeListView(_)
            | DataType::Struct(_)
            | DataType::Union(..)
            | DataType::Map(..)
            | DataType::RunEndEncoded(..) => Self::Other(Arc::clone(array)),
        })
    }
    fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Self::Whole(all) if all.is_valid(row) => Cell::Number(casts::real_of(all.value(row))),
            Self::Real(all) if all.is_valid(row) && !all.value(row).is_nan() => Cell::Number(all.value(row)),
            Self::Texts(all) if all.is_valid(row) => Cell::Text(all.value(row)),
            Self::Truths(all) if all.is_valid(row) => Cell::Truth(all.value(row)),
            Self::Instants(all, _) if all.is_valid(row) => Cell::Instant(all.value(row)),
            Self::Other(all) if all.is_valid(row) => Cell::Text("…"),
            Self::Whole(_) | Self::Real(_) | Self::Texts(_) | Self::Truths(_) | Self::Instants(..) | Self::Other(_) => {
                Cell::Null
            }
        }
    }
}

/// An opened Parquet file whose promises were checked.
pub struct Opened {
    ranges: Ranges,
    metadata: ArrowReaderMetadata,
    /// Rows of a batch.
    batch: usize,
}

/// Opens a Parquet file and checks every page header.
///
/// # Errors
/// [`Refusal`].
pub fn open_parquet(source: &Arc<dyn Source>) -> Result<Opened, Refusal> {
    let ranges = Ranges(Arc::clone(source));
    let first = parquet_metadata(&ranges)?;
    guard::pages(source, first.metadata())?;
    // Texts as views: a dictionary of large texts is not copied for each row.
    let views: Vec<Field> =
        first.schema().fields().iter().map(|f| f.as_ref().clone().with_data_type(viewed(f.data_type()))).collect();
    let schema: SchemaRef = Arc::new(Schema::new_with_metadata(views, first.schema().metadata().clone()));
    let options = ArrowReaderOptions::new().with_schema(schema);
    let metadata = ArrowReaderMetadata::try_new(Arc::clone(first.metadata()), options).unwrap_or(first);
    let groups = metadata.metadata().row_groups();
    let bytes: i64 = groups.iter().map(|g| g.total_byte_size().max(0)).fold(0, i64::saturating_add);
    let rows: i64 = groups.iter().map(|g| g.num_rows().max(0)).fold(0, i64::saturating_add);
    let each = usize::try_from(bytes / rows.max(1)).unwrap_or(usize::MAX).max(1);
    let batch = (16 * 1024 * 1024 / each).clamp(64, 16 * 1024);
    Ok(Opened { ranges, metadata, batch })
}

/// The kind in which texts are not copied.
fn viewed(kind: &DataType) -> DataType {
    if matches!(kind, DataType::Utf8 | DataType::LargeUtf8) {
        DataType::Utf8View
    } else if matches!(kind, DataType::Binary | DataType::LargeBinary) {
        DataType::BinaryView
    } else {
        kind.clone()
    }
}

fn parquet_metadata(ranges: &Ranges) -> Result<ArrowReaderMetadata, Refusal> {
    guard::footer(ranges.0.as_ref())?;
    let metadata = ArrowReaderMetadata::load(ranges, ArrowReaderOptions::new())?;
    let columns = metadata.schema().fields().len();
    if columns > MOST_COLUMNS { Err(Refusal::ManyColumns(casts::len(MOST_COLUMNS))) } else { Ok(metadata) }
}

impl Opened {
    /// The columns.
    pub fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }
    /// How many row groups there are.
    pub fn groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }
    /// How many rows the footer promises.
    pub fn rows(&self) -> u64 {
        u64::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or(0)
    }
    /// Reads one row group, or all.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn read(&self, group: Option<usize>) -> Result<ParquetRecordBatchReader, Refusal> {
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.ranges.clone(), self.metadata.clone());
        let builder = builder.with_batch_size(self.batch);
        let builder = match group {
            Some(group) => builder.with_row_groups(vec![group]),
            None => builder,
        };
        Ok(builder.build()?)
    }
}

/// Batches of rows, one after another.
pub type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

/// The batches of an Arrow file or stream whose promises were checked.
///
/// # Errors
/// [`Refusal`].
pub fn open_arrow(source: &Arc<dyn Source>, format: Format) -> Result<(SchemaRef, Batches), Refusal> {
    let cursor = Cursor::new(Arc::clone(source), 0);
    let (schema, batches): (SchemaRef, Batches) = if format == Format::ArrowFile {
        guard::blocks(source)?;
        let reader = arrow_ipc::reader::FileReader::try_new(cursor, None)?;
        (reader.schema(), Box::new(reader))
    } else {
        guard::messages(source)?;
        let reader = arrow_ipc::reader::StreamReader::try_new(cursor, None)?;
        (reader.schema(), Box::new(reader))
    };
    if schema.fields().len() > MOST_COLUMNS {
        return Err(Refusal::ManyColumns(casts::len(MOST_COLUMNS)));
    }
    Ok((schema, batches))
}

fn names_of(schema: &Schema) -> Vec<String> {
    schema.fields().iter().map(|f| f.name().clone()).collect()
}

/// What a columnar file is read from; a packed one was found to fit into memory when it was looked at first.
///
/// # Errors
/// [`Refusal`].
pub fn at_rest(source: &Arc<dyn Source>) -> Result<Arc<dyn Source>, Refusal> {
    unpacked(source)?.ok_or_else(|| Refusal::NoTable("packed".to_owned()))
}

/// The names of the columns.
///
/// # Errors
/// [`Refusal`].
pub fn names(source: &Arc<dyn Source>, format: Format) -> Result<Vec<String>, Refusal> {
    if format == Format::Parquet {
        Ok(names_of(parquet_metadata(&Ranges(Arc::clone(source)))?.schema()))
    } else {
        Ok(names_of(&open_arrow(source, format)?.0))
    }
}

pub(super) fn walk(
    source: &Arc<dyn Source>,
    format: Format,
    each: &mut dyn FnMut(u64, &[Cell<'_>]) -> ControlFlow<()>,
) -> Result<(), Refusal> {
    let mut row = 0;
    let batches: Batches = if format == Format::Parquet {
        Box::new(open_parquet(source)?.read(None)?)
    } else {
        open_arrow(source, format)?.1
    };
    for batch in batches {
        let batch = batch?;
        let columns = batch.columns().iter().map(Values::of).collect::<Result<Vec<_>, _>>()?;
        for at in 0..batch.num_rows() {
            row += 1;
            let cells: Vec<Cell<'_>> = columns.iter().map(|c| c.cell(at)).collect();
            if each(row, &cells).is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

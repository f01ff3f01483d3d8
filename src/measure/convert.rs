//! Writes a measured table in text form as Parquet, with the types that were found, in row groups fit for range reads.

use super::Watch;
use super::casts;
use super::cells::Cell;
use super::profile::{ColumnProfile, ColumnType, Profile};
use super::refusals::Refusal;
use super::source::Source;
use super::tables::walk;
use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder, TimestampMillisecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Rows of a row group.
const GROUP_ROWS: usize = 128 * 1024;
/// Rows that are collected before they are given to the writer.
const BATCH_ROWS: usize = 8192;
/// Bytes of text that are collected at most.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

/// One column being collected.
enum Builder {
    Whole(Int64Builder),
    Real(Float64Builder),
    Truth(BooleanBuilder),
    Day(Date32Builder),
    Instant(TimestampMillisecondBuilder),
    Text(StringBuilder),
}

/// The type in which no value of a column is lost: where one is of another type, all stay text.
fn kind(column: &ColumnProfile) -> DataType {
    if column.odd > 0 {
        return DataType::Utf8;
    }
    match column.kind {
        // Whole numbers beyond 64 bits, and those that a sketch only saw rounded, stay text.
        ColumnType::Integer if column.numbers.is_some_and(|n| n.min.abs().max(n.max.abs()) < 9.0e18) => DataType::Int64,
        ColumnType::Number => DataType::Float64,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Date => DataType::Date32,
        ColumnType::Datetime => DataType::Timestamp(TimeUnit::Millisecond, None),
        ColumnType::Integer | ColumnType::String | ColumnType::Any | ColumnType::Empty => DataType::Utf8,
    }
}

impl Builder {
    fn of(column: &ColumnProfile) -> Self {
        match (kind(column), column.kind) {
            (DataType::Utf8, _) => Self::Text(StringBuilder::new()),
            (_, ColumnType::Integer) => Self::Whole(Int64Builder::new()),
            (_, ColumnType::Number) => Self::Real(Float64Builder::new()),
            (_, ColumnType::Boolean) => Self::Truth(BooleanBuilder::new()),
            (_, ColumnType::Date) => Self::Day(Date32Builder::new()),
            (_, ColumnType::Datetime) => Self::Instant(TimestampMillisecondBuilder::new()),
            (_, ColumnType::String | ColumnType::Any | ColumnType::Empty) => Self::Text(StringBuilder::new()),
        }
    }
    fn add(&mut self, cell: Cell<'_>, decimal: char, day_first: bool) -> usize {
        match self {
            Self::Whole(builder) => builder.append_option(whole(cell)),
            Self::Real(builder) => builder.append_option(cell.number(decimal)),
            Self::Truth(builder) => builder.append_option(cell.truth()),
            Self::Day(builder) => {
                let day = cell.instant(day_first).map(|at| at.div_euclid(86_400_000));
                builder.append_option(day.and_then(|day| i32::try_from(day).ok()));
            }
            Self::Instant(builder) => builder.append_option(cell.instant(day_first)),
            Self::Text(builder) => {
                let text = cell.text();
                builder.append_option((cell != Cell::Null).then_some(text.as_ref()));
                return text.len();
            }
        }
        8
    }
    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Whole(builder) => Arc::new(builder.finish()),
            Self::Real(builder) => Arc::new(builder.finish()),
            Self::Truth(builder) => Arc::new(builder.finish()),
            Self::Day(builder) => Arc::new(builder.finish()),
            Self::Instant(builder) => Arc::new(builder.finish()),
            Self::Text(builder) => Arc::new(builder.finish()),
        }
    }
}

/// Reads a whole number without going through a rounded one.
fn whole(cell: Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Text(text) => text.trim().trim_start_matches('+').parse().ok(),
        Cell::Number(number) => Some(casts::whole(number)),
        Cell::Null | Cell::Truth(_) | Cell::Instant(_) => None,
    }
}

/// Writes a table as Parquet and gives its rows. The profile must be that of this source.
///
/// # Errors
/// [`Refusal`] when the source cannot be read, or `out` not be written.
pub fn to_parquet(
    source: &Arc<dyn Source>,
    profile: &Profile,
    out: impl Write + Send,
    watch: Watch<'_>,
) -> Result<u64, Refusal> {
    let fields: Vec<Field> = profile.columns.iter().map(|c| Field::new(&c.name, kind(c), true)).collect();
    let schema: SchemaRef = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_created_by("bourse".to_owned())
        .build();
    let mut writer = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties))?;
    let mut builders: Vec<Builder> = profile.columns.iter().map(Builder::of).collect();
    let (decimal, day_first) = (profile.facts.decimal, profile.facts.day_first);
    let (mut rows, mut held, mut bytes, mut failed) = (0_u64, 0, 0, None);
    walk(source, &profile.facts, &mut |row, cells| {
        let mut cells = cells.iter();
        for builder in &mut builders {
            bytes += builder.add(cells.next().copied().unwrap_or(Cell::Null), decimal, day_first);
        }
        (rows, held) = (row, held + 1);
        if held < BATCH_ROWS && bytes < BATCH_BYTES {
            return ControlFlow::Continue(());
        }
        (held, bytes) = (0, 0);
        match write(&mut writer, &schema, &mut builders).and_then(|()| watch(rows)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(refusal) => {
                failed = Some(refusal);
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(refusal) = failed {
        return Err(refusal);
    }
    write(&mut writer, &schema, &mut builders)?;
    writer.close()?;
    Ok(rows)
}

fn write(
    writer: &mut ArrowWriter<impl Write + Send>,
    schema: &SchemaRef,
    builders: &mut [Builder],
) -> Result<(), Refusal> {
    let arrays = builders.iter_mut().map(Builder::finish).collect();
    writer.write(&RecordBatch::try_new(Arc::clone(schema), arrays)?)?;
    // What is collected for a row group stays in memory until it is written.
    if writer.in_progress_size() > 64 * 1024 * 1024 {
        writer.flush()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{cells, profile, sniff};
    use super::*;
    use bytes::Bytes;

    #[test]
    fn the_parquet_form_says_the_same() {
        let mut text = "at;n;x;ok;day;name;odd\n".to_owned();
        for i in 0..20_000 {
            let odd = if i == 7 { "?".to_owned() } else { i.to_string() };
            text.push_str(&format!(
                "{};{};{},5;{};2026-01-02;m{};{odd}\n",
                cells::iso(i * 1000 + 1),
                i + 9_007_199_254_740_993,
                i,
                i % 2 == 0,
                i % 5
            ));
        }
        let source: Arc<dyn Source> = Arc::new(Bytes::from(text));
        let found = profile(&source, "x.csv", &|_| Ok(())).unwrap();
        let mut out = Vec::new();
        assert_eq!(to_parquet(&source, &found, &mut out, &|_| Ok(())).unwrap(), 20_000);
        let made: Arc<dyn Source> = Arc::new(Bytes::from(out));
        let facts = sniff(&made, "x.parquet").unwrap();
        assert_eq!(facts.columns, found.facts.columns);
        let again = profile(&made, "x.parquet", &|_| Ok(())).unwrap();
        assert_eq!(again.rows, Some(20_000));
        let kinds: Vec<ColumnType> = again.columns.iter().map(|c| c.kind).collect();
        use ColumnType::{Boolean, Date, Datetime, Integer, Number, String};
        assert_eq!(kinds, [Datetime, Integer, Number, Boolean, Date, String, String]);
        for (one, two) in found.columns.iter().zip(&again.columns).take(6) {
            assert_eq!((&one.min, &one.max, one.nulls), (&two.min, &two.max, two.nulls), "{}", one.name);
        }
    }
}

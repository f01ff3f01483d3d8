//! Measures Parquet by row groups on all cores, Arrow batch by batch.

use super::super::casts::{len, real_of};
use super::super::formats::Format;
use super::super::refusals::Refusal;
use super::super::source::Source;
use super::super::tables::columnar::{Opened, Values, at_rest, open_arrow, open_parquet};
use super::super::tables::stream_cores;
use super::Watch;
use super::distinct::Room;
use super::hashes::join;
use super::merged::{Measured, Shared, Stretch};
use super::tally::{Tally, Value};
use arrow_array::{Array, RecordBatch};
use arrow_schema::Schema;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Measures a columnar file.
pub(super) fn measure(source: &Arc<dyn Source>, format: Format, watch: Watch<'_>) -> Result<Measured, Refusal> {
    let stored = source.size();
    let watch: Watch<'_> = &|passed| watch(passed.min(stored));
    let source = &at_rest(source)?;
    if format == Format::Parquet {
        return parquet(&open_parquet(source)?, stored, watch);
    }
    let (schema, batches) = open_arrow(source, format)?;
    let names = names(&schema);
    let (room, shared) = (Room::of(names.len()), Shared::new());
    let mut tallies: Vec<Tally> = names.iter().map(|_| Tally::new(room)).collect();
    let mut rows = 0;
    for batch in batches {
        add(&batch?, &mut rows, &mut tallies, &shared)?;
        watch(0)?;
    }
    shared.stretch(0, Stretch { rows, seams: tallies.iter_mut().map(Tally::close).collect(), ..Stretch::default() });
    shared.join(tallies, room);
    Ok(shared.finish(names, room))
}

fn names(schema: &Schema) -> Vec<String> {
    schema.fields().iter().map(|f| f.name().clone()).collect()
}

fn parquet(opened: &Opened, size: u64, watch: Watch<'_>) -> Result<Measured, Refusal> {
    let names = names(opened.schema());
    let (room, shared) = (Room::of(names.len()), Shared::new());
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (done, refused) = (AtomicU64::new(0), Mutex::new(None));
    let told = Mutex::new(());
    let tell = |rows: u64| {
        let done = done.fetch_add(rows, Ordering::Relaxed) + rows;
        let share = u128::from(size) * u128::from(done) / u128::from(opened.rows().max(done).max(1));
        let _turn = told.lock().unwrap_or_else(PoisonError::into_inner);
        watch(u64::try_from(share).unwrap_or(size))
    };
    let work = || -> Result<Vec<Tally>, Refusal> {
        let mut tallies: Vec<Tally> = names.iter().map(|_| Tally::new(room)).collect();
        loop {
            let group = next.fetch_add(1, Ordering::Relaxed);
            if group >= opened.groups() || stopped.load(Ordering::Relaxed) {
                return Ok(tallies);
            }
            let mut rows = 0;
            for batch in opened.read(Some(group))? {
                let batch = batch?;
                add(&batch, &mut rows, &mut tallies, &shared)?;
                tell(len(batch.num_rows()))?;
                if stopped.load(Ordering::Relaxed) {
                    return Ok(tallies);
                }
            }
            let seams = tallies.iter_mut().map(Tally::close).collect();
            shared.stretch(len(group), Stretch { rows, seams, ..Stretch::default() });
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..stream_cores().min(opened.groups()) {
            scope.spawn(|| match work() {
                Ok(tallies) => shared.join(tallies, room),
                Err(refusal) => {
                    refused.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(refusal);
                    stopped.store(true, Ordering::Relaxed);
                }
            });
        }
    });
    match refused.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(refusal) => Err(refusal),
        None => Ok(shared.finish(names, room)),
    }
}

/// Adds a batch.
fn add(batch: &RecordBatch, before: &mut u64, tallies: &mut [Tally], shared: &Shared) -> Result<(), Refusal> {
    let mut hashes = vec![0_u64; batch.num_rows()];
    for (array, tally) in batch.columns().iter().zip(tallies) {
        column(&Values::of(array)?, *before, tally, &mut hashes);
        tally.flush();
    }
    *before += len(batch.num_rows());
    shared.rows(&hashes);
    Ok(())
}

/// Adds one column of a batch.
fn column(values: &Values, before: u64, tally: &mut Tally, hashes: &mut [u64]) {
    let mut each = |array: &dyn Array, value: &mut dyn FnMut(&mut Tally, u64, usize) -> u64| {
        for (row, hash) in hashes.iter_mut().enumerate() {
            let at = before + len(row);
            let cell = if array.is_null(row) { tally.add(at, Value::Null, b"") } else { value(tally, at, row) };
            *hash = join(*hash, cell);
        }
    };
    match values {
        Values::Whole(array) => each(array, &mut |tally, at, row| {
            let whole = array.value(row);
            let value = Value::Number(real_of(whole), true, whole.cast_unsigned());
            // Only numbers of these lengths may be telephones or identity numbers.
            if (10_000_000_000..100_000_000_000).contains(&whole) || whole >= 100_000_000_000_000_000 {
                tally.add(at, value, whole.to_string().as_bytes())
            } else {
                tally.add(at, value, b"")
            }
        }),
        Values::Real(array) => each(array, &mut |tally, at, row| {
            let real = array.value(row);
            let value = if real.is_finite() { Value::Number(real, false, (real + 0.0).to_bits()) } else { Value::Null };
            tally.add(at, value, b"")
        }),
        Values::Truths(array) => each(array, &mut |tally, at, row| tally.add(at, Value::Truth(array.value(row)), b"")),
        Values::Instants(array, day) => {
            each(array, &mut |tally, at, row| tally.add(at, Value::Instant(array.value(row), *day), b""));
        }
        Values::Texts(array) => each(array, &mut |tally, at, row| {
            let text = array.value(row).as_bytes();
            tally.add(at, if text.is_empty() { Value::Null } else { Value::Text(text) }, text)
        }),
        Values::Other(array) => each(array, &mut |tally, at, _| tally.add(at, Value::Other, b"")),
    }
}

//! Measures tables in text form: one thread reads and cuts blocks, the others measure them.

use super::super::casts::{len, real_of};
use super::super::cells::{is_null_word, moment, number, truth};
use super::super::formats::{Facts, Format, decimal_byte};
use super::super::refusals::Refusal;
use super::super::tables::blocks::{Block, Blocks, guess, records};
use super::super::tables::lines::{Keys, object};
use super::super::tables::{MOST_COLUMNS, stream_cores};
use super::Watch;
use super::distinct::Room;
use super::hashes::{join, of_bytes};
use super::merged::{Measured, Shared, Stretch};
use super::tally::{Tally, Value};
use serde_json::Value as Json;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};

/// Opens the stream from its beginning.
pub(super) type Open<'a> = &'a mut dyn FnMut(&Facts) -> Result<Box<dyn Read + Send>, Refusal>;

/// Why threads stopped.
enum Stop {
    Refused(Refusal),
    /// The text is not UTF-8 after all, but probably this.
    Encoding(&'static str),
}

/// Measures a stream; sets right what the facts say of its encoding.
pub(super) fn measure(facts: &mut Facts, watch: Watch<'_>, open: Open<'_>) -> Result<Measured, Refusal> {
    match pass(facts, watch, open(facts)?) {
        Ok(measured) => Ok(measured),
        Err(Stop::Refused(refusal)) => Err(refusal),
        Err(Stop::Encoding(name)) => {
            facts.encoding = Some(name.to_owned());
            match pass(facts, watch, open(facts)?) {
                Ok(measured) => Ok(measured),
                Err(Stop::Refused(refusal)) => Err(refusal),
                Err(Stop::Encoding(_)) => Err(Refusal::Damaged("the encoding changes inside of the file".to_owned())),
            }
        }
    }
}

/// What the threads of one pass share.
struct Pass<'a> {
    facts: &'a Facts,
    room: Room,
    keys: Mutex<Keys>,
    shared: Shared,
    stop: Mutex<Option<Stop>>,
    stopped: AtomicBool,
}

impl Pass<'_> {
    fn fail(&self, stop: Stop) {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(stop);
        self.stopped.store(true, Ordering::Relaxed);
    }
}

fn pass(facts: &Facts, watch: Watch<'_>, stream: Box<dyn Read + Send>) -> Result<Measured, Stop> {
    if facts.columns.len() > MOST_COLUMNS {
        return Err(Stop::Refused(Refusal::ManyColumns(len(MOST_COLUMNS))));
    }
    let pass = Pass {
        facts,
        room: Room::of(facts.columns.len()),
        keys: Mutex::new(Keys::new(&facts.columns)),
        shared: Shared::new(),
        stop: Mutex::default(),
        stopped: AtomicBool::new(false),
    };
    let cores = stream_cores();
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel::<(u64, Block)>(cores);
        let receive = std::sync::Arc::new(Mutex::new(receive));
        for _ in 0..cores {
            let (pass, receive) = (&pass, std::sync::Arc::clone(&receive));
            scope.spawn(move || work(pass, &receive));
        }
        drop(receive);
        let mut blocks = Blocks::new(stream, facts);
        let mut number = 0;
        while !pass.stopped.load(Ordering::Relaxed) {
            let next = blocks.next_block().and_then(|block| {
                if let Some(block) = &block {
                    watch(block.passed)?;
                }
                Ok(block)
            });
            match next {
                Ok(Some(block)) => {
                    if send.send((number, block)).is_err() {
                        break;
                    }
                    number += 1;
                }
                Ok(None) => break,
                Err(refusal) => pass.fail(Stop::Refused(refusal)),
            }
        }
    });
    let Pass { keys, shared, stop, room, .. } = pass;
    if let Some(stop) = stop.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(stop);
    }
    Ok(shared.finish(keys.into_inner().unwrap_or_else(PoisonError::into_inner).names, room))
}

/// Measures blocks until there are no more.
fn work(pass: &Pass<'_>, receive: &Mutex<Receiver<(u64, Block)>>) {
    let mut tallies: Vec<Tally> = pass.facts.columns.iter().map(|_| Tally::new(pass.room)).collect();
    let mut cells = Cells::default();
    loop {
        let next = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, block)) = next else { break };
        if pass.stopped.load(Ordering::Relaxed) {
            break;
        }
        let done = decodable(pass, &block).and_then(|undecodable| {
            let mut stretch = if pass.facts.format == Format::JsonLines {
                lines(pass, &block, &mut tallies)
            } else {
                delimited(pass, &block, &mut cells, &mut tallies)
            }
            .map_err(Stop::Refused)?;
            stretch.undecodable = undecodable;
            Ok(stretch)
        });
        match done {
            Ok(stretch) => pass.shared.stretch(number, stretch),
            Err(stop) => return pass.fail(stop),
        }
    }
    pass.shared.join(tallies, pass.room);
}

/// Counts what is no UTF-8. Where that is more than a few slips, the file is in another encoding.
fn decodable(pass: &Pass<'_>, block: &Block) -> Result<u64, Stop> {
    if std::str::from_utf8(&block.bytes).is_ok() {
        return Ok(0);
    }
    let (mut bad, mut good) = (0_u64, 0_u64);
    for chunk in block.bytes.utf8_chunks() {
        bad += u64::from(!chunk.invalid().is_empty());
        good += len(chunk.valid().chars().filter(|c| !c.is_ascii()).count());
    }
    let other = bad * 10 > good && pass.facts.encoding.as_deref() == Some("UTF-8") && !pass.facts.byte_order_mark;
    if other { Err(Stop::Encoding(guess(&block.bytes))) } else { Ok(bad) }
}

/// The cells of a block, row by row, each as the end of its text.
#[derive(Default)]
struct Cells {
    text: Vec<u8>,
    ends: Vec<usize>,
    rows: usize,
    ragged: u64,
}

impl Cells {
    fn parse(&mut self, block: &Block, facts: &Facts) -> Result<(), Refusal> {
        let columns = facts.columns.len();
        self.text.clear();
        self.ends.clear();
        (self.rows, self.ragged) = (0, 0);
        let mut reader = records(&block.bytes, facts);
        let mut record = csv::ByteRecord::new();
        let mut skip = block.first && facts.header;
        while reader.read_byte_record(&mut record).map_err(|e| Refusal::Damaged(e.to_string()))? {
            if record.len() > MOST_COLUMNS {
                return Err(Refusal::ManyColumns(len(MOST_COLUMNS)));
            }
            if std::mem::take(&mut skip) {
                continue;
            }
            self.rows += 1;
            self.ragged += u64::from(record.len() != columns);
            let start = self.text.len();
            let mut end = start;
            for at in 0..columns {
                // Cells beyond the last column are left out; those that are absent are empty.
                end = record.range(at).map_or(end, |range| start + range.end);
                self.ends.push(end);
            }
            self.text.extend_from_slice(record.as_slice().get(..end - start).unwrap_or_default());
        }
        Ok(())
    }
    fn cell(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(at).and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }
}

/// Measures a block column by column, so that what belongs to one column stays near.
fn delimited(pass: &Pass<'_>, block: &Block, cells: &mut Cells, tallies: &mut [Tally]) -> Result<Stretch, Refusal> {
    cells.parse(block, pass.facts)?;
    let (columns, decimal, day_first) = (pass.facts.columns.len(), decimal_byte(pass.facts), pass.facts.day_first);
    let mut hashes = vec![0_u64; cells.rows];
    for (column, tally) in tallies.iter_mut().enumerate() {
        let mut time = false;
        for (row, hash) in hashes.iter_mut().enumerate() {
            let raw = cells.cell(row * columns + column);
            let value = read(raw, decimal, day_first, time);
            time = matches!(value, Value::Instant(..));
            *hash = join(*hash, tally.add(len(row), value, raw));
        }
    }
    pass.shared.rows(&hashes);
    let seams = tallies.iter_mut().map(Tally::close).collect();
    Ok(Stretch { rows: len(cells.rows), seams, ragged: cells.ragged, undecodable: 0 })
}

/// Reads a cell. `time`: the one before was an instant.
#[inline]
pub(super) fn read(raw: &[u8], decimal: u8, day_first: bool, time: bool) -> Value<'_> {
    let text = raw.trim_ascii();
    match text.first() {
        None => Value::Null,
        Some(b'0'..=b'9' | b'-' | b'+' | b'.') => {
            if time && let Some(found) = moment(text, day_first) {
                return Value::Instant(found.at, found.day);
            }
            if let Some(found) = number(text, decimal) {
                let bits = if found.exact { (found.value + 0.0).to_bits() } else { of_bytes(text) };
                return Value::Number(found.value, found.whole, bits);
            }
            match moment(text, day_first) {
                Some(found) => Value::Instant(found.at, found.day),
                None if is_null_word(text) => Value::Null,
                None => Value::Text(raw),
            }
        }
        Some(b'N' | b'n' | b'#' | b'\\') if is_null_word(text) => Value::Null,
        Some(b't' | b'T' | b'f' | b'F' | b'y' | b'Y' | b'n' | b'N' | 0xE5 | 0xE6) => {
            truth(text).map_or(Value::Text(raw), Value::Truth)
        }
        Some(_) => Value::Text(raw),
    }
}

/// Measures a block of JSON Lines.
fn lines(pass: &Pass<'_>, block: &Block, tallies: &mut Vec<Tally>) -> Result<Stretch, Refusal> {
    let mut keys = pass.keys.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let mut stamps: Vec<u64> = vec![0; tallies.len()];
    let mut hashes = Vec::new();
    let mut rows = 0;
    for line in block.bytes.split(|b| *b == b'\n') {
        let Some(found) = object(line, rows + 1)? else { continue };
        rows += 1;
        let mut hash = 0_u64;
        for (key, value) in &found.0 {
            let known = keys.names.len();
            let mut place = keys.place(key)?;
            if place == known {
                // A key that no thread knew when this block began: all must give it the same place.
                let mut all = pass.keys.lock().unwrap_or_else(PoisonError::into_inner);
                place = all.place(key)?;
                keys = all.clone();
            }
            stamps.resize(stamps.len().max(keys.names.len()), 0);
            // Columns that come late have less room, or a hostile file could have much of it.
            tallies.resize_with(tallies.len().max(keys.names.len()), || Tally::new(Room::of(MOST_COLUMNS)));
            let (Some(tally), Some(stamp)) = (tallies.get_mut(place), stamps.get_mut(place)) else { continue };
            if *stamp < rows {
                *stamp = rows;
                let cell = json(tally, rows - 1, value);
                // In whatever order the keys stand, and whether nothing is said or left out, the row is the same.
                hash = hash.wrapping_add(if value.is_null() { 0 } else { join(len(place) + 1, cell) });
            }
        }
        for (tally, _) in tallies.iter_mut().zip(&stamps).filter(|(_, stamp)| **stamp < rows) {
            tally.add(rows - 1, Value::Null, b"");
        }
        hashes.push(hash);
    }
    pass.shared.rows(&hashes);
    Ok(Stretch { rows, seams: tallies.iter_mut().map(Tally::close).collect(), ragged: 0, undecodable: 0 })
}

fn json(tally: &mut Tally, row: u64, value: &Json) -> u64 {
    match value {
        Json::Null => tally.add(row, Value::Null, b""),
        Json::Bool(truth) => tally.add(row, Value::Truth(*truth), b""),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => {
                let text = whole.to_string();
                tally.add(row, Value::Number(real_of(whole), true, whole.cast_unsigned()), text.as_bytes())
            }
            (None, Some(real)) if real.is_finite() => tally.add(row, Value::Number(real, false, real.to_bits()), b""),
            (None, _) => tally.add(row, Value::Other, b""),
        },
        Json::String(text) => match moment(text.as_bytes(), false) {
            _ if text.is_empty() => tally.add(row, Value::Null, b""),
            Some(found) => tally.add(row, Value::Instant(found.at, found.day), b""),
            None => tally.add(row, Value::Text(text.as_bytes()), text.as_bytes()),
        },
        Json::Array(_) | Json::Object(_) => tally.add(row, Value::Other, b""),
    }
}

//! What one column has been found to hold, by one of the threads that measure.

use super::super::casts::{len, real_of};
use super::distinct::{Distinct, Kept, Room, Table};
use super::hashes::{join, of_bits, of_bytes};
use super::personal;
use super::seam::{DAY, MOMENT, Mark, OTHER, REAL, Seam, TEXT, TRUTH, WHOLE};
use super::spread::Spread;
use super::steps::Steps;

/// Bytes of a text that are kept.
pub(super) const KEPT_BYTES: usize = 200;

/// A cell as it was read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    /// Nothing.
    Null,
    /// A finite number: its value, whether it was written as a whole one, the bits that tell it from others.
    Number(f64, bool, u64),
    /// True or false.
    Truth(bool),
    /// An instant; `true`: a day only.
    Instant(i64, bool),
    /// Text.
    Text(&'a [u8]),
    /// Something that is only counted.
    Other,
}

/// Shortest, longest, first and last text in the order of bytes.
#[derive(Debug, Default)]
pub(super) struct TextRange {
    pub(super) lengths: Option<(u64, u64)>,
    pub(super) least: Vec<u8>,
    pub(super) most: Vec<u8>,
}

impl TextRange {
    fn add(&mut self, text: &[u8]) {
        let length = len(text.len());
        let cut = text.get(..KEPT_BYTES).unwrap_or(text);
        match &mut self.lengths {
            None => {
                self.lengths = Some((length, length));
                (self.least, self.most) = (cut.to_vec(), cut.to_vec());
            }
            Some((shortest, longest)) => {
                *shortest = length.min(*shortest);
                *longest = length.max(*longest);
                if cut < self.least.as_slice() {
                    self.least = cut.to_vec();
                } else if cut > self.most.as_slice() {
                    self.most = cut.to_vec();
                }
            }
        }
    }
    fn join(&mut self, other: &Self) {
        let Some((shortest, longest)) = other.lengths else { return };
        self.add(&other.least);
        self.add(&other.most);
        if let Some(own) = &mut self.lengths {
            // The two texts were cut, and are not the shortest or longest ones.
            *own = if other.least.len().max(other.most.len()) > 0 || shortest == 0 {
                (own.0.min(shortest), own.1.max(longest))
            } else {
                *own
            };
        }
    }
}

/// Numbers and instants that wait to be added together.
#[derive(Debug, Default)]
struct Waiting {
    numbers: Vec<f64>,
    hashes: Vec<u64>,
}

/// What one thread has found in one column.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) counts: [u64; 7],
    pub(super) nulls: u64,
    /// All values while they are few.
    pub(super) table: Option<Table>,
    pub(super) distinct: Distinct,
    pub(super) spread: Spread,
    pub(super) texts: TextRange,
    pub(super) steps: Steps,
    pub(super) seen: [u64; 6],
    room: Room,
    waiting: Waiting,
    seam: Seam,
    previous: Option<Mark>,
    last_hash: u64,
}

/// How many digits an identity number has: more than a number in memory keeps.
const LONG_DIGITS: usize = 18;

/// Whether a number is of so many digits that its text was looked at when it came.
pub(super) fn is_long(number: f64) -> bool {
    number.abs() >= 1e17
}

impl Tally {
    pub(super) fn new(room: Room) -> Self {
        Self {
            counts: [0; 7],
            nulls: 0,
            table: Some(Table::default()),
            distinct: Distinct::new(room),
            spread: Spread::new(room.hashes),
            texts: TextRange::default(),
            steps: Steps::default(),
            seen: [0; 6],
            room,
            waiting: Waiting::default(),
            seam: Seam::default(),
            previous: None,
            last_hash: 0,
        }
    }

    /// Adds the cell of a row of the stretch, counted from 0; gives its hash.
    #[inline]
    pub(super) fn add(&mut self, row: u64, value: Value<'_>, raw: &[u8]) -> u64 {
        let (kind, hash) = match value {
            Value::Null => {
                self.nulls += 1;
                self.seam.hash = join(self.seam.hash, 1);
                return 1;
            }
            Value::Number(_, whole, bits) => (if whole { WHOLE } else { REAL }, of_bits(bits)),
            Value::Truth(truth) => (TRUTH, of_bits(u64::from(truth) + 2)),
            Value::Instant(at, day) => (if day { DAY } else { MOMENT }, of_bits(at.cast_unsigned() ^ 0x5555)),
            Value::Text(text) => (TEXT, of_bytes(text)),
            Value::Other => {
                self.count(OTHER, row);
                return 2;
            }
        };
        self.count(kind, row);
        self.seam.hash = join(self.seam.hash, hash);
        self.order(value);
        if self.table.is_some() {
            self.tabulate(value, hash, raw);
        } else {
            self.spread_out(value, hash, raw);
        }
        hash
    }

    #[inline]
    fn count(&mut self, kind: usize, row: u64) {
        if let (Some(count), Some(first)) = (self.counts.get_mut(kind), self.seam.found.get_mut(kind)) {
            *count += 1;
            if first.is_none() {
                *first = Some(row);
            }
        }
    }

    #[inline]
    fn order(&mut self, value: Value<'_>) {
        let settled = self.seam.settled();
        match (&mut self.previous, value) {
            (Some(Mark::Number(last)), Value::Number(next, ..)) => {
                self.seam.rose |= next > *last;
                self.seam.fell |= next < *last;
                self.seam.same |= next.to_bits() == last.to_bits();
                *last = next;
            }
            (Some(Mark::Instant(last)), Value::Instant(next, _)) => {
                self.seam.rose |= next > *last;
                self.seam.fell |= next < *last;
                self.seam.same |= next == *last;
                self.steps.take(*last, next);
                *last = next;
            }
            (Some(Mark::Text(last)), Value::Text(next)) => {
                if !settled {
                    let cut = next.get(..KEPT_BYTES).unwrap_or(next);
                    self.seam.rose |= cut > last.as_slice();
                    self.seam.fell |= cut < last.as_slice();
                    self.seam.same |= cut == last.as_slice();
                    last.clear();
                    last.extend_from_slice(cut);
                }
            }
            (previous, next) => {
                let next = match next {
                    Value::Number(value, ..) => Mark::Number(value),
                    Value::Instant(at, _) => Mark::Instant(at),
                    Value::Text(text) => Mark::Text(text.get(..KEPT_BYTES).unwrap_or(text).to_vec()),
                    Value::Truth(_) | Value::Null | Value::Other => return,
                };
                self.seam.mixed |= previous.is_some();
                if self.seam.first.is_none() {
                    self.seam.first = Some(next.clone());
                }
                *previous = Some(next);
            }
        }
    }

    /// Counts the value itself.
    fn tabulate(&mut self, value: Value<'_>, hash: u64, raw: &[u8]) {
        let Some(table) = &mut self.table else { return };
        // Digits of an identity number, of which a number in memory would lose the last ones.
        let long = matches!(value, Value::Number(_, true, _)) && raw.len() == LONG_DIGITS;
        if let Some((_, count)) = table.get_mut(&hash) {
            *count += 1;
            if long {
                self.look(raw, 1);
            }
            return;
        }
        let kept = match value {
            Value::Number(number, whole, _) => Some(Kept::Number(number, whole)),
            Value::Instant(at, day) => Some(Kept::Instant(at, day)),
            Value::Truth(truth) => Some(Kept::Truth(truth)),
            Value::Text(text) if text.len() <= KEPT_BYTES => Some(Kept::Text(String::from_utf8_lossy(text).into())),
            Value::Text(_) | Value::Null | Value::Other => None,
        };
        match kept {
            Some(kept) if table.len() < self.room.values => {
                table.insert(hash, (kept, 1));
                if long {
                    self.look(raw, 1);
                }
            }
            Some(_) | None => {
                self.overflow();
                self.spread_out(value, hash, raw);
            }
        }
    }

    /// Gives up counting each value.
    pub(super) fn overflow(&mut self) {
        let Some(table) = self.table.take() else { return };
        self.distinct.add(table.keys().copied());
        for (kept, count) in table.values() {
            match kept {
                Kept::Number(number, whole) => {
                    self.spread.add_many(*number, *count);
                    if *whole && !is_long(*number) {
                        self.look(number.to_string().as_bytes(), *count);
                    }
                }
                Kept::Instant(at, _) => self.spread.add_many(real_of(*at), *count),
                Kept::Truth(_) => {}
                Kept::Text(text) => {
                    self.texts.add(text.as_bytes());
                    self.look(text.as_bytes(), *count);
                }
            }
        }
    }

    pub(super) fn look(&mut self, text: &[u8], count: u64) {
        if let Some(seen) = personal::look(text).and_then(|at| self.seen.get_mut(at)) {
            *seen += count;
        }
    }

    /// Adds a value of which there are too many to count each.
    #[inline]
    fn spread_out(&mut self, value: Value<'_>, hash: u64, raw: &[u8]) {
        if hash != self.last_hash {
            self.waiting.hashes.push(hash);
            self.last_hash = hash;
        }
        match value {
            Value::Number(number, whole, _) => {
                self.waiting.numbers.push(number);
                if whole && (raw.len() == 11 || raw.len() == LONG_DIGITS) {
                    self.look(raw, 1);
                }
            }
            Value::Instant(at, _) => self.waiting.numbers.push(real_of(at)),
            Value::Text(text) => {
                self.texts.add(text);
                self.look(text, 1);
            }
            Value::Truth(_) | Value::Null | Value::Other => {}
        }
    }

    /// Adds what waits.
    pub(super) fn flush(&mut self) {
        let Waiting { numbers, hashes } = &mut self.waiting;
        self.distinct.add(hashes.drain(..));
        self.spread.add(numbers);
        numbers.clear();
    }

    /// Ends a stretch: adds what waits, and gives what depends on the order.
    pub(super) fn close(&mut self) -> Seam {
        self.flush();
        let mut seam = std::mem::take(&mut self.seam);
        seam.last = self.previous.take();
        seam
    }

    /// Joins what another thread found.
    pub(super) fn join(&mut self, mut other: Self) {
        self.counts.iter_mut().zip(other.counts).for_each(|(own, other)| *own += other);
        self.nulls += other.nulls;
        match (&mut self.table, &mut other.table) {
            (Some(own), Some(table)) if own.len() + table.len() <= self.room.values * 2 => {
                for (hash, (kept, count)) in table.drain() {
                    own.entry(hash).or_insert((kept, 0)).1 += count;
                }
            }
            _ => {
                self.overflow();
                other.overflow();
            }
        }
        self.distinct.join(other.distinct);
        self.spread.join(&other.spread);
        self.texts.join(&other.texts);
        self.steps.join(other.steps);
        self.seen.iter_mut().zip(other.seen).for_each(|(own, other)| *own += other);
    }
}

//! What depends on the order of rows, kept for each stretch, so that stretches measured apart can be put together.

use super::hashes::join;

/// A value as far as order needs it.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub(super) enum Mark {
    /// A number.
    Number(f64),
    /// An instant.
    Instant(i64),
    /// The beginning of a text.
    Text(Vec<u8>),
}

/// Kinds of values, as places in the counters.
pub(super) const WHOLE: usize = 0;
pub(super) const REAL: usize = 1;
pub(super) const TRUTH: usize = 2;
pub(super) const DAY: usize = 3;
pub(super) const MOMENT: usize = 4;
pub(super) const TEXT: usize = 5;
pub(super) const OTHER: usize = 6;

/// One column of a stretch of rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Seam {
    pub(super) first: Option<Mark>,
    pub(super) last: Option<Mark>,
    pub(super) rose: bool,
    pub(super) fell: bool,
    pub(super) same: bool,
    pub(super) mixed: bool,
    /// Joined hashes of all cells in their order.
    pub(super) hash: u64,
    /// The first row of each kind, from 0.
    pub(super) found: [Option<u64>; 7],
}

impl Seam {
    /// Tells whether no further value can change the order.
    pub(super) const fn settled(&self) -> bool {
        self.mixed || (self.rose && self.fell)
    }
    /// Compares the next value with the last.
    pub(super) fn compare(&mut self, last: &Mark, next: &Mark) {
        match last.partial_cmp(next) {
            _ if std::mem::discriminant(last) != std::mem::discriminant(next) => self.mixed = true,
            Some(std::cmp::Ordering::Less) => self.rose = true,
            Some(std::cmp::Ordering::Greater) => self.fell = true,
            Some(std::cmp::Ordering::Equal) => self.same = true,
            None => self.mixed = true,
        }
    }
    /// Puts the next stretch behind this one, which has `rows` rows. Gives the step between two instants.
    pub(super) fn follow(&mut self, next: Self, rows: u64) -> Option<(i64, i64)> {
        self.rose |= next.rose;
        self.fell |= next.fell;
        self.same |= next.same;
        self.mixed |= next.mixed;
        self.hash = join(self.hash, next.hash);
        for (own, other) in self.found.iter_mut().zip(next.found) {
            *own = own.or(other.map(|row| row + rows));
        }
        let mut step = None;
        if let (Some(last), Some(first)) = (self.last.take(), &next.first) {
            if let (Mark::Instant(from), Mark::Instant(until)) = (&last, first) {
                step = Some((*from, *until));
            }
            self.compare(&last, first);
            self.last = Some(last);
        }
        self.first = self.first.take().or(next.first);
        self.last = next.last.or(self.last.take());
        step
    }
}

//! Different values: all of them with their counts while they are few, then their hashes, then a sketch.

use super::super::casts::{count, len};
use super::super::profile::Count;
use super::hashes::AsIs;
use datasketches::hll::{HllSketch, HllType};
use std::collections::{HashMap, HashSet};

/// A value that is kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kept {
    /// A number; written without fraction.
    Number(f64, bool),
    /// An instant; a day only.
    Instant(i64, bool),
    /// True or false.
    Truth(bool),
    /// Text.
    Text(Box<str>),
}

/// How much may be kept of one column, so that all columns together stay bounded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Values with their counts.
    pub(super) values: usize,
    /// Hashes of values, and numbers for exact quantiles.
    pub(super) hashes: usize,
    /// Binary logarithm of the registers of a sketch.
    pub(super) registers: u8,
}

impl Room {
    /// Shares the room among columns.
    pub(super) fn of(columns: usize) -> Self {
        let columns = columns.max(1);
        Self {
            values: (100_000 / columns).clamp(50, 1000),
            hashes: (1_000_000 / columns).clamp(1000, 50_000),
            registers: if columns > 200 { 12 } else { 14 },
        }
    }
}

/// All values with their counts.
pub(super) type Table = HashMap<u64, (Kept, u64), AsIs>;

/// The hashes of many values.
#[derive(Debug)]
pub(super) enum Distinct {
    /// All of them.
    All(HashSet<u64, AsIs>, Room),
    /// A sketch.
    Sketch(Box<HllSketch>),
}

impl Distinct {
    /// Begins.
    pub(super) fn new(room: Room) -> Self {
        Self::All(HashSet::default(), room)
    }
    /// Adds hashes.
    pub(super) fn add(&mut self, hashes: impl Iterator<Item = u64>) {
        for hash in hashes {
            match self {
                Self::Sketch(sketch) => sketch.update(hash),
                Self::All(set, room) => {
                    if set.insert(hash) && set.len() > room.hashes {
                        let Ok(mut sketch) = HllSketch::new(room.registers, HllType::Hll8) else { continue };
                        set.iter().for_each(|hash| sketch.update(*hash));
                        *self = Self::Sketch(Box::new(sketch));
                    }
                }
            }
        }
    }
    /// Joins other hashes.
    pub(super) fn join(&mut self, other: Self) {
        match (&mut *self, other) {
            (_, Self::All(set, _)) => self.add(set.into_iter()),
            (Self::All(set, room), Self::Sketch(mut sketch)) => {
                set.iter().for_each(|hash| sketch.update(*hash));
                let _ = room;
                *self = Self::Sketch(sketch);
            }
            (Self::Sketch(own), Self::Sketch(other)) => {
                if let Ok(mut union) = datasketches::hll::HllUnion::new(own.lg_config_k()) {
                    union.update(own);
                    union.update(&other);
                    **own = union.to_sketch(HllType::Hll8);
                }
            }
        }
    }
    /// How many there are, of `values` in all.
    pub(super) fn count(&self, values: u64) -> Count {
        match self {
            Self::All(set, _) => Count { count: len(set.len()), exact: true },
            Self::Sketch(sketch) => Count { count: count(sketch.estimate().round()).min(values), exact: false },
        }
    }
}

/// Rows seen before, by their hashes. When they are too many to keep, a known share of them is kept instead.
#[derive(Debug)]
pub(super) struct Rows {
    seen: HashSet<u64, AsIs>,
    again: u64,
    /// Kept are hashes of which these low bits are zero.
    mask: u64,
    most: usize,
}

impl Rows {
    /// Begins; keeps at most `most` hashes of eight bytes.
    pub(super) fn new(most: usize) -> Self {
        Self { seen: HashSet::default(), again: 0, mask: 0, most }
    }
    /// Adds rows.
    pub(super) fn add(&mut self, hashes: &[u64]) {
        for hash in hashes {
            // The low bits choose the place in the set; these are others.
            if hash.rotate_left(20) & self.mask == 0 {
                self.again += u64::from(!self.seen.insert(*hash));
            }
        }
        while self.seen.len() > self.most {
            self.mask = self.mask * 2 + 1;
            let mask = self.mask;
            self.seen.retain(|hash| hash.rotate_left(20) & mask == 0);
            // Of the repeated rows that were counted, half belong to the half that goes.
            self.again /= 2;
        }
    }
    /// How many rows are equal to an earlier one.
    pub(super) fn count(&self) -> Count {
        Count { count: self.again * (self.mask + 1), exact: self.mask == 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::hashes::of_bits;
    use super::*;

    #[test]
    fn from_a_set_to_a_sketch() {
        let room = Room::of(1000);
        let (mut one, mut two) = (Distinct::new(room), Distinct::new(room));
        one.add((0..900).map(of_bits));
        assert_eq!(one.count(900), Count { count: 900, exact: true });
        two.add((500..100_500).map(of_bits));
        one.join(two);
        let found = one.count(200_000);
        assert!(!found.exact && (95_000..106_000).contains(&found.count), "{found:?}");
    }

    #[test]
    fn repeated_rows() {
        let mut rows = Rows::new(1000);
        rows.add(&(0..500).chain(0..100).map(of_bits).collect::<Vec<_>>());
        assert_eq!(rows.count(), Count { count: 100, exact: true });
        let mut many = Rows::new(1000);
        for _ in 0..2 {
            (0..50_000)
                .collect::<Vec<_>>()
                .chunks(100)
                .for_each(|c| many.add(&c.iter().map(|n| of_bits(*n)).collect::<Vec<_>>()));
        }
        let found = many.count();
        assert!(!found.exact && (40_000..60_000).contains(&found.count), "{found:?}");
        let mut none = Rows::new(1000);
        none.add(&(0..50_000).map(of_bits).collect::<Vec<_>>());
        assert_eq!(none.count().count, 0);
    }
}

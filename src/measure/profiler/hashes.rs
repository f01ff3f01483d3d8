//! Hashes of cells and rows, fast and good enough for counting; not for anything an enemy may steer.

use super::super::casts::fold;
use std::hash::{BuildHasherDefault, Hasher};

const ONE: u64 = 0x9E37_79B9_7F4A_7C15;
const TWO: u64 = 0xD6E8_FEB8_6659_FD93;

/// Hashes a number.
#[inline]
pub(super) const fn of_bits(bits: u64) -> u64 {
    fold(bits ^ ONE, TWO)
}

/// Hashes text.
#[inline]
pub(super) fn of_bytes(bytes: &[u8]) -> u64 {
    let mut hash = ONE ^ super::super::casts::len(bytes.len());
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        hash = fold(hash ^ u64::from_le_bytes(*word), TWO);
    }
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    fold(hash ^ u64::from_le_bytes(last), ONE)
}

/// Joins the hash of the next cell to that of what stands before it.
#[inline]
pub(super) const fn join(before: u64, next: u64) -> u64 {
    fold(before ^ next, TWO).wrapping_add(ONE)
}

/// A hasher for keys that are hashes.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Same(u64);
impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = of_bytes(bytes);
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Makes [`Same`].
pub(super) type AsIs = BuildHasherDefault<Same>;

//! Conversions between counts and floating-point numbers, which lose what a statistic does not need.
#![expect(clippy::as_conversions, reason = "the only place: a statistic of a count needs no exact conversion")]

/// Gives a count as a number; above 2^53 it is rounded.
#[must_use]
pub const fn real(count: u64) -> f64 {
    count as f64
}

/// Gives a whole number as a floating-point one; above 2^53 it is rounded.
#[must_use]
pub const fn real_of(whole: i64) -> f64 {
    whole as f64
}

/// Gives a number without its fraction; what does not fit is cut at the end of the range, NaN is 0.
#[must_use]
pub const fn whole(number: f64) -> i64 {
    number as i64
}

/// Gives a number without its fraction as a count; below 0 it is 0.
#[must_use]
pub const fn count(number: f64) -> u64 {
    number as u64
}

/// Gives a length as a count.
#[must_use]
pub const fn len(length: usize) -> u64 {
    length as u64
}

/// Gives the low bits of a number as an index.
#[must_use]
pub const fn index(number: u64) -> usize {
    number as usize
}

/// Multiplies two numbers and folds the halves of the product together.
#[must_use]
pub const fn fold(a: u64, b: u64) -> u64 {
    let product = (a as u128).wrapping_mul(b as u128);
    (product as u64) ^ ((product >> 64) as u64)
}

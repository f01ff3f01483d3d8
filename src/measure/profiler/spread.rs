//! How numbers are spread: moments, a histogram of fine bins whose width doubles when it must, quantiles by a sketch.

use super::super::casts::{index, len, real, real_of, whole};
use super::super::profile::Bin;
use datasketches::common::SearchCriteria;
use datasketches::kll::{KllFloat, KllSketch};

/// Fine bins.
const FINE: usize = 1024;
/// Bins that are shown.
const SHOWN: usize = 20;

/// A histogram of any numbers: bins of width 2^`power`, counted from `base` on.
#[derive(Debug, Clone)]
struct Fine {
    power: i32,
    scale: f64,
    base: i64,
    bins: Vec<u64>,
}

impl Fine {
    fn new() -> Self {
        Self { power: -1000, scale: 0.0, base: 0, bins: Vec::new() }
    }
    /// Makes room for everything from `min` to `max`.
    fn fit(&mut self, min: f64, max: f64) {
        let largest = min.abs().max(max.abs());
        // The index of a bin must stay far inside of 64 bits, and all bins together inside of the room.
        let of_size = if largest > 0.0 { whole(largest.log2().ceil()) - 50 } else { -900 };
        let of_span = if max > min { whole(((max - min) / real(len(FINE - 2))).log2().ceil()) } else { -900 };
        let power = i32::try_from(of_size.max(of_span).clamp(-900, 1020)).unwrap_or(0).max(self.power);
        let scale = 2.0_f64.powi(-power);
        let base = whole((min * scale).floor());
        let mut bins = vec![0; FINE];
        let shift = power - self.power;
        for (at, count) in self.bins.iter().enumerate().filter(|(_, count)| **count > 0) {
            let old = self.base.saturating_add(i64::try_from(at).unwrap_or(0));
            let new = if shift > 62 { old >> 62 } else { old >> shift };
            let place = usize::try_from(new.saturating_sub(base)).unwrap_or(0).min(FINE - 1);
            if let Some(bin) = bins.get_mut(place) {
                *bin += count;
            }
        }
        *self = Self { power, scale, base, bins };
    }
    fn add(&mut self, value: f64, count: u64) {
        let place = whole((value * self.scale).floor()).wrapping_sub(self.base);
        let place = usize::try_from(place).unwrap_or(0).min(FINE - 1);
        if let Some(bin) = self.bins.get_mut(place) {
            *bin += count;
        }
    }
    fn values(&self) -> impl Iterator<Item = (f64, u64)> {
        let width = 2.0_f64.powi(self.power);
        let filled = self.bins.iter().enumerate().filter(|(_, count)| **count > 0);
        filled.map(move |(at, count)| {
            let index = self.base.saturating_add(i64::try_from(at).unwrap_or(0));
            ((real_of(index) + 0.5) * width, *count)
        })
    }
}

/// Makes the bins that are shown of values with counts.
pub(super) fn shown(min: f64, max: f64, values: impl Iterator<Item = (f64, u64)>) -> Vec<Bin> {
    if max.partial_cmp(&min) != Some(std::cmp::Ordering::Greater) || !(max - min).is_finite() {
        let count = values.map(|(_, count)| count).sum();
        return if count == 0 { Vec::new() } else { vec![Bin { from: min, to: max, count }] };
    }
    let width = (max - min) / real(len(SHOWN));
    let edge = |at: usize| if at == SHOWN { max } else { min + width * real(len(at)) };
    let mut bins: Vec<Bin> = (0..SHOWN).map(|at| Bin { from: edge(at), to: edge(at + 1), count: 0 }).collect();
    for (value, count) in values {
        let place = index(super::super::casts::count(((value - min) / width).floor())).min(SHOWN - 1);
        if let Some(bin) = bins.get_mut(place) {
            bin.count += count;
        }
    }
    bins
}

/// The spread of many numbers.
#[derive(Debug)]
pub(super) struct Spread {
    pub(super) count: u64,
    pub(super) min: f64,
    pub(super) max: f64,
    shift: f64,
    sum: f64,
    squares: f64,
    fine: Fine,
    few: Vec<f64>,
    sketch: Option<KllSketch<KllFloat<f64>>>,
    most: usize,
}

impl Spread {
    /// Begins; up to `most` values are kept, so that their quantiles are exact.
    pub(super) fn new(most: usize) -> Self {
        Self {
            count: 0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            shift: 0.0,
            sum: 0.0,
            squares: 0.0,
            fine: Fine::new(),
            few: Vec::new(),
            sketch: None,
            most,
        }
    }
    /// Adds numbers; none of them is NaN.
    pub(super) fn add(&mut self, values: &[f64]) {
        let Some(first) = values.first() else { return };
        if self.count == 0 {
            self.shift = *first;
        }
        let (mut min, mut max, mut sum, mut squares) = (self.min, self.max, self.sum, self.squares);
        for value in values {
            min = if *value < min { *value } else { min };
            max = if *value > max { *value } else { max };
            let off = value - self.shift;
            sum += off;
            squares += off * off;
        }
        if min < self.min || max > self.max {
            self.fine.fit(min, max);
        }
        (self.min, self.max, self.sum, self.squares) = (min, max, sum, squares);
        self.count += len(values.len());
        for value in values {
            self.fine.add(*value, 1);
        }
        self.remember(values);
    }
    fn remember(&mut self, values: &[f64]) {
        if self.sketch.is_none() {
            if self.few.len() + values.len() <= self.most {
                self.few.extend_from_slice(values);
                return;
            }
            self.sketch = KllSketch::new(400).ok();
            let few = std::mem::take(&mut self.few);
            self.feed(&few);
        }
        self.feed(values);
    }
    fn feed(&mut self, values: &[f64]) {
        let Some(sketch) = &mut self.sketch else { return };
        for value in values.iter().filter_map(|v| KllFloat::<f64>::new(*v).ok()) {
            sketch.update(value);
        }
    }
    /// Adds numbers with their counts, for the moments only.
    pub(super) fn add_moments(&mut self, values: &[(f64, u64)]) {
        self.shift = values.first().map_or(0.0, |v| v.0);
        for (value, count) in values {
            let off = value - self.shift;
            self.count += count;
            (self.min, self.max) = (self.min.min(*value), self.max.max(*value));
            self.sum += off * real(*count);
            self.squares += off * off * real(*count);
        }
    }
    /// Adds one number many times.
    pub(super) fn add_many(&mut self, value: f64, count: u64) {
        let mut left = count;
        let some = [value; 64];
        while left > 0 {
            let now = index(left.min(64));
            self.add(some.get(..now).unwrap_or_default());
            left -= len(now);
        }
    }
    /// Joins another spread to this one.
    pub(super) fn join(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        let (mean, sum) = (other.mean(), real(other.count));
        if self.count == 0 {
            self.shift = mean;
        }
        let squares = (other.squares - other.sum * other.sum / sum).max(0.0);
        let off = mean - self.shift;
        self.sum += off * sum;
        self.squares += squares + off * off * sum;
        self.count += other.count;
        (self.min, self.max) = (self.min.min(other.min), self.max.max(other.max));
        self.fine.fit(self.min, self.max);
        for (value, count) in other.fine.values() {
            self.fine.add(value, count);
        }
        match &other.sketch {
            None => self.remember(&other.few),
            Some(sketch) => {
                if self.sketch.is_none() {
                    self.sketch = KllSketch::new(400).ok();
                    let few = std::mem::take(&mut self.few);
                    self.feed(&few);
                }
                if let Some(own) = &mut self.sketch
                    && own.merge(sketch).is_err()
                {
                    // Two sketches of one size always merge.
                    tracing::warn!("a sketch of quantiles could not be joined");
                }
            }
        }
    }
    /// The mean.
    pub(super) fn mean(&self) -> f64 {
        self.shift + self.sum / real(self.count.max(1))
    }
    /// The sample standard deviation.
    pub(super) fn stddev(&self) -> f64 {
        let count = real(self.count);
        if self.count < 2 {
            0.0
        } else {
            ((self.squares - self.sum * self.sum / count).max(0.0) / (count - 1.0)).sqrt()
        }
    }
    /// Some quantiles, and whether they are exact.
    pub(super) fn quantiles<const N: usize>(&self, ranks: [f64; N]) -> ([f64; N], bool) {
        if let Some(sketch) = &self.sketch {
            let view = sketch.sorted_view();
            let found = ranks.map(|rank| match view.quantile(rank, SearchCriteria::Inclusive) {
                Ok(Some(value)) => value.into_inner(),
                Ok(None) | Err(_) => f64::NAN,
            });
            return (found, false);
        }
        let mut sorted = self.few.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        (ranks.map(|rank| of_sorted(&sorted, rank)), true)
    }
    /// The histogram.
    pub(super) fn histogram(&self) -> Vec<Bin> {
        if self.sketch.is_none() {
            return shown(self.min, self.max, self.few.iter().map(|v| (*v, 1)));
        }
        let (min, max) = (self.min, self.max);
        shown(min, max, self.fine.values().map(|(v, count)| (v.clamp(min, max), count)))
    }
}

/// The quantile of sorted values, between two of them in proportion.
fn of_sorted(sorted: &[f64], rank: f64) -> f64 {
    let place = rank * real(len(sorted.len().saturating_sub(1)));
    let below = index(super::super::casts::count(place.floor()));
    let low = sorted.get(below).copied().unwrap_or(f64::NAN);
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    low + (high - low) * (place - place.floor())
}

/// The quantile of values in rising order with their counts.
pub(super) fn of_counts(sorted: &[(f64, u64)], rank: f64) -> f64 {
    let total: u64 = sorted.iter().map(|(_, count)| count).sum();
    let place = rank * real(total.saturating_sub(1));
    let below = super::super::casts::count(place.floor());
    let at = |wanted: u64| {
        let mut seen = 0;
        let found = sorted.iter().find(|(_, count)| {
            seen += count;
            seen > wanted
        });
        found.map(|(value, _)| *value)
    };
    let low = at(below).unwrap_or(f64::NAN);
    let high = at(below + 1).unwrap_or(low);
    low + (high - low) * (place - place.floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_spreads_are_those_of_all_values() {
        let values: Vec<f64> = (0..50_000_u32).map(|i| f64::from((i * 7919) % 50_000) / 10.0 - 1000.0).collect();
        let (mut one, mut two) = (Spread::new(1000), Spread::new(1000));
        values[..20_000].chunks(777).for_each(|c| one.add(c));
        values[20_000..].chunks(1000).for_each(|c| two.add(c));
        one.join(&two);
        assert_eq!((one.count, one.min), (50_000, -1000.0));
        assert!((one.max - 3999.9).abs() < 1e-9);
        assert!((one.mean() - 1499.95).abs() < 1e-6, "{}", one.mean());
        assert!((one.stddev() - 1443.390).abs() < 1e-3, "{}", one.stddev());
        let ([low, median], exact) = one.quantiles([0.05, 0.5]);
        assert!(!exact && (median - 1499.95).abs() < 60.0 && (low + 750.0).abs() < 60.0, "{low} {median}");
        let bins = one.histogram();
        assert_eq!((bins.len(), bins.iter().map(|b| b.count).sum::<u64>()), (20, 50_000));
        assert!(bins.iter().all(|b| (2300..2700).contains(&b.count)), "{bins:?}");
    }

    #[test]
    fn few_values_are_exact_and_wild_ones_break_nothing() {
        let mut spread = Spread::new(100);
        spread.add(&[3.0, 1.0, 2.0, 10.0]);
        assert_eq!(spread.quantiles([0.5]), ([2.5], true));
        let mut wild = Spread::new(2);
        wild.add(&[0.0, 1e-300, -1e300, 1e300, 5.0, f64::MAX, f64::MIN]);
        assert!(wild.histogram().iter().map(|b| b.count).sum::<u64>() == 7);
        let mut same = Spread::new(0);
        same.add(&[7.0; 5]);
        assert_eq!((same.stddev(), same.histogram().len()), (0.0, 1));
        assert!((of_counts(&[(1.0, 3), (2.0, 1)], 0.5) - 1.0).abs() < 1e-9);
    }

    proptest::proptest! {
        #[test]
        fn no_value_is_lost(values in proptest::collection::vec(-1e6_f64..1e6, 3..400), cut in 1_usize..50) {
            let (mut one, mut two) = (Spread::new(1), Spread::new(1));
            let at = cut.min(values.len() - 1);
            values[..at].chunks(3).for_each(|c| one.add(c));
            values[at..].chunks(5).for_each(|c| two.add(c));
            one.join(&two);
            let mean = values.iter().sum::<f64>() / real(len(values.len()));
            proptest::prop_assert!((one.mean() - mean).abs() < 1e-6);
            proptest::prop_assert_eq!(one.histogram().iter().map(|b| b.count).sum::<u64>(), len(values.len()));
        }
    }
}

//! The steps of a time column from row to row: the interval, and stretches where rows are missing.

use super::super::casts::{real_of, whole};
use super::super::profile::{Gap, Instants};
use super::hashes::AsIs;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// Different steps that are counted.
const MOST_STEPS: usize = 4096;
/// Largest steps that are kept with their places.
const MOST_LARGE: usize = 200;
/// Gaps that are shown.
const MOST_GAPS: usize = 20;

/// The steps seen so far.
#[derive(Debug, Default)]
pub(super) struct Steps {
    counts: HashMap<u64, u64, AsIs>,
    large: BinaryHeap<Reverse<(u64, i64)>>,
    uncounted: u64,
    falling: u64,
    all: u64,
    run: (u64, u64),
}

impl Steps {
    /// Takes the step between two rows that follow each other.
    #[inline]
    pub(super) fn take(&mut self, from: i64, until: i64) {
        self.all += 1;
        let Ok(step) = u64::try_from(until.saturating_sub(from)) else {
            self.falling += 1;
            return;
        };
        if step == self.run.0 {
            self.run.1 += 1;
            return;
        }
        self.close();
        self.run = (step, 1);
        if self.large.len() < MOST_LARGE {
            self.large.push(Reverse((step, from)));
        } else if self.large.peek().is_some_and(|Reverse((least, _))| *least < step) {
            self.large.pop();
            self.large.push(Reverse((step, from)));
        }
    }
    /// Counts the steps of one size that came last.
    fn close(&mut self) {
        let (step, count) = std::mem::take(&mut self.run);
        self.count(step, count);
    }
    fn count(&mut self, step: u64, count: u64) {
        if count == 0 {
            return;
        }
        if let Some(counted) = self.counts.get_mut(&step) {
            *counted += count;
        } else if self.counts.len() < MOST_STEPS {
            self.counts.insert(step, count);
        } else {
            self.uncounted += count;
        }
    }
    /// Joins the steps of another stretch.
    pub(super) fn join(&mut self, mut other: Self) {
        other.close();
        self.close();
        for (step, count) in other.counts {
            self.count(step, count);
        }
        self.large.extend(other.large);
        while self.large.len() > MOST_LARGE {
            self.large.pop();
        }
        self.uncounted += other.uncounted;
        self.falling += other.falling;
        self.all += other.all;
    }
    /// Says what they show.
    pub(super) fn finish(mut self, first: i64, last: i64) -> Instants {
        self.close();
        let none = Instants {
            first,
            last,
            interval_ms: None,
            steady_permille: 0,
            gaps: Vec::new(),
            gaps_count: 0,
            missing: 0,
        };
        // Rows of several machines may share an instant: only steps forward say how often it is measured.
        let forward: u64 = self.counts.iter().filter(|(step, _)| **step > 0).map(|(_, count)| count).sum();
        let forward = forward + self.uncounted;
        let usual =
            self.counts.iter().filter(|(step, _)| **step > 0).max_by_key(|(step, count)| (**count, Reverse(**step)));
        let Some((interval, steady)) = usual.map(|(step, count)| (*step, *count)) else { return none };
        if steady * 2 < forward || self.falling * 50 > self.all || forward < 3 {
            return none;
        }
        let wide = |step: u64| step.saturating_mul(2) > interval.saturating_mul(3);
        let lost = |step: u64| {
            let times =
                real_of(i64::try_from(step).unwrap_or(i64::MAX)) / real_of(i64::try_from(interval).unwrap_or(1));
            u64::try_from(whole(times.round())).unwrap_or(0).saturating_sub(1)
        };
        let wides = || self.counts.iter().filter(|(step, _)| wide(**step));
        let (gaps_count, missing) =
            (wides().map(|(_, n)| n).sum(), wides().map(|(s, n)| lost(*s).saturating_mul(*n)).sum());
        let mut gaps: Vec<Gap> = self
            .large
            .iter()
            .filter(|Reverse((step, _))| wide(*step))
            .map(|Reverse((step, from))| Gap {
                from: *from,
                until: from.saturating_add(i64::try_from(*step).unwrap_or(i64::MAX)),
                missing: lost(*step),
            })
            .collect();
        gaps.sort_by_key(|gap| Reverse(gap.missing));
        gaps.truncate(MOST_GAPS);
        gaps.sort_by_key(|gap| gap.from);
        let steady_permille = steady.saturating_mul(1000).checked_div(forward).unwrap_or(0);
        Instants { interval_ms: i64::try_from(interval).ok(), steady_permille, gaps, gaps_count, missing, ..none }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_and_what_is_missing() {
        let mut at: Vec<i64> = (0..1000).map(|i| i * 60_000).collect();
        at.drain(500..510);
        at.remove(100);
        let (mut one, mut two) = (Steps::default(), Steps::default());
        for (i, pair) in at.windows(2).enumerate() {
            if i < 300 { one.take(pair[0], pair[1]) } else { two.take(pair[0], pair[1]) }
        }
        one.join(two);
        let found = one.finish(0, 999 * 60_000);
        assert_eq!((found.interval_ms, found.gaps_count, found.missing), (Some(60_000), 2, 11));
        assert_eq!(found.gaps[0], Gap { from: 99 * 60_000, until: 101 * 60_000, missing: 1 });
        assert_eq!(found.gaps[1].missing, 10);
    }

    #[test]
    fn without_rhythm_there_is_no_interval() {
        let mut steps = Steps::default();
        let mut at = 0;
        for i in 1..5000 {
            steps.take(at, at + i * i);
            at += i * i;
        }
        assert_eq!(steps.finish(0, at).interval_ms, None);
    }
}

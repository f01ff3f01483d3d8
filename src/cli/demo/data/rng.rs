//! A small seeded random source (PCG32) for the demo's generators; no secrets come from here.

/// Yields the same numbers for the same seed on every machine.
#[derive(Clone, Debug)]
pub(super) struct Rng {
    state: u64,
    stream: u64,
}

impl Rng {
    /// Starts a stream of its own for `seed`.
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = Self { state: 0, stream: (seed << 1) | 1 };
        rng.step();
        rng.state = rng.state.wrapping_add(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        rng.step();
        rng
    }

    fn step(&mut self) -> u32 {
        let old = self.state;
        self.state = old.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(self.stream);
        let mixed = low_half(((old >> 18) ^ old) >> 27);
        mixed.rotate_right(low_half(old >> 59))
    }

    /// Yields a number from 0 up to, not including, 1.
    pub(super) fn unit(&mut self) -> f64 {
        f64::from(self.step()) / 4_294_967_296.0
    }

    /// Yields a number from `low` up to, not including, `high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Yields an integer from 0 up to, not including, `end`; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        low_half((u64::from(self.step()) * u64::from(end)) >> 32)
    }

    /// Says yes with the given probability, 0 to 1.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Yields a normally distributed number: a sum of six uniform ones, so that no two maths libraries disagree.
    pub(super) fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        let sum: f64 = (0..6).map(|_| self.unit()).sum();
        mean + deviation * (sum - 3.0) * std::f64::consts::SQRT_2
    }

    /// Picks one of `items`, each as likely as the next; `fallback` when there is none.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T], fallback: T) -> T {
        let end = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let at = usize::try_from(self.below(end)).unwrap_or(0);
        items.get(at).copied().unwrap_or(fallback)
    }
}

/// Yields `value`, or nothing with the given probability: a reading that was lost.
pub(super) fn lost(value: f64, probability: f64, rng: &mut Rng) -> Option<f64> {
    if rng.chance(probability) { None } else { Some(value) }
}

fn low_half(wide: u64) -> u32 {
    u32::try_from(wide & 0xffff_ffff).unwrap_or(0)
}

//! Puts stretches of rows together in their order, as they are finished by whatever thread.

use super::super::profile::Count;
use super::distinct::{Room, Rows};
use super::seam::Seam;
use super::steps::Steps;
use super::tally::Tally;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Hashes of rows that are kept: 64 MiB and what a set needs around them.
const MOST_ROWS: usize = 4 * 1024 * 1024;

/// A stretch of rows.
#[derive(Debug, Default)]
pub(super) struct Stretch {
    pub(super) rows: u64,
    pub(super) seams: Vec<Seam>,
    pub(super) ragged: u64,
    pub(super) undecodable: u64,
}

/// Everything that was measured of a table.
pub(super) struct Measured {
    pub(super) names: Vec<String>,
    pub(super) rows: u64,
    pub(super) ragged: u64,
    pub(super) undecodable: u64,
    pub(super) again: Count,
    pub(super) tallies: Vec<Tally>,
    pub(super) seams: Vec<Seam>,
    pub(super) steps: Vec<Steps>,
}

/// The stretches that follow each other without a hole, and those that wait for the one before.
#[derive(Default)]
struct Chain {
    next: u64,
    waiting: BTreeMap<u64, Stretch>,
    rows: u64,
    ragged: u64,
    undecodable: u64,
    seams: Vec<Seam>,
    steps: Vec<Steps>,
}

impl Chain {
    fn take(&mut self, number: u64, stretch: Stretch) {
        self.waiting.insert(number, stretch);
        while let Some(stretch) = self.waiting.remove(&self.next) {
            self.next += 1;
            let wide = self.seams.len().max(stretch.seams.len());
            self.seams.resize_with(wide, Seam::default);
            self.steps.resize_with(wide, Steps::default);
            let mut seams = stretch.seams;
            seams.resize_with(wide, Seam::default);
            for ((own, steps), next) in self.seams.iter_mut().zip(&mut self.steps).zip(seams) {
                if let Some((from, until)) = own.follow(next, self.rows) {
                    steps.take(from, until);
                }
            }
            self.rows += stretch.rows;
            self.ragged += stretch.ragged;
            self.undecodable += stretch.undecodable;
        }
    }
}

/// What all threads share.
pub(super) struct Shared {
    chain: Mutex<Chain>,
    rows: Mutex<Rows>,
    tallies: Mutex<Vec<Tally>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new() -> Self {
        Self { chain: Mutex::default(), rows: Mutex::new(Rows::new(MOST_ROWS)), tallies: Mutex::default() }
    }
    /// Adds the hashes of rows.
    pub(super) fn rows(&self, hashes: &[u64]) {
        lock(&self.rows).add(hashes);
    }
    /// Adds the stretch with this number, counted from 0 without holes.
    pub(super) fn stretch(&self, number: u64, stretch: Stretch) {
        lock(&self.chain).take(number, stretch);
    }
    /// Joins what a thread found when it ends.
    pub(super) fn join(&self, tallies: Vec<Tally>, room: Room) {
        let mut own = lock(&self.tallies);
        let wide = own.len().max(tallies.len());
        own.resize_with(wide, || Tally::new(room));
        for (own, other) in own.iter_mut().zip(tallies) {
            own.join(other);
        }
    }
    /// Ends.
    pub(super) fn finish(self, names: Vec<String>, room: Room) -> Measured {
        let inner = PoisonError::into_inner;
        let chain = self.chain.into_inner().unwrap_or_else(inner);
        let mut tallies = self.tallies.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (mut seams, mut steps) = (chain.seams, chain.steps);
        tallies.resize_with(names.len(), || Tally::new(room));
        seams.resize_with(names.len(), Seam::default);
        steps.resize_with(names.len(), Steps::default);
        Measured {
            rows: chain.rows,
            ragged: chain.ragged,
            undecodable: chain.undecodable,
            again: self.rows.into_inner().unwrap_or_else(PoisonError::into_inner).count(),
            names,
            tallies,
            seams,
            steps,
        }
    }
}

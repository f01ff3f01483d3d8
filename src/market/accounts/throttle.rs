//! Counted attempts: failures of an account slow it down, and so do attempts of one network. Never a lock for ever.

use super::rows;
use crate::store::{Read, StoreError, Write};
use crate::values::{Timestamp, hash_text};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt<'a> {
    /// Failed sign-ins with one address.
    Account(&'a str),
    /// Failed sign-ins, sign-ups and resets from one network in an hour, with the most allowed.
    Network(&'a str, i64),
}

/// Failures of an account that cost nothing.
const FREE_FAILURES: i64 = 5;
/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 900;

impl Attempt<'_> {
    fn id(&self) -> String {
        match self {
            Self::Account(email) => hash_text(&format!("account {email}")).to_string(),
            Self::Network(network, _) => hash_text(&format!("network {network}")).to_string(),
        }
    }
}

/// Gives the seconds to wait after so many failures: none for five, then doubling from one second to 15 minutes.
#[must_use]
pub fn wait_seconds(failures: i64) -> i64 {
    if failures < FREE_FAILURES { 0 } else { (1_i64 << (failures - FREE_FAILURES).min(10)).min(LONGEST_WAIT) }
}

/// Tells for how many seconds attempts of this kind are refused; zero when they are allowed.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn attempts_allowed(tx: &mut Read, attempt: Attempt<'_>, now: Timestamp) -> Result<i64, StoreError> {
    let until = rows::blocked_until(tx, &attempt.id())?;
    Ok(until.map_or(0, |t| ((t.0 - now.0).max(0) + 999) / 1000))
}

/// Counts an attempt. Counts older than an hour are forgotten.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn count_attempt(tx: &mut Write, attempt: Attempt<'_>, now: Timestamp) -> Result<(), StoreError> {
    let id = attempt.id();
    let earlier = rows::failures(tx, &id, now.plus_seconds(-3600))?;
    let failures = earlier + 1;
    let wait = match attempt {
        Attempt::Account(_) => wait_seconds(failures),
        Attempt::Network(_, most) => {
            if failures >= most {
                600
            } else {
                0
            }
        }
    };
    rows::keep_failures(tx, &id, failures, now.plus_seconds(wait), now)
}

/// Forgets the failures of an account after a good sign-in.
pub(super) fn forget(tx: &mut Write, email: &str) -> Result<(), StoreError> {
    rows::forget_failures(tx, &Attempt::Account(email).id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_fifteen_minutes() {
        let waits: Vec<i64> = (0..18).map(wait_seconds).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    }
}

//! The bounded queue in front of password hashing: each hash takes 64 MiB and a core for a tenth of a second.

use super::problem::Problem;
use crate::market::accounts::passwords;
use crate::values::Secret;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// How many may wait for their turn before the answer is "busy".
const QUEUE: usize = 64;

/// Hashes and verifies passwords off the async threads, as many at a time as there are cores.
#[derive(Clone)]
pub struct Hashing {
    turns: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

struct Waiting(Arc<AtomicUsize>);
impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Hashing {
    /// Makes a queue with as many turns as cores.
    #[must_use]
    pub fn new(cores: usize) -> Self {
        Self { turns: Arc::new(Semaphore::new(cores.max(1))), waiting: Arc::default() }
    }
    async fn turn<T: Send + 'static>(&self, f: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= QUEUE {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Problem::busy());
        }
        let _waiting = Waiting(self.waiting.clone());
        let _turn = self.turns.acquire().await.map_err(|_| Problem::busy())?;
        tokio::task::spawn_blocking(f).await.map_err(|e| Problem::broken(&e))
    }
    /// Hashes a new password.
    ///
    /// # Errors
    /// Busy when too many wait; broken when the algorithm fails.
    pub async fn hash(&self, password: Secret<String>) -> Result<String, Problem> {
        self.turn(move || passwords::hash(&password)).await?.map_err(|e| Problem::broken(&e))
    }
    /// Verifies a password; without a stored hash it does the same work and says no.
    ///
    /// # Errors
    /// Busy when too many wait.
    pub async fn verify(&self, password: Secret<String>, stored: Option<String>) -> Result<bool, Problem> {
        self.turn(move || passwords::verify(&password, stored.as_deref())).await
    }
}

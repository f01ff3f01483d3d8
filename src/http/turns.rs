//! One writer at a time for each thing, and the newcomer goes first: a client that lost its connection comes back before
//! the server has noticed, and must not wait for its own ghost.

use super::problem::Problem;
use actix_web::http::StatusCode;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use uuid::Uuid;

/// How long a newcomer waits until the writer before has put down what it holds, in seconds.
const PATIENCE_SECONDS: u64 = 60;

/// The turns of this process. Cloning gives the same ones.
#[derive(Clone)]
pub struct Turns {
    holder: Arc<str>,
    entries: Arc<Mutex<HashMap<Uuid, Arc<Entry>>>>,
}

struct Entry {
    turn: Arc<Semaphore>,
    /// Rises with every newcomer.
    calls: watch::Sender<u64>,
}

/// A turn that is held; the next one begins when it is dropped.
pub struct Turn {
    id: Uuid,
    turns: Turns,
    calls: watch::Receiver<u64>,
    /// Taken before the entry is looked at in `drop`.
    permit: Option<OwnedSemaphorePermit>,
}

impl Turns {
    /// Makes the turns of a process; `holder` names it, the same after a restart and unlike every other replica.
    #[must_use]
    pub fn new(holder: &str) -> Self {
        Self { holder: holder.into(), entries: Arc::default() }
    }
    /// The name of this process.
    #[must_use]
    pub fn holder(&self) -> &str {
        &self.holder
    }
    /// Tells whether nobody has the turn and nobody waits for it.
    #[must_use]
    pub fn is_free(&self, id: Uuid) -> bool {
        !self.entries.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&id)
    }
    /// Asks whoever has the turn to stop, and takes it.
    ///
    /// # Errors
    /// 423 when the one before does not stop within a minute.
    pub async fn take(&self, id: Uuid) -> Result<Turn, Problem> {
        let entry = {
            let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = || Arc::new(Entry { turn: Arc::new(Semaphore::new(1)), calls: watch::Sender::new(0) });
            Arc::clone(entries.entry(id).or_insert_with(fresh))
        };
        entry.calls.send_modify(|n| *n += 1);
        let taken =
            tokio::time::timeout(Duration::from_secs(PATIENCE_SECONDS), Arc::clone(&entry.turn).acquire_owned());
        let permit = taken.await.ok().and_then(Result::ok).ok_or_else(locked)?;
        let mut calls = entry.calls.subscribe();
        calls.mark_unchanged();
        Ok(Turn { id, turns: self.clone(), calls, permit: Some(permit) })
    }
}

/// Somebody else is writing.
#[must_use]
pub fn locked() -> Problem {
    Problem { retry_after: Some(5), ..Problem::new(StatusCode::LOCKED, "upload-locked") }
}

impl Turn {
    /// Tells whether somebody else wants the turn.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.calls.has_changed().unwrap_or(false)
    }
    /// Waits until somebody else wants the turn.
    pub async fn wanted(&mut self) {
        if self.calls.changed().await.is_err() {
            // Nobody can ask any more.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut entries = self.turns.entries.lock().unwrap_or_else(PoisonError::into_inner);
        self.permit = None;
        // Only the table has it: nobody holds it and nobody waits.
        if entries.get(&self.id).is_some_and(|entry| Arc::strong_count(entry) == 1) {
            entries.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn the_newcomer_goes_first_and_nothing_is_left() {
        let turns = Turns::new("here");
        let id = crate::values::random_uuid();
        let mut first = turns.take(id).await.unwrap();
        let quiet = tokio::time::timeout(Duration::from_millis(20), first.wanted()).await;
        assert!(quiet.is_err(), "nobody wants it");
        let second = tokio::spawn({
            let turns = turns.clone();
            async move { turns.take(id).await.map(|_| ()) }
        });
        first.wanted().await;
        assert!(!second.is_finished());
        drop(first);
        second.await.unwrap().unwrap();
        let mut third = turns.take(id).await.unwrap();
        let quiet = tokio::time::timeout(Duration::from_millis(20), third.wanted()).await;
        assert!(quiet.is_err(), "an old call does not stop a new turn");
        drop(third);
        assert!(turns.entries.lock().unwrap().is_empty());
    }
}

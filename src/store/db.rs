//! The database: transactions for reading and for writing, off the async threads.

use super::backend::{self, Conn, Manager, OpenError, is_postgres};
use super::once::{self, OnceKey};
use crate::values::Timestamp;
use diesel::Connection;
use diesel::connection::TransactionManager;
use diesel::r2d2::{ManageConnection, Pool, PooledConnection};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The store failed: it broke, it is busy, or a constraint settled a race.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Too much is going on, or a deadlock was resolved against us: try again.
    #[error("the store is busy")]
    Busy,
    /// A uniqueness constraint refused the write: somebody was first.
    #[error("a uniqueness rule of the store refused the write")]
    Conflict,
    /// It broke.
    #[error("the store broke: {0}")]
    Broken(String),
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        if let DieselError::DatabaseError(kind, info) = &error {
            let text = info.message();
            if matches!(kind, DatabaseErrorKind::UniqueViolation) {
                return Self::Conflict;
            }
            let busy = ["deadlock", "database is locked", "lock timeout", "statement timeout", "too many clients"];
            if matches!(kind, DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::ClosedConnection)
                || busy.iter().any(|word| text.contains(word))
            {
                return Self::Busy;
            }
        }
        Self::Broken(error.to_string())
    }
}

/// A snapshot to read from.
pub struct Read {
    conn: PooledConnection<Manager>,
}
impl Read {
    pub(crate) fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

/// A transaction to write in; it can do all that a [`Read`] can.
pub struct Write {
    read: Read,
}
impl Deref for Write {
    type Target = Read;
    fn deref(&self) -> &Read {
        &self.read
    }
}
impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut Read {
        &mut self.read
    }
}

/// The way in: cheap to copy, one for the whole process.
#[derive(Clone)]
pub struct Db {
    reads: Pool<Manager>,
    writes: Pool<Manager>,
    read_turns: Arc<Semaphore>,
    write_turns: Arc<Semaphore>,
    postgres: bool,
}

impl Db {
    /// Opens the database that the address names and brings its tables up to date.
    ///
    /// SQLite gets one writer and `connections` readers, PostgreSQL one pool of `connections` for both.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong and how to mend it.
    pub fn open(url: &str, connections: u32) -> Result<Self, OpenError> {
        let postgres = is_postgres(url);
        if !postgres && url.contains("://") && !url.starts_with("sqlite://") {
            return Err(OpenError::Scheme(url.to_owned()));
        }
        let shown = url.split('@').next_back().unwrap_or(url).to_owned();
        let manager = |read_only| Manager { url: url.to_owned(), read_only };
        // Once directly, so that the real error is told at once: a pool would go on trying.
        let mut first = manager(false)
            .connect()
            .map_err(|e| OpenError::Unreachable(shown.clone(), e.to_string().trim_end().to_owned()))?;
        backend::migrate(&mut first)?;
        drop(first);
        let pool = |read_only, size| {
            Pool::builder()
                .max_size(size)
                .min_idle(Some(1))
                .test_on_check_out(postgres)
                .connection_timeout(Duration::from_secs(10))
                .build(manager(read_only))
                .map_err(|e| OpenError::Unreachable(shown.clone(), e.to_string()))
        };
        let writes = pool(false, if postgres { connections.max(2) } else { 1 })?;
        let reads = if postgres { writes.clone() } else { pool(true, connections)? };
        let turns = |n: u32| Arc::new(Semaphore::new(usize::try_from(n).unwrap_or(4).max(1)));
        // PostgreSQL shares one pool: readers get half of it, so that they cannot starve the writers.
        let (read, write) = if postgres { (connections / 2, connections - connections / 2) } else { (connections, 64) };
        Ok(Self { reads, writes, read_turns: turns(read), write_turns: turns(write), postgres })
    }

    /// Tells whether this is PostgreSQL.
    #[must_use]
    pub const fn is_postgres(&self) -> bool {
        self.postgres
    }

    /// Runs a closure on a read-only snapshot.
    ///
    /// # Errors
    /// What the closure returns, and [`StoreError`] when the snapshot cannot be had.
    pub async fn read<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Read) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let _turn = self.read_turns.acquire().await.map_err(|_| StoreError::Busy)?;
        let me = self.clone();
        on_thread(move || me.read_now(f)).await
    }

    /// Runs a closure in one writing transaction: commits on `Ok`, takes everything back on `Err`.
    ///
    /// # Errors
    /// What the closure returns, and [`StoreError`] when the transaction cannot be had or committed.
    pub async fn write<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Write) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let _turn = self.write_turns.acquire().await.map_err(|_| StoreError::Busy)?;
        let me = self.clone();
        on_thread(move || me.write_now(f)).await
    }

    /// Like [`Db::write`], but once only: a second call with the same key and request gives the first outcome
    /// and writes nothing. Without a key it is a plain write. The outcome is kept in the same transaction.
    ///
    /// # Errors
    /// What the closure returns; `E::from(StoreError::Conflict)` when the key came with another request before.
    pub async fn write_once<T, E, F>(&self, key: Option<OnceKey>, now: Timestamp, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Write) -> Result<T, E> + Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.write(move |tx| {
            let Some(key) = key else { return f(tx) };
            if let Some(outcome) = once::find(tx, &key)? {
                return Ok(outcome);
            }
            let outcome = f(tx)?;
            once::keep(tx, &key, &outcome, now)?;
            Ok(outcome)
        })
        .await
    }

    /// [`Db::read`] on the calling thread, for commands and jobs that are not async.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_now<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Read) -> Result<T, E>) -> Result<T, E> {
        let conn = self.reads.get().map_err(|_| StoreError::Busy)?;
        let mut tx = Read { conn };
        backend::begin_read(tx.conn()).map_err(StoreError::from)?;
        let done = f(&mut tx);
        // A panic leaves the connection inside its transaction; r2d2 finds it broken and throws it away.
        <Conn as Connection>::TransactionManager::rollback_transaction(tx.conn()).map_err(StoreError::from)?;
        done
    }

    /// [`Db::write`] on the calling thread, for commands and jobs that are not async.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_now<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Write) -> Result<T, E>) -> Result<T, E> {
        let conn = self.writes.get().map_err(|_| StoreError::Busy)?;
        let mut tx = Write { read: Read { conn } };
        backend::begin_write(tx.conn()).map_err(StoreError::from)?;
        match f(&mut tx) {
            Ok(value) => {
                <Conn as Connection>::TransactionManager::commit_transaction(tx.conn()).map_err(StoreError::from)?;
                Ok(value)
            }
            Err(error) => {
                <Conn as Connection>::TransactionManager::rollback_transaction(tx.conn()).map_err(StoreError::from)?;
                Err(error)
            }
        }
    }

    /// Asks the database whether it answers.
    ///
    /// # Errors
    /// [`StoreError`] when it does not.
    pub async fn probe(&self) -> Result<(), StoreError> {
        self.read(|tx| {
            use diesel::RunQueryDsl;
            diesel::sql_query("SELECT 1").execute(tx.conn())?;
            Ok(())
        })
        .await
    }
}

/// Runs a closure on the blocking pool; a panic there goes on here, so that the edge turns it into a page.
async fn on_thread<T: Send + 'static, E: From<StoreError> + Send + 'static>(
    f: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    match tokio::task::spawn_blocking(f).await {
        Ok(done) => done,
        Err(e) => match e.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(StoreError::Busy.into()),
        },
    }
}

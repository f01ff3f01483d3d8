//! The database as a backup sees it: a copy of an SQLite file that is in use, and the list of all stored bytes.
//!
//! It is opened as it is and never brought up to date: the backup before an update is one of the state before.

use super::backend::{Conn, Manager, OpenError, is_postgres};
use super::db::StoreError;
use super::schema::blobs;
use crate::values::{BlobId, Sha256, Timestamp};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::ManageConnection;
use std::path::{Path, PathBuf};

/// A database whose content is wanted elsewhere.
pub struct Original {
    conn: Conn,
}

/// Stored bytes, as the database knows them.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = blobs)]
pub struct Entry {
    /// Under which key they lie.
    pub id: BlobId,
    /// Their length.
    pub size_bytes: i64,
    /// Their SHA-256.
    pub sha256: Sha256,
    /// The BLAKE3 digests of their chunks, one after another.
    pub chunks: Vec<u8>,
    /// When they were found damaged, and taken out of service.
    pub damaged_at: Option<Timestamp>,
}

/// The file of an SQLite address; none for PostgreSQL.
#[must_use]
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    (!is_postgres(url)).then(|| PathBuf::from(url.strip_prefix("sqlite://").unwrap_or(url)))
}

impl Original {
    /// Opens the database that the address names, without changing it.
    ///
    /// # Errors
    /// [`OpenError::Unreachable`]; an SQLite file that is not there is not made.
    pub fn open(url: &str) -> Result<Self, OpenError> {
        let shown = url.split('@').next_back().unwrap_or(url).to_owned();
        let fail = |why: String| OpenError::Unreachable(shown.clone(), why);
        if sqlite_file(url).is_some_and(|file| !file.is_file()) {
            return Err(fail("there is no such file".to_owned()));
        }
        let manager = Manager { url: url.to_owned(), read_only: false };
        Ok(Self { conn: manager.connect().map_err(|e| fail(e.to_string()))? })
    }

    /// Opens a copy that [`Original::copy_to`] made; it stays one file.
    ///
    /// # Errors
    /// [`OpenError::Unreachable`].
    pub fn open_copy(file: &Path) -> Result<Self, OpenError> {
        let shown = file.display().to_string();
        let fail = |why: String| OpenError::Unreachable(shown.clone(), why);
        let mut conn = SqliteConnection::establish(&shown).map_err(|e| fail(e.to_string()))?;
        conn.batch_execute("PRAGMA query_only = ON").map_err(|e| fail(e.to_string()))?;
        Ok(Self { conn: Conn::Sqlite(conn) })
    }

    /// Writes what the database holds now into a new SQLite file, while others go on reading and writing; tells whether it
    /// did. PostgreSQL is left to its own tools.
    ///
    /// # Errors
    /// [`StoreError`] when the copy cannot be written.
    pub fn copy_to(&mut self, file: &Path) -> Result<bool, StoreError> {
        let Conn::Sqlite(conn) = &mut self.conn else { return Ok(false) };
        let name = file.display().to_string();
        diesel::sql_query("VACUUM INTO ?").bind::<diesel::sql_types::Text, _>(name).execute(conn)?;
        Ok(true)
    }

    /// Lists stored bytes in the order of their keys, from behind one of them on.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub fn entries_after(&mut self, last: Option<BlobId>, most: i64) -> Result<Vec<Entry>, StoreError> {
        let all = blobs::table.select(Entry::as_select()).order(blobs::id.asc()).limit(most);
        Ok(match last {
            Some(last) => all.filter(blobs::id.gt(last)).load(&mut self.conn)?,
            None => all.load(&mut self.conn)?,
        })
    }

    /// Tells whether the database still knows these bytes.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub fn knows(&mut self, id: BlobId) -> Result<bool, StoreError> {
        let found: Option<BlobId> = blobs::table.find(id).select(blobs::id).first(&mut self.conn).optional()?;
        Ok(found.is_some())
    }
}

//! What is kept: the database (SQLite or PostgreSQL, one voice) and the stored bytes (disk or S3).
//!
//! Only `rows` modules of the market and this folder know diesel. A transaction is a [`Read`] or a [`Write`];
//! both are made here only, by [`Db::read`] and [`Db::write`].

mod backend;
pub mod backup;
pub mod blobs;
mod counters;
mod db;
mod once;
mod page;
pub(crate) mod schema;

pub(crate) use backend::each;
pub use backend::{Conn, OpenError};
pub(crate) use counters::next_number;
pub use db::{Db, Read, StoreError, Write};
pub use once::OnceKey;
pub use page::{Cursor, Page};

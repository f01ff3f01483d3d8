//! All that differs between the two databases: choosing one, its settings, its transactions, its migrations.

use diesel::connection::{AnsiTransactionManager, SimpleConnection};
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::{Connection, ConnectionError, PgConnection, QueryResult, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");
/// Key of the PostgreSQL advisory lock that keeps replicas which start together from migrating together.
const MIGRATION_LOCK: &str = "727001";

/// A connection to whichever database the configuration names.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// A PostgreSQL server.
    Postgres(PgConnection),
    /// An SQLite file.
    Sqlite(SqliteConnection),
}

/// Runs one expression on the concrete connection: one text, compiled once for each database.
macro_rules! each {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::store::Conn::Postgres($c) => $body,
            $crate::store::Conn::Sqlite($c) => $body,
        }
    };
}
pub(crate) use each;

/// Says why the database could not be opened, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be reached or opened.
    #[error(
        "cannot open the database {0}: {1}\n  check `database_url`, that the server runs and that the folder can be written"
    )]
    Unreachable(String, String),
    /// Its tables were made by a newer program.
    #[error(
        "the database was migrated by a newer Bourse (it has {0}, which this program does not know)\n  run the newer program, or restore the backup made before the update"
    )]
    Newer(String),
    /// A migration failed.
    #[error("cannot bring the database up to date: {0}")]
    Migration(String),
    /// Another scheme than the two.
    #[error("unknown kind of database {0}\n  use sqlite://FILE or postgres://USER@HOST/NAME")]
    Scheme(String),
}

/// Tells whether the address names a PostgreSQL server.
pub(super) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Opens connections of one kind, chosen by the scheme and never by trying.
#[derive(Clone)]
pub(super) struct Manager {
    pub url: String,
    pub read_only: bool,
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Conn, Self::Error> {
        use diesel::r2d2::Error::{ConnectionError as Connecting, QueryError};
        if is_postgres(&self.url) {
            let mut c = PgConnection::establish(&self.url).map_err(Connecting)?;
            c.batch_execute("SET statement_timeout = '30s'; SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '60s'")
                .map_err(QueryError)?;
            return Ok(Conn::Postgres(c));
        }
        let path = self.url.strip_prefix("sqlite://").unwrap_or(&self.url);
        if path.contains("://") {
            return Err(Connecting(ConnectionError::InvalidConnectionUrl("unknown scheme".into())));
        }
        let mut c = SqliteConnection::establish(path).map_err(Connecting)?;
        // The busy timeout goes first: switching to WAL itself needs a lock. FULL, because an answered approval must
        // survive a power cut. A small cache and no memory map keep the process small.
        c.batch_execute(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA journal_size_limit = 67108864;",
        )
        .map_err(QueryError)?;
        if self.read_only {
            c.batch_execute("PRAGMA query_only = ON;").map_err(QueryError)?;
        }
        Ok(Conn::Sqlite(c))
    }
    fn is_valid(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        conn.ping().map_err(diesel::r2d2::Error::QueryError)
    }
    fn has_broken(&self, conn: &mut Conn) -> bool {
        conn.is_broken()
    }
}

/// Begins a snapshot that only reads.
pub(super) fn begin_read(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED"),
    }
}

/// Begins a write; SQLite takes its write lock at once, so that reading first never fails half way.
pub(super) fn begin_write(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL READ COMMITTED"),
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
    }
}

/// Brings the tables up to date; refuses tables that a newer program made.
pub(super) fn migrate(conn: &mut Conn) -> Result<(), OpenError> {
    fn run<DB: diesel::backend::Backend>(
        c: &mut impl MigrationHarness<DB>,
        known: EmbeddedMigrations,
    ) -> Result<(), OpenError> {
        let failed = |e: Box<dyn std::error::Error + Send + Sync>| OpenError::Migration(e.to_string());
        let names: Vec<String> = diesel::migration::MigrationSource::<DB>::migrations(&known)
            .map_err(failed)?
            .iter()
            .map(|m| m.name().version().to_string())
            .collect();
        let applied = c.applied_migrations().map_err(failed)?;
        if let Some(newer) = applied.iter().map(ToString::to_string).find(|version| !names.contains(version)) {
            return Err(OpenError::Newer(newer));
        }
        c.run_pending_migrations(known).map(|_| ()).map_err(failed)
    }
    let failed = |e: diesel::result::Error| OpenError::Migration(e.to_string());
    match conn {
        Conn::Postgres(c) => {
            c.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).map_err(failed)?;
            let done = run(c, POSTGRES_MIGRATIONS);
            c.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})")).map_err(failed)?;
            done
        }
        Conn::Sqlite(c) => run(c, SQLITE_MIGRATIONS),
    }
}

//! Why a file is not read to its end: damaged, hostile, or too much.

/// Why a file was refused. Its `Display` is for the record; pages say [`Refusal::code`] in their language.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// One record is longer than this server reads at once.
    #[error("a record is longer than {0} bytes")]
    LongRecord(u64),
    /// The table has too many columns.
    #[error("more than {0} columns")]
    ManyColumns(u64),
    /// A JSON value is nested too deeply.
    #[error("a value is nested too deeply: {0}")]
    Deep(String),
    /// Compressed bytes unfold to far more than is plausible.
    #[error("unfolds to more than {0} times its size")]
    Bomb(u64),
    /// An archive has too many entries.
    #[error("more than {0} entries")]
    ManyEntries(u64),
    /// An entry of an archive has a name that leaves its folder, or is a link.
    #[error("an entry has a name or kind that is not allowed: {0}")]
    BadEntry(String),
    /// The file promises what it does not hold, or cannot be decoded.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// A part of the file would need more memory than is given.
    #[error("a part of the file needs more than {0} bytes of memory")]
    Memory(u64),
    /// It took longer than it may.
    #[error("reading took longer than it may")]
    Slow,
    /// It cannot be read as a table.
    #[error("not a table: {0}")]
    NoTable(String),
    /// The reader was told to stop.
    #[error("stopped")]
    Stopped,
    /// The store failed; another time it may go well.
    #[error("the bytes cannot be read: {0}")]
    Store(std::io::Error),
}

impl Refusal {
    /// Gives the word by which pages and the API name the reason.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::LongRecord(_) => "long-record",
            Self::ManyColumns(_) => "many-columns",
            Self::Deep(_) => "deep",
            Self::Bomb(_) => "bomb",
            Self::ManyEntries(_) => "many-entries",
            Self::BadEntry(_) => "bad-entry",
            Self::Damaged(_) => "damaged",
            Self::Memory(_) => "memory",
            Self::Slow => "slow",
            Self::NoTable(_) => "no-table",
            Self::Stopped => "stopped",
            Self::Store(_) => "store",
        }
    }
    /// Tells whether another try may go better.
    #[must_use]
    pub const fn passing(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Stopped)
    }
}

impl From<std::io::Error> for Refusal {
    /// Takes a refusal out again that went through a reader; what is damaged says so; the rest is the store's.
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        if error.get_ref().is_some_and(|inner| inner.is::<Self>()) {
            let inner = error.into_inner().and_then(|inner| inner.downcast::<Self>().ok());
            return inner.map_or(Self::Stopped, |refusal| *refusal);
        }
        let damaged = matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof);
        if damaged { Self::Damaged(error.to_string()) } else { Self::Store(error) }
    }
}

impl From<Refusal> for std::io::Error {
    fn from(refusal: Refusal) -> Self {
        Self::other(refusal)
    }
}

//! What the operator decides for the whole exchange: the questionnaire that leads to a level, the rules of each level,
//! and which versions a moderator sees first. Editions are numbered and kept: a change touches no decided case.

mod book;
mod rows;

pub use book::{
    Answer, BadAnswer, BadBook, Book, Level, LevelRule, MOST_ANSWERS, MOST_QUESTIONS, Moderation, Phrase, Question,
};
pub use rows::Edition;

use crate::market::accounts::MayOperate;
use crate::market::journal::{self, Deed, Note, Thing};
use crate::store::{Read, StoreError, Write};
use crate::values::{Prose, Timestamp};

/// The first rules: those of China's industry sector.
const PLANTED: &str = include_str!("../../../templates/rules/industry-cn.json");

/// Why the rules were not changed.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// Somebody changed them meanwhile.
    #[error("somebody was first")]
    Overtaken,
    /// They contradict themselves.
    #[error(transparent)]
    Bad(#[from] BadBook),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives the rules that ship with the server.
///
/// # Errors
/// [`StoreError::Broken`] when they cannot be read, which a test excludes.
pub fn planted() -> Result<Book, StoreError> {
    serde_json::from_str(PLANTED).map_err(|e| StoreError::Broken(format!("the planted rules: {e}")))
}

/// Puts the rules that ship with the server into an exchange that has none yet.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn plant(tx: &mut Write, now: Timestamp) -> Result<(), StoreError> {
    if rows::last(tx)?.is_none() {
        rows::insert(tx, 1, &planted()?, "", None, now)?;
    }
    Ok(())
}

/// Gives the rules in force. They are public: a seller reads them before the questionnaire.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn current(tx: &mut Read) -> Result<Edition, StoreError> {
    rows::last(tx)?.ok_or_else(|| StoreError::Broken("the exchange has no rules".to_owned()))
}

/// Finds an edition by its number.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn edition(tx: &mut Read, number: i64) -> Result<Option<Edition>, StoreError> {
    rows::edition(tx, number)
}

/// Gets an edition that must exist.
///
/// # Errors
/// [`StoreError::Broken`] when it does not.
pub(in crate::market) fn get(tx: &mut Read, number: i64) -> Result<Edition, StoreError> {
    rows::edition(tx, number)?.ok_or_else(|| StoreError::Broken(format!("edition {number} of the rules is missing")))
}

/// Gives all editions, newest first: up to 200.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn history(tx: &mut Read) -> Result<Vec<Edition>, StoreError> {
    rows::history(tx)
}

/// Makes a new edition; `seen` is the number of the one that was changed. Gives the new number.
///
/// # Errors
/// [`RulesError`].
pub fn change(
    tx: &mut Write,
    may: MayOperate,
    seen: i64,
    book: &Book,
    note: &Prose,
    now: Timestamp,
) -> Result<i64, RulesError> {
    book.check()?;
    let before = current(tx)?;
    if before.number != seen {
        return Err(RulesError::Overtaken);
    }
    let number = seen + 1;
    rows::insert(tx, number, book, note.as_str(), Some(may.member()), now)?;
    let detail =
        serde_json::json!({ "edition": number, "note": note.as_str(), "changed": before.book.differences(book) });
    journal::note(tx, may.by(), &Note::new(Deed::RulesChanged, Thing::Exchange, "rules").detail(detail), now)?;
    Ok(number)
}

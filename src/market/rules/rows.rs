//! Rows of the rules: one for each edition, never changed.

use super::Book;
use crate::store::schema::{members, rule_books};
use crate::store::{Read, StoreError, Write};
use crate::values::{MemberId, RuleBookId, Timestamp};
use diesel::prelude::*;

/// An edition of the rules.
#[derive(Debug, Clone)]
pub struct Edition {
    /// Its number: 1 is what shipped with the server.
    pub number: i64,
    /// What it says.
    pub book: Book,
    /// Why it was made.
    pub note: String,
    /// Who made it; nobody for the first.
    pub made_by: Option<String>,
    /// When it was made.
    pub made_at: Timestamp,
}

type Row = (i64, String, String, Timestamp, Option<String>);

fn edition_of((number, body, note, made_at, made_by): Row) -> Result<Edition, StoreError> {
    let book =
        serde_json::from_str(&body).map_err(|e| StoreError::Broken(format!("edition {number} of the rules: {e}")))?;
    Ok(Edition { number, book, note, made_by, made_at })
}

macro_rules! editions {
    () => {
        rule_books::table.left_join(members::table.on(rule_books::made_by.eq(members::id.nullable()))).select((
            rule_books::number,
            rule_books::body,
            rule_books::note,
            rule_books::made_at,
            members::name.nullable(),
        ))
    };
}

pub(super) fn last(tx: &mut Read) -> Result<Option<Edition>, StoreError> {
    let row: Option<Row> = editions!().order(rule_books::number.desc()).first(tx.conn()).optional()?;
    row.map(edition_of).transpose()
}

pub(super) fn edition(tx: &mut Read, number: i64) -> Result<Option<Edition>, StoreError> {
    let row: Option<Row> = editions!().filter(rule_books::number.eq(number)).first(tx.conn()).optional()?;
    row.map(edition_of).transpose()
}

pub(super) fn history(tx: &mut Read) -> Result<Vec<Edition>, StoreError> {
    let rows: Vec<Row> = editions!().order(rule_books::number.desc()).limit(200).load(tx.conn())?;
    rows.into_iter().map(edition_of).collect()
}

pub(super) fn insert(
    tx: &mut Write,
    number: i64,
    book: &Book,
    note: &str,
    by: Option<MemberId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let body = serde_json::to_string(book).map_err(|e| StoreError::Broken(e.to_string()))?;
    diesel::insert_into(rule_books::table)
        .values((
            rule_books::id.eq(RuleBookId::fresh()),
            rule_books::number.eq(number),
            rule_books::body.eq(body),
            rule_books::note.eq(note),
            rule_books::made_by.eq(by),
            rule_books::made_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

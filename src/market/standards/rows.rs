//! Rows of standards.

use crate::measure::rules::Definition;
use crate::store::schema::standards;
use crate::store::{Read, StoreError, Write, each};
use crate::values::{Lang, Sha256, StandardId, Timestamp};
use diesel::prelude::*;

/// An immutable standard of a sector.
#[derive(Debug, Clone)]
pub struct Standard {
    /// Its identifier.
    pub id: StandardId,
    /// Its code, the same for all labels.
    pub code: String,
    /// The label of this text.
    pub label: String,
    /// Title in Chinese.
    pub title_zh: String,
    /// Title in English.
    pub title_en: String,
    /// What it is for, in Chinese.
    pub text_zh: String,
    /// What it is for, in English.
    pub text_en: String,
    /// Fields and rules.
    pub definition: Definition,
    /// Hash of the canonical JSON of all of it.
    pub sha256: Sha256,
    /// When it was written.
    pub created_at: Timestamp,
}
impl Standard {
    /// Gives the title in a language, else the other one.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        lang.pick(&self.title_zh, &self.title_en)
    }
    /// Gives the text in a language, else the other one.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.text_zh, &self.text_en)
    }
}

type Row = (StandardId, String, String, String, String, String, String, String, Sha256, Timestamp);

fn standard(row: Row) -> Result<Standard, StoreError> {
    let (id, code, label, title_zh, title_en, text_zh, text_en, definition, sha256, created_at) = row;
    let definition =
        serde_json::from_str(&definition).map_err(|e| StoreError::Broken(format!("standard {id}: {e}")))?;
    Ok(Standard { id, code, label, title_zh, title_en, text_zh, text_en, definition, sha256, created_at })
}

pub(super) fn find(tx: &mut Read, id: StandardId) -> Result<Option<Standard>, StoreError> {
    let row: Option<Row> = standards::table.find(id).first(tx.conn()).optional()?;
    row.map(standard).transpose()
}

pub(super) fn by_code(tx: &mut Read, code: &str, label: &str) -> Result<Option<Standard>, StoreError> {
    let one = standards::table.filter(standards::code.eq(code)).filter(standards::label.eq(label));
    let row: Option<Row> = one.first(tx.conn()).optional()?;
    row.map(standard).transpose()
}

pub(super) fn all(tx: &mut Read) -> Result<Vec<Standard>, StoreError> {
    let order = (standards::code.asc(), standards::created_at.desc(), standards::id.desc());
    let rows: Vec<Row> = standards::table.order(order).limit(1000).load(tx.conn())?;
    rows.into_iter().map(standard).collect()
}

/// Puts a standard into the table; false when there is one with its code and label, also by a writer of this moment.
pub(super) fn insert(tx: &mut Write, new: &Standard) -> Result<bool, StoreError> {
    let definition = serde_json::to_string(&new.definition).map_err(|e| StoreError::Broken(e.to_string()))?;
    let done = each!(tx.conn(), c => diesel::insert_into(standards::table)
        .values((
            standards::id.eq(new.id),
            standards::code.eq(&new.code),
            standards::label.eq(&new.label),
            standards::title_zh.eq(&new.title_zh),
            standards::title_en.eq(&new.title_en),
            standards::text_zh.eq(&new.text_zh),
            standards::text_en.eq(&new.text_en),
            standards::definition.eq(&definition),
            standards::sha256.eq(&new.sha256),
            standards::created_at.eq(new.created_at),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(done == 1)
}

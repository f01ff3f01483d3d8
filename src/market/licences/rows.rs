//! Rows of licences.

use super::Terms;
use crate::store::schema::licences;
use crate::store::{Read, StoreError, Write, each};
use crate::values::{Lang, LicenceId, PartyId, Sha256, Timestamp};
use diesel::prelude::*;

/// An immutable licence text with its terms.
#[derive(Debug, Clone)]
pub struct Licence {
    /// Its identifier.
    pub id: LicenceId,
    /// SPDX identifier or `LicenseRef-…`.
    pub code: String,
    /// The label of the text.
    pub label: String,
    /// Who wrote it; none for a shipped one.
    pub party_id: Option<PartyId>,
    /// Title in Chinese.
    pub title_zh: String,
    /// Title in English.
    pub title_en: String,
    /// Text in Chinese; may be empty.
    pub text_zh: String,
    /// Text in English; may be empty.
    pub text_en: String,
    /// What the server understands of it.
    pub terms: Terms,
    /// Hash of the canonical JSON of all of it.
    pub sha256: Sha256,
    /// When it was written.
    pub created_at: Timestamp,
}
impl Licence {
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

type Row = (LicenceId, String, String, Option<PartyId>, String, String, String, String, String, Sha256, Timestamp);

fn licence(row: Row) -> Result<Licence, StoreError> {
    let (id, code, label, party_id, title_zh, title_en, text_zh, text_en, terms, sha256, created_at) = row;
    let terms = Terms::parse(&terms).map_err(|e| StoreError::Broken(format!("licence {id}: {e}")))?;
    Ok(Licence { id, code, label, party_id, title_zh, title_en, text_zh, text_en, terms, sha256, created_at })
}

pub(super) fn find(tx: &mut Read, id: LicenceId) -> Result<Option<Licence>, StoreError> {
    let row: Option<Row> = licences::table.find(id).first(tx.conn()).optional()?;
    row.map(licence).transpose()
}

pub(super) fn by_code(tx: &mut Read, code: &str, label: &str) -> Result<Option<Licence>, StoreError> {
    let row: Option<Row> = licences::table
        .filter(licences::code.eq(code))
        .filter(licences::label.eq(label))
        .first(tx.conn())
        .optional()?;
    row.map(licence).transpose()
}

pub(super) fn of_party(tx: &mut Read, party: Option<PartyId>) -> Result<Vec<Licence>, StoreError> {
    let mut query = licences::table.into_boxed();
    query = match party {
        Some(party) => query.filter(licences::party_id.eq(party)),
        None => query.filter(licences::party_id.is_null()),
    };
    let rows: Vec<Row> = query.order(licences::id.asc()).limit(1000).load(tx.conn())?;
    rows.into_iter().map(licence).collect()
}

pub(super) fn of_code(tx: &mut Read, code: &str) -> Result<Vec<Licence>, StoreError> {
    let rows: Vec<Row> = licences::table
        .filter(licences::code.eq(code))
        .order((licences::created_at.asc(), licences::id.asc()))
        .limit(1000)
        .load(tx.conn())?;
    rows.into_iter().map(licence).collect()
}

/// Puts a licence into the table; false when there is one with its code and label, or its hash, also by a writer of this moment.
pub(super) fn insert(tx: &mut Write, new: &Licence) -> Result<bool, StoreError> {
    let done = each!(tx.conn(), c => diesel::insert_into(licences::table)
        .values((
            licences::id.eq(new.id),
            licences::code.eq(&new.code),
            licences::label.eq(&new.label),
            licences::party_id.eq(new.party_id),
            licences::title_zh.eq(&new.title_zh),
            licences::title_en.eq(&new.title_en),
            licences::text_zh.eq(&new.text_zh),
            licences::text_en.eq(&new.text_en),
            licences::terms.eq(new.terms.canonical()),
            licences::sha256.eq(&new.sha256),
            licences::created_at.eq(new.created_at),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(done == 1)
}

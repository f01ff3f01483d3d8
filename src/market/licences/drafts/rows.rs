//! Rows of drafts.

use super::Outline;
use crate::market::licences::builder::Parameters;
use crate::store::schema::licence_drafts;
use crate::store::{Read, StoreError, Write, each};
use crate::values::{LicenceDraftId, LicenceId, Line, PartyId, Slug, Timestamp};
use diesel::prelude::*;

/// A licence that is being built, or the record of how one was.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its identifier.
    pub id: LicenceDraftId,
    /// Whose licence it will be.
    pub party_id: PartyId,
    /// The last part of its code.
    pub name: String,
    /// Its label.
    pub label: String,
    /// Title in Chinese.
    pub title_zh: String,
    /// Title in English.
    pub title_en: String,
    /// What it is built from.
    pub parameters: Parameters,
    /// The licence that was made of it.
    pub licence_id: Option<LicenceId>,
    /// When it was changed last.
    pub changed_at: Timestamp,
    /// Rises with every change.
    pub revision: i64,
}
impl Draft {
    /// Gives what is to be built.
    #[must_use]
    pub fn outline(&self) -> Option<Outline> {
        Some(Outline {
            name: Slug::parse(&self.name).ok()?,
            label: Line::parse(&self.label).ok()?,
            title_zh: Line::optional(&self.title_zh).ok()?,
            title_en: Line::optional(&self.title_en).ok()?,
            parameters: self.parameters.clone(),
        })
    }
}

type Row = (LicenceDraftId, PartyId, String, String, String, String, String, Option<LicenceId>, Timestamp, i64);

fn draft(row: Row) -> Result<Draft, StoreError> {
    let (id, party_id, name, label, title_zh, title_en, parameters, licence_id, changed_at, revision) = row;
    let parameters = serde_json::from_str(&parameters).map_err(|e| StoreError::Broken(format!("draft {id}: {e}")))?;
    Ok(Draft { id, party_id, name, label, title_zh, title_en, parameters, licence_id, changed_at, revision })
}

fn json(parameters: &Parameters) -> Result<String, StoreError> {
    serde_json::to_string(parameters).map_err(|e| StoreError::Broken(e.to_string()))
}

pub(super) fn find(tx: &mut Read, id: LicenceDraftId) -> Result<Option<Draft>, StoreError> {
    let row: Option<Row> = licence_drafts::table.find(id).first(tx.conn()).optional()?;
    row.map(draft).transpose()
}

pub(super) fn of_licence(tx: &mut Read, licence: LicenceId) -> Result<Option<Draft>, StoreError> {
    let row: Option<Row> =
        licence_drafts::table.filter(licence_drafts::licence_id.eq(licence)).first(tx.conn()).optional()?;
    row.map(draft).transpose()
}

pub(super) fn open_of(tx: &mut Read, parties: &[PartyId]) -> Result<Vec<Draft>, StoreError> {
    let rows: Vec<Row> = licence_drafts::table
        .filter(licence_drafts::party_id.eq_any(parties.to_vec()))
        .filter(licence_drafts::licence_id.is_null())
        .order(licence_drafts::changed_at.desc())
        .limit(100)
        .load(tx.conn())?;
    rows.into_iter().map(draft).collect()
}

pub(super) fn insert(tx: &mut Write, new: &Draft) -> Result<(), StoreError> {
    let parameters = json(&new.parameters)?;
    each!(tx.conn(), c => diesel::insert_into(licence_drafts::table)
        .values((
            licence_drafts::id.eq(new.id),
            licence_drafts::party_id.eq(new.party_id),
            licence_drafts::name.eq(&new.name),
            licence_drafts::label.eq(&new.label),
            licence_drafts::title_zh.eq(&new.title_zh),
            licence_drafts::title_en.eq(&new.title_en),
            licence_drafts::parameters.eq(&parameters),
            licence_drafts::licence_id.eq(new.licence_id),
            licence_drafts::changed_at.eq(new.changed_at),
            licence_drafts::revision.eq(new.revision),
        ))
        .execute(c))?;
    Ok(())
}

/// Changes a draft if nobody was first: what it says, or, with a licence, that this was made of it.
pub(super) fn update(tx: &mut Write, draft: &Draft, made: Option<LicenceId>) -> Result<bool, StoreError> {
    let parameters = json(&draft.parameters)?;
    let done = each!(tx.conn(), c => diesel::update(licence_drafts::table)
        .filter(licence_drafts::id.eq(draft.id))
        .filter(licence_drafts::revision.eq(draft.revision))
        .filter(licence_drafts::licence_id.is_null())
        .set((
            licence_drafts::name.eq(&draft.name),
            licence_drafts::label.eq(&draft.label),
            licence_drafts::title_zh.eq(&draft.title_zh),
            licence_drafts::title_en.eq(&draft.title_en),
            licence_drafts::parameters.eq(&parameters),
            licence_drafts::licence_id.eq(made),
            licence_drafts::changed_at.eq(draft.changed_at),
            licence_drafts::revision.eq(draft.revision + 1),
        ))
        .execute(c))?;
    Ok(done == 1)
}

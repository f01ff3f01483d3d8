//! Standards of sectors: what tables of a kind look like and which rules hold in them. The operator keeps the library.
//!
//! A standard is its hash: nothing of it changes; a change is a new label. Standards are public.

mod rows;
mod shipped;

pub use rows::Standard;

use crate::market::accounts::MayOperate;
use crate::market::journal::{self, Deed, Note, Thing};
use crate::measure::rules::{BadDefinition, Definition};
use crate::store::{Read, StoreError, Write};
use crate::values::{Line, Prose, Sha256, Slug, StandardId, Timestamp, hash_text};
use serde_json::Value;

/// A standard about to be written.
#[derive(Debug, Clone)]
pub struct NewStandard {
    /// Its code in small letters, the same for all its labels.
    pub code: Slug,
    /// The label of this text.
    pub label: Line,
    /// Title in Chinese; may be empty when the other is not.
    pub title_zh: Line,
    /// Title in English.
    pub title_en: Line,
    /// What it is for, in Chinese.
    pub text_zh: Prose,
    /// What it is for, in English.
    pub text_en: Prose,
    /// Fields and rules.
    pub definition: Definition,
}

/// Why a standard was not written.
#[derive(Debug, thiserror::Error)]
pub enum StandardError {
    /// There is one with this code and label.
    #[error("this code and label are taken")]
    Taken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads the fields and rules of a standard out of JSON.
///
/// # Errors
/// Everything that is wrong, each with its place.
pub fn definition(whole: &Value) -> Result<Definition, Vec<BadDefinition>> {
    Definition::parse(whole)
}

/// Takes the hash of a standard: that of its canonical JSON (RFC 8785).
fn digest(new: &NewStandard) -> Result<Sha256, StoreError> {
    let definition = serde_json::to_value(&new.definition).map_err(|e| StoreError::Broken(e.to_string()))?;
    let whole = serde_json::json!({
        "code": new.code.as_str(), "label": new.label.as_str(),
        "title_zh": new.title_zh.as_str(), "title_en": new.title_en.as_str(),
        "text_zh": new.text_zh.as_str(), "text_en": new.text_en.as_str(), "definition": definition,
    });
    Ok(hash_text(&whole.to_string()))
}

fn standard(new: &NewStandard, now: Timestamp) -> Result<Standard, StoreError> {
    Ok(Standard {
        id: StandardId::fresh(),
        code: new.code.to_string(),
        label: new.label.to_string(),
        title_zh: new.title_zh.to_string(),
        title_en: new.title_en.to_string(),
        text_zh: new.text_zh.to_string(),
        text_en: new.text_en.to_string(),
        sha256: digest(new)?,
        definition: new.definition.clone(),
        created_at: now,
    })
}

/// Puts the shipped standards into the table, those that are not there yet.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn plant(tx: &mut Write, now: Timestamp) -> Result<usize, StoreError> {
    let mut planted = 0;
    for new in shipped::all()? {
        if rows::by_code(tx, new.code.as_str(), new.label.as_str())?.is_none() {
            // Replicas that start together plant together: whoever is second adds nothing.
            planted += usize::from(rows::insert(tx, &standard(&new, now)?)?);
        }
    }
    Ok(planted)
}

/// Writes a standard into the library; it can never be changed.
///
/// # Errors
/// [`StandardError`] says why it was not written.
pub fn write(tx: &mut Write, may: MayOperate, new: &NewStandard, now: Timestamp) -> Result<Standard, StandardError> {
    let written = standard(new, now)?;
    if rows::by_code(tx, &written.code, &written.label)?.is_some() || !rows::insert(tx, &written)? {
        return Err(StandardError::Taken);
    }
    let detail = serde_json::json!({ "code": written.code, "label": written.label, "sha256": written.sha256.as_str() });
    let note = Note::new(Deed::StandardWritten, Thing::Standard, written.id).detail(detail);
    journal::note(tx, may.by(), &note, now)?;
    Ok(written)
}

/// Finds a standard.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn find(tx: &mut Read, id: StandardId) -> Result<Option<Standard>, StoreError> {
    rows::find(tx, id)
}

/// Gives all labels of all standards, by code, the newest label of each first.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn list(tx: &mut Read) -> Result<Vec<Standard>, StoreError> {
    rows::all(tx)
}

/// Gives the newest label of each standard, by code: what a version may declare.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn newest(tx: &mut Read) -> Result<Vec<Standard>, StoreError> {
    let mut all = rows::all(tx)?;
    all.dedup_by(|later, first| later.code == first.code);
    Ok(all)
}

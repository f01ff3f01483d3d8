//! Licences: immutable texts with terms; the shipped ones and those that organisations wrote.
//!
//! A licence is its hash: text, titles and terms never change under it. A correction is a new label.

mod access;
pub mod builder;
pub mod difference;
pub mod drafts;
pub mod may;
pub mod odrl;
mod own;
mod rows;
pub mod standard;
pub mod terms;

pub use access::{MayChangeLicenceDraft, MayWriteLicence};
pub use own::{OwnLicence, WriteError, write_own};
pub use rows::Licence;
pub use standard::{Standard, standard};
pub use terms::Terms;

use crate::store::{Read, StoreError, Write};
use crate::values::{LicenceId, PartyId, Sha256, Timestamp, hash_text};

/// Takes the hash of a licence: that of its canonical JSON (RFC 8785).
#[must_use]
pub fn digest(code: &str, label: &str, titles: (&str, &str), texts: (&str, &str), terms: &Terms) -> Sha256 {
    let whole = serde_json::json!({
        "code": code, "label": label, "title_zh": titles.0, "title_en": titles.1,
        "text_zh": texts.0, "text_en": texts.1, "terms": terms,
    });
    hash_text(&whole.to_string())
}

/// Puts the shipped licences into the table, those that are not there yet.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn plant(tx: &mut Write, now: Timestamp) -> Result<usize, StoreError> {
    let mut planted = 0;
    for s in standard() {
        if rows::by_code(tx, s.code, s.label)?.is_some() {
            continue;
        }
        let sha256 = digest(s.code, s.label, (s.title_zh, s.title_en), (s.text_zh, s.text_en), &s.terms);
        // Replicas that start together plant together: whoever is second adds nothing.
        let added = rows::insert(
            tx,
            &Licence {
                id: LicenceId::fresh(),
                code: s.code.to_owned(),
                label: s.label.to_owned(),
                party_id: None,
                title_zh: s.title_zh.to_owned(),
                title_en: s.title_en.to_owned(),
                text_zh: s.text_zh.to_owned(),
                text_en: s.text_en.to_owned(),
                terms: s.terms.clone(),
                sha256,
                created_at: now,
            },
        )?;
        planted += usize::from(added);
    }
    Ok(planted)
}

/// Finds a licence. Licences are public.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn find(tx: &mut Read, id: LicenceId) -> Result<Option<Licence>, StoreError> {
    rows::find(tx, id)
}

/// Finds a licence by its code and label.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn find_by_code(tx: &mut Read, code: &str, label: &str) -> Result<Option<Licence>, StoreError> {
    rows::by_code(tx, code, label)
}

/// Gives every version of a licence, oldest first: those of one code.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn versions(tx: &mut Read, code: &str) -> Result<Vec<Licence>, StoreError> {
    rows::of_code(tx, code)
}

/// Gives the version that was written before this one.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn previous(tx: &mut Read, licence: &Licence) -> Result<Option<Licence>, StoreError> {
    let all = rows::of_code(tx, &licence.code)?;
    Ok(all.into_iter().take_while(|l| l.id != licence.id).last())
}

/// Lists the shipped licences.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn list_public(tx: &mut Read) -> Result<Vec<Licence>, StoreError> {
    rows::of_party(tx, None)
}

/// Lists the licences that an organisation wrote, newest last.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn of_party(tx: &mut Read, party: PartyId) -> Result<Vec<Licence>, StoreError> {
    rows::of_party(tx, Some(party))
}

#[cfg(test)]
mod kept;

//! Writing an own licence.

use super::{Licence, MayWriteLicence, Terms, digest, rows};
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::market::parties::Party;
use crate::store::{StoreError, Write};
use crate::values::{LicenceId, Line, Prose, Slug, Timestamp};

/// A licence about to be written.
#[derive(Debug, Clone)]
pub struct OwnLicence {
    /// The last part of its code.
    pub name: Slug,
    /// Its label, such as `1.0`.
    pub label: Line,
    /// Title in Chinese; may be empty when the other is not.
    pub title_zh: Line,
    /// Title in English; may be empty when the other is not.
    pub title_en: Line,
    /// Text in Chinese; may be empty when the other is not.
    pub text_zh: Prose,
    /// Text in English; may be empty when the other is not.
    pub text_en: Prose,
    /// What the server understands of it.
    pub terms: Terms,
}

/// Why a licence was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is one with this code and label.
    #[error("this name and label are taken")]
    Taken,
    /// Title or text is missing in both languages.
    #[error("title and text are missing")]
    Empty,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes an own licence under the code `LicenseRef-ORGANISATION-NAME`; it can never be changed.
///
/// # Errors
/// [`WriteError`] says why it was not written.
pub fn write_own(
    tx: &mut Write,
    may: MayWriteLicence,
    own: &OwnLicence,
    now: Timestamp,
) -> Result<Licence, WriteError> {
    let (party, by) = may.into_parts();
    write(tx, &party, &by, own, now)
}

/// Writes a licence for an organisation whose permit was looked at.
pub(super) fn write(
    tx: &mut Write,
    party: &Party,
    by: &By,
    own: &OwnLicence,
    now: Timestamp,
) -> Result<Licence, WriteError> {
    let empty = |zh: &str, en: &str| zh.is_empty() && en.is_empty();
    if empty(own.title_zh.as_str(), own.title_en.as_str()) || empty(own.text_zh.as_str(), own.text_en.as_str()) {
        return Err(WriteError::Empty);
    }
    let code = code_of(party, &own.name);
    if rows::by_code(tx, &code, own.label.as_str())?.is_some() {
        return Err(WriteError::Taken);
    }
    let titles = (own.title_zh.as_str(), own.title_en.as_str());
    let texts = (own.text_zh.as_str(), own.text_en.as_str());
    let sha256 = digest(&code, own.label.as_str(), titles, texts, &own.terms);
    let licence = Licence {
        id: LicenceId::fresh(),
        code,
        label: own.label.to_string(),
        party_id: Some(party.id),
        title_zh: titles.0.to_owned(),
        title_en: titles.1.to_owned(),
        text_zh: texts.0.to_owned(),
        text_en: texts.1.to_owned(),
        terms: own.terms.clone(),
        sha256,
        created_at: now,
    };
    if !rows::insert(tx, &licence)? {
        return Err(WriteError::Taken);
    }
    let detail = serde_json::json!({ "code": licence.code, "label": licence.label, "sha256": licence.sha256.as_str() });
    journal::note(
        tx,
        by,
        &Note::new(Deed::LicenceWritten, Thing::Licence, licence.id).for_party(party.id).detail(detail),
        now,
    )?;
    Ok(licence)
}

/// Gives the code of an organisation's own licence.
#[must_use]
pub(super) fn code_of(party: &Party, name: &Slug) -> String {
    format!("LicenseRef-{}-{name}", party.slug)
}

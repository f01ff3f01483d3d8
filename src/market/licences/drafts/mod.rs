//! Licences that are being built: parameters that are looked at as text and terms before they become a licence, and that
//! are kept beside it for its next version.

mod rows;

pub use rows::Draft;

use super::builder::{BuildError, Built, Heading, Parameters, build};
use super::own::{code_of, write};
use super::{Licence, MayChangeLicenceDraft, MayWriteLicence, OwnLicence, WriteError};
use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::market::parties::{self, Party, Role};
use crate::store::{Read, StoreError, Write};
use crate::values::{LicenceDraftId, LicenceId, Line, PartyId, Prose, Slug, Timestamp};

/// A licence as it is to be built.
#[derive(Debug, Clone)]
pub struct Outline {
    /// The last part of its code.
    pub name: Slug,
    /// Its label.
    pub label: Line,
    /// Title in Chinese; may be empty when the other is not.
    pub title_zh: Line,
    /// Title in English; may be empty when the other is not.
    pub title_en: Line,
    /// What it is built from.
    pub parameters: Parameters,
}

/// Why no licence was made of a draft.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// It cannot be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The text is longer than a licence may be.
    #[error("the text is too long")]
    TooLong,
    /// It was built and not written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Somebody was first.
    #[error("somebody was first")]
    Overtaken,
}
impl From<StoreError> for MakeError {
    fn from(error: StoreError) -> Self {
        Self::Write(WriteError::Store(error))
    }
}

/// Finds a draft with its organisation, for those who may write its licence.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn visible(tx: &mut Read, actor: &Actor, id: LicenceDraftId) -> Result<(Draft, Party), Refused> {
    let draft = rows::find(tx, id)?.ok_or(Refused::Hidden)?;
    if !parties::roles_of(tx, actor, draft.party_id)?.has_any(&[Role::Publisher, Role::Licensor]) {
        return Err(Refused::Hidden);
    }
    let party = parties::get(tx, draft.party_id)?;
    Ok((draft, party))
}

/// Gives the drafts of which no licence was made yet, of the organisations for which the actor may write one.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn open_of(tx: &mut Read, actor: &Actor) -> Result<Vec<Draft>, StoreError> {
    let own = parties::own(tx, actor)?;
    let writes = own.iter().filter(|(_, r)| r.has_any(&[Role::Publisher, Role::Licensor]));
    let parties: Vec<PartyId> = writes.map(|(p, _)| p.id).collect();
    rows::open_of(tx, &parties)
}

/// Gives the parameters from which a licence was built, if it was.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn parameters_of(tx: &mut Read, licence: LicenceId) -> Result<Option<Draft>, StoreError> {
    rows::of_licence(tx, licence)
}

/// Builds what an organisation's draft says, under the code that its licence will have.
///
/// # Errors
/// [`BuildError`].
pub fn preview(party: &Party, outline: &Outline) -> Result<Built, BuildError> {
    let code = code_of(party, &outline.name);
    let heading = Heading {
        code: &code,
        label: outline.label.as_str(),
        title_zh: outline.title_zh.as_str(),
        title_en: outline.title_en.as_str(),
    };
    build(&heading, &outline.parameters)
}

fn draft_of(party: PartyId, outline: &Outline, now: Timestamp) -> Draft {
    Draft {
        id: LicenceDraftId::fresh(),
        party_id: party,
        name: outline.name.to_string(),
        label: outline.label.to_string(),
        title_zh: outline.title_zh.to_string(),
        title_en: outline.title_en.to_string(),
        parameters: outline.parameters.clone(),
        licence_id: None,
        changed_at: now,
        revision: 1,
    }
}

fn drafted(tx: &mut Write, by: &By, draft: &Draft, now: Timestamp) -> Result<(), StoreError> {
    let detail = serde_json::json!({ "name": draft.name, "label": draft.label });
    let note = Note::new(Deed::LicenceDrafted, Thing::Licence, draft.id).for_party(draft.party_id).detail(detail);
    journal::note(tx, by, &note, now)
}

/// Keeps a new draft.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn begin(
    tx: &mut Write,
    may: MayWriteLicence,
    outline: &Outline,
    now: Timestamp,
) -> Result<LicenceDraftId, StoreError> {
    let (party, by) = may.into_parts();
    let draft = draft_of(party.id, outline, now);
    rows::insert(tx, &draft)?;
    drafted(tx, &by, &draft, now)?;
    Ok(draft.id)
}

/// Changes a draft.
///
/// # Errors
/// [`Refused::Overtaken`] when somebody was first.
pub fn change(tx: &mut Write, may: MayChangeLicenceDraft, outline: &Outline, now: Timestamp) -> Result<(), Refused> {
    let (old, party, by) = may.into_parts();
    let draft = Draft { id: old.id, revision: old.revision, ..draft_of(party.id, outline, now) };
    if !rows::update(tx, &draft, None)? {
        return Err(Refused::Overtaken);
    }
    Ok(drafted(tx, &by, &draft, now)?)
}

fn own_licence(party: &Party, outline: Outline) -> Result<OwnLicence, MakeError> {
    let built = preview(party, &outline)?;
    let prose = |text: &str| Prose::parse(text).map_err(|_| MakeError::TooLong);
    let (text_zh, text_en) = (prose(&built.text_zh)?, prose(&built.text_en)?);
    let Outline { name, label, title_zh, title_en, .. } = outline;
    Ok(OwnLicence { name, label, title_zh, title_en, text_zh, text_en, terms: built.terms })
}

/// Makes the licence of a draft: it can never be changed.
///
/// # Errors
/// [`MakeError`] says why it was not made.
pub fn make(tx: &mut Write, may: MayChangeLicenceDraft, now: Timestamp) -> Result<Licence, MakeError> {
    let (draft, party, by) = may.into_parts();
    let outline = draft.outline().ok_or(MakeError::Overtaken)?;
    let own = own_licence(&party, outline)?;
    let licence = write(tx, &party, &by, &own, now)?;
    if !rows::update(tx, &draft, Some(licence.id))? {
        return Err(MakeError::Overtaken);
    }
    Ok(licence)
}

/// Builds and makes a licence at once.
///
/// # Errors
/// [`MakeError`] says why it was not made.
pub fn make_at_once(
    tx: &mut Write,
    may: MayWriteLicence,
    outline: Outline,
    now: Timestamp,
) -> Result<Licence, MakeError> {
    let (party, by) = may.into_parts();
    let draft = draft_of(party.id, &outline, now);
    let own = own_licence(&party, outline)?;
    let licence = write(tx, &party, &by, &own, now)?;
    rows::insert(tx, &Draft { licence_id: Some(licence.id), ..draft })?;
    Ok(licence)
}

//! Reasons of an organisation's own for refusing a request, beside those that ship with the exchange. One that is retired is
//! offered no more; what was refused with it keeps its words.

mod rows;

pub use rows::OwnReason;

use super::{MayManage, acts_for};
use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::store::{Read, StoreError, Write};
use crate::values::{Lang, MemberId, PartyId, ReasonId, Timestamp};

/// Reasons of one organisation that are not retired.
const MOST: usize = 30;
/// Characters of a name.
const LONGEST: usize = 100;

/// Why a reason was not added or retired.
#[derive(Debug, thiserror::Error)]
pub enum ReasonError {
    /// It has no name in either language, or a long one.
    #[error("a name of at most 100 characters in at least one language")]
    Name,
    /// There is one of this name.
    #[error("there is one of this name")]
    Taken,
    /// There are too many.
    #[error("too many reasons")]
    TooMany,
    /// It is retired already, or there is none.
    #[error("somebody was first")]
    Overtaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OwnReason {
    /// Gives the name in a language, else the other one.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_zh, &self.name_en)
    }
}

fn note(tx: &mut Write, by: &By, party: PartyId, detail: serde_json::Value, now: Timestamp) -> Result<(), StoreError> {
    journal::note(tx, by, &Note::new(Deed::PolicyChanged, Thing::Party, party).for_party(party).detail(detail), now)
}

/// Adds a reason; a name in one language is enough.
///
/// # Errors
/// [`ReasonError`].
pub fn add(tx: &mut Write, may: MayManage, (zh, en): (&str, &str), now: Timestamp) -> Result<ReasonId, ReasonError> {
    let (party, by) = may.into_parts();
    let (zh, en) = (zh.trim(), en.trim());
    let fits = |name: &str| name.chars().count() <= LONGEST && !name.contains(char::is_control);
    if zh.is_empty() && en.is_empty() || !fits(zh) || !fits(en) {
        return Err(ReasonError::Name);
    }
    super::rows::lock(tx, party.id)?;
    let open = rows::open_of(tx, party.id)?;
    if open.len() >= MOST {
        return Err(ReasonError::TooMany);
    }
    let same = |a: &str, b: &str| !a.is_empty() && a.eq_ignore_ascii_case(b);
    if open.iter().any(|r| same(&r.name_zh, zh) || same(&r.name_en, en)) {
        return Err(ReasonError::Taken);
    }
    let member: MemberId = by.id.parse().map_err(|_| ReasonError::Overtaken)?;
    let reason = OwnReason { id: ReasonId::fresh(), name_zh: zh.to_owned(), name_en: en.to_owned() };
    rows::insert(tx, party.id, &reason, member, now)?;
    note(tx, &by, party.id, serde_json::json!({ "reason_added": both_names(&reason) }), now)?;
    Ok(reason.id)
}

/// Both names in one line, for the record.
fn both_names(reason: &OwnReason) -> String {
    [reason.name_zh.as_str(), &reason.name_en].into_iter().filter(|n| !n.is_empty()).collect::<Vec<_>>().join(" / ")
}

/// Retires a reason.
///
/// # Errors
/// [`ReasonError::Overtaken`] when it is retired already.
pub fn retire(tx: &mut Write, may: MayManage, id: ReasonId, now: Timestamp) -> Result<(), ReasonError> {
    let (party, by) = may.into_parts();
    if !rows::retire(tx, party.id, id, now)? {
        return Err(ReasonError::Overtaken);
    }
    Ok(note(tx, &by, party.id, serde_json::json!({ "reason_retired": id.as_str() }), now)?)
}

/// Gives the reasons of an organisation, oldest first, to those who act for it.
///
/// # Errors
/// [`Refused::Hidden`] for strangers.
pub fn reasons_of(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<Vec<OwnReason>, Refused> {
    if !acts_for(tx, actor, party)? {
        return Err(Refused::Hidden);
    }
    Ok(rows::open_of(tx, party)?)
}

/// Finds a reason of an organisation that is offered now.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn offered(tx: &mut Read, party: PartyId, id: ReasonId) -> Result<Option<OwnReason>, StoreError> {
    Ok(rows::open_of(tx, party)?.into_iter().find(|r| r.id == id))
}

/// Gives reasons by their identifiers, also retired ones: what was refused with them says so for good.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn named(tx: &mut Read, ids: &[ReasonId]) -> Result<Vec<OwnReason>, StoreError> {
    if ids.is_empty() { Ok(Vec::new()) } else { rows::of_ids(tx, ids) }
}

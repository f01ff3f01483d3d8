//! The staff of the exchange: the operator gives offices and takes them, never the last operator's.

use super::{Actor, MayOperate, Office, rows};
use crate::market::conditions::Refused;
use crate::market::journal::{self, Deed, Note, Thing};
use crate::market::notices::{self, Kind, Notice, Receiver, Why};
use crate::store::{Read, StoreError, Write};
use crate::values::{Email, MemberId, Timestamp};

/// A person with an office.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The person.
    pub member: MemberId,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The office.
    pub office: Office,
    /// Whether the account is disabled.
    pub disabled: bool,
}

/// Why an office was not given or taken.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// Nobody has a confirmed account with this address.
    #[error("nobody has a confirmed account with this address")]
    Nobody,
    /// The person holds an office already; a person holds one.
    #[error("the person holds an office already")]
    Holds,
    /// The last operator stays.
    #[error("the last operator stays")]
    LastOperator,
    /// The person does not hold this office any more.
    #[error("the person does not hold this office")]
    Overtaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives the office that an actor holds now, read again in this transaction.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn office_of(tx: &mut Read, actor: &Actor) -> Result<Option<Office>, StoreError> {
    let Some(member) = actor.member().filter(|_| actor.office().is_some()) else { return Ok(None) };
    Ok(rows::find_member(tx, member)?.filter(|m| m.disabled_at.is_none()).and_then(|m| m.office))
}

/// Gives everybody with an office to the operator and the site auditor.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn staff(tx: &mut Read, actor: &Actor) -> Result<Vec<Holder>, Refused> {
    match office_of(tx, actor)? {
        Some(Office::Operator | Office::SiteAuditor) => {
            Ok(rows::holders(tx, None)?.into_iter().filter_map(holder).collect())
        }
        Some(Office::Moderator | Office::Compliance) | None => Err(Refused::Hidden),
    }
}

fn holder(m: rows::Member) -> Option<Holder> {
    let office = m.office?;
    Some(Holder { member: m.id, name: m.name, email: m.email, office, disabled: m.disabled_at.is_some() })
}

/// Gives the people who hold an office and can act.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn holders_of(tx: &mut Read, office: Office) -> Result<Vec<Holder>, StoreError> {
    Ok(rows::holders(tx, Some(office))?.into_iter().filter_map(holder).filter(|h| !h.disabled).collect())
}

/// Gives who is told what waits for an office: its holders, else the operators, who can fill it.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn receivers_in(tx: &mut Read, office: Office) -> Result<Vec<Receiver>, StoreError> {
    let mut people = holders_of(tx, office)?;
    if people.is_empty() {
        people = holders_of(tx, Office::Operator)?;
    }
    let mut receivers = Vec::new();
    for person in people {
        let why = Why::Office(person.office.to_string());
        receivers.extend(rows::receiver_of(tx, person.member)?.map(|r| r.because(why)));
    }
    Ok(receivers)
}

fn tell(
    tx: &mut Write,
    kind: Kind,
    member: MemberId,
    office: Office,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let receivers: Vec<Receiver> =
        rows::receiver_of(tx, member)?.map(|r| r.because(Why::Account)).into_iter().collect();
    // The same office can be given twice in a life: the instant tells the notices apart.
    let notice =
        Notice::new(kind, format!("{member}/{}", now.0)).fact("office", office).fact("by", by).leads_to("/account");
    notices::file(tx, &notice, &receivers, now)
}

/// Gives an office to somebody who has a confirmed account and no office.
///
/// # Errors
/// [`StaffError`].
pub fn appoint(
    tx: &mut Write,
    may: MayOperate,
    email: &Email,
    office: Office,
    now: Timestamp,
) -> Result<MemberId, StaffError> {
    let member = rows::member_of_email(tx, email.as_str())?
        .filter(|m| m.confirmed_at.is_some() && m.disabled_at.is_none())
        .ok_or(StaffError::Nobody)?;
    if !rows::take_office(tx, member.id, office)? {
        return Err(StaffError::Holds);
    }
    let detail = serde_json::json!({ "office": office.as_str(), "name": member.name });
    let note = Note::new(Deed::OfficeGiven, Thing::Member, member.id).detail(detail);
    journal::note(tx, may.by(), &note, now)?;
    tell(tx, Kind::OfficeGiven, member.id, office, &may.by().name, now)?;
    Ok(member.id)
}

/// Takes an office from somebody. It bites at the next request.
///
/// # Errors
/// [`StaffError::LastOperator`], [`StaffError::Overtaken`] when the office is another one, or none, by now.
pub fn dismiss(
    tx: &mut Write,
    may: MayOperate,
    member: MemberId,
    office: Office,
    now: Timestamp,
) -> Result<(), StaffError> {
    if office == Office::Operator {
        // Two operators who dismiss each other at once wait for each other here, and the second is the last one.
        rows::lock_office(tx, Office::Operator)?;
        if !holders_of(tx, Office::Operator)?.iter().any(|h| h.member != member) {
            return Err(StaffError::LastOperator);
        }
    }
    if !rows::leave_office(tx, member, office)? {
        return Err(StaffError::Overtaken);
    }
    let name = rows::find_member(tx, member)?.map(|m| m.name).unwrap_or_default();
    let detail = serde_json::json!({ "office": office.as_str(), "name": name });
    journal::note(tx, may.by(), &Note::new(Deed::OfficeTaken, Thing::Member, member).detail(detail), now)?;
    Ok(tell(tx, Kind::OfficeTaken, member, office, &may.by().name, now)?)
}

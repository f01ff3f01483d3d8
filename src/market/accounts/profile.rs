//! A person's own account: profile, password, address, sessions, own record.

use super::links::{Purpose, make_link, use_link};
use super::rows::{self, Member, Session};
use super::{Actor, SignUpError};
use crate::market::conditions::Refused;
use crate::market::journal::{self, ActorKind, By, Deed, Entry, Note, Thing};
use crate::market::notices::{self, Kind, Notice, Receiver, Why};
use crate::store::{Read, StoreError, Write};
use crate::values::{Email, Lang, Line, MemberId, PartyId, ServerKey, SessionId, Timestamp};

/// Lets a person change their own account.
pub struct MayChangeSelf {
    pub(super) member: Member,
    pub(super) by: By,
    session: Option<SessionId>,
    /// The organisation that the asker's key is bound to.
    pub(super) bound: Option<PartyId>,
}

impl MayChangeSelf {
    /// Checks that a person asks.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for a machine.
    pub fn check(tx: &mut Read, actor: &Actor) -> Result<Self, Refused> {
        let id = actor.member().ok_or(Refused::Hidden)?;
        let member = rows::find_member(tx, id)?.ok_or(Refused::Hidden)?;
        Ok(Self { member, by: actor.by(), session: actor.session(), bound: actor.bound() })
    }
}

/// Why a change of the account did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The current password does not match, or changed meanwhile.
    #[error("the current password does not match")]
    WrongPassword,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives the own account.
///
/// # Errors
/// [`Refused::Hidden`] for a machine.
pub fn mine(tx: &mut Read, actor: &Actor) -> Result<Member, Refused> {
    MayChangeSelf::check(tx, actor).map(|may| may.member)
}

/// Changes name and language.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn change_profile(
    tx: &mut Write,
    may: MayChangeSelf,
    name: &Line,
    lang: Lang,
    now: Timestamp,
) -> Result<(), StoreError> {
    rows::set_profile(tx, may.member.id, name.as_str(), lang)?;
    journal::note(tx, &may.by, &Note::new(Deed::ProfileChanged, Thing::Member, may.member.id), now)
}

/// Changes the password; `verified_hash` is the stored hash against which the current one was just verified.
/// Every other session ends, and the person is told.
///
/// # Errors
/// [`ChangeError::WrongPassword`] when the password was changed meanwhile.
pub fn change_password(
    tx: &mut Write,
    may: MayChangeSelf,
    verified_hash: &str,
    new_hash: &str,
    now: Timestamp,
) -> Result<(), ChangeError> {
    if may.member.password_hash != verified_hash {
        return Err(ChangeError::WrongPassword);
    }
    let member = may.member;
    rows::set_password(tx, member.id, new_hash)?;
    rows::end_sessions(tx, member.id, may.session, now)?;
    journal::note(tx, &may.by, &Note::new(Deed::PasswordChanged, Thing::Member, member.id), now)?;
    let notice = Notice::new(Kind::PasswordChanged, format!("{}/{}", member.id, now.0))
        .fact("name", &member.name)
        .leads_to("/account");
    notices::file(tx, &notice, &[member.receiver(Why::Account)], now)?;
    Ok(())
}

/// Sends a link to a new address; the address changes only when the link is used. An address that has an account
/// gets no link, and the answer is the same.
///
/// # Errors
/// [`ChangeError::WrongPassword`] when the password was changed meanwhile.
pub fn change_email_asked(
    tx: &mut Write,
    key: &ServerKey,
    may: MayChangeSelf,
    verified_hash: &str,
    email: &Email,
    now: Timestamp,
) -> Result<(), ChangeError> {
    if may.member.password_hash != verified_hash {
        return Err(ChangeError::WrongPassword);
    }
    if rows::member_of_email(tx, email.as_str())?.is_some() {
        return Ok(());
    }
    let link = make_link(tx, key, Purpose::NewEmail, Some(may.member.id), email, now)?;
    let notice = Notice::new(Kind::NewEmail, link.id).fact("name", &may.member.name).with_link(link.id, &link.nonce);
    notices::file(tx, &notice, &[Receiver::address(email.to_string(), may.member.lang)], now)?;
    Ok(())
}

/// Changes the address by the link that was sent to the new one; the old address is told.
///
/// # Errors
/// [`SignUpError::DeadLink`] or [`SignUpError::Taken`].
pub fn confirm_new_email(tx: &mut Write, secret: &str, now: Timestamp) -> Result<MemberId, SignUpError> {
    let used = use_link(tx, secret, Purpose::NewEmail, now)?.ok_or(SignUpError::DeadLink)?;
    let member = used.member.map(|id| rows::find_member(tx, id)).transpose()?.flatten().ok_or(SignUpError::DeadLink)?;
    if rows::member_of_email(tx, &used.email)?.is_some() {
        return Err(SignUpError::Taken);
    }
    rows::set_email(tx, member.id, &used.email)?;
    rows::kill_links(tx, Purpose::Reset, member.id, now)?;
    let by = By { kind: ActorKind::Member, id: member.id.to_string(), name: member.name.clone() };
    journal::note(tx, &by, &Note::new(Deed::EmailChanged, Thing::Member, member.id), now)?;
    let notice = Notice::new(Kind::EmailChanged, used.id).fact("name", &member.name).leads_to("/account");
    notices::file(tx, &notice, &[member.receiver(Why::Account)], now)?;
    Ok(member.id)
}

/// Gives the open sessions, last used first.
///
/// # Errors
/// [`Refused::Hidden`] for a machine.
pub fn sessions(tx: &mut Read, actor: &Actor, now: Timestamp) -> Result<Vec<Session>, Refused> {
    let id = actor.member().ok_or(Refused::Hidden)?;
    Ok(rows::open_sessions(tx, id, now)?)
}

/// Ends one of the own sessions.
///
/// # Errors
/// [`Refused::Hidden`] when it is not an own one.
pub fn end_session(tx: &mut Write, may: MayChangeSelf, session: SessionId, now: Timestamp) -> Result<(), Refused> {
    if !rows::end_session(tx, may.member.id, session, now)? {
        return Err(Refused::Hidden);
    }
    Ok(journal::note(tx, &may.by, &Note::new(Deed::SignedOut, Thing::Member, may.member.id), now)?)
}

/// Ends all own sessions but this one.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn end_other_sessions(tx: &mut Write, may: MayChangeSelf, now: Timestamp) -> Result<(), StoreError> {
    rows::end_sessions(tx, may.member.id, may.session, now)?;
    journal::note(tx, &may.by, &Note::new(Deed::SignedOut, Thing::Member, may.member.id), now)
}

/// Gives the record of the own account.
///
/// # Errors
/// [`Refused::Hidden`] for a machine.
pub fn own_journal(tx: &mut Read, actor: &Actor) -> Result<Vec<Entry>, Refused> {
    let id = actor.member().ok_or(Refused::Hidden)?;
    Ok(journal::of_thing(tx, id.as_str())?)
}

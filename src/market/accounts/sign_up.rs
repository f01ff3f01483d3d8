//! Opening an account, confirming its address, choosing a new password.
//!
//! Whoever asks learns nothing of which addresses have accounts: the answer is the same, the mail differs.

use super::links::{Purpose, make_link, use_link};
use super::rows;
use crate::market::journal::{self, ActorKind, By, Deed, Note, Thing};
use crate::market::notices::{self, Kind, Notice, Receiver, Why};
use crate::store::{StoreError, Write};
use crate::values::{Email, Lang, Line, MemberId, ServerKey, Timestamp};

/// A new account; the password is hashed already.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// The address, by which the person signs in.
    pub email: Email,
    /// The person's name.
    pub name: Line,
    /// The PHC string of the password.
    pub password_hash: String,
    /// The language of pages and mails.
    pub lang: Lang,
}

/// Why an account's link did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    /// The link is unknown, used, or ended.
    #[error("the link is no longer good")]
    DeadLink,
    /// The address has an account already.
    #[error("the address has an account")]
    Taken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn by_member(id: MemberId, name: &str) -> By {
    By { kind: ActorKind::Member, id: id.to_string(), name: name.to_owned() }
}

/// Opens an account that waits for its confirmation; to an address that has one it sends a hint instead.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn sign_up(tx: &mut Write, key: &ServerKey, new: &NewMember, now: Timestamp) -> Result<(), StoreError> {
    if let Some(member) = rows::member_of_email(tx, new.email.as_str())? {
        if member.confirmed_at.is_none() {
            return ask_to_confirm(tx, key, member.id, new, now);
        }
        let hint = Notice::new(Kind::AlreadyMember, format!("{}/{}", member.id, now.0))
            .fact("name", &member.name)
            .leads_to("/sign-in");
        return notices::file(tx, &hint, &[member.receiver(Why::Account)], now);
    }
    let id = rows::insert_member(tx, new, None, now)?;
    journal::note(tx, &by_member(id, new.name.as_str()), &Note::new(Deed::SignedUp, Thing::Member, id), now)?;
    ask_to_confirm(tx, key, id, new, now)
}

fn ask_to_confirm(
    tx: &mut Write,
    key: &ServerKey,
    id: MemberId,
    new: &NewMember,
    now: Timestamp,
) -> Result<(), StoreError> {
    let link = make_link(tx, key, Purpose::Confirm, Some(id), &new.email, now)?;
    let notice = Notice::new(Kind::Confirm, link.id).fact("name", &new.name).with_link(link.id, &link.nonce);
    notices::file(tx, &notice, &[Receiver::address(new.email.to_string(), new.lang)], now)
}

/// Confirms an address by its mailed link.
///
/// # Errors
/// [`SignUpError::DeadLink`] when the link is unknown, used or ended.
pub fn confirm(tx: &mut Write, secret: &str, now: Timestamp) -> Result<MemberId, SignUpError> {
    let used = use_link(tx, secret, Purpose::Confirm, now)?.ok_or(SignUpError::DeadLink)?;
    let id = used.member.ok_or(SignUpError::DeadLink)?;
    rows::confirm_member(tx, id, now)?;
    journal::note(tx, &by_member(id, &used.email), &Note::new(Deed::Confirmed, Thing::Member, id), now)?;
    Ok(id)
}

/// Opens a confirmed account on the word of a command, as `create-operator` and the demo do.
///
/// # Errors
/// [`SignUpError::Taken`] when the address has an account.
pub fn create_member(
    tx: &mut Write,
    house: &super::Actor,
    new: &NewMember,
    now: Timestamp,
) -> Result<MemberId, SignUpError> {
    if !house.is_house() || rows::member_of_email(tx, new.email.as_str())?.is_some() {
        return Err(SignUpError::Taken);
    }
    let id = rows::insert_member(tx, new, Some(now), now)?;
    journal::note(tx, &house.by(), &Note::new(Deed::SignedUp, Thing::Member, id), now)?;
    Ok(id)
}

/// Sends a link to choose a new password, if the address has a confirmed account.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn reset_asked(tx: &mut Write, key: &ServerKey, email: &Email, now: Timestamp) -> Result<(), StoreError> {
    let Some(member) = rows::member_of_email(tx, email.as_str())? else { return Ok(()) };
    if member.disabled_at.is_some() {
        return Ok(());
    }
    let link = make_link(tx, key, Purpose::Reset, Some(member.id), email, now)?;
    journal::note(tx, &By::nobody(), &Note::new(Deed::ResetAsked, Thing::Member, member.id), now)?;
    let notice = Notice::new(Kind::Reset, link.id).fact("name", &member.name).with_link(link.id, &link.nonce);
    notices::file(tx, &notice, &[member.receiver(Why::Account)], now)
}

/// Sets a new password by a mailed link; confirms the address too, and ends every session.
///
/// # Errors
/// [`SignUpError::DeadLink`] when the link is unknown, used or ended.
pub fn reset_password(
    tx: &mut Write,
    secret: &str,
    password_hash: &str,
    now: Timestamp,
) -> Result<MemberId, SignUpError> {
    let used = use_link(tx, secret, Purpose::Reset, now)?.ok_or(SignUpError::DeadLink)?;
    let id = used.member.ok_or(SignUpError::DeadLink)?;
    rows::confirm_member(tx, id, now)?;
    rows::set_password(tx, id, password_hash)?;
    rows::end_sessions(tx, id, None, now)?;
    super::throttle::forget(tx, &used.email)?;
    journal::note(tx, &by_member(id, &used.email), &Note::new(Deed::PasswordChanged, Thing::Member, id), now)?;
    if let Some(member) = rows::find_member(tx, id)? {
        let notice = Notice::new(Kind::PasswordChanged, format!("{id}/{}", now.0))
            .fact("name", &member.name)
            .leads_to("/account");
        notices::file(tx, &notice, &[member.receiver(Why::Account)], now)?;
    }
    Ok(id)
}

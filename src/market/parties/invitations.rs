//! Invitations: by mail, bound to the address, good for seven days and once.

use super::{MayManage, Party, Roles, rows};
use crate::market::accounts::{self, Actor, MayChangeSelf, Purpose};
use crate::market::conditions::Refused;
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::market::notices::{self, Kind, Notice, Receiver};
use crate::store::{Read, StoreError, Write};
use crate::values::{Email, InvitationId, Lang, MemberId, PartyId, ServerKey, Timestamp};
use diesel::Queryable;

/// Invitations of one organisation that may be open at a time.
const MOST_OPEN: usize = 100;

/// An invitation.
#[derive(Debug, Clone, Queryable)]
pub struct Invitation {
    /// Its identifier.
    pub id: InvitationId,
    /// To which organisation.
    pub party_id: PartyId,
    /// Who is invited.
    pub email: String,
    /// With which roles.
    pub roles: Roles,
    /// When.
    pub created_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

impl Invitation {
    /// Tells whether it can still be accepted.
    #[must_use]
    pub fn open(&self, now: Timestamp) -> bool {
        self.accepted_at.is_none() && self.withdrawn_at.is_none() && self.expires_at > now
    }
}

/// Why an invitation was not made or accepted.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The person is a member already.
    #[error("is a member already")]
    AlreadyMember,
    /// An open invitation to this address exists.
    #[error("is invited already")]
    AlreadyInvited,
    /// Too many are open.
    #[error("too many open invitations")]
    TooMany,
    /// The link is unknown, used, ended, withdrawn, or for another address.
    #[error("the invitation is no longer good")]
    Dead,
    /// The invitation is for another address than the account's.
    #[error("the invitation is for another address")]
    OtherAddress,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lets an owner invite.
pub struct MayInvite {
    party: Party,
    by: By,
    member: MemberId,
}
impl MayInvite {
    /// Checks that the actor is an owner, and a person.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn check(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<Self, Refused> {
        let member = actor.member().ok_or(Refused::Hidden)?;
        let (party, by) = MayManage::check(tx, actor, party)?.into_parts();
        Ok(Self { party, by, member })
    }
}

/// Invites an address with roles; the mail is in the inviter's language, for the receiver's is not known.
///
/// # Errors
/// [`InviteError`].
pub fn invite(
    tx: &mut Write,
    key: &ServerKey,
    may: MayInvite,
    email: &Email,
    roles: Roles,
    lang: Lang,
    now: Timestamp,
) -> Result<InvitationId, InviteError> {
    let MayInvite { party, by, member } = may;
    if rows::members(tx, party.id)?.iter().any(|m| m.email == email.as_str()) {
        return Err(InviteError::AlreadyMember);
    }
    let open: Vec<_> = rows::invitations_of(tx, party.id)?.into_iter().filter(|i| i.open(now)).collect();
    if open.iter().any(|i| i.email == email.as_str()) {
        return Err(InviteError::AlreadyInvited);
    }
    if open.len() >= MOST_OPEN {
        return Err(InviteError::TooMany);
    }
    let link = accounts::make_link(tx, key, Purpose::Invitation, None, email, now)?;
    let detail = serde_json::json!({ "email": email.as_str(), "roles": roles.text() });
    let new = Invitation {
        id: InvitationId::fresh(),
        party_id: party.id,
        email: email.to_string(),
        roles,
        created_at: now,
        expires_at: link.expires_at,
        accepted_at: None,
        withdrawn_at: None,
    };
    rows::insert_invitation(tx, &new, link.id, member)?;
    journal::note(tx, &by, &Note::new(Deed::Invited, Thing::Party, party.id).for_party(party.id).detail(detail), now)?;
    let lang = accounts::member_of_email(tx, email.as_str())?.map_or(lang, |m| m.lang);
    let notice = Notice::new(Kind::Invitation, new.id)
        .fact("organisation", party.name(lang))
        .fact("by", &by.name)
        .with_link(link.id, &link.nonce);
    notices::file(tx, &notice, &[Receiver::address(email.to_string(), lang)], now)?;
    Ok(new.id)
}

/// Shows to what a mailed link invites, before it is used.
///
/// # Errors
/// [`InviteError::Dead`].
pub fn invited_to(tx: &mut Read, secret: &str, now: Timestamp) -> Result<(Party, Invitation), InviteError> {
    let link =
        accounts::link_view(tx, secret, now)?.filter(|l| l.purpose == Purpose::Invitation).ok_or(InviteError::Dead)?;
    let found = rows::invitation_of_link(tx, link.id)?.filter(|i| i.open(now)).ok_or(InviteError::Dead)?;
    let party = rows::find(tx, found.party_id)?.ok_or(InviteError::Dead)?;
    Ok((party, found))
}

/// Accepts an invitation; the account's confirmed address must be the invited one.
///
/// # Errors
/// [`InviteError`].
pub fn accept(
    tx: &mut Write,
    may: MayChangeSelf,
    actor: &Actor,
    secret: &str,
    now: Timestamp,
) -> Result<PartyId, InviteError> {
    drop(may);
    let (party, invitation) = invited_to(tx, secret, now)?;
    let member = actor
        .member()
        .and_then(|id| accounts::find_member(tx, id).transpose())
        .transpose()?
        .ok_or(InviteError::Dead)?;
    if member.email != invitation.email {
        return Err(InviteError::OtherAddress);
    }
    if rows::roles(tx, party.id, member.id)?.is_some() {
        return Err(InviteError::AlreadyMember);
    }
    accounts::use_link(tx, secret, Purpose::Invitation, now)?.ok_or(InviteError::Dead)?;
    if !rows::accept_invitation(tx, invitation.id, now)? {
        return Err(InviteError::Dead);
    }
    rows::join(tx, party.id, member.id, &invitation.roles, now)?;
    let detail = serde_json::json!({ "roles": invitation.roles.text() });
    journal::note(
        tx,
        &actor.by(),
        &Note::new(Deed::Joined, Thing::Party, party.id).for_party(party.id).detail(detail),
        now,
    )?;
    Ok(party.id)
}

/// Gives the invitations to an owner.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn invitations_of(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<Vec<Invitation>, Refused> {
    MayManage::check(tx, actor, party)?;
    Ok(rows::invitations_of(tx, party)?)
}

/// Withdraws an invitation.
///
/// # Errors
/// [`Refused::Overtaken`] when it is no longer open.
pub fn withdraw_invitation(tx: &mut Write, may: MayInvite, id: InvitationId, now: Timestamp) -> Result<(), Refused> {
    if !rows::withdraw_invitation(tx, may.party.id, id, now)? {
        return Err(Refused::Overtaken);
    }
    let note = Note::new(Deed::InvitationWithdrawn, Thing::Party, may.party.id).for_party(may.party.id);
    Ok(journal::note(tx, &may.by, &note, now)?)
}

//! Rows of organisations, memberships and invitations.

use super::{Invitation, MemberView, NewParty, Roles};
use crate::store::schema::{invitations, members, memberships, parties};
use crate::store::{Read, StoreError, Write};
use crate::values::{Currency, InvitationId, Lang, LinkId, MemberId, MembershipId, PartyId, Timestamp, text_enum};
use diesel::prelude::*;

text_enum! {
    /// What kind of organisation it is.
    PartyKind {
        /// A company.
        Company = "company",
        /// A research institute or university.
        Institute = "institute",
        /// A consortium of organisations.
        Consortium = "consortium",
    }
}

/// An organisation.
#[derive(Debug, Clone, Queryable)]
pub struct Party {
    /// Its identifier.
    pub id: PartyId,
    /// Its name in addresses.
    pub slug: String,
    /// Its legal name in Chinese; may be empty.
    pub name_zh: String,
    /// Its legal name in English; may be empty.
    pub name_en: String,
    /// Its kind.
    pub kind: PartyKind,
    /// ISO 3166-1 alpha-2 code of its country.
    pub country: String,
    /// Its registration number: unified social credit code, LEI or VAT id.
    pub registration: String,
    /// When the operator verified it.
    pub verified_at: Option<Timestamp>,
    /// Which of the operator's people verified it.
    pub verified_by: Option<MemberId>,
    /// How it was verified.
    pub verification: Option<String>,
    /// To whom invoices are to be paid: name, bank, account.
    pub payee: String,
    /// Amounts above this need an approver of its own; none means no policy. Minor units of the next field.
    pub approval_over_minor: Option<i64>,
    /// The currency of that limit.
    pub approval_currency: Currency,
    /// When it was founded here.
    pub created_at: Timestamp,
    /// Rises with every change.
    pub revision: i64,
}

impl Party {
    /// Gives the name in a language, else the other one.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_zh, &self.name_en)
    }
}

pub(super) fn find(tx: &mut Read, id: PartyId) -> Result<Option<Party>, StoreError> {
    Ok(parties::table.find(id).first(tx.conn()).optional()?)
}

pub(super) fn find_by_slug(tx: &mut Read, slug: &str) -> Result<Option<Party>, StoreError> {
    Ok(parties::table.filter(parties::slug.eq(slug)).first(tx.conn()).optional()?)
}

pub(super) fn list(tx: &mut Read, waiting: bool) -> Result<Vec<Party>, StoreError> {
    let mut query = parties::table.into_boxed();
    if waiting {
        query = query.filter(parties::verified_at.is_null());
    }
    Ok(query.order((parties::created_at.desc(), parties::id.desc())).limit(1000).load(tx.conn())?)
}

pub(super) fn insert(tx: &mut Write, id: PartyId, new: &NewParty, now: Timestamp) -> Result<(), StoreError> {
    diesel::insert_into(parties::table)
        .values((
            parties::id.eq(id),
            parties::slug.eq(new.slug.as_str()),
            parties::name_zh.eq(new.name_zh.as_str()),
            parties::name_en.eq(new.name_en.as_str()),
            parties::kind.eq(new.kind),
            parties::country.eq(&new.country),
            parties::registration.eq(new.registration.as_str()),
            parties::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Changes particulars if the revision is still the one that was seen; a changed name or number must be verified again.
pub(super) fn change(
    tx: &mut Write,
    party: &Party,
    revision: i64,
    change: &super::PartyChange,
    verified_at: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let seen = parties::table.find(party.id).filter(parties::revision.eq(revision));
    let done = diesel::update(seen)
        .set((
            parties::name_zh.eq(change.name_zh.as_str()),
            parties::name_en.eq(change.name_en.as_str()),
            parties::country.eq(&change.country),
            parties::registration.eq(change.registration.as_str()),
            parties::payee.eq(change.payee.as_str()),
            parties::verified_at.eq(verified_at),
            parties::revision.eq(revision + 1),
        ))
        .execute(tx.conn())?;
    Ok(done == 1)
}

pub(super) fn set_policy(
    tx: &mut Write,
    id: PartyId,
    revision: i64,
    over: Option<i64>,
    currency: Currency,
) -> Result<bool, StoreError> {
    let seen = parties::table.find(id).filter(parties::revision.eq(revision));
    let values = (
        parties::approval_over_minor.eq(over),
        parties::approval_currency.eq(currency),
        parties::revision.eq(revision + 1),
    );
    Ok(diesel::update(seen).set(values).execute(tx.conn())? == 1)
}

/// Keeps what the policy in force says in its simple form, and nothing when it says more.
pub(super) fn mirror_policy(
    tx: &mut Write,
    id: PartyId,
    over: Option<i64>,
    currency: Currency,
) -> Result<(), StoreError> {
    let values = (
        parties::approval_over_minor.eq(over),
        parties::approval_currency.eq(currency),
        parties::revision.eq(parties::revision + 1),
    );
    diesel::update(parties::table.find(id)).set(values).execute(tx.conn())?;
    Ok(())
}

pub(super) fn set_verified(
    tx: &mut Write,
    id: PartyId,
    by: MemberId,
    method: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let open = parties::table.find(id).filter(parties::verified_at.is_null());
    let values = (
        parties::verified_at.eq(now),
        parties::verified_by.eq(by),
        parties::verification.eq(method),
        parties::revision.eq(parties::revision + 1),
    );
    Ok(diesel::update(open).set(values).execute(tx.conn())? == 1)
}

pub(super) fn roles(tx: &mut Read, party: PartyId, member: MemberId) -> Result<Option<Roles>, StoreError> {
    let own = memberships::table.filter(memberships::party_id.eq(party)).filter(memberships::member_id.eq(member));
    Ok(own.select(memberships::roles).first(tx.conn()).optional()?)
}

pub(super) fn of_member(tx: &mut Read, member: MemberId) -> Result<Vec<(Party, Roles)>, StoreError> {
    let own = memberships::table
        .inner_join(parties::table.on(parties::id.eq(memberships::party_id)))
        .filter(memberships::member_id.eq(member));
    Ok(own
        .select((parties::all_columns, memberships::roles))
        .order((memberships::created_at.asc(), memberships::id.asc()))
        .limit(100)
        .load(tx.conn())?)
}

pub(super) fn members(tx: &mut Read, party: PartyId) -> Result<Vec<MemberView>, StoreError> {
    let joined = memberships::table
        .inner_join(members::table.on(members::id.eq(memberships::member_id)))
        .filter(memberships::party_id.eq(party));
    let rows: Vec<(MemberId, String, String, Roles, Timestamp, Option<Timestamp>)> = joined
        .select((
            members::id,
            members::name,
            members::email,
            memberships::roles,
            memberships::created_at,
            members::disabled_at,
        ))
        .order((memberships::created_at.asc(), memberships::id.asc()))
        .limit(1000)
        .load(tx.conn())?;
    let live = rows.into_iter().filter(|row| row.5.is_none());
    Ok(live
        .map(|(member_id, name, email, roles, joined_at, _)| MemberView { member_id, name, email, roles, joined_at })
        .collect())
}

pub(super) fn join(
    tx: &mut Write,
    party: PartyId,
    member: MemberId,
    roles: &Roles,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(memberships::table)
        .values((
            memberships::id.eq(MembershipId::fresh()),
            memberships::party_id.eq(party),
            memberships::member_id.eq(member),
            memberships::roles.eq(roles.text()),
            memberships::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Changes roles if they are still those that were seen.
pub(super) fn set_roles(
    tx: &mut Write,
    party: PartyId,
    member: MemberId,
    seen: &Roles,
    roles: &Roles,
) -> Result<bool, StoreError> {
    let own = memberships::table
        .filter(memberships::party_id.eq(party))
        .filter(memberships::member_id.eq(member))
        .filter(memberships::roles.eq(seen.text()));
    Ok(diesel::update(own).set(memberships::roles.eq(roles.text())).execute(tx.conn())? == 1)
}

pub(super) fn remove(tx: &mut Write, party: PartyId, member: MemberId) -> Result<bool, StoreError> {
    let own = memberships::table.filter(memberships::party_id.eq(party)).filter(memberships::member_id.eq(member));
    Ok(diesel::delete(own).execute(tx.conn())? == 1)
}

/// Locks an organisation against other changes of its members in this transaction, so that two owners cannot leave at once.
pub(super) fn lock(tx: &mut Write, party: PartyId) -> Result<(), StoreError> {
    diesel::update(parties::table.find(party)).set(parties::revision.eq(parties::revision)).execute(tx.conn())?;
    Ok(())
}

type InvitationColumns = (
    invitations::id,
    invitations::party_id,
    invitations::email,
    invitations::roles,
    invitations::created_at,
    invitations::expires_at,
    invitations::accepted_at,
    invitations::withdrawn_at,
);
const INVITATION: InvitationColumns = (
    invitations::id,
    invitations::party_id,
    invitations::email,
    invitations::roles,
    invitations::created_at,
    invitations::expires_at,
    invitations::accepted_at,
    invitations::withdrawn_at,
);

pub(super) fn insert_invitation(
    tx: &mut Write,
    new: &Invitation,
    link: LinkId,
    by: MemberId,
) -> Result<(), StoreError> {
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(new.id),
            invitations::party_id.eq(new.party_id),
            invitations::email.eq(&new.email),
            invitations::roles.eq(new.roles.text()),
            invitations::link_id.eq(link),
            invitations::invited_by.eq(by),
            invitations::created_at.eq(new.created_at),
            invitations::expires_at.eq(new.expires_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn invitation_of_link(tx: &mut Read, link: LinkId) -> Result<Option<Invitation>, StoreError> {
    Ok(invitations::table.filter(invitations::link_id.eq(link)).select(INVITATION).first(tx.conn()).optional()?)
}

pub(super) fn invitations_of(tx: &mut Read, party: PartyId) -> Result<Vec<Invitation>, StoreError> {
    let own = invitations::table.filter(invitations::party_id.eq(party)).select(INVITATION);
    Ok(own.order((invitations::created_at.desc(), invitations::id.desc())).limit(200).load(tx.conn())?)
}

macro_rules! open_invitation {
    ($id:expr) => {
        invitations::table
            .find($id)
            .filter(invitations::accepted_at.is_null())
            .filter(invitations::withdrawn_at.is_null())
    };
}

pub(super) fn accept_invitation(tx: &mut Write, id: InvitationId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(diesel::update(open_invitation!(id)).set(invitations::accepted_at.eq(now)).execute(tx.conn())? == 1)
}

pub(super) fn withdraw_invitation(
    tx: &mut Write,
    party: PartyId,
    id: InvitationId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let own = open_invitation!(id).filter(invitations::party_id.eq(party));
    Ok(diesel::update(own).set(invitations::withdrawn_at.eq(now)).execute(tx.conn())? == 1)
}

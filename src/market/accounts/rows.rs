//! Rows of accounts.

use super::actor::Touch;
use super::{NewMember, Office, Purpose};
use crate::market::notices::{Receiver, Why};
use crate::store::schema::{api_keys, mail_links, members, service_accounts, sessions};
use crate::store::{Read, StoreError, Write};
use crate::values::{ApiKeyId, Email, Lang, LinkId, MemberId, PartyId, ServiceId, SessionId, Sha256, Timestamp};
use diesel::prelude::*;

pub(in crate::market) mod key_rows;
mod throttle_rows;

pub(super) use throttle_rows::{blocked_until, failures, forget_failures, keep_failures};

/// A person's account.
#[derive(Debug, Clone, Queryable)]
pub struct Member {
    /// Its identifier.
    pub id: MemberId,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    pub(super) password_hash: String,
    /// The language of pages and mails.
    pub lang: Lang,
    /// The office of the exchange, if any.
    pub office: Option<Office>,
    /// When the address was confirmed.
    pub confirmed_at: Option<Timestamp>,
    /// When the account was disabled.
    pub disabled_at: Option<Timestamp>,
    /// When it was opened.
    pub created_at: Timestamp,
}

impl Member {
    /// The person as somebody who is told something.
    pub(super) fn receiver(&self, why: Why) -> Receiver {
        Receiver { email: self.email.clone(), lang: self.lang, member: Some(self.id), why }
    }
    /// The stored hash, for the one place that verifies a password again.
    #[must_use]
    pub fn password_hash(&self) -> &str {
        &self.password_hash
    }
}

/// A signed-in browser.
#[derive(Debug, Clone, Queryable)]
pub struct Session {
    /// Its identifier.
    pub id: SessionId,
    /// Whose it is.
    pub member_id: MemberId,
    /// What the browser calls itself.
    pub device: String,
    /// The network it was opened from.
    pub network: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, to five minutes.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

impl Session {
    pub(super) fn fresh(
        member_id: MemberId,
        device: &str,
        network: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Self {
        let (device, network) = (device.to_owned(), network.to_owned());
        Self {
            id: SessionId::fresh(),
            member_id,
            device,
            network,
            created_at: now,
            seen_at: now,
            expires_at,
            ended_at: None,
        }
    }
}

type SessionColumns = (
    sessions::id,
    sessions::member_id,
    sessions::device,
    sessions::network,
    sessions::created_at,
    sessions::seen_at,
    sessions::expires_at,
    sessions::ended_at,
);
const SESSION: SessionColumns = (
    sessions::id,
    sessions::member_id,
    sessions::device,
    sessions::network,
    sessions::created_at,
    sessions::seen_at,
    sessions::expires_at,
    sessions::ended_at,
);

pub(in crate::market) fn find_member(tx: &mut Read, id: MemberId) -> Result<Option<Member>, StoreError> {
    Ok(members::table.find(id).first(tx.conn()).optional()?)
}

pub(in crate::market) fn member_of_email(tx: &mut Read, email: &str) -> Result<Option<Member>, StoreError> {
    Ok(members::table.filter(members::email.eq(email)).first(tx.conn()).optional()?)
}

/// How a person is told something that they asked for or did; nobody for a disabled account.
pub(in crate::market) fn receiver_of(tx: &mut Read, id: MemberId) -> Result<Option<Receiver>, StoreError> {
    let member = find_member(tx, id)?.filter(|m| m.disabled_at.is_none());
    Ok(member.map(|m| m.receiver(Why::Own(None))))
}

pub(super) fn insert_member(
    tx: &mut Write,
    new: &NewMember,
    confirmed_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<MemberId, StoreError> {
    let id = MemberId::fresh();
    diesel::insert_into(members::table)
        .values((
            members::id.eq(id),
            members::email.eq(new.email.as_str()),
            members::name.eq(new.name.as_str()),
            members::password_hash.eq(&new.password_hash),
            members::lang.eq(new.lang),
            members::confirmed_at.eq(confirmed_at),
            members::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

pub(super) fn confirm_member(tx: &mut Write, id: MemberId, now: Timestamp) -> Result<(), StoreError> {
    let open = members::table.find(id).filter(members::confirmed_at.is_null());
    diesel::update(open).set(members::confirmed_at.eq(now)).execute(tx.conn())?;
    Ok(())
}

pub(super) fn set_password(tx: &mut Write, id: MemberId, hash: &str) -> Result<(), StoreError> {
    diesel::update(members::table.find(id)).set(members::password_hash.eq(hash)).execute(tx.conn())?;
    Ok(())
}

pub(super) fn set_profile(tx: &mut Write, id: MemberId, name: &str, lang: Lang) -> Result<(), StoreError> {
    diesel::update(members::table.find(id)).set((members::name.eq(name), members::lang.eq(lang))).execute(tx.conn())?;
    Ok(())
}

pub(super) fn set_email(tx: &mut Write, id: MemberId, email: &str) -> Result<(), StoreError> {
    diesel::update(members::table.find(id)).set(members::email.eq(email)).execute(tx.conn())?;
    Ok(())
}

pub(super) fn set_office(tx: &mut Write, id: MemberId, office: Office) -> Result<(), StoreError> {
    diesel::update(members::table.find(id)).set(members::office.eq(office)).execute(tx.conn())?;
    Ok(())
}

/// The people with an office, by name; with one office when it is named.
pub(super) fn holders(tx: &mut Read, office: Option<Office>) -> Result<Vec<Member>, StoreError> {
    let mut query = members::table.filter(members::office.is_not_null()).into_boxed();
    if let Some(office) = office {
        query = query.filter(members::office.eq(office));
    }
    Ok(query.order((members::office.asc(), members::name.asc(), members::id.asc())).limit(500).load(tx.conn())?)
}

/// Gives an office to somebody who has none.
pub(super) fn take_office(tx: &mut Write, id: MemberId, office: Office) -> Result<bool, StoreError> {
    let free = members::table.find(id).filter(members::office.is_null());
    Ok(diesel::update(free).set(members::office.eq(office)).execute(tx.conn())? == 1)
}

/// Takes an office from somebody who holds it.
pub(super) fn leave_office(tx: &mut Write, id: MemberId, office: Office) -> Result<bool, StoreError> {
    let held = members::table.find(id).filter(members::office.eq(office));
    Ok(diesel::update(held).set(members::office.eq(None::<Office>)).execute(tx.conn())? == 1)
}

/// Locks the holders of an office until the transaction ends.
pub(super) fn lock_office(tx: &mut Write, office: Office) -> Result<(), StoreError> {
    diesel::update(members::table.filter(members::office.eq(office)))
        .set(members::office.eq(office))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn session_of_secret(tx: &mut Read, hash: &Sha256) -> Result<Option<(Session, Member)>, StoreError> {
    let session: Option<Session> =
        sessions::table.filter(sessions::secret_hash.eq(hash)).select(SESSION).first(tx.conn()).optional()?;
    let Some(session) = session else { return Ok(None) };
    let member = find_member(tx, session.member_id)?;
    Ok(member.map(|m| (session, m)))
}

pub(super) fn insert_session(tx: &mut Write, session: &Session, secret_hash: &Sha256) -> Result<(), StoreError> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session.id),
            sessions::member_id.eq(session.member_id),
            sessions::secret_hash.eq(secret_hash),
            sessions::device.eq(&session.device),
            sessions::network.eq(&session.network),
            sessions::created_at.eq(session.created_at),
            sessions::seen_at.eq(session.seen_at),
            sessions::expires_at.eq(session.expires_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn open_sessions(tx: &mut Read, member: MemberId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
    let open = sessions::table
        .filter(sessions::member_id.eq(member))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now));
    Ok(open.select(SESSION).order((sessions::seen_at.desc(), sessions::id.desc())).limit(200).load(tx.conn())?)
}

pub(super) fn end_session(tx: &mut Write, member: MemberId, id: SessionId, now: Timestamp) -> Result<bool, StoreError> {
    let open = sessions::table.find(id).filter(sessions::member_id.eq(member)).filter(sessions::ended_at.is_null());
    Ok(diesel::update(open).set(sessions::ended_at.eq(now)).execute(tx.conn())? == 1)
}

/// Ends all sessions of a person but one.
pub(super) fn end_sessions(
    tx: &mut Write,
    member: MemberId,
    but: Option<SessionId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let kept = but.map_or_else(String::new, |id| id.to_string());
    let open = sessions::table
        .filter(sessions::member_id.eq(member))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::id.ne(kept));
    diesel::update(open).set(sessions::ended_at.eq(now)).execute(tx.conn())?;
    Ok(())
}

/// A mailed link as the table has it.
#[derive(Queryable)]
pub(super) struct LinkRow {
    pub id: LinkId,
    pub purpose: Purpose,
    pub member_id: Option<MemberId>,
    pub email: String,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub(super) fn insert_link(
    tx: &mut Write,
    id: LinkId,
    purpose: Purpose,
    member: Option<MemberId>,
    email: &Email,
    nonce: &str,
    secret_hash: &Sha256,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(mail_links::table)
        .values((
            mail_links::id.eq(id),
            mail_links::purpose.eq(purpose),
            mail_links::member_id.eq(member),
            mail_links::email.eq(email.as_str()),
            mail_links::nonce.eq(nonce),
            mail_links::secret_hash.eq(secret_hash),
            mail_links::created_at.eq(now),
            mail_links::expires_at.eq(expires_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn link_of_secret(tx: &mut Read, hash: &Sha256) -> Result<Option<LinkRow>, StoreError> {
    let columns = (
        mail_links::id,
        mail_links::purpose,
        mail_links::member_id,
        mail_links::email,
        mail_links::expires_at,
        mail_links::used_at,
    );
    Ok(mail_links::table.filter(mail_links::secret_hash.eq(hash)).select(columns).first(tx.conn()).optional()?)
}

pub(super) fn use_link(tx: &mut Write, id: LinkId, now: Timestamp) -> Result<bool, StoreError> {
    let unused = mail_links::table.find(id).filter(mail_links::used_at.is_null());
    Ok(diesel::update(unused).set(mail_links::used_at.eq(now)).execute(tx.conn())? == 1)
}

pub(super) fn kill_links(tx: &mut Write, purpose: Purpose, member: MemberId, now: Timestamp) -> Result<(), StoreError> {
    let unused = mail_links::table
        .filter(mail_links::member_id.eq(member))
        .filter(mail_links::purpose.eq(purpose))
        .filter(mail_links::used_at.is_null());
    diesel::update(unused).set(mail_links::used_at.eq(now)).execute(tx.conn())?;
    Ok(())
}

/// An API key as the table has it.
#[derive(Queryable)]
pub(super) struct KeyRow {
    pub id: ApiKeyId,
    pub member_id: MemberId,
    pub party_id: Option<PartyId>,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub used_at: Option<Timestamp>,
}

pub(super) fn key_of_secret(tx: &mut Read, hash: &Sha256) -> Result<Option<(KeyRow, Member)>, StoreError> {
    let columns = (
        api_keys::id,
        api_keys::member_id,
        api_keys::party_id,
        api_keys::expires_at,
        api_keys::revoked_at,
        api_keys::used_at,
    );
    let row: Option<KeyRow> =
        api_keys::table.filter(api_keys::secret_hash.eq(hash)).select(columns).first(tx.conn()).optional()?;
    let Some(row) = row else { return Ok(None) };
    let member = find_member(tx, row.member_id)?;
    Ok(member.map(|m| (row, m)))
}

type ServiceFacts = (String, PartyId, Option<Timestamp>, Option<Timestamp>);

pub(super) fn service_facts(tx: &mut Read, id: ServiceId) -> Result<Option<ServiceFacts>, StoreError> {
    let columns =
        (service_accounts::name, service_accounts::party_id, service_accounts::revoked_at, service_accounts::used_at);
    Ok(service_accounts::table.find(id).select(columns).first(tx.conn()).optional()?)
}

mod proofs;
pub(super) use proofs::{proof_of, set_proof};

pub(super) fn touch(tx: &mut Write, what: &Touch, now: Timestamp) -> Result<(), StoreError> {
    match what {
        Touch::Session(id) => {
            diesel::update(sessions::table.find(id)).set(sessions::seen_at.eq(now)).execute(tx.conn())?
        }
        Touch::Key(id) => diesel::update(api_keys::table.find(id)).set(api_keys::used_at.eq(now)).execute(tx.conn())?,
        Touch::Service(id) => diesel::update(service_accounts::table.find(id))
            .set(service_accounts::used_at.eq(now))
            .execute(tx.conn())?,
    };
    Ok(())
}

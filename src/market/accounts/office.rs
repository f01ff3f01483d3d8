//! The offices of the exchange: operator, moderator, compliance officer, site auditor; and what they see.

use super::{Actor, rows};
use crate::market::conditions::Refused;
use crate::market::journal::{self, By, Deed, Entry, Note, Thing};
use crate::market::notices::{self, Filed};
use crate::store::{Cursor, Page, Read, StoreError, Write};
use crate::values::{MemberId, NoticeId, Timestamp, text_enum};

text_enum! {
    /// An office of the exchange.
    Office {
        /// Runs the exchange: verifies organisations, reads the outbox.
        Operator = "operator",
        /// Reviews listings.
        Moderator = "moderator",
        /// Decides on important data.
        Compliance = "compliance",
        /// Reads all, changes nothing.
        SiteAuditor = "site_auditor",
    }
}

/// Lets the operator act.
pub struct MayOperate {
    by: By,
    member: MemberId,
}

impl MayOperate {
    /// Checks, in this transaction, that the actor holds the operator's office.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn check(tx: &mut Read, actor: &Actor) -> Result<Self, Refused> {
        let holds = actor.office().is_some();
        let member = actor.member().filter(|_| holds).ok_or(Refused::Hidden)?;
        let now = rows::find_member(tx, member)?.and_then(|m| m.office);
        if now == Some(Office::Operator) { Ok(Self { by: actor.by(), member }) } else { Err(Refused::Hidden) }
    }
    /// Who acts, for the record.
    #[must_use]
    pub const fn by(&self) -> &By {
        &self.by
    }
    /// Which person acts.
    #[must_use]
    pub const fn member(&self) -> MemberId {
        self.member
    }
}

/// The office could not be given.
#[derive(Debug, thiserror::Error)]
pub enum WithoutOffice {
    /// Only a command of the house gives offices.
    #[error("only a command gives offices")]
    NotTheHouse,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives an office to a person, on the word of a command.
///
/// # Errors
/// [`WithoutOffice::NotTheHouse`] for anybody but a command.
pub fn give_office(
    tx: &mut Write,
    house: &Actor,
    member: MemberId,
    office: Office,
    now: Timestamp,
) -> Result<(), WithoutOffice> {
    if !house.is_house() {
        return Err(WithoutOffice::NotTheHouse);
    }
    rows::set_office(tx, member, office)?;
    let note =
        Note::new(Deed::OfficeGiven, Thing::Member, member).detail(serde_json::json!({ "office": office.as_str() }));
    Ok(journal::note(tx, &house.by(), &note, now)?)
}

/// Gives a page of the outbox to the operator, or of those mails only that were given up.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn outbox(
    tx: &mut Read,
    actor: &Actor,
    only_failed: bool,
    after: Option<&Cursor>,
    size: i64,
) -> Result<Page<Filed>, Refused> {
    MayOperate::check(tx, actor)?;
    Ok(notices::list(tx, only_failed, after, size)?)
}

/// Lets a mail that was given up be tried anew, from the first wait on.
///
/// # Errors
/// [`Refused::Overtaken`] when it was not given up, or somebody was first.
pub fn retry_mail(tx: &mut Write, may: MayOperate, id: NoticeId, now: Timestamp) -> Result<(), Refused> {
    if !notices::retry(tx, id, now)? {
        return Err(Refused::Overtaken);
    }
    let note = Note::new(Deed::MailRetried, Thing::Exchange, id);
    Ok(journal::note(tx, &may.by, &note, now)?)
}

/// Gives a page of the whole record to the operator and the site auditor.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn exchange_journal(
    tx: &mut Read,
    actor: &Actor,
    deed: Option<Deed>,
    before: Option<i64>,
    size: i64,
) -> Result<Page<Entry>, Refused> {
    let held = actor
        .office()
        .and(actor.member())
        .map(|m| rows::find_member(tx, m))
        .transpose()?
        .flatten()
        .and_then(|m| m.office);
    match held {
        Some(Office::Operator | Office::SiteAuditor) => Ok(journal::of_party(tx, None, deed, before, size)?),
        Some(Office::Moderator | Office::Compliance) | None => Err(Refused::Hidden),
    }
}

//! What must be told to whom: filed in the transaction of the act, delivered by a job.
//!
//! One row for a notice serves the site, the mail and the daily summary; by which of them it goes is settled when it is
//! filed, from what the person chose for its [`Topic`]. Whatever they chose, the row is there: it proves what was told.
//! A notice holds facts and no secret: the secret of a mailed link is derived when the mail is rendered.

mod digest;
mod receivers;
mod rows;
mod settings;
mod topics;

pub use digest::items_of;
pub(in crate::market) use digest::{drop_digest, due_for_digest, make_digest};
pub use receivers::{Receiver, Why};
pub(in crate::market) use rows::personal::{mark_read, of_member, unread};
pub use settings::{Choice, Settings};
pub(in crate::market) use settings::{change as change_settings, settings_of, turn_mail_off};
pub use topics::{Mailing, Topic};

use crate::store::{Page, Read, StoreError, Write};
use crate::values::{LinkId, NoticeId, Timestamp, text_enum};
use std::collections::BTreeMap;

text_enum! {
    /// What is told. Its words are `mail-KIND-subject` and `mail-KIND-text`; dots never occur.
    Kind {
        /// Confirm the address of a new account.
        Confirm = "confirm",
        /// Somebody signed up with an address that has an account already.
        AlreadyMember = "already-member",
        /// Choose a new password.
        Reset = "reset",
        /// The password was changed.
        PasswordChanged = "password-changed",
        /// Confirm a new address.
        NewEmail = "new-email",
        /// The address was changed (to the old one).
        EmailChanged = "email-changed",
        /// Join an organisation.
        Invitation = "invitation",
        /// An organisation was verified.
        PartyVerified = "party-verified",
        /// An office of the exchange was given.
        OfficeGiven = "office-given",
        /// An office of the exchange was taken.
        OfficeTaken = "office-taken",
        /// A version waits for a reviewer.
        ReviewWanted = "review-wanted",
        /// A version was returned by a reviewer.
        ReviewReturned = "review-returned",
        /// A version was approved and is published.
        ReviewApproved = "review-approved",
        /// A request waits for the compliance officer.
        ComplianceWanted = "compliance-wanted",
        /// A request waits for the buyer's approver.
        ApprovalWanted = "approval-wanted",
        /// A request waits for a signature of the buyer.
        SignatureWanted = "signature-wanted",
        /// A decision is still to be made.
        StepReminder = "step-reminder",
        /// A decision is late: to those who are asked too.
        StepEscalated = "step-escalated",
        /// Somebody is to stand in for somebody.
        DelegateNamed = "delegate-named",
        /// Somebody wrote into the thread of a request.
        MessageCame = "message-came",
        /// A request was submitted: to the one who asked.
        RequestSubmitted = "request-submitted",
        /// A request waits for the seller.
        RequestReceived = "request-received",
        /// A request was returned for changes.
        RequestReturned = "request-returned",
        /// A request was refused.
        RequestRefused = "request-refused",
        /// A buyer asks the seller for a price.
        QuoteWanted = "quote-wanted",
        /// The other side proposes terms: to whoever may answer.
        ProposalReceived = "proposal-received",
        /// The other side agreed to the proposed terms.
        ProposalAgreed = "proposal-agreed",
        /// A request was withdrawn by the buyer: to the seller.
        RequestWithdrawn = "request-withdrawn",
        /// A request ran out without a decision.
        RequestExpired = "request-expired",
        /// A request was decided: to the co-deciders, whose task is closed.
        RequestDecided = "request-decided",
        /// An invoice is to be paid.
        InvoiceOpened = "invoice-opened",
        /// A payment was recorded.
        InvoicePaid = "invoice-paid",
        /// A grant came into being.
        Granted = "granted",
        /// A grant was terminated.
        GrantTerminated = "grant-terminated",
        /// The holder of a grant is asked to accept a newer version of its licence.
        RelicenceAsked = "relicence-asked",
        /// A holder answered: to the seller.
        RelicenceAnswered = "relicence-answered",
        /// A grant will end at an instant, on the word of a side.
        GrantNoticed = "grant-noticed",
        /// A grant was suspended.
        GrantSuspended = "grant-suspended",
        /// A suspended grant goes on.
        GrantResumed = "grant-resumed",
        /// The limits of a grant were changed.
        GrantLimited = "grant-limited",
        /// A grant ends soon.
        GrantEnding = "grant-ending",
        /// A grant has ended, by itself or after a notice period.
        GrantLapsed = "grant-lapsed",
        /// A version that the receiver holds was recalled.
        VersionRecalled = "version-recalled",
        /// The seller advises against a version that the receiver holds.
        VersionDeprecated = "version-deprecated",
        /// There is a new version of what the receiver holds.
        VersionPublished = "version-published",
        /// A webhook failed for days and was turned off.
        WebhookDisabled = "webhook-disabled",
        /// What was put off to the daily summary.
        Digest = "digest",
    }
}

/// Something to be told.
#[derive(Debug, Clone)]
pub struct Notice {
    kind: Kind,
    subject: String,
    facts: BTreeMap<String, String>,
}

impl Notice {
    /// Names what is told, and the thing (with its round, where one thing can be told twice) that it is about.
    #[must_use]
    pub fn new(kind: Kind, subject: impl std::fmt::Display) -> Self {
        Self { kind, subject: subject.to_string(), facts: BTreeMap::new() }
    }
    /// What is told.
    pub(in crate::market) const fn kind(&self) -> Kind {
        self.kind
    }
    /// The thing with its round.
    pub(in crate::market) fn subject(&self) -> &str {
        &self.subject
    }
    /// Gives a fact.
    pub(in crate::market) fn get(&self, name: &str) -> Option<&str> {
        self.facts.get(name).map(String::as_str)
    }
    /// Adds a fact that the words use, such as `number`, `dataset` or `reason`.
    #[must_use]
    pub fn fact(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.facts.insert(name.to_owned(), value.to_string());
        self
    }
    /// Says which page the mail leads to: a path of this site.
    #[must_use]
    pub fn leads_to(self, path: impl std::fmt::Display) -> Self {
        self.fact("path", path)
    }
    /// Says which mailed link the mail carries; its secret is derived when the mail is rendered.
    #[must_use]
    pub fn with_link(self, link: LinkId, nonce: &str) -> Self {
        self.fact("link", link).fact("nonce", nonce)
    }
}

/// A filed notice.
#[derive(Debug, Clone)]
pub struct Filed {
    /// Its identifier, from which the `Message-ID` is made.
    pub id: NoticeId,
    /// What is told.
    pub kind: Kind,
    /// Who is told.
    pub receiver: Receiver,
    /// The facts.
    pub facts: BTreeMap<String, String>,
    /// When it was filed.
    pub created_at: Timestamp,
    /// How often delivery was tried.
    pub attempts: i64,
    /// When it was delivered.
    pub sent_at: Option<Timestamp>,
    /// When it was given up.
    pub failed_at: Option<Timestamp>,
    /// What the last failure said.
    pub last_error: Option<String>,
    /// When its receiver marked it as read.
    pub read_at: Option<Timestamp>,
}

/// Files a notice for each receiver; the same notice to the same receiver is filed once.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn file(
    tx: &mut Write,
    notice: &Notice,
    receivers: &[Receiver],
    now: Timestamp,
) -> Result<(), StoreError> {
    for receiver in receivers {
        if !rows::exists(tx, notice, receiver)? {
            let way = settings::way(tx, receiver, notice.kind, now)?;
            rows::insert(tx, NoticeId::fresh(), notice, receiver, &way, now)?;
        }
    }
    Ok(())
}

/// How long a replica that took notices may hold them, in seconds.
const LEASE_SECONDS: i64 = 120;
/// Tries before a notice is given up; with doubling waits that is about two days.
const MOST_ATTEMPTS: i64 = 16;

/// Takes up to `most` due notices for this replica alone, under a lease.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn lease(tx: &mut Write, lease: &str, most: i64, now: Timestamp) -> Result<Vec<Filed>, StoreError> {
    rows::lease(tx, lease, most, now, now.plus_seconds(LEASE_SECONDS))
}

/// Notes that a leased notice was delivered.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn delivered(tx: &mut Write, id: NoticeId, lease: &str, now: Timestamp) -> Result<(), StoreError> {
    rows::delivered(tx, id, lease, now)
}

/// Notes that delivery failed, and when to try again: after 30 seconds, doubling up to six hours.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn failed(tx: &mut Write, notice: &Filed, lease: &str, error: &str, now: Timestamp) -> Result<(), StoreError> {
    let attempts = notice.attempts + 1;
    let wait = 30_i64.saturating_mul(1_i64 << notice.attempts.clamp(0, 20)).min(21_600);
    let given_up = (attempts >= MOST_ATTEMPTS).then_some(now);
    let error: String = error.chars().take(500).collect();
    rows::failed(tx, notice.id, lease, &error, now.plus_seconds(wait), given_up)
}

/// Gives a page of mails, newest first, for the operator's page; the addresses and facts hold no secret.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn list(
    tx: &mut Read,
    only_failed: bool,
    after: Option<&crate::store::Cursor>,
    size: i64,
) -> Result<Page<Filed>, StoreError> {
    let which = if only_failed { rows::Which::FailedMails } else { rows::Which::Mails };
    rows::page(tx, &which, after, size)
}

/// Lets a mail that was given up be tried anew; false when it was not given up, or somebody was first.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn retry(tx: &mut Write, id: NoticeId, now: Timestamp) -> Result<bool, StoreError> {
    rows::retry(tx, id, now)
}

/// Counts the mails that wait and those that were given up.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn counts(tx: &mut Read) -> Result<(i64, i64), StoreError> {
    rows::counts(tx)
}

/// Gives link and nonce of the last notice with a link to an address, for a command that stands in for the mailbox.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn last_link(tx: &mut Read, receiver: &str) -> Result<Option<(String, String)>, StoreError> {
    rows::last_link(tx, receiver)
}

//! Webhooks: addresses of an organisation's own software that are told what happens, in the form of Standard Webhooks.
//!
//! The act files what is to be sent in its own transaction ([`file`]); a job delivers it. A room never calls anybody.
//! The table holds no secret: it is derived from the server's key, the webhook and a nonce, as mailed links are.

mod access;
mod deliver;
mod keep;
mod rows;
mod state;

pub use access::{MayKeepHooks, MayTendHook};
pub use deliver::{Leased, WAITS, delivered, failed, forget_old, lease, waits};
pub use keep::{HookError, again, change, make, remove, rotate, test, turn};
pub use rows::{Delivery, Webhook};
pub use state::{State, Turn, WrongState};

use crate::market::accounts::{self, Actor, Office};
use crate::market::conditions::Refused;
use crate::market::parties::{self, Role};
use crate::store::{Cursor, Page, Read, StoreError, Write};
use crate::values::{PartyId, Secret, ServerKey, Timestamp, WebhookId, text_enum};
use serde_json::{Value, json};

text_enum! {
    /// What a webhook is told. Words: `event-…`, dots as hyphens.
    Event {
        /// A request was submitted: to the buyer.
        PurchaseSubmitted = "purchase.submitted",
        /// A request waits for the seller.
        PurchaseReceived = "purchase.received",
        /// Somebody decided on a request; `verdict` says how, `desk` where.
        PurchaseDecided = "purchase.decided",
        /// A step of the own policy is approved, and more is to be decided: to the side whose step it is.
        StepApproved = "purchase.step_approved",
        /// Somebody wrote into the thread of a request: to both sides.
        MessagePosted = "purchase.message_posted",
        /// A request was taken back.
        PurchaseWithdrawn = "purchase.withdrawn",
        /// A request ran out.
        PurchaseExpired = "purchase.expired",
        /// An invoice was opened.
        InvoiceOpened = "invoice.opened",
        /// A payment was recorded.
        InvoicePaid = "invoice.paid",
        /// A grant came into being.
        GrantGiven = "grant.given",
        /// A grant was suspended.
        GrantSuspended = "grant.suspended",
        /// A suspended grant goes on.
        GrantResumed = "grant.resumed",
        /// The limits of a grant were changed.
        GrantLimited = "grant.limited",
        /// A grant ends in 30, 7 or 1 days.
        GrantEnding = "grant.ending",
        /// A grant has ended by itself, or its notice period is over.
        GrantLapsed = "grant.lapsed",
        /// Somebody gave notice: a grant ends at a later instant.
        GrantNoticed = "grant.noticed",
        /// A grant was terminated.
        GrantTerminated = "grant.terminated",
        /// A version was published: to its owner and to the holders of the dataset.
        VersionPublished = "version.published",
        /// A version was recalled.
        VersionRecalled = "version.recalled",
        /// The owner advises against a version.
        VersionDeprecated = "version.deprecated",
        /// Somebody pressed the button.
        Test = "webhook.test",
    }
}

impl Event {
    /// The events that a webhook can choose.
    pub fn choices() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|e| *e != Self::Test)
    }
}

/// Derives the secret with which what is sent is signed, as its owner was shown it: `whsec_` and base64.
#[must_use]
pub fn secret(key: &ServerKey, id: WebhookId, nonce: &str) -> Secret<String> {
    let derived = key.derive("webhook", &[id.as_str(), nonce]);
    let bytes = data_encoding::BASE64URL_NOPAD.decode(derived.as_bytes()).unwrap_or_default();
    Secret::new(format!("whsec_{}", data_encoding::BASE64.encode(&bytes)))
}

/// Files an event for every webhook of some organisations that is on and chose it. `subject` names the thing and its
/// round: the same event on it is filed once.
pub(in crate::market) fn file(
    tx: &mut Write,
    parties: &[PartyId],
    event: Event,
    subject: &str,
    data: &Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    let body = json!({ "type": event.as_str(), "timestamp": now.rfc3339(), "data": data }).to_string();
    for hook in rows::listening(tx, parties)? {
        if hook.events.contains(&event) && !rows::is_filed(tx, hook.id, event, subject)? {
            rows::insert_delivery(tx, hook.id, event, subject, &body, now)?;
        }
    }
    Ok(())
}

/// Gives the webhooks of an organisation to its owners and auditors.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn of_party(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<Vec<Webhook>, Refused> {
    reader(tx, actor, party)?;
    Ok(rows::of_party(tx, party)?)
}

fn reader(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<(), Refused> {
    let roles = parties::roles_of(tx, actor, party)?;
    if roles.has_any(&[Role::Owner, Role::Auditor]) { Ok(()) } else { Err(Refused::Hidden) }
}

/// Gives one webhook of an organisation to its owners and auditors.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn get(tx: &mut Read, actor: &Actor, party: PartyId, id: WebhookId) -> Result<Webhook, Refused> {
    reader(tx, actor, party)?;
    rows::find(tx, party, id)?.ok_or(Refused::Hidden)
}

/// Gives a page of what was sent to a webhook, newest first, or of what was given up only.
///
/// # Errors
/// [`Refused::Hidden`] for everybody but owners and auditors.
pub fn deliveries(
    tx: &mut Read,
    actor: &Actor,
    (party, id): (PartyId, WebhookId),
    only_failed: bool,
    after: Option<&Cursor>,
    size: i64,
) -> Result<Page<Delivery>, Refused> {
    get(tx, actor, party, id)?;
    Ok(rows::deliveries(tx, id, only_failed, after, size)?)
}

/// Counts what waits for a webhook and what was given up.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn counts_of(tx: &mut Read, id: WebhookId) -> Result<(i64, i64), StoreError> {
    rows::counts(tx, Some(id))
}

/// Counts, for operator and site auditor, what waits and what was given up on the whole exchange.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn counts(tx: &mut Read, actor: &Actor) -> Result<(i64, i64), Refused> {
    match accounts::office_of(tx, actor)? {
        Some(Office::Operator | Office::SiteAuditor) => Ok(rows::counts(tx, None)?),
        Some(Office::Moderator | Office::Compliance) | None => Err(Refused::Hidden),
    }
}

//! The job's side: what is due is leased to one replica, noted as delivered or failed, tried again, and given up.

use super::rows::{self, Webhook};
use super::{Event, Turn, secret};
use crate::market::accounts::Actor;
use crate::market::journal::{self, Deed, Note, Thing};
use crate::market::notices::{self, Kind, Notice};
use crate::market::parties::{self, Role};
use crate::store::{Read, StoreError, Write};
use crate::values::{Secret, ServerKey, Timestamp, WebhookDeliveryId};

/// Seconds to wait after each failure, as Standard Webhooks advises; after the last one it is given up.
pub const WAITS: [i64; 9] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// How long a replica that took deliveries may hold them, in seconds.
const LEASE_SECONDS: i64 = 60;
/// Days without any success after which a webhook is turned off.
const DAYS: i64 = 5;
/// Days for which what was delivered, and what was given up, is kept.
const KEPT_DAYS: i64 = 30;
const GIVEN_UP_DAYS: i64 = 90;

/// A delivery that this replica holds.
#[derive(Debug, Clone)]
pub struct Leased {
    /// Its identifier, the same in every attempt.
    pub id: WebhookDeliveryId,
    /// Where it goes.
    pub hook: Webhook,
    /// What it tells.
    pub event: Event,
    /// The body, as it was filed.
    pub body: String,
    /// How often it was tried.
    pub attempts: i64,
}

impl Leased {
    /// The secrets that sign it now: the newest first, the one before it for a day after a change.
    #[must_use]
    pub fn secrets(&self, key: &ServerKey, now: Timestamp) -> Vec<Secret<String>> {
        let old = self.hook.old_nonce.as_ref().filter(|(_, until)| *until > now).map(|(nonce, _)| nonce);
        std::iter::once(&self.hook.nonce).chain(old).map(|nonce| secret(key, self.hook.id, nonce)).collect()
    }
}

/// Tells whether anything is due.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn waits(tx: &mut Read, now: Timestamp) -> Result<bool, StoreError> {
    rows::waits(tx, now)
}

/// Takes up to `most` due deliveries for this replica alone, at most `each` of one webhook, under a lease.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn lease(
    tx: &mut Write,
    lease: &str,
    (most, each): (usize, usize),
    now: Timestamp,
) -> Result<Vec<Leased>, StoreError> {
    rows::lease(tx, lease, (most, each), now, now.plus_seconds(LEASE_SECONDS))
}

/// Notes that a leased delivery arrived.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn delivered(tx: &mut Write, one: &Leased, lease: &str, status: i64, now: Timestamp) -> Result<(), StoreError> {
    rows::delivered(tx, one.id, lease, status, now)?;
    rows::well_again(tx, one.hook.id)
}

/// Notes that a leased delivery did not arrive, and when to try again. A webhook that failed for days, or that says it
/// is gone (`410`), is turned off, and its owners are told.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn failed(
    tx: &mut Write,
    house: &Actor,
    one: &Leased,
    lease: &str,
    (status, error): (Option<i64>, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let wait = usize::try_from(one.attempts).ok().and_then(|n| WAITS.get(n));
    let error: String = error.chars().take(300).collect();
    let next = now.plus_seconds(wait.copied().unwrap_or(0));
    if !rows::failed(tx, one.id, lease, (status, &error), next, wait.is_none().then_some(now))? {
        // The lease ran out, and another replica tried meanwhile.
        return Ok(());
    }
    let since = rows::failing_since(tx, one.hook.id, now)?;
    if status == Some(410) || since.plus_days(DAYS) <= now {
        turn_off(tx, house, one, (status, &error), now)
    } else {
        Ok(())
    }
}

fn turn_off(
    tx: &mut Write,
    house: &Actor,
    one: &Leased,
    (status, error): (Option<i64>, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(hook) = rows::find(tx, one.hook.party_id, one.hook.id)? else { return Ok(()) };
    let Ok(state) = hook.state.after(Turn::GiveUp) else { return Ok(()) };
    if !rows::set_state(tx, &hook, state)? {
        return Ok(());
    }
    rows::give_up_all(tx, hook.id, error, now)?;
    let detail = serde_json::json!({ "webhook": hook.id, "url": hook.url, "state": state.as_str(), "error": error });
    let note = Note::new(Deed::WebhookChanged, Thing::Party, hook.party_id).for_party(hook.party_id).detail(detail);
    journal::note(tx, &house.by(), &note, now)?;
    let party = parties::get(tx, hook.party_id)?;
    for receiver in parties::receivers(tx, party.id, Role::Owner)? {
        let notice = Notice::new(Kind::WebhookDisabled, format!("{}/{}", hook.id, now.0))
            .fact("organisation", party.name(receiver.lang))
            .fact("address", &hook.url)
            .fact("reason", error)
            .fact("status", status.map(|n| n.to_string()).unwrap_or_default())
            .leads_to(format!("/organisations/{}/webhooks/{}", party.slug, hook.id));
        notices::file(tx, &notice, &[receiver], now)?;
    }
    Ok(())
}

/// Forgets what was delivered or given up long ago.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn forget_old(tx: &mut Write, house: &Actor, now: Timestamp) -> Result<(), StoreError> {
    if house.is_house() { rows::forget(tx, now.plus_days(-KEPT_DAYS), now.plus_days(-GIVEN_UP_DAYS)) } else { Ok(()) }
}

//! What an owner does with webhooks: make, change, turn, rotate the secret, try, send again, remove.

use super::access::{MayKeepHooks, MayTendHook};
use super::rows::{self, Webhook};
use super::{Event, State, Turn};
use crate::market::conditions::Refused;
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::store::{StoreError, Write};
use crate::values::{PartyId, Timestamp, WebhookDeliveryId, WebhookId, random_bytes};
use serde_json::json;
use url::Url;

/// Webhooks of one organisation.
const MOST: usize = 20;
/// How long, in seconds, the old secret goes on to sign beside a new one.
const OVERLAP_SECONDS: i64 = 24 * 3600;

/// Why something did not happen to a webhook.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// The organisation has as many as it may.
    #[error("an organisation has at most 20 webhooks")]
    TooMany,
    /// It is in that state already, is turned off, or somebody was first.
    #[error("the webhook is not in a state for this")]
    Overtaken,
    /// The actor may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn nonce() -> String {
    data_encoding::BASE64URL_NOPAD.encode(&random_bytes::<16>())
}

fn noted(
    tx: &mut Write,
    by: &By,
    deed: Deed,
    party: PartyId,
    detail: serde_json::Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    journal::note(tx, by, &Note::new(deed, Thing::Party, party).for_party(party).detail(detail), now)
}

fn facts(id: WebhookId, url: &str, events: &[Event]) -> serde_json::Value {
    let events: Vec<&str> = events.iter().map(|e| e.as_str()).collect();
    json!({ "webhook": id, "url": url, "events": events })
}

/// Makes a webhook, which is on from now.
///
/// # Errors
/// [`HookError::TooMany`].
pub fn make(
    tx: &mut Write,
    may: MayKeepHooks,
    url: &Url,
    events: &[Event],
    now: Timestamp,
) -> Result<WebhookId, HookError> {
    let MayKeepHooks { party, by } = may;
    if rows::of_party(tx, party.id)?.len() >= MOST {
        return Err(HookError::TooMany);
    }
    let hook = Webhook {
        id: WebhookId::fresh(),
        party_id: party.id,
        url: url.to_string(),
        events: events.to_vec(),
        nonce: nonce(),
        old_nonce: None,
        state: State::On,
        failing_since: None,
        created_at: now,
        revision: 1,
    };
    rows::insert(tx, &hook)?;
    noted(tx, &by, Deed::WebhookMade, party.id, facts(hook.id, &hook.url, events), now)?;
    Ok(hook.id)
}

/// Changes address and events.
///
/// # Errors
/// [`HookError::Overtaken`] when somebody was first.
pub fn change(tx: &mut Write, may: MayTendHook, url: &Url, events: &[Event], now: Timestamp) -> Result<(), HookError> {
    let MayTendHook { hook, party, by } = may;
    if !rows::change(tx, &hook, url.as_str(), events)? {
        return Err(HookError::Overtaken);
    }
    Ok(noted(tx, &by, Deed::WebhookChanged, party.id, facts(hook.id, url.as_str(), events), now)?)
}

/// Gives a webhook a new secret. For a day what is sent is signed with both, so that nothing is refused meanwhile.
///
/// # Errors
/// [`HookError::Overtaken`] when somebody was first.
pub fn rotate(tx: &mut Write, may: MayTendHook, now: Timestamp) -> Result<(), HookError> {
    let MayTendHook { hook, party, by } = may;
    if !rows::rotate(tx, &hook, &nonce(), now.plus_seconds(OVERLAP_SECONDS))? {
        return Err(HookError::Overtaken);
    }
    Ok(noted(tx, &by, Deed::WebhookRotated, party.id, json!({ "webhook": hook.id }), now)?)
}

/// Turns a webhook on or off. What still waits for one that is turned off is given up, and can be sent again later.
///
/// # Errors
/// [`HookError::Overtaken`] when it is so already.
pub fn turn(tx: &mut Write, may: MayTendHook, turn: Turn, now: Timestamp) -> Result<(), HookError> {
    let MayTendHook { hook, party, by } = may;
    let state = hook.state.after(turn).map_err(|_| HookError::Overtaken)?;
    if !rows::set_state(tx, &hook, state)? {
        return Err(HookError::Overtaken);
    }
    if state != State::On {
        rows::give_up_all(tx, hook.id, "turned off", now)?;
    }
    let detail = json!({ "webhook": hook.id, "url": hook.url, "state": state.as_str() });
    Ok(noted(tx, &by, Deed::WebhookChanged, party.id, detail, now)?)
}

/// Removes a webhook; what still waits for it is given up.
///
/// # Errors
/// [`HookError::Overtaken`] when somebody was first.
pub fn remove(tx: &mut Write, may: MayTendHook, now: Timestamp) -> Result<(), HookError> {
    let MayTendHook { hook, party, by } = may;
    if !rows::remove(tx, &hook, now)? {
        return Err(HookError::Overtaken);
    }
    rows::give_up_all(tx, hook.id, "removed", now)?;
    Ok(noted(tx, &by, Deed::WebhookRemoved, party.id, json!({ "webhook": hook.id, "url": hook.url }), now)?)
}

/// Files a test event for one webhook.
///
/// # Errors
/// [`HookError::Overtaken`] when it is not on.
pub fn test(tx: &mut Write, may: MayTendHook, now: Timestamp) -> Result<WebhookDeliveryId, HookError> {
    let MayTendHook { hook, party, .. } = may;
    if hook.state != State::On {
        return Err(HookError::Overtaken);
    }
    let data = json!({ "webhook": hook.id, "organisation": party.slug });
    let body = json!({ "type": Event::Test.as_str(), "timestamp": now.rfc3339(), "data": data }).to_string();
    Ok(rows::insert_delivery(tx, hook.id, Event::Test, WebhookDeliveryId::fresh().as_str(), &body, now)?)
}

/// Sends again what was given up: one delivery, or all of a webhook. It keeps its identifier, so that a receiver which
/// had it after all knows it.
///
/// # Errors
/// [`HookError::Overtaken`] when nothing was given up, or the webhook is not on.
pub fn again(
    tx: &mut Write,
    may: MayTendHook,
    id: Option<WebhookDeliveryId>,
    now: Timestamp,
) -> Result<usize, HookError> {
    let MayTendHook { hook, party, by } = may;
    let count = if hook.state == State::On { rows::again(tx, hook.id, id, now)? } else { 0 };
    if count == 0 {
        return Err(HookError::Overtaken);
    }
    noted(tx, &by, Deed::WebhookRepeated, party.id, json!({ "webhook": hook.id, "count": count }), now)?;
    Ok(count)
}

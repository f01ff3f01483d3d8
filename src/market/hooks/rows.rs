//! Rows of webhooks.

/// The columns of a webhook.
macro_rules! columns {
    () => {
        (
            webhooks::id,
            webhooks::party_id,
            webhooks::url,
            webhooks::events,
            webhooks::nonce,
            webhooks::old_nonce,
            webhooks::old_until,
            webhooks::state,
            webhooks::failing_since,
            webhooks::created_at,
            webhooks::revision,
        )
    };
}

mod outbox;

pub(super) use outbox::*;

use super::{Event, State};
use crate::store::schema::{webhook_deliveries, webhooks};
use crate::store::{Cursor, Page, Read, StoreError, Write};
use crate::values::{PartyId, Timestamp, WebhookDeliveryId, WebhookId};
use diesel::prelude::*;

/// An address that is told what happens.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Its identifier.
    pub id: WebhookId,
    /// Whose it is.
    pub party_id: PartyId,
    /// Where it goes.
    pub url: String,
    /// What it is told.
    pub events: Vec<Event>,
    /// From which, with the server's key, the secret is derived.
    pub nonce: String,
    /// The nonce before, and until when it signs too.
    pub old_nonce: Option<(String, Timestamp)>,
    /// Whether it is called.
    pub state: State,
    /// Since when nothing arrived.
    pub failing_since: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its revision.
    pub revision: i64,
}

/// What was sent to a webhook, or waits to be.
#[derive(Debug, Clone, Queryable)]
pub struct Delivery {
    /// Its identifier, which receivers see as `webhook-id`.
    pub id: WebhookDeliveryId,
    /// What it tells.
    pub event: Event,
    /// The body.
    pub body: String,
    /// When it was filed.
    pub created_at: Timestamp,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// When it arrived.
    pub sent_at: Option<Timestamp>,
    /// When it was given up.
    pub failed_at: Option<Timestamp>,
    /// The status of the last answer.
    pub last_status: Option<i64>,
    /// What the last failure said.
    pub last_error: Option<String>,
}

type HookRow = (
    WebhookId,
    PartyId,
    String,
    String,
    String,
    Option<String>,
    Option<Timestamp>,
    State,
    Option<Timestamp>,
    Timestamp,
    i64,
);

fn hook(row: HookRow) -> Webhook {
    let (id, party_id, url, events, nonce, old_nonce, old_until, state, failing_since, created_at, revision) = row;
    let events = events.split_whitespace().filter_map(Event::parse).collect();
    let old_nonce = old_nonce.zip(old_until);
    Webhook { id, party_id, url, events, nonce, old_nonce, state, failing_since, created_at, revision }
}

fn text(events: &[Event]) -> String {
    events.iter().map(|e| e.as_str()).collect::<Vec<_>>().join(" ")
}

pub(super) fn insert(tx: &mut Write, hook: &Webhook) -> Result<(), StoreError> {
    diesel::insert_into(webhooks::table)
        .values((
            webhooks::id.eq(hook.id),
            webhooks::party_id.eq(hook.party_id),
            webhooks::url.eq(&hook.url),
            webhooks::events.eq(text(&hook.events)),
            webhooks::nonce.eq(&hook.nonce),
            webhooks::state.eq(hook.state),
            webhooks::created_at.eq(hook.created_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn find(tx: &mut Read, party: PartyId, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    let own = webhooks::table.find(id).filter(webhooks::party_id.eq(party)).filter(webhooks::removed_at.is_null());
    let row: Option<HookRow> = own.select(columns!()).first(tx.conn()).optional()?;
    Ok(row.map(hook))
}

pub(super) fn of_party(tx: &mut Read, party: PartyId) -> Result<Vec<Webhook>, StoreError> {
    let own = webhooks::table.filter(webhooks::party_id.eq(party)).filter(webhooks::removed_at.is_null());
    let rows: Vec<HookRow> = own.select(columns!()).order(webhooks::id.asc()).limit(100).load(tx.conn())?;
    Ok(rows.into_iter().map(hook).collect())
}

/// The webhooks of some organisations that are on.
pub(super) fn listening(tx: &mut Read, parties: &[PartyId]) -> Result<Vec<Webhook>, StoreError> {
    let rows: Vec<HookRow> = webhooks::table
        .filter(webhooks::party_id.eq_any(parties.to_vec()))
        .filter(webhooks::removed_at.is_null())
        .filter(webhooks::state.eq(State::On))
        .select(columns!())
        .order(webhooks::id.asc())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(hook).collect())
}

/// The row as it was seen, for changes that must not overtake each other.
macro_rules! seen {
    ($hook:expr) => {
        webhooks::table
            .find($hook.id)
            .filter(webhooks::revision.eq($hook.revision))
            .filter(webhooks::removed_at.is_null())
    };
}

pub(super) fn change(tx: &mut Write, seen: &Webhook, url: &str, events: &[Event]) -> Result<bool, StoreError> {
    let values = (webhooks::url.eq(url), webhooks::events.eq(text(events)), webhooks::revision.eq(seen.revision + 1));
    Ok(diesel::update(seen!(seen)).set(values).execute(tx.conn())? == 1)
}

pub(super) fn rotate(tx: &mut Write, seen: &Webhook, nonce: &str, until: Timestamp) -> Result<bool, StoreError> {
    let values = (
        webhooks::nonce.eq(nonce),
        webhooks::old_nonce.eq(&seen.nonce),
        webhooks::old_until.eq(until.0),
        webhooks::revision.eq(seen.revision + 1),
    );
    Ok(diesel::update(seen!(seen)).set(values).execute(tx.conn())? == 1)
}

pub(super) fn set_state(tx: &mut Write, seen: &Webhook, state: State) -> Result<bool, StoreError> {
    let values =
        (webhooks::state.eq(state), webhooks::failing_since.eq(None::<i64>), webhooks::revision.eq(seen.revision + 1));
    Ok(diesel::update(seen!(seen)).set(values).execute(tx.conn())? == 1)
}

pub(super) fn remove(tx: &mut Write, seen: &Webhook, now: Timestamp) -> Result<bool, StoreError> {
    Ok(diesel::update(seen!(seen)).set(webhooks::removed_at.eq(now.0)).execute(tx.conn())? == 1)
}

pub(super) fn well_again(tx: &mut Write, id: WebhookId) -> Result<(), StoreError> {
    let ill = webhooks::table.find(id).filter(webhooks::failing_since.is_not_null());
    diesel::update(ill).set(webhooks::failing_since.eq(None::<i64>)).execute(tx.conn())?;
    Ok(())
}

/// Notes that it fails, and gives since when.
pub(super) fn failing_since(tx: &mut Write, id: WebhookId, now: Timestamp) -> Result<Timestamp, StoreError> {
    let well = webhooks::table.find(id).filter(webhooks::failing_since.is_null());
    diesel::update(well).set(webhooks::failing_since.eq(now.0)).execute(tx.conn())?;
    let since: Option<Timestamp> = webhooks::table.find(id).select(webhooks::failing_since).first(tx.conn())?;
    Ok(since.unwrap_or(now))
}

type DeliveryColumns = (
    webhook_deliveries::id,
    webhook_deliveries::event,
    webhook_deliveries::body,
    webhook_deliveries::created_at,
    webhook_deliveries::next_at,
    webhook_deliveries::attempts,
    webhook_deliveries::sent_at,
    webhook_deliveries::failed_at,
    webhook_deliveries::last_status,
    webhook_deliveries::last_error,
);
const DELIVERY: DeliveryColumns = (
    webhook_deliveries::id,
    webhook_deliveries::event,
    webhook_deliveries::body,
    webhook_deliveries::created_at,
    webhook_deliveries::next_at,
    webhook_deliveries::attempts,
    webhook_deliveries::sent_at,
    webhook_deliveries::failed_at,
    webhook_deliveries::last_status,
    webhook_deliveries::last_error,
);

pub(super) fn deliveries(
    tx: &mut Read,
    id: WebhookId,
    only_failed: bool,
    after: Option<&Cursor>,
    size: i64,
) -> Result<Page<Delivery>, StoreError> {
    use webhook_deliveries as d;
    let mut query = d::table.filter(d::webhook_id.eq(id)).select(DELIVERY).into_boxed();
    if only_failed {
        query = query.filter(d::failed_at.is_not_null());
    }
    if let Some(Cursor { at, id }) = after {
        query = query.filter(d::created_at.lt(*at).or(d::created_at.eq(*at).and(d::id.lt(id.clone()))));
    }
    let items: Vec<Delivery> = query.order((d::created_at.desc(), d::id.desc())).limit(size + 1).load(tx.conn())?;
    Ok(Page::cut(items, usize::try_from(size).unwrap_or(50), |n: &Delivery| Cursor {
        at: n.created_at,
        id: n.id.to_string(),
    }))
}

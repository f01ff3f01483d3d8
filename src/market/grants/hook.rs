//! What webhooks are told of grants and of the versions that they cover.

use super::Grant;
use crate::market::datasets::{self, Dataset, Version};
use crate::market::hooks::{self, Event};
use crate::market::notices::{Kind, Notice};
use crate::market::parties;
use crate::store::{Read, StoreError, Write};
use crate::values::{PartyId, Timestamp};
use serde_json::{Value, json};

/// The name of a dataset in addresses.
fn name(tx: &mut Read, dataset: &Dataset) -> Result<String, StoreError> {
    Ok(format!("{}/{}", parties::get(tx, dataset.party_id)?.slug, dataset.slug))
}

/// Files an event about a grant for both of its sides; `more` is told besides what is told of every grant.
pub(super) fn grant(
    tx: &mut Write,
    grant: &Grant,
    (event, round): (Event, &str),
    more: Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    let dataset = datasets::get(tx, grant.dataset_id)?;
    let mut data = json!({
        "grant": grant.id,
        "number": grant.number,
        "holder": parties::get(tx, grant.holder_id)?.slug,
        "seller": parties::get(tx, grant.seller_id)?.slug,
        "dataset": name(tx, &dataset)?,
        "starts_at": grant.starts_at.rfc3339(),
        "ends_at": grant.ends_at.map(Timestamp::rfc3339),
        "path": format!("/api/v1/grants/{}", grant.id),
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut data, more) {
        all.extend(more);
    }
    let subject = format!("{}/{round}", grant.id);
    hooks::file(tx, &[grant.holder_id, grant.seller_id], event, &subject, &data, now)
}

/// The event that goes with what people are told about a grant.
const EVENTS: [(Kind, Event); 5] = [
    (Kind::GrantTerminated, Event::GrantTerminated),
    (Kind::GrantNoticed, Event::GrantNoticed),
    (Kind::GrantSuspended, Event::GrantSuspended),
    (Kind::GrantResumed, Event::GrantResumed),
    (Kind::GrantLimited, Event::GrantLimited),
];

/// Files the event that goes with a notice about a grant, with its reason and its date.
pub(super) fn told(tx: &mut Write, held: &Grant, notice: &Notice, now: Timestamp) -> Result<(), StoreError> {
    let Some((_, event)) = EVENTS.iter().find(|(kind, _)| *kind == notice.kind()) else { return Ok(()) };
    let more = json!({ "reason": notice.get("reason"), "date": notice.get("date") });
    grant(tx, held, (*event, notice.subject()), more, now)
}

/// Files that a grant ends in so many days.
pub(super) fn ending(tx: &mut Write, held: &Grant, days: i64, now: Timestamp) -> Result<(), StoreError> {
    grant(tx, held, (Event::GrantEnding, &days.to_string()), json!({ "days": days }), now)
}

/// Files that a grant has ended, by itself or after a notice period.
pub(super) fn lapsed(
    tx: &mut Write,
    held: &Grant,
    (end, next): (Timestamp, Option<&Grant>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let more = json!({ "ended_at": end.rfc3339(), "renewed_by": next.map(|g| g.id) });
    grant(tx, held, (Event::GrantLapsed, "lapsed"), more, now)
}

/// Files an event about a version: for its owner, and for one holder with their grant.
pub(super) fn version(
    tx: &mut Write,
    (dataset, version): (&Dataset, &Version),
    (event, round): (Event, &str),
    to: PartyId,
    more: Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    let name = name(tx, dataset)?;
    let mut data = json!({
        "dataset": name,
        "title_zh": dataset.title_zh,
        "title_en": dataset.title_en,
        "version": version.label,
        "version_id": version.id,
        "path": format!("/api/v1/datasets/{name}/versions/{}", version.id),
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut data, more) {
        all.extend(more);
    }
    hooks::file(tx, &[to], event, &format!("{}/{round}", version.id), &data, now)
}

//! What webhooks are told of a purchase: the same moments as people, without anybody's name.

use super::rows::{self, Purchase};
use super::state::{Desk, State};
use super::steps::PurchaseStep;
use crate::market::datasets;
use crate::market::grants::{Grant, Side};
use crate::market::hooks::{self, Event};
use crate::market::orders::Order;
use crate::market::parties;
use crate::store::{Read, StoreError, Write};
use crate::values::{DatasetId, MemberId, MessageId, PartyId, Timestamp};
use serde_json::{Value, json};

/// The name of a dataset in addresses.
fn name(tx: &mut Read, id: DatasetId) -> Result<String, StoreError> {
    let dataset = datasets::get(tx, id)?;
    Ok(format!("{}/{}", parties::get(tx, dataset.party_id)?.slug, dataset.slug))
}

/// Files an event about a request for some of its sides; `more` is told besides what is told of every request.
fn file(
    tx: &mut Write,
    p: &Purchase,
    (event, subject): (Event, &str),
    to: &[PartyId],
    more: Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut datasets = Vec::new();
    for line in rows::lines(tx, p)? {
        datasets.push(name(tx, line.dataset_id)?);
    }
    let gross = p.gross().ok();
    let mut data = json!({
        "request": p.id,
        "number": p.number,
        "state": p.state.name(),
        "buyer": parties::get(tx, p.buyer_id)?.slug,
        "seller": parties::get(tx, p.seller_id)?.slug,
        "datasets": datasets,
        "amount": gross.map(|m| m.number().replace(',', "")),
        "currency": gross.map(|m| m.currency.to_string()),
        "path": format!("/api/v1/requests/{}", p.id),
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut data, more) {
        all.extend(more);
    }
    hooks::file(tx, to, event, subject, &data, now)
}

const fn both(p: &Purchase) -> [PartyId; 2] {
    [p.buyer_id, p.seller_id]
}

/// A request as it is after this round.
fn round(p: &Purchase) -> String {
    format!("{}/{}", p.id, p.revision)
}

/// It was submitted.
pub(super) fn submitted(tx: &mut Write, p: &Purchase, now: Timestamp) -> Result<(), StoreError> {
    file(tx, p, (Event::PurchaseSubmitted, &round(p)), &[p.buyer_id], json!({}), now)
}

/// It waits for somebody; the seller's software is told when that is the seller.
pub(super) fn waiting(tx: &mut Write, p: &Purchase, now: Timestamp) -> Result<(), StoreError> {
    match p.state {
        State::AwaitingSeller | State::Negotiating { turn: Side::Seller } => {
            file(tx, p, (Event::PurchaseReceived, &round(p)), &[p.seller_id], json!({}), now)
        }
        State::Negotiating { .. }
        | State::Submitted
        | State::AwaitingCompliance
        | State::AwaitingSignature
        | State::AwaitingPayment
        | State::Returned { .. }
        | State::Granted
        | State::Refused { .. }
        | State::Withdrawn
        | State::Expired => Ok(()),
    }
}

/// Somebody decided.
pub(super) fn decided(
    tx: &mut Write,
    p: &Purchase,
    desk: Desk,
    verdict: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let more = json!({ "desk": desk.as_str(), "verdict": verdict });
    file(tx, p, (Event::PurchaseDecided, &round(p)), &both(p), more, now)
}

/// A step is approved, and more is to be decided.
pub(super) fn step_approved(
    tx: &mut Write,
    p: &Purchase,
    step: &PurchaseStep,
    by: MemberId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let more = json!({ "desk": step.desk.as_str(), "step_zh": step.name_zh, "step_en": step.name_en });
    let subject = format!("{}/{}/{by}", p.id, step.id);
    file(tx, p, (Event::StepApproved, &subject), &[step.party_id], more, now)
}

/// Somebody wrote into the thread.
pub(super) fn message(
    tx: &mut Write,
    p: &Purchase,
    side: Desk,
    id: MessageId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let path = format!("/api/v1/requests/{}/messages", p.id);
    let more = json!({ "side": side.as_str(), "message": id, "path": path });
    file(tx, p, (Event::MessagePosted, id.as_str()), &both(p), more, now)
}

/// It was taken back, or ran out.
pub(super) fn ended(tx: &mut Write, p: &Purchase, event: Event, now: Timestamp) -> Result<(), StoreError> {
    file(tx, p, (event, &round(p)), &both(p), json!({}), now)
}

/// An invoice was opened, or paid.
pub(super) fn invoice(
    tx: &mut Write,
    p: &Purchase,
    order: &Order,
    event: Event,
    now: Timestamp,
) -> Result<(), StoreError> {
    let path = format!("/api/v1/orders/{}", order.id);
    let more = json!({ "invoice": order.number, "order": order.id, "due_at": order.due_at.rfc3339(), "path": path });
    file(tx, p, (event, order.id.as_str()), &both(p), more, now)
}

/// Grants came into being.
pub(super) fn granted(tx: &mut Write, p: &Purchase, grants: &[Grant], now: Timestamp) -> Result<(), StoreError> {
    for grant in grants {
        let more = json!({
            "grant": grant.id,
            "grant_number": grant.number,
            "dataset": name(tx, grant.dataset_id)?,
            "starts_at": grant.starts_at.rfc3339(),
            "ends_at": grant.ends_at.map(Timestamp::rfc3339),
            "path": format!("/api/v1/grants/{}", grant.id),
        });
        file(tx, p, (Event::GrantGiven, grant.id.as_str()), &both(p), more, now)?;
    }
    Ok(())
}

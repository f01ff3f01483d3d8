//! Rows of mandates and of what was used of them.

use super::{Cover, NewMandate};
use crate::store::schema::{mandate_months, mandate_uses, mandates};
use crate::store::{Read, StoreError, Write};
use crate::values::{Currency, MemberId, Money, PartyId, PurchaseId, ServiceId, Timestamp};
use diesel::prelude::*;

/// What a service account may accept.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of `NewMandate` and plain facts")]
pub struct Mandate {
    pub service_id: ServiceId,
    pub party_id: PartyId,
    pub cover: Cover,
    pub per_request: Money,
    pub per_month_minor: i64,
    pub answers: MemberId,
    pub revision: i64,
}

type Row = (ServiceId, PartyId, String, Currency, i64, i64, MemberId, i64);

fn broken(error: &serde_json::Error) -> StoreError {
    StoreError::Broken(format!("a mandate: {error}"))
}

/// The mandate in force.
pub(super) fn find(tx: &mut Read, id: ServiceId) -> Result<Option<Mandate>, StoreError> {
    let row: Option<Row> = mandates::table
        .find(id)
        .filter(mandates::ended_at.is_null())
        .select((
            mandates::service_id,
            mandates::party_id,
            mandates::body,
            mandates::currency,
            mandates::per_request_minor,
            mandates::per_month_minor,
            mandates::answers,
            mandates::revision,
        ))
        .first(tx.conn())
        .optional()?;
    let Some((service_id, party_id, body, currency, request, per_month_minor, answers, revision)) = row else {
        return Ok(None);
    };
    let cover = serde_json::from_str(&body).map_err(|e| broken(&e))?;
    let per_request = Money::new(request, currency);
    Ok(Some(Mandate { service_id, party_id, cover, per_request, per_month_minor, answers, revision }))
}

/// Of which service accounts a member answers for the mandate in force.
pub(super) fn answered_by(tx: &mut Read, party: PartyId, member: MemberId) -> Result<Vec<ServiceId>, StoreError> {
    Ok(mandates::table
        .filter(mandates::party_id.eq(party))
        .filter(mandates::answers.eq(member))
        .filter(mandates::ended_at.is_null())
        .select(mandates::service_id)
        .order(mandates::service_id.asc())
        .load(tx.conn())?)
}

pub(super) fn put(
    tx: &mut Write,
    (party, service, by): (PartyId, ServiceId, MemberId),
    seen: i64,
    new: &NewMandate,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let body = serde_json::to_string(&new.cover).map_err(|e| broken(&e))?;
    let current = find(tx, service)?.map_or(0, |m| m.revision);
    if current != seen {
        return Ok(false);
    }
    let values = (
        mandates::body.eq(body),
        mandates::currency.eq(new.per_request.currency),
        mandates::per_request_minor.eq(new.per_request.minor),
        mandates::per_month_minor.eq(new.per_month_minor),
        mandates::answers.eq(new.answers),
        mandates::changed_by.eq(by),
        mandates::changed_at.eq(now),
    );
    let last: Option<i64> = mandates::table.find(service).select(mandates::revision).first(tx.conn()).optional()?;
    let Some(last) = last else {
        diesel::insert_into(mandates::table)
            .values((mandates::service_id.eq(service), mandates::party_id.eq(party), values))
            .execute(tx.conn())?;
        return Ok(true);
    };
    let row = mandates::table.find(service).filter(mandates::revision.eq(last));
    let ended: Option<Timestamp> = None;
    let values = (values, mandates::revision.eq(last + 1), mandates::ended_at.eq(ended));
    Ok(diesel::update(row).set(values).execute(tx.conn())? == 1)
}

pub(super) fn end(tx: &mut Write, party: PartyId, id: ServiceId, now: Timestamp) -> Result<bool, StoreError> {
    let open = mandates::table.find(id).filter(mandates::party_id.eq(party)).filter(mandates::ended_at.is_null());
    Ok(diesel::update(open).set(mandates::ended_at.eq(now)).execute(tx.conn())? == 1)
}

/// What was used in a month.
pub(super) fn used(tx: &mut Read, id: ServiceId, month: &str) -> Result<i64, StoreError> {
    let used: Option<i64> = mandate_months::table
        .find((id, month.to_owned()))
        .select(mandate_months::used_minor)
        .first(tx.conn())
        .optional()?;
    Ok(used.unwrap_or(0))
}

pub(super) fn take(
    tx: &mut Write,
    (service, purchase): (ServiceId, PurchaseId),
    month: &str,
    amount: i64,
    most: i64,
) -> Result<bool, StoreError> {
    crate::store::each!(tx.conn(), c => diesel::insert_into(mandate_months::table)
        .values((
            mandate_months::service_id.eq(service),
            mandate_months::month.eq(month),
            mandate_months::used_minor.eq(0_i64),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    let enough =
        mandate_months::table.find((service, month.to_owned())).filter((mandate_months::used_minor + amount).le(most));
    let taken = diesel::update(enough).set(mandate_months::used_minor.eq(mandate_months::used_minor + amount));
    if taken.execute(tx.conn())? == 0 {
        return Ok(false);
    }
    let none: Option<Timestamp> = None;
    let values = (
        mandate_uses::service_id.eq(service),
        mandate_uses::month.eq(month),
        mandate_uses::amount_minor.eq(amount),
        mandate_uses::freed_at.eq(none),
    );
    if diesel::update(mandate_uses::table.find(purchase)).set(values).execute(tx.conn())? == 0 {
        diesel::insert_into(mandate_uses::table)
            .values((mandate_uses::purchase_id.eq(purchase), values))
            .execute(tx.conn())?;
    }
    Ok(true)
}

pub(super) fn give_back(tx: &mut Write, purchase: PurchaseId, now: Timestamp) -> Result<(), StoreError> {
    let used: Option<(ServiceId, String, i64)> = mandate_uses::table
        .find(purchase)
        .filter(mandate_uses::freed_at.is_null())
        .select((mandate_uses::service_id, mandate_uses::month, mandate_uses::amount_minor))
        .first(tx.conn())
        .optional()?;
    let Some((service, month, amount)) = used else { return Ok(()) };
    let open = mandate_uses::table.find(purchase).filter(mandate_uses::freed_at.is_null());
    if diesel::update(open).set(mandate_uses::freed_at.eq(now)).execute(tx.conn())? == 1 {
        diesel::update(mandate_months::table.find((service, month)))
            .set(mandate_months::used_minor.eq(mandate_months::used_minor - amount))
            .execute(tx.conn())?;
    }
    Ok(())
}

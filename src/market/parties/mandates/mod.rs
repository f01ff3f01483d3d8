//! Mandates: what a service account may accept without a person, and who answers for it. Inside its mandate a request of a
//! machine needs nobody on the buyer's side; outside of it a person gets a task.

mod rows;

pub use rows::Mandate;

use super::policy::{LicenceClass, PolicyFacts};
use super::{MayManage, Role, Roles, roles_of, rows as party_rows};
use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, Refused};
use crate::market::journal::{self, Deed, Note, Thing};
use crate::market::rules::Level;
use crate::store::{Read, StoreError, Write};
use crate::values::{MemberId, Money, PartyId, PurchaseId, ServiceId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a mandate covers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cover {
    /// Licences of these classes.
    pub licences: Vec<LicenceClass>,
    /// Data of these levels.
    pub levels: Vec<Level>,
    /// These sellers; all when empty.
    pub sellers: Vec<PartyId>,
}

/// A mandate as an owner writes it.
#[derive(Debug, Clone)]
pub struct NewMandate {
    /// What it covers.
    pub cover: Cover,
    /// The most for one request, tax included.
    pub per_request: Money,
    /// The most for a calendar month (UTC), tax included, in the same currency.
    pub per_month_minor: i64,
    /// Who answers for it and gets the tasks outside of it.
    pub answers: MemberId,
}

/// Why a mandate was not changed.
#[derive(Debug, thiserror::Error)]
pub enum MandateError {
    /// There is no such service account in use.
    #[error("no such service account")]
    NoService,
    /// Whoever answers is no member.
    #[error("name a member of the organisation")]
    Stranger,
    /// It covers no licence or no level, or its amounts do not fit.
    #[error("name classes of licences, levels, and amounts that fit")]
    Empty,
    /// Somebody changed it meanwhile.
    #[error("somebody was first")]
    Overtaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes a mandate, or changes the one there is; `seen` is its revision, 0 when there is none.
///
/// # Errors
/// [`MandateError`].
pub fn put_mandate(
    tx: &mut Write,
    may: MayManage,
    service: ServiceId,
    seen: i64,
    new: &NewMandate,
    now: Timestamp,
) -> Result<(), MandateError> {
    let (party, by) = may.into_parts();
    let works = super::key_rows_of(tx, party.id)?.into_iter().any(|s| s.id == service && s.revoked_at.is_none());
    if !works {
        return Err(MandateError::NoService);
    }
    if party_rows::roles(tx, party.id, new.answers)?.is_none_or(|r| r.is_empty()) {
        return Err(MandateError::Stranger);
    }
    let amounts = new.per_request.minor >= 0 && new.per_month_minor >= new.per_request.minor;
    if new.cover.licences.is_empty() || new.cover.levels.is_empty() || !amounts {
        return Err(MandateError::Empty);
    }
    let changer: MemberId = by.id.parse().map_err(|_| MandateError::Stranger)?;
    if !rows::put(tx, (party.id, service, changer), seen, new, now)? {
        return Err(MandateError::Overtaken);
    }
    let detail = serde_json::json!({ "service": service.as_str(), "per_request": new.per_request.to_string(), "answers": new.answers.as_str() });
    let entry = Note::new(Deed::MandateChanged, Thing::Party, party.id).for_party(party.id).detail(detail);
    Ok(journal::note(tx, &by, &entry, now)?)
}

/// Ends a mandate: the machine asks for everything that costs money again.
///
/// # Errors
/// [`MandateError::Overtaken`] when there is none.
pub fn end_mandate(tx: &mut Write, may: MayManage, service: ServiceId, now: Timestamp) -> Result<(), MandateError> {
    let (party, by) = may.into_parts();
    if !rows::end(tx, party.id, service, now)? {
        return Err(MandateError::Overtaken);
    }
    let detail = serde_json::json!({ "service": service.as_str(), "ended": true });
    let entry = Note::new(Deed::MandateChanged, Thing::Party, party.id).for_party(party.id).detail(detail);
    Ok(journal::note(tx, &by, &entry, now)?)
}

/// Gives the mandate of a service account to owners, auditors and the machine itself, with what is used of this month.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn mandate_of(
    tx: &mut Read,
    actor: &Actor,
    party: PartyId,
    service: ServiceId,
    now: Timestamp,
) -> Result<Option<(Mandate, i64)>, Refused> {
    let roles: Roles = roles_of(tx, actor, party)?;
    if !roles.has_any(&[Role::Owner, Role::Auditor]) && actor.service() != Some(service) {
        return Err(Refused::Hidden);
    }
    let Some(mandate) = rows::find(tx, service)?.filter(|m| m.party_id == party) else { return Ok(None) };
    let used = rows::used(tx, service, &month(now))?;
    Ok(Some((mandate, used)))
}

/// Gives the service accounts for whose mandates a member of an organisation answers.
pub(in crate::market) fn answered_by(
    tx: &mut Read,
    party: PartyId,
    member: MemberId,
) -> Result<Vec<ServiceId>, StoreError> {
    rows::answered_by(tx, party, member)
}

fn month(now: Timestamp) -> String {
    now.civil("%Y-%m")
}

/// What a mandate says to a request.
#[derive(Debug, Clone)]
pub(in crate::market) struct Ruling {
    /// Every condition, met or not.
    pub conditions: Vec<Condition>,
    /// Who answers for the machine, if there is a mandate.
    pub answers: Option<MemberId>,
}

/// Asks the mandate of a service account. Without a mandate everything that costs nothing is inside.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn ruling(
    tx: &mut Read,
    party: PartyId,
    service: ServiceId,
    facts: &PolicyFacts,
    now: Timestamp,
) -> Result<Ruling, StoreError> {
    let Some(m) = rows::find(tx, service)?.filter(|m| m.party_id == party) else {
        let free = facts.gross.minor == 0;
        return Ok(Ruling { conditions: vec![Condition::new("mandate-given", free, "buyer-owner")], answers: None });
    };
    let used = rows::used(tx, service, &month(now))?;
    let money = |minor: i64| Money::new(minor, m.per_request.currency).to_string();
    let same = facts.gross.minor == 0 || facts.gross.currency == m.per_request.currency;
    let within = |most: i64, amount: i64| same && amount <= most;
    let licences = facts.licences.iter().all(|c| m.cover.licences.contains(c));
    let levels = facts.levels.iter().all(|l| m.cover.levels.contains(l));
    let seller = m.cover.sellers.is_empty() || m.cover.sellers.contains(&facts.seller);
    let there = party_rows::roles(tx, party, m.answers)?.is_some_and(|r| !r.is_empty());
    let month_sum = used.saturating_add(facts.gross.minor);
    let conditions = vec![
        Condition::new("mandate-licence", licences, "buyer-owner"),
        Condition::new("mandate-level", levels, "buyer-owner"),
        Condition::new("mandate-seller", seller, "buyer-owner"),
        Condition::new("mandate-request", within(m.per_request.minor, facts.gross.minor), "buyer-owner")
            .about(money(m.per_request.minor)),
        Condition::new("mandate-month", within(m.per_month_minor, month_sum), "buyer-owner")
            .about(money(m.per_month_minor)),
        Condition::new("mandate-answerer", there, "buyer-owner"),
    ];
    Ok(Ruling { conditions, answers: Some(m.answers).filter(|_| there) })
}

/// Uses a part of this month's amount, if so much is left: one statement, so that two requests never overdraw.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn take_month(
    tx: &mut Write,
    service: ServiceId,
    purchase: PurchaseId,
    amount: Money,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(m) = rows::find(tx, service)? else { return Ok(true) };
    rows::take(tx, (service, purchase), &month(now), amount.minor, m.per_month_minor)
}

/// Gives back what a request that came to nothing has used of its month.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn give_back_month(
    tx: &mut Write,
    purchase: PurchaseId,
    now: Timestamp,
) -> Result<(), StoreError> {
    rows::give_back(tx, purchase, now)
}

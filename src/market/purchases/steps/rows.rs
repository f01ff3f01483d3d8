//! Rows of steps; the decisions on them stand beside.

use crate::market::parties::policy::{Limit, StepKind};
use crate::market::purchases::rows::Purchase;
use crate::market::purchases::state::Desk;
use crate::store::schema::purchase_steps;
use crate::store::{Read, StoreError, Write};
use crate::values::{MemberId, PartyId, PurchaseId, StepId, Timestamp};
use diesel::prelude::*;

mod decision_rows;

pub use decision_rows::StepDecision;
pub(in crate::market::purchases) use decision_rows::decisions_of;
pub(super) use decision_rows::{decided, decisions_on, insert_decision};

/// A step of a request, as it was locked.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of `PolicyStep` and plain facts")]
pub struct PurchaseStep {
    pub id: StepId,
    pub purchase_id: PurchaseId,
    pub party_id: PartyId,
    pub desk: Desk,
    pub round: i64,
    pub position: i64,
    pub group: i64,
    pub kind: StepKind,
    pub name_zh: String,
    pub name_en: String,
    pub members: Vec<MemberId>,
    pub limits: Vec<Limit>,
    pub need: i64,
    pub approvals: i64,
    pub due_days: i64,
    pub escalate_to: Option<MemberId>,
    pub opened_at: Option<Timestamp>,
    pub due_at: Option<Timestamp>,
    pub done_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub reminded: i64,
    pub escalated_at: Option<Timestamp>,
}

type Row = (
    (StepId, PurchaseId, PartyId, Desk, i64, i64, i64, StepKind),
    (String, String, String, String, i64, i64, i64, Option<MemberId>),
    (Option<Timestamp>, Option<Timestamp>, Option<Timestamp>, Option<Timestamp>, i64, Option<Timestamp>),
);

macro_rules! columns {
    () => {
        (
            (
                purchase_steps::id,
                purchase_steps::purchase_id,
                purchase_steps::party_id,
                purchase_steps::desk,
                purchase_steps::round,
                purchase_steps::position,
                purchase_steps::group_number,
                purchase_steps::kind,
            ),
            (
                purchase_steps::name_zh,
                purchase_steps::name_en,
                purchase_steps::members,
                purchase_steps::limits,
                purchase_steps::need,
                purchase_steps::approvals,
                purchase_steps::due_days,
                purchase_steps::escalate_to,
            ),
            (
                purchase_steps::opened_at,
                purchase_steps::due_at,
                purchase_steps::done_at,
                purchase_steps::closed_at,
                purchase_steps::reminded,
                purchase_steps::escalated_at,
            ),
        )
    };
}

fn broken(error: &serde_json::Error) -> StoreError {
    StoreError::Broken(format!("a step of a request: {error}"))
}

fn step(row: Row) -> Result<PurchaseStep, StoreError> {
    let ((id, purchase_id, party_id, desk, round, position, group, kind), what, times) = row;
    let (name_zh, name_en, members, limits, need, approvals, due_days, escalate_to) = what;
    let (opened_at, due_at, done_at, closed_at, reminded, escalated_at) = times;
    Ok(PurchaseStep {
        id,
        purchase_id,
        party_id,
        desk,
        round,
        position,
        group,
        kind,
        name_zh,
        name_en,
        members: serde_json::from_str(&members).map_err(|e| broken(&e))?,
        limits: serde_json::from_str(&limits).map_err(|e| broken(&e))?,
        need,
        approvals,
        due_days,
        escalate_to,
        opened_at,
        due_at,
        done_at,
        closed_at,
        reminded,
        escalated_at,
    })
}

pub(in crate::market::purchases) fn insert(tx: &mut Write, s: &PurchaseStep) -> Result<(), StoreError> {
    let members = serde_json::to_string(&s.members).map_err(|e| broken(&e))?;
    let limits = serde_json::to_string(&s.limits).map_err(|e| broken(&e))?;
    diesel::insert_into(purchase_steps::table)
        .values((
            (
                purchase_steps::id.eq(s.id),
                purchase_steps::purchase_id.eq(s.purchase_id),
                purchase_steps::party_id.eq(s.party_id),
                purchase_steps::desk.eq(s.desk),
                purchase_steps::round.eq(s.round),
                purchase_steps::position.eq(s.position),
                purchase_steps::group_number.eq(s.group),
                purchase_steps::kind.eq(s.kind),
            ),
            (
                purchase_steps::name_zh.eq(&s.name_zh),
                purchase_steps::name_en.eq(&s.name_en),
                purchase_steps::members.eq(members),
                purchase_steps::limits.eq(limits),
                purchase_steps::need.eq(s.need),
                purchase_steps::due_days.eq(s.due_days),
                purchase_steps::escalate_to.eq(s.escalate_to),
            ),
            (
                purchase_steps::approvals.eq(s.approvals),
                purchase_steps::opened_at.eq(s.opened_at),
                purchase_steps::done_at.eq(s.done_at),
                purchase_steps::closed_at.eq(s.closed_at),
            ),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The steps that were planned last, in order; a side that needs nobody has none.
pub(in crate::market::purchases) fn last_round(tx: &mut Read, p: &Purchase) -> Result<Vec<PurchaseStep>, StoreError> {
    let all = all_of(tx, p.id)?;
    let last = all.iter().map(|s| s.round).max().unwrap_or(0);
    let needed = |s: &PurchaseStep| match (s.desk, s.kind) {
        (Desk::Buyer, StepKind::Sign) => p.needs.signature || p.needs.approver,
        (Desk::Buyer, StepKind::Approve) => p.needs.approver,
        (Desk::Seller | Desk::Compliance, _) => p.needs.licensor || s.is_settled(),
    };
    Ok(all.into_iter().filter(|s| s.round == last && needed(s)).collect())
}

/// Every step that was ever planned for a request, in order.
pub(super) fn all_of(tx: &mut Read, id: PurchaseId) -> Result<Vec<PurchaseStep>, StoreError> {
    let rows: Vec<Row> = purchase_steps::table
        .filter(purchase_steps::purchase_id.eq(id))
        .select(columns!())
        .order((purchase_steps::round.asc(), purchase_steps::position.asc()))
        .load(tx.conn())?;
    rows.into_iter().map(step).collect()
}

/// The number of the plan that was made last; 0 before the first.
pub(super) fn last_number(tx: &mut Read, id: PurchaseId) -> Result<i64, StoreError> {
    let last: Option<i64> = purchase_steps::table
        .filter(purchase_steps::purchase_id.eq(id))
        .select(purchase_steps::round)
        .order(purchase_steps::round.desc())
        .first(tx.conn())
        .optional()?;
    Ok(last.unwrap_or(0))
}

/// The open steps of some organisations, the one that is due first on top.
pub(super) fn open_of(tx: &mut Read, parties: &[PartyId]) -> Result<Vec<PurchaseStep>, StoreError> {
    let rows: Vec<Row> = purchase_steps::table
        .filter(purchase_steps::party_id.eq_any(parties.to_vec()))
        .filter(purchase_steps::closed_at.is_null())
        .filter(purchase_steps::opened_at.is_not_null())
        .filter(purchase_steps::done_at.is_null())
        .select(columns!())
        .order((purchase_steps::due_at.asc(), purchase_steps::id.asc()))
        .limit(500)
        .load(tx.conn())?;
    rows.into_iter().map(step).collect()
}

/// The open steps of some requests.
pub(super) fn open_on(tx: &mut Read, ids: &[PurchaseId]) -> Result<Vec<PurchaseStep>, StoreError> {
    let rows: Vec<Row> = purchase_steps::table
        .filter(purchase_steps::purchase_id.eq_any(ids.to_vec()))
        .filter(purchase_steps::closed_at.is_null())
        .filter(purchase_steps::opened_at.is_not_null())
        .filter(purchase_steps::done_at.is_null())
        .select(columns!())
        .order((purchase_steps::due_at.asc(), purchase_steps::id.asc()))
        .load(tx.conn())?;
    rows.into_iter().map(step).collect()
}

/// Open steps of which somebody should be reminded now, or that are late and not yet escalated.
pub(super) fn due_for_a_word(tx: &mut Read, now: Timestamp) -> Result<Vec<PurchaseStep>, StoreError> {
    let since = |days: i64| purchase_steps::opened_at.le(now.plus_days(-days)).and(purchase_steps::reminded.lt(days));
    let late = purchase_steps::due_at.le(now).and(purchase_steps::escalated_at.is_null());
    let rows: Vec<Row> = purchase_steps::table
        .filter(purchase_steps::closed_at.is_null())
        .filter(purchase_steps::done_at.is_null())
        .filter(since(3).or(since(7)).or(since(14)).or(late))
        .select(columns!())
        .order(purchase_steps::id.asc())
        .limit(500)
        .load(tx.conn())?;
    rows.into_iter().map(step).collect()
}

/// Opens a group of steps that nobody opened yet.
pub(super) fn open(tx: &mut Write, s: &PurchaseStep, due: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
    let waiting = purchase_steps::table
        .find(s.id)
        .filter(purchase_steps::opened_at.is_null())
        .filter(purchase_steps::closed_at.is_null());
    let values = (purchase_steps::opened_at.eq(now), purchase_steps::due_at.eq(due));
    Ok(diesel::update(waiting).set(values).execute(tx.conn())? == 1)
}

/// Counts one more approval while the step still needs one; the last one ends it.
pub(super) fn add_approval(tx: &mut Write, id: StepId, now: Timestamp) -> Result<bool, StoreError> {
    let open = purchase_steps::table
        .find(id)
        .filter(purchase_steps::closed_at.is_null())
        .filter(purchase_steps::opened_at.is_not_null())
        .filter(purchase_steps::approvals.lt(purchase_steps::need));
    if diesel::update(open).set(purchase_steps::approvals.eq(purchase_steps::approvals + 1)).execute(tx.conn())? == 0 {
        return Ok(false);
    }
    let full = purchase_steps::table
        .find(id)
        .filter(purchase_steps::approvals.eq(purchase_steps::need))
        .filter(purchase_steps::done_at.is_null());
    diesel::update(full).set(purchase_steps::done_at.eq(now)).execute(tx.conn())?;
    Ok(true)
}

/// Marks an open step as answered by a refusal or a return.
pub(super) fn answer(tx: &mut Write, id: StepId, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(purchase_steps::table.find(id).filter(purchase_steps::done_at.is_null()))
        .set(purchase_steps::done_at.eq(now))
        .execute(tx.conn())?;
    Ok(())
}

/// Closes whatever of a request is not done.
pub(super) fn close(tx: &mut Write, id: PurchaseId, now: Timestamp) -> Result<(), StoreError> {
    let open = purchase_steps::table
        .filter(purchase_steps::purchase_id.eq(id))
        .filter(purchase_steps::done_at.is_null())
        .filter(purchase_steps::closed_at.is_null());
    diesel::update(open).set(purchase_steps::closed_at.eq(now)).execute(tx.conn())?;
    Ok(())
}

/// Notes a reminder, once for each threshold.
pub(super) fn remind(tx: &mut Write, s: &PurchaseStep, day: i64) -> Result<bool, StoreError> {
    let open = purchase_steps::table
        .find(s.id)
        .filter(purchase_steps::reminded.lt(day))
        .filter(purchase_steps::done_at.is_null())
        .filter(purchase_steps::closed_at.is_null());
    Ok(diesel::update(open).set(purchase_steps::reminded.eq(day)).execute(tx.conn())? == 1)
}

/// Notes the escalation, once.
pub(super) fn escalate(tx: &mut Write, s: &PurchaseStep, now: Timestamp) -> Result<bool, StoreError> {
    let late = purchase_steps::table
        .find(s.id)
        .filter(purchase_steps::escalated_at.is_null())
        .filter(purchase_steps::done_at.is_null())
        .filter(purchase_steps::closed_at.is_null());
    Ok(diesel::update(late).set(purchase_steps::escalated_at.eq(now)).execute(tx.conn())? == 1)
}

/// Opening and answer of the last steps that a seller's people answered.
pub(super) fn answered(tx: &mut Read, seller: PartyId, most: i64) -> Result<Vec<(Timestamp, Timestamp)>, StoreError> {
    let rows: Vec<(Option<Timestamp>, Option<Timestamp>)> = purchase_steps::table
        .filter(purchase_steps::party_id.eq(seller))
        .filter(purchase_steps::desk.eq(Desk::Seller))
        .filter(purchase_steps::done_at.is_not_null())
        .select((purchase_steps::opened_at, purchase_steps::done_at))
        .order((purchase_steps::done_at.desc(), purchase_steps::id.desc()))
        .limit(most)
        .load(tx.conn())?;
    Ok(rows.into_iter().filter_map(|(opened, done)| opened.zip(done)).collect())
}

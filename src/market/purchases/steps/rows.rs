//! Rows of steps and of the decisions on them.

use crate::market::parties::policy::{Limit, StepKind};
use crate::market::purchases::rows::{Purchase, Verdict};
use crate::market::purchases::state::Desk;
use crate::store::schema::{members, purchase_steps, step_decisions};
use crate::store::{Cursor, Page, Read, StoreError, Write};
use crate::values::{DecisionId, MemberId, PartyId, PurchaseId, StepId, Timestamp};
use diesel::prelude::*;

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

/// What one person decided on a step.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts")]
pub struct StepDecision {
    pub id: DecisionId,
    pub step_id: StepId,
    pub purchase_id: PurchaseId,
    pub party_id: PartyId,
    pub desk: Desk,
    pub round: i64,
    pub verdict: Verdict,
    pub member_id: MemberId,
    /// What kind of step it was.
    pub kind: StepKind,
    /// The name of that member.
    pub member_name: String,
    /// For whom it counts: the member, or whom the member stands in for.
    pub stands_for: MemberId,
    /// The code of a reason out of the list; empty when none was chosen.
    pub reason: String,
    pub note: String,
    /// For a signature: language and hash of what was signed.
    pub signed: Option<(String, String)>,
    pub decided_at: Timestamp,
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
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The steps that were planned last, in order; a side that needs nobody has none.
pub(in crate::market::purchases) fn last_round(tx: &mut Read, p: &Purchase) -> Result<Vec<PurchaseStep>, StoreError> {
    let rows: Vec<Row> = purchase_steps::table
        .filter(purchase_steps::purchase_id.eq(p.id))
        .select(columns!())
        .order((purchase_steps::round.asc(), purchase_steps::position.asc()))
        .load(tx.conn())?;
    let all: Vec<PurchaseStep> = rows.into_iter().map(step).collect::<Result<_, _>>()?;
    let last = all.iter().map(|s| s.round).max().unwrap_or(0);
    let needed = |s: &PurchaseStep| match s.desk {
        Desk::Buyer => p.needs.approver,
        Desk::Seller | Desk::Compliance => p.needs.licensor,
    };
    Ok(all.into_iter().filter(|s| s.round == last && needed(s)).collect())
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

type DecisionRow = (
    (DecisionId, StepId, PurchaseId, PartyId, Desk, i64, Verdict, StepKind),
    (MemberId, String, MemberId, String, String, Option<String>, Option<String>, Timestamp),
);

macro_rules! decisions {
    () => {
        step_decisions::table
            .inner_join(members::table.on(members::id.eq(step_decisions::member_id)))
            .inner_join(purchase_steps::table.on(purchase_steps::id.eq(step_decisions::step_id)))
            .select((
                (
                    step_decisions::id,
                    step_decisions::step_id,
                    step_decisions::purchase_id,
                    step_decisions::party_id,
                    step_decisions::desk,
                    step_decisions::round,
                    step_decisions::verdict,
                    purchase_steps::kind,
                ),
                (
                    step_decisions::member_id,
                    members::name,
                    step_decisions::stands_for,
                    step_decisions::reason,
                    step_decisions::note,
                    step_decisions::signed_lang,
                    step_decisions::signed_sha256,
                    step_decisions::decided_at,
                ),
            ))
    };
}

fn decision(row: DecisionRow) -> StepDecision {
    let ((id, step_id, purchase_id, party_id, desk, round, verdict, kind), rest) = row;
    let (member_id, member_name, stands_for, reason, note, lang, sha256, decided_at) = rest;
    StepDecision {
        id,
        step_id,
        purchase_id,
        party_id,
        desk,
        round,
        verdict,
        kind,
        member_id,
        member_name,
        stands_for,
        reason,
        note,
        signed: lang.zip(sha256),
        decided_at,
    }
}

pub(in crate::market::purchases) fn decisions_of(
    tx: &mut Read,
    id: PurchaseId,
) -> Result<Vec<StepDecision>, StoreError> {
    let rows: Vec<DecisionRow> = decisions!()
        .filter(step_decisions::purchase_id.eq(id))
        .order((step_decisions::decided_at.asc(), step_decisions::id.asc()))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(decision).collect())
}

/// The decisions on several requests.
pub(super) fn decisions_on(tx: &mut Read, ids: &[PurchaseId]) -> Result<Vec<StepDecision>, StoreError> {
    let rows: Vec<DecisionRow> =
        decisions!().filter(step_decisions::purchase_id.eq_any(ids.to_vec())).load(tx.conn())?;
    Ok(rows.into_iter().map(decision).collect())
}

/// A page of what the desks of some organisations decided, newest first.
pub(super) fn decided(
    tx: &mut Read,
    parties: &[PartyId],
    member: Option<MemberId>,
    after: Option<&Cursor>,
    size: i64,
) -> Result<Page<StepDecision>, StoreError> {
    use step_decisions as d;
    let mut query = decisions!().filter(d::party_id.eq_any(parties.to_vec())).into_boxed();
    if let Some(member) = member {
        query = query.filter(d::member_id.eq(member));
    }
    if let Some(Cursor { at, id }) = after {
        query = query.filter(d::decided_at.lt(*at).or(d::decided_at.eq(*at).and(d::id.lt(id.clone()))));
    }
    let rows: Vec<DecisionRow> = query.order((d::decided_at.desc(), d::id.desc())).limit(size + 1).load(tx.conn())?;
    let items = rows.into_iter().map(decision).collect();
    Ok(Page::cut(items, usize::try_from(size).unwrap_or(50), |d: &StepDecision| Cursor {
        at: d.decided_at,
        id: d.id.to_string(),
    }))
}

pub(super) fn insert_decision(tx: &mut Write, d: &StepDecision) -> Result<(), StoreError> {
    diesel::insert_into(step_decisions::table)
        .values((
            (
                step_decisions::id.eq(d.id),
                step_decisions::step_id.eq(d.step_id),
                step_decisions::purchase_id.eq(d.purchase_id),
                step_decisions::party_id.eq(d.party_id),
                step_decisions::desk.eq(d.desk),
                step_decisions::round.eq(d.round),
                step_decisions::verdict.eq(d.verdict),
            ),
            (
                step_decisions::member_id.eq(d.member_id),
                step_decisions::stands_for.eq(d.stands_for),
                step_decisions::reason.eq(&d.reason),
                step_decisions::note.eq(&d.note),
                step_decisions::signed_lang.eq(d.signed.as_ref().map(|s| s.0.clone())),
                step_decisions::signed_sha256.eq(d.signed.as_ref().map(|s| s.1.clone())),
                step_decisions::decided_at.eq(d.decided_at),
            ),
        ))
        .execute(tx.conn())?;
    Ok(())
}

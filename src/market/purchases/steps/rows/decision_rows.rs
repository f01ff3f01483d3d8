//! Rows of the decisions on steps.

use crate::market::parties::policy::StepKind;
use crate::market::purchases::rows::Verdict;
use crate::market::purchases::state::Desk;
use crate::store::schema::{members, purchase_steps, step_decisions};
use crate::store::{Cursor, Page, Read, StoreError, Write};
use crate::values::{DecisionId, MemberId, PartyId, PurchaseId, StepId, Timestamp};
use diesel::prelude::*;

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
pub(in crate::market::purchases::steps) fn decisions_on(
    tx: &mut Read,
    ids: &[PurchaseId],
) -> Result<Vec<StepDecision>, StoreError> {
    let rows: Vec<DecisionRow> =
        decisions!().filter(step_decisions::purchase_id.eq_any(ids.to_vec())).load(tx.conn())?;
    Ok(rows.into_iter().map(decision).collect())
}

/// A page of what the desks of some organisations decided, newest first.
pub(in crate::market::purchases::steps) fn decided(
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

pub(in crate::market::purchases::steps) fn insert_decision(tx: &mut Write, d: &StepDecision) -> Result<(), StoreError> {
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

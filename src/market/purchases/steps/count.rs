//! Opening steps and counting decisions. Whoever counts has locked the request, so the last of several is certain that
//! it is the last.

use super::rows::{self, PurchaseStep, StepDecision};
use crate::market::purchases::rows::{Purchase, Verdict};
use crate::store::{StoreError, Write};
use crate::values::{PurchaseId, Timestamp};

/// What a counted approval did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::market::purchases) enum Counted {
    /// Somebody else was first; nothing was counted.
    Late,
    /// The side needs more approvals in the steps that are open.
    More,
    /// The step is done; others beside it are open.
    StepDone,
    /// The next group of steps is open now.
    NextGroup,
    /// The side has all it needs.
    SideDone,
}

/// Opens the first group that is not done among the steps whose turn it is; gives whether there was one.
pub(in crate::market::purchases) fn open_group(
    tx: &mut Write,
    purchase: &Purchase,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut steps = rows::last_round(tx, purchase)?;
    steps.retain(|s| purchase.is_turn_of(s) && s.done_at.is_none());
    let Some(group) = steps.iter().map(|s| s.group).min() else { return Ok(false) };
    for step in steps.iter().filter(|s| s.group == group) {
        // A step is never due after the request itself has run out.
        let due = now.plus_days(step.due_days).min(purchase.expires_at);
        rows::open(tx, step, due, now)?;
    }
    Ok(true)
}

/// Counts one decision on a step, and opens what comes next on this side.
pub(in crate::market::purchases) fn count(
    tx: &mut Write,
    purchase: &Purchase,
    decision: &StepDecision,
    now: Timestamp,
) -> Result<Counted, StoreError> {
    if decision.verdict != Verdict::Approved {
        rows::insert_decision(tx, decision)?;
        rows::answer(tx, decision.step_id, now)?;
        return Ok(Counted::SideDone);
    }
    if !rows::add_approval(tx, decision.step_id, now)? {
        return Ok(Counted::Late);
    }
    rows::insert_decision(tx, decision)?;
    let steps: Vec<PurchaseStep> =
        rows::last_round(tx, purchase)?.into_iter().filter(|s| s.desk == decision.desk).collect();
    let done = steps.iter().any(|s| s.id == decision.step_id && s.done_at.is_some());
    Ok(if !done {
        Counted::More
    } else if steps.iter().any(PurchaseStep::is_open) {
        Counted::StepDone
    } else if open_group(tx, purchase, now)? {
        Counted::NextGroup
    } else {
        Counted::SideDone
    })
}

/// Closes what is not done: the request went on, came back, or ended.
pub(in crate::market::purchases) fn close(tx: &mut Write, id: PurchaseId, now: Timestamp) -> Result<(), StoreError> {
    rows::close(tx, id, now)
}

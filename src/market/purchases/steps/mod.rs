//! The steps of a request on both sides: planned from the policies, locked when it is submitted, opened group after
//! group, each decision a row of its own. The last decision that a side needs moves the request.

mod bench;
mod clock;
mod count;
mod dry;
mod lists;
mod plan;
pub(super) mod rows;

pub(super) use bench::{Bench, Seating, seating};
pub use clock::{median_answer, watch};
pub(super) use count::{Counted, close, count, open_group};
pub use dry::{Tried, TriedSale, try_policy, try_rules};
pub(in crate::market) use lists::waiting_at;
pub(super) use lists::waiting_on;
pub use lists::{Decided, decided_by, waiting_on_others};
pub(super) use plan::{Case, Part, Plan, Voice, case_of, class_of, lock, plan};
pub use rows::{PurchaseStep, StepDecision};

use super::rows::Purchase;
use super::state::Desk;
use crate::store::{Read, StoreError};
use crate::values::{Lang, MemberId, PurchaseId, Timestamp};

impl PurchaseStep {
    /// Gives the name in a language, else the other one.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_zh, &self.name_en)
    }
    /// Whether it waits for somebody now.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.opened_at.is_some() && self.done_at.is_none() && self.closed_at.is_none()
    }
    /// Whether the proposal itself was the decision that it asked for: it was done and closed when it was planned.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        self.done_at.is_some() && self.closed_at.is_some()
    }
    /// Whether its time is over while it waits.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.is_open() && self.due_at.is_some_and(|due| due <= now)
    }
}

/// A step with what was decided on it and who can decide now.
#[derive(Debug, Clone)]
pub struct StepView {
    /// The step.
    pub step: PurchaseStep,
    /// What was decided, oldest first.
    pub decisions: Vec<StepDecision>,
    /// Who can decide now, by name.
    pub deciders: Vec<(MemberId, String)>,
}

/// Gives the steps that were planned last, in order, with who can decide.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn views_of(tx: &mut Read, purchase: &Purchase, now: Timestamp) -> Result<Vec<StepView>, StoreError> {
    let steps = rows::last_round(tx, purchase)?;
    let decisions = rows::decisions_of(tx, purchase.id)?;
    let mut views = Vec::new();
    for step in steps {
        let deciders = if step.is_open() {
            let bench = Bench::of(tx, step.party_id, now)?;
            bench.deciders(&step, purchase, &decisions)
        } else {
            Vec::new()
        };
        let own = decisions.iter().filter(|d| d.step_id == step.id).cloned().collect();
        views.push(StepView { step, decisions: own, deciders });
    }
    Ok(views)
}

/// Gives every decision that was ever made on a step of a request, with its step, oldest first: also of rounds that
/// count no more.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn voices_of(
    tx: &mut Read,
    id: PurchaseId,
) -> Result<Vec<(PurchaseStep, StepDecision)>, StoreError> {
    let steps = rows::all_of(tx, id)?;
    let step = |d: &StepDecision| steps.iter().find(|s| s.id == d.step_id).cloned();
    Ok(rows::decisions_of(tx, id)?.into_iter().filter_map(|d| step(&d).map(|s| (s, d))).collect())
}

/// Gives the last decision of a side, for whoever comes second.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn last_decision(tx: &mut Read, id: PurchaseId) -> Result<Option<StepDecision>, StoreError> {
    Ok(rows::decisions_of(tx, id)?.into_iter().next_back())
}

/// Gives who can decide now at the desk whose turn it is.
pub(super) fn deciders(
    tx: &mut Read,
    purchase: &Purchase,
    desk: Desk,
    now: Timestamp,
) -> Result<Vec<(MemberId, String)>, StoreError> {
    let mut list: Vec<(MemberId, String)> = Vec::new();
    for view in views_of(tx, purchase, now)?.into_iter().filter(|v| v.step.desk == desk) {
        list.extend(view.deciders);
    }
    list.sort_by_key(|(member, _)| *member);
    list.dedup_by_key(|(member, _)| *member);
    Ok(list)
}

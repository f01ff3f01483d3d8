//! What waits for somebody, what waits for others, and what was decided.

use super::bench::Bench;
use super::rows::{self, PurchaseStep, StepDecision};
use crate::market::accounts::Actor;
use crate::market::parties;
use crate::market::parties::refusals::OwnReason;
use crate::market::purchases::reasons;
use crate::market::purchases::rows as purchase_rows;
use crate::market::purchases::rows::Purchase;
use crate::market::purchases::{Waiting, waiting_for};
use crate::store::{Cursor, Page, Read, StoreError};
use crate::values::{MemberId, PartyId, PurchaseId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// A decision of one of the actor's desks.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The request.
    pub purchase: Purchase,
    /// The decision.
    pub decision: StepDecision,
    /// The reason of the organisation's own that it names, if it does.
    pub reason: Option<OwnReason>,
}

fn own(tx: &mut Read, actor: &Actor) -> Result<Vec<PartyId>, StoreError> {
    Ok(parties::own(tx, actor)?.into_iter().map(|(p, _)| p.id).collect())
}

/// The open steps of the actor's organisations that wait for the actor, each with its request. A request is named once.
pub(in crate::market::purchases) fn waiting_on(
    tx: &mut Read,
    actor: &Actor,
    now: Timestamp,
) -> Result<Vec<(Purchase, PurchaseStep)>, StoreError> {
    let Some(member) = actor.member() else { return Ok(Vec::new()) };
    let mine = own(tx, actor)?;
    waiting_at(tx, &mine, member, now)
}

/// The open steps of some organisations that wait for one of their members, each with its request.
pub(in crate::market) fn waiting_at(
    tx: &mut Read,
    mine: &[PartyId],
    member: MemberId,
    now: Timestamp,
) -> Result<Vec<(Purchase, PurchaseStep)>, StoreError> {
    let open = rows::open_of(tx, mine)?;
    let ids: BTreeSet<PurchaseId> = open.iter().map(|s| s.purchase_id).collect();
    let ids: Vec<PurchaseId> = ids.into_iter().collect();
    let purchases: BTreeMap<PurchaseId, Purchase> =
        purchase_rows::of_ids(tx, &ids)?.into_iter().map(|p| (p.id, p)).collect();
    let decisions = rows::decisions_on(tx, &ids)?;
    let mut benches = BTreeMap::new();
    for party in mine.iter().filter(|p| open.iter().any(|s| s.party_id == **p)) {
        benches.insert(*party, Bench::of(tx, *party, now)?);
    }
    let (mut list, mut seen) = (Vec::new(), BTreeSet::new());
    for step in open {
        let (Some(p), Some(bench)) = (purchases.get(&step.purchase_id), benches.get(&step.party_id)) else { continue };
        let its: Vec<StepDecision> = decisions.iter().filter(|d| d.purchase_id == p.id).cloned().collect();
        let other_side = its.iter().any(|d| d.member_id == member && d.desk != step.desk);
        let sits = bench.seat(std::slice::from_ref(&step), p, &its, member).seat.is_some();
        let turn = p.state.decider() == Some(step.desk);
        if turn && sits && !other_side && !p.is_by(member) && seen.insert(p.id) {
            list.push((p.clone(), step));
        }
    }
    Ok(list)
}

/// Gives the open requests of the actor's organisations that wait for somebody else, the one that runs out first on top.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn waiting_on_others(tx: &mut Read, actor: &Actor, now: Timestamp) -> Result<Vec<Waiting>, StoreError> {
    let mine: BTreeSet<PurchaseId> = waiting_for(tx, actor, now)?.into_iter().map(|w| w.purchase.id).collect();
    let own = own(tx, actor)?;
    let open = purchase_rows::open_of(tx, &own)?;
    let ids: Vec<PurchaseId> = open.iter().map(|p| p.id).collect();
    let steps = rows::open_on(tx, &ids)?;
    let waiting = |p: Purchase| {
        let step = steps.iter().find(|s| s.purchase_id == p.id && p.state.decider() == Some(s.desk)).cloned();
        Waiting { purchase: p, step }
    };
    Ok(open.into_iter().filter(|p| !mine.contains(&p.id)).map(waiting).collect())
}

/// Gives a page of what the actor's desks decided, newest first; only the actor's own decisions when asked.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn decided_by(
    tx: &mut Read,
    actor: &Actor,
    only_mine: bool,
    after: Option<&Cursor>,
    size: i64,
) -> Result<Page<Decided>, StoreError> {
    let own = own(tx, actor)?;
    let page = rows::decided(tx, &own, actor.member().filter(|_| only_mine), after, size)?;
    let ids: Vec<PurchaseId> = page.items.iter().map(|d| d.purchase_id).collect();
    let purchases: BTreeMap<PurchaseId, Purchase> =
        purchase_rows::of_ids(tx, &ids)?.into_iter().map(|p| (p.id, p)).collect();
    let reasons = reasons::named_in(tx, &page.items)?;
    let pair = |decision: StepDecision| {
        let reason = reasons.iter().find(|r| r.id.as_str() == decision.reason).cloned();
        purchases.get(&decision.purchase_id).map(|p| Decided { purchase: p.clone(), decision, reason })
    };
    Ok(Page { next: page.next, items: page.items.into_iter().filter_map(pair).collect() })
}

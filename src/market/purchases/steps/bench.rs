//! Who can decide on a step: the people of one organisation with their roles, and the rule as pure functions.

use super::rows::{self, PurchaseStep, StepDecision};
use crate::market::accounts::Actor;
use crate::market::parties::policy::StepKind;
use crate::market::parties::{self, MemberView, Role};
use crate::market::purchases::rows::{Purchase, Verdict};
use crate::market::purchases::state::Desk;
use crate::store::{Read, StoreError};
use crate::values::{MemberId, PartyId, Timestamp};

/// The people of an organisation at an instant.
pub(in crate::market::purchases) struct Bench {
    people: Vec<MemberView>,
    /// Who stands in for whom now: delegate, and the one who is away.
    delegates: Vec<(MemberId, MemberId)>,
}

/// Where somebody sits for a decision, and why not, when nowhere.
#[derive(Debug, Clone, Default)]
pub(in crate::market::purchases) struct Seating {
    /// The step to decide on, and for whom it counts.
    pub seat: Option<(PurchaseStep, MemberId)>,
    /// Whether one of the steps is for this person (or for somebody they stand in for).
    pub in_role: bool,
    /// Whether the amount is within what this person may approve.
    pub in_limit: bool,
    /// Whether this person has not been counted yet.
    pub unused: bool,
}

impl Bench {
    /// Loads the people of an organisation.
    pub(in crate::market::purchases) fn of(tx: &mut Read, party: PartyId, now: Timestamp) -> Result<Self, StoreError> {
        Ok(Self { people: parties::people(tx, party)?, delegates: parties::delegates_of(tx, party, now)? })
    }

    fn role(step: &PurchaseStep) -> Role {
        match (step.desk, step.kind) {
            (Desk::Buyer, StepKind::Sign) => Role::Signatory,
            (Desk::Buyer, StepKind::Approve) => Role::Approver,
            (Desk::Seller | Desk::Compliance, _) => Role::Licensor,
        }
    }

    /// Whose decision counts for a step: those named, else the role; after its deadline those to whom it was escalated.
    pub(in crate::market::purchases) fn counts(&self, step: &PurchaseStep) -> Vec<MemberId> {
        let fits = |p: &&MemberView| {
            let own = if step.members.is_empty() {
                p.roles.has(Self::role(step))
            } else {
                step.members.contains(&p.member_id)
            };
            let raised = step.escalated_at.is_some()
                && step.escalate_to.map_or_else(|| p.roles.has(Role::Owner), |m| m == p.member_id);
            own || raised
        };
        self.people.iter().filter(fits).map(|p| p.member_id).collect()
    }

    /// For whom a person can decide on a step: for themselves, or for somebody who is away.
    fn authorities(&self, step: &PurchaseStep, member: MemberId) -> Vec<MemberId> {
        let counts = self.counts(step);
        let own = counts.iter().copied().filter(|m| *m == member);
        let away = self.delegates.iter().filter(|(delegate, away)| *delegate == member && counts.contains(away));
        own.chain(away.map(|(_, away)| *away)).collect()
    }

    fn within(step: &PurchaseStep, purchase: &Purchase, authority: MemberId) -> bool {
        let gross = purchase.gross().ok();
        let limits = step.limits.iter().filter(|l| l.member == authority);
        limits.into_iter().all(|l| gross.is_some_and(|g| !l.most.is_below(g)))
    }

    /// Nobody counts twice for one kind of act of one side in one round, nor does whoever they stand in for.
    fn is_unused(step: &PurchaseStep, decisions: &[StepDecision], member: MemberId, authority: MemberId) -> bool {
        !decisions.iter().any(|d| {
            d.round == step.round
                && d.desk == step.desk
                && d.verdict == Verdict::Approved
                && d.kind == step.kind
                && [member, authority].iter().any(|m| *m == d.member_id || *m == d.stands_for)
        })
    }

    /// Where a person sits among some steps of a request.
    pub(in crate::market::purchases) fn seat(
        &self,
        steps: &[PurchaseStep],
        purchase: &Purchase,
        decisions: &[StepDecision],
        member: MemberId,
    ) -> Seating {
        let mut seating = Seating { in_limit: true, unused: true, ..Seating::default() };
        let (mut some_limit, mut some_unused) = (false, false);
        for step in steps.iter().filter(|s| s.is_open()) {
            for authority in self.authorities(step, member) {
                seating.in_role = true;
                let (limit, unused) =
                    (Self::within(step, purchase, authority), Self::is_unused(step, decisions, member, authority));
                some_limit |= limit;
                some_unused |= unused;
                if limit && unused && !purchase.is_by(authority) && seating.seat.is_none() {
                    seating.seat = Some((step.clone(), authority));
                }
            }
        }
        if seating.in_role {
            (seating.in_limit, seating.unused) = (some_limit, some_unused);
        }
        seating
    }

    /// Who can decide on a step now, by name.
    pub(in crate::market::purchases) fn deciders(
        &self,
        step: &PurchaseStep,
        purchase: &Purchase,
        decisions: &[StepDecision],
    ) -> Vec<(MemberId, String)> {
        let one = std::slice::from_ref(step);
        let can = |p: &&MemberView| {
            !purchase.is_by(p.member_id) && self.seat(one, purchase, decisions, p.member_id).seat.is_some()
        };
        self.people.iter().filter(can).map(|p| (p.member_id, p.name.clone())).collect()
    }
}

/// Where an actor sits at the desk whose turn it is.
pub(in crate::market::purchases) fn seating(
    tx: &mut Read,
    actor: &Actor,
    purchase: &Purchase,
    desk: Desk,
    now: Timestamp,
) -> Result<Seating, StoreError> {
    let Some(member) = actor.member() else { return Ok(Seating::default()) };
    let party = if desk == Desk::Seller { purchase.seller_id } else { purchase.buyer_id };
    if actor.bound().is_some_and(|bound| bound != party) {
        return Ok(Seating::default());
    }
    let steps = rows::last_round(tx, purchase)?;
    let steps: Vec<PurchaseStep> = steps.into_iter().filter(|s| s.desk == desk).collect();
    let decisions = rows::decisions_of(tx, purchase.id)?;
    Ok(Bench::of(tx, party, now)?.seat(&steps, purchase, &decisions, member))
}

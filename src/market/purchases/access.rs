//! Who may ask, decide, withdraw, mark paid. Each rule is a list of conditions: the permit, the page and the API share it.

use super::rows::{self, Decision, Purchase};
use super::state::{Desk, State};
use super::steps::{self, PurchaseStep, Seating};
use crate::market::accounts::{self, Actor, Office};
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::journal::By;
use crate::market::orders::{self, Order};
use crate::market::parties::policy::StepKind;
use crate::market::parties::{self, Role};
use crate::store::{Read, StoreError};
use crate::values::{Lang, MemberId, OrderId, PurchaseId, Sha256, Timestamp};

mod asking;

pub(super) use asking::wanted_of;
pub use asking::{MayRequest, Wanted, request_conditions};

/// Finds a purchase that the actor may know of, and where the actor stands: on one of its sides, or at the compliance
/// officer's desk when it comes by there.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn visible(tx: &mut Read, actor: &Actor, id: PurchaseId) -> Result<(Purchase, Desk), Refused> {
    let purchase = rows::find(tx, id)?.ok_or(Refused::Hidden)?;
    if parties::acts_for(tx, actor, purchase.buyer_id)? {
        return Ok((purchase, Desk::Buyer));
    }
    if parties::acts_for(tx, actor, purchase.seller_id)? {
        return Ok((purchase, Desk::Seller));
    }
    if purchase.needs.compliance && accounts::office_of(tx, actor)? == Some(Office::Compliance) {
        return Ok((purchase, Desk::Compliance));
    }
    Err(Refused::Hidden)
}

/// Tells whether a person belongs to the buyer or to the seller.
pub(super) fn is_of_either(tx: &mut Read, purchase: &Purchase, member: MemberId) -> Result<bool, StoreError> {
    Ok(parties::is_member(tx, purchase.buyer_id, member)? || parties::is_member(tx, purchase.seller_id, member)?)
}

/// The rule of deciding, as a pure function: the role or office of the desk that decides now, never one's own request,
/// never at two desks, never a machine.
#[must_use]
pub fn decides(
    member: Option<MemberId>,
    has_role: bool,
    purchase: &Purchase,
    decisions: &[Decision],
) -> Vec<Condition> {
    let side = purchase.state.decider();
    let own = member.is_some_and(|m| purchase.is_by(m));
    let other_side = member.is_some_and(|m| decisions.iter().any(|d| d.member_id == m && Some(d.side) != side));
    let who = match side {
        _ if purchase.state == State::AwaitingSignature => "signatory",
        Some(Desk::Seller) => "licensor",
        Some(Desk::Compliance) => "compliance",
        Some(Desk::Buyer) | None => "buyer-approver",
    };
    vec![
        Condition::new("waits-for-decision", side.is_some(), "nobody"),
        Condition::new("is-person", member.is_some(), who),
        Condition::new("role-to-decide", has_role, who).at(Step::Purchase(purchase.id)),
        Condition::new("not-own-request", !own, who),
        Condition::new("not-both-sides", !other_side, who),
    ]
}

/// Lets somebody decide on a purchase.
pub struct MayDecide {
    pub(super) purchase: Purchase,
    pub(super) side: Desk,
    pub(super) member: MemberId,
    pub(super) round: i64,
    /// The step that is decided on, and for whom it counts; none at the compliance officer's desk.
    pub(super) seat: Option<(PurchaseStep, MemberId)>,
    /// For a signature: the language in which the agreement was read.
    pub(super) lang: Lang,
    /// For a signature: the hash of the agreement that was read, where it is named.
    pub(super) read: Option<Sha256>,
    pub(super) by: By,
}

impl MayDecide {
    /// Says which wording of the agreement was read: no other is signed.
    #[must_use]
    pub fn having_read(self, agreement: Option<Sha256>) -> Self {
        Self { read: agreement, ..self }
    }
    /// Checks the rule in this transaction; `revision` is that of the page on which the decision was made.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Overtaken`] for an outdated page, [`Refused::Unmet`] with the list.
    pub fn check(tx: &mut Read, actor: &Actor, id: PurchaseId, revision: i64, now: Timestamp) -> Result<Self, Refused> {
        Self::check_proved(tx, actor, id, revision, None, now)
    }

    /// The same for somebody who just showed the password: `proof` is the hash against which it was verified. A
    /// signature needs it, or a password that was shown within the last ten minutes.
    ///
    /// # Errors
    /// As [`MayDecide::check`].
    pub fn check_proved(
        tx: &mut Read,
        actor: &Actor,
        id: PurchaseId,
        revision: i64,
        proof: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        let (purchase, _) = visible(tx, actor, id)?;
        if purchase.revision != revision {
            return Err(Refused::Overtaken);
        }
        let decisions = rows::decisions_of(tx, id)?;
        let (mut list, seating) = conditions_and_seat(tx, actor, &purchase, now)?;
        if seating.seat.as_ref().is_some_and(|(step, _)| step.kind == StepKind::Sign) {
            list.push(accounts::proof_condition(tx, actor, proof, now)?);
        }
        Refused::unless_met(list)?;
        let side = purchase.state.decider().ok_or(Refused::Overtaken)?;
        let member = actor.member().ok_or(Refused::Hidden)?;
        let round = super::round(&purchase, &decisions);
        let lang = actor.lang().unwrap_or(Lang::En);
        Ok(Self { purchase, side, member, round, seat: seating.seat, lang, read: None, by: actor.by() })
    }
}

/// The list behind the decision buttons, for the page and the API.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn decide_conditions(
    tx: &mut Read,
    actor: &Actor,
    purchase: &Purchase,
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    conditions_and_seat(tx, actor, purchase, now).map(|(list, _)| list)
}

fn conditions_and_seat(
    tx: &mut Read,
    actor: &Actor,
    purchase: &Purchase,
    now: Timestamp,
) -> Result<(Vec<Condition>, Seating), StoreError> {
    let mut decisions = rows::decisions_of(tx, purchase.id)?;
    // What somebody approved in a step counts as a decision on that side, also while others still have to.
    decisions.extend(steps::rows::decisions_of(tx, purchase.id)?.into_iter().map(|d| Decision {
        side: d.desk,
        verdict: d.verdict,
        member_id: d.member_id,
        note: d.note,
        round: d.round,
        decided_at: d.decided_at,
    }));
    let desk = purchase.state.decider();
    let seating = match desk {
        Some(desk @ (Desk::Buyer | Desk::Seller)) => steps::seating(tx, actor, purchase, desk, now)?,
        Some(Desk::Compliance) | None => Seating::default(),
    };
    let has_role = match desk {
        Some(Desk::Compliance) => accounts::office_of(tx, actor)? == Some(Office::Compliance),
        Some(Desk::Buyer | Desk::Seller) | None => seating.in_role,
    };
    let mut list = decides(actor.member(), has_role, purchase, &decisions);
    match (desk, actor.member()) {
        (Some(Desk::Compliance), Some(member)) => {
            let own = is_of_either(tx, purchase, member)?;
            list.push(Condition::new("not-of-either-side", !own, "compliance"));
        }
        (Some(Desk::Buyer | Desk::Seller), Some(_)) if seating.in_role => {
            list.push(Condition::new("within-limit", seating.in_limit, "buyer-owner"));
            list.push(Condition::new("counted-once", seating.unused, "nobody"));
            // Nobody stands in for whoever asked.
            let own = seating.in_limit && seating.unused && seating.seat.is_none();
            list.push(Condition::new("not-for-requester", !own, "nobody"));
        }
        _ => {}
    }
    Ok((list, seating))
}

/// Lets the buyer change or take back a request: a requester of the buyer, or the machine that asked.
pub struct MayWithdraw {
    pub(super) purchase: Purchase,
    pub(super) by: By,
}

impl MayWithdraw {
    /// Checks the rule in this transaction.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Unmet`] with the list.
    pub fn check(tx: &mut Read, actor: &Actor, id: PurchaseId) -> Result<Self, Refused> {
        let (purchase, _) = visible(tx, actor, id)?;
        Refused::unless_met(withdraw_conditions(tx, actor, &purchase)?)?;
        Ok(Self { purchase, by: actor.by() })
    }
}

/// The list behind the withdraw and resubmit buttons.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn withdraw_conditions(tx: &mut Read, actor: &Actor, purchase: &Purchase) -> Result<Vec<Condition>, StoreError> {
    let roles = parties::roles_of(tx, actor, purchase.buyer_id)?;
    let machine = actor.service().is_some_and(|s| purchase.requested_by == s.as_str()) && actor.has_scope("purchase");
    let open = !matches!(purchase.state, State::Granted | State::Refused { .. } | State::Withdrawn | State::Expired);
    Ok(vec![
        Condition::new("role-to-request", machine || roles.has(Role::Requester), "buyer-owner")
            .at(Step::Members(purchase.buyer_id)),
        Condition::new("request-open", open, "nobody"),
    ])
}

/// Lets the seller's finance record a payment.
pub struct MayMarkPaid {
    pub(super) order: Order,
    pub(super) purchase: Purchase,
    pub(super) member: MemberId,
    pub(super) by: By,
}

impl MayMarkPaid {
    /// Checks the rule in this transaction.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Unmet`] with the list.
    pub fn check(tx: &mut Read, actor: &Actor, id: OrderId) -> Result<Self, Refused> {
        let (order, _) = orders::visible(tx, actor, id)?;
        Refused::unless_met(payment_conditions(tx, actor, &order)?)?;
        let purchase = rows::find(tx, order.purchase_id)?.ok_or(Refused::Hidden)?;
        let member = actor.member().ok_or(Refused::Hidden)?;
        Ok(Self { order, purchase, member, by: actor.by() })
    }
}

/// The list behind the payment form.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn payment_conditions(tx: &mut Read, actor: &Actor, order: &Order) -> Result<Vec<Condition>, StoreError> {
    let purchase = rows::find(tx, order.purchase_id)?;
    let role = parties::roles_of(tx, actor, order.seller_id)?.has(Role::Finance);
    let own = actor.member().is_some_and(|m| purchase.as_ref().is_some_and(|p| p.is_by(m)));
    let open = purchase.as_ref().is_some_and(|p| matches!(p.state, State::AwaitingPayment | State::Granted));
    Ok(vec![
        Condition::new("role-finance", role && actor.member().is_some(), "seller-owner")
            .at(Step::Members(order.seller_id)),
        Condition::new("not-own-request", !own, "seller-owner"),
        Condition::new("order-open", order.paid_at.is_none() && open, "nobody"),
    ])
}

/// Tells whether what waits for somebody now is a signature, so that the form asks for the password.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn is_to_sign(tx: &mut Read, actor: &Actor, purchase: &Purchase, now: Timestamp) -> Result<bool, StoreError> {
    let Some(desk @ (Desk::Buyer | Desk::Seller)) = purchase.state.decider() else { return Ok(false) };
    let seating = steps::seating(tx, actor, purchase, desk, now)?;
    Ok(seating.seat.is_some_and(|(step, _)| step.kind == StepKind::Sign))
}

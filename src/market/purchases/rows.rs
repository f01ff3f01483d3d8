//! Rows of purchases; those of their lines, decisions and lists stand beside.

use super::state::{Desk, Needs, State};
use super::steps::PurchaseStep;
use crate::market::grants::Side;
use crate::market::parties::policy::StepKind;
use crate::store::schema::purchases;
use crate::store::{Read, StoreError, Write};
use crate::values::{BadMoney, Currency, MemberId, Money, PartyId, PurchaseId, Timestamp};
use diesel::prelude::*;

pub(super) mod audit_rows;
mod cases;
mod decision_rows;
mod line_rows;
mod lists;
mod officer;
mod proposal_rows;
mod signed_rows;
mod terms_rows;
mod trial_rows;

pub(super) use cases::{dealt_before, of_ids, of_seller, open_of};
pub use decision_rows::{Decision, Verdict};
pub(super) use decision_rows::{decisions_of, insert_decision};
pub use line_rows::{Line, Pricing};
pub(super) use line_rows::{insert_line, lines, set_line};
pub(super) use lists::{asked_by, negotiating, of_parties, on_offer, overdue, waiting, waiting_for_officer};
pub(super) use proposal_rows::{agree, insert_proposal, proposals_of};
pub(super) use signed_rows::{keep_signed, signed};
pub(super) use terms_rows::{set_asked, set_needs, set_terms};
pub(super) use trial_rows::{take_trial, trial_of};

/// A request of a buyer for offers of one seller.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts, named as in the API")]
pub struct Purchase {
    pub id: PurchaseId,
    pub number: String,
    pub buyer_id: PartyId,
    pub seller_id: PartyId,
    pub state: State,
    pub requested_by: String,
    pub requested_by_kind: String,
    pub requested_by_name: String,
    pub purpose: String,
    pub accepted_at: Timestamp,
    pub accepted_lang: String,
    pub net: Money,
    pub tax: Money,
    pub needs: Needs,
    pub submitted_at: Timestamp,
    pub state_at: Timestamp,
    pub expires_at: Timestamp,
    pub revision: i64,
    /// When the locked price runs out.
    pub quoted_until: Option<Timestamp>,
    /// How often its terms were agreed or quoted anew: each begins a new round of decisions.
    pub renewals: i64,
}
impl Purchase {
    /// Gives what it costs, tax included.
    ///
    /// # Errors
    /// [`BadMoney::Overflow`] beyond 64 bits, which submitting excludes.
    pub fn gross(&self) -> Result<Money, BadMoney> {
        self.net.plus(self.tax)
    }
    /// Whether a step is one of those that are asked for where the request stands now. Signatures come last, under the
    /// final terms; of requests from before that was so, they are steps of the buyer like others.
    #[must_use]
    pub fn is_turn_of(&self, step: &PurchaseStep) -> bool {
        let last = step.desk == Desk::Buyer && step.kind == StepKind::Sign && self.needs.signature;
        self.state.decider() == Some(step.desk) && last == (self.state == State::AwaitingSignature)
    }
    /// Whether this person made the request.
    #[must_use]
    pub fn is_by(&self, member: MemberId) -> bool {
        self.requested_by == member.as_str()
    }
}

type Row = (
    (PurchaseId, String, PartyId, PartyId, String, Option<Side>, Option<String>),
    (String, String, String, String, Timestamp, String, i64, i64, Currency, String),
    (String, String, String, Timestamp, Timestamp, Timestamp, i64, Option<Side>, Option<Timestamp>, i64, String),
);

macro_rules! columns {
    () => {
        (
            (
                purchases::id,
                purchases::number,
                purchases::buyer_id,
                purchases::seller_id,
                purchases::state,
                purchases::side,
                purchases::reason,
            ),
            (
                purchases::requested_by,
                purchases::requested_by_kind,
                purchases::requested_by_name,
                purchases::purpose,
                purchases::accepted_at,
                purchases::accepted_lang,
                purchases::net_minor,
                purchases::tax_minor,
                purchases::currency,
                purchases::payment,
            ),
            (
                purchases::buyer_step,
                purchases::seller_step,
                purchases::compliance_step,
                purchases::submitted_at,
                purchases::state_at,
                purchases::expires_at,
                purchases::revision,
                purchases::turn,
                purchases::quoted_until,
                purchases::renewals,
                purchases::signature_step,
            ),
        )
    };
}
use columns;

/// Reads a state. The tables of old know neither the later steps nor negotiation: `awaiting_seller` with a turn is
/// negotiated, with a step `reached` it waits for the compliance officer or for the signature, and what was returned or
/// refused by no side was so by the officer.
fn state_of(
    name: &str,
    turn: Option<Side>,
    side: Option<Side>,
    reason: Option<String>,
    (compliance_step, signature_step): (&str, &str),
) -> State {
    let text = reason.unwrap_or_default();
    let desk = side.map_or(Desk::Compliance, Desk::from);
    if let (Some(turn), "awaiting_seller") = (turn, name) {
        return State::Negotiating { turn };
    }
    match (name, compliance_step) {
        ("awaiting_seller", _) if signature_step == "reached" => State::AwaitingSignature,
        ("awaiting_seller", "reached") => State::AwaitingCompliance,
        ("awaiting_seller", _) => State::AwaitingSeller,
        ("awaiting_payment", _) => State::AwaitingPayment,
        ("granted", _) => State::Granted,
        ("withdrawn", _) => State::Withdrawn,
        ("expired", _) => State::Expired,
        ("returned", _) => State::Returned { side: desk, note: text },
        ("refused", _) => State::Refused { side: desk, reason: text },
        _ => State::Submitted,
    }
}

/// How a state is kept.
struct Kept {
    /// Its name in the table.
    state: &'static str,
    /// The compliance officer's step.
    compliance: &'static str,
    /// The step of the signature.
    signature: &'static str,
}
impl Kept {
    const fn of(state: &State, needs: Needs) -> Self {
        let (cleared, signed) = (matches!(state, State::AwaitingCompliance), matches!(state, State::AwaitingSignature));
        let asked = cleared || signed || matches!(state, State::Negotiating { .. });
        Self {
            state: if asked { "awaiting_seller" } else { state.name() },
            compliance: Self::step(needs.compliance, cleared, "officer"),
            signature: Self::step(needs.signature, signed, "signatory"),
        }
    }
    const fn step(needed: bool, reached: bool, by: &'static str) -> &'static str {
        match (needed, reached) {
            (false, _) => "none",
            (true, true) => "reached",
            (true, false) => by,
        }
    }
}

fn purchase(row: Row) -> Purchase {
    let ((id, number, buyer_id, seller_id, state, side, reason), asked, rest) = row;
    let (
        requested_by,
        requested_by_kind,
        requested_by_name,
        purpose,
        accepted_at,
        accepted_lang,
        net,
        tax,
        currency,
        payment,
    ) = asked;
    let (
        buyer_step,
        seller_step,
        compliance_step,
        submitted_at,
        state_at,
        expires_at,
        revision,
        turn,
        quoted_until,
        renewals,
        signature_step,
    ) = rest;
    Purchase {
        id,
        number,
        buyer_id,
        seller_id,
        state: state_of(&state, turn, side, reason, (&compliance_step, &signature_step)),
        requested_by,
        requested_by_kind,
        requested_by_name,
        purpose,
        accepted_at,
        accepted_lang,
        net: Money::new(net, currency),
        tax: Money::new(tax, currency),
        needs: Needs {
            approver: buyer_step == "approver",
            licensor: seller_step == "licensor",
            compliance: compliance_step != "none",
            signature: signature_step != "none",
            prepaid: payment == "prepaid",
        },
        submitted_at,
        state_at,
        expires_at,
        revision,
        quoted_until,
        renewals,
    }
}

/// Whose turn it is to answer.
const fn turn_of(state: &State) -> Option<Side> {
    match state {
        State::Negotiating { turn } => Some(*turn),
        State::Submitted
        | State::AwaitingSeller
        | State::AwaitingCompliance
        | State::AwaitingSignature
        | State::AwaitingPayment
        | State::Returned { .. }
        | State::Granted
        | State::Refused { .. }
        | State::Withdrawn
        | State::Expired => None,
    }
}

/// The side and the text that a state carries; the compliance officer is on no side.
fn parts(state: &State) -> (Option<Side>, Option<&str>) {
    let side = |desk: Desk| match desk {
        Desk::Buyer => Some(Side::Buyer),
        Desk::Seller => Some(Side::Seller),
        Desk::Compliance => None,
    };
    match state {
        State::Returned { side: desk, note } => (side(*desk), Some(note)),
        State::Refused { side: desk, reason } => (side(*desk), Some(reason)),
        State::Submitted
        | State::Negotiating { .. }
        | State::AwaitingSeller
        | State::AwaitingCompliance
        | State::AwaitingSignature
        | State::AwaitingPayment
        | State::Granted
        | State::Withdrawn
        | State::Expired => (None, None),
    }
}

pub(super) fn find(tx: &mut Read, id: PurchaseId) -> Result<Option<Purchase>, StoreError> {
    let row: Option<Row> = purchases::table.find(id).select(columns!()).first(tx.conn()).optional()?;
    Ok(row.map(purchase))
}

pub(super) fn insert(tx: &mut Write, p: &Purchase, payment: &str) -> Result<(), StoreError> {
    let kept = Kept::of(&p.state, p.needs);
    diesel::insert_into(purchases::table)
        .values((
            (
                purchases::id.eq(p.id),
                purchases::number.eq(&p.number),
                purchases::buyer_id.eq(p.buyer_id),
                purchases::seller_id.eq(p.seller_id),
                purchases::state.eq(kept.state),
            ),
            (
                purchases::requested_by.eq(&p.requested_by),
                purchases::requested_by_kind.eq(&p.requested_by_kind),
                purchases::requested_by_name.eq(&p.requested_by_name),
            ),
            (
                purchases::purpose.eq(&p.purpose),
                purchases::accepted_at.eq(p.accepted_at),
                purchases::accepted_lang.eq(&p.accepted_lang),
            ),
            (
                purchases::net_minor.eq(p.net.minor),
                purchases::tax_minor.eq(p.tax.minor),
                purchases::currency.eq(p.net.currency),
                purchases::payment.eq(payment),
            ),
            (
                purchases::buyer_step.eq(if p.needs.approver { "approver" } else { "none" }),
                purchases::seller_step.eq(if p.needs.licensor { "licensor" } else { "none" }),
                purchases::compliance_step.eq(kept.compliance),
                purchases::signature_step.eq(kept.signature),
                purchases::created_at.eq(p.submitted_at),
                purchases::submitted_at.eq(p.submitted_at),
                purchases::state_at.eq(p.state_at),
                purchases::expires_at.eq(p.expires_at),
                purchases::turn.eq(turn_of(&p.state)),
                purchases::quoted_until.eq(p.quoted_until),
            ),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Locks a purchase that is still as it was seen, until the transaction ends: whoever else decides on it waits.
pub(super) fn hold(tx: &mut Write, seen: &Purchase) -> Result<bool, StoreError> {
    let before = Kept::of(&seen.state, seen.needs);
    let open = purchases::table
        .find(seen.id)
        .filter(purchases::revision.eq(seen.revision))
        .filter(purchases::compliance_step.eq(before.compliance))
        .filter(purchases::signature_step.eq(before.signature))
        .filter(purchases::state.eq(before.state));
    Ok(diesel::update(open).set(purchases::revision.eq(purchases::revision)).execute(tx.conn())? == 1)
}

/// Moves a purchase if it is still as it was seen: the row count decides races.
pub(super) fn advance(tx: &mut Write, seen: &Purchase, next: &State, now: Timestamp) -> Result<bool, StoreError> {
    let (side, reason) = parts(next);
    let (before, after) = (Kept::of(&seen.state, seen.needs), Kept::of(next, seen.needs));
    let open = purchases::table
        .find(seen.id)
        .filter(purchases::revision.eq(seen.revision))
        .filter(purchases::state.eq(before.state));
    let values = (
        purchases::compliance_step.eq(after.compliance),
        purchases::signature_step.eq(after.signature),
        purchases::state.eq(after.state),
        purchases::turn.eq(turn_of(next)),
        purchases::side.eq(side),
        purchases::reason.eq(reason),
        purchases::state_at.eq(now),
        purchases::revision.eq(seen.revision + 1),
    );
    Ok(diesel::update(open).set(values).execute(tx.conn())? == 1)
}

/// How the table says when it is paid.
pub(super) const fn payment(prepaid: bool, gross_minor: i64) -> &'static str {
    if prepaid {
        "prepaid"
    } else if gross_minor > 0 {
        "later"
    } else {
        "none"
    }
}

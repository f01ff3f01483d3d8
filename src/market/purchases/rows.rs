//! Rows of purchases; those of their lines, decisions and lists stand beside.

use super::state::{Desk, Needs, State};
use crate::market::grants::Side;
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
mod trial_rows;

pub(super) use cases::{dealt_before, of_ids, of_seller, open_of};
pub use decision_rows::{Decision, Verdict};
pub(super) use decision_rows::{decisions_of, insert_decision};
pub use line_rows::{Line, Pricing};
pub(super) use line_rows::{insert_line, lines, set_line};
pub(super) use lists::{asked_by, negotiating, of_parties, on_offer, overdue, waiting, waiting_for_officer};
pub(super) use proposal_rows::{agree, insert_proposal, proposals_of};
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
    /// Whether this person made the request.
    #[must_use]
    pub fn is_by(&self, member: MemberId) -> bool {
        self.requested_by == member.as_str()
    }
}

type Row = (
    (PurchaseId, String, PartyId, PartyId, String, Option<Side>, Option<String>),
    (String, String, String, String, Timestamp, String, i64, i64, Currency, String),
    (String, String, String, Timestamp, Timestamp, Timestamp, i64, Option<Side>, Option<Timestamp>, i64),
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
            ),
        )
    };
}
use columns;

/// Reads a state. The tables of old know neither the third step nor negotiation: `awaiting_seller` with a turn is
/// negotiated, with the step `reached` it waits for the compliance officer, and what was returned or refused by no side
/// was so by the officer.
fn state_of(
    name: &str,
    turn: Option<Side>,
    side: Option<Side>,
    reason: Option<String>,
    compliance_step: &str,
) -> State {
    let text = reason.unwrap_or_default();
    let desk = side.map_or(Desk::Compliance, Desk::from);
    if let (Some(turn), "awaiting_seller") = (turn, name) {
        return State::Negotiating { turn };
    }
    match (name, compliance_step) {
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

/// How a state is kept: its name in the table, and the third step.
const fn kept(state: &State, needs: Needs) -> (&'static str, &'static str) {
    let waiting = matches!(state, State::AwaitingCompliance);
    let asked = waiting || matches!(state, State::Negotiating { .. });
    let step = match (needs.compliance, waiting) {
        (false, _) => "none",
        (true, true) => "reached",
        (true, false) => "officer",
    };
    (if asked { "awaiting_seller" } else { state.name() }, step)
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
    ) = rest;
    Purchase {
        id,
        number,
        buyer_id,
        seller_id,
        state: state_of(&state, turn, side, reason, &compliance_step),
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
    let (state, compliance_step) = kept(&p.state, p.needs);
    diesel::insert_into(purchases::table)
        .values((
            (
                purchases::id.eq(p.id),
                purchases::number.eq(&p.number),
                purchases::buyer_id.eq(p.buyer_id),
                purchases::seller_id.eq(p.seller_id),
                purchases::state.eq(state),
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
                purchases::compliance_step.eq(compliance_step),
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
    let (before, compliance_step) = kept(&seen.state, seen.needs);
    let open = purchases::table
        .find(seen.id)
        .filter(purchases::revision.eq(seen.revision))
        .filter(purchases::compliance_step.eq(compliance_step))
        .filter(purchases::state.eq(before));
    Ok(diesel::update(open).set(purchases::revision.eq(purchases::revision)).execute(tx.conn())? == 1)
}

/// Keeps which steps a request needs after they were planned anew.
pub(super) fn set_needs(tx: &mut Write, id: PurchaseId, needs: Needs) -> Result<(), StoreError> {
    let values = (
        purchases::buyer_step.eq(if needs.approver { "approver" } else { "none" }),
        purchases::seller_step.eq(if needs.licensor { "licensor" } else { "none" }),
    );
    diesel::update(purchases::table.find(id)).set(values).execute(tx.conn())?;
    Ok(())
}

/// Moves a purchase if it is still as it was seen: the row count decides races.
pub(super) fn advance(tx: &mut Write, seen: &Purchase, next: &State, now: Timestamp) -> Result<bool, StoreError> {
    let (side, reason) = parts(next);
    let ((before, _), (after, compliance_step)) = (kept(&seen.state, seen.needs), kept(next, seen.needs));
    let open = purchases::table
        .find(seen.id)
        .filter(purchases::revision.eq(seen.revision))
        .filter(purchases::state.eq(before));
    let values = (
        purchases::compliance_step.eq(compliance_step),
        purchases::state.eq(after),
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

/// Writes the sums, steps and deadlines of a purchase whose terms became others.
pub(super) fn set_terms(tx: &mut Write, p: &Purchase) -> Result<(), StoreError> {
    let values = (
        purchases::net_minor.eq(p.net.minor),
        purchases::tax_minor.eq(p.tax.minor),
        purchases::payment.eq(payment(p.needs.prepaid, p.net.minor)),
        purchases::buyer_step.eq(if p.needs.approver { "approver" } else { "none" }),
        purchases::seller_step.eq(if p.needs.licensor { "licensor" } else { "none" }),
        purchases::expires_at.eq(p.expires_at),
        purchases::quoted_until.eq(p.quoted_until),
        purchases::renewals.eq(p.renewals),
    );
    diesel::update(purchases::table.find(p.id)).set(values).execute(tx.conn())?;
    Ok(())
}

pub(super) fn set_asked(
    tx: &mut Write,
    id: PurchaseId,
    purpose: &str,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let values =
        (purchases::purpose.eq(purpose), purchases::submitted_at.eq(now), purchases::expires_at.eq(expires_at));
    diesel::update(purchases::table.find(id)).set(values).execute(tx.conn())?;
    Ok(())
}

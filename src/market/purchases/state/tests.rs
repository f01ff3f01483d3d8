//! All states and all events: the table is the documentation.

use super::*;

fn events() -> Vec<Event> {
    let text = || "x".to_owned();
    vec![
        Event::BuyerApprove,
        Event::SellerApprove,
        Event::ComplianceApprove,
        Event::Sign,
        Event::Return { side: Desk::Buyer, note: text() },
        Event::Return { side: Desk::Seller, note: text() },
        Event::Return { side: Desk::Compliance, note: text() },
        Event::Resubmit,
        Event::Refuse { side: Desk::Buyer, reason: text() },
        Event::Refuse { side: Desk::Seller, reason: text() },
        Event::Refuse { side: Desk::Compliance, reason: text() },
        Event::Propose { side: Side::Buyer },
        Event::Propose { side: Side::Seller },
        Event::Agree { side: Side::Buyer },
        Event::Agree { side: Side::Seller },
        Event::Requote,
        Event::Withdraw,
        Event::Pay,
        Event::Expire,
    ]
}

fn states() -> Vec<State> {
    let text = || "x".to_owned();
    vec![
        State::Submitted,
        State::AwaitingSeller,
        State::Negotiating { turn: Side::Buyer },
        State::Negotiating { turn: Side::Seller },
        State::AwaitingCompliance,
        State::AwaitingSignature,
        State::AwaitingPayment,
        State::Returned { side: Desk::Buyer, note: text() },
        State::Granted,
        State::Refused { side: Desk::Seller, reason: text() },
        State::Withdrawn,
        State::Expired,
    ]
}

fn named(state: &State) -> String {
    match state {
        State::Negotiating { turn } => format!("negotiating ({turn}'s turn)"),
        State::Submitted
        | State::AwaitingSeller
        | State::AwaitingCompliance
        | State::AwaitingSignature
        | State::AwaitingPayment
        | State::Returned { .. }
        | State::Granted
        | State::Refused { .. }
        | State::Withdrawn
        | State::Expired => state.name().to_owned(),
    }
}

fn label(event: &Event) -> String {
    match event {
        Event::Return { side, .. } => format!("return by {side}"),
        Event::Refuse { side, .. } => format!("refuse by {side}"),
        Event::Propose { side } => format!("propose by {side}"),
        Event::Agree { side } => format!("agree by {side}"),
        Event::BuyerApprove
        | Event::SellerApprove
        | Event::ComplianceApprove
        | Event::Sign
        | Event::Resubmit
        | Event::Requote
        | Event::Withdraw
        | Event::Pay
        | Event::Expire => format!("{event:?}"),
    }
}

#[test]
fn all_states_and_all_events() {
    let all = Needs { approver: true, licensor: true, compliance: true, signature: true, prepaid: true };
    let mut moves = Vec::new();
    for state in states() {
        for event in events() {
            if let Ok(next) = state.after(&event, all) {
                moves.push(format!("{} + {} = {}", named(&state), label(&event), named(&next)));
            }
        }
    }
    assert_eq!(
        moves,
        [
            "submitted + BuyerApprove = awaiting_seller",
            "submitted + return by buyer = returned",
            "submitted + refuse by buyer = refused",
            "submitted + Requote = submitted",
            "submitted + Withdraw = withdrawn",
            "submitted + Expire = expired",
            "awaiting_seller + SellerApprove = awaiting_compliance",
            "awaiting_seller + return by seller = returned",
            "awaiting_seller + refuse by seller = refused",
            "awaiting_seller + propose by seller = negotiating (buyer's turn)",
            "awaiting_seller + Requote = submitted",
            "awaiting_seller + Withdraw = withdrawn",
            "awaiting_seller + Expire = expired",
            "negotiating (buyer's turn) + propose by buyer = negotiating (seller's turn)",
            "negotiating (buyer's turn) + agree by buyer = submitted",
            "negotiating (buyer's turn) + Withdraw = withdrawn",
            "negotiating (buyer's turn) + Expire = expired",
            "negotiating (seller's turn) + refuse by seller = refused",
            "negotiating (seller's turn) + propose by seller = negotiating (buyer's turn)",
            "negotiating (seller's turn) + agree by seller = submitted",
            "negotiating (seller's turn) + Withdraw = withdrawn",
            "negotiating (seller's turn) + Expire = expired",
            "awaiting_compliance + ComplianceApprove = awaiting_signature",
            "awaiting_compliance + return by compliance = returned",
            "awaiting_compliance + refuse by compliance = refused",
            "awaiting_compliance + Withdraw = withdrawn",
            "awaiting_compliance + Expire = expired",
            "awaiting_signature + Sign = awaiting_payment",
            "awaiting_signature + return by buyer = returned",
            "awaiting_signature + refuse by buyer = refused",
            "awaiting_signature + Withdraw = withdrawn",
            "awaiting_signature + Expire = expired",
            "awaiting_payment + Withdraw = withdrawn",
            "awaiting_payment + Pay = granted",
            "awaiting_payment + Expire = expired",
            "returned + Resubmit = submitted",
            "returned + Withdraw = withdrawn",
            "returned + Expire = expired",
        ]
    );
}

#[test]
fn steps_that_are_not_needed_are_passed_over() {
    let needs =
        |approver, licensor, prepaid| Needs { approver, licensor, compliance: false, signature: false, prepaid };
    assert_eq!(State::first(needs(false, false, false)), State::Granted);
    assert_eq!(State::asked(needs(false, false, false), false), State::Granted);
    assert_eq!(State::asked(needs(true, true, true), true), State::Negotiating { turn: Side::Seller });
    assert_eq!(State::first(needs(false, false, true)), State::AwaitingPayment);
    assert_eq!(State::first(needs(false, true, false)), State::AwaitingSeller);
    assert_eq!(State::Submitted.after(&Event::BuyerApprove, needs(true, false, false)), Ok(State::Granted));
    let signed = Needs { signature: true, ..needs(false, true, false) };
    assert_eq!(State::AwaitingSeller.after(&Event::SellerApprove, signed), Ok(State::AwaitingSignature));
    assert_eq!(State::AwaitingSignature.after(&Event::Sign, signed), Ok(State::Granted));
    let officer = Needs { approver: false, licensor: false, compliance: true, signature: false, prepaid: false };
    assert_eq!(State::first(officer), State::AwaitingCompliance);
    assert_eq!(State::AwaitingCompliance.after(&Event::ComplianceApprove, officer), Ok(State::Granted));
    assert_eq!(State::AwaitingSeller.after(&Event::SellerApprove, needs(true, true, false)), Ok(State::Granted));
}

//! The life of a purchase: the buyer's approver, the seller, the compliance officer, payment, grant; at any step
//! returned, refused, withdrawn, expired.

use crate::market::grants::Side;
use crate::values::text_enum;

text_enum! {
    /// Who decides on a request.
    Desk {
        /// The buyer's approver.
        Buyer = "buyer",
        /// The seller's licensor.
        Seller = "seller",
        /// The compliance officer of the exchange.
        Compliance = "compliance",
    }
}
impl From<Side> for Desk {
    fn from(side: Side) -> Self {
        match side {
            Side::Buyer => Self::Buyer,
            Side::Seller => Self::Seller,
        }
    }
}

/// Which steps a purchase needs; locked when it is submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// A colleague with the approver role decides first.
    pub approver: bool,
    /// A licensor of the seller decides.
    pub licensor: bool,
    /// The compliance officer decides.
    pub compliance: bool,
    /// It is paid before the grant.
    pub prepaid: bool,
}

/// Where a purchase stands, with the facts of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It waits for the buyer's approver.
    Submitted,
    /// It waits for the seller.
    AwaitingSeller,
    /// It waits for the compliance officer.
    AwaitingCompliance,
    /// It waits for the payment.
    AwaitingPayment,
    /// A desk wants changes.
    Returned {
        /// Which one.
        side: Desk,
        /// What to change.
        note: String,
    },
    /// The grants were given.
    Granted,
    /// A desk refused.
    Refused {
        /// Which one.
        side: Desk,
        /// Why.
        reason: String,
    },
    /// The buyer took it back.
    Withdrawn,
    /// Nobody decided in time.
    Expired,
}

/// What can happen to a purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The buyer's approver approves.
    BuyerApprove,
    /// The seller approves.
    SellerApprove,
    /// The compliance officer approves.
    ComplianceApprove,
    /// A desk wants changes.
    Return {
        /// Which one.
        side: Desk,
        /// What to change.
        note: String,
    },
    /// The buyer submits again.
    Resubmit,
    /// A desk refuses.
    Refuse {
        /// Which one.
        side: Desk,
        /// Why.
        reason: String,
    },
    /// The buyer takes it back.
    Withdraw,
    /// The payment is recorded.
    Pay,
    /// The deadline passes.
    Expire,
}

/// The purchase is not in a state for this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not in a state for this")]
pub struct WrongState;

impl State {
    /// The first state of a submitted purchase.
    #[must_use]
    pub const fn first(needs: Needs) -> Self {
        if needs.approver { Self::Submitted } else { Self::after_buyer(needs) }
    }
    const fn after_buyer(needs: Needs) -> Self {
        if needs.licensor { Self::AwaitingSeller } else { Self::after_seller(needs) }
    }
    const fn after_seller(needs: Needs) -> Self {
        if needs.compliance { Self::AwaitingCompliance } else { Self::after_compliance(needs) }
    }
    const fn after_compliance(needs: Needs) -> Self {
        if needs.prepaid { Self::AwaitingPayment } else { Self::Granted }
    }

    /// The name under which it is kept.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::AwaitingSeller => "awaiting_seller",
            Self::AwaitingCompliance => "awaiting_compliance",
            Self::AwaitingPayment => "awaiting_payment",
            Self::Returned { .. } => "returned",
            Self::Granted => "granted",
            Self::Refused { .. } => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    /// Who decides now.
    #[must_use]
    pub const fn decider(&self) -> Option<Desk> {
        match self {
            Self::Submitted => Some(Desk::Buyer),
            Self::AwaitingSeller => Some(Desk::Seller),
            Self::AwaitingCompliance => Some(Desk::Compliance),
            Self::AwaitingPayment
            | Self::Returned { .. }
            | Self::Granted
            | Self::Refused { .. }
            | Self::Withdrawn
            | Self::Expired => None,
        }
    }

    /// Moves a purchase.
    ///
    /// # Errors
    /// [`WrongState`] when the event cannot happen now.
    pub fn after(&self, event: &Event, needs: Needs) -> Result<Self, WrongState> {
        match (self, event) {
            (Self::Submitted, Event::BuyerApprove) => Ok(Self::after_buyer(needs)),
            (Self::AwaitingSeller, Event::SellerApprove) => Ok(Self::after_seller(needs)),
            (Self::AwaitingCompliance, Event::ComplianceApprove) => Ok(Self::after_compliance(needs)),
            (Self::AwaitingPayment, Event::Pay) => Ok(Self::Granted),
            (Self::Returned { .. }, Event::Resubmit) => Ok(Self::first(needs)),
            (Self::Submitted | Self::AwaitingSeller | Self::AwaitingCompliance, Event::Return { side, note })
                if self.decider() == Some(*side) =>
            {
                Ok(Self::Returned { side: *side, note: note.clone() })
            }
            (Self::Submitted | Self::AwaitingSeller | Self::AwaitingCompliance, Event::Refuse { side, reason })
                if self.decider() == Some(*side) =>
            {
                Ok(Self::Refused { side: *side, reason: reason.clone() })
            }
            (
                Self::Submitted
                | Self::AwaitingSeller
                | Self::AwaitingCompliance
                | Self::AwaitingPayment
                | Self::Returned { .. },
                Event::Withdraw,
            ) => Ok(Self::Withdrawn),
            (
                Self::Submitted
                | Self::AwaitingSeller
                | Self::AwaitingCompliance
                | Self::AwaitingPayment
                | Self::Returned { .. },
                Event::Expire,
            ) => Ok(Self::Expired),
            (
                Self::Submitted
                | Self::AwaitingSeller
                | Self::AwaitingCompliance
                | Self::AwaitingPayment
                | Self::Returned { .. }
                | Self::Granted
                | Self::Refused { .. }
                | Self::Withdrawn
                | Self::Expired,
                Event::BuyerApprove
                | Event::SellerApprove
                | Event::ComplianceApprove
                | Event::Return { .. }
                | Event::Resubmit
                | Event::Refuse { .. }
                | Event::Withdraw
                | Event::Pay
                | Event::Expire,
            ) => Err(WrongState),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events() -> Vec<Event> {
        let text = || "x".to_owned();
        vec![
            Event::BuyerApprove,
            Event::SellerApprove,
            Event::ComplianceApprove,
            Event::Return { side: Desk::Buyer, note: text() },
            Event::Return { side: Desk::Seller, note: text() },
            Event::Return { side: Desk::Compliance, note: text() },
            Event::Resubmit,
            Event::Refuse { side: Desk::Buyer, reason: text() },
            Event::Refuse { side: Desk::Seller, reason: text() },
            Event::Refuse { side: Desk::Compliance, reason: text() },
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
            State::AwaitingCompliance,
            State::AwaitingPayment,
            State::Returned { side: Desk::Buyer, note: text() },
            State::Granted,
            State::Refused { side: Desk::Seller, reason: text() },
            State::Withdrawn,
            State::Expired,
        ]
    }

    fn label(event: &Event) -> String {
        match event {
            Event::Return { side, .. } => format!("return by {side}"),
            Event::Refuse { side, .. } => format!("refuse by {side}"),
            Event::BuyerApprove
            | Event::SellerApprove
            | Event::ComplianceApprove
            | Event::Resubmit
            | Event::Withdraw
            | Event::Pay
            | Event::Expire => format!("{event:?}"),
        }
    }

    #[test]
    fn all_states_and_all_events() {
        let all = Needs { approver: true, licensor: true, compliance: true, prepaid: true };
        let mut moves = Vec::new();
        for state in states() {
            for event in events() {
                if let Ok(next) = state.after(&event, all) {
                    moves.push(format!("{} + {} = {}", state.name(), label(&event), next.name()));
                }
            }
        }
        assert_eq!(
            moves,
            [
                "submitted + BuyerApprove = awaiting_seller",
                "submitted + return by buyer = returned",
                "submitted + refuse by buyer = refused",
                "submitted + Withdraw = withdrawn",
                "submitted + Expire = expired",
                "awaiting_seller + SellerApprove = awaiting_compliance",
                "awaiting_seller + return by seller = returned",
                "awaiting_seller + refuse by seller = refused",
                "awaiting_seller + Withdraw = withdrawn",
                "awaiting_seller + Expire = expired",
                "awaiting_compliance + ComplianceApprove = awaiting_payment",
                "awaiting_compliance + return by compliance = returned",
                "awaiting_compliance + refuse by compliance = refused",
                "awaiting_compliance + Withdraw = withdrawn",
                "awaiting_compliance + Expire = expired",
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
        let needs = |approver, licensor, prepaid| Needs { approver, licensor, compliance: false, prepaid };
        assert_eq!(State::first(needs(false, false, false)), State::Granted);
        assert_eq!(State::first(needs(false, false, true)), State::AwaitingPayment);
        assert_eq!(State::first(needs(false, true, false)), State::AwaitingSeller);
        assert_eq!(State::Submitted.after(&Event::BuyerApprove, needs(true, false, false)), Ok(State::Granted));
        let officer = Needs { approver: false, licensor: false, compliance: true, prepaid: false };
        assert_eq!(State::first(officer), State::AwaitingCompliance);
        assert_eq!(State::AwaitingCompliance.after(&Event::ComplianceApprove, officer), Ok(State::Granted));
        assert_eq!(State::AwaitingSeller.after(&Event::SellerApprove, needs(true, true, false)), Ok(State::Granted));
    }
}

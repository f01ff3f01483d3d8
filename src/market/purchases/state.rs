//! The life of a purchase: the buyer's approver, the seller, the compliance officer, the signature under the final terms,
//! payment, grant; at any step returned, refused, withdrawn, expired.

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
    /// A signatory of the buyer signs the agreement, when its terms are final.
    pub signature: bool,
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
    /// The two sides negotiate: one has to answer the other.
    Negotiating {
        /// Which one.
        turn: Side,
    },
    /// It waits for the compliance officer.
    AwaitingCompliance,
    /// Everybody agreed; it waits for the buyer's signature.
    AwaitingSignature,
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
    /// The buyer's signatory signs.
    Sign,
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
    /// A side proposes terms to the other.
    Propose {
        /// Which one.
        side: Side,
    },
    /// A side agrees to what the other proposed.
    Agree {
        /// Which one.
        side: Side,
    },
    /// The buyer gets a fresh quote in the place of one that ran out.
    Requote,
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
    /// The state of a purchase that has just been asked for: without a price the seller has to name one first.
    #[must_use]
    pub const fn asked(needs: Needs, on_request: bool) -> Self {
        if on_request { Self::Negotiating { turn: Side::Seller } } else { Self::first(needs) }
    }
    /// The first state of a priced purchase.
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
        if needs.signature { Self::AwaitingSignature } else { Self::after_signature(needs) }
    }
    const fn after_signature(needs: Needs) -> Self {
        if needs.prepaid { Self::AwaitingPayment } else { Self::Granted }
    }

    /// The name under which it is kept.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::AwaitingSeller => "awaiting_seller",
            Self::Negotiating { .. } => "negotiating",
            Self::AwaitingCompliance => "awaiting_compliance",
            Self::AwaitingSignature => "awaiting_signature",
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
            Self::Submitted | Self::AwaitingSignature => Some(Desk::Buyer),
            Self::AwaitingSeller => Some(Desk::Seller),
            Self::AwaitingCompliance => Some(Desk::Compliance),
            Self::Negotiating { .. }
            | Self::AwaitingPayment
            | Self::Returned { .. }
            | Self::Granted
            | Self::Refused { .. }
            | Self::Withdrawn
            | Self::Expired => None,
        }
    }

    /// Whether a side may propose terms now: the seller whose decision is waited for, and in a negotiation whose turn
    /// it is.
    const fn proposes(&self, side: Side) -> bool {
        match (self, side) {
            (Self::AwaitingSeller, Side::Seller) => true,
            (Self::Negotiating { turn: Side::Seller }, Side::Seller)
            | (Self::Negotiating { turn: Side::Buyer }, Side::Buyer) => true,
            (Self::AwaitingSeller, Side::Buyer)
            | (Self::Negotiating { turn: Side::Seller }, Side::Buyer)
            | (Self::Negotiating { turn: Side::Buyer }, Side::Seller)
            | (
                Self::Submitted
                | Self::AwaitingCompliance
                | Self::AwaitingSignature
                | Self::AwaitingPayment
                | Self::Returned { .. }
                | Self::Granted
                | Self::Refused { .. }
                | Self::Withdrawn
                | Self::Expired,
                Side::Buyer | Side::Seller,
            ) => false,
        }
    }
    /// Whether a side may agree now: only to a proposal, which a negotiation that began without a price lacks at first.
    /// (That there is one is the permit's to check.)
    const fn agrees(&self, side: Side) -> bool {
        matches!(self, Self::Negotiating { .. }) && self.proposes(side)
    }
    const fn other(side: Side) -> Side {
        match side {
            Side::Buyer => Side::Seller,
            Side::Seller => Side::Buyer,
        }
    }

    /// Moves a purchase.
    ///
    /// # Errors
    /// [`WrongState`] when the event cannot happen now.
    #[expect(clippy::too_many_lines, reason = "every state and every event, side by side")]
    pub fn after(&self, event: &Event, needs: Needs) -> Result<Self, WrongState> {
        match (self, event) {
            (Self::Submitted, Event::BuyerApprove) => Ok(Self::after_buyer(needs)),
            (Self::AwaitingSeller, Event::SellerApprove) => Ok(Self::after_seller(needs)),
            (Self::AwaitingCompliance, Event::ComplianceApprove) => Ok(Self::after_compliance(needs)),
            (Self::AwaitingSignature, Event::Sign) => Ok(Self::after_signature(needs)),
            (Self::AwaitingPayment, Event::Pay) => Ok(Self::Granted),
            (Self::Returned { .. }, Event::Resubmit) => Ok(Self::first(needs)),
            (
                Self::Submitted | Self::AwaitingSeller | Self::AwaitingCompliance | Self::AwaitingSignature,
                Event::Return { side, note },
            ) if self.decider() == Some(*side) => Ok(Self::Returned { side: *side, note: note.clone() }),
            (
                Self::Submitted | Self::AwaitingSeller | Self::AwaitingCompliance | Self::AwaitingSignature,
                Event::Refuse { side, reason },
            ) if self.decider() == Some(*side) => Ok(Self::Refused { side: *side, reason: reason.clone() }),
            (Self::AwaitingSeller | Self::Negotiating { .. }, Event::Propose { side }) if self.proposes(*side) => {
                Ok(Self::Negotiating { turn: Self::other(*side) })
            }
            (Self::Negotiating { .. }, Event::Agree { side }) if self.agrees(*side) => Ok(Self::first(needs)),
            (Self::Negotiating { turn: Side::Seller }, Event::Refuse { side: Desk::Seller, reason }) => {
                Ok(Self::Refused { side: Desk::Seller, reason: reason.clone() })
            }
            (Self::Submitted | Self::AwaitingSeller, Event::Requote) => Ok(Self::first(needs)),
            (
                Self::Submitted
                | Self::AwaitingSeller
                | Self::Negotiating { .. }
                | Self::AwaitingCompliance
                | Self::AwaitingSignature
                | Self::AwaitingPayment
                | Self::Returned { .. },
                Event::Withdraw,
            ) => Ok(Self::Withdrawn),
            (
                Self::Submitted
                | Self::AwaitingSeller
                | Self::Negotiating { .. }
                | Self::AwaitingCompliance
                | Self::AwaitingSignature
                | Self::AwaitingPayment
                | Self::Returned { .. },
                Event::Expire,
            ) => Ok(Self::Expired),
            (
                Self::Submitted
                | Self::AwaitingSeller
                | Self::Negotiating { .. }
                | Self::AwaitingCompliance
                | Self::AwaitingSignature
                | Self::AwaitingPayment
                | Self::Returned { .. }
                | Self::Granted
                | Self::Refused { .. }
                | Self::Withdrawn
                | Self::Expired,
                Event::BuyerApprove
                | Event::SellerApprove
                | Event::ComplianceApprove
                | Event::Sign
                | Event::Return { .. }
                | Event::Resubmit
                | Event::Refuse { .. }
                | Event::Propose { .. }
                | Event::Agree { .. }
                | Event::Requote
                | Event::Withdraw
                | Event::Pay
                | Event::Expire,
            ) => Err(WrongState),
        }
    }
}

#[cfg(test)]
mod tests;

//! The life of a review: the moderator, then the compliance officer, as far as each is needed; returned or taken back
//! at either desk. A version that is submitted again begins a new review.

use crate::market::datasets::Reviewers;
use crate::values::text_enum;

text_enum! {
    /// Who decides at the exchange.
    Desk {
        /// A moderator.
        Moderator = "moderator",
        /// The compliance officer.
        Compliance = "compliance",
    }
}

text_enum! {
    /// Where a review stands.
    State {
        /// It waits for a moderator.
        AwaitingModerator = "awaiting_moderator",
        /// It waits for the compliance officer.
        AwaitingCompliance = "awaiting_compliance",
        /// A desk returned it with a reason.
        Returned = "returned",
        /// The seller took it back.
        Withdrawn = "withdrawn",
        /// Every desk approved; the version is published.
        Approved = "approved",
    }
}

/// What can happen to a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The desk where it lies approves.
    Approve,
    /// The desk where it lies returns it.
    Return,
    /// The seller takes it back.
    Withdraw,
}

/// The review is not in a state for this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not in a state for this")]
pub struct WrongState;

impl State {
    /// The first state of a submitted version; nothing when no reviewer is needed.
    #[must_use]
    pub const fn first(needed: Reviewers) -> Option<Self> {
        if needed.moderator {
            Some(Self::AwaitingModerator)
        } else if needed.compliance {
            Some(Self::AwaitingCompliance)
        } else {
            None
        }
    }
    /// The desk where it lies.
    #[must_use]
    pub const fn desk(self) -> Option<Desk> {
        match self {
            Self::AwaitingModerator => Some(Desk::Moderator),
            Self::AwaitingCompliance => Some(Desk::Compliance),
            Self::Returned | Self::Withdrawn | Self::Approved => None,
        }
    }
    /// Moves a review.
    ///
    /// # Errors
    /// [`WrongState`] when the event cannot happen now.
    pub const fn after(self, event: Event, needed: Reviewers) -> Result<Self, WrongState> {
        match (self, event) {
            (Self::AwaitingModerator, Event::Approve) if needed.compliance => Ok(Self::AwaitingCompliance),
            (Self::AwaitingModerator | Self::AwaitingCompliance, Event::Approve) => Ok(Self::Approved),
            (Self::AwaitingModerator | Self::AwaitingCompliance, Event::Return) => Ok(Self::Returned),
            (Self::AwaitingModerator | Self::AwaitingCompliance, Event::Withdraw) => Ok(Self::Withdrawn),
            (Self::Returned | Self::Withdrawn | Self::Approved, Event::Approve | Event::Return | Event::Withdraw) => {
                Err(WrongState)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(needed: Reviewers) -> Vec<String> {
        let mut moves = vec![format!("first {}", State::first(needed).map_or("–", State::as_str))];
        for state in State::ALL {
            for event in [Event::Approve, Event::Return, Event::Withdraw] {
                if let Ok(next) = state.after(event, needed) {
                    moves.push(format!("{state} {event:?} {next}"));
                }
            }
        }
        moves
    }

    #[test]
    fn all_states_and_all_events() {
        assert_eq!(
            table(Reviewers::BOTH),
            [
                "first awaiting_moderator",
                "awaiting_moderator Approve awaiting_compliance",
                "awaiting_moderator Return returned",
                "awaiting_moderator Withdraw withdrawn",
                "awaiting_compliance Approve approved",
                "awaiting_compliance Return returned",
                "awaiting_compliance Withdraw withdrawn",
            ]
        );
        let one = table(Reviewers { moderator: true, compliance: false });
        assert_eq!(one[..2], ["first awaiting_moderator", "awaiting_moderator Approve approved"]);
        assert_eq!(table(Reviewers { moderator: false, compliance: true })[0], "first awaiting_compliance");
        assert_eq!(table(Reviewers::default())[0], "first –");
    }
}

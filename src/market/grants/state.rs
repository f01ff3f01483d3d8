//! The life of a grant. That it lapsed is computed from its end, never stored.

use super::{Grant, Side};
use crate::values::Timestamp;

/// Where a grant stands, with the facts of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// In force, until its end.
    Active,
    /// Ended before its time.
    Terminated {
        /// By which side.
        side: Side,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
}

/// What can happen to a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A side ends it.
    Terminate {
        /// Which side.
        side: Side,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
}

/// The grant is not in a state for this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not in a state for this")]
pub struct WrongState;

impl State {
    /// Moves a grant.
    ///
    /// # Errors
    /// [`WrongState`] when it ended already.
    pub fn after(&self, event: &Event) -> Result<Self, WrongState> {
        match (self, event) {
            (Self::Active, Event::Terminate { side, reason, at }) => {
                Ok(Self::Terminated { side: *side, reason: reason.clone(), at: *at })
            }
            (Self::Terminated { .. }, Event::Terminate { .. }) => Err(WrongState),
        }
    }
}

/// How a grant stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In force.
    Active,
    /// Its end has come.
    Lapsed,
    /// Ended before its time.
    Terminated,
}

/// Tells how a grant stands at an instant: at its end it has lapsed.
#[must_use]
pub fn standing(grant: &Grant, now: Timestamp) -> Standing {
    match grant.state {
        State::Terminated { .. } => Standing::Terminated,
        State::Active if grant.ends_at.is_some_and(|end| end <= now) => Standing::Lapsed,
        State::Active => Standing::Active,
    }
}

//! The life of a grant. That it began, lapsed, or that a notice period is over, is computed from the clock, never stored.

use super::{Grant, Side};
use crate::values::Timestamp;

/// Why a grant rests, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// Why.
    pub reason: String,
    /// Since when.
    pub at: Timestamp,
}

/// Where a grant stands, with the facts of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// In force, until its end.
    Active,
    /// Rests until the seller resumes it; its term runs on.
    Suspended(Suspension),
    /// Ended before its time, at once or after a notice period.
    Terminated {
        /// By which side.
        side: Side,
        /// Why.
        reason: String,
        /// From which instant on nothing more is delivered; in the future while the notice period runs.
        at: Timestamp,
        /// Set when it rests during the notice period.
        suspended: Option<Suspension>,
    },
}

/// What can happen to a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The seller lets it rest.
    Suspend {
        /// Why.
        reason: String,
    },
    /// The seller lets it go on.
    Resume,
    /// A side ends it.
    Terminate {
        /// Which side.
        side: Side,
        /// Why.
        reason: String,
        /// From when on.
        at: Timestamp,
    },
}

/// The grant is not in a state for this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not in a state for this")]
pub struct WrongState;

impl State {
    /// Moves a grant. While a notice period runs it can be suspended, resumed, and ended sooner, never later.
    ///
    /// # Errors
    /// [`WrongState`] when it ended already, or rests or runs already.
    pub fn after(&self, event: &Event, now: Timestamp) -> Result<Self, WrongState> {
        let rests = |reason: &String| Suspension { reason: reason.clone(), at: now };
        match (self, event) {
            (Self::Active, Event::Suspend { reason }) => Ok(Self::Suspended(rests(reason))),
            (Self::Suspended(_), Event::Resume) => Ok(Self::Active),
            (Self::Active, Event::Terminate { side, reason, at }) => {
                Ok(Self::Terminated { side: *side, reason: reason.clone(), at: *at, suspended: None })
            }
            (Self::Suspended(s), Event::Terminate { side, reason, at }) => {
                Ok(Self::Terminated { side: *side, reason: reason.clone(), at: *at, suspended: Some(s.clone()) })
            }
            (Self::Terminated { at, .. }, Event::Suspend { .. } | Event::Resume | Event::Terminate { .. })
                if *at <= now =>
            {
                Err(WrongState)
            }
            (Self::Terminated { side, reason, at, suspended: None }, Event::Suspend { reason: why }) => {
                Ok(Self::Terminated { side: *side, reason: reason.clone(), at: *at, suspended: Some(rests(why)) })
            }
            (Self::Terminated { side, reason, at, suspended: Some(_) }, Event::Resume) => {
                Ok(Self::Terminated { side: *side, reason: reason.clone(), at: *at, suspended: None })
            }
            (Self::Terminated { at: before, suspended, .. }, Event::Terminate { side, reason, at }) if at < before => {
                let (side, reason) = (*side, reason.clone());
                Ok(Self::Terminated { side, reason, at: *at, suspended: suspended.clone() })
            }
            (Self::Active, Event::Resume)
            | (Self::Suspended(_), Event::Suspend { .. })
            | (Self::Terminated { .. }, Event::Suspend { .. } | Event::Resume | Event::Terminate { .. }) => {
                Err(WrongState)
            }
        }
    }

    /// Gives why it rests, when it does.
    #[must_use]
    pub const fn suspension(&self) -> Option<&Suspension> {
        match self {
            Self::Active => None,
            Self::Suspended(s) => Some(s),
            Self::Terminated { suspended, .. } => suspended.as_ref(),
        }
    }
}

/// How a grant stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its start has not come.
    Upcoming,
    /// In force.
    Active,
    /// It rests.
    Suspended,
    /// Its end has come.
    Lapsed,
    /// Ended before its time.
    Terminated,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 5] = [Self::Upcoming, Self::Active, Self::Suspended, Self::Lapsed, Self::Terminated];
    /// Gives the name as the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Lapsed => "lapsed",
            Self::Terminated => "terminated",
        }
    }
    /// Reads a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
    /// Whether it has not ended.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Upcoming | Self::Active | Self::Suspended)
    }
}

/// Tells how a grant stands at an instant: at the very instant of its end it has ended.
#[must_use]
pub fn standing(grant: &Grant, now: Timestamp) -> Standing {
    let over = matches!(&grant.state, State::Terminated { at, .. } if *at <= now);
    if over {
        Standing::Terminated
    } else if grant.ends_at.is_some_and(|end| end <= now) {
        Standing::Lapsed
    } else if grant.state.suspension().is_some() {
        Standing::Suspended
    } else if grant.starts_at > now {
        Standing::Upcoming
    } else {
        Standing::Active
    }
}

/// The last instant before which a grant may be used: its end, or that of a notice period.
#[must_use]
pub fn end_of(grant: &Grant) -> Option<Timestamp> {
    match (&grant.state, grant.ends_at) {
        (State::Terminated { at, .. }, Some(end)) => Some((*at).min(end)),
        (State::Terminated { at, .. }, None) => Some(*at),
        (State::Active | State::Suspended(_), end) => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states() -> Vec<(&'static str, State)> {
        let rest = Suspension { reason: "late".to_owned(), at: Timestamp(5) };
        let ended = |at, suspended| State::Terminated {
            side: Side::Buyer,
            reason: "over".to_owned(),
            at: Timestamp(at),
            suspended,
        };
        vec![
            ("active", State::Active),
            ("suspended", State::Suspended(rest.clone())),
            ("under notice", ended(100, None)),
            ("under notice, suspended", ended(100, Some(rest))),
            ("terminated", ended(10, None)),
        ]
    }

    #[test]
    fn every_state_meets_every_event() {
        let end = |at| Event::Terminate { side: Side::Seller, reason: "breach".to_owned(), at: Timestamp(at) };
        let events = [
            ("suspend", Event::Suspend { reason: "unpaid".to_owned() }),
            ("resume", Event::Resume),
            ("end at once", end(10)),
            ("end later", end(200)),
        ];
        let mut table = String::new();
        for (name, state) in states() {
            for (what, event) in &events {
                let next = match state.after(event, Timestamp(10)) {
                    Ok(State::Active) => "active".to_owned(),
                    Ok(State::Suspended(s)) => format!("suspended at {}: {}", s.at.0, s.reason),
                    Ok(State::Terminated { side, reason, at, suspended }) => {
                        format!("ends at {}, {side}: {reason}, rests {}", at.0, suspended.is_some())
                    }
                    Err(WrongState) => "–".to_owned(),
                };
                table.push_str(&format!("{name} + {what} = {next}\n"));
            }
        }
        insta::assert_snapshot!(table, @r"
        active + suspend = suspended at 10: unpaid
        active + resume = –
        active + end at once = ends at 10, seller: breach, rests false
        active + end later = ends at 200, seller: breach, rests false
        suspended + suspend = –
        suspended + resume = active
        suspended + end at once = ends at 10, seller: breach, rests true
        suspended + end later = ends at 200, seller: breach, rests true
        under notice + suspend = ends at 100, buyer: over, rests true
        under notice + resume = –
        under notice + end at once = ends at 10, seller: breach, rests false
        under notice + end later = –
        under notice, suspended + suspend = –
        under notice, suspended + resume = ends at 100, buyer: over, rests false
        under notice, suspended + end at once = ends at 10, seller: breach, rests true
        under notice, suspended + end later = –
        terminated + suspend = –
        terminated + resume = –
        terminated + end at once = –
        terminated + end later = –
        ");
    }
}

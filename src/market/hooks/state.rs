//! The life cycle of a webhook.

use crate::values::text_enum;

text_enum! {
    /// Whether a webhook is called.
    State {
        /// What happens is sent.
        On = "on",
        /// Its owner turned it off.
        Off = "off",
        /// It was turned off after failing for days, or at its own word.
        Failed = "failed",
    }
}

/// What moves a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Its owner turns it on.
    On,
    /// Its owner turns it off.
    Off,
    /// It failed too long.
    GiveUp,
}

/// It is in that state already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is in that state already")]
pub struct WrongState;

impl State {
    /// The state after a turn.
    ///
    /// # Errors
    /// [`WrongState`] when nothing would change.
    pub const fn after(self, turn: Turn) -> Result<Self, WrongState> {
        match (self, turn) {
            (Self::Off | Self::Failed, Turn::On) => Ok(Self::On),
            (Self::On | Self::Failed, Turn::Off) => Ok(Self::Off),
            (Self::On, Turn::GiveUp) => Ok(Self::Failed),
            (Self::On, Turn::On) | (Self::Off, Turn::Off | Turn::GiveUp) | (Self::Failed, Turn::GiveUp) => {
                Err(WrongState)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        let after = |s: State, t| s.after(t).map_or("-", State::as_str);
        let rows = State::ALL.iter().map(|s| [Turn::On, Turn::Off, Turn::GiveUp].map(|t| after(*s, t)));
        assert_eq!(rows.collect::<Vec<_>>(), [["-", "off", "failed"], ["on", "-", "-"], ["on", "off", "-"]]);
    }
}

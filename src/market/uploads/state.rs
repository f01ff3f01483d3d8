//! The life of an upload. That its time is up is seen from its row; the state is stored when its room is given back.

use crate::values::text_enum;

text_enum! {
    /// Where an upload stands.
    State {
        /// Bytes are awaited.
        Open = "open",
        /// All came, and they are a file of the version.
        Finished = "finished",
        /// Somebody gave it up.
        Cancelled = "cancelled",
        /// Nothing came for too long.
        Expired = "expired",
        /// All came, and they could not become a file.
        Failed = "failed",
    }
}

text_enum! {
    /// What an upload is to a file that comes in parts; most uploads are neither.
    Role {
        /// A part, which never becomes a file of its own.
        Partial = "partial",
        /// The file that joins its parts; nothing is sent to it.
        Final = "final",
    }
}

/// What can happen to an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Its bytes become a file.
    Finish,
    /// Somebody gives it up.
    Cancel,
    /// Its time is up.
    Expire,
    /// Its bytes cannot become a file.
    Fail,
}

/// The upload is not in a state for this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not in a state for this")]
pub struct WrongState;

impl State {
    /// Moves an upload.
    ///
    /// # Errors
    /// [`WrongState`] when the event cannot happen now.
    pub const fn after(self, event: Event) -> Result<Self, WrongState> {
        match (self, event) {
            (Self::Open, Event::Finish) => Ok(Self::Finished),
            (Self::Open, Event::Cancel) => Ok(Self::Cancelled),
            (Self::Open, Event::Expire) => Ok(Self::Expired),
            (Self::Open, Event::Fail) => Ok(Self::Failed),
            (
                Self::Finished | Self::Cancelled | Self::Expired | Self::Failed,
                Event::Finish | Event::Cancel | Event::Expire | Event::Fail,
            ) => Err(WrongState),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_open_upload_moves() {
        let events = [Event::Finish, Event::Cancel, Event::Expire, Event::Fail];
        let moves: Vec<String> = State::ALL
            .iter()
            .flat_map(|state| events.map(|event| (state, event, state.after(event))))
            .filter_map(|(state, event, next)| next.ok().map(|next| format!("{state} {event:?} {next}")))
            .collect();
        assert_eq!(moves, ["open Finish finished", "open Cancel cancelled", "open Expire expired", "open Fail failed"]);
    }
}

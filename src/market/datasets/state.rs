//! The life of a dataset and of a version.

use crate::values::text_enum;

text_enum! {
    /// Where a dataset stands.
    State {
        /// Nothing of it was published.
        Draft = "draft",
        /// It has a published version and stands in the catalogue.
        Listed = "listed",
        /// Its owner took it out of the catalogue; grants go on.
        Withdrawn = "withdrawn",
    }
}

text_enum! {
    /// Where a version stands.
    VersionState {
        /// It is being put together.
        Draft = "draft",
        /// It is final.
        Published = "published",
        /// It is final and a newer one should be used.
        Deprecated = "deprecated",
        /// It was recalled: holders were told and nothing of it is handed out.
        Recalled = "recalled",
    }
}

/// The thing is not in a state for this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not in a state for this")]
pub struct WrongState;

/// What can happen to a dataset or a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A version is published.
    Publish,
    /// It is taken out of the catalogue, or a version is recalled.
    Withdraw,
    /// It is put back.
    Relist,
    /// A newer version replaces it.
    Supersede,
    /// Its owner says that it should no longer be used.
    Deprecate,
    /// Its owner takes that back.
    Restore,
}

impl State {
    /// Moves a dataset.
    ///
    /// # Errors
    /// [`WrongState`] when the event cannot happen now.
    pub const fn after(self, event: Event) -> Result<Self, WrongState> {
        match (self, event) {
            (Self::Draft | Self::Listed, Event::Publish) | (Self::Withdrawn, Event::Relist) => Ok(Self::Listed),
            (Self::Withdrawn, Event::Publish) | (Self::Listed, Event::Withdraw) => Ok(Self::Withdrawn),
            (Self::Draft, Event::Withdraw | Event::Relist)
            | (Self::Listed, Event::Relist)
            | (Self::Withdrawn, Event::Withdraw)
            | (_, Event::Supersede | Event::Deprecate | Event::Restore) => Err(WrongState),
        }
    }
}

impl VersionState {
    /// Moves a version; [`Event::Withdraw`] is its recall.
    ///
    /// # Errors
    /// [`WrongState`] when the event cannot happen now.
    pub const fn after(self, event: Event) -> Result<Self, WrongState> {
        match (self, event) {
            (Self::Draft, Event::Publish) => Ok(Self::Published),
            (Self::Published, Event::Supersede)
            // A version that a newer one replaced can be given a note.
            | (Self::Published | Self::Deprecated, Event::Deprecate) => Ok(Self::Deprecated),
            (Self::Deprecated, Event::Restore) => Ok(Self::Published),
            (Self::Published | Self::Deprecated, Event::Withdraw) => Ok(Self::Recalled),
            (Self::Draft, Event::Withdraw | Event::Supersede | Event::Deprecate)
            | (Self::Published, Event::Publish)
            | (Self::Deprecated, Event::Publish | Event::Supersede)
            | (Self::Recalled, Event::Publish | Event::Withdraw | Event::Supersede | Event::Deprecate)
            | (Self::Draft | Self::Published | Self::Recalled, Event::Restore)
            | (_, Event::Relist) => Err(WrongState),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [Event; 6] =
        [Event::Publish, Event::Withdraw, Event::Relist, Event::Supersede, Event::Deprecate, Event::Restore];

    #[test]
    fn all_states_and_all_events() {
        let mut table = String::new();
        for state in State::ALL {
            for event in EVENTS {
                let next = state.after(event).map_or("–", State::as_str);
                table += &format!("dataset {state} {event:?} {next}\n");
            }
        }
        for state in VersionState::ALL {
            for event in EVENTS {
                let next = state.after(event).map_or("–", VersionState::as_str);
                table += &format!("version {state} {event:?} {next}\n");
            }
        }
        let moves: Vec<&str> = table.lines().filter(|l| !l.ends_with('–')).collect();
        assert_eq!(
            moves,
            [
                "dataset draft Publish listed",
                "dataset listed Publish listed",
                "dataset listed Withdraw withdrawn",
                "dataset withdrawn Publish withdrawn",
                "dataset withdrawn Relist listed",
                "version draft Publish published",
                "version published Withdraw recalled",
                "version published Supersede deprecated",
                "version published Deprecate deprecated",
                "version deprecated Withdraw recalled",
                "version deprecated Deprecate deprecated",
                "version deprecated Restore published",
            ]
        );
    }
}

//! The record: who did what, on whose behalf, when. Rows are final; the tables refuse to change them.
//!
//! Every writing operation of every room notes its deed here in its own transaction.

mod deeds;
mod rows;

pub use deeds::{Deed, Thing};

use crate::store::{Page, Read, StoreError, Write};
use crate::values::{EntryId, PartyId, Timestamp, text_enum};
use serde_json::Value;

text_enum! {
    /// What kind of actor did something.
    ActorKind {
        /// A person.
        Member = "member",
        /// A machine of an organisation.
        Service = "service",
        /// The server itself: a job or a command.
        House = "house",
        /// Somebody who is not signed in.
        Nobody = "nobody",
    }
}

/// Who did it, as the record keeps it: the name is that of the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// The kind of actor.
    pub kind: ActorKind,
    /// Its identifier, or the name of the job.
    pub id: String,
    /// Its name at that moment.
    pub name: String,
}
impl By {
    /// Somebody who is not signed in.
    #[must_use]
    pub fn nobody() -> Self {
        Self { kind: ActorKind::Nobody, id: String::new(), name: String::new() }
    }
}

/// A deed about to be noted.
#[derive(Debug, Clone)]
pub struct Note {
    deed: Deed,
    thing: Thing,
    thing_id: String,
    party: Option<PartyId>,
    other_party: Option<PartyId>,
    detail: Value,
}
impl Note {
    /// Names the deed and the thing that it was done to.
    #[must_use]
    pub fn new(deed: Deed, thing: Thing, thing_id: impl std::fmt::Display) -> Self {
        Self { deed, thing, thing_id: thing_id.to_string(), party: None, other_party: None, detail: Value::Null }
    }
    /// Lets an organisation read the entry: the first is the one on whose behalf it was done, or whose thing it is.
    #[must_use]
    pub fn for_party(mut self, party: PartyId) -> Self {
        self.party = Some(party);
        self
    }
    /// Lets a second organisation read the entry.
    #[must_use]
    pub fn and_party(mut self, party: PartyId) -> Self {
        self.other_party = Some(party);
        self
    }
    /// Adds facts: never a secret.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}

/// An entry of the record.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its place in the record.
    pub seq: i64,
    /// Its identifier.
    pub id: EntryId,
    /// When it was done.
    pub at: Timestamp,
    /// Who did it.
    pub by: By,
    /// What was done.
    pub deed: Deed,
    /// The kind of thing it was done to.
    pub thing: Thing,
    /// Which thing.
    pub thing_id: String,
    /// Facts.
    pub detail: Value,
}

/// Notes a deed.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn note(tx: &mut Write, by: &By, note: &Note, now: Timestamp) -> Result<(), StoreError> {
    rows::insert(tx, by, note, now)
}

/// Gives the entries of one thing, oldest first: for a reader whom the thing's own room has let in.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn of_thing(tx: &mut Read, thing_id: &str) -> Result<Vec<Entry>, StoreError> {
    rows::of_thing(tx, thing_id)
}

/// Gives a page of an organisation's entries, newest first; `before` is the place of the last entry seen.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn of_party(
    tx: &mut Read,
    party: Option<PartyId>,
    deed: Option<Deed>,
    before: Option<i64>,
    size: i64,
) -> Result<Page<Entry>, StoreError> {
    rows::of_party(tx, party, deed, before, size)
}

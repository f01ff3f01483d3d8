//! The trade: rooms that decide, each with its states, permits and rows.
//!
//! Rooms may lean only on rooms named before them in this list. A room is plain synchronous Rust: it never
//! waits for the network, renders, sends mail, or reads the clock.

pub mod conditions;
pub mod signing;
pub mod journal;
pub mod notices;
pub mod accounts;
pub mod parties;
pub mod licences;
pub mod datasets;
pub mod offers;
pub mod grants;
pub mod orders;
pub mod purchases;
pub mod delivery;

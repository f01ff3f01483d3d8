//! The trade: rooms that decide, each with its states, permits and rows.
//!
//! Rooms may lean only on rooms named before them in this list. A room is plain synchronous Rust: it never
//! waits for the network, renders, sends mail, or reads the clock.

pub mod accounts;
pub mod conditions;
pub mod datasets;
pub mod delivery;
pub mod evidence;
pub mod grants;
pub mod journal;
pub mod licences;
pub mod notices;
pub mod offers;
pub mod orders;
pub mod parties;
pub mod purchases;
pub mod reviews;
pub mod rules;
pub mod signing;
pub mod standards;
pub mod uploads;

//! Bourse: a self-hosted dataset marketplace and licensing server.

pub mod market;
pub mod store;
pub mod values;

//! Bourse: a self-hosted dataset marketplace and licensing server.

pub mod http;
pub mod market;
pub mod measure;
pub mod store;
pub mod urls;
pub mod values;
pub mod web;
pub mod words;
pub mod protocols;

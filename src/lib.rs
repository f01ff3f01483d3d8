//! Bourse: a self-hosted dataset marketplace and licensing server.

pub mod app;
pub mod cli;
pub mod config;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod market;
pub mod measure;
pub mod protocols;
pub mod store;
pub mod urls;
pub mod values;
pub mod web;
pub mod words;

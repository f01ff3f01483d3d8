//! Pages and the JSON API: one folder for each room. A handler takes values in, makes one room call in one
//! transaction, and answers.

pub mod accounts;
pub mod assets;
pub mod errors;
pub mod journal;
pub mod layout;
pub mod listing;
pub mod operator;
pub mod parties;
pub mod sheet;

use crate::http::Route;

/// Every route of pages and API.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut all = Vec::new();
    for part in [
        assets::routes(),
        errors::routes(),
        accounts::routes(),
        accounts::api::routes(),
        parties::routes(),
        parties::people::routes(),
        parties::api::routes(),
        operator::routes(),
        operator::api::routes(),
    ] {
        all.extend(part);
    }
    all
}

//! Pages and the JSON API: one folder for each room. A handler takes values in, makes one room call in one
//! transaction, and answers.

pub mod accounts;
pub mod assets;
pub mod datasets;
pub mod errors;
pub mod grants;
pub mod hooks;
pub mod journal;
pub mod layout;
pub mod licences;
pub mod listing;
pub mod notices;
pub mod openapi;
pub mod operator;
pub mod orders;
pub mod parties;
pub mod purchases;
pub mod reviews;
pub mod rules;
pub mod sheet;
mod shell;
pub mod standards;

use crate::http::Route;

/// Every route of pages and API.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one line for each part")]
pub fn routes() -> Vec<Route> {
    let mut all = Vec::new();
    for part in [
        assets::routes(),
        errors::routes(),
        // Its links have a fixed name where those of accounts have a purpose.
        notices::routes(),
        notices::api::routes(),
        accounts::routes(),
        accounts::api::routes(),
        parties::routes(),
        parties::people::routes(),
        parties::leaving::routes(),
        parties::api::routes(),
        parties::api::people::routes(),
        parties::api::machines::routes(),
        hooks::routes(),
        hooks::api::routes(),
        operator::routes(),
        operator::api::routes(),
        operator::staff::routes(),
        operator::deals::routes(),
        rules::routes(),
        rules::edit::routes(),
        rules::api::routes(),
        reviews::routes(),
        reviews::api::routes(),
        licences::build::routes(),
        licences::compare::routes(),
        licences::may::routes(),
        licences::linked::routes(),
        licences::routes(),
        licences::api::routes(),
        // Fixed names go before names of organisations.
        datasets::edit::routes(),
        datasets::offers::routes(),
        datasets::offers::api::routes(),
        datasets::wizard::routes(),
        datasets::wizard::api::routes(),
        datasets::quality::routes(),
        datasets::quality::api::routes(),
        datasets::sample::routes(),
        datasets::sample::api::routes(),
        datasets::columns::routes(),
        datasets::columns::api::routes(),
        datasets::package::routes(),
        datasets::grading::routes(),
        datasets::grading::api::routes(),
        datasets::submission::routes(),
        datasets::routes(),
        datasets::api::routes(),
        datasets::api::versions::routes(),
        datasets::releases::routes(),
        datasets::releases::api::routes(),
        datasets::uploads::routes(),
        datasets::uploads::api::routes(),
        datasets::conformance::routes(),
        datasets::lineage::routes(),
        datasets::lineage::api::routes(),
        datasets::conformance::api::routes(),
        standards::routes(),
        standards::api::routes(),
        purchases::routes(),
        purchases::api::routes(),
        purchases::negotiation::routes(),
        purchases::negotiation::api::routes(),
        orders::routes(),
        orders::api::routes(),
        grants::routes(),
        grants::api::routes(),
        grants::acts::routes(),
        grants::evidence::routes(),
        grants::limits::routes(),
        grants::list::routes(),
        grants::uses::routes(),
        grants::renewal::routes(),
        grants::relicence::routes(),
        grants::relicence::api::routes(),
        grants::tokens::routes(),
        grants::verify::routes(),
        openapi::routes(),
    ] {
        all.extend(part);
    }
    all.extend(approval());
    all
}

/// The routes of policies, of what waits for whom, and of all that is said about a request.
fn approval() -> Vec<Route> {
    [
        parties::policy::routes(),
        parties::policy::selling::routes(),
        parties::policy::api::routes(),
        parties::absences::routes(),
        parties::budgets::routes(),
        parties::reasons::routes(),
        parties::mandates::routes(),
        purchases::inbox::routes(),
        purchases::bulk::routes(),
        purchases::outcome::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

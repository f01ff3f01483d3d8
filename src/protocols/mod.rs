//! The doors that others defined: one folder for each. None of them decides anything; rooms do.

pub mod oauth;
pub mod tus;

/// Every route of the protocols.
#[must_use]
pub fn routes() -> Vec<crate::http::Route> {
    let mut all = oauth::routes();
    all.extend(tus::routes());
    all
}

//! The licences that every exchange ships: their texts, summaries and terms.
//!
//! The texts of others stand word for word as the SPDX list has them, in English only: a translation would be no licence.
//! A summary is ours, helps choosing and binds nobody. The six commercial templates are ours in both languages.
//! A published text never changes; a correction is a new version label.

mod agreements;
mod built;
mod commercial;
mod creative;
mod open;
mod tools;

pub use built::built_templates;

use std::sync::LazyLock;

use super::terms::Terms;

/// A licence that ships with the server.
#[derive(Clone, Debug)]
pub struct Standard {
    /// The SPDX identifier, or `LicenseRef-Bourse-…`.
    pub code: &'static str,
    /// The version label of the text.
    pub label: &'static str,
    /// The title in Chinese.
    pub title_zh: &'static str,
    /// The title in English.
    pub title_en: &'static str,
    /// What it comes down to, in Chinese; no part of the licence.
    pub summary_zh: &'static str,
    /// What it comes down to, in English; no part of the licence.
    pub summary_en: &'static str,
    /// The Chinese text in Markdown; empty where there is no official one here.
    pub text_zh: &'static str,
    /// The English text: plain for the SPDX ones, Markdown for ours.
    pub text_en: &'static str,
    /// The SPDX identifier, if it has one.
    pub spdx: Option<&'static str>,
    /// What the server understands of it.
    pub terms: Terms,
}

static ALL: LazyLock<Vec<Standard>> = LazyLock::new(|| {
    let mut all = creative::licences();
    all.extend(open::licences());
    all.extend(agreements::licences());
    all.extend(commercial::licences());
    all.extend(built::licences());
    all
});

/// Lists the shipped licences: Creative Commons, other open ones, agreements, then the commercial templates.
#[must_use]
pub fn standard() -> &'static [Standard] {
    &ALL
}

/// Finds a shipped licence by its code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Standard> {
    ALL.iter().find(|licence| licence.code == code)
}

#[cfg(test)]
mod tests;

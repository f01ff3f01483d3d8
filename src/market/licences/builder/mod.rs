//! The builder: makes a licence text in both languages and its terms from the same parameters, so that they cannot
//! disagree. Each clause carries the terms it states; numbers and references are set when all clauses are there.
//!
//! A wording that changes here changes what is built from then on, and no text that was built before.

mod bounds;
mod clauses;
mod document;
mod parameters;
mod presets;
mod uses;

pub use parameters::{
    BadParameter, Commercial, Custom, Derivation, Liability, Parameters, Redistribution, Results, Sublicensing,
    Training,
};
pub use presets::{Preset, presets};

use super::terms::{BadTerms, Terms};
use document::Document;

/// What stands above a built text.
#[derive(Debug, Clone, Default)]
pub struct Heading<'a> {
    /// SPDX identifier or `LicenseRef-…`.
    pub code: &'a str,
    /// Its label.
    pub label: &'a str,
    /// Title in Chinese.
    pub title_zh: &'a str,
    /// Title in English.
    pub title_en: &'a str,
}

/// A clause as it was built: its number, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltClause {
    /// Its number, such as `§ 3.1`.
    pub number: String,
    /// What it says in Chinese.
    pub zh: String,
    /// What it says in English.
    pub en: String,
}

/// A built licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The Chinese text in Markdown.
    pub text_zh: String,
    /// The English text in Markdown.
    pub text_en: String,
    /// What the server understands of it.
    pub terms: Terms,
    /// The clauses one by one.
    pub clauses: Vec<BuiltClause>,
}

/// Why nothing was built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// Parameters that do not go together.
    #[error("parameters do not go together")]
    Parameters(Vec<BadParameter>),
    /// Terms that do not hold.
    #[error(transparent)]
    Terms(#[from] BadTerms),
}

/// Builds text and terms.
///
/// # Errors
/// [`BuildError`] with every parameter that does not go with the others.
pub fn build(heading: &Heading<'_>, parameters: &Parameters) -> Result<Built, BuildError> {
    let bad = parameters.faults();
    if !bad.is_empty() {
        return Err(BuildError::Parameters(bad));
    }
    let mut document = Document::default();
    clauses::definitions(&mut document, parameters);
    clauses::grant(&mut document);
    bounds::add(&mut document, parameters);
    uses::permitted(&mut document, parameters);
    uses::prohibited(&mut document, parameters);
    clauses::duties(&mut document, parameters);
    clauses::end(&mut document, parameters);
    clauses::liability(&mut document, parameters);
    clauses::term(&mut document, parameters);
    clauses::law(&mut document, parameters);
    clauses::custom(&mut document, parameters);
    Ok(document.finish(heading)?)
}

#[cfg(test)]
mod tests;

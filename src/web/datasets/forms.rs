//! What is typed about datasets and versions, in forms and in the API alike.

use crate::http::Typed;
use crate::http::problem::Fault;
use crate::market::datasets::{Card, Level};
use crate::values::{Line, Prose, Slug};
use crate::web::accounts::forms::{Faults, fault};
use serde::Deserialize;
use utoipa::ToSchema;

/// Sections of ISIC and GB/T 4754 that have words.
pub const SECTORS: &[&str] = &["A", "B", "C", "D", "E", "F", "G", "H", "I", "M"];
/// Kinds of data that have words.
pub const KINDS: &[&str] = &["time_series", "tables", "images", "documents", "mixed"];
/// Uses that have words.
pub const USE_CASES: &[&str] =
    &["predictive_maintenance", "quality_inspection", "energy", "supply_chain", "process_control", "other"];

/// Texts and facts of a dataset.
#[derive(Debug, Default, Clone, Deserialize, ToSchema)]
#[serde(default)]
pub struct DatasetTyped {
    /// The owner's name in addresses; only when beginning.
    pub organisation: String,
    /// The name in addresses; only when beginning.
    pub slug: String,
    /// Title in Chinese.
    pub title_zh: String,
    /// Title in English.
    pub title_en: String,
    /// Summary in Chinese.
    pub summary_zh: String,
    /// Summary in English.
    pub summary_en: String,
    /// Data card in Chinese, Markdown.
    pub card_zh: String,
    /// Data card in English, Markdown.
    pub card_en: String,
    /// Section of ISIC and GB/T 4754, one letter.
    pub sector: String,
    /// time_series, tables, images, documents or mixed.
    pub kind: String,
    /// predictive_maintenance, quality_inspection, energy, supply_chain, process_control or other.
    pub use_case: String,
    /// general, important or core.
    pub level: String,
    /// Where the data comes from and which rights the seller has.
    pub source_statement: String,
    /// Whom to ask.
    pub contact: String,
    /// The revision that the form showed.
    #[schema(ignore)]
    pub revision: String,
    /// What stood in the form when it was opened, see `conflict`.
    #[schema(ignore)]
    pub base: String,
}
impl Typed for DatasetTyped {}

fn listed(list: &[&str], text: &str) -> Option<String> {
    list.contains(&text).then(|| text.to_owned())
}

impl DatasetTyped {
    fn card(&self, faults: &mut Faults) -> Option<Card> {
        let title_zh = faults.text("title_zh", Line::optional(&self.title_zh));
        let title_en = faults.text("title_en", Line::optional(&self.title_en));
        if self.title_zh.trim().is_empty() && self.title_en.trim().is_empty() {
            faults.0.push(fault("title_en", "fault-one-language"));
        }
        let summary_zh = faults.text("summary_zh", Prose::optional(&self.summary_zh));
        let summary_en = faults.text("summary_en", Prose::optional(&self.summary_en));
        let card_zh = faults.text("card_zh", Prose::optional(&self.card_zh));
        let card_en = faults.text("card_en", Prose::optional(&self.card_en));
        let sector = faults.or("sector", listed(SECTORS, &self.sector), "fault-choice");
        let kind = faults.or("kind", listed(KINDS, &self.kind), "fault-choice");
        let use_case = faults.or("use_case", listed(USE_CASES, &self.use_case), "fault-choice");
        let level = faults.or("level", Level::parse(&self.level), "fault-choice");
        let source_statement = faults.text("source_statement", Prose::optional(&self.source_statement));
        let contact = faults.text("contact", Line::optional(&self.contact));
        Some(Card {
            title_zh: title_zh?,
            title_en: title_en?,
            summary_zh: summary_zh?,
            summary_en: summary_en?,
            card_zh: card_zh?,
            card_en: card_en?,
            sector: sector?,
            kind: kind?,
            use_case: use_case?,
            level: level?,
            source_statement: source_statement?,
            contact: contact?,
        })
    }
    /// Gives name and texts of a new dataset.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse_new(&self) -> Result<(Slug, Card), Vec<Fault>> {
        let mut faults = Faults::default();
        let slug = faults.or("slug", Slug::parse(&self.slug).ok().filter(|s| s.as_str() != "by-id"), "fault-slug");
        let card = self.card(&mut faults);
        if faults.0.is_empty() { slug.zip(card).ok_or(faults.0) } else { Err(faults.0) }
    }
    /// Gives changed texts.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse_change(&self) -> Result<Card, Vec<Fault>> {
        let mut faults = Faults::default();
        let card = self.card(&mut faults);
        if faults.0.is_empty() { card.ok_or(faults.0) } else { Err(faults.0) }
    }
}

/// A new version.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct VersionTyped {
    /// The label, such as 1.0.0.
    pub label: String,
    /// What is new.
    pub change_note: String,
}
impl Typed for VersionTyped {}
impl VersionTyped {
    /// Gives label and note.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<(Line, Prose), Vec<Fault>> {
        let mut faults = Faults::default();
        let plain = |l: &Line| {
            l.as_str().len() <= 40 && l.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b".-_+".contains(&b))
        };
        let label = faults.or("label", Line::parse(&self.label).ok().filter(plain), "fault-label");
        let note = faults.text("change_note", Prose::optional(&self.change_note));
        label.zip(note).ok_or(faults.0)
    }
}

/// Reads a percentage with at most two decimals as basis points.
pub(super) fn basis_points(text: &str) -> Option<i64> {
    let (whole, part) = text
        .trim()
        .trim_end_matches('%')
        .trim()
        .split_once('.')
        .unwrap_or((text.trim().trim_end_matches('%').trim(), ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<2}").parse().ok().filter(|p| *p <= 10_000)
}

/// Reads a whole number within bounds.
pub(super) fn days(text: &str, low: i64, high: i64) -> Option<i64> {
    text.trim().parse().ok().filter(|d| (low..=high).contains(d))
}

/// A form with a reason.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReasonTyped {
    /// The reason.
    pub reason: String,
}
impl Typed for ReasonTyped {}
impl ReasonTyped {
    /// Gives the reason.
    ///
    /// # Errors
    /// The fault of the field.
    pub fn parse(&self) -> Result<Line, Vec<Fault>> {
        let mut faults = Faults::default();
        faults.text("reason", Line::parse(&self.reason)).ok_or(faults.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages() {
        assert_eq!(basis_points("6"), Some(600));
        assert_eq!(basis_points("6.5 %"), Some(650));
        assert_eq!(basis_points("100"), Some(10_000));
        for bad in ["", "-1", "100.01", "6.555", "x", "1e2"] {
            assert_eq!(basis_points(bad), None, "{bad}");
        }
    }
}

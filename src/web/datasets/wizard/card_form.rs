//! The structured card as it is typed in the form and sent to the API: the same texts, read once for both.

use super::Pairs;
use crate::http::problem::Fault;
use crate::market::datasets::cards::{Both, CardField, Cover, Details, Held, Personal, Rhythm};
use crate::values::Prose;
use crate::web::accounts::forms::{Faults, fault};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A text in one or both languages.
#[derive(Debug, Default, Clone, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BothTyped {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// The structured data card.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CardTyped {
    /// Texts by field: equipment, sampling_rate, units, collection, processing, labelling, label_schema, label_agreement,
    /// limits, intended, unsuitable, personal_data, place, citation.
    pub texts: BTreeMap<String, BothTyped>,
    /// Right to hold the data: unstated, yes or no.
    pub right_holding: String,
    /// Right to use the data: unstated, yes or no.
    pub right_use: String,
    /// Right to operate with the data: unstated, yes or no.
    pub right_operation: String,
    /// Personal data: unstated, none, anonymised or present.
    pub personal: String,
    /// unstated, never, continuous, daily, weekly, monthly, quarterly, yearly or irregular.
    pub rhythm: String,
    /// First day, month or year covered, such as 2025-03.
    pub covers_from: String,
    /// Last day, month or year covered.
    pub covers_to: String,
}
impl Default for CardTyped {
    fn default() -> Self {
        Self::of(&Details::default())
    }
}

/// The names of the two form fields of a text.
pub(super) const fn names(field: CardField) -> (&'static str, &'static str) {
    match field {
        CardField::Equipment => ("equipment_zh", "equipment_en"),
        CardField::SamplingRate => ("sampling_rate_zh", "sampling_rate_en"),
        CardField::Units => ("units_zh", "units_en"),
        CardField::Collection => ("collection_zh", "collection_en"),
        CardField::Processing => ("processing_zh", "processing_en"),
        CardField::Labelling => ("labelling_zh", "labelling_en"),
        CardField::LabelSchema => ("label_schema_zh", "label_schema_en"),
        CardField::LabelAgreement => ("label_agreement_zh", "label_agreement_en"),
        CardField::Limits => ("limits_zh", "limits_en"),
        CardField::Intended => ("intended_zh", "intended_en"),
        CardField::Unsuitable => ("unsuitable_zh", "unsuitable_en"),
        CardField::PersonalData => ("personal_data_zh", "personal_data_en"),
        CardField::Place => ("place_zh", "place_en"),
        CardField::Citation => ("citation_zh", "citation_en"),
    }
}

impl CardTyped {
    /// The card as it is kept.
    #[must_use]
    pub fn of(details: &Details) -> Self {
        let both = |b: &Both| BothTyped { zh: b.zh.to_string(), en: b.en.to_string() };
        Self {
            texts: details.texts.iter().map(|(field, text)| (field.to_string(), both(text))).collect(),
            right_holding: details.right_holding.to_string(),
            right_use: details.right_use.to_string(),
            right_operation: details.right_operation.to_string(),
            personal: details.personal.to_string(),
            rhythm: details.rhythm.to_string(),
            covers_from: details.covers_from.as_str().to_owned(),
            covers_to: details.covers_to.as_str().to_owned(),
        }
    }
    /// The card as a form brings it.
    pub(super) fn of_form(form: &Pairs) -> Self {
        let text = |field: &CardField| {
            let (zh, en) = names(*field);
            let clean = |name| form.get(name).replace("\r\n", "\n");
            (field.to_string(), BothTyped { zh: clean(zh), en: clean(en) })
        };
        let plain = |name: &str| form.get(name).to_owned();
        Self {
            texts: CardField::ALL.iter().map(text).collect(),
            right_holding: plain("right_holding"),
            right_use: plain("right_use"),
            right_operation: plain("right_operation"),
            personal: plain("personal"),
            rhythm: plain("rhythm"),
            covers_from: plain("covers_from"),
            covers_to: plain("covers_to"),
        }
    }
    /// The text of a field as typed.
    pub(super) fn text(&self, field: CardField) -> BothTyped {
        self.texts.get(field.as_str()).cloned().unwrap_or_default()
    }
    /// Gives the card.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<Details, Vec<Fault>> {
        let mut faults = Faults::default();
        let mut texts = BTreeMap::new();
        for (name, typed) in &self.texts {
            let Some(field) = CardField::parse(name) else {
                faults.0.push(fault(name, "fault-unknown-field"));
                continue;
            };
            let (zh, en) = names(field);
            let (zh, en) = (faults.text(zh, Prose::optional(&typed.zh)), faults.text(en, Prose::optional(&typed.en)));
            if let Some(both) = zh.zip(en).map(|(zh, en)| Both { zh, en }).filter(|b| !b.is_empty()) {
                texts.insert(field, both);
            }
        }
        let mut held = |name, text: &str| faults.or(name, Held::parse(text), "fault-choice");
        let (holding, using, operating) = (
            held("right_holding", &self.right_holding),
            held("right_use", &self.right_use),
            held("right_operation", &self.right_operation),
        );
        let personal = faults.or("personal", Personal::parse(&self.personal), "fault-choice");
        let rhythm = faults.or("rhythm", Rhythm::parse(&self.rhythm), "fault-choice");
        let from = faults.or("covers_from", Cover::parse(&self.covers_from).ok(), "fault-cover");
        let to = faults.or("covers_to", Cover::parse(&self.covers_to).ok(), "fault-cover");
        if let (Some(from), Some(to)) = (&from, &to)
            && !to.as_str().is_empty()
            && to.is_before(from)
        {
            faults.0.push(fault("covers_to", "fault-cover-order"));
        }
        if !faults.0.is_empty() {
            return Err(faults.0);
        }
        Ok(Details {
            texts,
            right_holding: holding.unwrap_or_default(),
            right_use: using.unwrap_or_default(),
            right_operation: operating.unwrap_or_default(),
            personal: personal.unwrap_or_default(),
            rhythm: rhythm.unwrap_or_default(),
            covers_from: from.unwrap_or_default(),
            covers_to: to.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_are_told_at_once() {
        let mut typed =
            CardTyped { personal: "some".to_owned(), covers_from: "2026".to_owned(), ..CardTyped::default() };
        typed.covers_to = "2025-12".to_owned();
        typed.texts.insert("colour".to_owned(), BothTyped::default());
        typed.texts.insert("limits".to_owned(), BothTyped { zh: "a\u{202E}".to_owned(), ..BothTyped::default() });
        let faults = typed.parse().unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(fields, ["colour", "limits_zh", "personal", "covers_to"]);
        assert_eq!(CardTyped::default().parse().unwrap(), Details::default());
    }
}

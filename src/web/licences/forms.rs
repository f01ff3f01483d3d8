//! What is typed about an own licence.

use crate::http::Typed;
use crate::http::problem::Fault;
use crate::market::licences::terms::{Action, Rule, Verdict};
use crate::market::licences::{Licence, OwnLicence, Terms};
use crate::values::{Line, Prose, Slug};
use crate::web::accounts::forms::{Faults, fault};
use serde::Deserialize;
use utoipa::ToSchema;

/// An own licence: texts, and a verdict for each action.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct LicenceTyped {
    /// The organisation's name in addresses.
    pub organisation: String,
    /// The last part of the code.
    pub name: String,
    /// The label of the text.
    pub label: String,
    /// Title in Chinese.
    pub title_zh: String,
    /// Title in English.
    pub title_en: String,
    /// Text in Chinese, Markdown.
    pub text_zh: String,
    /// Text in English, Markdown.
    pub text_en: String,
    analyse: String,
    train_models: String,
    derive: String,
    publish_results: String,
    commercial_use: String,
    redistribute: String,
    sublicense: String,
}
impl Typed for LicenceTyped {}

impl LicenceTyped {
    /// Begins a careful licence: analysis allowed, passing on forbidden.
    #[must_use]
    pub fn begin(organisation: String) -> Self {
        let text = |t: &str| t.to_owned();
        Self {
            organisation,
            label: text("1.0"),
            analyse: text("allowed"),
            train_models: text("allowed"),
            derive: text("allowed"),
            publish_results: text("allowed"),
            commercial_use: text("forbidden"),
            redistribute: text("forbidden"),
            sublicense: text("forbidden"),
            ..Self::default()
        }
    }
    /// Fills the form with a licence, for its next version.
    pub fn go_on_from(&mut self, l: &Licence) {
        self.name = l.code.strip_prefix(&format!("LicenseRef-{}-", self.organisation)).unwrap_or_default().to_owned();
        self.label = super::build::next_label(&l.label);
        self.title_zh.clone_from(&l.title_zh);
        self.title_en.clone_from(&l.title_en);
        self.text_zh.clone_from(&l.text_zh);
        self.text_en.clone_from(&l.text_en);
        let verdict = |a: Action| l.terms.rule(a).verdict.code().to_owned();
        self.analyse = verdict(Action::Analyse);
        self.train_models = verdict(Action::TrainModels);
        self.derive = verdict(Action::Derive);
        self.publish_results = verdict(Action::PublishResults);
        self.commercial_use = verdict(Action::CommercialUse);
        self.redistribute = verdict(Action::Redistribute);
        self.sublicense = verdict(Action::Sublicense);
    }
    /// The verdicts as typed, in the order of the actions.
    #[must_use]
    pub fn verdicts(&self) -> [&str; 7] {
        [
            &self.analyse,
            &self.train_models,
            &self.derive,
            &self.publish_results,
            &self.commercial_use,
            &self.redistribute,
            &self.sublicense,
        ]
    }
    /// Gives the licence.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<OwnLicence, Vec<Fault>> {
        let mut faults = Faults::default();
        let name = faults.or("name", Slug::parse(&self.name).ok(), "fault-slug");
        let label = faults.text("label", Line::parse(&self.label));
        let title_zh = faults.text("title_zh", Line::optional(&self.title_zh));
        let title_en = faults.text("title_en", Line::optional(&self.title_en));
        let text_zh = faults.text("text_zh", Prose::optional(&self.text_zh));
        let text_en = faults.text("text_en", Prose::optional(&self.text_en));
        let no_title = self.title_zh.trim().is_empty() && self.title_en.trim().is_empty();
        let no_text = self.text_zh.trim().is_empty() && self.text_en.trim().is_empty();
        if no_title {
            faults.0.push(fault("title_en", "fault-one-language"));
        }
        if no_text {
            faults.0.push(fault("text_en", "fault-one-language"));
        }
        let mut rules = Vec::new();
        for (action, value) in Action::ALL.iter().zip(self.verdicts()) {
            if let Some(verdict) = faults.or(action.code(), Verdict::find(value), "fault-choice") {
                // The whole text is the clause: an own text has no numbers that we know of.
                let (note_zh, note_en) =
                    if verdict == Verdict::Conditional { ("见许可文本", "see the text") } else { ("", "") };
                rules.push(Rule {
                    action: *action,
                    clause: "§".to_owned(),
                    note_en: note_en.to_owned(),
                    note_zh: note_zh.to_owned(),
                    verdict,
                });
            }
        }
        let terms = Terms::new(rules, Vec::new(), Vec::new()).ok();
        match (name, label, title_zh, title_en, text_zh, text_en, terms) {
            (Some(name), Some(label), Some(title_zh), Some(title_en), Some(text_zh), Some(text_en), Some(terms))
                if faults.0.is_empty() =>
            {
                Ok(OwnLicence { name, label, title_zh, title_en, text_zh, text_en, terms })
            }
            _ => Err(faults.0),
        }
    }
}

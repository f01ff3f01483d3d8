//! What is typed about a standard.

use crate::http::Typed;
use crate::http::problem::Fault;
use crate::market::standards::{self, NewStandard, Standard};
use crate::measure::rules::{BadDefinition, Definition, Field, Rule};
use crate::values::{Line, Prose, Slug};
use crate::web::accounts::forms::{Faults, fault};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A standard in the operator's form: its fields and rules are one JSON text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StandardTyped {
    pub code: String,
    pub label: String,
    pub title_zh: String,
    pub title_en: String,
    pub text_zh: String,
    pub text_en: String,
    pub definition: String,
}
impl Typed for StandardTyped {}

/// A standard in the API.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StandardIn {
    /// Its code in small letters, digits and hyphens, the same for all its labels.
    pub code: String,
    /// The label, such as `2`.
    pub label: String,
    /// Title in Chinese; may be empty when the other is not.
    pub title_zh: String,
    /// Title in English.
    pub title_en: String,
    /// What it is for, in Chinese.
    pub text_zh: String,
    /// What it is for, in English.
    pub text_en: String,
    /// The fields.
    #[schema(value_type = Vec<Field>)]
    pub fields: Vec<Value>,
    /// The rules.
    #[schema(value_type = Vec<Rule>)]
    pub rules: Vec<Value>,
}

impl StandardTyped {
    /// An empty form with the shape of a definition.
    pub fn begin() -> Self {
        let shape = json!({
            "fields": [{ "name": "time", "names": ["ts", "时间"], "type": "instant", "required": true, "title_zh": "时间", "title_en": "Time" }],
            "rules": [{ "rule": "not_null", "field": "time" }],
        });
        Self { label: "1".to_owned(), definition: pretty(&shape), ..Self::default() }
    }
    /// The form with what a standard says, for its next label.
    pub fn after(s: &Standard) -> Self {
        let s = s.clone();
        let label = s.label.parse::<u32>().map_or(String::new(), |n| n.saturating_add(1).to_string());
        let definition = serde_json::to_value(&s.definition).unwrap_or_default();
        Self {
            code: s.code,
            label,
            title_zh: s.title_zh,
            title_en: s.title_en,
            text_zh: s.text_zh,
            text_en: s.text_en,
            definition: pretty(&definition),
        }
    }
    /// Gives the standard.
    ///
    /// # Errors
    /// The faults of all fields; those of the definition name their place.
    pub fn parse(&self) -> Result<NewStandard, Vec<Fault>> {
        let read: Result<Value, Fault> = serde_json::from_str(&self.definition).map_err(|e| Fault {
            field: "definition".to_owned(),
            message: "fault-standard-json",
            value: format!("{}:{}", e.line(), e.column()),
        });
        let definition = read.map_err(|f| vec![f]).and_then(|whole| {
            let named = |bad: BadDefinition| Fault { field: "definition".to_owned(), message: bad.code, value: bad.at };
            standards::definition(&whole).map_err(|list| list.into_iter().map(named).collect())
        });
        let texts = [&self.code, &self.label, &self.title_zh, &self.title_en, &self.text_zh, &self.text_en];
        together(texts.map(String::as_str), definition)
    }
}

impl StandardIn {
    /// Gives the standard.
    ///
    /// # Errors
    /// The faults of all fields, named by their place.
    pub fn parse(&self) -> Result<NewStandard, Vec<Fault>> {
        let whole = json!({ "fields": self.fields, "rules": self.rules });
        let named = |bad: BadDefinition| Fault { field: bad.at, message: bad.code, value: String::new() };
        let definition = standards::definition(&whole).map_err(|list| list.into_iter().map(named).collect());
        let texts = [&self.code, &self.label, &self.title_zh, &self.title_en, &self.text_zh, &self.text_en];
        together(texts.map(String::as_str), definition)
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn together(
    [code, label, title_zh, title_en, text_zh, text_en]: [&str; 6],
    definition: Result<Definition, Vec<Fault>>,
) -> Result<NewStandard, Vec<Fault>> {
    let mut faults = Faults::default();
    if title_zh.trim().is_empty() && title_en.trim().is_empty() {
        faults.0.push(fault("title_en", "fault-one-language"));
    }
    let code = faults.or("code", Slug::parse(code).ok(), "fault-slug");
    let label = faults.text("label", Line::parse(label));
    let title_zh = faults.text("title_zh", Line::optional(title_zh));
    let title_en = faults.text("title_en", Line::optional(title_en));
    let text_zh = faults.text("text_zh", Prose::optional(text_zh));
    let text_en = faults.text("text_en", Prose::optional(text_en));
    let definition = definition.map_err(|list| faults.0.extend(list)).ok();
    match (code, label, title_zh, title_en, text_zh, text_en, definition) {
        (Some(code), Some(label), Some(title_zh), Some(title_en), Some(text_zh), Some(text_en), Some(definition))
            if faults.0.is_empty() =>
        {
            Ok(NewStandard { code, label, title_zh, title_en, text_zh, text_en, definition })
        }
        _ => Err(faults.0),
    }
}

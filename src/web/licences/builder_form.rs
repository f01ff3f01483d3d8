//! What is typed into the builder of licences, in the form and in the API alike.

use crate::http::Typed;
use crate::http::problem::Fault;
use crate::market::licences::builder::{
    self, BuildError, Commercial, Custom, Derivation, Heading, Liability, Parameters, Redistribution, Results,
    Sublicensing, Training,
};
use crate::market::licences::drafts::Outline;
use crate::market::licences::terms::{BadTerms, FIELDS, Purpose, country, network};
use crate::values::{Line, Prose, Slug};
use crate::web::accounts::forms::{Faults, fault};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The duties that are a box each: the name of the field.
pub(super) const DUTIES: &[&str] =
    &["attribution", "share_alike", "delete_at_end", "report_use", "confidential", "audit"];
/// The wider circles of people that are a box each.
pub(super) const CIRCLES: &[&str] = &["affiliates", "contractors"];
/// The longest built text, in characters: that of any licence.
const LONGEST: usize = 20_000;

/// The builder's form: each field a text under its name.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(transparent)]
pub struct BuildTyped(pub BTreeMap<String, String>);
impl Typed for BuildTyped {}

/// A licence to be built, by API.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutlineIn {
    /// The organisation's name in addresses.
    pub organisation: String,
    /// The last part of the code.
    pub name: String,
    /// The label of the text.
    pub label: String,
    /// Title in Chinese.
    #[serde(default)]
    pub title_zh: String,
    /// Title in English.
    #[serde(default)]
    pub title_en: String,
    /// What it is built from, in the form in which `/api/v1/licence-presets` gives it; what is left out is as careful as
    /// can be.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub parameters: Parameters,
}

impl OutlineIn {
    /// Gives the outline.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<Outline, Vec<Fault>> {
        let mut faults = Faults::default();
        let parameters = tidied(&mut faults, self.parameters.clone());
        outline(faults, (&self.name, &self.label), (&self.title_zh, &self.title_en), parameters)
    }
}

/// Cleans the words among the parameters.
fn tidied(faults: &mut Faults, p: Parameters) -> Parameters {
    let mut clean =
        |field: &str, text: &str| faults.text(field, Line::optional(text)).map(|l| l.to_string()).unwrap_or_default();
    let (law_zh, law_en) = (clean("law_zh", &p.law_zh), clean("law_en", &p.law_en));
    let mut custom = Vec::new();
    for c in &p.custom {
        let mut prose = |field: &str, text: &str| {
            faults.text(field, Prose::optional(text)).map(|t| t.to_string()).unwrap_or_default()
        };
        custom.push(Custom { zh: prose("custom_zh", &c.zh), en: prose("custom_en", &c.en) });
    }
    let read = |list: &[String], read: fn(&str) -> Option<String>| {
        list.iter().map(|t| read(t).unwrap_or_else(|| t.clone())).collect::<Vec<_>>()
    };
    Parameters {
        territories: read(&p.territories, country),
        networks: read(&p.networks, network),
        law_zh,
        law_en,
        custom,
        ..p
    }
}

/// The field of the form that stands for a parameter or a kind of bound.
fn field_of(name: &'static str) -> &'static str {
    match name {
        "custom" => "custom_en",
        "purpose" => "purposes",
        "territory" => "territories",
        "field" => "fields",
        "duration" => "duration_days",
        "volume" => "volume_gib",
        other => other,
    }
}

fn build_fault(error: &BuildError) -> Vec<Fault> {
    match error {
        BuildError::Parameters(bad) => bad.iter().map(|b| fault(field_of(b.field), b.why)).collect(),
        BuildError::Terms(BadTerms::BadBound { at, value }) => {
            vec![Fault { field: field_of(at).to_owned(), message: "fault-term-value", value: value.clone() }]
        }
        BuildError::Terms(_) => vec![fault("custom_en", "fault-custom-clauses")],
    }
}

/// Holds names and parameters against each other, as far as can be seen without the organisation.
fn outline(
    mut faults: Faults,
    (name, label): (&str, &str),
    (title_zh, title_en): (&str, &str),
    parameters: Parameters,
) -> Result<Outline, Vec<Fault>> {
    let name = faults.or("name", Slug::parse(name).ok(), "fault-slug");
    let label = faults.text("label", Line::parse(label));
    if title_zh.trim().is_empty() && title_en.trim().is_empty() {
        faults.0.push(fault("title_en", "fault-one-language"));
    }
    let title_zh = faults.text("title_zh", Line::optional(title_zh));
    let title_en = faults.text("title_en", Line::optional(title_en));
    match builder::build(&Heading::default(), &parameters) {
        Ok(built) => {
            // The head adds code and titles, which are bounded.
            let room = LONGEST.saturating_sub(1000);
            if built.text_en.chars().count() > room || built.text_zh.chars().count() > room {
                faults.0.push(fault("custom_en", "fault-custom-clauses"));
            }
        }
        Err(error) => faults.0.extend(build_fault(&error)),
    }
    match (name, label, title_zh, title_en) {
        (Some(name), Some(label), Some(title_zh), Some(title_en)) if faults.0.is_empty() => {
            Ok(Outline { name, label, title_zh, title_en, parameters })
        }
        _ => Err(faults.0),
    }
}

impl BuildTyped {
    /// Gives a field as typed.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
    fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }
    fn is_on(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }
    /// Gives the chosen boxes of a group: those of its names that are on.
    #[must_use]
    pub fn chosen(&self, names: impl IntoIterator<Item = String>) -> String {
        names.into_iter().filter(|n| self.is_on(n)).collect::<Vec<_>>().join(" ")
    }
    /// Fills the form with parameters.
    #[must_use]
    pub fn of(organisation: &str, (name, label): (&str, &str), titles: (&str, &str), p: &Parameters) -> Self {
        let mut typed = Self::default();
        let pairs = [
            ("organisation", organisation),
            ("name", name),
            ("label", label),
            ("title_zh", titles.0),
            ("title_en", titles.1),
            ("training", p.training.as_str()),
            ("derivation", p.derivation.as_str()),
            ("results", p.results.as_str()),
            ("commercial", p.commercial.as_str()),
            ("redistribution", p.redistribution.as_str()),
            ("sublicensing", p.sublicensing.as_str()),
            ("liability", p.liability.as_str()),
            ("law_zh", &p.law_zh),
            ("law_en", &p.law_en),
        ];
        for (name, value) in pairs {
            typed.set(name, value);
        }
        typed.fill_lists(p);
        typed
    }
    fn fill_lists(&mut self, p: &Parameters) {
        for purpose in &p.purposes {
            self.set(format!("purpose_{}", purpose.code()), "on");
        }
        for field in &p.fields {
            self.set(format!("field_{}", field.to_ascii_lowercase()), "on");
        }
        let boxes = [p.attribution, p.share_alike, p.delete_at_end, p.report_use, p.confidential, p.audit];
        let circles = [p.affiliates, p.contractors];
        for (name, on) in DUTIES.iter().zip(boxes).chain(CIRCLES.iter().zip(circles)) {
            if on {
                self.set(*name, "on");
            }
        }
        for (name, number) in [
            ("seats", p.seats),
            ("duration_days", p.duration_days),
            ("downloads", p.downloads),
            ("volume_gib", p.volume_gib),
        ] {
            self.set(name, number.map(|n| n.to_string()).unwrap_or_default());
        }
        self.set("territories", p.territories.join(", "));
        self.set("networks", p.networks.join(", "));
        let side = |pick: fn(&Custom) -> &String| p.custom.iter().map(pick).cloned().collect::<Vec<_>>().join("\n\n");
        self.set("custom_zh", side(|c| &c.zh));
        self.set("custom_en", side(|c| &c.en));
    }
    /// Gives the outline.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<Outline, Vec<Fault>> {
        let mut faults = Faults::default();
        let parameters = self.parameters(&mut faults);
        let parameters = tidied(&mut faults, parameters);
        outline(faults, (self.get("name"), self.get("label")), (self.get("title_zh"), self.get("title_en")), parameters)
    }
    fn number(&self, faults: &mut Faults, name: &str) -> Option<u32> {
        let text = self.get(name).trim();
        if text.is_empty() { None } else { faults.or(name, text.parse().ok(), "fault-whole-number") }
    }
    fn parameters(&self, faults: &mut Faults) -> Parameters {
        macro_rules! choice {
            ($field:literal, $kind:ident, $none:expr) => {
                faults.or($field, $kind::parse(self.get($field)), "fault-choice").unwrap_or($none)
            };
        }
        Parameters {
            training: choice!("training", Training, Training::None),
            derivation: choice!("derivation", Derivation, Derivation::None),
            results: choice!("results", Results, Results::None),
            commercial: choice!("commercial", Commercial, Commercial::None),
            redistribution: choice!("redistribution", Redistribution, Redistribution::None),
            sublicensing: choice!("sublicensing", Sublicensing, Sublicensing::None),
            liability: choice!("liability", Liability, Liability::Price),
            purposes: Purpose::ALL.iter().copied().filter(|p| self.is_on(&format!("purpose_{}", p.code()))).collect(),
            territories: listed(self.get("territories")),
            fields: FIELDS
                .iter()
                .filter(|f| self.is_on(&format!("field_{}", f.to_ascii_lowercase())))
                .map(|f| (*f).to_owned())
                .collect(),
            affiliates: self.is_on("affiliates"),
            contractors: self.is_on("contractors"),
            seats: self.number(faults, "seats"),
            duration_days: self.number(faults, "duration_days"),
            downloads: self.number(faults, "downloads"),
            volume_gib: self.number(faults, "volume_gib"),
            networks: listed(self.get("networks")),
            attribution: self.is_on("attribution"),
            share_alike: self.is_on("share_alike"),
            delete_at_end: self.is_on("delete_at_end"),
            report_use: self.is_on("report_use"),
            confidential: self.is_on("confidential"),
            audit: self.is_on("audit"),
            law_zh: self.get("law_zh").to_owned(),
            law_en: self.get("law_en").to_owned(),
            custom: custom(self.get("custom_zh"), self.get("custom_en")),
        }
    }
}

/// The entries of a list that is typed with commas, blanks or line ends between them.
#[must_use]
pub fn listed(text: &str) -> Vec<String> {
    text.split([',', '，', '、', ';', '；', ' ', '\n', '\r', '\t'])
        .filter(|t| !t.is_empty())
        .map(str::to_owned)
        .collect()
}

/// One clause a paragraph; the paragraphs of both languages belong together in order.
fn custom(zh: &str, en: &str) -> Vec<Custom> {
    let paragraphs = |text: &str| -> Vec<String> {
        let text = text.replace("\r\n", "\n");
        text.split("\n\n").map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect()
    };
    let (zh, en) = (paragraphs(zh), paragraphs(en));
    let side = |list: &[String], at: usize| list.get(at).cloned().unwrap_or_default();
    (0..zh.len().max(en.len())).map(|at| Custom { zh: side(&zh, at), en: side(&en, at) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::licences::builder::presets;
    use crate::web::datasets::forms::SECTORS;

    #[test]
    fn the_form_gives_back_what_fills_it() {
        for preset in presets() {
            let mut p = preset.parameters;
            p.territories = vec!["CN".to_owned(), "DE".to_owned()];
            p.fields = vec!["C".to_owned(), "M".to_owned()];
            p.networks = vec!["192.0.2.0/24".to_owned()];
            p.seats = Some(5);
            p.law_zh = "德国法律".to_owned();
            p.law_en = "German law".to_owned();
            p.custom = vec![Custom { zh: "甲".to_owned(), en: "A".to_owned() }];
            let typed = BuildTyped::of("seller", ("fleet", "1.0"), ("标题", "Title"), &p);
            assert_eq!(typed.parse().unwrap().parameters, p, "{}", preset.name);
        }
    }

    #[test]
    fn every_fault_has_its_field() {
        let mut typed = BuildTyped::of("seller", ("", ""), ("", ""), &Parameters::default());
        typed.set("territories", "China");
        typed.set("seats", "many");
        typed.set("training", "secretly");
        let faults = typed.parse().unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(fields, ["training", "seats", "name", "label", "title_en", "territories"]);
    }

    #[test]
    fn fields_of_use_are_those_of_the_catalogue() {
        assert_eq!(FIELDS, SECTORS);
    }
}

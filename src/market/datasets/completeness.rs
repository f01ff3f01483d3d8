//! How far a dataset says what a buyer wants to know: published rules, each met or naming what is missing.
//!
//! The rules are this one table; the page of rules, the meter of a draft and the figure that buyers see are made of it.
//! A rule that is `needed` stands behind a condition of publication; the others only count.

use super::Dataset;
use super::cards::{CardField, Details, Personal, Rhythm};
use super::columns::Coverage;

/// The step at which what is missing can be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Title, summary, source, contact.
    Basics,
    /// The data card.
    Card,
    /// The files.
    Files,
    /// The declared schema.
    Schema,
    /// Licence and price.
    Licence,
}

/// What the rules look at.
#[derive(Debug)]
pub struct Standing<'s> {
    /// The dataset.
    pub dataset: &'s Dataset,
    /// Its structured card.
    pub details: &'s Details,
    /// How far the columns of the version say what they are.
    pub coverage: &'s Coverage,
    /// Files of the version.
    pub files: i64,
    /// Whether the version has tables.
    pub tabular: bool,
    /// Open offers.
    pub offers: usize,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is met.
    Met,
    /// It is not; the names of what is missing, where there are names.
    Missing(String),
    /// It does not apply to this kind of data.
    Beside,
}

/// A published rule. Its words are `rule-CODE` and `rule-CODE-text`.
#[derive(Debug)]
pub struct Rule {
    /// The stable code.
    pub code: &'static str,
    /// Where what is missing can be filled in.
    pub task: Task,
    /// Whether nothing can be published without it.
    pub needed: bool,
    check: fn(&Standing) -> Found,
}

const fn rule(code: &'static str, task: Task, needed: bool, check: fn(&Standing) -> Found) -> Rule {
    Rule { code, task, needed, check }
}

const fn met(yes: bool) -> Found {
    if yes { Found::Met } else { Found::Missing(String::new()) }
}

fn named(names: &[String]) -> Found {
    if names.is_empty() { Found::Met } else { Found::Missing(names.join(", ")) }
}

fn columns(s: &Standing, names: &[String]) -> Found {
    if !s.tabular {
        Found::Beside
    } else if s.coverage.columns == 0 {
        Found::Missing(String::new())
    } else {
        named(names)
    }
}

/// Every rule, in the order of the steps. Each counts one point.
pub static RULES: &[Rule] =
    &[
        rule("title-and-summary", Task::Basics, true, |s| {
            let d = s.dataset;
            let told = |title: &str, summary: &str| !title.is_empty() && !summary.is_empty();
            met(told(&d.title_zh, &d.summary_zh) || told(&d.title_en, &d.summary_en))
        }),
        rule("both-languages", Task::Basics, false, |s| {
            let d = s.dataset;
            met([&d.title_zh, &d.title_en, &d.summary_zh, &d.summary_en].iter().all(|t| !t.is_empty()))
        }),
        rule("source", Task::Basics, true, |s| met(!s.dataset.source_statement.is_empty())),
        rule("contact", Task::Basics, false, |s| met(!s.dataset.contact.is_empty())),
        rule("description", Task::Basics, false, |s| {
            let long = |text: &str, least: usize| text.chars().count() >= least;
            // A Chinese character says about what three Latin letters say.
            met(long(&s.dataset.card_zh, 80) || long(&s.dataset.card_en, 240))
        }),
        rule("rights", Task::Card, false, |s| met(s.details.states_rights())),
        rule("equipment", Task::Card, false, |s| met(s.details.has(CardField::Equipment))),
        rule("sampling", Task::Card, false, |s| {
            let timed = s.dataset.kind == "time_series";
            if timed { met(s.details.has(CardField::SamplingRate)) } else { Found::Beside }
        }),
        rule("collection", Task::Card, false, |s| met(s.details.has(CardField::Collection))),
        rule("processing", Task::Card, false, |s| met(s.details.has(CardField::Processing))),
        rule("labelling", Task::Card, false, |s| {
            let labelled = matches!(s.dataset.use_case.as_str(), "quality_inspection" | "predictive_maintenance");
            if labelled { met(s.details.has(CardField::Labelling)) } else { Found::Beside }
        }),
        rule("limits", Task::Card, false, |s| met(s.details.has(CardField::Limits))),
        rule("uses", Task::Card, false, |s| {
            met(s.details.has(CardField::Intended) && s.details.has(CardField::Unsuitable))
        }),
        rule("personal", Task::Card, false, |s| {
            let open = s.details.personal == Personal::Unstated;
            // Whoever has personal data in it also says what was done about it.
            let bare = s.details.personal == Personal::Present && !s.details.has(CardField::PersonalData);
            met(!open && !bare)
        }),
        rule("coverage", Task::Card, false, |s| {
            met(!s.details.covers_from.as_str().is_empty() && s.details.has(CardField::Place))
        }),
        rule("rhythm", Task::Card, false, |s| met(s.details.rhythm != Rhythm::Unstated)),
        rule("citation", Task::Card, false, |s| met(s.details.has(CardField::Citation))),
        rule("files", Task::Files, true, |s| met(s.files > 0)),
        rule("columns-described", Task::Schema, false, |s| columns(s, &s.coverage.undescribed)),
        rule("columns-units", Task::Schema, false, |s| columns(s, &s.coverage.unitless)),
        rule("offer", Task::Licence, false, |s| met(s.offers > 0)),
    ];

/// What a rule says about a dataset.
#[derive(Debug)]
pub struct Outcome {
    /// The rule.
    pub rule: &'static Rule,
    /// What it found.
    pub found: Found,
}

/// Asks every rule.
#[must_use]
pub fn assess(standing: &Standing) -> Vec<Outcome> {
    RULES.iter().map(|rule| Outcome { rule, found: (rule.check)(standing) }).collect()
}

/// Counts points: rules that are met, and rules that apply.
#[must_use]
pub fn points(outcomes: &[Outcome]) -> (usize, usize) {
    let met = outcomes.iter().filter(|o| o.found == Found::Met).count();
    (met, outcomes.iter().filter(|o| o.found != Found::Beside).count())
}

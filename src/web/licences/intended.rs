//! An intended use as typed, and what a licence says to it as blocks and JSON: here and on purchase requests.

use crate::http::Typed;
use crate::http::problem::Fault;
use crate::market::licences::may::{Answer as Said, Evaluation, IntendedUse, Part};
use crate::market::licences::terms::{Action, FIELDS, Purpose, Recipient, country};
use crate::values::Lang;
use crate::web::accounts::forms::{Faults, fault};
use crate::web::licences::builder_form::listed;
use crate::web::sheet::{Block, Cell, Fields, Mark, Table};
use crate::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The most countries of one intended use.
const MOST: usize = 250;

/// An intended use in a form: each box and field under its name.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(transparent)]
pub struct IntendedTyped(pub BTreeMap<String, String>);
impl Typed for IntendedTyped {}

/// An intended use by API, in codes.
#[derive(Debug, Default, Clone, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IntendedIn {
    /// `analyse`, `train_models`, `derive`, `publish_results`, `commercial_use`, `redistribute`, `sublicense`.
    pub actions: Vec<String>,
    /// `evaluation`, `research`, `internal`, `products`.
    pub purposes: Vec<String>,
    /// ISO 3166-1 alpha-2.
    pub territories: Vec<String>,
    /// Sections of ISIC and GB/T 4754.
    pub fields: Vec<String>,
    /// `staff`, `contractors`, `affiliates`, `consortium`, `others`.
    pub recipients: Vec<String>,
}

/// Reads codes; one that is none is a fault of its field.
fn codes<T: Ord>(faults: &mut Faults, field: &str, list: &[String], read: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let mut out = Vec::new();
    if list.len() > MOST {
        faults.0.push(fault(field, "fault-choice"));
        return out;
    }
    for code in list {
        match read(code) {
            Some(value) => out.push(value),
            None => faults.0.push(Fault { field: field.to_owned(), message: "fault-term-value", value: code.clone() }),
        }
    }
    out.sort();
    out.dedup();
    out
}

impl IntendedIn {
    /// Gives the intended use.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<IntendedUse, Vec<Fault>> {
        let mut faults = Faults::default();
        let field = |f: &str| FIELDS.contains(&f).then(|| f.to_owned());
        let intended = IntendedUse {
            actions: codes(&mut faults, "actions", &self.actions, Action::find),
            purposes: codes(&mut faults, "purposes", &self.purposes, Purpose::find),
            territories: codes(&mut faults, "territories", &self.territories, country),
            fields: codes(&mut faults, "fields", &self.fields, field),
            recipients: codes(&mut faults, "recipients", &self.recipients, Recipient::find),
        };
        if faults.0.is_empty() { Ok(intended) } else { Err(faults.0) }
    }
}

impl IntendedTyped {
    fn on(&self, stem: &str, code: &str) -> bool {
        self.0.get(&format!("{stem}_{}", code.to_ascii_lowercase())).is_some_and(|v| !v.is_empty())
    }
    fn chosen(&self, stem: &str, codes: &[&str]) -> Vec<String> {
        codes.iter().filter(|c| self.on(stem, c)).map(|c| (*c).to_owned()).collect()
    }
    fn territories(&self) -> &str {
        self.0.get("territories").map_or("", String::as_str)
    }
    /// Gives the intended use.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<IntendedUse, Vec<Fault>> {
        IntendedIn {
            actions: self.chosen("use", &Action::ALL.iter().map(|a| a.code()).collect::<Vec<_>>()),
            purposes: self.chosen("for", &Purpose::ALL.iter().map(|p| p.code()).collect::<Vec<_>>()),
            territories: listed(self.territories()),
            fields: self.chosen("in", FIELDS),
            recipients: self.chosen("by", &Recipient::ALL.iter().map(|r| r.code()).collect::<Vec<_>>()),
        }
        .parse()
    }
    /// Adds the fields to a form.
    #[must_use]
    pub fn fields<'f>(&self, fields: Fields<'f>, lang: Lang) -> Fields<'f> {
        let say = |key: &str| words::say(lang, key);
        let group = |stem: &'static str, list: Vec<(&'static str, String)>| {
            let value = list.iter().filter(|(c, _)| self.on(stem, c)).map(|(c, _)| name(stem, c));
            (value.collect::<Vec<_>>().join(" "), list.into_iter().map(move |(c, t)| (name(stem, c), t, String::new())))
        };
        let actions = group("use", Action::ALL.iter().map(|a| (a.code(), say(a.key()))).collect());
        let purposes = group("for", Purpose::ALL.iter().map(|p| (p.code(), say(p.key()))).collect());
        let recipients = group("by", Recipient::ALL.iter().map(|r| (r.code(), say(r.key()))).collect());
        let section = |f: &'static str| (f, say(&format!("sector-{}", f.to_ascii_lowercase())));
        let sections = group("in", FIELDS.iter().copied().map(section).collect());
        fields
            .keyed("actions", "intended_actions", "checks", &actions.0, "")
            .choices(actions.1)
            .keyed("purposes", "intended_purposes", "checks", &purposes.0, "")
            .choices(purposes.1)
            .keyed("territories", "intended_territories", "text", self.territories(), "")
            .half()
            .keyed("fields", "intended_fields", "checks", &sections.0, "")
            .choices(sections.1)
            .keyed("recipients", "intended_recipients", "checks", &recipients.0, "")
            .choices(recipients.1)
    }
}

fn name(stem: &str, code: &str) -> String {
    format!("{stem}_{}", code.to_ascii_lowercase())
}

/// An answer as a mark.
#[must_use]
pub fn mark(lang: Lang, said: Said) -> Mark {
    let (class, icon, key) = match said {
        Said::Allowed => ("ok", "check", "verdict-allowed"),
        Said::Conditional => ("warn", "cond", "verdict-conditional"),
        Said::NotStated => ("plain", "info", "not-stated"),
        Said::Forbidden => ("bad", "cross", "verdict-forbidden"),
    };
    Mark { class, icon, text: words::say(lang, key) }
}

/// Names a part in words: its kind and itself.
fn part_words(lang: Lang, part: &Part) -> (String, String) {
    let say = |key: &str| words::say(lang, key);
    match part {
        Part::Action(a) => (say("part-action"), say(a.key())),
        Part::Purpose(p) => (say("part-purpose"), say(p.key())),
        Part::Territory(t) => (say("part-territory"), t.clone()),
        Part::Field(f) => (say("part-field"), say(&format!("sector-{}", f.to_ascii_lowercase()))),
        Part::Recipient(r) => (say("part-recipient"), say(r.key())),
    }
}

/// What a licence says to an intended use, as blocks.
#[must_use]
pub fn blocks(lang: Lang, found: &Evaluation) -> Vec<Block> {
    let say = |key: &str| words::say(lang, key);
    let rows = found
        .findings
        .iter()
        .map(|f| {
            let (kind, words) = part_words(lang, &f.part);
            let clause = if f.clause.is_empty() { "–".to_owned() } else { f.clause.clone() };
            vec![
                Cell::text(words).with_small(kind),
                Cell::mark(mark(lang, f.answer)),
                Cell::text(clause).with_small(lang.pick(&f.note_zh, &f.note_en)),
            ]
        })
        .collect();
    let heads = ["head-part", "head-answer", "head-clause"].map(|k| (say(k), false)).to_vec();
    let mut blocks = vec![Block::Table(Table { label: say("may-i"), heads, rows, ..Table::default() })];
    if !found.duties.is_empty() {
        let between = if lang == Lang::Zh { "；" } else { "; " };
        let duties = found.duties.iter().map(|d| format!("{} ({})", say(d.duty.key()), d.clause));
        let duties = duties.collect::<Vec<_>>().join(between);
        blocks.push(Block::Text(words::with(lang, "may-duties", &[("duties", &duties)])));
    }
    if !found.unread.is_empty() {
        let clauses = found.unread.iter().map(|c| c.clause.clone()).collect::<Vec<_>>().join(", ");
        blocks.push(Block::Notice("warn", "warn", words::with(lang, "may-unread", &[("clauses", &clauses)])));
    }
    blocks
}

/// One part and the answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingOut {
    /// `action`, `purpose`, `territory`, `field` or `recipient`.
    part: &'static str,
    value: String,
    /// `allowed`, `conditional`, `not_stated` or `forbidden`.
    answer: &'static str,
    clause: String,
    note_en: String,
    note_zh: String,
}

/// A duty and who keeps it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyOut {
    duty: &'static str,
    clause: String,
    /// `enforced` by the server or `promised` by the parties.
    keeper: &'static str,
}

/// What a licence says to an intended use.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvaluationOut {
    /// The licence.
    pub licence: String,
    /// Its hash.
    pub licence_sha256: String,
    /// The worst of the answers.
    overall: &'static str,
    parts: Vec<FindingOut>,
    duties: Vec<DutyOut>,
    /// Clauses that only people understand.
    unread_clauses: Vec<String>,
}

/// Puts an evaluation into the shape of the API.
#[must_use]
pub fn out(licence: String, licence_sha256: String, found: &Evaluation) -> EvaluationOut {
    let finding = |f: &crate::market::licences::may::Finding| {
        let (part, value) = f.part.code();
        FindingOut {
            part,
            value: value.to_owned(),
            answer: f.answer.as_str(),
            clause: f.clause.clone(),
            note_en: f.note_en.clone(),
            note_zh: f.note_zh.clone(),
        }
    };
    EvaluationOut {
        licence,
        licence_sha256,
        overall: found.overall.as_str(),
        parts: found.findings.iter().map(finding).collect(),
        duties: found
            .duties
            .iter()
            .map(|d| DutyOut { duty: d.duty.code(), clause: d.clause.clone(), keeper: d.duty.keeper().code() })
            .collect(),
        unread_clauses: found.unread.iter().map(|c| c.clause.clone()).collect(),
    }
}

//! A text that grows: sections of clauses in both languages, each with the terms it states, and names for references.

use super::super::terms::{
    Action, BadTerms, Constraint, ConstraintClause, CustomClause, Duty, DutyClause, Limit, LimitClause, Rule,
    Statement, StatementClause, Terms, Verdict,
};
use super::{Built, BuiltClause, Heading};
use std::collections::BTreeMap;

/// What a clause states, in a form that the server understands.
#[derive(Debug, Clone)]
pub(super) enum Says {
    /// A verdict on an action, with its notes in Chinese and English.
    Use(Action, Verdict, &'static str, &'static str),
    /// A duty.
    Duty(Duty),
    /// A limit of delivery.
    Limit(Limit),
    /// A bound of the use.
    Bound(Constraint),
    /// A statement, with its notes in Chinese and English.
    Statement(Statement, String, String),
    /// Something for people alone: how it begins in Chinese and English.
    Custom(String, String),
}

#[derive(Debug)]
struct Clause {
    name: &'static str,
    zh: String,
    en: String,
    says: Vec<Says>,
    /// Whether references in it are ours to set.
    ours: bool,
}

#[derive(Debug)]
struct Section {
    name: &'static str,
    zh: &'static str,
    en: &'static str,
    clauses: Vec<Clause>,
}

/// The text as far as it goes.
#[derive(Debug, Default)]
pub(super) struct Document {
    sections: Vec<Section>,
}

impl Document {
    /// Begins a section under a name, with its heads in Chinese and English.
    pub(super) fn section(&mut self, name: &'static str, zh: &'static str, en: &'static str) {
        self.sections.push(Section { name, zh, en, clauses: Vec::new() });
    }
    /// Adds a clause; `{name}` in it becomes the number of the clause or section of that name.
    pub(super) fn add(&mut self, name: &'static str, zh: impl Into<String>, en: impl Into<String>, says: Vec<Says>) {
        self.put(Clause { name, zh: zh.into(), en: en.into(), says, ours: true });
    }
    /// Adds words of others, which stay as they are.
    pub(super) fn foreign(&mut self, zh: String, en: String, says: Says) {
        self.put(Clause { name: "", zh, en, says: vec![says], ours: false });
    }
    fn put(&mut self, clause: Clause) {
        if let Some(section) = self.sections.last_mut() {
            section.clauses.push(clause);
        }
    }
    fn numbers(&self) -> BTreeMap<&'static str, String> {
        let mut numbers = BTreeMap::new();
        for (s, section) in (1..).zip(&self.sections) {
            numbers.insert(section.name, format!("§ {s}"));
            for (c, clause) in (1..).zip(&section.clauses) {
                numbers.insert(clause.name, format!("§ {s}.{c}"));
            }
        }
        numbers
    }
    /// Sets the numbers, and gives texts and terms.
    pub(super) fn finish(self, heading: &Heading<'_>) -> Result<Built, BadTerms> {
        let numbers = self.numbers();
        let set = |text: &str, ours: bool| {
            let mut text = text.to_owned();
            if ours {
                for (name, number) in numbers.iter().filter(|(name, _)| !name.is_empty()) {
                    text = text.replace(&format!("{{{name}}}"), number);
                }
            }
            text
        };
        let mut zh =
            head(heading.title_zh, heading.title_en, ZH_NOTE, &format!("{} · 版本 {}", heading.code, heading.label));
        let mut en =
            head(heading.title_en, heading.title_zh, EN_NOTE, &format!("{} · Version {}", heading.code, heading.label));
        let (mut clauses, mut terms) = (Vec::new(), Parts::default());
        for (s, section) in (1..).zip(&self.sections) {
            zh.push_str(&format!("\n## § {s} {}\n", section.zh));
            en.push_str(&format!("\n## § {s} {}\n", section.en));
            for (c, clause) in (1..).zip(&section.clauses) {
                let number = format!("§ {s}.{c}");
                let built = BuiltClause { zh: set(&clause.zh, clause.ours), en: set(&clause.en, clause.ours), number };
                zh.push_str(&format!("\n{} {}\n", built.number, built.zh));
                en.push_str(&format!("\n{} {}\n", built.number, built.en));
                for says in &clause.says {
                    terms.take(says, &built.number);
                }
                clauses.push(built);
            }
        }
        Ok(Built { text_zh: zh, text_en: en, terms: terms.done()?, clauses })
    }
}

const ZH_NOTE: &str = "本文由合同模板生成，不构成法律意见。使用前请由专业人士审阅，并根据具体交易调整。";
const EN_NOTE: &str =
    "This was made from a template and is no legal advice. Have it reviewed by a professional before you use it.";

fn head(title: &str, other: &str, note: &str, label: &str) -> String {
    let title = if title.is_empty() { other } else { title };
    format!("# {title}\n\n> {note}\n\n{label}\n")
}

/// The terms as far as they go.
#[derive(Default)]
struct Parts {
    rules: Vec<Rule>,
    duties: Vec<DutyClause>,
    limits: Vec<LimitClause>,
    constraints: Vec<ConstraintClause>,
    statements: Vec<StatementClause>,
    custom: Vec<CustomClause>,
}

impl Parts {
    fn take(&mut self, says: &Says, number: &str) {
        let clause = number.to_owned();
        match says {
            Says::Use(action, verdict, zh, en) => self.rules.push(Rule {
                action: *action,
                clause,
                note_en: (*en).to_owned(),
                note_zh: (*zh).to_owned(),
                verdict: *verdict,
            }),
            Says::Duty(duty) => self.duties.push(DutyClause { clause, duty: *duty }),
            Says::Limit(limit) => self.limits.push(LimitClause { clause, limit: *limit }),
            Says::Bound(constraint) => {
                self.constraints.push(ConstraintClause { clause, constraint: constraint.clone() });
            }
            Says::Statement(statement, zh, en) => self.statements.push(StatementClause {
                clause,
                note_en: en.clone(),
                note_zh: zh.clone(),
                statement: *statement,
            }),
            Says::Custom(zh, en) => {
                self.custom.push(CustomClause { clause, note_en: en.clone(), note_zh: zh.clone() });
            }
        }
    }
    fn done(self) -> Result<Terms, BadTerms> {
        Terms::new(self.rules, self.duties, self.limits)?.bounded(self.constraints, self.statements, self.custom)
    }
}

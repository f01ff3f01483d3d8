//! What the operator types about the rules. Each form changes one part of the edition that it showed.

use crate::http::Typed;
use crate::http::problem::Fault;
use crate::market::rules::{Answer, Book, Level, LevelRule, MOST_ANSWERS, Moderation, Phrase, Question};
use crate::web::accounts::forms::{Faults, fault};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The names of the fields of the answers: code, Chinese, English, level.
pub(super) const ANSWERS: [[&str; 4]; MOST_ANSWERS] = [
    ["a1_code", "a1_zh", "a1_en", "a1_level"],
    ["a2_code", "a2_zh", "a2_en", "a2_level"],
    ["a3_code", "a3_zh", "a3_en", "a3_level"],
    ["a4_code", "a4_zh", "a4_en", "a4_level"],
];

/// A form about the rules.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct RulesTyped {
    /// The edition that the form showed.
    #[serde(default)]
    pub edition: String,
    /// Why the rules change.
    #[serde(default)]
    pub note: String,
    /// The other fields.
    #[serde(flatten)]
    pub rest: BTreeMap<String, String>,
}
impl Typed for RulesTyped {}

/// The lists that are written as lines.
pub(super) const LISTS: [&str; 4] = ["classes", "moderator_checks", "compliance_checks", "reasons"];

/// The points of one of the lists.
pub(super) fn list<'b>(book: &'b mut Book, part: &str) -> Option<&'b mut Vec<Phrase>> {
    match part {
        "classes" => Some(&mut book.classes),
        "moderator_checks" => Some(&mut book.moderator_checks),
        "compliance_checks" => Some(&mut book.compliance_checks),
        "reasons" => Some(&mut book.reasons),
        _ => None,
    }
}

/// Writes points as lines: `code | 中文 | English`.
pub(super) fn lines(list: &[Phrase]) -> String {
    list.iter().map(|p| format!("{} | {} | {}\n", p.code, p.zh, p.en)).collect()
}

/// Reads points from lines; a fault names its line.
pub(super) fn phrases(text: &str) -> Result<Vec<Phrase>, Vec<Fault>> {
    let mut list = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, l)| !l.trim().is_empty()) {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        match parts.as_slice() {
            [code, zh, en] => {
                list.push(Phrase { code: (*code).to_owned(), zh: (*zh).to_owned(), en: (*en).to_owned() });
            }
            _ => {
                let mut bad = fault("lines", "fault-line");
                bad.value = i32::to_string(&number);
                return Err(vec![bad]);
            }
        }
    }
    Ok(list)
}

impl RulesTyped {
    /// Gives a field as typed.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.rest.get(name).map_or("", |v| v.trim())
    }
    fn checked(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }
    /// Gives the moderation.
    ///
    /// # Errors
    /// The fault of the field.
    pub fn moderation(&self) -> Result<Moderation, Vec<Fault>> {
        Moderation::parse(self.get("moderation")).ok_or_else(|| vec![fault("moderation", "fault-choice")])
    }
    /// Gives the rule of a level.
    ///
    /// # Errors
    /// The fault of the field.
    pub fn level(&self, level: Level) -> Result<LevelRule, Vec<Fault>> {
        let typed = self.get("territories").to_ascii_uppercase();
        let territories: Vec<String> =
            typed.split([',', '，', ' ', '、']).filter(|t| !t.is_empty()).map(str::to_owned).collect();
        if !territories.iter().all(|t| t.len() == 2 && t.bytes().all(|b| b.is_ascii_uppercase())) {
            return Err(vec![fault("territories", "fault-territories")]);
        }
        Ok(LevelRule {
            level,
            listing: self.checked("listing"),
            filing: self.checked("filing"),
            compliance_publishing: self.checked("compliance_publishing"),
            verified_buyer: self.checked("verified_buyer"),
            territories,
            compliance_purchase: self.checked("compliance_purchase"),
        })
    }
    /// Gives a question; rows of answers that are left empty are left out.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn question(&self, book: &Book) -> Result<Question, Vec<Fault>> {
        let mut faults = Faults::default();
        let full = |name: &'static str, faults: &mut Faults| {
            faults
                .or(name, Some(self.get(name).to_owned()).filter(|t| !t.is_empty()), "fault-empty")
                .unwrap_or_default()
        };
        let (code, zh, en) = (full("code", &mut faults), full("zh", &mut faults), full("en", &mut faults));
        let mut answers = Vec::new();
        for [code, zh, en, level] in ANSWERS {
            if [code, zh, en].iter().all(|name| self.get(name).is_empty()) {
                continue;
            }
            let (a, b, c) = (full(code, &mut faults), full(zh, &mut faults), full(en, &mut faults));
            if let Some(level) = faults.or(level, Level::parse(self.get(level)), "fault-choice") {
                answers.push(Answer { code: a, zh: b, en: c, level });
            }
        }
        if answers.len() < 2 {
            faults.0.push(fault("a1_code", "fault-two-answers"));
        }
        if !faults.0.is_empty() {
            return Err(faults.0);
        }
        // All classes checked is the same as no choice, also when a class is added later.
        let mut classes: Vec<String> = book
            .classes
            .iter()
            .filter(|c| self.checked(&format!("class:{}", c.code)))
            .map(|c| c.code.clone())
            .collect();
        if classes.len() == book.classes.len() {
            classes.clear();
        }
        Ok(Question { code, zh, en, basis: self.get("basis").to_owned(), classes, answers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_round_trip_as_lines() {
        let book = crate::market::rules::planted().unwrap();
        assert_eq!(phrases(&lines(&book.reasons)).unwrap(), book.reasons);
        let bad = phrases("a | 甲 | A\n\nb | 乙").unwrap_err();
        assert_eq!((bad[0].message, bad[0].value.as_str()), ("fault-line", "3"));
    }

    #[test]
    fn a_form_of_a_question() {
        let book = crate::market::rules::planted().unwrap();
        let mut typed = RulesTyped::default();
        let mut put = |name: &str, text: &str| typed.rest.insert(name.to_owned(), text.to_owned());
        for (name, text) in [("code", "area"), ("zh", "是否？"), ("en", "Is it?"), ("class:research", "on")] {
            put(name, text);
        }
        for (name, text) in [("a1_code", "no"), ("a1_zh", "否"), ("a1_en", "No"), ("a1_level", "general")] {
            put(name, text);
        }
        assert_eq!(typed.question(&book).unwrap_err()[0].message, "fault-two-answers");
        for (name, text) in [("a3_code", "yes"), ("a3_zh", "是"), ("a3_en", "Yes"), ("a3_level", "core")] {
            typed.rest.insert(name.to_owned(), text.to_owned());
        }
        let q = typed.question(&book).unwrap();
        assert_eq!((q.classes.as_slice(), q.answers.len()), (["research".to_owned()].as_slice(), 2));
    }

    #[test]
    fn territories_as_people_type_them() {
        let typed = |text: &str| RulesTyped {
            rest: BTreeMap::from([("territories".to_owned(), text.to_owned())]),
            ..RulesTyped::default()
        };
        assert_eq!(typed("cn, DE，fr").level(Level::General).unwrap().territories, ["CN", "DE", "FR"]);
        assert!(typed("").level(Level::General).unwrap().territories.is_empty());
        assert!(typed("China").level(Level::General).is_err());
    }
}

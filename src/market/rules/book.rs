//! One edition of the rules as data, and the two things that are done with it: it is checked, and it grades answers.

use crate::values::{Lang, text_enum};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Questions of one edition.
pub const MOST_QUESTIONS: usize = 20;
/// Answers of one question.
pub const MOST_ANSWERS: usize = 4;
/// Points of one list: classes, checks, reasons.
const MOST_PHRASES: usize = 20;

text_enum! {
    /// The level of industrial data (DOMAIN.md 6), from the lightest to the gravest.
    Level {
        /// General data.
        General = "general",
        /// Important data.
        Important = "important",
        /// Core data.
        Core = "core",
    }
}

text_enum! {
    /// Which versions a moderator sees before they are published.
    Moderation {
        /// None.
        Off = "off",
        /// Those of an organisation that has published nothing yet.
        First = "first",
        /// Every one.
        Every = "every",
    }
}

/// Something said in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrase {
    /// Its name in answers and records: small letters, digits, hyphens, underscores.
    pub code: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}
impl Phrase {
    /// Gives the words in a language.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

/// An answer that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Its name.
    pub code: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// The level that it leads to at least.
    pub level: Level,
}
impl Answer {
    /// Gives the words in a language.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

/// A question of the questionnaire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its name.
    pub code: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// The law or standard that it rests on; may be empty.
    pub basis: String,
    /// The classes for which it is asked; all when empty.
    pub classes: Vec<String>,
    /// What can be answered.
    pub answers: Vec<Answer>,
}
impl Question {
    /// Gives the words in a language.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
    /// Tells whether it is asked for a class.
    #[must_use]
    pub fn is_for(&self, class: &str) -> bool {
        self.classes.is_empty() || self.classes.iter().any(|c| c == class)
    }
}

/// What a level means on this exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the columns of a table of yes and no")]
pub struct LevelRule {
    /// The level.
    pub level: Level,
    /// Whether such data may be listed.
    pub listing: bool,
    /// Whether a filing reference is needed.
    pub filing: bool,
    /// Whether the compliance officer approves before a version is published.
    pub compliance_publishing: bool,
    /// Whether the buyer must be a verified organisation.
    pub verified_buyer: bool,
    /// The countries from which it may be bought (ISO 3166-1 alpha-2); all when empty.
    pub territories: Vec<String>,
    /// Whether the compliance officer approves each purchase.
    pub compliance_purchase: bool,
}
impl LevelRule {
    /// Tells whether a buyer of a country is in the territory.
    #[must_use]
    pub fn reaches(&self, country: &str) -> bool {
        self.territories.is_empty() || self.territories.iter().any(|t| t == country)
    }
}

/// One edition of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// Which versions a moderator sees first.
    pub moderation: Moderation,
    /// The classes of data.
    pub classes: Vec<Phrase>,
    /// The questions.
    pub questions: Vec<Question>,
    /// The rules, one for each level.
    pub levels: Vec<LevelRule>,
    /// What a moderator checks before approving.
    pub moderator_checks: Vec<Phrase>,
    /// What the compliance officer checks before approving.
    pub compliance_checks: Vec<Phrase>,
    /// Ready-made reasons for returning a version.
    pub reasons: Vec<Phrase>,
}

/// An edition that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {why}")]
pub struct BadBook {
    /// Where: a path such as `questions.economy.answers.own`.
    pub at: String,
    /// Why: `code`, `double`, `text`, `few`, `many`, `class`, `level`, `country`.
    pub why: &'static str,
}

/// Answers that do not fit the questions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// No such class.
    #[error("no such class of data")]
    Class,
    /// This question has no answer, or one that it does not offer.
    #[error("question {0} is not answered")]
    Question(String),
    /// Something was answered that is not asked.
    #[error("{0} is not asked")]
    NotAsked(String),
}

fn bad(at: impl Into<String>, why: &'static str) -> BadBook {
    BadBook { at: at.into(), why }
}

/// Checks names and words of one list.
fn listed<'p>(
    at: &str,
    least: usize,
    most: usize,
    list: impl ExactSizeIterator<Item = (&'p str, &'p str, &'p str)>,
) -> Result<(), BadBook> {
    if list.len() < least {
        return Err(bad(at, "few"));
    }
    if list.len() > most {
        return Err(bad(at, "many"));
    }
    let mut seen = BTreeSet::new();
    for (code, zh, en) in list {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        if code.is_empty() || code.len() > 40 || !code.bytes().all(plain) {
            return Err(bad(format!("{at}.{code}"), "code"));
        }
        if !seen.insert(code) {
            return Err(bad(format!("{at}.{code}"), "double"));
        }
        let fits =
            |text: &str| !text.trim().is_empty() && text.chars().count() <= 500 && !text.contains(char::is_control);
        if !fits(zh) || !fits(en) {
            return Err(bad(format!("{at}.{code}"), "text"));
        }
    }
    Ok(())
}

fn phrases(at: &str, least: usize, list: &[Phrase]) -> Result<(), BadBook> {
    listed(at, least, MOST_PHRASES, list.iter().map(|p| (p.code.as_str(), p.zh.as_str(), p.en.as_str())))
}

impl Book {
    /// Checks that the edition can be used: names once each, words in both languages, a rule for each level, something
    /// to ask for each class.
    ///
    /// # Errors
    /// [`BadBook`] says where and why.
    pub fn check(&self) -> Result<(), BadBook> {
        phrases("classes", 1, &self.classes)?;
        phrases("moderator_checks", 0, &self.moderator_checks)?;
        phrases("compliance_checks", 0, &self.compliance_checks)?;
        phrases("reasons", 0, &self.reasons)?;
        let questions = self.questions.iter().map(|q| (q.code.as_str(), q.zh.as_str(), q.en.as_str()));
        listed("questions", 1, MOST_QUESTIONS, questions)?;
        for q in &self.questions {
            let at = format!("questions.{}", q.code);
            let answers = q.answers.iter().map(|a| (a.code.as_str(), a.zh.as_str(), a.en.as_str()));
            listed(&format!("{at}.answers"), 2, MOST_ANSWERS, answers)?;
            if q.classes.iter().any(|c| !self.classes.iter().any(|k| k.code == *c)) {
                return Err(bad(at, "class"));
            }
            if q.basis.chars().count() > 200 || q.basis.contains(char::is_control) {
                return Err(bad(format!("{at}.basis"), "text"));
            }
        }
        if let Some(class) = self.classes.iter().find(|c| !self.questions.iter().any(|q| q.is_for(&c.code))) {
            return Err(bad(format!("classes.{}", class.code), "few"));
        }
        for level in Level::ALL {
            if self.levels.iter().filter(|r| r.level == *level).count() != 1 {
                return Err(bad(format!("levels.{level}"), "level"));
            }
        }
        for rule in &self.levels {
            let country = |t: &String| t.len() == 2 && t.bytes().all(|b| b.is_ascii_uppercase());
            if rule.territories.len() > 250 || !rule.territories.iter().all(country) {
                return Err(bad(format!("levels.{}.territories", rule.level), "country"));
            }
        }
        Ok(())
    }

    /// Gives the rule of a level. An edition without one, which [`Book::check`] excludes, forbids everything.
    #[must_use]
    pub fn rule(&self, level: Level) -> LevelRule {
        self.levels.iter().find(|r| r.level == level).cloned().unwrap_or(LevelRule {
            level,
            listing: false,
            filing: true,
            compliance_publishing: true,
            verified_buyer: true,
            territories: Vec::new(),
            compliance_purchase: true,
        })
    }

    /// Gives the questions that are asked for a class, in order.
    pub fn asked<'b>(&'b self, class: &'b str) -> impl Iterator<Item = &'b Question> {
        self.questions.iter().filter(move |q| q.is_for(class))
    }

    /// Grades: the gravest level that an answer leads to.
    ///
    /// # Errors
    /// [`BadAnswer`] when a question is not answered, or something is answered that is not asked.
    pub fn grade(&self, class: &str, answers: &BTreeMap<String, String>) -> Result<Level, BadAnswer> {
        if !self.classes.iter().any(|c| c.code == class) {
            return Err(BadAnswer::Class);
        }
        let mut level = Level::General;
        for q in self.asked(class) {
            let given = answers.get(&q.code);
            let answer = q.answers.iter().find(|a| Some(&a.code) == given);
            level = level.max(answer.ok_or_else(|| BadAnswer::Question(q.code.clone()))?.level);
        }
        match answers.keys().find(|code| !self.asked(class).any(|q| q.code == **code)) {
            Some(code) => Err(BadAnswer::NotAsked(code.clone())),
            None => Ok(level),
        }
    }

    /// Names the parts in which another edition differs.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        [
            ("moderation", self.moderation != other.moderation),
            ("classes", self.classes != other.classes),
            ("questions", self.questions != other.questions),
            ("levels", self.levels != other.levels),
            ("moderator_checks", self.moderator_checks != other.moderator_checks),
            ("compliance_checks", self.compliance_checks != other.compliance_checks),
            ("reasons", self.reasons != other.reasons),
        ]
        .into_iter()
        .filter_map(|(part, differs)| differs.then_some(part))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Book {
        crate::market::rules::planted().unwrap()
    }
    fn lightest(class: &str) -> BTreeMap<String, String> {
        let book = book();
        book.asked(class).map(|q| (q.code.clone(), q.answers[0].code.clone())).collect()
    }

    #[test]
    fn the_planted_rules_can_be_used() {
        book().check().unwrap();
        let core = book().rule(Level::Core);
        assert!(!core.listing);
        let important = book().rule(Level::Important);
        assert!(important.filing && important.compliance_publishing && important.compliance_purchase);
        assert!(important.reaches("CN") && !important.reaches("DE"));
        assert!(book().rule(Level::General).reaches("DE"));
    }

    #[test]
    fn the_gravest_answer_counts() {
        for class in ["research", "production", "operation", "management", "external"] {
            assert_eq!(book().grade(class, &lightest(class)), Ok(Level::General), "{class}");
        }
        let mut answers = lightest("production");
        answers.insert("cascade".to_owned(), "yes".to_owned());
        assert_eq!(book().grade("production", &answers), Ok(Level::Important));
        answers.insert("accident".to_owned(), "area".to_owned());
        assert_eq!(book().grade("production", &answers), Ok(Level::Core));
    }

    #[test]
    fn every_question_is_answered_and_no_other() {
        let mut answers = lightest("research");
        assert_eq!(book().grade("secret", &answers), Err(BadAnswer::Class));
        answers.insert("persons".to_owned(), "no".to_owned());
        assert_eq!(book().grade("research", &answers), Err(BadAnswer::NotAsked("persons".to_owned())));
        answers.remove("persons");
        answers.insert("economy".to_owned(), "perhaps".to_owned());
        assert_eq!(book().grade("research", &answers), Err(BadAnswer::Question("economy".to_owned())));
        answers.remove("economy");
        assert_eq!(book().grade("research", &answers), Err(BadAnswer::Question("economy".to_owned())));
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let why = |change: fn(&mut Book)| {
            let mut book = book();
            change(&mut book);
            book.check().unwrap_err().to_string()
        };
        assert_eq!(why(|b| b.levels.truncate(2)), "levels.core: level");
        assert_eq!(why(|b| b.questions[0].code = "Ä".to_owned()), "questions.Ä: code");
        assert_eq!(why(|b| b.questions[1].code = b.questions[0].code.clone()), "questions.catalogue: double");
        assert_eq!(why(|b| b.questions[0].answers[0].zh.clear()), "questions.catalogue.answers.no: text");
        assert_eq!(why(|b| b.questions[0].answers.truncate(1)), "questions.catalogue.answers: few");
        assert_eq!(why(|b| b.questions[0].classes.push("x".to_owned())), "questions.catalogue: class");
        assert_eq!(why(|b| b.levels[1].territories.push("China".to_owned())), "levels.important.territories: country");
        assert_eq!(why(|b| b.questions.clear()), "questions: few");
        assert_eq!(why(|b| b.reasons[0].en = "a\nb".to_owned()), "reasons.texts: text");
    }

    #[test]
    fn differences_are_named() {
        let mut other = book();
        assert!(book().differences(&other).is_empty());
        other.moderation = Moderation::Every;
        other.levels[0].verified_buyer = true;
        assert_eq!(book().differences(&other), ["moderation", "levels"]);
    }
}

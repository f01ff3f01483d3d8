//! “May I?”: what a licence says to an intended use, part by part, each with the clause it stands on. Pure: terms and
//! use in, findings out.
//!
//! What the terms do not speak of is *not stated*; nothing is guessed from silence.

use super::terms::{
    Action, Bound, Constraint, CustomClause, DutyClause, Limit, Purpose, Recipient, Rule, Terms, Verdict,
};
use crate::values::text_enum;
use serde::{Deserialize, Serialize};

text_enum! {
    /// What the terms say, from good to bad.
    Answer {
        /// It may be done.
        Allowed = "allowed",
        /// It may be done on a condition.
        Conditional = "conditional",
        /// The terms do not speak of it.
        NotStated = "not_stated",
        /// It may not be done.
        Forbidden = "forbidden",
    }
}

/// What somebody means to do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IntendedUse {
    /// The actions.
    pub actions: Vec<Action>,
    /// What for.
    pub purposes: Vec<Purpose>,
    /// Where: ISO 3166-1 alpha-2.
    pub territories: Vec<String>,
    /// In which fields: sections of ISIC.
    pub fields: Vec<String>,
    /// By whom.
    pub recipients: Vec<Recipient>,
}

impl IntendedUse {
    /// Tells whether nothing is meant.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.actions.is_empty()
            && self.purposes.is_empty()
            && self.territories.is_empty()
            && self.fields.is_empty()
            && self.recipients.is_empty()
    }
}

/// A part of an intended use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// An action.
    Action(Action),
    /// A purpose.
    Purpose(Purpose),
    /// A country.
    Territory(String),
    /// A field.
    Field(String),
    /// Who has the data.
    Recipient(Recipient),
}

impl Part {
    /// Gives the kind of part and its own code.
    #[must_use]
    pub fn code(&self) -> (&'static str, &str) {
        match self {
            Self::Action(a) => ("action", a.code()),
            Self::Purpose(p) => ("purpose", p.code()),
            Self::Territory(t) => ("territory", t),
            Self::Field(f) => ("field", f),
            Self::Recipient(r) => ("recipient", r.code()),
        }
    }
}

/// What the terms say to one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The part.
    pub part: Part,
    /// What they say.
    pub answer: Answer,
    /// The clause; empty when nothing is stated.
    pub clause: String,
    /// The condition or remark, in English.
    pub note_en: String,
    /// The condition or remark, in Chinese.
    pub note_zh: String,
}

/// What a licence says to a whole intended use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The worst of the answers.
    pub overall: Answer,
    /// Each part.
    pub findings: Vec<Finding>,
    /// The duties that come with any use.
    pub duties: Vec<DutyClause>,
    /// The clauses that this evaluation does not know: somebody must read them.
    pub unread: Vec<CustomClause>,
}

/// Evaluates an intended use.
#[must_use]
pub fn may(terms: &Terms, use_: &IntendedUse) -> Evaluation {
    let mut findings: Vec<Finding> = use_.actions.iter().map(|a| by_rule(Part::Action(*a), terms.rule(*a))).collect();
    findings.extend(use_.purposes.iter().map(|p| purpose(terms, *p)));
    findings.extend(use_.territories.iter().map(|t| listed(terms, Bound::Territory, Part::Territory(t.clone()))));
    findings.extend(use_.fields.iter().map(|f| listed(terms, Bound::Field, Part::Field(f.clone()))));
    findings.extend(use_.recipients.iter().map(|r| recipient(terms, *r)));
    Evaluation {
        overall: findings.iter().map(|f| f.answer).max().unwrap_or(Answer::NotStated),
        findings,
        duties: terms.duties().to_vec(),
        unread: terms.custom().to_vec(),
    }
}

fn by_rule(part: Part, rule: &Rule) -> Finding {
    let answer = match rule.verdict {
        Verdict::Allowed => Answer::Allowed,
        Verdict::Conditional => Answer::Conditional,
        Verdict::Forbidden => Answer::Forbidden,
    };
    Finding { part, answer, clause: rule.clause.clone(), note_en: rule.note_en.clone(), note_zh: rule.note_zh.clone() }
}

fn bare(part: Part, answer: Answer, clause: &str) -> Finding {
    Finding { part, answer, clause: clause.to_owned(), note_en: String::new(), note_zh: String::new() }
}

/// By the list of a bound: in it or not, or not stated.
fn listed(terms: &Terms, bound: Bound, part: Part) -> Finding {
    match terms.bound(bound) {
        Some(entry) => {
            let inside = entry.constraint.values().iter().any(|v| v == part.code().1);
            bare(part, if inside { Answer::Allowed } else { Answer::Forbidden }, &entry.clause)
        }
        None => bare(part, Answer::NotStated, ""),
    }
}

/// Products and services for others are use for profit, whatever the purposes say.
fn purpose(terms: &Terms, purpose: Purpose) -> Finding {
    let found = listed(terms, Bound::Purpose, Part::Purpose(purpose));
    if purpose == Purpose::Products && found.answer != Answer::Forbidden {
        return by_rule(Part::Purpose(purpose), terms.rule(Action::CommercialUse));
    }
    found
}

fn recipient(terms: &Terms, recipient: Recipient) -> Finding {
    let part = Part::Recipient(recipient);
    if terms.bound(Bound::Recipients).is_some() {
        return listed(terms, Bound::Recipients, part);
    }
    let passing_on = terms.rule(Action::Redistribute);
    match recipient {
        Recipient::Staff => match terms.limits().iter().find(|l| l.limit == Limit::HolderOnly) {
            Some(limit) => bare(part, Answer::Allowed, &limit.clause),
            None => by_rule(part, terms.rule(Action::Analyse)),
        },
        // A processor works for the holder: that passing on is forbidden does not yet forbid it.
        Recipient::Contractors if passing_on.verdict == Verdict::Forbidden => bare(part, Answer::NotStated, ""),
        Recipient::Contractors | Recipient::Affiliates | Recipient::Consortium | Recipient::Others => {
            by_rule(part, passing_on)
        }
    }
}

/// Tells whether a constraint bounds the use, and not the delivery: those that an intended use can be held against.
#[must_use]
pub const fn bounds_use(constraint: &Constraint) -> bool {
    matches!(
        constraint,
        Constraint::Purpose(_) | Constraint::Territory(_) | Constraint::Field(_) | Constraint::Recipients(_)
    )
}

#[cfg(test)]
mod tests {
    use super::super::builder::{Heading, Parameters, Redistribution, build, presets};
    use super::super::standard::find;
    use super::*;

    fn built(change: impl FnOnce(&mut Parameters)) -> Terms {
        let mut parameters = Parameters::default();
        change(&mut parameters);
        build(&Heading::default(), &parameters).unwrap().terms
    }

    /// Answers to all actions, purposes, and recipients, in order.
    fn answers(terms: &Terms) -> String {
        let all = IntendedUse {
            actions: Action::ALL.to_vec(),
            purposes: Purpose::ALL.to_vec(),
            territories: vec!["CN".to_owned(), "DE".to_owned()],
            fields: vec!["C".to_owned()],
            recipients: Recipient::ALL.to_vec(),
        };
        let letter = |f: &Finding| match f.answer {
            Answer::Allowed => "y",
            Answer::Conditional => "c",
            Answer::NotStated => "?",
            Answer::Forbidden => "n",
        };
        let found = may(terms, &all);
        assert!(found.findings.iter().all(|f| f.clause.is_empty() == (f.answer == Answer::NotStated)));
        found.findings.iter().map(letter).collect()
    }

    #[test]
    fn the_table_of_answers() {
        // actions (7), purposes (4), CN, DE, field C, recipients (5)
        let table = [
            ("CC0-1.0", "yyyyyyy???y???yyyyy"),
            ("CC-BY-NC-4.0", "yyccncn???n???ycccc"),
            ("LicenseRef-Bourse-Evaluation", "ycccnnn???n???y?nnn"),
            ("LicenseRef-Bourse-Model-Training", "yyccc nn???c???y?nnn"),
            ("LicenseRef-Bourse-Research", "yyccnnnnynn???yynnn"),
            ("LicenseRef-Bourse-Consortium-Member", "yycccccc???????yyyyn"),
        ];
        for (code, _) in table {
            assert_eq!(answers(&find(code).unwrap().terms).len(), 19, "{code}");
        }
        let nc = answers(&find("CC-BY-NC-4.0").unwrap().terms);
        assert_eq!((&nc[4..5], &nc[10..11]), ("n", "n"));
        assert_eq!(answers(&find("LicenseRef-Bourse-Evaluation").unwrap().terms), "ycccnnn???n???y?nnn");
        assert_eq!(answers(&find("LicenseRef-Bourse-Research").unwrap().terms), "yyccnnnnynn???yynnn");
        let member = answers(&find("LicenseRef-Bourse-Consortium-Member").unwrap().terms);
        assert_eq!(&member[14..], "yyyyn");
    }

    #[test]
    fn bounds_decide_with_their_clause() {
        let terms = built(|p| {
            p.territories = vec!["CN".to_owned()];
            p.fields = vec!["C".to_owned()];
            p.purposes = vec![Purpose::Internal];
        });
        assert_eq!(&answers(&terms)[7..], "nnynynyyynnn");
        let use_ = IntendedUse { territories: vec!["DE".to_owned()], ..IntendedUse::default() };
        let found = may(&terms, &use_);
        assert_eq!((found.overall, found.findings.len()), (Answer::Forbidden, 1));
        assert!(found.findings[0].clause.starts_with("§ 2."));
        assert_eq!(may(&terms, &IntendedUse::default()).overall, Answer::NotStated);
    }

    #[test]
    fn whoever_may_have_it_is_not_bounded() {
        let terms = built(|p| {
            p.redistribution = Redistribution::Anyone;
            p.confidential = false;
            p.delete_at_end = false;
        });
        assert_eq!(&answers(&terms)[14..], "ycccc");
    }

    #[test]
    fn clauses_that_nobody_understands_are_named() {
        let terms = built(|p| {
            p.custom = vec![super::super::builder::Custom { zh: String::new(), en: "Tea at five.".to_owned() }];
        });
        assert_eq!(may(&terms, &IntendedUse::default()).unread[0].note_en, "Tea at five.");
        assert_eq!(presets().len(), 6);
    }
}

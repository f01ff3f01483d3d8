//! Terms: what a licence text allows, forbids and asks for, in a form that the server understands.
//!
//! A pure value: it knows neither the text (see `standard`) nor the database. Each entry cites the clause it stands on, so
//! that a reader can check it. Who changes an action, a duty or a limit starts in `kinds`.

mod bad;
mod bounds;
mod kinds;

pub use bad::BadTerms;
pub use bounds::{
    Bound, Constraint, ConstraintClause, CustomClause, FIELDS, Purpose, Recipient, Statement, StatementClause, country,
    network,
};
pub use kinds::{Action, Duty, Keeper, Limit, Verdict};

use serde::{Deserialize, Serialize};

/// The longest clause reference, in characters.
pub const CLAUSE_MAX: usize = 40;
/// The longest note in one language, in characters.
pub const NOTE_MAX: usize = 200;

/// What the licence says on one action.
// The fields of this file stand in the order of their names: the canonical JSON is also that of RFC 8785.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The action.
    pub action: Action,
    /// The clause that says so, as `§ 3.1` or `Section 2(a)(1)`; words of an unnumbered text stand in “ ”.
    pub clause: String,
    /// The condition or remark in English; may be empty.
    pub note_en: String,
    /// The condition or remark in Chinese; may be empty.
    pub note_zh: String,
    /// How far the action may be done.
    pub verdict: Verdict,
}

impl Rule {
    /// Tells who keeps this rule.
    #[must_use]
    pub const fn keeper(&self) -> Keeper {
        self.action.keeper()
    }
}

/// A duty and the clause it stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyClause {
    /// The clause, as in [`Rule`].
    pub clause: String,
    /// The duty.
    pub duty: Duty,
}

/// A limit of delivery and the clause it stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitClause {
    /// The clause, as in [`Rule`].
    pub clause: String,
    /// The limit.
    pub limit: Limit,
}

/// The terms of one licence: one rule for each action, in the order of [`Action::ALL`], and each duty, limit, constraint
/// and statement at most once. Lists that came later are left out when they are empty, so that the hash of older terms
/// stays what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Draft")]
pub struct Terms {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    constraints: Vec<ConstraintClause>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    custom: Vec<CustomClause>,
    duties: Vec<DutyClause>,
    limits: Vec<LimitClause>,
    rules: Vec<Rule>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    statements: Vec<StatementClause>,
}

/// Terms as they come in, before they are checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Draft {
    #[serde(default)]
    constraints: Vec<ConstraintClause>,
    #[serde(default)]
    custom: Vec<CustomClause>,
    #[serde(default)]
    duties: Vec<DutyClause>,
    #[serde(default)]
    limits: Vec<LimitClause>,
    rules: Vec<Rule>,
    #[serde(default)]
    statements: Vec<StatementClause>,
}

impl TryFrom<Draft> for Terms {
    type Error = BadTerms;

    fn try_from(draft: Draft) -> Result<Self, BadTerms> {
        Self::new(draft.rules, draft.duties, draft.limits)?.bounded(draft.constraints, draft.statements, draft.custom)
    }
}

impl Terms {
    /// Makes terms of entries in any order.
    ///
    /// # Errors
    /// [`BadTerms`], naming the first entry at fault and what to do about it.
    pub fn new(
        mut rules: Vec<Rule>,
        mut duties: Vec<DutyClause>,
        mut limits: Vec<LimitClause>,
    ) -> Result<Self, BadTerms> {
        for action in Action::ALL {
            match rules.iter().filter(|rule| rule.action == *action).count() {
                0 => return Err(BadTerms::Missing { at: action.code() }),
                1 => {}
                2.. => return Err(BadTerms::Twice { at: action.code() }),
            }
        }
        rules.sort_by_key(|rule| rule.action);
        duties.sort_by_key(|entry| entry.duty);
        limits.sort_by_key(|entry| entry.limit);
        if let Some(entry) = duties.iter().zip(duties.iter().skip(1)).find(|(a, b)| a.duty == b.duty) {
            return Err(BadTerms::Twice { at: entry.0.duty.code() });
        }
        if let Some(entry) = limits.iter().zip(limits.iter().skip(1)).find(|(a, b)| a.limit == b.limit) {
            return Err(BadTerms::Twice { at: entry.0.limit.code() });
        }
        for rule in &rules {
            check_rule(rule)?;
        }
        for entry in &duties {
            check_clause(entry.duty.code(), &entry.clause)?;
        }
        for entry in &limits {
            check_clause(entry.limit.code(), &entry.clause)?;
        }
        Ok(Self { constraints: Vec::new(), custom: Vec::new(), duties, limits, rules, statements: Vec::new() })
    }

    /// Adds what bounds the use, what the text states besides, and the clauses that the server does not understand.
    ///
    /// # Errors
    /// [`BadTerms`], naming the first entry at fault.
    pub fn bounded(
        mut self,
        constraints: Vec<ConstraintClause>,
        mut statements: Vec<StatementClause>,
        custom: Vec<CustomClause>,
    ) -> Result<Self, BadTerms> {
        self.constraints = bounds::checked(constraints)?;
        statements.sort_by_key(|entry| entry.statement);
        if let Some(twice) = statements.iter().zip(statements.iter().skip(1)).find(|(a, b)| a.statement == b.statement)
        {
            return Err(BadTerms::Twice { at: twice.0.statement.code() });
        }
        for entry in &self.constraints {
            check_clause(entry.constraint.bound().code(), &entry.clause)?;
        }
        for entry in &statements {
            check_clause(entry.statement.code(), &entry.clause)?;
            check_notes(entry.statement.code(), [&entry.note_zh, &entry.note_en])?;
        }
        for entry in &custom {
            check_clause("custom", &entry.clause)?;
            check_notes("custom", [&entry.note_zh, &entry.note_en])?;
        }
        self.statements = statements;
        self.custom = custom;
        Ok(self)
    }

    /// Takes the shipped terms as they stand; a test in `standard` holds them to [`Terms::new`].
    pub(super) const fn shipped(rules: Vec<Rule>, duties: Vec<DutyClause>, limits: Vec<LimitClause>) -> Self {
        Self { constraints: Vec::new(), custom: Vec::new(), duties, limits, rules, statements: Vec::new() }
    }

    /// Reads terms from JSON.
    ///
    /// # Errors
    /// [`BadTerms::Unreadable`] for anything but an object of this shape, else as [`Terms::new`].
    pub fn parse(json: &str) -> Result<Self, BadTerms> {
        let draft: Draft = serde_json::from_str(json).map_err(|error| BadTerms::Unreadable(error.to_string()))?;
        draft.try_into()
    }

    /// Writes the one JSON form that is stored and hashed: no blanks, keys and entries in fixed order (RFC 8785).
    #[must_use]
    pub fn canonical(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// Gives the rule on an action; there always is one.
    #[must_use]
    pub fn rule(&self, action: Action) -> &Rule {
        &self.rules[action.place()]
    }

    /// Gives all rules, in the order of [`Action::ALL`].
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Gives the duties, in the order of [`Duty::ALL`].
    #[must_use]
    pub fn duties(&self) -> &[DutyClause] {
        &self.duties
    }

    /// Gives the limits of delivery, in the order of [`Limit::ALL`].
    #[must_use]
    pub fn limits(&self) -> &[LimitClause] {
        &self.limits
    }

    /// Gives what bounds the use, in the order of [`Bound::ALL`].
    #[must_use]
    pub fn constraints(&self) -> &[ConstraintClause] {
        &self.constraints
    }

    /// Finds the constraint of a kind.
    #[must_use]
    pub fn bound(&self, bound: Bound) -> Option<&ConstraintClause> {
        self.constraints.iter().find(|entry| entry.constraint.bound() == bound)
    }

    /// Gives the longest term of a grant, in days, where the text sets one.
    #[must_use]
    pub fn longest_days(&self) -> Option<u32> {
        self.constraints.iter().find_map(|entry| match entry.constraint {
            Constraint::Duration(days) => Some(days),
            Constraint::Purpose(_)
            | Constraint::Territory(_)
            | Constraint::Field(_)
            | Constraint::Recipients(_)
            | Constraint::Seats(_)
            | Constraint::Downloads(_)
            | Constraint::Volume(_)
            | Constraint::Networks(_) => None,
        })
    }

    /// Gives what the text states besides, in the order of [`Statement::ALL`].
    #[must_use]
    pub fn statements(&self) -> &[StatementClause] {
        &self.statements
    }

    /// Gives the clauses that the server does not understand, in the order of the text.
    #[must_use]
    pub fn custom(&self) -> &[CustomClause] {
        &self.custom
    }

    /// Lists the rules with this verdict.
    pub fn with(&self, verdict: Verdict) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.verdict == verdict)
    }

    /// Lists what is allowed.
    pub fn allowed(&self) -> impl Iterator<Item = &Rule> {
        self.with(Verdict::Allowed)
    }

    /// Lists what is allowed on a condition.
    pub fn conditional(&self) -> impl Iterator<Item = &Rule> {
        self.with(Verdict::Conditional)
    }

    /// Lists what is forbidden.
    pub fn forbidden(&self) -> impl Iterator<Item = &Rule> {
        self.with(Verdict::Forbidden)
    }
}

fn check_rule(rule: &Rule) -> Result<(), BadTerms> {
    let at = rule.action.code();
    check_clause(at, &rule.clause)?;
    check_notes(at, [&rule.note_zh, &rule.note_en])?;
    if rule.verdict == Verdict::Conditional && rule.note_zh.is_empty() && rule.note_en.is_empty() {
        return Err(BadTerms::NoCondition { at });
    }
    Ok(())
}

fn check_notes(at: &'static str, notes: [&String; 2]) -> Result<(), BadTerms> {
    for note in notes {
        let length = note.chars().count();
        if length > NOTE_MAX {
            return Err(BadTerms::LongNote { at, length });
        }
        check_line(at, note)?;
    }
    Ok(())
}

fn check_clause(at: &'static str, clause: &str) -> Result<(), BadTerms> {
    if clause.trim().is_empty() {
        return Err(BadTerms::NoClause { at });
    }
    let length = clause.chars().count();
    if length > CLAUSE_MAX {
        return Err(BadTerms::LongClause { at, length });
    }
    check_line(at, clause)
}

fn check_line(at: &'static str, text: &str) -> Result<(), BadTerms> {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if text.contains(breaks) || text.trim() != text { Err(BadTerms::NotOneLine { at }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;

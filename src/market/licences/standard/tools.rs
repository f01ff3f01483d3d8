//! Short forms in which the shipped terms are written down.

use super::super::terms::{Action, Duty, DutyClause, Limit, LimitClause, Rule, Terms, Verdict};

/// One rule: action, verdict, clause, note in Chinese, note in English.
pub(super) type Row = (Action, Verdict, &'static str, &'static str, &'static str);

/// Makes the terms of an open licence; the rows stand in the order of [`Action::ALL`].
pub(super) fn open(rows: [Row; 7], duties: &[(Duty, &str)]) -> Terms {
    terms(rows, duties, &[])
}

/// Makes terms; all lists stand in the order of their `ALL`.
pub(super) fn terms(rows: [Row; 7], duties: &[(Duty, &str)], limits: &[(Limit, &str)]) -> Terms {
    let rules = rows.into_iter().map(|(action, verdict, clause, zh, en)| Rule {
        action,
        clause: clause.into(),
        note_en: en.into(),
        note_zh: zh.into(),
        verdict,
    });
    let duties = duties.iter().map(|(duty, clause)| DutyClause { clause: (*clause).into(), duty: *duty });
    let limits = limits.iter().map(|(limit, clause)| LimitClause { clause: (*clause).into(), limit: *limit });
    Terms::shipped(rules.collect(), duties.collect(), limits.collect())
}

/// Includes a text of `templates/licences`.
macro_rules! text {
    ($file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/licences/", $file))
    };
}
pub(super) use text;

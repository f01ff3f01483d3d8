//! How two licences differ: what may be done, duties, bounds, statements, and the texts line by line. Pure.

use super::Licence;
use super::terms::{Action, Rule, Terms};
use similar::{Algorithm, ChangeTag, TextDiff};

/// How a line stands in the difference of two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// In both.
    Same,
    /// In the first only.
    Removed,
    /// In the second only.
    Added,
    /// So many equal lines are left out here.
    Gap,
}

/// A line of the difference of two texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// How it stands.
    pub kind: LineKind,
    /// The line; for a gap the number of lines.
    pub text: String,
}

/// An entry in one or both of two terms: kind, code, and how it reads on each side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// `duty`, `limit`, `bound`, `statement`, `custom`.
    pub kind: &'static str,
    /// The code of the duty, limit, bound or statement; for a custom clause its place.
    pub code: String,
    /// Clause and value in the first.
    pub before: Option<Side>,
    /// Clause and value in the second.
    pub after: Option<Side>,
}

/// How an entry reads in one licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The clause.
    pub clause: String,
    /// Values as codes, or the note in English.
    pub en: String,
    /// The same, or the note in Chinese.
    pub zh: String,
}

impl Pair {
    /// Tells whether both say the same, wherever it stands.
    #[must_use]
    pub fn is_same(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(a), Some(b)) => (&a.en, &a.zh) == (&b.en, &b.zh),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }
}

/// A rule on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePair {
    /// The action.
    pub action: Action,
    /// In the first.
    pub before: Rule,
    /// In the second.
    pub after: Rule,
}

impl RulePair {
    /// Tells whether both say the same, wherever it stands.
    #[must_use]
    pub fn is_same(&self) -> bool {
        let said = |r: &Rule| (r.verdict, r.note_en.clone(), r.note_zh.clone());
        said(&self.before) == said(&self.after)
    }
}

/// All that differs, and what stays, entry by entry.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Each action.
    pub rules: Vec<RulePair>,
    /// Everything else that either terms name.
    pub entries: Vec<Pair>,
    /// The Chinese texts; empty when either has none.
    pub text_zh: Vec<DiffLine>,
    /// The English texts; empty when either has none.
    pub text_en: Vec<DiffLine>,
}

impl Comparison {
    /// Tells whether what may be done, duties and bounds are the same.
    #[must_use]
    pub fn same_terms(&self) -> bool {
        self.rules.iter().all(RulePair::is_same) && self.entries.iter().all(Pair::is_same)
    }
}

/// Equal lines that are shown around a change.
const AROUND: usize = 1;

/// Compares two licences.
#[must_use]
pub fn compare(before: &Licence, after: &Licence) -> Comparison {
    let rules = before.terms.rules().iter().zip(after.terms.rules());
    Comparison {
        rules: rules.map(|(a, b)| RulePair { action: a.action, before: a.clone(), after: b.clone() }).collect(),
        entries: pairs(&entries(&before.terms), &entries(&after.terms)),
        text_zh: lines(&before.text_zh, &after.text_zh),
        text_en: lines(&before.text_en, &after.text_en),
    }
}

type Entry = (&'static str, String, Side);

fn entries(terms: &Terms) -> Vec<Entry> {
    let plain = |clause: &str, text: String| Side { clause: clause.to_owned(), en: text.clone(), zh: text };
    let noted =
        |clause: &str, zh: &str, en: &str| Side { clause: clause.to_owned(), en: en.to_owned(), zh: zh.to_owned() };
    let mut list: Vec<Entry> = Vec::new();
    for d in terms.duties() {
        list.push(("duty", d.duty.code().to_owned(), plain(&d.clause, String::new())));
    }
    for l in terms.limits() {
        list.push(("limit", l.limit.code().to_owned(), plain(&l.clause, String::new())));
    }
    for c in terms.constraints() {
        let value = c.constraint.values().join(", ");
        list.push(("bound", c.constraint.bound().code().to_owned(), plain(&c.clause, value)));
    }
    for s in terms.statements() {
        list.push(("statement", s.statement.code().to_owned(), noted(&s.clause, &s.note_zh, &s.note_en)));
    }
    for (place, c) in (1..).zip(terms.custom()) {
        let place: i32 = place;
        list.push(("custom", place.to_string(), noted(&c.clause, &c.note_zh, &c.note_en)));
    }
    list
}

fn pairs(before: &[Entry], after: &[Entry]) -> Vec<Pair> {
    let find =
        |list: &[Entry], kind: &str, code: &str| list.iter().find(|e| e.0 == kind && e.1 == code).map(|e| e.2.clone());
    let mut out: Vec<Pair> = before
        .iter()
        .map(|(kind, code, side)| Pair {
            kind,
            code: code.clone(),
            before: Some(side.clone()),
            after: find(after, kind, code),
        })
        .collect();
    for (kind, code, side) in after {
        if find(before, kind, code).is_none() {
            out.push(Pair { kind, code: code.clone(), before: None, after: Some(side.clone()) });
        }
    }
    let order = ["duty", "limit", "bound", "statement", "custom"];
    out.sort_by_key(|p| order.iter().position(|k| *k == p.kind));
    out
}

/// The lines of two texts; nothing when one of them is empty, as there is nothing to compare then.
fn lines(before: &str, after: &str) -> Vec<DiffLine> {
    if before.is_empty() || after.is_empty() {
        return Vec::new();
    }
    let whole = |text: &str| text.lines().filter(|l| !l.trim().is_empty()).collect::<Vec<_>>().join("\n");
    let (before, after) = (whole(before), whole(after));
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(&before, &after);
    let all: Vec<DiffLine> = diff
        .iter_all_changes()
        .map(|change| {
            let kind = match change.tag() {
                ChangeTag::Equal => LineKind::Same,
                ChangeTag::Delete => LineKind::Removed,
                ChangeTag::Insert => LineKind::Added,
            };
            DiffLine { kind, text: change.value().trim_end_matches('\n').to_owned() }
        })
        .collect();
    folded(&all)
}

/// Leaves out what is equal, but for the lines next to a change.
fn folded(all: &[DiffLine]) -> Vec<DiffLine> {
    let near = |at: usize| {
        let range = at.saturating_sub(AROUND)..=at.saturating_add(AROUND);
        range.into_iter().any(|i| all.get(i).is_some_and(|l| l.kind != LineKind::Same))
    };
    let (mut out, mut left_out) = (Vec::new(), 0_usize);
    for (at, line) in all.iter().enumerate() {
        if line.kind == LineKind::Same && !near(at) {
            left_out += 1;
            continue;
        }
        gap(&mut out, &mut left_out);
        out.push(line.clone());
    }
    gap(&mut out, &mut left_out);
    out
}

fn gap(out: &mut Vec<DiffLine>, left_out: &mut usize) {
    if *left_out > 0 {
        out.push(DiffLine { kind: LineKind::Gap, text: left_out.to_string() });
        *left_out = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lines_are_folded() {
        let found = lines("a\nb\nc\nd\ne\nf", "a\nb\nc\nX\ne\nf");
        let shown: Vec<String> = found
            .iter()
            .map(|l| match l.kind {
                LineKind::Same => format!(" {}", l.text),
                LineKind::Removed => format!("-{}", l.text),
                LineKind::Added => format!("+{}", l.text),
                LineKind::Gap => format!("…{}", l.text),
            })
            .collect();
        assert_eq!(shown, ["…2", " c", "-d", "+X", " e", "…1"]);
        assert_eq!(lines("a", "a"), [DiffLine { kind: LineKind::Gap, text: "1".to_owned() }]);
        assert!(lines("", "a").is_empty());
    }
}

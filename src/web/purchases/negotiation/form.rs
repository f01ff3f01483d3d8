//! What is typed about proposals, in the form and in the API alike.

use crate::http::Typed;
use crate::http::problem::{Fault, Problem};
use crate::market::offers::{MOST, Scope, Term};
use crate::market::purchases::{Line, MOST_OPEN_DAYS, NewProposal, ProposedLine};
use crate::values::{Money, ProposalId, Prose, Sha256};
use crate::web::accounts::forms::{Faults, fault};
use crate::web::datasets::offers::reading::{count, volume};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The names of the fields of one line in the form.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    pub(super) price: &'static str,
    pub(super) term: &'static str,
    pub(super) unit: &'static str,
    pub(super) scope: &'static str,
    pub(super) seats: &'static str,
    pub(super) volume: &'static str,
    pub(super) downloads: &'static str,
}

macro_rules! names {
    ($($n:literal)+) => {
        &[$(Names {
            price: concat!("price_", $n),
            term: concat!("term_", $n),
            unit: concat!("unit_", $n),
            scope: concat!("scope_", $n),
            seats: concat!("seats_", $n),
            volume: concat!("volume_", $n),
            downloads: concat!("downloads_", $n),
        }),+]
    };
}

/// The names for each line of a request, which has at most 20.
pub(super) const NAMES: &[Names] = names!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20);

/// Reads the revision that a page showed.
///
/// # Errors
/// A bad request when it is none.
pub(super) fn revision(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::bad_request("form"))
}

/// A proposal as typed in the form: the fields of each line carry its number.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ProposalTyped {
    /// The revision that the page showed.
    pub revision: String,
    /// Words to the other side.
    pub note: String,
    /// Days within which the other side must answer.
    pub open_days: String,
    /// The fields of the lines.
    #[serde(flatten)]
    pub rest: BTreeMap<String, String>,
}
impl Typed for ProposalTyped {}

/// Reads a term: a number and its unit.
fn term(number: &str, unit: &str) -> Option<Term> {
    let number = number.trim();
    if unit == "endless" || number.is_empty() {
        return Some(Term::Endless);
    }
    let count = number.parse().ok().filter(|n: &i64| *n > 0)?;
    match unit {
        "months" if count <= 1_200 => Some(Term::Months(count)),
        "days" if count <= 36_500 => Some(Term::Days(count)),
        _ => None,
    }
}

fn optional<T>(
    faults: &mut Faults,
    field: &str,
    text: &str,
    read: impl Fn(&str) -> Option<T>,
    message: &'static str,
) -> Option<Option<T>> {
    if text.trim().is_empty() { Some(None) } else { faults.or(field, read(text).map(Some), message) }
}

impl ProposalTyped {
    /// What is typed in a field.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.rest.get(name).map_or("", String::as_str)
    }
    /// The form of the terms as they stand.
    #[must_use]
    pub fn of(terms: &[ProposedLine], lines: &[Line]) -> Self {
        let mut rest = BTreeMap::new();
        let text = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        for ((n, t), line) in NAMES.iter().zip(terms).zip(lines) {
            let price = t.net_minor.map(|minor| Money::new(minor, line.net.currency).number());
            let (number, unit) = match t.term() {
                Term::Endless => (String::new(), "endless"),
                Term::Days(days) => (days.to_string(), "days"),
                Term::Months(months) => (months.to_string(), "months"),
            };
            let volume = t.volume_bytes.map(crate::web::datasets::plan_words::volume).unwrap_or_default();
            for (name, value) in [
                (n.price, price.unwrap_or_default()),
                (n.term, number),
                (n.unit, unit.to_owned()),
                (n.scope, t.scope.to_string()),
                (n.seats, text(t.seats)),
                (n.volume, volume),
                (n.downloads, text(t.downloads)),
            ] {
                rest.insert(name.to_owned(), value);
            }
        }
        Self { revision: String::new(), note: String::new(), open_days: "14".to_owned(), rest }
    }
    /// Gives the terms for the lines of a request.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self, lines: &[Line]) -> Result<NewProposal, Vec<Fault>> {
        let mut faults = Faults::default();
        let note = faults.text("note", Prose::optional(&self.note));
        let days = self.open_days.trim().parse().ok().filter(|d| (1..=MOST_OPEN_DAYS).contains(d));
        let open_days = faults.or("open_days", days, "fault-open-days");
        let terms: Vec<Option<ProposedLine>> =
            NAMES.iter().zip(lines).map(|(names, line)| self.line(names, line, &mut faults)).collect();
        let terms: Option<Vec<ProposedLine>> = terms.into_iter().collect();
        match (terms, note, open_days) {
            (Some(lines), Some(note), Some(open_days)) if faults.0.is_empty() => {
                Ok(NewProposal { lines, note, open_days })
            }
            _ => Err(faults.0),
        }
    }

    fn line(&self, n: &Names, line: &Line, faults: &mut Faults) -> Option<ProposedLine> {
        let price = faults.or(n.price, Money::parse(self.value(n.price), line.net.currency).ok(), "fault-amount");
        let term = faults.or(n.term, term(self.value(n.term), self.value(n.unit)), "fault-term");
        let scope = faults.or(n.scope, Scope::parse(self.value(n.scope)), "fault-choice");
        let seats = optional(
            faults,
            n.seats,
            self.value(n.seats),
            |t| count(t).filter(|s| *s <= MOST),
            "fault-count-above-zero",
        );
        let volume_bytes = optional(faults, n.volume, self.value(n.volume), volume, "fault-volume");
        let downloads = optional(faults, n.downloads, self.value(n.downloads), count, "fault-count-above-zero");
        let (term_days, term_months) = match term? {
            Term::Endless => (None, None),
            Term::Days(days) => (Some(days), None),
            Term::Months(months) => (None, Some(months)),
        };
        Some(ProposedLine {
            position: line.position,
            net_minor: Some(price?.minor),
            scope: scope?,
            term_days,
            term_months,
            seats: seats?,
            volume_bytes: volume_bytes?,
            downloads: downloads?,
        })
    }
}

/// An agreement: the proposal that was shown, by its id and hash.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct AgreementTyped {
    /// The proposal.
    pub proposal: String,
    /// The hash of its terms.
    pub sha256: String,
}
impl Typed for AgreementTyped {}
impl AgreementTyped {
    /// Gives the proposal and its hash.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<(ProposalId, Sha256), Vec<Fault>> {
        let mut faults = Faults::default();
        let proposal = faults.or("proposal", self.proposal.parse().ok(), "fault-choice");
        let sha256 = faults.or("sha256", Sha256::parse(&self.sha256).ok(), "fault-shape");
        proposal.zip(sha256).ok_or(faults.0)
    }
}

/// The revision that a page showed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RevisionTyped {
    /// The revision.
    pub revision: String,
}
impl Typed for RevisionTyped {}

/// The proposed terms of one line, by API.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermsIn {
    /// The price without tax, such as 900.00, in the currency of the request.
    pub price: String,
    /// version or all_versions; as the line says when it is left out.
    #[serde(default)]
    pub scope: Option<String>,
    /// Days that the grant lasts.
    #[serde(default)]
    pub term_days: Option<i64>,
    /// Months of the calendar that it lasts, instead of days; without end when both are left out.
    #[serde(default)]
    pub term_months: Option<i64>,
    /// People who may use it.
    #[serde(default)]
    pub seats: Option<i64>,
    /// Bytes that may be taken in all.
    #[serde(default)]
    pub volume_bytes: Option<i64>,
    /// Downloads of files in all.
    #[serde(default)]
    pub downloads: Option<i64>,
}

/// A proposal by API: the terms of every line, in order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalIn {
    /// The terms of every line, in order.
    pub lines: Vec<TermsIn>,
    /// Words to the other side.
    #[serde(default)]
    pub note: String,
    /// Days within which the other side must answer, 1 to 90.
    #[serde(default = "fortnight")]
    pub open_days: i64,
}

const fn fortnight() -> i64 {
    14
}

impl ProposalIn {
    /// Gives the terms for the lines of a request.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self, lines: &[Line]) -> Result<NewProposal, Vec<Fault>> {
        let mut faults = Faults::default();
        let note = faults.text("note", Prose::optional(&self.note));
        let days = Some(self.open_days).filter(|d| (1..=MOST_OPEN_DAYS).contains(d));
        let open_days = faults.or("open_days", days, "fault-open-days");
        if self.lines.len() != lines.len() {
            faults.0.push(fault("lines", "fault-terms"));
        }
        let mut terms = Vec::new();
        for (t, line) in self.lines.iter().zip(lines) {
            let price = faults.or("price", Money::parse(&t.price, line.net.currency).ok(), "fault-amount");
            let scope = match &t.scope {
                Some(text) => faults.or("scope", Scope::parse(text), "fault-choice"),
                None => Some(line.scope),
            };
            if let (Some(price), Some(scope)) = (price, scope) {
                terms.push(ProposedLine {
                    position: line.position,
                    net_minor: Some(price.minor),
                    scope,
                    term_days: t.term_days,
                    term_months: t.term_months,
                    seats: t.seats,
                    volume_bytes: t.volume_bytes,
                    downloads: t.downloads,
                });
            }
        }
        match (note, open_days) {
            (Some(note), Some(open_days)) if faults.0.is_empty() => Ok(NewProposal { lines: terms, note, open_days }),
            _ => Err(faults.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read_with_their_unit() {
        assert_eq!(term("90", "days"), Some(Term::Days(90)));
        assert_eq!(term("3", "months"), Some(Term::Months(3)));
        assert_eq!((term("", "days"), term("x", "endless")), (Some(Term::Endless), Some(Term::Endless)));
        for (number, unit) in [("0", "days"), ("-1", "days"), ("x", "months"), ("1201", "months"), ("3", "weeks")] {
            assert_eq!(term(number, unit), None, "{number} {unit}");
        }
    }
}

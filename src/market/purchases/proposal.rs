//! Terms that one side proposes to the other: what they are, their canonical form and its hash, and how they become
//! the terms of a request.

use super::rows::{Line, Pricing};
use crate::market::grants::Side;
use crate::market::offers::{Limits, MOST, Scope, Term};
use crate::values::{BadMoney, Money, ProposalId, Sha256, Timestamp, hash_text};
use serde::{Deserialize, Serialize};

/// Longest term that may be proposed, in days and in months.
const MOST_DAYS: i64 = 36_500;
const MOST_MONTHS: i64 = 1_200;
/// Most that a line may cost, in minor units: what a form reads.
const MOST_MINOR: i64 = 10_000_000_000_000;

/// The proposed terms of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedLine {
    /// The line, counted from 1.
    pub position: i64,
    /// The price without tax in minor units; none while the seller has not named one.
    pub net_minor: Option<i64>,
    /// What it covers.
    pub scope: Scope,
    /// Days that the grant lasts.
    pub term_days: Option<i64>,
    /// Months that the grant lasts, instead of days.
    pub term_months: Option<i64>,
    /// People who may use it.
    pub seats: Option<i64>,
    /// Bytes that may be taken.
    pub volume_bytes: Option<i64>,
    /// Downloads of files.
    pub downloads: Option<i64>,
}
impl ProposedLine {
    /// The terms that a line has now.
    #[must_use]
    pub fn of(line: &Line) -> Self {
        let (term_days, term_months) = match line.term() {
            Term::Endless => (None, None),
            Term::Days(days) => (Some(days), None),
            Term::Months(months) => (None, Some(months)),
        };
        Self {
            position: line.position,
            net_minor: Some(line.net.minor).filter(|_| !line.is_unpriced()),
            scope: line.scope,
            term_days,
            term_months,
            seats: line.limits.seats,
            volume_bytes: line.limits.volume_bytes,
            downloads: line.limits.downloads,
        }
    }
    /// How long the grant would last.
    #[must_use]
    pub const fn term(&self) -> Term {
        match (self.term_months, self.term_days) {
            (Some(months), _) => Term::Months(months),
            (None, Some(days)) => Term::Days(days),
            (None, None) => Term::Endless,
        }
    }
    /// What the grant would be limited to.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        Limits { seats: self.seats, volume_bytes: self.volume_bytes, downloads: self.downloads }
    }
    fn fits(&self) -> bool {
        let within = |value: Option<i64>, most: i64| value.is_none_or(|v| (1..=most).contains(&v));
        self.net_minor.is_some_and(|minor| (0..=MOST_MINOR).contains(&minor))
            && (self.term_days.is_none() || self.term_months.is_none())
            && within(self.term_days, MOST_DAYS)
            && within(self.term_months, MOST_MONTHS)
            && within(self.seats, MOST)
            && within(self.volume_bytes, i64::MAX)
            && within(self.downloads, i64::MAX)
    }
}

/// Terms that a side proposed.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts, named as in the API")]
pub struct Proposal {
    pub id: ProposalId,
    /// From 1; number 0 is what was asked for.
    pub number: i64,
    pub side: Side,
    pub lines: Vec<ProposedLine>,
    pub net: Money,
    pub tax: Money,
    pub note: String,
    pub sha256: Sha256,
    pub made_by: String,
    pub made_by_name: String,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
    pub agreed_at: Option<Timestamp>,
    pub agreed_by_name: Option<String>,
}
impl Proposal {
    /// Gives price and tax together.
    ///
    /// # Errors
    /// [`BadMoney::Overflow`] beyond 64 bits, which proposing excludes.
    pub fn gross(&self) -> Result<Money, BadMoney> {
        self.net.plus(self.tax)
    }
    /// Whether no line has a price yet.
    #[must_use]
    pub fn is_unpriced(&self) -> bool {
        self.lines.iter().any(|l| l.net_minor.is_none())
    }
}

/// Proposed terms do not fit the request, or a number is out of its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the proposed terms do not fit")]
pub struct BadTerms;

/// Puts proposed terms into lines: price, tax by the rate of the line, term, scope and limits.
///
/// # Errors
/// [`BadTerms`] unless there is one for each line, in order and in range.
pub(super) fn applied(lines: &[Line], terms: &[ProposedLine]) -> Result<Vec<Line>, BadTerms> {
    if lines.len() != terms.len() {
        return Err(BadTerms);
    }
    lines.iter().zip(terms).map(|(line, terms)| one(line, terms)).collect()
}

fn one(line: &Line, terms: &ProposedLine) -> Result<Line, BadTerms> {
    let minor = terms.net_minor.filter(|_| terms.fits() && terms.position == line.position).ok_or(BadTerms)?;
    let net = Money::new(minor, line.net.currency);
    let tax = net.share(line.tax_basis_points).map_err(|_| BadTerms)?;
    // The same price for the same number of units is still explained by them.
    let kept = net == line.net && !line.is_unpriced();
    let pricing = if kept {
        line.pricing.clone()
    } else {
        Pricing { unit: net, list: net, discount: 0, agreed: true, ..line.pricing.clone() }
    };
    let mut next = Line { net, tax, scope: terms.scope, limits: terms.limits(), pricing, ..line.clone() };
    next.set_term(terms.term());
    Ok(next)
}

/// Adds up lines: price and tax.
///
/// # Errors
/// [`BadMoney`] beyond 64 bits.
pub(super) fn sums(lines: &[Line]) -> Result<(Money, Money), BadMoney> {
    let zero = lines.first().map_or(crate::values::Currency::CNY, |l| l.net.currency);
    let (mut net, mut tax) = (Money::new(0, zero), Money::new(0, zero));
    for line in lines {
        net = net.plus(line.net)?;
        tax = tax.plus(line.tax)?;
    }
    net.plus(tax)?;
    Ok((net, tax))
}

/// The canonical form of proposed terms: JSON with the fields in the order of [`ProposedLine`], no spaces.
pub(super) fn canonical(lines: &[ProposedLine]) -> String {
    serde_json::to_string(lines).unwrap_or_default()
}

/// The hash of proposed terms, bound to their request, number, side and end.
pub(super) fn fingerprint(purchase: &str, number: i64, side: Side, expires_at: Timestamp, lines: &str) -> Sha256 {
    hash_text(&format!("{purchase}\n{number}\n{side}\n{}\n{lines}", expires_at.0))
}

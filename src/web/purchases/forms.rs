//! What is typed about purchases, in forms and in the API alike.

use crate::http::Typed;
use crate::http::problem::Fault;
use crate::market::purchases::{Asked, Paid, REASONS};
use crate::values::{Currency, Lang, Line, Money, OfferId, Prose, Sha256, Timestamp};
use crate::web::accounts::forms::{Faults, fault};
use crate::web::licences::intended::{IntendedIn, IntendedTyped};
use serde::Deserialize;
use utoipa::ToSchema;

/// A request as typed in the form: one offer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RequestTyped {
    /// The buyer's name in addresses.
    pub organisation: String,
    /// The offer.
    pub offer: String,
    /// What the data is for.
    pub purpose: String,
    /// The hash of the licence that the form showed.
    pub licence_sha256: String,
    /// Whether the licence is accepted.
    pub accept: String,
    /// What is meant to be done with the data.
    #[serde(flatten)]
    pub intended: IntendedTyped,
}
impl Typed for RequestTyped {}
impl RequestTyped {
    /// Gives offer and request.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self, lang: Lang) -> Result<(OfferId, Asked), Vec<Fault>> {
        let mut faults = Faults::default();
        let offer = faults.or("offer", self.offer.parse().ok(), "fault-choice");
        let purpose = faults.text("purpose", Prose::parse(&self.purpose));
        let sha = faults.or(
            "accept",
            Sha256::parse(&self.licence_sha256).ok().filter(|_| !self.accept.is_empty()),
            "fault-accept",
        );
        let intended = self.intended.parse().map_err(|more| faults.0.extend(more)).ok();
        match (offer, purpose, sha, intended) {
            (Some(offer), Some(purpose), Some(sha), Some(intended)) => {
                Ok((offer, Asked { purpose, lang, accepted: vec![sha], intended }))
            }
            _ => Err(faults.0),
        }
    }
}

/// A request by API: offers of one seller with the hashes of the licences that are accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestIn {
    /// The buyer's name in addresses.
    pub organisation: String,
    /// What is asked for.
    pub lines: Vec<LineIn>,
    /// What the data is for.
    pub purpose: String,
    /// What is meant to be done with it, in the words of licences; both sides see what the licences say to it.
    #[serde(default)]
    pub intended: IntendedIn,
}

/// One offer, and the hash of its licence, which accepts the text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineIn {
    /// The offer's identifier.
    pub offer: String,
    /// `licence_sha256` of the offer: sending it accepts this very text.
    pub accept_licence_sha256: String,
}

impl RequestIn {
    /// Gives offers and request.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self, lang: Lang) -> Result<(Vec<OfferId>, Asked), Vec<Fault>> {
        let mut faults = Faults::default();
        let purpose = faults.text("purpose", Prose::parse(&self.purpose));
        let offers: Option<Vec<OfferId>> = self.lines.iter().map(|l| l.offer.parse().ok()).collect();
        let offers = faults.or("lines", offers.filter(|o| !o.is_empty()), "fault-choice");
        let accepted: Option<Vec<Sha256>> =
            self.lines.iter().map(|l| Sha256::parse(&l.accept_licence_sha256).ok()).collect();
        let accepted = faults.or("lines", accepted, "fault-accept");
        let within = |f: Fault| Fault { field: format!("intended/{}", f.field), ..f };
        let intended = self.intended.parse().map_err(|more| faults.0.extend(more.into_iter().map(within))).ok();
        match (offers, purpose, accepted, intended) {
            (Some(offers), Some(purpose), Some(accepted), Some(intended)) => {
                Ok((offers, Asked { purpose, lang, accepted, intended }))
            }
            _ => Err(faults.0),
        }
    }
}

/// A decision: the revision that was seen, and words.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct DecisionTyped {
    /// The revision that the page showed.
    #[schema(ignore)]
    pub revision: String,
    /// A note, what to change, or the reason in words.
    #[serde(alias = "refusal_note", alias = "return_note")]
    pub note: String,
    /// For a refusal: a code out of the list of reasons; `other` when it is empty.
    pub reason: String,
}
impl Typed for DecisionTyped {}
impl DecisionTyped {
    /// Gives the note, which must be there for a refusal or a return.
    ///
    /// # Errors
    /// The fault of the field.
    pub fn note(&self, needed: bool) -> Result<Prose, Vec<Fault>> {
        let mut faults = Faults::default();
        let text = if needed { Prose::parse(&self.note) } else { Prose::optional(&self.note) };
        faults.text("note", text).ok_or(faults.0)
    }
    /// Gives the code of the reason.
    ///
    /// # Errors
    /// The fault of the field.
    pub fn reason(&self) -> Result<String, Vec<Fault>> {
        let code = if self.reason.is_empty() { "other" } else { self.reason.as_str() };
        if REASONS.contains(&code) { Ok(code.to_owned()) } else { Err(vec![fault("reason", "fault-choice")]) }
    }
}

/// A payment as it came in.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct PaidTyped {
    /// The exact amount, such as 50880.00.
    pub amount: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The day on the bank statement, 2026-11-24.
    pub date: String,
    /// The reference on the bank statement.
    pub reference: String,
}
impl Typed for PaidTyped {}
impl PaidTyped {
    /// Gives the payment; a day in the future is none.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self, now: Timestamp) -> Result<Paid, Vec<Fault>> {
        let mut faults = Faults::default();
        let currency: Option<Currency> = faults.or("currency", self.currency.parse().ok(), "fault-currency");
        let amount = currency.and_then(|c| faults.or("amount", Money::parse(&self.amount, c).ok(), "fault-amount"));
        let day = Timestamp::of_date(&self.date).filter(|d| *d <= now.plus_days(1));
        let day = faults.or("date", day, "fault-date");
        let reference = faults.text("reference", Line::parse(&self.reference));
        match (amount, day, reference) {
            (Some(amount), Some(day), Some(reference)) => Ok(Paid { amount, on: day.civil("%Y-%m-%d"), reference }),
            _ => Err(faults.0),
        }
    }
}

/// The fault of a wrong amount.
#[must_use]
pub fn wrong_amount() -> Fault {
    fault("amount", "fault-exact-amount")
}

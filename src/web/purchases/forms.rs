//! What is typed about purchases, in forms and in the API alike.

use crate::http::Typed;
use crate::http::problem::Fault;
use crate::market::offers::{Choice, Chosen};
use crate::market::purchases::{Asked, Paid, REASONS};
use crate::values::{Currency, Lang, Line, Money, OfferId, Prose, ReasonId, Sha256, Timestamp};
use crate::web::accounts::forms::{Faults, fault};
use crate::web::licences::intended::{IntendedIn, IntendedTyped};
use serde::Deserialize;
use utoipa::ToSchema;

/// A request as typed in the form: one offer.
#[derive(Debug, Default, Clone, Deserialize)]
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
    /// From which cost centre it is paid.
    pub cost_centre: String,
    /// How many people will use it, where the plan asks.
    pub seats: String,
    /// For how many months or years, where the plan asks.
    pub periods: String,
    /// Which tier, where the plan asks.
    pub tier: String,
    /// The hash of the quote that the page showed.
    pub quote_sha256: String,
    /// What is meant to be done with the data.
    #[serde(flatten)]
    pub intended: IntendedTyped,
}
impl Typed for RequestTyped {}

/// Reads a choice: nothing, or a whole number.
fn chosen(faults: &mut Faults, field: &str, text: &str, message: &'static str) -> Option<i64> {
    if text.trim().is_empty() { None } else { faults.or(field, text.trim().parse().ok(), message) }
}
impl RequestTyped {
    /// Whether anything was chosen that the plan may ask for.
    #[must_use]
    pub fn has_choices(&self) -> bool {
        [&self.seats, &self.periods, &self.tier].iter().any(|t| !t.trim().is_empty())
    }
    /// Gives what is chosen in the offer.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn choice(&self) -> Result<Choice, Vec<Fault>> {
        let mut faults = Faults::default();
        let choice = Choice {
            seats: chosen(&mut faults, "seats", &self.seats, "fault-seats"),
            periods: chosen(&mut faults, "periods", &self.periods, "fault-periods"),
            tier: chosen(&mut faults, "tier", &self.tier, "fault-choice"),
        };
        if faults.0.is_empty() { Ok(choice) } else { Err(faults.0) }
    }
    /// Gives offer and request.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self, lang: Lang) -> Result<(Chosen, Asked), Vec<Fault>> {
        let mut faults = Faults::default();
        let choice = self.choice().map_err(|mut wrong| faults.0.append(&mut wrong)).ok();
        let quote = if self.quote_sha256.is_empty() {
            Some(None)
        } else {
            faults.or("quote", Sha256::parse(&self.quote_sha256).ok().map(Some), "fault-quote")
        };
        let offer: Option<OfferId> = faults.or("offer", self.offer.parse().ok(), "fault-choice");
        let purpose = faults.text("purpose", Prose::parse(&self.purpose));
        let sha = faults.or(
            "accept",
            Sha256::parse(&self.licence_sha256).ok().filter(|_| !self.accept.is_empty()),
            "fault-accept",
        );
        let intended = self.intended.parse().map_err(|more| faults.0.extend(more)).ok();
        match (offer.zip(choice), purpose.zip(sha), quote, intended) {
            (Some((offer, choice)), Some((purpose, sha)), Some(quote), Some(intended)) => {
                let cost_centre = self.cost_centre.trim().to_owned();
                Ok((
                    Chosen { offer, choice },
                    Asked { purpose, lang, accepted: vec![sha], intended, quote, cost_centre },
                ))
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
    /// From which cost centre's budget it is paid, when the organisation keeps budgets.
    #[serde(default)]
    pub cost_centre: String,
    /// `sha256` of the quote that was read from `/api/v1/quotes`; when it is sent, a changed quote is refused with 409.
    #[serde(default)]
    pub quote_sha256: Option<String>,
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
    /// How many people will use it: of a plan per seat.
    #[serde(default)]
    pub seats: Option<i64>,
    /// For how many months or years: of a plan with a period.
    #[serde(default)]
    pub periods: Option<i64>,
    /// Which tier, counted from 1: of a plan by volume.
    #[serde(default)]
    pub tier: Option<i64>,
}
impl LineIn {
    fn chosen(&self) -> Option<Chosen> {
        let choice = Choice { seats: self.seats, periods: self.periods, tier: self.tier };
        Some(Chosen { offer: self.offer.parse().ok()?, choice })
    }
}

impl RequestIn {
    /// Gives offers and request.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self, lang: Lang) -> Result<(Vec<Chosen>, Asked), Vec<Fault>> {
        let mut faults = Faults::default();
        let purpose = faults.text("purpose", Prose::parse(&self.purpose));
        let quote = match &self.quote_sha256 {
            Some(text) => faults.or("quote_sha256", Sha256::parse(text).ok().map(Some), "fault-quote"),
            None => Some(None),
        };
        let offers: Option<Vec<Chosen>> = self.lines.iter().map(LineIn::chosen).collect();
        let offers = faults.or("lines", offers.filter(|o| !o.is_empty()), "fault-choice");
        let accepted: Option<Vec<Sha256>> =
            self.lines.iter().map(|l| Sha256::parse(&l.accept_licence_sha256).ok()).collect();
        let accepted = faults.or("lines", accepted, "fault-accept");
        let within = |f: Fault| Fault { field: format!("intended/{}", f.field), ..f };
        let intended = self.intended.parse().map_err(|more| faults.0.extend(more.into_iter().map(within))).ok();
        match (offers.zip(accepted), purpose, intended, quote) {
            (Some((offers, accepted)), Some(purpose), Some(intended), Some(quote)) => {
                let cost_centre = self.cost_centre.trim().to_owned();
                Ok((offers, Asked { purpose, lang, accepted, intended, quote, cost_centre }))
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
    /// For a refusal: a code out of the list of reasons, or the identifier of an own reason of the refusing organisation;
    /// `other` when it is empty.
    pub reason: String,
    /// For a signature: the password, unless it was shown within the last ten minutes.
    pub password: String,
    /// For a signature: `sha256` of the agreement that was read; when it is sent, another wording is refused with 409.
    pub agreement_sha256: String,
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
    /// Gives the hash of the agreement that was read.
    ///
    /// # Errors
    /// The fault of the field.
    pub fn agreement(&self) -> Result<Option<Sha256>, Vec<Fault>> {
        if self.agreement_sha256.is_empty() {
            return Ok(None);
        }
        let read = Sha256::parse(&self.agreement_sha256).ok();
        read.map(Some).ok_or_else(|| vec![fault("agreement_sha256", "fault-quote")])
    }
    /// Gives the code of the reason.
    ///
    /// # Errors
    /// The fault of the field.
    pub fn reason(&self) -> Result<String, Vec<Fault>> {
        let code = if self.reason.is_empty() { "other" } else { self.reason.as_str() };
        let known = REASONS.contains(&code) || code.parse::<ReasonId>().is_ok();
        if known { Ok(code.to_owned()) } else { Err(vec![fault("reason", "fault-choice")]) }
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

/// A message as typed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MessageTyped {
    /// The text.
    pub text: String,
    /// Only in forms.
    #[schema(ignore)]
    pub once: String,
}
impl Typed for MessageTyped {}
impl MessageTyped {
    /// Gives the text.
    ///
    /// # Errors
    /// The fault of the field.
    pub fn parse(&self) -> Result<Prose, Vec<Fault>> {
        let mut faults = Faults::default();
        faults.text("text", Prose::parse(&self.text)).ok_or(faults.0)
    }
}

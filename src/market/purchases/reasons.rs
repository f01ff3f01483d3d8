//! Why a request is refused: a reason out of the list, or one of the refusing organisation's own, and words.

use super::act::BuyError;
use super::rows::Purchase;
use super::state::Desk;
use super::steps::StepDecision;
use crate::market::parties::refusals::{self, OwnReason};
use crate::store::{Read, StoreError};
use crate::values::{PartyId, Prose, ReasonId};
use serde_json::{Value, json};

/// The reasons that ship with the exchange; their words are `reason-CODE`.
pub const REASONS: &[&str] =
    &["purpose", "terms", "price", "budget", "duplicate", "identity", "territory", "level", "capacity", "other"];

/// Why a request is refused.
#[derive(Debug, Clone)]
pub struct Reason {
    /// A code out of the list, or the identifier of an own reason.
    pub code: String,
    /// In words.
    pub words: Prose,
}

impl Reason {
    /// A reason that is not on the list, in words alone.
    #[must_use]
    pub fn other(words: Prose) -> Self {
        Self { code: "other".to_owned(), words }
    }
    /// What the record says of it, for both sides: code and words, and of an own reason its names.
    pub(super) fn detail(&self, tx: &mut Read, p: &Purchase, desk: Desk) -> Result<Value, BuyError> {
        let mut detail = json!({ "side": desk.as_str(), "reason": self.words.as_str(), "code": self.code });
        if REASONS.contains(&self.code.as_str()) {
            return Ok(detail);
        }
        let party = party_of(p, desk).ok_or(BuyError::NoSuchReason)?;
        let id: ReasonId = self.code.parse().map_err(|_| BuyError::NoSuchReason)?;
        let own = refusals::offered(tx, party, id)?.ok_or(BuyError::NoSuchReason)?;
        if let Some(map) = detail.as_object_mut() {
            map.insert("reason_zh".to_owned(), own.name_zh.into());
            map.insert("reason_en".to_owned(), own.name_en.into());
        }
        Ok(detail)
    }
}

/// The organisation whose reasons count at a desk; the compliance officer's desk has none of its own.
#[must_use]
pub const fn party_of(p: &Purchase, desk: Desk) -> Option<PartyId> {
    match desk {
        Desk::Buyer => Some(p.buyer_id),
        Desk::Seller => Some(p.seller_id),
        Desk::Compliance => None,
    }
}

/// Gives the own reasons that some decisions named.
pub(super) fn named_in(tx: &mut Read, decisions: &[StepDecision]) -> Result<Vec<OwnReason>, StoreError> {
    let ids: Vec<ReasonId> = decisions.iter().filter_map(|d| d.reason.parse().ok()).collect();
    refusals::named(tx, &ids)
}

/// The shipped reasons that make sense at a desk.
#[must_use]
pub fn reasons_for(desk: Desk) -> Vec<&'static str> {
    let fits = |code: &&str| match desk {
        Desk::Buyer => !matches!(*code, "identity" | "capacity" | "territory"),
        Desk::Seller => !matches!(*code, "budget" | "duplicate"),
        Desk::Compliance => matches!(*code, "purpose" | "identity" | "territory" | "level" | "other"),
    };
    REASONS.iter().copied().filter(fits).collect()
}

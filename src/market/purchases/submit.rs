//! A request comes in: its quote is locked, and it goes to whoever decides first.

use super::access::{MayRequest, Wanted};
use super::act::BuyError;
use super::arrive::{agreed, arrive, note};
use super::quote::Quote;
use super::rows::{self, Purchase};
use super::state::{Desk, Needs, State};
use super::steps::{self, Case, Part};
use super::tell;
use crate::market::grants::{self, Hand};
use crate::market::journal::Deed;
use crate::market::licences::may::IntendedUse;
use crate::market::offers::{Approval, Payment};
use crate::store::{Write, next_number};
use crate::values::{Lang, Money, Prose, PurchaseId, Sha256, Timestamp};

/// Days within which a request must be decided and paid.
pub(super) const OPEN_DAYS: i64 = 30;

/// What a buyer asks.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What the data is for.
    pub purpose: Prose,
    /// The language in which the licences were read.
    pub lang: Lang,
    /// The hashes of the licences that were accepted, one for each offer in order.
    pub accepted: Vec<Sha256>,
    /// What the buyer means to do with the data, in words that the licences know.
    pub intended: IntendedUse,
}

/// What is asked for, as the policies of both sides look at it.
fn case_of(may: &MayRequest, gross: Money, purpose: &Prose, now: Timestamp) -> Case {
    let part = |w: &Wanted| Part {
        dataset: w.dataset.id,
        level: w.dataset.level,
        licensor: w.offer.approval == Approval::Licensor,
        class: steps::class_of(&w.licence),
    };
    Case {
        buyer: may.buyer.clone(),
        seller: may.seller.clone(),
        gross,
        purpose: purpose.to_string(),
        parts: may.wanted.iter().map(part).collect(),
        at: now,
    }
}

/// Submits a request: the price is locked as a quote, and it goes to whoever decides first.
///
/// # Errors
/// [`BuyError::NotAccepted`] when the accepted texts are not those of the offers.
pub fn submit(
    tx: &mut Write,
    may: MayRequest,
    asked: &Asked,
    hand: &Hand,
    now: Timestamp,
) -> Result<PurchaseId, BuyError> {
    let texts: Vec<&Sha256> = may.wanted.iter().map(|w| &w.licence.sha256).collect();
    if texts != asked.accepted.iter().collect::<Vec<_>>() {
        return Err(BuyError::NotAccepted);
    }
    let quote = Quote::of(&may.wanted)?;
    let gross = quote.gross()?;
    let case = case_of(&may, gross, &asked.purpose, now);
    let plan = steps::plan(tx, &case)?;
    let MayRequest { buyer, seller, wanted, compliance, renews, by } = may;
    let needs = Needs {
        approver: plan.needs(Desk::Buyer),
        licensor: plan.needs(Desk::Seller),
        compliance,
        prepaid: gross.minor > 0 && wanted.iter().any(|w| w.offer.payment == Payment::Prepaid),
    };
    let purchase = Purchase {
        id: PurchaseId::fresh(),
        number: format!("PR-{}-{:04}", now.year(), next_number(tx, &format!("purchases/{}", now.year()))?),
        buyer_id: buyer.id,
        seller_id: seller.id,
        state: State::first(needs),
        requested_by: by.id.clone(),
        requested_by_kind: by.kind.to_string(),
        requested_by_name: by.name.clone(),
        purpose: asked.purpose.to_string(),
        accepted_at: now,
        accepted_lang: asked.lang.to_string(),
        net: quote.net,
        tax: quote.tax,
        needs,
        submitted_at: now,
        state_at: now,
        expires_at: now.plus_days(OPEN_DAYS),
        revision: 1,
    };
    rows::insert(tx, &purchase, quote.payment(needs.prepaid))?;
    for line in &quote.lines {
        rows::insert_line(tx, purchase.id, line)?;
    }
    steps::lock(tx, purchase.id, &case, &plan)?;
    super::intended::keep(tx, purchase.id, &asked.intended, now)?;
    if let Some(renews) = renews {
        if asked.intended.is_empty() {
            super::intended::carry_over(tx, renews.grant().purchase_id, purchase.id, now)?;
        }
        grants::note_renewal(tx, purchase.id, &renews)?;
    }
    let detail = serde_json::json!({ "number": purchase.number, "amount": gross.to_string(), "purpose": asked.purpose.as_str() });
    note(tx, &by, Deed::PurchaseSubmitted, &purchase, detail, now)?;
    agreed(tx, &purchase, &plan, now)?;
    tell::submitted(tx, &purchase, &quote.lines, now)?;
    arrive(tx, &by, &purchase, hand, now)?;
    Ok(purchase.id)
}

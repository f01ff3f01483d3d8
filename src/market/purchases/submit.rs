//! A request comes in: its quote is locked, and it goes to whoever decides first.

use super::access::{MayRequest, Wanted};
use super::act::BuyError;
use super::arrive::{agreed, arrive, note};
use super::quote::Quote;
use super::rows::{self, Purchase};
use super::state::{Needs, State};
use super::steps::{self, Case, Part};
use super::tell;
use crate::market::grants::{self, Hand};
use crate::market::journal::{ActorKind, Deed};
use crate::market::licences::may::IntendedUse;
use crate::market::offers::{Approval, Payment};
use crate::market::parties::{budgets, mandates};
use crate::store::{StoreError, Write, next_number};
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
    /// The hash of the quote that was shown, see [`Quote::sha256`]; nothing when none was.
    pub quote: Option<Sha256>,
    /// What the buyer means to do with the data, in words that the licences know.
    pub intended: IntendedUse,
    /// From which cost centre's budget it is paid; empty when the organisation keeps none.
    pub cost_centre: String,
}

/// What is asked for, as the policies of both sides look at it.
fn case_of(may: &MayRequest, gross: Money, (purpose, intended): (&Prose, IntendedUse), now: Timestamp) -> Case {
    let part = |w: &Wanted| Part {
        dataset: w.dataset.id,
        level: w.dataset.level,
        licensor: w.offer.approval == Approval::Licensor,
        class: steps::class_of(&w.licence),
        terms: w.licence.terms.clone(),
    };
    Case {
        buyer: may.buyer.clone(),
        seller: may.seller.clone(),
        gross,
        purpose: purpose.to_string(),
        parts: may.wanted.iter().map(part).collect(),
        intended,
        machine: if may.by.kind == ActorKind::Service { may.by.id.parse().ok() } else { None },
        at: now,
    }
}

/// Asks the policies what a case needs; what a machine accepts inside its mandate counts for its month.
pub(super) fn mandated(tx: &mut Write, case: &Case, id: PurchaseId, now: Timestamp) -> Result<steps::Plan, StoreError> {
    let mut plan = steps::plan(tx, case)?;
    if let Some(machine) = case.machine
        && plan.is_mandated()
        && !mandates::take_month(tx, machine, id, case.gross, now)?
    {
        plan.overdrawn();
    }
    Ok(plan)
}

/// Submits a request: the price is locked as a quote, and it goes to whoever decides first.
///
/// # Errors
/// [`BuyError::NotAccepted`] when the accepted texts are not those of the offers, [`BuyError::Choice`] when a choice does
/// not fit, [`BuyError::QuoteChanged`] when another quote was shown.
#[expect(clippy::too_many_lines, reason = "one act from the check of the texts to the first notice")]
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
    let quote = Quote::of(&may.wanted, &may.buyer, now)?;
    if asked.quote.as_ref().is_some_and(|shown| *shown != quote.sha256()) {
        return Err(BuyError::QuoteChanged);
    }
    let gross = quote.gross()?;
    let intended = intended_with(tx, &may, asked)?;
    let case = case_of(&may, gross, (&asked.purpose, intended), now);
    let id = PurchaseId::fresh();
    let plan = mandated(tx, &case, id, now)?;
    let MayRequest { buyer, seller, wanted, compliance, renews, by } = may;
    let prepaid = gross.minor > 0 && wanted.iter().any(|w| w.offer.payment == Payment::Prepaid);
    let needs = plan.needs(Needs { approver: false, licensor: false, compliance, signature: false, prepaid });
    let purchase = Purchase {
        id,
        number: format!("PR-{}-{:04}", now.year(), next_number(tx, &format!("purchases/{}", now.year()))?),
        buyer_id: buyer.id,
        seller_id: seller.id,
        state: State::asked(needs, quote.is_on_request()),
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
        quoted_until: Some(quote.until).filter(|_| !quote.is_on_request()),
        renewals: 0,
    };
    rows::insert(tx, &purchase, rows::payment(needs.prepaid, gross.minor))?;
    for line in &quote.lines {
        rows::insert_line(tx, purchase.id, line)?;
    }
    let hold = (purchase.buyer_id, purchase.id);
    if quote.is_on_request() {
        budgets::name_centre(tx, hold, &asked.cost_centre, now)?;
    } else {
        budgets::reserve(tx, hold, &asked.cost_centre, gross, now)?;
    }
    take_trials(tx, &purchase, &wanted)?;
    // Without a price nobody approves yet: the steps are locked when the two sides agree on one.
    if !quote.is_on_request() {
        steps::lock(tx, purchase.id, &case, &plan, None)?;
    }
    super::intended::keep(tx, purchase.id, &case.intended, now)?;
    if let Some(renews) = renews {
        grants::note_renewal(tx, purchase.id, &renews)?;
    }
    // What is yet to be priced has no amount.
    let amount = if quote.is_on_request() { String::new() } else { gross.to_string() };
    let detail = serde_json::json!({ "number": purchase.number, "amount": amount, "purpose": asked.purpose.as_str() });
    note(tx, &by, Deed::PurchaseSubmitted, &purchase, detail, now)?;
    if !quote.is_on_request() {
        agreed(tx, &purchase, &plan, now)?;
    }
    tell::submitted(tx, &purchase, &quote.lines, now)?;
    arrive(tx, &by, &purchase, hand, now)?;
    Ok(purchase.id)
}

/// What a buyer means to do: what is said now, for a renewal else what was said with the request before it.
fn intended_with(tx: &mut Write, may: &MayRequest, asked: &Asked) -> Result<IntendedUse, StoreError> {
    match &may.renews {
        Some(renews) if asked.intended.is_empty() => {
            Ok(super::intended::of(tx, renews.grant().purchase_id)?.unwrap_or_default())
        }
        Some(_) | None => Ok(asked.intended.clone()),
    }
}

/// Takes the evaluations among what is asked for, from where the check saw them; of two at once one is told that
/// somebody was first.
fn take_trials(tx: &mut Write, purchase: &Purchase, wanted: &[Wanted]) -> Result<(), BuyError> {
    for w in wanted.iter().filter(|w| w.offer.plan.trial) {
        if !rows::take_trial(tx, w.dataset.id, purchase.buyer_id, purchase.id, w.taken)? {
            return Err(BuyError::Overtaken);
        }
    }
    Ok(())
}

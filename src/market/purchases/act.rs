//! What is done to a purchase. Every act is one conditional statement with its record and its notices.

use super::access::{MayDecide, MayMarkPaid, MayWithdraw};
use super::agreement::agreement_of;
use super::arrive::{advance, agreed, arrive, note, settle_holds};
use super::reasons::Reason;
use super::replan::replanned;
use super::requote::quote_condition;
use super::rows::{self, Decision, Purchase, Verdict};
use super::state::{Desk, Event, State};
use super::steps::{self, Counted, StepDecision};
use super::submit::OPEN_DAYS;
use super::tell;
use crate::market::accounts::{self, Actor};
use crate::market::conditions::Refused;
use crate::market::grants::Hand;
use crate::market::journal::Deed;
use crate::market::offers::BadChoice;
use crate::market::orders;
use crate::market::parties::policy::StepKind;
use crate::store::{StoreError, Write};
use crate::values::{BadMoney, DecisionId, Line as Words, Money, Prose, PurchaseId, Timestamp};

/// Why something did not happen to a purchase.
#[derive(Debug, thiserror::Error)]
pub enum BuyError {
    /// The accepted texts are not those of the offers now.
    #[error("the licence text changed, or was not accepted")]
    NotAccepted,
    /// A choice (seats, periods, tier) does not fit the offer.
    #[error(transparent)]
    Choice(#[from] BadChoice),
    /// The quote is not the one that was shown.
    #[error("the quote is not the one that was shown")]
    QuoteChanged,
    /// Proposed terms do not fit the request.
    #[error("the proposed terms do not fit")]
    Terms,
    /// The reason is not one of those that the desk may name.
    #[error("no such reason")]
    NoSuchReason,
    /// The agreement is not in the wording that was read.
    #[error("the agreement is not in the wording that was read")]
    AgreementChanged,
    /// The amount is not exactly what is owed.
    #[error("the amount is not exactly what is owed")]
    WrongAmount,
    /// Somebody was first, or the state does not allow it.
    #[error("somebody was first")]
    Overtaken,
    /// The actor may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
impl From<BadMoney> for BuyError {
    fn from(error: BadMoney) -> Self {
        Self::Store(StoreError::Broken(error.to_string()))
    }
}

fn decision(may: &MayDecide, verdict: Verdict, text: &str, now: Timestamp) -> Decision {
    Decision {
        side: may.side,
        verdict,
        member_id: may.member,
        note: text.to_owned(),
        round: may.round,
        decided_at: now,
    }
}

/// Signs the agreement as it stands: in which language it was read, and its hash. The wording is kept with it.
fn sign(tx: &mut Write, may: &MayDecide, now: Timestamp) -> Result<(String, String), BuyError> {
    let agreement = agreement_of(tx, &may.purchase)?;
    let sha256 = agreement.sha256()?;
    if may.read.as_ref().is_some_and(|read| *read != sha256) {
        return Err(BuyError::AgreementChanged);
    }
    rows::keep_signed(tx, may.purchase.id, (sha256.as_str(), &agreement.wording()?), now)?;
    Ok((may.lang.to_string(), sha256.to_string()))
}

/// Counts a decision on the step that it is about. The request is locked first, so that the last of several approvals
/// is certain to be the last.
fn counted(
    tx: &mut Write,
    may: &MayDecide,
    verdict: Verdict,
    words: (&str, &str),
    now: Timestamp,
) -> Result<Counted, BuyError> {
    let Some((step, stands_for)) = &may.seat else { return Ok(Counted::SideDone) };
    if !rows::hold(tx, &may.purchase)? {
        return Err(BuyError::Overtaken);
    }
    let signs = (step.kind, verdict) == (StepKind::Sign, Verdict::Approved);
    let signed = if signs { Some(sign(tx, may, now)?) } else { None };
    let decision = StepDecision {
        id: DecisionId::fresh(),
        step_id: step.id,
        purchase_id: may.purchase.id,
        party_id: step.party_id,
        desk: step.desk,
        round: step.round,
        verdict,
        kind: step.kind,
        member_id: may.member,
        member_name: may.by.name.clone(),
        stands_for: *stands_for,
        reason: words.0.to_owned(),
        note: words.1.to_owned(),
        signed,
        decided_at: now,
    };
    match steps::count(tx, &may.purchase, &decision, now)? {
        Counted::Late => Err(BuyError::Overtaken),
        done @ (Counted::More | Counted::StepDone | Counted::NextGroup | Counted::SideDone) => Ok(done),
    }
}

fn is_signature(may: &MayDecide) -> bool {
    may.seat.as_ref().is_some_and(|(step, _)| step.kind == StepKind::Sign)
}

/// What the record says of a decision on a step.
fn step_detail(tx: &mut Write, may: &MayDecide, text: &str) -> Result<serde_json::Value, StoreError> {
    let Some((step, stands_for)) = &may.seat else { return Ok(serde_json::json!({ "note": text })) };
    let mut detail = serde_json::json!({ "note": text, "step_zh": step.name_zh, "step_en": step.name_en });
    if let Some(map) = detail.as_object_mut() {
        if step.need > 1 {
            let now = steps::rows::last_round(tx, &may.purchase)?.into_iter().find(|s| s.id == step.id);
            map.insert("count".to_owned(), format!("{}/{}", now.map_or(0, |s| s.approvals), step.need).into());
        }
        if is_signature(may) {
            let sha256 = agreement_of(tx, &may.purchase)?.sha256()?;
            map.insert("signed_sha256".to_owned(), sha256.to_string().into());
            map.insert("signed_lang".to_owned(), may.lang.as_str().into());
        }
        if *stands_for != may.member {
            let name = accounts::find_member(tx, *stands_for)?.map(|m| m.name).unwrap_or_default();
            map.insert("stands_for".to_owned(), name.into());
        }
    }
    Ok(detail)
}

/// Keeps the decision of a desk. The buyer's has decided in this round before somebody signs: a signature is a decision
/// on its step alone.
fn keep_decision(tx: &mut Write, id: PurchaseId, decided: &Decision, signature: bool) -> Result<(), StoreError> {
    if signature { Ok(()) } else { rows::insert_decision(tx, id, decided) }
}

/// Approves for one's desk. When it was the last approval that the side needs, the request moves; what follows (the
/// other side, an order, the grants) follows in the same transaction.
///
/// # Errors
/// [`BuyError::Overtaken`] when somebody was first.
pub fn approve(
    tx: &mut Write,
    may: MayDecide,
    text: &Prose,
    hand: &Hand,
    now: Timestamp,
) -> Result<PurchaseId, BuyError> {
    let decided = decision(&may, Verdict::Approved, text.as_str(), now);
    // Whoever approves, approves the locked price: when its lock ran out, the buyer gets a fresh quote first. When both
    // sides agreed in time, it counts.
    if matches!(may.purchase.state, State::Submitted | State::AwaitingSeller) {
        Refused::unless_met(vec![quote_condition(&may.purchase, now)])?;
    }
    let counted = counted(tx, &may, Verdict::Approved, ("", text.as_str()), now)?;
    let (event, deed) = match may.side {
        Desk::Buyer if may.purchase.state == State::AwaitingSignature => (Event::Sign, Deed::AgreementSigned),
        Desk::Buyer if is_signature(&may) => (Event::BuyerApprove, Deed::AgreementSigned),
        Desk::Buyer => (Event::BuyerApprove, Deed::BuyerApproved),
        Desk::Seller => (Event::SellerApprove, Deed::SellerApproved),
        Desk::Compliance => (Event::ComplianceApprove, Deed::ComplianceApproved),
    };
    let detail = step_detail(tx, &may, text.as_str())?;
    if counted != Counted::SideDone {
        note(tx, &may.by, deed, &may.purchase, detail, now)?;
        if counted != Counted::More {
            tell::step_done(tx, &may, now)?;
        }
        if counted == Counted::NextGroup {
            tell::waiting(tx, &may.purchase, now)?;
        }
        return Ok(may.purchase.id);
    }
    let step = may.seat.as_ref().map(|(step, _)| step.clone());
    let last = may.purchase.state == State::AwaitingSignature;
    let purchase = advance(tx, may.purchase, &event, now)?;
    keep_decision(tx, purchase.id, &decided, last)?;
    note(tx, &may.by, deed, &purchase, detail, now)?;
    tell::decided(tx, &purchase, (may.side, step.as_ref()), may.member, "approved", now)?;
    arrive(tx, &may.by, &purchase, hand, now)?;
    Ok(purchase.id)
}

/// Refuses with a reason out of the list and words.
///
/// # Errors
/// [`BuyError::Overtaken`] when somebody was first.
pub fn refuse(tx: &mut Write, may: MayDecide, reason: &Reason, now: Timestamp) -> Result<PurchaseId, BuyError> {
    let words = reason.words.as_str();
    let decided = decision(&may, Verdict::Refused, words, now);
    let detail = reason.detail(tx, &may.purchase, may.side)?;
    counted(tx, &may, Verdict::Refused, (&reason.code, words), now)?;
    let step = may.seat.as_ref().map(|(step, _)| step.clone());
    let event = Event::Refuse { side: may.side, reason: words.to_owned() };
    let last = may.purchase.state == State::AwaitingSignature;
    let purchase = advance(tx, may.purchase, &event, now)?;
    keep_decision(tx, purchase.id, &decided, last)?;
    note(tx, &may.by, Deed::PurchaseRefused, &purchase, detail, now)?;
    tell::refused(tx, &purchase, &may.by, words, now)?;
    tell::decided(tx, &purchase, (may.side, step.as_ref()), may.member, "refused", now)?;
    Ok(purchase.id)
}

/// Returns a request for changes, saying which.
///
/// # Errors
/// [`BuyError::Overtaken`] when somebody was first.
pub fn give_back(tx: &mut Write, may: MayDecide, what: &Prose, now: Timestamp) -> Result<PurchaseId, BuyError> {
    let decided = decision(&may, Verdict::Returned, what.as_str(), now);
    counted(tx, &may, Verdict::Returned, ("", what.as_str()), now)?;
    let step = may.seat.as_ref().map(|(step, _)| step.clone());
    let event = Event::Return { side: may.side, note: what.to_string() };
    let (round, last) = (may.round, may.purchase.state == State::AwaitingSignature);
    let mut purchase = advance(tx, may.purchase, &event, now)?;
    keep_decision(tx, purchase.id, &decided, last)?;
    if last {
        purchase.renewals += 1;
        rows::set_terms(tx, &purchase)?;
    }
    let detail = serde_json::json!({ "side": may.side.as_str(), "note": what.as_str() });
    note(tx, &may.by, Deed::PurchaseReturned, &purchase, detail, now)?;
    tell::returned(tx, &purchase, &may.by, what.as_str(), round, now)?;
    tell::decided(tx, &purchase, (may.side, step.as_ref()), may.member, "returned", now)?;
    Ok(purchase.id)
}

/// Submits a returned request again, with a changed purpose. The price stays locked.
///
/// # Errors
/// [`BuyError::Overtaken`] when it is not returned.
pub fn resubmit(
    tx: &mut Write,
    may: MayWithdraw,
    revision: i64,
    purpose: &Prose,
    hand: &Hand,
    now: Timestamp,
) -> Result<PurchaseId, BuyError> {
    let MayWithdraw { purchase, by } = may;
    if purchase.revision != revision {
        return Err(BuyError::Overtaken);
    }
    let (purchase, plan) = replanned(tx, Purchase { purpose: purpose.to_string(), ..purchase }, None, now)?;
    let mut purchase = advance(tx, purchase, &Event::Resubmit, now)?;
    purchase.expires_at = now.plus_days(OPEN_DAYS);
    rows::set_asked(tx, purchase.id, purpose.as_str(), purchase.expires_at, now)?;
    note(tx, &by, Deed::PurchaseResubmitted, &purchase, serde_json::json!({ "purpose": purpose.as_str() }), now)?;
    agreed(tx, &purchase, &plan, now)?;
    arrive(tx, &by, &purchase, hand, now)?;
    Ok(purchase.id)
}

/// Takes a request back.
///
/// # Errors
/// [`BuyError::Overtaken`] when it is decided already.
pub fn withdraw(tx: &mut Write, may: MayWithdraw, now: Timestamp) -> Result<PurchaseId, BuyError> {
    let MayWithdraw { purchase, by } = may;
    let purchase = advance(tx, purchase, &Event::Withdraw, now)?;
    note(tx, &by, Deed::PurchaseWithdrawn, &purchase, serde_json::Value::Null, now)?;
    tell::withdrawn(tx, &purchase, &by, now)?;
    Ok(purchase.id)
}

/// A payment as it came in.
#[derive(Debug, Clone)]
pub struct Paid {
    /// The amount, which must be exactly what is owed.
    pub amount: Money,
    /// The day on the bank statement, `2026-11-24`.
    pub on: String,
    /// The reference on the bank statement.
    pub reference: Words,
}

/// Records a payment: the order is settled, a prepaid purchase moves, its grants are given, all in one transaction.
///
/// # Errors
/// [`BuyError::WrongAmount`], [`BuyError::Overtaken`] when it is paid already.
pub fn settle(
    tx: &mut Write,
    may: MayMarkPaid,
    paid: &Paid,
    hand: &Hand,
    now: Timestamp,
) -> Result<PurchaseId, BuyError> {
    let MayMarkPaid { order, purchase, member, by } = may;
    if paid.amount != order.gross()? {
        return Err(BuyError::WrongAmount);
    }
    if !orders::settle(tx, &order, member, &paid.on, paid.reference.as_str(), now)? {
        return Err(BuyError::Overtaken);
    }
    let detail = serde_json::json!({ "invoice": order.number, "amount": paid.amount.to_string(), "date": paid.on, "reference": paid.reference.as_str() });
    note(tx, &by, Deed::OrderPaid, &purchase, detail, now)?;
    tell::paid(tx, &purchase, &order, now)?;
    if purchase.state == State::AwaitingPayment {
        let purchase = advance(tx, purchase, &Event::Pay, now)?;
        arrive(tx, &by, &purchase, hand, now)?;
        return Ok(purchase.id);
    }
    Ok(purchase.id)
}

/// Ends the requests whose deadline has passed; gives how many.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn expire_due(tx: &mut Write, house: &Actor, now: Timestamp) -> Result<usize, StoreError> {
    let mut ended = 0;
    if !house.is_house() {
        return Ok(ended);
    }
    for purchase in rows::overdue(tx, now)? {
        if let Ok(next) = purchase.state.after(&Event::Expire, purchase.needs)
            && rows::advance(tx, &purchase, &next, now)?
        {
            note(tx, &house.by(), Deed::PurchaseExpired, &purchase, serde_json::Value::Null, now)?;
            steps::close(tx, purchase.id, now)?;
            settle_holds(tx, purchase.id, &next, now)?;
            tell::expired(tx, &purchase, now)?;
            ended += 1;
        }
    }
    Ok(ended)
}

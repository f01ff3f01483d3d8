//! What is done to a purchase. Every act is one conditional statement with its record and its notices.

use super::access::{MayDecide, MayMarkPaid, MayRequest, MayWithdraw, Wanted};
use super::rows::{self, Decision, Line, Purchase, Verdict};
use super::state::{Desk, Event, Needs, State};
use super::steps::{self, Case, Counted, Part, StepDecision};
use super::reasons::Reason;
use super::tell;
use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::datasets;
use crate::market::grants::{self, Grant, Hand, ReceiptFacts, State as GrantState};
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::market::licences;
use crate::market::offers::{Approval, Payment};
use crate::market::orders::{self, Owed};
use crate::market::{accounts, parties};
use crate::store::{StoreError, Write, next_number};
use crate::values::{BadMoney, DecisionId, GrantId, Lang, Line as Words, LineId, Money, Prose, PurchaseId, Sha256, Timestamp};

/// Days within which a request must be decided and paid.
const OPEN_DAYS: i64 = 30;

/// What a buyer asks.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What the data is for.
    pub purpose: Prose,
    /// The language in which the licences were read.
    pub lang: Lang,
    /// The hashes of the licences that were accepted, one for each offer in order.
    pub accepted: Vec<Sha256>,
}

/// Why something did not happen to a purchase.
#[derive(Debug, thiserror::Error)]
pub enum BuyError {
    /// The accepted texts are not those of the offers now.
    #[error("the licence text changed, or was not accepted")]
    NotAccepted,
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

/// Submits a request: the price is locked as a quote, and it goes to whoever decides first.
///
/// # Errors
/// [`BuyError::NotAccepted`] when the accepted texts are not those of the offers.
#[expect(clippy::too_many_lines, reason = "one act from the check of the texts to the first notice")]
pub fn submit(
    tx: &mut Write,
    may: MayRequest,
    asked: &Asked,
    hand: &Hand,
    now: Timestamp,
) -> Result<PurchaseId, BuyError> {
    let MayRequest { buyer, seller, wanted, compliance, by } = may;
    let texts: Vec<&Sha256> = wanted.iter().map(|w| &w.licence.sha256).collect();
    if texts != asked.accepted.iter().collect::<Vec<_>>() {
        return Err(BuyError::NotAccepted);
    }
    let currency = wanted.first().map_or(buyer.approval_currency, |w| w.offer.price.currency);
    let (mut net, mut tax, mut lines) = (Money::new(0, currency), Money::new(0, currency), Vec::new());
    for (position, w) in (1..).zip(&wanted) {
        let line_tax = w.offer.tax()?;
        net = net.plus(w.offer.price)?;
        tax = tax.plus(line_tax)?;
        lines.push(Line {
            id: LineId::fresh(),
            position,
            offer_id: w.offer.id,
            dataset_id: w.dataset.id,
            version_id: w.version.id,
            licence_id: w.licence.id,
            licence_sha256: w.licence.sha256.clone(),
            scope: w.offer.scope,
            term_days: w.offer.term_days,
            net: w.offer.price,
            tax_basis_points: w.offer.tax_basis_points,
            tax: line_tax,
            payment_days: w.offer.payment_days,
        });
    }
    let gross = net.plus(tax)?;
    let part = |w: &Wanted| Part {
        dataset: w.dataset.id,
        level: w.dataset.level,
        licensor: w.offer.approval == Approval::Licensor,
        class: steps::class_of(&w.licence),
    };
    let case = Case {
        buyer: buyer.clone(),
        seller: seller.clone(),
        gross,
        purpose: asked.purpose.to_string(),
        parts: wanted.iter().map(part).collect(),
        at: now,
    };
    let plan = steps::plan(tx, &case)?;
    let prepaid = gross.minor > 0 && wanted.iter().any(|w| w.offer.payment == Payment::Prepaid);
    let needs = Needs {
        approver: plan.needs(Desk::Buyer),
        licensor: plan.needs(Desk::Seller),
        compliance,
        prepaid,
    };
    let payment = if prepaid {
        "prepaid"
    } else if gross.minor > 0 {
        "later"
    } else {
        "none"
    };
    let state = State::first(needs);
    let purchase = Purchase {
        id: PurchaseId::fresh(),
        number: format!("PR-{}-{:04}", now.year(), next_number(tx, &format!("purchases/{}", now.year()))?),
        buyer_id: buyer.id,
        seller_id: seller.id,
        state,
        requested_by: by.id.clone(),
        requested_by_kind: by.kind.to_string(),
        requested_by_name: by.name.clone(),
        purpose: asked.purpose.to_string(),
        accepted_at: now,
        accepted_lang: asked.lang.to_string(),
        net,
        tax,
        needs,
        submitted_at: now,
        state_at: now,
        expires_at: now.plus_days(OPEN_DAYS),
        revision: 1,
    };
    rows::insert(tx, &purchase, payment)?;
    for line in &lines {
        rows::insert_line(tx, purchase.id, line)?;
    }
    steps::lock(tx, purchase.id, &case, &plan)?;
    let detail = serde_json::json!({ "number": purchase.number, "amount": gross.to_string(), "purpose": asked.purpose.as_str() });
    note(tx, &by, Deed::PurchaseSubmitted, &purchase, detail, now)?;
    agreed(tx, &purchase, &plan, now)?;
    tell::submitted(tx, &purchase, &lines, now)?;
    arrive(tx, &by, &purchase, hand, now)?;
    Ok(purchase.id)
}

/// Notes that the seller's rules agreed by themselves, and on what grounds.
fn agreed(tx: &mut Write, p: &Purchase, plan: &steps::Plan, now: Timestamp) -> Result<(), StoreError> {
    let Some(conditions) = &plan.agreed else { return Ok(()) };
    let grounds: Vec<&str> = conditions.iter().map(|c| c.code).collect();
    let by = Actor::house("rules").by();
    note(tx, &by, Deed::RuleApproved, p, serde_json::json!({ "side": "seller", "grounds": grounds }), now)
}

pub(super) fn note(
    tx: &mut Write,
    by: &By,
    deed: Deed,
    p: &Purchase,
    detail: serde_json::Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    journal::note(
        tx,
        by,
        &Note::new(deed, Thing::Purchase, p.id).for_party(p.buyer_id).and_party(p.seller_id).detail(detail),
        now,
    )
}

/// What follows from the state that a purchase has just reached: somebody is told, an order is opened, grants are given.
fn arrive(tx: &mut Write, by: &By, p: &Purchase, hand: &Hand, now: Timestamp) -> Result<(), BuyError> {
    if let Some(desk) = p.state.decider() {
        steps::open_group(tx, p, desk, now)?;
    }
    match &p.state {
        State::Submitted | State::AwaitingSeller | State::AwaitingCompliance => tell::waiting(tx, p, now)?,
        State::AwaitingPayment => owe(tx, by, p, now)?,
        State::Granted => {
            let paid_before = orders::of_purchase(tx, p.id)?.is_some();
            if !paid_before && p.gross()?.minor > 0 {
                owe(tx, by, p, now)?;
            }
            give_grants(tx, by, p, hand, now)?;
        }
        State::Returned { .. } | State::Refused { .. } | State::Withdrawn | State::Expired => {}
    }
    Ok(())
}

fn owe(tx: &mut Write, by: &By, p: &Purchase, now: Timestamp) -> Result<(), BuyError> {
    let days = rows::lines(tx, p)?.iter().map(|l| l.payment_days).min().unwrap_or(0);
    let owed = Owed { purchase: p.id, buyer: p.buyer_id, seller: p.seller_id, net: p.net, tax: p.tax, days };
    let order = orders::open(tx, by, &owed, now)?;
    Ok(tell::invoice(tx, p, &order, now)?)
}

/// Everybody who approved, in order: one for each step and person, and the compliance officer.
fn approvals(tx: &mut Write, p: &Purchase) -> Result<Vec<(String, String, Timestamp)>, StoreError> {
    let counted = steps::rows::decisions_of(tx, p.id)?;
    let mut list = Vec::new();
    for d in rows::decisions_of(tx, p.id)?.into_iter().filter(|d| d.verdict == Verdict::Approved) {
        if !counted.iter().any(|c| c.member_id == d.member_id && c.desk == d.side) {
            let name = accounts::find_member(tx, d.member_id)?.map(|m| m.name).unwrap_or_default();
            list.push((d.side.to_string(), name, d.decided_at));
        }
    }
    let steps = counted.into_iter().filter(|d| d.verdict == Verdict::Approved);
    list.extend(steps.map(|d| (d.desk.to_string(), d.member_name, d.decided_at)));
    list.sort_by_key(|(_, _, at)| *at);
    Ok(list)
}

/// Gives one grant for each line.
fn give_grants(tx: &mut Write, by: &By, p: &Purchase, hand: &Hand, now: Timestamp) -> Result<(), BuyError> {
    let (licensee, licensor) = (parties::get(tx, p.buyer_id)?, parties::get(tx, p.seller_id)?);
    let approvals = approvals(tx, p)?;
    for line in rows::lines(tx, p)? {
        let dataset = datasets::get(tx, line.dataset_id)?;
        let version = datasets::version(tx, line.version_id)?.ok_or(BuyError::Overtaken)?;
        let licence = licences::find(tx, line.licence_id)?.ok_or(BuyError::Overtaken)?;
        let facts = ReceiptFacts {
            licensor: &licensor,
            licensee: &licensee,
            dataset: &dataset,
            version: &version,
            licence: &licence,
            net: line.net,
            tax: line.tax,
            purpose: &p.purpose,
            requested_by: &p.requested_by_name,
            accepted_at: p.accepted_at,
            accepted_lang: &p.accepted_lang,
            approvals: approvals.clone(),
        };
        let grant = Grant {
            id: GrantId::fresh(),
            number: String::new(),
            purchase_id: p.id,
            line_id: line.id,
            holder_id: p.buyer_id,
            seller_id: p.seller_id,
            dataset_id: line.dataset_id,
            version_id: line.version_id,
            scope: line.scope,
            licence_id: line.licence_id,
            state: GrantState::Active,
            starts_at: now,
            ends_at: line.term_days.map(|d| now.plus_days(d)),
            receipt: String::new(),
            created_at: now,
            revision: 1,
        };
        let grant = grants::give(tx, by, grant, &facts, hand, now)?;
        let detail = serde_json::json!({ "number": grant.number });
        note(tx, by, Deed::Granted, p, detail, now)?;
        tell::granted(tx, p, &grant, &dataset, now)?;
    }
    Ok(())
}

/// Moves a purchase if nobody was first, and gives it as it is now.
fn advance(tx: &mut Write, purchase: Purchase, event: &Event, now: Timestamp) -> Result<Purchase, BuyError> {
    let next = purchase.state.after(event, purchase.needs).map_err(|_| BuyError::Overtaken)?;
    if !rows::advance(tx, &purchase, &next, now)? {
        return Err(BuyError::Overtaken);
    }
    // What comes back or ends waits for nobody any more; on its way it keeps the steps of the other side.
    if next.decider().is_none() {
        steps::close(tx, purchase.id, now)?;
    }
    Ok(Purchase { state: next, state_at: now, revision: purchase.revision + 1, ..purchase })
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
        signed: None,
        decided_at: now,
    };
    match steps::count(tx, &may.purchase, &decision, now)? {
        Counted::Late => Err(BuyError::Overtaken),
        done => Ok(done),
    }
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
        if *stands_for != may.member {
            let name = accounts::find_member(tx, *stands_for)?.map(|m| m.name).unwrap_or_default();
            map.insert("stands_for".to_owned(), name.into());
        }
    }
    Ok(detail)
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
    let counted = counted(tx, &may, Verdict::Approved, ("", text.as_str()), now)?;
    let (event, deed) = match may.side {
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
    let purchase = advance(tx, may.purchase, &event, now)?;
    rows::insert_decision(tx, purchase.id, &decided)?;
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
    counted(tx, &may, Verdict::Refused, (&reason.code, words), now)?;
    let step = may.seat.as_ref().map(|(step, _)| step.clone());
    let event = Event::Refuse { side: may.side, reason: words.to_owned() };
    let purchase = advance(tx, may.purchase, &event, now)?;
    rows::insert_decision(tx, purchase.id, &decided)?;
    let detail = serde_json::json!({ "side": may.side.as_str(), "reason": words, "code": reason.code });
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
    let round = may.round;
    let purchase = advance(tx, may.purchase, &event, now)?;
    rows::insert_decision(tx, purchase.id, &decided)?;
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
    let (purchase, plan) = replanned(tx, Purchase { purpose: purpose.to_string(), ..purchase }, now)?;
    let mut purchase = advance(tx, purchase, &Event::Resubmit, now)?;
    purchase.expires_at = now.plus_days(OPEN_DAYS);
    rows::set_asked(tx, purchase.id, purpose.as_str(), purchase.expires_at, now)?;
    note(tx, &by, Deed::PurchaseResubmitted, &purchase, serde_json::json!({ "purpose": purpose.as_str() }), now)?;
    agreed(tx, &purchase, &plan, now)?;
    arrive(tx, &by, &purchase, hand, now)?;
    Ok(purchase.id)
}

/// Asks the policies of both sides again, for a request that changed.
fn replanned(tx: &mut Write, p: Purchase, now: Timestamp) -> Result<(Purchase, steps::Plan), BuyError> {
    if !rows::hold(tx, &p)? {
        return Err(BuyError::Overtaken);
    }
    let case = Case { at: now, ..steps::case_of(tx, &p)? };
    let plan = steps::plan(tx, &case)?;
    let needs = Needs { approver: plan.needs(Desk::Buyer), licensor: plan.needs(Desk::Seller), ..p.needs };
    rows::set_needs(tx, p.id, needs)?;
    steps::close(tx, p.id, now)?;
    steps::lock(tx, p.id, &case, &plan)?;
    Ok((Purchase { needs, ..p }, plan))
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
            tell::expired(tx, &purchase, now)?;
            ended += 1;
        }
    }
    Ok(ended)
}

//! Negotiation: one side proposes terms, the other agrees, proposes others, or ends it. What is agreed is a stored
//! proposal, named by its id and hash; no number of whoever agrees counts.

use super::access::visible;
use super::act::BuyError;
use super::arrive::{advance, agreed, arrive, note};
use super::proposal::{Proposal, ProposedLine, applied, canonical, fingerprint, sums};
use super::reasons::Reason;
use super::replan::{replanned, reserve_again};
use super::rows::{self, Decision, Line, Purchase, Verdict};
use super::state::{Desk, Event, Needs, State};
use super::steps::Voice;
use super::submit::OPEN_DAYS;
use super::tell;
use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::grants::{Hand, Side};
use crate::market::journal::{By, Deed};
use crate::market::licences;
use crate::market::offers::{self, Payment};
use crate::market::parties::{self, Role};
use crate::store::{Read, StoreError, Write};
use crate::values::{MemberId, ProposalId, Prose, PurchaseId, Sha256, Timestamp};

/// Days that a proposal may stay open.
pub const MOST_OPEN_DAYS: i64 = 90;

/// Whose turn it is to propose: in a negotiation the side that answers, before it the seller who decides.
#[must_use]
pub const fn proposer(state: &State) -> Option<Side> {
    match state {
        State::Negotiating { turn } => Some(*turn),
        State::AwaitingSeller => Some(Side::Seller),
        State::Submitted
        | State::AwaitingCompliance
        | State::AwaitingSignature
        | State::AwaitingPayment
        | State::Returned { .. }
        | State::Granted
        | State::Refused { .. }
        | State::Withdrawn
        | State::Expired => None,
    }
}

/// The proposal that waits for an answer, if any.
#[must_use]
pub fn open_one<'p>(purchase: &Purchase, list: &'p [Proposal]) -> Option<&'p Proposal> {
    let State::Negotiating { turn } = purchase.state else { return None };
    list.last().filter(|p| p.number > 0 && p.side != turn && p.agreed_at.is_none())
}

/// The list behind the buttons of a negotiation: it is the actor's side's turn, by somebody with the role.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn negotiate_conditions(
    tx: &mut Read,
    actor: &Actor,
    purchase: &Purchase,
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    let turn = proposer(&purchase.state);
    let here = Step::Purchase(purchase.id);
    let mut list = vec![Condition::new("turn-to-propose", turn.is_some(), "nobody").at(here.clone())];
    match turn {
        Some(Side::Seller) => {
            let role = parties::roles_of(tx, actor, purchase.seller_id)?.has(Role::Licensor);
            let own = actor.member().is_some_and(|m| purchase.is_by(m));
            list.push(Condition::new("is-person", actor.member().is_some(), "licensor"));
            list.push(Condition::new("role-to-decide", role, "licensor").at(Step::Members(purchase.seller_id)));
            list.push(Condition::new("not-own-request", !own, "licensor"));
        }
        Some(Side::Buyer) | None => {
            let roles = parties::roles_of(tx, actor, purchase.buyer_id)?;
            let machine = actor.service().is_some() && actor.bound() == Some(purchase.buyer_id);
            let may = roles.has(Role::Requester) || (machine && actor.has_scope("purchase"));
            list.push(Condition::new("role-to-request", may, "buyer-owner").at(Step::Members(purchase.buyer_id)));
        }
    }
    let in_time = !matches!(purchase.state, State::Negotiating { .. }) || now < purchase.expires_at;
    list.push(Condition::new("proposal-in-time", in_time, "requester").about(purchase.expires_at.rfc3339()).at(here));
    Ok(list)
}

/// Lets a side propose terms or end a negotiation.
pub struct MayNegotiate {
    purchase: Purchase,
    side: Side,
    member: Option<MemberId>,
    round: i64,
    by: By,
}
impl MayNegotiate {
    /// Checks the rule in this transaction; `revision` is that of the page on which it was done.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Overtaken`] for an outdated page, [`Refused::Unmet`] with the list.
    pub fn check(tx: &mut Read, actor: &Actor, id: PurchaseId, revision: i64, now: Timestamp) -> Result<Self, Refused> {
        let (purchase, _) = visible(tx, actor, id)?;
        if purchase.revision != revision {
            return Err(Refused::Overtaken);
        }
        Refused::unless_met(negotiate_conditions(tx, actor, &purchase, now)?)?;
        let side = proposer(&purchase.state).ok_or(Refused::Overtaken)?;
        let round = super::round(&purchase, &rows::decisions_of(tx, id)?);
        Ok(Self { purchase, side, member: actor.member(), round, by: actor.by() })
    }
}

/// Lets a side agree to the proposal that it was shown.
pub struct MayAgree {
    purchase: Purchase,
    proposal: Proposal,
    side: Side,
    by: By,
}
impl MayAgree {
    /// Checks the rule in this transaction. The proposal is named by its id and the hash of its terms.
    ///
    /// # Errors
    /// As [`MayNegotiate::check`]; [`Refused::Overtaken`] when another proposal, or none, waits for an answer.
    pub fn check(
        tx: &mut Read,
        actor: &Actor,
        id: PurchaseId,
        (proposal, sha256): (ProposalId, &Sha256),
        now: Timestamp,
    ) -> Result<Self, Refused> {
        let (purchase, _) = visible(tx, actor, id)?;
        let list = rows::proposals_of(tx, &purchase)?;
        if !list.iter().any(|p| p.id == proposal) {
            return Err(Refused::Hidden);
        }
        let open = open_one(&purchase, &list).filter(|p| p.id == proposal && p.sha256 == *sha256);
        let Some(proposal) = open.cloned() else { return Err(Refused::Overtaken) };
        Refused::unless_met(negotiate_conditions(tx, actor, &purchase, now)?)?;
        let side = proposer(&purchase.state).ok_or(Refused::Overtaken)?;
        Ok(Self { purchase, proposal, side, by: actor.by() })
    }
}

/// Terms as a side proposes them.
#[derive(Debug, Clone)]
pub struct NewProposal {
    /// One for each line, in order.
    pub lines: Vec<ProposedLine>,
    /// Words to the other side.
    pub note: Prose,
    /// Days within which the other side must answer, 1 to 90.
    pub open_days: i64,
}

/// Makes the row of a proposal.
fn made(
    p: &Purchase,
    number: i64,
    side: Side,
    lines: Vec<ProposedLine>,
    priced: &[Line],
    by: &By,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(Proposal, String), BuyError> {
    let (net, tax) = sums(priced)?;
    let text = canonical(&lines);
    let sha256 = fingerprint(p.id.as_str(), number, side, expires_at, &text);
    let proposal = Proposal {
        id: ProposalId::fresh(),
        number,
        side,
        lines,
        net,
        tax,
        note: String::new(),
        sha256,
        made_by: by.id.clone(),
        made_by_name: by.name.clone(),
        made_at: now,
        expires_at,
        agreed_at: None,
        agreed_by_name: None,
    };
    Ok((proposal, text))
}

/// Proposes terms to the other side: a price for a request without one, a counter-offer, or an approval with narrower
/// terms. The deadline of the request becomes that of the proposal.
///
/// # Errors
/// [`BuyError::Terms`] when the terms do not fit, [`BuyError::Overtaken`] when somebody was first.
pub fn propose(tx: &mut Write, may: MayNegotiate, new: &NewProposal, now: Timestamp) -> Result<PurchaseId, BuyError> {
    let MayNegotiate { purchase, side, by, .. } = may;
    if !(1..=MOST_OPEN_DAYS).contains(&new.open_days) {
        return Err(BuyError::Terms);
    }
    let lines = rows::lines(tx, &purchase)?;
    let priced = applied(&lines, &new.lines).map_err(|_| BuyError::Terms)?;
    for line in &priced {
        let longest = licences::find(tx, line.licence_id)?.and_then(|l| l.terms.longest_days()).map(i64::from);
        if longest.is_some_and(|most| line.term_days.is_none_or(|days| days > most)) {
            return Err(BuyError::Terms);
        }
    }
    let before = rows::proposals_of(tx, &purchase)?;
    let mut purchase = advance(tx, purchase, &Event::Propose { side }, now)?;
    if before.is_empty() {
        // What was asked for stays to be compared with.
        let asked = lines.iter().map(ProposedLine::of).collect();
        let submitted =
            By { id: purchase.requested_by.clone(), name: purchase.requested_by_name.clone(), ..by.clone() };
        let times = (purchase.submitted_at, purchase.expires_at);
        let (zero, text) = made(&purchase, 0, Side::Buyer, asked, &lines, &submitted, times)?;
        rows::insert_proposal(tx, purchase.id, &zero, &text)?;
    }
    let number = before.last().map_or(1, |p| p.number + 1);
    let until = now.plus_days(new.open_days);
    let (mut proposal, text) = made(&purchase, number, side, new.lines.clone(), &priced, &by, (now, until))?;
    proposal.note = new.note.to_string();
    rows::insert_proposal(tx, purchase.id, &proposal, &text)?;
    purchase.expires_at = until;
    rows::set_terms(tx, &purchase)?;
    // What the buyer proposes can be agreed to at once: it is held until the seller answers.
    if side == Side::Buyer {
        reserve_again(tx, &purchase, proposal.gross()?, now)?;
    }
    let amount = proposal.gross()?.to_string();
    let detail = serde_json::json!({
        "side": side.as_str(), "proposal": number, "amount": amount, "note": new.note.as_str(),
        "until": until.rfc3339(), "sha256": proposal.sha256.as_str(),
    });
    note(tx, &by, Deed::ProposalMade, &purchase, detail, now)?;
    tell::turn(tx, &purchase, Some(&proposal), &by, now)?;
    Ok(purchase.id)
}

/// Whether lines at these prices are paid before the grant.
pub(super) fn is_prepaid(tx: &mut Read, lines: &[Line]) -> Result<bool, StoreError> {
    let mut prepaid = false;
    for line in lines.iter().filter(|l| l.net.minor > 0) {
        prepaid |= offers::find(tx, line.offer_id)?.is_some_and(|o| o.payment == Payment::Prepaid);
    }
    Ok(prepaid)
}

/// Who of the seller gave the word on a proposal that is agreed to: whoever agrees, or whoever had made it.
fn voice_of(proposal: &Proposal, side: Side, by: &By, now: Timestamp) -> Option<Voice> {
    let (id, name, at) = match side {
        Side::Seller => (&by.id, &by.name, now),
        Side::Buyer => (&proposal.made_by, &proposal.made_by_name, proposal.made_at),
    };
    Some(Voice { member: id.parse().ok()?, name: name.clone(), at })
}

/// The buyer's budgets are its own matter: a seller learns that they no longer cover what the buyer proposed, and no
/// numbers.
fn discreet(error: BuyError, side: Side) -> BuyError {
    if side == Side::Seller && matches!(error, BuyError::Refused(Refused::Unmet(_))) {
        let covered = Condition::new("proposal-covered", false, "buyer-finance");
        return BuyError::Refused(Refused::Unmet(vec![covered]));
    }
    error
}

/// Agrees to the other side's proposal: its terms become those of the request, locked until the proposal ends. The
/// buyer's own approval is asked for on the agreed amount.
///
/// # Errors
/// [`BuyError::Overtaken`] when somebody was first.
pub fn agree(tx: &mut Write, may: MayAgree, hand: &Hand, now: Timestamp) -> Result<PurchaseId, BuyError> {
    let MayAgree { purchase, proposal, side, by } = may;
    let lines = rows::lines(tx, &purchase)?;
    let priced = applied(&lines, &proposal.lines).map_err(|_| BuyError::Terms)?;
    let (net, tax) = sums(&priced)?;
    for line in &priced {
        rows::set_line(tx, line)?;
    }
    let prepaid = is_prepaid(tx, &priced)?;
    // The buyer's policy looks at the agreed amount; who of the seller named these terms, or agreed to them just now, has
    // spoken, and the others whom its rules ask still decide.
    let priced = Purchase { net, tax, needs: Needs { prepaid, ..purchase.needs }, ..purchase };
    let voice = voice_of(&proposal, side, &by, now);
    let (purchase, plan) = replanned(tx, priced, voice, now).map_err(|e| discreet(e, side))?;
    let mut purchase = advance(tx, purchase, &Event::Agree { side }, now)?;
    if !rows::agree(tx, proposal.id, &by.name, now)? {
        return Err(BuyError::Overtaken);
    }
    purchase.quoted_until = Some(proposal.expires_at);
    purchase.expires_at = now.plus_days(OPEN_DAYS).max(proposal.expires_at);
    purchase.renewals += 1;
    rows::set_terms(tx, &purchase)?;
    let detail = serde_json::json!({
        "side": side.as_str(), "proposal": proposal.number, "amount": proposal.gross()?.to_string(),
        "sha256": proposal.sha256.as_str(),
    });
    note(tx, &by, Deed::ProposalAgreed, &purchase, detail, now)?;
    agreed(tx, &purchase, &plan, now)?;
    tell::agreed(tx, &purchase, &proposal, &by, now)?;
    arrive(tx, &by, &purchase, hand, now)?;
    Ok(purchase.id)
}

/// The seller ends a negotiation with a reason. (The buyer withdraws.)
///
/// # Errors
/// [`BuyError::Overtaken`] when somebody was first.
pub fn decline(tx: &mut Write, may: MayNegotiate, reason: &Reason, now: Timestamp) -> Result<PurchaseId, BuyError> {
    let MayNegotiate { purchase, side: Side::Seller, member: Some(member), round, by } = may else {
        return Err(BuyError::Overtaken);
    };
    let words = reason.words.as_str();
    let detail = reason.detail(tx, &purchase, Desk::Seller)?;
    let event = Event::Refuse { side: Desk::Seller, reason: words.to_owned() };
    let purchase = advance(tx, purchase, &event, now)?;
    let note_text = words.to_owned();
    let decided = Decision {
        side: Desk::Seller,
        verdict: Verdict::Refused,
        member_id: member,
        note: note_text,
        round,
        decided_at: now,
    };
    rows::insert_decision(tx, purchase.id, &decided)?;
    note(tx, &by, Deed::PurchaseRefused, &purchase, detail, now)?;
    tell::refused(tx, &purchase, &by, words, now)?;
    tell::decided(tx, &purchase, (Desk::Seller, None), member, "refused", now)?;
    Ok(purchase.id)
}

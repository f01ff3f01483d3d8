//! Purchases: a request, its way through both sides, and what comes of it. The last room that decides: marking paid,
//! giving the grant and moving the purchase happen here, in one transaction.

mod access;
mod act;
mod agreement;
mod arrive;
mod audit;
mod hook;
pub mod intended;
mod negotiate;
mod proposal;
mod quote;
mod reasons;
mod renew;
mod replan;
mod requote;
mod rows;
mod state;
pub mod steps;
mod submit;
mod tell;
pub mod thread;

pub use access::{
    MayDecide, MayMarkPaid, MayRequest, MayWithdraw, Wanted, decide_conditions, decides, is_to_sign,
    payment_conditions, request_conditions, visible, withdraw_conditions,
};
pub use act::{BuyError, Paid, approve, expire_due, give_back, refuse, resubmit, settle, withdraw};
pub use agreement::{Agreement, AgreementLine, AgreementParty, agreement_of};
pub use audit::for_audit;
pub use negotiate::{
    MOST_OPEN_DAYS, MayAgree, MayNegotiate, NewProposal, agree, decline, negotiate_conditions, open_one, propose,
    proposer,
};
pub use proposal::{Proposal, ProposedLine};
pub use quote::Quote;
pub use reasons::{REASONS, Reason, party_of, reasons_for};
pub use renew::{Renewal, renewal_of};
pub use requote::{quote_condition, quote_holds, requote, requote_conditions};
pub use rows::{Decision, Line, Pricing, Purchase, Verdict};
pub use state::{Desk, Event, Needs, State, WrongState};
pub use submit::{Asked, submit};

use crate::market::accounts::{self, Actor, Office};
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::datasets::MayChangeDataset;
use crate::market::grants::{self, Grant, Side};
use crate::market::journal::{self, Entry};
use crate::market::offers::Offer;
use crate::market::orders::{self, Order};
use crate::market::parties::policy::StepKind;
use crate::market::parties::{self, Role};
use crate::store::{Cursor, Page, Read, StoreError};
use crate::values::{Lang, MemberId, PartyId, PurchaseId, Timestamp};
use steps::{PurchaseStep, StepView};

/// The round of decisions: it rises when the request comes back after changes, and when its terms become others.
fn round(purchase: &Purchase, decisions: &[Decision]) -> i64 {
    let returned = decisions.iter().filter(|d| d.verdict == Verdict::Returned).count();
    i64::try_from(returned).unwrap_or(0) + purchase.renewals + 1
}

/// All that belongs to a purchase.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The purchase.
    pub purchase: Purchase,
    /// Where the asker stands.
    pub side: Desk,
    /// Its lines.
    pub lines: Vec<Line>,
    /// The decisions so far.
    pub decisions: Vec<Decision>,
    /// The steps of both sides with who decided and who can.
    pub steps: Vec<StepView>,
    /// Questions and answers, oldest first.
    pub messages: Vec<thread::Message>,
    /// The person who asked; nobody for a machine.
    pub asker: Option<accounts::Member>,
    /// Its order, if any.
    pub order: Option<Order>,
    /// Its grants, if any.
    pub grants: Vec<Grant>,
    /// Its record, oldest first.
    pub entries: Vec<Entry>,
    /// What was proposed; number 0 is what was asked for.
    pub proposals: Vec<Proposal>,
}

/// Gives a purchase with all that belongs to it, to both sides.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn whole(tx: &mut Read, actor: &Actor, id: PurchaseId, now: Timestamp) -> Result<Whole, Refused> {
    let (purchase, side) = visible(tx, actor, id)?;
    Ok(belonging(tx, purchase, side, now)?)
}

fn belonging(tx: &mut Read, purchase: Purchase, side: Desk, now: Timestamp) -> Result<Whole, StoreError> {
    let id = purchase.id;
    Ok(Whole {
        lines: rows::lines(tx, &purchase)?,
        decisions: rows::decisions_of(tx, id)?,
        steps: steps::views_of(tx, &purchase, now)?,
        messages: thread::of(tx, id)?,
        asker: match purchase.requested_by.parse() {
            Ok(member) if purchase.requested_by_kind == "member" => accounts::find_member(tx, member)?,
            _ => None,
        },
        order: orders::of_purchase(tx, id)?,
        grants: grants::of_purchase(tx, id)?,
        entries: journal::of_thing(tx, id.as_str())?,
        proposals: rows::proposals_of(tx, &purchase)?,
        purchase,
        side,
    })
}

/// The same for the site auditor, who reads all and changes nothing.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub(in crate::market) fn whole_for_audit(
    tx: &mut Read,
    actor: &Actor,
    id: PurchaseId,
    now: Timestamp,
) -> Result<Whole, Refused> {
    if accounts::office_of(tx, actor)? != Some(Office::SiteAuditor) {
        return Err(Refused::Hidden);
    }
    let purchase = rows::find(tx, id)?.ok_or(Refused::Hidden)?;
    Ok(belonging(tx, purchase, Desk::Compliance, now)?)
}

/// Gives what somebody asked for on behalf of an organisation: requests under way with their numbers, and how many grants
/// came of the others.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn asked_by(
    tx: &mut Read,
    party: PartyId,
    by: &str,
) -> Result<(Vec<(PurchaseId, String)>, usize), StoreError> {
    let (mut open, mut given) = (Vec::new(), 0);
    for p in rows::asked_by(tx, party, by)? {
        match p.state {
            State::Granted => given += grants::of_purchase(tx, p.id)?.len(),
            State::Refused { .. } | State::Withdrawn | State::Expired => {}
            State::Submitted
            | State::AwaitingSeller
            | State::Negotiating { .. }
            | State::AwaitingCompliance
            | State::AwaitingSignature
            | State::AwaitingPayment
            | State::Returned { .. } => open.push((p.id, p.number)),
        }
    }
    Ok((open, given))
}

/// Gives the lines of a purchase that was found already.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn lines_of(tx: &mut Read, purchase: &Purchase) -> Result<Vec<Line>, StoreError> {
    rows::lines(tx, purchase)
}

fn own_parties(tx: &mut Read, actor: &Actor, role: Option<Role>) -> Result<Vec<PartyId>, StoreError> {
    let own = parties::own(tx, actor)?;
    Ok(own.into_iter().filter(|(_, roles)| role.is_none_or(|r| roles.has(r))).map(|(p, _)| p.id).collect())
}

/// Gives a page of the purchases of the actor's organisations on one side, newest first.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn of_actor(
    tx: &mut Read,
    actor: &Actor,
    side: Side,
    after: Option<&Cursor>,
    size: i64,
) -> Result<Page<Purchase>, StoreError> {
    let own = own_parties(tx, actor, None)?;
    rows::of_parties(tx, &own, side, after, size)
}

/// Something that waits for the actor: a step, a payment to be recorded, or the compliance officer's decision.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The request.
    pub purchase: Purchase,
    /// The step, when it is one.
    pub step: Option<PurchaseStep>,
}
impl Waiting {
    /// Until when it waits.
    #[must_use]
    pub fn due_at(&self) -> Timestamp {
        self.step.as_ref().and_then(|s| s.due_at).unwrap_or(self.purchase.expires_at)
    }
    /// Since when it waits.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.step.as_ref().and_then(|s| s.opened_at).unwrap_or(self.purchase.state_at)
    }
}

/// Gives what waits for the actor's own decision or payment mark, the one that is due first on top.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn waiting_for(tx: &mut Read, actor: &Actor, now: Timestamp) -> Result<Vec<Waiting>, StoreError> {
    let Some(member) = actor.member() else { return Ok(Vec::new()) };
    let steps = steps::waiting_on(tx, actor, now)?;
    let mut list: Vec<Waiting> =
        steps.into_iter().map(|(purchase, step)| Waiting { purchase, step: Some(step) }).collect();
    let finances = own_parties(tx, actor, Some(Role::Finance))?;
    let paid = rows::waiting(tx, &finances, Side::Seller)?.into_iter().filter(|p| p.state == State::AwaitingPayment);
    list.extend(paid.filter(|p| !p.is_by(member)).map(|purchase| Waiting { purchase, step: None }));
    let licenses = own_parties(tx, actor, Some(Role::Licensor))?;
    let asked = rows::negotiating(tx, &licenses, Side::Seller)?.into_iter().filter(|p| !p.is_by(member));
    list.extend(asked.map(|purchase| Waiting { purchase, step: None }));
    let requests = own_parties(tx, actor, Some(Role::Requester))?;
    let offered = rows::negotiating(tx, &requests, Side::Buyer)?;
    list.extend(offered.into_iter().map(|purchase| Waiting { purchase, step: None }));
    list.sort_by_key(|w| (w.due_at(), w.purchase.id));
    list.dedup_by_key(|w| w.purchase.id);
    Ok(list)
}

/// Gives who can decide now, by name.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn deciders(tx: &mut Read, purchase: &Purchase, now: Timestamp) -> Result<Vec<(MemberId, String)>, StoreError> {
    match purchase.state {
        State::AwaitingCompliance => officers(tx, purchase),
        State::Submitted | State::AwaitingSignature => steps::deciders(tx, purchase, Desk::Buyer, now),
        State::AwaitingSeller => steps::deciders(tx, purchase, Desk::Seller, now),
        State::Negotiating { turn: Side::Buyer } => parties::members_with(tx, purchase.buyer_id, Role::Requester),
        State::Negotiating { turn: Side::Seller } => {
            let people = parties::members_with(tx, purchase.seller_id, Role::Licensor)?;
            Ok(people.into_iter().filter(|(m, _)| !purchase.is_by(*m)).collect())
        }
        State::AwaitingPayment => {
            let people = parties::members_with(tx, purchase.seller_id, Role::Finance)?;
            Ok(people.into_iter().filter(|(m, _)| !purchase.is_by(*m)).collect())
        }
        State::Returned { .. } | State::Granted | State::Refused { .. } | State::Withdrawn | State::Expired => {
            Ok(Vec::new())
        }
    }
}

/// Gives the compliance officers who may decide: of neither organisation, and not who asked.
fn officers(tx: &mut Read, purchase: &Purchase) -> Result<Vec<(MemberId, String)>, StoreError> {
    let mut list = Vec::new();
    for holder in accounts::holders_of(tx, Office::Compliance)? {
        let own = access::is_of_either(tx, purchase, holder.member)?;
        if !own && !purchase.is_by(holder.member) {
            list.push((holder.member, holder.name));
        }
    }
    Ok(list)
}

/// Gives what waits for the compliance officer, the one that runs out first on top: up to 200.
///
/// # Errors
/// [`Refused::Hidden`] for everybody but the officer.
pub fn awaiting_compliance(tx: &mut Read, actor: &Actor) -> Result<Vec<Purchase>, Refused> {
    if accounts::office_of(tx, actor)? == Some(Office::Compliance) {
        Ok(rows::waiting_for_officer(tx)?)
    } else {
        Err(Refused::Hidden)
    }
}

/// Gives the budget that a request has reserved or spent from, for the buyer's own people.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn budget_of(tx: &mut Read, id: PurchaseId) -> Result<Option<parties::budgets::Budget>, StoreError> {
    parties::budgets::held_by(tx, id)
}

/// Whether the price is named and locked, and the two sides agree on it.
fn price_conditions(tx: &mut Read, purchase: &Purchase, now: Timestamp) -> Result<Vec<Condition>, StoreError> {
    let here = Step::Purchase(purchase.id);
    if let State::Negotiating { turn } = purchase.state {
        let who = if turn == Side::Seller { "licensor" } else { "requester" };
        let names = deciders(tx, purchase, now)?.into_iter().map(|(_, n)| n).collect::<Vec<_>>().join(", ");
        return Ok(vec![Condition::new("terms-agreed", false, who).about(names).at(here)]);
    }
    let mut list = vec![Condition::new("price-locked", true, "nobody").about(purchase.net.to_string())];
    // After the last decision on the price its lock matters no more.
    if matches!(purchase.state, State::Submitted | State::AwaitingSeller) {
        list.push(quote_condition(purchase, now));
    }
    if purchase.renewals > 0 && rows::proposals_of(tx, purchase)?.iter().any(|p| p.agreed_at.is_some()) {
        list.push(Condition::new("terms-agreed", true, "nobody"));
    }
    Ok(list)
}

/// Gives the requests that ask for an offer and are not over, to its publisher: what closing it will not touch.
///
/// # Errors
/// [`Refused::Hidden`] for everybody but the publishers of its dataset.
pub fn waiting_on(tx: &mut Read, actor: &Actor, offer: &Offer) -> Result<Vec<Purchase>, Refused> {
    MayChangeDataset::beside_review(tx, actor, offer.dataset_id)?;
    Ok(rows::on_offer(tx, offer.id)?)
}

/// The list "why not yet": what a purchase needs until its grant.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn why_not_yet(
    tx: &mut Read,
    purchase: &Purchase,
    lang: Lang,
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    let decisions = rows::decisions_of(tx, purchase.id)?;
    let this_round = round(purchase, &decisions);
    let approved =
        |side| decisions.iter().any(|d| d.side == side && d.verdict == Verdict::Approved && d.round == this_round);
    let names = deciders(tx, purchase, now)?.into_iter().map(|(_, n)| n).collect::<Vec<_>>().join(", ");
    let here = Step::Purchase(purchase.id);
    let closed = matches!(purchase.state, State::Refused { .. } | State::Withdrawn | State::Expired);
    let mut list = price_conditions(tx, purchase, now)?;
    list.extend([
        Condition::new("licence-accepted", true, "nobody").about(purchase.requested_by_name.clone()),
        Condition::new("request-not-ended", !closed, "nobody"),
    ]);
    list.extend(step_conditions(tx, purchase, lang, now)?);
    if purchase.needs.approver {
        list.push(
            Condition::new("buyer-approved", approved(Desk::Buyer), "buyer-approver")
                .about(if purchase.state == State::Submitted { names.clone() } else { String::new() })
                .at(here.clone()),
        );
    }
    // In a negotiation the seller's word is that on the terms.
    if purchase.needs.licensor && !matches!(purchase.state, State::Negotiating { .. }) {
        list.push(
            Condition::new("seller-approved", approved(Desk::Seller), "licensor")
                .about(if purchase.state == State::AwaitingSeller { names.clone() } else { String::new() })
                .at(here.clone()),
        );
    }
    if purchase.needs.compliance {
        list.push(
            Condition::new("purchase-cleared", approved(Desk::Compliance), "compliance")
                .about(if purchase.state == State::AwaitingCompliance { names } else { String::new() })
                .at(here.clone()),
        );
    }
    if purchase.needs.prepaid {
        list.push(Condition::new("paid", purchase.state == State::Granted, "seller-finance").at(here));
    }
    Ok(list)
}

/// The steps of both sides as conditions, when a side has more than one plain step.
fn step_conditions(
    tx: &mut Read,
    purchase: &Purchase,
    lang: Lang,
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    let views = steps::views_of(tx, purchase, now)?;
    let many = |desk: Desk| {
        let mut own = views.iter().filter(|v| v.step.desk == desk);
        own.clone().count() > 1 || own.any(|v| v.step.need > 1 || v.step.kind == StepKind::Sign)
    };
    let condition = |v: &StepView| {
        let (code, who) = match (v.step.desk, v.step.kind) {
            (Desk::Seller, _) => ("step-done", "licensor"),
            (Desk::Buyer | Desk::Compliance, StepKind::Sign) => ("step-signed", "signatory"),
            (Desk::Buyer | Desk::Compliance, StepKind::Approve) => ("step-done", "buyer-approver"),
        };
        let names = v.deciders.iter().map(|(_, n)| n.as_str()).collect::<Vec<_>>().join(", ");
        let about = format!("{} {}/{} {names}", v.step.name(lang), v.step.approvals, v.step.need);
        Condition::new(code, v.step.done_at.is_some(), who).about(about.trim()).at(Step::Purchase(purchase.id))
    };
    Ok(views.iter().filter(|v| many(v.step.desk)).map(condition).collect())
}

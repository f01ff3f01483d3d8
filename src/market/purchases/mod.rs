//! Purchases: a request, its way through both sides, and what comes of it. The last room that decides: marking paid,
//! giving the grant and moving the purchase happen here, in one transaction.

mod access;
mod act;
mod arrive;
pub mod intended;
mod negotiate;
mod proposal;
mod quote;
mod renew;
mod requote;
mod rows;
mod state;
mod submit;
mod tell;

pub use access::{
    MayDecide, MayMarkPaid, MayRequest, MayWithdraw, Wanted, decide_conditions, decides, payment_conditions,
    request_conditions, visible, withdraw_conditions,
};
pub use act::{BuyError, Paid, approve, expire_due, give_back, refuse, resubmit, settle, withdraw};
pub use negotiate::{
    MOST_OPEN_DAYS, MayAgree, MayNegotiate, NewProposal, agree, decline, negotiate_conditions, open_one, propose,
    proposer,
};
pub use proposal::{Proposal, ProposedLine};
pub use quote::Quote;
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
use crate::market::parties::{self, Role};
use crate::store::{Cursor, Page, Read, StoreError};
use crate::values::{MemberId, PartyId, PurchaseId, Timestamp};

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
pub fn whole(tx: &mut Read, actor: &Actor, id: PurchaseId) -> Result<Whole, Refused> {
    let (purchase, side) = visible(tx, actor, id)?;
    Ok(Whole {
        lines: rows::lines(tx, &purchase)?,
        decisions: rows::decisions_of(tx, id)?,
        order: orders::of_purchase(tx, id)?,
        grants: grants::of_purchase(tx, id)?,
        entries: journal::of_thing(tx, id.as_str())?,
        proposals: rows::proposals_of(tx, &purchase)?,
        purchase,
        side,
    })
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

/// Gives what waits for the actor's own decision or payment mark, the one that runs out first on top.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn waiting_for(tx: &mut Read, actor: &Actor) -> Result<Vec<Purchase>, StoreError> {
    let Some(member) = actor.member() else { return Ok(Vec::new()) };
    let approves = own_parties(tx, actor, Some(Role::Approver))?;
    let licenses = own_parties(tx, actor, Some(Role::Licensor))?;
    let finances = own_parties(tx, actor, Some(Role::Finance))?;
    let mut list = rows::waiting(tx, &approves, Side::Buyer)?;
    list.extend(rows::waiting(tx, &licenses, Side::Seller)?.into_iter().filter(|p| p.state == State::AwaitingSeller));
    list.extend(rows::waiting(tx, &finances, Side::Seller)?.into_iter().filter(|p| p.state == State::AwaitingPayment));
    list.extend(rows::negotiating(tx, &licenses, Side::Seller)?);
    list.retain(|p| !p.is_by(member));
    let requests = own_parties(tx, actor, Some(Role::Requester))?;
    list.extend(rows::negotiating(tx, &requests, Side::Buyer)?);
    list.sort_by_key(|p| (p.expires_at, p.id));
    list.dedup_by_key(|p| p.id);
    Ok(list)
}

/// Gives who can decide now, by name.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn deciders(tx: &mut Read, purchase: &Purchase) -> Result<Vec<(MemberId, String)>, StoreError> {
    let (party, role) = match purchase.state {
        State::AwaitingCompliance => return officers(tx, purchase),
        State::Submitted => (purchase.buyer_id, Role::Approver),
        State::AwaitingSeller => (purchase.seller_id, Role::Licensor),
        State::AwaitingPayment => (purchase.seller_id, Role::Finance),
        State::Negotiating { turn: Side::Seller } => (purchase.seller_id, Role::Licensor),
        State::Negotiating { turn: Side::Buyer } => {
            return parties::members_with(tx, purchase.buyer_id, Role::Requester);
        }
        State::Returned { .. } | State::Granted | State::Refused { .. } | State::Withdrawn | State::Expired => {
            return Ok(Vec::new());
        }
    };
    let people = parties::members_with(tx, party, role)?;
    Ok(people.into_iter().filter(|(m, _)| !purchase.is_by(*m)).collect())
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

/// Whether the price is named and locked, and the two sides agree on it.
fn price_conditions(tx: &mut Read, purchase: &Purchase, now: Timestamp) -> Result<Vec<Condition>, StoreError> {
    let here = Step::Purchase(purchase.id);
    if let State::Negotiating { turn } = purchase.state {
        let who = if turn == Side::Seller { "licensor" } else { "requester" };
        let names = deciders(tx, purchase)?.into_iter().map(|(_, n)| n).collect::<Vec<_>>().join(", ");
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
pub fn why_not_yet(tx: &mut Read, purchase: &Purchase, now: Timestamp) -> Result<Vec<Condition>, StoreError> {
    let decisions = rows::decisions_of(tx, purchase.id)?;
    let this_round = round(purchase, &decisions);
    let approved =
        |side| decisions.iter().any(|d| d.side == side && d.verdict == Verdict::Approved && d.round == this_round);
    let names = deciders(tx, purchase)?.into_iter().map(|(_, n)| n).collect::<Vec<_>>().join(", ");
    let here = Step::Purchase(purchase.id);
    let closed = matches!(purchase.state, State::Refused { .. } | State::Withdrawn | State::Expired);
    let mut list = price_conditions(tx, purchase, now)?;
    list.extend([
        Condition::new("licence-accepted", true, "nobody").about(purchase.requested_by_name.clone()),
        Condition::new("request-not-ended", !closed, "nobody"),
    ]);
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

//! Who is told what about a purchase. Receivers are resolved here, in the transaction of the act.

use super::proposal::Proposal;
use super::rows::{Line, Purchase};
use super::state::{Desk, State};
use crate::market::accounts::{self, Office};
use crate::market::datasets;
use crate::market::grants::{Grant, Side};
use crate::market::journal::By;
use crate::market::notices::{self, Kind, Notice, Receiver, Why};
use crate::market::orders::Order;
use crate::market::parties::{self, Role};
use crate::store::{Read, StoreError, Write};
use crate::values::{MemberId, Timestamp};

/// Whoever asked: the person; for a machine, the requesters of its organisation.
fn asker(tx: &mut Read, p: &Purchase) -> Result<Vec<Receiver>, StoreError> {
    match p.requested_by.parse::<MemberId>() {
        Ok(member) if p.requested_by_kind == "member" => {
            let asker = accounts::receiver_of(tx, member)?;
            Ok(asker.map(|r| r.because(Why::Own(Some(p.buyer_id)))).into_iter().collect())
        }
        _ => parties::receivers(tx, p.buyer_id, Role::Requester),
    }
}

/// Files one notice for each receiver, with names in the receiver's language.
fn file(
    tx: &mut Write,
    p: &Purchase,
    receivers: Vec<Receiver>,
    now: Timestamp,
    make: impl Fn() -> Notice,
) -> Result<(), StoreError> {
    let (buyer, seller) = (parties::get(tx, p.buyer_id)?, parties::get(tx, p.seller_id)?);
    let first = super::rows::lines(tx, p)?.first().map(|l| l.dataset_id);
    let dataset = first.map(|id| datasets::get(tx, id)).transpose()?;
    let amount = p.gross().map(|m| m.to_string()).unwrap_or_default();
    for receiver in receivers {
        let notice = make()
            .fact("number", &p.number)
            .fact("amount", &amount)
            .fact("buyer", buyer.name(receiver.lang))
            .fact("seller", seller.name(receiver.lang))
            .fact("dataset", dataset.as_ref().map_or("", |d| d.title(receiver.lang)))
            .fact("purpose", &p.purpose);
        notices::file(tx, &notice, &[receiver], now)?;
    }
    Ok(())
}

fn about(kind: Kind, p: &Purchase) -> Notice {
    Notice::new(kind, format!("{}/{}", p.id, p.revision)).leads_to(format!("/requests/{}", p.id))
}

/// Confirms a submitted request to whoever asked.
pub(super) fn submitted(tx: &mut Write, p: &Purchase, _lines: &[Line], now: Timestamp) -> Result<(), StoreError> {
    let to = asker(tx, p)?;
    file(tx, p, to, now, || about(Kind::RequestSubmitted, p))
}

/// Tells those whose decision it waits for.
pub(super) fn waiting(tx: &mut Write, p: &Purchase, now: Timestamp) -> Result<(), StoreError> {
    let (kind, to) = match p.state {
        State::Submitted => (Kind::ApprovalWanted, parties::receivers(tx, p.buyer_id, Role::Approver)?),
        State::AwaitingCompliance => (Kind::ComplianceWanted, accounts::receivers_in(tx, Office::Compliance)?),
        State::AwaitingSeller
        | State::Negotiating { .. }
        | State::AwaitingPayment
        | State::Returned { .. }
        | State::Granted
        | State::Refused { .. }
        | State::Withdrawn
        | State::Expired => (Kind::RequestReceived, parties::receivers(tx, p.seller_id, Role::Licensor)?),
    };
    file(tx, p, to, now, || about(kind, p).fact("by", &p.requested_by_name))
}

/// Tells the side whose turn it is: that a price is wanted, or that the other side proposed terms.
pub(super) fn turn(
    tx: &mut Write,
    p: &Purchase,
    proposal: Option<&Proposal>,
    by: &By,
    now: Timestamp,
) -> Result<(), StoreError> {
    let to = match p.state {
        State::Negotiating { turn: Side::Buyer } => asker(tx, p)?,
        State::Negotiating { turn: Side::Seller } => parties::receivers(tx, p.seller_id, Role::Licensor)?,
        State::Submitted
        | State::AwaitingSeller
        | State::AwaitingCompliance
        | State::AwaitingPayment
        | State::Returned { .. }
        | State::Granted
        | State::Refused { .. }
        | State::Withdrawn
        | State::Expired => Vec::new(),
    };
    let until = p.expires_at.civil("%Y-%m-%d");
    let Some(proposal) = proposal else {
        return file(tx, p, to, now, || about(Kind::QuoteWanted, p).fact("by", &by.name).fact("due", &until));
    };
    let gross = proposal.gross().map(|m| m.to_string()).unwrap_or_default();
    file(tx, p, to, now, || {
        about(Kind::ProposalReceived, p).fact("by", &by.name).fact("proposed", &gross).fact("due", &until)
    })
}

/// Tells whoever proposed the terms that the other side agreed.
pub(super) fn agreed(
    tx: &mut Write,
    p: &Purchase,
    proposal: &Proposal,
    by: &By,
    now: Timestamp,
) -> Result<(), StoreError> {
    let to = match (proposal.made_by.parse::<MemberId>(), proposal.side) {
        (Ok(member), side) => {
            let party = if side == Side::Buyer { p.buyer_id } else { p.seller_id };
            let proposer = accounts::receiver_of(tx, member)?;
            proposer.map(|r| r.because(Why::Own(Some(party)))).into_iter().collect()
        }
        (Err(_), Side::Buyer) => asker(tx, p)?,
        (Err(_), Side::Seller) => parties::receivers(tx, p.seller_id, Role::Licensor)?,
    };
    file(tx, p, to, now, || about(Kind::ProposalAgreed, p).fact("by", &by.name))
}

/// Tells whoever asked that it was returned.
pub(super) fn returned(
    tx: &mut Write,
    p: &Purchase,
    by: &By,
    what: &str,
    _round: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let to = asker(tx, p)?;
    file(tx, p, to, now, || about(Kind::RequestReturned, p).fact("by", &by.name).fact("reason", what))
}

/// Tells whoever asked that it was refused.
pub(super) fn refused(tx: &mut Write, p: &Purchase, by: &By, reason: &str, now: Timestamp) -> Result<(), StoreError> {
    let to = asker(tx, p)?;
    file(tx, p, to, now, || about(Kind::RequestRefused, p).fact("by", &by.name).fact("reason", reason))
}

/// Tells the co-deciders of a desk that their task is closed.
pub(super) fn decided(
    tx: &mut Write,
    p: &Purchase,
    desk: Desk,
    by: MemberId,
    verdict: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut to = match desk {
        Desk::Buyer => parties::receivers(tx, p.buyer_id, Role::Approver)?,
        Desk::Seller => parties::receivers(tx, p.seller_id, Role::Licensor)?,
        Desk::Compliance => accounts::receivers_in(tx, Office::Compliance)?,
    };
    to.retain(|r| r.member != Some(by));
    let name = accounts::find_member(tx, by)?.map(|m| m.name).unwrap_or_default();
    file(tx, p, to, now, || about(Kind::RequestDecided, p).fact("by", &name).fact("verdict", verdict))
}

/// Tells the seller that the buyer took it back.
pub(super) fn withdrawn(tx: &mut Write, p: &Purchase, by: &By, now: Timestamp) -> Result<(), StoreError> {
    let to = parties::receivers(tx, p.seller_id, Role::Licensor)?;
    file(tx, p, to, now, || about(Kind::RequestWithdrawn, p).fact("by", &by.name))
}

/// Tells whoever asked that the deadline passed.
pub(super) fn expired(tx: &mut Write, p: &Purchase, now: Timestamp) -> Result<(), StoreError> {
    let to = asker(tx, p)?;
    file(tx, p, to, now, || about(Kind::RequestExpired, p))
}

/// Sends the invoice to whoever asked and to the buyer's finance.
pub(super) fn invoice(tx: &mut Write, p: &Purchase, order: &Order, now: Timestamp) -> Result<(), StoreError> {
    let mut to = asker(tx, p)?;
    to.extend(parties::receivers(tx, p.buyer_id, Role::Finance)?);
    let due = order.due_at.civil("%Y-%m-%d");
    file(tx, p, to, now, || {
        Notice::new(Kind::InvoiceOpened, order.id)
            .leads_to(format!("/orders/{}", order.id))
            .fact("invoice", &order.number)
            .fact("due", &due)
    })
}

/// Tells whoever asked that the payment was recorded.
pub(super) fn paid(tx: &mut Write, p: &Purchase, order: &Order, now: Timestamp) -> Result<(), StoreError> {
    let to = asker(tx, p)?;
    file(tx, p, to, now, || {
        Notice::new(Kind::InvoicePaid, order.id)
            .leads_to(format!("/orders/{}", order.id))
            .fact("invoice", &order.number)
    })
}

/// Tells whoever asked that the grants are there: once for a request, however many offers it has.
pub(super) fn granted(tx: &mut Write, p: &Purchase, grants: &[Grant], now: Timestamp) -> Result<(), StoreError> {
    let to = asker(tx, p)?;
    let numbers: Vec<&str> = grants.iter().map(|g| g.number.as_str()).collect();
    let path = match grants {
        [one] => format!("/grants/{}", one.id),
        _ => format!("/requests/{}", p.id),
    };
    file(tx, p, to, now, || Notice::new(Kind::Granted, p.id).leads_to(&path).fact("grant", numbers.join(", ")))
}

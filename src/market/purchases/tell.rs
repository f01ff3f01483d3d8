//! Who is told what about a purchase. Receivers are resolved here, in the transaction of the act.

use super::access::MayDecide;
use super::hook;
use super::proposal::Proposal;
use super::rows::{Line, Purchase};
use super::state::{Desk, State};
use super::steps::{self, Bench, PurchaseStep};
use crate::market::accounts::{self, Office};
use crate::market::datasets;
use crate::market::grants::{Grant, Side};
use crate::market::hooks::Event;
use crate::market::journal::By;
use crate::market::notices::{self, Kind, Notice, Receiver, Why};
use crate::market::orders::Order;
use crate::market::parties::policy::StepKind;
use crate::market::parties::{self, Role};
use crate::store::{Read, StoreError, Write};
use crate::values::{Lang, MemberId, Timestamp};

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
    file_in(tx, p, receivers, now, |_| make())
}

/// The same for a notice that itself depends on the language.
fn file_in(
    tx: &mut Write,
    p: &Purchase,
    receivers: Vec<Receiver>,
    now: Timestamp,
    make: impl Fn(Lang) -> Notice,
) -> Result<(), StoreError> {
    let (buyer, seller) = (parties::get(tx, p.buyer_id)?, parties::get(tx, p.seller_id)?);
    let first = super::rows::lines(tx, p)?.first().map(|l| l.dataset_id);
    let dataset = first.map(|id| datasets::get(tx, id)).transpose()?;
    let amount = p.gross().map(|m| m.to_string()).unwrap_or_default();
    for receiver in receivers {
        let notice = make(receiver.lang)
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
    hook::submitted(tx, p, now)?;
    file(tx, p, to, now, || about(Kind::RequestSubmitted, p))
}

/// Tells those whose decision it waits for, once for each group of steps.
pub(super) fn waiting(tx: &mut Write, p: &Purchase, now: Timestamp) -> Result<(), StoreError> {
    let (kind, role, desk) = match p.state {
        State::Submitted => (Kind::ApprovalWanted, Role::Approver, Desk::Buyer),
        State::AwaitingSignature => (Kind::SignatureWanted, Role::Signatory, Desk::Buyer),
        State::AwaitingCompliance => {
            let to = accounts::receivers_in(tx, Office::Compliance)?;
            return file(tx, p, to, now, || about(Kind::ComplianceWanted, p).fact("by", &p.requested_by_name));
        }
        State::AwaitingSeller
        | State::Negotiating { .. }
        | State::AwaitingPayment
        | State::Returned { .. }
        | State::Granted
        | State::Refused { .. }
        | State::Withdrawn
        | State::Expired => (Kind::RequestReceived, Role::Licensor, Desk::Seller),
    };
    let people = steps::deciders(tx, p, desk, now)?;
    let mut to = receivers(tx, p, desk, &people.iter().map(|(m, _)| *m).collect::<Vec<_>>())?;
    if to.is_empty() {
        to = parties::receivers(tx, if desk == Desk::Buyer { p.buyer_id } else { p.seller_id }, role)?;
    }
    let open = steps::rows::last_round(tx, p)?.into_iter().find(|s| s.desk == desk && s.is_open());
    let (group, sign) = open.map_or((0, false), |s| (s.group, s.kind == StepKind::Sign));
    let kind = if sign { Kind::SignatureWanted } else { kind };
    hook::waiting(tx, p, now)?;
    file(tx, p, to, now, || {
        Notice::new(kind, format!("{}/{}/{group}", p.id, p.revision))
            .leads_to(format!("/requests/{}", p.id))
            .fact("by", &p.requested_by_name)
    })
}

/// The receivers among the people of a desk.
fn receivers(tx: &mut Read, p: &Purchase, desk: Desk, people: &[MemberId]) -> Result<Vec<Receiver>, StoreError> {
    let (party, role) = match desk {
        Desk::Seller => (p.seller_id, Role::Licensor),
        Desk::Buyer | Desk::Compliance if p.state == State::AwaitingSignature => (p.buyer_id, Role::Signatory),
        Desk::Buyer | Desk::Compliance => (p.buyer_id, Role::Approver),
    };
    let found = parties::get(tx, party)?;
    let mut to = Vec::new();
    for member in people {
        let receiver = accounts::receiver_of(tx, *member)?;
        to.extend(receiver.map(|r| {
            let name = found.name(r.lang).to_owned();
            r.because(Why::Role { role: role.to_string(), party, name, grant: None })
        }));
    }
    Ok(to)
}

/// A notice about a step, with its name in the receiver's language.
fn about_step(kind: Kind, p: &Purchase, step: &PurchaseStep, round: &str, lang: Lang) -> Notice {
    Notice::new(kind, format!("{}/{}{round}", p.id, step.id))
        .leads_to(format!("/requests/{}", p.id))
        .fact("step", step.name(lang))
        .fact("due", step.due_at.map(|d| d.civil("%Y-%m-%d")).unwrap_or_default())
}

/// Reminds those who can decide on an open step.
pub(super) fn reminded(
    tx: &mut Write,
    p: &Purchase,
    step: &PurchaseStep,
    people: &[MemberId],
    day: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let to = receivers(tx, p, step.desk, people)?;
    file_in(tx, p, to, now, |l| about_step(Kind::StepReminder, p, step, &format!("/{day}"), l).fact("days", day))
}

/// Asks others, because a step is late.
pub(super) fn escalated(
    tx: &mut Write,
    p: &Purchase,
    step: &PurchaseStep,
    people: &[MemberId],
    now: Timestamp,
) -> Result<(), StoreError> {
    let to = receivers(tx, p, step.desk, people)?;
    file_in(tx, p, to, now, |l| about_step(Kind::StepEscalated, p, step, "", l))
}

/// Tells the others of a step that it is done while the request waits for more on this side.
pub(super) fn step_done(tx: &mut Write, may: &MayDecide, now: Timestamp) -> Result<(), StoreError> {
    let Some((step, _)) = &may.seat else { return Ok(()) };
    let p = &may.purchase;
    hook::step_approved(tx, p, step, may.member, now)?;
    let people = candidates(tx, p, step, may.member, now)?;
    let to = receivers(tx, p, step.desk, &people)?;
    file_in(tx, p, to, now, |l| {
        about_step(Kind::RequestDecided, p, step, "", l).fact("by", &may.by.name).fact("verdict", "approved")
    })
}

/// Whose task a step was, without who decided and who asked.
fn candidates(
    tx: &mut Read,
    p: &Purchase,
    step: &PurchaseStep,
    by: MemberId,
    now: Timestamp,
) -> Result<Vec<MemberId>, StoreError> {
    let all = Bench::of(tx, step.party_id, now)?.counts(step);
    Ok(all.into_iter().filter(|m| *m != by && !p.is_by(*m)).collect())
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
        | State::AwaitingSignature
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

/// Tells the co-deciders of a desk that their task is closed, and who decided what.
pub(super) fn decided(
    tx: &mut Write,
    p: &Purchase,
    (desk, step): (Desk, Option<&PurchaseStep>),
    by: MemberId,
    verdict: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut to = match (desk, step) {
        (_, Some(step)) => {
            let people = candidates(tx, p, step, by, now)?;
            receivers(tx, p, step.desk, &people)?
        }
        (Desk::Buyer, None) => parties::receivers(tx, p.buyer_id, Role::Approver)?,
        (Desk::Seller, None) => parties::receivers(tx, p.seller_id, Role::Licensor)?,
        (Desk::Compliance, None) => accounts::receivers_in(tx, Office::Compliance)?,
    };
    to.retain(|r| r.member != Some(by));
    let name = accounts::find_member(tx, by)?.map(|m| m.name).unwrap_or_default();
    hook::decided(tx, p, desk, verdict, now)?;
    file(tx, p, to, now, || about(Kind::RequestDecided, p).fact("by", &name).fact("verdict", verdict))
}

/// Tells the other side that somebody wrote, once for each turn: to the seller's licensors, or to whoever asked; to
/// both when the compliance officer wrote.
pub(super) fn message(
    tx: &mut Write,
    p: &Purchase,
    side: Desk,
    by: &By,
    turn: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut to = Vec::new();
    if side != Desk::Seller {
        to.extend(parties::receivers(tx, p.seller_id, Role::Licensor)?);
    }
    if side != Desk::Buyer {
        to.extend(asker(tx, p)?);
    }
    file(tx, p, to, now, || {
        Notice::new(Kind::MessageCame, format!("{}/thread/{turn}", p.id))
            .leads_to(format!("/requests/{}", p.id))
            .fact("by", &by.name)
    })
}

/// Tells the seller that the buyer took it back.
pub(super) fn withdrawn(tx: &mut Write, p: &Purchase, by: &By, now: Timestamp) -> Result<(), StoreError> {
    let to = parties::receivers(tx, p.seller_id, Role::Licensor)?;
    hook::ended(tx, p, Event::PurchaseWithdrawn, now)?;
    file(tx, p, to, now, || about(Kind::RequestWithdrawn, p).fact("by", &by.name))
}

/// Tells whoever asked that the deadline passed.
pub(super) fn expired(tx: &mut Write, p: &Purchase, now: Timestamp) -> Result<(), StoreError> {
    let to = asker(tx, p)?;
    hook::ended(tx, p, Event::PurchaseExpired, now)?;
    file(tx, p, to, now, || about(Kind::RequestExpired, p))
}

/// Sends the invoice to whoever asked and to the buyer's finance.
pub(super) fn invoice(tx: &mut Write, p: &Purchase, order: &Order, now: Timestamp) -> Result<(), StoreError> {
    let mut to = asker(tx, p)?;
    to.extend(parties::receivers(tx, p.buyer_id, Role::Finance)?);
    let due = order.due_at.civil("%Y-%m-%d");
    hook::invoice(tx, p, order, Event::InvoiceOpened, now)?;
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
    hook::invoice(tx, p, order, Event::InvoicePaid, now)?;
    file(tx, p, to, now, || {
        Notice::new(Kind::InvoicePaid, order.id)
            .leads_to(format!("/orders/{}", order.id))
            .fact("invoice", &order.number)
    })
}

/// Tells whoever asked that the grants are there: once for a request, however many offers it has.
pub(super) fn granted(tx: &mut Write, p: &Purchase, grants: &[Grant], now: Timestamp) -> Result<(), StoreError> {
    let to = asker(tx, p)?;
    hook::granted(tx, p, grants, now)?;
    let numbers: Vec<&str> = grants.iter().map(|g| g.number.as_str()).collect();
    let path = match grants {
        [one] => format!("/grants/{}", one.id),
        _ => format!("/requests/{}", p.id),
    };
    file(tx, p, to, now, || Notice::new(Kind::Granted, p.id).leads_to(&path).fact("grant", numbers.join(", ")))
}

//! Rows of purchases, their lines and decisions.

use super::state::{Desk, Needs, State};
use crate::market::grants::Side;
use crate::market::offers::Scope;
use crate::store::schema::{decisions, purchase_lines, purchases};
use crate::store::{Cursor, Page, Read, StoreError, Write};
use crate::values::{
    BadMoney, Currency, DatasetId, DecisionId, LicenceId, LineId, MemberId, Money, OfferId, PartyId, PurchaseId,
    Sha256, Timestamp, VersionId, text_enum,
};
use diesel::prelude::*;

mod lists;
mod officer;

pub(super) use lists::{dealt_before, of_ids, of_seller, open_of};

/// A request of a buyer for offers of one seller.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts, named as in the API")]
pub struct Purchase {
    pub id: PurchaseId,
    pub number: String,
    pub buyer_id: PartyId,
    pub seller_id: PartyId,
    pub state: State,
    pub requested_by: String,
    pub requested_by_kind: String,
    pub requested_by_name: String,
    pub purpose: String,
    pub accepted_at: Timestamp,
    pub accepted_lang: String,
    pub net: Money,
    pub tax: Money,
    pub needs: Needs,
    pub submitted_at: Timestamp,
    pub state_at: Timestamp,
    pub expires_at: Timestamp,
    pub revision: i64,
}
impl Purchase {
    /// Gives what it costs, tax included.
    ///
    /// # Errors
    /// [`BadMoney::Overflow`] beyond 64 bits, which submitting excludes.
    pub fn gross(&self) -> Result<Money, BadMoney> {
        self.net.plus(self.tax)
    }
    /// Whether this person made the request.
    #[must_use]
    pub fn is_by(&self, member: MemberId) -> bool {
        self.requested_by == member.as_str()
    }
}

/// One offer inside a request, with its price and texts locked.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts, named as in the API")]
pub struct Line {
    pub id: LineId,
    pub position: i64,
    pub offer_id: OfferId,
    pub dataset_id: DatasetId,
    pub version_id: VersionId,
    pub licence_id: LicenceId,
    pub licence_sha256: Sha256,
    pub scope: Scope,
    pub term_days: Option<i64>,
    pub net: Money,
    pub tax_basis_points: i64,
    pub tax: Money,
    pub payment_days: i64,
}

text_enum! {
    /// What was decided.
    Verdict {
        /// Yes.
        Approved = "approved",
        /// No.
        Refused = "refused",
        /// Not like this.
        Returned = "returned",
    }
}

/// A decision of one desk.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Decision {
    pub side: Desk,
    pub verdict: Verdict,
    pub member_id: MemberId,
    pub note: String,
    pub round: i64,
    pub decided_at: Timestamp,
}

type Row = (
    (PurchaseId, String, PartyId, PartyId, String, Option<Side>, Option<String>),
    (String, String, String, String, Timestamp, String, i64, i64, Currency, String),
    (String, String, String, Timestamp, Timestamp, Timestamp, i64),
);

macro_rules! columns {
    () => {
        (
            (
                purchases::id,
                purchases::number,
                purchases::buyer_id,
                purchases::seller_id,
                purchases::state,
                purchases::side,
                purchases::reason,
            ),
            (
                purchases::requested_by,
                purchases::requested_by_kind,
                purchases::requested_by_name,
                purchases::purpose,
                purchases::accepted_at,
                purchases::accepted_lang,
                purchases::net_minor,
                purchases::tax_minor,
                purchases::currency,
                purchases::payment,
            ),
            (
                purchases::buyer_step,
                purchases::seller_step,
                purchases::compliance_step,
                purchases::submitted_at,
                purchases::state_at,
                purchases::expires_at,
                purchases::revision,
            ),
        )
    };
}

use columns;

/// Reads a state. The tables of old know neither the third step nor its desk: `awaiting_seller` with the step
/// `reached` waits for the compliance officer, and what was returned or refused by no side was so by the officer.
fn state_of(name: &str, side: Option<Side>, reason: Option<String>, compliance_step: &str) -> State {
    let text = reason.unwrap_or_default();
    let desk = side.map_or(Desk::Compliance, Desk::from);
    match (name, compliance_step) {
        ("awaiting_seller", "reached") => State::AwaitingCompliance,
        ("awaiting_seller", _) => State::AwaitingSeller,
        ("awaiting_payment", _) => State::AwaitingPayment,
        ("granted", _) => State::Granted,
        ("withdrawn", _) => State::Withdrawn,
        ("expired", _) => State::Expired,
        ("returned", _) => State::Returned { side: desk, note: text },
        ("refused", _) => State::Refused { side: desk, reason: text },
        _ => State::Submitted,
    }
}

/// How a state is kept: its name in the table, and the third step.
const fn kept(state: &State, needs: Needs) -> (&'static str, &'static str) {
    let waiting = matches!(state, State::AwaitingCompliance);
    let step = match (needs.compliance, waiting) {
        (false, _) => "none",
        (true, true) => "reached",
        (true, false) => "officer",
    };
    (if waiting { "awaiting_seller" } else { state.name() }, step)
}

fn purchase(row: Row) -> Purchase {
    let ((id, number, buyer_id, seller_id, state, side, reason), asked, rest) = row;
    let (
        requested_by,
        requested_by_kind,
        requested_by_name,
        purpose,
        accepted_at,
        accepted_lang,
        net,
        tax,
        currency,
        payment,
    ) = asked;
    let (buyer_step, seller_step, compliance_step, submitted_at, state_at, expires_at, revision) = rest;
    Purchase {
        id,
        number,
        buyer_id,
        seller_id,
        state: state_of(&state, side, reason, &compliance_step),
        requested_by,
        requested_by_kind,
        requested_by_name,
        purpose,
        accepted_at,
        accepted_lang,
        net: Money::new(net, currency),
        tax: Money::new(tax, currency),
        needs: Needs {
            approver: buyer_step == "approver",
            licensor: seller_step == "licensor",
            compliance: compliance_step != "none",
            prepaid: payment == "prepaid",
        },
        submitted_at,
        state_at,
        expires_at,
        revision,
    }
}

/// The side and the text that a state carries; the compliance officer is on no side.
fn parts(state: &State) -> (Option<Side>, Option<&str>) {
    let side = |desk: Desk| match desk {
        Desk::Buyer => Some(Side::Buyer),
        Desk::Seller => Some(Side::Seller),
        Desk::Compliance => None,
    };
    match state {
        State::Returned { side: desk, note } => (side(*desk), Some(note)),
        State::Refused { side: desk, reason } => (side(*desk), Some(reason)),
        State::Submitted
        | State::AwaitingSeller
        | State::AwaitingCompliance
        | State::AwaitingPayment
        | State::Granted
        | State::Withdrawn
        | State::Expired => (None, None),
    }
}

pub(super) fn find(tx: &mut Read, id: PurchaseId) -> Result<Option<Purchase>, StoreError> {
    let row: Option<Row> = purchases::table.find(id).select(columns!()).first(tx.conn()).optional()?;
    Ok(row.map(purchase))
}

pub(super) fn insert(tx: &mut Write, p: &Purchase, payment: &str) -> Result<(), StoreError> {
    let (state, compliance_step) = kept(&p.state, p.needs);
    diesel::insert_into(purchases::table)
        .values((
            (
                purchases::id.eq(p.id),
                purchases::number.eq(&p.number),
                purchases::buyer_id.eq(p.buyer_id),
                purchases::seller_id.eq(p.seller_id),
                purchases::state.eq(state),
            ),
            (
                purchases::requested_by.eq(&p.requested_by),
                purchases::requested_by_kind.eq(&p.requested_by_kind),
                purchases::requested_by_name.eq(&p.requested_by_name),
            ),
            (
                purchases::purpose.eq(&p.purpose),
                purchases::accepted_at.eq(p.accepted_at),
                purchases::accepted_lang.eq(&p.accepted_lang),
            ),
            (
                purchases::net_minor.eq(p.net.minor),
                purchases::tax_minor.eq(p.tax.minor),
                purchases::currency.eq(p.net.currency),
                purchases::payment.eq(payment),
            ),
            (
                purchases::buyer_step.eq(if p.needs.approver { "approver" } else { "none" }),
                purchases::seller_step.eq(if p.needs.licensor { "licensor" } else { "none" }),
                purchases::compliance_step.eq(compliance_step),
                purchases::created_at.eq(p.submitted_at),
                purchases::submitted_at.eq(p.submitted_at),
                purchases::state_at.eq(p.state_at),
                purchases::expires_at.eq(p.expires_at),
            ),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Locks a purchase that is still as it was seen, until the transaction ends: whoever else decides on it waits.
pub(super) fn hold(tx: &mut Write, seen: &Purchase) -> Result<bool, StoreError> {
    let (before, compliance_step) = kept(&seen.state, seen.needs);
    let open = purchases::table
        .find(seen.id)
        .filter(purchases::revision.eq(seen.revision))
        .filter(purchases::compliance_step.eq(compliance_step))
        .filter(purchases::state.eq(before));
    Ok(diesel::update(open).set(purchases::revision.eq(purchases::revision)).execute(tx.conn())? == 1)
}

/// Moves a purchase if it is still as it was seen: the row count decides races.
pub(super) fn advance(tx: &mut Write, seen: &Purchase, next: &State, now: Timestamp) -> Result<bool, StoreError> {
    let (side, reason) = parts(next);
    let ((before, _), (after, compliance_step)) = (kept(&seen.state, seen.needs), kept(next, seen.needs));
    let open = purchases::table
        .find(seen.id)
        .filter(purchases::revision.eq(seen.revision))
        .filter(purchases::state.eq(before));
    let values = (
        purchases::compliance_step.eq(compliance_step),
        purchases::state.eq(after),
        purchases::side.eq(side),
        purchases::reason.eq(reason),
        purchases::state_at.eq(now),
        purchases::revision.eq(seen.revision + 1),
    );
    Ok(diesel::update(open).set(values).execute(tx.conn())? == 1)
}

pub(super) fn set_asked(
    tx: &mut Write,
    id: PurchaseId,
    purpose: &str,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let values =
        (purchases::purpose.eq(purpose), purchases::submitted_at.eq(now), purchases::expires_at.eq(expires_at));
    diesel::update(purchases::table.find(id)).set(values).execute(tx.conn())?;
    Ok(())
}

/// Keeps which steps a request needs after they were planned anew.
pub(super) fn set_needs(tx: &mut Write, id: PurchaseId, needs: Needs) -> Result<(), StoreError> {
    let values = (
        purchases::buyer_step.eq(if needs.approver { "approver" } else { "none" }),
        purchases::seller_step.eq(if needs.licensor { "licensor" } else { "none" }),
    );
    diesel::update(purchases::table.find(id)).set(values).execute(tx.conn())?;
    Ok(())
}

type LineRow = (LineId, i64, OfferId, DatasetId, VersionId, LicenceId, Sha256, Scope, Option<i64>, i64, i64, i64, i64);

pub(super) fn lines(tx: &mut Read, p: &Purchase) -> Result<Vec<Line>, StoreError> {
    use purchase_lines as l;
    let columns = (
        l::id,
        l::position,
        l::offer_id,
        l::dataset_id,
        l::version_id,
        l::licence_id,
        l::licence_sha256,
        l::scope,
        l::term_days,
        l::net_minor,
        l::tax_basis_points,
        l::tax_minor,
        l::payment_days,
    );
    let rows: Vec<LineRow> =
        l::table.filter(l::purchase_id.eq(p.id)).select(columns).order(l::position.asc()).load(tx.conn())?;
    let currency = p.net.currency;
    let line = |row: LineRow| {
        let (
            id,
            position,
            offer_id,
            dataset_id,
            version_id,
            licence_id,
            licence_sha256,
            scope,
            term_days,
            net,
            tax_basis_points,
            tax,
            payment_days,
        ) = row;
        let (net, tax) = (Money::new(net, currency), Money::new(tax, currency));
        Line {
            id,
            position,
            offer_id,
            dataset_id,
            version_id,
            licence_id,
            licence_sha256,
            scope,
            term_days,
            net,
            tax_basis_points,
            tax,
            payment_days,
        }
    };
    Ok(rows.into_iter().map(line).collect())
}

pub(super) fn insert_line(tx: &mut Write, purchase: PurchaseId, line: &Line) -> Result<(), StoreError> {
    use purchase_lines as l;
    diesel::insert_into(l::table)
        .values((
            (
                l::id.eq(line.id),
                l::purchase_id.eq(purchase),
                l::position.eq(line.position),
                l::offer_id.eq(line.offer_id),
                l::dataset_id.eq(line.dataset_id),
            ),
            (
                l::version_id.eq(line.version_id),
                l::licence_id.eq(line.licence_id),
                l::licence_sha256.eq(&line.licence_sha256),
                l::scope.eq(line.scope),
            ),
            (
                l::term_days.eq(line.term_days),
                l::net_minor.eq(line.net.minor),
                l::tax_basis_points.eq(line.tax_basis_points),
                l::tax_minor.eq(line.tax.minor),
            ),
            l::payment_days.eq(line.payment_days),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn decisions_of(tx: &mut Read, id: PurchaseId) -> Result<Vec<Decision>, StoreError> {
    type DecisionRow = (Side, Verdict, MemberId, String, i64, Timestamp);
    let columns = (
        decisions::side,
        decisions::verdict,
        decisions::member_id,
        decisions::note,
        decisions::round,
        decisions::decided_at,
    );
    let rows: Vec<DecisionRow> =
        decisions::table.filter(decisions::purchase_id.eq(id)).select(columns).load(tx.conn())?;
    let mut list: Vec<Decision> = rows
        .into_iter()
        .map(|(side, verdict, member_id, note, round, decided_at)| Decision {
            side: side.into(),
            verdict,
            member_id,
            note,
            round,
            decided_at,
        })
        .collect();
    list.extend(officer::decisions_of(tx, id)?);
    list.sort_by_key(|d| d.decided_at);
    Ok(list)
}

pub(super) fn insert_decision(tx: &mut Write, id: PurchaseId, d: &Decision) -> Result<(), StoreError> {
    let side = match d.side {
        Desk::Buyer => Side::Buyer,
        Desk::Seller => Side::Seller,
        Desk::Compliance => return officer::insert_decision(tx, id, d),
    };
    diesel::insert_into(decisions::table)
        .values((
            decisions::id.eq(DecisionId::fresh()),
            decisions::purchase_id.eq(id),
            decisions::side.eq(side),
            decisions::verdict.eq(d.verdict),
            decisions::member_id.eq(d.member_id),
            decisions::note.eq(&d.note),
            decisions::round.eq(d.round),
            decisions::decided_at.eq(d.decided_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What waits for the compliance officer, the one that runs out first on top.
pub(super) fn waiting_for_officer(tx: &mut Read) -> Result<Vec<Purchase>, StoreError> {
    let rows: Vec<Row> = purchases::table
        .filter(purchases::compliance_step.eq("reached"))
        .filter(purchases::state.eq("awaiting_seller"))
        .select(columns!())
        .order((purchases::expires_at.asc(), purchases::id.asc()))
        .limit(200)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(purchase).collect())
}

pub(super) fn of_parties(
    tx: &mut Read,
    parties: &[PartyId],
    side: Side,
    after: Option<&Cursor>,
    size: i64,
) -> Result<Page<Purchase>, StoreError> {
    let mut query = purchases::table.select(columns!()).into_boxed();
    query = match side {
        Side::Buyer => query.filter(purchases::buyer_id.eq_any(parties.to_vec())),
        Side::Seller => query.filter(purchases::seller_id.eq_any(parties.to_vec())),
    };
    if let Some(Cursor { at, id }) = after {
        query = query
            .filter(purchases::created_at.lt(*at).or(purchases::created_at.eq(*at).and(purchases::id.lt(id.clone()))));
    }
    let rows: Vec<Row> =
        query.order((purchases::created_at.desc(), purchases::id.desc())).limit(size + 1).load(tx.conn())?;
    let items = rows.into_iter().map(purchase).collect();
    Ok(Page::cut(items, usize::try_from(size).unwrap_or(50), |p: &Purchase| Cursor {
        at: p.submitted_at,
        id: p.id.to_string(),
    }))
}

/// The purchases that wait for one side of some organisations, the one that runs out first on top.
pub(super) fn waiting(tx: &mut Read, parties: &[PartyId], side: Side) -> Result<Vec<Purchase>, StoreError> {
    let query = purchases::table.select(columns!()).into_boxed();
    let query = match side {
        Side::Buyer => {
            query.filter(purchases::buyer_id.eq_any(parties.to_vec())).filter(purchases::state.eq("submitted"))
        }
        Side::Seller => query
            .filter(purchases::seller_id.eq_any(parties.to_vec()))
            .filter(purchases::state.eq_any(["awaiting_seller", "awaiting_payment"])),
    };
    let rows: Vec<Row> = query.order((purchases::expires_at.asc(), purchases::id.asc())).limit(500).load(tx.conn())?;
    Ok(rows.into_iter().map(purchase).collect())
}

pub(super) fn overdue(tx: &mut Read, now: Timestamp) -> Result<Vec<Purchase>, StoreError> {
    let open = ["submitted", "awaiting_seller", "awaiting_payment", "returned"];
    let rows: Vec<Row> = purchases::table
        .filter(purchases::state.eq_any(open))
        .filter(purchases::expires_at.le(now))
        .select(columns!())
        .order(purchases::id.asc())
        .limit(200)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(purchase).collect())
}

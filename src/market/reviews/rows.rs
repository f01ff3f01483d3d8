//! Rows of reviews and of their decisions.

use super::{Desk, State};
use crate::market::datasets::{Reviewers, Snapshot};
use crate::store::schema::{review_decisions, review_machines, reviews};
use crate::store::{Read, StoreError, Write};
use crate::values::{
    DatasetId, DecisionId, MemberId, PartyId, ReviewId, ServiceId, Sha256, Timestamp, VersionId, text_enum,
};
use diesel::prelude::*;

text_enum! {
    /// What a desk decided.
    Verdict {
        /// Yes.
        Approved = "approved",
        /// Not like this.
        Returned = "returned",
    }
}

/// A version that was submitted for review.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts, named as in the API")]
pub struct Review {
    pub id: ReviewId,
    pub dataset_id: DatasetId,
    pub version_id: VersionId,
    pub party_id: PartyId,
    /// The edition of the rules under which it is decided.
    pub edition: i64,
    pub needed: Reviewers,
    pub state: State,
    /// The desk that returned it.
    pub desk: Option<Desk>,
    pub note: String,
    pub card: Snapshot,
    pub card_sha256: Sha256,
    pub submitted_by: MemberId,
    pub submitted_by_name: String,
    pub submitted_at: Timestamp,
    pub state_at: Timestamp,
    pub revision: i64,
}

/// A decision of one desk.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The desk.
    pub desk: Desk,
    /// Yes, or not like this.
    pub verdict: Verdict,
    /// Who decided.
    pub member_id: MemberId,
    /// By name at that moment.
    pub member_name: String,
    /// The checks that were made, or the ready-made reasons that were chosen.
    pub points: Vec<String>,
    /// The reason in Chinese; of an approval the note, which may be empty.
    pub reason_zh: String,
    /// The reason in English.
    pub reason_en: String,
    /// When.
    pub decided_at: Timestamp,
}

type Row = (
    (ReviewId, DatasetId, VersionId, PartyId, i64, String, State, Option<Desk>),
    (String, String, Sha256, MemberId, String, Timestamp, Timestamp, i64),
);

macro_rules! columns {
    () => {
        (
            (
                reviews::id,
                reviews::dataset_id,
                reviews::version_id,
                reviews::party_id,
                reviews::book_number,
                reviews::steps,
                reviews::state,
                reviews::desk,
            ),
            (
                reviews::note,
                reviews::card,
                reviews::card_sha256,
                reviews::submitted_by,
                reviews::submitted_by_name,
                reviews::submitted_at,
                reviews::state_at,
                reviews::revision,
            ),
        )
    };
}

fn steps(needed: Reviewers) -> &'static str {
    match (needed.moderator, needed.compliance) {
        (true, true) => "both",
        (false, true) => "compliance",
        (true, false) | (false, false) => "moderator",
    }
}

fn review(row: Row) -> Result<Review, StoreError> {
    let ((id, dataset_id, version_id, party_id, edition, steps, state, desk), rest) = row;
    let (note, card, card_sha256, submitted_by, submitted_by_name, submitted_at, state_at, revision) = rest;
    let card = serde_json::from_str(&card).map_err(|e| StoreError::Broken(format!("review {id}: {e}")))?;
    let needed = Reviewers { moderator: steps != "compliance", compliance: steps != "moderator" };
    Ok(Review {
        id,
        dataset_id,
        version_id,
        party_id,
        edition,
        needed,
        state,
        desk,
        note,
        card,
        card_sha256,
        submitted_by,
        submitted_by_name,
        submitted_at,
        state_at,
        revision,
    })
}

pub(super) fn find(tx: &mut Read, id: ReviewId) -> Result<Option<Review>, StoreError> {
    let row: Option<Row> = reviews::table.find(id).select(columns!()).first(tx.conn()).optional()?;
    row.map(review).transpose()
}

pub(super) fn insert(tx: &mut Write, r: &Review, card: &str) -> Result<(), StoreError> {
    diesel::insert_into(reviews::table)
        .values((
            (
                reviews::id.eq(r.id),
                reviews::dataset_id.eq(r.dataset_id),
                reviews::version_id.eq(r.version_id),
                reviews::party_id.eq(r.party_id),
                reviews::book_number.eq(r.edition),
                reviews::steps.eq(steps(r.needed)),
                reviews::state.eq(r.state),
            ),
            (
                reviews::note.eq(&r.note),
                reviews::card.eq(card),
                reviews::card_sha256.eq(&r.card_sha256),
                reviews::submitted_by.eq(r.submitted_by),
                reviews::submitted_by_name.eq(&r.submitted_by_name),
                reviews::submitted_at.eq(r.submitted_at),
                reviews::state_at.eq(r.state_at),
            ),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Notes which machine submitted a review.
pub(super) fn insert_machine(tx: &mut Write, review: ReviewId, machine: ServiceId) -> Result<(), StoreError> {
    let values = (review_machines::review_id.eq(review), review_machines::service_id.eq(machine));
    diesel::insert_into(review_machines::table).values(values).execute(tx.conn())?;
    Ok(())
}

/// The machine that submitted a review; nothing for a person.
pub(super) fn machine_of(tx: &mut Read, review: ReviewId) -> Result<Option<ServiceId>, StoreError> {
    Ok(review_machines::table.find(review).select(review_machines::service_id).first(tx.conn()).optional()?)
}

/// Moves a review if it is still as it was seen: the row count decides races.
pub(super) fn advance(
    tx: &mut Write,
    seen: &Review,
    next: State,
    desk: Option<Desk>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let same =
        reviews::table.find(seen.id).filter(reviews::revision.eq(seen.revision)).filter(reviews::state.eq(seen.state));
    let values = (
        reviews::state.eq(next),
        reviews::desk.eq(desk),
        reviews::state_at.eq(now),
        reviews::revision.eq(seen.revision + 1),
    );
    Ok(diesel::update(same).set(values).execute(tx.conn())? == 1)
}

pub(super) fn insert_decision(tx: &mut Write, id: ReviewId, d: &Decision) -> Result<(), StoreError> {
    let points = serde_json::to_string(&d.points).map_err(|e| StoreError::Broken(e.to_string()))?;
    diesel::insert_into(review_decisions::table)
        .values((
            review_decisions::id.eq(DecisionId::fresh()),
            review_decisions::review_id.eq(id),
            review_decisions::desk.eq(d.desk),
            review_decisions::verdict.eq(d.verdict),
            review_decisions::member_id.eq(d.member_id),
            review_decisions::member_name.eq(&d.member_name),
            review_decisions::points.eq(points),
            review_decisions::reason_zh.eq(&d.reason_zh),
            review_decisions::reason_en.eq(&d.reason_en),
            review_decisions::decided_at.eq(d.decided_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn decisions_of(tx: &mut Read, id: ReviewId) -> Result<Vec<Decision>, StoreError> {
    use review_decisions as d;
    type DecisionRow = (Desk, Verdict, MemberId, String, String, String, String, Timestamp);
    let rows: Vec<DecisionRow> = d::table
        .filter(d::review_id.eq(id))
        .select((
            d::desk,
            d::verdict,
            d::member_id,
            d::member_name,
            d::points,
            d::reason_zh,
            d::reason_en,
            d::decided_at,
        ))
        .order((d::decided_at.asc(), d::id.asc()))
        .load(tx.conn())?;
    let broken = |e: serde_json::Error| StoreError::Broken(format!("a decision on review {id}: {e}"));
    rows.into_iter()
        .map(|(desk, verdict, member_id, member_name, points, reason_zh, reason_en, decided_at)| {
            let points = serde_json::from_str(&points).map_err(broken)?;
            Ok(Decision { desk, verdict, member_id, member_name, points, reason_zh, reason_en, decided_at })
        })
        .collect()
}

/// The reviews in a state, the one that waits longest on top.
pub(super) fn waiting(tx: &mut Read, state: State) -> Result<Vec<Review>, StoreError> {
    let rows: Vec<Row> = reviews::table
        .filter(reviews::state.eq(state))
        .select(columns!())
        .order((reviews::submitted_at.asc(), reviews::id.asc()))
        .limit(200)
        .load(tx.conn())?;
    rows.into_iter().map(review).collect()
}

/// The reviews that a desk has decided, the last on top.
pub(super) fn decided(tx: &mut Read, desk: Desk, size: i64) -> Result<Vec<Review>, StoreError> {
    let rows: Vec<Row> = reviews::table
        .inner_join(review_decisions::table.on(review_decisions::review_id.eq(reviews::id)))
        .filter(review_decisions::desk.eq(desk))
        .select(columns!())
        .order((review_decisions::decided_at.desc(), reviews::id.desc()))
        .limit(size)
        .load(tx.conn())?;
    rows.into_iter().map(review).collect()
}

pub(super) fn of_dataset(tx: &mut Read, dataset: DatasetId) -> Result<Vec<Review>, StoreError> {
    let rows: Vec<Row> = reviews::table
        .filter(reviews::dataset_id.eq(dataset))
        .select(columns!())
        .order((reviews::submitted_at.desc(), reviews::id.desc()))
        .limit(100)
        .load(tx.conn())?;
    rows.into_iter().map(review).collect()
}

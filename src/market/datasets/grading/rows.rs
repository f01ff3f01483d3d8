//! Rows of gradings. They are never changed.

use super::Answers;
use crate::market::rules::Level;
use crate::store::schema::{gradings, members};
use crate::store::{Read, StoreError, Write};
use crate::values::{DatasetId, GradingId, MemberId, Timestamp};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// How a dataset came to its level.
#[derive(Debug, Clone)]
pub struct Grading {
    /// The edition of the rules.
    pub edition: i64,
    /// The class of the data.
    pub class: String,
    /// The answers by question.
    pub answers: BTreeMap<String, String>,
    /// The level that they led to.
    pub level: Level,
    /// Why.
    pub reason: String,
    /// The filing reference; may be empty.
    pub filing_reference: String,
    /// Who answered.
    pub decided_by: String,
    /// When.
    pub decided_at: Timestamp,
}

type Row = (i64, String, String, Level, String, String, String, Timestamp);

pub(super) fn of_dataset(tx: &mut Read, dataset: DatasetId) -> Result<Vec<Grading>, StoreError> {
    let rows: Vec<Row> = gradings::table
        .inner_join(members::table.on(members::id.eq(gradings::decided_by)))
        .filter(gradings::dataset_id.eq(dataset))
        .select((
            gradings::book_number,
            gradings::class,
            gradings::answers,
            gradings::level,
            gradings::reason,
            gradings::filing_reference,
            members::name,
            gradings::decided_at,
        ))
        .order((gradings::decided_at.desc(), gradings::id.desc()))
        .limit(100)
        .load(tx.conn())?;
    let broken = |e: serde_json::Error| StoreError::Broken(format!("a grading of {dataset}: {e}"));
    rows.into_iter()
        .map(|(edition, class, answers, level, reason, filing_reference, decided_by, decided_at)| {
            let answers = serde_json::from_str(&answers).map_err(broken)?;
            Ok(Grading { edition, class, answers, level, reason, filing_reference, decided_by, decided_at })
        })
        .collect()
}

pub(super) fn insert(
    tx: &mut Write,
    id: GradingId,
    dataset: DatasetId,
    given: &Answers,
    level: Level,
    member: MemberId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let answers = serde_json::to_string(&given.answers).map_err(|e| StoreError::Broken(e.to_string()))?;
    diesel::insert_into(gradings::table)
        .values((
            gradings::id.eq(id),
            gradings::dataset_id.eq(dataset),
            gradings::book_number.eq(given.edition),
            gradings::class.eq(&given.class),
            gradings::answers.eq(answers),
            gradings::level.eq(level),
            gradings::reason.eq(given.reason.as_str()),
            gradings::filing_reference.eq(given.filing.as_str()),
            gradings::decided_by.eq(member),
            gradings::decided_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

//! Rows of questions and answers about newer versions of licences.

use crate::market::grants::Grant;
use crate::store::schema::{relicence_answers, relicences};
use crate::store::{Read, StoreError, Write, each};
use crate::values::{DatasetId, GrantId, Lang, LicenceId, PartyId, RelicenceId, Sha256, Timestamp, text_enum};
use diesel::prelude::*;

text_enum! {
    /// What a holder said.
    AnswerState {
        /// Nothing yet.
        Asked = "asked",
        /// The newer version is accepted.
        Accepted = "accepted",
        /// It is not.
        Declined = "declined",
    }
}

/// A newer version that holders are asked to accept.
#[derive(Debug, Clone)]
pub struct Relicence {
    /// Its identifier.
    pub id: RelicenceId,
    /// The dataset.
    pub dataset_id: DatasetId,
    /// The newer version.
    pub licence_id: LicenceId,
    /// Who asked, by name.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
}

/// The question to one holder, and the answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The question to all.
    pub relicence_id: RelicenceId,
    /// The grant.
    pub grant_id: GrantId,
    /// The version that was in force when it was asked.
    pub before_licence_id: LicenceId,
    /// The newer version.
    pub licence_id: LicenceId,
    /// What was said.
    pub state: AnswerState,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// Who answered, by name.
    pub answered_by: Option<String>,
    /// The signed addendum to the receipt.
    pub addendum: Option<String>,
}

/// An answer about to be kept.
pub(super) struct Said<'a> {
    pub state: AnswerState,
    pub by: &'a str,
    pub lang: Lang,
    pub sha256: Option<&'a Sha256>,
    pub addendum: Option<&'a str>,
}

type Row = (
    RelicenceId,
    GrantId,
    LicenceId,
    LicenceId,
    AnswerState,
    Timestamp,
    Option<Timestamp>,
    Option<String>,
    Option<String>,
);

fn row(r: Row) -> Answer {
    let (relicence_id, grant_id, before_licence_id, licence_id, state, asked_at, answered_at, answered_by, addendum) =
        r;
    Answer {
        relicence_id,
        grant_id,
        before_licence_id,
        licence_id,
        state,
        asked_at,
        answered_at,
        answered_by,
        addendum,
    }
}

macro_rules! columns {
    () => {
        (
            relicence_answers::relicence_id,
            relicence_answers::grant_id,
            relicence_answers::before_licence_id,
            relicences::licence_id,
            relicence_answers::state,
            relicence_answers::asked_at,
            relicence_answers::answered_at,
            relicence_answers::answered_by,
            relicence_answers::addendum,
        )
    };
}

pub(super) fn of_grant(tx: &mut Read, grant: GrantId) -> Result<Vec<Answer>, StoreError> {
    let rows: Vec<Row> = relicence_answers::table
        .inner_join(relicences::table.on(relicences::id.eq(relicence_answers::relicence_id)))
        .filter(relicence_answers::grant_id.eq(grant))
        .order((relicence_answers::asked_at.desc(), relicence_answers::relicence_id.desc()))
        .select(columns!())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// The newest question about a grant, when it waits for an answer: an older one is settled by a newer.
pub(super) fn open(tx: &mut Read, grant: GrantId) -> Result<Option<Answer>, StoreError> {
    Ok(of_grant(tx, grant)?.into_iter().next().filter(|a| a.state == AnswerState::Asked))
}

/// The newest acceptance of a grant.
pub(super) fn accepted(tx: &mut Read, grant: GrantId) -> Result<Option<Answer>, StoreError> {
    let all = of_grant(tx, grant)?.into_iter().filter(|a| a.state == AnswerState::Accepted);
    Ok(all.max_by_key(|a| (a.answered_at, a.asked_at)))
}

pub(super) fn waiting(tx: &mut Read, holders: &[PartyId]) -> Result<Vec<Answer>, StoreError> {
    let rows: Vec<Row> = relicence_answers::table
        .inner_join(relicences::table.on(relicences::id.eq(relicence_answers::relicence_id)))
        .filter(relicence_answers::holder_id.eq_any(holders.to_vec()))
        .filter(relicence_answers::state.eq(AnswerState::Asked))
        .order(relicence_answers::asked_at.asc())
        .limit(200)
        .select(columns!())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

pub(super) fn answers(tx: &mut Read, relicence: RelicenceId) -> Result<Vec<Answer>, StoreError> {
    let rows: Vec<Row> = relicence_answers::table
        .inner_join(relicences::table.on(relicences::id.eq(relicence_answers::relicence_id)))
        .filter(relicence_answers::relicence_id.eq(relicence))
        .order(relicence_answers::grant_id.asc())
        .select(columns!())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

type AskedRow = (RelicenceId, DatasetId, LicenceId, String, Timestamp);

pub(super) fn of_dataset(tx: &mut Read, dataset: DatasetId) -> Result<Vec<Relicence>, StoreError> {
    let rows: Vec<AskedRow> = relicences::table
        .filter(relicences::dataset_id.eq(dataset))
        .order(relicences::asked_at.desc())
        .limit(100)
        .load(tx.conn())?;
    let one =
        |(id, dataset_id, licence_id, asked_by, asked_at)| Relicence { id, dataset_id, licence_id, asked_by, asked_at };
    Ok(rows.into_iter().map(one).collect())
}

pub(super) fn asked(tx: &mut Read, dataset: DatasetId, licence: LicenceId) -> Result<bool, StoreError> {
    let found: i64 = relicences::table
        .filter(relicences::dataset_id.eq(dataset))
        .filter(relicences::licence_id.eq(licence))
        .count()
        .get_result(tx.conn())?;
    Ok(found > 0)
}

pub(super) fn insert(tx: &mut Write, new: &Relicence) -> Result<(), StoreError> {
    each!(tx.conn(), c => diesel::insert_into(relicences::table)
        .values((
            relicences::id.eq(new.id),
            relicences::dataset_id.eq(new.dataset_id),
            relicences::licence_id.eq(new.licence_id),
            relicences::asked_by.eq(&new.asked_by),
            relicences::asked_at.eq(new.asked_at),
        ))
        .execute(c))?;
    Ok(())
}

pub(super) fn insert_answer(
    tx: &mut Write,
    asked: &Relicence,
    grant: &Grant,
    before: LicenceId,
) -> Result<(), StoreError> {
    each!(tx.conn(), c => diesel::insert_into(relicence_answers::table)
        .values((
            relicence_answers::relicence_id.eq(asked.id),
            relicence_answers::grant_id.eq(grant.id),
            relicence_answers::holder_id.eq(grant.holder_id),
            relicence_answers::before_licence_id.eq(before),
            relicence_answers::state.eq(AnswerState::Asked),
            relicence_answers::asked_at.eq(asked.asked_at),
        ))
        .execute(c))?;
    Ok(())
}

/// Keeps an answer if there is none yet.
pub(super) fn answer(tx: &mut Write, open: &Answer, said: &Said<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let done = each!(tx.conn(), c => diesel::update(relicence_answers::table)
        .filter(relicence_answers::relicence_id.eq(open.relicence_id))
        .filter(relicence_answers::grant_id.eq(open.grant_id))
        .filter(relicence_answers::state.eq(AnswerState::Asked))
        .set((
            relicence_answers::state.eq(said.state),
            relicence_answers::answered_at.eq(Some(now)),
            relicence_answers::answered_by.eq(Some(said.by)),
            relicence_answers::answered_lang.eq(Some(said.lang.as_str())),
            relicence_answers::accepted_sha256.eq(said.sha256.map(Sha256::as_str)),
            relicence_answers::addendum.eq(said.addendum),
        ))
        .execute(c))?;
    Ok(done == 1)
}

//! Rows of held drafts and of what was kept at publication.

use super::Snapshot;
use crate::market::datasets::{Dataset, State, Version, VersionState};
use crate::market::rules::Level;
use crate::store::schema::{datasets, held_drafts, version_cards, versions};
use crate::store::{Read, StoreError, Write};
use crate::values::{DatasetId, PartyId, Timestamp, VersionId};
use diesel::dsl::exists;
use diesel::prelude::*;

/// What was kept when a version was published.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Texts and files.
    pub snapshot: Snapshot,
    /// The level.
    pub level: Level,
    /// When.
    pub kept_at: Timestamp,
}

pub(in crate::market::datasets) fn set_level(
    tx: &mut Write,
    seen: &Dataset,
    level: Level,
    state: State,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let same = datasets::table.find(seen.id).filter(datasets::revision.eq(seen.revision));
    let values = (
        datasets::level.eq(level),
        datasets::state.eq(state),
        datasets::updated_at.eq(now),
        datasets::revision.eq(seen.revision + 1),
    );
    Ok(diesel::update(same).set(values).execute(tx.conn())? == 1)
}

/// Lets the revision rise, so that an edit that was made on an older page is refused.
pub(super) fn touch(tx: &mut Write, seen: &Dataset) -> Result<bool, StoreError> {
    let same = datasets::table.find(seen.id).filter(datasets::revision.eq(seen.revision));
    Ok(diesel::update(same).set(datasets::revision.eq(seen.revision + 1)).execute(tx.conn())? == 1)
}

pub(super) fn has_published(tx: &mut Read, party: PartyId) -> Result<bool, StoreError> {
    let out = versions::table
        .inner_join(datasets::table.on(datasets::id.eq(versions::dataset_id)))
        .filter(datasets::party_id.eq(party))
        .filter(versions::state.ne(VersionState::Draft));
    Ok(diesel::select(exists(out)).get_result(tx.conn())?)
}

pub(super) fn hold(tx: &mut Write, dataset: DatasetId, version: VersionId, now: Timestamp) -> Result<(), StoreError> {
    diesel::insert_into(held_drafts::table)
        .values((
            held_drafts::dataset_id.eq(dataset),
            held_drafts::version_id.eq(version),
            held_drafts::held_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn release(tx: &mut Write, dataset: DatasetId) -> Result<(), StoreError> {
    diesel::delete(held_drafts::table.find(dataset)).execute(tx.conn())?;
    Ok(())
}

pub(in crate::market::datasets) fn is_held(tx: &mut Read, dataset: DatasetId) -> Result<bool, StoreError> {
    Ok(diesel::select(exists(held_drafts::table.find(dataset))).get_result(tx.conn())?)
}

type KeptRow = (VersionId, String, Level, Timestamp);

const KEPT: (version_cards::version_id, version_cards::card, version_cards::level, version_cards::kept_at) =
    (version_cards::version_id, version_cards::card, version_cards::level, version_cards::kept_at);

fn kept_of((version, card, level, kept_at): KeptRow) -> Result<Kept, StoreError> {
    let broken = |e: serde_json::Error| StoreError::Broken(format!("the card of version {version}: {e}"));
    Ok(Kept { snapshot: serde_json::from_str(&card).map_err(broken)?, level, kept_at })
}

pub(super) fn kept(tx: &mut Read, version: VersionId) -> Result<Option<Kept>, StoreError> {
    let row: Option<KeptRow> = version_cards::table.find(version).select(KEPT).first(tx.conn()).optional()?;
    row.map(kept_of).transpose()
}

pub(super) fn kept_before(tx: &mut Read, dataset: DatasetId, at: Timestamp) -> Result<Option<Kept>, StoreError> {
    let row: Option<KeptRow> = version_cards::table
        .inner_join(versions::table.on(versions::id.eq(version_cards::version_id)))
        .filter(versions::dataset_id.eq(dataset))
        .filter(version_cards::kept_at.lt(at))
        .select(KEPT)
        .order((version_cards::kept_at.desc(), version_cards::version_id.desc()))
        .first(tx.conn())
        .optional()?;
    row.map(kept_of).transpose()
}

/// Keeps what texts and files said when a version was published.
pub(in crate::market::datasets) fn keep(
    tx: &mut Write,
    version: &Version,
    card: &str,
    level: Level,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(version_cards::table)
        .values((
            version_cards::version_id.eq(version.id),
            version_cards::card.eq(card),
            version_cards::level.eq(level),
            version_cards::kept_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

//! Rows of datasets, versions, files and stored bytes.

pub(super) mod paging;
pub(super) mod storage;

use super::{Card, Level, NewFile, State, VersionState};
use crate::store::schema::{blobs, datasets, files, versions};
use crate::store::{Read, StoreError, Write};
use crate::values::{
    BlobId, DatasetId, FileId, Lang, Line, MemberId, PartyId, Prose, Sha256, Slug, Timestamp, VersionId,
};
use diesel::prelude::*;

/// A data product of one owner.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "the fields are those of `Card` and plain facts")]
pub struct Dataset {
    pub id: DatasetId,
    pub party_id: PartyId,
    pub slug: String,
    pub state: State,
    pub title_zh: String,
    pub title_en: String,
    pub summary_zh: String,
    pub summary_en: String,
    pub card_zh: String,
    pub card_en: String,
    pub sector: String,
    pub kind: String,
    pub use_case: String,
    pub level: Level,
    pub source_statement: String,
    pub contact: String,
    pub search_text: String,
    pub current_version_id: Option<VersionId>,
    pub created_by: MemberId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub listed_at: Option<Timestamp>,
    pub revision: i64,
}
impl Dataset {
    /// Gives the title in a language, else the other one.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        lang.pick(&self.title_zh, &self.title_en)
    }
    /// Gives the summary in a language, else the other one.
    #[must_use]
    pub fn summary(&self, lang: Lang) -> &str {
        lang.pick(&self.summary_zh, &self.summary_en)
    }
}

/// A release of a dataset.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "plain facts, named as in the manifest")]
pub struct Version {
    pub id: VersionId,
    pub dataset_id: DatasetId,
    pub label: String,
    pub change_note: String,
    pub state: VersionState,
    pub manifest: Option<String>,
    pub manifest_sha256: Option<Sha256>,
    pub formats: String,
    pub files_count: i64,
    pub size_bytes: i64,
    pub rows_count: Option<i64>,
    pub columns_count: Option<i64>,
    pub published_at: Option<Timestamp>,
    pub recalled_at: Option<Timestamp>,
    pub recall_reason: Option<String>,
    pub created_at: Timestamp,
    pub revision: i64,
}

/// A file of a version.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "plain facts, named as in the manifest")]
pub struct File {
    pub id: FileId,
    pub version_id: VersionId,
    pub path: String,
    pub path_folded: String,
    pub blob_id: BlobId,
    pub media_type: String,
    pub size_bytes: i64,
    pub sha256: Sha256,
    pub rows_count: Option<i64>,
    pub columns_count: Option<i64>,
    pub sample: Option<String>,
    pub created_at: Timestamp,
}

/// What describes stored bytes.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "plain facts")]
pub struct BlobRow {
    pub id: BlobId,
    pub size_bytes: i64,
    pub sha256: Sha256,
    pub chunks: Vec<u8>,
    pub created_at: Timestamp,
    pub damaged_at: Option<Timestamp>,
}

/// What publishing writes.
pub(super) struct Published {
    pub manifest: String,
    pub manifest_sha256: Sha256,
    pub formats: String,
    pub files: i64,
    pub size_bytes: i64,
    pub rows: Option<i64>,
    pub columns: Option<i64>,
}

pub(super) fn find(tx: &mut Read, id: DatasetId) -> Result<Option<Dataset>, StoreError> {
    Ok(datasets::table.find(id).first(tx.conn()).optional()?)
}

pub(super) fn find_by_slug(tx: &mut Read, party: PartyId, slug: &str) -> Result<Option<Dataset>, StoreError> {
    Ok(datasets::table
        .filter(datasets::party_id.eq(party))
        .filter(datasets::slug.eq(slug))
        .first(tx.conn())
        .optional()?)
}

pub(super) fn of_parties(tx: &mut Read, parties: &[PartyId]) -> Result<Vec<Dataset>, StoreError> {
    let own = datasets::table.filter(datasets::party_id.eq_any(parties.to_vec()));
    Ok(own.order((datasets::updated_at.desc(), datasets::id.desc())).limit(500).load(tx.conn())?)
}

#[expect(clippy::too_many_arguments, reason = "the parts of one new row")]
pub(super) fn insert(
    tx: &mut Write,
    id: DatasetId,
    party: PartyId,
    slug: &Slug,
    card: &Card,
    search: &str,
    member: MemberId,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(datasets::table)
        .values((
            (
                datasets::id.eq(id),
                datasets::party_id.eq(party),
                datasets::slug.eq(slug.as_str()),
                datasets::state.eq(State::Draft),
            ),
            (datasets::title_zh.eq(card.title_zh.as_str()), datasets::title_en.eq(card.title_en.as_str())),
            (datasets::summary_zh.eq(card.summary_zh.as_str()), datasets::summary_en.eq(card.summary_en.as_str())),
            (datasets::card_zh.eq(card.card_zh.as_str()), datasets::card_en.eq(card.card_en.as_str())),
            (
                datasets::sector.eq(&card.sector),
                datasets::kind.eq(&card.kind),
                datasets::use_case.eq(&card.use_case),
                datasets::level.eq(card.level),
            ),
            (
                datasets::source_statement.eq(card.source_statement.as_str()),
                datasets::contact.eq(card.contact.as_str()),
                datasets::search_text.eq(search),
            ),
            (datasets::created_by.eq(member), datasets::created_at.eq(now), datasets::updated_at.eq(now)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn change(
    tx: &mut Write,
    id: DatasetId,
    revision: i64,
    card: &Card,
    search: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let seen = datasets::table.find(id).filter(datasets::revision.eq(revision));
    let done = diesel::update(seen)
        .set((
            (datasets::title_zh.eq(card.title_zh.as_str()), datasets::title_en.eq(card.title_en.as_str())),
            (datasets::summary_zh.eq(card.summary_zh.as_str()), datasets::summary_en.eq(card.summary_en.as_str())),
            (datasets::card_zh.eq(card.card_zh.as_str()), datasets::card_en.eq(card.card_en.as_str())),
            (datasets::sector.eq(&card.sector), datasets::kind.eq(&card.kind), datasets::use_case.eq(&card.use_case)),
            (
                datasets::source_statement.eq(card.source_statement.as_str()),
                datasets::contact.eq(card.contact.as_str()),
                datasets::search_text.eq(search),
            ),
            (datasets::updated_at.eq(now), datasets::revision.eq(revision + 1)),
        ))
        .execute(tx.conn())?;
    Ok(done == 1)
}

pub(super) fn set_state(tx: &mut Write, dataset: &Dataset, state: State, now: Timestamp) -> Result<bool, StoreError> {
    let seen = datasets::table.find(dataset.id).filter(datasets::revision.eq(dataset.revision));
    let values = (datasets::state.eq(state), datasets::updated_at.eq(now), datasets::revision.eq(dataset.revision + 1));
    Ok(diesel::update(seen).set(values).execute(tx.conn())? == 1)
}

/// Makes a version the current one if the dataset is still as it was when its conditions were checked.
pub(super) fn set_current(
    tx: &mut Write,
    seen: &Dataset,
    version: VersionId,
    state: State,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let same = datasets::table.find(seen.id).filter(datasets::revision.eq(seen.revision));
    let values = (
        datasets::current_version_id.eq(version),
        datasets::state.eq(state),
        datasets::updated_at.eq(now),
        datasets::listed_at.eq(now),
        datasets::revision.eq(seen.revision + 1),
    );
    Ok(diesel::update(same).set(values).execute(tx.conn())? == 1)
}

pub(super) fn version(tx: &mut Read, id: VersionId) -> Result<Option<Version>, StoreError> {
    Ok(versions::table.find(id).first(tx.conn()).optional()?)
}

pub(super) fn versions_of(tx: &mut Read, dataset: DatasetId, drafts: bool) -> Result<Vec<Version>, StoreError> {
    let mut query = versions::table.filter(versions::dataset_id.eq(dataset)).into_boxed();
    if !drafts {
        query = query.filter(versions::state.ne(VersionState::Draft));
    }
    Ok(query.order((versions::created_at.desc(), versions::id.desc())).limit(500).load(tx.conn())?)
}

/// Gets a version of a dataset and locks it until the transaction ends.
pub(super) fn lock_draft(tx: &mut Write, dataset: DatasetId, id: VersionId) -> Result<Option<Version>, StoreError> {
    let own = versions::table.find(id).filter(versions::dataset_id.eq(dataset));
    diesel::update(own).set(versions::revision.eq(versions::revision)).execute(tx.conn())?;
    Ok(own.first(tx.conn()).optional()?)
}

pub(super) fn insert_version(
    tx: &mut Write,
    id: VersionId,
    dataset: DatasetId,
    label: &Line,
    note: &Prose,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(versions::table)
        .values((
            versions::id.eq(id),
            versions::dataset_id.eq(dataset),
            versions::label.eq(label.as_str()),
            versions::change_note.eq(note.as_str()),
            versions::state.eq(VersionState::Draft),
            versions::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn set_published(
    tx: &mut Write,
    draft: &Version,
    facts: &Published,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let open = versions::table.find(draft.id).filter(versions::state.eq(VersionState::Draft));
    let done = diesel::update(open)
        .set((
            versions::state.eq(VersionState::Published),
            versions::manifest.eq(&facts.manifest),
            versions::manifest_sha256.eq(&facts.manifest_sha256),
            versions::formats.eq(&facts.formats),
            versions::files_count.eq(facts.files),
            versions::size_bytes.eq(facts.size_bytes),
            versions::rows_count.eq(facts.rows),
            versions::columns_count.eq(facts.columns),
            versions::published_at.eq(now),
            versions::revision.eq(versions::revision + 1),
        ))
        .execute(tx.conn())?;
    Ok(done == 1)
}

pub(super) fn deprecate(tx: &mut Write, id: VersionId) -> Result<(), StoreError> {
    let open = versions::table.find(id).filter(versions::state.eq(VersionState::Published));
    diesel::update(open)
        .set((versions::state.eq(VersionState::Deprecated), versions::revision.eq(versions::revision + 1)))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn set_recalled(tx: &mut Write, seen: &Version, reason: &str, now: Timestamp) -> Result<bool, StoreError> {
    let open = versions::table.find(seen.id).filter(versions::revision.eq(seen.revision));
    let values = (
        versions::state.eq(VersionState::Recalled),
        versions::recalled_at.eq(now),
        versions::recall_reason.eq(reason),
        versions::revision.eq(seen.revision + 1),
    );
    Ok(diesel::update(open).set(values).execute(tx.conn())? == 1)
}

pub(super) fn files_of(tx: &mut Read, version: VersionId) -> Result<Vec<File>, StoreError> {
    paging::files_of(tx, version)
}

pub(super) fn file(tx: &mut Read, id: FileId) -> Result<Option<File>, StoreError> {
    Ok(files::table.find(id).first(tx.conn()).optional()?)
}

pub(super) fn file_by_path(tx: &mut Read, version: VersionId, path: &str) -> Result<Option<File>, StoreError> {
    Ok(files::table.filter(files::version_id.eq(version)).filter(files::path.eq(path)).first(tx.conn()).optional()?)
}

pub(super) fn insert_blob(tx: &mut Write, new: &NewFile, now: Timestamp) -> Result<(), StoreError> {
    diesel::insert_into(blobs::table)
        .values((
            blobs::id.eq(new.blob),
            blobs::size_bytes.eq(new.size_bytes),
            blobs::sha256.eq(&new.sha256),
            blobs::chunks.eq(&new.chunks),
            blobs::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn insert_file(
    tx: &mut Write,
    id: FileId,
    version: VersionId,
    new: &NewFile,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(files::table)
        .values((
            files::id.eq(id),
            files::version_id.eq(version),
            files::path.eq(new.path.as_str()),
            files::path_folded.eq(new.path.folded()),
            files::blob_id.eq(new.blob),
            files::media_type.eq(&new.media_type),
            files::size_bytes.eq(new.size_bytes),
            files::sha256.eq(&new.sha256),
            files::rows_count.eq(new.rows),
            files::columns_count.eq(new.columns),
            files::sample.eq(&new.sample),
            files::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    super::profiles::wait(tx, id, version, now)?;
    super::samples::wait(tx, id, (version, &new.path.folded()), new.sample.as_deref(), now)
}

pub(super) fn blob(tx: &mut Read, id: BlobId) -> Result<Option<BlobRow>, StoreError> {
    Ok(blobs::table.find(id).first(tx.conn()).optional()?)
}

pub(super) fn known_blobs(tx: &mut Read, ids: &[BlobId]) -> Result<Vec<BlobId>, StoreError> {
    Ok(blobs::table.filter(blobs::id.eq_any(ids)).select(blobs::id).load(tx.conn())?)
}

pub(super) fn mark_damaged(tx: &mut Write, id: BlobId, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(blobs::table.find(id).filter(blobs::damaged_at.is_null()))
        .set(blobs::damaged_at.eq(now))
        .execute(tx.conn())?;
    Ok(())
}

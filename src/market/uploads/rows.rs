//! Rows of uploads and of their finished parts.

use super::{Role, State};
use crate::market::journal::By;
use crate::store::blobs::staging::{Part, Settled, Standing};
use crate::store::schema::{upload_parts, uploads};
use crate::store::{Read, StoreError, Write};
use crate::values::{BlobId, DatasetId, FileId, PartyId, Sha256, Timestamp, UploadId, VersionId};
use diesel::prelude::*;

/// A file on its way in.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Upload {
    pub id: UploadId,
    pub party_id: PartyId,
    pub dataset_id: DatasetId,
    pub version_id: VersionId,
    pub path: String,
    /// What the client told of it, as it was sent.
    pub metadata: String,
    pub state: State,
    pub size_bytes: i64,
    /// Bytes that are durable.
    pub offset_bytes: i64,
    /// The digest that the client promised.
    pub announced_sha256: Option<Sha256>,
    pub blob_id: BlobId,
    pub(super) hash_state: Option<Vec<u8>>,
    pub(super) store_session: Option<String>,
    pub(super) tail_id: Option<String>,
    pub file_id: Option<FileId>,
    /// Why it did not become a file.
    pub reason: Option<String>,
    /// The process that writes to it, until [`Upload::held_until`].
    pub holder: Option<String>,
    pub held_until: Option<Timestamp>,
    /// Rises whenever somebody takes it up, so that an earlier writer finds itself overtaken.
    pub turn: i64,
    pub begun_by_kind: String,
    pub begun_by: String,
    pub begun_by_name: String,
    pub created_at: Timestamp,
    /// When bytes came last.
    pub moved_at: Timestamp,
    /// When it is given up if nothing more comes.
    pub expires_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// What it is to a file that comes in parts.
    pub role: Option<Role>,
    /// The upload that joins it with other parts, once there is one.
    pub final_id: Option<UploadId>,
    /// Its place there, from 0.
    pub place: Option<i64>,
}

/// What is known of an upload when it begins.
pub(super) struct Fresh {
    pub id: UploadId,
    pub blob_id: BlobId,
    pub party_id: PartyId,
    pub dataset_id: DatasetId,
    pub version_id: VersionId,
    pub path: String,
    pub metadata: String,
    pub size_bytes: i64,
    pub by: By,
    pub expires_at: Timestamp,
    pub now: Timestamp,
}

impl Upload {
    /// The upload of which nothing has come yet.
    pub(super) fn fresh(new: Fresh) -> Self {
        Self {
            id: new.id,
            party_id: new.party_id,
            dataset_id: new.dataset_id,
            version_id: new.version_id,
            path: new.path,
            metadata: new.metadata,
            state: State::Open,
            size_bytes: new.size_bytes,
            offset_bytes: 0,
            announced_sha256: None,
            blob_id: new.blob_id,
            hash_state: None,
            store_session: None,
            tail_id: None,
            file_id: None,
            reason: None,
            holder: None,
            held_until: None,
            turn: 0,
            begun_by_kind: new.by.kind.to_string(),
            begun_by: new.by.id,
            begun_by_name: new.by.name,
            created_at: new.now,
            moved_at: new.now,
            expires_at: new.expires_at,
            ended_at: None,
            role: None,
            final_id: None,
            place: None,
        }
    }
    /// Where its bytes stand in the store.
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing {
            key: self.blob_id.uuid(),
            size: u64::try_from(self.size_bytes).unwrap_or(0),
            offset: u64::try_from(self.offset_bytes).unwrap_or(0),
            state: self.hash_state.clone(),
            session: self.store_session.clone(),
            tail: self.tail_id.as_deref().and_then(|id| uuid::Uuid::try_parse(id).ok()),
        }
    }
    /// The state that the reader is told: an open upload whose time is up has expired.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> State {
        if self.state == State::Open && self.expires_at <= now { State::Expired } else { self.state }
    }
}

pub(super) fn insert(tx: &mut Write, u: &Upload) -> Result<(), StoreError> {
    diesel::insert_into(uploads::table)
        .values((
            (
                uploads::id.eq(u.id),
                uploads::party_id.eq(u.party_id),
                uploads::dataset_id.eq(u.dataset_id),
                uploads::version_id.eq(u.version_id),
                uploads::path.eq(&u.path),
                uploads::metadata.eq(&u.metadata),
                uploads::state.eq(u.state),
                uploads::size_bytes.eq(u.size_bytes),
                uploads::offset_bytes.eq(u.offset_bytes),
                uploads::announced_sha256.eq(&u.announced_sha256),
                uploads::blob_id.eq(u.blob_id),
                uploads::file_id.eq(u.file_id),
            ),
            (
                uploads::begun_by_kind.eq(&u.begun_by_kind),
                uploads::begun_by.eq(&u.begun_by),
                uploads::begun_by_name.eq(&u.begun_by_name),
                uploads::created_at.eq(u.created_at),
                uploads::moved_at.eq(u.moved_at),
                uploads::expires_at.eq(u.expires_at),
                uploads::ended_at.eq(u.ended_at),
                uploads::role.eq(u.role),
            ),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn find(tx: &mut Read, id: UploadId) -> Result<Option<Upload>, StoreError> {
    Ok(uploads::table.find(id).first(tx.conn()).optional()?)
}

pub(super) fn count_open(tx: &mut Read, party: PartyId) -> Result<i64, StoreError> {
    let open = uploads::table.filter(uploads::party_id.eq(party)).filter(uploads::state.eq(State::Open));
    Ok(open.count().get_result(tx.conn())?)
}

pub(super) fn open_of(tx: &mut Read, version: VersionId, now: Timestamp) -> Result<Vec<Upload>, StoreError> {
    let open = uploads::table
        .filter(uploads::version_id.eq(version))
        .filter(uploads::state.eq(State::Open))
        .filter(uploads::role.is_null())
        .filter(uploads::expires_at.gt(now));
    Ok(open.order((uploads::created_at.asc(), uploads::id.asc())).limit(1000).load(tx.conn())?)
}

/// Writes the holder and a new turn if the upload is as it was seen.
pub(super) fn hold(tx: &mut Write, seen: &Upload, holder: &str, until: Timestamp) -> Result<bool, StoreError> {
    let same = uploads::table.find(seen.id).filter(uploads::state.eq(State::Open)).filter(uploads::turn.eq(seen.turn));
    let values = (uploads::holder.eq(holder), uploads::held_until.eq(until), uploads::turn.eq(seen.turn + 1));
    Ok(diesel::update(same).set(values).execute(tx.conn())? == 1)
}

/// What [`advance`] writes beside the store's own facts.
pub(super) struct Moved {
    pub held_until: Option<Timestamp>,
    pub moved_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Writes what became durable if the upload is still in the writer's turn.
pub(super) fn advance(
    tx: &mut Write,
    id: UploadId,
    turn: i64,
    settled: &Settled,
    moved: &Moved,
) -> Result<bool, StoreError> {
    let at = &settled.at;
    let own = uploads::table.find(id).filter(uploads::state.eq(State::Open)).filter(uploads::turn.eq(turn));
    let done = diesel::update(own)
        .set((
            uploads::offset_bytes.eq(i64::try_from(at.offset).unwrap_or(i64::MAX)),
            uploads::hash_state.eq(at.state.as_deref()),
            uploads::store_session.eq(at.session.as_deref()),
            uploads::tail_id.eq(at.tail.map(|id| id.to_string())),
            uploads::held_until.eq(moved.held_until),
            uploads::moved_at.eq(moved.moved_at),
            uploads::expires_at.eq(moved.expires_at),
        ))
        .execute(tx.conn())?;
    if done != 1 {
        return Ok(false);
    }
    for part in &settled.parts {
        diesel::insert_into(upload_parts::table)
            .values((
                upload_parts::upload_id.eq(id),
                upload_parts::number.eq(i64::try_from(part.number).unwrap_or(i64::MAX)),
                upload_parts::etag.eq(&part.etag),
                upload_parts::chunks.eq(&part.chunks),
            ))
            .execute(tx.conn())?;
    }
    Ok(true)
}

pub(super) fn renew(tx: &mut Write, id: UploadId, turn: i64, until: Option<Timestamp>) -> Result<bool, StoreError> {
    let own = uploads::table.find(id).filter(uploads::state.eq(State::Open)).filter(uploads::turn.eq(turn));
    Ok(diesel::update(own).set(uploads::held_until.eq(until)).execute(tx.conn())? == 1)
}

pub(super) fn parts(tx: &mut Read, id: UploadId) -> Result<Vec<Part>, StoreError> {
    let own = upload_parts::table.filter(upload_parts::upload_id.eq(id)).order(upload_parts::number.asc());
    let rows: Vec<(i64, String, Vec<u8>)> =
        own.select((upload_parts::number, upload_parts::etag, upload_parts::chunks)).load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(number, etag, chunks)| Part { number: u64::try_from(number).unwrap_or(0), etag, chunks })
        .collect())
}

/// Ends an upload if it is as it was seen, and forgets its parts.
pub(super) fn end(
    tx: &mut Write,
    seen: &Upload,
    state: State,
    (file, reason): (Option<FileId>, Option<&str>),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let same = uploads::table.find(seen.id).filter(uploads::state.eq(seen.state)).filter(uploads::turn.eq(seen.turn));
    let values = (
        uploads::state.eq(state),
        uploads::file_id.eq(file),
        uploads::reason.eq(reason),
        uploads::held_until.eq(None::<Timestamp>),
        uploads::turn.eq(seen.turn + 1),
        uploads::ended_at.eq(now),
    );
    if diesel::update(same).set(values).execute(tx.conn())? != 1 {
        return Ok(false);
    }
    diesel::delete(upload_parts::table.filter(upload_parts::upload_id.eq(seen.id))).execute(tx.conn())?;
    Ok(true)
}

/// Open uploads whose time is up and which nobody writes to.
pub(super) fn due(tx: &mut Read, now: Timestamp, most: i64) -> Result<Vec<Upload>, StoreError> {
    let over = uploads::table
        .filter(uploads::state.eq(State::Open))
        .filter(uploads::expires_at.le(now))
        .filter(uploads::final_id.is_null())
        .filter(uploads::held_until.is_null().or(uploads::held_until.le(now)));
    Ok(over.order((uploads::expires_at.asc(), uploads::id.asc())).limit(most).load(tx.conn())?)
}

/// Gives a part its place in the upload that joins it, if it is as it was seen.
pub(super) fn bind(tx: &mut Write, seen: &Upload, to: UploadId, place: i64) -> Result<bool, StoreError> {
    let same = uploads::table.find(seen.id).filter(uploads::state.eq(State::Open)).filter(uploads::turn.eq(seen.turn));
    let values = (uploads::final_id.eq(to), uploads::place.eq(place));
    Ok(diesel::update(same.filter(uploads::final_id.is_null())).set(values).execute(tx.conn())? == 1)
}

/// The parts that an upload joins, in their order.
pub(super) fn joined(tx: &mut Read, id: UploadId) -> Result<Vec<Upload>, StoreError> {
    Ok(uploads::table.filter(uploads::final_id.eq(id)).order(uploads::place.asc()).load(tx.conn())?)
}

pub(super) fn joined_ids(tx: &mut Read, id: UploadId) -> Result<Vec<UploadId>, StoreError> {
    let parts = uploads::table.filter(uploads::final_id.eq(id)).order(uploads::place.asc());
    Ok(parts.select(uploads::id).load(tx.conn())?)
}

/// Removes rows of uploads that ended before.
pub(super) fn forget(tx: &mut Write, before: Timestamp) -> Result<usize, StoreError> {
    let old = uploads::table.filter(uploads::state.ne(State::Open)).filter(uploads::ended_at.lt(before));
    Ok(diesel::delete(old).execute(tx.conn())?)
}

/// Finds the open upload of stored bytes.
pub(super) fn open_of_blob(tx: &mut Read, blob: BlobId) -> Result<Option<Upload>, StoreError> {
    let open = uploads::table.filter(uploads::blob_id.eq(blob)).filter(uploads::state.eq(State::Open));
    Ok(open.first(tx.conn()).optional()?)
}

//! Rows of the record.

use super::{ActorKind, By, Deed, Entry, Note, Thing};
use crate::store::schema::journal;
use crate::store::{Cursor, Page, Read, StoreError, Write};
use crate::values::{EntryId, PartyId, Timestamp};
use diesel::prelude::*;

pub(super) fn insert(tx: &mut Write, by: &By, note: &Note, now: Timestamp) -> Result<(), StoreError> {
    diesel::insert_into(journal::table)
        .values((
            journal::id.eq(EntryId::fresh()),
            journal::noted_at.eq(now),
            journal::actor_kind.eq(by.kind),
            journal::actor_id.eq(&by.id),
            journal::actor_name.eq(&by.name),
            journal::deed.eq(note.deed),
            journal::subject.eq(note.thing),
            journal::subject_id.eq(&note.thing_id),
            journal::party_id.eq(note.party),
            journal::other_party_id.eq(note.other_party),
            journal::detail.eq(note.detail.to_string()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

type Row = (i64, EntryId, Timestamp, ActorKind, String, String, Deed, Thing, String, String);

fn entry(row: Row) -> Entry {
    let (seq, id, at, kind, actor_id, name, deed, thing, thing_id, detail) = row;
    let detail = serde_json::from_str(&detail).unwrap_or_default();
    Entry { seq, id, at, by: By { kind, id: actor_id, name }, deed, thing, thing_id, detail }
}

const COLUMNS: (
    journal::seq,
    journal::id,
    journal::noted_at,
    journal::actor_kind,
    journal::actor_id,
    journal::actor_name,
    journal::deed,
    journal::subject,
    journal::subject_id,
    journal::detail,
) = (
    journal::seq,
    journal::id,
    journal::noted_at,
    journal::actor_kind,
    journal::actor_id,
    journal::actor_name,
    journal::deed,
    journal::subject,
    journal::subject_id,
    journal::detail,
);

pub(super) fn of_thing(tx: &mut Read, thing_id: &str) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = journal::table
        .filter(journal::subject_id.eq(thing_id))
        .select(COLUMNS)
        .order(journal::seq.asc())
        .limit(1000)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(entry).collect())
}

pub(super) fn of_party(
    tx: &mut Read,
    party: Option<PartyId>,
    deed: Option<Deed>,
    before: Option<i64>,
    size: i64,
) -> Result<Page<Entry>, StoreError> {
    let mut query = journal::table.select(COLUMNS).into_boxed();
    if let Some(party) = party {
        query = query.filter(journal::party_id.eq(party).or(journal::other_party_id.eq(party)));
    }
    if let Some(deed) = deed {
        query = query.filter(journal::deed.eq(deed));
    }
    if let Some(before) = before {
        query = query.filter(journal::seq.lt(before));
    }
    let rows: Vec<Row> = query.order(journal::seq.desc()).limit(size + 1).load(tx.conn())?;
    let items = rows.into_iter().map(entry).collect();
    // The place in the record is the key; the cursor carries it as its instant.
    Ok(Page::cut(items, usize::try_from(size).unwrap_or(50), |e: &Entry| Cursor {
        at: Timestamp(e.seq),
        id: e.id.to_string(),
    }))
}

//! Rows of structured cards.

use super::{Both, CardField, Cover, Details, Held, Kept, Personal, Rhythm};
use crate::store::schema::{card_texts, cards};
use crate::store::{Read, StoreError, Write};
use crate::values::{BadText, DatasetId, Prose, Timestamp};
use diesel::prelude::*;

#[derive(Queryable)]
struct Row {
    _dataset_id: DatasetId,
    right_holding: Held,
    right_use: Held,
    right_operation: Held,
    personal: Personal,
    rhythm: Rhythm,
    covers_from: String,
    covers_to: String,
    updated_at: Timestamp,
    revision: i64,
}

fn broken(error: BadText) -> StoreError {
    StoreError::Broken(format!("a card is kept that cannot be read: {error}"))
}

pub(super) fn find(tx: &mut Read, dataset: DatasetId) -> Result<Kept, StoreError> {
    let row: Option<Row> = cards::table.find(dataset).first(tx.conn()).optional()?;
    let Some(row) = row else { return Ok(Kept::default()) };
    let texts: Vec<(CardField, String, String)> = card_texts::table
        .filter(card_texts::dataset_id.eq(dataset))
        .select((card_texts::field, card_texts::text_zh, card_texts::text_en))
        .load(tx.conn())?;
    let mut details = Details {
        right_holding: row.right_holding,
        right_use: row.right_use,
        right_operation: row.right_operation,
        personal: row.personal,
        rhythm: row.rhythm,
        covers_from: Cover::parse(&row.covers_from).map_err(broken)?,
        covers_to: Cover::parse(&row.covers_to).map_err(broken)?,
        ..Details::default()
    };
    for (field, zh, en) in texts {
        let both = Both { zh: Prose::optional(&zh).map_err(broken)?, en: Prose::optional(&en).map_err(broken)? };
        details.texts.insert(field, both);
    }
    Ok(Kept { details, updated_at: Some(row.updated_at), revision: row.revision })
}

/// Writes a card over the revision that was seen; tells whether it was still that one.
pub(super) fn write(
    tx: &mut Write,
    dataset: DatasetId,
    seen: i64,
    details: &Details,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = (
        cards::right_holding.eq(details.right_holding),
        cards::right_use.eq(details.right_use),
        cards::right_operation.eq(details.right_operation),
        cards::personal.eq(details.personal),
        cards::rhythm.eq(details.rhythm),
        cards::covers_from.eq(details.covers_from.as_str()),
        cards::covers_to.eq(details.covers_to.as_str()),
        cards::updated_at.eq(now),
        cards::revision.eq(seen + 1),
    );
    let done = if seen == 0 {
        // Two first writers at once: the second ends as a conflict of the store.
        diesel::insert_into(cards::table).values((cards::dataset_id.eq(dataset), values)).execute(tx.conn())?
    } else {
        diesel::update(cards::table.find(dataset).filter(cards::revision.eq(seen))).set(values).execute(tx.conn())?
    };
    if done != 1 {
        return Ok(false);
    }
    diesel::delete(card_texts::table.filter(card_texts::dataset_id.eq(dataset))).execute(tx.conn())?;
    for (field, text) in details.texts.iter().filter(|(_, t)| !t.is_empty()) {
        diesel::insert_into(card_texts::table)
            .values((
                card_texts::dataset_id.eq(dataset),
                card_texts::field.eq(*field),
                card_texts::text_zh.eq(text.zh.as_str()),
                card_texts::text_en.eq(text.en.as_str()),
            ))
            .execute(tx.conn())?;
    }
    Ok(true)
}

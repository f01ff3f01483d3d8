//! Declaring the schema of a table of a draft.

use super::{Declared, MOST_COLUMNS, Schema, rows};
use crate::market::datasets::{MayChangeDataset, VersionState, rows as dataset_rows};
use crate::market::journal::{self, Deed, Note, Thing};
use crate::store::{StoreError, Write};
use crate::values::{FilePath, Timestamp, VersionId};

/// Why a schema was not declared.
#[derive(Debug, thiserror::Error)]
pub enum ColumnsError {
    /// The version is not of this dataset.
    #[error("no such version")]
    NotThere,
    /// The version is published: it never changes.
    #[error("the version is final")]
    Final,
    /// Somebody changed it meanwhile.
    #[error("somebody was first")]
    Overtaken,
    /// It has too many columns.
    #[error("too many columns")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Declares the columns of a table as a whole; `revision` is the one that the writer saw, 0 for none. The file need not
/// be there yet: a manifest declares before the bytes come.
///
/// # Errors
/// [`ColumnsError::Overtaken`] when somebody changed it meanwhile.
pub fn declare(
    tx: &mut Write,
    may: MayChangeDataset,
    version: VersionId,
    revision: i64,
    schema: &Schema,
    now: Timestamp,
) -> Result<(), ColumnsError> {
    let (dataset, party, by) = may.into_parts();
    let draft = dataset_rows::lock_draft(tx, dataset.id, version)?.ok_or(ColumnsError::NotThere)?;
    if draft.state != VersionState::Draft {
        return Err(ColumnsError::Final);
    }
    if schema.columns.len() > MOST_COLUMNS {
        return Err(ColumnsError::TooMany);
    }
    // The draft is locked: what is read now stays until the end.
    let folded = schema.path.as_ref().map(FilePath::folded).unwrap_or_default();
    let before = rows::find(tx, version, &folded)?;
    if before.as_ref().map_or(0, |b| b.revision) != revision {
        return Err(ColumnsError::Overtaken);
    }
    if before.is_some_and(|b| b.columns == schema.columns && b.primary_key == schema.primary_key) {
        return Ok(());
    }
    let table = Declared {
        path: schema.path.as_ref().map(|p| p.as_str().to_owned()).unwrap_or_default(),
        columns: schema.columns.clone(),
        primary_key: schema.primary_key.clone(),
        updated_at: now,
        revision: revision + 1,
    };
    rows::write(tx, version, &folded, &table)?;
    let detail = serde_json::json!({ "part": "schema", "version": draft.label, "path": table.path, "columns": table.columns.len() });
    let note = Note::new(Deed::DatasetChanged, Thing::Dataset, dataset.id).for_party(party.id).detail(detail);
    Ok(journal::note(tx, &by, &note, now)?)
}

/// Takes the schemas of the last version over into a fresh draft, so that the next release begins where the last one stood.
pub(in crate::market::datasets) fn carry_over(
    tx: &mut Write,
    from: VersionId,
    draft: VersionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    for (folded, table) in rows::of_version(tx, from)? {
        rows::write(tx, draft, &folded, &Declared { revision: 1, updated_at: now, ..table })?;
    }
    Ok(())
}

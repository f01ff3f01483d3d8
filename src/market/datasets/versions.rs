//! Versions: begun, published for ever, recalled with a reason.

use super::access::conditions;
use super::gate::{self, Gate, Reviewers};
use super::manifest::manifest;
use super::state::{Event, WrongState};
use super::{Dataset, MayChangeDataset, MayRecall, Version, releases, rows, snapshot, standards};
use crate::market::conditions::Refused;
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::market::parties::{self, Party};
use crate::market::signing::SigningKeys;
use crate::store::{StoreError, Write};
use crate::values::{Line, Prose, Timestamp, VersionId, hash_text};
use std::collections::BTreeSet;

/// Why a version was not begun, published or recalled.
#[derive(Debug, thiserror::Error)]
pub enum VersionError {
    /// The dataset has a version of this label, or a draft already.
    #[error("the label is taken, or a draft is open")]
    Taken,
    /// It is not in a state for this.
    #[error(transparent)]
    State(#[from] WrongState),
    /// Conditions are not met.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Begins a version; a dataset has one draft at a time.
///
/// # Errors
/// [`VersionError::Taken`].
pub fn begin_version(
    tx: &mut Write,
    may: MayChangeDataset,
    label: &Line,
    note: &Prose,
    now: Timestamp,
) -> Result<VersionId, VersionError> {
    let (dataset, party, by) = may.into_parts();
    let versions = rows::versions_of(tx, dataset.id, true)?;
    if versions.iter().any(|v| v.label == label.as_str() || v.state == super::VersionState::Draft) {
        return Err(VersionError::Taken);
    }
    let id = VersionId::fresh();
    rows::insert_version(tx, id, dataset.id, label, note, now)?;
    if let Some(last) = versions.first() {
        super::columns::carry_over(tx, last.id, id, now)?;
        super::standards::carry_over(tx, last.id, id, now)?;
    }
    let detail = serde_json::json!({ "version": label.as_str() });
    journal::note(
        tx,
        &by,
        &Note::new(Deed::VersionBegun, Thing::Dataset, dataset.id).for_party(party.id).detail(detail),
        now,
    )?;
    Ok(id)
}

/// Publishes a draft version, atomically and for ever, under its manifest, which the exchange signs.
///
/// # Errors
/// [`VersionError::Refused`] with the whole list of conditions.
pub(in crate::market) fn publish(
    tx: &mut Write,
    may: MayChangeDataset,
    version: VersionId,
    keys: &SigningKeys,
    now: Timestamp,
) -> Result<Version, VersionError> {
    let (dataset, party, by) = may.into_parts();
    let gate = Gate::open(tx, &dataset)?;
    publish_through(tx, (&dataset, &party), &by, version, &gate, keys, now)
}

/// Publishes a draft that its reviewers approved, in the name of whoever submitted it. The conditions are those of the
/// edition under which it was submitted, and are checked again.
///
/// # Errors
/// [`VersionError::Refused`] with the whole list of conditions.
pub(in crate::market) fn publish_reviewed(
    tx: &mut Write,
    dataset: &Dataset,
    by: &By,
    version: VersionId,
    (edition, needed): (i64, Reviewers),
    keys: &SigningKeys,
    now: Timestamp,
) -> Result<Version, VersionError> {
    let party = parties::get(tx, dataset.party_id)?;
    let gate = Gate::of_edition(tx, dataset, edition, needed, needed)?;
    publish_through(tx, (dataset, &party), by, version, &gate, keys, now)
}

fn publish_through(
    tx: &mut Write,
    (dataset, party): (&Dataset, &Party),
    by: &By,
    version: VersionId,
    gate: &Gate,
    keys: &SigningKeys,
    now: Timestamp,
) -> Result<Version, VersionError> {
    let draft = rows::lock_draft(tx, dataset.id, version)?.ok_or(Refused::Hidden)?;
    let files = rows::files_of(tx, draft.id)?;
    let mut list = conditions(dataset, party, &draft, &files, gate);
    list.extend(standards::conditions(tx, &draft)?);
    list.extend(super::lineage::conditions(tx, &draft)?);
    Refused::unless_met(list)?;
    draft.state.after(Event::Publish)?;
    let text = manifest(dataset, &draft, &files, &releases::roots(tx, draft.id)?);
    let jws = keys.sign_manifest(&text).map_err(|e| StoreError::Broken(e.to_string()))?;
    let formats: BTreeSet<String> = files.iter().map(|f| crate::measure::format_name(&f.path)).collect();
    let facts = rows::Published {
        manifest_sha256: hash_text(&text),
        manifest: text,
        formats: formats.into_iter().collect::<Vec<_>>().join(" "),
        files: i64::try_from(files.len()).unwrap_or(i64::MAX),
        size_bytes: files.iter().map(|f| f.size_bytes).sum(),
        rows: files.iter().filter_map(|f| f.rows_count).reduce(|a, b| a + b),
        columns: files.iter().filter_map(|f| f.columns_count).max(),
    };
    if !rows::set_published(tx, &draft, &facts, now)? {
        return Err(Refused::Overtaken.into());
    }
    releases::keep_signature(tx, draft.id, &jws, now)?;
    for older in rows::versions_of(tx, dataset.id, false)? {
        if older.id != draft.id && older.state.after(Event::Supersede).is_ok() {
            rows::deprecate(tx, older.id)?;
        }
    }
    let state = dataset.state.after(Event::Publish)?;
    // Level, texts and state were read without a lock: a change of them meanwhile must not slip past the conditions.
    let card = snapshot(tx, dataset, &draft)?.text()?;
    if !rows::set_current(tx, dataset, draft.id, state, now)? {
        return Err(Refused::Overtaken.into());
    }
    gate::rows::keep(tx, &draft, &card, dataset.level, now)?;
    let detail = serde_json::json!({ "version": draft.label, "manifest_sha256": facts.manifest_sha256.as_str(), "files": facts.files });
    journal::note(
        tx,
        by,
        &Note::new(Deed::VersionPublished, Thing::Dataset, dataset.id).for_party(party.id).detail(detail),
        now,
    )?;
    rows::version(tx, draft.id)?.ok_or_else(|| Refused::Hidden.into())
}

/// Recalls a version: the page says so for ever, and nothing of it is handed out. The holders are told by the caller.
///
/// # Errors
/// [`VersionError`].
pub(in crate::market) fn recall(
    tx: &mut Write,
    may: &MayRecall,
    reason: &Line,
    now: Timestamp,
) -> Result<(), VersionError> {
    may.version.state.after(Event::Withdraw)?;
    if !rows::set_recalled(tx, &may.version, reason.as_str(), now)? {
        return Err(Refused::Overtaken.into());
    }
    let detail = serde_json::json!({ "version": may.version.label, "reason": reason.as_str() });
    journal::note(
        tx,
        &may.by,
        &Note::new(Deed::VersionRecalled, Thing::Dataset, may.dataset.id)
            .for_party(may.dataset.party_id)
            .detail(detail),
        now,
    )?;
    Ok(())
}

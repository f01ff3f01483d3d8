//! What the holders of a dataset are told: that there is a new version, that one was recalled, or that its owner
//! advises against it. Every door that does one of these goes through here.

use super::{Grant, covers, hook, rows, standing};
use crate::market::datasets::{
    self, Dataset, MayChangeDataset, MayDeprecate, MayRecall, Version, VersionError, VersionState,
};
use crate::market::hooks::Event;
use crate::market::notices::{self, Kind, Notice};
use crate::market::parties::{self, Role};
use crate::market::reviews::{self, MayReview, ReviewError};
use crate::market::signing::SigningKeys;
use crate::market::{licences, offers};
use crate::store::{Read, StoreError, Write};
use crate::values::{Line, PartyId, Prose, ReviewId, Timestamp, VersionId};
use serde_json::json;

/// Characters of a change note that a notice carries.
const NOTE: usize = 300;

/// Publishes a version and tells everybody who holds the dataset.
///
/// # Errors
/// [`VersionError`].
pub fn publish_version(
    tx: &mut Write,
    may: MayChangeDataset,
    version: VersionId,
    keys: &SigningKeys,
    now: Timestamp,
) -> Result<Version, VersionError> {
    let published = datasets::publish(tx, may, version, keys, now)?;
    tell_new(tx, &published, now)?;
    Ok(published)
}

/// Approves a version for a reviewer's desk; when that publishes it, everybody who holds the dataset is told.
///
/// # Errors
/// [`ReviewError`].
pub fn approve_review(
    tx: &mut Write,
    may: MayReview,
    checked: &[String],
    words: &Prose,
    keys: &SigningKeys,
    now: Timestamp,
) -> Result<ReviewId, ReviewError> {
    let version = may.version();
    let review = reviews::approve(tx, may, checked, words, keys, now)?;
    if let Some(published) = datasets::version(tx, version)?.filter(|v| v.state == VersionState::Published) {
        tell_new(tx, &published, now)?;
    }
    Ok(review)
}

/// The grants in force on a dataset, one for each organisation: one that covers the version where there is one.
fn holders(tx: &mut Read, dataset: &Dataset, version: &Version, now: Timestamp) -> Result<Vec<Grant>, StoreError> {
    let mut all = rows::of_dataset(tx, dataset.id)?;
    all.retain(|g| standing(g, now).is_open());
    all.sort_by_key(|g| !covers(g, version));
    let mut seen: Vec<PartyId> = Vec::new();
    all.retain(|g| {
        let news = !seen.contains(&g.holder_id);
        seen.push(g.holder_id);
        news
    });
    Ok(all)
}

/// Tells the holders of a dataset of a new version: whether their grant covers it, and whether its licence is theirs.
fn tell_new(tx: &mut Write, version: &Version, now: Timestamp) -> Result<(), StoreError> {
    let dataset = datasets::get(tx, version.dataset_id)?;
    let seller = parties::get(tx, dataset.party_id)?;
    let offered: Vec<_> = offers::open_of(tx, dataset.id)?.into_iter().map(|o| o.licence_id).collect();
    let note: String = version.change_note.chars().take(NOTE).collect();
    let of_version = (&dataset, version);
    let published = (Event::VersionPublished, "");
    hook::version(tx, of_version, published, dataset.party_id, json!({ "note": note }), now)?;
    for grant in holders(tx, &dataset, version, now)? {
        let own = licences::find(tx, grant.licence_id)?.map(|l| l.code).unwrap_or_default();
        let same = offered.contains(&grant.licence_id);
        let more = json!({
            "note": note,
            "grant": grant.id,
            "grant_number": grant.number,
            "covered": covers(&grant, version),
            "licence": own,
            "licence_unchanged": same,
        });
        hook::version(tx, of_version, published, grant.holder_id, more, now)?;
        for receiver in parties::receivers(tx, grant.holder_id, Role::Requester)? {
            let notice = Notice::new(Kind::VersionPublished, format!("{}/{}", version.id, grant.holder_id))
                .fact("dataset", dataset.title(receiver.lang))
                .fact("version", &version.label)
                .fact("seller", seller.name(receiver.lang))
                .fact("note", &note)
                .fact("noted", if note.is_empty() { "no" } else { "yes" })
                .fact("covered", if covers(&grant, version) { "yes" } else { "no" })
                .fact("licence", if same { "unchanged" } else { "changed" })
                .fact("code", &own)
                .leads_to(format!("/grants/{}", grant.id));
            notices::file(tx, &notice, &[receiver.holding(&grant.number)], now)?;
        }
    }
    Ok(())
}

/// Recalls a version and tells everybody who holds it.
///
/// # Errors
/// [`VersionError`].
pub fn recall_version(tx: &mut Write, may: MayRecall, reason: &Line, now: Timestamp) -> Result<(), VersionError> {
    datasets::recall(tx, &may, reason, now)?;
    Ok(tell(tx, (Kind::VersionRecalled, ""), may.dataset(), may.version(), reason, now)?)
}

/// Advises against a version and tells everybody who holds it. Nothing is taken from them.
///
/// # Errors
/// [`VersionError`].
pub fn deprecate_version(tx: &mut Write, may: MayDeprecate, note: &Line, now: Timestamp) -> Result<(), VersionError> {
    datasets::deprecate(tx, &may, note, now)?;
    // Advice can be given, taken back and given again: each time is told.
    let round = now.0.to_string();
    Ok(tell(tx, (Kind::VersionDeprecated, &round), may.dataset(), may.version(), note, now)?)
}

/// What webhooks are told where people are told this.
const fn event_of(kind: Kind) -> Event {
    if matches!(kind, Kind::VersionRecalled) { Event::VersionRecalled } else { Event::VersionDeprecated }
}

/// Tells the requesters of every organisation with a grant in force that covers a version.
fn tell(
    tx: &mut Write,
    (kind, round): (Kind, &str),
    dataset: &Dataset,
    version: &Version,
    reason: &Line,
    now: Timestamp,
) -> Result<(), StoreError> {
    let holders: Vec<Grant> = rows::of_dataset(tx, dataset.id)?
        .into_iter()
        .filter(|g| covers(g, version) && standing(g, now).is_open())
        .collect();
    let seller = parties::get(tx, dataset.party_id)?;
    let (event, of_version) = (event_of(kind), (dataset, version));
    hook::version(tx, of_version, (event, round), dataset.party_id, json!({ "reason": reason.as_str() }), now)?;
    for grant in holders {
        let more = json!({ "reason": reason.as_str(), "grant": grant.id, "grant_number": grant.number });
        hook::version(tx, of_version, (event, round), grant.holder_id, more, now)?;
        for receiver in parties::receivers(tx, grant.holder_id, Role::Requester)? {
            let notice = Notice::new(kind, format!("{}/{}{round}", version.id, grant.holder_id))
                .fact("dataset", dataset.title(receiver.lang))
                .fact("version", &version.label)
                .fact("seller", seller.name(receiver.lang))
                .fact("reason", reason)
                .leads_to(format!("/grants/{}", grant.id));
            notices::file(tx, &notice, &[receiver.holding(&grant.number)], now)?;
        }
    }
    Ok(())
}

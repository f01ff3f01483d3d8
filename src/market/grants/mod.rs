//! Grants: who may use which bytes, for what, until when, on which text. Here stands the one decision for bytes.

mod holders;
mod inputs;
mod receipt;
mod rows;
mod state;

pub use holders::{approve_review, deprecate_version, publish_version, recall_version};
pub use inputs::{NamedInput, import_lineage, name_input};
pub use receipt::{Hand, receipt_schema};
pub use rows::Grant;
pub use state::{Event, Standing, State, WrongState, standing};

use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::datasets::{self, File, Version, VersionState};
use crate::market::journal::{self, By, Deed, Entry, Note, Thing};
use crate::market::notices::{self, Kind, Notice};
use crate::market::offers::Scope;
use crate::market::parties::{self, Role};
use crate::store::{Cursor, Page, Read, StoreError, Write, next_number};
use crate::values::{DatasetId, GrantId, Line, PartyId, Timestamp, text_enum};

pub(in crate::market) use receipt::ReceiptFacts;

text_enum! {
    /// A side of a deal.
    Side {
        /// The one that receives the data.
        Buyer = "buyer",
        /// The one that provides it.
        Seller = "seller",
    }
}

/// Finds a grant that the actor may know of: its holder's and seller's people and machines.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn visible(tx: &mut Read, actor: &Actor, id: GrantId) -> Result<(Grant, Side), Refused> {
    let grant = rows::find(tx, id)?.ok_or(Refused::Hidden)?;
    if parties::acts_for(tx, actor, grant.holder_id)? {
        return Ok((grant, Side::Buyer));
    }
    if parties::acts_for(tx, actor, grant.seller_id)? {
        return Ok((grant, Side::Seller));
    }
    Err(Refused::Hidden)
}

/// Finds a grant for the room of delivery, which decides next.
pub(in crate::market) fn find(tx: &mut Read, id: GrantId) -> Result<Option<Grant>, StoreError> {
    rows::find(tx, id)
}

/// Gives a page of the grants that the actor's organisations hold, or gave when `side` is the seller's; newest first.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn of_actor(
    tx: &mut Read,
    actor: &Actor,
    side: Side,
    after: Option<&Cursor>,
    size: i64,
) -> Result<Page<Grant>, StoreError> {
    let own: Vec<PartyId> = parties::own(tx, actor)?.into_iter().map(|(p, _)| p.id).collect();
    rows::of_parties(tx, &own, side, after, size)
}

/// Gives the grants of a purchase.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn of_purchase(
    tx: &mut Read,
    purchase: crate::values::PurchaseId,
) -> Result<Vec<Grant>, StoreError> {
    rows::of_purchase(tx, purchase)
}

/// Gives the grants in force by which an organisation holds a dataset already.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn held(tx: &mut Read, holder: PartyId, dataset: DatasetId, now: Timestamp) -> Result<Vec<Grant>, StoreError> {
    Ok(rows::of_holder_and_dataset(tx, holder, dataset)?
        .into_iter()
        .filter(|g| standing(g, now) == Standing::Active)
        .collect())
}

/// Gives a grant: the row and its signed receipt. Only the room of purchases does this.
pub(in crate::market) fn give(
    tx: &mut Write,
    by: &By,
    mut grant: Grant,
    facts: &ReceiptFacts<'_>,
    hand: &Hand,
    now: Timestamp,
) -> Result<Grant, StoreError> {
    grant.number = format!("GR-{}-{:04}", now.year(), next_number(tx, &format!("grants/{}", now.year()))?);
    grant.receipt = receipt::sign(&grant, facts, hand, now)?;
    rows::insert(tx, &grant)?;
    let detail =
        serde_json::json!({ "number": grant.number, "dataset": facts.dataset.title_en, "licence": facts.licence.code });
    journal::note(
        tx,
        by,
        &Note::new(Deed::Granted, Thing::Grant, grant.id)
            .for_party(grant.holder_id)
            .and_party(grant.seller_id)
            .detail(detail),
        now,
    )?;
    Ok(grant)
}

/// The versions that a grant covers, newest first: its own, and all others of the dataset where the scope says so.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn versions(tx: &mut Read, grant: &Grant) -> Result<Vec<Version>, StoreError> {
    let all = datasets::versions_of(tx, grant.dataset_id, false)?;
    Ok(all.into_iter().filter(|v| covers(grant, v)).collect())
}

fn covers(grant: &Grant, version: &Version) -> bool {
    version.id == grant.version_id || (grant.scope == Scope::AllVersions && version.dataset_id == grant.dataset_id)
}

/// The one decision for bytes: may this actor have this file (or any of them) under this grant now? The whole list of
/// conditions, each met or not, who can mend it and where. Pages, API and downloads show this same list.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn decide(
    tx: &mut Read,
    actor: &Actor,
    grant: &Grant,
    file: Option<&File>,
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    let belongs = parties::acts_for(tx, actor, grant.holder_id)?;
    let mut list = vec![
        Condition::new("belongs-to-holder", belongs, "buyer-owner").at(Step::Members(grant.holder_id)),
        Condition::new("scope-download", actor.has_scope("download"), "buyer-owner").at(Step::Party(grant.holder_id)),
    ];
    list.extend(grant_conditions(tx, grant, file, now)?);
    Ok(list)
}

/// The part of the decision that does not depend on who asks.
pub(in crate::market) fn grant_conditions(
    tx: &mut Read,
    grant: &Grant,
    file: Option<&File>,
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    let here = Step::Dataset(grant.dataset_id);
    let ends = grant.ends_at.map(|t| t.rfc3339()).unwrap_or_default();
    let mut list = vec![
        Condition::new("grant-active", matches!(grant.state, State::Active), "requester").at(here.clone()),
        Condition::new(
            "grant-in-term",
            grant.starts_at <= now && grant.ends_at.is_none_or(|end| now < end),
            "requester",
        )
        .about(ends)
        .at(here.clone()),
    ];
    let Some(file) = file else { return Ok(list) };
    let version = datasets::version(tx, file.version_id)?;
    let covered = version.as_ref().is_some_and(|v| covers(grant, v));
    let recalled = version.as_ref().is_none_or(|v| v.state == VersionState::Recalled);
    let whole = datasets::blob(tx, file.blob_id)?.is_some_and(|b| b.damaged_at.is_none());
    list.push(Condition::new("version-covered", covered, "requester").at(here.clone()));
    list.push(
        Condition::new("version-not-recalled", !recalled, "publisher")
            .about(version.and_then(|v| v.recall_reason).unwrap_or_default())
            .at(here),
    );
    list.push(Condition::new("file-whole", whole, "operator"));
    Ok(list)
}

/// Lets somebody end a grant: an owner or requester of the holder, an owner or licensor of the seller.
pub struct MayTerminate {
    grant: Grant,
    side: Side,
    by: By,
}

impl MayTerminate {
    /// Checks the actor's roles in this transaction.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers, [`Refused::Unmet`] for people without the role.
    pub fn check(tx: &mut Read, actor: &Actor, id: GrantId) -> Result<Self, Refused> {
        let (grant, _) = visible(tx, actor, id)?;
        let side = side_that_ends(tx, actor, &grant)?;
        let list = vec![Condition::new("role-to-end", side.is_some(), "owner").at(Step::Grant(id))];
        Refused::unless_met(list)?;
        let side = side.ok_or(Refused::Hidden)?;
        Ok(Self { grant, side, by: actor.by() })
    }
}

/// On which side an actor may end a grant, if any: the rule of permit and button.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn side_that_ends(tx: &mut Read, actor: &Actor, grant: &Grant) -> Result<Option<Side>, StoreError> {
    if parties::roles_of(tx, actor, grant.seller_id)?.has_any(&[Role::Owner, Role::Licensor]) {
        return Ok(Some(Side::Seller));
    }
    let holder = parties::roles_of(tx, actor, grant.holder_id)?;
    Ok(holder.has_any(&[Role::Owner, Role::Requester]).then_some(Side::Buyer))
}

/// Ends a grant with a reason: from the next request on no byte leaves. Both sides are told.
///
/// # Errors
/// [`Refused::Overtaken`] when it ended already.
pub fn terminate(tx: &mut Write, may: MayTerminate, reason: &Line, now: Timestamp) -> Result<(), Refused> {
    let MayTerminate { grant, side, by } = may;
    let next = grant
        .state
        .after(&Event::Terminate { side, reason: reason.to_string(), at: now })
        .map_err(|_| Refused::Overtaken)?;
    if !rows::set_state(tx, &grant, &next)? {
        return Err(Refused::Overtaken);
    }
    let detail = serde_json::json!({ "number": grant.number, "side": side.as_str(), "reason": reason.as_str() });
    journal::note(
        tx,
        &by,
        &Note::new(Deed::GrantTerminated, Thing::Grant, grant.id)
            .for_party(grant.holder_id)
            .and_party(grant.seller_id)
            .detail(detail),
        now,
    )?;
    let notice = |n: Notice| {
        n.fact("number", &grant.number)
            .fact("by", &by.name)
            .fact("reason", reason)
            .leads_to(format!("/grants/{}", grant.id))
    };
    for (party, role) in [(grant.holder_id, Role::Requester), (grant.seller_id, Role::Licensor)] {
        let receivers = parties::receivers(tx, party, role)?;
        notices::file(tx, &notice(Notice::new(Kind::GrantTerminated, grant.id)), &receivers, now)?;
    }
    Ok(())
}

/// Gives the record of a grant to both sides.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn journal_of(tx: &mut Read, actor: &Actor, id: GrantId) -> Result<Vec<Entry>, Refused> {
    visible(tx, actor, id)?;
    Ok(journal::of_thing(tx, id.as_str())?)
}

//! Grants: who may use which bytes, for what, until when, on which text. Here stands the one decision for bytes.

mod credential;
mod from_terms;
mod holders;
mod hook;
mod inputs;
mod lapse;
mod life;
mod limits;
mod networks;
mod receipt;
pub mod relicence;
mod renew;
mod rows;
mod state;
mod validity;

pub use credential::{credential_of, credential_schema};
pub use holders::{approve_review, deprecate_version, publish_version, recall_version};
pub use inputs::{NamedInput, import_lineage, name_input};
pub use lapse::{ends_untold, lapse_due, next_end};
pub use life::{
    MayFlag, MaySuspend, MayTerminate, flag_renewal, flags, resume, side_that_ends, suspend, suspend_conditions,
    terminate,
};
pub use limits::{
    Asking, Bounds, Door, Limits, MayNarrow, MaySetLimits, Own, Used, bounds_of, free_seat, narrow, narrow_conditions,
    seats_of, set_conditions, set_limits, stands_below,
};
pub use networks::{BadNetwork, Networks};
pub use receipt::{Hand, receipt_schema};
pub use renew::{MayRenew, REMINDERS, remind_due, renew_conditions, renewals_of, successor};
pub use rows::Grant;
pub use state::{Event, Standing, State, Suspension, WrongState, end_of, standing};
pub use validity::{Validity, validity, validity_of};

use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::datasets::{self, File, Version, VersionState};
use crate::market::journal::{self, By, Deed, Entry, Note, Thing};
use crate::market::notices::{self, Notice};
use crate::market::offers::Scope;
use crate::market::parties::{self, Role};
use crate::store::{Cursor, Page, Read, StoreError, Write, next_number};
use crate::values::{DatasetId, GrantId, PartyId, Timestamp, text_enum};

pub(in crate::market) use limits::{give_back, spend};
pub(in crate::market) use receipt::ReceiptFacts;
pub(in crate::market) use renew::{note_renewal, start_of};

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

text_enum! {
    /// In which order a list shows grants.
    Sort {
        /// The newest first.
        Newest = "newest",
        /// The one that ends next first; those without an end last.
        Ending = "ending",
    }
}

text_enum! {
    /// Which grants a list shows.
    Shown {
        /// All of them.
        All = "all",
        /// Those in force.
        Active = "active",
        /// Those that end within thirty days.
        Ending = "ending",
        /// Those that rest.
        Suspended = "suspended",
        /// Those that have not begun.
        Upcoming = "upcoming",
        /// Those that lapsed or were terminated.
        Ended = "ended",
    }
}

fn own_parties(tx: &mut Read, actor: &Actor) -> Result<Vec<PartyId>, StoreError> {
    Ok(parties::own(tx, actor)?.into_iter().map(|(p, _)| p.id).collect())
}

/// Gives a page of the grants that the actor's organisations hold, or gave when `side` is the seller's; newest first.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn of_actor(
    tx: &mut Read,
    actor: &Actor,
    which: (Side, Shown),
    page: (Option<&Cursor>, i64, Sort),
    now: Timestamp,
) -> Result<Page<Grant>, StoreError> {
    let own = own_parties(tx, actor)?;
    rows::of_parties(tx, &own, which, page, now)
}

/// Counts the same grants.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn count_of_actor(tx: &mut Read, actor: &Actor, which: (Side, Shown), now: Timestamp) -> Result<i64, StoreError> {
    let own = own_parties(tx, actor)?;
    rows::count_of_parties(tx, &own, which, now)
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
    let files = datasets::files_of(tx, grant.version_id)?;
    grant.receipt = receipt::sign(&grant, (facts, &files), hand, now)?;
    rows::insert(tx, &grant)?;
    limits::keep(tx, grant.id, &facts.limits)?;
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
    (file, asking): (Option<&File>, &Asking),
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    let belongs = parties::acts_for(tx, actor, grant.holder_id)?;
    let mut list = vec![
        Condition::new("belongs-to-holder", belongs, "buyer-owner").at(Step::Members(grant.holder_id)),
        Condition::new("scope-download", actor.has_scope("download"), "buyer-owner").at(Step::Party(grant.holder_id)),
    ];
    list.extend(grant_conditions(tx, grant, (file, asking), now)?);
    Ok(list)
}

/// The part of the decision that does not depend on who asks.
pub(in crate::market) fn grant_conditions(
    tx: &mut Read,
    grant: &Grant,
    (file, asking): (Option<&File>, &Asking),
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    let here = Step::Dataset(grant.dataset_id);
    let mut list = life_conditions(grant, now);
    list.extend(limits::conditions(tx, grant, file, asking, now)?);
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

/// The conditions that come from the life of a grant: not ended by a side, not at rest, its term running.
fn life_conditions(grant: &Grant, now: Timestamp) -> Vec<Condition> {
    let ended = matches!(&grant.state, State::Terminated { at, .. } if *at <= now);
    let why = match &grant.state {
        State::Terminated { reason, .. } if ended => reason.clone(),
        State::Terminated { .. } | State::Active | State::Suspended(_) => String::new(),
    };
    let rests = grant.state.suspension();
    let term = match grant.ends_at {
        _ if grant.starts_at > now => grant.starts_at.rfc3339(),
        Some(end) => end.rfc3339(),
        None => String::new(),
    };
    let runs = grant.starts_at <= now && grant.ends_at.is_none_or(|end| now < end);
    let in_term = Condition::new("grant-in-term", runs, "requester").about(term);
    vec![
        Condition::new("grant-active", !ended, "requester").about(why).at(Step::Dataset(grant.dataset_id)),
        Condition::new("grant-not-suspended", rests.is_none(), "licensor")
            .about(rests.map(|r| format!("({})", r.reason)).unwrap_or_default())
            .at(Step::Grant(grant.id)),
        // Before its start there is nothing to renew.
        if grant.starts_at > now { in_term } else { in_term.at(Step::Renewal(grant.id)) },
    ]
}

/// Notes a deed for both sides.
pub(in crate::market) fn note(
    tx: &mut Write,
    by: &By,
    deed: Deed,
    grant: &Grant,
    detail: serde_json::Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    let note = Note::new(deed, Thing::Grant, grant.id).for_party(grant.holder_id).and_party(grant.seller_id);
    journal::note(tx, by, &note.detail(detail), now)
}

/// Notes a deed that concerns one side only.
fn note_for(
    tx: &mut Write,
    by: &By,
    deed: Deed,
    grant: &Grant,
    side: Side,
    detail: serde_json::Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    let party = if side == Side::Buyer { grant.holder_id } else { grant.seller_id };
    journal::note(tx, by, &Note::new(deed, Thing::Party, party).for_party(party).detail(detail), now)
}

/// Tells both sides what somebody did to a grant: requesters of the holder, licensors of the seller.
fn tell_both(
    tx: &mut Write,
    grant: &Grant,
    by: &By,
    make: impl Fn(Side) -> Notice,
    now: Timestamp,
) -> Result<(), StoreError> {
    hook::told(tx, grant, &make(Side::Buyer), now)?;
    for (side, party, role) in
        [(Side::Buyer, grant.holder_id, Role::Requester), (Side::Seller, grant.seller_id, Role::Licensor)]
    {
        let notice =
            make(side).fact("number", &grant.number).fact("by", &by.name).leads_to(format!("/grants/{}", grant.id));
        let receivers = parties::receivers(tx, party, role)?;
        notices::file(tx, &notice, &receivers, now)?;
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

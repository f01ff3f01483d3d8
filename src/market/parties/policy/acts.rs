//! Reading policies and rules, and making new editions of them.

use super::rows::{self, Kind, New};
use super::{BuyerPolicy, PolicyEdition, SellerRules};
use crate::market::conditions::Refused;
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::market::parties::{MayManage, Party, rows as party_rows};
use crate::store::{Read, StoreError, Write};
use crate::values::{DatasetId, MemberId, Money, PartyId, Prose, Timestamp};

/// What does not fit in a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPolicy {
    /// A step has no name, or a long one.
    #[error("a step needs a name of at most 100 characters")]
    Name,
    /// More approvals than people, or none.
    #[error("ask for 1 to 20 approvals, and for no more than there are named people")]
    Need,
    /// A time that is too short or too long.
    #[error("a step takes 1 to 30 days")]
    Days,
    /// A group out of its range.
    #[error("a group is a number from 1 to 12")]
    Group,
    /// An amount that is none.
    #[error("an amount of a known currency, not below zero")]
    Amount,
    /// A country that is none.
    #[error("countries are two capital letters")]
    Country,
    /// Too many steps.
    #[error("too many steps or limits")]
    TooMany,
    /// Somebody is named who is no member.
    #[error("only members of the organisation can be named")]
    Stranger,
}

/// Why a policy was not changed.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// It cannot be carried out.
    #[error(transparent)]
    Bad(#[from] BadPolicy),
    /// Somebody changed it meanwhile.
    #[error("somebody was first")]
    Overtaken,
    /// The actor may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives the buyer's policy in force. Before one was written it is the simple form.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn buyer_policy(tx: &mut Read, party: &Party) -> Result<PolicyEdition<BuyerPolicy>, StoreError> {
    if let Some(edition) = rows::last(tx, party.id, Kind::Buyer, "")? {
        return Ok(edition);
    }
    let over = party.approval_over_minor.map(|m| Money::new(m, party.approval_currency));
    let (note, made_by, made_at) = (String::new(), None, None);
    Ok(PolicyEdition { number: 0, body: BuyerPolicy::simple(over), note, made_by, made_at })
}

/// Gives all editions of the buyer's policy to an owner, newest first: up to 200.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn buyer_editions(tx: &mut Read, may: &MayManage) -> Result<Vec<PolicyEdition<BuyerPolicy>>, StoreError> {
    rows::history(tx, may.party().id, Kind::Buyer, "")
}

/// The place of a seller's rules: the default of the organisation, or one dataset.
fn scope(dataset: Option<DatasetId>) -> String {
    dataset.map(|d| d.to_string()).unwrap_or_default()
}

/// Gives the seller's rules in force for a dataset: its own, else the organisation's, else one licensor.
/// The flag says whether they are the dataset's own.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn seller_rules(
    tx: &mut Read,
    party: PartyId,
    dataset: Option<DatasetId>,
) -> Result<(PolicyEdition<SellerRules>, bool), StoreError> {
    if let Some(dataset) = dataset
        && let Some(edition) = rows::last(tx, party, Kind::Seller, dataset.as_str())?
    {
        return Ok((edition, true));
    }
    let none =
        PolicyEdition { number: 0, body: SellerRules::default(), note: String::new(), made_by: None, made_at: None };
    Ok((rows::last(tx, party, Kind::Seller, "")?.unwrap_or(none), dataset.is_none()))
}

/// Gives all editions of the seller's rules at one place to an owner, newest first: up to 200.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn seller_editions(
    tx: &mut Read,
    may: &MayManage,
    dataset: Option<DatasetId>,
) -> Result<Vec<PolicyEdition<SellerRules>>, StoreError> {
    rows::history(tx, may.party().id, Kind::Seller, &scope(dataset))
}

fn known(tx: &mut Read, party: PartyId, named: impl Iterator<Item = MemberId>) -> Result<(), PolicyError> {
    for member in named {
        if party_rows::roles(tx, party, member)?.is_none() {
            return Err(BadPolicy::Stranger.into());
        }
    }
    Ok(())
}

fn note(tx: &mut Write, by: &By, party: PartyId, detail: serde_json::Value, now: Timestamp) -> Result<(), StoreError> {
    let entry = Note::new(Deed::PolicyChanged, Thing::Party, party).for_party(party).detail(detail);
    journal::note(tx, by, &entry, now)
}

fn author(by: &By) -> Option<MemberId> {
    by.id.parse().ok()
}

/// Writes an edition of the buyer's policy inside of an act that was let in already.
pub(in crate::market::parties) fn write_buyer(
    tx: &mut Write,
    by: &By,
    party: &Party,
    policy: &BuyerPolicy,
    why: &str,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let number = buyer_policy(tx, party)?.number + 1;
    let new = New { party: party.id, kind: Kind::Buyer, scope: "", number, body: policy, note: why, by: author(by) };
    rows::insert(tx, &new, now)?;
    rows::drop_draft(tx, party.id)?;
    Ok(number)
}

/// Makes a new edition of the buyer's policy; `seen` is the number of the one that was changed. Gives the new number.
///
/// # Errors
/// [`PolicyError`].
pub fn put_buyer(
    tx: &mut Write,
    may: MayManage,
    seen: i64,
    policy: &BuyerPolicy,
    why: &Prose,
    now: Timestamp,
) -> Result<i64, PolicyError> {
    policy.check()?;
    let (party, by) = may.into_parts();
    known(tx, party.id, policy.named())?;
    // One writer at a time: the organisation is locked before the number is looked at.
    party_rows::lock(tx, party.id)?;
    if buyer_policy(tx, &party)?.number != seen {
        return Err(PolicyError::Overtaken);
    }
    let number = write_buyer(tx, &by, &party, policy, why.as_str(), now)?;
    // The simple form is mirrored in the organisation's particulars; what is more than that leaves them empty.
    let over = policy.as_simple().flatten();
    party_rows::mirror_policy(
        tx,
        party.id,
        over.map(|m| m.minor),
        over.map_or(party.approval_currency, |m| m.currency),
    )?;
    note(tx, &by, party.id, serde_json::json!({ "policy": "buyer", "edition": number, "note": why.as_str() }), now)?;
    Ok(number)
}

/// Makes a new edition of the seller's rules, for all datasets or for one of them; `seen` is the number of the edition
/// at that very place (0 when there is none). Gives the new number.
///
/// # Errors
/// [`PolicyError`].
pub fn put_seller(
    tx: &mut Write,
    may: MayManage,
    dataset: Option<DatasetId>,
    seen: i64,
    rules: &SellerRules,
    why: &Prose,
    now: Timestamp,
) -> Result<i64, PolicyError> {
    rules.check()?;
    let (party, by) = may.into_parts();
    known(tx, party.id, rules.named())?;
    party_rows::lock(tx, party.id)?;
    let place = scope(dataset);
    let last: Option<PolicyEdition<SellerRules>> = rows::last(tx, party.id, Kind::Seller, &place)?;
    if last.map_or(0, |e| e.number) != seen {
        return Err(PolicyError::Overtaken);
    }
    let number = seen + 1;
    let new = New {
        party: party.id,
        kind: Kind::Seller,
        scope: &place,
        number,
        body: rules,
        note: why.as_str(),
        by: author(&by),
    };
    rows::insert(tx, &new, now)?;
    let detail = serde_json::json!({ "policy": "seller", "dataset": place, "edition": number, "note": why.as_str() });
    note(tx, &by, party.id, detail, now)?;
    Ok(number)
}

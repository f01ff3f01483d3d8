//! Rows of policies and rules: one for each edition, never changed; one draft for each organisation.

use super::PolicyEdition;
use crate::store::schema::{members, policy_drafts, policy_editions};
use crate::store::{Read, StoreError, Write};
use crate::values::{MemberId, PartyId, PolicyId, Timestamp, text_enum};
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

text_enum! {
    /// Whose policy a row is.
    Kind {
        /// The buyer's policy.
        Buyer = "buyer",
        /// The seller's rules.
        Seller = "seller",
    }
}

type Row = (i64, String, String, Timestamp, Option<String>);

fn edition_of<T: DeserializeOwned>(row: Row) -> Result<PolicyEdition<T>, StoreError> {
    let (number, body, note, made_at, made_by) = row;
    let body =
        serde_json::from_str(&body).map_err(|e| StoreError::Broken(format!("edition {number} of a policy: {e}")))?;
    Ok(PolicyEdition { number, body, note, made_by, made_at: Some(made_at) })
}

macro_rules! editions {
    ($party:expr, $kind:expr, $scope:expr) => {
        policy_editions::table
            .left_join(members::table.on(policy_editions::made_by.eq(members::id.nullable())))
            .filter(policy_editions::party_id.eq($party))
            .filter(policy_editions::kind.eq($kind))
            .filter(policy_editions::scope.eq($scope.to_owned()))
            .select((
                policy_editions::number,
                policy_editions::body,
                policy_editions::note,
                policy_editions::made_at,
                members::name.nullable(),
            ))
            .order(policy_editions::number.desc())
    };
}

pub(super) fn last<T: DeserializeOwned>(
    tx: &mut Read,
    party: PartyId,
    kind: Kind,
    scope: &str,
) -> Result<Option<PolicyEdition<T>>, StoreError> {
    let row: Option<Row> = editions!(party, kind, scope).first(tx.conn()).optional()?;
    row.map(edition_of).transpose()
}

pub(super) fn history<T: DeserializeOwned>(
    tx: &mut Read,
    party: PartyId,
    kind: Kind,
    scope: &str,
) -> Result<Vec<PolicyEdition<T>>, StoreError> {
    let rows: Vec<Row> = editions!(party, kind, scope).limit(200).load(tx.conn())?;
    rows.into_iter().map(edition_of).collect()
}

/// A new edition.
pub(super) struct New<'n, T> {
    pub party: PartyId,
    pub kind: Kind,
    pub scope: &'n str,
    pub number: i64,
    pub body: &'n T,
    pub note: &'n str,
    pub by: Option<MemberId>,
}

pub(super) fn insert<T: Serialize>(tx: &mut Write, new: &New<'_, T>, now: Timestamp) -> Result<(), StoreError> {
    let body = serde_json::to_string(new.body).map_err(|e| StoreError::Broken(e.to_string()))?;
    diesel::insert_into(policy_editions::table)
        .values((
            policy_editions::id.eq(PolicyId::fresh()),
            policy_editions::party_id.eq(new.party),
            policy_editions::kind.eq(new.kind),
            policy_editions::scope.eq(new.scope),
            policy_editions::number.eq(new.number),
            policy_editions::body.eq(body),
            policy_editions::note.eq(new.note),
            policy_editions::made_by.eq(new.by),
            policy_editions::made_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn draft<T: DeserializeOwned>(tx: &mut Read, party: PartyId) -> Result<Option<T>, StoreError> {
    let body: Option<String> =
        policy_drafts::table.find(party).select(policy_drafts::body).first(tx.conn()).optional()?;
    body.map(|b| serde_json::from_str(&b).map_err(|e| StoreError::Broken(format!("a drafted policy: {e}")))).transpose()
}

pub(super) fn set_draft<T: Serialize>(
    tx: &mut Write,
    party: PartyId,
    body: &T,
    by: MemberId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let body = serde_json::to_string(body).map_err(|e| StoreError::Broken(e.to_string()))?;
    let values = (policy_drafts::body.eq(&body), policy_drafts::changed_by.eq(by), policy_drafts::changed_at.eq(now));
    if diesel::update(policy_drafts::table.find(party)).set(values).execute(tx.conn())? == 0 {
        diesel::insert_into(policy_drafts::table)
            .values((
                policy_drafts::party_id.eq(party),
                policy_drafts::body.eq(&body),
                policy_drafts::changed_by.eq(by),
                policy_drafts::changed_at.eq(now),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

pub(super) fn drop_draft(tx: &mut Write, party: PartyId) -> Result<bool, StoreError> {
    Ok(diesel::delete(policy_drafts::table.find(party)).execute(tx.conn())? == 1)
}

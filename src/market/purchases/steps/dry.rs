//! Trying a policy or rules on the last requests, without changing anything.

use super::plan::{self, case_of};
use crate::market::conditions::{Condition, all_met};
use crate::market::grants::Side;
use crate::market::parties::MayManage;
use crate::market::parties::policy::{BuyerPolicy, PolicyStep, SellerRules};
use crate::market::purchases::rows as purchase_rows;
use crate::market::purchases::rows::Purchase;
use crate::store::{Read, StoreError};
use crate::values::DatasetId;

/// Requests on which a policy is tried.
const TRIED: i64 = 50;

/// What a policy would have asked for one request.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The request.
    pub purchase: Purchase,
    /// The steps, in order.
    pub steps: Vec<PolicyStep>,
}

/// What rules would have done with one request.
#[derive(Debug, Clone)]
pub struct TriedSale {
    /// The request.
    pub purchase: Purchase,
    /// Whether nobody would have had to look.
    pub automatic: bool,
    /// The conditions, each met or not; empty when the rules never agree by themselves.
    pub conditions: Vec<Condition>,
}

/// Tries a buyer's policy on the last 50 requests of the organisation, newest first.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn try_policy(tx: &mut Read, may: &MayManage, policy: &BuyerPolicy) -> Result<Vec<Tried>, StoreError> {
    let past = purchase_rows::of_parties(tx, &[may.party().id], Side::Buyer, None, TRIED)?;
    let mut tried = Vec::new();
    for purchase in past.items {
        let case = case_of(tx, &purchase)?;
        let facts = plan::policy_facts(tx, &case)?;
        let steps = plan::buyer_part(policy, &facts).into_iter().cloned().collect();
        tried.push(Tried { purchase, steps });
    }
    Ok(tried)
}

/// Tries a seller's rules on the last 50 requests to the organisation (for one dataset, when it is named) for which a
/// licensor is wanted, newest first.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn try_rules(
    tx: &mut Read,
    may: &MayManage,
    dataset: Option<DatasetId>,
    rules: &SellerRules,
) -> Result<Vec<TriedSale>, StoreError> {
    let past = purchase_rows::of_seller(tx, may.party().id, dataset, TRIED)?;
    let mut tried = Vec::new();
    for purchase in past {
        let case = case_of(tx, &purchase)?;
        if !case.parts.iter().any(|p| p.licensor) {
            continue;
        }
        let facts = plan::rule_facts(tx, &case)?;
        let list = plan::automatic(rules, &facts);
        let automatic = list.as_ref().is_some_and(|l| all_met(l));
        tried.push(TriedSale { purchase, automatic, conditions: list.unwrap_or_default() });
    }
    Ok(tried)
}

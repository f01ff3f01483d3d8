//! Which steps a request needs: the buyer's policy and the seller's rules, asked when it is submitted.

use super::rows::{self, PurchaseStep};
use crate::market::conditions::{Condition, all_met};
use crate::market::datasets;
use crate::market::licences::{self, Licence};
use crate::market::offers::{self, Approval};
use crate::market::parties::policy::{
    self, BuyerPolicy, LicenceClass, Licensing, PolicyFacts, PolicyStep, RuleFacts, SellerRules, StepKind,
};
use crate::market::parties::{self, Party};
use crate::market::purchases::rows as purchase_rows;
use crate::market::purchases::rows::Purchase;
use crate::market::purchases::state::Desk;
use crate::market::rules::Level;
use crate::store::{Read, StoreError, Write};
use crate::values::{DatasetId, Money, PurchaseId, StepId, Timestamp};

/// What a request is about, as policies look at it.
#[derive(Debug, Clone)]
pub(in crate::market::purchases) struct Case {
    pub buyer: Party,
    pub seller: Party,
    /// Tax included.
    pub gross: Money,
    pub purpose: String,
    pub parts: Vec<Part>,
    /// When it was asked for: what was dealt before counts.
    pub at: Timestamp,
}

/// One line of it.
#[derive(Debug, Clone)]
pub(in crate::market::purchases) struct Part {
    pub dataset: DatasetId,
    pub level: Level,
    /// Whether the offer wants a licensor of the seller.
    pub licensor: bool,
    pub class: LicenceClass,
}

/// The class of a licence.
pub(in crate::market::purchases) fn class_of(licence: &Licence) -> LicenceClass {
    if licence.party_id.is_some() {
        LicenceClass::Custom
    } else if licence.code.starts_with("LicenseRef-") {
        LicenceClass::Standard
    } else {
        LicenceClass::Open
    }
}

/// What the policies ask.
#[derive(Debug, Clone, Default)]
pub(in crate::market::purchases) struct Plan {
    steps: Vec<Planned>,
    /// The conditions that all hold when the seller's rules agree by themselves.
    pub agreed: Option<Vec<Condition>>,
}

#[derive(Debug, Clone)]
struct Planned {
    desk: Desk,
    step: PolicyStep,
    limits: Vec<policy::Limit>,
}

impl Plan {
    /// Whether a side has to decide.
    pub(in crate::market::purchases) fn needs(&self, desk: Desk) -> bool {
        self.steps.iter().any(|s| s.desk == desk)
    }
}

/// The case of a request that was submitted before.
pub(in crate::market::purchases) fn case_of(tx: &mut Read, p: &Purchase) -> Result<Case, StoreError> {
    let broken = |error: &dyn std::fmt::Display| StoreError::Broken(error.to_string());
    let mut parts = Vec::new();
    for line in purchase_rows::lines(tx, p)? {
        let licence = licences::find(tx, line.licence_id)?.ok_or_else(|| broken(&"a licence is missing"))?;
        let offer = offers::find(tx, line.offer_id)?.ok_or_else(|| broken(&"an offer is missing"))?;
        parts.push(Part {
            dataset: line.dataset_id,
            level: datasets::get(tx, line.dataset_id)?.level,
            licensor: offer.approval == Approval::Licensor,
            class: class_of(&licence),
        });
    }
    Ok(Case {
        buyer: parties::get(tx, p.buyer_id)?,
        seller: parties::get(tx, p.seller_id)?,
        gross: p.gross().map_err(|e| broken(&e))?,
        purpose: p.purpose.clone(),
        parts,
        at: p.submitted_at,
    })
}

fn levels(case: &Case) -> Vec<Level> {
    case.parts.iter().map(|p| p.level).collect()
}
fn classes(case: &Case) -> Vec<LicenceClass> {
    case.parts.iter().map(|p| p.class).collect()
}

/// What the buyer's policy looks at in a case.
pub(super) fn policy_facts(tx: &mut Read, case: &Case) -> Result<PolicyFacts, StoreError> {
    Ok(PolicyFacts {
        gross: case.gross,
        levels: levels(case),
        licences: classes(case),
        seller: case.seller.id,
        first_time_seller: !purchase_rows::dealt_before(tx, case.buyer.id, case.seller.id, case.at)?,
    })
}

/// What the seller's rules look at in a case.
pub(super) fn rule_facts(tx: &mut Read, case: &Case) -> Result<RuleFacts, StoreError> {
    Ok(RuleFacts {
        verified: case.buyer.verified_at.is_some(),
        country: case.buyer.country.clone(),
        purpose: case.purpose.clone(),
        gross: case.gross,
        levels: levels(case),
        licences: classes(case),
        known_buyer: purchase_rows::dealt_before(tx, case.buyer.id, case.seller.id, case.at)?,
    })
}

/// The conditions of some rules for a case, when they can agree by themselves at all.
pub(super) fn automatic(rules: &SellerRules, facts: &RuleFacts) -> Option<Vec<Condition>> {
    rules.automatic.as_ref().map(|a| a.conditions(facts))
}

fn licensing_step(l: &Licensing) -> PolicyStep {
    PolicyStep {
        name_zh: "许可审批".to_owned(),
        name_en: "Licensing".to_owned(),
        kind: StepKind::Approve,
        when: policy::When::default(),
        members: l.members.clone(),
        need: l.need,
        group: 1,
        due_days: l.due_days,
        escalate_to: l.escalate_to,
    }
}

/// The seller's part: what its rules agree to by themselves, else who decides.
fn seller_part(tx: &mut Read, case: &Case, plan: &mut Plan) -> Result<(), StoreError> {
    let facts = rule_facts(tx, case)?;
    let mut agreed = Vec::new();
    let mut licensings: Vec<Licensing> = Vec::new();
    for part in case.parts.iter().filter(|p| p.licensor) {
        let (edition, _) = policy::seller_rules(tx, case.seller.id, Some(part.dataset))?;
        match automatic(&edition.body, &facts) {
            Some(list) if all_met(&list) => agreed.extend(list),
            Some(_) | None if licensings.contains(&edition.body.licensing) => {}
            Some(_) | None => licensings.push(edition.body.licensing),
        }
    }
    if licensings.is_empty() {
        plan.agreed = case.parts.iter().any(|p| p.licensor).then_some(agreed);
    }
    let step = |l: &Licensing| Planned { desk: Desk::Seller, step: licensing_step(l), limits: Vec::new() };
    plan.steps.extend(licensings.iter().map(step));
    Ok(())
}

/// The steps of the buyer under a policy.
pub(super) fn buyer_part<'p>(policy: &'p BuyerPolicy, facts: &PolicyFacts) -> Vec<&'p PolicyStep> {
    policy.asks(facts)
}

/// Asks both sides' policies what a case needs.
pub(in crate::market::purchases) fn plan(tx: &mut Read, case: &Case) -> Result<Plan, StoreError> {
    let facts = policy_facts(tx, case)?;
    let policy = policy::buyer_policy(tx, &case.buyer)?.body;
    let steps = buyer_part(&policy, &facts).into_iter();
    let limits = policy.limits.clone();
    let steps = steps.map(|s| Planned { desk: Desk::Buyer, step: s.clone(), limits: limits.clone() }).collect();
    let mut plan = Plan { steps, agreed: None };
    seller_part(tx, case, &mut plan)?;
    Ok(plan)
}

/// Locks the steps of a plan for a request. An older plan of the same request counts no more.
pub(in crate::market::purchases) fn lock(
    tx: &mut Write,
    purchase: PurchaseId,
    case: &Case,
    plan: &Plan,
) -> Result<(), StoreError> {
    let round = rows::last_number(tx, purchase)? + 1;
    for (position, planned) in (1..).zip(&plan.steps) {
        let Planned { desk, step, limits } = planned;
        let step = PurchaseStep {
            id: StepId::fresh(),
            purchase_id: purchase,
            party_id: if *desk == Desk::Seller { case.seller.id } else { case.buyer.id },
            desk: *desk,
            round,
            position,
            group: step.group,
            kind: step.kind,
            name_zh: step.name_zh.clone(),
            name_en: step.name_en.clone(),
            members: step.members.clone(),
            limits: if step.kind == StepKind::Sign { Vec::new() } else { limits.clone() },
            need: step.need,
            approvals: 0,
            due_days: step.due_days,
            escalate_to: step.escalate_to,
            opened_at: None,
            due_at: None,
            done_at: None,
            closed_at: None,
            reminded: 0,
            escalated_at: None,
        };
        rows::insert(tx, &step)?;
    }
    Ok(())
}

//! Which steps a request needs: the buyer's policy and the seller's rules, asked when it is submitted.

use super::bench::Bench;
use super::rows::{self, PurchaseStep, StepDecision};
use crate::market::conditions::{Condition, all_met};
use crate::market::datasets;
use crate::market::licences::may::{Answer, IntendedUse, may};
use crate::market::licences::terms::Terms;
use crate::market::licences::{self, Licence};
use crate::market::offers::{self, Approval};
use crate::market::parties::mandates::{self, Ruling};
use crate::market::parties::policy::{
    self, BuyerPolicy, Leave, LicenceClass, Licensing, PolicyFacts, PolicyStep, RuleFacts, SellerRules, StepKind,
};
use crate::market::parties::{self, Party};
use crate::market::purchases::intended;
use crate::market::purchases::rows as purchase_rows;
use crate::market::purchases::rows::{Purchase, Verdict};
use crate::market::purchases::state::{Desk, Needs};
use crate::market::rules::Level;
use crate::store::{Read, StoreError, Write};
use crate::values::{DatasetId, DecisionId, MemberId, Money, PurchaseId, ServiceId, StepId, Timestamp};

/// What a request is about, as policies look at it.
#[derive(Debug, Clone)]
pub(in crate::market::purchases) struct Case {
    pub buyer: Party,
    pub seller: Party,
    /// Tax included.
    pub gross: Money,
    pub purpose: String,
    pub parts: Vec<Part>,
    /// The service account that asks, when it is one.
    pub machine: Option<ServiceId>,
    /// What the buyer means to do; nothing when nothing was said.
    pub intended: IntendedUse,
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
    /// The terms of the licence.
    pub terms: Terms,
}

/// Somebody of the seller who proposed or agreed to the very terms that are planned for: one voice among those that the
/// rules ask for.
#[derive(Debug, Clone)]
pub(in crate::market::purchases) struct Voice {
    pub member: MemberId,
    pub name: String,
    /// When the word was given.
    pub at: Timestamp,
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
    /// What the mandate of the machine that asks says.
    pub mandate: Option<Vec<Condition>>,
}

/// What a step says that is outside of a mandate: the condition, in Chinese, in English.
const OUTSIDE: &[(&str, &str, &str)] = &[
    ("mandate-given", "未签发授权书", "none was given"),
    ("mandate-licence", "许可类别", "class of licence"),
    ("mandate-level", "数据级别", "level of the data"),
    ("mandate-seller", "提供方", "seller"),
    ("mandate-request", "单次金额", "amount of the request"),
    ("mandate-month", "当月金额", "amount of the month"),
    ("mandate-answerer", "负责人已离开", "whoever answers for it has left"),
];

#[derive(Debug, Clone)]
struct Planned {
    desk: Desk,
    step: PolicyStep,
    limits: Vec<policy::Limit>,
}

impl Plan {
    /// Inside a mandate nobody of the buyer has to look; outside of it a person does, whatever the policy says.
    fn apply(&mut self, ruling: Ruling) {
        if !all_met(&ruling.conditions) {
            self.outside(&ruling);
        } else if ruling.answers.is_some() {
            self.steps.retain(|s| s.desk != Desk::Buyer);
        }
        self.mandate = Some(ruling.conditions);
    }
    /// Adds the step of a person for what is outside of the mandate.
    fn outside(&mut self, ruling: &Ruling) {
        let words = |pick: fn(&(&str, &'static str, &'static str)) -> &'static str, comma: &str| {
            let unmet = ruling.conditions.iter().filter(|c| !c.met);
            let names = unmet.filter_map(|c| OUTSIDE.iter().find(|(code, ..)| *code == c.code).map(pick));
            names.collect::<Vec<_>>().join(comma)
        };
        let step = PolicyStep {
            name_zh: format!("超出授权书：{}", words(|w| w.1, "、")),
            name_en: format!("Outside the mandate: {}", words(|w| w.2, ", ")),
            kind: StepKind::Approve,
            when: policy::When::default(),
            members: ruling.answers.into_iter().collect(),
            need: 1,
            group: 0,
            due_days: 5,
            escalate_to: None,
        };
        self.steps.insert(0, Planned { desk: Desk::Buyer, step, limits: Vec::new() });
    }
    /// Takes the mandate away again, when the month's amount was used by somebody who was first.
    pub(in crate::market::purchases) fn overdrawn(&mut self) {
        let conditions = vec![Condition::new("mandate-month", false, "buyer-owner")];
        self.outside(&Ruling { conditions: conditions.clone(), answers: None });
        self.mandate = Some(conditions);
    }
    /// Whether a machine's mandate covers the request.
    pub(in crate::market::purchases) fn is_mandated(&self) -> bool {
        self.mandate.as_ref().is_some_and(|list| all_met(list))
    }
    /// The same when a person of the seller has agreed: no rule had to.
    pub(in crate::market::purchases) fn heard(self) -> Self {
        Self { agreed: None, ..self }
    }
    /// Which of the policies' steps a request needs; the others stay as they are.
    pub(in crate::market::purchases) fn needs(&self, before: Needs) -> Needs {
        let asks = |desk: Desk, kind: StepKind| self.steps.iter().any(|s| s.desk == desk && s.step.kind == kind);
        Needs {
            approver: asks(Desk::Buyer, StepKind::Approve),
            licensor: asks(Desk::Seller, StepKind::Approve),
            signature: asks(Desk::Buyer, StepKind::Sign),
            ..before
        }
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
            terms: licence.terms,
        });
    }
    Ok(Case {
        buyer: parties::get(tx, p.buyer_id)?,
        seller: parties::get(tx, p.seller_id)?,
        gross: p.gross().map_err(|e| broken(&e))?,
        purpose: p.purpose.clone(),
        parts,
        machine: if p.requested_by_kind == "service" { p.requested_by.parse().ok() } else { None },
        intended: intended::of(tx, p.id)?.unwrap_or_default(),
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
        intended: leave(case),
    })
}

/// Whether the licences allow all that the buyer means to do. Nothing follows from silence, neither of the buyer nor of
/// a licence, nor from clauses that somebody has to read.
fn leave(case: &Case) -> Option<Leave> {
    let said: Vec<_> = case.parts.iter().map(|p| may(&p.terms, &case.intended)).collect();
    if case.intended.is_empty() || said.iter().any(|s| !s.unread.is_empty()) {
        return None;
    }
    match said.iter().map(|s| s.overall).max()? {
        Answer::Allowed => Some(Leave::Allowed),
        Answer::Conditional => Some(Leave::Conditional),
        Answer::NotStated | Answer::Forbidden => None,
    }
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
    let mut plan = Plan { steps, agreed: None, mandate: None };
    if let Some(machine) = case.machine {
        let ruling = mandates::ruling(tx, case.buyer.id, machine, &facts, case.at)?;
        plan.apply(ruling);
    }
    seller_part(tx, case, &mut plan)?;
    // What is signed is what everybody agreed to.
    plan.steps.sort_by_key(|s| s.step.kind == StepKind::Sign);
    Ok(plan)
}

/// Locks the steps of a plan for a request. An older plan of the same request counts no more. A `voice` of the seller is
/// counted at the first step that asks for it; gives whether the seller needs more voices.
pub(in crate::market::purchases) fn lock(
    tx: &mut Write,
    purchase: PurchaseId,
    case: &Case,
    plan: &Plan,
    mut voice: Option<Voice>,
) -> Result<bool, StoreError> {
    let round = rows::last_number(tx, purchase)? + 1;
    let mut more = false;
    for (position, planned) in (1..).zip(&plan.steps) {
        let Planned { desk, step, limits } = planned;
        let mut step = PurchaseStep {
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
        if step.desk == Desk::Seller {
            let bench = Bench::of(tx, step.party_id, case.at)?;
            match voice.take_if(|v| bench.counts(&step).contains(&v.member)) {
                Some(voice) => speak(tx, &mut step, &voice, case.at)?,
                None => rows::insert(tx, &step)?,
            }
            more |= step.done_at.is_none();
        } else {
            rows::insert(tx, &step)?;
        }
    }
    Ok(more)
}

/// Counts a voice on a step that is being planned; the only one that it asks for settles it.
fn speak(tx: &mut Write, step: &mut PurchaseStep, voice: &Voice, now: Timestamp) -> Result<(), StoreError> {
    step.approvals = 1;
    if step.need == 1 {
        (step.opened_at, step.done_at, step.closed_at) = (Some(voice.at), Some(now), Some(now));
    }
    rows::insert(tx, step)?;
    let decision = StepDecision {
        id: DecisionId::fresh(),
        step_id: step.id,
        purchase_id: step.purchase_id,
        party_id: step.party_id,
        desk: step.desk,
        round: step.round,
        verdict: Verdict::Approved,
        kind: step.kind,
        member_id: voice.member,
        member_name: voice.name.clone(),
        stands_for: voice.member,
        reason: String::new(),
        note: String::new(),
        signed: None,
        decided_at: voice.at,
    };
    rows::insert_decision(tx, &decision)
}

//! Who approves in the demo: a policy with two steps, a delegate, a budget, a selling rule, a mandate, a thread.

use super::content::PEOPLE;
use super::fill::{Broken, Ground, line, prose};
use crate::market::grants::Side;
use crate::market::parties::budgets::{self, MayBudget, NewBudget};
use crate::market::parties::delegations::{self, MayDelegate};
use crate::market::parties::mandates::{self, Cover, NewMandate};
use crate::market::parties::policy::{
    self, Automatic, BuyerPolicy, Cap, LicenceClass, Licensing, PolicyStep, SellerRules, StepKind, When,
};
use crate::market::parties::{self, MayManage, Party};
use crate::market::purchases::thread::{self, MayWrite};
use crate::market::purchases::{self, State};
use crate::market::rules::Level;
use crate::store::Write;
use crate::values::{Currency, Money, Timestamp};

const BUYER: &str = "haoyue-machine-tools";
const SELLER: &str = "lanjiang-bearing";

fn yuan(amount: i64) -> Money {
    Money::new(amount * 100, Currency::CNY)
}

fn party(tx: &mut Write, slug: &str) -> Result<Party, Broken> {
    parties::find_by_slug(tx, slug)?.ok_or_else(|| Broken::at(slug, &"missing"))
}

fn step(zh: &str, en: &str, over: i64, group: i64) -> PolicyStep {
    PolicyStep {
        name_zh: zh.to_owned(),
        name_en: en.to_owned(),
        kind: StepKind::Approve,
        when: When { amount_over: Some(Cap::of(yuan(over))), ..When::default() },
        members: Vec::new(),
        need: 1,
        group,
        due_days: 5,
        escalate_to: None,
    }
}

/// The buyer's policy: the line manager above 10,000, and finance too above 100,000.
fn policy_of_buyer(tx: &mut Write, ground: &Ground, at: Timestamp) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(BUYER, e);
    let (buyer, owner) = (party(tx, BUYER)?, ground.person(tx, "wu.peng@haoyue.example", at)?);
    let finance = ground.person(tx, "zheng.lan@haoyue.example", at)?;
    let mut second = step("财务审批", "Finance", 100_000, 2);
    second.members = finance.member().into_iter().collect();
    let policy = BuyerPolicy {
        steps: vec![step("部门负责人审批", "Line manager", 10_000, 1), second],
        limits: Vec::new(),
    };
    let seen = policy::buyer_policy(tx, &buyer)?.number;
    let may = MayManage::check(tx, &owner, buyer.id).map_err(|e| broke(&e))?;
    policy::put_buyer(tx, may, seen, &policy, &prose("十万元以上须财务审批")?, at).map_err(|e| broke(&e))?;
    let new = NewBudget {
        cost_centre: line("RD-420")?,
        amount: yuan(400_000),
        starts_at: at.plus_days(-30),
        ends_at: at.plus_days(330),
    };
    let may = MayBudget::check(tx, &finance, buyer.id).map_err(|e| broke(&e))?;
    budgets::make(tx, may, &new, at).map_err(|e| broke(&e))?;
    let away = ground.person(tx, "zhou.min@haoyue.example", at)?;
    let delegate = owner.member().ok_or_else(|| broke(&"owner"))?;
    let member = away.member().ok_or_else(|| broke(&"approver"))?;
    let may = MayDelegate::check(tx, &away, buyer.id, member).map_err(|e| broke(&e))?;
    let week = (at.plus_days(7), at.plus_days(14));
    delegations::delegate(tx, may, delegate, week, at).map(|_| ()).map_err(|e| broke(&e))
}

/// The seller's rule: small requests of verified buyers in China need nobody.
fn rules_of_seller(tx: &mut Write, ground: &Ground, at: Timestamp) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(SELLER, e);
    let (seller, owner) = (party(tx, SELLER)?, ground.person(tx, "tan.wei@lanjiang.example", at)?);
    let automatic = Automatic {
        verified_buyer: true,
        countries: vec!["CN".to_owned()],
        purpose_length: 10,
        amount_up_to: Some(Cap::of(yuan(5_000))),
        general_only: true,
        ..Automatic::default()
    };
    let rules =
        SellerRules { automatic: Some(automatic), licensing: Licensing { due_days: 5, ..Licensing::default() } };
    let may = MayManage::check(tx, &owner, seller.id).map_err(|e| broke(&e))?;
    policy::put_seller(tx, may, None, 0, &rules, &prose("小额申请自动同意")?, at).map(|_| ()).map_err(|e| broke(&e))
}

/// What a machine of the buyer may accept by itself, and who answers for it.
fn mandate_of_machine(tx: &mut Write, ground: &Ground, at: Timestamp) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at("mandate", e);
    let (buyer, owner) = (party(tx, BUYER)?, ground.person(tx, "wu.peng@haoyue.example", at)?);
    let answers = ground.person(tx, "zhou.min@haoyue.example", at)?.member().ok_or_else(|| broke(&"approver"))?;
    let services = parties::services_of(tx, &owner, buyer.id).map_err(|e| broke(&e))?;
    let Some(machine) = services.into_iter().find(|s| s.revoked_at.is_none()) else { return Ok(()) };
    let new = NewMandate {
        cover: Cover {
            licences: vec![LicenceClass::Open, LicenceClass::Standard],
            levels: vec![Level::General],
            sellers: Vec::new(),
        },
        per_request: yuan(5_000),
        per_month_minor: yuan(20_000).minor,
        answers,
    };
    let may = MayManage::check(tx, &owner, buyer.id).map_err(|e| broke(&e))?;
    mandates::put_mandate(tx, may, machine.id, 0, &new, at).map(|_| ()).map_err(|e| broke(&e))
}

/// A question and its answer on the first request that waits for a seller.
fn conversation(tx: &mut Write, ground: &Ground, at: Timestamp) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at("thread", e);
    let licensor = ground.person(tx, "tan.wei@lanjiang.example", at)?;
    let page = purchases::of_actor(tx, &licensor, Side::Seller, None, 50)?;
    let Some(open) = page.items.into_iter().find(|p| p.state == State::AwaitingSeller) else { return Ok(()) };
    let may = MayWrite::check(tx, &licensor, open.id).map_err(|e| broke(&e))?;
    thread::write(tx, may, &prose("请问训练后的模型是否会提供给集团以外的单位使用？")?, at.plus_seconds(-7_200))?;
    let Some(asker) = PEOPLE.iter().find(|p| p.name == open.requested_by_name) else { return Ok(()) };
    let asker = ground.person(tx, asker.email, at)?;
    let may = MayWrite::check(tx, &asker, open.id).map_err(|e| broke(&e))?;
    let answer = "不会。模型只在集团内部的三座工厂使用，权重不离开集团网络；供应商只能看到报警结果。";
    thread::write(tx, may, &prose(answer)?, at.plus_seconds(-3_600))?;
    Ok(())
}

/// Sets all of it up, after the purchases of the past.
pub(super) fn all(tx: &mut Write, ground: &Ground, today: Timestamp) -> Result<(), Broken> {
    policy_of_buyer(tx, ground, today)?;
    rules_of_seller(tx, ground, today)?;
    mandate_of_machine(tx, ground, today)?;
    conversation(tx, ground, today)
}

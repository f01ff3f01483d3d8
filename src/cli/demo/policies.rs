//! Who approves in the demo: a policy with two steps, a delegate, a budget, a selling rule, a thread.

use super::fill::{Broken, Ground, line, prose};
use crate::market::grants::Side;
use crate::market::parties::budgets::{self, MayBudget, NewBudget};
use crate::market::parties::delegations::{self, MayDelegate};
use crate::market::parties::policy::{
    self, Automatic, BuyerPolicy, Cap, Licensing, PolicyStep, SellerRules, StepKind, When,
};
use crate::market::parties::{self, MayManage, Party};
use crate::market::purchases::thread::{self, MayWrite};
use crate::market::purchases::{self, State};
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

/// A question and its answer on the first request that waits for a seller.
fn conversation(tx: &mut Write, ground: &Ground, at: Timestamp) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at("thread", e);
    let licensor = ground.person(tx, "tan.wei@lanjiang.example", at)?;
    let page = purchases::of_actor(tx, &licensor, Side::Seller, None, 50)?;
    let Some(open) = page.items.into_iter().find(|p| p.state == State::AwaitingSeller) else { return Ok(()) };
    let may = MayWrite::check(tx, &licensor, open.id).map_err(|e| broke(&e))?;
    thread::write(tx, may, &prose("请问训练后的模型是否会提供给集团以外的单位使用？")?, at.plus_seconds(-7_200))?;
    Ok(())
}

/// Sets all of it up, after the purchases of the past.
pub(super) fn all(tx: &mut Write, ground: &Ground, today: Timestamp) -> Result<(), Broken> {
    policy_of_buyer(tx, ground, today)?;
    rules_of_seller(tx, ground, today)?;
    conversation(tx, ground, today)
}

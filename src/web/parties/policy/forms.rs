//! What is typed about policies and selling rules.

use crate::http::Typed;
use crate::http::problem::Fault;
use crate::market::parties::policy::{
    Automatic, Cap, Leave, LicenceClass, Licensing, PolicyStep, SellerRules, StepKind, When,
};
use crate::market::rules::Level;
use crate::values::{Currency, MemberId, Money, PartyId};
use crate::web::accounts::forms::Faults;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The check boxes of a form, by their names.
type Boxes = BTreeMap<String, String>;

/// What was checked among names that begin with a stem.
fn checked<'b>(boxes: &'b Boxes, stem: &'b str) -> impl Iterator<Item = &'b str> {
    boxes.iter().filter(|(_, v)| !v.is_empty()).filter_map(move |(name, _)| name.strip_prefix(stem))
}

/// The checked boxes again as the value of a field with check boxes.
pub(super) fn chosen(boxes: &Boxes, stem: &str) -> String {
    checked(boxes, stem).map(|rest| format!("{stem}{rest}")).collect::<Vec<_>>().join(" ")
}

fn members(boxes: &Boxes) -> Vec<MemberId> {
    checked(boxes, "member-").filter_map(|id| id.parse().ok()).collect()
}

/// Reads an amount that may be left out.
fn cap(faults: &mut Faults, field: &str, amount: &str, currency: &str) -> Option<Cap> {
    if amount.trim().is_empty() {
        return None;
    }
    let currency: Option<Currency> = faults.or("currency", currency.parse().ok(), "fault-currency");
    let money = currency.and_then(|c| faults.or(field, Money::parse(amount, c).ok(), "fault-amount"));
    money.map(Cap::of)
}

fn number(faults: &mut Faults, field: &str, text: &str, message: &'static str, most: i64) -> i64 {
    let value = text.trim().parse::<i64>().ok().filter(|n| (1..=most).contains(n));
    faults.or(field, value, message).unwrap_or(1)
}

/// Reads a member out of a list; nobody when it is left empty.
fn one(faults: &mut Faults, field: &str, text: &str) -> Option<MemberId> {
    if text.is_empty() { None } else { faults.or(field, text.parse().ok(), "fault-choice") }
}

/// A step of the buyer's policy as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct StepTyped {
    pub name_zh: String,
    pub name_en: String,
    pub kind: String,
    pub amount: String,
    pub currency: String,
    /// Names in addresses of sellers, separated by commas or lines.
    pub sellers: String,
    pub need: String,
    pub group: String,
    pub due_days: String,
    pub escalate_to: String,
    #[serde(flatten)]
    pub boxes: Boxes,
}
impl Typed for StepTyped {}

impl StepTyped {
    /// Writes a step as it would have been typed; `slugs` names the sellers.
    #[must_use]
    pub fn of(step: &PolicyStep, slugs: &[String]) -> Self {
        let on = |name: String| (name, "on".to_owned());
        let cap = step.when.amount_over.as_ref().and_then(|c| c.money().ok());
        let mut boxes: Boxes = step.when.levels.iter().map(|l| on(format!("level-{}", l.as_str()))).collect();
        boxes.extend(step.when.licences.iter().map(|c| on(format!("licence-{}", c.as_str()))));
        boxes.extend(step.members.iter().map(|m| on(format!("member-{m}"))));
        if step.when.first_time_seller {
            boxes.extend([on("first-time".to_owned())]);
        }
        Self {
            name_zh: step.name_zh.clone(),
            name_en: step.name_en.clone(),
            kind: step.kind.to_string(),
            amount: cap.map(Money::number).unwrap_or_default(),
            currency: cap.map(|m| m.currency.to_string()).unwrap_or_default(),
            sellers: slugs.join("\n"),
            need: step.need.to_string(),
            group: step.group.to_string(),
            due_days: step.due_days.to_string(),
            escalate_to: step.escalate_to.map(|m| m.to_string()).unwrap_or_default(),
            boxes,
        }
    }
    /// The names of sellers.
    #[must_use]
    pub fn seller_slugs(&self) -> Vec<String> {
        let parts = self.sellers.split([',', '，', '\n', ' ']).map(str::trim).filter(|s| !s.is_empty());
        parts.map(str::to_ascii_lowercase).collect()
    }
    /// Gives the step; `sellers` are the organisations of the names, in order, when they exist.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self, sellers: &[Option<PartyId>]) -> Result<PolicyStep, Vec<Fault>> {
        let mut faults = Faults::default();
        if self.name_zh.trim().is_empty() && self.name_en.trim().is_empty() {
            faults.0.push(crate::web::accounts::forms::fault("name_en", "fault-one-language"));
        }
        let name = |text: &str| text.trim().chars().filter(|c| !c.is_control()).take(100).collect::<String>();
        let kind = faults.or("kind", StepKind::parse(&self.kind), "fault-choice");
        let amount_over = cap(&mut faults, "amount", &self.amount, &self.currency);
        let sellers: Option<Vec<PartyId>> = sellers.iter().copied().collect();
        let sellers = faults.or("sellers", sellers, "fault-no-such-seller").unwrap_or_default();
        let members = members(&self.boxes);
        let need = number(&mut faults, "need", &self.need, "fault-need", 20);
        if !members.is_empty() && need > i64::try_from(members.len()).unwrap_or(i64::MAX) {
            faults.0.push(crate::web::accounts::forms::fault("need", "fault-need"));
        }
        let group = number(&mut faults, "group", &self.group, "fault-group", 12);
        let due_days = number(&mut faults, "due_days", &self.due_days, "fault-due-days", 30);
        let escalate_to = one(&mut faults, "escalate_to", &self.escalate_to);
        let when = When {
            amount_over,
            levels: checked(&self.boxes, "level-").filter_map(Level::parse).collect(),
            licences: checked(&self.boxes, "licence-").filter_map(LicenceClass::parse).collect(),
            sellers,
            first_time_seller: checked(&self.boxes, "first-time").next().is_some(),
        };
        let (name_zh, name_en) = (name(&self.name_zh), name(&self.name_en));
        match kind {
            Some(kind) if faults.0.is_empty() => {
                Ok(PolicyStep { name_zh, name_en, kind, when, members, need, group, due_days, escalate_to })
            }
            _ => Err(faults.0),
        }
    }
}

/// What somebody may approve, as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct LimitTyped {
    pub member: String,
    /// Empty takes the limit away.
    pub limit_amount: String,
    pub limit_currency: String,
}
impl Typed for LimitTyped {}
impl LimitTyped {
    /// Gives the member, and the limit if there is one.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<(MemberId, Option<Cap>), Vec<Fault>> {
        let mut faults = Faults::default();
        let member = faults.or("member", self.member.parse().ok(), "fault-choice");
        let cap = cap(&mut faults, "limit_amount", &self.limit_amount, &self.limit_currency);
        match member {
            Some(member) if faults.0.is_empty() => Ok((member, cap)),
            _ => Err(faults.0),
        }
    }
}

/// Putting a draft in force: which edition was seen, and why.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct EditionTyped {
    pub edition: String,
    pub note: String,
}
impl Typed for EditionTyped {}

/// The seller's rules as typed, in the form and in the query of a dry run alike.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct RulesTyped {
    /// The dataset for which they are; all without rules of their own when empty.
    pub dataset: String,
    pub edition: String,
    pub automatic: String,
    pub countries: String,
    pub purpose_length: String,
    /// What the licences must say to the intended use: nothing, `allowed` or `conditional`.
    pub intended: String,
    pub amount: String,
    pub currency: String,
    pub need: String,
    pub due_days: String,
    pub escalate_to: String,
    pub note: String,
    #[serde(flatten)]
    pub boxes: Boxes,
}
impl Typed for RulesTyped {}

impl RulesTyped {
    /// Writes rules as they would have been typed.
    #[must_use]
    pub fn of(rules: &SellerRules) -> Self {
        let on = |name: String| (name, "on".to_owned());
        let a = rules.automatic.clone().unwrap_or_default();
        let cap = a.amount_up_to.as_ref().and_then(|c| c.money().ok());
        let mut boxes: Boxes = rules.licensing.members.iter().map(|m| on(format!("member-{m}"))).collect();
        boxes.extend(a.licences.iter().map(|c| on(format!("licence-{}", c.as_str()))));
        let flags = [("if-verified", a.verified_buyer), ("if-general", a.general_only), ("if-known", a.known_buyer)];
        boxes.extend(flags.into_iter().filter(|(_, yes)| *yes).map(|(name, _)| on(name.to_owned())));
        Self {
            automatic: if rules.automatic.is_some() { "yes".to_owned() } else { "no".to_owned() },
            countries: a.countries.join(", "),
            purpose_length: if a.purpose_length > 0 { a.purpose_length.to_string() } else { String::new() },
            intended: a.intended.map(|i| i.to_string()).unwrap_or_default(),
            amount: cap.map(Money::number).unwrap_or_default(),
            currency: cap.map(|m| m.currency.to_string()).unwrap_or_default(),
            need: rules.licensing.need.to_string(),
            due_days: rules.licensing.due_days.to_string(),
            escalate_to: rules.licensing.escalate_to.map(|m| m.to_string()).unwrap_or_default(),
            boxes,
            ..Self::default()
        }
    }
    fn conditions(&self, faults: &mut Faults) -> Automatic {
        let parts = self.countries.split([',', '，', ' ', '\n']).map(str::trim).filter(|c| !c.is_empty());
        let countries: Vec<String> = parts.map(str::to_ascii_uppercase).collect();
        if countries.iter().any(|c| c.len() != 2 || !c.bytes().all(|b| b.is_ascii_uppercase())) {
            faults.0.push(crate::web::accounts::forms::fault("countries", "fault-country"));
        }
        let long = self.purpose_length.trim();
        let long = if long.is_empty() { Some(0) } else { long.parse().ok().filter(|n| (0..=2_000).contains(n)) };
        let flag = |name: &str| checked(&self.boxes, name).any(str::is_empty);
        Automatic {
            verified_buyer: flag("if-verified"),
            countries,
            purpose_length: faults.or("purpose_length", long, "fault-purpose-length").unwrap_or(0),
            amount_up_to: cap(faults, "amount", &self.amount, &self.currency),
            general_only: flag("if-general"),
            licences: checked(&self.boxes, "licence-").filter_map(LicenceClass::parse).collect(),
            known_buyer: flag("if-known"),
            intended: if self.intended.is_empty() {
                None
            } else {
                faults.or("intended", Leave::parse(&self.intended), "fault-choice")
            },
        }
    }
    /// Gives the rules.
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<SellerRules, Vec<Fault>> {
        let mut faults = Faults::default();
        let conditions = self.conditions(&mut faults);
        let members = members(&self.boxes);
        let need = number(&mut faults, "need", &self.need, "fault-need", 20);
        if !members.is_empty() && need > i64::try_from(members.len()).unwrap_or(i64::MAX) {
            faults.0.push(crate::web::accounts::forms::fault("need", "fault-need"));
        }
        let due_days = number(&mut faults, "due_days", &self.due_days, "fault-due-days", 30);
        let escalate_to = one(&mut faults, "escalate_to", &self.escalate_to);
        let automatic = (self.automatic == "yes").then_some(conditions);
        let rules = SellerRules { automatic, licensing: Licensing { members, need, due_days, escalate_to } };
        if faults.0.is_empty() { Ok(rules) } else { Err(faults.0) }
    }
}

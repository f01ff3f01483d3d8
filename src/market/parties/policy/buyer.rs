//! The buyer's policy: ordered steps with conditions, and what each approver may approve.

use super::acts::BadPolicy;
use super::{Cap, LicenceClass, StepKind};
use crate::market::rules::Level;
use crate::values::{Lang, MemberId, Money, PartyId};
use serde::{Deserialize, Serialize};

/// Steps of a policy.
const MOST_STEPS: usize = 12;
/// Approvals that one step may ask for, and people that it may name.
const MOST_PEOPLE: usize = 20;
/// Days that a step may take.
const MOST_DAYS: i64 = 30;

/// Which steps a request of this organisation has to pass.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BuyerPolicy {
    /// The steps; those of one group run side by side, groups one after the other.
    pub steps: Vec<PolicyStep>,
    /// What an approver may approve; without an entry any amount.
    pub limits: Vec<Limit>,
}

/// The most that somebody may approve, tax included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The approver.
    pub member: MemberId,
    /// The most.
    pub most: Cap,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyStep {
    /// Its name in Chinese; may be empty when the other is not.
    #[serde(default)]
    pub name_zh: String,
    /// Its name in English; may be empty when the other is not.
    #[serde(default)]
    pub name_en: String,
    /// What is done in it.
    pub kind: StepKind,
    /// When it is asked for: all conditions together; without any, always.
    #[serde(default)]
    pub when: When,
    /// Who decides: these; when empty, everybody with the role (approver, or signatory for a signature).
    #[serde(default)]
    pub members: Vec<MemberId>,
    /// How many of them.
    pub need: i64,
    /// Its group, 1 to 12.
    pub group: i64,
    /// Days until it is late, 1 to 30.
    pub due_days: i64,
    /// Who is asked too when it is late; the owners when nobody is named.
    #[serde(default)]
    pub escalate_to: Option<MemberId>,
}

/// The conditions of a step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// Above this amount, tax included.
    pub amount_over: Option<Cap>,
    /// Data of one of these levels.
    pub levels: Vec<Level>,
    /// A licence of one of these classes.
    pub licences: Vec<LicenceClass>,
    /// One of these sellers.
    pub sellers: Vec<PartyId>,
    /// A seller from whom nothing was bought yet.
    pub first_time_seller: bool,
}

/// What a policy looks at.
#[derive(Debug, Clone)]
pub struct PolicyFacts {
    /// What it costs, tax included.
    pub gross: Money,
    /// The levels of the data.
    pub levels: Vec<Level>,
    /// The classes of the licences.
    pub licences: Vec<LicenceClass>,
    /// The seller.
    pub seller: PartyId,
    /// Whether nothing was bought from this seller yet.
    pub first_time_seller: bool,
}

impl When {
    /// Whether a request meets all conditions.
    #[must_use]
    pub fn holds(&self, facts: &PolicyFacts) -> bool {
        self.amount_over.as_ref().is_none_or(|cap| cap.is_below(facts.gross))
            && (self.levels.is_empty() || facts.levels.iter().any(|l| self.levels.contains(l)))
            && (self.licences.is_empty() || facts.licences.iter().any(|c| self.licences.contains(c)))
            && (self.sellers.is_empty() || self.sellers.contains(&facts.seller))
            && (!self.first_time_seller || facts.first_time_seller)
    }
}

impl PolicyStep {
    /// Gives the name in a language, else the other one.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_zh, &self.name_en)
    }
    fn check(&self) -> Result<(), BadPolicy> {
        let named = [&self.name_zh, &self.name_en].into_iter().any(|n| !n.trim().is_empty());
        let short = [&self.name_zh, &self.name_en].into_iter().all(|n| n.chars().count() <= 100 && !n.contains('\n'));
        let people = i64::try_from(self.members.len()).unwrap_or(i64::MAX);
        let most = i64::try_from(MOST_PEOPLE).unwrap_or(20);
        if !named || !short {
            return Err(BadPolicy::Name);
        }
        if !(1..=most).contains(&self.need) || people > most || people > 0 && self.need > people {
            return Err(BadPolicy::Need);
        }
        if !(1..=MOST_DAYS).contains(&self.due_days) {
            return Err(BadPolicy::Days);
        }
        if !(1..=12).contains(&self.group) {
            return Err(BadPolicy::Group);
        }
        match self.when.amount_over.as_ref().map(Cap::money) {
            Some(Ok(cap)) if cap.minor < 0 => Err(BadPolicy::Amount),
            Some(Err(_)) => Err(BadPolicy::Amount),
            Some(Ok(_)) | None => Ok(()),
        }
    }
}

impl BuyerPolicy {
    /// The simple form: one approver above an amount; without one, nobody.
    #[must_use]
    pub fn simple(over: Option<Money>) -> Self {
        let step = over.map(|amount| PolicyStep {
            name_zh: "审批".to_owned(),
            name_en: "Approval".to_owned(),
            kind: StepKind::Approve,
            when: When { amount_over: Some(Cap::of(amount)), ..When::default() },
            members: Vec::new(),
            need: 1,
            group: 1,
            due_days: 7,
            escalate_to: None,
        });
        Self { steps: step.into_iter().collect(), limits: Vec::new() }
    }
    /// The amount of the simple form, if this is one.
    #[must_use]
    pub fn as_simple(&self) -> Option<Option<Money>> {
        let over = match self.steps.as_slice() {
            [] => None,
            [step] => Some(step.when.amount_over.as_ref()?.money().ok()?),
            _ => return None,
        };
        (*self == Self::simple(over)).then_some(over)
    }
    /// The steps that a request needs, in order.
    #[must_use]
    pub fn asks(&self, facts: &PolicyFacts) -> Vec<&PolicyStep> {
        let mut steps: Vec<&PolicyStep> = self.steps.iter().filter(|s| s.when.holds(facts)).collect();
        steps.sort_by_key(|s| s.group);
        steps
    }
    /// Checks that it can be carried out.
    ///
    /// # Errors
    /// [`BadPolicy`] says what does not fit.
    pub fn check(&self) -> Result<(), BadPolicy> {
        if self.steps.len() > MOST_STEPS || self.limits.len() > 200 {
            return Err(BadPolicy::TooMany);
        }
        if self.limits.iter().any(|l| l.most.money().map_or(true, |m| m.minor < 0)) {
            return Err(BadPolicy::Amount);
        }
        self.steps.iter().try_for_each(PolicyStep::check)
    }
    /// Everybody whom it names.
    pub(super) fn named(&self) -> impl Iterator<Item = MemberId> + '_ {
        let steps = self.steps.iter().flat_map(|s| s.members.iter().copied().chain(s.escalate_to));
        steps.chain(self.limits.iter().map(|l| l.member))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Currency;

    fn facts(minor: i64) -> PolicyFacts {
        PolicyFacts {
            gross: Money::new(minor, Currency::CNY),
            levels: vec![Level::General],
            licences: vec![LicenceClass::Open, LicenceClass::Custom],
            seller: PartyId::fresh(),
            first_time_seller: true,
        }
    }

    #[test]
    fn the_simple_form_asks_above_the_amount_only() {
        let policy = BuyerPolicy::simple(Some(Money::new(1_000, Currency::CNY)));
        assert!(policy.asks(&facts(1_000)).is_empty());
        assert_eq!(policy.asks(&facts(1_001)).len(), 1);
        assert_eq!(policy.as_simple(), Some(Some(Money::new(1_000, Currency::CNY))));
        assert_eq!(BuyerPolicy::default().as_simple(), Some(None));
        let mut other = facts(1);
        other.gross = "EUR".parse().map(|c| Money::new(1, c)).unwrap();
        assert_eq!(policy.asks(&other).len(), 1, "another currency cannot be compared");
    }

    #[test]
    fn all_conditions_of_a_step_hold_together() {
        let mut policy = BuyerPolicy::simple(Some(Money::new(0, Currency::CNY)));
        let when = &mut policy.steps[0].when;
        when.licences = vec![LicenceClass::Custom];
        when.first_time_seller = true;
        assert_eq!(policy.as_simple(), None);
        assert_eq!(policy.asks(&facts(5)).len(), 1);
        assert!(policy.asks(&PolicyFacts { first_time_seller: false, ..facts(5) }).is_empty());
        assert!(policy.asks(&PolicyFacts { licences: vec![LicenceClass::Open], ..facts(5) }).is_empty());
        policy.steps[0].when.levels = vec![Level::Important];
        assert!(policy.asks(&facts(5)).is_empty());
    }

    #[test]
    fn what_cannot_be_carried_out_is_refused() {
        let good = BuyerPolicy::simple(Some(Money::new(0, Currency::CNY)));
        assert_eq!(good.check(), Ok(()));
        let with = |change: fn(&mut PolicyStep)| {
            let mut policy = good.clone();
            change(&mut policy.steps[0]);
            policy.check()
        };
        assert_eq!(with(|s| s.need = 0), Err(BadPolicy::Need));
        assert_eq!(
            with(|s| {
                s.need = 2;
                s.members = vec![MemberId::fresh()];
            }),
            Err(BadPolicy::Need)
        );
        assert_eq!(with(|s| s.due_days = 31), Err(BadPolicy::Days));
        assert_eq!(with(|s| s.group = 0), Err(BadPolicy::Group));
        assert_eq!(with(|s| s.name_zh.clear()), Ok(()));
        assert_eq!(
            with(|s| {
                s.name_zh.clear();
                s.name_en = "  ".to_owned();
            }),
            Err(BadPolicy::Name)
        );
    }
}

//! The seller's rules: when a request is granted without anybody looking, else how many licensors decide.

use super::acts::BadPolicy;
use super::{Cap, Leave, LicenceClass};
use crate::market::conditions::Condition;
use crate::market::rules::Level;
use crate::values::{MemberId, Money};
use serde::{Deserialize, Serialize};

/// How a seller decides on requests for offers that a licensor decides on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SellerRules {
    /// When nobody needs to look; never when none.
    pub automatic: Option<Automatic>,
    /// Who decides otherwise.
    pub licensing: Licensing,
}

/// The conditions under which a request is agreed to at once: all of them together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Automatic {
    /// Only for verified organisations.
    pub verified_buyer: bool,
    /// Only for buyers in these countries; everywhere when empty.
    pub countries: Vec<String>,
    /// Only when the purpose has at least so many characters; 0 asks for none.
    pub purpose_length: i64,
    /// Only up to this amount, tax included.
    pub amount_up_to: Option<Cap>,
    /// Only for general data.
    pub general_only: bool,
    /// Only under licences of these classes; of all when empty.
    pub licences: Vec<LicenceClass>,
    /// Only for buyers that hold a grant of this seller already.
    pub known_buyer: bool,
    /// Only when the licences say at least this to all that the buyer means to do: `allowed`, or `conditional` to let
    /// conditions pass too. What they do not speak of, a clause that somebody has to read, and a buyer who says nothing
    /// do not pass.
    pub intended: Option<Leave>,
}

/// Who decides for the seller when no rule does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Licensing {
    /// These; when empty, everybody with the role licensor.
    pub members: Vec<MemberId>,
    /// How many of them.
    pub need: i64,
    /// Days until it is late, 1 to 30.
    pub due_days: i64,
    /// Who is asked too when it is late; the owners when nobody is named.
    pub escalate_to: Option<MemberId>,
}
impl Default for Licensing {
    fn default() -> Self {
        Self { members: Vec::new(), need: 1, due_days: 7, escalate_to: None }
    }
}

/// What the rules look at.
#[derive(Debug, Clone)]
pub struct RuleFacts {
    /// Whether the buyer is verified.
    pub verified: bool,
    /// The buyer's country.
    pub country: String,
    /// What the data is for.
    pub purpose: String,
    /// What it costs, tax included.
    pub gross: Money,
    /// The levels of the data.
    pub levels: Vec<Level>,
    /// The classes of the licences.
    pub licences: Vec<LicenceClass>,
    /// Whether the buyer was granted something by this seller before.
    pub known_buyer: bool,
    /// What the licences say to all that the buyer means to do, where they allow it.
    pub intended: Option<Leave>,
}

impl Automatic {
    /// The conditions, each met or not.
    #[must_use]
    pub fn conditions(&self, facts: &RuleFacts) -> Vec<Condition> {
        let mut list = Vec::new();
        if self.verified_buyer {
            list.push(Condition::new("rule-verified-buyer", facts.verified, "operator"));
        }
        if !self.countries.is_empty() {
            let inside = self.countries.iter().any(|c| c.eq_ignore_ascii_case(&facts.country));
            list.push(Condition::new("rule-country", inside, "licensor").about(self.countries.join(", ")));
        }
        if self.purpose_length > 0 {
            let long = i64::try_from(facts.purpose.trim().chars().count()).unwrap_or(i64::MAX);
            let met = long >= self.purpose_length;
            list.push(Condition::new("rule-purpose", met, "requester").about(self.purpose_length.to_string()));
        }
        if let Some(cap) = &self.amount_up_to {
            let text = cap.money().map(|m| m.to_string()).unwrap_or_default();
            list.push(Condition::new("rule-amount", !cap.is_below(facts.gross), "licensor").about(text));
        }
        if self.general_only {
            let general = facts.levels.iter().all(|l| *l == Level::General);
            list.push(Condition::new("rule-general", general, "licensor"));
        }
        if !self.licences.is_empty() {
            let met = facts.licences.iter().all(|c| self.licences.contains(c));
            list.push(Condition::new("rule-licence", met, "licensor"));
        }
        if self.known_buyer {
            list.push(Condition::new("rule-known-buyer", facts.known_buyer, "licensor"));
        }
        if let Some(worst) = self.intended {
            let met = facts.intended.is_some_and(|said| said <= worst);
            let code = if worst == Leave::Allowed { "rule-intended-allowed" } else { "rule-intended" };
            list.push(Condition::new(code, met, "requester"));
        }
        list
    }
}

impl SellerRules {
    /// Checks that they can be carried out.
    ///
    /// # Errors
    /// [`BadPolicy`] says what does not fit.
    pub fn check(&self) -> Result<(), BadPolicy> {
        let l = &self.licensing;
        let people = i64::try_from(l.members.len()).unwrap_or(i64::MAX);
        if !(1..=20).contains(&l.need) || people > 20 || people > 0 && l.need > people {
            return Err(BadPolicy::Need);
        }
        if !(1..=30).contains(&l.due_days) {
            return Err(BadPolicy::Days);
        }
        let Some(a) = &self.automatic else { return Ok(()) };
        let countries = a.countries.iter().all(|c| c.len() == 2 && c.bytes().all(|b| b.is_ascii_uppercase()));
        if !countries || a.countries.len() > 250 {
            return Err(BadPolicy::Country);
        }
        let amount = a.amount_up_to.as_ref().is_none_or(|c| c.money().is_ok_and(|m| m.minor >= 0));
        if amount && (0..=2_000).contains(&a.purpose_length) { Ok(()) } else { Err(BadPolicy::Amount) }
    }
    /// Everybody whom they name.
    pub(super) fn named(&self) -> impl Iterator<Item = MemberId> + '_ {
        self.licensing.members.iter().copied().chain(self.licensing.escalate_to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::conditions::all_met;
    use crate::values::Currency;

    #[test]
    fn every_condition_counts() {
        let facts = RuleFacts {
            verified: true,
            country: "DE".to_owned(),
            purpose: "Bearing wear model".to_owned(),
            gross: Money::new(500, Currency::CNY),
            levels: vec![Level::General],
            licences: vec![LicenceClass::Standard],
            known_buyer: false,
            intended: Some(Leave::Conditional),
        };
        let rule = Automatic {
            verified_buyer: true,
            countries: vec!["CN".to_owned(), "DE".to_owned()],
            purpose_length: 10,
            amount_up_to: Some(Cap::of(Money::new(500, Currency::CNY))),
            general_only: true,
            licences: vec![LicenceClass::Standard],
            known_buyer: false,
            intended: Some(Leave::Conditional),
        };
        assert_eq!(rule.conditions(&facts).len(), 7);
        assert!(all_met(&rule.conditions(&facts)));
        let fails = |facts: RuleFacts| !all_met(&rule.conditions(&facts));
        assert!(fails(RuleFacts { verified: false, ..facts.clone() }));
        assert!(fails(RuleFacts { country: "NL".to_owned(), ..facts.clone() }));
        assert!(fails(RuleFacts { purpose: "Wear".to_owned(), ..facts.clone() }));
        assert!(fails(RuleFacts { gross: Money::new(501, Currency::CNY), ..facts.clone() }));
        assert!(fails(RuleFacts { levels: vec![Level::General, Level::Important], ..facts.clone() }));
        assert!(fails(RuleFacts { licences: vec![LicenceClass::Custom], ..facts.clone() }));
        assert!(fails(RuleFacts { intended: None, ..facts.clone() }));
        let strict = Automatic { intended: Some(Leave::Allowed), ..rule.clone() };
        assert!(!all_met(&strict.conditions(&facts)));
        assert!(all_met(&strict.conditions(&RuleFacts { intended: Some(Leave::Allowed), ..facts.clone() })));
        assert!(all_met(&Automatic::default().conditions(&facts)));
    }
}

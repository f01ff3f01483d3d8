//! Who decides in an organisation: the buyer's policy (which steps a request needs) and the seller's rules (when nobody
//! needs to look, else how many licensors). Editions are numbered and kept: a change touches no running request.

mod acts;
mod buyer;
mod drafts;
mod rows;
mod seller;

pub(in crate::market::parties) use acts::write_buyer;
pub use acts::{
    BadPolicy, PolicyError, buyer_editions, buyer_policy, put_buyer, put_seller, seller_editions, seller_rules,
};
pub use buyer::{BuyerPolicy, Limit, PolicyFacts, PolicyStep, When};
pub use drafts::{discard_draft, draft_of, set_draft};
pub use seller::{Automatic, Licensing, RuleFacts, SellerRules};

use crate::values::{BadMoney, Money, Timestamp, text_enum};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What kind of licence it is, as a policy tells them apart.
    LicenceClass {
        /// An open licence with an SPDX identifier.
        Open = "open",
        /// A commercial licence that ships with the exchange.
        Standard = "standard",
        /// A licence that the seller wrote.
        Custom = "custom",
    }
}
text_enum! {
    /// What the licences say to all that a buyer means to do, from good to bad, where it is good enough for a rule.
    Leave {
        /// All of it is allowed.
        Allowed = "allowed",
        /// All of it is allowed, some of it on conditions.
        Conditional = "conditional",
    }
}
text_enum! {
    /// What is done in a step.
    StepKind {
        /// Somebody approves.
        Approve = "approve",
        /// A signatory signs the agreement.
        Sign = "sign",
    }
}

/// An amount of money as a policy keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// Minor units.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
}
impl Cap {
    /// Keeps an amount.
    #[must_use]
    pub fn of(money: Money) -> Self {
        Self { amount_minor: money.minor, currency: money.currency.to_string() }
    }
    /// Gives the amount.
    ///
    /// # Errors
    /// [`BadMoney::Currency`] for a currency that is not traded here.
    pub fn money(&self) -> Result<Money, BadMoney> {
        Ok(Money::new(self.amount_minor, self.currency.parse()?))
    }
    /// Whether an amount is above this one. Another currency cannot be compared: then any amount is.
    #[must_use]
    pub fn is_below(&self, amount: Money) -> bool {
        if amount.currency.code() == self.currency { amount.minor > self.amount_minor } else { amount.minor > 0 }
    }
}

/// An edition of a policy or of rules.
#[derive(Debug, Clone)]
pub struct PolicyEdition<T> {
    /// Its number; 0 for what holds before anything was written.
    pub number: i64,
    /// What it says.
    pub body: T,
    /// Why it was made.
    pub note: String,
    /// Who made it.
    pub made_by: Option<String>,
    /// When.
    pub made_at: Option<Timestamp>,
}

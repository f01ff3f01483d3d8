//! The list behind every yes and no: conditions, each met or not, who can mend it and where.

use crate::values::{DatasetId, GrantId, PartyId, PurchaseId, ReviewId};

/// Where a condition can be mended; `urls` turns it into an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The page of an organisation.
    Party(PartyId),
    /// The members of an organisation.
    Members(PartyId),
    /// The page of a dataset, where it can be requested.
    Dataset(DatasetId),
    /// The questionnaire of a dataset.
    Grading(DatasetId),
    /// The page of a review.
    Review(ReviewId),
    /// The page of a request.
    Purchase(PurchaseId),
    /// The page of a grant.
    Grant(GrantId),
    /// The limits of a grant.
    Limits(GrantId),
    /// The renewal of a grant.
    Renewal(GrantId),
    /// The reader's own account.
    Account,
}

/// One condition of a decision. Its words are `condition-CODE` and, for who can mend it, `who-WHO`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The stable code.
    pub code: &'static str,
    /// Whether it is met.
    pub met: bool,
    /// Who can mend it: a role such as `operator`, `buyer-approver`, `licensor`, `requester`, `nobody`.
    pub who: &'static str,
    /// What the words are filled with: a date, an amount, a name.
    pub value: String,
    /// Where it can be mended.
    pub next: Option<Step>,
}

impl Condition {
    /// States a condition.
    #[must_use]
    pub const fn new(code: &'static str, met: bool, who: &'static str) -> Self {
        Self { code, met, who, value: String::new(), next: None }
    }
    /// Says with what the words are filled.
    #[must_use]
    pub fn about(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }
    /// Says where it can be mended.
    #[must_use]
    pub fn at(mut self, step: Step) -> Self {
        self.next = Some(step);
        self
    }
}

/// Tells whether every condition is met.
#[must_use]
pub fn all_met(conditions: &[Condition]) -> bool {
    conditions.iter().all(|c| c.met)
}

/// Why a permit was not given.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The asker may not know of the thing, or it does not exist.
    #[error("nothing there")]
    Hidden,
    /// Conditions are not met; the whole list.
    #[error("conditions are not met")]
    Unmet(Vec<Condition>),
    /// The page on which the decision was made is outdated.
    #[error("somebody was first")]
    Overtaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}

impl Refused {
    /// Refuses unless all conditions are met.
    ///
    /// # Errors
    /// [`Refused::Unmet`] with the whole list.
    pub fn unless_met(conditions: Vec<Condition>) -> Result<(), Self> {
        if all_met(&conditions) { Ok(()) } else { Err(Self::Unmet(conditions)) }
    }
}

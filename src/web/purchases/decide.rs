//! What is done with a submitted request, in forms and in the API alike: one act for each word.

use super::forms::DecisionTyped;
use super::{buy_problem, hand};
use crate::http::Visit;
use crate::http::problem::{Fault, Problem};
use crate::market::purchases::{self, MayDecide, MayWithdraw, Reason};
use crate::store::OnceKey;
use crate::values::PurchaseId;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Approve for one's side.
    Approve,
    /// Refuse with a reason.
    Refuse,
    /// Return for changes.
    GiveBack,
    /// Submit again after a return.
    Resubmit,
}

impl Act {
    /// The word that the page says when it is done.
    pub(super) const fn done(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Refuse => "refused",
            Self::GiveBack => "returned",
            Self::Resubmit => "submitted",
        }
    }
    /// Reads the words that go with it; only an approval needs none.
    ///
    /// # Errors
    /// The fault of the field.
    pub(super) fn words(self, typed: &DecisionTyped) -> Result<Reason, Vec<Fault>> {
        let words = typed.note(self != Self::Approve)?;
        let code = if self == Self::Refuse { typed.reason()? } else { String::new() };
        Ok(Reason { code, words })
    }
    /// Carries it out for the actor of the visit, on the revision that was seen.
    ///
    /// # Errors
    /// 403 with the conditions, 404, and 409 when somebody was first.
    pub(super) async fn carry_out(
        self,
        visit: &Visit,
        id: PurchaseId,
        revision: i64,
        reason: Reason,
        once: Option<OnceKey>,
    ) -> Result<(), Problem> {
        // Deciding is for people; a machine may submit again what it asked for.
        let doing = if self == Self::Resubmit { visit.as_actor()? } else { visit.as_person()? };
        let hand = hand(&visit.site);
        doing
            .write_once(once, move |tx, actor, now| {
                let words = &reason.words;
                let done = if self == Self::Resubmit {
                    let may = MayWithdraw::check(tx, actor, id)?;
                    purchases::resubmit(tx, may, revision, words, &hand, now)
                } else {
                    let may = MayDecide::check(tx, actor, id, revision, now)?;
                    match self {
                        Self::Approve | Self::Resubmit => purchases::approve(tx, may, words, &hand, now),
                        Self::Refuse => purchases::refuse(tx, may, &reason, now),
                        Self::GiveBack => purchases::give_back(tx, may, words, now),
                    }
                };
                done.map_err(buy_problem)
            })
            .await?;
        Ok(())
    }
}

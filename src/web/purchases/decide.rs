//! What is done with a submitted request, in forms and in the API alike: one act for each word.

use super::forms::DecisionTyped;
use super::{buy_problem, hand};
use crate::http::Visit;
use crate::http::problem::{Fault, Problem};
use crate::market::purchases::{self, MayDecide, MayNegotiate, MayWithdraw, Reason, State};
use crate::store::OnceKey;
use crate::values::{PurchaseId, Sha256};
use crate::web::accounts::acts::shown_again;

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

/// What goes with an act.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// Note, or reason with its words.
    pub reason: Reason,
    /// The password, where it is shown again.
    pub password: String,
    /// The hash of the agreement that was read.
    pub agreement: Option<Sha256>,
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
    pub(super) fn said(self, typed: &DecisionTyped) -> Result<Said, Vec<Fault>> {
        let words = typed.note(self != Self::Approve)?;
        let code = if self == Self::Refuse { typed.reason()? } else { String::new() };
        let agreement = typed.agreement()?;
        Ok(Said { reason: Reason { code, words }, password: typed.password.clone(), agreement })
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
        said: Said,
        once: Option<OnceKey>,
    ) -> Result<(), Problem> {
        let proof = shown_again(visit, &said.password).await?;
        // Deciding is for people; a machine may submit again what it asked for.
        let doing = if self == Self::Resubmit { visit.as_actor()? } else { visit.as_person()? };
        let hand = hand(&visit.site);
        doing
            .write_once(once, move |tx, actor, now| {
                let Said { reason, agreement, .. } = said;
                let words = &reason.words;
                let done = if self == Self::Resubmit {
                    let may = MayWithdraw::check(tx, actor, id)?;
                    purchases::resubmit(tx, may, revision, words, &hand, now)
                } else {
                    let (seen, _) = purchases::visible(tx, actor, id)?;
                    if self == Self::Refuse && matches!(seen.state, State::Negotiating { .. }) {
                        let may = MayNegotiate::check(tx, actor, id, revision, now)?;
                        return purchases::decline(tx, may, &reason, now).map_err(buy_problem);
                    }
                    let may =
                        MayDecide::check_proved(tx, actor, id, revision, proof.as_deref(), now)?.having_read(agreement);
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

//! What a seller sees of reviews: submitting a draft, its state, the reason of a return.

use super::edit::{Own, own};
use super::named;
use crate::http::problem::Problem;
use crate::http::{Answer, Form, Json, Path, Typed, Visit, answer, see_other};
use crate::market::conditions::Condition;
use crate::market::datasets::{self, Dataset, Reviewers, Version};
use crate::market::reviews::{self, Decision, MaySubmit, Review, ReviewError, State, Verdict};
use crate::routes;
use crate::store::OnceKey;
use crate::urls;
use crate::values::{Lang, Prose, ReviewId, VersionId};
use crate::web::accounts::forms::{fault, text_fault};
use crate::web::listing::Made;
use crate::web::sheet::{Block, Fields, FormView};
use crate::words;
use actix_web::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

routes! {
    post "/datasets/{party}/{slug}/versions/{version}/review" SignedIn => submit,
    post "/api/v1/datasets/{party}/{slug}/versions/{version}/review" Caller => submit_by_api,
}

/// What the seller tells the reviewers.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct SubmissionTyped {
    /// May stay empty.
    pub note: String,
}
impl Typed for SubmissionTyped {}

/// Turns a refused act on a review into a problem.
pub(in crate::web) fn review_problem(error: ReviewError) -> Problem {
    match error {
        ReviewError::Unchecked => Problem::invalid(vec![fault("checks", "fault-unchecked")]),
        ReviewError::NoReason => Problem::invalid(vec![fault("reasons", "fault-no-reason")]),
        ReviewError::Overtaken => Problem::conflict("overtaken"),
        ReviewError::Refused(refused) => refused.into(),
        ReviewError::Store(error) => error.into(),
    }
}

/// Whether a condition waits for a reviewer, and thus for no publisher.
pub(super) fn is_review(c: &Condition) -> bool {
    matches!(c.code, "moderator-approved" | "compliance-approved")
}

/// What the desk of a version needs to know of its reviews.
pub(super) struct Standing {
    /// Who must approve before it is published.
    pub needed: Reviewers,
    /// Its last review, with the decisions on it.
    pub last: Option<(Review, Vec<Decision>)>,
}

impl Standing {
    /// Reads the standing of a version.
    pub(super) async fn of(visit: &Visit, dataset: &Dataset, version: &Version) -> Result<Self, Problem> {
        let (dataset, version) = (dataset.clone(), version.id);
        visit
            .as_person()?
            .read(move |tx, actor, _| {
                let all = reviews::of_dataset(tx, actor, dataset.id)?;
                let last = match all.into_iter().find(|r| r.version_id == version) {
                    Some(review) => {
                        let decisions = reviews::decisions_of(tx, actor, review.id)?;
                        Some((review, decisions))
                    }
                    None => None,
                };
                Ok(Self { needed: datasets::reviewers(tx, &dataset)?, last })
            })
            .await
    }
    /// Whether the version is with the reviewers now.
    pub(super) fn held(&self) -> bool {
        self.last.as_ref().is_some_and(|(r, _)| r.state.desk().is_some())
    }
    /// What the seller is told: that it is being looked at, or why it came back.
    pub(super) fn blocks(&self, lang: Lang) -> Vec<Block> {
        let Some((review, decisions)) = &self.last else { return Vec::new() };
        let link = (words::say(lang, "see-review"), urls::review(review.id), "");
        let notice = match review.state {
            State::AwaitingModerator | State::AwaitingCompliance => {
                let state = words::say(lang, &words::key("review", review.state.as_str()));
                Block::Notice("warn", "clock", words::with(lang, "under-review", &[("state", &state)]))
            }
            State::Returned => {
                let reason = decisions.iter().find(|d| d.verdict == Verdict::Returned);
                let reason = reason.map(|d| lang.pick(&d.reason_zh, &d.reason_en)).unwrap_or_default();
                Block::Notice("bad", "return", words::with(lang, "review-returned-because", &[("reason", reason)]))
            }
            State::Withdrawn | State::Approved => return vec![Block::Links(vec![link])],
        };
        vec![notice, Block::Links(vec![link])]
    }
    /// The form that submits the version, where a reviewer is needed.
    pub(super) fn form(&self, lang: Lang, own: &Own, version: &Version) -> Option<FormView> {
        self.needed.any().then(|| FormView {
            heading: words::say(lang, "submit-for-review"),
            lead: words::say(
                lang,
                match (self.needed.moderator, self.needed.compliance) {
                    (true, true) => "submit-lead-both",
                    (false, true) => "submit-lead-compliance",
                    (true, false) | (false, false) => "submit-lead-moderator",
                },
            ),
            action: urls::version(&own.party.slug, &own.dataset.slug, version.id, "review"),
            fields: Fields::new(lang, &[]).keyed("note", "submission_note", "area", "", "").done(),
            button: words::say(lang, "submit-for-review"),
            class: "primary",
            ..FormView::default()
        })
    }
}

async fn act(
    visit: &Visit,
    (party, slug, version): (String, String, VersionId),
    note: &str,
    once: Option<OnceKey>,
) -> Result<ReviewId, Problem> {
    let note = Prose::optional(note).map_err(|bad| Problem::invalid(vec![text_fault("note", bad)]))?;
    visit
        .as_actor()?
        .write_once(once, move |tx, actor, now| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            datasets::version(tx, version)?.filter(|v| v.dataset_id == dataset.id).ok_or_else(Problem::not_found)?;
            let may = MaySubmit::check(tx, actor, version)?;
            reviews::submit(tx, may, &note, now).map_err(review_problem)
        })
        .await
}

async fn submit(visit: Visit, Path(at): Path<(String, String, VersionId)>, form: Form<SubmissionTyped>) -> Answer {
    own(&visit, &at.0, &at.1).await?;
    let id = act(&visit, at, &form.typed.note, form.once).await?;
    Ok(see_other(format!("{}?done=review-submitted", urls::review(id))))
}

/// Submits a draft for review, where the rules of the exchange ask for one; it cannot be changed until it is decided
/// or taken back.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/review", tag = "reviews", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), request_body = SubmissionTyped, responses((status = 201, body = Made), (status = 403), (status = 409)))]
pub(crate) async fn submit_by_api(
    visit: Visit,
    Path(at): Path<(String, String, VersionId)>,
    body: Json<SubmissionTyped>,
) -> Answer {
    let id = act(&visit, at, &body.value.note, body.once).await?;
    answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })
}

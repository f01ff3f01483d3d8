//! Small pages that act on a grant: ending it, suspending and resuming it, saying that it is not to be renewed.

use super::forms::{EndTyped, NOTICES, WishTyped};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Json, Path, Visit, answer, see_other};
use crate::market::conditions::{Condition, all_met};
use crate::market::grants::{self, Grant, MayFlag, MaySuspend, MayTerminate};
use crate::routes;
use crate::urls;
use crate::values::{GrantId, Line};
use crate::web::datasets::api::{ReasonIn, reason};
use crate::web::datasets::forms::ReasonTyped;
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Fields, FormView, Sheet, conditions};
use crate::words;
use serde::Deserialize;
use utoipa::ToSchema;

routes! {
    get "/grants/{id}/termination" SignedIn => termination_page,
    post "/grants/{id}/termination" SignedIn => terminate,
    get "/grants/{id}/suspension" SignedIn => suspension_page,
    post "/grants/{id}/suspension" SignedIn => suspend,
    post "/grants/{id}/resumption" SignedIn => resume,
    post "/grants/{id}/renewal-wish" SignedIn => wish,
    post "/api/v1/grants/{id}/termination" SignedIn => terminate_by_api,
    post "/api/v1/grants/{id}/suspension" SignedIn => suspend_by_api,
    post "/api/v1/grants/{id}/resumption" SignedIn => resume_by_api,
    put "/api/v1/grants/{id}/renewal-wish" SignedIn => wish_by_api,
}

/// Begins a page about a grant.
pub(super) fn sheet(visit: &Visit, grant: &Grant, title: &str, faults: &[Fault]) -> Sheet {
    let lang = visit.lang();
    Sheet::new(Frame::of(visit, words::say(lang, title)))
        .crumb(words::say(lang, "nav-grants"), urls::GRANTS)
        .crumb(grant.number.clone(), urls::grant(grant.id))
        .crumb(words::say(lang, title), "")
        .mark(super::mark(lang, grant, visit.now()))
        .faulty(faults)
}

/// A page whose form stands there only when every condition is met; else it says why not.
pub(super) fn act_page(visit: &Visit, sheet: Sheet, list: &[Condition], form: FormView) -> Answer {
    if all_met(list) {
        return sheet.put(Block::Form(form)).answer();
    }
    let lang = visit.lang();
    sheet.put(Block::Heading(words::say(lang, "why-not"))).put(Block::Conditions(conditions(lang, list))).answer()
}

async fn end_sheet(visit: &Visit, id: GrantId, typed: &EndTyped, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let (grant, side) = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let (grant, _) = grants::visible(tx, actor, id)?;
            let side = grants::side_that_ends(tx, actor, &grant)?;
            Ok((grant, side))
        })
        .await?;
    let open = grants::standing(&grant, visit.now()).is_open();
    let list =
        [Condition::new("role-to-end", side.is_some(), "owner"), Condition::new("grant-not-ended", open, "requester")];
    let periods = NOTICES.iter().map(|d| {
        let words = if *d == 0 {
            words::say(lang, "at-once")
        } else {
            words::with(lang, "in-days", &[("days", &d.to_string())])
        };
        (d.to_string(), words, String::new())
    });
    let fields = Fields::new(lang, faults)
        .keyed("reason", "end_reason", "text", &typed.reason, "")
        .field("notice_days", "select", if typed.notice_days.is_empty() { "0" } else { &typed.notice_days })
        .half()
        .choices(periods)
        .done();
    let form = FormView {
        action: urls::grant_part(id, "termination"),
        fields,
        button: words::say(lang, "end-grant"),
        class: "danger",
        other: Some((words::say(lang, "back"), urls::grant(id))),
        ..FormView::default()
    };
    act_page(visit, sheet(visit, &grant, "end-grant", faults).lead(words::say(lang, "end-grant-lead")), &list, form)
}

async fn termination_page(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    end_sheet(&visit, id, &EndTyped::default(), &[]).await
}

async fn terminate(visit: Visit, Path(id): Path<GrantId>, form: Form<EndTyped>) -> Answer {
    let (reason, at) = match form.typed.parse(visit.now()) {
        Ok(values) => values,
        Err(faults) => return end_sheet(&visit, id, &form.typed, &faults).await,
    };
    end(&visit, id, reason, at).await?;
    Ok(see_other(format!("{}?done=ended", urls::grant(id))))
}

async fn end(visit: &Visit, id: GrantId, reason: Line, at: Option<crate::values::Timestamp>) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayTerminate::check(tx, actor, id)?;
            Ok(grants::terminate(tx, may, (&reason, at), now)?)
        })
        .await
}

async fn suspend_sheet(visit: &Visit, id: GrantId, typed: &ReasonTyped, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let (grant, list) = visit
        .as_person()?
        .read(move |tx, actor, now| {
            let (grant, _) = grants::visible(tx, actor, id)?;
            let list = grants::suspend_conditions(tx, actor, &grant, now)?;
            Ok((grant, list))
        })
        .await?;
    let rests = grant.state.suspension().is_some();
    let (title, lead, part, class) = if rests {
        ("resume-grant", "resume-grant-lead", "resumption", "primary")
    } else {
        ("suspend-grant", "suspend-grant-lead", "suspension", "danger")
    };
    let form = FormView {
        action: urls::grant_part(id, part),
        fields: Fields::new(lang, faults).keyed("reason", "end_reason", "text", &typed.reason, "").done(),
        button: words::say(lang, title),
        class,
        other: Some((words::say(lang, "back"), urls::grant(id))),
        ..FormView::default()
    };
    act_page(visit, sheet(visit, &grant, title, faults).lead(words::say(lang, lead)), &list, form)
}

async fn suspension_page(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    suspend_sheet(&visit, id, &ReasonTyped::default(), &[]).await
}

/// Suspends (`true`) or resumes a grant.
async fn rest(visit: &Visit, id: GrantId, reason: Line, rests: bool) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MaySuspend::check(tx, actor, id, now)?;
            if rests {
                grants::suspend(tx, may, &reason, now)?;
            } else {
                grants::resume(tx, may, &reason, now)?;
            }
            Ok(())
        })
        .await
}

async fn suspend(visit: Visit, Path(id): Path<GrantId>, form: Form<ReasonTyped>) -> Answer {
    match form.typed.parse() {
        Ok(reason) => rest(&visit, id, reason, true).await?,
        Err(faults) => return suspend_sheet(&visit, id, &form.typed, &faults).await,
    }
    Ok(see_other(format!("{}?done=suspended", urls::grant(id))))
}

async fn resume(visit: Visit, Path(id): Path<GrantId>, form: Form<ReasonTyped>) -> Answer {
    match form.typed.parse() {
        Ok(reason) => rest(&visit, id, reason, false).await?,
        Err(faults) => return suspend_sheet(&visit, id, &form.typed, &faults).await,
    }
    Ok(see_other(format!("{}?done=resumed", urls::grant(id))))
}

async fn flag(visit: &Visit, id: GrantId, unwanted: bool) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayFlag::check(tx, actor, id)?;
            Ok(grants::flag_renewal(tx, may, unwanted, now)?)
        })
        .await
}

async fn wish(visit: Visit, Path(id): Path<GrantId>, form: Form<WishTyped>) -> Answer {
    flag(&visit, id, form.typed.unwanted == "yes").await?;
    Ok(see_other(format!("{}?done=saved", urls::grant(id))))
}

/// The end of a grant: at once, after so many days, or at an instant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndIn {
    /// The reason, one line.
    pub reason: String,
    /// The notice period in days.
    #[serde(default)]
    pub notice_days: Option<i64>,
    /// The instant instead (RFC 3339, any offset).
    #[serde(default)]
    pub ends_at: Option<String>,
}

/// Ends a grant with a reason, at once or after a notice period.
#[utoipa::path(post, path = "/api/v1/grants/{id}/termination", tag = "grants", params(("id" = String, Path)), request_body = EndIn, responses((status = 204), (status = 403), (status = 409), (status = 422)))]
pub(crate) async fn terminate_by_api(visit: Visit, Path(id): Path<GrantId>, body: Json<EndIn>) -> Answer {
    let EndIn { reason, notice_days, ends_at } = body.value;
    let notice_days = notice_days.map(|d| d.to_string()).unwrap_or_default();
    let typed = EndTyped { reason, notice_days, ends_at: ends_at.unwrap_or_default() };
    let (reason, at) = typed.parse(visit.now()).map_err(Problem::invalid)?;
    end(&visit, id, reason, at).await?;
    Ok(answer::no_content())
}

/// Suspends a grant with a reason: its tokens open nothing from the next request on. For the seller's licensors and owners.
#[utoipa::path(post, path = "/api/v1/grants/{id}/suspension", tag = "grants", params(("id" = String, Path)), request_body = ReasonIn, responses((status = 204), (status = 403), (status = 409)))]
pub(crate) async fn suspend_by_api(visit: Visit, Path(id): Path<GrantId>, body: Json<ReasonIn>) -> Answer {
    rest(&visit, id, reason(&body.value.reason)?, true).await?;
    Ok(answer::no_content())
}

/// Resumes a suspended grant with a reason.
#[utoipa::path(post, path = "/api/v1/grants/{id}/resumption", tag = "grants", params(("id" = String, Path)), request_body = ReasonIn, responses((status = 204), (status = 403), (status = 409)))]
pub(crate) async fn resume_by_api(visit: Visit, Path(id): Path<GrantId>, body: Json<ReasonIn>) -> Answer {
    rest(&visit, id, reason(&body.value.reason)?, false).await?;
    Ok(answer::no_content())
}

/// Whether a grant is to be renewed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WishIn {
    /// True when it is not to be renewed: reminders then come on its last day only.
    pub unwanted: bool,
}

/// Says whether a grant is to be renewed. For the holder's owners, requesters and approvers.
#[utoipa::path(put, path = "/api/v1/grants/{id}/renewal-wish", tag = "grants", params(("id" = String, Path)), request_body = WishIn, responses((status = 204), (status = 403), (status = 409)))]
pub(crate) async fn wish_by_api(visit: Visit, Path(id): Path<GrantId>, body: Json<WishIn>) -> Answer {
    flag(&visit, id, body.value.unwanted).await?;
    Ok(answer::no_content())
}

//! The staff of the exchange: who holds which office, given and taken by the operator.

use super::frame;
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Json, Path, Typed, Visit, answer, see_other};
use crate::market::accounts::{self, Holder, MayOperate, Office, StaffError};
use crate::routes;
use crate::urls;
use crate::values::{Email, MemberId};
use crate::web::accounts::forms::{Faults, fault};
use crate::web::listing::{Items, Made};
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Mark, Sheet, Table};
use crate::words;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/operator/staff" Operator => page,
    post "/operator/staff" Operator => appoint,
    post "/operator/staff/{member}/removal" Operator => dismiss,
    get "/api/v1/operator/staff" Operator => list,
    post "/api/v1/operator/staff" Operator => appoint_by_api,
    delete "/api/v1/operator/staff/{member}/{office}" Operator => dismiss_by_api,
}

/// Whom to give which office.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct OfficeTyped {
    /// The address of an account without an office.
    pub email: String,
    /// operator, moderator, compliance or site_auditor.
    pub office: String,
}
impl Typed for OfficeTyped {}
impl OfficeTyped {
    fn parse(&self) -> Result<(Email, Office), Vec<Fault>> {
        let mut faults = Faults::default();
        let email = faults.or("email", Email::parse(&self.email).ok(), "fault-email");
        let office = faults.or("office", Office::parse(&self.office), "fault-choice");
        email.zip(office).ok_or(faults.0)
    }
}

/// Which office is taken.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TakenTyped {
    office: String,
}
impl Typed for TakenTyped {}

/// A person with an office.
#[derive(Debug, Serialize, ToSchema)]
pub struct HolderOut {
    member: String,
    name: String,
    email: String,
    office: String,
    disabled: bool,
}

fn problem(error: StaffError) -> Problem {
    match error {
        StaffError::Nobody => Problem::invalid(vec![fault("email", "fault-no-account")]),
        StaffError::Holds => Problem::invalid(vec![fault("email", "fault-has-office")]),
        StaffError::LastOperator => Problem::conflict("last-operator"),
        StaffError::Overtaken => Problem::conflict("overtaken"),
        StaffError::Store(error) => error.into(),
    }
}

/// The words of an office.
fn office_word(visit: &Visit, office: Office) -> String {
    words::say(visit.lang(), &words::key("office", office.as_str()))
}

/// The table of who holds which office; with buttons for the operator.
fn table(visit: &Visit, list: &[Holder], runs: bool) -> Table {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let row = |h: &Holder| {
        let state = if h.disabled {
            Mark { class: "plain", icon: "ban", text: say("staff-disabled") }
        } else {
            Mark { class: "ok", icon: "check", text: say("state-active") }
        };
        let take = Button {
            action: format!("{}/staff/{}/removal", urls::OPERATOR, h.member),
            text: say("take-office"),
            class: "danger",
            hidden: vec![("office", h.office.to_string())],
        };
        let mut cells = vec![
            Cell::text(h.name.clone()).with_small(h.email.clone()),
            Cell::text(office_word(visit, h.office)),
            Cell::mark(state),
        ];
        if runs {
            cells.push(Cell::buttons(vec![take]));
        }
        cells
    };
    let mut heads = ["head-name", "head-office", "head-state"].map(|k| (say(k), false)).to_vec();
    if runs {
        heads.push((say("head-action"), false));
    }
    Table {
        label: say("nav-staff"),
        heads,
        rows: list.iter().map(row).collect(),
        empty: (say("staff-empty"), say("staff-empty-text"), None),
        next: None,
    }
}

async fn sheet(visit: &Visit, typed: &OfficeTyped, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let list = visit.as_person()?.read(|tx, actor, _| Ok(accounts::staff(tx, actor)?)).await?;
    let runs = visit.person()?.office() == Some(Office::Operator);
    let offices = Office::ALL
        .iter()
        .map(|o| (o.to_string(), office_word(visit, *o), say(&format!("{}-text", words::key("office", o.as_str())))));
    let fields = Fields::new(lang, faults)
        .field("email", "email", &typed.email)
        .field("office", "radio", &typed.office)
        .choices(offices)
        .done();
    let form = FormView {
        heading: say("give-office"),
        lead: say("give-office-lead"),
        action: format!("{}/staff", urls::OPERATOR),
        fields,
        button: say("give-office"),
        class: "primary",
        ..FormView::default()
    };
    Sheet::new(frame(visit, "nav-staff"))
        .lead(say("staff-lead"))
        .faulty(faults)
        .put(Block::Table(table(visit, &list, runs)))
        .put_if(runs.then_some(Block::Form(form)))
        .answer()
}

async fn page(visit: Visit) -> Answer {
    sheet(&visit, &OfficeTyped::default(), &[]).await
}

async fn give(visit: &Visit, email: Email, office: Office) -> Result<MemberId, Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayOperate::check(tx, actor)?;
            accounts::appoint(tx, may, &email, office, now).map_err(problem)
        })
        .await
}

async fn take(visit: &Visit, member: MemberId, office: Office) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayOperate::check(tx, actor)?;
            accounts::dismiss(tx, may, member, office, now).map_err(problem)
        })
        .await
}

async fn appoint(visit: Visit, form: Form<OfficeTyped>) -> Answer {
    let (email, office) = match form.typed.parse() {
        Ok(values) => values,
        Err(faults) => return sheet(&visit, &form.typed, &faults).await,
    };
    match give(&visit, email, office).await {
        Ok(_) => Ok(see_other(format!("{}/staff?done=office-given", urls::OPERATOR))),
        Err(problem) if !problem.faults.is_empty() => sheet(&visit, &form.typed, &problem.faults).await,
        Err(problem) => Err(problem),
    }
}

async fn dismiss(visit: Visit, Path(member): Path<MemberId>, form: Form<TakenTyped>) -> Answer {
    let office = Office::parse(&form.typed.office).ok_or_else(|| Problem::bad_request("form"))?;
    take(&visit, member, office).await?;
    Ok(see_other(format!("{}/staff?done=office-taken", urls::OPERATOR)))
}

/// Everybody with an office, for the operator and the site auditor.
#[utoipa::path(get, path = "/api/v1/operator/staff", tag = "operator", responses((status = 200, body = Items<HolderOut>)))]
pub(crate) async fn list(visit: Visit) -> Answer {
    let list = visit.as_person()?.read(|tx, actor, _| Ok(accounts::staff(tx, actor)?)).await?;
    let out = |h: Holder| HolderOut {
        member: h.member.to_string(),
        name: h.name,
        email: h.email,
        office: h.office.to_string(),
        disabled: h.disabled,
    };
    answer::json(&Items::all(list.into_iter().map(out).collect()))
}

/// Gives an office to an account that has none.
#[utoipa::path(post, path = "/api/v1/operator/staff", tag = "operator", request_body = OfficeTyped, responses((status = 201, body = Made), (status = 422)))]
pub(crate) async fn appoint_by_api(visit: Visit, body: Json<OfficeTyped>) -> Answer {
    let (email, office) = body.value.parse().map_err(Problem::invalid)?;
    let id = give(&visit, email, office).await?;
    answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })
}

/// Takes an office; never the last operator's.
#[utoipa::path(delete, path = "/api/v1/operator/staff/{member}/{office}", tag = "operator", params(("member" = String, Path), ("office" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn dismiss_by_api(visit: Visit, Path((member, office)): Path<(MemberId, String)>) -> Answer {
    let office = Office::parse(&office).ok_or_else(Problem::not_found)?;
    take(&visit, member, office).await?;
    Ok(answer::no_content())
}

//! Who stands in for whom: a page for every member, an owner may name a delegate for somebody else.

use super::api::named;
use super::frame;
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Json, Path, Typed, Visit, answer, see_other};
use crate::market::parties::delegations::{self, Delegation, DelegationError, MayDelegate};
use crate::market::parties::{self, MemberView, Party, Role, Roles};
use crate::routes;
use crate::urls;
use crate::values::{DelegationId, MemberId, Timestamp};
use crate::web::accounts::forms::{Faults, Nothing, fault};
use crate::web::listing::{Items, Made};
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Sheet, Table};
use crate::words;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/organisations/{slug}/delegates" SignedIn => page,
    post "/organisations/{slug}/delegates" SignedIn => name,
    post "/organisations/{slug}/delegates/{id}/end" SignedIn => end,
    get "/api/v1/organisations/{slug}/delegates" SignedIn => list,
    post "/api/v1/organisations/{slug}/delegates" SignedIn => name_by_api,
    delete "/api/v1/organisations/{slug}/delegates/{id}" SignedIn => end_by_api,
}

/// An absence as typed.
#[derive(Debug, Default, Clone, Deserialize, ToSchema)]
#[serde(default)]
pub struct AbsenceTyped {
    /// Who is away; yourself when empty.
    pub member: String,
    /// Who stands in.
    pub delegate: String,
    /// The first day, 2026-12-01.
    pub from: String,
    /// The last day, 2026-12-07.
    pub until: String,
}
impl Typed for AbsenceTyped {}

type Absence = (Option<MemberId>, MemberId, (Timestamp, Timestamp));

impl AbsenceTyped {
    fn parse(&self) -> Result<Absence, Vec<Fault>> {
        let mut faults = Faults::default();
        let member = if self.member.is_empty() {
            Some(None)
        } else {
            faults.or("member", self.member.parse().ok(), "fault-choice").map(Some)
        };
        let delegate = faults.or("delegate", self.delegate.parse().ok(), "fault-choice");
        let from = faults.or("from", Timestamp::of_date(&self.from), "fault-day");
        // The last day is over when the next one begins.
        let until = faults.or("until", Timestamp::of_date(&self.until).map(|d| d.plus_days(1)), "fault-day");
        match (member, delegate, from, until) {
            (Some(member), Some(delegate), Some(from), Some(until)) => Ok((member, delegate, (from, until))),
            _ => Err(faults.0),
        }
    }
}

fn absence_problem(error: DelegationError) -> Problem {
    match error {
        DelegationError::NoDelegate => Problem::invalid(vec![fault("delegate", "fault-delegate")]),
        DelegationError::Dates => Problem::invalid(vec![fault("until", "fault-absence")]),
        DelegationError::TooMany => Problem::conflict("too-many"),
        DelegationError::NotOpen => Problem::conflict("overtaken"),
        DelegationError::Store(error) => error.into(),
    }
}

struct Loaded {
    party: Party,
    roles: Roles,
    me: Option<MemberId>,
    members: Vec<MemberView>,
    absences: Vec<Delegation>,
}

async fn load(visit: &Visit, slug: String) -> Result<Loaded, Problem> {
    visit
        .as_person()?
        .read(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let members = parties::members_of(tx, actor, party.id)?;
            let roles = parties::roles_of(tx, actor, party.id)?;
            let absences = delegations::delegations_of(tx, actor, party.id, now)?;
            Ok(Loaded { me: actor.member(), party, roles, members, absences })
        })
        .await
}

fn table(visit: &Visit, x: &Loaded) -> Table {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let row = |d: &Delegation| {
        let mine = x.roles.has(Role::Owner) || Some(d.member_id) == x.me;
        let action = urls::organisation_part(&x.party.slug, &format!("delegates/{}/end", d.id));
        let end = Button { action, text: say("end-delegation"), class: "danger", hidden: Vec::new() };
        vec![
            Cell::text(d.member_name.clone()),
            Cell::text(d.delegate_name.clone()),
            Cell::text(words::date(lang, d.starts_at)),
            Cell::text(words::date(lang, d.ends_at.plus_seconds(-1))),
            if mine { Cell::buttons(vec![end]) } else { Cell::text("–") },
        ]
    };
    let heads = ["head-away", "head-delegate", "head-from", "head-until", "head-action"];
    Table {
        label: say("delegates"),
        heads: heads.map(|k| (say(k), false)).to_vec(),
        rows: x.absences.iter().map(row).collect(),
        empty: (say("delegates-empty"), say("delegates-empty-text"), None),
        next: None,
    }
}

fn sheet(visit: &Visit, x: &Loaded, typed: &AbsenceTyped, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let people = || x.members.iter().map(|m| (m.member_id.to_string(), m.name.clone(), String::new()));
    let mut fields = Fields::new(lang, faults);
    if x.roles.has(Role::Owner) {
        let me = x.me.map(|m| m.to_string()).unwrap_or_default();
        let chosen = if typed.member.is_empty() { &me } else { &typed.member };
        fields = fields.keyed("member", "away_member", "select", chosen, "").choices(people());
    }
    let fields =
        fields
            .keyed("delegate", "delegate", "select", &typed.delegate, "")
            .choices(people().filter(|(id, ..)| {
                x.roles.has(Role::Owner) || Some(id.as_str()) != x.me.as_ref().map(MemberId::as_str)
            }))
            .keyed("from", "away_from", "date", &typed.from, "")
            .half()
            .keyed("until", "away_until", "date", &typed.until, "")
            .half()
            .done();
    let form = FormView {
        heading: words::say(lang, "name-delegate"),
        action: urls::organisation_part(&x.party.slug, "delegates"),
        fields,
        button: words::say(lang, "name-delegate"),
        class: "primary",
        ..FormView::default()
    };
    Sheet::new(frame(visit, &x.party, &x.roles, "delegates"))
        .lead(words::say(lang, "delegates-lead"))
        .faulty(faults)
        .put(Block::Table(table(visit, x)))
        .put(Block::Form(form))
        .answer()
}

async fn page(visit: Visit, Path(slug): Path<String>) -> Answer {
    let x = load(&visit, slug).await?;
    let today = visit.now().civil("%Y-%m-%d");
    sheet(&visit, &x, &AbsenceTyped { from: today, ..AbsenceTyped::default() }, &[])
}

async fn keep(visit: &Visit, slug: String, absence: Absence) -> Result<DelegationId, Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let (member, delegate, period) = absence;
            let member = member.or(actor.member()).ok_or_else(Problem::not_found)?;
            let may = MayDelegate::check(tx, actor, party.id, member)?;
            delegations::delegate(tx, may, delegate, period, now).map_err(absence_problem)
        })
        .await
}

async fn name(visit: Visit, Path(slug): Path<String>, form: Form<AbsenceTyped>) -> Answer {
    let home = urls::organisation_part(&slug, "delegates");
    let kept = match form.typed.parse() {
        Ok(absence) => keep(&visit, slug.clone(), absence).await.map_err(Problem::into_faults),
        Err(faults) => Err(Ok(faults)),
    };
    match kept {
        Ok(_) => Ok(see_other(format!("{home}?done=saved"))),
        Err(faults) => {
            let faults = faults?;
            let x = load(&visit, slug).await?;
            sheet(&visit, &x, &form.typed, &faults)
        }
    }
}

async fn stop(visit: &Visit, slug: String, id: DelegationId) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let found = delegations::find_delegation(tx, party.id, id)?.ok_or_else(Problem::not_found)?;
            let may = MayDelegate::check(tx, actor, party.id, found.member_id)?;
            delegations::end_delegation(tx, may, id, now).map_err(absence_problem)
        })
        .await
}

async fn end(visit: Visit, Path((slug, id)): Path<(String, DelegationId)>, _form: Form<Nothing>) -> Answer {
    let home = urls::organisation_part(&slug, "delegates");
    stop(&visit, slug, id).await?;
    Ok(see_other(format!("{home}?done=saved")))
}

/// Somebody stands in for somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct DelegationOut {
    id: String,
    member: String,
    member_name: String,
    delegate: String,
    delegate_name: String,
    starts_at: String,
    ends_at: String,
}

/// Who stands in for whom, now and later.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/delegates", tag = "organisations", params(("slug" = String, Path)), responses((status = 200, body = Items<DelegationOut>)))]
pub(crate) async fn list(visit: Visit, Path(slug): Path<String>) -> Answer {
    let x = load(&visit, slug).await?;
    let out = |d: &Delegation| DelegationOut {
        id: d.id.to_string(),
        member: d.member_id.to_string(),
        member_name: d.member_name.clone(),
        delegate: d.delegate_id.to_string(),
        delegate_name: d.delegate_name.clone(),
        starts_at: d.starts_at.rfc3339(),
        ends_at: d.ends_at.rfc3339(),
    };
    answer::json(&Items::all(x.absences.iter().map(out).collect()))
}

/// Names a delegate for a period; an owner may do so for somebody else.
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/delegates", tag = "organisations", params(("slug" = String, Path)), request_body = AbsenceTyped, responses((status = 201, body = Made), (status = 404), (status = 422)))]
pub(crate) async fn name_by_api(visit: Visit, Path(slug): Path<String>, body: Json<AbsenceTyped>) -> Answer {
    let absence = body.value.parse().map_err(Problem::invalid)?;
    let id = keep(&visit, slug, absence).await?;
    answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })
}

/// Ends a delegation before its time.
#[utoipa::path(delete, path = "/api/v1/organisations/{slug}/delegates/{id}", tag = "organisations", params(("slug" = String, Path), ("id" = String, Path)), responses((status = 204), (status = 404)))]
pub(crate) async fn end_by_api(visit: Visit, Path((slug, id)): Path<(String, DelegationId)>) -> Answer {
    stop(&visit, slug, id).await?;
    Ok(answer::no_content())
}

//! Reasons of an organisation's own for refusing a request: kept by owners, read by every member.

use super::api::named;
use super::{frame, owner};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Json, Path, Typed, Visit, answer, see_other};
use crate::market::parties::refusals::{self, OwnReason, ReasonError};
use crate::market::parties::{MayManage, Party};
use crate::market::purchases::REASONS;
use crate::routes;
use crate::urls;
use crate::values::ReasonId;
use crate::web::accounts::forms::{Nothing, fault};
use crate::web::listing::{Items, Made};
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Sheet, Table};
use crate::words;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/organisations/{slug}/refusal-reasons" SignedIn => page,
    post "/organisations/{slug}/refusal-reasons" SignedIn => add,
    post "/organisations/{slug}/refusal-reasons/{id}/removal" SignedIn => retire,
    get "/api/v1/organisations/{slug}/refusal-reasons" SignedIn => list,
    post "/api/v1/organisations/{slug}/refusal-reasons" SignedIn => add_by_api,
    delete "/api/v1/organisations/{slug}/refusal-reasons/{id}" SignedIn => retire_by_api,
}

/// A reason as typed: a name in one language is enough.
#[derive(Debug, Default, Clone, Deserialize, ToSchema)]
#[serde(default)]
pub struct ReasonTyped {
    /// In Chinese, at most 100 characters.
    pub name_zh: String,
    /// In English, at most 100 characters.
    pub name_en: String,
}
impl Typed for ReasonTyped {}

fn reason_problem(error: ReasonError) -> Problem {
    match error {
        ReasonError::Name => Problem::invalid(vec![fault("name_en", "fault-one-language")]),
        ReasonError::Taken => Problem::invalid(vec![fault("name_en", "fault-reason-taken")]),
        ReasonError::TooMany => Problem::conflict("too-many"),
        ReasonError::Overtaken => Problem::conflict("overtaken"),
        ReasonError::Store(error) => error.into(),
    }
}

async fn load(visit: &Visit, slug: String) -> Result<(Party, Vec<OwnReason>), Problem> {
    visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            MayManage::check(tx, actor, party.id)?;
            let list = refusals::reasons_of(tx, actor, party.id)?;
            Ok((party, list))
        })
        .await
}

fn table(visit: &Visit, party: &Party, list: &[OwnReason]) -> Table {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let own = |r: &OwnReason| {
        let action = urls::organisation_part(&party.slug, &format!("refusal-reasons/{}/removal", r.id));
        let button = Button { action, text: say("retire-reason"), class: "danger", hidden: Vec::new() };
        let other = lang.pick(&r.name_en, &r.name_zh);
        let small = if other == r.name(lang) { String::new() } else { other.to_owned() };
        vec![Cell::text(r.name(lang)).with_small(small), Cell::text(say("reason-own")), Cell::buttons(vec![button])]
    };
    let shipped = |code: &&str| {
        vec![Cell::text(say(&format!("reason-{code}"))), Cell::text(say("reason-shipped")), Cell::text("–")]
    };
    let heads = ["field-refusal-reason", "head-origin", "head-action"];
    Table {
        label: say("refusal-reasons"),
        heads: heads.map(|k| (say(k), false)).to_vec(),
        rows: list.iter().map(own).chain(REASONS.iter().map(shipped)).collect(),
        ..Table::default()
    }
}

async fn sheet(visit: &Visit, slug: String, typed: &ReasonTyped, faults: &[Fault]) -> Answer {
    let (party, list) = load(visit, slug).await?;
    let lang = visit.lang();
    let fields = Fields::new(lang, faults)
        .keyed("name_zh", "reason_zh", "text", &typed.name_zh, "")
        .half()
        .keyed("name_en", "reason_en", "text", &typed.name_en, "")
        .half()
        .done();
    let form = FormView {
        heading: words::say(lang, "add-reason"),
        action: urls::organisation_part(&party.slug, "refusal-reasons"),
        fields,
        button: words::say(lang, "add-reason"),
        class: "primary",
        ..FormView::default()
    };
    Sheet::new(frame(visit, &party, &owner(), "refusal-reasons"))
        .lead(words::say(lang, "refusal-reasons-lead"))
        .faulty(faults)
        .put(Block::Table(table(visit, &party, &list)))
        .put(Block::Form(form))
        .answer()
}

async fn page(visit: Visit, Path(slug): Path<String>) -> Answer {
    sheet(&visit, slug, &ReasonTyped::default(), &[]).await
}

async fn keep(visit: &Visit, slug: String, typed: ReasonTyped) -> Result<ReasonId, Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            refusals::add(tx, may, (&typed.name_zh, &typed.name_en), now).map_err(reason_problem)
        })
        .await
}

async fn add(visit: Visit, Path(slug): Path<String>, form: Form<ReasonTyped>) -> Answer {
    match keep(&visit, slug.clone(), form.typed.clone()).await.map_err(Problem::into_faults) {
        Ok(_) => Ok(see_other(format!("{}?done=saved", urls::organisation_part(&slug, "refusal-reasons")))),
        Err(faults) => sheet(&visit, slug, &form.typed, &faults?).await,
    }
}

async fn end(visit: &Visit, slug: String, id: ReasonId) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            refusals::retire(tx, may, id, now).map_err(reason_problem)
        })
        .await
}

async fn retire(visit: Visit, Path((slug, id)): Path<(String, ReasonId)>, _form: Form<Nothing>) -> Answer {
    let home = urls::organisation_part(&slug, "refusal-reasons");
    end(&visit, slug, id).await?;
    Ok(see_other(format!("{home}?done=saved")))
}

/// A reason of an organisation's own; its `id` is what a refusal names as `reason`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonOut {
    id: String,
    name_zh: String,
    name_en: String,
}

/// The organisation's own reasons for refusing a request, beside those that ship with the exchange (members).
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/refusal-reasons", tag = "organisations", params(("slug" = String, Path)), responses((status = 200, body = Items<ReasonOut>), (status = 404)))]
pub(crate) async fn list(visit: Visit, Path(slug): Path<String>) -> Answer {
    let list = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            Ok(refusals::reasons_of(tx, actor, party.id)?)
        })
        .await?;
    let out = |r: OwnReason| ReasonOut { id: r.id.to_string(), name_zh: r.name_zh, name_en: r.name_en };
    answer::json(&Items::all(list.into_iter().map(out).collect()))
}

/// Adds a reason (owner).
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/refusal-reasons", tag = "organisations", params(("slug" = String, Path)), request_body = ReasonTyped, responses((status = 201, body = Made), (status = 404), (status = 422)))]
pub(crate) async fn add_by_api(visit: Visit, Path(slug): Path<String>, body: Json<ReasonTyped>) -> Answer {
    let id = keep(&visit, slug, body.value).await?;
    answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })
}

/// Retires a reason: it is offered no more, and what was refused with it keeps its words (owner).
#[utoipa::path(delete, path = "/api/v1/organisations/{slug}/refusal-reasons/{id}", tag = "organisations", params(("slug" = String, Path), ("id" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn retire_by_api(visit: Visit, Path((slug, id)): Path<(String, ReasonId)>) -> Answer {
    end(&visit, slug, id).await?;
    Ok(answer::no_content())
}

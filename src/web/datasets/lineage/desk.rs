//! A publisher names what went into a draft and what was done, by hand or from OpenLineage events.

use super::{Lineage, load, views};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::datasets::MayChangeDataset;
use crate::market::datasets::lineage::openlineage::{self, Imported};
use crate::market::datasets::lineage::{self, LineageError, NewStep};
use crate::market::grants::{self, NamedInput};
use crate::urls;
use crate::values::{DatasetId, Line, LineageInputId, LineageStepId, Prose, VersionId};
use crate::web::accounts::forms::{Faults, Nothing, fault};
use crate::web::datasets::releases::At;
use serde::Deserialize;
use utoipa::ToSchema;

/// An input as typed.
#[derive(Debug, Default, Clone, Deserialize, ToSchema)]
#[serde(default)]
pub struct InputTyped {
    /// A URI, or the address of a dataset or version here.
    pub address: String,
    /// What people call it; may be empty.
    pub input_name: String,
    /// Code of the licence, or `own`; may be empty for a dataset here that is owned or held.
    pub licence: String,
    /// `on` when only the own organisation sees which input this is.
    pub confidential: String,
}
impl crate::http::Typed for InputTyped {}

/// A step as typed.
#[derive(Debug, Default, Clone, Deserialize, ToSchema)]
#[serde(default)]
pub struct StepTyped {
    /// What was done.
    pub step_name: String,
    /// With what, and its version.
    pub tool: String,
    /// Anything else.
    pub note: String,
}
impl crate::http::Typed for StepTyped {}
impl StepTyped {
    fn parse(&self) -> Result<NewStep, Vec<Fault>> {
        let mut faults = Faults::default();
        let name = faults.text("step_name", Line::parse(&self.step_name));
        let tool = faults.text("tool", Line::optional(&self.tool));
        let note = faults.text("note", Prose::optional(&self.note));
        match (name, tool, note) {
            (Some(name), Some(tool), Some(note)) => Ok(NewStep { name, tool, note, started_at: None, ended_at: None }),
            _ => Err(faults.0),
        }
    }
}

/// OpenLineage events as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct EventsTyped {
    pub events: String,
    pub events_licence: String,
}
impl crate::http::Typed for EventsTyped {}

/// The three forms of the page as typed.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub input: InputTyped,
    pub step: StepTyped,
    pub events: EventsTyped,
}

fn lineage_problem(licence_field: &str, error: LineageError) -> Problem {
    match error {
        LineageError::NotThere => Problem::not_found(),
        LineageError::Final => Problem::conflict("wrong-state"),
        LineageError::Address => Problem::invalid(vec![fault("address", "fault-input-address")]),
        LineageError::Licence => Problem::invalid(vec![fault(licence_field, "fault-input-licence")]),
        LineageError::TooMany => Problem::conflict("too-many"),
        LineageError::Store(error) => error.into(),
    }
}

/// Which draft.
pub(super) type Draft = (DatasetId, VersionId);

pub(super) async fn put_input(
    visit: &Visit,
    (dataset, version): Draft,
    typed: &InputTyped,
) -> Result<LineageInputId, Problem> {
    let named = NamedInput {
        address: typed.address.clone(),
        name: typed.input_name.clone(),
        licence: typed.licence.clone(),
        confidential: typed.confidential == "on",
    };
    let url = visit.site.facts.public_url.clone();
    let act = visit.as_actor()?;
    act.write(move |tx, actor, now| {
        let may = MayChangeDataset::check(tx, actor, dataset)?;
        grants::name_input(tx, may, (actor, &url), (version, &named), now).map_err(|e| lineage_problem("licence", e))
    })
    .await
}

pub(super) async fn put_step(
    visit: &Visit,
    (dataset, version): Draft,
    typed: &StepTyped,
) -> Result<LineageStepId, Problem> {
    let new = typed.parse().map_err(Problem::invalid)?;
    let act = visit.as_actor()?;
    act.write(move |tx, actor, now| {
        let may = MayChangeDataset::check(tx, actor, dataset)?;
        lineage::add_step(tx, may, version, &new, now).map_err(|e| lineage_problem("licence", e))
    })
    .await
}

pub(super) async fn take_events(
    visit: &Visit,
    (dataset, version): Draft,
    events: &str,
    licence: &str,
) -> Result<(), Problem> {
    let imported: Imported =
        openlineage::read(events).map_err(|_| Problem::invalid(vec![fault("events", "fault-events")]))?;
    let (url, licence) = (visit.site.facts.public_url.clone(), licence.to_owned());
    let act = visit.as_actor()?;
    act.write(move |tx, actor, now| {
        let may = MayChangeDataset::check(tx, actor, dataset)?;
        grants::import_lineage(tx, may, (actor, &url), (version, &imported, &licence), now)
            .map_err(|e| lineage_problem("events_licence", e))
    })
    .await
}

pub(super) async fn drop_input(visit: &Visit, (dataset, version): Draft, id: LineageInputId) -> Result<(), Problem> {
    let act = visit.as_actor()?;
    act.write(move |tx, actor, now| {
        let may = MayChangeDataset::check(tx, actor, dataset)?;
        lineage::remove_input(tx, may, (version, id), now).map_err(|e| lineage_problem("licence", e))
    })
    .await
}

pub(super) async fn drop_step(visit: &Visit, (dataset, version): Draft, id: LineageStepId) -> Result<(), Problem> {
    let act = visit.as_actor()?;
    act.write(move |tx, actor, now| {
        let may = MayChangeDataset::check(tx, actor, dataset)?;
        lineage::remove_step(tx, may, (version, id), now).map_err(|e| lineage_problem("licence", e))
    })
    .await
}

fn again(l: &Lineage) -> String {
    format!("{}?done=lineage", urls::version(&l.party.slug, &l.dataset.slug, l.version.id, "lineage"))
}

/// Goes back to the page, or shows it with what is wrong.
fn shown<T>(visit: &Visit, l: &Lineage, typed: &Typed, done: Result<T, Problem>) -> Answer {
    match done {
        Ok(_) => Ok(see_other(again(l))),
        Err(problem) => views::sheet(visit, l, typed, &problem.into_faults()?).answer(),
    }
}

pub(super) async fn add_input(visit: Visit, Path(at): Path<At>, form: Form<InputTyped>) -> Answer {
    let l = load(&visit, at).await?;
    let done = put_input(&visit, (l.dataset.id, l.version.id), &form.typed).await;
    shown(&visit, &l, &Typed { input: form.typed, ..Typed::default() }, done)
}

pub(super) async fn add_step(visit: Visit, Path(at): Path<At>, form: Form<StepTyped>) -> Answer {
    let l = load(&visit, at).await?;
    let done = put_step(&visit, (l.dataset.id, l.version.id), &form.typed).await;
    shown(&visit, &l, &Typed { step: form.typed, ..Typed::default() }, done)
}

pub(super) async fn import(visit: Visit, Path(at): Path<At>, form: Form<EventsTyped>) -> Answer {
    let l = load(&visit, at).await?;
    let draft = (l.dataset.id, l.version.id);
    let done = take_events(&visit, draft, &form.typed.events, &form.typed.events_licence).await;
    shown(&visit, &l, &Typed { events: form.typed, ..Typed::default() }, done)
}

pub(super) async fn remove_input(
    visit: Visit,
    Path((party, slug, version, input)): Path<(String, String, String, LineageInputId)>,
    _form: Form<Nothing>,
) -> Answer {
    let l = load(&visit, (party, slug, version)).await?;
    drop_input(&visit, (l.dataset.id, l.version.id), input).await?;
    Ok(see_other(again(&l)))
}

pub(super) async fn remove_step(
    visit: Visit,
    Path((party, slug, version, step)): Path<(String, String, String, LineageStepId)>,
    _form: Form<Nothing>,
) -> Answer {
    let l = load(&visit, (party, slug, version)).await?;
    drop_step(&visit, (l.dataset.id, l.version.id), step).await?;
    Ok(see_other(again(&l)))
}

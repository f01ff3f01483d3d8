//! The API of lineage.

use super::desk::{self, InputTyped, StepTyped};
use super::{load, prov};
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::routes;
use crate::values::{LineageInputId, LineageStepId};
use crate::web::datasets::releases::At;
use crate::web::listing::{Made, stamp};
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/api/v1/datasets/{party}/{slug}/versions/{version}/lineage" Anybody => show,
    get "/api/v1/datasets/{party}/{slug}/versions/{version}/prov" Anybody => prov_json,
    post "/api/v1/datasets/{party}/{slug}/versions/{version}/inputs" Caller => add_input,
    delete "/api/v1/datasets/{party}/{slug}/versions/{version}/inputs/{input}" Caller => remove_input,
    post "/api/v1/datasets/{party}/{slug}/versions/{version}/steps" Caller => add_step,
    delete "/api/v1/datasets/{party}/{slug}/versions/{version}/steps/{step}" Caller => remove_step,
    post "/api/v1/datasets/{party}/{slug}/versions/{version}/openlineage" Caller => import,
}

/// An input; of one that the reader may not know of, only that it is there.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct InputOut {
    public: bool,
    id: Option<String>,
    name: Option<String>,
    address: Option<String>,
    version: Option<String>,
    licence_code: Option<String>,
    /// Whether the licence permits derived data: `allowed`, `conditional`, `forbidden`; null when its terms are not known here.
    derive: Option<String>,
    confidential: Option<bool>,
}

/// A step.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepOut {
    id: String,
    name: String,
    tool: String,
    note: String,
    started_at: Option<String>,
    ended_at: Option<String>,
}

/// Where a version comes from.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineageOut {
    inputs: Vec<InputOut>,
    steps: Vec<StepOut>,
}

/// OpenLineage events and the licence of their inputs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventsIn {
    /// The run events.
    #[schema(value_type = Vec<Object>)]
    pub events: Vec<serde_json::Value>,
    /// Code of the licence under which the inputs came that are not held here, or `own`.
    pub licence: String,
}

/// Inputs and steps of a version.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/lineage", tag = "lineage", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), responses((status = 200, body = LineageOut), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path(at): Path<At>) -> Answer {
    let l = load(&visit, at).await?;
    let input = |i: &Option<crate::market::datasets::lineage::Input>| {
        i.as_ref().map_or_else(InputOut::default, |i| InputOut {
            public: i.row.confidential == 0,
            id: Some(i.row.id.to_string()),
            name: Some(i.row.name.clone()),
            address: Some(i.row.address.clone()),
            version: i.row.source_version_id.map(|v| v.to_string()),
            licence_code: Some(i.row.licence_code.clone()),
            derive: i.verdict().map(|v| v.code().to_owned()),
            confidential: Some(i.row.confidential != 0),
        })
    };
    let step = |s: &crate::market::datasets::lineage::Step| StepOut {
        id: s.id.to_string(),
        name: s.name.clone(),
        tool: s.tool.clone(),
        note: s.note.clone(),
        started_at: stamp(s.started_at),
        ended_at: stamp(s.ended_at),
    };
    answer::json(&LineageOut {
        inputs: l.inputs.iter().map(input).collect(),
        steps: l.steps.iter().map(step).collect(),
    })
}

/// The lineage of a version as W3C PROV-JSON.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/prov", tag = "lineage", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), responses((status = 200, content_type = "application/json"), (status = 404)))]
pub(crate) async fn prov_json(visit: Visit, Path(at): Path<At>) -> Answer {
    let l = load(&visit, at).await?;
    answer::json(&prov::document(&visit.site.facts.public_url, &l))
}

/// Names an input of a draft.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/inputs", tag = "lineage", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), request_body = InputTyped, responses((status = 201, body = Made), (status = 409), (status = 422)))]
pub(crate) async fn add_input(visit: Visit, Path(at): Path<At>, body: Json<InputTyped>) -> Answer {
    let l = load(&visit, at).await?;
    let id = desk::put_input(&visit, (l.dataset.id, l.version.id), &body.value).await?;
    answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })
}

/// Takes an input of a draft out.
#[utoipa::path(delete, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/inputs/{input}", tag = "lineage", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path), ("input" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(crate) async fn remove_input(
    visit: Visit,
    Path((party, slug, version, input)): Path<(String, String, String, LineageInputId)>,
) -> Answer {
    let l = load(&visit, (party, slug, version)).await?;
    desk::drop_input(&visit, (l.dataset.id, l.version.id), input).await?;
    Ok(answer::no_content())
}

/// Names a step that was done to make a draft.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/steps", tag = "lineage", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), request_body = StepTyped, responses((status = 201, body = Made), (status = 409), (status = 422)))]
pub(crate) async fn add_step(visit: Visit, Path(at): Path<At>, body: Json<StepTyped>) -> Answer {
    let l = load(&visit, at).await?;
    let id = desk::put_step(&visit, (l.dataset.id, l.version.id), &body.value).await?;
    answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })
}

/// Takes a step of a draft out.
#[utoipa::path(delete, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/steps/{step}", tag = "lineage", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path), ("step" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(crate) async fn remove_step(
    visit: Visit,
    Path((party, slug, version, step)): Path<(String, String, String, LineageStepId)>,
) -> Answer {
    let l = load(&visit, (party, slug, version)).await?;
    desk::drop_step(&visit, (l.dataset.id, l.version.id), step).await?;
    Ok(answer::no_content())
}

/// Takes inputs and steps out of OpenLineage run events into a draft.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/openlineage", tag = "lineage", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), request_body = EventsIn, responses((status = 204), (status = 409), (status = 422)))]
pub(crate) async fn import(visit: Visit, Path(at): Path<At>, body: Json<EventsIn>) -> Answer {
    let l = load(&visit, at).await?;
    let events = serde_json::Value::Array(body.value.events).to_string();
    desk::take_events(&visit, (l.dataset.id, l.version.id), &events, &body.value.licence).await?;
    Ok(answer::no_content())
}

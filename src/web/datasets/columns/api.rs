//! The API of declared schemas: Table Schema in, Table Schema out.

use super::super::named;
use super::super::package::wrong_problem;
use super::super::wizard::api::known_version;
use super::columns_problem;
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Json, Path, Query, Visit, answer};
use crate::market::datasets::MayChangeDataset;
use crate::market::datasets::columns::{self, Origin, Schema};
use crate::packages::{self, Found};
use crate::routes;
use crate::values::{FilePath, VersionId};
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

routes! {
    get "/api/v1/datasets/{party}/{slug}/versions/{version}/schema" Anybody => show,
    put "/api/v1/datasets/{party}/{slug}/versions/{version}/schema" Caller => declare,
}

/// Which file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PathQuery {
    path: String,
}

/// The schema of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct SchemaOut {
    path: String,
    /// file or version: for whom it was declared; measured or sample: over all rows, or guessed from the first ones.
    from: String,
    /// Table Schema, with `unit`, `description_zh` and `description_en` for each field.
    #[schema(value_type = Object)]
    schema: Value,
    /// The revision of what was declared for this file; 0 for nothing.
    revision: i64,
    /// The revision of what was declared for every table with these columns; 0 for nothing.
    whole_revision: i64,
}

fn path_of(text: &str) -> Result<FilePath, Problem> {
    FilePath::parse(text).map_err(|_| {
        Problem::invalid(vec![Fault { field: "path".to_owned(), message: "fault-path", value: String::new() }])
    })
}

/// The schema of a file of a version, as declared or, without that, as guessed from its first rows.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/schema", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path), ("path" = String, Query)), responses((status = 200, body = SchemaOut), (status = 404)))]
pub(crate) async fn show(
    visit: Visit,
    Path((party, slug, id)): Path<(String, String, VersionId)>,
    Query(asked): Query<PathQuery>,
) -> Answer {
    let (actor, path) = (visit.look.actor.clone(), path_of(&asked.path)?);
    let found = visit
        .site
        .db
        .read(move |tx| {
            let (dataset, _) = named(tx, actor.as_ref(), &party, &slug)?;
            let version = known_version(tx, actor.as_ref(), &dataset, id)?;
            Ok::<_, Problem>(columns::proposal(tx, version.id, &path)?)
        })
        .await?
        .ok_or_else(Problem::not_found)?;
    let from = match found.from {
        Origin::File => "file",
        Origin::Version => "version",
        Origin::Measured => "measured",
        Origin::Sample => "sample",
    };
    answer::json(&SchemaOut {
        path: asked.path,
        from: from.to_owned(),
        schema: packages::write_schema(&found.columns, &found.primary_key),
        revision: found.revision,
        whole_revision: found.whole_revision,
    })
}

/// Declares the schema of a file of a draft, as Table Schema or as JSON Schema of a row; without `path`, of every table of the version that has these columns.
/// `If-Match` carries the revision, 0 when there is none yet.
#[utoipa::path(put, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/schema", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path), ("path" = Option<String>, Query), ("If-Match" = String, Header)), request_body(content = Object, content_type = "application/json"), responses((status = 204), (status = 409), (status = 422)))]
pub(crate) async fn declare(
    visit: Visit,
    Path((party, slug, id)): Path<(String, String, VersionId)>,
    Query(asked): Query<PathQuery>,
    body: Json<Value>,
) -> Answer {
    let path = if asked.path.is_empty() { None } else { Some(path_of(&asked.path)?) };
    let revision = body.revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))?;
    let mut found = Found::new();
    let (columns, primary_key) = packages::read_schema(&body.value, "", &mut found);
    let wrongs = found.into_wrongs("");
    if !wrongs.is_empty() {
        return Err(wrong_problem(&wrongs, false));
    }
    visit
        .as_actor()?
        .write(move |tx, actor, now| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            let may = MayChangeDataset::check(tx, actor, dataset.id)?;
            let schema = Schema { columns: super::give::in_order(tx, id, columns)?, path, primary_key };
            columns::declare(tx, may, id, revision, &schema, now).map_err(columns_problem)
        })
        .await?;
    Ok(answer::no_content())
}

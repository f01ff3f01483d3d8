//! A whole schema that the seller has already, as Table Schema or JSON Schema, taken over at once.

use super::{PartQuery, columns_problem, own_version, sheet};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Typed, Visit, see_other};
use crate::market::datasets::columns::{self, Column, Schema};
use crate::market::datasets::{self, MayChangeDataset};
use crate::packages::{self, Found};
use crate::store::Read;
use crate::urls;
use crate::values::{FilePath, Lang, VersionId};
use crate::web::accounts::forms::fault;
use crate::web::sheet::{Block, Fields, FormView};
use crate::words;
use serde::Deserialize;
use std::collections::BTreeSet;

/// A schema and the file that it is for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct GivenTyped {
    /// The path of the file; empty for every table with these columns.
    path: String,
    /// The schema as JSON.
    schema: String,
}
impl Typed for GivenTyped {}

pub(super) fn form(lang: Lang, action: String, typed: &GivenTyped, faults: &[Fault]) -> Block {
    Block::Form(FormView {
        heading: words::say(lang, "schema-give"),
        lead: words::say(lang, "schema-give-text"),
        action,
        fields: Fields::new(lang, faults)
            .keyed("path", "schema_path", "text", &typed.path, "")
            .keyed("schema", "schema_text", "area", &typed.schema, "")
            .done(),
        button: words::say(lang, "schema-give"),
        ..FormView::default()
    })
}

/// Puts columns into the order of the first table that has just these: JSON Schema knows no order.
pub(super) fn in_order(tx: &mut Read, version: VersionId, mut given: Vec<Column>) -> Result<Vec<Column>, Problem> {
    let names: BTreeSet<String> = given.iter().map(|c| c.name.clone()).collect();
    for file in datasets::tables_of(tx, version, "", 20)? {
        let Ok(path) = FilePath::parse(&file.path) else { continue };
        let Some(seen) = columns::proposal(tx, version, &path)? else { continue };
        let order: Vec<&str> = seen.columns.iter().map(|c| c.name.as_str()).collect();
        if order.len() == names.len() && order.iter().all(|name| names.contains(*name)) {
            given.sort_by_key(|c| order.iter().position(|name| *name == c.name));
            break;
        }
    }
    Ok(given)
}

pub(super) async fn give(
    visit: Visit,
    Path((party, slug, id)): Path<(String, String, VersionId)>,
    form: Form<GivenTyped>,
) -> Answer {
    let typed = form.typed;
    let asked = PartQuery::default();
    let (own, _) = own_version(&visit, &party, &slug, id).await?;
    let at = (party.as_str(), slug.as_str(), id);
    let path = match typed.path.trim() {
        "" => None,
        text => match FilePath::parse(text) {
            Ok(path) => Some(path),
            Err(_) => return sheet(&visit, at, &asked, &typed, (&[fault("path", "fault-path")], &[])).await,
        },
    };
    let mut found = Found::new();
    let (columns, primary_key) = match serde_json::from_str(&typed.schema) {
        Ok(schema) => packages::read_schema(&schema, "", &mut found),
        Err(error) => {
            found.note("", packages::What::Json(error.column()));
            (Vec::new(), Vec::new())
        }
    };
    let wrongs = found.into_wrongs(&typed.schema);
    if !wrongs.is_empty() || columns.is_empty() {
        return sheet(&visit, at, &asked, &typed, (&[fault("schema", "fault-schema")], &wrongs)).await;
    }
    let dataset = own.dataset.id;
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let folded = path.as_ref().map(|p| p.folded()).unwrap_or_default();
            let revision = columns::declared(tx, id, &folded)?.map_or(0, |d| d.revision);
            let columns = in_order(tx, id, columns)?;
            let may = MayChangeDataset::check(tx, actor, dataset)?;
            let schema = Schema { path, columns, primary_key };
            columns::declare(tx, may, id, revision, &schema, now).map_err(columns_problem)
        })
        .await?;
    Ok(see_other(format!("{}?done=saved", urls::version(&party, &slug, id, "schema"))))
}

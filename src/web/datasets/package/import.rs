//! The form and the API that take a description: `datapackage.json` (versions 1 and 2) or Croissant.

use super::super::edit::publishing;
use super::super::named;
use super::{take, wrong_problem};
use crate::http::body::{Pace, declared_length};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Path, Query, Visit, answer, see_other};
use crate::packages::{self, MOST_BYTES, Start, Wrong};
use crate::urls;
use crate::values::{Lang, VersionId};
use crate::web::accounts::forms::fault;
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Cell, Fields, FormView, Sheet, Table};
use crate::words;
use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The form as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    organisation: String,
    slug: String,
    label: String,
    #[serde(skip)]
    text: String,
}

/// Reads a whole text as far as it is allowed to be long.
async fn text_of<S, E>(stream: &mut S) -> Result<String, Problem>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    let (mut pace, mut all) = (Pace::default(), Vec::new());
    while let Some(bytes) = pace.next(stream).await? {
        if all.len() + bytes.len() > MOST_BYTES {
            return Err(Problem::too_large(u64::try_from(MOST_BYTES).unwrap_or(u64::MAX)));
        }
        all.extend_from_slice(&bytes);
    }
    String::from_utf8(all).map_err(|_| Problem::bad_request("json"))
}

pub(in crate::web::datasets) fn wrong_rows(lang: Lang, wrongs: &[Wrong]) -> Block {
    let say = |key: &str| words::say(lang, key);
    let rows = wrongs.iter().map(|w| {
        vec![
            Cell::number(w.line.to_string()),
            Cell::mono(if w.pointer.is_empty() { "/".to_owned() } else { w.pointer.clone() }),
            Cell::text(words::with(lang, w.what.key(), &[("value", &w.what.value())])),
        ]
    });
    Block::Table(Table {
        label: say("there-is-a-problem"),
        heads: vec![(say("head-line"), true), (say("head-place"), false), (say("head-fault"), false)],
        rows: rows.collect(),
        ..Table::default()
    })
}

async fn sheet(visit: &Visit, typed: &Typed, faults: &[Fault], wrongs: &[Wrong]) -> Answer {
    let (lang, own) = (visit.lang(), publishing(visit).await?);
    let say = |key: &str| words::say(lang, key);
    let sheet = Sheet::new(Frame::titled(visit, "import-dataset"))
        .crumb(say("nav-sell"), urls::SELL)
        .lead(say("import-lead"))
        .faulty(faults);
    if own.is_empty() {
        return sheet.put(Block::Notice("warn", "warn", say("no-publisher"))).answer();
    }
    let list = own.into_iter().map(|(slug, name)| (slug, name, String::new()));
    let fields = Fields::new(lang, faults)
        .keyed("organisation", "owner", "select", &typed.organisation, "")
        .choices(list)
        .keyed("slug", "import_slug", "text", &typed.slug, "")
        .keyed("file", "import_file", "file", "", "")
        .keyed("text", "import_text", "area", &typed.text, "")
        .done();
    let form = FormView {
        action: urls::DATASET_IMPORT.to_owned(),
        multipart: true,
        fields,
        button: say("import-dataset"),
        class: "primary",
        ..FormView::default()
    };
    sheet.put_if((!wrongs.is_empty()).then(|| wrong_rows(lang, wrongs))).put(Block::Form(form)).answer()
}

pub(super) async fn page(visit: Visit) -> Answer {
    sheet(&visit, &Typed::default(), &[], &[]).await
}

/// Reads the parts of the form; a file goes before a pasted text.
async fn read_form(request: &HttpRequest, payload: web::Payload) -> Result<Typed, Problem> {
    let mut form = Multipart::new(request.headers(), payload);
    let (mut typed, mut file) = (Typed::default(), String::new());
    while let Some(part) = form.next().await {
        let mut part = part.map_err(|_| Problem::bad_request("form"))?;
        let name = part.name().unwrap_or_default().to_owned();
        let text = text_of(&mut part).await?;
        match name.as_str() {
            "organisation" => typed.organisation = text.trim().to_owned(),
            "slug" => typed.slug = text.trim().to_owned(),
            "file" => file = text,
            "text" => typed.text = text,
            _ => {}
        }
    }
    if !file.trim().is_empty() {
        typed.text = file;
    }
    Ok(typed)
}

pub(super) async fn form(visit: Visit, request: HttpRequest, payload: web::Payload) -> Answer {
    if declared_length(&request).is_some_and(|n| usize::try_from(n).is_ok_and(|n| n > MOST_BYTES + 65_536)) {
        return Err(Problem::too_large(u64::try_from(MOST_BYTES).unwrap_or(u64::MAX)));
    }
    let mut typed = read_form(&request, payload).await?;
    if typed.text.trim().is_empty() {
        return sheet(&visit, &typed, &[fault("file", "fault-file")], &[]).await;
    }
    let start = match packages::read(&typed.text) {
        Ok(start) => start,
        Err(wrongs) => return sheet(&visit, &typed, &[fault("file", "fault-package")], &wrongs).await,
    };
    match taken(&visit, start, &typed).await {
        Ok(out) => Ok(see_other(format!("{}?done=imported", urls::dataset_part(&out.organisation, &out.slug, "edit")))),
        Err(problem) if !problem.faults.is_empty() => {
            // A long description is not sent back into the page.
            typed.text = if typed.text.len() > 100_000 { String::new() } else { typed.text };
            sheet(&visit, &typed, &problem.faults, &[]).await
        }
        Err(problem) => Err(problem),
    }
}

/// A dataset that was begun from a description.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedOut {
    organisation: String,
    slug: String,
    dataset: String,
    version: String,
    /// Files that the description names: they are still to be uploaded.
    files: usize,
    /// Licences that the data is under elsewhere: an offer is still to be made.
    licences: Vec<String>,
}

async fn taken(visit: &Visit, mut start: Start, typed: &Typed) -> Result<ImportedOut, Problem> {
    if !typed.label.is_empty() {
        start.version.clone_from(&typed.label);
    }
    let (files, licences) = (start.resources.len(), start.licences.clone());
    let basics = take::basics(&start, &typed.organisation, &typed.slug);
    let (organisation, slug) = (basics.organisation.clone(), basics.slug.trim().to_lowercase());
    let (dataset, version) =
        visit.as_actor()?.write(move |tx, actor, now| take::begin(tx, actor, &start, &basics, now)).await?;
    Ok(ImportedOut { organisation, slug, dataset: dataset.to_string(), version: version.to_string(), files, licences })
}

/// Begins a dataset with a draft from a `datapackage.json` (versions 1 and 2) or a Croissant document: the body is the
/// document. Faults name line and JSON pointer as `LINE:POINTER`.
#[utoipa::path(post, path = "/api/v1/datasets/imports", tag = "datasets", params(("organisation" = String, Query), ("slug" = Option<String>, Query), ("label" = Option<String>, Query)), request_body(content = Object, content_type = "application/json"), responses((status = 201, body = ImportedOut), (status = 422)))]
pub(crate) async fn begin(visit: Visit, Query(typed): Query<Typed>, mut payload: web::Payload) -> Answer {
    let text = text_of(&mut payload).await?;
    let start = packages::read(&text).map_err(|wrongs| wrong_problem(&wrongs, true))?;
    answer::json_as(StatusCode::CREATED, &taken(&visit, start, &typed).await?)
}

/// Takes a `datapackage.json` or a Croissant document into a draft: texts, card and schemas that it has replace those
/// that are there; files are untouched.
#[utoipa::path(put, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/datapackage", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), request_body(content = Object, content_type = "application/json"), responses((status = 204), (status = 409), (status = 422)))]
pub(crate) async fn put(
    visit: Visit,
    Path((party, slug, version)): Path<(String, String, VersionId)>,
    mut payload: web::Payload,
) -> Answer {
    let text = text_of(&mut payload).await?;
    let start = packages::read(&text).map_err(|wrongs| wrong_problem(&wrongs, true))?;
    visit
        .as_actor()?
        .write(move |tx, actor, now| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            take::update(tx, actor, &dataset, version, &start, now)
        })
        .await?;
    Ok(answer::no_content())
}

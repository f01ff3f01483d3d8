//! The descriptions of a version: Data Package and Croissant.

use super::super::named;
use super::super::wizard::api::known_version;
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Visit, answer};
use crate::market::accounts::Actor;
use crate::market::datasets::cards;
use crate::market::datasets::columns::{self, Column, ColumnKind, Origin, Schemas};
use crate::market::datasets::{self, Dataset, File, Version};
use crate::market::offers::{Eye, listing_of};
use crate::market::parties::Party;
use crate::measure::Sample;
use crate::packages::{self, Contents, Item};
use crate::store::Read;
use crate::urls;
use crate::values::{Lang, VersionId};
use actix_web::HttpResponse;
use actix_web::http::header;
use serde_json::Value;

/// Files that are loaded at a time, because each may carry a sample.
const BATCH: i64 = 200;

/// A version named by its identifier or by its label.
fn version_of(tx: &mut Read, actor: Option<&Actor>, dataset: &Dataset, name: &str) -> Result<Version, Problem> {
    if let Ok(id) = name.parse::<VersionId>() {
        return known_version(tx, actor, dataset, id);
    }
    let all = datasets::versions_of(tx, dataset.id, true)?;
    let found = all.into_iter().find(|v| v.label == name).ok_or_else(Problem::not_found)?;
    known_version(tx, actor, dataset, found.id)
}

/// What may be said of a file: a type that was only guessed from the first rows is not promised.
fn item(file: &File, schemas: &Schemas) -> Item {
    let sample: Option<Sample> = file.sample.as_deref().and_then(|s| serde_json::from_str(s).ok());
    let (columns, primary_key) = match schemas.of(file) {
        Some(p) if p.from == Origin::Sample => {
            let bare = |c: Column| Column { kind: ColumnKind::Any, ..c };
            (p.columns.into_iter().map(bare).collect(), Vec::new())
        }
        Some(p) => (p.columns, p.primary_key),
        None => (Vec::new(), Vec::new()),
    };
    Item {
        path: file.path.clone(),
        media_type: file.media_type.clone(),
        bytes: file.size_bytes,
        sha256: Some(file.sha256.clone()),
        separator: sample.map(|s| s.separator),
        encoding: None,
        columns,
        primary_key,
    }
}

/// Texts and files of a version, and whether some offer gives it away.
fn contents(
    tx: &mut Read,
    dataset: Dataset,
    party: &Party,
    version: &Version,
    eye: &Eye,
) -> Result<(Contents, bool), Problem> {
    let schemas = columns::schemas(tx, version.id)?;
    let mut items = Vec::new();
    let mut after = String::new();
    loop {
        let files = datasets::sampled_part(tx, version.id, &after, BATCH)?;
        let Some(last) = files.last() else { break };
        after.clone_from(&last.path_folded);
        items.extend(files.iter().map(|file| item(file, &schemas)));
    }
    let listing = listing_of(tx, dataset.clone(), eye)?;
    let offers = listing.map(|l| l.offers).unwrap_or_default();
    let free = offers.iter().any(|(offer, _)| offer.is_free());
    let mut licences: Vec<(String, String, String)> = Vec::new();
    for (_, licence) in &offers {
        let line = (licence.code.clone(), licence.title(Lang::En).to_owned(), urls::licence(licence.id));
        if !licences.contains(&line) {
            licences.push(line);
        }
    }
    let details = cards::details(tx, dataset.id)?.details;
    let contents = Contents {
        name: dataset.slug.clone(),
        version: version.label.clone(),
        created: version.published_at.map(|t| t.rfc3339()).unwrap_or_default(),
        title: (dataset.title_zh, dataset.title_en),
        summary: (dataset.summary_zh, dataset.summary_en),
        card: (dataset.card_zh, dataset.card_en),
        classes: (dataset.sector, dataset.kind, dataset.use_case),
        source_statement: dataset.source_statement,
        contact: dataset.contact,
        change_note: version.change_note.clone(),
        publisher: (party.name(Lang::En).to_owned(), urls::organisation(&party.slug)),
        licences,
        manifest_sha256: version.manifest_sha256.as_ref().map(|d| d.to_string()),
        details,
        items,
        ..Contents::default()
    };
    Ok((contents, free))
}

/// The forms of a description.
#[derive(Clone, Copy)]
enum Form {
    DataPackage,
    Croissant,
}

impl Form {
    const fn name(self) -> &'static str {
        match self {
            Self::DataPackage => packages::NAME,
            Self::Croissant => packages::CROISSANT,
        }
    }
}

async fn described(visit: &Visit, at: (String, String, String), form: Form) -> Result<Value, Problem> {
    let (actor, now) = (visit.look.actor.clone(), visit.now());
    let (party, slug) = (at.0.clone(), at.1.clone());
    let (mut contents, free) = visit
        .site
        .db
        .read(move |tx| {
            let (dataset, party) = named(tx, actor.as_ref(), &at.0, &at.1)?;
            let version = version_of(tx, actor.as_ref(), &dataset, &at.2)?;
            let eye = Eye::of(tx, actor.as_ref(), now)?;
            contents(tx, dataset, &party, &version, &eye)
        })
        .await?;
    let absolute = |path: &str| visit.site.absolute(path);
    let label = urls::encode(&contents.version);
    contents.homepage = absolute(&urls::dataset(&party, &slug));
    contents.id = absolute(&format!("/datasets/{party}/{slug}/versions/{label}/{}", form.name()));
    contents.publisher.1 = absolute(&contents.publisher.1);
    for licence in &mut contents.licences {
        licence.2 = absolute(&licence.2);
    }
    Ok(match form {
        Form::DataPackage => packages::datapackage(&contents),
        Form::Croissant => packages::write_croissant(&contents, free),
    })
}

/// The file that stands beside the files of the version: paths in it are relative.
pub(super) async fn file(visit: Visit, Path(at): Path<(String, String, String)>) -> Answer {
    let package = described(&visit, at, Form::DataPackage).await?;
    let named = format!("attachment; filename=\"{}\"", packages::NAME);
    let mut answer = HttpResponse::Ok();
    answer.content_type("application/json").insert_header((header::CONTENT_DISPOSITION, named));
    Ok(answer.body(pretty(&package)?))
}

/// The same in the form that search engines for data read: Croissant, which is a schema.org `Dataset`.
pub(super) async fn croissant_file(visit: Visit, Path(at): Path<(String, String, String)>) -> Answer {
    let document = described(&visit, at, Form::Croissant).await?;
    Ok(HttpResponse::Ok().content_type("application/ld+json").body(pretty(&document)?))
}

fn pretty(value: &Value) -> Result<String, Problem> {
    serde_json::to_string_pretty(value).map_err(|e| Problem::broken(&e))
}

/// The Data Package (version 2) of a version, named by its identifier or its label; drafts only for their publisher.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/datapackage", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), responses((status = 200, body = Object), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path(at): Path<(String, String, String)>) -> Answer {
    answer::json(&described(&visit, at, Form::DataPackage).await?)
}

/// The Croissant 1.0 description of a version, named by its identifier or its label; drafts only for their publisher. Files
/// are named by their path: no address of data is in it.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/croissant", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path)), responses((status = 200, body = Object), (status = 404)))]
pub(crate) async fn croissant(visit: Visit, Path(at): Path<(String, String, String)>) -> Answer {
    answer::json(&described(&visit, at, Form::Croissant).await?)
}

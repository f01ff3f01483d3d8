//! The page of one version: its state for ever, its signed manifest, and how it differs from the one before. Its
//! owner's advice against it is given and taken back here too.

pub mod api;
mod desk;
pub(super) mod tab;
mod views;

use super::named;
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Visit};
use crate::market::accounts::Actor;
use crate::market::datasets::releases::{self, Deprecation, Difference};
use crate::market::datasets::standards::Declared;
use crate::market::datasets::{self, Dataset, FilesPart, FilesQuery, Version, VersionState};
use crate::market::parties::{self, Party, Role};
use crate::routes;
use crate::store::Read;
use crate::values::VersionId;
use actix_web::HttpResponse;
use actix_web::http::header;

routes! {
    get "/datasets/{party}/{slug}/versions/{version}" Anybody => page,
    get "/datasets/{party}/{slug}/versions/{version}/manifest.json" Anybody => manifest,
    get "/datasets/{party}/{slug}/versions/{version}/manifest.jws" Anybody => signature,
    post "/datasets/{party}/{slug}/versions/{version}/deprecation" SignedIn => desk::deprecate,
    post "/datasets/{party}/{slug}/versions/{version}/restoration" SignedIn => desk::restore,
}

/// Files of a version that its page shows; the manifest names all.
const SHOWN: i64 = 100;

/// A version found by its address, with what its page needs.
pub(super) struct Release {
    pub dataset: Dataset,
    pub party: Party,
    pub version: Version,
    pub publishes: bool,
    pub before: Option<(Version, Difference)>,
    pub signature: Option<String>,
    pub advice: Option<Deprecation>,
    pub files: FilesPart,
    pub declared: Vec<Declared>,
}

/// Finds a version by its identifier or label, for those who may know of it: a draft only for its publisher.
pub(super) fn version_named(
    tx: &mut Read,
    actor: Option<&Actor>,
    (party, slug, version): (&str, &str, &str),
) -> Result<(Dataset, Party, Version, bool), Problem> {
    let (dataset, party) = named(tx, actor, party, slug)?;
    let publishes = match actor {
        Some(actor) => parties::roles_of(tx, actor, party.id)?.has(Role::Publisher),
        None => false,
    };
    let found = match version.parse::<VersionId>() {
        Ok(id) => datasets::version(tx, id)?.filter(|v| v.dataset_id == dataset.id),
        Err(_) => datasets::versions_of(tx, dataset.id, publishes)?.into_iter().find(|v| v.label == version),
    };
    let version = found.filter(|v| publishes || v.state != VersionState::Draft).ok_or_else(Problem::not_found)?;
    Ok((dataset, party, version, publishes))
}

fn read(tx: &mut Read, actor: Option<&Actor>, at: (&str, &str, &str)) -> Result<Release, Problem> {
    let (dataset, party, version, publishes) = version_named(tx, actor, at)?;
    Ok(Release {
        before: releases::difference(tx, &version)?,
        signature: releases::signature(tx, version.id)?,
        advice: releases::deprecation(tx, version.id)?,
        files: datasets::files_part(tx, version.id, &FilesQuery { size: SHOWN, ..FilesQuery::default() })?,
        declared: datasets::standards::of_version(tx, version.id)?,
        dataset,
        party,
        version,
        publishes,
    })
}

/// The address of a version: organisation, dataset, version.
pub(super) type At = (String, String, String);

/// Loads a version with everything that its page shows.
pub(super) async fn load(visit: &Visit, at: At) -> Result<Release, Problem> {
    let actor = visit.look.actor.clone();
    visit.site.db.read(move |tx| read(tx, actor.as_ref(), (&at.0, &at.1, &at.2))).await
}

async fn page(visit: Visit, Path(at): Path<At>) -> Answer {
    let release = load(&visit, at).await?;
    views::sheet(&visit, &release, &[]).answer()
}

/// A file of a version that anybody may keep beside the data.
pub(super) fn attachment(kind: &'static str, name: &str, body: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(body)
}

async fn manifest(visit: Visit, Path(at): Path<At>) -> Answer {
    let release = load(&visit, at).await?;
    let name = format!("{}-{}.manifest.json", release.dataset.slug, release.version.label);
    let text = release.version.manifest.ok_or_else(Problem::not_found)?;
    Ok(attachment("application/json", &name, text))
}

async fn signature(visit: Visit, Path(at): Path<At>) -> Answer {
    let release = load(&visit, at).await?;
    let name = format!("{}-{}.manifest.jws", release.dataset.slug, release.version.label);
    Ok(attachment("application/jose", &name, release.signature.ok_or_else(Problem::not_found)?))
}

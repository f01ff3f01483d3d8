//! Samples: the tab that everybody sees, the seller's page that decides what it shows, and the API of both.

pub mod api;
mod desk;
mod form;
mod view;

pub(in crate::web) use view::SampleView;

use super::edit::Own;
use super::quality;
use super::{OfferQuery, find, view as dataset_view};
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Query, Visit, answer};
use crate::market::datasets::samples::{self, ChooseError, Shown};
use crate::market::datasets::{self, File};
use crate::routes;
use crate::store::Read;
use crate::urls;
use crate::values::{Lang, VersionId};
use crate::web::accounts::forms::fault;
use crate::web::sheet::Table;
use crate::words;

routes! {
    get "/datasets/{party}/{slug}/sample" Anybody => page,
    get "/datasets/{party}/{slug}/versions/{version}/sample" SignedIn => desk::page,
    post "/datasets/{party}/{slug}/versions/{version}/sample" SignedIn => desk::change,
}

/// Files whose samples stand on the tab.
const MOST: i64 = 3;

/// Loads the first samples of a version, ready to be shown.
pub(in crate::web) fn views(
    tx: &mut Read,
    lang: Lang,
    version: VersionId,
    most: i64,
) -> Result<Vec<SampleView>, Problem> {
    let found = samples::shown_of(tx, version, most)?;
    found.iter().filter_map(|(file, shown)| one(tx, lang, file, shown).transpose()).collect()
}

/// The sample of one file, when it has one.
fn one(tx: &mut Read, lang: Lang, file: &File, shown: &Shown) -> Result<Option<SampleView>, Problem> {
    let Some(sample) = &shown.sample else { return Ok(None) };
    let types = quality::types(tx, file)?;
    Ok(Some(SampleView::of(lang, file, &shown.rule, sample, &types)))
}

async fn page(visit: Visit, Path(at): Path<(String, String)>, Query(query): Query<OfferQuery>) -> Answer {
    let found = find(&visit, at).await?;
    let mut view = dataset_view(&visit, &found, "sample", &query.offer);
    let lang = visit.lang();
    if let Some(id) = found.listing.as_ref().map(|l| l.version.id) {
        view.samples = visit.site.db.read(move |tx| views(tx, lang, id, MOST)).await?;
    }
    if view.samples.is_empty() {
        view.table = Some(Table {
            empty: (words::say(lang, "sample-empty"), words::say(lang, "sample-empty-text"), None),
            ..Table::default()
        });
    }
    answer::html(&view)
}

/// The address of the seller's page for a file.
fn desk_address(own: &Own, version: VersionId, path: &str) -> String {
    let page = urls::version(&own.party.slug, &own.dataset.slug, version, "sample");
    super::preview::with(page, "file", path)
}

/// Turns a rule that was not taken into a problem.
fn choose_problem(error: ChooseError) -> Problem {
    match error {
        ChooseError::NotThere => Problem::not_found(),
        ChooseError::Wider => Problem::conflict("sample-wider"),
        ChooseError::Fault(part) => Problem::invalid(vec![fault(
            part,
            if part == "rows" { "fault-sample-rows" } else { "fault-sample-chosen" },
        )]),
        ChooseError::Column(name) => Problem::invalid(vec![crate::http::problem::Fault {
            field: "masked".to_owned(),
            message: "fault-sample-column",
            value: name,
        }]),
        ChooseError::Overtaken => Problem::conflict("overtaken"),
        ChooseError::Refused(refused) => refused.into(),
        ChooseError::Store(error) => error.into(),
    }
}

/// Finds a file of a version with what is shown of it.
fn shown(tx: &mut Read, version: VersionId, path: &str) -> Result<(File, Shown), Problem> {
    let file = datasets::file_by_path(tx, version, path)?.ok_or_else(Problem::not_found)?;
    let shown = samples::of_file(tx, file.id)?.ok_or_else(Problem::not_found)?;
    Ok((file, shown))
}

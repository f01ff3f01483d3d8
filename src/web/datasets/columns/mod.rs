//! The declared schema of a draft: the list of its tables, and for each a form with a row for every column.

pub mod api;
mod form;
mod give;
mod table;

use super::edit::{Own, frame, own};
use super::file_list::PartQuery;
use super::package::wrong_rows;
use super::preview;
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Path, Query, Visit};
use crate::market::datasets::columns::{self, ColumnsError};
use crate::market::datasets::{self, Version, VersionState};
use crate::packages::Wrong;
use crate::routes;
use crate::urls;
use crate::values::VersionId;
use crate::web::sheet::{Block, Cell, Sheet, Table};
use crate::words;
use give::GivenTyped;

routes! {
    get "/datasets/{party}/{slug}/versions/{version}/schema" SignedIn => list,
    post "/datasets/{party}/{slug}/versions/{version}/schema" SignedIn => give::give,
    get "/datasets/{party}/{slug}/versions/{version}/schema/table" SignedIn => table::page,
    post "/datasets/{party}/{slug}/versions/{version}/schema/table" SignedIn => table::change,
}

/// Tables of a part of the list.
const PART: i64 = 100;

/// An own version.
async fn own_version(visit: &Visit, party: &str, slug: &str, id: VersionId) -> Result<(Own, Version), Problem> {
    let own = own(visit, party, slug).await?;
    let version = own.versions.iter().find(|v| v.id == id).cloned().ok_or_else(Problem::not_found)?;
    Ok((own, version))
}

/// Turns a schema that was not declared into a problem.
pub(super) fn columns_problem(error: ColumnsError) -> Problem {
    match error {
        ColumnsError::NotThere => Problem::not_found(),
        ColumnsError::Final => Problem::conflict("wrong-state"),
        ColumnsError::Overtaken => Problem::conflict("overtaken"),
        ColumnsError::TooMany => Problem::conflict("too-many"),
        ColumnsError::Store(error) => error.into(),
    }
}

/// The address of the form of a table.
fn table_address(own: &Own, version: VersionId, path: &str) -> String {
    let page = urls::version(&own.party.slug, &own.dataset.slug, version, "schema/table");
    preview::with(page, "path", path)
}

async fn list(
    visit: Visit,
    Path((party, slug, id)): Path<(String, String, VersionId)>,
    Query(asked): Query<PartQuery>,
) -> Answer {
    sheet(&visit, (&party, &slug, id), &asked, &GivenTyped::default(), (&[], &[])).await
}

/// The list of tables, and below it the form that takes a whole schema; with faults when one was not taken.
async fn sheet(
    visit: &Visit,
    (party, slug, id): (&str, &str, VersionId),
    asked: &PartQuery,
    typed: &GivenTyped,
    (faults, wrongs): (&[Fault], &[Wrong]),
) -> Answer {
    let (own, version) = own_version(visit, party, slug, id).await?;
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let after = asked.query().after;
    let (tables, declared) = visit
        .site
        .db
        .read(move |tx| {
            Ok::<_, Problem>((datasets::tables_of(tx, id, &after, PART + 1)?, columns::declared_of(tx, id)?))
        })
        .await?;
    let more = i64::try_from(tables.len()).unwrap_or(i64::MAX) > PART;
    let shown: Vec<_> = tables.into_iter().take(usize::try_from(PART).unwrap_or(100)).collect();
    let whole = declared.iter().any(|(folded, _)| folded.is_empty());
    let rows = shown.iter().map(|file| {
        let own_schema = declared.iter().find(|(folded, _)| *folded == file.path_folded);
        let (count, state) = match own_schema {
            Some((_, table)) => (table.columns.len().to_string(), say("schema-declared")),
            None if whole => (String::new(), say("schema-of-version")),
            None => (String::new(), say("schema-guessed")),
        };
        let columns = file.columns_count.map_or(count, words::number);
        // Of a file that is not measured yet, and shows no first rows, nobody knows the columns.
        let known = own_schema.is_some() || file.columns_count.is_some();
        let name = if known {
            Cell::link(file.path.clone(), table_address(&own, id, &file.path))
        } else {
            Cell::text(file.path.clone())
        };
        vec![
            name.with_small(file.media_type.clone()),
            Cell::number(columns),
            Cell::text(if known { state } else { say("schema-waits") }),
        ]
    });
    let here = urls::version(party, slug, id, "schema");
    let table = Table {
        label: say("task-schema"),
        heads: vec![(say("head-path"), false), (say("columns"), true), (say("head-schema"), false)],
        rows: rows.collect(),
        empty: (say("schema-empty"), say("schema-empty-text"), None),
        next: shown.last().filter(|_| more).map(|f| preview::with(here.clone(), "after", &f.path_folded)),
    };
    let export = urls::version(party, slug, id, crate::packages::NAME);
    let draft = version.state == VersionState::Draft;
    Sheet::new(frame(visit, &own.party, &own.dataset, "task-schema"))
        .crumb(own.dataset.title(lang), urls::dataset_part(party, slug, "edit"))
        .crumb(words::with(lang, "version-label", &[("label", &version.label)]), "")
        .lead(say(if draft { "schema-lead" } else { "schema-final" }))
        .faulty(faults)
        .put_if((!wrongs.is_empty()).then(|| wrong_rows(lang, wrongs)))
        .put(Block::Table(table))
        .put(Block::Links(vec![(crate::packages::NAME.to_owned(), export, "")]))
        .put_if(draft.then(|| give::form(lang, here, typed, faults)))
        .answer()
}

//! The tab of versions on a dataset's page.

use super::views::{grown, verdict};
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Query, Visit, answer};
use crate::market::datasets::releases::{self, Deprecation, Difference};
use crate::market::datasets::{Version, VersionState};
use crate::urls;
use crate::values::Lang;
use crate::web::datasets::{OfferQuery, find, view, views};
use crate::web::sheet::{Cell, Table};
use crate::words;

/// Versions of which the tab says how they differ, newest first; older ones say it on their own page.
const COMPARED: usize = 20;

/// A version, the advice against it, and how it differs from the one before.
type Told = (Version, Option<Deprecation>, Option<Difference>);

fn row(lang: Lang, (party, slug): (&str, &str), (v, advice, difference): &Told) -> Vec<Cell> {
    let note = match (v.state, advice) {
        (VersionState::Recalled, _) => v.recall_reason.clone().unwrap_or_default(),
        (_, Some(advice)) => advice.note.clone(),
        (_, None) => v.change_note.clone(),
    };
    let change = difference.as_ref().map_or_else(Cell::default, |d| Cell::mark(verdict(lang, d.verdict)));
    let size = Cell::number(views::size(v.size_bytes));
    let size = match difference {
        Some(d) if d.bytes.0 != d.bytes.1 => size.with_small(grown(d.bytes.0, d.bytes.1, views::size).1),
        Some(_) | None => size,
    };
    let rows = Cell::number(v.rows_count.map_or_else(|| "–".to_owned(), words::number));
    let rows = match difference {
        Some(d) if d.rows.0 != d.rows.1 => rows.with_small(grown(d.rows.0, d.rows.1, words::number).1),
        Some(_) | None => rows,
    };
    let digest = v.manifest_sha256.as_ref().map(|d| d.short()).unwrap_or_default();
    vec![
        Cell::link(v.label.clone(), urls::release(party, slug, &v.label)).with_small(digest),
        Cell::mark(views::version_mark(lang, v.state)),
        change,
        Cell::time_or(lang, v.published_at, "never"),
        rows,
        size,
        Cell::text(note),
    ]
}

/// The tab.
pub(in crate::web::datasets) async fn page(
    visit: Visit,
    Path(at): Path<(String, String)>,
    Query(query): Query<OfferQuery>,
) -> Answer {
    let found = find(&visit, at).await?;
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let versions = found.versions.clone();
    let told: Vec<Told> = visit
        .site
        .db
        .read(move |tx| {
            let mut told = Vec::with_capacity(versions.len());
            for (place, v) in versions.into_iter().enumerate() {
                let advice = releases::deprecation(tx, v.id)?;
                let difference = if place < COMPARED { releases::difference(tx, &v)?.map(|(_, d)| d) } else { None };
                told.push((v, advice, difference));
            }
            Ok::<_, Problem>(told)
        })
        .await?;
    let mut view = view(&visit, &found, "versions", &query.offer);
    let rows = told.iter().map(|t| row(lang, (&found.party.slug, &found.dataset.slug), t)).collect();
    let heads = vec![
        (say("version"), false),
        (say("head-state"), false),
        (say("difference"), false),
        (say("head-released"), false),
        (say("rows"), true),
        (say("size"), true),
        (say("head-note"), false),
    ];
    view.table = Some(Table {
        label: say("tab-versions"),
        heads,
        rows,
        empty: (say("versions-empty"), say("versions-empty-text"), None),
        next: None,
    });
    answer::html(&view)
}

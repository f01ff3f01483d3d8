//! What was measured: the tab "Schema & quality", the seller's page of measuring, the published rules of the score.

pub mod api;
mod chart;
mod desk;
mod figures;
mod rules;
mod view;

use super::{find, preview, view as dataset_view};
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Query, Visit, answer};
use crate::market::datasets::profiles::{self, Measured, Measuring};
use crate::market::datasets::{self, File, samples};
use crate::measure::disclosure::{Exactness, Rule};
use crate::measure::profile::ColumnProfile;
use crate::measure::quality::Score;
use crate::routes;
use crate::store::Read;
use crate::urls;
use crate::values::{Lang, VersionId};
use crate::words;
use askama::Template;
use serde::Deserialize;
use view::{Part, QualityView};

routes! {
    get "/datasets/{party}/{slug}/quality" Anybody => page,
    get "/datasets/{party}/{slug}/versions/{version}/measurement" SignedIn => desk::page,
    get "/rules/quality" Anybody => rules::page,
}

/// Files that are offered for a look.
const MOST_FILES: i64 = 100;

/// Which file is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FileQuery {
    offer: String,
    file: String,
    after: String,
}

/// What a page of measurements needs: the score of the version, the files to choose from, the one that is shown.
struct Look {
    score: Option<Score>,
    files: Vec<profiles::Short>,
    shown: Option<(File, Measured)>,
}

/// Reads the score of a version, its first files, and the one asked for, else the first table.
fn look(tx: &mut Read, version: VersionId, file: &str, after: &str) -> Result<Look, Problem> {
    let files = profiles::short_of(tx, version, after, MOST_FILES)?;
    let shown = if file.is_empty() {
        let tables = files.iter().find(|f| f.score.is_some());
        let first = tables.or_else(|| files.iter().find(|f| f.state == Measuring::Done)).or_else(|| files.first());
        first.map(|f| f.file_id).map(|id| datasets::file(tx, id)).transpose()?.flatten()
    } else {
        datasets::file_by_path(tx, version, file)?
    };
    let shown = match shown {
        Some(file) => profiles::of_file(tx, file.id)?.map(|measured| (file, measured)),
        None => None,
    };
    Ok(Look { score: profiles::score_of(tx, version)?, files, shown })
}

/// Renders measurements as a part of a page.
fn part(lang: Lang, look: Look, address: impl Fn(&str) -> String) -> Result<String, Problem> {
    let files: Vec<(String, String, bool)> = look
        .files
        .iter()
        .map(|f| (f.path.clone(), address(&f.path), look.shown.as_ref().is_some_and(|(s, _)| s.id == f.file_id)))
        .collect();
    let part = Part { lang, files, score: look.score.as_ref(), shown: look.shown.as_ref() };
    QualityView::of(&part).render().map_err(|error| Problem::broken(&error))
}

async fn page(visit: Visit, Path(at): Path<(String, String)>, Query(query): Query<FileQuery>) -> Answer {
    let found = find(&visit, at).await?;
    let mut view = dataset_view(&visit, &found, "quality", &query.offer);
    if let Some(version) = found.listing.as_ref().map(|l| l.version.id) {
        let asked = query.file.clone();
        let look = visit
            .site
            .db
            .read(move |tx| {
                let mut look = look(tx, version, &asked, "")?;
                if let Some((file, measured)) = look.shown.take() {
                    let rule = rule_of(tx, &file)?;
                    look.shown = Some((file, public(measured, &rule)));
                }
                Ok::<_, Problem>(look)
            })
            .await?;
        if !query.file.is_empty() && look.shown.is_none() {
            return Err(Problem::not_found());
        }
        let here = preview::kept(&found, "quality");
        view.measured = part(visit.lang(), look, |path| preview::with(here.clone(), "file", path))?;
    }
    if view.measured.is_empty() {
        view.table = Some(crate::web::sheet::Table {
            empty: (words::say(visit.lang(), "quality-empty"), words::say(visit.lang(), "quality-empty-text"), None),
            ..crate::web::sheet::Table::default()
        });
    }
    answer::html(&view)
}

/// What the seller lets everybody see of a file.
fn rule_of(tx: &mut Read, file: &File) -> Result<Rule, Problem> {
    Ok(samples::of_file(tx, file.id)?.map(|shown| shown.rule).unwrap_or_default())
}

/// Leaves out what is for the seller only, and what the seller withholds.
fn public(mut measured: Measured, rule: &Rule) -> Measured {
    measured.profile = measured.profile.map(|profile| rule.shown(profile));
    measured.refusal = measured.refusal.map(|(code, _)| (code, String::new()));
    measured
}

/// The type and the unit of each column of a file in words, as far as they are measured.
pub(super) fn types(tx: &mut Read, file: &File) -> Result<Vec<String>, Problem> {
    let profile = profiles::of_file(tx, file.id)?.and_then(|measured| measured.profile);
    let columns = profile.map(|p| p.columns).unwrap_or_default();
    let word = |c: ColumnProfile| match c.unit {
        Some(unit) => format!("{} · {unit}", c.kind.as_str()),
        None => c.kind.as_str().to_owned(),
    };
    Ok(columns.into_iter().map(word).collect())
}

/// What a column's statistics say, in one line.
pub(super) fn in_words(lang: Lang, column: &ColumnProfile, rows: u64) -> String {
    if column.withheld == Some(Exactness::Hidden) {
        return words::say(lang, "quality-withheld");
    }
    let comma = words::say(lang, "list-comma");
    let mut parts = Vec::new();
    let [from, median, to] = view::range(column);
    if from != "–" {
        parts.push(format!("{from} … {to}"));
    }
    if median != "–" {
        parts.push(words::with(lang, "quality-median-word", &[("value", &median)]));
    }
    if !column.top.is_empty() && column.numbers.is_none() {
        let first: Vec<&str> = column.top.iter().take(3).map(|t| t.value.as_str()).collect();
        parts.push(first.join(" · "));
    }
    let distinct = view::distinct(column);
    parts.push(words::with(lang, "quality-distinct-word", &[("count", &distinct)]));
    parts.push(words::with(lang, "quality-missing-word", &[("percent", &figures::percent(column.nulls, rows))]));
    parts.join(&comma)
}

/// A figure in tenths, such as a score.
pub(super) fn tenths(value: u64) -> String {
    figures::tenths(value)
}

/// The mark that says how far measuring a file is.
pub(super) fn state_mark(lang: Lang, state: Measuring) -> crate::web::sheet::Mark {
    let (class, icon) = match state {
        Measuring::Waiting => ("", "clock"),
        Measuring::Running => ("", "chart"),
        Measuring::Done => ("ok", "check"),
        Measuring::Refused => ("bad", "ban"),
    };
    let text = words::say(lang, &format!("measuring-{}", state.as_str()));
    crate::web::sheet::Mark { class, icon, text }
}

/// The address of the measurements of a version for its publisher.
pub(super) fn desk_address(found: (&str, &str), version: VersionId) -> String {
    urls::version(found.0, found.1, version, "measurement")
}

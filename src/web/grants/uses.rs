//! The report of a grant: who took what. As a page, as a table for spreadsheets, as JSON.

use super::acts::sheet;
use super::export;
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Visit, answer};
use crate::market::delivery::{self, Report, UseLine};
use crate::market::grants::Side;
use crate::routes;
use crate::urls;
use crate::values::GrantId;
use crate::web::datasets::views::size;
use crate::web::listing::Items;
use crate::web::sheet::{Block, Cell, Table};
use crate::words;
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/grants/{id}/use" SignedIn => page,
    get "/grants/{id}/use.csv" SignedIn => table,
    get "/api/v1/grants/{id}/use" Caller => show_by_api,
}

async fn load(visit: &Visit, id: GrantId) -> Result<Report, Problem> {
    visit.as_actor()?.read(move |tx, actor, _| Ok(delivery::report(tx, actor, id)?)).await
}

fn taker(visit: &Visit, side: Side, line: &UseLine) -> String {
    let kind = words::say(visit.lang(), if line.machine { "actor-service" } else { "actor-person" });
    if side == Side::Buyer && !line.taker.is_empty() { line.taker.clone() } else { format!("{kind} {}", line.taker) }
}

async fn page(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    let report = load(&visit, id).await?;
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let rows = report
        .lines
        .iter()
        .map(|l| {
            vec![
                Cell::text(l.path.clone()).with_small(words::with(lang, "version-label", &[("label", &l.version)])),
                Cell::text(taker(&visit, report.side, l)),
                Cell::number(words::number(l.downloads)),
                Cell::number(words::number(l.requests)),
                Cell::number(size(l.bytes)),
                Cell::time(lang, l.last_at),
            ]
        })
        .collect();
    let heads = vec![
        (say("head-path"), false),
        (say("head-who"), false),
        (say("limit-downloads"), true),
        (say("head-requests"), true),
        (say("head-bytes"), true),
        (say("head-last-used"), false),
    ];
    let sum = report.lines.iter().fold(0_i64, |sum, l| sum.saturating_add(l.bytes));
    let last = report.lines.iter().map(|l| l.last_at).max();
    let facts = vec![
        (say("limit-volume"), size(sum), String::new()),
        (say("limit-downloads"), words::number(report.lines.iter().map(|l| l.downloads).sum()), String::new()),
        (say("head-last-used"), last.map_or_else(|| say("never-used"), |at| words::date_time(lang, at)), String::new()),
    ];
    let lead = say(if report.side == Side::Buyer { "use-lead" } else { "use-lead-seller" });
    let empty = (say("use-empty"), say("use-empty-text"), Some((say("back"), urls::grant(id))));
    let table = Table { label: say("use-report"), heads, rows, empty, next: None };
    let links = vec![
        ("CSV".to_owned(), urls::grant_part(id, "use.csv"), ""),
        ("JSON".to_owned(), format!("/api/v1/grants/{id}/use"), ""),
    ];
    sheet(&visit, &report.grant, "use-report", &[])
        .lead(lead)
        .put(Block::Facts(facts))
        .put(Block::Table(table))
        .put(Block::Links(links))
        .answer()
}

async fn table(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    let report = load(&visit, id).await?;
    let rows: Vec<Vec<String>> = report
        .lines
        .iter()
        .map(|l| {
            vec![
                report.grant.number.clone(),
                l.version.clone(),
                l.path.clone(),
                if l.machine { "machine" } else { "person" }.to_owned(),
                l.taker.clone(),
                l.downloads.to_string(),
                l.requests.to_string(),
                l.bytes.to_string(),
                l.last_at.rfc3339(),
            ]
        })
        .collect();
    let heads = ["grant", "version", "path", "kind", "taker", "downloads", "requests", "bytes", "last_at"];
    export::csv(&format!("{}-use", report.grant.number), &heads, &rows)
}

/// What one taker had of one file.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseOut {
    version: String,
    path: String,
    /// `person` or `machine`.
    kind: &'static str,
    /// The name for the holder's side; for the seller a number that stands for the same taker throughout.
    taker: String,
    /// Days on which it was taken.
    downloads: i64,
    /// Requests, each range counted.
    requests: i64,
    bytes: i64,
    last_at: String,
}

/// Who took what under a grant, added up by file and taker. The seller learns of no person by name.
#[utoipa::path(get, path = "/api/v1/grants/{id}/use", tag = "grants", params(("id" = String, Path)), responses((status = 200, body = Items<UseOut>), (status = 404)))]
pub(crate) async fn show_by_api(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    super::api::readable(&visit)?;
    let report = load(&visit, id).await?;
    let items = report.lines.into_iter().map(|l| UseOut {
        version: l.version,
        path: l.path,
        kind: if l.machine { "machine" } else { "person" },
        taker: l.taker,
        downloads: l.downloads,
        requests: l.requests,
        bytes: l.bytes,
        last_at: l.last_at.rfc3339(),
    });
    answer::json(&Items::all(items.collect()))
}

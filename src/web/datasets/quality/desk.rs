//! The seller's page of measuring: how far each file is, why one was refused, and what was found before anybody else sees it.

use super::super::edit::{frame, own};
use super::super::preview;
use super::super::views::version_mark;
use super::{FileQuery, MOST_FILES, desk_address, figures, look, part, state_mark};
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Query, Visit};
use crate::market::datasets::profiles::{self, Measuring, Short};
use crate::urls;
use crate::values::{Lang, VersionId};
use crate::web::sheet::{Block, Cell, Sheet, Table};
use crate::words;

pub(super) async fn page(
    visit: Visit,
    Path((party, slug, version)): Path<(String, String, VersionId)>,
    Query(query): Query<FileQuery>,
) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let version = own.versions.iter().find(|v| v.id == version).ok_or_else(Problem::not_found)?;
    let (id, asked, after) = (version.id, query.file.clone(), query.after.clone());
    let (counts, look) = visit
        .site
        .db
        .read(move |tx| Ok::<_, Problem>((profiles::counts_of(tx, id)?, look(tx, id, &asked, &after)?)))
        .await?;
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let here = desk_address((&own.party.slug, &own.dataset.slug), version.id);
    let link = |path: &str| preview::with(here.clone(), "file", path);
    let full = i64::try_from(look.files.len()).unwrap_or(0) >= MOST_FILES;
    let next = look.files.last().filter(|_| full).map(|f| preview::with(here.clone(), "after", &f.path_folded));
    let table = Table {
        label: say("quality-files"),
        heads: vec![
            (say("head-path"), false),
            (say("size"), true),
            (say("rows"), true),
            (say("columns"), true),
            (say("quality-head-state"), false),
            (say("quality-head-score"), true),
        ],
        rows: look.files.iter().map(|f| row(lang, f, &link(&f.path))).collect(),
        empty: (say("files-empty"), say("files-begin-text"), None),
        next,
    };
    let running = counts.iter().any(|(state, _)| matches!(state, Measuring::Waiting | Measuring::Running));
    let text = part(lang, super::Look { files: Vec::new(), ..look }, link)?;
    let mut f = frame(&visit, &own.party, &own.dataset, "measuring-title");
    f.title = format!("{} {}", say("measuring-title"), version.label);
    let mut sheet = Sheet::new(f)
        .crumb(own.dataset.title(lang), urls::dataset_part(&own.party.slug, &own.dataset.slug, "edit"))
        .mark(version_mark(lang, version.state))
        .lead(say("measuring-lead"))
        .put(Block::Pairs(counts.iter().map(|(state, count)| pair(lang, *state, *count)).collect()));
    if running {
        sheet = sheet.put(Block::Links(vec![(say("measuring-reload"), here.clone(), "")]));
    }
    sheet.put(Block::Table(table)).put(Block::Html(text)).answer()
}

fn pair(lang: Lang, state: Measuring, count: i64) -> (String, Cell) {
    (state_mark(lang, state).text, Cell::text(words::number(count)))
}

fn row(lang: Lang, file: &Short, link: &str) -> Vec<Cell> {
    let count = |n: Option<i64>| Cell::number(n.map_or_else(|| "–".to_owned(), words::number));
    let bytes = |n: i64| u64::try_from(n).unwrap_or(0);
    let state = Cell::mark(state_mark(lang, file.state));
    let state = match (file.state, &file.refusal) {
        (Measuring::Running, _) => {
            state.with_small(format!("{} %", figures::percent(bytes(file.done_bytes), bytes(file.size_bytes))))
        }
        (Measuring::Refused, Some(code)) => state.with_small(words::say(lang, &words::key("refusal", code))),
        (Measuring::Waiting | Measuring::Done | Measuring::Refused, _) => state,
    };
    vec![
        Cell::link(file.path.clone(), link).with_small(file.media_type.clone()),
        Cell::number(words::bytes(bytes(file.size_bytes))),
        count(file.rows_count),
        count(file.columns_count),
        state,
        Cell::number(file.tenths().map_or_else(|| "–".to_owned(), figures::tenths)),
    ]
}

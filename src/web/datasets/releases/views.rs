//! What the page of a version shows.

use super::Release;
use crate::http::Visit;
use crate::http::problem::Fault;
use crate::market::datasets::releases::difference::{Changed, Column, TableDifference};
use crate::market::datasets::releases::{Difference, Verdict};
use crate::market::datasets::{Version, VersionState};
use crate::packages;
use crate::urls;
use crate::values::Lang;
use crate::web::datasets::conformance::badge;
use crate::web::datasets::{files_table, views};
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Cell, Fields, FormView, Mark, Sheet, Table};
use crate::words;

/// Changed files that the page of a version names; the API names all.
const SHOWN: usize = 100;

/// What a difference means, as a mark.
pub(super) fn verdict(lang: Lang, verdict: Verdict) -> Mark {
    let (class, icon) = match verdict {
        Verdict::Same => ("plain", "check"),
        Verdict::Compatible => ("ok", "check"),
        Verdict::Breaking => ("warn", "warn"),
    };
    Mark { class, icon, text: words::say(lang, &words::key("difference", verdict.as_str())) }
}

/// A count before and now, with how much it grew.
pub(super) fn grown(before: i64, now: i64, write: fn(i64) -> String) -> (String, String) {
    let change = now.saturating_sub(before);
    let sign = if change >= 0 { "+" } else { "−" };
    (write(now), format!("{sign}{}", write(change.saturating_abs())))
}

fn columns(list: &[Column]) -> String {
    let name = |c: &Column| c.kind.as_ref().map_or_else(|| c.name.clone(), |k| format!("{} ({k})", c.name));
    list.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn table_rows(lang: Lang, table: &TableDifference) -> Vec<Vec<Cell>> {
    let say = |key: &str| words::say(lang, key);
    let row = |key: &str, text: String| vec![Cell::text(table.path.clone()), Cell::text(say(key)), Cell::text(text)];
    let mut rows = Vec::new();
    if let Some(old) = &table.path_before {
        rows.push(row("difference-renamed", format!("{old} → {}", table.path)));
    }
    if !table.removed.is_empty() {
        rows.push(row("difference-columns-removed", columns(&table.removed)));
    }
    for Changed { name, before, after } in &table.changed {
        let or = |t: &str| if t.is_empty() { "–".to_owned() } else { t.to_owned() };
        rows.push(row("difference-column-changed", format!("{name}: {} → {}", or(before), or(after))));
    }
    if !table.added.is_empty() {
        rows.push(row("difference-columns-added", columns(&table.added)));
    }
    if table.reordered {
        rows.push(row("difference-reordered", String::new()));
    }
    if let (Some(before), Some(now)) = table.rows
        && before != now
    {
        let (now, change) = grown(before, now, words::number);
        rows.push(row("rows", format!("{now} ({change})")));
    }
    rows
}

/// The blocks that say how a version differs from the one before it.
fn difference(lang: Lang, before: &Version, found: &Difference) -> Vec<Block> {
    let say = |key: &str| words::say(lang, key);
    let (rows, more_rows) = grown(found.rows.0, found.rows.1, words::number);
    let (bytes, more_bytes) = grown(found.bytes.0, found.bytes.1, views::size);
    let text = words::say(lang, &format!("{}-text", words::key("difference", found.verdict.as_str())));
    let facts = vec![
        (say("difference"), verdict(lang, found.verdict).text, text),
        (say("rows"), rows, more_rows),
        (say("size"), bytes, more_bytes),
    ];
    let mut list: Vec<Vec<Cell>> = Vec::new();
    for (key, paths) in
        [("difference-file-removed", &found.files_removed), ("difference-file-added", &found.files_added)]
    {
        let shown = paths.iter().take(SHOWN);
        list.extend(shown.map(|p| vec![Cell::text(p.clone()), Cell::text(say(key)), Cell::default()]));
    }
    list.extend(found.tables.iter().take(SHOWN).flat_map(|t| table_rows(lang, t)));
    let heading = words::with(lang, "difference-to", &[("label", &before.label)]);
    let mut blocks = vec![Block::Heading(heading.clone()), Block::Facts(facts)];
    if !list.is_empty() {
        let heads = ["head-path", "difference", "head-what"].map(|k| (say(k), false)).to_vec();
        blocks.push(Block::Table(Table { label: heading, heads, rows: list, ..Table::default() }));
    }
    blocks
}

fn state(lang: Lang, release: &Release) -> Option<Block> {
    let v = &release.version;
    if v.state == VersionState::Recalled {
        let values = [("label", v.label.as_str()), ("reason", v.recall_reason.as_deref().unwrap_or_default())];
        return Some(Block::Notice("bad", "ban", words::with(lang, "recalled-because", &values)));
    }
    let advice = release.advice.as_ref()?;
    let values = [("label", v.label.as_str()), ("note", advice.note.as_str())];
    Some(Block::Notice("warn", "warn", words::with(lang, "deprecated-because", &values)))
}

fn manifest(visit: &Visit, release: &Release) -> Vec<Block> {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let Some(digest) = &release.version.manifest_sha256 else { return Vec::new() };
    let at = |part: &str| urls::version(&release.party.slug, &release.dataset.slug, release.version.id, part);
    let signed = release.signature.is_some();
    let mut links = vec![("manifest.json".to_owned(), at("manifest.json"), "")];
    if signed {
        links.push(("manifest.jws".to_owned(), at("manifest.jws"), ""));
    }
    let mark = if signed {
        Mark { class: "ok", icon: "seal", text: say("manifest-signed") }
    } else {
        Mark { class: "plain", icon: "info", text: say("manifest-unsigned") }
    };
    let mut blocks = vec![
        Block::Heading(say("manifest")),
        Block::Pairs(vec![("SHA-256".to_owned(), Cell::digest(digest)), (say("signature"), Cell::mark(mark))]),
        Block::Links(links),
    ];
    if signed {
        let keys = visit.site.absolute("/.well-known/jwks.json");
        let text = format!(
            "curl -o keys.json {keys}\ncurl -o manifest.json {}\ncurl -o manifest.jws {}\nbourse verify manifest.jws --manifest manifest.json --keys keys.json --files FOLDER",
            visit.site.absolute(&at("manifest.json")),
            visit.site.absolute(&at("manifest.jws")),
        );
        blocks.push(Block::Snippet(say("verify-it"), text));
    }
    blocks
}

/// The forms of the publisher: advice against the version, and its taking back.
fn advice_forms(lang: Lang, release: &Release, faults: &[Fault]) -> Vec<Block> {
    let v = &release.version;
    let advisable = matches!(v.state, VersionState::Published | VersionState::Deprecated);
    if !release.publishes || !advisable {
        return Vec::new();
    }
    let say = |key: &str| words::say(lang, key);
    let at = |part: &str| urls::version(&release.party.slug, &release.dataset.slug, v.id, part);
    let typed = release.advice.as_ref().map(|a| a.note.clone()).unwrap_or_default();
    let mut blocks = vec![Block::Form(FormView {
        heading: say("deprecate"),
        lead: say("deprecate-lead"),
        action: at("deprecation"),
        fields: Fields::new(lang, faults).keyed("reason", "deprecation_note", "text", &typed, "").done(),
        button: say("deprecate"),
        ..FormView::default()
    })];
    if release.advice.is_some() {
        blocks.push(Block::Form(FormView {
            heading: say("restore"),
            lead: say("restore-lead"),
            action: at("restoration"),
            button: say("restore"),
            ..FormView::default()
        }));
    }
    blocks
}

/// The page of a version.
pub(super) fn sheet(visit: &Visit, release: &Release, faults: &[Fault]) -> Sheet {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let Release { dataset, party, version: v, .. } = release;
    let title = format!("{} · {}", dataset.title(lang), words::with(lang, "version-label", &[("label", &v.label)]));
    let count = |n: Option<i64>| n.map_or_else(|| "–".to_owned(), words::number);
    let facts = vec![
        (say("rows"), count(v.rows_count), String::new()),
        (say("columns"), count(v.columns_count), say("widest-file")),
        (
            say("size"),
            views::size(v.size_bytes),
            words::with(lang, "files-count", &[("count", &words::number(v.files_count))]),
        ),
        (say("head-released"), v.published_at.map_or_else(|| say("not-yet"), |t| words::date(lang, t)), String::new()),
    ];
    let here = |part: &str| urls::version(&party.slug, &dataset.slug, v.id, part);
    let mut links = vec![(say("lineage"), here("lineage"), "")];
    let labelled = urls::release(&party.slug, &dataset.slug, &v.label);
    links.extend([packages::NAME, packages::CROISSANT].map(|name| (name.to_owned(), format!("{labelled}/{name}"), "")));
    links.extend((!release.declared.is_empty()).then(|| (say("conformance-report"), here("conformance"), "")));
    let report = Some(Block::Links(links));
    let mut sheet = Sheet::new(Frame::of(visit, title))
        .crumb(say("nav-catalogue"), urls::CATALOGUE)
        .crumb(dataset.title(lang), urls::dataset(&party.slug, &dataset.slug))
        .crumb(say("tab-versions"), urls::dataset_part(&party.slug, &dataset.slug, "versions"))
        .mark(views::version_mark(lang, v.state))
        .lead(v.change_note.clone())
        .faulty(faults)
        .put_if(state(lang, release))
        .put_if(report)
        .put(Block::Facts(facts));
    if let Some((before, found)) = &release.before {
        for block in difference(lang, before, found) {
            sheet = sheet.put(block);
        }
    }
    for declared in &release.declared {
        sheet = sheet.mark(badge(lang, declared));
    }
    for block in manifest(visit, release) {
        sheet = sheet.put(block);
    }
    sheet =
        sheet
            .put(Block::Heading(say("tab-files")))
            .put(Block::Table(files_table(lang, &release.files.files, |_| None)));
    if release.files.next.is_some() {
        let all = words::number(v.files_count);
        sheet = sheet.put(Block::Text(words::with(lang, "files-in-manifest", &[("count", &all)])));
    }
    for block in advice_forms(lang, release, faults) {
        sheet = sheet.put(block);
    }
    sheet
}

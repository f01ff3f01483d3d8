//! What the report on declared standards shows.

use super::desk::DeclarationTyped;
use super::{Checks, badge, name};
use crate::http::Visit;
use crate::http::problem::Fault;
use crate::market::datasets::standards::{Checked, Declared, State};
use crate::measure::rules::Broken;
use crate::urls;
use crate::values::Lang;
use crate::web::datasets::views;
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Mark, Sheet, Table};
use crate::words;

/// Files of one declaration that the page shows; the API gives all.
const SHOWN: usize = 100;

fn state(lang: Lang, file: &Checked) -> Mark {
    let (class, icon, key) = match file.found.as_ref().map(|f| f.state) {
        Some(State::Conforms) => ("ok", "check", "check-conforms"),
        Some(State::Breaks) => ("warn", "warn", "check-breaks"),
        Some(State::Unreadable) => ("bad", "cross", "check-unreadable"),
        Some(State::Checking) | None => ("wait", "clock", "check-waits"),
    };
    Mark { class, icon, text: words::say(lang, key) }
}

fn numbers(rows: &[u64], count: u64) -> String {
    let mut text = rows.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    if u64::try_from(rows.len()).is_ok_and(|n| n < count) && !rows.is_empty() {
        text.push_str(" …");
    }
    text
}

fn broken_row(lang: Lang, path: &str, b: &Broken, publishes: bool) -> Vec<Cell> {
    let rule = words::say(lang, &format!("rule-{}", b.rule));
    let mut row = vec![
        Cell::text(path),
        Cell::text(b.field.clone()),
        Cell::text(rule).with_small(b.says.clone()),
        Cell::number(words::number(i64::try_from(b.count).unwrap_or(i64::MAX))),
        Cell::text(numbers(&b.rows, b.count)),
    ];
    if publishes {
        row.push(Cell::mono(b.examples.join(" · ")));
    }
    row
}

/// The table of broken rules of one declaration.
fn broken_table(lang: Lang, declared: &Declared, publishes: bool) -> Option<Table> {
    let say = |key: &str| words::say(lang, key);
    let mut rows = Vec::new();
    for file in declared.files.iter().take(SHOWN) {
        let Some(report) = file.report() else { continue };
        rows.extend(report.broken.iter().map(|b| broken_row(lang, &file.path, b, publishes)));
    }
    let mut heads = vec![
        (say("head-path"), false),
        (say("standard-fields"), false),
        (say("rule"), false),
        (say("rows-that-break"), true),
        (say("first-row-numbers"), false),
    ];
    if publishes {
        heads.push((say("first-values"), false));
    }
    (!rows.is_empty()).then(|| Table { label: say("broken-rules"), heads, rows, ..Table::default() })
}

fn files_table(lang: Lang, declared: &Declared) -> Table {
    let say = |key: &str| words::say(lang, key);
    let row = |f: &Checked| {
        let rows = f.found.as_ref().map_or(0, |c| c.rows_checked);
        let report = f.report();
        let rules = report.as_ref().map_or_else(
            || "–".to_owned(),
            |r| {
                let whole = r.checked.to_string();
                let failed = r.broken.len().to_string();
                words::with(lang, "rules-checked", &[("checked", &whole), ("broken", &failed)])
            },
        );
        let refusal = f.found.as_ref().and_then(|c| c.refusal.clone()).unwrap_or_default();
        vec![
            Cell::text(f.path.clone()),
            Cell { small: refusal, ..Cell::mark(state(lang, f)) },
            Cell::number(words::number(rows)),
            Cell::text(rules),
        ]
    };
    let heads = vec![
        (say("head-path"), false),
        (say("head-state"), false),
        (say("rows"), true),
        (say("standard-rules"), false),
    ];
    Table {
        label: say("tab-files"),
        heads,
        rows: declared.files.iter().take(SHOWN).map(row).collect(),
        empty: (say("no-file-matches"), declared.declaration.pattern.clone(), None),
        next: None,
    }
}

fn section(lang: Lang, checks: &Checks, declared: &Declared) -> Vec<Block> {
    let say = |key: &str| words::say(lang, key);
    let mark = badge(lang, declared);
    let standard = Cell::link(name(lang, &declared.standard), urls::standard(declared.standard.id));
    let mut pairs = vec![
        (say("standard"), standard),
        (say("declared-for"), Cell::mono(declared.declaration.pattern.clone())),
        (say("head-state"), Cell::mark(mark)),
    ];
    if checks.editable() {
        let part = format!("declarations/{}/removal", declared.declaration.id);
        let action = urls::version(&checks.party.slug, &checks.dataset.slug, checks.version.id, &part);
        let remove = Button { action, text: say("remove"), class: "danger", hidden: Vec::new() };
        pairs.push((say("head-action"), Cell::buttons(vec![remove])));
    }
    let mut blocks = vec![
        Block::Heading(name(lang, &declared.standard)),
        Block::Pairs(pairs),
        Block::Table(files_table(lang, declared)),
    ];
    blocks.extend(broken_table(lang, declared, checks.publishes).map(Block::Table));
    blocks
}

fn form(lang: Lang, checks: &Checks, typed: &DeclarationTyped, faults: &[Fault]) -> FormView {
    let choices = checks.library.iter().map(|s| (s.id.to_string(), name(lang, s), String::new()));
    let files = if typed.files.is_empty() { "*" } else { &typed.files };
    let fields = Fields::new(lang, faults)
        .keyed("standard", "standard", "select", &typed.standard, "")
        .choices(choices)
        .keyed("files", "declared_files", "text", files, "")
        .done();
    FormView {
        heading: words::say(lang, "declare-standard"),
        lead: words::say(lang, "declare-standard-lead"),
        action: urls::version(&checks.party.slug, &checks.dataset.slug, checks.version.id, "declarations"),
        fields,
        button: words::say(lang, "declare-standard"),
        class: "primary",
        ..FormView::default()
    }
}

/// The report.
pub(super) fn sheet(visit: &Visit, checks: &Checks, typed: &DeclarationTyped, faults: &[Fault]) -> Sheet {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let Checks { dataset, party, version, .. } = checks;
    let own = if checks.editable() {
        (dataset.title(lang), urls::dataset_part(&party.slug, &dataset.slug, "edit"))
    } else {
        (dataset.title(lang), urls::dataset(&party.slug, &dataset.slug))
    };
    let label = words::with(lang, "version-label", &[("label", &version.label)]);
    let page = if checks.editable() {
        urls::version(&party.slug, &dataset.slug, version.id, "edit")
    } else {
        urls::release(&party.slug, &dataset.slug, &version.label)
    };
    let title = format!("{} · {label}", say("conformance"));
    let mut sheet = Sheet::new(Frame::of(visit, title))
        .crumb(own.0, own.1)
        .crumb(label, page)
        .mark(views::version_mark(lang, version.state))
        .lead(say("conformance-lead"))
        .faulty(faults);
    if checks.declared.is_empty() {
        sheet = sheet.put(Block::Text(say("nothing-declared")));
    }
    for declared in &checks.declared {
        for block in section(lang, checks, declared) {
            sheet = sheet.put(block);
        }
    }
    if checks.editable() {
        sheet = sheet.put(Block::Form(form(lang, checks, typed, faults)));
    }
    sheet.put(Block::Links(vec![(say("nav-standards"), urls::STANDARDS.to_owned(), "")]))
}

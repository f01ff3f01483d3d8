//! What the page of a version's lineage shows.

use super::desk::Typed;
use super::{Lineage, svg};
use crate::http::Visit;
use crate::http::problem::Fault;
use crate::market::datasets::lineage::graph::{Node, What};
use crate::market::datasets::lineage::{Input, OWN, Step};
use crate::market::licences::terms::{Action, Verdict};
use crate::urls;
use crate::values::Lang;
use crate::web::datasets::views;
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Mark, Sheet, Table};
use crate::words;

/// What the licence of an input says about derived data.
fn verdict(lang: Lang, input: &Input) -> Mark {
    let (class, icon, key) = match input.verdict() {
        Some(Verdict::Allowed) => ("ok", "check", "derive-allowed"),
        Some(Verdict::Conditional) => ("warn", "cond", "derive-conditional"),
        Some(Verdict::Forbidden) => ("bad", "cross", "derive-forbidden"),
        None => ("warn", "info", "derive-unknown"),
    };
    Mark { class, icon, text: words::say(lang, key) }
}

fn terms(lang: Lang, input: &Input) -> String {
    let mut parts = Vec::new();
    if let Some(licence) = &input.licence {
        let rule = licence.terms.rule(Action::Derive);
        let note = lang.pick(&rule.note_zh, &rule.note_en);
        parts.extend([rule.clause.clone(), note.to_owned()].into_iter().filter(|t| !t.is_empty()));
        if input.share_alike() {
            parts.push(words::say(lang, "duty-share-alike"));
        }
    }
    parts.join(" · ")
}

fn button(l: &Lineage, lang: Lang, part: &str) -> Cell {
    let action = urls::version(&l.party.slug, &l.dataset.slug, l.version.id, part);
    Cell::buttons(vec![Button { action, text: words::say(lang, "remove"), class: "danger", hidden: Vec::new() }])
}

fn input_row(lang: Lang, l: &Lineage, input: Option<&Input>) -> Vec<Cell> {
    let Some(i) = input else {
        let mut row = vec![Cell::text(words::say(lang, "not-public")), Cell::default(), Cell::default()];
        row.extend(l.editable().then(Cell::default));
        return row;
    };
    let address = &i.row.address;
    let linked = i.row.source_version_id.is_some() || address.starts_with("https://") || address.starts_with("http://");
    let name = if linked { Cell::link(i.row.name.clone(), address.clone()) } else { Cell::text(i.row.name.clone()) };
    let hidden =
        if i.row.confidential == 0 { String::new() } else { format!(" · {}", words::say(lang, "not-public")) };
    let licence = match &i.licence {
        Some(licence) => Cell::link(licence.title(lang), urls::licence(licence.id)).with_small(licence.code.clone()),
        None if i.row.licence_code == OWN => Cell::text(words::say(lang, "own-data")),
        None => Cell::text(i.row.licence_code.clone()),
    };
    let mut row = vec![
        name.with_small(format!("{address}{hidden}")),
        licence,
        Cell { small: terms(lang, i), ..Cell::mark(verdict(lang, i)) },
    ];
    if l.editable() {
        row.push(button(l, lang, &format!("inputs/{}/removal", i.row.id)));
    }
    row
}

fn step_row(lang: Lang, l: &Lineage, s: &Step) -> Vec<Cell> {
    let mut row = vec![
        Cell::text(s.name.clone()).with_small(s.note.clone()),
        Cell::text(s.tool.clone()),
        s.started_at.map_or_else(Cell::default, |at| Cell::time(lang, at)),
        s.ended_at.map_or_else(Cell::default, |at| Cell::time(lang, at)),
    ];
    if l.editable() {
        row.push(button(l, lang, &format!("steps/{}/removal", s.id)));
    }
    row
}

fn node_row(lang: Lang, node: &Node) -> Vec<Cell> {
    let side = match node.level {
        ..0 => "upstream",
        0 => "this-version",
        1.. => "downstream",
    };
    let cell = match &node.what {
        What::Here(here) => {
            let (dataset, version, owner) = here.as_ref();
            Cell::link(node.title(lang), urls::release(owner, &dataset.slug, &version.label))
                .with_small(format!("{owner} · {}", version.label))
        }
        What::Outside(name, address) => Cell::text(name.clone()).with_small(address.clone()),
        What::Hidden => Cell::text(words::say(lang, "not-public")),
    };
    vec![cell, Cell::text(words::say(lang, side)), Cell::number(node.level.abs().to_string())]
}

fn tables(lang: Lang, l: &Lineage) -> Vec<Block> {
    let say = |key: &str| words::say(lang, key);
    let heads = |keys: &[&str]| -> Vec<(String, bool)> {
        let own = l.editable().then_some("head-action");
        keys.iter().copied().chain(own).map(|k| (say(k), false)).collect()
    };
    let inputs = Table {
        label: say("inputs"),
        heads: heads(&["input", "licence", "derived-data"]),
        rows: l.inputs.iter().map(|i| input_row(lang, l, i.as_ref())).collect(),
        empty: (say("no-inputs"), say("no-inputs-text"), None),
        next: None,
    };
    let steps = Table {
        label: say("steps"),
        heads: heads(&["step", "tool", "began", "ended"]),
        rows: l.steps.iter().map(|s| step_row(lang, l, s)).collect(),
        empty: (say("no-steps"), String::new(), None),
        next: None,
    };
    let mut nodes: Vec<&Node> = l.graph.nodes.iter().collect();
    nodes.sort_by_key(|n| n.level);
    let graph = Table {
        label: say("lineage"),
        heads: vec![(say("head-name"), false), (say("direction"), false), (say("steps-away"), true)],
        rows: nodes.into_iter().map(|n| node_row(lang, n)).collect(),
        ..Table::default()
    };
    vec![
        Block::Heading(say("inputs")),
        Block::Table(inputs),
        Block::Heading(say("steps")),
        Block::Table(steps),
        Block::Heading(say("graph-as-table")),
        Block::Table(graph),
    ]
}

fn forms(lang: Lang, l: &Lineage, typed: &Typed, faults: &[Fault]) -> Vec<Block> {
    let say = |key: &str| words::say(lang, key);
    let action = |part: &str| urls::version(&l.party.slug, &l.dataset.slug, l.version.id, part);
    let input = Fields::new(lang, faults)
        .keyed("address", "input_address", "text", &typed.input.address, "")
        .keyed("input_name", "input_name", "text", &typed.input.input_name, "")
        .keyed("licence", "input_licence", "text", &typed.input.licence, "")
        .keyed(
            "input_options",
            "input_options",
            "checks",
            if typed.input.confidential == "on" { "confidential" } else { "" },
            "",
        )
        .choices([("confidential".to_owned(), say("input-confidential"), String::new())])
        .done();
    let step = Fields::new(lang, faults)
        .field("step_name", "text", &typed.step.step_name)
        .field("tool", "text", &typed.step.tool)
        .keyed("note", "step_note", "text", &typed.step.note, "")
        .done();
    let events = Fields::new(lang, faults)
        .field("events", "area", &typed.events.events)
        .field("events_licence", "text", &typed.events.events_licence)
        .done();
    let form = |key: &str, part: &str, fields, class| {
        Block::Form(FormView {
            heading: say(key),
            lead: say(&format!("{key}-lead")),
            action: action(part),
            fields,
            button: say(key),
            class,
            ..FormView::default()
        })
    };
    vec![
        form("add-input", "inputs", input, "primary"),
        form("add-step", "steps", step, ""),
        form("import-openlineage", "openlineage", events, ""),
    ]
}

/// The page.
pub(super) fn sheet(visit: &Visit, l: &Lineage, typed: &Typed, faults: &[Fault]) -> Sheet {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let label = words::with(lang, "version-label", &[("label", &l.version.label)]);
    let (party, slug) = (&l.party.slug, &l.dataset.slug);
    let back = if l.editable() {
        urls::version(party, slug, l.version.id, "edit")
    } else {
        urls::release(party, slug, &l.version.label)
    };
    let mut sheet = Sheet::new(Frame::of(visit, format!("{} · {label}", say("lineage"))))
        .crumb(l.dataset.title(lang), urls::dataset(party, slug))
        .crumb(label, back)
        .mark(views::version_mark(lang, l.version.state))
        .lead(say("lineage-lead"))
        .faulty(faults);
    let forbids = l.inputs.iter().flatten().any(|i| i.verdict() == Some(Verdict::Forbidden));
    if l.editable() && forbids {
        sheet = sheet.put(Block::Notice("bad", "ban", say("input-forbids")));
    }
    sheet = sheet.put(Block::Html(svg::draw(lang, &l.graph)));
    if l.graph.cut {
        sheet = sheet.put(Block::Text(say("graph-cut")));
    }
    for block in tables(lang, l) {
        sheet = sheet.put(block);
    }
    let prov = urls::version(party, slug, l.version.id, "prov.json");
    sheet = sheet.put(Block::Links(vec![("PROV-JSON".to_owned(), prov, "")]));
    if l.editable() {
        for block in forms(lang, l, typed, faults) {
            sheet = sheet.put(block);
        }
    }
    sheet
}

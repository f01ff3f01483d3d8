//! Pages of the library of standards: the list, a standard, and the operator's form that writes one.

pub mod api;
mod forms;

use super::layout::Frame;
use super::sheet::{Block, Cell, Fields, FormView, Sheet, Table};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Visit, see_other};
use crate::market::accounts::{MayOperate, Office};
use crate::market::standards::{self, Standard, StandardError};
use crate::measure::rules::{Field, Rule};
use crate::routes;
use crate::urls;
use crate::values::{Lang, StandardId};
use crate::words;
use forms::StandardTyped;
use serde::Deserialize;

routes! {
    get "/standards" Anybody => list,
    get "/standards/{id}" Anybody => show,
    get "/operator/standards/new" Operator => new_page,
    post "/operator/standards/new" Operator => write,
}

/// Whether the reader keeps the library.
fn keeps(visit: &Visit) -> bool {
    visit.look.actor.as_ref().and_then(|a| a.office()) == Some(Office::Operator)
}

/// Finds a standard.
async fn load(visit: &Visit, id: StandardId) -> Result<Standard, Problem> {
    let found = visit.site.db.read(move |tx| Ok::<_, Problem>(standards::find(tx, id)?)).await?;
    found.ok_or_else(Problem::not_found)
}

async fn list(visit: Visit) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let all = visit.site.db.read(|tx| Ok::<_, Problem>(standards::list(tx)?)).await?;
    let count = |n: usize| Cell::number(words::number(i64::try_from(n).unwrap_or(i64::MAX)));
    let row = |s: &Standard| {
        vec![
            Cell::link(s.title(lang), urls::standard(s.id)).with_small(s.code.clone()),
            Cell::text(s.label.clone()),
            count(s.definition.fields.len()),
            count(s.definition.rules.len()),
            Cell::time(lang, s.created_at),
        ]
    };
    let heads = vec![
        (say("standard"), false),
        (say("head-label"), false),
        (say("standard-fields"), true),
        (say("standard-rules"), true),
        (say("head-since"), false),
    ];
    let table = Table { label: say("nav-standards"), heads, rows: all.iter().map(row).collect(), ..Table::default() };
    let write =
        keeps(&visit).then(|| Block::Links(vec![(say("write-standard"), urls::STANDARD_NEW.to_owned(), "primary")]));
    Sheet::new(Frame::titled(&visit, "nav-standards"))
        .lead(say("standards-lead"))
        .put_if(write)
        .put(Block::Table(table))
        .answer()
}

fn field_row(lang: Lang, f: &Field) -> Vec<Cell> {
    let say = |key: &str| words::say(lang, key);
    let names = if f.names.is_empty() { String::new() } else { f.names.join(", ") };
    vec![
        Cell::text(f.name.clone()).with_small(lang.pick(&f.title_zh, &f.title_en)),
        Cell::text(say(&format!("field-type-{}", f.kind.as_str()))),
        Cell::mono(f.unit.clone()),
        Cell::text(say(if f.required { "yes" } else { "no" })),
        Cell::mono(names),
    ]
}

fn rule_row(lang: Lang, r: &Rule) -> Vec<Cell> {
    let text = words::say(lang, &format!("rule-{}", r.code()));
    vec![Cell::text(r.fields().join(", ")), Cell::text(text), Cell::mono(r.says())]
}

async fn show(visit: Visit, Path(id): Path<StandardId>) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let s = load(&visit, id).await?;
    let heads = |keys: &[&str]| keys.iter().map(|k| (say(k), false)).collect::<Vec<_>>();
    let fields = Table {
        label: say("standard-fields"),
        heads: heads(&["head-name", "field-type", "field-unit", "field-required", "field-names"]),
        rows: s.definition.fields.iter().map(|f| field_row(lang, f)).collect(),
        ..Table::default()
    };
    let rules = Table {
        label: say("standard-rules"),
        heads: heads(&["standard-fields", "rule", "rule-asks"]),
        rows: s.definition.rules.iter().map(|r| rule_row(lang, r)).collect(),
        ..Table::default()
    };
    let mut links = vec![("JSON".to_owned(), format!("/api/v1/standards/{id}"), "")];
    if keeps(&visit) {
        links.push((say("write-standard-from"), format!("{}?from={id}", urls::STANDARD_NEW), ""));
    }
    Sheet::new(Frame::of(&visit, s.title(lang)))
        .crumb(say("nav-standards"), urls::STANDARDS)
        .lead(s.text(lang))
        .put(Block::Pairs(vec![
            (say("head-code"), Cell::mono(s.code.clone())),
            (say("head-label"), Cell::text(s.label.clone())),
            ("SHA-256".to_owned(), Cell::mono(s.sha256.to_string())),
        ]))
        .put(Block::Heading(say("standard-fields")))
        .put(Block::Table(fields))
        .put(Block::Heading(say("standard-rules")))
        .put(Block::Table(rules))
        .put(Block::Links(links))
        .answer()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct From {
    from: String,
}

fn sheet(visit: &Visit, typed: &StandardTyped, faults: &[Fault]) -> Sheet {
    let lang = visit.lang();
    let fields = Fields::new(lang, faults)
        .keyed("code", "standard_code", "text", &typed.code, "")
        .keyed("label", "standard_label", "text", &typed.label, "")
        .half()
        .field("title_zh", "text", &typed.title_zh)
        .field("title_en", "text", &typed.title_en)
        .keyed("text_zh", "standard_text_zh", "area", &typed.text_zh, "")
        .keyed("text_en", "standard_text_en", "area", &typed.text_en, "")
        .keyed("definition", "standard_definition", "area", &typed.definition, "")
        .done();
    let form = FormView {
        action: urls::STANDARD_NEW.to_owned(),
        fields,
        button: words::say(lang, "write-standard"),
        class: "primary",
        ..FormView::default()
    };
    Sheet::new(Frame::titled(visit, "write-standard"))
        .crumb(words::say(lang, "nav-standards"), urls::STANDARDS)
        .lead(words::say(lang, "write-standard-lead"))
        .faulty(faults)
        .put(Block::Form(form))
}

async fn new_page(visit: Visit, Query(query): Query<From>) -> Answer {
    let typed = match query.from.parse::<StandardId>() {
        Ok(id) => StandardTyped::after(&load(&visit, id).await?),
        Err(_) => StandardTyped::begin(),
    };
    sheet(&visit, &typed, &[]).answer()
}

/// Turns a standard that was not written into a problem.
fn standard_problem(error: StandardError) -> Problem {
    match error {
        StandardError::Taken => Problem::invalid(vec![super::accounts::forms::fault("label", "fault-taken")]),
        StandardError::Store(error) => error.into(),
    }
}

async fn write(visit: Visit, form: Form<StandardTyped>) -> Answer {
    let typed = form.typed;
    let new = match typed.parse() {
        Ok(new) => new,
        Err(faults) => return sheet(&visit, &typed, &faults).answer(),
    };
    let made = visit.as_person()?.write_once(form.once, move |tx, actor, now| {
        let may = MayOperate::check(tx, actor)?;
        standards::write(tx, may, &new, now).map(|s| s.id).map_err(standard_problem)
    });
    match made.await {
        Ok(id) => Ok(see_other(format!("{}?done=standard-written", urls::standard(id)))),
        Err(problem) => sheet(&visit, &typed, &problem.into_faults()?).answer(),
    }
}

//! Pages of licences: the shipped ones, own ones, the builder, and the form that writes one. Every licence is public.

pub mod api;
pub mod build;
pub(super) mod builder_form;
pub mod compare;
mod forms;
pub mod intended;
pub mod linked;
pub mod may;
pub(super) mod page;

use super::layout::Frame;
use super::sheet::{Block, Cell, Field, Fields, FormView, Mark, Sheet, Table};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Query, Visit, see_other};
use crate::market::licences::terms::Action;
use crate::market::licences::{self, Licence, MayWriteLicence, WriteError, drafts, standard};
use crate::market::parties::{self, Role};
use crate::routes;
use crate::urls;
use crate::values::{Lang, LicenceId};
use crate::words;
use forms::LicenceTyped;
use serde::Deserialize;

routes! {
    get "/licences" Anybody => list,
    get "/licences/new" SignedIn => new_page,
    post "/licences/new" SignedIn => write,
    get "/licences/{id}" Anybody => page::show,
}

/// A row of the list.
fn row(lang: Lang, l: &Licence) -> Vec<Cell> {
    let shipped = standard::find(&l.code).filter(|_| l.party_id.is_none());
    let summary = shipped.map(|s| lang.pick(s.summary_zh, s.summary_en).to_owned()).unwrap_or_default();
    let state = if shipped.is_some_and(|s| s.spdx.is_none()) {
        Cell::mark(Mark { class: "draft", icon: "info", text: words::say(lang, "template-mark") })
    } else {
        Cell::text(l.label.clone())
    };
    vec![Cell::link(l.title(lang), urls::licence(l.id)).with_small(summary), Cell::mono(l.code.clone()), state]
}

async fn list(visit: Visit) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let actor = visit.look.actor.clone();
    let (all, own, open) = visit
        .site
        .db
        .read(move |tx| {
            let (mut own, mut open) = (Vec::new(), Vec::new());
            if let Some(actor) = &actor {
                for (party, _) in parties::own(tx, actor)? {
                    own.extend(licences::of_party(tx, party.id)?);
                }
                open = drafts::open_of(tx, actor)?;
            }
            Ok::<_, Problem>((licences::list_public(tx)?, own, open))
        })
        .await?;
    let table = |key: &str, rows: Vec<Vec<Cell>>| {
        let heads = ["licence", "head-code", "head-label"].map(|k| (say(k), false)).to_vec();
        Block::Table(Table { label: say(key), heads, rows, ..Table::default() })
    };
    let mut sheet = Sheet::new(Frame::titled(&visit, "nav-licences")).lead(say("licences-lead"));
    if visit.look.actor.is_some() {
        sheet = sheet.put(Block::Links(vec![
            (say("build-licence"), urls::LICENCE_BUILD.to_owned(), "primary"),
            (say("write-licence"), "/licences/new".to_owned(), ""),
        ]));
    }
    if !open.is_empty() {
        let rows = open.iter().map(|d| {
            vec![
                Cell::link(lang.pick(&d.title_zh, &d.title_en), urls::licence_draft(d.id)),
                Cell::mono(d.name.clone()),
                Cell::mark(Mark { class: "draft", icon: "pen", text: say("version-draft") }),
            ]
        });
        sheet = sheet.put(Block::Heading(say("licence-drafts"))).put(table("licence-drafts", rows.collect()));
    }
    if !own.is_empty() {
        let rows = own.iter().rev().map(|l| row(lang, l)).collect();
        sheet = sheet.put(Block::Heading(say("licences-own"))).put(table("licences-own", rows));
        sheet = sheet.put(Block::Heading(say("licences-shipped")));
    }
    sheet.put(table("nav-licences", all.iter().map(|l| row(lang, l)).collect())).answer()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NewQuery {
    organisation: String,
    from: String,
}

fn fields(lang: Lang, typed: &LicenceTyped, faults: &[Fault], own: &[(String, String)]) -> Vec<Field> {
    let verdicts = || {
        ["allowed", "conditional", "forbidden"]
            .map(|v| (v.to_owned(), words::say(lang, &format!("verdict-{v}")), String::new()))
    };
    let mut fields = Fields::new(lang, faults)
        .keyed("organisation", "owner", "select", &typed.organisation, "")
        .choices(own.iter().map(|(s, n)| (s.clone(), n.clone(), String::new())))
        .keyed("name", "licence_name", "text", &typed.name, "")
        .keyed("label", "licence_label", "text", &typed.label, "")
        .half()
        .field("title_zh", "text", &typed.title_zh)
        .field("title_en", "text", &typed.title_en)
        .keyed("text_zh", "licence_text_zh", "area", &typed.text_zh, "")
        .keyed("text_en", "licence_text_en", "area", &typed.text_en, "");
    for (action, value) in Action::ALL.iter().zip(typed.verdicts()) {
        fields = fields.action(action.code(), action.key(), value).choices(verdicts());
    }
    fields.done()
}

async fn sheet(visit: &Visit, typed: &LicenceTyped, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let own = visit.as_person()?.read(move |tx, actor, _| Ok(parties::own(tx, actor)?)).await?;
    let own: Vec<_> = own
        .into_iter()
        .filter(|(_, r)| r.has_any(&[Role::Publisher, Role::Licensor]))
        .map(|(p, _)| (p.slug.clone(), p.name(lang).to_owned()))
        .collect();
    let form = FormView {
        action: "/licences/new".to_owned(),
        fields: fields(lang, typed, faults, &own),
        button: words::say(lang, "write-licence"),
        class: "primary",
        ..FormView::default()
    };
    Sheet::new(Frame::titled(visit, "write-licence"))
        .crumb(words::say(lang, "nav-licences"), urls::LICENCES)
        .lead(words::say(lang, "write-licence-lead"))
        .faulty(faults)
        .put(Block::Form(form))
        .answer()
}

async fn new_page(visit: Visit, Query(query): Query<NewQuery>) -> Answer {
    let mut typed = LicenceTyped::begin(query.organisation);
    if let Ok(from) = query.from.parse::<LicenceId>() {
        let found = visit.site.db.read(move |tx| Ok::<_, Problem>(licences::find(tx, from)?)).await?;
        typed.go_on_from(&found.ok_or_else(Problem::not_found)?);
    }
    sheet(&visit, &typed, &[]).await
}

/// Turns a licence that was not written into a problem.
fn write_problem(error: WriteError) -> Problem {
    let on =
        |field: &str, message| Problem::invalid(vec![Fault { field: field.to_owned(), message, value: String::new() }]);
    match error {
        WriteError::Taken => on("name", "fault-taken"),
        WriteError::Empty => on("text_en", "fault-one-language"),
        WriteError::Store(error) => error.into(),
    }
}

async fn write(visit: Visit, form: Form<LicenceTyped>) -> Answer {
    let typed = form.typed;
    let own = match typed.parse() {
        Ok(own) => own,
        Err(faults) => return sheet(&visit, &typed, &faults).await,
    };
    let slug = typed.organisation.clone();
    let made: Result<LicenceId, Problem> = visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let party = parties::find_by_slug(tx, &slug)?.ok_or_else(Problem::not_found)?;
            let may = MayWriteLicence::check(tx, actor, party.id)?;
            licences::write_own(tx, may, &own, now).map(|l| l.id).map_err(write_problem)
        })
        .await;
    match made {
        Ok(id) => Ok(see_other(format!("{}?done=licence-written", urls::licence(id)))),
        Err(problem) if !problem.faults.is_empty() => sheet(&visit, &typed, &problem.faults).await,
        Err(problem) => Err(problem),
    }
}

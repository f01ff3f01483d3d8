//! Pages of licences: the shipped ones, own ones, and the form that writes one. Every licence is public.

pub mod api;
mod forms;

use super::datasets::views::{Permissions, markdown, permissions};
use super::layout::Frame;
use super::sheet::{Block, Cell, Field, Fields, FormView, Sheet, Table};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Visit, answer, see_other};
use crate::market::licences::terms::Action;
use crate::market::licences::{self, Licence, MayWriteLicence, WriteError, standard};
use crate::market::parties::{self, Role};
use crate::routes;
use crate::urls;
use crate::values::{Lang, LicenceId};
use crate::words;
use askama::Template;
use forms::LicenceTyped;
use serde::Deserialize;

routes! {
    get "/licences" Anybody => list,
    get "/licences/new" SignedIn => new_page,
    post "/licences/new" SignedIn => write,
    get "/licences/{id}" Anybody => show,
}

async fn list(visit: Visit) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let all = visit.site.db.read(|tx| Ok::<_, Problem>(licences::list_public(tx)?)).await?;
    let rows = all
        .iter()
        .map(|l| {
            let summary =
                standard::find(&l.code).map(|s| lang.pick(s.summary_zh, s.summary_en).to_owned()).unwrap_or_default();
            vec![
                Cell::link(l.title(lang), urls::licence(l.id)).with_small(summary),
                Cell::mono(l.code.clone()),
                Cell::text(l.label.clone()),
            ]
        })
        .collect();
    let heads = ["licence", "head-code", "head-label"].map(|k| (say(k), false)).to_vec();
    Sheet::new(Frame::titled(&visit, "nav-licences"))
        .lead(say("licences-lead"))
        .put(Block::Table(Table { label: say("nav-licences"), heads, rows, ..Table::default() }))
        .answer()
}

/// A licence's page.
#[derive(Template)]
#[template(path = "pages/licence.html")]
struct LicenceView {
    f: Frame,
    summary: String,
    template: bool,
    pairs: Vec<(String, String)>,
    permissions: Permissions,
    duties: Vec<(String, String)>,
    /// Language code, and the text as HTML or as it is.
    texts: Vec<(&'static str, String, bool)>,
}

async fn show(visit: Visit, Path(id): Path<LicenceId>) -> Answer {
    let lang = visit.lang();
    let l: Licence = visit
        .site
        .db
        .read(move |tx| Ok::<_, Problem>(licences::find(tx, id)?))
        .await?
        .ok_or_else(Problem::not_found)?;
    let shipped = standard::find(&l.code).filter(|_| l.party_id.is_none());
    let plain = shipped.is_some_and(|s| s.spdx.is_some());
    let order = if lang == Lang::Zh {
        [("zh-CN", &l.text_zh), ("en", &l.text_en)]
    } else {
        [("en", &l.text_en), ("zh-CN", &l.text_zh)]
    };
    let texts = order
        .into_iter()
        .filter(|(_, t)| !t.is_empty())
        .map(|(code, t)| (code, if plain { t.clone() } else { markdown(t) }, plain))
        .collect();
    let duties = l.terms.duties().iter().map(|d| (words::say(lang, d.duty.key()), d.clause.clone())).collect();
    let view = LicenceView {
        f: Frame::of(&visit, l.title(lang)),
        summary: shipped.map(|s| lang.pick(s.summary_zh, s.summary_en).to_owned()).unwrap_or_default(),
        template: shipped.is_some_and(|s| s.spdx.is_none()),
        pairs: vec![
            (words::say(lang, "head-code"), l.code.clone()),
            (words::say(lang, "head-label"), l.label.clone()),
            ("SHA-256".to_owned(), l.sha256.to_string()),
        ],
        permissions: permissions(lang, &l.terms),
        duties,
        texts,
    };
    answer::html(&view)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NewQuery {
    organisation: String,
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
    sheet(&visit, &LicenceTyped::begin(query.organisation), &[]).await
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

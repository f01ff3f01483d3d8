//! Titles, summaries, classification and free texts of a dataset.

use super::super::conflict::{self, Part};
use super::super::edit::{Own, card_fields, dataset_problem, frame, own};
use super::super::forms::DatasetTyped;
use super::{Saved, last_change};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, answer, see_other};
use crate::market::datasets::{self, Dataset, MayChangeDataset, State};
use crate::urls;
use crate::values::Lang;
use crate::web::assets;
use crate::web::sheet::{Block, Field, FormView, Sheet};
use crate::words;

/// The form as it is kept.
fn kept(d: &Dataset) -> DatasetTyped {
    let d = d.clone();
    DatasetTyped {
        organisation: String::new(),
        slug: String::new(),
        title_zh: d.title_zh,
        title_en: d.title_en,
        summary_zh: d.summary_zh,
        summary_en: d.summary_en,
        card_zh: d.card_zh,
        card_en: d.card_en,
        sector: d.sector,
        kind: d.kind,
        use_case: d.use_case,
        level: d.level.to_string(),
        source_statement: d.source_statement,
        contact: d.contact,
        revision: d.revision.to_string(),
        base: String::new(),
    }
}

fn fields(lang: Lang, typed: &DatasetTyped, faults: &[Fault]) -> Vec<Field> {
    card_fields(lang, typed, faults, &[])
}

fn parts(lang: Lang, typed: &DatasetTyped) -> Vec<Part> {
    Part::of(fields(lang, typed, &[]))
}

/// The script that saves a form by itself, with the words that it says.
pub(in crate::web::datasets) fn autosave_script(lang: Lang) -> Block {
    let say = |key: &str| words::say(lang, key).replace('&', "&amp;").replace('"', "&quot;");
    Block::Html(format!(
        r#"<script src="{}" data-saved="{}" data-conflict="{}" data-waiting="{}" defer></script>"#,
        assets::url("draft.js"),
        say("autosave-saved"),
        say("autosave-conflict"),
        say("autosave-waiting"),
    ))
}

fn sheet(visit: &Visit, own: &Own, typed: &DatasetTyped, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    // What is in the catalogue is saved when its publisher says so; only a draft saves itself.
    let autosave = own.dataset.state == State::Draft;
    let plain = fields(lang, typed, faults);
    let base = if typed.base.is_empty() { conflict::base(&parts(lang, typed)) } else { typed.base.clone() };
    let guards = conflict::guards(lang, &typed.revision, &base, autosave);
    let form = FormView {
        action: urls::dataset_part(&own.party.slug, &own.dataset.slug, "texts"),
        fields: plain.into_iter().chain(guards).collect(),
        button: words::say(lang, "save"),
        class: "primary",
        ..FormView::default()
    };
    let back = urls::dataset_part(&own.party.slug, &own.dataset.slug, "edit");
    Sheet::new(frame(visit, &own.party, &own.dataset, "task-basics"))
        .crumb(own.dataset.title(lang), back)
        .lead(words::say(lang, "task-basics-text"))
        .faulty(faults)
        .put_if(own.texts_notice(lang))
        .put(Block::Form(form))
        .put_if(autosave.then(|| autosave_script(lang)))
        .answer()
}

pub(super) async fn page(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    sheet(&visit, &own, &kept(&own.dataset), &[])
}

pub(super) async fn change(
    visit: Visit,
    Path((party, slug)): Path<(String, String)>,
    form: Form<DatasetTyped>,
) -> Answer {
    let (own_before, typed) = (own(&visit, &party, &slug).await?, form.typed);
    let card = match typed.parse_change() {
        Ok(card) => card,
        Err(faults) if visit.look.machine => return Err(Problem::invalid(faults)),
        Err(faults) => return sheet(&visit, &own_before, &typed, &faults),
    };
    let mut revision: i64 = typed.revision.parse().map_err(|_| Problem::bad_request("form"))?;
    let (id, kept_now) = (own_before.dataset.id, kept(&own_before.dataset));
    let (theirs, mine) = (parts(visit.lang(), &kept_now), parts(visit.lang(), &typed));
    if revision != own_before.dataset.revision && conflict::is_mine_alone(&theirs, &mine, &typed.base) {
        revision = own_before.dataset.revision;
    }
    let done = visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeDataset::check(tx, actor, id)?;
            datasets::change(tx, may, revision, &card, now).map_err(dataset_problem)
        })
        .await;
    match done {
        Ok(()) if visit.look.machine => {
            let now = kept(&own(&visit, &party, &slug).await?.dataset);
            let revision: i64 = now.revision.parse().unwrap_or_default();
            answer::json(&Saved { revision: revision.into(), base: conflict::base(&parts(visit.lang(), &now)) })
        }
        Ok(()) => Ok(see_other(format!("{}?done=saved", urls::dataset_part(&party, &slug, "edit")))),
        Err(problem) if problem.code == "overtaken" && !visit.look.machine => {
            compare(&visit, &own(&visit, &party, &slug).await?, &typed).await
        }
        Err(problem) => Err(problem),
    }
}

/// Shows what the other editor wrote beside what was typed.
async fn compare(visit: &Visit, own: &Own, typed: &DatasetTyped) -> Answer {
    let (lang, id) = (visit.lang(), own.dataset.id);
    let who = visit.as_person()?.read(move |tx, actor, _| last_change(tx, actor, id, lang)).await?;
    let place = conflict::Place {
        f: frame(visit, &own.party, &own.dataset, "task-basics"),
        crumb: (own.dataset.title(lang).to_owned(), urls::dataset_part(&own.party.slug, &own.dataset.slug, "texts")),
        action: urls::dataset_part(&own.party.slug, &own.dataset.slug, "texts"),
        who,
    };
    let theirs = parts(lang, &kept(&own.dataset));
    conflict::page(place, &theirs, &parts(lang, typed), &typed.base, &own.dataset.revision.to_string())
}

//! The form of the structured data card: each text in two languages side by side.

use super::super::card_view::SECTIONS;
use super::super::conflict::{self, Part};
use super::super::edit::{Own, frame, own};
use super::basics::autosave_script;
use super::card_form::{CardTyped, names};
use super::{Pairs, Saved, last_change};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, answer, see_other};
use crate::market::datasets::cards::{self, CardError, CardField, Held, Kept, Personal, Rhythm};
use crate::market::datasets::{MayChangeDataset, State};
use crate::urls;
use crate::values::{DatasetId, Lang};
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Field, Fields};
use crate::words;
use actix_web::http::StatusCode;
use askama::Template;

/// One text in both languages.
struct PairView {
    label: String,
    hint: String,
    fields: [Field; 2],
}

/// A section of the form.
struct SectionView {
    title: String,
    facts: Vec<Field>,
    pairs: Vec<PairView>,
}

#[derive(Template)]
#[template(path = "pages/card.html")]
struct CardView {
    f: Frame,
    crumb: (String, String),
    action: String,
    sections: Vec<SectionView>,
    hidden: Vec<Field>,
    notice: Option<Block>,
    script: Option<Block>,
    faults: Vec<(String, String)>,
}

fn pair(lang: Lang, field: CardField, typed: &CardTyped, faults: &[Fault]) -> PairView {
    let (zh, en) = names(field);
    let key = words::key("card", field.as_str());
    let hint = format!("{key}-hint");
    let text = typed.text(field);
    let one = |name: &'static str, code: &str, value: String| Field {
        name,
        label: words::say(lang, code),
        value,
        error: faults
            .iter()
            .find(|f| f.field == name)
            .map(|f| words::with(lang, f.message, &[("value", &f.value)]))
            .unwrap_or_default(),
        kind: "area",
        ..Field::default()
    };
    PairView {
        label: words::say(lang, &key),
        hint: if words::has(lang, &hint) { words::say(lang, &hint) } else { String::new() },
        fields: [one(zh, "in-chinese", text.zh), one(en, "in-english", text.en)],
    }
}

fn choices<'c>(lang: Lang, stem: &str, codes: impl Iterator<Item = &'c str>) -> Vec<(String, String, String)> {
    codes.map(|c| (c.to_owned(), words::say(lang, &words::key(stem, c)), String::new())).collect()
}

/// The facts of a section that are chosen or short.
fn facts(lang: Lang, section: &str, typed: &CardTyped, faults: &[Fault]) -> Vec<Field> {
    let fields = Fields::new(lang, faults);
    match section {
        "card-reach" => fields
            .field("covers_from", "text", &typed.covers_from)
            .half()
            .field("covers_to", "text", &typed.covers_to)
            .half()
            .field("rhythm", "select", &typed.rhythm)
            .choices(choices(lang, "rhythm", Rhythm::ALL.iter().map(|v| v.as_str())))
            .done(),
        "card-rights" => {
            let held = || choices(lang, "held", Held::ALL.iter().map(|v| v.as_str()));
            fields
                .field("right_holding", "select", &typed.right_holding)
                .choices(held())
                .field("right_use", "select", &typed.right_use)
                .choices(held())
                .field("right_operation", "select", &typed.right_operation)
                .choices(held())
                .field("personal", "select", &typed.personal)
                .choices(choices(lang, "personal", Personal::ALL.iter().map(|v| v.as_str())))
                .done()
        }
        _ => Vec::new(),
    }
}

fn sections(lang: Lang, typed: &CardTyped, faults: &[Fault]) -> Vec<SectionView> {
    let section = |(title, fields): &(&str, &[CardField])| SectionView {
        title: words::say(lang, title),
        facts: facts(lang, title, typed, faults),
        pairs: fields.iter().map(|field| pair(lang, *field, typed, faults)).collect(),
    };
    SECTIONS.iter().map(section).collect()
}

/// Every field of the form in one list, each under its whole name.
fn flat(lang: Lang, typed: &CardTyped) -> Vec<Part> {
    let mut all = Vec::new();
    for section in sections(lang, typed, &[]) {
        all.extend(section.facts);
        for pair in section.pairs {
            all.extend(pair.fields.map(|field| Field { label: format!("{} – {}", pair.label, field.label), ..field }));
        }
    }
    Part::of(all)
}

fn show(visit: &Visit, own: &Own, typed: &CardTyped, at: (&str, &str), faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let (revision, base) = at;
    let autosave = own.dataset.state == State::Draft;
    let base = if base.is_empty() { conflict::base(&flat(lang, typed)) } else { base.to_owned() };
    let view = CardView {
        f: frame(visit, &own.party, &own.dataset, "task-card"),
        crumb: (own.dataset.title(lang).to_owned(), urls::dataset_part(&own.party.slug, &own.dataset.slug, "edit")),
        action: urls::dataset_part(&own.party.slug, &own.dataset.slug, "card"),
        sections: sections(lang, typed, faults),
        hidden: conflict::guards(lang, revision, &base, autosave),
        notice: own.texts_notice(lang),
        script: autosave.then(|| autosave_script(lang)),
        faults: faults
            .iter()
            .map(|f| (f.field.clone(), words::with(lang, f.message, &[("value", &f.value)])))
            .collect(),
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    answer::html_as(status, &view)
}

async fn kept(visit: &Visit, id: DatasetId) -> Result<Kept, Problem> {
    visit.site.db.read(move |tx| Ok::<_, Problem>(cards::details(tx, id)?)).await
}

pub(super) async fn page(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let kept = kept(&visit, own.dataset.id).await?;
    show(&visit, &own, &CardTyped::of(&kept.details), (&kept.revision.to_string(), ""), &[])
}

/// Turns a card that was not changed into a problem.
pub(in crate::web::datasets) fn card_problem(error: CardError) -> Problem {
    match error {
        CardError::Overtaken => Problem::conflict("overtaken"),
        CardError::Refused(refused) => refused.into(),
        CardError::Store(error) => error.into(),
    }
}

pub(super) async fn change(visit: Visit, Path((party, slug)): Path<(String, String)>, form: Form<Pairs>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let (lang, id, typed, base) =
        (visit.lang(), own.dataset.id, CardTyped::of_form(&form.typed), form.typed.get("base").to_owned());
    let typed_revision = form.typed.get("revision").to_owned();
    let details = match typed.parse() {
        Ok(details) => details,
        Err(faults) if visit.look.machine => return Err(Problem::invalid(faults)),
        Err(faults) => return show(&visit, &own, &typed, (&typed_revision, &base), &faults),
    };
    let mut revision: i64 = typed_revision.parse().map_err(|_| Problem::bad_request("form"))?;
    let before = kept(&visit, id).await?;
    let (theirs, mine) = (flat(lang, &CardTyped::of(&before.details)), flat(lang, &typed));
    if before.revision != revision && conflict::is_mine_alone(&theirs, &mine, &base) {
        revision = before.revision;
    }
    let done = visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeDataset::check(tx, actor, id)?;
            cards::change_details(tx, may, revision, &details, now).map_err(card_problem)
        })
        .await;
    match done {
        Ok(()) if visit.look.machine => {
            let now = kept(&visit, id).await?;
            let base = conflict::base(&flat(lang, &CardTyped::of(&now.details)));
            answer::json(&Saved { revision: now.revision.into(), base })
        }
        Ok(()) => Ok(see_other(format!("{}?done=saved", urls::dataset_part(&party, &slug, "edit")))),
        Err(problem) if problem.code == "overtaken" && !visit.look.machine => {
            compare(&visit, &own, &typed, &base).await
        }
        Err(problem) => Err(problem),
    }
}

/// Shows what the other editor wrote beside what was typed.
async fn compare(visit: &Visit, own: &Own, typed: &CardTyped, base: &str) -> Answer {
    let (lang, id) = (visit.lang(), own.dataset.id);
    let (who, kept) = visit
        .as_person()?
        .read(move |tx, actor, _| Ok((last_change(tx, actor, id, lang)?, cards::details(tx, id)?)))
        .await?;
    let here = urls::dataset_part(&own.party.slug, &own.dataset.slug, "card");
    let place = conflict::Place {
        f: frame(visit, &own.party, &own.dataset, "task-card"),
        crumb: (own.dataset.title(lang).to_owned(), here.clone()),
        action: here,
        who,
    };
    conflict::page(
        place,
        &flat(lang, &CardTyped::of(&kept.details)),
        &flat(lang, typed),
        base,
        &kept.revision.to_string(),
    )
}

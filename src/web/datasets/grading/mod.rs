//! The questionnaire of a dataset: its class, then the questions of that class; the answers lead to the level.

pub mod api;

use super::edit::{Own, frame, own};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Typed, Visit, see_other};
use crate::market::datasets::{self, Answers, GradeError, Grading, MayChangeDataset};
use crate::market::parties;
use crate::market::rules::{self, BadAnswer, Edition, MOST_QUESTIONS, Question};
use crate::routes;
use crate::urls;
use crate::values::{DatasetId, Lang, Line, Prose};
use crate::web::accounts::forms::{Faults, fault};
use crate::web::rules::{edition_address, level_mark, level_word};
use crate::web::sheet::{Block, Cell, Field, Fields, FormView, Sheet, Table};
use crate::words;
use serde::Deserialize;
use std::collections::BTreeMap;

routes! {
    get "/datasets/by-id/{id}/level" SignedIn => by_id,
    get "/datasets/{party}/{slug}/level" SignedIn => page,
    post "/datasets/{party}/{slug}/level" SignedIn => grade,
}

/// The names of the fields of the questions, in order.
const NAMES: [&str; MOST_QUESTIONS] = [
    "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15", "q16", "q17",
    "q18", "q19", "q20",
];

/// The filled-in questionnaire.
#[derive(Debug, Default, Deserialize)]
pub struct GradingTyped {
    #[serde(default)]
    edition: String,
    #[serde(default)]
    class: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    filing_reference: String,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}
impl Typed for GradingTyped {}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ClassQuery {
    class: String,
}

async fn by_id(visit: Visit, Path(id): Path<DatasetId>) -> Answer {
    let to = visit
        .as_person()?
        .read(move |tx, actor, _| {
            MayChangeDataset::beside_review(tx, actor, id)?;
            let dataset = datasets::get(tx, id)?;
            let party = parties::get(tx, dataset.party_id)?;
            Ok(urls::dataset_part(&party.slug, &dataset.slug, "level"))
        })
        .await?;
    Ok(see_other(to))
}

/// Turns refused answers into a problem; a question is named by its field.
pub(super) fn grade_problem(error: GradeError, field: impl Fn(&str) -> String) -> Problem {
    match error {
        GradeError::Answer(BadAnswer::Class) => Problem::invalid(vec![fault("class", "fault-choice")]),
        GradeError::Answer(BadAnswer::Question(code)) => Problem::invalid(vec![fault(&field(&code), "fault-answer")]),
        GradeError::Answer(BadAnswer::NotAsked(code)) => {
            Problem::invalid(vec![fault(&field(&code), "fault-not-asked")])
        }
        GradeError::NoFiling(_) => Problem::invalid(vec![fault("filing_reference", "fault-filing")]),
        GradeError::Lowered => Problem::conflict("level-lowered"),
        GradeError::Overtaken => Problem::conflict("overtaken"),
        GradeError::Store(error) => error.into(),
    }
}

/// Reads reason and filing reference.
pub(super) fn words_of(reason: &str, filing: &str) -> Result<(Prose, Line), Vec<Fault>> {
    let mut faults = Faults::default();
    let reason = faults.text("reason", Prose::parse(reason));
    let filing = faults.text("filing_reference", Line::optional(filing));
    reason.zip(filing).ok_or(faults.0)
}

/// The answers of a grading, as they stood in its edition.
pub(in crate::web) fn answers_blocks(lang: Lang, edition: &Edition, g: &Grading) -> Vec<Block> {
    let say = |key: &str| words::say(lang, key);
    let class = edition.book.classes.iter().find(|c| c.code == g.class).map_or(g.class.as_str(), |c| c.text(lang));
    let mut pairs = vec![
        (say("field-level"), Cell::mark(level_mark(lang, g.level))),
        (say("field-class"), Cell::text(class)),
        (say("field-reason"), Cell::text(g.reason.clone())),
    ];
    if !g.filing_reference.is_empty() {
        pairs.push((say("field-filing-reference"), Cell::mono(g.filing_reference.clone())));
    }
    let by = Cell::text(g.decided_by.clone()).with_small(words::date_time(lang, g.decided_at));
    pairs.push((say("graded-by"), by));
    let edition_link = Cell::link(edition.number.to_string(), edition_address(edition.number));
    pairs.push((say("rules-edition"), edition_link));
    let row = |q: &Question| {
        let given = g.answers.get(&q.code);
        let answer = q.answers.iter().find(|a| Some(&a.code) == given)?;
        Some(vec![Cell::text(q.text(lang)), Cell::text(answer.text(lang)), Cell::mark(level_mark(lang, answer.level))])
    };
    let heads = ["rules-question", "rules-answer", "rules-leads-to"].map(|k| (say(k), false)).to_vec();
    let rows = edition.book.asked(&g.class).filter_map(row).collect();
    vec![Block::Pairs(pairs), Block::Table(Table { label: say("rules-questions"), heads, rows, ..Table::default() })]
}

struct Loaded {
    edition: Edition,
    gradings: Vec<Grading>,
    /// The edition of the grading that counts.
    of_grading: Option<Edition>,
}

async fn load(visit: &Visit, dataset: DatasetId) -> Result<Loaded, Problem> {
    visit
        .as_person()?
        .read(move |tx, actor, _| {
            MayChangeDataset::beside_review(tx, actor, dataset)?;
            let gradings = datasets::gradings_of(tx, dataset)?;
            let of_grading = gradings.first().map(|g| rules::edition(tx, g.edition)).transpose()?.flatten();
            Ok(Loaded { edition: rules::current(tx)?, gradings, of_grading })
        })
        .await
}

/// The form of one class: a choice for each question, the reason, the filing reference.
fn form(lang: Lang, edition: &Edition, typed: &GradingTyped, faults: &[Fault], action: String) -> FormView {
    let mut fields: Vec<Field> = Vec::new();
    for (name, q) in NAMES.iter().zip(edition.book.asked(&typed.class)) {
        let value = typed.rest.get(*name).cloned().unwrap_or_default();
        let error = faults.iter().find(|f| f.field == *name).map(|f| words::say(lang, f.message)).unwrap_or_default();
        fields.push(Field {
            name,
            label: q.text(lang).to_owned(),
            hint: q.basis.clone(),
            choices: q
                .answers
                .iter()
                .map(|a| (a.code.clone(), a.text(lang).to_owned(), level_word(lang, a.level), a.code == value))
                .collect(),
            value,
            error,
            kind: "radio",
            ..Field::default()
        });
    }
    fields.extend(
        Fields::new(lang, faults)
            .keyed("reason", "grading_reason", "area", &typed.reason, "")
            .field("filing_reference", "text", &typed.filing_reference)
            .field("class", "hidden", &typed.class)
            .field("edition", "hidden", &edition.number.to_string())
            .done(),
    );
    FormView { action, fields, button: words::say(lang, "grade"), class: "primary", ..FormView::default() }
}

fn sheet(visit: &Visit, own: &Own, loaded: &Loaded, typed: &GradingTyped, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let here = urls::dataset_part(&own.party.slug, &own.dataset.slug, "level");
    let book = &loaded.edition.book;
    let class = book.classes.iter().find(|c| c.code == typed.class);
    let mut sheet = Sheet::new(frame(visit, &own.party, &own.dataset, "level"))
        .crumb(own.dataset.title(lang), urls::dataset_part(&own.party.slug, &own.dataset.slug, "edit"))
        .mark(level_mark(lang, own.dataset.level))
        .lead(say("grading-lead"))
        .faulty(faults);
    if let Some(class) = class {
        return sheet
            .put(Block::Facts(vec![(say("field-class"), class.text(lang).to_owned(), String::new())]))
            .put(Block::Links(vec![(say("other-class"), here.clone(), "")]))
            .put(Block::Form(form(lang, &loaded.edition, typed, faults, here)))
            .answer();
    }
    match (loaded.gradings.first(), &loaded.of_grading) {
        (Some(g), Some(edition)) => {
            sheet = sheet.put(Block::Heading(say("grading-now")));
            for block in answers_blocks(lang, edition, g) {
                sheet = sheet.put(block);
            }
        }
        _ => sheet = sheet.put(Block::Notice("warn", "info", say("not-graded"))),
    }
    let rows = book
        .classes
        .iter()
        .map(|c| vec![Cell::link(c.text(lang), format!("{here}?class={}", urls::encode(&c.code)))])
        .collect();
    let heads = vec![(say("field-class"), false)];
    let choose = Table { label: say("choose-class"), heads, rows, ..Table::default() };
    sheet = sheet
        .put(Block::Heading(say("choose-class")))
        .put(Block::Text(say("choose-class-text")))
        .put(Block::Table(choose))
        .put(Block::Links(vec![(say("read-rules"), urls::RULES.to_owned(), "")]));
    if loaded.gradings.len() > 1 {
        let rows = loaded
            .gradings
            .iter()
            .map(|g| {
                vec![
                    Cell::time(lang, g.decided_at),
                    Cell::mark(level_mark(lang, g.level)),
                    Cell::text(g.decided_by.clone()),
                    Cell::text(g.reason.clone()).with_small(g.filing_reference.clone()),
                ]
            })
            .collect();
        let heads = ["head-when", "level", "head-who", "field-reason"].map(|k| (say(k), false)).to_vec();
        sheet = sheet.put(Block::Heading(say("gradings"))).put(Block::Table(Table {
            label: say("gradings"),
            heads,
            rows,
            ..Table::default()
        }));
    }
    sheet.answer()
}

async fn page(visit: Visit, Path((party, slug)): Path<(String, String)>, Query(query): Query<ClassQuery>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let loaded = load(&visit, own.dataset.id).await?;
    // Answered again, the form begins with the answers of last time.
    let mut typed = GradingTyped { class: query.class, ..GradingTyped::default() };
    if let Some(last) = loaded.gradings.first() {
        for (name, q) in NAMES.iter().zip(loaded.edition.book.asked(&typed.class)) {
            if let Some(answer) = last.answers.get(&q.code) {
                typed.rest.insert((*name).to_owned(), answer.clone());
            }
        }
        typed.reason.clone_from(&last.reason);
        typed.filing_reference.clone_from(&last.filing_reference);
    }
    sheet(&visit, &own, &loaded, &typed, &[])
}

async fn grade(visit: Visit, Path((party, slug)): Path<(String, String)>, form: Form<GradingTyped>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let (typed, id) = (form.typed, own.dataset.id);
    let loaded = load(&visit, id).await?;
    let asked: Vec<String> = loaded.edition.book.asked(&typed.class).map(|q| q.code.clone()).collect();
    let mut answers = BTreeMap::new();
    for (name, code) in NAMES.iter().zip(&asked) {
        answers.extend(typed.rest.get(*name).map(|answer| (code.clone(), answer.clone())));
    }
    let mut faults = Vec::new();
    for (name, code) in NAMES.iter().zip(&asked) {
        if !answers.contains_key(code) {
            faults.push(fault(name, "fault-answer"));
        }
    }
    let words = words_of(&typed.reason, &typed.filing_reference);
    let (reason, filing) = match (words, faults.is_empty()) {
        (Ok(words), true) => words,
        (words, _) => {
            faults.extend(words.err().unwrap_or_default());
            return sheet(&visit, &own, &loaded, &typed, &faults);
        }
    };
    let edition = typed.edition.parse().map_err(|_| Problem::bad_request("form"))?;
    let given = Answers { edition, class: typed.class.clone(), answers, reason, filing };
    let done = visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let may = MayChangeDataset::check(tx, actor, id)?;
            let field = |code: &str| {
                let at = asked.iter().position(|c| c == code);
                at.and_then(|at| NAMES.get(at)).map_or_else(|| code.to_owned(), |name| (*name).to_owned())
            };
            datasets::grade(tx, may, &given, now).map_err(|error| grade_problem(error, field))
        })
        .await;
    match done {
        Ok(_) => Ok(see_other(format!("{}?done=graded", urls::dataset_part(&party, &slug, "level")))),
        Err(problem) if !problem.faults.is_empty() => sheet(&visit, &own, &loaded, &typed, &problem.faults),
        Err(problem) => Err(problem),
    }
}

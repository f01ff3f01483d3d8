//! The rules of the exchange: published for everybody, changed by the operator.

pub mod api;
pub mod edit;
pub mod forms;

use super::layout::Frame;
use super::sheet::{Block, Cell, Mark, Sheet, Table};
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Visit};
use crate::market::rules::{self, Book, Edition, Level, LevelRule, Question, RulesError};
use crate::routes;
use crate::urls;
use crate::values::Lang;
use crate::web::accounts::forms::fault;
use crate::words;

routes! {
    get "/rules" Anybody => page,
    get "/rules/editions/{number}" Anybody => one,
}

/// The words of a level.
#[must_use]
pub fn level_word(lang: Lang, level: Level) -> String {
    words::say(
        lang,
        match level {
            Level::General => "level-general-word",
            Level::Important => "level-important-word",
            Level::Core => "level-core-word",
        },
    )
}

/// A level as a mark.
#[must_use]
pub fn level_mark(lang: Lang, level: Level) -> Mark {
    let (class, icon) = match level {
        Level::General => ("ok", "check"),
        Level::Important => ("warn", "warn"),
        Level::Core => ("bad", "ban"),
    };
    Mark { class, icon, text: level_word(lang, level) }
}

/// Turns a refused change into a problem.
fn rules_problem(error: RulesError) -> Problem {
    match error {
        RulesError::Overtaken => Problem::conflict("overtaken"),
        RulesError::Bad(bad) => {
            let message = match bad.why {
                "code" => "fault-rule-code",
                "double" => "fault-rule-double",
                "few" => "fault-rule-few",
                "many" => "fault-rule-many",
                "class" => "fault-rule-class",
                "level" => "fault-rule-level",
                "country" => "fault-rule-country",
                _ => "fault-rule-text",
            };
            let mut fault = fault(&bad.at, message);
            fault.value.clone_from(&bad.at);
            Problem::invalid(vec![fault])
        }
        RulesError::Store(error) => error.into(),
    }
}

fn yes_no(lang: Lang, yes: bool) -> Cell {
    Cell::text(words::say(lang, if yes { "yes" } else { "no" }))
}

/// The table of what each level means.
fn levels_table(lang: Lang, book: &Book, link: impl Fn(&LevelRule) -> Option<String>) -> Table {
    let say = |key: &str| words::say(lang, key);
    let row = |rule: &LevelRule| {
        let mut first = Cell::mark(level_mark(lang, rule.level));
        if let Some(href) = link(rule) {
            first = Cell::link(level_word(lang, rule.level), href);
        }
        let territories = if rule.territories.is_empty() { say("everywhere") } else { rule.territories.join(", ") };
        vec![
            first,
            yes_no(lang, rule.listing),
            yes_no(lang, rule.filing),
            yes_no(lang, rule.compliance_publishing),
            yes_no(lang, rule.verified_buyer),
            Cell::text(territories),
            yes_no(lang, rule.compliance_purchase),
        ]
    };
    let heads = [
        "level",
        "rule-listing",
        "rule-filing",
        "rule-compliance-publishing",
        "rule-verified-buyer",
        "rule-territories",
        "rule-compliance-purchase",
    ];
    Table {
        label: say("rules-levels"),
        heads: heads.map(|k| (say(k), false)).to_vec(),
        rows: book.levels.iter().map(row).collect(),
        ..Table::default()
    }
}

/// The words of the classes for which a question is asked.
fn classes_of(lang: Lang, book: &Book, q: &Question) -> String {
    if q.classes.is_empty() {
        return words::say(lang, "all-classes");
    }
    let name = |text: &str| text.split(['：', ':']).next().unwrap_or_default().to_owned();
    let named = book.classes.iter().filter(|c| q.is_for(&c.code)).map(|c| name(c.text(lang)));
    named.collect::<Vec<_>>().join(if lang == Lang::Zh { "、" } else { ", " })
}

/// The table of questions, a row for each answer.
fn questions_table(lang: Lang, book: &Book, link: impl Fn(&Question) -> Option<String>) -> Table {
    let say = |key: &str| words::say(lang, key);
    let mut rows = Vec::new();
    for q in &book.questions {
        for (i, a) in q.answers.iter().enumerate() {
            let question = match (i, link(q)) {
                (0, Some(href)) => Cell::link(q.text(lang), href).with_small(classes_of(lang, book, q)),
                (0, None) => Cell::text(q.text(lang)).with_small(classes_of(lang, book, q)),
                _ => Cell::text(""),
            };
            let basis = if i == 0 { q.basis.clone() } else { String::new() };
            rows.push(vec![
                question,
                Cell::text(a.text(lang)),
                Cell::mark(level_mark(lang, a.level)),
                Cell::text(basis),
            ]);
        }
    }
    let heads = ["rules-question", "rules-answer", "rules-leads-to", "rules-basis"];
    Table { label: say("rules-questions"), heads: heads.map(|k| (say(k), false)).to_vec(), rows, ..Table::default() }
}

fn sheet(visit: &Visit, edition: &Edition, current: i64) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let moderation = say(&words::key("moderation", edition.book.moderation.as_str()));
    let old = (edition.number != current)
        .then(|| Block::Notice("warn", "info", words::with(lang, "rules-old", &[("number", &current.to_string())])));
    let classes = edition.book.classes.iter().map(|c| (c.code.clone(), Cell::text(c.text(lang)))).collect();
    Sheet::new(Frame::titled(visit, "exchange-rules-title"))
        .lead(say("exchange-rules-lead"))
        .put_if(old)
        .put(Block::Facts(vec![
            (say("rules-edition"), edition.number.to_string(), words::date(lang, edition.made_at)),
            (say("moderation"), moderation, String::new()),
        ]))
        .put(Block::Heading(say("rules-levels")))
        .put(Block::Table(levels_table(lang, &edition.book, |_| None)))
        .put(Block::Heading(say("rules-classes")))
        .put(Block::Pairs(classes))
        .put(Block::Heading(say("rules-questions")))
        .put(Block::Text(say("rules-questions-text")))
        .put(Block::Table(questions_table(lang, &edition.book, |_| None)))
        .answer()
}

async fn page(visit: Visit) -> Answer {
    let edition = visit.site.db.read(|tx| Ok::<_, Problem>(rules::current(tx)?)).await?;
    sheet(&visit, &edition, edition.number)
}

async fn one(visit: Visit, Path(number): Path<i64>) -> Answer {
    let (edition, current) = visit
        .site
        .db
        .read(move |tx| {
            let edition = rules::edition(tx, number)?.ok_or_else(Problem::not_found)?;
            Ok::<_, Problem>((edition, rules::current(tx)?.number))
        })
        .await?;
    sheet(&visit, &edition, current)
}

/// The address of an edition.
#[must_use]
pub fn edition_address(number: i64) -> String {
    format!("{}/editions/{number}", urls::RULES)
}

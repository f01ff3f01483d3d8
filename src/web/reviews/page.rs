//! The page of a review: what differs, what the files are, the sample, the answers about the level, the decision.

use super::forms::ReviewTyped;
use super::{Faults, age, compare, state_mark};
use crate::http::problem::Problem;
use crate::http::{Answer, Visit};
use crate::market::conditions::all_met;
use crate::market::datasets;
use crate::market::datasets::samples::{self, Shown};
use crate::market::reviews::{self, Desk, Verdict, Whole};
use crate::market::rules::{self, Edition, Phrase};
use crate::urls;
use crate::values::{Lang, ReviewId};
use crate::web::datasets::grading::answers_blocks;
use crate::web::datasets::views::markdown;
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Cell, Fields, FormView, Sheet, Table, conditions};
use crate::words;

/// Rows and columns of a sample that a reviewer sees: as many as fit on a page.
const SAMPLE_ROWS: usize = 10;
/// Files whose sample is shown.
const SAMPLE_FILES: i64 = 3;

struct Loaded {
    whole: Whole,
    sampled: Vec<(datasets::File, Shown)>,
    grading: Option<(datasets::Grading, Edition)>,
}

async fn load(visit: &Visit, id: ReviewId) -> Result<Loaded, Problem> {
    visit
        .as_person()?
        .read(move |tx, actor, _| {
            let whole = reviews::whole(tx, actor, id)?;
            let sampled = samples::shown_of(tx, whole.version.id, SAMPLE_FILES)?;
            let last = datasets::gradings_of(tx, whole.dataset.id)?;
            let grading = last.into_iter().find(|g| g.decided_at <= whole.review.submitted_at);
            let grading = match grading {
                Some(g) => rules::edition(tx, g.edition)?.map(|edition| (g, edition)),
                None => None,
            };
            Ok(Loaded { whole, sampled, grading })
        })
        .await
}

fn facts(visit: &Visit, w: &Whole) -> Block {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let r = &w.review;
    let waits = if r.state.desk().is_some() { age(lang, r.submitted_at, visit.now()) } else { String::new() };
    let before = w.before.as_ref().map_or_else(|| say("first-listing"), |(s, _)| s.label.clone());
    let then = w.before.as_ref().map(|(_, at)| words::date(lang, *at)).unwrap_or_default();
    Block::Facts(vec![
        (say("lane-seller"), w.party.name(lang).to_owned(), r.submitted_by_name.clone()),
        (say("head-submitted"), words::date_time(lang, r.submitted_at), waits),
        (say("version"), r.card.label.clone(), w.version.change_note.lines().next().unwrap_or_default().to_owned()),
        (say("diff-before"), before, then),
        (say("level"), crate::web::rules::level_word(lang, w.dataset.level), String::new()),
    ])
}

fn sample_blocks(lang: Lang, found: &[(datasets::File, Shown)]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (file, sample) in found.iter().filter_map(|(file, shown)| Some((file, shown.sample.as_ref()?))) {
        let cell = |(at, text): (usize, &String)| {
            Cell::text(if sample.masked.contains(&at) { "•••".to_owned() } else { text.clone() })
        };
        let rows = sample.rows.iter().take(SAMPLE_ROWS).map(|r| r.iter().enumerate().map(cell).collect());
        let heads = sample.columns.iter().map(|c| (c.clone(), false)).collect();
        blocks.push(Block::Text(words::with(lang, "sample-of", &[("path", &file.path)])));
        blocks.push(Block::Table(Table { label: file.path.clone(), heads, rows: rows.collect(), ..Table::default() }));
    }
    if blocks.is_empty() { blocks } else { [vec![Block::Heading(words::say(lang, "tab-sample"))], blocks].concat() }
}

fn choices(lang: Lang, stem: &str, list: &[Phrase]) -> Vec<(String, String, String)> {
    list.iter().map(|p| (format!("{stem}:{}", p.code), p.text(lang).to_owned(), String::new())).collect()
}

fn ticked(typed: &ReviewTyped, stem: &str) -> String {
    typed.ticked(stem).iter().map(|code| format!("{stem}:{code}")).collect::<Vec<_>>().join(" ")
}

/// The forms of a reviewer: approve with the checklist, return with reasons.
fn decision_forms(lang: Lang, w: &Whole, typed: &ReviewTyped, faults: Faults<'_>) -> Vec<Block> {
    let say = |key: &str| words::say(lang, key);
    let book = &w.edition.book;
    let checks = match w.review.state.desk() {
        Some(Desk::Compliance) => &book.compliance_checks,
        Some(Desk::Moderator) | None => &book.moderator_checks,
    };
    let revision = w.review.revision.to_string();
    let mut fields = Fields::new(lang, faults);
    if !checks.is_empty() {
        fields = fields.field("checks", "checks", &ticked(typed, "check")).choices(choices(lang, "check", checks));
    }
    let fields =
        fields.keyed("words", "review_note", "area", &typed.words, "").field("revision", "hidden", &revision).done();
    let last = w.review.state.desk() == Some(Desk::Compliance) || !w.review.needed.compliance;
    let approve = FormView {
        heading: say("your-decision"),
        lead: say(if last { "approve-publishes" } else { "approve-goes-on" }),
        action: urls::review_part(w.review.id, "approval"),
        fields,
        button: say("approve"),
        class: "primary",
        ..FormView::default()
    };
    let mut fields = Fields::new(lang, faults);
    if !book.reasons.is_empty() {
        fields =
            fields.field("reasons", "checks", &ticked(typed, "reason")).choices(choices(lang, "reason", &book.reasons));
    }
    let fields =
        fields.keyed("words", "review_words", "area", &typed.words, "").field("revision", "hidden", &revision).done();
    let give_back = FormView {
        heading: say("return-for-changes"),
        lead: say("return-lead"),
        action: urls::review_part(w.review.id, "return"),
        fields,
        button: say("return-for-changes"),
        class: "danger",
        ..FormView::default()
    };
    vec![Block::Form(approve), Block::Form(give_back)]
}

fn decisions(lang: Lang, w: &Whole) -> Option<Block> {
    let say = |key: &str| words::say(lang, key);
    let rows: Vec<Vec<Cell>> = w
        .decisions
        .iter()
        .map(|d| {
            let verdict = match d.verdict {
                Verdict::Approved => "verdict-approved",
                Verdict::Returned => "verdict-returned",
            };
            vec![
                Cell::text(say(&format!("desk-{}", d.desk.as_str()))).with_small(d.member_name.clone()),
                Cell::text(say(verdict)),
                Cell::text(lang.pick(&d.reason_zh, &d.reason_en)),
                Cell::time(lang, d.decided_at),
            ]
        })
        .collect();
    let heads = ["head-who", "head-state", "head-note", "head-when"].map(|k| (say(k), false)).to_vec();
    (!rows.is_empty()).then(|| Block::Table(Table { label: say("decisions"), heads, rows, ..Table::default() }))
}

fn cards(lang: Lang, w: &Whole) -> Vec<Block> {
    let text = |name: &str| w.review.card.texts.get(name).map(String::as_str).unwrap_or_default();
    let mut blocks = Vec::new();
    for (name, key) in [("card_zh", "field-card-zh"), ("card_en", "field-card-en")] {
        if !text(name).is_empty() {
            blocks.push(Block::Heading(words::say(lang, key)));
            blocks.push(Block::Html(format!("<section>{}</section>", markdown(text(name)))));
        }
    }
    blocks
}

/// The frame and the way back: to the desk for the staff, to the dataset for its organisation.
fn begin(visit: &Visit, w: &Whole) -> Result<Sheet, Problem> {
    let lang = visit.lang();
    let values = [("dataset", w.dataset.title(lang)), ("version", w.review.card.label.as_str())];
    let title = words::with(lang, "review-title", &values);
    if visit.person()?.office().is_none() {
        let desk = urls::dataset_part(&w.party.slug, &w.dataset.slug, "edit");
        return Ok(Sheet::new(Frame::of(visit, title)).crumb(w.dataset.title(lang), desk));
    }
    let mut f = super::frame(visit, "reviews");
    f.title = title;
    let (key, desk) = match w.review.state.desk() {
        Some(Desk::Compliance) => ("nav-compliance", urls::COMPLIANCE),
        Some(Desk::Moderator) | None => ("nav-moderation", urls::MODERATION),
    };
    Ok(Sheet::new(f).crumb(words::say(lang, key), desk))
}

/// Files that the page lists; the differences name all of them.
const FILES: usize = 200;

fn files_table(lang: Lang, w: &Whole) -> Table {
    let first: Vec<datasets::File> = w.files.iter().take(FILES).cloned().collect();
    crate::web::datasets::files_table(lang, &first, |_| None)
}

/// What differs, the files with their samples, the data card, the answers about the level.
fn matter(lang: Lang, loaded: &Loaded) -> Vec<Block> {
    let Loaded { whole: w, sampled, grading } = loaded;
    let say = |key: &str| words::say(lang, key);
    let mut blocks = vec![Block::Heading(say("diff-title"))];
    if w.before.is_none() {
        blocks.push(Block::Text(say("diff-first")));
    }
    blocks.push(Block::Table(compare::table(lang, &compare::differences(lang, w))));
    blocks.push(Block::Heading(say("tab-files")));
    blocks.push(Block::Table(files_table(lang, w)));
    blocks.extend(sample_blocks(lang, sampled));
    blocks.extend(cards(lang, w));
    if let Some((g, edition)) = grading {
        blocks.push(Block::Heading(say("level")));
        blocks.extend(answers_blocks(lang, edition, g));
    }
    if !w.conditions.is_empty() {
        blocks.push(Block::Heading(say("before-publishing")));
        blocks.push(Block::Conditions(conditions(lang, &w.conditions)));
    }
    blocks
}

/// Answers with the page of a review; with faults after a decision that did not fit.
pub(super) async fn answer(visit: &Visit, id: ReviewId, typed: &ReviewTyped, faults: Faults<'_>) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let loaded = load(visit, id).await?;
    let w = &loaded.whole;
    let mut sheet = begin(visit, w)?
        .mark(state_mark(lang, w.review.state))
        .lead(w.dataset.summary(lang))
        .faulty(faults)
        .put(facts(visit, w));
    if !w.review.note.is_empty() {
        sheet = sheet.put(Block::Notice("", "info", words::with(lang, "seller-says", &[("note", &w.review.note)])));
    }
    sheet = sheet.put_if(decisions(lang, w));
    for block in matter(lang, &loaded) {
        sheet = sheet.put(block);
    }
    if all_met(&w.decide) {
        for block in decision_forms(lang, w, typed, faults) {
            sheet = sheet.put(block);
        }
    } else if visit.person()?.office().is_some() && w.review.state.desk().is_some() {
        sheet = sheet.put(Block::Heading(say("why-not-decide"))).put(Block::Conditions(conditions(lang, &w.decide)));
    }
    let take_back = FormView {
        heading: say("take-back"),
        lead: say("take-back-lead"),
        action: urls::review_part(id, "withdrawal"),
        button: say("take-back"),
        class: "danger",
        ..FormView::default()
    };
    sheet.put_if(all_met(&w.take_back).then_some(Block::Form(take_back))).answer()
}

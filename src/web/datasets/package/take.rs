//! Taking a description over: into a new dataset with its first draft, or into a draft that is there.

use super::super::columns::columns_problem;
use super::super::edit::{dataset_problem, version_problem};
use super::super::forms::{DatasetTyped, KINDS, SECTORS, USE_CASES, VersionTyped};
use super::super::wizard::card_problem;
use crate::http::problem::Problem;
use crate::market::accounts::Actor;
use crate::market::datasets::cards;
use crate::market::datasets::columns::{self, Schema};
use crate::market::datasets::{self, Dataset, MayBegin, MayChangeDataset};
use crate::market::parties;
use crate::packages::Start;
use crate::store::Write;
use crate::values::{DatasetId, Timestamp, VersionId};

/// How many files with one and the same schema make it the schema of the version.
const MANY: usize = 20;

/// A value if it is one of a list, else the given one.
fn listed(list: &[&str], text: &str, other: &str) -> String {
    if list.contains(&text) { text.to_owned() } else { other.to_owned() }
}

/// The basics that a description gives, in the form of the form.
pub(super) fn basics(start: &Start, organisation: &str, slug: &str) -> DatasetTyped {
    let tabular = start.resources.iter().any(|r| !r.columns.is_empty());
    let untitled = start.title_zh.is_empty() && start.title_en.is_empty();
    let slug = if slug.trim().is_empty() { &start.name } else { slug };
    DatasetTyped {
        organisation: organisation.to_owned(),
        slug: slug.to_owned(),
        title_zh: start.title_zh.clone(),
        title_en: if untitled { slug.to_owned() } else { start.title_en.clone() },
        summary_zh: start.summary_zh.clone(),
        summary_en: start.summary_en.clone(),
        card_zh: start.card_zh.clone(),
        card_en: start.card_en.clone(),
        sector: listed(SECTORS, &start.sector, "C"),
        kind: listed(KINDS, &start.kind, if tabular { "tables" } else { "mixed" }),
        use_case: listed(USE_CASES, &start.use_case, "other"),
        level: "general".to_owned(),
        source_statement: start.source_statement.clone(),
        contact: start.contact.clone(),
        ..DatasetTyped::default()
    }
}

/// Begins a dataset with a draft.
pub(super) fn begin(
    tx: &mut Write,
    actor: &Actor,
    start: &Start,
    typed: &DatasetTyped,
    now: Timestamp,
) -> Result<(DatasetId, VersionId), Problem> {
    let (slug, card) = typed.parse_new().map_err(Problem::invalid)?;
    let party = parties::find_by_slug(tx, &typed.organisation)?.ok_or_else(Problem::not_found)?;
    let may = MayBegin::check(tx, actor, party.id)?;
    let id = datasets::begin(tx, may, &slug, &card, now).map_err(dataset_problem)?;
    let given = VersionTyped { label: start.version.clone(), change_note: start.change_note.clone() };
    let first = VersionTyped { label: "1.0.0".to_owned(), change_note: start.change_note.clone() };
    let (label, note) = given.parse().or_else(|_| first.parse()).map_err(Problem::invalid)?;
    let may = MayChangeDataset::check(tx, actor, id)?;
    let version = datasets::begin_version(tx, may, &label, &note, now).map_err(version_problem)?;
    details(tx, actor, id, start, now)?;
    schemas(tx, actor, id, version, start, now)?;
    Ok((id, version))
}

/// Takes a description into a draft: texts that it gives replace those that are there, others stay.
pub(super) fn update(
    tx: &mut Write,
    actor: &Actor,
    dataset: &Dataset,
    version: VersionId,
    start: &Start,
    now: Timestamp,
) -> Result<(), Problem> {
    let over = |given: &str, kept: &str| if given.is_empty() { kept.to_owned() } else { given.to_owned() };
    let typed = DatasetTyped {
        title_zh: over(&start.title_zh, &dataset.title_zh),
        title_en: over(&start.title_en, &dataset.title_en),
        summary_zh: over(&start.summary_zh, &dataset.summary_zh),
        summary_en: over(&start.summary_en, &dataset.summary_en),
        card_zh: over(&start.card_zh, &dataset.card_zh),
        card_en: over(&start.card_en, &dataset.card_en),
        sector: listed(SECTORS, &start.sector, &dataset.sector),
        kind: listed(KINDS, &start.kind, &dataset.kind),
        use_case: listed(USE_CASES, &start.use_case, &dataset.use_case),
        level: dataset.level.to_string(),
        source_statement: over(&start.source_statement, &dataset.source_statement),
        contact: over(&start.contact, &dataset.contact),
        ..DatasetTyped::default()
    };
    let card = typed.parse_change().map_err(Problem::invalid)?;
    let may = MayChangeDataset::check(tx, actor, dataset.id)?;
    datasets::change(tx, may, dataset.revision, &card, now).map_err(dataset_problem)?;
    details(tx, actor, dataset.id, start, now)?;
    schemas(tx, actor, dataset.id, version, start, now)
}

/// Fills the structured card with what the description says about it.
fn details(tx: &mut Write, actor: &Actor, id: DatasetId, start: &Start, now: Timestamp) -> Result<(), Problem> {
    if start.details == cards::Details::default() {
        return Ok(());
    }
    let kept = cards::details(tx, id)?;
    let mut wanted = start.details.clone();
    for (field, text) in kept.details.texts {
        wanted.texts.entry(field).or_insert(text);
    }
    let may = MayChangeDataset::check(tx, actor, id)?;
    cards::change_details(tx, may, kept.revision, &wanted, now).map_err(card_problem)
}

/// Declares the schemas that the description has: one for all files where all have the same.
fn schemas(
    tx: &mut Write,
    actor: &Actor,
    id: DatasetId,
    version: VersionId,
    start: &Start,
    now: Timestamp,
) -> Result<(), Problem> {
    let tables: Vec<_> = start.resources.iter().filter(|r| !r.columns.is_empty()).collect();
    let same = tables.windows(2).all(|w| match w {
        [a, b] => a.columns == b.columns && a.primary_key == b.primary_key,
        _ => true,
    });
    let shared = same && tables.len() > MANY;
    for table in tables.iter().take(if shared { 1 } else { usize::MAX }) {
        let path = (!shared).then(|| table.path.clone());
        let folded = path.as_ref().map(|p| p.folded()).unwrap_or_default();
        let revision = columns::declared(tx, version, &folded)?.map_or(0, |d| d.revision);
        let schema = Schema { path, columns: table.columns.clone(), primary_key: table.primary_key.clone() };
        let may = MayChangeDataset::check(tx, actor, id)?;
        columns::declare(tx, may, version, revision, &schema, now).map_err(columns_problem)?;
    }
    Ok(())
}

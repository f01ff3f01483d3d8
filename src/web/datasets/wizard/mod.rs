//! From a draft to a version: the list of tasks with what is missing, the texts, the data card, and the last look before
//! publishing. Any task in any order; what is typed is kept. Files, schema and offers have pages of their own beside this.

pub mod api;
mod basics;
mod card;
mod card_form;
mod rules;
mod submit;
mod tasks;

pub(super) use basics::autosave_script;
pub(super) use card::card_problem;

use super::edit::Own;
use crate::http::Visit;
use crate::http::problem::Problem;
use crate::market::accounts::Actor;
use crate::market::conditions::Condition;
use crate::market::datasets::cards;
use crate::market::datasets::columns::{self, Coverage};
use crate::market::datasets::completeness::{self, Outcome, Standing};
use crate::market::datasets::profiles::{self, Measuring};
use crate::market::datasets::standards::{self, Declared};
use crate::market::datasets::{self, Dataset, Version, VersionState, samples};
use crate::market::journal::Deed;
use crate::market::offers::{self, Offer};
use crate::routes;
use crate::store::Read;
use crate::values::{DatasetId, Lang};
use crate::words;
use serde::{Deserialize, Serialize};

routes! {
    get "/datasets/{party}/{slug}/edit" SignedIn => tasks::page,
    post "/datasets/{party}/{slug}/versions" SignedIn => tasks::begin_version,
    get "/datasets/{party}/{slug}/texts" SignedIn => basics::page,
    post "/datasets/{party}/{slug}/texts" SignedIn => basics::change,
    get "/datasets/{party}/{slug}/card" SignedIn => card::page,
    post "/datasets/{party}/{slug}/card" SignedIn => card::change,
    get "/datasets/{party}/{slug}/versions/{version}/submit" SignedIn => submit::page,
    get "/rules/completeness" Anybody => rules::page,
}

/// A form as pairs, for forms whose fields are made of a list.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(transparent)]
pub(super) struct Pairs(pub Vec<(String, String)>);
impl crate::http::Typed for Pairs {}
impl Pairs {
    /// The value of a field; empty when it did not come.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }
}

/// What a form that saves by itself is told.
#[derive(Debug, Serialize)]
pub(super) struct Saved {
    /// The revision, as the form sends it.
    pub revision: serde_json::Value,
    /// What stands in the form now.
    pub base: String,
}

/// How a draft stands.
pub(super) struct Draft {
    pub version: Option<Version>,
    pub coverage: Coverage,
    pub offers: Vec<Offer>,
    pub conditions: Vec<Condition>,
    pub outcomes: Vec<Outcome>,
    /// Whether the questionnaire about the level was answered.
    pub graded: bool,
    /// How many files are in each state of measuring.
    pub measured: Vec<(Measuring, i64)>,
    /// The quality score, in tenths of a point.
    pub tenths: Option<i64>,
    /// Files of which the seller chose what everybody sees.
    pub chosen: i64,
    /// What the draft declares to follow.
    pub declared: Vec<Declared>,
}

/// Loads how a dataset stands: its draft, or, where there is none, its newest version.
pub(super) fn standing(tx: &mut Read, dataset: &Dataset, versions: &[Version]) -> Result<Draft, Problem> {
    let draft = versions.iter().find(|v| v.state == VersionState::Draft).or_else(|| versions.first()).cloned();
    let version = draft.map(|v| datasets::with_numbers(tx, v)).transpose()?;
    let kept = cards::details(tx, dataset.id)?;
    let coverage = version.as_ref().map(|v| columns::coverage(tx, v.id)).transpose()?.unwrap_or_default();
    let open = offers::open_of(tx, dataset.id)?;
    let conditions = match version.as_ref().filter(|v| v.state == VersionState::Draft) {
        Some(v) => datasets::publish_conditions(tx, dataset, v)?,
        None => Vec::new(),
    };
    let outcomes = completeness::assess(&Standing {
        dataset,
        details: &kept.details,
        coverage: &coverage,
        files: version.as_ref().map_or(0, |v| v.files_count),
        tabular: version.as_ref().is_some_and(|v| v.columns_count.is_some()),
        offers: open.len(),
    });
    let graded = datasets::grading_of(tx, dataset.id)?.is_some_and(|g| g.level == dataset.level);
    let id = version.as_ref().map(|v| v.id);
    Ok(Draft {
        coverage,
        offers: open,
        conditions,
        outcomes,
        graded,
        measured: id.map(|id| profiles::counts_of(tx, id)).transpose()?.unwrap_or_default(),
        tenths: id.map(|id| profiles::tenths_of(tx, id)).transpose()?.flatten(),
        chosen: id.map(|id| samples::counts_of(tx, id)).transpose()?.map_or(0, |(_, chosen)| chosen),
        declared: id.map(|id| standards::of_version(tx, id)).transpose()?.unwrap_or_default(),
        version,
    })
}

/// Loads how an own dataset stands.
async fn draft_of(visit: &Visit, own: &Own) -> Result<Draft, Problem> {
    let (dataset, versions) = (own.dataset.clone(), own.versions.clone());
    visit.site.db.read(move |tx| standing(tx, &dataset, &versions)).await
}

/// Says who changed the texts or the card of a dataset last, and when.
pub(super) fn last_change(tx: &mut Read, actor: &Actor, id: DatasetId, lang: Lang) -> Result<String, Problem> {
    let entries = datasets::journal_of(tx, actor, id)?;
    let last = entries.iter().rev().find(|e| e.deed == Deed::DatasetChanged);
    Ok(last.map_or_else(String::new, |e| {
        words::with(lang, "changed-by", &[("name", &e.by.name), ("at", &words::date_time(lang, e.at))])
    }))
}

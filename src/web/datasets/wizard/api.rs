//! The API of the data card, of completeness, and of the files of a version in parts.

use super::super::api::{FileOut, changed, file_out};
use super::super::{file_list, named};
use super::card::card_problem;
use super::card_form::CardTyped;
use super::standing;
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Query, Visit, answer};
use crate::market::accounts::Actor;
use crate::market::datasets::completeness::{Found, Outcome, RULES, points};
use crate::market::datasets::{self, Dataset, Version, VersionState, cards, releases};
use crate::routes;
use crate::store::{Read, Write};
use crate::values::{Lang, VersionId};
use crate::web::listing::Items;
use crate::words;
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/rules/completeness" Anybody => rules,
    get "/api/v1/datasets/{party}/{slug}/completeness" Caller => completeness,
    get "/api/v1/datasets/{party}/{slug}/card" Anybody => card,
    put "/api/v1/datasets/{party}/{slug}/card" Caller => change_card,
    get "/api/v1/datasets/{party}/{slug}/versions" Anybody => versions,
    get "/api/v1/datasets/{party}/{slug}/versions/{version}/files" Anybody => files,
}

/// The structured card as it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardOut {
    #[serde(flatten)]
    card: CardTyped,
    updated_at: Option<String>,
    revision: i64,
}

async fn card_out(visit: &Visit, party: String, slug: String) -> Result<CardOut, Problem> {
    let actor = visit.look.actor.clone();
    visit
        .site
        .db
        .read(move |tx| {
            let (dataset, _) = named(tx, actor.as_ref(), &party, &slug)?;
            let kept = cards::details(tx, dataset.id)?;
            Ok(CardOut {
                card: CardTyped::of(&kept.details),
                updated_at: crate::web::listing::stamp(kept.updated_at),
                revision: kept.revision,
            })
        })
        .await
}

/// The structured data card of a dataset.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/card", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), responses((status = 200, body = CardOut), (status = 404)))]
pub(crate) async fn card(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    answer::json(&card_out(&visit, party, slug).await?)
}

/// Writes the structured data card as a whole; `If-Match` carries the revision, 0 when there is none yet.
#[utoipa::path(put, path = "/api/v1/datasets/{party}/{slug}/card", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("If-Match" = String, Header)), request_body = CardTyped, responses((status = 200, body = CardOut), (status = 409), (status = 422)))]
pub(crate) async fn change_card(
    visit: Visit,
    Path((party, slug)): Path<(String, String)>,
    body: Json<CardTyped>,
) -> Answer {
    let details = body.value.parse().map_err(Problem::invalid)?;
    let change = move |tx: &mut Write, may, revision, now| {
        cards::change_details(tx, may, revision, &details, now).map_err(card_problem)
    };
    changed(&visit, (&party, &slug), body.revision, change).await?;
    answer::json(&card_out(&visit, party, slug).await?)
}

/// A rule, and what it found where a dataset was asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompletenessRuleOut)]
pub struct RuleOut {
    code: String,
    text: String,
    met_when: String,
    needed: bool,
    /// met, missing or beside (does not apply); nothing in the list of rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<String>,
    /// Names of what is missing.
    #[serde(skip_serializing_if = "String::is_empty")]
    missing: String,
}

fn rule_out(lang: Lang, rule: &datasets::completeness::Rule, found: Option<&Found>) -> RuleOut {
    let (word, missing) = match found {
        None => (None, String::new()),
        Some(Found::Met) => (Some("met"), String::new()),
        Some(Found::Missing(names)) => (Some("missing"), names.clone()),
        Some(Found::Beside) => (Some("beside"), String::new()),
    };
    RuleOut {
        code: rule.code.replace('-', "_"),
        text: words::say(lang, &format!("rule-{}", rule.code)),
        met_when: words::say(lang, &format!("rule-{}-text", rule.code)),
        needed: rule.needed,
        found: word.map(str::to_owned),
        missing,
    }
}

/// The rules by which completeness is counted.
#[utoipa::path(get, path = "/api/v1/rules/completeness", tag = "datasets", responses((status = 200, body = Items<RuleOut>)))]
pub(crate) async fn rules(visit: Visit) -> Answer {
    answer::json(&Items::all(RULES.iter().map(|rule| rule_out(visit.lang(), rule, None)).collect()))
}

/// How complete a dataset is described.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompletenessOut {
    met: usize,
    all: usize,
    rules: Vec<RuleOut>,
}

/// How complete an own dataset is described, rule by rule: its draft, else its newest version.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/completeness", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), responses((status = 200, body = CompletenessOut), (status = 404)))]
pub(crate) async fn completeness(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    let outcomes: Vec<Outcome> = visit
        .as_actor()?
        .read(move |tx, actor, _| {
            let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
            datasets::works_on(tx, actor, dataset.id)?;
            let versions = datasets::versions_of(tx, dataset.id, true)?;
            Ok(standing(tx, &dataset, &versions)?.outcomes)
        })
        .await?;
    let (met, all) = points(&outcomes);
    let rules = outcomes.iter().map(|o| rule_out(visit.lang(), o.rule, Some(&o.found))).collect();
    answer::json(&CompletenessOut { met, all, rules })
}

/// A version in the list of versions.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionLine {
    id: String,
    label: String,
    state: String,
    change_note: String,
    published_at: Option<String>,
    recall_reason: Option<String>,
    deprecation_note: Option<String>,
    manifest_sha256: Option<String>,
    signed: bool,
}

/// The versions of a dataset, newest first; drafts only for their publisher.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path)), responses((status = 200, body = Items<VersionLine>), (status = 404)))]
pub(crate) async fn versions(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    let actor = visit.look.actor.clone();
    let read = visit.site.db.read(move |tx| {
        let (dataset, _) = named(tx, actor.as_ref(), &party, &slug)?;
        let own = publishes(tx, actor.as_ref(), &dataset);
        let mut lines = Vec::new();
        for v in datasets::versions_of(tx, dataset.id, own)? {
            lines.push(VersionLine {
                deprecation_note: releases::deprecation(tx, v.id)?.map(|d| d.note),
                signed: releases::signature(tx, v.id)?.is_some(),
                id: v.id.to_string(),
                label: v.label,
                state: v.state.to_string(),
                change_note: v.change_note,
                published_at: crate::web::listing::stamp(v.published_at),
                recall_reason: v.recall_reason,
                manifest_sha256: v.manifest_sha256.map(|d| d.to_string()),
            });
        }
        Ok::<_, Problem>(lines)
    });
    answer::json(&Items::all(read.await?))
}

fn publishes(tx: &mut Read, actor: Option<&Actor>, dataset: &Dataset) -> bool {
    actor.is_some_and(|a| datasets::works_on(tx, a, dataset.id).is_ok())
}

/// Finds a version that the asker may know of; drafts only for their publisher.
pub(in crate::web::datasets) fn known_version(
    tx: &mut Read,
    actor: Option<&Actor>,
    dataset: &Dataset,
    id: VersionId,
) -> Result<Version, Problem> {
    let version = datasets::version(tx, id)?.filter(|v| v.dataset_id == dataset.id).ok_or_else(Problem::not_found)?;
    let draft = version.state == VersionState::Draft;
    if draft && !publishes(tx, actor, dataset) { Err(Problem::not_found()) } else { Ok(version) }
}

/// The files of a version in parts of 100: `q` looks into paths, `after` is the `next` of the part before.
#[utoipa::path(get, path = "/api/v1/datasets/{party}/{slug}/versions/{version}/files", tag = "datasets", params(("party" = String, Path), ("slug" = String, Path), ("version" = String, Path), ("q" = Option<String>, Query), ("after" = Option<String>, Query)), responses((status = 200, body = Items<FileOut>), (status = 404)))]
pub(crate) async fn files(
    visit: Visit,
    Path((party, slug, id)): Path<(String, String, VersionId)>,
    Query(typed): Query<file_list::PartQuery>,
) -> Answer {
    let actor = visit.look.actor.clone();
    let query = typed.query();
    let part = visit
        .site
        .db
        .read(move |tx| {
            let (dataset, _) = named(tx, actor.as_ref(), &party, &slug)?;
            let version = known_version(tx, actor.as_ref(), &dataset, id)?;
            Ok::<_, Problem>(datasets::files_part(tx, version.id, &query)?)
        })
        .await?;
    answer::json(&Items { items: part.files.iter().map(file_out).collect::<Vec<FileOut>>(), next: part.next })
}

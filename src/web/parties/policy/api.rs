//! The API of policies and selling rules: read, put as a new edition, try on past requests.

use super::policy_problem;
use super::selling::dataset_of;
use crate::http::problem::{Problem, condition_json};
use crate::http::{Answer, Json, Path, Query, Visit, answer};
use crate::market::parties::MayManage;
use crate::market::parties::policy::{self, BuyerPolicy, PolicyEdition, SellerRules};
use crate::market::purchases::steps;
use crate::routes;
use crate::values::{Prose, Timestamp};
use crate::web::accounts::forms::text_fault;
use crate::web::listing::Items;
use crate::web::parties::api::named;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

routes! {
    get "/api/v1/organisations/{slug}/approval-policy" SignedIn => show,
    put "/api/v1/organisations/{slug}/approval-policy" SignedIn => change,
    get "/api/v1/organisations/{slug}/approval-policy/editions" SignedIn => editions,
    post "/api/v1/organisations/{slug}/approval-policy/dry-run" SignedIn => dry_run,
    get "/api/v1/organisations/{slug}/selling-rules" SignedIn => show_rules,
    put "/api/v1/organisations/{slug}/selling-rules" SignedIn => change_rules,
    post "/api/v1/organisations/{slug}/selling-rules/dry-run" SignedIn => dry_run_rules,
}

/// An edition of a policy or of rules.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyEditionOut {
    number: i64,
    note: String,
    made_by: Option<String>,
    made_at: Option<String>,
    /// Whether the rules are this dataset's own, not the organisation's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    own: Option<bool>,
    /// What it says, in the form that `PUT` takes.
    #[schema(value_type = Object)]
    body: serde_json::Value,
}

fn edition_out<T: Serialize>(e: &PolicyEdition<T>, own: Option<bool>) -> Result<PolicyEditionOut, Problem> {
    Ok(PolicyEditionOut {
        number: e.number,
        note: e.note.clone(),
        made_by: e.made_by.clone(),
        made_at: e.made_at.map(Timestamp::rfc3339),
        own,
        body: serde_json::to_value(&e.body).map_err(|e| Problem::broken(&e))?,
    })
}

/// A policy, and why it is changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyIn {
    /// Steps `{name_zh, name_en, kind: approve|sign, when: {amount_over, levels, licences, sellers, first_time_seller},
    /// members, need, group, due_days, escalate_to}` and limits `{member, most: {amount_minor, currency}}`.
    #[schema(value_type = Object)]
    policy: BuyerPolicy,
    #[serde(default)]
    note: String,
}

/// Selling rules, and why they are changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SellingRulesIn {
    /// `automatic` (null, or `{verified_buyer, countries, purpose_length, amount_up_to, general_only, licences,
    /// known_buyer, intended: allowed|conditional|null}`) and `licensing` `{members, need, due_days, escalate_to}`.
    #[schema(value_type = Object)]
    rules: SellerRules,
    #[serde(default)]
    note: String,
}

/// For which dataset.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct DatasetQuery {
    /// The dataset's name in addresses; the organisation's default when empty.
    pub dataset: String,
}

fn note(text: &str) -> Result<Prose, Problem> {
    Prose::optional(text).map_err(|bad| Problem::invalid(vec![text_fault("note", bad)]))
}

fn seen(revision: Option<i64>) -> Result<i64, Problem> {
    revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))
}

/// The buyer's policy in force (owner).
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/approval-policy", tag = "organisations", params(("slug" = String, Path)), responses((status = 200, body = PolicyEditionOut), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path(slug): Path<String>) -> Answer {
    let edition = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            MayManage::check(tx, actor, party.id)?;
            Ok(policy::buyer_policy(tx, &party)?)
        })
        .await?;
    answer::json(&edition_out(&edition, None)?)
}

/// Puts a new edition of the buyer's policy in force; `If-Match` carries the number of the one that was changed.
#[utoipa::path(put, path = "/api/v1/organisations/{slug}/approval-policy", tag = "organisations", params(("slug" = String, Path), ("If-Match" = String, Header)), request_body = PolicyIn, responses((status = 200, body = PolicyEditionOut), (status = 409), (status = 422)))]
pub(crate) async fn change(visit: Visit, Path(slug): Path<String>, body: Json<PolicyIn>) -> Answer {
    let (why, number) = (note(&body.value.note)?, seen(body.revision)?);
    let edition = visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            policy::put_buyer(tx, may, number, &body.value.policy, &why, now).map_err(policy_problem)?;
            Ok(policy::buyer_policy(tx, &party)?)
        })
        .await?;
    answer::json(&edition_out(&edition, None)?)
}

/// All editions of the buyer's policy, newest first (owner).
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/approval-policy/editions", tag = "organisations", params(("slug" = String, Path)), responses((status = 200, body = Items<PolicyEditionOut>)))]
pub(crate) async fn editions(visit: Visit, Path(slug): Path<String>) -> Answer {
    let list = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            Ok(policy::buyer_editions(tx, &may)?)
        })
        .await?;
    let list: Result<Vec<PolicyEditionOut>, Problem> = list.iter().map(|e| edition_out(e, None)).collect();
    answer::json(&Items::all(list?))
}

/// What a policy would have asked for one past request.
#[derive(Debug, Serialize, ToSchema)]
pub struct TriedOut {
    request: String,
    number: String,
    /// The names of the steps, in order; empty when nobody would have been asked.
    steps: Vec<String>,
}

/// Tries a policy on the last 50 requests of the organisation; nothing is changed.
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/approval-policy/dry-run", tag = "organisations", params(("slug" = String, Path)), request_body = PolicyIn, responses((status = 200, body = Items<TriedOut>), (status = 422)))]
pub(crate) async fn dry_run(visit: Visit, Path(slug): Path<String>, body: Json<PolicyIn>) -> Answer {
    let lang = visit.lang();
    body.value.policy.check().map_err(|bad| policy_problem(bad.into()))?;
    let tried = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            Ok(steps::try_policy(tx, &may, &body.value.policy)?)
        })
        .await?;
    let out = |t: &steps::Tried| TriedOut {
        request: t.purchase.id.to_string(),
        number: t.purchase.number.clone(),
        steps: t.steps.iter().map(|s| s.name(lang).to_owned()).collect(),
    };
    answer::json(&Items::all(tried.iter().map(out).collect()))
}

/// The selling rules in force for all datasets, or for one (owner).
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/selling-rules", tag = "organisations", params(("slug" = String, Path), DatasetQuery), responses((status = 200, body = PolicyEditionOut), (status = 404)))]
pub(crate) async fn show_rules(visit: Visit, Path(slug): Path<String>, Query(query): Query<DatasetQuery>) -> Answer {
    let (edition, own) = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            MayManage::check(tx, actor, party.id)?;
            let dataset = dataset_of(tx, &party, &query.dataset)?.map(|d| d.id);
            Ok(policy::seller_rules(tx, party.id, dataset)?)
        })
        .await?;
    answer::json(&edition_out(&edition, Some(own))?)
}

/// Puts new selling rules in force; `If-Match` carries the number of the edition at that place, 0 for the first.
#[utoipa::path(put, path = "/api/v1/organisations/{slug}/selling-rules", tag = "organisations", params(("slug" = String, Path), DatasetQuery, ("If-Match" = String, Header)), request_body = SellingRulesIn, responses((status = 200, body = PolicyEditionOut), (status = 409), (status = 422)))]
pub(crate) async fn change_rules(
    visit: Visit,
    Path(slug): Path<String>,
    Query(query): Query<DatasetQuery>,
    body: Json<SellingRulesIn>,
) -> Answer {
    let (why, number) = (note(&body.value.note)?, seen(body.revision)?);
    let (edition, own) = visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            let dataset = dataset_of(tx, &party, &query.dataset)?.map(|d| d.id);
            policy::put_seller(tx, may, dataset, number, &body.value.rules, &why, now).map_err(policy_problem)?;
            Ok(policy::seller_rules(tx, party.id, dataset)?)
        })
        .await?;
    answer::json(&edition_out(&edition, Some(own))?)
}

/// What rules would have done with one past request.
#[derive(Debug, Serialize, ToSchema)]
pub struct TriedSaleOut {
    request: String,
    number: String,
    automatic: bool,
    conditions: Vec<serde_json::Value>,
}

/// Tries selling rules on the last 50 requests that a licensor decides on; nothing is changed.
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/selling-rules/dry-run", tag = "organisations", params(("slug" = String, Path), DatasetQuery), request_body = SellingRulesIn, responses((status = 200, body = Items<TriedSaleOut>), (status = 422)))]
pub(crate) async fn dry_run_rules(
    visit: Visit,
    Path(slug): Path<String>,
    Query(query): Query<DatasetQuery>,
    body: Json<SellingRulesIn>,
) -> Answer {
    let lang = visit.lang();
    body.value.rules.check().map_err(|bad| policy_problem(bad.into()))?;
    let tried = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            let dataset = dataset_of(tx, &party, &query.dataset)?.map(|d| d.id);
            Ok(steps::try_rules(tx, &may, dataset, &body.value.rules)?)
        })
        .await?;
    let out = |t: &steps::TriedSale| TriedSaleOut {
        request: t.purchase.id.to_string(),
        number: t.purchase.number.clone(),
        automatic: t.automatic,
        conditions: t.conditions.iter().map(|c| condition_json(&visit.site, lang, c)).collect(),
    };
    answer::json(&Items::all(tried.iter().map(out).collect()))
}

//! The API of organisations: particulars, policy, verification, record.

pub(crate) mod machines;
pub(crate) mod people;

use super::forms::{self, PolicyTyped};
use super::refusals::found_problem;
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Query, Visit, answer};
use crate::market::accounts::{Actor, MayChangeSelf, MayOperate};
use crate::market::conditions::Refused;
use crate::market::parties::{self, MayManage, Party, Roles};
use crate::routes;
use crate::store::Read;
use crate::values::Timestamp;
use crate::web::listing::{Items, JournalItem, JournalQuery, journal_page};
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/api/v1/organisations" Caller => list,
    post "/api/v1/organisations" SignedIn => create,
    get "/api/v1/organisations/{slug}" Anybody => show,
    put "/api/v1/organisations/{slug}" SignedIn => change,
    put "/api/v1/organisations/{slug}/policy" SignedIn => policy,
    post "/api/v1/organisations/{slug}/verification" Operator => verify,
    get "/api/v1/organisations/{slug}/journal" SignedIn => journal,
}

/// An organisation as everybody sees it; `roles`, `policy` and `payee` only its own people.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyOut {
    id: String,
    slug: String,
    name_zh: String,
    name_en: String,
    kind: String,
    country: String,
    registration: String,
    /// micro, small, medium or large, as it declares.
    size_class: Option<String>,
    verified_at: Option<String>,
    verification: Option<String>,
    revision: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payee: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approval_over: Option<AmountOut>,
}

/// An amount of money.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmountOut {
    /// Minor units of the currency.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
}

fn party_out(party: &Party, roles: Option<&Roles>) -> PartyOut {
    let inside = roles.is_some_and(|r| !r.is_empty());
    let over = party.approval_over_minor.filter(|_| inside);
    PartyOut {
        id: party.id.to_string(),
        slug: party.slug.clone(),
        name_zh: party.name_zh.clone(),
        name_en: party.name_en.clone(),
        kind: party.kind.to_string(),
        country: party.country.clone(),
        registration: party.registration.clone(),
        size_class: party.size_class.map(|s| s.to_string()),
        verified_at: party.verified_at.map(Timestamp::rfc3339),
        verification: party.verification.clone(),
        revision: party.revision,
        roles: roles.map(|r| r.iter().map(|r| r.to_string()).collect()),
        payee: inside.then(|| party.payee.clone()),
        approval_over: over
            .map(|amount_minor| AmountOut { amount_minor, currency: party.approval_currency.to_string() }),
    }
}

/// Finds the organisation that an address names.
///
/// # Errors
/// 404 when there is none.
pub fn named(tx: &mut Read, slug: &str) -> Result<Party, Problem> {
    parties::find_by_slug(tx, slug)?.ok_or_else(Problem::not_found)
}

fn shown(tx: &mut Read, actor: Option<&Actor>, slug: &str) -> Result<PartyOut, Problem> {
    let party = named(tx, slug)?;
    let roles = actor.map(|a| parties::roles_of(tx, a, party.id)).transpose()?;
    Ok(party_out(&party, roles.as_ref()))
}

/// Own organisations with the roles there.
#[utoipa::path(get, path = "/api/v1/organisations", tag = "organisations", responses((status = 200, body = Items<PartyOut>)))]
pub(crate) async fn list(visit: Visit) -> Answer {
    let own = visit.as_actor()?.read(move |tx, actor, _| Ok(parties::own(tx, actor)?)).await?;
    answer::json(&Items::all(own.iter().map(|(party, roles)| party_out(party, Some(roles))).collect()))
}

/// Founds an organisation; the caller becomes its owner.
#[utoipa::path(post, path = "/api/v1/organisations", tag = "organisations", request_body = forms::PartyTyped, responses((status = 201, body = PartyOut)))]
pub(crate) async fn create(visit: Visit, body: Json<forms::PartyTyped>) -> Answer {
    let new = body.value.parse_new().map_err(Problem::invalid)?;
    let out = visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            let id = parties::found(tx, may, actor, &new, now).map_err(found_problem)?;
            let party = parties::get(tx, id)?;
            let roles = parties::roles_of(tx, actor, id)?;
            Ok(party_out(&party, Some(&roles)))
        })
        .await?;
    answer::json_as(StatusCode::CREATED, &out)
}

/// One organisation.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}", tag = "organisations", params(("slug" = String, Path)), responses((status = 200, body = PartyOut), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path(slug): Path<String>) -> Answer {
    let actor = visit.look.actor.clone();
    let out = visit.site.db.read(move |tx| shown(tx, actor.as_ref(), &slug)).await?;
    answer::json(&out)
}

/// Changes particulars; `If-Match` carries the revision.
#[utoipa::path(put, path = "/api/v1/organisations/{slug}", tag = "organisations", params(("slug" = String, Path), ("If-Match" = String, Header)), request_body = forms::PartyTyped, responses((status = 200, body = PartyOut), (status = 409)))]
pub(crate) async fn change(visit: Visit, Path(slug): Path<String>, body: Json<forms::PartyTyped>) -> Answer {
    let change = body.value.parse_change().map_err(Problem::invalid)?;
    let revision = body.revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))?;
    let out = visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            parties::change_particulars(tx, may, revision, &change, now)?;
            shown(tx, Some(actor), &slug)
        })
        .await?;
    answer::json(&out)
}

/// Sets above which amount an approver decides first; an empty amount switches the step off.
#[utoipa::path(put, path = "/api/v1/organisations/{slug}/policy", tag = "organisations", params(("slug" = String, Path), ("If-Match" = String, Header)), request_body = PolicyTyped, responses((status = 200, body = PartyOut), (status = 409)))]
pub(crate) async fn policy(visit: Visit, Path(slug): Path<String>, body: Json<PolicyTyped>) -> Answer {
    let over = body.value.parse().map_err(Problem::invalid)?;
    let revision = body.revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))?;
    let out = visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            parties::change_policy(tx, may, revision, over, now)?;
            shown(tx, Some(actor), &slug)
        })
        .await?;
    answer::json(&out)
}

/// How an organisation was verified.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerificationIn {
    /// The method, such as "registry look-up of 3 March".
    method: String,
}

/// Verifies an organisation (operator).
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/verification", tag = "operator", params(("slug" = String, Path)), request_body = VerificationIn, responses((status = 200, body = PartyOut), (status = 409)))]
pub(crate) async fn verify(visit: Visit, Path(slug): Path<String>, body: Json<VerificationIn>) -> Answer {
    let method = forms::method(&body.value.method).map_err(Problem::invalid)?;
    let out = visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayOperate::check(tx, actor)?;
            parties::verify(tx, may, party.id, &method, now)?;
            shown(tx, Some(actor), &slug)
        })
        .await?;
    answer::json(&out)
}

/// The organisation's record, newest first.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/journal", tag = "journal", params(("slug" = String, Path), JournalQuery), responses((status = 200, body = Items<JournalItem>)))]
pub(crate) async fn journal(visit: Visit, Path(slug): Path<String>, Query(query): Query<JournalQuery>) -> Answer {
    let (deed, before, size) = query.parse()?;
    let page = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            Ok(parties::journal_of(tx, actor, party.id, deed, before, size)?)
        })
        .await?;
    answer::json(&journal_page(visit.lang(), page))
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Hidden => Self::not_found(),
            Refused::Unmet(conditions) => Self::unmet(conditions),
            Refused::Overtaken => Self::conflict("overtaken"),
            Refused::Store(error) => error.into(),
        }
    }
}

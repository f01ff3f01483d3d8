//! The API of service accounts.

use super::super::{acts, forms};
use super::named;
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::parties::{self, ServiceAccount};
use crate::routes;
use crate::values::{ServiceId, Timestamp};
use crate::web::listing::Items;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/api/v1/organisations/{slug}/service-accounts" SignedIn => services,
    post "/api/v1/organisations/{slug}/service-accounts" SignedIn => make_service,
    delete "/api/v1/organisations/{slug}/service-accounts/{service}" SignedIn => revoke_service,
}

/// A service account; `client_secret` only in the answer that made it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceOut {
    client_id: String,
    name: String,
    hint: String,
    scopes: Vec<String>,
    created_at: String,
    revoked_at: Option<String>,
    last_used_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}
fn service_out(s: &ServiceAccount, secret: Option<String>) -> ServiceOut {
    ServiceOut {
        client_id: s.id.to_string(),
        name: s.name.clone(),
        hint: s.hint.clone(),
        scopes: s.scopes.split_whitespace().map(str::to_owned).collect(),
        created_at: s.created_at.rfc3339(),
        revoked_at: s.revoked_at.map(Timestamp::rfc3339),
        last_used_at: s.used_at.map(Timestamp::rfc3339),
        client_secret: secret,
    }
}

/// The service accounts, for owners and auditors.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/service-accounts", tag = "service accounts", params(("slug" = String, Path)), responses((status = 200, body = Items<ServiceOut>)))]
pub(crate) async fn services(visit: Visit, Path(slug): Path<String>) -> Answer {
    let list = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            Ok(parties::services_of(tx, actor, party.id)?)
        })
        .await?;
    answer::json(&Items::all(list.iter().map(|s| service_out(s, None)).collect()))
}

/// A new service account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceIn {
    /// What it is called.
    name: String,
    /// Out of read, purchase, download.
    scopes: Vec<String>,
}

/// Makes a service account; its secret is in this answer and never again.
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/service-accounts", tag = "service accounts", params(("slug" = String, Path)), request_body = ServiceIn, responses((status = 201, body = ServiceOut)))]
pub(crate) async fn make_service(visit: Visit, Path(slug): Path<String>, body: Json<ServiceIn>) -> Answer {
    let (name, scopes) = forms::service(&body.value.name, &body.value.scopes).map_err(Problem::invalid)?;
    let (service, secret) = acts::make_service(&visit, &slug, name, scopes).await?;
    answer::json_as(StatusCode::CREATED, &service_out(&service, Some(secret.reveal().to_owned())))
}

/// Revokes a service account: all its tokens are refused from the next request on.
#[utoipa::path(delete, path = "/api/v1/organisations/{slug}/service-accounts/{service}", tag = "service accounts", params(("slug" = String, Path), ("service" = String, Path)), responses((status = 204), (status = 404)))]
pub(crate) async fn revoke_service(visit: Visit, Path((slug, id)): Path<(String, ServiceId)>) -> Answer {
    acts::revoke_service(&visit, &slug, id).await?;
    Ok(answer::no_content())
}

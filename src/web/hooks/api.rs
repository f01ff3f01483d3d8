//! The API of webhooks.

use super::{acts, forms};
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Query, Visit, answer};
use crate::market::hooks::{self, Delivery, State, Turn, Webhook};
use crate::routes;
use crate::values::{Lang, Secret, Timestamp, WebhookDeliveryId, WebhookId};
use crate::web::listing::{Items, Made, PageQuery, stamp};
use crate::web::parties::api::named;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

routes! {
    get "/api/v1/organisations/{slug}/webhooks" SignedIn => list,
    post "/api/v1/organisations/{slug}/webhooks" SignedIn => make,
    get "/api/v1/organisations/{slug}/webhooks/{webhook}" SignedIn => show,
    put "/api/v1/organisations/{slug}/webhooks/{webhook}" SignedIn => change,
    delete "/api/v1/organisations/{slug}/webhooks/{webhook}" SignedIn => remove,
    post "/api/v1/organisations/{slug}/webhooks/{webhook}/secret" SignedIn => rotate,
    post "/api/v1/organisations/{slug}/webhooks/{webhook}/tests" SignedIn => test,
    get "/api/v1/organisations/{slug}/webhooks/{webhook}/deliveries" SignedIn => deliveries,
    post "/api/v1/organisations/{slug}/webhooks/{webhook}/deliveries/{delivery}/repetition" SignedIn => again,
}

/// A webhook; `secret` only in the answers that made one.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookOut {
    id: String,
    url: String,
    events: Vec<String>,
    /// `on`, `off`, or `failed` when it was turned off after days of failure.
    state: String,
    failing_since: Option<String>,
    created_at: String,
    /// Until when the secret before the last change signs too.
    old_secret_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

fn out(hook: &Webhook, secret: Option<&Secret<String>>) -> WebhookOut {
    WebhookOut {
        id: hook.id.to_string(),
        url: hook.url.clone(),
        events: hook.events.iter().map(ToString::to_string).collect(),
        state: hook.state.to_string(),
        failing_since: stamp(hook.failing_since),
        created_at: hook.created_at.rfc3339(),
        old_secret_until: hook.old_nonce.as_ref().map(|(_, until)| Timestamp::rfc3339(*until)),
        secret: secret.map(|s| s.reveal().clone()),
    }
}

/// The webhooks, for owners and auditors.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/webhooks", tag = "webhooks", params(("slug" = String, Path)), responses((status = 200, body = Items<WebhookOut>)))]
pub(crate) async fn list(visit: Visit, Path(slug): Path<String>) -> Answer {
    let list = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            Ok(hooks::of_party(tx, actor, party.id)?)
        })
        .await?;
    answer::json(&Items::all(list.iter().map(|h| out(h, None)).collect()))
}

/// A new webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookIn {
    /// An https address on a public host.
    url: String,
    /// What it is told, such as `grant.given`.
    events: Vec<String>,
}

/// Makes a webhook; its secret is in this answer and never again.
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/webhooks", tag = "webhooks", params(("slug" = String, Path)), request_body = WebhookIn, responses((status = 201, body = WebhookOut), (status = 409), (status = 422)))]
pub(crate) async fn make(visit: Visit, Path(slug): Path<String>, body: Json<WebhookIn>) -> Answer {
    let values =
        forms::parse(&visit.site.facts.egress, &body.value.url, &body.value.events).map_err(Problem::invalid)?;
    let (hook, secret) = acts::make(&visit, slug, values, body.once).await?;
    answer::json_as(StatusCode::CREATED, &out(&hook, Some(&secret)))
}

async fn one(visit: &Visit, slug: String, id: WebhookId) -> Result<Webhook, Problem> {
    visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            Ok(hooks::get(tx, actor, party.id, id)?)
        })
        .await
}

/// One webhook.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/webhooks/{webhook}", tag = "webhooks", params(("slug" = String, Path), ("webhook" = String, Path)), responses((status = 200, body = WebhookOut), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path((slug, id)): Path<(String, WebhookId)>) -> Answer {
    answer::json(&out(&one(&visit, slug, id).await?, None))
}

/// What to change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookChange {
    /// An https address on a public host.
    url: String,
    /// What it is told.
    events: Vec<String>,
    /// `on` or `off`; as it is when left out.
    state: Option<String>,
}

/// Changes a webhook.
#[utoipa::path(put, path = "/api/v1/organisations/{slug}/webhooks/{webhook}", tag = "webhooks", params(("slug" = String, Path), ("webhook" = String, Path)), request_body = WebhookChange, responses((status = 200, body = WebhookOut), (status = 404), (status = 409), (status = 422)))]
pub(crate) async fn change(
    visit: Visit,
    Path((slug, id)): Path<(String, WebhookId)>,
    body: Json<WebhookChange>,
) -> Answer {
    let asked = body.value;
    let values = forms::parse(&visit.site.facts.egress, &asked.url, &asked.events).map_err(Problem::invalid)?;
    let to = match asked.state.as_deref() {
        None => None,
        Some("on") => Some((State::On, Turn::On)),
        Some("off") => Some((State::Off, Turn::Off)),
        Some(_) => return Err(Problem::invalid(vec![crate::web::accounts::forms::fault("state", "fault-choice")])),
    };
    let now = one(&visit, slug.clone(), id).await?;
    acts::change(&visit, &slug, id, values).await?;
    if let Some((_, turn)) = to.filter(|(state, _)| *state != now.state) {
        acts::turn(&visit, &slug, id, turn).await?;
    }
    answer::json(&out(&one(&visit, slug, id).await?, None))
}

/// Removes a webhook.
#[utoipa::path(delete, path = "/api/v1/organisations/{slug}/webhooks/{webhook}", tag = "webhooks", params(("slug" = String, Path), ("webhook" = String, Path)), responses((status = 204), (status = 404)))]
pub(crate) async fn remove(visit: Visit, Path((slug, id)): Path<(String, WebhookId)>) -> Answer {
    acts::remove(&visit, &slug, id).await?;
    Ok(answer::no_content())
}

/// Gives a webhook a new secret; for 24 hours the old one signs too.
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/webhooks/{webhook}/secret", tag = "webhooks", params(("slug" = String, Path), ("webhook" = String, Path)), responses((status = 200, body = WebhookOut), (status = 404)))]
pub(crate) async fn rotate(visit: Visit, Path((slug, id)): Path<(String, WebhookId)>) -> Answer {
    let (hook, secret) = acts::rotate(&visit, &slug, id).await?;
    answer::json(&out(&hook, Some(&secret)))
}

/// Sends a test event.
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/webhooks/{webhook}/tests", tag = "webhooks", params(("slug" = String, Path), ("webhook" = String, Path)), responses((status = 201, body = Made), (status = 404), (status = 409)))]
pub(crate) async fn test(visit: Visit, Path((slug, id)): Path<(String, WebhookId)>) -> Answer {
    let made = acts::test(&visit, &slug, id).await?;
    answer::json_as(StatusCode::CREATED, &Made { id: made.to_string() })
}

/// Which part of what was sent.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct DeliveriesQuery {
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Items of a page, 1 to 200.
    pub size: Option<i64>,
    /// Only what was given up.
    pub failed: Option<bool>,
}
impl DeliveriesQuery {
    pub(super) fn paging(&self) -> PageQuery {
        PageQuery { after: self.after.clone(), size: self.size }
    }
}

/// Something that was sent to a webhook, or waits to be.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryOut {
    /// What the receiver sees as `webhook-id`.
    id: String,
    event: String,
    /// The body, as it is sent.
    body: String,
    created_at: String,
    attempts: i64,
    next_at: Option<String>,
    delivered_at: Option<String>,
    failed_at: Option<String>,
    last_status: Option<i64>,
    /// Why it did not arrive the last time, in the caller's language.
    last_error: Option<String>,
    /// The same as a code, such as `timeout`, `name`, `refused`, `tls`, `status`.
    error_code: Option<String>,
}

fn delivery_out(lang: Lang, d: Delivery) -> DeliveryOut {
    let open = d.sent_at.is_none() && d.failed_at.is_none();
    let last_error = super::page::why(lang, &d);
    DeliveryOut {
        id: d.id.to_string(),
        event: d.event.to_string(),
        body: d.body,
        created_at: d.created_at.rfc3339(),
        attempts: d.attempts,
        next_at: open.then(|| d.next_at.rfc3339()),
        delivered_at: stamp(d.sent_at),
        failed_at: stamp(d.failed_at),
        last_status: d.last_status,
        last_error,
        error_code: d.last_error,
    }
}

/// What was sent to a webhook, newest first.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/webhooks/{webhook}/deliveries", tag = "webhooks", params(("slug" = String, Path), ("webhook" = String, Path), DeliveriesQuery), responses((status = 200, body = Items<DeliveryOut>), (status = 404)))]
pub(crate) async fn deliveries(
    visit: Visit,
    Path((slug, id)): Path<(String, WebhookId)>,
    Query(query): Query<DeliveriesQuery>,
) -> Answer {
    let (lang, failed) = (visit.lang(), query.failed.unwrap_or(false));
    let (after, size) = query.paging().parse()?;
    let page = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            Ok(hooks::deliveries(tx, actor, (party.id, id), failed, after.as_ref(), size)?)
        })
        .await?;
    answer::json(&Items::of(page.map(|d| delivery_out(lang, d))))
}

/// Sends again what was given up, under the same identifier.
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/webhooks/{webhook}/deliveries/{delivery}/repetition", tag = "webhooks", params(("slug" = String, Path), ("webhook" = String, Path), ("delivery" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(crate) async fn again(
    visit: Visit,
    Path((slug, id, delivery)): Path<(String, WebhookId, WebhookDeliveryId)>,
) -> Answer {
    acts::again(&visit, &slug, id, Some(delivery)).await?;
    Ok(answer::no_content())
}

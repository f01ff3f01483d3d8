//! What is done to webhooks, for pages and API alike.

use super::forms::problem;
use crate::http::{Problem, Visit};
use crate::market::hooks::{self, Event, MayKeepHooks, MayTendHook, Turn, Webhook};
use crate::store::{OnceKey, Write};
use crate::values::{Secret, Timestamp, WebhookDeliveryId, WebhookId};
use crate::web::parties::api::named;
use url::Url;

/// Makes a webhook; gives it with its secret.
pub(super) async fn make(
    visit: &Visit,
    slug: String,
    (url, events): (Url, Vec<Event>),
    once: Option<OnceKey>,
) -> Result<(Webhook, Secret<String>), Problem> {
    let at = slug.clone();
    let id: WebhookId = visit
        .as_person()?
        .write_once(once, move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayKeepHooks::check(tx, actor, party.id)?;
            hooks::make(tx, may, &url, &events, now).map_err(problem)
        })
        .await?;
    with_secret(visit, at, id).await
}

/// Gives a webhook with its secret, which only the answers that made it show.
async fn with_secret(visit: &Visit, slug: String, id: WebhookId) -> Result<(Webhook, Secret<String>), Problem> {
    let hook = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            Ok(hooks::get(tx, actor, party.id, id)?)
        })
        .await?;
    let secret = hooks::secret(&visit.site.server_key, hook.id, &hook.nonce);
    Ok((hook, secret))
}

/// Does something to one webhook.
async fn tend<T: Send + 'static>(
    visit: &Visit,
    slug: &str,
    id: WebhookId,
    act: impl FnOnce(&mut Write, MayTendHook, Timestamp) -> Result<T, hooks::HookError> + Send + 'static,
) -> Result<T, Problem> {
    let slug = slug.to_owned();
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayTendHook::check(tx, actor, party.id, id)?;
            act(tx, may, now).map_err(problem)
        })
        .await
}

/// Changes address and events.
pub(super) async fn change(
    visit: &Visit,
    slug: &str,
    id: WebhookId,
    (url, events): (Url, Vec<Event>),
) -> Result<(), Problem> {
    tend(visit, slug, id, move |tx, may, now| hooks::change(tx, may, &url, &events, now)).await
}

/// Gives a webhook a new secret.
pub(super) async fn rotate(visit: &Visit, slug: &str, id: WebhookId) -> Result<(Webhook, Secret<String>), Problem> {
    tend(visit, slug, id, hooks::rotate).await?;
    with_secret(visit, slug.to_owned(), id).await
}

/// Turns a webhook on or off.
pub(super) async fn turn(visit: &Visit, slug: &str, id: WebhookId, turn: Turn) -> Result<(), Problem> {
    tend(visit, slug, id, move |tx, may, now| hooks::turn(tx, may, turn, now)).await
}

/// Removes a webhook.
pub(super) async fn remove(visit: &Visit, slug: &str, id: WebhookId) -> Result<(), Problem> {
    tend(visit, slug, id, hooks::remove).await
}

/// Sends a test.
pub(super) async fn test(visit: &Visit, slug: &str, id: WebhookId) -> Result<WebhookDeliveryId, Problem> {
    tend(visit, slug, id, hooks::test).await
}

/// Sends again what was given up.
pub(super) async fn again(
    visit: &Visit,
    slug: &str,
    id: WebhookId,
    delivery: Option<WebhookDeliveryId>,
) -> Result<usize, Problem> {
    tend(visit, slug, id, move |tx, may, now| hooks::again(tx, may, delivery, now)).await
}

//! Pages of an organisation's webhooks: the list, one with what was sent to it, and what its owner does to it.

mod acts;
pub mod api;
mod forms;
mod page;

use super::accounts::forms::Nothing;
use super::parties::{frame, load};
use super::sheet::{Block, Cell, Fields, FormView, Mark, Sheet, Table};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Typed, Visit, see_other};
use crate::market::hooks::{self, Event, State, Turn, Webhook};
use crate::market::parties::{Party, Role, Roles};
use crate::routes;
use crate::urls;
use crate::values::{Lang, Secret, WebhookDeliveryId, WebhookId};
use crate::words;
use forms::HookTyped;
use serde::Deserialize;

routes! {
    get "/organisations/{slug}/webhooks" SignedIn => list,
    post "/organisations/{slug}/webhooks" SignedIn => make,
    get "/organisations/{slug}/webhooks/{webhook}" SignedIn => page::show,
    post "/organisations/{slug}/webhooks/{webhook}" SignedIn => change,
    post "/organisations/{slug}/webhooks/{webhook}/secret" SignedIn => rotate,
    post "/organisations/{slug}/webhooks/{webhook}/state" SignedIn => turn,
    post "/organisations/{slug}/webhooks/{webhook}/tests" SignedIn => test,
    post "/organisations/{slug}/webhooks/{webhook}/removal" SignedIn => remove,
    post "/organisations/{slug}/webhooks/{webhook}/repetition" SignedIn => again_all,
    post "/organisations/{slug}/webhooks/{webhook}/deliveries/{delivery}/repetition" SignedIn => again,
}

/// The address of one webhook's page, or of something done to it.
fn at(slug: &str, id: WebhookId, part: &str) -> String {
    let stem = format!("{}/{id}", urls::organisation_part(slug, "webhooks"));
    if part.is_empty() { stem } else { format!("{stem}/{part}") }
}

/// Whether it is called, as a mark.
fn state_mark(lang: Lang, hook: &Webhook) -> Mark {
    let (class, icon) = match hook.state {
        State::On => ("ok", "check"),
        State::Off => ("draft", "clock"),
        State::Failed => ("bad", "cross"),
    };
    Mark { class, icon, text: words::say(lang, &format!("webhook-{}", hook.state)) }
}

fn event_words(lang: Lang, event: Event) -> String {
    words::say(lang, &words::key("event", event.as_str()))
}

/// The fields of address and events.
fn fields(lang: Lang, typed: &HookTyped, faults: &[Fault]) -> Vec<super::sheet::Field> {
    let choices = Event::choices().map(|e| (e.to_string(), event_words(lang, e), e.to_string()));
    Fields::new(lang, faults)
        .keyed("url", "webhook_url", "url", typed.url(), "off")
        .keyed("events", "webhook_events", "checks", &typed.events().join(" "), "")
        .choices(choices)
        .done()
}

fn list_sheet(
    visit: &Visit,
    (party, roles): (&Party, &Roles),
    list: &[(Webhook, i64, i64)],
    typed: &HookTyped,
    faults: &[Fault],
) -> Sheet {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let rows = list
        .iter()
        .map(|(hook, waiting, failed)| {
            let events: Vec<&str> = hook.events.iter().map(|e| e.as_str()).collect();
            vec![
                Cell::link(hook.url.clone(), at(&party.slug, hook.id, "")).with_small(events.join(", ")),
                Cell::mark(state_mark(lang, hook)),
                Cell::number(waiting.to_string()),
                Cell::number(failed.to_string()),
            ]
        })
        .collect();
    let heads = vec![
        (say("head-address"), false),
        (say("head-state"), false),
        (say("head-waiting"), true),
        (say("head-given-up"), true),
    ];
    let table = Table {
        label: say("webhooks"),
        heads,
        rows,
        empty: (say("webhooks-empty"), say("webhooks-empty-text"), None),
        next: None,
    };
    let form = FormView {
        heading: say("make-webhook"),
        action: urls::organisation_part(&party.slug, "webhooks"),
        fields: fields(lang, typed, faults),
        button: say("make-webhook"),
        class: "primary",
        ..FormView::default()
    };
    Sheet::new(frame(visit, party, roles, "webhooks"))
        .lead(say("webhooks-lead"))
        .faulty(faults)
        .put(Block::Table(table))
        .put_if(roles.has(Role::Owner).then_some(Block::Form(form)))
}

async fn listed(visit: &Visit, slug: String, typed: &HookTyped, faults: &[Fault]) -> Answer {
    let (party, roles) = load(visit, slug).await?;
    let id = party.id;
    let list = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let mut out = Vec::new();
            for hook in hooks::of_party(tx, actor, id)? {
                let (waiting, failed) = hooks::counts_of(tx, hook.id)?;
                out.push((hook, waiting, failed));
            }
            Ok(out)
        })
        .await?;
    list_sheet(visit, (&party, &roles), &list, typed, faults).answer()
}

async fn list(visit: Visit, Path(slug): Path<String>) -> Answer {
    listed(&visit, slug, &HookTyped::fresh(), &[]).await
}

/// Shows a secret, once.
async fn secret_page(visit: &Visit, slug: String, hook: &Webhook, secret: &Secret<String>, key: &str) -> Answer {
    let (party, roles) = load(visit, slug).await?;
    let say = |key: &str| words::say(visit.lang(), key);
    let sheet = Sheet::new(frame(visit, &party, &roles, key))
        .lead(hook.url.clone())
        .put(Block::Notice("warn", "warn", say("webhook-secret-once")))
        .put(Block::Snippet(say("the-secret"), secret.reveal().clone()))
        .put(Block::Text(say("webhook-verify")))
        .put(Block::Links(vec![(say("i-stored-it"), at(&party.slug, hook.id, ""), "primary")]));
    super::accounts::secret_page(sheet)
}

async fn make(visit: Visit, Path(slug): Path<String>, form: Form<HookTyped>) -> Answer {
    let parsed = forms::parse(&visit.site.facts.egress, form.typed.url(), &form.typed.events());
    let values = match parsed {
        Ok(values) => values,
        Err(faults) => return listed(&visit, slug, &form.typed, &faults).await,
    };
    let (hook, secret) = acts::make(&visit, slug.clone(), values, form.once).await?;
    secret_page(&visit, slug, &hook, &secret, "webhook-made").await
}

async fn change(visit: Visit, Path((slug, id)): Path<(String, WebhookId)>, form: Form<HookTyped>) -> Answer {
    let parsed = forms::parse(&visit.site.facts.egress, form.typed.url(), &form.typed.events());
    match parsed {
        Ok(values) => acts::change(&visit, &slug, id, values).await?,
        Err(faults) => return page::with(&visit, slug, id, Some((&form.typed, &faults))).await,
    }
    Ok(see_other(format!("{}?done=saved", at(&slug, id, ""))))
}

async fn rotate(visit: Visit, Path((slug, id)): Path<(String, WebhookId)>, _form: Form<Nothing>) -> Answer {
    let (hook, secret) = acts::rotate(&visit, &slug, id).await?;
    secret_page(&visit, slug, &hook, &secret, "webhook-rotated").await
}

/// Which way a button turns.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TurnTyped {
    state: String,
}
impl Typed for TurnTyped {}

async fn turn(visit: Visit, Path((slug, id)): Path<(String, WebhookId)>, form: Form<TurnTyped>) -> Answer {
    let to = match form.typed.state.as_str() {
        "on" => Turn::On,
        "off" => Turn::Off,
        _ => return Err(Problem::bad_request("form")),
    };
    acts::turn(&visit, &slug, id, to).await?;
    Ok(see_other(format!("{}?done=saved", at(&slug, id, ""))))
}

async fn test(visit: Visit, Path((slug, id)): Path<(String, WebhookId)>, _form: Form<Nothing>) -> Answer {
    acts::test(&visit, &slug, id).await?;
    Ok(see_other(format!("{}?done=webhook-tested", at(&slug, id, ""))))
}

async fn remove(visit: Visit, Path((slug, id)): Path<(String, WebhookId)>, _form: Form<Nothing>) -> Answer {
    acts::remove(&visit, &slug, id).await?;
    Ok(see_other(format!("{}?done=removed", urls::organisation_part(&slug, "webhooks"))))
}

async fn again_all(visit: Visit, Path((slug, id)): Path<(String, WebhookId)>, _form: Form<Nothing>) -> Answer {
    acts::again(&visit, &slug, id, None).await?;
    Ok(see_other(format!("{}?done=webhook-again", at(&slug, id, ""))))
}

async fn again(
    visit: Visit,
    Path((slug, id, delivery)): Path<(String, WebhookId, WebhookDeliveryId)>,
    _form: Form<Nothing>,
) -> Answer {
    acts::again(&visit, &slug, id, Some(delivery)).await?;
    Ok(see_other(format!("{}?done=webhook-again", at(&slug, id, ""))))
}

//! The page of one webhook: what it is, what was sent to it, what was given up and why.

use super::api::DeliveriesQuery;
use super::forms::HookTyped;
use super::{at, event_words, fields, state_mark};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Path, Query, Visit};
use crate::market::hooks::{self, Delivery, State, Webhook};
use crate::market::parties::{self, Party, Role, Roles};
use crate::store::Page;
use crate::urls;
use crate::values::{Lang, WebhookId};
use crate::web::parties::api::named;
use crate::web::parties::frame;
use crate::web::sheet::{Block, Button, Cell, FormView, Mark, Sheet, Table};
use crate::words;

/// What the page knows.
struct Shown {
    party: Party,
    roles: Roles,
    hook: Webhook,
    page: Page<Delivery>,
    given_up: i64,
    only_failed: bool,
}

async fn shown(visit: &Visit, slug: String, id: WebhookId, query: &DeliveriesQuery) -> Result<Shown, Problem> {
    let only_failed = query.failed.unwrap_or(false);
    let (after, size) = query.paging().parse()?;
    visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            let hook = hooks::get(tx, actor, party.id, id)?;
            let page = hooks::deliveries(tx, actor, (party.id, id), only_failed, after.as_ref(), size)?;
            let (_, given_up) = hooks::counts_of(tx, id)?;
            let roles = parties::roles_of(tx, actor, party.id)?;
            Ok(Shown { party, roles, hook, page, given_up, only_failed })
        })
        .await
}

fn delivery_mark(lang: Lang, d: &Delivery) -> Mark {
    let say = |key: &str| words::say(lang, key);
    if d.sent_at.is_some() {
        Mark { class: "ok", icon: "check", text: say("webhook-arrived") }
    } else if d.failed_at.is_some() {
        Mark { class: "bad", icon: "cross", text: say("mail-failed-state") }
    } else {
        Mark { class: "wait", icon: "clock", text: say("mail-waiting-state") }
    }
}

/// Says in words why something did not arrive the last time.
pub(super) fn why(lang: Lang, d: &Delivery) -> Option<String> {
    let code = d.last_error.as_deref()?;
    let status = d.last_status.map(|n| n.to_string()).unwrap_or_default();
    Some(words::webhook_error(lang, code, &status))
}

fn button(text: String, action: String, class: &'static str) -> Button {
    Button { action, text, class, hidden: Vec::new() }
}

fn row(lang: Lang, s: &Shown, d: &Delivery) -> Vec<Cell> {
    let status = d.last_status.map(|n| n.to_string()).unwrap_or_default();
    let open = d.sent_at.is_none() && d.failed_at.is_none();
    let next = if open && d.attempts > 0 {
        words::with(lang, "next-try", &[("when", &words::date_time(lang, d.next_at))])
    } else {
        String::new()
    };
    let why = match why(lang, d) {
        Some(error) if next.is_empty() => error,
        Some(error) => format!("{error}. {next}"),
        None => status,
    };
    let again = at(&s.party.slug, s.hook.id, &format!("deliveries/{}/repetition", d.id));
    let can = d.failed_at.is_some() && s.roles.has(Role::Owner) && s.hook.state == State::On;
    vec![
        Cell::text(event_words(lang, d.event)).with_small(d.id.to_string()),
        Cell::time(lang, d.created_at),
        Cell::mark(delivery_mark(lang, d)).with_small(why),
        Cell::number(d.attempts.to_string()),
        if can { Cell::buttons(vec![button(words::say(lang, "send-again"), again, "")]) } else { Cell::text("–") },
    ]
}

fn deliveries(lang: Lang, s: &Shown) -> Vec<Block> {
    let say = |key: &str| words::say(lang, key);
    let here = at(&s.party.slug, s.hook.id, "");
    let heads = vec![
        (say("head-what"), false),
        (say("head-when"), false),
        (say("head-state"), false),
        (say("head-attempts"), true),
        (say("head-action"), false),
    ];
    let tabs = vec![
        (say("mails-all"), here.clone(), -1, !s.only_failed),
        (say("mails-only-failed"), format!("{here}?failed=true"), s.given_up, s.only_failed),
    ];
    let table = Table {
        label: say("deliveries"),
        heads,
        rows: s.page.items.iter().map(|d| row(lang, s, d)).collect(),
        empty: (say("deliveries-empty"), say("deliveries-empty-text"), None),
        next: s.page.next.as_ref().map(|c| format!("{here}?failed={}&after={c}", s.only_failed)),
    };
    vec![Block::Heading(say("deliveries")), Block::Tabs(tabs), Block::Table(table)]
}

/// The buttons of an owner: test, secret, on or off, again, removal.
fn tending(lang: Lang, s: &Shown) -> Block {
    let say = |key: &str| words::say(lang, key);
    let to = |part: &str| at(&s.party.slug, s.hook.id, part);
    let on = s.hook.state == State::On;
    let turn = |key: &str, state: &str| Button {
        hidden: vec![("state", state.to_owned())],
        ..button(say(key), to("state"), "")
    };
    let mut pairs = Vec::new();
    if on {
        pairs.push((say("webhook-try"), Cell::buttons(vec![button(say("webhook-test"), to("tests"), "primary")])));
        pairs.push((say("webhook-called"), Cell::buttons(vec![turn("turn-off", "off")])));
    } else {
        pairs.push((say("webhook-called"), Cell::buttons(vec![turn("turn-on", "on")])));
    }
    if on && s.given_up > 0 {
        let all = button(say("send-all-again"), to("repetition"), "");
        pairs.push((say("webhook-given-up"), Cell::buttons(vec![all])));
    }
    let rotate = Cell::buttons(vec![button(say("webhook-rotate"), to("secret"), "")]);
    pairs.push((say("the-secret"), rotate.with_small(say("webhook-rotate-text"))));
    pairs.push((say("webhook-gone"), Cell::buttons(vec![button(say("remove"), to("removal"), "danger")])));
    Block::Pairs(pairs)
}

fn sheet(visit: &Visit, s: &Shown, typed: Option<(&HookTyped, &[Fault])>) -> Sheet {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let owner = s.roles.has(Role::Owner);
    let now = HookTyped::of(&s.hook);
    let (shown, faults) = typed.unwrap_or((&now, &[]));
    let form = FormView {
        heading: say("webhook-settings"),
        action: at(&s.party.slug, s.hook.id, ""),
        fields: fields(lang, shown, faults),
        button: say("save"),
        class: "primary",
        ..FormView::default()
    };
    let failing = s.hook.failing_since.map(|since| {
        let text = words::with(lang, "webhook-failing", &[("when", &words::date_time(lang, since))]);
        Block::Notice("warn", "warn", text)
    });
    let off = (s.hook.state == State::Failed).then(|| Block::Notice("bad", "cross", say("webhook-failed-text")));
    let mut sheet = Sheet::new(frame(visit, &s.party, &s.roles, "webhook"))
        .crumb(say("webhooks"), urls::organisation_part(&s.party.slug, "webhooks"))
        .mark(state_mark(lang, &s.hook))
        .lead(s.hook.url.clone())
        .faulty(faults)
        .put_if(failing)
        .put_if(off)
        .put_if(owner.then(|| tending(lang, s)));
    for block in deliveries(lang, s) {
        sheet = sheet.put(block);
    }
    sheet.put_if(owner.then_some(Block::Form(form)))
}

pub(super) async fn show(
    visit: Visit,
    Path((slug, id)): Path<(String, WebhookId)>,
    Query(query): Query<DeliveriesQuery>,
) -> Answer {
    let shown = shown(&visit, slug, id, &query).await?;
    sheet(&visit, &shown, None).answer()
}

/// The page with a form as it was typed.
pub(super) async fn with(visit: &Visit, slug: String, id: WebhookId, typed: Option<(&HookTyped, &[Fault])>) -> Answer {
    let shown = shown(visit, slug, id, &DeliveriesQuery::default()).await?;
    sheet(visit, &shown, typed).answer()
}

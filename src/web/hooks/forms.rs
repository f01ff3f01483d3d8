//! What is typed for a webhook: its address and the events that it is told.

use crate::http::Typed;
use crate::http::problem::{Fault, Problem};
use crate::market::hooks::{Event, HookError, Webhook};
use crate::values::{Egress, Forbidden};
use crate::web::accounts::forms::fault;
use actix_web::http::StatusCode;
use serde::Deserialize;
use std::collections::BTreeMap;
use url::Url;

/// The form: `url`, and a box for each event.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct HookTyped(BTreeMap<String, String>);
impl Typed for HookTyped {}

impl HookTyped {
    /// What a browser would send for this webhook.
    pub(super) fn of(hook: &Webhook) -> Self {
        let events = hook.events.iter().map(|e| (e.to_string(), "on".to_owned()));
        Self(events.chain([("url".to_owned(), hook.url.clone())]).collect())
    }
    /// A new one: every event is chosen.
    pub(super) fn fresh() -> Self {
        Self(Event::choices().map(|e| (e.to_string(), "on".to_owned())).collect())
    }
    pub(super) fn url(&self) -> &str {
        self.0.get("url").map_or("", String::as_str)
    }
    /// The chosen events, as words with spaces between.
    pub(super) fn events(&self) -> Vec<String> {
        Event::choices().map(|e| e.to_string()).filter(|e| self.0.contains_key(e)).collect()
    }
}

/// Reads address and events, from a form or from the API.
pub(super) fn parse(egress: &Egress, url: &str, events: &[String]) -> Result<(Url, Vec<Event>), Vec<Fault>> {
    let mut faults = Vec::new();
    let url = egress.url(url).map_err(|forbidden| {
        let message = match forbidden {
            Forbidden::Shape => "fault-webhook-shape",
            Forbidden::Scheme => "fault-webhook-scheme",
            Forbidden::Host => "fault-webhook-host",
            Forbidden::Address => "fault-webhook-address",
        };
        faults.push(fault("url", message));
    });
    let known = |text: &String| Event::parse(text).filter(|e| *e != Event::Test);
    let chosen: Vec<Event> = events.iter().filter_map(known).collect();
    if chosen.is_empty() || chosen.len() != events.len() {
        faults.push(fault("events", "fault-webhook-events"));
    }
    match url {
        Ok(url) if faults.is_empty() => Ok((url, chosen)),
        _ => Err(faults),
    }
}

/// What became of a webhook, as an answer.
pub(super) fn problem(error: HookError) -> Problem {
    match error {
        HookError::TooMany => Problem::new(StatusCode::CONFLICT, "too-many-webhooks"),
        HookError::Overtaken => Problem::conflict("webhook-state"),
        HookError::Refused(refused) => refused.into(),
        HookError::Store(error) => error.into(),
    }
}

//! The page on which a person says how they want to be told.

use super::frame;
use crate::http::problem::Fault;
use crate::http::{Answer, Form, Typed, Visit, answer, see_other};
use crate::market::accounts::{self, MayChangeSelf};
use crate::market::notices::{Choice, Mailing, Settings, Topic};
use crate::urls;
use crate::values::Lang;
use crate::web::accounts::forms::fault;
use crate::web::layout::Frame;
use crate::words;
use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The form as typed: `site-TOPIC`, `mail-TOPIC`, `hour`.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct SettingsTyped(BTreeMap<String, String>);
impl Typed for SettingsTyped {}

impl SettingsTyped {
    /// What a browser would send for these settings.
    fn of(settings: &Settings) -> Self {
        let mut fields = BTreeMap::from([("hour".to_owned(), settings.hour.to_string())]);
        for (topic, choice) in &settings.topics {
            fields.insert(format!("mail-{topic}"), choice.mail.to_string());
            if choice.on_site {
                fields.insert(format!("site-{topic}"), "on".to_owned());
            }
        }
        Self(fields)
    }
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
    /// Gives the settings; topics without a choice are left out.
    fn parse(&self) -> Result<Settings, Vec<Fault>> {
        let mut faults = Vec::new();
        let hour = self.get("hour").parse().ok().filter(|h| (0..24).contains(h));
        if hour.is_none() {
            faults.push(fault("hour", "fault-choice"));
        }
        let mut topics = Vec::new();
        for topic in Topic::ALL.iter().copied().filter(|t| !t.locked()) {
            let name = format!("mail-{topic}");
            match Mailing::parse(self.get(&name)) {
                Some(mail) => {
                    topics.push((topic, Choice { on_site: self.0.contains_key(&format!("site-{topic}")), mail }))
                }
                None => faults.push(fault(&name, "fault-choice")),
            }
        }
        match hour {
            Some(hour) if faults.is_empty() => Ok(Settings { hour, topics }),
            _ => Err(faults),
        }
    }
}

/// One topic on the page.
struct TopicView {
    name: &'static str,
    title: String,
    text: String,
    locked: bool,
    on_site: bool,
    /// Value, words, whether it is chosen.
    mails: Vec<(&'static str, String, bool)>,
}

#[derive(Template)]
#[template(path = "pages/told.html")]
struct Told {
    f: Frame,
    topics: Vec<TopicView>,
    hours: Vec<(i64, String, bool)>,
    faults: Vec<(String, String)>,
}

/// An hour of the day in UTC; for readers in Chinese with that of their clock.
fn hour_words(lang: Lang, hour: i64) -> String {
    let local = (hour + 8) % 24;
    words::with(lang, "hour-utc", &[("hour", &format!("{hour:02}:00")), ("beijing", &format!("{local:02}:00"))])
}

fn told(visit: &Visit, typed: &SettingsTyped, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let topics = Topic::ALL.iter().map(|topic| {
        let key = format!("topic-{topic}");
        let chosen = typed.get(&format!("mail-{topic}")).to_owned();
        TopicView {
            name: topic.as_str(),
            title: words::say(lang, &key),
            text: words::say(lang, &format!("{key}-text")),
            locked: topic.locked(),
            on_site: !typed.get(&format!("site-{topic}")).is_empty(),
            mails: Mailing::ALL
                .iter()
                .map(|m| (m.as_str(), words::say(lang, &format!("mailing-{m}")), m.as_str() == chosen))
                .collect(),
        }
    });
    let page = Told {
        f: frame(visit, "notice-settings"),
        topics: topics.collect(),
        hours: (0..24).map(|h| (h, hour_words(lang, h), typed.get("hour") == h.to_string())).collect(),
        faults: faults.iter().map(|f| (f.field.clone(), words::say(lang, f.message))).collect(),
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    answer::html_as(status, &page)
}

pub(super) async fn page(visit: Visit) -> Answer {
    let settings = visit.as_person()?.read(|tx, actor, _| Ok(accounts::notice_settings(tx, actor)?)).await?;
    told(&visit, &SettingsTyped::of(&settings), &[])
}

/// Keeps what was chosen, for the form and the API.
pub(super) async fn keep(visit: &Visit, settings: Settings) -> Result<(), crate::http::Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            Ok(accounts::choose_notices(tx, may, &settings, now)?)
        })
        .await
}

pub(super) async fn change(visit: Visit, form: Form<SettingsTyped>) -> Answer {
    match form.typed.parse() {
        Ok(settings) => keep(&visit, settings).await?,
        Err(faults) => return told(&visit, &form.typed, &faults),
    }
    Ok(see_other(format!("{}?done=saved", urls::NOTICE_SETTINGS)))
}

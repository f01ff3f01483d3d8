//! Both message catalogues (zh-CN and en) and the formatting of dates, numbers, sizes and money.
//!
//! A key that is missing shows as `⟦key⟧`, and a test fails before anybody sees it.

mod format;

pub use format::{bytes, date, date_time, in_chinese_capitals, money, number, spoken};

use crate::market::conditions::Condition;
use crate::market::notices::{Filed, Kind, Why};
use crate::values::Lang;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "src/words"]
struct Catalogues;

type Bundle = FluentBundle<FluentResource>;

static ZH: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::Zh));
static EN: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::En));

fn bundle(lang: Lang) -> Bundle {
    let id = lang.as_str().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // The marks that isolate directions show as boxes in mails; neither language needs them.
    bundle.set_use_isolating(false);
    for file in Catalogues::iter().filter(|f| f.starts_with(lang.as_str()) && f.ends_with(".ftl")) {
        let text = Catalogues::get(&file).map(|f| String::from_utf8_lossy(&f.data).into_owned()).unwrap_or_default();
        let resource = FluentResource::try_new(text).unwrap_or_else(|(partial, errors)| {
            tracing::error!(file = %file, ?errors, "a message catalogue has errors");
            partial
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(file = %file, ?errors, "a message catalogue repeats keys");
        }
    }
    bundle
}

fn of(lang: Lang) -> &'static Bundle {
    match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    }
}

/// Tells whether a key has words.
#[must_use]
pub fn has(lang: Lang, key: &str) -> bool {
    of(lang).get_message(key).is_some_and(|m| m.value().is_some())
}

/// Gives the words of a key.
#[must_use]
pub fn say(lang: Lang, key: &str) -> String {
    with(lang, key, &[])
}

/// Gives the words of a key, filled with values.
#[must_use]
pub fn with(lang: Lang, key: &str, values: &[(&str, &str)]) -> String {
    let bundle = of(lang);
    let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else { return format!("⟦{key}⟧") };
    let mut args = FluentArgs::new();
    for (name, value) in values {
        // A count chooses between one and many; whatever else is a text.
        let value = if *name == "count" { FluentValue::try_number(value) } else { FluentValue::from(*value) };
        args.set(*name, value);
    }
    let mut errors = Vec::new();
    bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned()
}

/// Gives the words of a condition.
#[must_use]
pub fn condition(lang: Lang, condition: &Condition) -> String {
    with(lang, &format!("condition-{}", condition.code), &[("value", &spoken(lang, &condition.value))])
}

/// Writes how long something took or takes, in days or hours.
#[must_use]
pub fn duration(lang: Lang, seconds: i64) -> String {
    let hours = (seconds.max(0) + 1_800) / 3_600;
    let (key, count) = if hours >= 48 { ("age-days", (hours + 12) / 24) } else { ("age-hours", hours) };
    if hours == 0 {
        return say(lang, "age-under-an-hour");
    }
    with(lang, key, &[("count", &count.to_string())])
}

/// Says why something did not arrive at a webhook; what an older server wrote in its own words stands as it is.
#[must_use]
pub fn webhook_error(lang: Lang, code: &str, status: &str) -> String {
    let key = format!("webhook-error-{code}");
    if has(lang, &key) { with(lang, &key, &[("status", status)]) } else { code.to_owned() }
}

/// Gives the words of a notice: its `subject` or its `text`, on one line, so that no fact becomes a header or a line.
#[must_use]
pub fn notice(lang: Lang, notice: &Filed, part: &str, exchange: &str) -> String {
    let one_line = |text: &str| text.split(['\r', '\n']).collect::<Vec<_>>().join(" ");
    let status = notice.facts.get("status").map_or("", String::as_str);
    let fact = |name: &str, value: &str| match (notice.kind, name) {
        (Kind::WebhookDisabled, "reason") => webhook_error(lang, value, status),
        _ => one_line(value),
    };
    let values: Vec<(String, String)> = notice.facts.iter().map(|(k, v)| (k.clone(), fact(k, v))).collect();
    let mut pairs: Vec<(&str, &str)> = values.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    pairs.push(("exchange", exchange));
    one_line(&with(lang, &format!("mail-{}-{part}", notice.kind), &pairs))
}

/// Says why somebody is told something.
#[must_use]
pub fn why(lang: Lang, why: &Why) -> String {
    let (mut role, mut office, mut organisation, mut number) = (String::new(), String::new(), "", "");
    match why {
        Why::Role { role: held, name, grant, .. } => {
            role = say(lang, &format!("role-{held}"));
            (organisation, number) = (name, grant.as_deref().unwrap_or_default());
        }
        Why::Office(held) => office = say(lang, &key("office", held)),
        Why::Address | Why::Account | Why::Own(_) => {}
    }
    let values = [("role", role.as_str()), ("office", &office), ("organisation", organisation), ("grant", number)];
    with(lang, why.key(), &values)
}

/// Says who can mend a condition.
#[must_use]
pub fn mender(lang: Lang, condition: &Condition) -> String {
    say(lang, &format!("who-{}", condition.who))
}

/// Gives the key of a thing kept as text, such as `deed-member-signed-up` for `member.signed_up`.
#[must_use]
pub fn key(stem: &str, text: &str) -> String {
    format!("{stem}-{}", text.replace(['.', '_'], "-"))
}

//! The table of a record, on whichever page it stands.

use super::sheet::{Block, Cell, Table};
use crate::market::journal::{ActorKind, Entry};
use crate::values::Lang;
use crate::words;

/// Identifiers that tell a reader nothing.
const HIDDEN: [&str; 5] = ["member", "service", "version_id", "dataset_id", "amount_minor"];

/// Writes one fact: a code in words, an amount as the reader writes it, anything else as it is.
fn fact(lang: Lang, key: &str, value: &str) -> String {
    let one = |code: &str| {
        let stem = words::key(key.trim_end_matches('s'), code);
        let known = [format!("{stem}-word"), stem].into_iter().find(|k| words::has(lang, k));
        known.map_or_else(|| words::spoken(lang, code), |k| words::say(lang, &k))
    };
    match key {
        "roles" | "scopes" | "topics" => {
            value.split(' ').map(one).collect::<Vec<_>>().join(if lang == Lang::Zh { "、" } else { ", " })
        }
        "side" | "desk" => {
            let lane = format!("lane-{value}");
            if words::has(lang, &lane) { words::say(lang, &lane) } else { one(value) }
        }
        "code" => {
            let reason = format!("reason-{value}");
            if words::has(lang, &reason) { words::say(lang, &reason) } else { value.to_owned() }
        }
        "error" => words::webhook_error(lang, value, ""),
        "sha256" | "manifest_sha256" => format!("{}…", value.get(..12).unwrap_or(value)),
        "level" | "verdict" | "state" | "language" | "lang" | "office" => one(value),
        _ => words::spoken(lang, value),
    }
}

/// Puts the facts of an entry into one line: the plain texts and numbers in it, each under its name.
#[must_use]
pub fn facts(lang: Lang, entry: &Entry) -> String {
    let Some(map) = entry.detail.as_object() else { return String::new() };
    let text = |v: &serde_json::Value| v.as_str().map(str::to_owned).or_else(|| v.as_i64().map(|n| n.to_string()));
    // Of what is kept in both languages the reader's is told.
    let other = if lang == Lang::Zh { "_en" } else { "_zh" };
    let told = |key: &str| {
        let twin =
            key.strip_suffix(other).map(|stem| format!("{stem}{}", if lang == Lang::Zh { "_zh" } else { "_en" }));
        let said_better = twin.and_then(|t| map.get(&t).and_then(|v| v.as_str())).is_some_and(|t| !t.is_empty());
        !HIDDEN.contains(&key) && !said_better
    };
    let labelled = |(key, value): (&String, String)| {
        let label = words::key("detail", key.trim_end_matches("_zh").trim_end_matches("_en"));
        let said = fact(lang, key, &value);
        if words::has(lang, &label) {
            words::with(lang, "detail-pair", &[("name", &words::say(lang, &label)), ("value", &said)])
        } else {
            said
        }
    };
    map.iter()
        .filter(|(key, _)| told(key))
        .filter_map(|(key, v)| text(v).filter(|t| !t.is_empty()).map(|t| (key, t)))
        .map(labelled)
        .collect::<Vec<_>>()
        .join(" · ")
}

/// Says who did it.
#[must_use]
pub fn who(lang: Lang, entry: &Entry) -> String {
    let somebody = matches!(entry.by.kind, ActorKind::Member | ActorKind::Service);
    if somebody && !entry.by.name.is_empty() {
        return entry.by.name.clone();
    }
    words::say(lang, &format!("actor-{}", entry.by.kind.as_str()))
}

/// The end of an identifier: its beginning is the same for all of a day.
fn tail(id: &str) -> String {
    format!("…{}", id.get(id.len().saturating_sub(6)..).unwrap_or(id))
}

/// Makes the table.
#[must_use]
pub fn table(lang: Lang, entries: &[Entry], next: Option<String>) -> Block {
    let say = |key: &str| words::say(lang, key);
    let rows = entries
        .iter()
        .map(|e| {
            vec![
                Cell::time(lang, e.at),
                Cell::text(who(lang, e)),
                Cell::text(say(&words::key("deed", e.deed.as_str()))).with_small(facts(lang, e)),
                Cell::text(say(&format!("thing-{}", e.thing.as_str()))).with_small(tail(&e.thing_id)),
                Cell::number(e.seq.to_string()),
            ]
        })
        .collect();
    Block::Table(Table {
        label: say("journal"),
        heads: vec![
            (say("head-when"), false),
            (say("head-who"), false),
            (say("head-what"), false),
            (say("head-thing"), false),
            (say("head-entry"), true),
        ],
        rows,
        empty: (say("journal-empty"), say("journal-empty-text"), None),
        next,
    })
}

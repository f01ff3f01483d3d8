//! The table of a record, on whichever page it stands.

use super::sheet::{Block, Cell, Table};
use crate::market::journal::{ActorKind, Entry};
use crate::values::Lang;
use crate::words;

/// Puts the facts of an entry into one line: the plain texts and numbers in it.
#[must_use]
pub fn facts(entry: &Entry) -> String {
    let Some(map) = entry.detail.as_object() else { return String::new() };
    let text = |v: &serde_json::Value| v.as_str().map(str::to_owned).or_else(|| v.as_i64().map(|n| n.to_string()));
    let hidden = ["member", "service", "version_id", "dataset_id"];
    map.iter()
        .filter(|(k, _)| !hidden.contains(&k.as_str()))
        .filter_map(|(_, v)| text(v))
        .filter(|t| !t.is_empty())
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
                Cell::text(say(&words::key("deed", e.deed.as_str()))).with_small(facts(e)),
                Cell::text(say(&format!("thing-{}", e.thing.as_str())))
                    .with_small(e.thing_id.get(..8).unwrap_or(&e.thing_id)),
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

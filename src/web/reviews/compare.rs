//! The version before and the submitted one side by side: texts, files, columns, offers.

use super::diff::{self, Row};
use crate::market::datasets::{Snapshot, SnapshotFile};
use crate::market::licences::Licence;
use crate::market::offers::Offer;
use crate::market::reviews::Whole;
use crate::market::rules::Level;
use crate::values::Lang;
use crate::web::datasets::views::size;
use crate::web::rules::level_word;
use crate::web::sheet::{Cell, Mark, Table};
use crate::words;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One difference.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReviewDifference)]
pub struct Difference {
    /// Where: the name of a field, `files/PATH`, `columns/PATH` or `offers`.
    pub part: String,
    /// changed, added or removed.
    pub kind: &'static str,
    /// What stood there.
    pub before: String,
    /// What stands there now.
    pub after: String,
}

fn difference(part: &str, kind: &'static str, before: &str, after: &str) -> Difference {
    Difference { part: part.to_owned(), kind, before: before.to_owned(), after: after.to_owned() }
}

/// The fields in the order of a reader.
const FIELDS: [&str; 15] = [
    "title_zh",
    "title_en",
    "summary_zh",
    "summary_en",
    "level",
    "class",
    "filing_reference",
    "sector",
    "kind",
    "use_case",
    "source_statement",
    "contact",
    "change_note",
    "card_zh",
    "card_en",
];

fn texts(before: &Snapshot, after: &Snapshot, out: &mut Vec<Difference>) {
    let text = |s: &Snapshot, name: &str| s.texts.get(name).cloned().unwrap_or_default();
    let others = after.texts.keys().chain(before.texts.keys()).filter(|k| !FIELDS.contains(&k.as_str()));
    let mut names: Vec<String> = FIELDS.iter().map(|f| (*f).to_owned()).collect();
    names.extend(others.cloned());
    names.dedup();
    if before.label != after.label {
        out.push(difference("label", "changed", &before.label, &after.label));
    }
    for name in names {
        for row in diff::rows(&text(before, &name), &text(after, &name)) {
            match row {
                Row::Same(_) => {}
                Row::Changed(old, new) => out.push(difference(&name, "changed", &old, &new)),
                Row::Added(new) => out.push(difference(&name, "added", "", &new)),
                Row::Removed(old) => out.push(difference(&name, "removed", &old, "")),
            }
        }
    }
}

fn describe(f: &SnapshotFile) -> String {
    let rows = f.rows.map(|n| format!(" · {}", words::number(n))).unwrap_or_default();
    format!("{}{rows} · {}", size(f.size_bytes), f.sha256.get(..12).unwrap_or(&f.sha256))
}

fn files(before: &Snapshot, after: &Snapshot, out: &mut Vec<Difference>) {
    let by_path = |s: &'_ Snapshot| -> BTreeMap<String, SnapshotFile> {
        s.files.iter().map(|f| (f.path.clone(), f.clone())).collect()
    };
    let (old, new) = (by_path(before), by_path(after));
    for (path, f) in &new {
        let part = format!("files/{path}");
        match old.get(path) {
            None => out.push(difference(&part, "added", "", &describe(f))),
            Some(o) if o.sha256 != f.sha256 => out.push(difference(&part, "changed", &describe(o), &describe(f))),
            Some(_) => {}
        }
        let columns = old.get(path).map(|o| o.columns.clone()).unwrap_or_default();
        let part = format!("columns/{path}");
        for name in f.columns.iter().filter(|c| !columns.is_empty() && !columns.contains(c)) {
            out.push(difference(&part, "added", "", name));
        }
        for name in columns.iter().filter(|c| !f.columns.is_empty() && !f.columns.contains(c)) {
            out.push(difference(&part, "removed", name, ""));
        }
    }
    for (path, o) in old.iter().filter(|(path, _)| !new.contains_key(*path)) {
        out.push(difference(&format!("files/{path}"), "removed", &describe(o), ""));
    }
}

fn offers(lang: Lang, before: &[(Offer, Licence)], after: &[(Offer, Licence)], out: &mut Vec<Difference>) {
    let line =
        |(o, l): &(Offer, Licence)| format!("{} · {} {} · {}", o.title, l.code, l.label, words::money(lang, o.price));
    let has = |list: &[(Offer, Licence)], id| list.iter().any(|(o, _)| o.id == id);
    for x in after.iter().filter(|(o, _)| !has(before, o.id)) {
        out.push(difference("offers", "added", "", &line(x)));
    }
    for x in before.iter().filter(|(o, _)| !has(after, o.id)) {
        out.push(difference("offers", "removed", &line(x), ""));
    }
}

/// Everything that differs from what was published before; all of it is new when nothing was.
#[must_use]
pub fn differences(lang: Lang, whole: &Whole) -> Vec<Difference> {
    let nothing = Snapshot { label: String::new(), texts: BTreeMap::new(), files: Vec::new() };
    let before = whole.before.as_ref().map_or(&nothing, |(s, _)| s);
    let mut out = Vec::new();
    texts(before, &whole.review.card, &mut out);
    files(before, &whole.review.card, &mut out);
    offers(lang, &whole.offers_before, &whole.offers, &mut out);
    out
}

/// What a part is called.
fn part_word(lang: Lang, part: &str) -> (String, String) {
    let say = |key: &str| words::say(lang, key);
    match part.split_once('/') {
        Some(("files", path)) => (say("tab-files"), path.to_owned()),
        Some(("columns", path)) => (say("columns"), path.to_owned()),
        _ if part.starts_with("card:") => {
            let mut names = part.split(':').skip(1);
            let key = format!("card-{}", names.next().unwrap_or_default().replace('_', "-"));
            let lang_of = names.next().unwrap_or_default().to_owned();
            (if words::has(lang, &key) { say(&key) } else { part.to_owned() }, lang_of)
        }
        _ if part == "offers" => (say("offers"), String::new()),
        _ if part == "kind" => (say("field-data-kind"), String::new()),
        _ => {
            let key = format!("field-{}", part.replace('_', "-"));
            (if words::has(lang, &key) { say(&key) } else { part.to_owned() }, String::new())
        }
    }
}

/// Coded values in the reader's words.
fn value_word(lang: Lang, part: &str, value: &str) -> String {
    let stem = match part {
        "sector" => "sector",
        "kind" => "kind",
        "use_case" => "use",
        "level" => return Level::parse(value).map_or_else(|| value.to_owned(), |l| level_word(lang, l)),
        _ => return value.to_owned(),
    };
    let key = words::key(stem, &value.to_lowercase());
    if words::has(lang, &key) { words::say(lang, &key) } else { value.to_owned() }
}

fn kind_mark(lang: Lang, kind: &str) -> Mark {
    let say = |key: &str| words::say(lang, key);
    match kind {
        "added" => Mark { class: "ok", icon: "plus", text: say("diff-added") },
        "removed" => Mark { class: "bad", icon: "cross", text: say("diff-removed") },
        _ => Mark { class: "warn", icon: "swap", text: say("diff-changed") },
    }
}

/// The differences as a table: before and now side by side.
#[must_use]
pub fn table(lang: Lang, list: &[Difference]) -> Table {
    let say = |key: &str| words::say(lang, key);
    let row = |d: &Difference| {
        let (name, detail) = part_word(lang, &d.part);
        vec![
            Cell::text(name).with_small(detail),
            Cell::text(value_word(lang, &d.part, &d.before)),
            Cell::text(value_word(lang, &d.part, &d.after)),
            Cell::mark(kind_mark(lang, d.kind)),
        ]
    };
    let rows = list.iter().map(row).collect();
    let heads = ["diff-part", "diff-before", "diff-now", "diff-kind"].map(|k| (say(k), false)).to_vec();
    Table { label: say("diff-title"), heads, rows, empty: (say("diff-none"), say("diff-none-text"), None), next: None }
}

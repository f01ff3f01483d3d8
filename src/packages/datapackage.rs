//! Data Package, versions 1 and 2 (<https://datapackage.org/standard/data-package/>), read.

use super::faults::What;
use super::walk::Found;
use super::{Resource, Start, extras, table_schema};
use crate::market::datasets::cards::{Both, CardField, Cover, Held, Personal, Rhythm};
use crate::values::{FilePath, Prose, Sha256};
use serde_json::Value;
use std::collections::BTreeSet;

/// The name of the file.
pub const NAME: &str = "datapackage.json";
/// Files of one version.
const MOST_FILES: usize = 10_000;

/// Reads a package.
pub(super) fn read(package: &Value, found: &mut Found) -> Start {
    let mut start = Start::default();
    if !package.is_object() {
        found.note("", What::Type("object"));
        return start;
    }
    start.name = found.line(package, "", "name");
    start.version = found.line(package, "", "version");
    let title = found.line(package, "", "title");
    Start::put(&mut start.title_zh, &mut start.title_en, &title);
    let text = found.prose(package, "", "description");
    describe(&mut start, &text);
    for (at, licence) in found.list(package, "", "licenses") {
        let name = found.line(licence, &at, "name");
        if !name.is_empty() {
            start.licences.push(name);
        }
    }
    start.contact = contact(package, found);
    start.source_statement = sources(package, found);
    if let Some(own) = package.get("bourse") {
        ours(own, &mut start, found);
        start.level = extras::level(own, "/bourse", found);
        start.offers = extras::offers(own, "/bourse", found);
    }
    resources(package, &mut start, found);
    start
}

/// The first paragraph is the summary, all of it the card; the form knows one description only.
pub(super) fn describe(start: &mut Start, text: &str) {
    let summary: String = text.split("\n\n").next().unwrap_or_default().trim().chars().take(1000).collect();
    Start::put(&mut start.summary_zh, &mut start.summary_en, &summary);
    if summary.len() < text.trim().len() {
        Start::put(&mut start.card_zh, &mut start.card_en, text);
    }
}

fn contact(package: &Value, found: &mut Found) -> String {
    for (at, person) in found.list(package, "", "contributors") {
        let (email, title) = (found.line(person, &at, "email"), found.line(person, &at, "title"));
        if !email.is_empty() {
            return email;
        }
        if !title.is_empty() {
            return title;
        }
    }
    String::new()
}

fn sources(package: &Value, found: &mut Found) -> String {
    let mut lines = Vec::new();
    for (at, source) in found.list(package, "", "sources") {
        let (title, path) = (found.prose(source, &at, "title"), found.line(source, &at, "path"));
        let both = [title, path].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(": ");
        if !both.is_empty() {
            lines.push(both);
        }
    }
    lines.join("\n")
}

/// Reads what only this exchange writes: both languages, and the structured card.
fn ours(own: &Value, start: &mut Start, found: &mut Found) {
    let at = "/bourse";
    let texts: [(&'static str, &mut String); 8] = [
        ("title_zh", &mut start.title_zh),
        ("title_en", &mut start.title_en),
        ("summary_zh", &mut start.summary_zh),
        ("summary_en", &mut start.summary_en),
        ("card_zh", &mut start.card_zh),
        ("card_en", &mut start.card_en),
        ("source_statement", &mut start.source_statement),
        ("change_note", &mut start.change_note),
    ];
    for (name, place) in texts {
        let text = if name.starts_with("title") { found.line(own, at, name) } else { found.prose(own, at, name) };
        if own.get(name).is_some() {
            *place = text;
        }
    }
    for (name, place) in [
        ("sector", &mut start.sector),
        ("kind", &mut start.kind),
        ("use_case", &mut start.use_case),
        ("contact", &mut start.contact),
    ] {
        let text = found.line(own, at, name);
        if !text.is_empty() {
            *place = text;
        }
    }
    if let Some(card) = own.get("card") {
        let d = &mut start.details;
        for field in CardField::ALL {
            let place = format!("{at}/card/{field}");
            let Some(text) = card.get(field.as_str()) else { continue };
            let side = |text: &str| Prose::optional(text).ok();
            let both = [found.prose(text, &place, "zh"), found.prose(text, &place, "en")];
            if let [Some(zh), Some(en)] = both.map(|t| side(&t))
                && !(zh.as_str().is_empty() && en.as_str().is_empty())
            {
                d.texts.insert(*field, Both { zh, en });
            }
        }
        d.right_holding = choice(card, "right_holding", Held::parse, found);
        d.right_use = choice(card, "right_use", Held::parse, found);
        d.right_operation = choice(card, "right_operation", Held::parse, found);
        d.personal = choice(card, "personal", Personal::parse, found);
        d.rhythm = choice(card, "rhythm", Rhythm::parse, found);
        d.covers_from = choice(card, "covers_from", |t| Cover::parse(t).ok(), found);
        d.covers_to = choice(card, "covers_to", |t| Cover::parse(t).ok(), found);
    }
}

fn choice<T: Default>(card: &Value, name: &'static str, parse: fn(&str) -> Option<T>, found: &mut Found) -> T {
    let text = found.line(card, "/bourse/card", name);
    if text.is_empty() {
        return T::default();
    }
    parse(&text).unwrap_or_else(|| {
        found.note(&format!("/bourse/card/{name}"), What::Choice(text));
        T::default()
    })
}

fn resources(package: &Value, start: &mut Start, found: &mut Found) {
    if package.get("resources").is_none() {
        found.note("", What::Missing("resources"));
    }
    let mut seen = BTreeSet::new();
    for (at, item) in found.list(package, "", "resources") {
        if start.resources.len() >= MOST_FILES {
            found.note(&at, What::TooMany);
            return;
        }
        let (columns, primary_key) = match item.get("schema") {
            None | Some(Value::Null) => (Vec::new(), Vec::new()),
            Some(schema) => table_schema::read(schema, &format!("{at}/schema"), found),
        };
        let paths = paths(item, &at, found);
        // Size and digest are of the one file; parts of a file have none of their own.
        let single = paths.len() == 1;
        let sample = extras::sample(item, &at, found);
        let bytes = item.get("bytes").filter(|_| single).and_then(Value::as_u64);
        let sha256 = if single { hash(item, &at, found) } else { None };
        for (place, path) in paths {
            if seen.insert(path.folded()) {
                let (columns, primary_key, sha256) = (columns.clone(), primary_key.clone(), sha256.clone());
                let sample = sample.clone();
                start.resources.push(Resource { path, bytes, sha256, columns, primary_key, sample });
            } else {
                found.note(&place, What::Twice(path.as_str().to_owned()));
            }
        }
    }
}

/// The paths of a resource: one, or several parts.
fn paths(item: &Value, at: &str, found: &mut Found) -> Vec<(String, FilePath)> {
    let mut texts: Vec<(String, String)> = Vec::new();
    match item.get("path") {
        Some(Value::String(path)) => texts.push((format!("{at}/path"), path.clone())),
        Some(Value::Array(parts)) => {
            for (i, part) in parts.iter().enumerate() {
                let place = format!("{at}/path/{i}");
                match part.as_str() {
                    Some(path) => texts.push((place, path.to_owned())),
                    None => found.note(&place, What::Type("string")),
                }
            }
        }
        Some(_) => found.note(&format!("{at}/path"), What::Type("string")),
        None if item.get("data").is_some() => found.note(&format!("{at}/data"), What::Inline),
        None => found.note(at, What::Missing("path")),
    }
    let mut paths = Vec::new();
    for (place, text) in texts {
        match FilePath::parse(text.strip_prefix("./").unwrap_or(&text)) {
            Ok(path) => paths.push((place, path)),
            Err(_) => found.note(&place, What::Path(text)),
        }
    }
    paths
}

/// The SHA-256 of a resource; digests of other kinds are left alone, as version 1 had MD5 by default.
fn hash(item: &Value, at: &str, found: &mut Found) -> Option<Sha256> {
    let text = found.line(item, at, "hash");
    let digits = text.strip_prefix("sha256:")?;
    let digest = Sha256::parse(digits).ok();
    if digest.is_none() {
        found.note(&format!("{at}/hash"), What::Hash(digits.to_owned()));
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::super::read as read_text;
    use super::*;

    #[test]
    fn versions_one_and_two() {
        let one = r#"{"name": "air-quality", "title": "空气质量", "description": "第一段。\n\n第二段。", "version": "2.1",
            "sources": [{"title": "Station 4", "path": "https://a.example"}], "license": "CC-BY-4.0",
            "resources": [{"name": "a", "path": "./data/a.csv", "bytes": 12, "hash": "d41d8cd98f00b204e9800998ecf8427e",
              "schema": {"fields": [{"name": "t", "type": "number"}]}},
             {"path": ["b/1.csv", "b/2.csv"]}]}"#;
        let start = read_text(one).unwrap();
        assert_eq!((start.title_zh.as_str(), start.summary_zh.as_str()), ("空气质量", "第一段。"));
        assert!(start.card_zh.contains("第二段") && start.title_en.is_empty());
        assert_eq!(start.source_statement, "Station 4: https://a.example");
        let paths: Vec<&str> = start.resources.iter().map(|r| r.path.as_str()).collect();
        assert_eq!(paths, ["data/a.csv", "b/1.csv", "b/2.csv"]);
        assert_eq!((start.resources[0].bytes, start.resources[0].sha256.is_none()), (Some(12), true));
        assert_eq!(start.resources[0].columns.len(), 1);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let bad = "{\"name\": 7,\n\"title\": [],\n\"resources\": [\n{\"path\": \"../x.csv\"},\n{\"data\": [1]},\n{\"path\": \"a.csv\"},\n{\"path\": \"A.csv\", \"hash\": \"sha256:xyz\"},\n{\"path\": \"https://a.example/x.csv\"}\n]}";
        let wrongs = read_text(bad).unwrap_err();
        let told: Vec<(usize, &str)> = wrongs.iter().map(|w| (w.line, w.pointer.as_str())).collect();
        assert_eq!(
            told,
            [
                (2, "/title"),
                (4, "/resources/0/path"),
                (5, "/resources/1/data"),
                (7, "/resources/3/hash"),
                (7, "/resources/3/path"),
                (8, "/resources/4/path"),
            ]
        );
        assert_eq!(read_text("{\n\"a\": }").unwrap_err()[0].line, 2);
        assert_eq!(read_text("[]").unwrap_err()[0].what, What::Type("object"));
        assert_eq!(read_text("{}").unwrap_err()[0].what, What::Missing("resources"));
    }
}

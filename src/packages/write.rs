//! Data Package, version 2, written: what a version exports, and what `bourse publish --init` begins with.

use super::table_schema;
use crate::market::datasets::cards::{CardField, Details};
use crate::market::datasets::columns::Column;
use crate::values::{Lang, Sha256};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// A file to be named.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its path.
    pub path: String,
    /// Its media type.
    pub media_type: String,
    /// Its size.
    pub bytes: i64,
    /// Its digest.
    pub sha256: Option<Sha256>,
    /// Its separator, for a table in text form.
    pub separator: Option<char>,
    /// Its encoding, when it is known.
    pub encoding: Option<String>,
    /// Its columns; empty for what is no table or unknown.
    pub columns: Vec<Column>,
    /// The columns that together tell one row from another.
    pub primary_key: Vec<String>,
}

/// What a package says.
#[derive(Debug, Clone, Default)]
pub struct Contents {
    /// The name, as in addresses.
    pub name: String,
    /// The address that never changes.
    pub id: String,
    /// The page of the dataset.
    pub homepage: String,
    /// The label of the version.
    pub version: String,
    /// When it was published (RFC 3339); empty for a draft.
    pub created: String,
    /// Titles in Chinese and English.
    pub title: (String, String),
    /// Summaries in Chinese and English.
    pub summary: (String, String),
    /// Cards in Chinese and English.
    pub card: (String, String),
    /// Section, kind and use.
    pub classes: (String, String, String),
    /// Where the data comes from.
    pub source_statement: String,
    /// Whom to ask.
    pub contact: String,
    /// What is new.
    pub change_note: String,
    /// The seller: name and address.
    pub publisher: (String, String),
    /// Licences: SPDX identifier or own code, title, address.
    pub licences: Vec<(String, String, String)>,
    /// The digest of the manifest.
    pub manifest_sha256: Option<String>,
    /// The structured card.
    pub details: Details,
    /// The files.
    pub items: Vec<Item>,
}

/// Leaves out what says nothing.
pub(super) fn put(map: &mut Map<String, Value>, name: &str, text: &str) {
    if !text.is_empty() {
        map.insert(name.to_owned(), json!(text));
    }
}

/// Writes a package.
#[must_use]
pub fn datapackage(c: &Contents) -> Value {
    let mut out = Map::new();
    out.insert("$schema".to_owned(), json!("https://datapackage.org/profiles/2.0/datapackage.json"));
    put(&mut out, "name", &c.name);
    put(&mut out, "id", &c.id);
    put(&mut out, "title", Lang::En.pick(&c.title.0, &c.title.1));
    put(&mut out, "description", Lang::En.pick(&c.summary.0, &c.summary.1));
    put(&mut out, "homepage", &c.homepage);
    put(&mut out, "version", &c.version);
    put(&mut out, "created", &c.created);
    let keywords: Vec<&str> =
        [&c.classes.1, &c.classes.2].into_iter().map(String::as_str).filter(|k| !k.is_empty()).collect();
    if !keywords.is_empty() {
        out.insert("keywords".to_owned(), json!(keywords));
    }
    if !c.licences.is_empty() {
        let one = |(name, title, path): &(String, String, String)| json!({"name": name, "title": title, "path": path});
        out.insert("licenses".to_owned(), c.licences.iter().map(one).collect());
    }
    if !c.publisher.0.is_empty() {
        let who = json!({"title": c.publisher.0, "path": c.publisher.1, "roles": ["publisher"]});
        out.insert("contributors".to_owned(), json!([who]));
    }
    if !c.source_statement.is_empty() {
        out.insert("sources".to_owned(), json!([{"title": c.source_statement}]));
    }
    let mut names = BTreeSet::new();
    out.insert("resources".to_owned(), c.items.iter().map(|item| resource(item, &mut names)).collect());
    out.insert("bourse".to_owned(), ours(c));
    Value::Object(out)
}

/// A name that is unique in the package: the path in small letters, everything else a hyphen.
pub(super) fn name_of(path: &str, names: &mut BTreeSet<String>) -> String {
    let plain: String = path
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' })
        .collect();
    let mut name = plain.clone();
    let mut more = 2;
    while !names.insert(name.clone()) {
        name = format!("{plain}-{more}");
        more += 1;
    }
    name
}

fn resource(item: &Item, names: &mut BTreeSet<String>) -> Value {
    let mut out = Map::new();
    out.insert("name".to_owned(), json!(name_of(&item.path, names)));
    out.insert("path".to_owned(), json!(item.path));
    let format = crate::measure::format_name(&item.path).to_lowercase();
    if format != "–" {
        put(&mut out, "format", &format);
    }
    put(&mut out, "mediatype", &item.media_type);
    put(&mut out, "encoding", item.encoding.as_deref().unwrap_or_default());
    out.insert("bytes".to_owned(), json!(item.bytes));
    if let Some(digest) = &item.sha256 {
        out.insert("hash".to_owned(), json!(format!("sha256:{digest}")));
    }
    let text = matches!(item.media_type.as_str(), "text/csv" | "text/tab-separated-values");
    if !item.columns.is_empty() {
        out.insert("type".to_owned(), json!("table"));
        out.insert("schema".to_owned(), table_schema::write(&item.columns, &item.primary_key));
    }
    if let Some(separator) = item.separator.filter(|s| text && *s != ',') {
        out.insert("dialect".to_owned(), json!({"delimiter": separator.to_string()}));
    }
    Value::Object(out)
}

/// What the form has no place for: both languages, and the structured card.
fn ours(c: &Contents) -> Value {
    let mut out = Map::new();
    let texts = [
        ("title_zh", &c.title.0),
        ("title_en", &c.title.1),
        ("summary_zh", &c.summary.0),
        ("summary_en", &c.summary.1),
        ("card_zh", &c.card.0),
        ("card_en", &c.card.1),
        ("sector", &c.classes.0),
        ("kind", &c.classes.1),
        ("use_case", &c.classes.2),
        ("source_statement", &c.source_statement),
        ("contact", &c.contact),
        ("change_note", &c.change_note),
    ];
    for (name, text) in texts {
        put(&mut out, name, text);
    }
    put(&mut out, "manifest_sha256", c.manifest_sha256.as_deref().unwrap_or_default());
    let d = &c.details;
    let mut card = Map::new();
    for field in CardField::ALL {
        if let Some(text) = d.texts.get(field) {
            card.insert(field.to_string(), json!({"zh": text.zh.as_str(), "en": text.en.as_str()}));
        }
    }
    let facts = [
        ("right_holding", d.right_holding.as_str()),
        ("right_use", d.right_use.as_str()),
        ("right_operation", d.right_operation.as_str()),
        ("personal", d.personal.as_str()),
        ("rhythm", d.rhythm.as_str()),
    ];
    for (name, text) in facts {
        card.insert(name.to_owned(), json!(text));
    }
    put(&mut card, "covers_from", d.covers_from.as_str());
    put(&mut card, "covers_to", d.covers_to.as_str());
    out.insert("card".to_owned(), Value::Object(card));
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::datasets::cards::{Both, Held, Rhythm};
    use crate::values::Prose;

    #[test]
    fn what_is_written_is_read_back() {
        let mut details = Details { right_use: Held::Yes, rhythm: Rhythm::Daily, ..Details::default() };
        let prose = |text| Prose::parse(text).unwrap();
        details.texts.insert(CardField::Limits, Both { zh: prose("没有负载"), en: prose("No load") });
        let item = |path: &str| Item {
            path: path.to_owned(),
            media_type: "text/csv".to_owned(),
            bytes: 3,
            sha256: Some(crate::values::hash_text("abc")),
            separator: Some(';'),
            encoding: None,
            columns: vec![Column::named("a")],
            primary_key: Vec::new(),
        };
        let contents = Contents {
            name: "spindle".to_owned(),
            version: "1.0.0".to_owned(),
            title: ("主轴".to_owned(), "Spindle".to_owned()),
            summary: ("主轴。".to_owned(), "A spindle.".to_owned()),
            details: details.clone(),
            items: vec![item("a b.csv"), item("a-b.csv")],
            ..Contents::default()
        };
        let text = serde_json::to_string_pretty(&datapackage(&contents)).unwrap();
        assert!(text.contains("\"a-b.csv-2\"") && text.contains("\"delimiter\": \";\""));
        let start = super::super::read(&text).unwrap();
        assert_eq!(start.details, details);
        assert_eq!(
            (start.title_zh.as_str(), start.title_en.as_str(), start.version.as_str()),
            ("主轴", "Spindle", "1.0.0")
        );
        assert_eq!(start.resources[0].sha256, Some(crate::values::hash_text("abc")));
        assert_eq!(start.resources[1].columns, [Column::named("a")]);
    }
}

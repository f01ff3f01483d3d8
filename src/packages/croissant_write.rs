//! Croissant 1.0, written. A document of it is a schema.org `Dataset` too, so search engines for data read the same file.
//!
//! It names files by their path, as they lie in what a buyer receives, and gives no address from which bytes come: where
//! they can be had, and on which terms, stands at `url`.

use super::write::{Contents, Item, name_of, put};
use crate::market::datasets::columns::{Column, ColumnKind};
use crate::values::Lang;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The file name of a description.
pub const CROISSANT: &str = "croissant.json";

/// The terms of the standard context that are those of Croissant by the same name.
const OWN: &str = "citeAs column equivalentProperty extract field fileProperty fileObject fileSet format includes \
    isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator \
    source subField transform";

fn context() -> Value {
    let mut out = Map::new();
    let names = [
        ("@language", "en"),
        ("@vocab", "https://schema.org/"),
        ("sc", "https://schema.org/"),
        ("cr", "http://mlcommons.org/croissant/"),
        ("rai", "http://mlcommons.org/croissant/RAI/"),
        ("dct", "http://purl.org/dc/terms/"),
        ("conformsTo", "dct:conformsTo"),
    ];
    for (name, meaning) in names {
        put(&mut out, name, meaning);
    }
    for name in OWN.split_ascii_whitespace() {
        out.insert(name.to_owned(), json!(format!("cr:{name}")));
    }
    for name in ["data", "examples"] {
        out.insert(name.to_owned(), json!({"@id": format!("cr:{name}"), "@type": "@json"}));
    }
    out.insert("dataType".to_owned(), json!({"@id": "cr:dataType", "@type": "@vocab"}));
    Value::Object(out)
}

/// Writes a document; `free` says whether some offer gives the data away.
#[must_use]
pub fn croissant(c: &Contents, free: bool) -> Value {
    let mut out = Map::new();
    out.insert("@context".to_owned(), context());
    put(&mut out, "@type", "sc:Dataset");
    put(&mut out, "@id", &c.id);
    put(&mut out, "name", Lang::En.pick(&c.title.0, &c.title.1));
    put(&mut out, "conformsTo", "http://mlcommons.org/croissant/1.0");
    put(&mut out, "description", Lang::En.pick(&c.summary.0, &c.summary.1));
    put(&mut out, "url", &c.homepage);
    put(&mut out, "version", &c.version);
    put(&mut out, "datePublished", &c.created);
    let licences: Vec<&str> = c.licences.iter().map(|(_, _, address)| address.as_str()).collect();
    if !licences.is_empty() {
        out.insert("license".to_owned(), json!(licences));
    }
    if !c.publisher.0.is_empty() {
        let who = json!({"@type": "sc:Organization", "name": c.publisher.0, "url": c.publisher.1});
        out.insert("creator".to_owned(), who.clone());
        out.insert("publisher".to_owned(), who);
    }
    let keywords: Vec<&str> =
        [&c.classes.1, &c.classes.2].into_iter().map(String::as_str).filter(|k| !k.is_empty()).collect();
    if !keywords.is_empty() {
        out.insert("keywords".to_owned(), json!(keywords));
    }
    let languages: Vec<&str> = [("zh-CN", &c.title.0), ("en", &c.title.1)]
        .into_iter()
        .filter_map(|(code, title)| (!title.is_empty()).then_some(code))
        .collect();
    out.insert("inLanguage".to_owned(), json!(languages));
    out.insert("isAccessibleForFree".to_owned(), json!(free));
    put(&mut out, "conditionsOfAccess", &c.homepage);
    card(&mut out, c);
    let (mut names, mut files, mut sets) = (BTreeSet::new(), Vec::new(), Vec::new());
    for item in &c.items {
        let id = name_of(&item.path, &mut names);
        files.push(file(item, &id));
        if !item.columns.is_empty() {
            sets.push(record_set(item, &id));
        }
    }
    out.insert("distribution".to_owned(), Value::Array(files));
    if !sets.is_empty() {
        out.insert("recordSet".to_owned(), Value::Array(sets));
    }
    Value::Object(out)
}

/// What the structured card says in the words of the vocabulary.
fn card(out: &mut Map<String, Value>, c: &Contents) {
    for (term, field) in super::croissant::TERMS {
        let text = match c.details.text(*field, Lang::En) {
            "" => c.details.text(*field, Lang::Zh),
            text => text,
        };
        put(out, term, text);
    }
    let (from, to) = (c.details.covers_from.as_str(), c.details.covers_to.as_str());
    if !from.is_empty() || !to.is_empty() {
        let open = |day: &str| if day.is_empty() { "..".to_owned() } else { day.to_owned() };
        out.insert("temporalCoverage".to_owned(), json!(format!("{}/{}", open(from), open(to))));
    }
}

fn file(item: &Item, id: &str) -> Value {
    let mut out = Map::new();
    put(&mut out, "@type", "cr:FileObject");
    put(&mut out, "@id", id);
    put(&mut out, "name", &item.path);
    put(&mut out, "contentUrl", &item.path);
    put(&mut out, "contentSize", &format!("{} B", item.bytes));
    put(&mut out, "encodingFormat", &item.media_type);
    put(&mut out, "sha256", &item.sha256.as_ref().map(ToString::to_string).unwrap_or_default());
    Value::Object(out)
}

/// The rows of a table; its fields have numbers for names, as columns may be called anything.
fn record_set(item: &Item, id: &str) -> Value {
    let own = |at: usize| format!("{id}/rows/{at}");
    let fields: Vec<Value> = item.columns.iter().enumerate().map(|(at, c)| field(c, id, &own(at))).collect();
    let mut out = Map::new();
    put(&mut out, "@type", "cr:RecordSet");
    put(&mut out, "@id", &format!("{id}/rows"));
    put(&mut out, "name", &item.path);
    let at = |name: &String| item.columns.iter().position(|c| c.name == *name);
    let key: Vec<Value> = item.primary_key.iter().filter_map(at).map(|at| json!({"@id": own(at)})).collect();
    if !key.is_empty() {
        out.insert("key".to_owned(), Value::Array(key));
    }
    out.insert("field".to_owned(), Value::Array(fields));
    Value::Object(out)
}

fn field(column: &Column, file: &str, id: &str) -> Value {
    let mut out = Map::new();
    put(&mut out, "@type", "cr:Field");
    put(&mut out, "@id", id);
    put(&mut out, "name", &column.name);
    let text = match column.description.en.as_str() {
        "" => column.description.zh.as_str(),
        text => text,
    };
    let unit = if column.unit.is_empty() { String::new() } else { format!("[{}]", column.unit) };
    put(&mut out, "description", [text, &unit].join(" ").trim());
    put(&mut out, "dataType", kind(column.kind));
    out.insert("source".to_owned(), json!({"fileObject": {"@id": file}, "extract": {"column": column.name}}));
    Value::Object(out)
}

/// The type of a column; what is not promised is a text.
const fn kind(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Integer => "sc:Integer",
        ColumnKind::Number => "sc:Float",
        ColumnKind::Boolean => "sc:Boolean",
        ColumnKind::Date => "sc:Date",
        ColumnKind::Datetime => "sc:DateTime",
        ColumnKind::Time => "sc:Time",
        ColumnKind::String
        | ColumnKind::Duration
        | ColumnKind::Year
        | ColumnKind::Yearmonth
        | ColumnKind::Geopoint
        | ColumnKind::Geojson
        | ColumnKind::Object
        | ColumnKind::Array
        | ColumnKind::List
        | ColumnKind::Any => "sc:Text",
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;
    use crate::values::Sha256;

    #[test]
    fn what_is_written_is_read_again() {
        let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let column = |name: &str, kind| Column { kind, ..Column::named(name) };
        let item = Item {
            path: "data/Press 1.csv".to_owned(),
            media_type: "text/csv".to_owned(),
            bytes: 12,
            sha256: Sha256::parse(digest).ok(),
            separator: None,
            encoding: None,
            columns: vec![column("time", ColumnKind::Datetime), column("温度 [°C]", ColumnKind::Number)],
            primary_key: vec!["time".to_owned()],
        };
        let contents = Contents {
            name: "presses".to_owned(),
            title: ("冲压机".to_owned(), String::new()),
            version: "1.0".to_owned(),
            items: vec![item],
            ..Contents::default()
        };
        let written = croissant(&contents, true);
        assert_eq!(written["recordSet"][0]["key"][0]["@id"], "data-press-1.csv/rows/0");
        assert_eq!((&written["name"], &written["inLanguage"]), (&json!("冲压机"), &json!(["zh-CN"])));
        let start = read(&written.to_string()).unwrap();
        let file = &start.resources[0];
        assert_eq!((file.path.as_str(), file.sha256.as_ref().unwrap().as_str()), ("data/Press 1.csv", digest));
        let kinds: Vec<_> = file.columns.iter().map(|c| (c.name.as_str(), c.kind)).collect();
        assert_eq!(kinds, [("time", ColumnKind::Datetime), ("温度 [°C]", ColumnKind::Number)]);
    }
}

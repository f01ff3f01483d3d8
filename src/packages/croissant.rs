//! Croissant (<https://docs.mlcommons.org/croissant/docs/croissant-spec.html>), versions 1.0 and 1.1, with the terms of
//! its responsible-AI vocabulary (`rai:`), read: a dataset that lives in another catalogue can start from it.

use super::faults::What;
use super::walk::Found;
use super::{Resource, Start, datapackage, language};
use crate::market::datasets::cards::{Both, CardField};
use crate::market::datasets::columns::{Column, ColumnKind};
use crate::values::{FilePath, Lang, Prose, Sha256};
use serde_json::Value;

/// Whether a document is a Croissant one.
#[must_use]
pub fn is_one(document: &Value) -> bool {
    let conforms = document.get("conformsTo").or_else(|| document.get("dct:conformsTo"));
    let croissant = |v: &Value| v.as_str().is_some_and(|t| t.contains("mlcommons.org/croissant"));
    let named = conforms.is_some_and(|c| croissant(c) || c.as_array().is_some_and(|a| a.iter().any(croissant)));
    named || (document.get("@context").is_some() && document.get("distribution").is_some())
}

/// Terms of the vocabulary, and the field of the card that says the same.
pub(super) const TERMS: &[(&str, CardField)] = &[
    ("rai:dataCollection", CardField::Collection),
    ("rai:dataPreprocessingProtocol", CardField::Processing),
    ("rai:dataAnnotationProtocol", CardField::Labelling),
    ("rai:dataAnnotationAnalysis", CardField::LabelAgreement),
    ("rai:dataLimitations", CardField::Limits),
    ("rai:dataUseCases", CardField::Intended),
    ("rai:personalSensitiveInformation", CardField::PersonalData),
    ("citeAs", CardField::Citation),
];

/// A text, or several as one.
fn joined(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(joined).filter(|t| !t.is_empty()).collect::<Vec<_>>().join("\n"),
        Value::Object(object) => {
            let named = ["@value", "name", "url", "@id"].iter().find_map(|n| object.get(*n));
            named.map(joined).unwrap_or_default()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

/// Reads a document.
pub(super) fn read(document: &Value, found: &mut Found) -> Start {
    let mut start = Start::default();
    let title = found.line(document, "", "name");
    Start::put(&mut start.title_zh, &mut start.title_en, &title);
    let text = found.prose(document, "", "description");
    datapackage::describe(&mut start, &text);
    start.version = found.line(document, "", "version");
    start.name = title.to_lowercase().replace([' ', '_', '.'], "-");
    start.licences = document.get("license").map(joined).filter(|t| !t.is_empty()).into_iter().collect();
    let from = ["url", "isBasedOn"].iter().filter_map(|n| document.get(*n)).map(joined);
    let by = document.get("creator").map(joined).into_iter();
    start.source_statement = by.chain(from).filter(|t| !t.is_empty()).collect::<Vec<_>>().join("\n");
    for (term, field) in TERMS {
        let Some(text) = document.get(*term).map(joined).filter(|t| !t.is_empty()) else { continue };
        match Prose::optional(&text) {
            Ok(prose) if language(&text) == Lang::Zh => {
                start.details.texts.insert(*field, Both { zh: prose, en: Prose::default() });
            }
            Ok(prose) => {
                start.details.texts.insert(*field, Both { zh: Prose::default(), en: prose });
            }
            Err(_) => found.note(&format!("/{term}"), What::Text),
        }
    }
    files(document, &mut start, found);
    start
}

/// The identifier of a node, which fields point to.
fn id(node: &Value) -> &str {
    node.get("@id").or_else(|| node.get("name")).and_then(Value::as_str).unwrap_or_default()
}

fn files(document: &Value, start: &mut Start, found: &mut Found) {
    if document.get("distribution").is_none() {
        found.note("", What::Missing("distribution"));
    }
    let sets = found.list(document, "", "recordSet");
    for (at, node) in found.list(document, "", "distribution") {
        let kind = node.get("@type").and_then(Value::as_str).unwrap_or_default();
        // A set of files inside an archive is no file of its own.
        let inside = node.get("containedIn").is_some();
        if !kind.ends_with("FileObject") || inside {
            continue;
        }
        let url = node.get("contentUrl").and_then(Value::as_str).unwrap_or_default();
        let last = url.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        let relative = !url.is_empty() && !url.contains("://");
        let named = if relative { url } else { last };
        let text = if named.is_empty() { id(node) } else { named };
        let Ok(path) = FilePath::parse(text.strip_prefix("./").unwrap_or(text)) else {
            found.note(&format!("{at}/contentUrl"), What::Path(text.to_owned()));
            continue;
        };
        let digits = found.line(node, &at, "sha256");
        let sha256 = Sha256::parse(&digits).ok();
        if sha256.is_none() && !digits.is_empty() {
            found.note(&format!("{at}/sha256"), What::Hash(digits));
        }
        if start.resources.iter().any(|r| r.path.folded() == path.folded()) {
            found.note(&at, What::Twice(path.as_str().to_owned()));
            continue;
        }
        let columns = sets.iter().flat_map(|(_, set)| columns(set, id(node))).collect();
        start.resources.push(Resource { path, bytes: None, sha256, columns, primary_key: Vec::new(), sample: None });
    }
}

/// The columns of a record set that come from a file.
fn columns(set: &Value, file: &str) -> Vec<Column> {
    let fields = set.get("field").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut columns = Vec::new();
    for field in fields {
        let source = field.get("source");
        let from = source.and_then(|s| s.get("fileObject")).map(id).unwrap_or_default();
        let column = source.and_then(|s| s.pointer("/extract/column")).and_then(Value::as_str);
        let Some(name) = column.filter(|_| from == file && !file.is_empty()) else { continue };
        let text = field.get("description").map(joined).unwrap_or_default();
        let mut column = Column { kind: kind(field), ..Column::named(name) };
        if let Ok(prose) = Prose::optional(&text) {
            match language(&text) {
                Lang::Zh => column.description.zh = prose,
                Lang::En => column.description.en = prose,
            }
        }
        columns.push(column);
    }
    columns
}

fn kind(field: &Value) -> ColumnKind {
    let name = field.get("dataType").map(joined).unwrap_or_default();
    match name.rsplit([':', '/']).next().unwrap_or_default() {
        "Integer" | "Int8" | "Int16" | "Int32" | "Int64" | "UInt8" | "UInt16" | "UInt32" | "UInt64" => {
            ColumnKind::Integer
        }
        "Float" | "Number" | "Float16" | "Float32" | "Float64" => ColumnKind::Number,
        "Boolean" => ColumnKind::Boolean,
        "Date" => ColumnKind::Date,
        "DateTime" => ColumnKind::Datetime,
        "Time" => ColumnKind::Time,
        "Text" | "URL" => ColumnKind::String,
        _ => ColumnKind::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::super::read as read_text;
    use crate::market::datasets::cards::CardField;
    use crate::values::Lang;

    #[test]
    fn a_document_of_another_catalogue() {
        let text = r#"{"@context": {}, "@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.0",
          "name": "Gear_noise", "description": "Noise of gears.", "license": "https://spdx.org/licenses/CC-BY-4.0.html",
          "url": "https://a.example/gears", "creator": {"@type": "sc:Organization", "name": "Lab"}, "version": "1.2.0",
          "rai:dataLimitations": ["One gearbox.", "No load."],
          "distribution": [
            {"@type": "cr:FileObject", "@id": "gears", "contentUrl": "https://a.example/f/gears.csv?x=1", "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
            {"@type": "cr:FileSet", "@id": "all"}],
          "recordSet": [{"@type": "cr:RecordSet", "@id": "r", "field": [
            {"@type": "cr:Field", "@id": "r/rpm", "dataType": "sc:Float", "description": "Speed", "source": {"fileObject": {"@id": "gears"}, "extract": {"column": "rpm"}}}]}]}"#;
        let start = read_text(text).unwrap();
        assert_eq!((start.name.as_str(), start.version.as_str()), ("gear-noise", "1.2.0"));
        assert_eq!(start.source_statement, "Lab\nhttps://a.example/gears");
        assert_eq!(start.details.text(CardField::Limits, Lang::En), "One gearbox.\nNo load.");
        let [file] = start.resources.as_slice() else { panic!("{:?}", start.resources) };
        assert_eq!((file.path.as_str(), file.columns[0].kind.as_str()), ("gears.csv", "number"));
        assert!(file.sha256.is_some());
    }
}

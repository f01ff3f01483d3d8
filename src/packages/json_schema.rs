//! JSON Schema (<https://json-schema.org>) of the rows of a table: an object with one property for each column, or an array
//! of such objects. Read into the same columns that Table Schema gives.

use super::faults::What;
use super::walk::Found;
use crate::market::datasets::cards::Both;
use crate::market::datasets::columns::{Column, ColumnKind, Constraints, MOST_COLUMNS, units};
use crate::values::{Lang, Prose};
use serde_json::Value;

/// Tells whether a schema is of this form and not a Table Schema.
pub(super) fn is_one(schema: &Value) -> bool {
    schema.get("fields").is_none() && (schema.get("properties").is_some() || schema.get("items").is_some())
}

/// Reads the columns; `at` is the pointer of the schema. Which columns tell rows apart, this form cannot say.
pub(super) fn read(schema: &Value, at: &str, found: &mut Found) -> Vec<Column> {
    if let Some(items) = schema.get("items").filter(|_| schema.get("properties").is_none()) {
        return read(items, &format!("{at}/items"), found);
    }
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        found.note(at, What::Missing("properties"));
        return Vec::new();
    };
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let columns = properties.iter().take(MOST_COLUMNS).map(|(name, property)| {
        let place = format!("{at}/properties/{}", name.replace('~', "~0").replace('/', "~1"));
        column(name, property, &place, required.contains(&name.as_str()), found)
    });
    columns.collect()
}

/// The type: `null` beside another one only says that a value may be missing.
fn kind(property: &Value, at: &str, found: &mut Found) -> (ColumnKind, bool) {
    let listed = match property.get("type") {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one.as_str()],
        _ => Vec::new(),
    };
    let nullable = listed.contains(&"null");
    let mut named = listed.into_iter().filter(|t| *t != "null");
    let (first, more) = (named.next(), named.next());
    let format = property.get("format").and_then(Value::as_str).unwrap_or_default();
    let kind = match (first, more, format) {
        (Some("string"), None, "date") => ColumnKind::Date,
        (Some("string"), None, "date-time") => ColumnKind::Datetime,
        (Some("string"), None, "time") => ColumnKind::Time,
        (None, ..) | (Some(_), Some(_), _) | (Some("object" | "array"), ..) => ColumnKind::Any,
        (Some(name), None, _) => ColumnKind::parse(name).unwrap_or_else(|| {
            found.note(&format!("{at}/type"), What::ColumnType(name.to_owned()));
            ColumnKind::Any
        }),
    };
    (kind, nullable)
}

fn column(name: &str, property: &Value, at: &str, required: bool, found: &mut Found) -> Column {
    let (kind, nullable) = kind(property, at, found);
    let mut unit = String::new();
    for word in ["unit", "x-unit"] {
        let text = property.get(word).and_then(Value::as_str).unwrap_or_default();
        // What people write for a unit is taken for its code, where there is no doubt.
        let code = if units::check(text).is_ok() { text } else { units::code_for(text).unwrap_or(text) };
        match units::check(code) {
            Ok(()) if unit.is_empty() => code.clone_into(&mut unit),
            Ok(()) => {}
            Err(bad) => found.note(&format!("{at}/{word}"), What::Unit(text.to_owned(), bad.meant.unwrap_or(""))),
        }
    }
    let mut description = Both::default();
    for word in ["description", "title"] {
        let text = found.prose(property, at, word);
        let side = if super::language(&text) == Lang::Zh { &mut description.zh } else { &mut description.en };
        if side.as_str().is_empty() {
            *side = Prose::optional(&text).unwrap_or_default();
        }
    }
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let choices = found.list(property, at, "enum");
    let constraints = Constraints {
        required: required && !nullable,
        unique: false,
        minimum: found.line(property, at, "minimum"),
        maximum: found.line(property, at, "maximum"),
        pattern: found.line(property, at, "pattern"),
        choices: choices.into_iter().filter(|(_, v)| !v.is_null()).map(|(_, value)| plain(value)).collect(),
    };
    Column { name: name.to_owned(), kind, unit, description, constraints }
}

#[cfg(test)]
mod tests {
    use super::super::read_schema;
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_as_objects_become_columns() {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["at", "force", "state"],
            "properties": {
                "at": {"type": "string", "format": "date-time", "description": "Start of the stroke"},
                "force": {"type": ["number", "null"], "minimum": 0, "maximum": 90.5, "x-unit": "kN"},
                "state": {"enum": ["ok", "bad", null], "type": "string", "title": "状态"},
                "parts/min": {"type": "integer"},
                "raw": {"type": "object"},
            },
        });
        let mut found = Found::new();
        let (columns, key) = read_schema(&schema, "", &mut found);
        assert!(found.into_wrongs("{}").is_empty() && key.is_empty());
        let of = |name: &str| columns.iter().find(|c| c.name == name).unwrap();
        let kinds = ["at", "force", "state", "parts/min", "raw"].map(|name| of(name).kind);
        use ColumnKind::{Any, Datetime, Integer, Number, String};
        assert_eq!(kinds, [Datetime, Number, String, Integer, Any]);
        let (at, force, state) = (of("at"), of("force"), of("state"));
        assert!(at.constraints.required && !force.constraints.required && state.constraints.required);
        assert_eq!((force.unit.as_str(), force.constraints.maximum.as_str()), ("kN", "90.5"));
        assert_eq!((state.description.zh.as_str(), state.constraints.choices.join(" ")), ("状态", "ok bad".to_owned()));
    }

    #[test]
    fn lists_of_rows_and_faults() {
        let text = "{\"type\": \"array\", \"items\": {\"properties\": {\n\"a/b\": {\"type\": \"float\"},\n\"t\": {\"type\": \"number\", \"unit\": \"furlong\"}}}}";
        let mut found = Found::new();
        let (columns, _) = read_schema(&serde_json::from_str(text).unwrap(), "", &mut found);
        assert_eq!(columns.len(), 2);
        let wrongs = found.into_wrongs(text);
        let told: Vec<(usize, &str)> = wrongs.iter().map(|w| (w.line, w.pointer.as_str())).collect();
        assert_eq!(told, [(2, "/items/properties/a~1b/type"), (3, "/items/properties/t/unit")]);
    }
}

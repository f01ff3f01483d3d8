//! Table Schema (Frictionless): columns with types, constraints, units and descriptions, read and written.

use super::faults::What;
use super::walk::Found;
use crate::market::datasets::cards::Both;
use crate::market::datasets::columns::{Column, ColumnKind, Constraints, units};
use crate::values::{Lang, Prose};
use serde_json::{Map, Value, json};

/// Reads the columns and the primary key of a schema, which may be a JSON Schema of the rows; `at` is its pointer.
pub fn read(schema: &Value, at: &str, found: &mut Found) -> (Vec<Column>, Vec<String>) {
    if !schema.is_object() {
        let what = match schema.as_str() {
            Some(path) => What::Elsewhere(path.to_owned()),
            None => What::Type("object"),
        };
        found.note(at, what);
        return (Vec::new(), Vec::new());
    }
    if super::json_schema::is_one(schema) {
        return (super::json_schema::read(schema, at, found), Vec::new());
    }
    if schema.get("fields").is_none() {
        found.note(at, What::Missing("fields"));
    }
    let mut columns: Vec<Column> = Vec::new();
    for (place, field) in found.list(schema, at, "fields") {
        let column = column(field, &place, found);
        if column.name.is_empty() {
            found.note(&place, What::Missing("name"));
        } else if columns.len() < crate::market::datasets::columns::MOST_COLUMNS {
            columns.push(column);
        }
    }
    let key = match schema.get("primaryKey") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(name)) => vec![name.clone()],
        Some(Value::Array(names)) => names.iter().filter_map(|n| n.as_str().map(str::to_owned)).collect(),
        Some(_) => {
            found.note(&format!("{at}/primaryKey"), What::Type("array"));
            Vec::new()
        }
    };
    for name in &key {
        if !columns.iter().any(|c| c.name == *name) {
            found.note(&format!("{at}/primaryKey"), What::Choice(name.clone()));
        }
    }
    (columns, key)
}

fn column(field: &Value, at: &str, found: &mut Found) -> Column {
    let name = field.as_str().map_or_else(|| found.line(field, at, "name"), str::to_owned);
    let kind = found.line(field, at, "type");
    let kind = if kind.is_empty() {
        ColumnKind::Any
    } else {
        ColumnKind::parse(&kind).unwrap_or_else(|| {
            found.note(&format!("{at}/type"), What::ColumnType(kind));
            ColumnKind::Any
        })
    };
    let unit = found.line(field, at, "unit");
    if let Err(bad) = units::check(&unit) {
        found.note(&format!("{at}/unit"), What::Unit(unit.clone(), bad.meant.unwrap_or("")));
    }
    let mut zh = found.prose(field, at, "description_zh");
    let mut en = found.prose(field, at, "description_en");
    for name in ["description", "title"] {
        let text = found.prose(field, at, name);
        let place = if super::language(&text) == Lang::Zh { &mut zh } else { &mut en };
        if place.is_empty() {
            *place = text;
        }
    }
    let both = |text: &str| Prose::optional(text).unwrap_or_default();
    Column {
        name,
        kind,
        unit,
        description: Both { zh: both(&zh), en: both(&en) },
        constraints: limits(field, at, found),
    }
}

fn limits(field: &Value, at: &str, found: &mut Found) -> Constraints {
    let Some(given) = field.get("constraints").filter(|c| !c.is_null()) else { return Constraints::default() };
    let at = format!("{at}/constraints");
    if !given.is_object() {
        found.note(&at, What::Type("object"));
        return Constraints::default();
    }
    let mut truth = |name: &str| match given.get(name) {
        None | Some(Value::Null) => false,
        Some(Value::Bool(yes)) => *yes,
        Some(_) => {
            found.note(&format!("{at}/{name}"), What::Type("boolean"));
            false
        }
    };
    let (required, unique) = (truth("required"), truth("unique"));
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let choices = found.list(given, &at, "enum").into_iter().map(|(_, value)| plain(value)).collect();
    Constraints {
        required,
        unique,
        minimum: found.line(given, &at, "minimum"),
        maximum: found.line(given, &at, "maximum"),
        pattern: found.line(given, &at, "pattern"),
        choices,
    }
}

/// Writes a schema.
#[must_use]
pub fn write(columns: &[Column], primary_key: &[String]) -> Value {
    let mut schema = Map::new();
    schema.insert("fields".to_owned(), columns.iter().map(field).collect());
    if !primary_key.is_empty() {
        schema.insert("primaryKey".to_owned(), json!(primary_key));
    }
    Value::Object(schema)
}

/// A bound as JSON: a number where the column has numbers.
fn bound(kind: ColumnKind, text: &str) -> Value {
    let number = kind.is_quantity() || kind == ColumnKind::Year;
    serde_json::from_str::<serde_json::Number>(text).ok().filter(|_| number).map_or_else(|| json!(text), Value::Number)
}

fn field(column: &Column) -> Value {
    let mut out = Map::new();
    out.insert("name".to_owned(), json!(column.name));
    if column.kind != ColumnKind::Any {
        out.insert("type".to_owned(), json!(column.kind));
    }
    let (zh, en) = (column.description.zh.as_str(), column.description.en.as_str());
    let texts = [
        ("description", Lang::En.pick(zh, en)),
        ("description_zh", zh),
        ("description_en", en),
        ("unit", &column.unit),
    ];
    for (name, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        out.insert(name.to_owned(), json!(text));
    }
    let given = &column.constraints;
    let mut limits = Map::new();
    for (name, yes) in [("required", given.required), ("unique", given.unique)] {
        if yes {
            limits.insert(name.to_owned(), json!(true));
        }
    }
    for (name, text) in [("minimum", &given.minimum), ("maximum", &given.maximum)] {
        if !text.is_empty() {
            limits.insert(name.to_owned(), bound(column.kind, text));
        }
    }
    if !given.pattern.is_empty() {
        limits.insert("pattern".to_owned(), json!(given.pattern));
    }
    if !given.choices.is_empty() {
        limits.insert("enum".to_owned(), given.choices.iter().map(|c| bound(column.kind, c)).collect());
    }
    if !limits.is_empty() {
        out.insert("constraints".to_owned(), Value::Object(limits));
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_comes_back_as_it_went() {
        let given = json!({"fields": [
            {"name": "t", "type": "number", "unit": "Cel", "description": "Temperature", "description_en": "Temperature",
             "constraints": {"required": true, "minimum": -40.5, "maximum": 200}},
            {"name": "状态", "type": "string", "description": "状态", "description_zh": "状态", "constraints": {"enum": ["ok", "bad"]}},
            {"name": "x"},
        ], "primaryKey": ["t"]});
        let mut found = Found::new();
        let (columns, key) = read(&given, "", &mut found);
        assert!(found.into_wrongs("{}").is_empty());
        assert_eq!(write(&columns, &key), given);
    }

    #[test]
    fn every_fault_has_its_place() {
        let text = "{\"fields\": [\n{\"name\": \"a\", \"type\": \"float\"},\n{\"type\": \"number\", \"unit\": \"rpm\"}],\n\"primaryKey\": \"b\"}";
        let mut found = Found::new();
        read(&serde_json::from_str(text).unwrap(), "", &mut found);
        let wrongs = found.into_wrongs(text);
        let told: Vec<(usize, &str, &What)> = wrongs.iter().map(|w| (w.line, w.pointer.as_str(), &w.what)).collect();
        assert_eq!(
            told,
            [
                (2, "/fields/0/type", &What::ColumnType("float".to_owned())),
                (3, "/fields/1/unit", &What::Unit("rpm".to_owned(), "/min")),
                (3, "/fields/1", &What::Missing("name")),
                (4, "/primaryKey", &What::Choice("b".to_owned())),
            ]
        );
    }
}

//! JSON Lines: one object on each line, columns by their keys.

use super::super::casts;
use super::super::cells::Cell;
use super::super::refusals::Refusal;
use super::MOST_COLUMNS;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow;

/// The keys and values of an object in the order of the line.
pub struct Pairs(pub Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Pairs;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        from.deserialize_map(Object)
    }
}

/// Reads the object of a line; nothing of an empty one.
pub fn object(line: &[u8], row: u64) -> Result<Option<Pairs>, Refusal> {
    let line = line.trim_ascii();
    if line.is_empty() {
        return Ok(None);
    }
    serde_json::from_slice(line).map(Some).map_err(|error| {
        if error.to_string().contains("recursion limit") {
            Refusal::Deep(format!("line {row}"))
        } else {
            Refusal::Damaged(format!("line {row} is no JSON object: {error}"))
        }
    })
}

/// Gives a value as a cell; arrays and objects as JSON text.
pub fn cell(value: &Value) -> (Cow<'_, str>, Option<Cell<'static>>) {
    match value {
        Value::Null => (Cow::Borrowed(""), Some(Cell::Null)),
        Value::Bool(truth) => (Cow::Borrowed(""), Some(Cell::Truth(*truth))),
        Value::Number(number) => (Cow::Borrowed(""), Some(number.as_f64().map_or(Cell::Null, Cell::Number))),
        Value::String(text) => (Cow::Borrowed(text), None),
        Value::Array(_) | Value::Object(_) => (Cow::Owned(value.to_string()), None),
    }
}

/// The columns of a file, found on the way.
#[derive(Debug, Default, Clone)]
pub struct Keys {
    /// Their names in order.
    pub names: Vec<String>,
    places: HashMap<String, usize>,
}

impl Keys {
    /// Begins with the columns that are known.
    #[must_use]
    pub fn new(names: &[String]) -> Self {
        let places = names.iter().enumerate().map(|(i, n)| (n.clone(), i)).collect();
        Self { names: names.to_vec(), places }
    }
    /// Finds the place of a key, a new one at the end.
    ///
    /// # Errors
    /// [`Refusal::ManyColumns`].
    pub fn place(&mut self, key: &str) -> Result<usize, Refusal> {
        if let Some(place) = self.places.get(key) {
            return Ok(*place);
        }
        if self.names.len() >= MOST_COLUMNS {
            return Err(Refusal::ManyColumns(casts::len(MOST_COLUMNS)));
        }
        let place = self.names.len();
        self.names.push(key.to_owned());
        self.places.insert(key.to_owned(), place);
        Ok(place)
    }
}

pub(super) fn walk_block(
    bytes: &[u8],
    columns: &[String],
    row: &mut u64,
    each: &mut dyn FnMut(u64, &[Cell<'_>]) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Refusal> {
    let mut keys = Keys::new(columns);
    for line in bytes.split(|b| *b == b'\n') {
        let Some(object) = object(line, *row + 1)? else { continue };
        *row += 1;
        let mut values: Vec<(Cow<'_, str>, Option<Cell<'static>>)> = Vec::new();
        for (key, value) in &object.0 {
            let place = keys.place(key)?;
            if values.len() <= place {
                values.resize(place + 1, (Cow::Borrowed(""), Some(Cell::Null)));
            }
            if let Some(at) = values.get_mut(place) {
                *at = cell(value);
            }
        }
        let cells: Vec<Cell<'_>> = values.iter().map(|(text, cell)| cell.unwrap_or(Cell::Text(text))).collect();
        if each(*row, &cells).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

//! Reading values out of a JSON document while noting what is wrong, each at its place.

use super::faults::{What, Wrong};
use super::places::line_of;
use crate::values::{Line, Prose};
use serde_json::Value;

/// How many faults are told at once.
const MOST_FAULTS: usize = 50;

/// The faults that were found so far.
#[derive(Debug, Default)]
pub struct Found {
    list: Vec<(String, What)>,
}

impl Found {
    /// Nothing was found yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Notes a fault.
    pub fn note(&mut self, at: &str, what: What) {
        if self.list.len() < MOST_FAULTS {
            self.list.push((at.to_owned(), what));
        }
    }
    /// Gives the faults with their lines in the text.
    #[must_use]
    pub fn into_wrongs(self, text: &str) -> Vec<Wrong> {
        let wrong = |(pointer, what): (String, What)| Wrong { line: line_of(text, &pointer), pointer, what };
        self.list.into_iter().map(wrong).collect()
    }
    /// Reads a text of one line that may be missing.
    pub fn line(&mut self, object: &Value, at: &str, name: &'static str) -> String {
        let text = self.raw(object, at, name);
        // A line is cut where a title of elsewhere is longer than ours may be.
        let short: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect();
        match Line::optional(&short) {
            Ok(line) => line.to_string(),
            Err(_) => {
                self.note(&format!("{at}/{name}"), What::Text);
                String::new()
            }
        }
    }
    /// Reads a text of several lines that may be missing.
    pub fn prose(&mut self, object: &Value, at: &str, name: &'static str) -> String {
        let text = self.raw(object, at, name);
        match Prose::optional(&text) {
            Ok(prose) => prose.to_string(),
            Err(_) => {
                self.note(&format!("{at}/{name}"), What::Text);
                String::new()
            }
        }
    }
    fn raw(&mut self, object: &Value, at: &str, name: &'static str) -> String {
        match object.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
                self.note(&format!("{at}/{name}"), What::Type("string"));
                String::new()
            }
        }
    }
    /// Reads a list that may be missing; each item with its pointer.
    pub fn list<'v>(&mut self, object: &'v Value, at: &str, name: &'static str) -> Vec<(String, &'v Value)> {
        match object.get(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => {
                items.iter().enumerate().map(|(i, item)| (format!("{at}/{name}/{i}"), item)).collect()
            }
            Some(_) => {
                self.note(&format!("{at}/{name}"), What::Type("array"));
                Vec::new()
            }
        }
    }
}

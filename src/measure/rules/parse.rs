//! Reading a definition from JSON; what is wrong is told with its place, all of it at once.

use super::definition::{Definition, Field, Rule};
use crate::measure::units;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The most fields of a standard.
pub const MOST_FIELDS: usize = 500;
/// The most rules of a standard.
pub const MOST_RULES: usize = 500;
/// The longest text inside of a definition, in characters.
const LONGEST: usize = 400;

/// Something in a definition that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {code}")]
pub struct BadDefinition {
    /// Where, such as `fields[2].unit`.
    pub at: String,
    /// What is wrong: the key of its words.
    pub code: &'static str,
}

/// Collects what is wrong.
#[derive(Default)]
struct Found(Vec<BadDefinition>);

impl Found {
    fn put(&mut self, at: impl Into<String>, code: &'static str) {
        self.0.push(BadDefinition { at: at.into(), code });
    }
    /// Reads a list, each item on its own, so that each fault has its place.
    fn list<T: DeserializeOwned>(&mut self, whole: &Value, name: &str, most: usize) -> Vec<(usize, T)> {
        let items = match whole.get(name) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.put(name, "fault-standard-shape");
                return Vec::new();
            }
        };
        if items.len() > most {
            self.put(name, "fault-standard-many");
            return Vec::new();
        }
        let mut out = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            match T::deserialize(item) {
                Ok(value) => out.push((place, value)),
                Err(error) => {
                    let (part, code) = misfit(&error.to_string());
                    let dot = if part.is_empty() { "" } else { "." };
                    self.put(format!("{name}[{place}]{dot}{part}"), code);
                }
            }
        }
        out
    }
}

/// The name and the kind of fault in what the reader of JSON says.
fn misfit(text: &str) -> (String, &'static str) {
    let name = text.split('`').nth(1).unwrap_or_default().to_owned();
    if text.starts_with("unknown variant") {
        (name, "fault-standard-word")
    } else if text.starts_with("unknown field") {
        (name, "fault-unknown-field")
    } else if text.starts_with("missing field") {
        (name, "fault-missing-field")
    } else {
        (String::new(), "fault-standard-shape")
    }
}

impl Definition {
    /// Reads fields and rules out of a JSON object; other keys of it are not looked at.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place.
    pub fn parse(whole: &Value) -> Result<Self, Vec<BadDefinition>> {
        let mut found = Found::default();
        let fields: Vec<(usize, Field)> = found.list(whole, "fields", MOST_FIELDS);
        let rules: Vec<(usize, Rule)> = found.list(whole, "rules", MOST_RULES);
        if fields.is_empty() && found.0.is_empty() {
            found.put("fields", "fault-empty");
        }
        for (place, field) in &fields {
            check_field(&mut found, *place, field, &fields);
        }
        for (place, rule) in &rules {
            check_rule(&mut found, *place, rule, &fields);
        }
        if found.0.is_empty() {
            let fields = fields.into_iter().map(|(_, f)| f).collect();
            Ok(Self { fields, rules: rules.into_iter().map(|(_, r)| r).collect() })
        } else {
            Err(found.0)
        }
    }
}

fn check_field(found: &mut Found, place: usize, field: &Field, all: &[(usize, Field)]) {
    let at = |part: &str| format!("fields[{place}].{part}");
    let long = |text: &str| text.chars().count() > LONGEST || text.chars().any(char::is_control);
    if field.name.trim().is_empty() {
        found.put(at("name"), "fault-empty");
    } else if all.iter().any(|(other, f)| *other < place && f.name == field.name) {
        found.put(at("name"), "fault-standard-twice");
    }
    if [&field.name, &field.title_zh, &field.title_en].into_iter().chain(&field.names).any(|t| long(t)) {
        found.put(format!("fields[{place}]"), "fault-standard-text");
    }
    if field.names.len() > 50 || field.names.iter().any(|n| n.trim().is_empty()) {
        found.put(at("names"), "fault-standard-names");
    }
    if units::check(&field.unit).is_err() {
        found.put(at("unit"), "fault-standard-unit");
    }
}

fn check_rule(found: &mut Found, place: usize, rule: &Rule, fields: &[(usize, Field)]) {
    let at = |part: &str| format!("rules[{place}].{part}");
    for name in rule.fields() {
        if !fields.iter().any(|(_, f)| f.name == name) {
            found.put(at(name), "fault-standard-no-field");
        }
    }
    let positive = |n: f64| n.is_finite() && n > 0.0;
    match rule {
        Rule::Range { min: None, max: None, .. } => found.put(at("min"), "fault-missing-field"),
        Rule::Range { min: Some(min), max: Some(max), .. } if min > max => found.put(at("max"), "fault-standard-range"),
        Rule::Unique { fields } if fields.is_empty() => found.put(at("fields"), "fault-empty"),
        Rule::MaxGap { seconds, .. } if !positive(*seconds) => found.put(at("seconds"), "fault-standard-positive"),
        Rule::SamplingRate { hertz, .. } if !positive(*hertz) => found.put(at("hertz"), "fault-standard-positive"),
        Rule::SamplingRate { tolerance_percent, .. } if !(0.0..=100.0).contains(tolerance_percent) => {
            found.put(at("tolerance_percent"), "fault-percent");
        }
        Rule::Enum { values, .. } if values.is_empty() || values.len() > 1000 => {
            found.put(at("values"), "fault-standard-many");
        }
        Rule::Regex { pattern, .. } if whole_regex(pattern).is_none() => {
            found.put(at("pattern"), "fault-standard-regex")
        }
        Rule::NotNull { .. }
        | Rule::Range { .. }
        | Rule::Unique { .. }
        | Rule::Monotonic { .. }
        | Rule::MaxGap { .. }
        | Rule::SamplingRate { .. }
        | Rule::Enum { .. }
        | Rule::Regex { .. }
        | Rule::Compare { .. } => {}
    }
}

/// A regular expression for whole values, of bounded size.
pub(super) fn whole_regex(pattern: &str) -> Option<regex::Regex> {
    let whole = format!("^(?:{pattern})$");
    regex::RegexBuilder::new(&whole).size_limit(1 << 20).dfa_size_limit(1 << 20).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn faults_are_told_with_their_place() {
        let bad = json!({
            "fields": [
                {"name": "time", "type": "instant", "required": true},
                {"name": "rms", "type": "number", "unit": "mm/sec"},
                {"name": "rms", "type": "figure"},
                {"name": "time", "type": "text", "nullable": true},
                {"type": "text"},
                {"name": "time", "type": "text"},
            ],
            "rules": [
                {"rule": "range", "field": "rms", "min": 2, "max": 1},
                {"rule": "range", "field": "rms"},
                {"rule": "regex", "field": "speed", "pattern": "("},
                {"rule": "nearly"},
                {"rule": "max_gap", "field": "time", "seconds": 0},
                "x",
            ],
        });
        let mut faults: Vec<String> = Definition::parse(&bad).unwrap_err().iter().map(ToString::to_string).collect();
        faults.sort();
        assert_eq!(
            faults,
            [
                "fields[1].unit: fault-standard-unit",
                "fields[2].figure: fault-standard-word",
                "fields[3].nullable: fault-unknown-field",
                "fields[4].name: fault-missing-field",
                "fields[5].name: fault-standard-twice",
                "rules[0].max: fault-standard-range",
                "rules[1].min: fault-missing-field",
                "rules[2].pattern: fault-standard-regex",
                "rules[2].speed: fault-standard-no-field",
                "rules[3].nearly: fault-standard-word",
                "rules[4].seconds: fault-standard-positive",
                "rules[5]: fault-standard-shape",
            ]
        );
        assert_eq!(Definition::parse(&json!({})).unwrap_err()[0].to_string(), "fields: fault-empty");
    }

    #[test]
    fn the_stored_form_reads_back() {
        let good = json!({
            "fields": [{"name": "t", "names": ["time*"], "type": "instant", "required": true}, {"name": "v", "type": "number", "unit": "mm/s"}],
            "rules": [{"rule": "monotonic", "field": "t", "strict": true}, {"rule": "compare", "left": "v", "is": "ge", "right": "v"}],
        });
        let read = Definition::parse(&good).unwrap();
        let stored = serde_json::to_value(&read).unwrap();
        assert_eq!(Definition::parse(&stored).unwrap(), read);
    }
}

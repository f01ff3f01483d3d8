//! What a seller's own description says beyond the form, so that one command publishes a new dataset: the answers about
//! the level, the offers to be made, and what everybody may see of each file.

use super::faults::What;
use super::walk::Found;
use crate::measure::disclosure::Rule;
use serde_json::Value;

/// The names that the answers about the level may have.
const LEVEL: [&str; 4] = ["class", "answers", "reason", "filing_reference"];

/// Reads the answers to the questionnaire; which questions there are, only the exchange knows.
pub(super) fn level(own: &Value, at: &str, found: &mut Found) -> Option<Value> {
    let given = own.get("level").filter(|v| !v.is_null())?;
    let at = format!("{at}/level");
    let Some(map) = given.as_object() else {
        found.note(&at, What::Type("object"));
        return None;
    };
    for name in ["class", "answers", "reason"] {
        if !map.contains_key(name) {
            found.note(&at, What::Missing(name));
        }
    }
    for (name, value) in map {
        let place = format!("{at}/{name}");
        match (name.as_str(), value) {
            ("answers", Value::Object(answers)) => {
                for (code, _) in answers.iter().filter(|(_, answer)| !answer.is_string()) {
                    found.note(&format!("{place}/{code}"), What::Type("string"));
                }
            }
            ("answers", _) => found.note(&place, What::Type("object")),
            (known, value) if LEVEL.contains(&known) => {
                if !value.is_string() {
                    found.note(&place, What::Type("string"));
                }
            }
            (other, _) => found.note(&place, What::Choice(other.to_owned())),
        }
    }
    Some(given.clone())
}

/// Reads the offers: each names its title and the code of its licence, the rest is checked by the exchange.
pub(super) fn offers(own: &Value, at: &str, found: &mut Found) -> Vec<Value> {
    let mut offers = Vec::new();
    for (place, offer) in found.list(own, at, "offers") {
        if !offer.is_object() {
            found.note(&place, What::Type("object"));
            continue;
        }
        for name in ["title", "licence"] {
            if found.line(offer, &place, name).is_empty() {
                found.note(&place, What::Missing(name));
            }
        }
        offers.push(offer.clone());
    }
    offers
}

/// Reads what everybody may see of a file.
pub(super) fn sample(item: &Value, at: &str, found: &mut Found) -> Option<Rule> {
    let given = item.get("bourse")?.get("sample").filter(|v| !v.is_null())?;
    let at = format!("{at}/bourse/sample");
    match serde_json::from_value::<Rule>(given.clone()) {
        Ok(rule) => match rule.fault() {
            None => return Some(rule),
            Some(part) => found.note(&format!("{at}/{part}"), What::Choice(given[part].to_string())),
        },
        Err(error) => found.note(&at, What::Sample(error.to_string())),
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn one_description_says_everything() {
        let text = r#"{"name": "a", "resources": [{"path": "a.csv", "bourse": {"sample": {"pick": "random", "rows": 10, "masked": ["x"]}}}],
            "bourse": {"level": {"class": "production", "answers": {"catalogue": "no"}, "reason": "Own machines."},
                       "offers": [{"title": "Free", "licence": "CC-BY-4.0", "price": "0"}]}}"#;
        let start = read(text).unwrap();
        assert_eq!(start.level.unwrap()["class"], "production");
        assert_eq!((start.offers.len(), start.resources[0].sample.as_ref().unwrap().rows), (1, 10));
    }

    #[test]
    fn every_fault_has_its_line() {
        let text = "{\"name\": \"a\", \"resources\": [\n{\"path\": \"a.csv\", \"bourse\": {\"sample\":\n{\"pick\": \"best\"}}},\n{\"path\": \"b.csv\", \"bourse\": {\"sample\": {\n\"rows\": 500}}}],\n\"bourse\": {\"level\": {\n\"answers\": [],\n\"colour\": 1, \"reason\": \"x\"},\n\"offers\": [\n{\"title\": \"t\"}]}}";
        let wrongs = read(text).unwrap_err();
        let mut told: Vec<(usize, &str)> = wrongs.iter().map(|w| (w.line, w.pointer.as_str())).collect();
        told.sort_unstable();
        assert_eq!(
            told,
            [
                (3, "/resources/0/bourse/sample"),
                (5, "/resources/1/bourse/sample/rows"),
                (6, "/bourse/level"),
                (7, "/bourse/level/answers"),
                (8, "/bourse/level/colour"),
                (10, "/bourse/offers/0"),
            ]
        );
    }
}

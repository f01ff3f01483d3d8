//! The form of a rule: from the rule to fields, and from what was typed back to the rule.

use super::super::wizard::Pairs;
use crate::http::problem::Fault;
use crate::measure::disclosure::{Exactness, Pick, Rule};
use crate::web::accounts::forms::{Faults, fault};

/// Columns that the form shows; what stands behind them is set by the API.
pub(super) const MOST_COLUMNS: usize = 300;

/// The numbers of rows that a text names, such as `5, 12, 40-44`; nothing when it is no such list.
fn numbers(text: &str) -> Option<Vec<u64>> {
    let most = usize::try_from(Rule::MOST_ROWS).unwrap_or(0);
    let mut all = Vec::new();
    for part in text.split([',', ' ', '\n', '\r', '\t', '，', '、']).filter(|p| !p.is_empty()) {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to): (u64, u64) = (from.parse().ok()?, to.parse().ok()?);
        if from == 0 || to < from || to - from >= u64::from(Rule::MOST_ROWS) {
            return None;
        }
        all.extend(from..=to);
    }
    all.sort_unstable();
    all.dedup();
    (all.len() <= most).then_some(all)
}

/// Writes the numbers of rows as they are typed.
pub(super) fn written(numbers: &[u64]) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

/// Reads a rule out of a form; columns that the form did not show stay as they are.
pub(super) fn rule(typed: &Pairs, before: &Rule, columns: &[String]) -> Result<Rule, Vec<Fault>> {
    let mut faults = Faults::default();
    let pick = faults.or("pick", Pick::parse(typed.get("pick")), "fault-choice");
    let number = |name: &str, usual: u32| {
        let text = typed.get(name).trim();
        if text.is_empty() { Some(usual) } else { text.parse().ok() }
    };
    let rows = faults.or("rows", number("rows", before.rows), "fault-sample-rows");
    let seed = faults.or("seed", number("seed", before.seed), "fault-sample-seed");
    let chosen = faults.or("chosen", numbers(typed.get("chosen")), "fault-sample-chosen");
    let mut rule = before.clone();
    for (at, name) in columns.iter().take(MOST_COLUMNS).enumerate() {
        // A column is read only where the form showed this very one.
        if typed.get(&format!("c{at}")) != name {
            continue;
        }
        rule.masked.remove(name);
        rule.statistics.remove(name);
        if !typed.get(&format!("m{at}")).is_empty() {
            rule.masked.insert(name.clone());
        }
        let exactness = Exactness::parse(typed.get(&format!("s{at}"))).unwrap_or_default();
        if exactness != Exactness::Full {
            rule.statistics.insert(name.clone(), exactness);
        }
    }
    if let (Some(pick), Some(rows), Some(seed), Some(chosen)) = (pick, rows, seed, chosen) {
        rule = Rule { pick, rows, seed, chosen, ..rule };
        match rule.fault() {
            None => return Ok(rule),
            Some("rows") => faults.0.push(fault("rows", "fault-sample-rows")),
            Some(_) => faults.0.push(fault("chosen", "fault-sample-chosen")),
        }
    }
    Err(faults.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_by_numbers_and_ranges() {
        assert_eq!(numbers("5, 12 40-42"), Some(vec![5, 12, 40, 41, 42]));
        assert_eq!(numbers(""), Some(Vec::new()));
        for bad in ["0", "a", "9-5", "1-5000", "-3"] {
            assert_eq!(numbers(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_columns_that_were_shown_change() {
        let mut before = Rule::default();
        before.withhold("hidden column");
        let pairs = [("pick", "random"), ("rows", "20"), ("c0", "a"), ("m0", "on"), ("s0", "coarse"), ("c1", "other")];
        let typed = Pairs(pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec());
        let columns = ["a", "b", "hidden column"].map(str::to_owned);
        let rule = rule(&typed, &before, &columns).unwrap();
        assert_eq!((rule.pick, rule.rows), (Pick::Random, 20));
        assert!(rule.masked.contains("a") && rule.masked.contains("hidden column") && !rule.masked.contains("b"));
        assert_eq!(rule.exactness("a"), Exactness::Coarse);
    }
}

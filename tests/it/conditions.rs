//! Every condition of the code: it says what it is and who can mend it, in both languages, and where, unless nobody can.

use bourse::values::Lang;
use bourse::words;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// A place where a condition is stated: its codes, its menders, and whether it leads anywhere.
#[derive(Debug, Default, Clone)]
struct Stated {
    menders: Vec<String>,
    leads: bool,
}

/// Reads what is stated in a text: `Condition::new(CODE, met, WHO)` and the calls behind it.
fn stated(text: &str, all: &mut BTreeMap<String, Stated>) {
    for (at, start) in text.match_indices("Condition::new(") {
        let rest = &text[at + start.len()..];
        let mut depth = 1;
        let end = rest.find(|c: char| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        let (inside, behind) = rest.split_at(end.unwrap_or(0));
        let texts: Vec<&str> = inside.split('"').skip(1).step_by(2).collect();
        if texts.len() < 2 {
            continue;
        }
        let tail = behind.split([';', '\n']).take(3).collect::<String>();
        let one = all.entry(texts[0].to_owned()).or_default();
        one.menders.push(texts[texts.len() - 1].to_owned());
        one.leads |= tail.contains(".at(");
    }
}

#[test]
fn every_condition_has_words_and_somebody_who_can_mend_it() {
    let mut paths = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut paths);
    let mut all = BTreeMap::new();
    for path in paths {
        let text = fs::read_to_string(path).unwrap();
        stated(text.split("#[cfg(test)]").next().unwrap(), &mut all);
    }
    assert!(all.len() > 60, "{}", all.len());
    let mut faults = Vec::new();
    for (code, one) in &all {
        for lang in [Lang::En, Lang::Zh] {
            if !words::has(lang, &format!("condition-{code}")) {
                faults.push(format!("condition-{code} has no words in {lang}"));
            }
            for who in one.menders.iter().filter(|w| !words::has(lang, &format!("who-{w}"))) {
                faults.push(format!("who-{who} has no words in {lang}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What can be mended but leads nowhere from where it is stated: the operator mends a stored file outside of the pages, and
/// the term leads to the renewal only when there is something to renew.
const WITHOUT_ADDRESS: &[&str] = &["file-whole", "grant-in-term"];

#[test]
fn what_somebody_can_mend_leads_to_where() {
    let mut paths = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/market/grants"), &mut paths);
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/market/delivery"), &mut paths);
    let mut all = BTreeMap::new();
    for path in paths {
        let text = fs::read_to_string(path).unwrap();
        stated(text.split("#[cfg(test)]").next().unwrap(), &mut all);
    }
    let nowhere: Vec<&String> = all
        .iter()
        .filter(|(code, one)| {
            !one.leads && one.menders.iter().any(|w| w != "nobody") && !WITHOUT_ADDRESS.contains(&code.as_str())
        })
        .map(|(code, _)| code)
        .collect();
    assert!(nowhere.is_empty(), "{nowhere:?}");
}

//! The rules of the house that no compiler checks: who may name what, where queries stand, which operations take a permit.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below a folder, with their path from the root.
fn sources(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    walk(&root().join(folder), &mut paths);
    paths.sort();
    let name = |p: &Path| p.strip_prefix(root()).unwrap().display().to_string();
    paths.iter().map(|p| (name(p), fs::read_to_string(p).unwrap())).collect()
}

/// The code of a file: no comments, no tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Whether a name stands in a text as a whole word.
fn names(text: &str, word: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    text.match_indices(word)
        .any(|(at, _)| !part(text[..at].chars().next_back()) && !part(text[at + word.len()..].chars().next()))
}

/// Each folder, and the words that its code must not name.
const MUST_NOT_NAME: &[(&str, &[&str])] = &[
    ("src/values", &["crate::market", "crate::store", "crate::http", "crate::web", "crate::words"]),
    ("src/store", &["crate::market", "crate::http", "crate::web", "crate::words", "actix_web"]),
    (
        "src/market",
        &[
            "crate::web",
            "crate::http",
            "crate::jobs",
            "crate::mail",
            "crate::words",
            "actix_web",
            "askama",
            "lettre",
            "async fn",
        ],
    ),
    ("src/measure", &["crate::web", "crate::protocols", "crate::http", "actix_web"]),
    (
        "src/packages",
        &["crate::web", "crate::protocols", "crate::http", "crate::store", "crate::words", "diesel", "actix_web"],
    ),
    ("src/mail", &["crate::web", "crate::protocols", "crate::store", "diesel"]),
    ("src/hooks", &["crate::web", "crate::protocols", "crate::store", "diesel"]),
    ("src/jobs", &["crate::web", "crate::protocols", "diesel"]),
    ("src/http", &["crate::web", "crate::protocols", "diesel"]),
    ("src/web", &["crate::protocols", "diesel", "schema::", "rows::"]),
    ("src/protocols", &["crate::web", "diesel", "schema::", "rows::"]),
];

#[test]
fn folders_name_only_what_they_may() {
    let mut faults = Vec::new();
    for (folder, words) in MUST_NOT_NAME {
        for (file, text) in sources(folder) {
            if file.ends_with("/tests.rs") || file.contains("/tests/") {
                continue;
            }
            let code = code(&text);
            faults.extend(
                words
                    .iter()
                    .filter(|w| names(&code, w.trim_end_matches("::")) && code.contains(*w))
                    .map(|w| format!("{file} names {w}")),
            );
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Files outside `values`, `store` and `rows` that name diesel, each with its reason.
const NAME_DIESEL: &[&str] = &[
    // The one query over the tables of several rooms; it stands beside the rows of none of them.
    "src/market/offers/catalogue.rs",
    // Column types of their own: how a set of roles and a state are kept as text.
    "src/market/parties/roles.rs",
    "src/market/parties/invitations.rs",
];

#[test]
fn queries_stand_in_the_cellar() {
    let cellar = |file: &str| {
        file.starts_with("src/values/")
            || file.starts_with("src/store/")
            || file.ends_with("/rows.rs")
            || file.contains("/rows/")
    };
    let named: BTreeSet<String> =
        sources("src").into_iter().filter(|(f, t)| !cellar(f) && names(&code(t), "diesel")).map(|(f, _)| f).collect();
    let known: BTreeSet<String> = NAME_DIESEL.iter().map(|f| (*f).to_owned()).collect();
    assert_eq!(named, known);
}

#[test]
fn states_name_every_case() {
    let states: Vec<_> = sources("src").into_iter().filter(|(f, _)| f.ends_with("/state.rs")).collect();
    assert!(states.len() >= 3);
    for (file, text) in states {
        assert!(!code(&text).contains("_ =>"), "{file} has a case for whatever comes");
    }
}

/// Operations that write without a permit, by what stands for it.
const WITHOUT_PERMIT: &str = include_str!("without_permit.txt");

#[test]
fn whoever_writes_shows_a_permit() {
    let mut found = BTreeSet::new();
    for (file, text) in sources("src/market") {
        if file.ends_with("/rows.rs") || file.contains("/rows/") {
            continue;
        }
        let code = code(&text);
        for (at, start) in code.match_indices("pub fn ") {
            let signature = code[at..].split('{').next().unwrap();
            if signature.contains("&mut Write") && ![": May", "::May"].iter().any(|m| signature.contains(m)) {
                let name = code[at + start.len()..].split(['(', '<']).next().unwrap();
                found.insert(format!("{} {name}", file.trim_start_matches("src/market/")));
            }
        }
    }
    if crate::support::variable("BOURSE_TEST_FREEZE").is_some() {
        let text: Vec<String> = found.iter().map(|f| format!("{f}\n")).collect();
        fs::write(root().join("tests/it/without_permit.txt"), text.concat()).unwrap();
        return;
    }
    let known: BTreeSet<String> = WITHOUT_PERMIT.lines().map(str::to_owned).collect();
    let news: Vec<_> = found.difference(&known).collect();
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(news.is_empty() && gone.is_empty(), "without a permit: {news:#?}; no more: {gone:#?}");
}

#[test]
fn both_databases_have_the_same_migrations() {
    let of = |which: &str| -> BTreeSet<String> {
        let folder = fs::read_dir(root().join("migrations").join(which)).unwrap();
        folder.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(of("sqlite"), of("postgres"));
    assert!(!of("sqlite").is_empty());
}

/// The names under which types are described in the API's document, with the file of each.
fn described(file: &str, text: &str) -> Vec<(String, String)> {
    let word = |text: &str| text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for (at, _) in text.match_indices("ToSchema)]") {
        let rest = &text[at..];
        let Some(start) = ["struct ", "enum "].iter().filter_map(|w| rest.find(w).map(|n| n + w.len())).min() else {
            continue;
        };
        let other = rest[..start].split_once("#[schema(as = ").map(|(_, name)| word(name));
        found.push((other.unwrap_or_else(|| word(&rest[start..])), file.to_owned()));
    }
    found
}

#[test]
fn each_shape_of_the_api_has_a_name_of_its_own() {
    let mut named = std::collections::BTreeMap::new();
    for (file, text) in sources("src") {
        for (name, file) in described(&file, &text) {
            // The document would describe one of the two by the shape of the other.
            let before = named.insert(name.clone(), file.clone());
            assert!(before.is_none(), "{name} stands in {} and in {file}", before.unwrap());
        }
    }
    assert!(named.len() > 50, "{named:?}");
}

#[test]
fn no_file_is_too_long() {
    let all = sources("src").into_iter().chain(sources("tests/it"));
    // The tables stand in one file.
    let all = all.filter(|(f, _)| f != "src/store/schema.rs");
    let long: Vec<String> =
        all.map(|(f, t)| (f, t.lines().count())).filter(|(_, n)| *n > 600).map(|(f, n)| format!("{f}: {n}")).collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

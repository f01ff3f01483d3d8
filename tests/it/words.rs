//! The message catalogues: both languages say the same things, and everything that the program says has words.
//!
//! Keys are found by reading the sources and templates as text; a key that is put together while running is
//! found by its parts (deeds, notices, conditions, problems). Come here when a page shows `⟦key⟧`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The files below a folder with one of the given endings, sorted.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &Path, endings: &[&str], out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, endings, out);
            } else if path.extension().is_some_and(|e| endings.iter().any(|ending| e == *ending)) {
                out.push(path);
            }
        }
    }
    let mut out = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), endings, &mut out);
    out.sort();
    out
}

/// The messages of a language: key, file name, text. A key that stands twice fails.
fn messages(lang: &str) -> BTreeMap<String, (String, String)> {
    let mut all: BTreeMap<String, (String, String)> = BTreeMap::new();
    for path in files(&format!("src/words/{lang}"), &["ftl"]) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut current = None;
        for line in fs::read_to_string(&path).unwrap().lines() {
            if line.starts_with([' ', '}']) {
                if let Some((_, text)) = current.as_ref().and_then(|key: &String| all.get_mut(key)) {
                    text.push_str(line);
                }
            } else if let Some((key, text)) =
                line.split_once('=').filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
            {
                let key = key.trim().to_owned();
                let before = all.insert(key.clone(), (name.clone(), text.trim().to_owned()));
                assert!(before.is_none(), "{lang}/{name}: {key} stands twice");
                current = Some(key);
            }
        }
    }
    all
}

/// The names after `$`.
fn variables(text: &str) -> BTreeSet<&str> {
    let name = |rest: &'_ str| rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    text.split('$').skip(1).map(|rest| rest.get(..name(rest)).unwrap()).collect()
}

/// The text in quotation marks right behind each place where `call` stands as a whole word; spaces between do not count.
fn quoted_after<'t>(text: &'t str, call: &str) -> Vec<&'t str> {
    let whole = |at: usize| !text.get(..at).unwrap().ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let places = text.match_indices(call).filter(|(at, _)| whole(*at)).map(|(at, _)| at + call.len());
    places.filter_map(|at| text.get(at..)?.trim_start().strip_prefix('"')?.split('"').next()).collect()
}

/// The same where a first argument such as `lang` stands before the key.
fn second_argument<'t>(text: &'t str, call: &str) -> Vec<&'t str> {
    let mut out = Vec::new();
    for (at, _) in text.match_indices(call) {
        let rest = text.get(at + call.len()..).unwrap();
        let Some((first, rest)) = rest.split_once(',') else { continue };
        if first.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b"_.()&*:".contains(&b))
            && let Some(key) = rest.trim_start().strip_prefix('"')
        {
            out.extend(key.split('"').next());
        }
    }
    out
}

fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.ends_with('-')
}

/// What a source file says: keys in full.
fn keys_of_source(text: &str) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for call in ["words::say(", "words::with("] {
        keys.extend(second_argument(text, call).into_iter().map(str::to_owned));
    }
    for call in ["f.t(", "f.tv(", "Frame::titled(&visit, "] {
        keys.extend(quoted_after(text, call).into_iter().map(str::to_owned));
    }
    keys.extend(text.split('"').filter(|t| t.starts_with("fault-") && is_key(t)).map(str::to_owned));
    let mut codes: Vec<&str> = Vec::new();
    for call in ["Problem::forbidden(", "Problem::conflict(", "Problem::bad_request("] {
        codes.extend(quoted_after(text, call));
    }
    for call in ["Problem::new(", "Self::new("] {
        // Only problems name a status first.
        let status = |at: usize| {
            text.get(at..).is_some_and(|rest| {
                rest.trim_start().starts_with("StatusCode::")
                    || rest.trim_start().starts_with("actix_web::http::StatusCode::")
            })
        };
        for (at, _) in text.match_indices(call).filter(|(at, _)| status(at + call.len())) {
            codes.extend(second_argument(text.get(at..).unwrap(), call).into_iter().take(1));
        }
    }
    for code in codes {
        keys.extend([format!("problem-{code}"), format!("problem-{code}-text")]);
    }
    for place in text.match_indices("Condition::new(").map(|(at, _)| at) {
        // The code stands first, the mender last: the first and the last text before the closing `)` at its own depth.
        let rest = text.get(place + "Condition::new(".len()..).unwrap();
        let mut depth = 1;
        let end = rest.find(|c: char| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        let texts: Vec<&str> = rest.get(..end.unwrap_or(0)).unwrap().split('"').skip(1).step_by(2).collect();
        if let (Some(code), Some(who), true) = (texts.first(), texts.last(), texts.len() > 1) {
            keys.extend([format!("condition-{code}"), format!("who-{who}")]);
        }
    }
    keys
}

/// A source without its tests.
fn source(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.split("#[cfg(test)]").next().unwrap().to_owned()
}

/// The values of the enums in a `text_enum!` file: every text behind `= "`.
fn kept_texts(path: &str) -> Vec<String> {
    let text = source(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    text.lines().filter_map(|l| l.trim().split_once(" = \"")?.1.strip_suffix("\",").map(str::to_owned)).collect()
}

#[test]
fn both_languages_say_the_same_things() {
    let (en, zh) = (messages("en"), messages("zh-CN"));
    let mut faults = Vec::new();
    for (key, (file, text)) in &en {
        match zh.get(key) {
            None => faults.push(format!("{key} ({file}) is missing in Chinese")),
            Some((other, _)) if other != file => faults.push(format!("{key} stands in {file} and in {other}")),
            Some((_, other)) if variables(other) != variables(text) => {
                faults.push(format!("{key} ({file}) has other variables in Chinese"))
            }
            Some(_) => {}
        }
    }
    faults.extend(
        zh.iter()
            .filter(|(key, _)| !en.contains_key(*key))
            .map(|(key, (file, _))| format!("{key} ({file}) is missing in English")),
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn everything_said_has_words() {
    let en = messages("en");
    let mut wanted: BTreeMap<String, String> = BTreeMap::new();
    let mut want = |key: String, place: &str| {
        if is_key(&key) {
            wanted.entry(key).or_insert_with(|| place.to_owned());
        }
    };
    for path in files("src", &["rs"]).into_iter().chain(files("templates", &["html"])) {
        for key in keys_of_source(&source(&path)) {
            want(key, &path.display().to_string());
        }
    }
    let deeds = "src/market/journal/deeds.rs";
    for text in kept_texts(deeds) {
        let stem = if text.contains('.') { "deed" } else { "thing" };
        want(format!("{stem}-{}", text.replace(['.', '_'], "-")), deeds);
    }
    for text in kept_texts("src/market/journal/mod.rs") {
        want(format!("actor-{text}"), "src/market/journal/mod.rs");
    }
    for text in kept_texts("src/market/notices/mod.rs") {
        want(format!("mail-{text}-subject"), "src/market/notices/mod.rs");
        want(format!("mail-{text}-text"), "src/market/notices/mod.rs");
    }
    let topics = "src/market/notices/topics.rs";
    let (mailings, rest): (Vec<_>, Vec<_>) =
        kept_texts(topics).into_iter().partition(|t| ["now", "digest", "none"].contains(&t.as_str()));
    for text in rest {
        want(format!("topic-{text}"), topics);
        want(format!("topic-{text}-text"), topics);
    }
    for text in mailings {
        want(format!("mailing-{text}"), topics);
    }
    for text in kept_texts("src/market/hooks/mod.rs") {
        want(format!("event-{}", text.replace(['.', '_'], "-")), "src/market/hooks/mod.rs");
    }
    assert!(wanted.len() > 200, "the scanner finds too little: {}", wanted.len());
    let missing: Vec<String> =
        wanted.iter().filter(|(key, _)| !en.contains_key(*key)).map(|(key, place)| format!("{key}: {place}")).collect();
    assert!(missing.is_empty(), "keys without words:\n{}", missing.join("\n"));
}

#[test]
fn the_scanner_reads_what_it_should() {
    assert_eq!(variables("{ $by } and { $due_at }"), BTreeSet::from(["by", "due_at"]));
    let keys = keys_of_source(
        r#"words::say(lang, "a-b"); f.t("c"); Condition::new("x", ok("y"), "z"); Problem::conflict("late"); Problem::new(StatusCode::GONE, "old")"#,
    );
    let expected =
        ["a-b", "c", "problem-late", "problem-late-text", "problem-old", "problem-old-text", "condition-x", "who-z"];
    assert_eq!(keys.iter().collect::<BTreeSet<_>>(), expected.map(str::to_owned).iter().collect());
}

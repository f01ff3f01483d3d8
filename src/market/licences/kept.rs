//! Licences as they lie in databases already: whatever changes here, the hash under which somebody accepted one stays.

use super::{Terms, digest, standard};
use serde::Deserialize;

/// A licence as it was stored. The texts of shipped ones are shipped files and not repeated here.
#[derive(Deserialize)]
struct Kept {
    code: String,
    label: String,
    title_zh: String,
    title_en: String,
    text_zh: Option<String>,
    text_en: Option<String>,
    /// The column as it was written.
    terms: String,
    sha256: String,
}

fn kept() -> Vec<Kept> {
    serde_json::from_str(include_str!("kept.json")).unwrap()
}

#[test]
fn what_is_stored_keeps_its_hash() {
    let kept = kept();
    assert!(kept.len() > 20);
    for k in &kept {
        let terms: Terms = serde_json::from_str(&k.terms).unwrap_or_else(|e| panic!("{}: {e}", k.code));
        assert_eq!(serde_json::to_string(&terms).unwrap(), k.terms, "{}: read and written again", k.code);
        let shipped = standard().iter().find(|s| s.code == k.code && s.label == k.label);
        let text = |own: &Option<String>, shipped: Option<&'static str>| own.clone().or(shipped.map(str::to_owned));
        let zh = text(&k.text_zh, shipped.map(|s| s.text_zh)).unwrap();
        let en = text(&k.text_en, shipped.map(|s| s.text_en)).unwrap();
        let sha256 = digest(&k.code, &k.label, (&k.title_zh, &k.title_en), (&zh, &en), &terms);
        assert_eq!(sha256.as_str(), k.sha256, "{} {}", k.code, k.label);
    }
}

#[test]
fn what_is_shipped_is_what_is_stored() {
    let kept = kept();
    for s in standard() {
        let stored = kept.iter().find(|k| k.code == s.code && k.label == s.label);
        let stored = stored.unwrap_or_else(|| panic!("{} {} is new: add it to kept.json", s.code, s.label));
        let sha256 = digest(s.code, s.label, (s.title_zh, s.title_en), (s.text_zh, s.text_en), &s.terms);
        assert_eq!(sha256.as_str(), stored.sha256, "{} {}: a correction is a new label", s.code, s.label);
    }
}

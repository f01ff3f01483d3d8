//! Tests of the shipped licences: the terms hold, and each cited clause stands in the text.

use super::super::terms::{Action, Duty, Limit, Terms, Verdict};
use super::*;

/// Drops what may stand before a clause number.
fn bare(line: &str) -> &str {
    line.trim().trim_start_matches('#').trim_start().trim_start_matches("Section ")
}

/// Tells whether the line opens with exactly this number: `2` is neither `20` nor `2.1`.
fn opens(line: &str, number: &str) -> bool {
    let Some(rest) = bare(line).strip_prefix(number) else {
        return false;
    };
    let mut rest = rest.chars();
    match (rest.next(), rest.next()) {
        (Some('.'), Some(next)) => !next.is_ascii_digit(),
        (Some(next), _) => !next.is_ascii_alphanumeric(),
        (None, _) => true,
    }
}

/// Tells whether the line opens a numbered item of the letter or number `part`, as `a.` or `(a)`.
fn item(line: &str, part: &str) -> bool {
    let line = line.trim();
    line.starts_with(&format!("{part}.")) || line.starts_with(&format!("({part})"))
}

/// Finds `Section 2(a)(1)`, `§ 3.1` or “words” in a text.
fn stands_in(clause: &str, text: &str) -> bool {
    if let Some(words) = clause.strip_prefix('“').and_then(|rest| rest.strip_suffix('”')) {
        return text.contains(words);
    }
    if clause.starts_with('§') {
        return text.lines().any(|line| line.starts_with(&format!("{clause} ")));
    }
    let clause = clause.strip_prefix("Section ").unwrap();
    let mut parts = clause.split(['(', ')']).filter(|part| !part.is_empty());
    let number = parts.next().unwrap();
    // Creative Commons heads its sections `Section 2 –`, the others by the bare number.
    let headed = text.lines().any(|line| line.starts_with("Section 1 –"));
    let heads = |line: &str, number: &str| opens(line, number) && (!headed || line.starts_with("Section "));
    let mut lines = text.lines().skip_while(|line| !heads(line, number));
    let Some(_) = lines.next() else { return false };
    // A part is looked for up to the next section only.
    let any = |line: &&str| {
        let first = bare(line).split_whitespace().next().unwrap_or("").trim_end_matches('.');
        if headed {
            line.starts_with("Section ")
        } else if number.contains('.') {
            first.contains('.') && first.chars().all(|c| c.is_ascii_digit() || c == '.')
        } else {
            !line.starts_with(' ') && !first.is_empty() && first.chars().all(|c| c.is_ascii_digit())
        }
    };
    let section: Vec<&str> = lines.take_while(|line| !any(line)).collect();
    let mut rest = section.iter();
    parts.all(|part| rest.any(|line| item(line, part)))
}

/// Lists the `§ N.M` that open lines.
fn numbers(text: &str) -> Vec<String> {
    let clauses = text.lines().filter_map(|line| line.strip_prefix("§ "));
    clauses.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn the_terms_are_whole_and_canonical() {
    for licence in standard() {
        let code = licence.code;
        assert_eq!(Terms::parse(&licence.terms.canonical()).as_ref(), Ok(&licence.terms), "{code}");
        let actions: Vec<Action> = licence.terms.rules().iter().map(|rule| rule.action).collect();
        assert_eq!(actions, Action::ALL, "{code}");
        for rule in licence.terms.rules() {
            assert_eq!(rule.note_zh.is_empty(), rule.note_en.is_empty(), "{code} {}", rule.clause);
        }
    }
}

#[test]
fn every_cited_clause_stands_in_the_text() {
    for licence in standard() {
        let clauses = licence.terms.rules().iter().map(|rule| &rule.clause);
        let clauses = clauses.chain(licence.terms.duties().iter().map(|entry| &entry.clause));
        for clause in clauses.chain(licence.terms.limits().iter().map(|entry| &entry.clause)) {
            assert!(stands_in(clause, licence.text_en), "{}: {clause}", licence.code);
            assert!(licence.text_zh.is_empty() || stands_in(clause, licence.text_zh), "{}: {clause}", licence.code);
        }
    }
}

#[test]
fn clauses_that_do_not_exist_are_not_found() {
    for (code, clause) in [
        ("CC-BY-4.0", "Section 3(b)"),
        ("CC-BY-4.0", "Section 9"),
        ("CC-BY-4.0", "Section 2(a)(7)"),
        ("CC-BY-ND-4.0", "Section 2(a)(1)(C)"),
        ("ODbL-1.0", "Section 4.4(z)"),
        ("ODbL-1.0", "Section 4.10"),
        ("CDLA-Sharing-1.0", "Section 3.1(d)"),
        ("Apache-2.0", "Section 4(e)"),
        ("C-UDA-1.0", "Section 3.1.3"),
        ("MIT", "“Section”"),
        ("LicenseRef-Bourse-Evaluation", "§ 9.9"),
    ] {
        assert!(!stands_in(clause, find(code).unwrap().text_en), "{code}: {clause}");
    }
}

#[test]
fn codes_are_spdx_or_our_own() {
    for licence in standard() {
        match licence.spdx {
            Some(id) => {
                assert_eq!(id, licence.code);
                assert_eq!(spdx::license_id(id).map(|known| known.name), Some(id));
                assert!(licence.text_zh.is_empty(), "{id}: no official Chinese text is shipped");
            }
            None => {
                assert!(licence.code.starts_with("LicenseRef-Bourse-"), "{}", licence.code);
                assert!(!licence.text_zh.is_empty());
            }
        }
        let others = standard().iter().filter(|other| other.code == licence.code).count();
        assert_eq!(others, 1, "{} twice", licence.code);
    }
    assert_eq!(standard().len(), 19);
}

#[test]
fn words_are_not_empty() {
    for licence in standard() {
        for words in [licence.label, licence.title_zh, licence.title_en, licence.summary_zh, licence.summary_en] {
            assert!(!words.is_empty(), "{}", licence.code);
        }
        assert!(licence.text_en.len() > 1000, "{}", licence.code);
        assert!(!licence.text_en.contains("\"#"), "{}", licence.code);
    }
}

#[test]
fn the_commercial_templates_have_the_same_clauses_in_both_languages() {
    for licence in standard().iter().filter(|licence| licence.spdx.is_none()) {
        let clauses = numbers(licence.text_en);
        assert_eq!(clauses, numbers(licence.text_zh), "{}", licence.code);
        for head in 1..=9 {
            assert!(licence.text_en.lines().any(|line| line.starts_with(&format!("## § {head} "))));
            assert!(licence.text_zh.lines().any(|line| line.starts_with(&format!("## § {head} "))));
            assert!(clauses.contains(&format!("{head}.1")), "{} § {head}", licence.code);
        }
        assert!(licence.text_en.contains("no legal advice") && licence.text_zh.contains("不构成法律意见"));
        for text in [licence.text_en, licence.text_zh] {
            // A reference such as `§ 3.2` or `§ 4` leads somewhere.
            for (at, _) in text.match_indices("§ ") {
                let rest = text[at + "§ ".len()..].chars().take_while(|c| c.is_ascii_digit() || *c == '.');
                let number: String = rest.collect::<String>().trim_end_matches('.').to_owned();
                assert!(clauses.contains(&number) || !number.contains('.'), "{}: § {number}", licence.code);
            }
        }
    }
}

#[test]
fn the_main_verdicts_are_as_the_texts_say() {
    let verdict = |code: &str, action: Action| find(code).unwrap().terms.rule(action).verdict;
    assert_eq!(verdict("CC-BY-NC-4.0", Action::CommercialUse), Verdict::Forbidden);
    assert_eq!(verdict("CC-BY-ND-4.0", Action::Derive), Verdict::Conditional);
    assert_eq!(verdict("CC-BY-ND-4.0", Action::CommercialUse), Verdict::Allowed);
    assert_eq!(verdict("ODbL-1.0", Action::Sublicense), Verdict::Forbidden);
    assert_eq!(verdict("CDLA-Permissive-2.0", Action::TrainModels), Verdict::Allowed);
    assert_eq!(verdict("LicenseRef-Bourse-Evaluation", Action::CommercialUse), Verdict::Forbidden);
    assert_eq!(verdict("LicenseRef-Bourse-Model-Training", Action::TrainModels), Verdict::Allowed);
    let training = &find("LicenseRef-Bourse-Model-Training").unwrap().terms;
    assert!(training.duties().iter().any(|entry| entry.duty == Duty::DeleteAtEnd));
    assert!(training.limits().iter().any(|entry| entry.limit == Limit::GrantTerm));
}

fn built_now() -> Vec<(&'static str, super::super::builder::Built)> {
    use super::super::builder::{Heading, build, presets};
    let presets = presets();
    built_templates()
        .into_iter()
        .map(|(name, code)| {
            let p = presets.iter().find(|p| p.name == name).unwrap();
            let heading = Heading { code, label: "1.0", title_zh: p.title_zh, title_en: p.title_en };
            (code, build(&heading, &p.parameters).unwrap())
        })
        .collect()
}

#[test]
fn the_built_templates_are_as_the_builder_makes_them() {
    assert_eq!(built_templates().len(), 3);
    for (code, built) in built_now() {
        let licence = find(code).unwrap();
        assert_eq!(licence.text_zh, built.text_zh, "{code}");
        assert_eq!(licence.text_en, built.text_en, "{code}");
        assert_eq!(licence.terms, built.terms, "{code}");
    }
}

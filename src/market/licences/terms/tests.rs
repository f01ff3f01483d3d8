//! Tests of [`Terms`].

use super::*;

fn rules() -> Vec<Rule> {
    let rule = |action: &Action| Rule {
        action: *action,
        clause: "§ 3.1".into(),
        note_en: "Only \"inside\"".into(),
        note_zh: String::new(),
        verdict: if *action == Action::Sublicense { Verdict::Forbidden } else { Verdict::Conditional },
    };
    Action::ALL.iter().map(rule).collect()
}

fn duty(duty: Duty) -> DutyClause {
    DutyClause { clause: "§ 5.1".into(), duty }
}

#[test]
fn order_does_not_matter_for_the_canonical_form() {
    let mut turned = rules();
    turned.reverse();
    let terms = Terms::new(turned, vec![duty(Duty::Confidential), duty(Duty::Attribute)], vec![]).unwrap();
    let same = Terms::new(rules(), vec![duty(Duty::Attribute), duty(Duty::Confidential)], vec![]).unwrap();
    assert_eq!(terms.canonical(), same.canonical());
    assert!(terms.canonical().starts_with(
        r#"{"duties":[{"clause":"§ 5.1","duty":"attribute"},{"clause":"§ 5.1","duty":"confidential"}],"limits":[],"rules":[{"action":"analyse","clause":"§ 3.1","note_en":"Only \"inside\"","note_zh":"","verdict":"conditional"},"#
    ));
    assert_eq!(Terms::parse(&terms.canonical()), Ok(terms.clone()));
    assert_eq!(serde_json::from_str::<Terms>(&terms.canonical()).unwrap(), terms);
}

#[test]
fn lists_are_grouped_by_verdict() {
    let terms = Terms::new(rules(), vec![], vec![]).unwrap();
    assert_eq!(terms.allowed().count(), 0);
    assert_eq!(terms.conditional().count(), 6);
    assert_eq!(terms.forbidden().map(|rule| rule.action).collect::<Vec<_>>(), [Action::Sublicense]);
    for action in Action::ALL {
        assert_eq!(terms.rule(*action).action, *action);
    }
}

#[test]
fn a_missing_or_doubled_entry_is_named() {
    let mut short = rules();
    short.remove(1);
    assert_eq!(Terms::new(short, vec![], vec![]), Err(BadTerms::Missing { at: "train_models" }));
    let mut long = rules();
    long.push(long[2].clone());
    assert_eq!(Terms::new(long, vec![], vec![]), Err(BadTerms::Twice { at: "derive" }));
    let twice = vec![duty(Duty::Attribute), duty(Duty::ReportUse), duty(Duty::Attribute)];
    assert_eq!(Terms::new(rules(), twice, vec![]), Err(BadTerms::Twice { at: "attribute" }));
    let limit = LimitClause { clause: "§ 2.2".into(), limit: Limit::HolderOnly };
    let twice = vec![limit.clone(), limit];
    assert_eq!(Terms::new(rules(), vec![], twice), Err(BadTerms::Twice { at: "holder_only" }));
}

#[test]
fn clauses_and_notes_are_short_lines() {
    let with = |change: fn(&mut Rule)| {
        let mut rules = rules();
        change(&mut rules[0]);
        Terms::new(rules, vec![], vec![]).unwrap_err()
    };
    assert_eq!(with(|rule| rule.clause = " ".into()), BadTerms::NoClause { at: "analyse" });
    assert_eq!(with(|rule| rule.clause = "§".repeat(41)), BadTerms::LongClause { at: "analyse", length: 41 });
    assert_eq!(with(|rule| rule.clause = "§ 1\n".into()), BadTerms::NotOneLine { at: "analyse" });
    assert_eq!(with(|rule| rule.note_zh = "注".repeat(201)), BadTerms::LongNote { at: "analyse", length: 201 });
    assert_eq!(with(|rule| rule.note_en = "a\u{2028}b".into()), BadTerms::NotOneLine { at: "analyse" });
    assert_eq!(with(|rule| rule.note_en.clear()), BadTerms::NoCondition { at: "analyse" });
    assert!(with(|rule| rule.note_en.clear()).to_string().contains("add a note"));
}

#[test]
fn unknown_fields_and_words_are_refused() {
    let json = Terms::new(rules(), vec![], vec![]).unwrap().canonical();
    for bad in [
        json.replacen("\"limits\"", "\"limit\"", 1),
        json.replacen("\"note_en\"", "\"note\"", 1),
        json.replacen("\"conditional\"", "\"maybe\"", 1),
        "[]".into(),
    ] {
        assert!(matches!(Terms::parse(&bad), Err(BadTerms::Unreadable(_))), "{bad}");
    }
}

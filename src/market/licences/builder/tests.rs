//! Tests of the builder: whoever reads the text alone finds the very terms that the server has.

use super::super::terms::{Action, Constraint, Duty, Purpose, Terms, Verdict};
use super::*;

const HEADING: Heading<'_> = Heading { code: "LicenseRef-x-y", label: "2.0", title_zh: "许可", title_en: "Licence" };

/// Every set of choices, with few and with many bounds and duties, as far as they go together.
fn all() -> Vec<Parameters> {
    let mut out = Vec::new();
    for training in Training::ALL {
        for derivation in Derivation::ALL {
            for results in Results::ALL {
                for commercial in Commercial::ALL {
                    for redistribution in Redistribution::ALL {
                        for sublicensing in Sublicensing::ALL {
                            let base = Parameters {
                                training: *training,
                                derivation: *derivation,
                                results: *results,
                                commercial: *commercial,
                                redistribution: *redistribution,
                                sublicensing: *sublicensing,
                                ..Parameters::default()
                            };
                            out.extend([few(base.clone()), many(base)]);
                        }
                    }
                }
            }
        }
    }
    out.retain(|p| p.faults().is_empty());
    out
}

fn few(p: Parameters) -> Parameters {
    Parameters { confidential: false, delete_at_end: false, contractors: false, affiliates: true, ..p }
}

fn many(p: Parameters) -> Parameters {
    Parameters {
        purposes: vec![Purpose::Research, Purpose::Internal],
        territories: vec!["DE".to_owned(), "CN".to_owned()],
        fields: vec!["M".to_owned(), "C".to_owned()],
        affiliates: true,
        seats: Some(7),
        duration_days: Some(365),
        downloads: Some(3),
        volume_gib: Some(40),
        networks: vec!["192.0.2.7/24".to_owned(), "2001:db8::/32".to_owned()],
        share_alike: p.derivation == Derivation::Distribute,
        report_use: true,
        audit: true,
        liability: Liability::DoublePrice,
        law_zh: "中华人民共和国法律".to_owned(),
        law_en: "the law of the People's Republic of China".to_owned(),
        custom: vec![
            Custom {
                zh: "数据每季度更新。".to_owned(), en: "The Data is refreshed {term} each quarter.".to_owned()
            },
            Custom { zh: "仅有中文。".to_owned(), en: String::new() },
        ],
        ..p
    }
}

/// The phrases by which a reader knows what is permitted and what is not.
const USES: &[(Action, &[&str], &[&str])] = &[
    (Action::Analyse, &["may analyse", "可以分析"], &[]),
    (Action::TrainModels, &["may train", "训练"], &["must not train", "不得使用数据训练"]),
    (
        Action::Derive,
        &["may make Derived Data", "可以制作衍生数据"],
        &["must not make Derived Data", "不得制作衍生数据"],
    ),
    (Action::PublishResults, &["may publish Results", "发表结果"], &["must not publish Results", "不得发表结果"]),
    (
        Action::CommercialUse,
        &["may use Results, and Models|may use Models commercially|may use the Data commercially", "业务决策|商业目的"],
        &["must not use the Data, Derived Data or Models in production", "不得将数据、衍生数据或模型用于生产"],
    ),
    (Action::Redistribute, &["may provide the Data to", "将数据提供给"], &["must not sell", "不得向任何第三方出售"]),
    (Action::Sublicense, &["may sublicense", "授予再许可"], &["must not sublicense", "不得就数据授予再许可"]),
];

const DUTIES: &[(Duty, &str, &str)] = &[
    (Duty::Attribute, "names the dataset", "应注明数据集名称"),
    (Duty::ShareAlike, "carries the same terms", "应适用与本许可相同的条款"),
    (Duty::KeepNotices, "carry the text of this licence", "应随附本许可文本"),
    (Duty::Confidential, "keeps the Data confidential", "应对数据保密"),
    (Duty::ReportUse, "how the Data was used", "说明数据的使用情况"),
    (Duty::Audit, "may check whether", "检查被许可方是否遵守"),
    (Duty::DeleteAtEnd, "deletes all copies", "应删除数据"),
];

/// The clauses of a text: number and words.
fn clauses(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter_map(|l| l.strip_prefix("§ "));
    lines.filter_map(|l| l.split_once(' ')).map(|(n, words)| (format!("§ {n}"), words.to_owned())).collect()
}

/// What a reader of one text finds on each action: clause, and whether it is forbidden.
fn read_uses(text: &str, language: usize) -> Vec<(Action, String, bool)> {
    let list = clauses(text);
    let find = |section: &str, phrases: &[&str]| {
        let any: Vec<&str> = phrases.get(language).map(|p| p.split('|').collect()).unwrap_or_default();
        list.iter()
            .find(|(n, words)| n.starts_with(section) && any.iter().any(|p| words.contains(p)))
            .map(|(n, _)| n.clone())
    };
    USES.iter()
        .map(|(action, permitted, forbidden)| match (find("§ 3.", permitted), find("§ 4.", forbidden)) {
            (Some(clause), None) => (*action, clause, false),
            (None, Some(clause)) => (*action, clause, true),
            both => panic!("{action:?}: {both:?} in {text}"),
        })
        .collect()
}

fn stated_uses(terms: &Terms) -> Vec<(Action, String, bool)> {
    terms.rules().iter().map(|r| (r.action, r.clause.clone(), r.verdict == Verdict::Forbidden)).collect()
}

fn read_duties(text: &str) -> Vec<(Duty, String)> {
    let list = clauses(text);
    let mut found: Vec<_> = DUTIES
        .iter()
        .filter_map(|(duty, en, zh)| {
            let clause = list.iter().find(|(n, words)| {
                (n.starts_with("§ 5.") || n.starts_with("§ 6.")) && (words.contains(en) || words.contains(zh))
            })?;
            Some((*duty, clause.0.clone()))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_reader_of_either_text_finds_the_terms() {
    let all = all();
    assert!(all.len() > 1000, "{}", all.len());
    for p in all {
        let built = build(&HEADING, &p).unwrap();
        let terms = &built.terms;
        assert_eq!(Terms::parse(&terms.canonical()).as_ref(), Ok(terms));
        assert_eq!(read_uses(&built.text_en, 0), stated_uses(terms), "{p:?}");
        assert_eq!(read_uses(&built.text_zh, 1), stated_uses(terms), "{p:?}");
        let duties: Vec<_> = terms.duties().iter().map(|d| (d.duty, d.clause.clone())).collect();
        assert_eq!(read_duties(&built.text_en), duties, "{p:?}");
        assert_eq!(read_duties(&built.text_zh), duties, "{p:?}");
    }
}

#[test]
fn both_texts_have_the_same_clauses_and_no_reference_leads_nowhere() {
    for p in all() {
        let built = build(&HEADING, &p).unwrap();
        let (zh, en) = (clauses(&built.text_zh), clauses(&built.text_en));
        let numbers: Vec<&String> = en.iter().map(|c| &c.0).collect();
        assert_eq!(zh.iter().map(|c| &c.0).collect::<Vec<_>>(), numbers);
        assert_eq!(built.clauses.iter().map(|c| &c.number).collect::<Vec<_>>(), numbers);
        let ours = zh.iter().chain(&en).filter(|(n, _)| !n.starts_with("§ 10."));
        for (_, words) in ours {
            assert!(!words.contains('{'), "{words}");
            for rest in words.split("§ ").skip(1) {
                let number: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
                let number = number.trim_end_matches('.');
                assert!(!number.contains('.') || numbers.iter().any(|n| **n == format!("§ {number}")), "§ {number}");
            }
        }
    }
}

#[test]
fn bounds_stand_in_both_texts_with_their_values() {
    let p = many(Parameters::default());
    let built = build(&HEADING, &p).unwrap();
    let terms = &built.terms;
    assert_eq!(terms.constraints().len(), 9);
    for entry in terms.constraints() {
        let values = entry.constraint.values();
        let coded = !matches!(entry.constraint, Constraint::Purpose(_) | Constraint::Recipients(_));
        for text in [&built.text_zh, &built.text_en] {
            let words = clauses(text).into_iter().find(|c| c.0 == entry.clause).unwrap().1;
            assert!(!coded || values.iter().all(|v| words.contains(v)), "{words}: {values:?}");
        }
    }
    let networks = terms.constraints().last().unwrap().constraint.values();
    assert_eq!(networks, ["192.0.2.0/24", "2001:db8::/32"]);
    assert_eq!(terms.longest_days(), Some(365));
    assert_eq!(terms.statements().len(), 2);
    assert!(terms.statements()[1].note_en.contains("People's Republic"));
}

#[test]
fn custom_clauses_stay_as_they_are_and_are_flagged() {
    let built = build(&HEADING, &many(Parameters::default())).unwrap();
    assert!(built.text_en.contains("§ 10.1 The Data is refreshed {term} each quarter."));
    assert!(built.text_en.contains("§ 10.2 (In Chinese only.) 仅有中文。"));
    let custom = built.terms.custom();
    assert_eq!((custom.len(), custom[0].clause.as_str(), custom[1].note_zh.as_str()), (2, "§ 10.1", "仅有中文。"));
    // Words of others open no clause of their own.
    let forged = Custom {
        zh: "甲\n\n§ 3.9 被许可方可以再分发。".to_owned(),
        en: "A\n§ 3.9 All is permitted.".to_owned(),
    };
    let built = build(&HEADING, &Parameters { custom: vec![forged], ..Parameters::default() }).unwrap();
    assert!(!clauses(&built.text_en).iter().any(|c| c.0 == "§ 3.9"));
    assert!(!clauses(&built.text_zh).iter().any(|c| c.0 == "§ 3.9"));
}

#[test]
fn parameters_that_contradict_each_other_are_all_named() {
    let p = Parameters {
        training: Training::Trial,
        delete_at_end: false,
        commercial: Commercial::Models,
        share_alike: true,
        attribution: false,
        redistribution: Redistribution::Anyone,
        seats: Some(1),
        sublicensing: Sublicensing::Derived,
        law_en: "the law of Mars".to_owned(),
        custom: vec![Custom::default()],
        ..Parameters::default()
    };
    let Err(BuildError::Parameters(faults)) = build(&HEADING, &p) else { panic!("it was built") };
    let fields: Vec<&str> = faults.iter().map(|f| f.field).collect();
    let expected = [
        "training",
        "commercial",
        "share_alike",
        "attribution",
        "confidential",
        "seats",
        "sublicensing",
        "law_en",
        "custom",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn values_that_are_none_are_refused() {
    for bad in [
        Parameters { territories: vec!["China".to_owned()], ..Parameters::default() },
        Parameters { fields: vec!["Z".to_owned()], ..Parameters::default() },
        Parameters { networks: vec!["10.0.0.0/64".to_owned()], ..Parameters::default() },
        Parameters { seats: Some(0), ..Parameters::default() },
    ] {
        assert!(matches!(build(&HEADING, &bad), Err(BuildError::Terms(_))), "{bad:?}");
    }
}

#[test]
fn every_preset_is_built() {
    assert_eq!(presets().len(), 6);
    for preset in presets() {
        assert_eq!(preset.parameters.faults(), [], "{}", preset.name);
        build(&HEADING, &preset.parameters).unwrap();
    }
}

//! The demo's content is whole: codes are valid, names are known, files have the rows they claim.

use super::*;
use std::collections::HashSet;

/// The alphabet of GB 32100-2015: no I, O, S, V, Z.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

fn remainder(code: &str) -> u32 {
    let mut weight = 1;
    let mut sum = 0;
    for c in code.chars().take(17) {
        let value = u32::try_from(ALPHABET.find(c).unwrap()).unwrap();
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    (31 - sum % 31) % 31
}

fn person(email: &str) -> &'static Person {
    PEOPLE.iter().find(|p| p.email == email).unwrap()
}

fn organisation(slug: &str) -> &'static Organisation {
    ORGANISATIONS.iter().find(|o| o.slug == slug).unwrap()
}

fn offer(line: &Line) -> &'static Offer {
    let dataset = datasets().find(|d| d.owner == line.seller && d.slug == line.dataset).unwrap();
    dataset.offers.iter().find(|o| o.title == line.offer).unwrap()
}

#[test]
fn credit_codes_are_valid() {
    for o in ORGANISATIONS.iter().filter(|o| o.country == "CN") {
        assert_eq!(o.registration.len(), 18, "{}", o.slug);
        let last = ALPHABET.find(o.registration.chars().last().unwrap()).unwrap();
        assert_eq!(usize::try_from(remainder(o.registration)).unwrap(), last, "{}", o.slug);
    }
    let names: HashSet<_> = ORGANISATIONS.iter().map(|o| o.slug).collect();
    assert_eq!(names.len(), ORGANISATIONS.len());
}

#[test]
fn people_have_a_place() {
    let roles = ["owner", "requester", "approver", "signatory", "publisher", "licensor", "finance", "auditor"];
    let mails: HashSet<_> = PEOPLE.iter().map(|p| p.email).collect();
    assert_eq!(mails.len(), PEOPLE.len());
    for p in PEOPLE {
        assert!(p.email.ends_with(".example") && ["zh-CN", "en"].contains(&p.language));
        assert!(p.roles.iter().all(|r| roles.contains(r)), "{}", p.email);
        assert_eq!(p.office.is_some(), p.organisation.is_empty());
        if p.office.is_none() {
            organisation(p.organisation);
        }
    }
    for o in ORGANISATIONS {
        let first = PEOPLE.iter().find(|p| p.organisation == o.slug).unwrap();
        assert!(first.roles.contains(&"owner"), "{}", o.slug);
    }
    for s in SERVICES {
        organisation(s.organisation);
    }
}

#[test]
fn datasets_are_complete() {
    let licences = [
        "CC0-1.0",
        "CC-BY-4.0",
        "CC-BY-SA-4.0",
        "CC-BY-NC-4.0",
        "CC-BY-ND-4.0",
        "ODbL-1.0",
        "CDLA-Permissive-2.0",
        "C-UDA-1.0",
        "LicenseRef-Bourse-Internal-Analytics",
        "LicenseRef-Bourse-Model-Training",
        "LicenseRef-Bourse-Evaluation",
    ];
    assert!(datasets().count() >= 14);
    assert_eq!(datasets().map(|d| (d.owner, d.slug)).collect::<HashSet<_>>().len(), datasets().count());
    for d in datasets() {
        assert!(organisation(d.owner).verification.is_some());
        for texts in [[d.title_zh, d.summary_zh, d.card_zh], [d.title_en, d.summary_en, d.card_en]] {
            assert!(texts.iter().all(|t| t.is_empty()) || texts.iter().all(|t| !t.is_empty()), "{}", d.slug);
        }
        for card in [d.card_zh, d.card_en] {
            assert!(
                card.is_empty() || (15..=30).contains(&card.lines().count()),
                "{} {}",
                d.slug,
                card.lines().count()
            );
        }
        assert_ne!(d.title_zh, d.title_en, "one may be empty, not both");
        assert!(!d.offers.is_empty());
        assert!(["C", "D", "H"].contains(&d.sector) && ["time_series", "tables"].contains(&d.kind));
        assert_eq!(person(d.contact).organisation, d.owner);
        for o in d.offers {
            assert!(licences.contains(&o.licence), "{}", o.licence);
            assert!(["instant", "licensor"].contains(&o.approval) && ["version", "all_versions"].contains(&o.scope));
            assert_eq!(o.price_minor == 0, o.payment == "none", "{} {}", d.slug, o.title);
            assert!(o.price_minor == 0 || !organisation(d.owner).payee.is_empty());
        }
        assert_eq!(d.offers.iter().map(|o| o.title).collect::<HashSet<_>>().len(), d.offers.len());
        assert!(d.versions.last().unwrap().recall.is_none());
    }
    let used: HashSet<_> = datasets().flat_map(|d| d.offers).map(|o| o.licence).collect();
    assert_eq!(used.len(), licences.len());
}

#[test]
fn files_have_their_rows() {
    for file in datasets().flat_map(|d| d.versions).flat_map(|v| v.files) {
        assert_eq!(file.generator.write(&mut std::io::sink()).unwrap(), file.rows, "{}", file.path);
    }
    for generator in Generator::ALL {
        assert!(
            datasets().flat_map(|d| d.versions).flat_map(|v| v.files).any(|f| f.generator == generator),
            "{generator:?}"
        );
    }
}

fn holds(decision: Decision, organisation: &str, role: &str, scenario: &Scenario) {
    let p = person(decision.by);
    assert!(
        p.organisation == organisation && p.email != scenario.requester && !decision.note.is_empty(),
        "{}",
        scenario.key
    );
    assert!(p.roles.contains(&role) || p.roles.contains(&"owner"), "{}", scenario.key);
}

#[test]
fn scenarios_name_what_exists() {
    assert_eq!(SCENARIOS.iter().map(|s| s.key).collect::<HashSet<_>>().len(), SCENARIOS.len());
    assert!(SCENARIOS.windows(2).all(|w| w.first().unwrap().asked_days_ago >= w.last().unwrap().asked_days_ago));
    for s in SCENARIOS {
        let requester = person(s.requester);
        assert!(requester.organisation == s.buyer && requester.roles.contains(&"requester"), "{}", s.key);
        assert!(organisation(s.buyer).verification.is_some());
        let seller = s.lines.first().unwrap().seller;
        assert!(seller != s.buyer && s.lines.iter().all(|l| l.seller == seller));
        let offers: Vec<_> = s.lines.iter().map(offer).collect();
        let by_licensor = offers.iter().any(|o| o.approval == "licensor");
        let prepaid = offers.iter().any(|o| o.payment == "prepaid");
        if let Some(approval) = s.approval {
            holds(approval, s.buyer, "approver", s);
        }
        if let Some(agreement) = s.agreement {
            holds(agreement, seller, "licensor", s);
        }
        let agreed = s.agreement.is_some() == by_licensor;
        match s.outcome {
            Outcome::AwaitingBuyer => assert!(s.approval.is_none() && s.agreement.is_none()),
            Outcome::AwaitingSeller => assert!(by_licensor && s.agreement.is_none()),
            Outcome::AwaitingCompliance => assert!(agreed),
            Outcome::Returned(d) | Outcome::Refused(d) => holds(d, seller, "licensor", s),
            Outcome::RefusedByBuyer(d) => holds(d, s.buyer, "approver", s),
            Outcome::Withdrawn => assert!(s.agreement.is_none()),
            Outcome::AwaitingPayment => assert!(agreed && prepaid),
            Outcome::Granted => assert!(agreed && !prepaid),
            Outcome::Paid { by, .. } => assert!(agreed && prepaid && person(by).roles.contains(&"finance")),
            Outcome::Terminated { decision, paid } => {
                assert!(agreed && prepaid == paid.is_some());
                assert!([seller, s.buyer].contains(&person(decision.by).organisation));
            }
        }
        assert!(
            s.tokens.is_empty()
                || matches!(s.outcome, Outcome::Granted | Outcome::Paid { .. } | Outcome::Terminated { .. })
        );
    }
}

#[test]
fn approval_limits_fit_the_outcomes() {
    for s in SCENARIOS {
        let net: i64 = s.lines.iter().map(|l| offer(l).price_minor).sum();
        let limit = organisation(s.buyer).approval_over_minor;
        // The limit is in CNY; an amount in another currency always goes to the approver.
        let foreign = net > 0 && s.lines.iter().any(|l| offer(l).currency != "CNY");
        let above = limit.is_some_and(|limit| foreign || net > limit);
        match s.outcome {
            Outcome::AwaitingBuyer | Outcome::RefusedByBuyer(_) => assert!(above, "{}", s.key),
            Outcome::AwaitingSeller
            | Outcome::AwaitingCompliance
            | Outcome::Returned(_)
            | Outcome::Refused(_)
            | Outcome::Withdrawn
            | Outcome::AwaitingPayment
            | Outcome::Granted
            | Outcome::Paid { .. }
            | Outcome::Terminated { .. } => {
                assert!(!above || s.approval.is_some() || matches!(s.outcome, Outcome::Withdrawn), "{}", s.key)
            }
        }
    }
}

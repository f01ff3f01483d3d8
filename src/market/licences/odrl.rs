//! A licence as an ODRL 2.2 policy in JSON-LD (W3C Recommendations of 15 February 2018), and the vocabulary of the words
//! that ODRL does not have. The context stands in the document: whoever reads it needs no other file.

use super::Licence;
use super::terms::{Action, Bound, Constraint, Duty, Limit, Purpose, Recipient, Rule, Terms, Verdict};
use serde_json::{Map, Value, json};

/// The namespace of our own words, below the public address.
const NAMESPACE: &str = "/ns/licence";

/// An offer of the data under the licence.
#[derive(Debug, Clone)]
pub struct OfferFacts {
    /// The address of the offer.
    pub uid: String,
    /// The address of the dataset.
    pub target: String,
    /// The address of the seller.
    pub assigner: String,
    /// Price without tax and its currency; none for a free offer.
    pub price: Option<(String, String)>,
    /// Days that a grant lasts.
    pub term_days: Option<i64>,
}

/// Gives the name of an action in JSON-LD.
#[must_use]
pub const fn action(action: Action) -> &'static str {
    match action {
        Action::Analyse => "bl:analyse",
        Action::TrainModels => "bl:trainModels",
        Action::Derive => "odrl:derive",
        Action::PublishResults => "bl:publishResults",
        Action::CommercialUse => "cc:CommercialUse",
        Action::Redistribute => "odrl:distribute",
        Action::Sublicense => "odrl:grantUse",
    }
}

/// Gives the name of a duty's action in JSON-LD.
#[must_use]
pub const fn duty(duty: Duty) -> &'static str {
    match duty {
        Duty::Attribute => "cc:Attribution",
        Duty::ShareAlike => "cc:ShareAlike",
        Duty::KeepNotices => "cc:Notice",
        Duty::DeleteAtEnd => "odrl:delete",
        Duty::ReportUse => "odrl:inform",
        Duty::Confidential => "bl:keepConfidential",
        Duty::Audit => "bl:permitAudit",
    }
}

const fn limit(limit: Limit) -> &'static str {
    match limit {
        Limit::HolderOnly => "bl:holderOnly",
        Limit::GrantTerm => "bl:grantTerm",
    }
}

const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Evaluation => "bl:evaluation",
        Purpose::Research => "bl:research",
        Purpose::Internal => "bl:internalUse",
        Purpose::Products => "bl:productsAndServices",
    }
}

const fn recipient(recipient: Recipient) -> &'static str {
    match recipient {
        Recipient::Staff => "bl:staff",
        Recipient::Contractors => "bl:contractors",
        Recipient::Affiliates => "bl:affiliates",
        Recipient::Consortium => "bl:consortiumMembers",
        Recipient::Others => "bl:otherParties",
    }
}

const fn operand(bound: Bound) -> &'static str {
    match bound {
        Bound::Purpose => "odrl:purpose",
        Bound::Territory => "odrl:spatial",
        Bound::Field => "odrl:industry",
        Bound::Recipients => "odrl:recipient",
        Bound::Seats => "bl:seats",
        Bound::Duration => "odrl:elapsedTime",
        Bound::Downloads => "odrl:count",
        Bound::Volume => "bl:deliveredGibibytes",
        Bound::Networks => "bl:network",
    }
}

fn id(name: impl Into<String>) -> Value {
    json!({"@id": name.into()})
}

fn context(base: &str) -> Value {
    json!({
        "odrl": "http://www.w3.org/ns/odrl/2/", "cc": "http://creativecommons.org/ns#", "dct": "http://purl.org/dc/terms/",
        "skos": "http://www.w3.org/2004/02/skos/core#", "xsd": "http://www.w3.org/2001/XMLSchema#",
        "bl": format!("{base}{NAMESPACE}#"),
        "uid": "@id", "type": "@type",
        "Set": "odrl:Set", "Offer": "odrl:Offer", "AssetCollection": "odrl:AssetCollection", "Asset": "odrl:Asset",
        "permission": "odrl:permission", "prohibition": "odrl:prohibition", "obligation": "odrl:obligation",
        "duty": "odrl:duty", "action": "odrl:action", "target": "odrl:target", "assigner": "odrl:assigner",
        "constraint": "odrl:constraint", "leftOperand": "odrl:leftOperand", "operator": "odrl:operator",
        "rightOperand": "odrl:rightOperand", "unit": "odrl:unit", "profile": "odrl:profile",
    })
}

fn both(zh: &str, en: &str) -> Value {
    let text = |text: &str, lang: &str| json!({"@value": text, "@language": lang});
    let list = [(zh, "zh-CN"), (en, "en")];
    Value::Array(list.iter().filter(|(t, _)| !t.is_empty()).map(|(t, l)| text(t, l)).collect())
}

/// A bound as a constraint of every permission.
fn constraint(entry: &Constraint, clause: &str) -> Value {
    let left = operand(entry.bound());
    let any = |list: Vec<Value>| json!({"@list": list});
    let (operator, right) = match entry {
        Constraint::Purpose(list) => ("odrl:isAnyOf", any(list.iter().map(|p| id(purpose(*p))).collect())),
        Constraint::Recipients(list) => ("odrl:isAnyOf", any(list.iter().map(|r| id(recipient(*r))).collect())),
        Constraint::Territory(list) | Constraint::Field(list) | Constraint::Networks(list) => {
            ("odrl:isAnyOf", any(list.iter().map(|v| json!(v)).collect()))
        }
        Constraint::Duration(days) => ("odrl:lteq", json!({"@value": format!("P{days}D"), "@type": "xsd:duration"})),
        Constraint::Seats(n) | Constraint::Downloads(n) | Constraint::Volume(n) => {
            ("odrl:lteq", json!({"@value": n.to_string(), "@type": "xsd:integer"}))
        }
    };
    json!({"leftOperand": id(left), "operator": id(operator), "rightOperand": right, "dct:source": clause})
}

fn rule(base: &str, target: &str, entry: &Rule, bounds: &[Value]) -> Value {
    let mut out = json!({
        "uid": format!("{base}#rule-{}", entry.action.code()),
        "action": id(action(entry.action)),
        "target": id(target),
        "dct:source": entry.clause,
    });
    let mut constraints = Vec::new();
    if entry.verdict == Verdict::Conditional {
        constraints.push(json!({
            "leftOperand": id("bl:condition"), "operator": id("odrl:eq"), "rightOperand": id("bl:met"),
            "dct:description": both(&entry.note_zh, &entry.note_en),
        }));
    } else if !entry.note_en.is_empty() || !entry.note_zh.is_empty() {
        insert(&mut out, "dct:description", both(&entry.note_zh, &entry.note_en));
    }
    if entry.verdict != Verdict::Forbidden {
        constraints.extend_from_slice(bounds);
    }
    if !constraints.is_empty() {
        insert(&mut out, "constraint", Value::Array(constraints));
    }
    out
}

fn insert(value: &mut Value, name: &str, part: Value) {
    if let Some(map) = value.as_object_mut() {
        map.insert(name.to_owned(), part);
    }
}

fn rules(terms: &Terms, at: &str, target: &str, bounds: &[Value], forbidden: bool) -> Value {
    let list = terms.rules().iter().filter(|r| (r.verdict == Verdict::Forbidden) == forbidden);
    Value::Array(list.map(|r| rule(at, target, r, bounds)).collect())
}

/// Gives the policy of a licence (a Set), or that of an offer under it (an Offer).
#[must_use]
pub fn policy(licence: &Licence, base: &str, offer: Option<&OfferFacts>) -> Value {
    let page = format!("{base}/licences/{}", licence.id);
    let at = offer.map_or_else(|| page.clone(), |o| o.uid.clone());
    let target = offer.map_or_else(|| format!("{page}#data"), |o| o.target.clone());
    let terms = &licence.terms;
    let mut bounds: Vec<Value> = terms.constraints().iter().map(|c| constraint(&c.constraint, &c.clause)).collect();
    if let Some(days) = offer.and_then(|o| o.term_days).and_then(|d| u32::try_from(d).ok())
        && terms.bound(Bound::Duration).is_none()
    {
        bounds.push(constraint(&Constraint::Duration(days), ""));
    }
    let mut out = json!({
        "@context": context(base),
        "uid": format!("{at}#policy"),
        "type": if offer.is_some() { "Offer" } else { "Set" },
        "profile": id(format!("{base}{NAMESPACE}")),
        "dct:title": both(&licence.title_zh, &licence.title_en),
        "dct:identifier": licence.code,
        "dct:hasVersion": licence.label,
        "dct:license": id(page.clone()),
        "bl:sha256": licence.sha256.as_str(),
        "permission": rules(terms, &at, &target, &bounds, false),
        "prohibition": rules(terms, &at, &target, &bounds, true),
    });
    insert(&mut out, "obligation", obligations(terms, &at, &target, offer));
    insert(&mut out, "bl:limit", Value::Array(terms.limits().iter().map(|l| id(limit(l.limit))).collect()));
    let unread = terms.custom().iter().map(|c| both(&c.note_zh, &c.note_en));
    let unread: Vec<Value> = unread.flat_map(|v| v.as_array().cloned().unwrap_or_default()).collect();
    insert(&mut out, "bl:customClause", Value::Array(unread));
    match offer {
        Some(facts) => insert(&mut out, "assigner", id(facts.assigner.clone())),
        None => insert(&mut out, "dct:subject", json!({"uid": target, "type": "AssetCollection"})),
    }
    out
}

fn obligations(terms: &Terms, at: &str, target: &str, offer: Option<&OfferFacts>) -> Value {
    let one = |d: &super::terms::DutyClause| {
        json!({
            "uid": format!("{at}#duty-{}", d.duty.code()), "action": id(duty(d.duty)), "target": id(target),
            "dct:source": d.clause,
        })
    };
    let mut list: Vec<Value> = terms.duties().iter().map(one).collect();
    if let Some((amount, currency)) = offer.and_then(|o| o.price.as_ref()) {
        list.push(json!({
            "uid": format!("{at}#duty-pay"), "action": id("odrl:compensate"), "target": id(target),
            "constraint": [{
                "leftOperand": id("odrl:payAmount"), "operator": id("odrl:eq"),
                "rightOperand": {"@value": amount, "@type": "xsd:decimal"},
                "unit": id(format!("urn:iso:std:iso:4217:{currency}")),
            }],
        }));
    }
    Value::Array(list)
}

/// Gives the vocabulary: each own word with what it stands under.
#[must_use]
pub fn vocabulary(base: &str, words: &[(String, String, String)]) -> Value {
    let own = |name: &str, kind: &str, broader: Option<&str>| {
        let mut out = Map::new();
        out.insert("uid".to_owned(), json!(name));
        out.insert("type".to_owned(), json!(kind));
        if let Some((_, zh, en)) = words.iter().find(|w| w.0 == name) {
            out.insert("skos:prefLabel".to_owned(), both(zh, en));
        }
        if let Some(broader) = broader {
            out.insert("odrl:includedIn".to_owned(), id(broader));
        }
        Value::Object(out)
    };
    let mut graph = vec![json!({"uid": format!("{base}{NAMESPACE}"), "type": "skos:ConceptScheme"})];
    for a in Action::ALL.iter().filter(|a| action(**a).starts_with("bl:")) {
        graph.push(own(action(*a), "odrl:Action", Some("odrl:use")));
    }
    for d in Duty::ALL.iter().filter(|d| duty(**d).starts_with("bl:")) {
        graph.push(own(duty(*d), "odrl:Action", None));
    }
    for b in Bound::ALL.iter().filter(|b| operand(**b).starts_with("bl:")) {
        graph.push(own(operand(*b), "odrl:LeftOperand", None));
    }
    graph.push(own("bl:condition", "odrl:LeftOperand", None));
    graph.push(own("bl:met", "odrl:RightOperand", None));
    graph.extend(Purpose::ALL.iter().map(|p| own(purpose(*p), "skos:Concept", None)));
    graph.extend(Recipient::ALL.iter().map(|r| own(recipient(*r), "skos:Concept", None)));
    graph.extend(Limit::ALL.iter().map(|l| own(limit(*l), "skos:Concept", None)));
    json!({"@context": context(base), "@graph": graph})
}

/// Lists our own words with the keys of what they mean.
#[must_use]
pub fn own_words() -> Vec<(&'static str, &'static str)> {
    let mut list: Vec<(&str, &str)> = Action::ALL.iter().map(|a| (action(*a), a.key())).collect();
    list.extend(Duty::ALL.iter().map(|d| (duty(*d), d.key())));
    list.extend(Bound::ALL.iter().map(|b| (operand(*b), b.key())));
    list.extend(Purpose::ALL.iter().map(|p| (purpose(*p), p.key())));
    list.extend(Recipient::ALL.iter().map(|r| (recipient(*r), r.key())));
    list.extend(Limit::ALL.iter().map(|l| (limit(*l), l.key())));
    list.retain(|(name, _)| name.starts_with("bl:"));
    list
}

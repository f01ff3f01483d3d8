//! The lineage of a version as W3C PROV-JSON (<https://www.w3.org/submissions/2013/SUBM-prov-json-20130424/>).

use super::Lineage;
use crate::market::datasets::lineage::Input;
use crate::urls;
use serde_json::{Map, Value, json};

/// An input; what the reader may not know of has a place and no name.
fn entity(public_url: &str, place: usize, input: Option<&Input>) -> (String, Value) {
    let Some(input) = input else { return (format!("_:input{place}"), json!({ "prov:label": "not public" })) };
    let (source, address, licence) = (input.row.source_version_id, &input.row.address, &input.row.licence_code);
    let id = source.map_or_else(|| format!("i:{}", input.row.id), |v| format!("v:{v}"));
    let location = if source.is_some() { format!("{public_url}{address}") } else { address.clone() };
    (id, json!({ "prov:label": input.row.name, "prov:location": location, "bourse:licence": licence }))
}

/// Writes the document: the version, its inputs, its steps, its owner, and how they hang together.
pub(super) fn document(public_url: &str, lineage: &Lineage) -> Value {
    let Lineage { dataset, party, version, inputs, steps, .. } = lineage;
    let this = format!("v:{}", version.id);
    let owner = format!("p:{}", party.slug);
    let page = format!("{public_url}{}", urls::release(&party.slug, &dataset.slug, &version.label));
    let (mut entities, mut derived, mut used) = (Map::new(), Map::new(), Map::new());
    let (mut activities, mut generated, mut associated) = (Map::new(), Map::new(), Map::new());
    entities.insert(
        this.clone(),
        json!({
            "prov:label": format!("{} {}", dataset.title_en, version.label),
            "prov:location": page,
            "bourse:manifest_sha256": version.manifest_sha256.as_ref().map(|d| d.to_string()).unwrap_or_default(),
        }),
    );
    for (place, step) in steps.iter().enumerate() {
        let id = format!("s:{}", step.id);
        let mut activity = json!({ "prov:label": step.name, "bourse:tool": step.tool });
        for (key, at) in [("prov:startTime", step.started_at), ("prov:endTime", step.ended_at)] {
            if let (Some(at), Some(map)) = (at, activity.as_object_mut()) {
                map.insert(key.to_owned(), json!(at.rfc3339()));
            }
        }
        activities.insert(id.clone(), activity);
        generated.insert(format!("_:g{place}"), json!({ "prov:entity": this, "prov:activity": id }));
        associated.insert(format!("_:a{place}"), json!({ "prov:activity": id, "prov:agent": owner }));
    }
    for (place, input) in inputs.iter().enumerate() {
        let (id, entity) = entity(public_url, place, input.as_ref());
        entities.insert(id.clone(), entity);
        derived.insert(format!("_:d{place}"), json!({ "prov:generatedEntity": this, "prov:usedEntity": id }));
        if let [one] = steps.as_slice() {
            used.insert(format!("_:u{place}"), json!({ "prov:activity": format!("s:{}", one.id), "prov:entity": id }));
        }
    }
    let name = if party.name_en.is_empty() { &party.name_zh } else { &party.name_en };
    json!({
        "prefix": {
            "v": format!("{public_url}/ns/versions/"), "s": format!("{public_url}/ns/steps/"),
            "i": format!("{public_url}/ns/inputs/"), "p": format!("{public_url}/organisations/"),
            "bourse": format!("{public_url}/ns/bourse#"),
        },
        "entity": entities,
        "activity": activities,
        "agent": { owner.clone(): { "prov:type": { "$": "prov:Organization", "type": "prov:QUALIFIED_NAME" }, "prov:label": name } },
        "wasDerivedFrom": derived,
        "used": used,
        "wasGeneratedBy": generated,
        "wasAssociatedWith": associated,
        "wasAttributedTo": { "_:owner": { "prov:entity": this, "prov:agent": owner } },
    })
}

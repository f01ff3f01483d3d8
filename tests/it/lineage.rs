//! Where a version comes from: inputs under licences, what may not be derived, the graph as each reader may see it.

use crate::support::trade::{Listed, Offered, TABLE, free};
use crate::support::{Exchange, Visitor};
use reqwest::Method;
use serde_json::{Value, json};

fn at(listed: &Listed, part: &str) -> String {
    format!("{}/versions/{}{part}", listed.at, listed.version)
}

fn input(address: &str, licence: &str) -> Value {
    json!({"address": address, "licence": licence})
}

/// A maker with raw data under a licence, and a refiner who holds it and has a draft.
async fn scene(licence: &str) -> (Exchange, Visitor, Visitor, Listed, Listed) {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let maker = exchange.firm(&operator, "maker").await;
    let refiner = exchange.firm(&operator, "refiner").await;
    let raw = exchange.listed(&maker, "maker", "raw").await;
    let offer = maker.offers(&raw, licence, free()).await;
    refiner.asks("refiner", &offer).await.is(201);
    let draft = refiner.begins("refiner", "features").await;
    refiner.uploads(&draft, "features.csv", TABLE).await.is(201);
    (exchange, maker, refiner, raw, draft)
}

#[actix_web::test]
async fn a_licence_that_forbids_derived_data_keeps_the_version_in() {
    let (exchange, maker, refiner, _, draft) = scene("CC-BY-4.0").await;
    let strict = json!({
        "organisation": "maker", "name": "look-only", "label": "1", "title_en": "Look only", "text_en": "Look, and no more.",
        "analyse": "allowed", "train_models": "forbidden", "derive": "forbidden", "publish_results": "allowed",
        "commercial_use": "forbidden", "redistribute": "forbidden", "sublicense": "forbidden",
    });
    let licence = maker.tell("/licences", strict).await.is(201).text("id");
    let accept = maker.read(&format!("/licences/{licence}")).await.is(200).text("sha256");
    let raw = exchange.listed(&maker, "maker", "closed").await;
    let mut offer = free();
    offer["licence"] = json!(licence);
    let id = maker.tell(&format!("{}/offers", raw.at), offer).await.is(201).text("id");
    refiner.asks("refiner", &Offered { id, accept }).await.is(201);
    let own = at(&draft, "/inputs");
    // The licence of the grant counts, whatever else is said.
    let id = refiner.tell(&own, input(&raw.at, "CC0-1.0")).await.is(201).text("id");
    let said = refiner.read(&at(&draft, "/lineage")).await.is(200);
    let seen = &said.body["inputs"][0];
    assert_eq!((&seen["licence_code"], &seen["derive"]), (&json!("LicenseRef-maker-look-only"), &json!("forbidden")));
    let page = refiner.get(&at(&draft, "/lineage")).await.text().await.unwrap();
    assert!(page.contains("forbids derived data") && page.contains("Forbidden"));
    refiner.publishes(&draft).await.unmet("inputs_permit_derivation");
    refiner.api(Method::DELETE, &format!("{own}/{id}"), None).await.is(204);
    refiner.publishes(&draft).await.is(200);
    refiner.tell(&own, input(&raw.at, "")).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_condition_on_derived_data_is_shown_and_keeps_nobody_in() {
    let (_exchange, _maker, refiner, raw, draft) = scene("CC-BY-ND-4.0").await;
    refiner.tell(&at(&draft, "/inputs"), input(&raw.at, "")).await.is(201);
    let said = refiner.read(&at(&draft, "/lineage")).await.is(200);
    assert_eq!(said.body["inputs"][0]["derive"], "conditional");
    let page = refiner.get(&at(&draft, "/lineage")).await.text().await.unwrap();
    assert!(page.contains("On a condition") && page.contains("it must not be shared"));
    refiner.publishes(&draft).await.is(200);
}

#[actix_web::test]
async fn inputs_need_an_address_and_a_licence() {
    let (exchange, maker, refiner, raw, draft) = scene("CC-BY-4.0").await;
    let own = at(&draft, "/inputs");
    for (address, licence, field) in [
        ("", "CC0-1.0", "address"),
        ("/datasets/maker/nothing", "CC0-1.0", "address"),
        ("/datasets/refiner/features", "", "address"),
        ("https://data.example/a", "", "licence"),
    ] {
        let said = refiner.tell(&own, input(address, licence)).await.problem(422, "invalid");
        assert_eq!(said.body["errors"][0]["field"], field, "{address}");
    }
    maker.tell(&own, input(&raw.at, "")).await.problem(404, "not_found");
    // What is neither owned nor held needs a licence that is known here.
    let other = exchange.listed(&maker, "maker", "other").await;
    refiner.tell(&own, input(&other.at, "")).await.problem(422, "invalid");
    refiner.tell(&own, input(&other.at, "Our word")).await.problem(422, "invalid");
    refiner.tell(&own, input(&other.at, "CC-BY-4.0")).await.is(201);
    refiner.tell(&own, input("https://data.example/a", "Our word")).await.is(201);
    let said = refiner.read(&at(&draft, "/lineage")).await.is(200);
    assert_eq!(
        (&said.body["inputs"][0]["derive"], &said.body["inputs"][1]["derive"]),
        (&json!("allowed"), &Value::Null)
    );
    // The form: shown again when it does not fit, else led on.
    let form = [("address", ""), ("licence", "own")];
    assert_eq!(refiner.post(&own, &form).await.status(), 422);
    let form = [("address", "urn:plant:rig-4"), ("input_name", "Rig <4>"), ("licence", "own"), ("confidential", "on")];
    assert_eq!(refiner.post(&own, &form).await.status(), 303);
    let page = refiner.get(&at(&draft, "/lineage")).await.text().await.unwrap();
    assert!(page.contains("Rig &lt;4&gt;") && page.contains("own data") && page.contains("<svg class=\"graph\""));
    assert!(!page.contains("style="));
}

#[actix_web::test]
async fn the_graph_goes_both_ways_and_hides_what_is_hidden() {
    let (exchange, maker, refiner, raw, draft) = scene("CC-BY-4.0").await;
    let nobody = exchange.nobody();
    let secret = maker.begins("maker", "secret").await;
    maker.uploads(&secret, "a.csv", TABLE).await.is(201);
    maker.publishes(&secret).await.is(200);
    refiner.tell(&at(&draft, "/inputs"), input(&raw.at, "")).await.is(201);
    refiner.tell(&at(&draft, "/inputs"), input(&secret.at, "CC-BY-4.0")).await.is(201);
    let plant =
        json!({"address": "s3://plant/raw", "input_name": "Plant archive", "licence": "own", "confidential": "on"});
    refiner.tell(&at(&draft, "/inputs"), plant).await.is(201);
    refiner.tell(&at(&draft, "/steps"), json!({"step_name": "Windowing", "tool": "numpy 2.3"})).await.is(201);
    // While it is a draft, what was made of the raw data is nobody else's matter.
    let page = maker.get(&format!("{}/versions/1.0.0/lineage", raw.at)).await.text().await.unwrap();
    assert!(!page.contains("/datasets/refiner/features/"));
    refiner.publishes(&draft).await.is(200);
    let page = maker.get(&format!("{}/versions/1.0.0/lineage", raw.at)).await.text().await.unwrap();
    assert!(page.contains("/datasets/refiner/features/versions/1.0.0") && page.contains("was made of it"));
    // The maker takes the second input out of the catalogue: others see that there is one, and not which.
    maker.api(Method::DELETE, &format!("{}/listing", secret.at), None).await.is(204);
    let here = format!("{}/versions/1.0.0", draft.at);
    let page = nobody.get(&format!("{here}/lineage")).await.text().await.unwrap();
    assert!(
        page.contains("/datasets/maker/raw/versions/1.0.0")
            && page.contains("not public")
            && page.contains("Windowing")
    );
    assert!(!page.contains("Plant archive") && !page.contains("s3://plant") && !page.contains("/maker/secret"));
    let said = nobody.read(&format!("{here}/lineage")).await.is(200);
    let public: Vec<bool> =
        said.body["inputs"].as_array().unwrap().iter().map(|i| i["public"].as_bool().unwrap()).collect();
    assert_eq!(public, [true, false, false]);
    let prov = nobody.read(&format!("{here}/prov")).await.is(200);
    assert_eq!(prov.body["wasDerivedFrom"].as_object().unwrap().len(), 3);
    let text = prov.body.to_string();
    assert!(text.contains("Windowing") && !text.contains("Plant archive") && !text.contains("secret"));
    let page = refiner.get(&format!("{here}/lineage")).await.text().await.unwrap();
    assert!(page.contains("Plant archive"));
    let file = nobody.get(&format!("{here}/prov.json")).await;
    assert!(file.headers()["content-disposition"].to_str().unwrap().contains("features-1.0.0.prov.json"));
}

#[actix_web::test]
async fn openlineage_events_become_inputs_and_steps() {
    let (exchange, _maker, refiner, raw, draft) = scene("CC-BY-SA-4.0").await;
    let event = |kind: &str, time: &str| {
        json!({
            "eventType": kind, "eventTime": time, "producer": "https://github.com/OpenLineage/OpenLineage",
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/definitions/RunEvent",
            "run": {"runId": "0193a1b2-0000-7000-8000-000000000001"}, "job": {"namespace": "plant", "name": "features"},
            "inputs": [
                {"namespace": exchange.url, "name": raw.at},
                {"namespace": "s3://plant", "name": "rig/a.parquet"},
            ],
            "outputs": [],
        })
    };
    let events = json!([event("START", "2026-01-02T03:00:00Z"), event("COMPLETE", "2026-01-02T03:04:05Z")]);
    let own = at(&draft, "/openlineage");
    refiner.tell(&own, json!({"events": [{"x": 1}], "licence": "own"})).await.problem(422, "invalid");
    refiner.tell(&own, json!({"events": events, "licence": ""})).await.problem(422, "invalid");
    // Twice is once.
    for _ in 0..2 {
        refiner.tell(&own, json!({"events": events, "licence": "own"})).await.is(204);
    }
    let said = refiner.read(&at(&draft, "/lineage")).await.is(200);
    let (inputs, steps) = (said.body["inputs"].as_array().unwrap(), said.body["steps"].as_array().unwrap());
    assert_eq!((inputs.len(), steps.len()), (2, 1));
    assert_eq!((&inputs[0]["licence_code"], &inputs[0]["version"]), (&json!("CC-BY-SA-4.0"), &json!(raw.version)));
    assert_eq!(
        (&inputs[1]["address"], &inputs[1]["licence_code"]),
        (&json!("s3://plant/rig/a.parquet"), &json!("own"))
    );
    assert_eq!((&steps[0]["name"], &steps[0]["ended_at"]), (&json!("features"), &json!("2026-01-02T03:04:05.000Z")));
    let lines = events.as_array().unwrap().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let form = [("events", lines.as_str()), ("events_licence", "own")];
    assert_eq!(refiner.post(&own, &form).await.status(), 303);
    assert_eq!(refiner.post(&own, &[("events", "no"), ("events_licence", "own")]).await.status(), 422);
}

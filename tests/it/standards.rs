//! Standards of sectors: the library, declaring one, the report on every row, and the badge that comes of it.

use crate::support::trade::Listed;
use crate::support::{Exchange, Visitor};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// A log with four broken rules of the shipped standard.
const LOG: &str = "machine,start time,end,state\n\
    M1,2026-01-01 00:00:00,2026-01-01 01:00:00,running\n\
    M1,2026-01-01 01:00:00,2026-01-01 00:30:00,sleeping\n\
    M1,2026-01-01 00:30:00,2026-01-01 02:00:00,idle\n\
    M2,yesterday,2026-01-01 02:00:00,fault\n";
const GOOD: &str = "machine,start time,end,state\nM1,2026-01-01 00:00:00,2026-01-01 01:00:00,running\n";

async fn shipped(visitor: &Visitor, code: &str) -> Value {
    let list = visitor.read("/standards").await.is(200);
    list.body["items"].as_array().unwrap().iter().find(|s| s["code"] == code).unwrap().clone()
}

async fn declares(seller: &Visitor, listed: &Listed, standard: &Value, files: &str) -> String {
    let body = json!({"standard": standard["id"], "files": files});
    seller.tell(&format!("{}/versions/{}/declarations", listed.at, listed.version), body).await.is(201).text("id")
}

/// Waits until everything that a version declares is checked.
async fn checked(visitor: &Visitor, listed: &Listed) -> Value {
    for _ in 0..400 {
        let said = visitor.read(&format!("{}/versions/{}/conformance", listed.at, listed.version)).await.is(200);
        let items = said.body["items"].as_array().unwrap();
        if items.iter().all(|d| !d["conforms"].is_null()) {
            return said.body["items"].clone();
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the checks do not end");
}

#[actix_web::test]
async fn every_broken_rule_is_reported_and_frozen() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let (seller, nobody) = (exchange.firm(&operator, "seller").await, exchange.nobody());
    let standard = shipped(&nobody, "machine-state-log").await;
    let listed = seller.begins("seller", "states").await;
    seller.uploads(&listed, "logs/a.csv", LOG).await.is(201);
    seller.uploads(&listed, "logs/b.csv", GOOD).await.is(201);
    seller.uploads(&listed, "readme.txt", "hello").await.is(201);
    let at = format!("{}/versions/{}", listed.at, listed.version);
    let asked = |standard: &Value, files: &str| json!({"standard": standard, "files": files});
    let own = format!("{at}/declarations");
    seller.tell(&own, asked(&json!("x"), "*")).await.problem(422, "invalid");
    seller.tell(&own, asked(&standard["id"], " ")).await.problem(422, "invalid");
    operator.tell(&own, asked(&standard["id"], "*")).await.problem(404, "not_found");
    let first = declares(&seller, &listed, &standard, "logs/*.csv").await;
    seller.tell(&own, asked(&standard["id"], "logs/*.csv")).await.problem(422, "invalid");
    // What is declared for no file keeps the version in.
    let lost = declares(&seller, &listed, &standard, "nothing/*").await;
    seller.publishes(&listed).await.unmet("standards_have_files");
    seller.api(Method::DELETE, &format!("{own}/{lost}"), None).await.is(204);

    let found = checked(&seller, &listed).await;
    assert_eq!((&found[0]["id"], &found[0]["conforms"]), (&json!(first), &json!(false)));
    let (bad, good) = (&found[0]["files"][0], &found[0]["files"][1]);
    assert_eq!((bad["state"].as_str(), good["state"].as_str()), (Some("breaks"), Some("conforms")));
    assert_eq!(bad["rows_checked"], 4);
    let broken: Vec<(&str, &str, u64, &Value)> = bad["report"]["broken"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| (b["rule"].as_str().unwrap(), b["field"].as_str().unwrap(), b["count"].as_u64().unwrap(), &b["rows"]))
        .collect();
    assert_eq!(
        broken,
        [
            ("type", "began", 1, &json!([4])),
            ("monotonic", "began, machine", 1, &json!([3])),
            ("enum", "state", 1, &json!([2])),
            ("compare", "ended, began", 1, &json!([2])),
        ]
    );
    assert_eq!(bad["report"]["broken"][2]["examples"], json!(["sleeping"]));
    // The publisher's page shows values and a form; a draft is nobody else's.
    let page = seller.get(&format!("{at}/conformance")).await.text().await.unwrap();
    assert!(page.contains("sleeping") && page.contains("declarations") && page.contains("Does not conform to"));
    assert_eq!(nobody.get(&format!("{at}/conformance")).await.status(), 404);

    seller.publishes(&listed).await.is(200);
    let page = nobody.get(&format!("{}/versions/1.0.0/conformance", listed.at)).await.text().await.unwrap();
    assert!(page.contains("is one of a list") && !page.contains("sleeping"));
    let public = nobody.read(&format!("{at}/conformance")).await.is(200);
    assert!(public.body["items"][0]["files"][0]["report"]["broken"][2]["examples"].is_null());
    for part in ["", "/versions/1.0.0"] {
        let page = nobody.get(&format!("{}{part}", listed.at)).await.text().await.unwrap();
        assert!(page.contains("Does not conform to Machine state log 1"), "{part}");
    }
    // Final.
    seller.api(Method::DELETE, &format!("{own}/{first}"), None).await.problem(409, "wrong_state");
    seller.tell(&own, asked(&standard["id"], "*")).await.problem(409, "wrong_state");
    // The next version declares the same and is checked anew.
    let body = json!({"label": "1.0.1", "change_note": "Mended."});
    let version = seller.tell(&format!("{}/versions", listed.at), body).await.is(201).text("id");
    let next = Listed { version, ..listed };
    seller.uploads(&next, "logs/a.csv", GOOD).await.is(201);
    assert_eq!(checked(&seller, &next).await[0]["conforms"], true);
    seller.publishes(&next).await.is(200);
    let page = nobody.get(&next.at).await.text().await.unwrap();
    assert!(page.contains("Conforms to Machine state log 1"));
}

#[actix_web::test]
async fn a_file_that_is_replaced_is_checked_again_and_no_table_is_said_so() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let seller = exchange.firm(&operator, "seller").await;
    let standard = shipped(&seller, "machine-state-log").await;
    let listed = seller.begins("seller", "states").await;
    seller.uploads(&listed, "a.csv", LOG).await.is(201);
    seller.uploads(&listed, "b.bin", vec![0_u8, 1, 2, 3]).await.is(201);
    declares(&seller, &listed, &standard, "*").await;
    let found = checked(&seller, &listed).await;
    assert_eq!(
        (&found[0]["files"][0]["state"], &found[0]["files"][1]["state"]),
        (&json!("breaks"), &json!("unreadable"))
    );
    assert_eq!(found[0]["files"][1]["refusal"], "no-table");
    let files = format!("{}/versions/{}/files", listed.at, listed.version);
    for path in ["a.csv", "b.bin"] {
        let list = seller.read(&format!("{}/versions/{}", listed.at, listed.version)).await.is(200);
        let file = list.body["files"].as_array().unwrap().iter().find(|f| f["path"] == path).unwrap().clone();
        let id = file["id"].as_str().unwrap();
        seller.api(Method::DELETE, &format!("{files}/{id}"), None).await.is(204);
    }
    seller.uploads(&listed, "a.csv", GOOD).await.is(201);
    let found = checked(&seller, &listed).await;
    assert_eq!((&found[0]["conforms"], found[0]["files"].as_array().unwrap().len()), (&json!(true), 1));
}

#[actix_web::test]
async fn the_operator_keeps_the_library() {
    let exchange = Exchange::start().await;
    let (operator, stranger) = (exchange.operator(), exchange.person("Stranger"));
    let list = stranger.read("/standards").await.is(200);
    let codes: Vec<&str> = list.body["items"].as_array().unwrap().iter().map(|s| s["code"].as_str().unwrap()).collect();
    assert_eq!(
        codes,
        [
            "bearing-vibration",
            "energy-meter-reading",
            "machine-state-log",
            "order-lead-time",
            "quality-inspection-record"
        ]
    );
    let own = json!({
        "code": "press-curve", "label": "1", "title_en": "Press curve",
        "fields": [{"name": "force", "type": "number", "unit": "kN", "required": true}],
        "rules": [{"rule": "range", "field": "force", "min": 0}],
    });
    stranger.tell("/standards", own.clone()).await.problem(404, "not_found");
    let id = operator.tell("/standards", own.clone()).await.is(201).text("id");
    operator.tell("/standards", own.clone()).await.problem(422, "invalid");
    let mut bad = own.clone();
    bad["label"] = json!("2");
    bad["fields"][0]["unit"] = json!("kilonewton");
    bad["rules"][0]["field"] = json!("power");
    let said = operator.tell("/standards", bad).await.problem(422, "invalid");
    let fields: Vec<&str> =
        said.body["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["fields[0].unit", "rules[0].power"]);

    let page = stranger.get(&format!("/standards/{id}")).await.text().await.unwrap();
    assert!(page.contains("Press curve") && page.contains("≥ 0") && !page.contains("Write a new label"));
    let form = operator.get(&format!("/operator/standards/new?from={id}")).await.text().await.unwrap();
    assert!(form.contains("press-curve") && form.contains("value=\"2\""));
    assert_eq!(stranger.get("/operator/standards/new").await.status(), 404);
    let typed = |definition: &str| {
        [("code", "press-curve"), ("label", "2"), ("title_en", "Press curve"), ("definition", definition)]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
    };
    for (definition, says) in
        [("{", "this is not json"), ("{\"fields\":[{\"name\":\"f\",\"type\":\"x\"}]}", "fields[0].x")]
    {
        let fields = typed(definition);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let answer = operator.post("/operator/standards/new", &fields).await;
        assert_eq!(answer.status(), 422);
        assert!(answer.text().await.unwrap().to_lowercase().contains(says), "{says}");
    }
    let fields = typed("{\"fields\":[{\"name\":\"force\",\"type\":\"number\"}]}");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(operator.post("/operator/standards/new", &fields).await.status(), 303);
    assert!(operator.get("/operator/journal").await.text().await.unwrap().contains("Standard written"));
}

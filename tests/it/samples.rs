//! What everybody sees of the data before a grant: samples as the seller chose them, and nothing that was withheld.

use crate::measuring::measured;
use crate::support::trade::{Listed, free, general};
use crate::support::{Exchange, Said, Visitor, said};
use reqwest::Method;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::Duration;

/// A table with a column that nobody may see, one that only its order of size may be known of, and one of persons.
fn table() -> String {
    let mut text = "n,recipe,force [N],operator\n".to_owned();
    for i in 1..=400 {
        writeln!(text, "{i},secret-{},{}.75,op{}@example.com", i % 5, 7000 + i, i % 9).unwrap();
    }
    text
}

async fn text(visitor: &Visitor, path: &str) -> String {
    let answer = visitor.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// Chooses what everybody sees of a file, at the revision that stands.
async fn chooses(seller: &Visitor, listed: &Listed, path: &str, rule: Value) -> Said {
    let at = format!("{}/versions/{}/samples/{path}", listed.at, listed.version);
    let revision = seller.read(&at).await.is(200).body["revision"].as_i64().unwrap();
    let asked = seller.request(Method::PUT, &format!("/api/v1{at}")).header("If-Match", format!("\"{revision}\""));
    said(asked.json(&rule)).await
}

/// The sample of a file once it is made.
async fn sampled(visitor: &Visitor, listed: &Listed, path: &str) -> Value {
    let at = format!("{}/versions/{}/samples/{path}", listed.at, listed.version);
    for _ in 0..600 {
        let found = visitor.read(&at).await.is(200).body;
        if found["state"] == "done" || found["state"] == "refused" {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no sample is made");
}

async fn draft(exchange: &Exchange, path: &str, bytes: impl Into<reqwest::Body>) -> (Visitor, Listed, String) {
    let seller = exchange.firm(&exchange.operator(), "maker").await;
    let listed = seller.begins("maker", "press").await;
    seller.uploads(&listed, path, bytes).await.is(201);
    let stem = format!("{}/versions/{}", listed.at, listed.version);
    measured(&seller, &stem).await;
    (seller, listed, stem)
}

#[actix_web::test]
async fn what_is_withheld_is_nowhere() {
    let exchange = Exchange::start().await;
    let (seller, listed, stem) = draft(&exchange, "press.csv", table()).await;
    let rule = json!({
        "pick": "random", "rows": 12, "seed": 7, "masked": ["recipe"],
        "statistics": {"recipe": "hidden", "force [N]": "coarse", "operator": "hidden"},
    });
    let mut masked = rule.clone();
    masked["masked"] = json!(["recipe", "force [N]", "operator"]);
    chooses(&seller, &listed, "press.csv", masked).await.is(204);
    seller.publishes(&listed).await.is(200);
    seller.offers(&listed, "CC-BY-4.0", free()).await;

    let anybody = exchange.nobody();
    let found = sampled(&anybody, &listed, "press.csv").await;
    assert_eq!(found["sample"]["rows"].as_array().unwrap().len(), 12);
    assert_eq!((&found["sample"]["masked"], found.get("rule")), (&json!([1, 2, 3]), None));
    let reader = &anybody;
    let api = |path: String| async move { reader.read(&path).await.is(200).body.to_string() };
    let mut public = vec![
        found.to_string(),
        api(format!("{stem}/profiles/press.csv")).await,
        api(format!("{stem}/profiles")).await,
        api(format!("{stem}/datapackage")).await,
        api(format!("{stem}/schema?path=press.csv")).await,
        api(listed.at.clone()).await,
        api(stem.clone()).await,
        text(&anybody, "/datasets/maker/press/versions/1.0.0/datapackage.json").await,
    ];
    for tab in ["", "/files", "/quality", "/sample", "/versions", "/versions/1.0.0", "/quality?lang=zh-CN"] {
        public.push(text(&anybody, &format!("{}{tab}", listed.at)).await);
    }
    for page in &public {
        // The largest and the smallest force, the recipes and the persons.
        for leak in ["secret-", "7400.75", "7,400.75", "7001.75", "7,001.75", "@example.com"] {
            assert!(!page.contains(leak), "{leak} in {page}");
        }
        assert!(!page.contains('⟦'), "{page}");
    }
    for wanted in ["secret-3", "7400.75", "op3@example.com"] {
        assert_eq!(anybody.read(&format!("/datasets?q={wanted}")).await.is(200).body["items"], json!([]), "{wanted}");
    }
    let page = text(&anybody, "/datasets/maker/press/sample").await;
    assert!(page.contains("12 random rows of 400.") && page.contains("Masked: recipe"), "{page}");
    let quality = text(&anybody, "/datasets/maker/press/quality").await;
    assert!(quality.contains("Statistics withheld by the seller") && quality.contains("Coarse statistics"));
    // The seller sees everything on their own pages.
    let own = seller.read(&format!("{stem}/profiles/press.csv")).await.is(200).body.to_string();
    assert!(own.contains("secret-3") && own.contains("7400.75"));

    // Of a published version more may be withheld, never less.
    chooses(&seller, &listed, "press.csv", rule).await.problem(409, "sample_wider");
    let none = json!({"pick": "none", "masked": ["recipe", "force [N]", "operator"], "statistics": {
        "n": "hidden", "recipe": "hidden", "force [N]": "coarse", "operator": "hidden"}});
    chooses(&seller, &listed, "press.csv", none).await.is(204);
    assert_eq!(sampled(&anybody, &listed, "press.csv").await["sample"], Value::Null);
    assert!(text(&anybody, "/datasets/maker/press/sample").await.contains("No sample"));
}

#[actix_web::test]
async fn signs_of_persons_are_withheld_until_the_seller_says_otherwise() {
    let exchange = Exchange::start().await;
    let (seller, listed, stem) = draft(&exchange, "press.csv", table()).await;
    let first = sampled(&seller, &listed, "press.csv").await;
    assert_eq!((&first["sample"]["masked"], &first["rule"]["pick"]), (&json!([3]), &json!("first")));
    assert_eq!(first["sample"]["rows"][0], json!(["1", "secret-1", "7001.75", ""]));
    let desk = text(&seller, &format!("{stem}/sample")).await;
    assert!(desk.contains("Looks like personal data") && desk.contains("name=\"m3\" checked"), "{desk}");
    let shown = json!({"rows": 3, "masked": [], "statistics": {}});
    chooses(&seller, &listed, "press.csv", shown).await.is(204);
    let second = sampled(&seller, &listed, "press.csv").await;
    assert_eq!((second["sample"]["rows"].as_array().unwrap().len(), second["sample"].get("masked")), (3, None));
    assert!(second["sample"]["rows"][2].to_string().contains("op3@example.com"));
}

#[actix_web::test]
async fn a_rule_is_chosen_on_a_page_and_goes_on_with_the_next_version() {
    let exchange = Exchange::start().await;
    let (seller, listed, stem) = draft(&exchange, "press.csv", table()).await;
    let at = format!("{stem}/sample?file=press.csv");
    let fields = |chosen: &'static str, revision: &'static str| {
        vec![
            ("pick", "rows"),
            ("rows", "50"),
            ("seed", "0"),
            ("chosen", chosen),
            ("revision", revision),
            ("c0", "n"),
            ("s0", "full"),
            ("c1", "recipe"),
            ("m1", "on"),
            ("s1", "hidden"),
            ("c2", "force [N]"),
            ("s2", "coarse"),
            ("c3", "operator"),
            ("m3", "on"),
            ("s3", "hidden"),
        ]
    };
    let wrong = seller.post(&at, &fields("0, x", "0")).await;
    assert_eq!(wrong.status(), 422);
    let shown = wrong.text().await.unwrap();
    assert!(shown.contains("Give 1 to 100 row numbers") && shown.contains("value=\"0, x\""), "{shown}");
    assert_eq!(seller.post(&at, &fields("7, 398-400", "0")).await.status(), 303);
    assert_eq!(seller.post(&at, &fields("7", "0")).await.status(), 409);
    let found = sampled(&seller, &listed, "press.csv").await;
    assert_eq!(found["sample"]["numbers"], json!([7, 398, 399, 400]));
    assert_eq!(found["sample"]["rows"][1], json!(["398", "", "7398.75", ""]));
    let page = text(&seller, "/datasets/maker/press/sample?preview=1&lang=zh-CN").await;
    assert!(page.contains("提供方选定的 4 行") && page.contains("已遮盖"), "{page}");
    for (visitor, status) in [(exchange.nobody(), 303), (exchange.person("Stranger"), 404)] {
        assert_eq!(visitor.get(&at).await.status(), status);
    }
    seller.publishes(&listed).await.is(200);

    // The same path goes on with the whole rule, another one with the masks.
    let next = seller.tell(&format!("{}/versions", listed.at), json!({"label": "1.1.0", "change_note": "More."})).await;
    let next = Listed { version: next.is(201).text("id"), at: listed.at.clone() };
    seller.uploads(&next, "press.csv", table()).await.is(201);
    seller.uploads(&next, "more/other.csv", table()).await.is(201);
    measured(&seller, &format!("{}/versions/{}", next.at, next.version)).await;
    let same = sampled(&seller, &next, "press.csv").await;
    assert_eq!(same["sample"]["numbers"], json!([7, 398, 399, 400]));
    let other = sampled(&seller, &next, "more/other.csv").await;
    assert_eq!((&other["sample"]["masked"], other["sample"]["rows"].as_array().unwrap().len()), (&json!([1, 3]), 50));
}

#[actix_web::test]
async fn impossible_rules_are_refused() {
    let exchange = Exchange::start().await;
    let (seller, listed, stem) = draft(&exchange, "lines.jsonl", "{\"a\":1,\"b\":\"x\"}\n{\"a\":2}\n").await;
    let rows = sampled(&seller, &listed, "lines.jsonl").await;
    assert_eq!(rows["sample"]["rows"], json!([["1", "x"], ["2", ""]]));
    for (rule, field) in [
        (json!({"rows": 0}), "rows"),
        (json!({"rows": 101}), "rows"),
        (json!({"pick": "rows"}), "chosen"),
        (json!({"masked": ["c"]}), "masked"),
    ] {
        let refused = chooses(&seller, &listed, "lines.jsonl", rule.clone()).await.is(422);
        assert_eq!(refused.body["errors"][0]["field"], field, "{rule}");
    }
    chooses(&seller, &listed, "lines.jsonl", json!({"sample": 1})).await.is(422);
    let bare = seller.request(Method::PUT, &format!("/api/v1{stem}/samples/lines.jsonl")).json(&json!({}));
    said(bare).await.is(428);
    exchange.nobody().read(&format!("{stem}/samples/lines.jsonl")).await.is(404);
    seller.read(&format!("{stem}/samples/other.csv")).await.is(404);
    let stranger = exchange.person("Stranger");
    let asked = stranger.request(Method::PUT, &format!("/api/v1{stem}/samples/lines.jsonl"));
    said(asked.header("If-Match", "\"0\"").json(&json!({}))).await.is(404);
    seller.grades(&listed.at, general()).await.is(200);
}

#[actix_web::test]
async fn a_table_without_a_header_shows_all_of_its_rows() {
    let exchange = Exchange::start().await;
    let (seller, listed, stem) = draft(&exchange, "raw.csv", "1;2,5;on\n2;3,5;off\n3;4,5;on\n").await;
    let found = sampled(&seller, &listed, "raw.csv").await;
    assert_eq!(found["sample"]["rows"][0], json!(["1", "2,5", "on"]));
    assert_eq!(found["sample"]["columns"], json!(["column_1", "column_2", "column_3"]));
    let files = seller.read(&format!("{stem}/files")).await.is(200);
    assert_eq!((&files.body["items"][0]["rows"], &files.body["items"][0]["columns"]), (&json!(3), &json!(3)));
}

//! From a draft to a version in the browser: tasks, card, completeness, preview, two editors, many files.

use crate::support::trade::{TABLE, dataset, free, general};
use crate::support::{Exchange, Visitor, said};
use reqwest::Method;
use serde_json::{Value, json};

/// The value of a field of the form on a page.
fn value_of(page: &str, name: &str) -> String {
    let at = page.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no field {name} in {page}"));
    let rest = &page[at..];
    let value = rest.split_once("value=\"").unwrap().1.split('"').next().unwrap();
    value.replace("&#38;", "&").replace("&quot;", "\"")
}

async fn page(visitor: &Visitor, path: &str) -> String {
    let answer = visitor.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// The basics as a form sends them.
fn basics(title: &str, contact: &str, seen: &str) -> Vec<(String, String)> {
    let given = dataset("seller", "spindle");
    let mut fields: Vec<(String, String)> = given
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| !["organisation", "slug", "title_en", "contact"].contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    fields.push(("title_en".to_owned(), title.to_owned()));
    fields.push(("contact".to_owned(), contact.to_owned()));
    fields.push(("card_zh".to_owned(), String::new()));
    fields.push(("card_en".to_owned(), String::new()));
    for name in ["revision", "base"] {
        fields.push((name.to_owned(), value_of(seen, name)));
    }
    fields
}

#[actix_web::test]
async fn a_dataset_is_published_page_by_page_without_a_script() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let given = dataset("seller", "spindle");
    let fields: Vec<(&str, &str)> =
        given.as_object().unwrap().iter().map(|(n, v)| (n.as_str(), v.as_str().unwrap())).collect();
    let made = seller.post("/datasets/new", &fields).await;
    assert_eq!(made.status(), 303);
    let desk = page(&seller, made.headers()["location"].to_str().unwrap()).await;
    for word in ["Basics", "Data card", "Files", "Schema and units", "Licence and price", "Preview", "Publish"] {
        assert!(desk.contains(&format!(">{word}</a>")), "{word} is no task");
    }
    assert!(desk.contains("Rights held") && desk.contains("Nothing can be published without it."));
    let version = desk.split_once("/versions/").unwrap().1.split('/').next().unwrap().to_owned();

    let submit = format!("/datasets/seller/spindle/versions/{version}/submit");
    let before = page(&seller, &submit).await;
    assert!(before.contains("The version has files") && !before.contains("/publication"));
    let body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"table.csv\"\r\n\r\n{TABLE}\r\n--edge--\r\n"
    );
    let files = format!("/datasets/seller/spindle/versions/{version}/files");
    let upload = seller.request(Method::POST, &files).header("Content-Type", "multipart/form-data; boundary=edge");
    assert_eq!(upload.body(body).send().await.unwrap().status(), 303);

    crate::measuring::measured(&seller, &format!("/datasets/seller/spindle/versions/{version}")).await;
    // The preview is the page of buyers, from tab to tab, and for nobody else.
    let preview = page(&seller, "/datasets/seller/spindle?preview=1").await;
    assert!(preview.contains("This is the preview of a draft.") && preview.contains("1.0.0"));
    assert!(preview.contains("/datasets/seller/spindle/files?preview=1"));
    assert!(page(&seller, "/datasets/seller/spindle/files?preview=1").await.contains("table.csv"));
    assert!(page(&seller, "/datasets/seller/spindle/sample?preview=1").await.contains("spindle [mm/s]"));
    assert_eq!(exchange.nobody().get("/datasets/seller/spindle?preview=1").await.status(), 404);

    let ungraded = page(&seller, &submit).await;
    assert!(ungraded.contains("The questionnaire about the level is answered") && !ungraded.contains("/publication"));
    seller.grades("/datasets/seller/spindle", general()).await.is(200);
    assert!(page(&seller, &submit).await.contains("/publication"));
    let publish = format!("/datasets/seller/spindle/versions/{version}/publication");
    assert_eq!(seller.post(&publish, &[]).await.status(), 303);
    assert!(page(&exchange.nobody(), "/datasets/seller/spindle/files").await.contains("table.csv"));
    assert_eq!(seller.get(&submit).await.status(), 404);
}

#[actix_web::test]
async fn two_editors_never_overwrite_each_other() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let other = exchange.joins(&seller, "seller", "Second Editor", &["publisher"]).await;
    seller.begins("seller", "spindle").await;
    let at = "/datasets/seller/spindle/texts";
    let (first, second) = (page(&seller, at).await, page(&other, at).await);

    let done = other.request(Method::POST, at).form(&basics("Theirs", "new@seller.example", &second)).send().await;
    assert_eq!(done.unwrap().status(), 303);
    let typed = basics("Mine <b>", "data@seller.example", &first);
    let answer = seller.request(Method::POST, at).form(&typed).send().await.unwrap();
    assert_eq!(answer.status(), 409);
    let both = answer.text().await.unwrap();
    assert!(both.contains("Changed by Second Editor") && both.contains("Theirs") && both.contains("Mine &#60;b&#62;"));
    // The contact was changed by the other one alone: their value is chosen beforehand.
    let theirs = "value=\"new@seller.example\" checked";
    assert!(both.contains(theirs), "{both}");
    assert_eq!(seller.read("/datasets/seller/spindle").await.body["title_en"], "Theirs");

    // Choosing is saving, over the revision that was shown.
    let mut chosen = basics("Mine <b>", "new@seller.example", &both);
    assert_eq!(seller.request(Method::POST, at).form(&chosen).send().await.unwrap().status(), 303);
    let now = seller.read("/datasets/seller/spindle").await.is(200);
    assert_eq!((&now.body["title_en"], &now.body["contact"]), (&json!("Mine <b>"), &json!("new@seller.example")));

    // Different fields do not stand in each other's way, and the script is told the new revision.
    let (first, second) = (page(&seller, at).await, page(&other, at).await);
    chosen = basics("Mine <b>", "third@seller.example", &second);
    assert_eq!(other.request(Method::POST, at).form(&chosen).send().await.unwrap().status(), 303);
    let mine = basics("Better", "new@seller.example", &first);
    let saved = said(seller.request(Method::POST, at).header("Accept", "application/json").form(&mine)).await;
    saved.problem(409, "overtaken");
    let saved = basics("Better", "third@seller.example", &page(&seller, at).await);
    let saved = said(seller.request(Method::POST, at).header("Accept", "application/json").form(&saved)).await.is(200);
    assert!(saved.body["revision"].as_i64().unwrap() > 1 && saved.text("base").contains("title_en:"));
}

#[actix_web::test]
async fn the_card_by_form_and_api() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    seller.begins("seller", "spindle").await;
    let at = "/datasets/seller/spindle";
    let empty = seller.read(&format!("{at}/card")).await.is(200);
    assert_eq!((empty.body["revision"].as_i64(), empty.body["personal"].as_str()), (Some(0), Some("unstated")));
    let body = json!({
        "texts": {"equipment": {"zh": "加速度传感器", "en": "Accelerometer"}, "place": {"zh": "", "en": "Line 4"}},
        "right_holding": "yes", "right_use": "yes", "right_operation": "no", "personal": "none",
        "rhythm": "monthly", "covers_from": "2025-03", "covers_to": "2026",
    });
    let put = |visitor: &Visitor, revision: i64, body: &Value| {
        let request = visitor.request(Method::PUT, &format!("/api/v1{at}/card"));
        said(request.header("If-Match", format!("\"{revision}\"")).json(body))
    };
    assert_eq!(put(&seller, 0, &body).await.is(200).body["revision"], 1);
    put(&seller, 0, &body).await.problem(409, "overtaken");
    put(&exchange.person("Stranger"), 1, &body).await.problem(404, "not_found");
    let mut bad = body.clone();
    bad["covers_to"] = json!("2024");
    bad["rhythm"] = json!("often");
    let said = put(&seller, 1, &bad).await.problem(422, "invalid");
    assert_eq!(said.body["errors"].as_array().unwrap().len(), 2);

    let form = page(&seller, &format!("{at}/card")).await;
    let mut fields: Vec<(String, String)> = vec![
        ("equipment_en".into(), "Accelerometer, 10 mV/g".into()),
        ("limits_en".into(), "No load data.\r\nNo shift times.".into()),
    ];
    for (name, value) in [("equipment_zh", "加速度传感器"), ("place_en", "Line 4")] {
        fields.push((name.into(), value.into()));
    }
    for name in ["right_holding", "right_use", "right_operation", "personal", "rhythm", "covers_from", "covers_to"] {
        fields.push((name.into(), body[name].as_str().unwrap().into()));
    }
    for name in ["revision", "base"] {
        fields.push((name.into(), value_of(&form, name)));
    }
    let done = seller.request(Method::POST, &format!("{at}/card")).form(&fields).send().await.unwrap();
    assert_eq!(done.status(), 303);
    let shown = page(&seller, at).await;
    for word in ["Accelerometer, 10 mV/g", "No load data.\nNo shift times.", "2025-03 to 2026", "not: right to operate"]
    {
        assert!(shown.contains(word), "{word} is not shown");
    }
    let score = seller.read(&format!("{at}/completeness")).await.is(200);
    let found = |code: &str| {
        score.body["rules"].as_array().unwrap().iter().find(|r| r["code"] == code).unwrap()["found"].clone()
    };
    assert_eq!((found("rights"), found("limits"), found("files")), (json!("met"), json!("met"), json!("missing")));
    assert!(page(&exchange.nobody(), "/rules/completeness").await.contains("needed for publishing"));
}

#[actix_web::test]
async fn many_files_come_in_parts() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let listed = seller.begins("seller", "spindle").await;
    for i in 0..130 {
        seller.uploads(&listed, &format!("part/{i:03}.csv"), "a,b\n1,2\n").await.is(201);
    }
    seller.uploads(&listed, "part/007.csv", "a").await.is(422);
    seller.publishes(&listed).await.is(200);
    seller.offers(&listed, "CC-BY-4.0", free()).await;
    let nobody = exchange.nobody();
    let first = page(&nobody, &format!("{}/files", listed.at)).await;
    assert!(first.contains("part/099.csv") && !first.contains("part/100.csv"));
    assert!(first.contains("after=part%2F099.csv"));
    let second = page(&nobody, &format!("{}/files?after=part%2F099.csv", listed.at)).await;
    assert!(second.contains("part/129.csv") && !second.contains("part/099.csv"));
    let found = page(&nobody, &format!("{}/files?q=PART/01", listed.at)).await;
    assert!(found.contains("part/012.csv") && !found.contains("part/020.csv"));
    let none = page(&nobody, &format!("{}/files?q=%25", listed.at)).await;
    assert!(!none.contains("part/"), "% is no wildcard");
    let list = nobody.read(&format!("{}/versions/{}/files?after=part%2F099.csv", listed.at, listed.version)).await;
    assert_eq!(list.is(200).body["items"].as_array().unwrap().len(), 30);
    let versions = nobody.read(&format!("{}/versions", listed.at)).await.is(200);
    assert_eq!(versions.body["items"][0]["label"], "1.0.0");
}

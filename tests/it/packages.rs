//! Declared schemas, Data Packages out and in, Croissant in; and the `frictionless` command as a judge that is not ours.

use crate::support::trade::{TABLE, free};
use crate::support::{Exchange, Visitor, said, skip, variable};
use reqwest::Method;
use serde_json::{Value, json};
use std::process::Command;

async fn put(visitor: &Visitor, path: &str, revision: i64, body: &Value) -> crate::support::Said {
    let request = visitor.request(Method::PUT, &format!("/api/v1{path}"));
    said(request.header("If-Match", format!("\"{revision}\"")).json(body)).await
}

fn value_of(page: &str, name: &str) -> String {
    let rest = &page[page.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no {name}"))..];
    rest.split_once("value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

#[actix_web::test]
async fn a_schema_by_form_and_api() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let listed = seller.begins("seller", "spindle").await;
    seller.uploads(&listed, "data/table.csv", TABLE).await.is(201);
    seller.uploads(&listed, "data/more.csv", TABLE).await.is(201);
    seller.uploads(&listed, "notes.md", "# Notes").await.is(201);
    let at = format!("{}/versions/{}/schema", listed.at, listed.version);
    let guessed = seller.read(&format!("{at}?path=data/table.csv")).await.is(200);
    // Measured by the job over all rows, or, before it came to that, guessed from the first ones.
    assert!(["sample", "measured"].contains(&guessed.text("from").as_str()));
    assert_eq!(guessed.body["revision"], 0);
    let fields = &guessed.body["schema"]["fields"];
    assert_eq!((&fields[0]["type"], &fields[1]["unit"]), (&json!("date"), &json!("mm/s")));
    assert_eq!(exchange.nobody().read(&format!("{at}?path=data/table.csv")).await.status, 404);

    // The form: a usual writing becomes a code, and the schema serves both files.
    let list = seller.get(&at).await.text().await.unwrap();
    assert!(list.contains("data/more.csv") && !list.contains("notes.md"));
    let table = format!("{at}/table?path=data%2Ftable.csv");
    let page = seller.get(&table).await.text().await.unwrap();
    let names = ["time", "spindle [mm/s]", "state (raw)"];
    let mut form: Vec<(String, String)> = vec![("wide".into(), "on".into())];
    for (i, name) in names.iter().enumerate() {
        form.push((format!("c{i}_name"), (*name).to_owned()));
        form.push((format!("c{i}_kind"), ["date", "string", "string"][i].to_owned()));
        form.push((format!("c{i}_en"), format!("Column {i}")));
    }
    form.push(("c0_key".into(), "on".into()));
    form.push(("c2_choices".into(), "ok\r\na\"b".into()));
    form.push(("c1_unit".into(), "furlong".into()));
    for name in ["revision", "base"] {
        form.push((name.into(), value_of(&page, name)));
    }
    let bad = seller.request(Method::POST, &table).form(&form).send().await.unwrap();
    assert_eq!(bad.status(), 422);
    let bad = bad.text().await.unwrap();
    assert!(bad.contains("href=\"#c1_unit\"") && bad.contains("value=\"furlong\""));
    form.retain(|(name, _)| name != "c1_unit");
    form.push(("c1_unit".into(), "°C".into()));
    let done = seller.request(Method::POST, &table).form(&form).send().await.unwrap();
    assert_eq!(done.status(), 303);
    let other = seller.read(&format!("{at}?path=data/more.csv")).await.is(200);
    assert_eq!((other.text("from").as_str(), other.body["whole_revision"].as_i64()), ("version", Some(1)));
    assert_eq!(other.body["schema"]["fields"][1]["unit"], "Cel");
    assert_eq!(other.body["schema"]["primaryKey"], json!(["time"]));

    // The same form again is outdated now, and both sides are shown.
    form.retain(|(name, _)| name != "c1_unit");
    form.push(("c1_unit".into(), "K".into()));
    let outdated = seller.request(Method::POST, &table).form(&form).send().await.unwrap();
    assert_eq!(outdated.status(), 409);
    let both = outdated.text().await.unwrap();
    assert!(both.contains("value=\"Cel\"") && both.contains("value=\"K\""));

    let schema = json!({"fields": [{"name": "time", "type": "date"}, {"name": "spindle [mm/s]", "type": "string", "unit": "K"},
        {"name": "state (raw)", "type": "string"}]});
    let own = format!("{at}?path=data/table.csv");
    put(&seller, &own, 0, &schema).await.is(204);
    put(&seller, &own, 0, &schema).await.problem(409, "overtaken");
    put(&exchange.person("Stranger"), &own, 1, &schema).await.problem(404, "not_found");
    let wrong = put(&seller, &own, 1, &json!({"fields": [{"name": "a", "type": "float"}]})).await;
    assert_eq!(wrong.problem(422, "invalid").body["errors"][0]["field"], "/fields/0/type");
    let score = seller.read(&format!("{}/completeness", listed.at)).await.is(200);
    let rules = score.body["rules"].as_array().unwrap();
    let units = rules.iter().find(|r| r["code"] == "columns_described").unwrap();
    assert_eq!((&units["found"], units["missing"].as_str().unwrap().contains("time")), (&json!("missing"), true));
    seller.publishes(&listed).await.is(200);
    put(&seller, &own, 1, &schema).await.problem(409, "wrong_state");

    // The next release begins where this one stands.
    let next = seller.tell(&format!("{}/versions", listed.at), json!({"label": "1.1.0"})).await.is(201).text("id");
    let carried = seller.read(&format!("{}/versions/{next}/schema?path=data/table.csv", listed.at)).await.is(200);
    assert_eq!((carried.text("from").as_str(), &carried.body["schema"]["fields"][1]["unit"]), ("file", &json!("K")));
}

#[actix_web::test]
async fn a_version_exports_a_package_that_frictionless_accepts() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let listed = seller.begins("seller", "spindle").await;
    let semicolons = "zeit;wert\n1;2,5\n2;3,5\n";
    let files = [("data/table.csv", TABLE), ("data/wert.csv", semicolons), ("notes.md", "# Notes\n")];
    for (path, text) in files {
        seller.uploads(&listed, path, text).await.is(201);
    }
    let schema = json!({"fields": [{"name": "zeit", "type": "integer", "unit": "s", "description_zh": "时间"},
        {"name": "wert", "type": "string"}], "primaryKey": ["zeit"]});
    let at = format!("{}/versions/{}", listed.at, listed.version);
    put(&seller, &format!("{at}/schema?path=data/wert.csv"), 0, &schema).await.is(204);
    let address = format!("{}/versions/1.0.0/datapackage.json", listed.at);
    assert_eq!(exchange.nobody().get(&address).await.status(), 404);
    seller.publishes(&listed).await.is(200);
    seller.offers(&listed, "CC-BY-4.0", free()).await;

    let answer = exchange.nobody().get(&address).await;
    assert_eq!(answer.status(), 200);
    let text = answer.text().await.unwrap();
    let package: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(package["$schema"], "https://datapackage.org/profiles/2.0/datapackage.json");
    assert_eq!((&package["version"], &package["licenses"][0]["name"]), (&json!("1.0.0"), &json!("CC-BY-4.0")));
    let resource = &package["resources"][1];
    assert_eq!((&resource["path"], &resource["bytes"]), (&json!("data/wert.csv"), &json!(semicolons.len())));
    assert!(resource["hash"].as_str().unwrap().starts_with("sha256:"));
    assert_eq!(resource["schema"]["fields"][0]["unit"], "s");
    assert_eq!(package["resources"][0]["schema"]["fields"][1].get("type"), None, "a guess is not promised");
    let same = exchange.nobody().read(&format!("{at}/datapackage")).await.is(200);
    assert_eq!(same.body["resources"], package["resources"]);

    a_croissant_beside_it(&exchange, &listed.at, &at).await;

    // Started again from its own description, nothing is lost.
    let again =
        seller.request(Method::POST, "/api/v1/datasets/imports?organisation=seller&slug=again").body(text.clone());
    let again = said(again).await.is(201);
    assert_eq!(again.body["files"], 3);
    let (now, before) = (seller.read("/datasets/seller/again").await, seller.read(&listed.at).await);
    for name in ["title_en", "title_zh", "summary_en", "summary_zh", "source_statement", "contact", "sector", "kind"] {
        assert_eq!(now.body[name], before.body[name], "{name}");
    }
    let version = again.text("version");
    let carried = seller.read(&format!("/datasets/seller/again/versions/{version}/schema?path=data/wert.csv")).await;
    assert_eq!(carried.is(200).body["schema"]["fields"][0]["description_zh"], "时间");

    let Some(python) = variable("BOURSE_TEST_PYTHON") else { return skip("BOURSE_TEST_PYTHON names no Python") };
    let folder = exchange.folder().join("package");
    for (path, text) in files {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    std::fs::write(folder.join("datapackage.json"), &text).unwrap();
    let judge = || {
        let command = std::path::Path::new(&python).with_file_name("frictionless");
        Command::new(command).args(["validate", "datapackage.json"]).current_dir(&folder).output().unwrap()
    };
    let good = judge();
    assert!(
        good.status.success(),
        "{}{}",
        String::from_utf8_lossy(&good.stdout),
        String::from_utf8_lossy(&good.stderr)
    );
    // And it looks: a changed byte is found.
    std::fs::write(folder.join("data/wert.csv"), "zeit;wert\n1;2,5\nx;3,5\n").unwrap();
    let bad = judge();
    assert!(!bad.status.success() && String::from_utf8_lossy(&bad.stdout).contains("hash"));
}

/// The Croissant document of the same version: the page names it, it gives no address of data away, and `mlcroissant` takes it.
async fn a_croissant_beside_it(exchange: &Exchange, dataset: &str, version: &str) {
    let anybody = exchange.nobody();
    let address = format!("{dataset}/versions/1.0.0/croissant.json");
    let page = anybody.get(dataset).await.text().await.unwrap();
    let link = format!("<link rel=\"alternate\" type=\"application/ld+json\" href=\"{address}\">");
    assert!(page.contains(&link), "the page names it");
    let answer = anybody.get(&address).await;
    assert_eq!(answer.headers()["content-type"], "application/ld+json");
    let text = answer.text().await.unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let file = &document["distribution"][1];
    assert_eq!((&file["contentUrl"], &file["encodingFormat"]), (&json!("data/wert.csv"), &json!("text/csv")));
    assert_eq!(file["sha256"].as_str().unwrap().len(), 64);
    assert!(!text.contains("/download") && document["isAccessibleForFree"] == true);
    let field = &document["recordSet"][1]["field"][0];
    assert_eq!((&field["description"], &field["dataType"]), (&json!("时间 [s]"), &json!("sc:Integer")));
    assert_eq!(document["recordSet"][0]["field"][1]["dataType"], "sc:Text", "a guess is not promised");
    let same = anybody.read(&format!("{version}/croissant")).await.is(200);
    assert_eq!(same.body["distribution"], document["distribution"]);

    let python = variable("BOURSE_TEST_PYTHON").map(std::path::PathBuf::from);
    let judge = python.map(|p| p.with_file_name("mlcroissant")).filter(|p| p.exists());
    let Some(judge) = judge else { return skip("no mlcroissant beside BOURSE_TEST_PYTHON") };
    let place = exchange.folder().join("croissant.json");
    std::fs::write(&place, &text).unwrap();
    let said = Command::new(judge).args(["validate", "--jsonld"]).arg(&place).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

#[actix_web::test]
async fn a_dataset_starts_from_a_description_of_elsewhere() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let croissant = r#"{"@context": {"@vocab": "https://schema.org/"}, "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0", "name": "Gear noise", "description": "Noise of gears.",
        "rai:dataLimitations": "One gearbox.", "distribution": [{"@type": "cr:FileObject", "@id": "g", "contentUrl": "gears.csv"}]}"#;
    let body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"organisation\"\r\n\r\nseller\r\n--edge\r\nContent-Disposition: form-data; name=\"slug\"\r\n\r\n\r\n--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"croissant.json\"\r\n\r\n{croissant}\r\n--edge--\r\n"
    );
    let post = |body: String| {
        let request = seller.request(Method::POST, "/datasets/import");
        request.header("Content-Type", "multipart/form-data; boundary=edge").body(body).send()
    };
    let made = post(body.clone()).await.unwrap();
    assert_eq!(made.status(), 303);
    assert_eq!(made.headers()["location"], "/datasets/seller/gear-noise/edit?done=imported");
    let card = seller.read("/datasets/seller/gear-noise/card").await.is(200);
    assert_eq!(card.body["texts"]["limits"]["en"], "One gearbox.");
    assert_eq!(post(body).await.unwrap().status(), 422, "the name is taken");

    let bad = "{\n\"name\": \"x-y\",\n\"resources\": [{\"path\": \"/etc/passwd\"}]}";
    let request = seller.request(Method::POST, "/api/v1/datasets/imports?organisation=seller").body(bad);
    let told = said(request).await.problem(422, "invalid");
    assert_eq!(told.body["errors"][0]["field"], "3:/resources/0/path");
    let page = post(format!(
        "--edge\r\nContent-Disposition: form-data; name=\"organisation\"\r\n\r\nseller\r\n--edge\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n{bad}\r\n--edge--\r\n"
    ));
    let page = page.await.unwrap();
    assert_eq!(page.status(), 422);
    let page = page.text().await.unwrap();
    assert!(page.contains("/resources/0/path") && page.contains("/etc/passwd cannot be taken"));
    let stranger = exchange.person("Stranger").request(Method::POST, "/api/v1/datasets/imports?organisation=seller");
    assert_eq!(said(stranger.body(croissant)).await.status, 404);
}

#[actix_web::test]
async fn a_schema_that_is_there_already_is_taken_as_it_is() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let listed = seller.begins("seller", "spindle").await;
    seller.uploads(&listed, "a.csv", TABLE).await.is(201);
    seller.uploads(&listed, "b.csv", TABLE).await.is(201);
    let at = format!("{}/versions/{}/schema", listed.at, listed.version);
    let schema = json!({"type": "object", "required": ["time"], "properties": {
        "time": {"type": "string", "format": "date", "description": "Day"},
        "spindle [mm/s]": {"type": ["string", "null"], "unit": "mm/s"},
        "state (raw)": {"type": "string", "enum": ["ok", "bad"]},
    }});
    let given =
        |schema: String| seller.request(Method::POST, &at).form(&[("path", String::new()), ("schema", schema)]).send();
    let wrong = given("{\"properties\": {\n\"a\": {\"type\": \"float\"}}}".to_owned()).await.unwrap();
    assert_eq!(wrong.status(), 422);
    let page = wrong.text().await.unwrap();
    assert!(page.contains("/properties/a/type") && page.contains("float is no type"), "{page}");
    assert_eq!(given(schema.to_string()).await.unwrap().status(), 303);
    for path in ["a.csv", "b.csv"] {
        let kept = seller.read(&format!("{at}?path={path}")).await.is(200).body;
        assert_eq!(kept["from"], "version", "{kept}");
        let fields = kept["schema"]["fields"].as_array().unwrap();
        assert_eq!((&fields[0]["name"], &fields[0]["constraints"]["required"]), (&json!("time"), &json!(true)));
        assert_eq!(fields[2]["constraints"]["enum"], json!(["ok", "bad"]));
    }
    let one = put(&seller, &format!("{at}?path=b.csv"), 0, &schema).await;
    assert_eq!(one.is(204).status, 204);
}

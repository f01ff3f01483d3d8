//! Licences as code: the builder, versions, comparing, “May I?”, and ODRL as a library that is not ours reads it.

use crate::support::trade::{asking, free, priced};
use crate::support::{Exchange, Said, Visitor, skip, variable};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::Command;

/// The form of the builder as a careful seller fills it.
fn form<'f>(changed: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut fields: BTreeMap<&str, &str> = BTreeMap::from([
        ("organisation", "seller"),
        ("name", "fleet"),
        ("label", "1.0"),
        ("title_en", "Fleet licence"),
        ("title_zh", "车队许可"),
        ("training", "internal"),
        ("derivation", "internal"),
        ("results", "attributed"),
        ("commercial", "internal"),
        ("redistribution", "none"),
        ("sublicensing", "none"),
        ("liability", "price"),
        ("attribution", "on"),
        ("delete_at_end", "on"),
        ("confidential", "on"),
        ("contractors", "on"),
    ]);
    fields.extend(changed.iter().copied());
    fields.into_iter().filter(|(_, v)| !v.is_empty()).collect()
}

/// The same as a body of the API, bounded in every way.
fn outline(label: &str, changed: Value) -> Value {
    let mut parameters = json!({
        "purposes": ["internal", "research"], "territories": ["CN", "de"], "fields": ["C"], "seats": 12,
        "duration_days": 180, "downloads": 4, "volume_gib": 50, "networks": ["192.0.2.9/24"], "audit": true,
    });
    for (name, value) in changed.as_object().unwrap() {
        parameters[name] = value.clone();
    }
    json!({"organisation": "seller", "name": "fleet", "label": label, "title_en": "Fleet licence", "title_zh": "车队许可", "parameters": parameters})
}

fn place(response: &reqwest::Response) -> String {
    response.headers()["location"].to_str().unwrap().split('?').next().unwrap().to_owned()
}

async fn built(seller: &Visitor, label: &str, changed: Value) -> Said {
    let made = seller.tell("/licences/built", outline(label, changed)).await.is(201);
    seller.read(&format!("/licences/{}", made.text("id"))).await.is(200)
}

async fn text(visitor: &Visitor, path: &str) -> String {
    let page = visitor.get(path).await;
    assert_eq!(page.status(), 200, "{path}");
    page.text().await.unwrap()
}

#[actix_web::test]
async fn a_licence_is_built_looked_at_and_made_without_scripts() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let page = text(&seller, "/licences/build?preset=evaluation").await;
    assert!(page.contains("Evaluation licence") && page.contains("value=\"trial\" selected"));

    // What does not go together comes back as typed, with the words beside the field.
    let bad = seller
        .post("/licences/build", &form(&[("commercial", "models"), ("territories", "China"), ("seats", "x")]))
        .await;
    assert_eq!(bad.status(), 422);
    let bad = bad.text().await.unwrap();
    for part in ["href=\"#commercial\"", "href=\"#seats\"", "value=\"China\"", "value=\"models\" selected"] {
        assert!(bad.contains(part), "{part}");
    }

    let drafted = seller
        .post(
            "/licences/build",
            &form(&[("territories", "CN、de"), ("duration_days", "90"), ("custom_en", "Tea is served at five.")]),
        )
        .await;
    assert_eq!(drafted.status(), 303);
    let draft = place(&drafted);
    let preview = text(&seller, &draft).await;
    for part in ["LicenseRef-seller-fleet", "CN, DE", "90 days at most", "Custom clause", "§ 10.1", "no legal advice"]
    {
        assert!(preview.contains(part), "{part}");
    }
    assert_eq!(exchange.person("Stranger").get(&draft).await.status(), 404);
    assert!(text(&seller, "/licences").await.contains(&draft));

    // Changed once; the page of before is outdated then.
    let changed = form(&[("revision", "1"), ("duration_days", "60")]);
    assert_eq!(seller.post(&format!("{draft}/change"), &changed).await.status(), 303);
    assert_eq!(seller.post(&format!("{draft}/change"), &changed).await.status(), 409);
    assert_eq!(seller.post(&format!("{draft}/making"), &[("revision", "1")]).await.status(), 409);
    let made = seller.post(&format!("{draft}/making"), &[("revision", "2")]).await;
    assert_eq!(made.status(), 303);
    let licence = place(&made);
    let page = text(&exchange.nobody(), &licence).await;
    for part in ["Fleet licence", "60 days at most", "The server enforces this", "The parties promise this", "§ 3.2"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("Tea is served"));
    assert_eq!(place(&seller.get(&draft).await), licence, "a draft leads to what was made of it");
    assert_eq!(seller.post(&format!("{draft}/making"), &[("revision", "3")]).await.status(), 409);

    // The same name and label again: the preview says so, and it is not made.
    let again = place(&seller.post("/licences/build", &form(&[])).await);
    assert!(text(&seller, &again).await.contains("There is a licence with this name and label already"));
    assert_eq!(seller.post(&format!("{again}/making"), &[("revision", "1")]).await.status(), 422);

    // Its next version starts from the same parameters under the next label.
    let id = licence.rsplit('/').next().unwrap();
    let next = text(&seller, &format!("/licences/build?from={id}")).await;
    assert!(next.contains("value=\"1.1\"") && next.contains("value=\"60\""));
    assert_eq!(exchange.person("Other").get(&format!("/licences/build?from={id}")).await.status(), 404);
}

#[actix_web::test]
async fn versions_tell_what_changed_and_any_two_are_compared() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let first = built(&seller, "1.0", json!({})).await;
    let second = built(&seller, "1.1", json!({"training": "keep", "seats": 20, "audit": false})).await;
    seller.tell("/licences/built", outline("1.1", json!({}))).await.problem(422, "invalid");
    let bad =
        seller.tell("/licences/built", outline("1.2", json!({"commercial": "models", "networks": ["lan"]}))).await;
    let bad = bad.problem(422, "invalid");
    assert_eq!(bad.body["errors"][0]["field"], "commercial");

    let versions = exchange.nobody().read(&format!("/licences/{}/versions", first.text("id"))).await.is(200);
    let labels: Vec<_> = versions.body["items"].as_array().unwrap().iter().map(|v| v["label"].clone()).collect();
    assert_eq!(labels, ["1.0", "1.1"]);
    let old = text(&exchange.nobody(), &format!("/licences/{}", first.text("id"))).await;
    assert!(old.contains("There is a newer version"));
    let page = text(&exchange.nobody(), &format!("/licences/{}", second.text("id"))).await;
    for part in ["What changed since 1.0", "12 people at most", "20 people at most", "<del>", "<ins>", "Allow checks"] {
        assert!(page.contains(part), "{part}");
    }
    let found = exchange
        .nobody()
        .read(&format!("/licences/{}/comparison?with={}", first.text("id"), second.text("id")))
        .await
        .is(200);
    let entries = found.body["entries"].as_array().unwrap();
    let differs: Vec<_> = entries
        .iter()
        .filter(|e| e["same"] == false)
        .map(|e| format!("{}:{}", e["kind"], e["code"]).replace('"', ""))
        .collect();
    assert_eq!(differs, ["action:train_models", "duty:audit", "bound:seats"]);
    let lines = found.body["text_zh"].as_array().unwrap();
    assert!(lines.iter().any(|l| l["sign"] == "+" && l["text"].as_str().unwrap().contains("20人")));
    let same = exchange.nobody().read(&format!("/licences/{0}/comparison?with={0}", first.text("id"))).await.is(200);
    assert_eq!(same.body["same_terms"], true);
    let side =
        text(&exchange.nobody(), &format!("/licences/{}/compare?with={}", first.text("id"), second.text("id"))).await;
    assert!(side.contains("Fleet licence 1.0") && side.contains("Fleet licence 1.1") && side.contains("Differs"));
    let nowhere = format!("/licences/{}/compare?with=00000000-0000-7000-8000-000000000000", first.text("id"));
    assert_eq!(exchange.nobody().get(&nowhere).await.status(), 404);
}

#[actix_web::test]
async fn an_offer_is_not_longer_than_its_licence() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let listed = exchange.listed(&seller, "seller", "spindle").await;
    let licence = built(&seller, "1.0", json!({"duration_days": 90})).await.text("id");
    for (term, status) in [("", 422), ("91", 422), ("90", 201)] {
        let mut offer = free();
        offer["licence"] = json!(licence);
        offer["term_days"] = json!(term);
        seller.tell(&format!("{}/offers", listed.at), offer).await.is(status);
    }
}

#[actix_web::test]
async fn may_i_is_answered_part_by_part_with_the_clause() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let listed = exchange.listed(&seller, "seller", "spindle").await;
    let licence = built(&seller, "1.0", json!({"duration_days": null})).await;
    let at = format!("/licences/{}/may", licence.text("id"));
    let asked = json!({
        "actions": ["train_models", "redistribute"], "purposes": ["products", "internal"], "territories": ["de", "FR"],
        "fields": ["C", "M"], "recipients": ["staff", "others"],
    });
    let nobody = exchange.nobody();
    let said = nobody.tell(&at, asked.clone()).await.is(200);
    assert_eq!(said.body["overall"], "forbidden");
    let parts: BTreeMap<String, String> = said.body["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (p["value"].as_str().unwrap().to_owned(), p["answer"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        ("C", "allowed"),
        ("DE", "allowed"),
        ("FR", "forbidden"),
        ("M", "forbidden"),
        ("internal", "allowed"),
        ("others", "forbidden"),
        ("products", "forbidden"),
        ("redistribute", "forbidden"),
        ("staff", "allowed"),
        ("train_models", "conditional"),
    ];
    assert_eq!(parts, expected.map(|(k, v)| (k.to_owned(), v.to_owned())).into());
    assert!(said.body["parts"].as_array().unwrap().iter().all(|p| p["clause"].as_str().unwrap().starts_with("§ ")));
    assert!(said.body["duties"].as_array().unwrap().iter().any(|d| d["duty"] == "audit" && d["keeper"] == "promised"));
    nobody.tell(&at, json!({"actions": ["fly"]})).await.problem(422, "invalid");
    nobody.tell(&at, json!({"wishes": []})).await.is(422);

    let mut offer = free();
    offer["licence"] = json!(licence.text("id"));
    seller.tell(&format!("{}/offers", listed.at), offer).await.is(201);
    let offers = nobody.tell(&format!("{}/may", listed.at), asked).await.is(200);
    assert_eq!(offers.body["items"][0]["overall"], "forbidden");
    assert_eq!(offers.body["items"][0]["title"], "Free use");

    let page = text(&nobody, &format!("{at}?use_train_models=on&territories=FR&by_staff=on")).await;
    for part in ["Forbidden", "On condition", "§ 2.", "value=\"FR\"", "Duties that come with any use"] {
        assert!(page.contains(part), "{part}");
    }
    let bad = nobody.get(&format!("{at}?territories=Mars")).await;
    assert_eq!(bad.status(), 422);
    assert!(bad.text().await.unwrap().contains("“Mars” does not fit here"));
    let empty = text(&nobody, &at).await;
    assert!(!empty.contains("What the licence says"));
}

#[actix_web::test]
async fn both_sides_of_a_request_see_what_the_licence_says() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let (seller, buyer) = (exchange.firm(&operator, "seller").await, exchange.firm(&operator, "buyer").await);
    let listed = exchange.listed(&seller, "seller", "spindle").await;
    let offer = seller.offers(&listed, "LicenseRef-Bourse-Research", priced()).await;
    let mut body = asking("buyer", &offer);
    body["intended"] = json!({"actions": ["commercial_use"], "territories": ["Mars"]});
    let bad = buyer.tell("/requests", body.clone()).await.problem(422, "invalid");
    assert_eq!(bad.body["errors"][0]["field"], "intended/territories");
    body["intended"]["territories"] = json!(["DE"]);
    let asked = buyer.tell("/requests", body).await.is(201);
    assert_eq!(asked.body["evaluations"][0]["overall"], "forbidden");
    assert_eq!(asked.body["intended"]["actions"], json!(["commercial_use"]));

    // By the form, without a script; a faulty field comes back as typed, beside the rest.
    let at = format!("{}/request", listed.at);
    let page = text(&buyer, &format!("{at}?offer={}", offer.id)).await;
    let quote = &page[page.find("name=\"quote_sha256\" value=\"").unwrap()..];
    let quote = quote.split('"').nth(3).unwrap();
    let form = |territories: &'static str| {
        vec![
            ("quote_sha256", quote),
            ("organisation", "buyer"),
            ("offer", offer.id.as_str()),
            ("purpose", "Wear model"),
            ("accept", "on"),
            ("licence_sha256", offer.accept.as_str()),
            ("use_train_models", "on"),
            ("for_products", "on"),
            ("territories", territories),
        ]
    };
    let bad = buyer.post(&at, &form("DE, Mars")).await;
    assert_eq!(bad.status(), 422);
    let bad = bad.text().await.unwrap();
    assert!(bad.contains("value=\"DE, Mars\"") && bad.contains("name=\"use_train_models\" value=\"on\" checked"));
    let done = buyer.post(&at, &form("DE")).await;
    assert_eq!(done.status(), 303);
    let request = place(&done);
    for side in [&buyer, &seller] {
        let page = text(side, &request).await;
        for part in ["Intended use, and what the licence says", "Research licence", "Products and services for others"]
        {
            assert!(page.contains(part), "{part}");
        }
    }
    assert_eq!(exchange.person("Stranger").get(&request).await.status(), 404);

    // Nothing said is nothing evaluated.
    let silent = buyer.asks("buyer", &offer).await.is(201);
    assert_eq!((silent.body["intended"].clone(), silent.body["evaluations"].clone()), (Value::Null, json!([])));
    assert!(!text(&seller, &format!("/requests/{}", silent.text("id"))).await.contains("id=\"intended\""));

    // A machine says it in the same words.
    let client = buyer.makes_service("buyer", &["read", "purchase"]).await;
    let machine = exchange.nobody().signs_in_as(&client).await;
    let mut body = asking("buyer", &offer);
    body["intended"] = json!({"actions": ["analyse"], "recipients": ["staff"], "purposes": ["research"]});
    assert_eq!(machine.tell("/requests", body).await.is(201).body["evaluations"][0]["overall"], "allowed");
}

#[actix_web::test]
async fn linked_data_stands_at_a_stable_address() {
    let exchange = Exchange::start().await;
    let nobody = exchange.nobody();
    let list = nobody.read("/licences").await.is(200);
    let id = list.body["items"][0]["id"].as_str().unwrap().to_owned();
    let asks =
        |accept: &'static str| nobody.request(Method::GET, &format!("/licences/{id}")).header("Accept", accept).send();
    let linked = asks("application/ld+json").await.unwrap();
    assert_eq!(
        (linked.status().as_u16(), linked.headers()["content-type"].to_str().unwrap()),
        (200, "application/ld+json")
    );
    let by_accept = linked.text().await.unwrap();
    assert_eq!(by_accept, text(&nobody, &format!("/licences/{id}/odrl.json")).await);
    assert!(asks("text/html, application/ld+json;q=0.5").await.unwrap().text().await.unwrap().starts_with("<!"));
    let words: Value = serde_json::from_str(&text(&nobody, "/ns/licence").await).unwrap();
    let graph = words["@graph"].as_array().unwrap();
    let word = |name: &str| graph.iter().find(|w| w["uid"] == name).unwrap_or_else(|| panic!("no {name}")).clone();
    assert_eq!(word("bl:trainModels")["odrl:includedIn"]["@id"], "odrl:use");
    assert_eq!(word("bl:seats")["skos:prefLabel"][1]["@value"], "People");
}

/// What the permission grid says, in the shape in which the reader of linked data answers.
fn grid(terms: &Value) -> Value {
    let list = |name: &str| terms[name].as_array().cloned().unwrap_or_default();
    let mut out = json!({"actions": {}, "duties": {}, "bounds": {}});
    for r in list("rules") {
        out["actions"][r["action"].as_str().unwrap()] = json!([r["verdict"], r["clause"]]);
    }
    for d in list("duties") {
        out["duties"][d["duty"].as_str().unwrap()] = d["clause"].clone();
    }
    for c in list("constraints") {
        let (kind, value) = c["constraint"].as_object().unwrap().iter().next().unwrap();
        let values = value.as_array().cloned().unwrap_or_else(|| vec![json!(value.to_string())]);
        out["bounds"][kind] = json!(values);
    }
    out
}

#[actix_web::test]
async fn an_rdf_library_reads_what_the_grid_says() {
    let Some(python) = variable("BOURSE_TEST_PYTHON") else { return skip("BOURSE_TEST_PYTHON names no Python") };
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let listed = exchange.listed(&seller, "seller", "spindle").await;
    let own = built(&seller, "1.0", json!({"custom": [{"en": "Tea at five.", "zh": ""}], "duration_days": 365})).await;
    let mut list = exchange.nobody().read("/licences").await.is(200).body["items"].as_array().unwrap().clone();
    assert_eq!(list.len(), 19);
    list.push(own.body.clone());
    let mut offer = priced();
    offer["licence"] = own.body["id"].clone();
    let offer = seller.tell(&format!("{}/offers", listed.at), offer).await.is(201).text("id");

    let folder = exchange.folder().join("odrl");
    std::fs::create_dir(&folder).unwrap();
    let (mut files, mut expected) = (Vec::new(), Vec::new());
    let addresses = list.iter().map(|l| format!("/licences/{}/odrl.json", l["id"].as_str().unwrap()));
    for (at, address) in addresses.chain([format!("{}/offers/{offer}/odrl.json", listed.at)]).enumerate() {
        let file = folder.join(format!("{at}.json"));
        std::fs::write(&file, text(&exchange.nobody(), &address).await).unwrap();
        files.push(file);
        expected.push(grid(&list.get(at).unwrap_or(&own.body)["terms"]));
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/odrl.py");
    let read = Command::new(python).arg(script).arg(&exchange.url).args(&files).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let found: Vec<Value> =
        String::from_utf8(read.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        for part in ["actions", "duties", "bounds"] {
            assert_eq!(found[part], expected[part], "{part}");
        }
    }
    let (set, offered) = (&found[found.len() - 2], found.last().unwrap());
    assert_eq!((set["kind"].as_str(), offered["kind"].as_str()), (Some("Set"), Some("Offer")));
    assert_eq!(offered["price"], json!(["1000.00", "urn:iso:std:iso:4217:EUR"]));
    assert_eq!(offered["assigner"], format!("{}/organisations/seller", exchange.url));
    assert!(set["triples"].as_u64().unwrap() > 60);
}

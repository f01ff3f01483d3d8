//! The gate: offices, rules, the questionnaire, reviews, and the compliance officer's step of a purchase.

use crate::support::trade::{Listed, TABLE, free, general, priced};
use crate::support::{Exchange, Said, Visitor, address, said};
use bourse::market::accounts::Office;
use reqwest::Method;
use serde_json::{Value, json};

/// Answers that lead to important data.
fn important() -> Value {
    let mut answers = general();
    answers["answers"]["catalogue"] = json!("important");
    answers["reason"] = json!("It stands in the filed catalogue.");
    answers["filing_reference"] = json!("GX-2026-0001");
    answers
}

pub async fn with_revision(visitor: &Visitor, at: &str, what: &str, body: Value) -> Said {
    let seen = visitor.read(at).await;
    let revision = seen.body["revision"].as_i64().unwrap_or_default();
    let asked = visitor.request(Method::POST, &format!("/api/v1{at}/{what}"));
    said(asked.header("If-Match", format!("\"{revision}\"")).json(&body)).await
}

/// Changes the rules, as the operator.
pub async fn rules(operator: &Visitor, change: impl FnOnce(&mut Value)) -> Said {
    let mut now = operator.read("/rules").await.is(200).body;
    let edition = now["edition"].as_i64().unwrap();
    change(&mut now["rules"]);
    let asked = operator.request(Method::PUT, "/api/v1/rules").header("If-Match", format!("\"{edition}\""));
    said(asked.json(&json!({"note": "test", "rules": now["rules"]}))).await
}

/// Lets every version wait for a reviewer.
pub async fn every_version(operator: &Visitor) {
    rules(operator, |r| r["moderation"] = json!("every")).await.is(200);
}

/// Submits a draft for review.
pub async fn submits(seller: &Visitor, listed: &Listed) -> Said {
    seller.tell(&format!("{}/versions/{}/review", listed.at, listed.version), json!({"note": "Please look."})).await
}

/// Approves a review with every point of the rules checked.
pub async fn approves(reviewer: &Visitor, review: &str) -> Said {
    let rules = reviewer.read("/rules").await.is(200).body["rules"].clone();
    let codes = |list: &str| rules[list].as_array().unwrap().iter().map(|p| p["code"].clone()).collect::<Vec<_>>();
    let checked = [codes("moderator_checks"), codes("compliance_checks")].concat();
    with_revision(reviewer, &format!("/reviews/{review}"), "approval", json!({"checked": checked})).await
}

fn unmet(said: &Said) -> Vec<String> {
    let list = said.body["conditions"].as_array().cloned().unwrap_or_default();
    list.iter().filter(|c| c["met"] == false).map(|c| c["code"].as_str().unwrap().to_owned()).collect()
}

/// A firm with a draft that has a file.
async fn draft(exchange: &Exchange, operator: &Visitor) -> (Visitor, Listed) {
    let seller = exchange.firm(operator, "seller").await;
    let listed = seller.begins("seller", "spindle").await;
    seller.uploads(&listed, "data/table.csv", TABLE).await.is(201);
    // Samples are shown of files that are measured.
    crate::measuring::measured(&seller, &format!("{}/versions/{}", listed.at, listed.version)).await;
    (seller, listed)
}

#[actix_web::test]
async fn offices_are_given_and_taken() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let colleague = exchange.person("Colleague");
    assert_eq!(colleague.get("/moderation").await.status(), 404);
    assert_eq!(colleague.get("/operator/staff").await.status(), 404);

    let office = |office: &str| json!({"email": address("Colleague"), "office": office});
    let nobody = operator.tell("/operator/staff", json!({"email": "x@y.example", "office": "moderator"})).await.is(422);
    assert_eq!(nobody.body["errors"][0]["code"], "fault_no_account");
    let member = operator.tell("/operator/staff", office("moderator")).await.is(201).text("id");
    operator.tell("/operator/staff", office("operator")).await.is(422);
    let mail = exchange.mail_to(&address("Colleague"), "moderator").await;
    assert!(mail.contains("gave you the office"), "{mail}");
    assert_eq!(colleague.get("/moderation").await.status(), 200);
    assert_eq!(colleague.get("/compliance").await.status(), 404);
    // An office is not the operator's: nothing of the operator opens.
    assert_eq!(colleague.get("/operator/staff").await.status(), 404);
    assert_eq!(colleague.get("/operator/rules").await.status(), 404);
    colleague.tell("/operator/staff", json!({"email": address("Operator"), "office": "compliance"})).await.is(404);

    let list = operator.read("/operator/staff").await.is(200);
    assert_eq!(list.body["items"].as_array().unwrap().len(), 2);
    let own = list.body["items"].as_array().unwrap().iter().find(|h| h["office"] == "operator").unwrap();
    let own = own["member"].as_str().unwrap().to_owned();
    let last = operator.api(Method::DELETE, &format!("/operator/staff/{own}/operator"), None).await.is(409);
    assert_eq!(last.body["code"], "last_operator");
    operator.api(Method::DELETE, &format!("/operator/staff/{member}/compliance"), None).await.is(409);
    operator.api(Method::DELETE, &format!("/operator/staff/{member}/moderator"), None).await.is(204);
    assert_eq!(colleague.get("/moderation").await.status(), 404);
    let journal = operator.read("/operator/journal?deed=exchange.office_taken").await.is(200);
    assert_eq!(journal.body["items"].as_array().unwrap().len(), 1);

    // With a second operator the first may go; by the page, which works without scripts.
    let page = operator.post("/operator/staff", &[("email", &address("Colleague")), ("office", "operator")]).await;
    assert_eq!(page.status(), 303);
    let gone = colleague.post(&format!("/operator/staff/{own}/removal"), &[("office", "operator")]).await;
    assert_eq!(gone.status(), 303);
    assert_eq!(operator.get("/operator/staff").await.status(), 404);
}

#[actix_web::test]
async fn rules_are_editions() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let stranger = exchange.person("Stranger");
    assert_eq!(exchange.nobody().get("/rules").await.status(), 200);
    let first = exchange.nobody().read("/rules").await.is(200);
    assert_eq!((first.body["edition"].as_i64(), first.body["rules"]["moderation"].as_str()), (Some(1), Some("off")));
    rules(&stranger, |_| {}).await.is(404);
    let bad = rules(&operator, |r| r["questions"][0]["answers"][0]["zh"] = json!("")).await.is(422);
    assert_eq!(bad.body["errors"][0]["field"], "questions.catalogue.answers.no");
    rules(&operator, |r| r["levels"][0]["verified_buyer"] = json!(true)).await.is(200);
    // Whoever changes what is no more in force is told so.
    let asked = operator.request(Method::PUT, "/api/v1/rules").header("If-Match", "\"1\"");
    said(asked.json(&json!({"rules": first.body["rules"]}))).await.is(409);
    assert_eq!(exchange.nobody().read("/rules/editions/1").await.is(200).body, first.body);
    assert_eq!(operator.read("/rules/editions").await.is(200).body["items"].as_array().unwrap().len(), 2);

    // The pages change one part each.
    let edition = [("edition", "2"), ("note", "for the test")];
    let level = [("listing", "on"), ("filing", "on"), ("territories", "cn, DE")];
    let saved = operator.post("/operator/rules/levels/general", &[&edition[..], &level[..]].concat()).await;
    assert_eq!(saved.status(), 303);
    let edition = [("edition", "3"), ("note", "")];
    let saved = operator.post("/operator/rules/moderation", &[&edition[..], &[("moderation", "first")]].concat()).await;
    assert_eq!(saved.status(), 303);
    let question = [
        ("edition", "4"),
        ("code", "area"),
        ("zh", "是否涉及禁区？"),
        ("en", "Is it about closed areas?"),
        ("class:research", "on"),
        ("a1_code", "no"),
        ("a1_zh", "否"),
        ("a1_en", "No"),
        ("a1_level", "general"),
        ("a2_code", "yes"),
        ("a2_zh", "是"),
        ("a2_en", "Yes"),
        ("a2_level", "core"),
    ];
    assert_eq!(operator.post("/operator/rules/questions/new", &question).await.status(), 303);
    let lines = [("edition", "5"), ("lines", "law | 违反规定。 | It breaks a rule.\nbad")];
    let page = operator.post("/operator/rules/lists/reasons", &lines).await;
    assert_eq!(page.status(), 422);
    assert!(page.text().await.unwrap().contains("Line 2"));
    let lines = [("edition", "5"), ("lines", "law | 违反规定。 | It breaks a rule.")];
    assert_eq!(operator.post("/operator/rules/lists/reasons", &lines).await.status(), 303);
    let old = operator.post("/operator/rules/questions/area/removal", &[("edition", "5")]).await;
    assert_eq!(old.status(), 409, "an outdated page changes nothing");
    let now = operator.read("/rules").await.is(200).body;
    assert_eq!(now["edition"], 6);
    assert_eq!(now["rules"]["levels"][0]["territories"], json!(["CN", "DE"]));
    assert_eq!(now["rules"]["questions"].as_array().unwrap().last().unwrap()["classes"], json!(["research"]));
    assert_eq!(now["rules"]["reasons"].as_array().unwrap().len(), 1);
    for page in
        ["/operator/rules", "/operator/rules/levels/core", "/operator/rules/questions/area", "/rules/editions/3"]
    {
        let text = operator.get(page).await.text().await.unwrap();
        assert!(!text.contains('⟦'), "{page}");
    }
}

#[actix_web::test]
async fn the_questionnaire_leads_to_the_level() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let seller = exchange.firm(&operator, "seller").await;
    seller.tell("/datasets", crate::support::trade::dataset("seller", "spindle")).await.is(201);
    let at = "/datasets/seller/spindle";
    let version = seller.tell(&format!("{at}/versions"), json!({"label": "1.0.0"})).await.is(201).text("id");
    let listed = Listed { at: at.to_owned(), version };
    seller.uploads(&listed, "a.csv", TABLE).await.is(201);
    assert_eq!(unmet(&seller.publishes(&listed).await.is(403)), ["level_graded"]);

    let mut half = general();
    half["answers"].as_object_mut().unwrap().remove("economy");
    let missing = seller.grades(at, half).await.is(422);
    assert_eq!(missing.body["errors"][0]["field"], "answers.economy");
    let mut unfiled = important();
    unfiled["filing_reference"] = json!("");
    assert_eq!(seller.grades(at, unfiled).await.is(422).body["errors"][0]["code"], "fault_filing");
    exchange.person("Stranger").grades(at, general()).await.is(404);

    let mut core = general();
    core["answers"]["security"] = json!("grave");
    assert_eq!(seller.grades(at, core).await.is(200).body["level"], "core");
    assert_eq!(unmet(&seller.publishes(&listed).await.is(403)), ["level_may_be_listed"]);
    assert_eq!(unmet(&submits(&seller, &listed).await.is(403)), ["level_may_be_listed"]);

    // By the page: the class by a link, a choice for each question.
    let page = seller.get(&format!("{at}/level")).await.text().await.unwrap();
    assert!(page.contains("?class=research") && !page.contains('⟦'));
    let form = seller.get(&format!("{at}/level?class=research")).await.text().await.unwrap();
    assert!(form.contains("name=\"q5\"") && !form.contains("name=\"q6\""), "five questions are asked for research");
    let typed = [
        ("edition", "1"),
        ("class", "research"),
        ("reason", "A test rig."),
        ("q1", "no"),
        ("q2", "none"),
        ("q3", "own"),
        ("q4", "none"),
    ];
    let again = seller.post(&format!("{at}/level"), &typed).await;
    assert_eq!(again.status(), 422);
    assert!(again.text().await.unwrap().contains("href=\"#q5\""));
    let typed = [&typed[..], &[("q5", "no")]].concat();
    assert_eq!(seller.post(&format!("{at}/level"), &typed).await.status(), 303);
    let kept = seller.read(&format!("{at}/level")).await.is(200).body;
    let levels: Vec<_> = kept["items"].as_array().unwrap().iter().map(|g| g["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["general", "core"], "every answer is kept");
    assert_eq!(
        (kept["items"][0]["edition"].as_i64(), kept["items"][0]["reason"].as_str()),
        (Some(1), Some("A test rig."))
    );
    seller.publishes(&listed).await.is(200);

    // What is published keeps its level or rises; core data leaves the catalogue at once.
    seller.offers(&listed, "CC-BY-4.0", free()).await;
    assert_eq!(exchange.nobody().read(at).await.status, 200);
    let mut core = general();
    core["answers"]["accident"] = json!("area");
    seller.grades(at, core).await.is(200);
    assert_eq!(exchange.nobody().read(at).await.status, 404);
    assert_eq!(seller.grades(at, general()).await.is(409).body["code"], "level_lowered");
    let back = seller.api(Method::PUT, &format!("{at}/listing"), None).await.is(403);
    assert_eq!(unmet(&back), ["level_may_be_listed", "published_at_level"]);
}

#[actix_web::test]
async fn a_moderator_publishes_in_the_name_of_the_submitter() {
    let exchange = Exchange::start().await;
    let (operator, moderator) = (exchange.operator(), exchange.officer("Moderator", Office::Moderator));
    let (seller, listed) = draft(&exchange, &operator).await;
    assert_eq!(unmet(&submits(&seller, &listed).await.is(403)), ["review_needed"]);
    every_version(&operator).await;
    assert_eq!(unmet(&seller.publishes(&listed).await.is(403)), ["moderator_approved"]);
    let review = submits(&seller, &listed).await.is(201).text("id");
    let mail = exchange.mail_to(&address("Moderator"), "To review").await;
    assert!(mail.contains("/reviews/"), "{mail}");

    // Nobody changes what is looked at; offers are another matter.
    let blocked = seller.uploads(&listed, "b.csv", TABLE).await.is(403);
    assert_eq!(unmet(&blocked), ["not_under_review"]);
    seller.grades(&listed.at, general()).await.is(403);
    submits(&seller, &listed).await.is(403);
    seller.publishes(&listed).await.is(403);
    seller.offers(&listed, "CC-BY-4.0", free()).await;
    let desk = seller.get(&format!("{}/versions/{}/edit", listed.at, listed.version)).await.text().await.unwrap();
    assert!(desk.contains("Waiting for a moderator") && !desk.contains("name=\"file\""));

    seller.read(&format!("{}/completeness", listed.at)).await.is(200);
    seller.read(&format!("{}/versions/{}", listed.at, listed.version)).await.is(200);

    // Strangers do not know of it, the seller and the other offices only look.
    exchange.person("Stranger").read(&format!("/reviews/{review}")).await.is(404);
    let page = moderator.get(&format!("/reviews/{review}")).await.text().await.unwrap();
    for text in ["Spindle vibration", "data/table.csv", "spindle [mm/s]", "Free use", "Measured on our own machines."] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains('⟦'));
    assert_eq!(unmet(&approves(&operator, &review).await.is(403)), ["holds_office"]);
    approves(&seller, &review).await.is(404);
    // The operator and the moderator read no data files, and no draft but by the review.
    for reader in [&operator, &moderator] {
        reader.read(&format!("{}/versions/{}", listed.at, listed.version)).await.is(404);
        assert_eq!(reader.get(&listed.at).await.status(), 404);
    }

    let open =
        with_revision(&moderator, &format!("/reviews/{review}"), "approval", json!({"checked": ["texts"]})).await;
    assert_eq!(open.is(422).body["errors"][0]["code"], "fault_unchecked");
    approves(&moderator, &review).await.is(200);
    assert_eq!(approves(&moderator, &review).await.status, 403, "decided is decided");
    assert_eq!(exchange.nobody().read(&listed.at).await.is(200).body["version"]["state"], "published");
    let journal = seller.get(&format!("{}/journal", listed.at)).await.text().await.unwrap();
    assert!(journal.contains("Approved by a moderator") && journal.contains("Founder of seller"));
    let entries = operator.read("/operator/journal?deed=dataset.version_published").await.is(200);
    assert_eq!(entries.body["items"][0]["actor_name"], "Founder of seller");
    exchange.mail_to(&address("Founder of seller"), "is published").await;
}

#[actix_web::test]
async fn a_version_comes_back_with_reasons_and_goes_in_again() {
    let exchange = Exchange::start().await;
    let (operator, moderator) = (exchange.operator(), exchange.officer("Moderator", Office::Moderator));
    let (seller, listed) = draft(&exchange, &operator).await;
    every_version(&operator).await;
    let review = submits(&seller, &listed).await.is(201).text("id");
    let at = format!("/reviews/{review}");
    with_revision(&moderator, &at, "return", json!({})).await.is(422);
    let words = json!({"reasons": ["source"], "words": "Which machine?"});
    let back = with_revision(&moderator, &at, "return", words).await.is(200);
    assert_eq!(back.body["state"], "returned");
    assert_eq!(back.body["decisions"][0]["reason_zh"], "数据来源或权利说明不完整，请补充。Which machine?");
    let mail = exchange.mail_to(&address("Founder of seller"), "returned for changes").await;
    assert!(mail.contains("The statement of source and rights is not whole") && mail.contains("Which machine?"));
    let desk = seller.get(&format!("{}/versions/{}/edit", listed.at, listed.version)).await.text().await.unwrap();
    assert!(desk.contains("Which machine?"));

    // Changed and submitted again, then taken back, then once more.
    seller.uploads(&listed, "b.csv", TABLE).await.is(201);
    let second = submits(&seller, &listed).await.is(201).text("id");
    let (first, again) = (format!("/reviews/{second}/withdrawal"), format!("/reviews/{second}"));
    exchange.person("Stranger").tell(&first, json!({})).await.is(404);
    seller.tell(&first, json!({})).await.is(204);
    seller.tell(&first, json!({})).await.is(403);
    assert_eq!(approves(&moderator, &second).await.status, 403);
    assert_eq!(seller.read(&again).await.is(200).body["state"], "withdrawn");
    let third = submits(&seller, &listed).await.is(201).text("id");
    let queue = moderator.read("/reviews?desk=moderator").await.is(200);
    assert_eq!(queue.body["items"].as_array().unwrap().len(), 1);
    approves(&moderator, &third).await.is(200);
    assert_eq!(
        moderator.read("/reviews?desk=moderator&decided=1").await.is(200).body["items"].as_array().unwrap().len(),
        2
    );

    // The next version is compared with what was published.
    let version = seller.tell(&format!("{}/versions", listed.at), json!({"label": "1.1.0"})).await.is(201).text("id");
    let next = Listed { at: listed.at.clone(), version };
    let table = TABLE.replace("state (raw)", "state");
    seller.uploads(&next, "data/table.csv", table).await.is(201);
    let review = submits(&seller, &next).await.is(201).text("id");
    let differences = moderator.read(&format!("/reviews/{review}")).await.is(200).body["differences"].clone();
    let parts: Vec<_> = differences
        .as_array()
        .unwrap()
        .iter()
        .map(|d| format!("{} {}", d["part"].as_str().unwrap(), d["kind"].as_str().unwrap()))
        .collect();
    assert_eq!(
        parts,
        [
            "label changed",
            "change_note removed",
            "files/data/table.csv changed",
            "columns/data/table.csv added",
            "columns/data/table.csv removed",
            "files/b.csv removed",
        ]
    );
}

#[actix_web::test]
async fn nobody_reviews_their_own_organisation() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let (seller, listed) = draft(&exchange, &operator).await;
    let insider = exchange.joins(&seller, "seller", "Insider", &["auditor"]).await;
    operator.tell("/operator/staff", json!({"email": address("Insider"), "office": "moderator"})).await.is(201);
    every_version(&operator).await;
    let review = submits(&seller, &listed).await.is(201).text("id");
    assert_eq!(unmet(&approves(&insider, &review).await.is(403)), ["not_own_organisation"]);
    let page = insider.get(&format!("/reviews/{review}")).await.text().await.unwrap();
    assert!(!page.contains("/approval\"") && page.contains("to which you do not belong"));
}

#[actix_web::test]
async fn only_the_first_listing_waits_when_the_rules_say_so() {
    let exchange = Exchange::start().await;
    let (operator, moderator) = (exchange.operator(), exchange.officer("Moderator", Office::Moderator));
    let (seller, listed) = draft(&exchange, &operator).await;
    rules(&operator, |r| r["moderation"] = json!("first")).await.is(200);
    seller.publishes(&listed).await.is(403);
    let review = submits(&seller, &listed).await.is(201).text("id");
    // A change of the rules does not touch what is submitted.
    rules(&operator, |r| r["moderation"] = json!("off")).await.is(200);
    approves(&moderator, &review).await.is(200);
    rules(&operator, |r| r["moderation"] = json!("first")).await.is(200);
    let next = seller.begins("seller", "second").await;
    seller.uploads(&next, "a.csv", TABLE).await.is(201);
    seller.publishes(&next).await.is(200);
}

/// Important data on sale: graded, submitted, cleared by the officer; with a free offer that the seller decides on.
async fn important_listing(exchange: &Exchange, operator: &Visitor, officer: &Visitor) -> (Visitor, Listed) {
    let (seller, listed) = draft(exchange, operator).await;
    seller.grades(&listed.at, important()).await.is(200);
    assert_eq!(unmet(&seller.publishes(&listed).await.is(403)), ["compliance_approved"]);
    let review = submits(&seller, &listed).await.is(201).text("id");
    approves(officer, &review).await.is(200);
    (seller, listed)
}

/// A verified Chinese organisation.
async fn chinese(exchange: &Exchange, operator: &Visitor, slug: &str) -> Visitor {
    let founder = exchange.person(&format!("Founder of {slug}"));
    let body = json!({"slug": slug, "name_zh": "买方", "kind": "company", "country": "CN", "registration": "91350100M000100Y43"});
    founder.tell("/organisations", body).await.is(201);
    operator.verifies(slug).await;
    founder
}

#[actix_web::test]
async fn important_data_passes_the_compliance_officer() {
    let exchange = Exchange::start().await;
    let (operator, officer) = (exchange.operator(), exchange.officer("Officer", Office::Compliance));
    let (seller, listed) = important_listing(&exchange, &operator, &officer).await;
    let mut offer = priced();
    offer["payment"] = json!("later");
    offer["audience"] = json!("public");
    let offer = seller.offers(&listed, "LicenseRef-Bourse-Internal-Analytics", offer).await;

    // Only verified buyers in the territory may ask.
    let abroad = exchange.firm(&operator, "abroad").await;
    assert_eq!(unmet(&abroad.asks("abroad", &offer).await.is(403)), ["buyer_in_territory"]);
    let buyer = chinese(&exchange, &operator, "buyer").await;
    let request = buyer.asks("buyer", &offer).await.is(201).text("id");
    officer.read(&format!("/requests/{request}")).await.is(200);
    assert_eq!(officer.decides(&request, "approval").await.status, 403, "the seller decides first");
    seller.decides(&request, "approval").await.is(200);
    let shown = buyer.read(&format!("/requests/{request}")).await.is(200);
    assert_eq!(shown.body["state"], "awaiting_compliance");
    assert_eq!(unmet(&shown), ["purchase_cleared"]);
    exchange.mail_to(&address("Officer"), "waits for the compliance officer").await;
    let queue = officer.read("/compliance/requests").await.is(200);
    assert_eq!(queue.body["items"][0]["id"], request.as_str());
    assert!(officer.get("/compliance").await.text().await.unwrap().contains("PR-"));

    for other in [&buyer, &seller] {
        assert_eq!(other.decides(&request, "approval").await.status, 403);
    }
    operator.read(&format!("/requests/{request}")).await.is(404);
    let back = officer.decides(&request, "return").await.is(200);
    assert_eq!(
        (back.body["state"].as_str(), back.body["reason"].as_str()),
        (Some("returned"), Some("Seen and decided."))
    );
    buyer.decides(&request, "resubmission").await.is(200);
    seller.decides(&request, "approval").await.is(200);
    // A change of the rules does not take the step from a request that has it.
    rules(&operator, |r| r["levels"][1]["compliance_purchase"] = json!(false)).await.is(200);
    officer.decides(&request, "approval").await.is(200);
    let shown = buyer.read(&format!("/requests/{request}")).await.is(200);
    assert_eq!((shown.body["state"].as_str(), unmet(&shown).len()), (Some("granted"), 0));
    let page = buyer.get(&format!("/requests/{request}")).await.text().await.unwrap();
    assert!(page.contains("Approved by the compliance officer") && !page.contains('⟦'));

    let second = buyer.asks("buyer", &offer).await.is(201).text("id");
    seller.decides(&second, "approval").await.is(200);
    assert_eq!(buyer.read(&format!("/requests/{second}")).await.body["state"], "granted");
}

#[actix_web::test]
async fn an_officer_of_either_side_stays_out() {
    let exchange = Exchange::start().await;
    let (operator, officer) = (exchange.operator(), exchange.officer("Officer", Office::Compliance));
    let (seller, listed) = important_listing(&exchange, &operator, &officer).await;
    let mut offer = free();
    offer["approval"] = json!("instant");
    let offer = seller.offers(&listed, "CC-BY-4.0", offer).await;
    let buyer = chinese(&exchange, &operator, "buyer").await;
    let insider = exchange.joins(&buyer, "buyer", "Insider", &["requester"]).await;
    operator.tell("/operator/staff", json!({"email": address("Insider"), "office": "compliance"})).await.is(201);
    let request = insider.asks("buyer", &offer).await.is(201).text("id");
    let unmet = unmet(&insider.decides(&request, "refusal").await.is(403));
    assert_eq!(unmet, ["not_own_request", "not_of_either_side"]);
    let refused = officer.decides(&request, "refusal").await.is(200);
    assert_eq!(refused.body["state"], "refused");
    assert_eq!(insider.read("/grants").await.body["items"].as_array().unwrap().len(), 0);
}

/// Writes the texts of a dataset with another contact.
async fn texts(seller: &Visitor, listed: &Listed, contact: &str) -> Said {
    let kept = seller.read(&listed.at).await.is(200).body;
    let names = [
        "title_en",
        "title_zh",
        "summary_en",
        "summary_zh",
        "card_en",
        "card_zh",
        "sector",
        "kind",
        "use_case",
        "level",
        "source_statement",
    ];
    let mut body = json!({"contact": contact});
    for name in names {
        body[name] = kept[name].clone();
    }
    let asked = seller.request(Method::PUT, &format!("/api/v1{}", listed.at));
    said(asked.header("If-Match", format!("\"{}\"", kept["revision"])).json(&body)).await
}

#[actix_web::test]
async fn listed_texts_do_not_change_beside_a_review() {
    let exchange = Exchange::start().await;
    let (operator, moderator) = (exchange.operator(), exchange.officer("Moderator", Office::Moderator));
    let (seller, listed) = draft(&exchange, &operator).await;
    texts(&seller, &listed, "draft@seller.example").await.is(200);
    every_version(&operator).await;
    let review = submits(&seller, &listed).await.is(201).text("id");
    approves(&moderator, &review).await.is(200);

    // What stands in the catalogue was seen by the moderator, and stays so: by API, by form, by the card.
    assert_eq!(unmet(&texts(&seller, &listed, "new@seller.example").await.is(403)), ["texts_beside_review"]);
    texts(&seller, &listed, "draft@seller.example").await.is(200);
    let card = json!({"texts": {"limits": {"zh": "", "en": "None."}}, "personal": "none"});
    let asked = seller.request(Method::PUT, &format!("/api/v1{}/card", listed.at)).header("If-Match", "\"0\"");
    assert_eq!(unmet(&said(asked.json(&card)).await.is(403)), ["texts_beside_review"]);
    for part in ["texts", "card"] {
        let page = seller.get(&format!("{}/{part}", listed.at)).await.text().await.unwrap();
        assert!(page.contains("To change texts of a listed dataset, withdraw it"), "{page}");
    }

    // Out of the catalogue they may change, and come back after a review of the next version.
    let listing = format!("{}/listing", listed.at);
    seller.api(Method::DELETE, &listing, None).await.is(204);
    texts(&seller, &listed, "new@seller.example").await.is(200);
    assert_eq!(unmet(&seller.api(Method::PUT, &listing, None).await.is(403)), ["texts_reviewed"]);
    let next =
        seller.tell(&format!("{}/versions", listed.at), json!({"label": "1.0.1", "change_note": "Contact."})).await;
    let next = Listed { version: next.is(201).text("id"), at: listed.at.clone() };
    seller.uploads(&next, "data/table.csv", TABLE).await.is(201);
    let review = submits(&seller, &next).await.is(201).text("id");
    approves(&moderator, &review).await.is(200);
    seller.api(Method::PUT, &listing, None).await.is(204);
    let shown = exchange.nobody().read(&listed.at).await.is(200);
    assert_eq!(
        (&shown.body["contact"], &shown.body["version"]["label"]),
        (&json!("new@seller.example"), &json!("1.0.1"))
    );

    // Where no review is asked for, texts are the seller's.
    rules(&operator, |r| r["moderation"] = json!("off")).await.is(200);
    texts(&seller, &listed, "third@seller.example").await.is(200);
}

#[actix_web::test]
async fn a_machine_publishes_where_its_owner_allows_and_decides_nothing() {
    let exchange = Exchange::start().await;
    let (operator, moderator) = (exchange.operator(), exchange.officer("Moderator", Office::Moderator));
    let seller = exchange.firm(&operator, "seller").await;
    let other = exchange.firm(&operator, "other").await;
    let theirs = exchange.listed(&other, "other", "spindle").await;
    let buying = seller.makes_service("seller", &["read", "purchase", "download"]).await;
    let buying = seller.signs_in_as(&buying).await;
    buying.tell("/datasets", crate::support::trade::dataset("seller", "no")).await.is(404);
    let service = seller.makes_service("seller", &["publish"]).await;
    let machine = seller.signs_in_as(&service).await;

    let listed = machine.begins("seller", "line").await;
    machine.uploads(&listed, "a.csv", TABLE).await.is(201);
    let card = machine.request(Method::PUT, &format!("/api/v1{}/card", listed.at)).header("If-Match", "\"0\"");
    said(card.json(&json!({"texts": {"limits": {"zh": "", "en": "None."}}}))).await.is(200);
    machine.read(&format!("{}/versions/{}", listed.at, listed.version)).await.is(200);
    machine.read(&format!("{}/versions/{}/files", listed.at, listed.version)).await.is(200);
    let kept = seller.read(&format!("{}/level", listed.at)).await.is(200);
    assert_eq!(kept.body["items"][0]["decided_by"], "Founder of seller");
    machine.publishes(&listed).await.is(200);
    let entries = operator.read("/operator/journal?deed=dataset.version_published").await.is(200);
    assert_eq!(entries.body["items"][0]["actor_name"], "line 4");

    // Nothing of another organisation, no offers, no recall, no leaving of the catalogue, no decision.
    machine.uploads(&theirs, "b.csv", TABLE).await.is(404);
    let version = format!("{}/versions/{}", listed.at, listed.version);
    for (method, path, body) in [
        (Method::POST, format!("{}/offers", listed.at), free()),
        (Method::POST, format!("{version}/recall"), json!({"reason": "Wrong."})),
        (Method::DELETE, format!("{}/listing", listed.at), json!({})),
        (Method::PUT, "/organisations/seller/policy".to_owned(), json!({})),
    ] {
        let refused = machine.api(method, &path, Some(body)).await;
        assert_eq!(refused.status, 403, "{path}: {refused:?}");
    }
    let offer = seller.offers(&listed, "LicenseRef-Bourse-Internal-Analytics", priced()).await;
    let request = other.asks("other", &offer).await.is(201).text("id");
    let decided = machine.decides_on(&request, "approval", 1).await;
    assert!(matches!(decided.status, 403 | 404), "{decided:?}");

    // A review of what a machine submitted goes on as long as the machine may publish.
    every_version(&operator).await;
    let next =
        machine.tell(&format!("{}/versions", listed.at), json!({"label": "1.1.0", "change_note": "More."})).await;
    let next = Listed { version: next.is(201).text("id"), at: listed.at.clone() };
    machine.uploads(&next, "a.csv", TABLE).await.is(201);
    let review = submits(&machine, &next).await.is(201).text("id");
    seller.api(Method::DELETE, &format!("/organisations/seller/service-accounts/{}", service.0), None).await.is(204);
    machine.uploads(&next, "b.csv", TABLE).await.is(401);
    assert_eq!(unmet(&approves(&moderator, &review).await.is(403)), ["submitter_publishes"]);
}

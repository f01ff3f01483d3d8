//! What follows when terms become others: budgets, steps, voices, mandates and signatures after a price was named, a
//! counter-offer agreed to, or terms narrowed; and automatic answers by what the buyer means to do.

use crate::approval::{Scene, step};
use crate::support::trade::{Offered, asking};
use crate::support::{Said, Visitor};
use reqwest::Method;
use serde_json::{Value, json};

impl Scene {
    /// An offer under the licence of the scene, paid later.
    async fn priced_at(&self, more: Value) -> Offered {
        self.seller.offers(&self.listed, "LicenseRef-Bourse-Internal-Analytics", crate::deals::offer(more)).await
    }
    async fn asks_with(&self, offer: &Offered, more: Value) -> Said {
        let mut body = asking("buyer", offer);
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        self.buyer.tell("/requests", body).await
    }
    /// The seller proposes a price and the buyer agrees to it.
    async fn deals_at(&self, id: &str, price: &str) -> Said {
        self.seller.proposes(id, json!({"price": price}), 7).await.is(200);
        let open = self.buyer.open_proposal(id).await;
        self.buyer.agrees(id, &open).await
    }
    async fn held(&self) -> (i64, i64) {
        let list = self.buyer.read("/organisations/buyer/budgets").await.is(200);
        let at = |key: &str| list.body["items"][0][key].as_i64().unwrap();
        (at("reserved_minor"), at("spent_minor"))
    }
}

/// The steps of one side: name, state, voices.
fn side(said: &Said, side: &str) -> Vec<(String, String, usize)> {
    let steps = said.body["steps"].as_array().unwrap().iter().filter(|s| s["side"] == side);
    let text = |s: &Value, key: &str| s[key].as_str().unwrap().to_owned();
    steps.map(|s| (text(s, "name"), text(s, "state"), s["decisions"].as_array().unwrap().len())).collect()
}

fn named(list: &[(&str, &str, usize)]) -> Vec<(String, String, usize)> {
    list.iter().map(|(a, b, n)| ((*a).to_owned(), (*b).to_owned(), *n)).collect()
}

#[actix_web::test]
async fn a_price_on_request_is_reserved_when_it_is_agreed() {
    let s = Scene::set().await;
    s.budget("RD-1", "2000.00").await.is(201);
    let offer = s.priced_at(json!({"plan": "on_request"})).await;
    s.asks_with(&offer, json!({})).await.unmet("cost_centre_named");
    s.asks_with(&offer, json!({"cost_centre": "RD-2"})).await.unmet("cost_centre_named");
    let id = s.asks_with(&offer, json!({"cost_centre": "RD-1"})).await.is(201).text("id");
    assert_eq!(s.held().await, (0, 0));
    // 1 900 without tax is more than there is: nothing is agreed, and nothing held.
    s.deals_at(&id, "1900.00").await.unmet("within_budget");
    assert_eq!(s.buyer.read(&format!("/requests/{id}")).await.text("state"), "negotiating");
    assert_eq!(s.held().await, (0, 0));
    // What the buyer proposes is held until the seller answers.
    s.buyer.proposes(&id, json!({"price": "1700.00"}), 7).await.unmet("within_budget");
    s.buyer.proposes(&id, json!({"price": "1000.00"}), 7).await.is(200);
    assert_eq!(s.held().await, (119_000, 0));
    s.seller.proposes(&id, json!({"price": "1200.00"}), 7).await.is(200);
    assert_eq!(s.held().await, (0, 0));
    let open = s.buyer.open_proposal(&id).await;
    assert_eq!(s.buyer.agrees(&id, &open).await.is(200).text("state"), "granted");
    assert_eq!(s.held().await, (0, 142_800));
}

#[actix_web::test]
async fn a_counter_offer_moves_what_is_reserved() {
    let s = Scene::set().await;
    s.budget("RD-1", "2000.00").await.is(201);
    s.joins("Approver", &["approver"]).await;
    s.buyer.rules_by("buyer", json!({"steps": [step("Approval", 1, 1)]})).await.is(200);
    let approver = s.exchange.signs_in_again("Approver");
    let id = s.asks_from("RD-1").await.is(201).text("id");
    assert_eq!(s.held().await, (119_000, 0));
    approver.decides(&id, "approval").await.is(200);
    // Down, and up again over the budget.
    assert_eq!(s.deals_at(&id, "500.00").await.is(200).text("state"), "submitted");
    assert_eq!(s.held().await, (59_500, 0));
    approver.decides(&id, "approval").await.is(200);
    assert_eq!(s.held().await, (0, 59_500));
    let id = s.asks_from("RD-1").await.is(201).text("id");
    approver.decides(&id, "approval").await.is(200);
    s.deals_at(&id, "1300.00").await.unmet("within_budget");
    // The seller agrees to what the buyer's budget no longer covers: no number of it is told.
    s.buyer.proposes(&id, json!({"price": "1100.00"}), 7).await.is(200);
    assert_eq!(s.held().await, (130_900, 59_500));
    let budget = s.buyer.read("/organisations/buyer/budgets").await.body["items"][0].clone();
    let at = format!("/organisations/buyer/budgets/{}", budget["id"].as_str().unwrap());
    let smaller = json!({"amount": "1500.00", "currency": "EUR"});
    s.buyer.puts(&at, budget["revision"].as_i64().unwrap(), smaller).await.is(204);
    let open = s.seller.open_proposal(&id).await;
    let refused = s.seller.agrees(&id, &open).await.problem(403, "conditions");
    let text = refused.body.to_string();
    assert!(text.contains("proposal_covered") && !text.contains("RD-1") && !text.contains("EUR"), "{text}");
    s.buyer.tell(&format!("/requests/{id}/withdrawal"), json!({})).await.is(204);
    assert_eq!(s.held().await, (0, 59_500));
}

#[actix_web::test]
async fn what_was_free_and_comes_to_cost_something_needs_a_cost_centre() {
    let s = Scene::set().await;
    let offer = s.priced_at(json!({"price": "0"})).await;
    let early = s.asks_with(&offer, json!({})).await.is(201).text("id");
    s.exchange.site.clock.advance(1);
    s.budget("RD-1", "2000.00").await.is(201);
    let unnamed = s.asks_with(&offer, json!({})).await.is(201).text("id");
    let named = s.asks_with(&offer, json!({"cost_centre": "RD-1"})).await.is(201).text("id");
    s.deals_at(&unnamed, "100.00").await.unmet("cost_centre_named");
    assert_eq!(s.deals_at(&named, "100.00").await.is(200).text("state"), "granted");
    assert_eq!(s.held().await, (0, 10_000));
    // A budget that was made later touches no running request.
    assert_eq!(s.deals_at(&early, "100.00").await.is(200).text("state"), "granted");
    assert_eq!(s.held().await, (0, 10_000));
}

#[actix_web::test]
async fn other_terms_are_other_steps_and_voices_begin_anew() {
    let s = Scene::set().await;
    let (one, two) = (s.joins("One", &["approver"]).await, s.joins("Two", &["approver"]).await);
    let mut dear = step("Dear", 2, 1);
    dear["when"] = json!({"amount_over": {"amount_minor": 150_000, "currency": "EUR"}});
    let mut some = step("Some", 1, 1);
    some["when"] = json!({"amount_over": {"amount_minor": 50_000, "currency": "EUR"}});
    s.buyer.rules_by("buyer", json!({"steps": [some, dear]})).await.is(200);
    let asked = s.buyer.asks("buyer", &s.offer).await.is(201);
    let id = asked.text("id");
    assert_eq!(side(&asked, "buyer"), named(&[("Some", "open", 0)]));
    one.decides(&id, "approval").await.is(200);
    // Dearer: the second step applies now, and who approved the old price is asked again.
    let dearer = s.deals_at(&id, "2000.00").await.is(200);
    assert_eq!(dearer.text("state"), "submitted");
    assert_eq!(side(&dearer, "buyer"), named(&[("Some", "open", 0), ("Dear", "waiting", 0)]));
    assert_eq!(side(&dearer, "seller"), named(&[("Licensing", "done", 1)]));
    one.decides(&id, "approval").await.is(200);
    one.decides(&id, "approval").await.unmet("counted_once");
    let done = two.decides(&id, "approval").await.is(200);
    assert_eq!(done.text("state"), "granted");
    // The receipt names who approved these terms, not who approved others.
    let grant = done.body["grants"][0].as_str().unwrap().to_owned();
    let receipt = s.buyer.get(&format!("/grants/{grant}/receipt.jws")).await.text().await.unwrap();
    let jwks: Value = s.exchange.nobody().get("/.well-known/jwks.json").await.json().await.unwrap();
    let says = bourse::market::signing::verify_with(&jwks, receipt.trim()).unwrap();
    let names: Vec<&str> = says["approvals"].as_array().unwrap().iter().map(|a| a["by"].as_str().unwrap()).collect();
    assert_eq!(names, ["Founder of seller", "One", "Two"]);
    // The evidence keeps every voice, and says which count.
    let bytes = s.buyer.get(&format!("/requests/{id}/evidence")).await;
    let bytes =
        if bytes.status() == 200 { bytes } else { s.buyer.get(&format!("/api/v1/requests/{id}/evidence")).await };
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes.bytes().await.unwrap())).unwrap();
    let voices: Value = serde_json::from_reader(zip.by_name("approvals.json").unwrap()).unwrap();
    let steps: Vec<&Value> = voices.as_array().unwrap().iter().filter(|v| v["step"].is_object()).collect();
    let of = |counts: bool| steps.iter().filter(|v| v["counts"] == counts).count();
    assert_eq!((of(false), of(true)), (1, 3), "{voices:#}");
    // Cheaper: below every threshold nobody is asked.
    let id = s.buyer.asks("buyer", &s.offer).await.is(201).text("id");
    one.decides(&id, "approval").await.is(200);
    let cheaper = s.deals_at(&id, "400.00").await.is(200);
    assert_eq!((cheaper.text("state"), side(&cheaper, "buyer")), ("granted".to_owned(), Vec::new()));
}

#[actix_web::test]
async fn a_counter_offer_is_one_voice_of_those_that_are_asked() {
    let s = Scene::set().await;
    let joins = |name: &'static str| s.exchange.joins(&s.seller, "seller", name, &["licensor"]);
    let (second, third) = (joins("Second").await, joins("Third").await);
    s.seller.sells_by("seller", json!({"licensing": {"need": 2, "due_days": 3}})).await.is(200);
    let id = s.buyer.asks("buyer", &s.offer).await.is(201).text("id");
    // Who approved the old terms has not approved others.
    third.decides(&id, "approval").await.is(200);
    let agreed = s.deals_at(&id, "900.00").await.is(200);
    assert_eq!(agreed.text("state"), "awaiting_seller");
    assert_eq!(side(&agreed, "seller"), named(&[("Licensing", "open", 1)]));
    s.seller.decides(&id, "approval").await.unmet("counted_once");
    assert_eq!(second.decides(&id, "approval").await.is(200).text("state"), "granted");
    // Also whoever agrees to what the buyer proposed is one of them.
    let id = s.buyer.asks("buyer", &s.offer).await.is(201).text("id");
    s.seller.proposes(&id, json!({"price": "900.00"}), 7).await.is(200);
    s.buyer.proposes(&id, json!({"price": "800.00"}), 7).await.is(200);
    let open = second.open_proposal(&id).await;
    assert_eq!(second.agrees(&id, &open).await.is(200).text("state"), "awaiting_seller");
    assert_eq!(third.decides(&id, "refusal").await.is(200).text("state"), "refused");
    // Rules that name others: a counter-offer of somebody else is no voice.
    let only = json!({"licensing": {"need": 1, "due_days": 3, "members": [third.id().await]}});
    s.seller.sells_by("seller", only).await.is(200);
    let id = s.buyer.asks("buyer", &s.offer).await.is(201).text("id");
    let agreed = s.deals_at(&id, "700.00").await.is(200);
    assert_eq!((agreed.text("state"), side(&agreed, "seller")), {
        ("awaiting_seller".to_owned(), named(&[("Licensing", "open", 0)]))
    });
    s.seller.decides(&id, "approval").await.unmet("role_to_decide");
    assert_eq!(third.decides(&id, "approval").await.is(200).text("state"), "granted");
}

#[actix_web::test]
async fn a_machine_takes_what_was_agreed_from_its_month() {
    let s = Scene::set().await;
    let chief = s.joins("Chief", &["approver"]).await;
    let client = s.buyer.makes_service("buyer", &["read", "purchase"]).await;
    let machine = s.exchange.nobody().signs_in_as(&client).await;
    let at = format!("/organisations/buyer/service-accounts/{}/mandate", client.0);
    let mandate = json!({
        "licences": ["standard"], "levels": ["general"], "per_request": {"amount_minor": 100_000, "currency": "EUR"},
        "per_month_minor": 150_000, "answers": chief.id().await,
    });
    s.buyer.puts(&at, 0, mandate).await.is(204);
    let offer = s.priced_at(json!({"plan": "on_request"})).await;
    let deal = async |price: &str| {
        let id = machine.asks("buyer", &offer).await.is(201).text("id");
        s.seller.proposes(&id, json!({"price": price}), 7).await.is(200);
        let open = machine.open_proposal(&id).await;
        machine.agrees(&id, &open).await.is(200)
    };
    let used = async || machine.read(&at).await.is(200).body["used_this_month_minor"].as_i64().unwrap();
    let inside = deal("500.00").await;
    assert_eq!((inside.text("state"), used().await), ("granted".to_owned(), 59_500));
    let deeds = inside.body["timeline"].as_array().unwrap();
    assert_eq!(deeds.iter().filter(|e| e["deed"] == "purchase.mandate_used").count(), 1, "{deeds:#?}");
    let outside = deal("900.00").await;
    assert_eq!((outside.text("state"), used().await), ("submitted".to_owned(), 59_500));
    assert_eq!(outside.body["steps"][0]["deciders"], json!(["Chief"]));
}

#[actix_web::test]
async fn a_signature_binds_the_final_terms() {
    let s = Scene::set().await;
    let approver = s.joins("Approver", &["approver"]).await;
    let (one, two) = (s.joins("One", &["signatory"]).await, s.joins("Two", &["signatory"]).await);
    let mut sign = step("Signature", 1, 2);
    sign["kind"] = json!("sign");
    s.buyer.rules_by("buyer", json!({"steps": [sign, step("Approval", 5, 1)]})).await.is(200);
    let offer = s.priced_at(json!({"price": "100.00", "term_days": "365"})).await;
    let id = s.asks_with(&offer, json!({})).await.is(201).text("id");
    approver.decides(&id, "approval").await.is(200);
    assert_eq!(s.seller.decides(&id, "approval").await.is(200).text("state"), "awaiting_signature");
    let agreement = async || s.seller.read(&format!("/requests/{id}/agreement")).await.is(200);
    let first = agreement().await;
    // The first signatory signs, the second one wants other terms: everything begins anew.
    one.decides(&id, "approval").await.is(200);
    assert_eq!(two.decides(&id, "return").await.is(200).text("state"), "returned");
    let again = s.buyer.decides(&id, "resubmission").await.is(200);
    assert_eq!(side(&again, "buyer"), named(&[("Approval", "open", 0), ("Signature", "waiting", 0)]));
    approver.decides(&id, "approval").await.is(200);
    let narrow = json!({"price": "100.00", "term_days": 90, "downloads": 50});
    s.seller.proposes(&id, narrow, 3).await.is(200);
    let open = s.buyer.open_proposal(&id).await;
    s.buyer.agrees(&id, &open).await.is(200);
    one.decides(&id, "approval").await.unmet("role_to_decide");
    assert_eq!(approver.decides(&id, "approval").await.is(200).text("state"), "awaiting_signature");
    let narrowed = agreement().await;
    assert_ne!(narrowed.body["sha256"], first.body["sha256"]);
    assert_eq!(narrowed.body["agreement"]["lines"][0]["downloads"], 50);
    assert_eq!(narrowed.body["signatures"], json!([]), "nobody signed these terms yet");
    // Another wording than the one that was read is not signed.
    let signs = async |by: &Visitor, sha256: &Value| {
        let revision = by.read(&format!("/requests/{id}")).await.body["revision"].as_i64().unwrap();
        let asked = by.request(Method::POST, &format!("/api/v1/requests/{id}/approval"));
        let body = json!({"note": "", "agreement_sha256": sha256});
        crate::support::said(asked.header("If-Match", format!("\"{revision}\"")).json(&body)).await
    };
    signs(&one, &first.body["sha256"]).await.problem(409, "agreement_changed");
    let page = one.get(&format!("/requests/{id}")).await.text().await.unwrap();
    assert!(page.contains("name=\"agreement_sha256\"") && page.contains(narrowed.body["sha256"].as_str().unwrap()));
    signs(&one, &narrowed.body["sha256"]).await.is(200);
    // What is signed stays as it was signed, whatever the seller calls the data meanwhile.
    let revision = s.seller.read(&s.listed.at).await.body["revision"].as_i64().unwrap();
    let mut card = crate::support::trade::dataset("seller", "spindle");
    card["title_en"] = json!("Spindle vibration, renamed");
    s.seller.puts(&s.listed.at, revision, card).await;
    let done = signs(&two, &narrowed.body["sha256"]).await.is(200);
    assert_eq!(done.text("state"), "granted");
    let signed = agreement().await;
    let page = s.buyer.get(&format!("/requests/{id}/agreement")).await.text().await.unwrap();
    assert!(page.contains("Agreed for the seller") && page.contains("Founder of seller"), "{page}");
    let hashes: Vec<&Value> = signed.body["signatures"].as_array().unwrap().iter().map(|x| &x["sha256"]).collect();
    assert_eq!(hashes, [&narrowed.body["sha256"]; 2]);
    assert_eq!(signed.body["sha256"], narrowed.body["sha256"]);
    let grant = s.buyer.read(&format!("/grants/{}", done.body["grants"][0].as_str().unwrap())).await.is(200);
    assert!(grant.text("ends_at") > grant.text("starts_at"));
}

#[actix_web::test]
async fn a_rule_looks_at_what_the_buyer_means_to_do() {
    let s = Scene::set().await;
    let rules = |intended: &str| json!({"automatic": {"intended": intended}, "licensing": {"need": 1, "due_days": 3}});
    let asks = async |actions: Value| s.asks_with(&s.offer, json!({"intended": {"actions": actions}})).await.is(201);
    s.seller.sells_by("seller", rules("allowed")).await.is(200);
    let bad = s.seller.sells_by("seller", rules("forbidden")).await;
    assert!(matches!(bad.status, 400 | 422), "{bad:?}");
    assert_eq!(asks(json!(["analyse"])).await.text("state"), "granted");
    assert_eq!(s.buyer.asks("buyer", &s.offer).await.is(201).text("state"), "awaiting_seller");
    assert_eq!(asks(json!(["analyse", "redistribute"])).await.text("state"), "awaiting_seller");
    // What the licence allows on conditions passes where the rule says so.
    let page = s.buyer.read("/requests?side=buyer").await.is(200);
    assert_eq!(page.body["items"].as_array().unwrap().len(), 3);
    let at = "/organisations/seller/selling-rules/dry-run";
    let tried = s.seller.tell(at, json!({"rules": rules("allowed")})).await.is(200);
    let would: Vec<bool> = tried.body["items"].as_array().unwrap().iter().map(|i| i["automatic"] == true).collect();
    assert_eq!(would, [false, false, true]);
    let unmet = &tried.body["items"][0]["conditions"][0];
    assert_eq!((&unmet["code"], &unmet["met"]), (&json!("rule_intended_allowed"), &json!(false)));
    // The page keeps the choice and tries it.
    let home = "/organisations/seller/selling-rules";
    let page = s.seller.get(home).await.text().await.unwrap();
    assert!(page.contains("value=\"allowed\" selected"), "{page}");
    let query = "automatic=yes&intended=conditional&need=1&due_days=3&currency=EUR";
    let page = s.seller.get(&format!("{home}/dry-run?{query}")).await.text().await.unwrap();
    assert!(page.contains("Of the last 3 requests 1 would have been automatic."), "{page}");
}

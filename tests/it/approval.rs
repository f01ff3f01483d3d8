//! Approval on both sides: policies with steps, n of m, selling rules, reminders, the inbox, one timeline.

use crate::support::trade::{Listed, Offered, free, priced};
use crate::support::{Exchange, Said, Visitor, address, said};
use bourse::jobs;
use reqwest::Method;
use serde_json::{Value, json};

/// A seller with a listing and a buyer, both verified; the offer is paid later, so that approvals end in a grant.
pub struct Scene {
    pub exchange: Exchange,
    pub seller: Visitor,
    pub buyer: Visitor,
    pub listed: Listed,
    pub offer: Offered,
}
impl Scene {
    pub async fn set() -> Self {
        let exchange = Exchange::start().await;
        let operator = exchange.operator();
        let seller = exchange.firm(&operator, "seller").await;
        let buyer = exchange.firm(&operator, "buyer").await;
        let listed = exchange.listed(&seller, "seller", "spindle").await;
        let mut later = priced();
        later["payment"] = json!("later");
        let offer = seller.offers(&listed, "LicenseRef-Bourse-Internal-Analytics", later).await;
        Self { exchange, seller, buyer, listed, offer }
    }
    /// Somebody new at the buyer.
    pub async fn joins(&self, name: &str, roles: &[&str]) -> Visitor {
        self.exchange.joins(&self.buyer, "buyer", name, roles).await
    }
}

impl Visitor {
    /// The identifier of this person.
    pub async fn id(&self) -> String {
        self.read("/me").await.is(200).text("id")
    }
    /// Puts something with the edition or revision that is seen.
    pub async fn puts(&self, path: &str, seen: i64, body: Value) -> Said {
        let asked = self.request(Method::PUT, &format!("/api/v1{path}")).header("If-Match", format!("\"{seen}\""));
        said(asked.json(&body)).await
    }
    /// Puts a policy with these steps in force.
    pub async fn rules_by(&self, party: &str, policy: Value) -> Said {
        let at = format!("/organisations/{party}/approval-policy");
        let seen = self.read(&at).await.is(200).body["number"].as_i64().unwrap();
        self.puts(&at, seen, json!({"policy": policy, "note": "as agreed"})).await
    }
    /// Puts selling rules in force for all datasets.
    pub async fn sells_by(&self, party: &str, rules: Value) -> Said {
        let at = format!("/organisations/{party}/selling-rules");
        let seen = self.read(&at).await.is(200).body["number"].as_i64().unwrap();
        self.puts(&at, seen, json!({"rules": rules})).await
    }
}

/// A step of a policy.
pub fn step(name: &str, group: i64, need: i64) -> Value {
    json!({"name_en": name, "name_zh": name, "kind": "approve", "need": need, "group": group, "due_days": 5})
}

fn steps_of(said: &Said) -> Vec<(String, String)> {
    let steps = said.body["steps"].as_array().unwrap();
    let text = |s: &Value, key: &str| s[key].as_str().unwrap().to_owned();
    steps.iter().map(|s| (text(s, "name"), text(s, "state"))).collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[actix_web::test]
async fn a_policy_with_steps_side_by_side_and_one_after_the_other() {
    let scene = Scene::set().await;
    let (lead, legal, legal2, chief) = (
        scene.joins("Lead", &["approver"]).await,
        scene.joins("Legal", &["auditor"]).await,
        scene.joins("Legal Two", &["auditor"]).await,
        scene.joins("Chief", &["approver"]).await,
    );
    let mut second = step("Legal", 1, 2);
    second["members"] = json!([legal.id().await, legal2.id().await]);
    let mut last = step("Board", 2, 1);
    last["members"] = json!([chief.id().await]);
    last["when"] = json!({"amount_over": {"amount_minor": 100_000, "currency": "EUR"}});
    let mut never = step("Own licences only", 3, 1);
    never["when"] = json!({"licences": ["custom"]});
    let put = scene.buyer.rules_by("buyer", json!({"steps": [step("Lead", 1, 1), second, last, never]})).await.is(200);
    assert_eq!(put.body["number"], 1);

    let asked = scene.buyer.asks("buyer", &scene.offer).await.is(201);
    let id = asked.text("id");
    assert_eq!(
        steps_of(&asked),
        pairs(&[("Lead", "open"), ("Legal", "open"), ("Board", "waiting"), ("Licensing", "waiting")])
    );
    chief.decides(&id, "approval").await.is(200);
    chief.decides(&id, "approval").await.unmet("role_to_decide");
    legal.decides(&id, "approval").await.is(200);
    let now = scene.buyer.read(&format!("/requests/{id}")).await;
    assert_eq!(
        steps_of(&now),
        pairs(&[("Lead", "done"), ("Legal", "open"), ("Board", "waiting"), ("Licensing", "waiting")])
    );
    lead.decides(&id, "approval").await.unmet("role_to_decide");
    legal.decides(&id, "approval").await.unmet("counted_once");
    scene.seller.decides(&id, "approval").await.unmet("role_to_decide");
    legal2.decides(&id, "approval").await.is(200);
    // The chief approved in the first group already, and nobody counts twice.
    chief.decides(&id, "approval").await.unmet("counted_once");
}

#[actix_web::test]
async fn the_last_approval_moves_the_request_and_all_stand_on_the_receipt() {
    let scene = Scene::set().await;
    let (one, two, three) = (
        scene.joins("One", &["approver"]).await,
        scene.joins("Two", &["approver"]).await,
        scene.joins("Three", &["approver"]).await,
    );
    scene.buyer.rules_by("buyer", json!({"steps": [step("Pair", 1, 2)]})).await.is(200);
    let asked = scene.buyer.asks("buyer", &scene.offer).await.is(201);
    let (id, revision) = (asked.text("id"), asked.body["revision"].as_i64().unwrap());
    assert_eq!(one.decides_on(&id, "approval", revision).await.is(200).body["state"], "submitted");
    // The second approval is made on the page of before: it does not collide with the first.
    assert_eq!(two.decides_on(&id, "approval", revision).await.is(200).body["state"], "awaiting_seller");
    let late = three.decides_on(&id, "approval", revision).await.problem(409, "already_decided");
    assert!(late.text("detail").contains("Two"), "{late:?}");
    let page = three.post(&format!("/requests/{id}/approval"), &[("revision", &revision.to_string())]).await;
    assert_eq!(page.status(), 409);
    assert!(page.text().await.unwrap().contains("Already approved by Two"));
    let done = scene.seller.decides(&id, "approval").await.is(200);
    assert_eq!(done.body["state"], "granted");
    let grant = done.body["grants"][0].as_str().unwrap().to_owned();
    let receipt = scene.buyer.get(&format!("/grants/{grant}/receipt.jws")).await.text().await.unwrap();
    let jwks: Value = scene.exchange.nobody().get("/.well-known/jwks.json").await.json().await.unwrap();
    let says = bourse::market::signing::verify_with(&jwks, receipt.trim()).unwrap();
    let names: Vec<&str> = says["approvals"].as_array().unwrap().iter().map(|a| a["by"].as_str().unwrap()).collect();
    assert_eq!(names, ["One", "Two", "Founder of seller"]);
    // Everybody's task closed, and they were told who decided.
    scene.exchange.mail_to(&address("Three"), "Two approved").await;
    let decided = one.read("/inbox?tab=decided").await.is(200);
    let names: Vec<&str> =
        decided.body["items"].as_array().unwrap().iter().map(|i| i["decision"]["by"].as_str().unwrap()).collect();
    assert_eq!(names, ["Two", "One"]);
    assert_eq!(three.read("/inbox").await.is(200).body["items"], json!([]));
}

#[actix_web::test]
async fn an_approver_has_a_limit() {
    let scene = Scene::set().await;
    let (small, big) = (scene.joins("Small", &["approver"]).await, scene.joins("Big", &["approver"]).await);
    let limit = json!({"member": small.id().await, "most": {"amount_minor": 100_000, "currency": "EUR"}});
    scene.buyer.rules_by("buyer", json!({"steps": [step("Approval", 1, 1)], "limits": [limit]})).await.is(200);
    let id = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
    assert_eq!(small.read("/inbox").await.is(200).body["items"], json!([]));
    small.decides(&id, "approval").await.unmet("within_limit");
    assert_eq!(big.read("/inbox").await.is(200).body["items"].as_array().unwrap().len(), 1);
    big.decides(&id, "approval").await.is(200);
}

#[actix_web::test]
async fn a_policy_is_tried_before_it_counts() {
    let scene = Scene::set().await;
    let free_offer = scene.seller.offers(&scene.listed, "CC-BY-4.0", free()).await;
    scene.buyer.asks("buyer", &free_offer).await.is(201);
    let priced = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
    let mut dear = step("Dear", 1, 1);
    dear["when"] = json!({"amount_over": {"amount_minor": 50_000, "currency": "EUR"}});
    let at = "/organisations/buyer/approval-policy/dry-run";
    let tried = scene.buyer.tell(at, json!({"policy": {"steps": [dear]}})).await.is(200);
    let list = tried.body["items"].as_array().unwrap();
    assert_eq!(list.len(), 2);
    assert_eq!((&list[0]["request"], &list[0]["steps"]), (&json!(priced), &json!(["Dear"])));
    assert_eq!(list[1]["steps"], json!([]));
    let stranger = scene.exchange.person("Stranger");
    stranger.tell(at, json!({"policy": {"steps": []}})).await.problem(404, "not_found");
    // A step nobody can do is refused, and an outdated edition too.
    let bad = scene.buyer.rules_by("buyer", json!({"steps": [step("None", 1, 0)]})).await.problem(422, "invalid");
    assert_eq!(bad.body["errors"][0]["field"], "need");
    scene
        .buyer
        .puts("/organisations/buyer/approval-policy", 7, json!({"policy": {"steps": []}}))
        .await
        .problem(409, "overtaken");
}

#[actix_web::test]
async fn the_old_amount_is_the_simple_form_of_the_policy() {
    let scene = Scene::set().await;
    scene.buyer.approves_over("buyer", "500.00").await;
    let policy = scene.buyer.read("/organisations/buyer/approval-policy").await.is(200);
    assert_eq!(policy.body["body"]["steps"][0]["when"]["amount_over"]["amount_minor"], 50_000);
    assert_eq!(scene.buyer.read("/organisations/buyer").await.body["approval_over"]["amount_minor"], 50_000);
    scene.buyer.rules_by("buyer", json!({"steps": [step("All", 1, 1)]})).await.is(200);
    assert_eq!(scene.buyer.read("/organisations/buyer").await.body["approval_over"], Value::Null);
}

#[actix_web::test]
async fn selling_rules_agree_by_themselves_or_ask_n_of_m() {
    let scene = Scene::set().await;
    let second = scene.exchange.joins(&scene.seller, "seller", "Second Licensor", &["licensor"]).await;
    let rules = json!({
        "automatic": {"verified_buyer": true, "countries": ["DE"], "purpose_length": 10,
                      "amount_up_to": {"amount_minor": 200_000, "currency": "EUR"}, "general_only": true},
        "licensing": {"need": 2, "due_days": 3},
    });
    // Tried first: nothing was asked for yet.
    let at = "/organisations/seller/selling-rules/dry-run";
    assert_eq!(scene.seller.tell(at, json!({"rules": rules.clone()})).await.is(200).body["items"], json!([]));
    scene.seller.sells_by("seller", rules).await.is(200);
    let agreed = scene.buyer.asks("buyer", &scene.offer).await.is(201);
    assert_eq!(agreed.body["state"], "granted");
    let timeline = agreed.body["timeline"].as_array().unwrap();
    assert!(timeline.iter().any(|e| e["deed"] == "purchase.rule_approved"), "{timeline:#?}");

    let stricter = json!({
        "automatic": {"known_buyer": true, "amount_up_to": {"amount_minor": 100, "currency": "EUR"}},
        "licensing": {"need": 2, "due_days": 3},
    });
    let tried = scene.seller.tell(at, json!({"rules": stricter.clone()})).await.is(200);
    assert_eq!(tried.body["items"][0]["automatic"], false);
    scene.seller.sells_by("seller", stricter).await.is(200);
    let id = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
    assert_eq!(scene.seller.decides(&id, "approval").await.is(200).body["state"], "awaiting_seller");
    scene.seller.decides(&id, "approval").await.unmet("counted_once");
    assert_eq!(second.decides(&id, "approval").await.is(200).body["state"], "granted");
}

#[actix_web::test]
async fn a_refusal_names_a_reason_of_the_list() {
    let scene = Scene::set().await;
    let id = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
    let at = format!("/api/v1/requests/{id}/refusal");
    let refuse = |body: Value| scene.seller.request(Method::POST, &at).header("If-Match", "\"1\"").json(&body);
    let bad = said(refuse(json!({"note": "No.", "reason": "because"}))).await.problem(422, "invalid");
    assert_eq!(bad.body["errors"][0]["field"], "reason");
    said(refuse(json!({"reason": "purpose"}))).await.problem(422, "invalid");
    said(refuse(json!({"reason": "purpose", "note": "Say which machines."}))).await.is(200);
    let page = scene.buyer.get(&format!("/requests/{id}")).await.text().await.unwrap();
    assert!(page.contains("The purpose is not clear") && page.contains("Say which machines."));
    // A form without words comes back as typed, with the chosen reason.
    let id = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
    let fields = [("revision", "1"), ("reason", "capacity"), ("refusal_note", "")];
    let page = scene.seller.post(&format!("/requests/{id}/refusal"), &fields).await;
    assert_eq!(page.status(), 422);
    let text = page.text().await.unwrap();
    assert!(text.contains("value=\"capacity\" selected") && text.contains("refusal_note-error"));
}

#[actix_web::test]
async fn an_organisation_refuses_with_reasons_of_its_own() {
    let scene = Scene::set().await;
    let at = "/organisations/seller/refusal-reasons";
    let reason = json!({"name_en": "Under embargo until the fair", "name_zh": "展会前保密"});
    let id = scene.seller.tell(at, reason.clone()).await.is(201).text("id");
    scene.seller.tell(at, reason).await.problem(422, "invalid");
    scene.seller.tell(at, json!({"name_en": " "})).await.problem(422, "invalid");
    scene.buyer.tell(at, json!({"name_en": "Mine"})).await.problem(404, "not_found");
    scene.buyer.read(at).await.problem(404, "not_found");
    let licensor = scene.exchange.joins(&scene.seller, "seller", "Licensor", &["licensor"]).await;
    assert_eq!(licensor.read(at).await.is(200).body["items"][0]["id"], json!(id));
    assert_eq!(licensor.get(at).await.status(), 404, "the page is for owners");
    let posted = scene.seller.post(at, &[("name_en", "Not for rivals"), ("name_zh", "")]).await;
    assert_eq!(posted.status(), 303);
    let page = scene.seller.get(at).await.text().await.unwrap();
    assert!(page.contains("Not for rivals") && page.contains("The purpose is not clear"), "{page}");

    let request = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
    let page = licensor.get(&format!("/requests/{request}")).await.text().await.unwrap();
    assert!(page.contains("Under embargo until the fair"), "{page}");
    let refuses = async |request: &str, reason: &str| {
        let asked = licensor.request(Method::POST, &format!("/api/v1/requests/{request}/refusal"));
        said(asked.header("If-Match", "\"1\"").json(&json!({"reason": reason, "note": "Ask again in May."}))).await
    };
    // A reason of nobody, and one of another organisation.
    refuses(&request, "0193a1b2-0000-7000-8000-000000000000").await.problem(422, "invalid");
    let theirs = json!({"name_zh": "预算已冻结"});
    let theirs = scene.buyer.tell("/organisations/buyer/refusal-reasons", theirs).await.is(201).text("id");
    refuses(&request, &theirs).await.problem(422, "invalid");
    refuses(&request, &id).await.is(200);
    // The other side reads it, also when it is retired.
    scene.seller.api(Method::DELETE, &format!("{at}/{id}"), None).await.is(204);
    scene.seller.api(Method::DELETE, &format!("{at}/{id}"), None).await.problem(409, "overtaken");
    let page = scene.buyer.get(&format!("/requests/{request}")).await.text().await.unwrap();
    assert!(page.contains("Under embargo until the fair") && page.contains("Ask again in May."), "{page}");
    let page = licensor.get("/inbox?tab=decided").await.text().await.unwrap();
    assert!(page.contains("Under embargo until the fair"), "{page}");
    let request = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
    refuses(&request, &id).await.problem(422, "invalid");
    // A request for a price is refused with a reason too.
    let on_request = crate::deals::offer(json!({"plan": "on_request"}));
    let offer = scene.seller.offers(&scene.listed, "LicenseRef-Bourse-Internal-Analytics", on_request).await;
    let request = scene.buyer.asks("buyer", &offer).await.is(201).text("id");
    refuses(&request, "capacity").await.is(200);
    let page = scene.buyer.get(&format!("/requests/{request}")).await.text().await.unwrap();
    assert!(page.contains("We cannot supply it now"), "{page}");
}

#[actix_web::test]
async fn reminders_and_escalation_come_once() {
    let scene = Scene::set().await;
    let site = &scene.exchange.site;
    scene.joins("Approver", &["approver"]).await;
    let chief = scene.joins("Chief", &["auditor"]).await;
    let mut late = step("Approval", 1, 1);
    late["escalate_to"] = json!(chief.id().await);
    scene.buyer.rules_by("buyer", json!({"steps": [late]})).await.is(200);
    let id = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
    let notes = async |kind: &str| {
        let operator = scene.exchange.signs_in_again("Operator");
        let mails = operator.read("/operator/mails?size=200").await.is(200);
        mails.body["items"].as_array().unwrap().iter().filter(|m| m["kind"] == kind).count()
    };
    chief.decides(&id, "approval").await.unmet("role_to_decide");
    site.clock.advance(3 * 86_400 - 60);
    jobs::round(site).await.unwrap();
    site.clock.advance(60);
    jobs::round(site).await.unwrap();
    jobs::round(site).await.unwrap();
    scene.exchange.mail_to(&address("Approver"), "still waits for a decision").await;
    site.clock.advance(2 * 86_400);
    jobs::round(site).await.unwrap();
    jobs::round(site).await.unwrap();
    scene.exchange.mail_to(&address("Chief"), "is late").await;
    let chief = scene.exchange.signs_in_again("Chief");
    assert_eq!(chief.read("/inbox").await.is(200).body["items"][0]["late"], true);
    assert_eq!((notes("step-reminder").await, notes("step-escalated").await), (1, 1));
    chief.decides(&id, "approval").await.is(200);
}

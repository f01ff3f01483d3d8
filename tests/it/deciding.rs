//! Standing in, budgets, mandates, signatures, the thread, many decisions at once; and races on all of them.

use crate::approval::{Scene, step};
use crate::support::trade::{Offered, asking, priced};
use crate::support::{PASSWORD, Said, Visitor, address, said, skip, variable};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

impl Scene {
    /// A budget of the buyer for this month and the next.
    pub async fn budget(&self, centre: &str, amount: &str) -> Said {
        let now = self.exchange.site.clock.now();
        let (from, until) = (now.plus_days(-1).civil("%Y-%m-%d"), now.plus_days(40).civil("%Y-%m-%d"));
        let body = json!({"cost_centre": centre, "amount": amount, "currency": "EUR", "from": from, "until": until});
        self.buyer.tell("/organisations/buyer/budgets", body).await
    }
    pub async fn left(&self) -> i64 {
        let list = self.buyer.read("/organisations/buyer/budgets").await.is(200);
        list.body["items"][0]["left_minor"].as_i64().unwrap()
    }
    pub async fn asks_from(&self, centre: &str) -> Said {
        let mut body = asking("buyer", &self.offer);
        body["cost_centre"] = json!(centre);
        self.buyer.tell("/requests", body).await
    }
}

#[actix_web::test]
async fn a_delegate_decides_for_whoever_is_away() {
    let scene = Scene::set().await;
    let (chief, deputy) = (scene.joins("Chief", &["approver"]).await, scene.joins("Deputy", &["requester"]).await);
    scene.buyer.rules_by("buyer", json!({"steps": [step("Approval", 1, 1)]})).await.is(200);
    let now = scene.exchange.site.clock.now();
    let day = |days: i64| now.plus_days(days).civil("%Y-%m-%d");
    let at = "/organisations/buyer/delegates";
    let absence =
        |from: i64, until: i64, delegate: &str| json!({"delegate": delegate, "from": day(from), "until": day(until)});
    let id = deputy.id().await;
    let own = chief.id().await;
    chief.tell(at, absence(0, 200, &id)).await.problem(422, "invalid");
    chief.tell(at, absence(0, 7, &own)).await.problem(422, "invalid");
    let other = json!({"member": own, "delegate": id, "from": day(0), "until": day(1)});
    deputy.tell(at, other).await.problem(404, "not_found");
    let asked = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
    deputy.decides(&asked, "approval").await.unmet("role_to_decide");
    let made = chief.tell(at, absence(0, 7, &id)).await.is(201).text("id");
    scene.exchange.mail_to(&address("Deputy"), "You stand in for Chief").await;
    assert_eq!(deputy.read("/inbox").await.is(200).body["items"].as_array().unwrap().len(), 1);
    // Never on an own request, also not for somebody else.
    let own_request = deputy.asks("buyer", &scene.offer).await.is(201).text("id");
    deputy.decides(&own_request, "approval").await.unmet("not_own_request");
    let decided = deputy.decides(&asked, "approval").await.is(200);
    assert_eq!(decided.body["steps"][0]["decisions"][0]["for_another"], true);
    let page = scene.buyer.get(&format!("/requests/{asked}")).await.text().await.unwrap();
    assert!(page.contains("for Chief"));
    // Whoever asked is not stood in for either.
    let asks_self = scene.joins("Asking Chief", &["approver", "requester"]).await;
    let for_self = json!({"delegate": id, "from": day(0), "until": day(7)});
    asks_self.tell(at, for_self).await.is(201);
    chief.api(Method::DELETE, &format!("{at}/{made}"), None).await.is(204);
    let theirs = asks_self.asks("buyer", &scene.offer).await.is(201).text("id");
    deputy.decides(&theirs, "approval").await.unmet("not_for_requester");
}

#[actix_web::test]
async fn a_budget_is_reserved_freed_and_spent() {
    let scene = Scene::set().await;
    assert_eq!(scene.budget("RD-1", "2000.00").await.is(201).status, 201);
    scene.budget("RD-1", "10.00").await.problem(422, "invalid");
    scene.buyer.asks("buyer", &scene.offer).await.unmet("cost_centre_named");
    scene.asks_from("RD-2").await.unmet("cost_centre_named");
    let id = scene.asks_from("RD-1").await.is(201).text("id");
    assert_eq!(scene.left().await, 81_000);
    scene.asks_from("RD-1").await.unmet("within_budget");
    let page = scene.buyer.get(&format!("/requests/{id}")).await.text().await.unwrap();
    assert!(page.contains("Budget left"));
    let page = scene.seller.get(&format!("/requests/{id}")).await.text().await.unwrap();
    assert!(!page.contains("Budget left"), "the budget is the buyer's own matter");
    scene.seller.decides(&id, "return").await.is(200);
    assert_eq!(scene.left().await, 200_000);
    let again = scene.buyer.read(&format!("/requests/{id}")).await.body["revision"].as_i64().unwrap();
    scene.buyer.decides_on(&id, "resubmission", again).await.is(200);
    assert_eq!(scene.left().await, 81_000);
    scene.seller.decides(&id, "approval").await.is(200);
    assert_eq!(scene.left().await, 81_000);
    let list = scene.buyer.read("/organisations/buyer/budgets").await.is(200);
    assert_eq!(
        (&list.body["items"][0]["reserved_minor"], &list.body["items"][0]["spent_minor"]),
        (&json!(0), &json!(119_000))
    );
}

#[actix_web::test]
async fn a_machine_accepts_inside_its_mandate_and_asks_outside() {
    let scene = Scene::set().await;
    scene.joins("Approver", &["approver"]).await;
    let chief = scene.joins("Chief", &["approver"]).await;
    scene.buyer.rules_by("buyer", json!({"steps": [step("Approval", 1, 1)]})).await.is(200);
    scene
        .seller
        .sells_by("seller", json!({"automatic": {"verified_buyer": true}, "licensing": {"need": 1, "due_days": 3}}))
        .await
        .is(200);
    let client = scene.buyer.makes_service("buyer", &["read", "purchase"]).await;
    let machine = scene.exchange.nobody().signs_in_as(&client).await;
    let at = format!("/organisations/buyer/service-accounts/{}/mandate", client.0);
    // Without a mandate a person has to look at what costs money.
    let outside = machine.asks("buyer", &scene.offer).await.is(201);
    assert_eq!(outside.body["state"], "submitted");
    assert!(outside.body["steps"][0]["name"].as_str().unwrap().starts_with("Outside the mandate"));
    let body = |request: i64, month: i64, licences: Value| {
        json!({
            "licences": licences, "levels": ["general"], "per_request": {"amount_minor": request, "currency": "EUR"},
            "per_month_minor": month, "answers": "",
        })
    };
    let mandate = |mut body: Value, who: String| {
        body["answers"] = json!(who);
        body
    };
    let who = chief.id().await;
    scene
        .buyer
        .puts(&at, 0, mandate(body(200_000, 100, json!(["standard"])), who.clone()))
        .await
        .problem(422, "invalid");
    machine.puts(&at, 0, mandate(body(200_000, 300_000, json!(["standard"])), who.clone())).await.is(403);
    scene.buyer.puts(&at, 0, mandate(body(200_000, 300_000, json!(["standard"])), who.clone())).await.is(204);
    let inside = machine.asks("buyer", &scene.offer).await.is(201);
    assert_eq!(inside.body["state"], "granted", "{inside:?}");
    assert!(inside.body["timeline"].to_string().contains("purchase.mandate_used"));
    assert_eq!(machine.read(&at).await.is(200).body["used_this_month_minor"], 119_000);
    machine.asks("buyer", &scene.offer).await.is(201);
    // A third one is beyond the month: the person who answers gets the task.
    let third = machine.asks("buyer", &scene.offer).await.is(201);
    assert_eq!(third.body["state"], "submitted");
    assert_eq!(third.body["steps"][0]["name"], "Outside the mandate: amount of the month");
    assert_eq!(third.body["steps"][0]["deciders"], json!(["Chief"]));
    chief.decides(&third.text("id"), "approval").await.is(200);
    scene.buyer.api(Method::DELETE, &at, None).await.is(204);
    machine.read(&at).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_signatory_signs_with_the_password() {
    let scene = Scene::set().await;
    let approver = scene.joins("Approver", &["approver"]).await;
    let signatory = scene.joins("Signatory", &["signatory"]).await;
    let mut sign = step("Signature", 2, 1);
    sign["kind"] = json!("sign");
    scene.buyer.rules_by("buyer", json!({"steps": [step("Approval", 1, 1), sign]})).await.is(200);
    let id = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
    signatory.decides(&id, "approval").await.unmet("role_to_decide");
    approver.decides(&id, "approval").await.is(200);
    signatory.decides(&id, "approval").await.unmet("role_to_decide");
    // Nothing is signed before both sides agreed.
    assert_eq!(scene.seller.decides(&id, "approval").await.is(200).body["state"], "awaiting_signature");
    scene.exchange.mail_to(&address("Signatory"), "waits for your signature").await;
    // An old session shows the password again; a wrong one comes back to the form.
    scene.exchange.site.clock.advance(1_200);
    signatory.decides(&id, "approval").await.unmet("recently_authenticated");
    let page = signatory.get(&format!("/requests/{id}")).await.text().await.unwrap();
    assert!(page.contains("name=\"password\"") && page.contains("Read the agreement"));
    let revision = scene.buyer.read(&format!("/requests/{id}")).await.body["revision"].to_string();
    let form = |password: &'static str| {
        [("revision", revision.as_str()), ("note", "Signed in the board."), ("password", password)]
    };
    let wrong = signatory.post(&format!("/requests/{id}/approval"), &form("wrong horse battery")).await;
    assert_eq!(wrong.status(), 422);
    assert!(wrong.text().await.unwrap().contains("Signed in the board."));
    assert_eq!(signatory.post(&format!("/requests/{id}/approval"), &form(PASSWORD)).await.status(), 303);
    let agreement = scene.seller.read(&format!("/requests/{id}/agreement")).await.is(200);
    let signature = &agreement.body["signatures"][0];
    assert_eq!((&signature["by"], &signature["lang"]), (&json!("Signatory"), &json!("en")));
    assert_eq!(signature["sha256"], agreement.body["sha256"]);
    let page = scene.seller.get(&format!("/requests/{id}/agreement")).await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains(agreement.body["sha256"].as_str().unwrap()));
    scene.exchange.person("Stranger").read(&format!("/requests/{id}/agreement")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn both_sides_write_in_one_thread_and_are_told_once() {
    let scene = Scene::set().await;
    let id = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
    let at = format!("/requests/{id}/messages");
    scene.seller.tell(&at, json!({"text": "Which machines?"})).await.is(201);
    scene.seller.tell(&at, json!({"text": "And how many?\nPlease."})).await.is(201);
    scene.seller.tell(&at, json!({"text": " "})).await.problem(422, "invalid");
    let posted = scene.buyer.post(&format!("/requests/{id}/messages"), &[("text", "Four, of line 4.")]).await;
    assert_eq!(posted.status(), 303);
    for side in [&scene.buyer, &scene.seller] {
        let list = side.read(&at).await.is(200);
        assert_eq!(list.body["items"].as_array().unwrap().len(), 3);
    }
    let stranger = scene.exchange.person("Stranger");
    stranger.read(&at).await.problem(404, "not_found");
    stranger.tell(&at, json!({"text": "Hello"})).await.problem(404, "not_found");
    let operator = scene.exchange.signs_in_again("Operator");
    let mails = operator.read("/operator/mails?size=200").await.is(200);
    let told = mails.body["items"].as_array().unwrap().iter().filter(|m| m["kind"] == "message-came").count();
    assert_eq!(told, 2, "one for each turn");
}

#[actix_web::test]
async fn many_are_decided_at_once_after_the_password() {
    let scene = Scene::set().await;
    let approver = scene.joins("Approver", &["approver"]).await;
    scene.buyer.rules_by("buyer", json!({"steps": [step("Approval", 1, 1)]})).await.is(200);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id"));
    }
    scene.exchange.site.clock.advance(1_200);
    let requests: Vec<Value> = ids.iter().map(|id| json!({"id": id, "revision": 1})).collect();
    let body = |password: &str| json!({"verdict": "approve", "requests": requests[..2], "password": password});
    approver.tell("/inbox/decisions", body("")).await.unmet("recently_authenticated");
    let key = approver.key_for("buyer", "30").await;
    key.tell("/inbox/decisions", body("")).await.unmet("recently_authenticated");
    let done = key.tell("/inbox/decisions", body(PASSWORD)).await.is(200);
    assert!(done.body["items"].as_array().unwrap().iter().all(|i| i["done"] == true), "{done:?}");
    let again = approver.tell("/inbox/decisions", body(PASSWORD)).await.is(200);
    assert_eq!(again.body["items"][0]["code"], "overtaken");
    assert!(again.body["items"][0]["why"].as_str().unwrap().contains("Approver"), "{again:?}");
    // In the browser: one that was decided meanwhile beside one that was not, each with its outcome.
    let other = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
    let seen = format!("{}:1 {other}:1", ids[0]);
    let fields = [("seen", seen.as_str()), ("verdict", "approve"), ("note", ""), ("password", PASSWORD)];
    let partly = approver.post("/inbox/decisions", &fields).await;
    assert_eq!(partly.status(), 303);
    let place = partly.headers()["location"].to_str().unwrap().to_owned();
    let page = approver.get(&place).await.text().await.unwrap();
    assert!(page.contains("1 of 2 were decided.") && page.contains("not decided"), "{page}");
    assert!(page.contains("Somebody was first") || page.contains("Approver"), "{page}");
    // Whoever makes up an address is told nothing that is not so, and of nothing that is not theirs.
    let made_up = format!("/inbox/decisions/outcome?fared={}:done", ids[2]);
    assert!(approver.get(&made_up).await.text().await.unwrap().contains("0 of 1 were decided."));
    let stranger = scene.exchange.person("Stranger");
    assert!(stranger.get(&made_up).await.text().await.unwrap().contains("0 of 0 were decided."));
    // The page: what was picked, the password (shown a moment ago, so it is not asked for), the result.
    let page = approver.get(&format!("/inbox/decisions?pick-{}=on", ids[2])).await.text().await.unwrap();
    assert!(page.contains(&format!("{}:1", ids[2])) && !page.contains("name=\"password\""));
    let seen = format!("{}:1", ids[2]);
    let refused = [("seen", seen.as_str()), ("verdict", "refuse"), ("reason", "budget"), ("note", "")];
    assert_eq!(approver.post("/inbox/decisions", &refused).await.status(), 422);
    let refused = [("seen", seen.as_str()), ("verdict", "refuse"), ("reason", "budget"), ("note", "Not this year.")];
    assert_eq!(approver.post("/inbox/decisions", &refused).await.status(), 303);
    assert_eq!(scene.buyer.read(&format!("/requests/{}", ids[2])).await.body["state"], "refused");
}

/// Nothing on SQLite, where it says so: one writer cannot race.
async fn race() -> Option<Scene> {
    if variable("TEST_DATABASE_URL").is_none() {
        skip("races need PostgreSQL: TEST_DATABASE_URL names none");
        return None;
    }
    Some(Scene::set().await)
}

#[actix_web::test]
async fn of_64_approvers_exactly_as_many_count_as_are_needed() {
    let Some(scene) = race().await else { return };
    let mut people: Vec<Visitor> = Vec::new();
    for n in 0..16 {
        people.push(scene.joins(&format!("Approver {n}"), &["approver"]).await);
    }
    scene.buyer.rules_by("buyer", json!({"steps": [step("Five", 1, 5), step("Two", 1, 2)]})).await.is(200);
    let id = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
    let said = join_all((0..64).map(|n| people[n % 16].decides_on(&id, "approval", 1))).await;
    let odd: Vec<_> = said.iter().filter(|s| !matches!(s.status, 200 | 403 | 409)).collect();
    assert!(odd.is_empty(), "{odd:#?}");
    assert_eq!(said.iter().filter(|s| s.status == 200).count(), 7);
    let whole = scene.buyer.read(&format!("/requests/{id}")).await.is(200);
    assert_eq!(whole.body["state"], "awaiting_seller");
    let counts: Vec<usize> =
        whole.body["steps"].as_array().unwrap().iter().map(|s| s["decisions"].as_array().unwrap().len()).collect();
    assert_eq!(counts, [5, 2, 0]);
}

#[actix_web::test]
async fn a_budget_at_its_limit_is_not_overdrawn() {
    let Some(scene) = race().await else { return };
    // Room for three of sixteen.
    scene.budget("RD-1", "3600.00").await.is(201);
    let mut body = asking("buyer", &scene.offer);
    body["cost_centre"] = json!("RD-1");
    let said = join_all((0..16).map(|_| scene.buyer.tell("/requests", body.clone()))).await;
    assert_eq!(said.iter().filter(|s| s.status == 201).count(), 3, "{said:#?}");
    assert_eq!(scene.left().await, 360_000 - 3 * 119_000);
}

#[actix_web::test]
async fn approving_refusing_and_withdrawing_at_once_has_one_winner() {
    let Some(scene) = race().await else { return };
    let (one, two) = (scene.joins("One", &["approver"]).await, scene.joins("Two", &["approver"]).await);
    scene.buyer.rules_by("buyer", json!({"steps": [step("Approval", 1, 1)]})).await.is(200);
    for _ in 0..6 {
        let id = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
        let withdrawal = format!("/requests/{id}/withdrawal");
        let (yes, no, back) = futures_util::future::join3(
            one.decides_on(&id, "approval", 1),
            two.decides_on(&id, "refusal", 1),
            scene.buyer.tell(&withdrawal, json!({})),
        )
        .await;
        let won: Vec<u16> = [&yes, &no, &back].iter().map(|s| s.status).filter(|s| *s < 300).collect();
        let state = scene.buyer.read(&format!("/requests/{id}")).await.is(200).text("state");
        // An approval can be followed by the withdrawal; nothing else can follow anything.
        let right = won.len() == 1 || won.len() == 2 && yes.status == 200 && back.status == 204 && state == "withdrawn";
        assert!(right, "{state}: {yes:?} {no:?} {back:?}");
    }
}

/// An offer that is paid before the grant, for tests that need the state.
pub async fn prepaid(scene: &Scene) -> Offered {
    scene.seller.offers(&scene.listed, "LicenseRef-Bourse-Internal-Analytics", priced()).await
}

#[actix_web::test]
async fn a_return_is_paid_no_more() {
    let scene = Scene::set().await;
    let offer = prepaid(&scene).await;
    let id = scene.buyer.asks("buyer", &offer).await.is(201).text("id");
    assert_eq!(scene.seller.decides(&id, "approval").await.is(200).body["state"], "awaiting_payment");
    let late = said(
        scene
            .seller
            .request(Method::POST, &format!("/api/v1/requests/{id}/return"))
            .header("If-Match", "\"1\"")
            .json(&json!({"note": "late"})),
    );
    late.await.problem(409, "already_decided");
}

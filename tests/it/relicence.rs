//! A newer version of a licence: it applies to new grants, and each holder of a running one is asked again.

use crate::support::trade::{Offered, free};
use crate::support::{Exchange, Said, Visitor};
use bourse::market::signing;
use reqwest::Method;
use serde_json::{Value, json};

async fn built(seller: &Visitor, label: &str, training: &str) -> Value {
    let body = json!({
        "organisation": "seller", "name": "fleet", "label": label, "title_en": "Fleet licence",
        "parameters": {"training": training, "commercial": "internal"},
    });
    let made = seller.tell("/licences/built", body).await.is(201);
    seller.read(&format!("/licences/{}", made.text("id"))).await.is(200).body
}

async fn offered(seller: &Visitor, at: &str, licence: &Value) -> Offered {
    let mut offer = free();
    offer["licence"] = licence["id"].clone();
    let id = seller.tell(&format!("{at}/offers"), offer).await.is(201).text("id");
    Offered { id, accept: licence["sha256"].as_str().unwrap().to_owned() }
}

async fn text(visitor: &Visitor, path: &str) -> String {
    let page = visitor.get(path).await;
    assert_eq!(page.status(), 200, "{path}");
    page.text().await.unwrap()
}

fn grant_of(asked: &Said) -> String {
    asked.body["grants"][0].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn holders_are_asked_and_the_old_text_stays_until_they_accept() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let (seller, buyer) = (exchange.firm(&operator, "seller").await, exchange.firm(&operator, "buyer").await);
    let other = exchange.firm(&operator, "other").await;
    let listed = exchange.listed(&seller, "seller", "spindle").await;
    let first = built(&seller, "1.0", "internal").await;
    let old = offered(&seller, &listed.at, &first).await;
    let grant = grant_of(&buyer.asks("buyer", &old).await.is(201));
    let declining = grant_of(&other.asks("other", &old).await.is(201));

    // Nothing to ask before the newer version is offered.
    let second = built(&seller, "1.1", "keep").await;
    let ask = json!({"licence": second["id"]});
    let at = format!("{}/relicences", listed.at);
    seller.tell(&at, ask.clone()).await.problem(422, "invalid");
    let new = offered(&seller, &listed.at, &second).await;
    assert!(text(&seller, &format!("{}/relicence", listed.at)).await.contains("Ask the holders"));
    assert_eq!(buyer.tell(&at, ask.clone()).await.status, 404);
    let desk = format!("{}/relicence", listed.at);
    let asked = seller.post(&desk, &[("licence", second["id"].as_str().unwrap())]).await;
    assert_eq!(asked.status(), 303);
    seller.tell(&at, ask).await.problem(409, "wrong_state");

    // The holder is told, has a task, and reads what changed; the old text is in force.
    exchange.mail_to("founder-of-buyer@people.example", "a newer version of the licence").await;
    let waiting = buyer.read("/relicences").await.is(200);
    assert_eq!(waiting.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(waiting.body["items"][0]["licence_sha256"], second["sha256"]);
    let page = text(&buyer, &format!("/grants/{grant}")).await;
    assert!(page.contains("asks you to accept version 1.1") && page.contains(first["id"].as_str().unwrap()));
    let question = text(&buyer, &format!("/grants/{grant}/relicence")).await;
    for part in ["<del>", "<ins>", "Accept the newer version", "Decline, keep the old text"] {
        assert!(question.contains(part), "{part}");
    }
    for visitor in [&seller, &other, &exchange.person("Stranger")] {
        assert_eq!(visitor.get(&format!("/grants/{grant}/relicence")).await.status(), 404);
    }

    // Another text is not accepted, nor one that was not ticked.
    let accept = format!("/grants/{grant}/relicence/acceptance");
    let wrong = json!({"accept_licence_sha256": first["sha256"]});
    buyer.tell(&accept, wrong).await.problem(409, "licence_changed");
    let sha256 = second["sha256"].as_str().unwrap();
    assert_eq!(buyer.post(&accept, &[("licence_sha256", sha256)]).await.status(), 422);
    let done = buyer.post(&accept, &[("licence_sha256", sha256), ("accept", "on")]).await;
    assert_eq!(done.status(), 303);
    let again = json!({"accept_licence_sha256": sha256});
    buyer.tell(&accept, again).await.unmet("relicence_open");

    // Both sides see who accepted; the receipt stays, and the addendum verifies with the published keys alone.
    let said = seller.read(&format!("/grants/{grant}/relicences")).await.is(200);
    assert_eq!(said.body["items"][0]["state"], "accepted");
    assert_eq!(said.body["items"][0]["answered_by"], "Founder of buyer");
    let page = text(&buyer, &format!("/grants/{grant}")).await;
    assert!(page.contains("Version 1.1 of the licence is in force") && page.contains(second["id"].as_str().unwrap()));
    let keys: Value = serde_json::from_str(&text(&exchange.nobody(), "/.well-known/jwks.json").await).unwrap();
    let addendum = signing::verify_with(&keys, said.body["items"][0]["addendum"].as_str().unwrap()).unwrap();
    assert_eq!((&addendum["addendum_to"], &addendum["licence"]["sha256"]), (&json!(grant), &second["sha256"]));
    assert_eq!(addendum["licence_before"]["sha256"], first["sha256"]);
    assert_eq!(addendum["accepted"]["lang"], "en");
    let receipt = text(&buyer, &format!("/grants/{grant}/receipt.jws")).await;
    let receipt = signing::verify_with(&keys, receipt.trim()).unwrap();
    assert_eq!(receipt["licence"]["sha256"], first["sha256"]);

    // Whoever declines keeps the old text, and a new grant has the new one from the start.
    let declined = other.post(&format!("/grants/{declining}/relicence/refusal"), &[]).await;
    assert_eq!(declined.status(), 303);
    let page = text(&other, &format!("/grants/{declining}")).await;
    assert!(page.contains("was declined by") && page.contains(first["id"].as_str().unwrap()));
    assert_eq!(other.read("/relicences").await.is(200).body["items"], json!([]));
    let fresh = other.asks("other", &new).await.is(201);
    assert_eq!(fresh.body["lines"][0]["licence_sha256"], second["sha256"]);
    let desk = text(&seller, &desk).await;
    assert!(desk.contains("Accepted") && desk.contains("Declined"));
}

#[actix_web::test]
async fn a_machine_answers_too_and_only_once() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let (seller, buyer) = (exchange.firm(&operator, "seller").await, exchange.firm(&operator, "buyer").await);
    let listed = exchange.listed(&seller, "seller", "spindle").await;
    let first = built(&seller, "1.0", "internal").await;
    let old = offered(&seller, &listed.at, &first).await;
    let client = buyer.makes_service("buyer", &["read", "purchase"]).await;
    let machine = exchange.nobody().signs_in_as(&client).await;
    let grant = grant_of(&machine.asks("buyer", &old).await.is(201));
    let second = built(&seller, "1.1", "keep").await;
    offered(&seller, &listed.at, &second).await;
    seller.tell(&format!("{}/relicences", listed.at), json!({"licence": second["id"]})).await.is(201);
    let waiting = machine.read("/relicences").await.is(200);
    assert!(waiting.body["items"][0]["conditions"].as_array().unwrap().iter().all(|c| c["met"] == true));
    let at = format!("/grants/{grant}/relicence/acceptance");
    let body = json!({"accept_licence_sha256": second["sha256"]});
    let (one, two) = tokio::join!(machine.tell(&at, body.clone()), buyer.tell(&at, body));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 204);
    assert!([403, 409].contains(&statuses[1]), "{statuses:?}");
    let looker = buyer.makes_service("buyer", &["read"]).await;
    let looker = exchange.nobody().signs_in_as(&looker).await;
    looker.api(Method::POST, &format!("/grants/{grant}/relicence/refusal"), None).await.unmet("role_to_request");
}

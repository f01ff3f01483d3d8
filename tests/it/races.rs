//! Many at once: exactly one wins, and the others are told. PostgreSQL only: SQLite has one writer anyway.

use crate::gate::{approves, every_version, submits, with_revision};
use crate::support::trade::{Listed, Offered, TABLE, free, priced};
use crate::support::{Exchange, Said, Visitor, skip, variable};
use bourse::market::accounts::Office;
use futures_util::future::join_all;
use serde_json::json;

struct Scene {
    exchange: Exchange,
    operator: Visitor,
    seller: Visitor,
    buyer: Visitor,
    offer: Offered,
    free: Offered,
}
impl Scene {
    /// Nothing on SQLite, where it says so.
    async fn set() -> Option<Self> {
        if variable("TEST_DATABASE_URL").is_none() {
            skip("races need PostgreSQL: TEST_DATABASE_URL names none");
            return None;
        }
        let exchange = Exchange::start().await;
        let operator = exchange.operator();
        let seller = exchange.firm(&operator, "seller").await;
        let buyer = exchange.firm(&operator, "buyer").await;
        let listed = exchange.listed(&seller, "seller", "spindle").await;
        let mut later = priced();
        later["payment"] = json!("later");
        let offer = seller.offers(&listed, "LicenseRef-Bourse-Internal-Analytics", later).await;
        let free = seller.offers(&listed, "CC-BY-4.0", free()).await;
        Some(Self { exchange, operator, seller, buyer, offer, free })
    }
}

fn winners(said: &[Said]) -> usize {
    let odd: Vec<_> = said.iter().filter(|s| !matches!(s.status, 200 | 204 | 403 | 409)).collect();
    assert!(odd.is_empty(), "{odd:#?}");
    said.iter().filter(|s| s.status < 300).count()
}

#[actix_web::test]
async fn of_64_approvals_one_counts() {
    let Some(Scene { exchange: _running, seller, buyer, offer, .. }) = Scene::set().await else { return };
    let asked = buyer.asks("buyer", &offer).await.is(201);
    let (id, revision) = (asked.text("id"), asked.body["revision"].as_i64().unwrap());
    let said = join_all((0..64).map(|_| seller.decides_on(&id, "approval", revision))).await;
    assert_eq!(winners(&said), 1);
    let whole = buyer.read(&format!("/requests/{id}")).await.is(200);
    assert_eq!(whole.body["grants"].as_array().unwrap().len(), 1);
    assert_eq!(buyer.read("/grants").await.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(buyer.read("/orders").await.body["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn of_three_endings_one_counts() {
    let Some(Scene { exchange: _running, seller, buyer, offer, .. }) = Scene::set().await else { return };
    for _ in 0..8 {
        let asked = buyer.asks("buyer", &offer).await.is(201);
        let (id, revision) = (asked.text("id"), asked.body["revision"].as_i64().unwrap());
        let withdrawal = format!("/requests/{id}/withdrawal");
        let (yes, no, back) = futures_util::future::join3(
            seller.decides_on(&id, "approval", revision),
            seller.decides_on(&id, "refusal", revision),
            buyer.tell(&withdrawal, json!({})),
        )
        .await;
        let granted = yes.status == 200;
        assert_eq!(winners(&[yes, no, back]), 1);
        let whole = buyer.read(&format!("/requests/{id}")).await.is(200);
        assert_eq!(whole.body["grants"].as_array().unwrap().len(), usize::from(granted));
    }
}

#[actix_web::test]
async fn of_many_payments_one_counts() {
    let Some(Scene { exchange, seller, buyer, offer, .. }) = Scene::set().await else { return };
    let id = buyer.asks("buyer", &offer).await.is(201).text("id");
    let order = seller.decides(&id, "approval").await.is(200).text("order");
    let date = exchange.site.clock.now().civil("%Y-%m-%d");
    let at = format!("/orders/{order}/payment");
    let pay = |n: usize| json!({"amount": "1190.00", "currency": "EUR", "date": date, "reference": format!("TRX {n}")});
    let said = join_all((0..16).map(|n| seller.tell(&at, pay(n)))).await;
    assert_eq!(winners(&said), 1);
}

#[actix_web::test]
async fn tokens_for_64_at_once() {
    let Some(Scene { exchange, buyer, free, .. }) = Scene::set().await else { return };
    let asked = buyer.asks("buyer", &free).await.is(201);
    let grant = asked.body["grants"][0].as_str().unwrap().to_owned();
    let file = buyer.read(&format!("/grants/{grant}/manifest")).await.is(200).body["items"][0]["files"][0].clone();
    let at = format!("/grants/{grant}/download-tokens");
    let said = join_all((0..64).map(|_| buyer.tell(&at, json!({})))).await;
    let tokens: Vec<String> = said.into_iter().map(|s| s.is(201).text("token")).collect();
    let nobody = exchange.nobody();
    for token in &tokens {
        assert_eq!(nobody.with_bearer(token).get(file["url"].as_str().unwrap()).await.status(), 200);
    }
}

/// A version under review, and the moderators who look at it.
async fn reviewed() -> Option<(Exchange, Visitor, Listed, [Visitor; 2], String)> {
    let Scene { exchange, operator, seller, .. } = Scene::set().await?;
    every_version(&operator).await;
    let moderators =
        [exchange.officer("First Moderator", Office::Moderator), exchange.officer("Second", Office::Moderator)];
    let listed = seller.begins("seller", "watched").await;
    seller.uploads(&listed, "a.csv", TABLE).await.is(201);
    let review = submits(&seller, &listed).await.is(201).text("id");
    Some((exchange, seller, listed, moderators, review))
}

#[actix_web::test]
async fn of_two_moderators_one_decides() {
    let Some((_running, seller, listed, [first, second], mut review)) = reviewed().await else { return };
    for _ in 0..6 {
        let at = format!("/reviews/{review}");
        let (yes, no) = futures_util::future::join(
            approves(&first, &review),
            with_revision(&second, &at, "return", json!({"words": "Say more."})),
        )
        .await;
        let approved = yes.status == 200;
        assert_eq!(winners(&[yes, no]), 1);
        let version = seller.read(&format!("{}/versions/{}", listed.at, listed.version)).await.is(200);
        assert_eq!(version.body["state"], if approved { "published" } else { "draft" });
        if approved {
            return;
        }
        review = submits(&seller, &listed).await.is(201).text("id");
    }
    approves(&first, &review).await.is(200);
}

#[actix_web::test]
async fn of_withdrawing_and_approving_one_counts() {
    let Some((_running, seller, listed, [first, second], mut review)) = reviewed().await else { return };
    for _ in 0..6 {
        let at = format!("/reviews/{review}");
        let (back, one, two) = futures_util::future::join3(
            with_revision(&seller, &at, "withdrawal", json!({})),
            approves(&first, &review),
            approves(&second, &review),
        )
        .await;
        let withdrawn = back.status < 300;
        assert_eq!(winners(&[back, one, two]), 1);
        let version = seller.read(&format!("{}/versions/{}", listed.at, listed.version)).await.is(200);
        assert_eq!(version.body["state"], if withdrawn { "draft" } else { "published" });
        // What was taken back can be changed again; what is published never.
        let changed = seller.uploads(&listed, &format!("more-{review}.csv"), TABLE).await;
        assert_eq!(changed.status == 201, withdrawn, "{changed:?}");
        if !withdrawn {
            return;
        }
        review = submits(&seller, &listed).await.is(201).text("id");
    }
}

/// Proposes a price on a revision.
async fn proposes(who: &Visitor, id: &str, revision: i64, price: &str) -> Said {
    let asked = who.request(reqwest::Method::POST, &format!("/api/v1/requests/{id}/proposals"));
    let body = json!({"lines": [{"price": price}], "open_days": 7});
    crate::support::said(asked.header("If-Match", format!("\"{revision}\"")).json(&body)).await
}

#[actix_web::test]
async fn of_two_counter_offers_one_counts() {
    let Some(Scene { exchange, seller, buyer, offer, .. }) = Scene::set().await else { return };
    let other = exchange.joins(&seller, "seller", "Other licensor", &["licensor"]).await;
    for round in 0..8 {
        let asked = buyer.asks("buyer", &offer).await.is(201);
        let (id, revision) = (asked.text("id"), asked.body["revision"].as_i64().unwrap());
        let (one, two) = futures_util::future::join(
            proposes(&seller, &id, revision, "900.00"),
            proposes(&other, &id, revision, "800.00"),
        )
        .await;
        let (first, second) = if one.status == 200 { ("Founder of seller", &two) } else { ("Other licensor", &one) };
        let late = second.body["detail"].as_str().unwrap_or_default().to_owned();
        assert_eq!(second.body["code"], "overtaken", "{round}: {second:?}");
        assert!(late.contains(first), "{late} does not say that {first} was first");
        assert_eq!(winners(&[one, two]), 1);
        let list = buyer.read(&format!("/requests/{id}/proposals")).await.is(200);
        // What was asked for, and one proposal.
        assert_eq!(list.body["items"].as_array().unwrap().len(), 2);
    }
}

#[actix_web::test]
async fn agreeing_and_withdrawing_at_once_do_one_thing() {
    let Some(Scene { exchange: _running, seller, buyer, offer, .. }) = Scene::set().await else { return };
    for _ in 0..8 {
        let asked = buyer.asks("buyer", &offer).await.is(201);
        let (id, revision) = (asked.text("id"), asked.body["revision"].as_i64().unwrap());
        proposes(&seller, &id, revision, "900.00").await.is(200);
        let list = buyer.read(&format!("/requests/{id}/proposals")).await.is(200);
        let open = list.body["items"][1].clone();
        let agreement = format!("/requests/{id}/agreement");
        let withdrawal = format!("/requests/{id}/withdrawal");
        let body = json!({"proposal": open["id"], "sha256": open["sha256"]});
        let (yes, twice, back) = futures_util::future::join3(
            buyer.tell(&agreement, body.clone()),
            buyer.tell(&agreement, body),
            buyer.tell(&withdrawal, json!({})),
        )
        .await;
        let agreed = yes.status == 200 || twice.status == 200;
        assert_eq!(winners(&[yes, twice, back]), 1);
        let whole = buyer.read(&format!("/requests/{id}")).await.is(200);
        assert_eq!(whole.body["grants"].as_array().unwrap().len(), usize::from(agreed));
        assert_eq!(whole.body["state"], if agreed { "granted" } else { "withdrawn" });
    }
}

#[actix_web::test]
async fn of_many_evaluations_one_is_had() {
    let Some(Scene { exchange, seller, buyer, .. }) = Scene::set().await else { return };
    let listed = exchange.listed(&seller, "seller", "trial").await;
    let mut trial = free();
    trial["trial"] = json!(true);
    trial["term_days"] = json!("14");
    let trial = seller.offers(&listed, "CC-BY-4.0", trial).await;
    let said = join_all((0..16).map(|_| buyer.asks("buyer", &trial))).await;
    assert_eq!(said.iter().filter(|s| s.status == 201).count(), 1);
    assert!(said.iter().all(|s| matches!(s.status, 201 | 403 | 409)), "{said:#?}");
}

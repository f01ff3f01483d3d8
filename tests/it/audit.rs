//! The site auditor's list of deals: searched by numbers and names, each leads to its evidence. And what records say.

use crate::approval::Scene;
use crate::support::Visitor;
use bourse::market::accounts::Office;
use reqwest::Method;
use serde_json::Value;

async fn found(auditor: &Visitor, words: &str) -> Vec<Value> {
    let said = auditor.read(&format!("/operator/deals?q={words}")).await.is(200);
    said.body["items"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn the_site_auditor_finds_each_deal_and_its_evidence() {
    let scene = Scene::set().await;
    let auditor = scene.exchange.officer("Site auditor", Office::SiteAuditor);
    let granted = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
    let granted = scene.seller.decides(&granted, "approval").await.is(200);
    let other = scene.buyer.asks("buyer", &scene.offer).await.is(201);
    let grant = scene.buyer.read(&format!("/grants/{}", granted.body["grants"][0].as_str().unwrap())).await.is(200);
    let order = scene.buyer.read(&format!("/orders/{}", granted.text("order"))).await.is(200);
    assert_eq!(found(&auditor, "").await.len(), 2);
    assert_eq!(found(&auditor, "BUYER%20gm").await.len(), 2);
    assert_eq!(found(&auditor, "nobody%20at%20all").await.len(), 0);
    assert_eq!(found(&auditor, "%25").await.len(), 0, "no wildcards");
    for number in [granted.text("number"), grant.text("number"), order.text("number").to_lowercase()] {
        let list = found(&auditor, &number).await;
        assert_eq!((list.len(), &list[0]["request"]), (1, &granted.body["id"]), "{number}");
    }
    let first = auditor.read("/operator/deals?size=1").await.is(200);
    assert_eq!(first.body["items"][0]["request"], other.body["id"]);
    let next = first.body["next"].as_str().unwrap();
    let second = auditor.read(&format!("/operator/deals?size=1&after={next}")).await.is(200);
    assert_eq!(second.body["items"][0]["request"], granted.body["id"]);

    let page = auditor.get(&format!("/operator/deals?q={}", grant.text("number"))).await.text().await.unwrap();
    let evidence = format!("/requests/{}/evidence.zip", granted.text("id"));
    assert!(page.contains(&evidence) && page.contains("Spindle vibration"), "{page}");
    let pack = auditor.get(&evidence).await;
    assert_eq!((pack.status().as_u16(), pack.headers()["content-type"].to_str().unwrap()), (200, "application/zip"));
    let desk = auditor.get("/operator").await.text().await.unwrap();
    assert!(desk.contains("href=\"/operator/deals\""), "the desk leads there");
    for who in [&scene.buyer, &scene.exchange.signs_in_again("Operator")] {
        who.api(Method::GET, "/operator/deals", None).await.is(404);
        assert_eq!(who.get("/operator/deals").await.status(), 404);
    }
}

#[actix_web::test]
async fn facts_of_the_record_stand_under_their_names() {
    let scene = Scene::set().await;
    scene.buyer.asks("buyer", &scene.offer).await.is(201);
    let page = scene.buyer.get("/organisations/buyer/journal").await.text().await.unwrap();
    assert!(page.contains("Number: PR-") && page.contains("Amount: EUR 1,190.00"), "{page}");
    let page = scene.buyer.get("/organisations/buyer/journal?lang=zh-CN").await.text().await.unwrap();
    assert!(page.contains("编号：PR-") && page.contains("金额：EUR 1,190.00"), "{page}");
}

#[actix_web::test]
async fn a_dataset_says_how_soon_its_seller_answers() {
    let scene = Scene::set().await;
    let page = async || scene.exchange.nobody().get(&scene.listed.at).await.text().await.unwrap();
    for _ in 0..3 {
        assert!(!page().await.contains("usually answers within"), "of three answers on");
        let id = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
        scene.exchange.site.clock.advance(7_200);
        scene.seller.decides(&id, "approval").await.is(200);
    }
    let shown = page().await;
    assert!(shown.contains("This seller usually answers within") && shown.contains("2 h (median of"), "{shown}");
}

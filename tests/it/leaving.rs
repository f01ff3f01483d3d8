//! Leaving an organisation: what it touches is shown before, to whoever leaves and to owners, and to nobody else.

use crate::approval::{Scene, step};
use serde_json::json;

#[actix_web::test]
async fn whoever_leaves_sees_first_what_that_touches() {
    let scene = Scene::set().await;
    let lee = scene.joins("Lee", &["requester", "approver"]).await;
    let other = scene.joins("Other", &["approver"]).await;
    let (id, deputy) = (lee.id().await, other.id().await);
    let mut legal = step("Legal", 1, 1);
    legal["members"] = json!([id]);
    scene.buyer.rules_by("buyer", json!({"steps": [legal]})).await.is(200);
    let now = scene.exchange.site.clock.now();
    let day = |days: i64| now.plus_days(days).civil("%Y-%m-%d");
    let absence = json!({"delegate": deputy, "from": day(0), "until": day(7)});
    lee.tell("/organisations/buyer/delegates", absence).await.is(201);
    let client = scene.buyer.makes_service("buyer", &["read", "purchase"]).await;
    let mandate = json!({
        "licences": ["standard"], "levels": ["general"], "per_request": {"amount_minor": 1_000, "currency": "EUR"},
        "per_month_minor": 1_000, "answers": id,
    });
    scene.buyer.puts(&format!("/organisations/buyer/service-accounts/{}/mandate", client.0), 0, mandate).await.is(204);
    let waits = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("number");
    let asked = lee.asks("buyer", &scene.offer).await.is(201).text("number");
    lee.key_for("buyer", "30").await;

    let at = format!("/organisations/buyer/members/{id}");
    let touched = lee.read(&format!("{at}/dependents")).await.is(200).body;
    assert_eq!(touched["decisions"][0]["number"], json!(waits), "{touched}");
    assert_eq!(touched["requests"][0]["number"], json!(asked));
    assert_eq!((&touched["steps"], &touched["delegations"]), (&json!(["Legal"]), &json!(["Other"])));
    assert_eq!((&touched["mandates"], &touched["keys"]), (&json!([client.0]), &json!(["script"])));
    assert_eq!(scene.buyer.read(&format!("{at}/dependents")).await.is(200).body, touched, "owners see the same");
    for stranger in [&other, &scene.seller] {
        stranger.read(&format!("{at}/dependents")).await.problem(404, "not_found");
        assert_eq!(stranger.get(&at).await.status(), 404);
    }

    // The page: no form of roles, all that depends, and the button; the list of members leads there.
    let list = lee.get("/organisations/buyer/members").await.text().await.unwrap();
    assert!(list.contains(&format!("href=\"{at}\"")), "{list}");
    let page = lee.get(&at).await.text().await.unwrap();
    assert!(page.contains("What your leaving touches") && page.contains("Leave this organisation"), "{page}");
    assert!(page.contains(&waits) && page.contains("line 4") && page.contains("Other") && page.contains("Legal"));
    assert!(!page.contains("name=\"seen\""), "nobody changes the own roles");
    let founder = scene.buyer.id().await;
    let page = scene.buyer.get(&format!("/organisations/buyer/members/{founder}")).await.text().await.unwrap();
    assert!(page.contains("The last owner stays"), "{page}");

    // Having left, nothing is open any more; what is the organisation's stays.
    assert_eq!(lee.post(&format!("{at}/removal"), &[]).await.status(), 303);
    lee.read("/organisations/buyer/members").await.is(404);
    assert_eq!(lee.get(&at).await.status(), 404);
    let requests = scene.buyer.read("/requests").await.is(200);
    assert!(requests.body.to_string().contains(&asked));
}

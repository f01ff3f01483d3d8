//! Plans, private offers, evaluations, discounts, quotes and negotiation, through the front door.

use crate::support::trade::{Listed, Offered, asking, free};
use crate::support::{Exchange, Said, Visitor, said};
use bourse::market::accounts::Actor;
use bourse::market::purchases;
use bourse::store::StoreError;
use reqwest::Method;
use serde_json::{Value, json};

const LICENCE: &str = "LicenseRef-Bourse-Internal-Analytics";

struct Scene {
    exchange: Exchange,
    operator: Visitor,
    seller: Visitor,
    buyer: Visitor,
    listed: Listed,
}
impl Scene {
    async fn set() -> Self {
        let exchange = Exchange::start().await;
        let operator = exchange.operator();
        let seller = exchange.firm(&operator, "seller").await;
        let buyer = exchange.firm(&operator, "buyer").await;
        let listed = exchange.listed(&seller, "seller", "spindle").await;
        Self { exchange, operator, seller, buyer, listed }
    }
    async fn offers(&self, more: Value) -> Offered {
        self.seller.offers(&self.listed, LICENCE, offer(more)).await
    }
    /// The same scene with API keys, which outlive sessions when the clock moves.
    async fn keyed(mut self) -> Self {
        self.seller = self.seller.key_for("seller", "30").await;
        self.buyer = self.buyer.key_for("buyer", "30").await;
        self
    }
    /// Moves the clock.
    fn later(&self, days: i64) {
        self.exchange.site.clock.advance(days * 86_400);
    }
    fn today(&self, days: i64) -> String {
        self.exchange.site.clock.now().plus_days(days).civil("%Y-%m-%d")
    }
}

/// An offer that the seller decides on and that is paid later.
pub fn offer(more: Value) -> Value {
    let mut all = json!({
        "title": "Plan", "scope": "version", "currency": "EUR", "tax_percent": "19", "approval": "licensor",
        "payment": "later", "payment_days": "14", "audience": "public",
    });
    for (key, value) in more.as_object().unwrap() {
        all[key] = value.clone();
    }
    all
}

fn line(offer: &Offered, choice: Value) -> Value {
    let mut line = json!({"offer": offer.id});
    for (key, value) in choice.as_object().unwrap() {
        line[key] = value.clone();
    }
    line
}

impl Visitor {
    pub async fn quotes(&self, party: &str, offer: &Offered, choice: Value) -> Said {
        self.tell("/quotes", json!({"organisation": party, "lines": [line(offer, choice)]})).await
    }
    pub async fn chooses(&self, party: &str, offer: &Offered, choice: Value) -> Said {
        let mut body = asking(party, offer);
        for (key, value) in choice.as_object().unwrap() {
            body["lines"][0][key] = value.clone();
        }
        self.tell("/requests", body).await
    }
    /// Proposes terms for the one line of a request, on the revision that is seen now.
    pub async fn proposes(&self, request: &str, terms: Value, open_days: i64) -> Said {
        let revision = self.read(&format!("/requests/{request}")).await.is(200).body["revision"].as_i64().unwrap();
        self.proposes_on(request, revision, terms, open_days).await
    }
    pub async fn proposes_on(&self, request: &str, revision: i64, terms: Value, open_days: i64) -> Said {
        let asked = self
            .request(Method::POST, &format!("/api/v1/requests/{request}/proposals"))
            .header("If-Match", format!("\"{revision}\""));
        said(asked.json(&json!({"lines": [terms], "note": "Please consider.", "open_days": open_days}))).await
    }
    /// The proposal that waits for an answer.
    pub async fn open_proposal(&self, request: &str) -> Value {
        let list = self.read(&format!("/requests/{request}/proposals")).await.is(200);
        list.body["items"].as_array().unwrap().iter().find(|p| p["open"] == true).cloned().unwrap()
    }
    pub async fn agrees(&self, request: &str, proposal: &Value) -> Said {
        let body = json!({"proposal": proposal["id"], "sha256": proposal["sha256"]});
        self.tell(&format!("/requests/{request}/agreement"), body).await
    }
    pub async fn requotes(&self, request: &str) -> Said {
        let revision = self.read(&format!("/requests/{request}")).await.is(200).body["revision"].as_i64().unwrap();
        let asked = self.request(Method::POST, &format!("/api/v1/requests/{request}/quote"));
        said(asked.header("If-Match", format!("\"{revision}\"")).json(&json!({}))).await
    }
}

fn net(said: &Said) -> i64 {
    said.body["net"]["amount_minor"].as_i64().unwrap()
}

#[actix_web::test]
async fn a_subscription_is_counted_in_months_and_ends_with_the_calendar() {
    let s = Scene::set().await;
    let offer =
        s.offers(json!({"plan": "subscription", "price": "100.00", "period": "month", "most_periods": "12"})).await;
    let quote = s.buyer.quotes("buyer", &offer, json!({"periods": 3})).await.is(200);
    assert_eq!((net(&quote), quote.body["tax"]["amount_minor"].as_i64()), (30_000, Some(5_700)));
    assert_eq!(quote.body["lines"][0]["term_months"], 3);
    for wrong in [json!({}), json!({"periods": 0}), json!({"periods": 13}), json!({"periods": 3, "seats": 2})] {
        s.buyer.quotes("buyer", &offer, wrong).await.problem(422, "invalid");
    }
    let asked = s.buyer.chooses("buyer", &offer, json!({"periods": 3})).await.is(201);
    let granted = s.seller.decides(&asked.text("id"), "approval").await.is(200);
    let grant = s.buyer.read(&format!("/grants/{}", granted.body["grants"][0].as_str().unwrap())).await.is(200);
    let (start, end) = (grant.text("starts_at"), grant.text("ends_at"));
    assert_eq!(start[8..], end[8..], "the same day of the month: {start} {end}");
    let order = s.buyer.read(&format!("/orders/{}", granted.text("order"))).await.is(200);
    assert_eq!(
        order.body["gross"]["amount_minor"].as_i64().or(order.body["net"]["amount_minor"].as_i64().map(|n| n + 5_700)),
        Some(35_700)
    );
    let page = s.buyer.get(&format!("/orders/{}", granted.text("order"))).await.text().await.unwrap();
    assert!(page.contains("Subscription: 3 months × EUR 100.00") && page.contains("EUR 357.00"), "{page}");
}

#[actix_web::test]
async fn seats_are_locked_on_the_line() {
    let s = Scene::set().await;
    let terms =
        json!({"plan": "per_seat", "price": "10.00", "period": "year", "most_periods": "3", "most_seats": "50"});
    let offer = s.offers(terms).await;
    let asked = s.buyer.chooses("buyer", &offer, json!({"seats": 5, "periods": 2})).await.is(201);
    assert_eq!((net(&asked), asked.body["lines"][0]["seats"].as_i64()), (10_000, Some(5)));
    s.buyer.chooses("buyer", &offer, json!({"seats": 51, "periods": 2})).await.problem(422, "invalid");
    // An amount that a client sends is unknown, not believed.
    let mut body = asking("buyer", &offer);
    body["lines"][0]["net"] = json!(1);
    s.buyer.tell("/requests", body).await.problem(422, "invalid");
}

#[actix_web::test]
async fn a_price_by_size_needs_a_declared_and_verified_size() {
    let s = Scene::set().await;
    let offer = s.offers(json!({"plan": "by_size", "price_small": "50.00", "price_large": "500.00"})).await;
    s.buyer.asks("buyer", &offer).await.unmet("size_declared");
    let at = "/organisations/buyer";
    let revision = s.buyer.read(at).await.is(200).body["revision"].as_i64().unwrap();
    let declared = json!({"name_en": "buyer GmbH", "country": "DE", "registration": "HRB 4711", "size_class": "small"});
    let put = s.buyer.request(Method::PUT, &format!("/api/v1{at}")).header("If-Match", format!("\"{revision}\""));
    said(put.json(&declared)).await.is(200);
    // A declared size is verified with the rest.
    s.buyer.asks("buyer", &offer).await.unmet("buyer_verified");
    s.operator.verifies("buyer").await;
    let asked = s.buyer.asks("buyer", &offer).await.is(201);
    assert_eq!(net(&asked), 5_000);
}

#[actix_web::test]
async fn volume_tiers_put_their_limit_on_the_line() {
    let s = Scene::set().await;
    let offer = s.offers(json!({"plan": "by_volume", "tiers": ["1 GiB = 100.00", "1000 downloads = 30.00"]})).await;
    let first = s.buyer.chooses("buyer", &offer, json!({"tier": 1})).await.is(201);
    assert_eq!((net(&first), first.body["lines"][0]["volume_bytes"].as_i64()), (10_000, Some(1 << 30)));
    let second = s.buyer.chooses("buyer", &offer, json!({"tier": 2})).await.is(201);
    assert_eq!((net(&second), second.body["lines"][0]["downloads"].as_i64()), (3_000, Some(1_000)));
    for wrong in [json!({}), json!({"tier": 3}), json!({"tier": 0})] {
        s.buyer.chooses("buyer", &offer, wrong).await.problem(422, "invalid");
    }
}

#[actix_web::test]
async fn a_private_offer_exists_only_for_those_it_names() {
    let s = Scene::set().await;
    let stranger = s.exchange.firm(&s.operator, "stranger").await;
    let private = s
        .offers(json!({"title": "Only for them", "price": "77.00", "audience": "named", "organisations": ["buyer"]}))
        .await;
    let at = &s.listed.at;
    // The dataset has no other offer: it is in the catalogue of those alone.
    for (visitor, sees) in [(&s.buyer, true), (&s.seller, true), (&stranger, false), (&s.exchange.nobody(), false)] {
        let listed = visitor.read(at).await.is(200).body["offers"].as_array().unwrap().len();
        assert_eq!(listed == 1, sees);
        assert_eq!(visitor.read("/datasets").await.is(200).body["items"].as_array().unwrap().len() == 1, sees);
        assert_eq!(
            visitor.read("/datasets?q=spindle").await.is(200).body["items"].as_array().unwrap().len() == 1,
            sees
        );
        let page = visitor.get(at).await.text().await.unwrap();
        assert_eq!(page.contains("77.00"), sees);
        let page = visitor.get("/datasets").await.text().await.unwrap();
        assert_eq!(page.contains("77.00"), sees);
    }
    stranger.asks("stranger", &private).await.problem(404, "not_found");
    stranger.quotes("stranger", &private, json!({})).await.problem(404, "not_found");
    assert_eq!(stranger.get(&format!("{at}/request?offer={}", private.id)).await.status(), 404);
    assert_eq!(stranger.read(&format!("{at}/offers")).await.status, 404);
    // Nor may somebody of the named organisation ask on behalf of another.
    s.buyer.asks("seller", &private).await.problem(404, "not_found");
    s.buyer.asks("buyer", &private).await.is(201);
    let said = s.seller.read(&format!("{at}/offers")).await.is(200);
    assert_eq!(said.body["items"][0]["organisations"], json!(["buyer"]));
    // Unknown names are told to whoever typed them.
    let mut wrong = offer(json!({"price": "1", "audience": "named", "organisations": ["nobody-at-all"]}));
    wrong["licence"] = s.seller.read("/licences").await.body["items"][0]["id"].clone();
    s.seller.tell(&format!("{at}/offers"), wrong).await.problem(422, "invalid");
}

#[actix_web::test]
async fn an_evaluation_is_had_once() {
    let s = Scene::set().await;
    let mut trial = free();
    trial["trial"] = json!(true);
    trial["licence"] = s.seller.read("/licences").await.body["items"][0]["id"].clone();
    s.seller.tell(&format!("{}/offers", s.listed.at), trial.clone()).await.problem(422, "invalid");
    trial["term_days"] = json!("14");
    trial["downloads"] = json!("20");
    trial["approval"] = json!("licensor");
    let offer = s.seller.offers(&s.listed, "CC-BY-4.0", trial).await;
    let asked = s.buyer.asks("buyer", &offer).await.is(201);
    assert_eq!(asked.body["lines"][0]["downloads"], 20);
    s.buyer.asks("buyer", &offer).await.unmet("trial_unused");
    // What came to nothing was no evaluation.
    s.seller.decides(&asked.text("id"), "refusal").await.is(200);
    let again = s.buyer.asks("buyer", &offer).await.is(201);
    s.seller.decides(&again.text("id"), "approval").await.is(200);
    s.buyer.asks("buyer", &offer).await.unmet("trial_unused");
    let other = s.exchange.firm(&s.operator, "other").await;
    other.asks("other", &offer).await.is(201);
}

#[actix_web::test]
async fn a_discount_ends_and_stays_in_the_locked_quote() {
    let s = Scene::set().await.keyed().await;
    let terms = json!({"price": "100.00", "discount_percent": "25", "discount_until": s.today(2)});
    let offer = s.offers(terms).await;
    let page = s.exchange.nobody().get(&s.listed.at).await.text().await.unwrap();
    assert!(page.contains("75.00") && page.contains("25 % off until") && page.contains("EUR 100.00"), "{page}");
    let quote = s.buyer.quotes("buyer", &offer, json!({})).await.is(200);
    let asked = s.buyer.asks("buyer", &offer).await.is(201);
    assert_eq!((net(&quote), net(&asked)), (7_500, 7_500));
    s.later(4);
    assert_eq!(net(&s.buyer.read(&format!("/requests/{}", asked.text("id"))).await), 7_500);
    s.seller.decides(&asked.text("id"), "approval").await.is(200);
    // Who names the old quote is told that it changed; who names none pays the price of the day.
    let mut body = asking("buyer", &offer);
    body["quote_sha256"] = quote.body["sha256"].clone();
    s.buyer.tell("/requests", body).await.problem(409, "quote_changed");
    assert_eq!(net(&s.buyer.asks("buyer", &offer).await.is(201)), 10_000);
}

#[actix_web::test]
async fn offers_open_and_close_by_themselves() {
    let s = Scene::set().await.keyed().await;
    let dates = json!({"price": "10.00", "starts_at": s.today(2), "ends_at": s.today(4)});
    let offer = s.offers(dates).await;
    let shown = |s: &Scene| {
        let (buyer, at) = (s.buyer.clone(), s.listed.at.clone());
        async move { buyer.read(&at).await.is(200).body["offers"].as_array().unwrap().len() }
    };
    assert_eq!(shown(&s).await, 0);
    s.buyer.asks("buyer", &offer).await.unmet("offers_open");
    s.later(3);
    assert_eq!(shown(&s).await, 1);
    s.buyer.asks("buyer", &offer).await.is(201);
    s.later(2);
    assert_eq!(shown(&s).await, 0);
    s.buyer.asks("buyer", &offer).await.unmet("offers_open");
}

#[actix_web::test]
async fn a_new_edition_and_closing_touch_no_request_that_waits() {
    let s = Scene::set().await;
    let first = s.offers(json!({"price": "100.00"})).await;
    let asked = s.buyer.asks("buyer", &first).await.is(201);
    let at = format!("{}/offers/{}", s.listed.at, first.id);
    let before = s.seller.read(&format!("{at}/closing")).await.is(200);
    assert_eq!(before.body["items"][0]["id"], asked.body["id"]);
    let page = s.seller.get(&format!("{at}/closing")).await.text().await.unwrap();
    assert!(page.contains("Requests that wait on this offer: 1") && page.contains(&asked.text("number")), "{page}");
    let mut dearer = offer(json!({"price": "150.00"}));
    let licences = s.seller.read("/licences").await;
    let licence = licences.body["items"].as_array().unwrap().iter().find(|l| l["code"] == LICENCE).unwrap();
    dearer["licence"] = licence["id"].clone();
    let second = s.seller.api(Method::PUT, &at, Some(dearer.clone())).await.is(201).text("id");
    s.seller.api(Method::PUT, &at, Some(dearer)).await.problem(409, "wrong_state");
    s.buyer.asks("buyer", &first).await.unmet("offers_open");
    let listed = s.buyer.read(&s.listed.at).await.is(200);
    assert_eq!(
        (listed.body["offers"][0]["edition"].as_i64(), listed.body["offers"][0]["id"].as_str()),
        (Some(2), Some(second.as_str()))
    );
    s.seller.api(Method::DELETE, &format!("{}/offers/{second}", s.listed.at), None).await.is(204);
    let granted = s.seller.decides(&asked.text("id"), "approval").await.is(200);
    assert_eq!((net(&granted), granted.body["state"].as_str()), (10_000, Some("granted")));
}

#[actix_web::test]
async fn an_approval_after_the_quote_ended_needs_a_fresh_one() {
    let s = Scene::set().await.keyed().await;
    s.buyer.approves_over("buyer", "1.00").await;
    let approver = s.exchange.joins(&s.buyer, "buyer", "Approver", &["approver"]).await.key_for("buyer", "30").await;
    let offer = s
        .offers(json!({"price": "100.00", "quote_days": "5", "discount_percent": "10", "discount_until": s.today(3)}))
        .await;
    let id = s.buyer.asks("buyer", &offer).await.is(201).text("id");
    s.buyer.requotes(&id).await.unmet("quote_ran_out");
    approver.decides(&id, "approval").await.is(200);
    s.later(6);
    s.seller.decides(&id, "approval").await.unmet("quote_holds");
    let fresh = s.buyer.requotes(&id).await.is(200);
    // The discount is over, and the approver is asked again on the new amount.
    assert_eq!((net(&fresh), fresh.body["state"].as_str()), (10_000, Some("submitted")));
    approver.decides(&id, "approval").await.is(200);
    s.seller.decides(&id, "approval").await.is(200);
}

#[actix_web::test]
async fn a_price_on_request_is_negotiated_and_then_approved() {
    let s = Scene::set().await;
    s.buyer.approves_over("buyer", "500.00").await;
    let approver = s.exchange.joins(&s.buyer, "buyer", "Approver", &["approver"]).await;
    let offer = s.offers(json!({"plan": "on_request", "term_days": "365"})).await;
    let page = s.exchange.nobody().get(&s.listed.at).await.text().await.unwrap();
    assert!(page.contains("On request"), "{page}");
    let catalogue = s.exchange.nobody().read("/datasets?free=1").await.is(200);
    assert!(catalogue.body["items"].as_array().unwrap().is_empty(), "a price on request is not free");
    let asked = s.buyer.asks("buyer", &offer).await.is(201);
    let id = asked.text("id");
    assert_eq!((asked.text("state"), asked.text("turn")), ("negotiating".to_owned(), "seller".to_owned()));
    // Nobody can approve, nor agree, what has no price.
    s.seller.decides(&id, "approval").await.problem(403, "conditions");
    s.buyer.proposes(&id, json!({"price": "1"}), 7).await.problem(403, "conditions");
    let first = s.seller.proposes(&id, json!({"price": "900.00", "term_months": 12, "seats": 5}), 7).await.is(200);
    assert_eq!(first.text("turn"), "buyer");
    let open = s.buyer.open_proposal(&id).await;
    s.seller.agrees(&id, &open).await.problem(403, "conditions");
    let counter = s.buyer.proposes(&id, json!({"price": "800.00", "term_months": 24, "seats": 5}), 7).await.is(200);
    assert_eq!(counter.text("turn"), "seller");
    // The first proposal can no longer be agreed to.
    s.buyer.agrees(&id, &open).await.problem(409, "overtaken");
    let open = s.seller.open_proposal(&id).await;
    let mut forged = open.clone();
    forged["sha256"] = json!("0".repeat(64));
    s.seller.agrees(&id, &forged).await.problem(409, "overtaken");
    let page = s.seller.get(&format!("/requests/{id}")).await.text().await.unwrap();
    assert!(page.contains("Agree to proposal no. 2") && page.contains("changed"), "{page}");
    let agreed = s.seller.agrees(&id, &open).await.is(200);
    assert_eq!((net(&agreed), agreed.body["state"].as_str()), (80_000, Some("submitted")));
    assert_eq!(agreed.body["lines"][0]["term_months"], 24);
    let granted = approver.decides(&id, "approval").await.is(200);
    assert_eq!(granted.body["state"], "granted");
    let order = s.buyer.get(&format!("/orders/{}", granted.text("order"))).await.text().await.unwrap();
    assert!(order.contains("price by agreement") && order.contains("EUR 952.00"), "{order}");
    s.exchange.mail_to("founder-of-seller@people.example", "asks for a price").await;
    s.exchange.mail_to("founder-of-buyer@people.example", "a proposal waits for you").await;
}

#[actix_web::test]
async fn a_seller_approves_with_narrower_terms_only_if_the_buyer_agrees() {
    let s = Scene::set().await;
    let offer = s.offers(json!({"price": "100.00", "term_days": "365", "scope": "all_versions"})).await;
    let id = s.buyer.asks("buyer", &offer).await.is(201).text("id");
    let narrow = json!({"price": "100.00", "term_days": 90, "scope": "version", "downloads": 50});
    s.seller.proposes(&id, narrow, 3).await.is(200);
    s.seller.decides(&id, "approval").await.problem(403, "conditions");
    let list = s.buyer.read(&format!("/requests/{id}/proposals")).await.is(200);
    assert_eq!(
        (list.body["items"][0]["number"].as_i64(), list.body["items"][0]["lines"][0]["term_days"].as_i64()),
        (Some(0), Some(365))
    );
    let open = s.buyer.open_proposal(&id).await;
    let done = s.buyer.agrees(&id, &open).await.is(200);
    assert_eq!(done.body["state"], "granted");
    let line = &done.body["lines"][0];
    assert_eq!(
        (line["term_days"].as_i64(), line["scope"].as_str(), line["downloads"].as_i64()),
        (Some(90), Some("version"), Some(50))
    );
    let grant = s.buyer.read(&format!("/grants/{}", done.body["grants"][0].as_str().unwrap())).await.is(200);
    assert_eq!(grant.body["scope"], "version");
}

#[actix_web::test]
async fn proposals_run_out_at_their_instant() {
    let s = Scene::set().await.keyed().await;
    let offer = s.offers(json!({"price": "100.00"})).await;
    let id = s.buyer.asks("buyer", &offer).await.is(201).text("id");
    s.seller.proposes(&id, json!({"price": "120.00"}), 91).await.problem(422, "invalid");
    s.seller.proposes(&id, json!({"price": "-1"}), 5).await.problem(422, "invalid");
    s.seller
        .proposes(&id, json!({"price": "120.00", "term_days": 5, "term_months": 1}), 5)
        .await
        .problem(422, "invalid");
    s.seller.proposes(&id, json!({"price": "120.00"}), 5).await.is(200);
    let open = s.buyer.open_proposal(&id).await;
    s.later(5);
    let late = s.buyer.agrees(&id, &open).await;
    assert!(matches!(late.status, 403 | 409), "{late:?}");
    let (now, house) = (s.exchange.site.clock.now(), Actor::house("tests"));
    let ended =
        s.exchange.site.db.write_now(|tx| -> Result<usize, StoreError> { purchases::expire_due(tx, &house, now) });
    // The night watch of the server may have been there before.
    assert!(ended.unwrap() <= 1);
    assert_eq!(s.buyer.read(&format!("/requests/{id}")).await.body["state"], "expired");
    s.exchange.mail_to("founder-of-buyer@people.example", "expired").await;
}

#[actix_web::test]
async fn a_machine_asks_for_a_price_and_accepts_it() {
    let s = Scene::set().await;
    let offer = s.offers(json!({"plan": "on_request"})).await;
    let approver = s.exchange.joins(&s.buyer, "buyer", "Approver", &["approver"]).await;
    let client = s.buyer.makes_service("buyer", &["read", "purchase"]).await;
    let machine = s.exchange.nobody().signs_in_as(&client).await;
    let id = machine.asks("buyer", &offer).await.is(201).text("id");
    s.seller.proposes(&id, json!({"price": "40.00"}), 7).await.is(200);
    let open = machine.open_proposal(&id).await;
    let done = machine.agrees(&id, &open).await.is(200);
    // It has no mandate: a person looks at what was agreed before it counts.
    assert_eq!((net(&done), done.body["state"].as_str()), (4_000, Some("submitted")));
    assert_eq!(approver.decides(&id, "approval").await.is(200).body["state"], "granted");
    // A machine of the seller never proposes.
    let id = machine.asks("buyer", &offer).await.is(201).text("id");
    let client = s.seller.makes_service("seller", &["read", "purchase"]).await;
    let other = s.exchange.nobody().signs_in_as(&client).await;
    other.proposes(&id, json!({"price": "1.00"}), 7).await.unmet("is_person");
}

#[actix_web::test]
async fn a_seller_refuses_a_request_for_a_price_with_a_reason() {
    let s = Scene::set().await;
    let offer = s.offers(json!({"plan": "on_request"})).await;
    let id = s.buyer.asks("buyer", &offer).await.is(201).text("id");
    let refused = s.seller.decides(&id, "refusal").await.is(200);
    assert_eq!((refused.text("state"), refused.text("reason")), ("refused".to_owned(), "Seen and decided.".to_owned()));
    let id = s.buyer.asks("buyer", &offer).await.is(201).text("id");
    s.buyer.tell(&format!("/requests/{id}/withdrawal"), json!({})).await.is(204);
    s.seller.proposes(&id, json!({"price": "1.00"}), 7).await.problem(403, "conditions");
}

#[actix_web::test]
async fn the_form_asks_for_choices_and_shows_the_price_before_it_is_submitted() {
    let s = Scene::set().await;
    let offer =
        s.offers(json!({"plan": "subscription", "price": "100.00", "period": "month", "most_periods": "12"})).await;
    let at = format!("{}/request", s.listed.at);
    let page = s.buyer.get(&format!("{at}?offer={}", offer.id)).await.text().await.unwrap();
    assert!(page.contains("Show the price") && !page.contains("quote_sha256"), "{page}");
    let wrong = s.buyer.get(&format!("{at}?offer={}&periods=13", offer.id)).await;
    assert_eq!(wrong.status(), 422);
    let page = s.buyer.get(&format!("{at}?offer={}&periods=2", offer.id)).await.text().await.unwrap();
    assert!(page.contains("EUR 238.00") && page.contains("Price locked until"), "{page}");
    let value = |name: &str| {
        let rest = &page[page.find(&format!("name=\"{name}\" value=\"")).unwrap()..];
        rest.split('"').nth(3).unwrap().to_owned()
    };
    let (quote, licence) = (value("quote_sha256"), value("licence_sha256"));
    let submit = |periods: &'static str| {
        let (buyer, at, offer) = (s.buyer.clone(), at.clone(), offer.id.clone());
        let (quote, licence) = (quote.clone(), licence.clone());
        async move {
            let fields = [
                ("organisation", "buyer"),
                ("offer", &offer),
                ("periods", periods),
                ("purpose", "Wear model"),
                ("accept", "on"),
                ("quote_sha256", &quote),
                ("licence_sha256", &licence),
            ];
            buyer.post(&at, &fields).await
        }
    };
    // Another choice than the one that was quoted is shown with its own price first.
    let other = submit("3").await;
    assert_eq!(other.status(), 422);
    assert!(other.text().await.unwrap().contains("The price changed since you saw it"));
    let done = submit("2").await;
    assert_eq!(done.status(), 303);
}

#[actix_web::test]
async fn a_seller_makes_and_changes_an_offer_in_the_browser() {
    let s = Scene::set().await;
    let at = format!("{}/offers", s.listed.at);
    let page = s.seller.get(&format!("{at}/new")).await.text().await.unwrap();
    assert!(page.contains("By size of organisation") && page.contains("value=\"on_request\""), "{page}");
    let page = s.seller.get(&format!("{at}/new?plan=by_volume")).await.text().await.unwrap();
    assert!(page.contains("name=\"tiers\"") && !page.contains("name=\"most_seats\""), "{page}");
    let licences = s.seller.read("/licences").await;
    let licence = licences.body["items"][0]["id"].as_str().unwrap().to_owned();
    let mut fields = vec![
        ("plan", "subscription"),
        ("title", "Monthly"),
        ("licence", licence.as_str()),
        ("scope", "all_versions"),
        ("price", "0"),
        ("currency", "EUR"),
        ("period", "month"),
        ("most_periods", "6"),
        ("tax_percent", "19"),
        ("payment", "prepaid"),
        ("payment_days", "30"),
        ("approval", "instant"),
        ("audience", "public"),
    ];
    let wrong = s.seller.post(&at, &fields).await;
    assert_eq!(wrong.status(), 422);
    assert!(wrong.text().await.unwrap().contains("Write a price above zero"));
    fields[4] = ("price", "20.00");
    let made = s.seller.post(&at, &fields).await;
    assert_eq!(made.status(), 303);
    let place = made.headers()["location"].to_str().unwrap().to_owned();
    let page = s.seller.get(&place).await.text().await.unwrap();
    assert!(page.contains("What a buyer sees") && page.contains("a month, 19 % tax not included"), "{page}");
    let offer = place.split('?').next().unwrap().to_owned();
    let page = s.seller.get(&format!("{offer}/edition")).await.text().await.unwrap();
    assert!(page.contains("value=\"20.00\"") && page.contains("No request waits on this offer"), "{page}");
    fields[4] = ("price", "25.00");
    assert_eq!(s.seller.post(&format!("{offer}/edition"), &fields).await.status(), 303);
    assert_eq!(s.seller.post(&format!("{offer}/edition"), &fields).await.status(), 409);
    let page = s.buyer.get(&s.listed.at).await.text().await.unwrap();
    assert!(page.contains("25.00") && !page.contains("20.00"), "{page}");
    // A stranger sees none of the desk.
    assert_eq!(s.buyer.get(&offer).await.status(), 404);
    assert_eq!(s.buyer.get(&format!("{offer}/closing")).await.status(), 404);
}

//! The life of a grant from outside: to the second, across time zones, under limits, renewed, told.

use crate::support::trade::{Listed, TABLE, free, priced};
use crate::support::{Exchange, Visitor, address, said};
use bourse::jobs;
use bourse::values::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

/// A seller with a listing, a buyer with a grant on it, a file of it.
struct Scene {
    exchange: Exchange,
    seller: Visitor,
    buyer: Visitor,
    /// The buyer with a key, which outlives a session.
    key: Visitor,
    /// The operator with a key.
    operator: Visitor,
    listed: Listed,
    grant: String,
    file: String,
}

/// A free offer for some days.
fn for_days(days: u32) -> Value {
    let mut offer = free();
    offer["term_days"] = days.to_string().into();
    offer
}

impl Scene {
    async fn set(offer: Value) -> Self {
        let exchange = Exchange::start().await;
        let operator = exchange.operator();
        let seller = exchange.firm(&operator, "seller").await;
        let buyer = exchange.firm(&operator, "buyer").await;
        let listed = exchange.listed(&seller, "seller", "spindle").await;
        let offer = seller.offers(&listed, "CC-BY-4.0", offer).await;
        let asked = buyer.asks("buyer", &offer).await.is(201);
        let grant = asked.body["grants"][0].as_str().unwrap().to_owned();
        let manifest = buyer.read(&format!("/grants/{grant}/manifest")).await.is(200);
        let file = manifest.body["items"][0]["files"][0]["url"].as_str().unwrap().to_owned();
        let (key, operator) = (buyer.key_for("buyer", "365").await, operator.key_for("exchange", "365").await);
        Self { exchange, seller, buyer, key, operator, listed, grant, file }
    }
    fn at(&self, part: &str) -> String {
        format!("/grants/{}/{part}", self.grant)
    }
    async fn shown(&self) -> Value {
        self.key.read(&format!("/grants/{}", self.grant)).await.is(200).body
    }
    /// A download token in somebody's hands.
    async fn token(&self) -> Visitor {
        let made = self.key.tell(&self.at("download-tokens"), json!({"seconds": 86_400})).await.is(201);
        self.exchange.nobody().with_bearer(&made.text("token"))
    }
    /// Moves the clock until so many milliseconds before an instant: it goes in whole seconds, so it waits for the rest.
    async fn until(&self, end: Timestamp, before_ms: i64) {
        let ahead = end.0 - before_ms - self.exchange.site.clock.now().0;
        self.exchange.site.clock.advance(ahead.div_euclid(1000));
        let rest = u64::try_from(ahead.rem_euclid(1000)).unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(rest)).await;
    }
}

/// Asks for a file as a program does.
async fn fetch(visitor: &Visitor, url: &str) -> crate::support::Said {
    said(visitor.request(Method::GET, url).header("Accept", "application/json")).await
}

fn unmet(said: &crate::support::Said) -> Vec<String> {
    let list = said.body["conditions"].as_array().unwrap_or_else(|| panic!("no conditions in {said:?}"));
    list.iter().filter(|c| c["met"] == false).map(|c| c["code"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn a_suspended_grant_opens_nothing_until_it_is_resumed() {
    let scene = Scene::set(free()).await;
    let token = scene.token().await;
    fetch(&token, &scene.file).await.is(200);
    // The holder cannot suspend, nor a stranger know of it.
    scene.buyer.tell(&scene.at("suspension"), json!({"reason": "x"})).await.unmet("role_to_suspend");
    scene
        .exchange
        .person("Stranger")
        .tell(&scene.at("suspension"), json!({"reason": "x"}))
        .await
        .problem(404, "not_found");
    scene.seller.tell(&scene.at("suspension"), json!({"reason": ""})).await.is(422);
    scene.seller.tell(&scene.at("suspension"), json!({"reason": "Invoice 7 is late"})).await.is(204);
    for visitor in [&token, &scene.buyer] {
        let refused = fetch(visitor, &scene.file).await;
        assert_eq!(unmet(&refused), ["grant_not_suspended"]);
        let rest = refused.body["conditions"].as_array().unwrap();
        let told = rest.iter().find(|c| c["code"] == "grant_not_suspended").unwrap();
        assert!(told["text"].as_str().unwrap().contains("Invoice 7 is late"));
        assert!(told["next"].as_str().unwrap().ends_with(&format!("/grants/{}", scene.grant)));
    }
    scene.buyer.tell(&scene.at("download-tokens"), json!({})).await.unmet("grant_not_suspended");
    scene.seller.tell(&scene.at("suspension"), json!({"reason": "again"})).await.problem(409, "overtaken");
    assert_eq!(scene.shown().await["standing"], "suspended");
    scene.exchange.mail_to(&address("Founder of buyer"), "Invoice 7 is late").await;
    scene.exchange.mail_to(&address("Founder of seller"), "Invoice 7 is late").await;
    scene.seller.tell(&scene.at("resumption"), json!({"reason": "Paid"})).await.is(204);
    fetch(&token, &scene.file).await.is(200);
    scene.seller.tell(&scene.at("resumption"), json!({"reason": "Paid"})).await.problem(409, "overtaken");
    let journal = scene.buyer.read(&scene.at("journal")).await.is(200);
    let deeds: Vec<&str> =
        journal.body["items"].as_array().unwrap().iter().map(|e| e["deed"].as_str().unwrap()).collect();
    assert!(deeds.contains(&"grant.suspended") && deeds.contains(&"grant.resumed"), "{deeds:?}");
}

#[actix_web::test]
async fn a_notice_period_ends_to_the_second_in_every_time_zone() {
    for offset in ["+08:00", "-05:00", "+05:45", "Z"] {
        let scene = Scene::set(for_days(365)).await;
        let token = scene.token().await;
        let end = Timestamp(scene.exchange.site.clock.now().plus_seconds(7200).seconds() * 1000);
        let zone = if offset == "Z" { "UTC".to_owned() } else { offset.to_owned() };
        let shift = match offset {
            "+08:00" => 8 * 3600,
            "-05:00" => -5 * 3600,
            "+05:45" => 5 * 3600 + 45 * 60,
            _ => 0,
        };
        let written = end.plus_seconds(shift).civil(&format!("%Y-%m-%dT%H:%M:%S{offset}"));
        scene.buyer.tell(&scene.at("termination"), json!({"reason": "Project over", "ends_at": written})).await.is(204);
        let shown = scene.shown().await;
        assert_eq!((&shown["standing"], &shown["ends_by_notice"]), (&json!("active"), &json!(end.rfc3339())), "{zone}");
        // Later than said is no way out, sooner is.
        scene
            .seller
            .tell(&scene.at("termination"), json!({"reason": "x", "notice_days": 30}))
            .await
            .problem(409, "overtaken");
        scene.until(end, 900).await;
        let fresh = scene.token().await;
        fetch(&token, &scene.file).await.is(200);
        fetch(&fresh, &scene.file).await.is(200);
        scene.until(end, 0).await;
        assert_eq!(unmet(&fetch(&scene.key, &scene.file).await), ["grant_active"], "{zone}");
        // A token ends with its grant.
        assert_eq!(fetch(&fresh, &scene.file).await.status, 401);
        assert_eq!(scene.shown().await["standing"], "terminated");
        scene.seller.tell(&scene.at("suspension"), json!({"reason": "x"})).await.unmet("grant_not_ended");
    }
}

#[actix_web::test]
async fn lists_are_sorted_by_age_or_by_end() {
    let scene = Scene::set(for_days(60)).await;
    let mut all = vec![scene.grant.clone()];
    for offer in [free(), for_days(5), for_days(30), free()] {
        let offer = scene.seller.offers(&scene.listed, "CC-BY-4.0", offer).await;
        let asked = scene.buyer.asks("buyer", &offer).await.is(201);
        all.push(asked.body["grants"][0].as_str().unwrap().to_owned());
    }
    let order = async |query: &str| {
        let said = scene.buyer.read(&format!("/grants{query}")).await.is(200);
        let list = said.body["items"].as_array().unwrap().clone();
        list.iter().map(|g| all.iter().position(|id| g["id"] == id.as_str()).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(order("").await, [4, 3, 2, 1, 0]);
    assert_eq!(order("?sort=newest").await, [4, 3, 2, 1, 0]);
    assert_eq!(order("?sort=ending").await, [2, 3, 0, 1, 4], "those without an end last");
    assert_eq!(order("?sort=nonsense").await, [4, 3, 2, 1, 0]);
    let page = scene.buyer.get("/grants?sort=ending").await.text().await.unwrap();
    assert!(page.contains("<option value=\"ending\" selected>"), "{page}");
    let csv = scene.buyer.get("/grants.csv?sort=ending").await.text().await.unwrap();
    assert_eq!(csv.lines().count(), 6, "{csv}");
}

#[actix_web::test]
async fn seats_that_were_bought_are_kept_by_the_server() {
    let scene = Scene::set(free()).await;
    let offer = json!({
        "title": "Seats", "scope": "version", "currency": "EUR", "tax_percent": "0", "approval": "licensor",
        "payment": "later", "payment_days": "14", "audience": "public", "plan": "per_seat", "price": "10.00",
        "period": "year", "most_periods": "1", "most_seats": "9",
    });
    let offer = scene.seller.offers(&scene.listed, "LicenseRef-Bourse-Internal-Analytics", offer).await;
    let mut body = crate::support::trade::asking("buyer", &offer);
    (body["lines"][0]["seats"], body["lines"][0]["periods"]) = (json!(1), json!(1));
    let asked = scene.buyer.tell("/requests", body).await.is(201).text("id");
    let granted = scene.seller.decides(&asked, "approval").await.is(200);
    let grant = granted.body["grants"][0].as_str().unwrap().to_owned();
    let limits = scene.buyer.read(&format!("/grants/{grant}/limits")).await.is(200).body;
    assert_eq!(limits["deal"], json!({"seats": 1, "seats_enforced": true}), "{limits}");
    let page = scene.buyer.get(&format!("/grants/{grant}")).await.text().await.unwrap();
    assert!(page.contains("kept by the server: no more people and service accounts may fetch"), "{page}");
    let manifest = scene.buyer.read(&format!("/grants/{grant}/manifest")).await.is(200);
    let file = manifest.body["items"][0]["files"][0]["url"].as_str().unwrap().to_owned();
    fetch(&scene.key, &file).await.is(200);
    let client = scene.buyer.makes_service("buyer", &["read", "download"]).await;
    let machine = scene.exchange.nobody().signs_in_as(&client).await;
    assert_eq!(unmet(&fetch(&machine, &file).await), ["seat_free"]);
    fetch(&scene.key, &file).await.is(200);
}

#[actix_web::test]
async fn the_page_says_who_fetched_what() {
    let scene = Scene::set(free()).await;
    fetch(&scene.key, &scene.file).await.is(200);
    let client = scene.buyer.makes_service("buyer", &["read", "download"]).await;
    let machine = scene.exchange.nobody().signs_in_as(&client).await;
    fetch(&machine, &scene.file).await.is(200);
    let at = format!("/grants/{}", scene.grant);
    let page = scene.buyer.get(&at).await.text().await.unwrap();
    for name in ["Founder of buyer", "line 4"] {
        assert!(page.contains(&format!("data-head=\"Who\"><div>{name}")), "{name} is missing in {page}");
    }
    // The seller learns the kind, and nobody's name.
    let page = scene.seller.get(&at).await.text().await.unwrap();
    assert!(page.contains("data-head=\"Who\"><div>A service account") && !page.contains("><div>line 4"), "{page}");
}

#[actix_web::test]
async fn a_term_ends_by_itself_to_the_second() {
    let scene = Scene::set(for_days(1)).await;
    let shown = scene.shown().await;
    let end = Timestamp::parse(shown["ends_at"].as_str().unwrap()).unwrap();
    scene.until(end, 1000).await;
    fetch(&scene.key, &scene.file).await.is(200);
    scene.until(end, 0).await;
    let refused = fetch(&scene.key, &scene.file).await;
    assert_eq!(unmet(&refused), ["grant_in_term"]);
    let list = refused.body["conditions"].as_array().unwrap();
    let next = list.iter().find(|c| c["code"] == "grant_in_term").unwrap()["next"].as_str().unwrap();
    assert!(next.ends_with("/renewal"), "{next}");
    assert_eq!(scene.shown().await["standing"], "lapsed");
    scene.key.tell(&scene.at("termination"), json!({"reason": "late"})).await.problem(409, "overtaken");
}

async fn mails_about(operator: &Visitor, subject: &str) -> usize {
    let filed = operator.read("/operator/mails?size=200").await.is(200);
    filed.body["items"].as_array().unwrap().iter().filter(|m| m["kind"] == subject).count()
}

#[actix_web::test]
async fn reminders_come_once_each_and_not_for_what_is_renewed() {
    let scene = Scene::set(for_days(60)).await;
    exchange_joins(&scene).await;
    let day = async |days: i64| {
        scene.exchange.site.clock.advance(days * 86_400);
        jobs::round(&scene.exchange.site).await.unwrap();
        jobs::round(&scene.exchange.site).await.unwrap();
        mails_about(&scene.operator, "grant-ending").await
    };
    let seen = (day(29).await, day(2).await, day(1).await);
    assert_eq!(seen, (0, 2, 2), "the requester and the owner, once each");
    assert_eq!(day(22).await, 4);
    assert_eq!(day(5).await, 6);
    assert_eq!(day(3).await, 6);
}

/// A second owner beside the founder, who is owner and requester.
async fn exchange_joins(scene: &Scene) {
    scene.exchange.joins(&scene.buyer, "buyer", "Second owner", &["owner"]).await;
}

#[actix_web::test]
async fn a_renewal_carries_the_answers_and_begins_where_the_old_ends() {
    let scene = Scene::set(for_days(30)).await;
    let options = scene.buyer.read(&scene.at("renewal")).await.is(200).body;
    assert_eq!(options["purpose"], "Bearing wear model of line 4");
    let sha = options["offers"][0]["licence_sha256"].as_str().unwrap();
    scene.seller.read(&scene.at("renewal")).await.problem(404, "not_found");
    scene.buyer.tell(&scene.at("renewal"), json!({"accept_licence_sha256": "0".repeat(64)})).await.is(409);
    let made = scene.buyer.tell(&scene.at("renewal"), json!({"accept_licence_sha256": sha})).await.is(201).text("id");
    let asked = scene.buyer.read(&format!("/requests/{made}")).await.is(200).body;
    assert_eq!((&asked["state"], &asked["purpose"]), (&json!("granted"), &json!("Bearing wear model of line 4")));
    let next = asked["grants"][0].as_str().unwrap().to_owned();
    let (old, new) = (scene.shown().await, scene.buyer.read(&format!("/grants/{next}")).await.is(200).body);
    assert_eq!((&new["starts_at"], &new["standing"]), (&old["ends_at"], &json!("upcoming")));
    // It opens nothing before its time, and the old one is not renewed twice.
    let manifest = scene.buyer.read(&format!("/grants/{next}/manifest")).await.is(200);
    let file = manifest.body["items"][0]["files"][0]["url"].as_str().unwrap().to_owned();
    assert_eq!(unmet(&fetch(&scene.buyer, &file).await), ["grant_in_term"]);
    scene.buyer.tell(&scene.at("renewal"), json!({"accept_licence_sha256": sha})).await.unmet("not_renewed_yet");
    let end = Timestamp::parse(old["ends_at"].as_str().unwrap()).unwrap();
    scene.until(end, 0).await;
    let buyer = scene.key.clone();
    assert_eq!(unmet(&fetch(&buyer, &scene.file).await), ["grant_in_term"]);
    fetch(&buyer, &file).await.is(200);
}

#[actix_web::test]
async fn a_renewal_goes_through_the_policy_again() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let seller = exchange.firm(&operator, "seller").await;
    let buyer = exchange.firm(&operator, "buyer").await;
    let listed = exchange.listed(&seller, "seller", "spindle").await;
    let mut offer = priced();
    offer["payment"] = "invoice".into();
    offer["price"] = "0".into();
    let offer = seller.offers(&listed, "LicenseRef-Bourse-Internal-Analytics", offer).await;
    let id = buyer.asks("buyer", &offer).await.is(201).text("id");
    let granted = seller.decides(&id, "approval").await.is(200);
    let grant = granted.body["grants"][0].as_str().unwrap().to_owned();
    // By the form, prefilled: only the button is pressed.
    let page = buyer.get(&format!("/grants/{grant}/renewal")).await.text().await.unwrap();
    assert!(page.contains("Bearing wear model of line 4") && page.contains("checked"), "{page}");
    let form = [
        ("offer", &*offer.id),
        ("purpose", "Bearing wear model of line 4"),
        ("licence_sha256", &*offer.accept),
        ("accept", "on"),
    ];
    let answer = buyer.post(&format!("/grants/{grant}/renewal"), &form).await;
    assert_eq!(answer.status(), 303);
    let place = answer.headers()["location"].to_str().unwrap();
    let request = place.trim_start_matches("/requests/").split('?').next().unwrap().to_owned();
    assert_eq!(buyer.read(&format!("/requests/{request}")).await.is(200).body["state"], "awaiting_seller");
    let again = json!({"accept_licence_sha256": offer.accept});
    buyer.tell(&format!("/grants/{grant}/renewal"), again).await.unmet("no_renewal_open");
    let granted = seller.decides(&request, "approval").await.is(200);
    let next = granted.body["grants"][0].as_str().unwrap();
    assert_eq!(buyer.read(&format!("/grants/{next}")).await.is(200).body["standing"], "upcoming");
}

fn size() -> i64 {
    i64::try_from(TABLE.len()).unwrap()
}

impl Scene {
    async fn limits(&self, mut limits: Value) {
        let revision = self.seller.read(&self.at("limits")).await.is(200).body["revision"].clone();
        limits["revision"] = revision;
        limits["reason"] = "As agreed".into();
        self.seller.api(Method::PUT, &self.at("limits"), Some(limits)).await.is(204);
    }
    async fn used(&self) -> (i64, i64, i64) {
        // What is given back is written after the answer has left.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let shown = self.buyer.read(&self.at("limits")).await.is(200).body;
        let number = |key: &str| shown[key].as_i64().unwrap();
        (number("used_downloads"), number("used_volume_bytes"), number("used_seats"))
    }
}

#[actix_web::test]
async fn a_download_is_one_file_one_taker_one_day() {
    let scene = Scene::set(free()).await;
    scene.limits(json!({"downloads": 2})).await;
    let head = scene.buyer.request(Method::HEAD, &scene.file).send().await.unwrap();
    assert_eq!(head.status(), 200);
    scene.buyer.read(&scene.at("manifest")).await.is(200);
    assert_eq!(scene.used().await, (0, 0, 0), "neither HEAD nor the manifest counts");
    for range in ["bytes=0-9", "bytes=10-19", "bytes=20-"] {
        let part = scene.buyer.request(Method::GET, &scene.file).header("Range", range).send().await.unwrap();
        assert_eq!(part.status(), 206);
        part.bytes().await.unwrap();
    }
    assert_eq!(scene.used().await, (1, size(), 1), "ranges of one file are one download");
    let tag = scene.buyer.get(&scene.file).await.headers()["etag"].clone();
    let known = scene.buyer.request(Method::GET, &scene.file).header("If-None-Match", tag).send().await.unwrap();
    assert_eq!((known.status().as_u16(), scene.used().await.0), (304, 1));
    // Somebody else takes the second, a third person gets none, the first may go on.
    let second = scene.exchange.joins(&scene.buyer, "buyer", "Second", &["requester"]).await;
    let third = scene.exchange.joins(&scene.buyer, "buyer", "Third", &["requester"]).await;
    second.get(&scene.file).await.bytes().await.unwrap();
    assert_eq!(unmet(&fetch(&third, &scene.file).await), ["downloads_left"]);
    fetch(&scene.buyer, &scene.file).await.is(200);
    // On the next day it is a new download; the licensor raises the limit.
    scene.limits(json!({"downloads": 3})).await;
    fetch(&third, &scene.file).await.is(200);
}

#[actix_web::test]
async fn volume_is_what_left_and_never_exceeded() {
    let scene = Scene::set(free()).await;
    fetch(&scene.buyer, &scene.file).await.is(200);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    scene.limits(json!({"volume_bytes": size() * 2 + 10})).await;
    assert_eq!(scene.used().await.1, size(), "what left before there was a limit counts");
    fetch(&scene.buyer, &scene.file).await.is(200);
    let refused = fetch(&scene.buyer, &scene.file).await;
    assert_eq!(unmet(&refused), ["volume_left"]);
    let rest = scene.buyer.request(Method::GET, &scene.file).header("Range", "bytes=0-9").send().await.unwrap();
    assert_eq!(rest.status(), 206, "what is left may be taken");
    rest.bytes().await.unwrap();
    assert_eq!(scene.used().await.1, size() * 2 + 10);
}

#[actix_web::test]
async fn parallel_requests_cannot_exceed_a_limit() {
    let scene = Scene::set(free()).await;
    scene.limits(json!({"volume_bytes": size() * 5, "seats": 3, "seats_enforced": true})).await;
    let all = (0..40).map(|_| {
        let (buyer, url) = (scene.buyer.clone(), scene.file.clone());
        async move {
            let answer = buyer.get(&url).await;
            let good = answer.status() == 200;
            answer.bytes().await.unwrap();
            good
        }
    });
    let good = futures_util::future::join_all(all).await.into_iter().filter(|g| *g).count();
    assert_eq!((good, scene.used().await.1), (5, size() * 5));
}

#[actix_web::test]
async fn seats_are_taken_by_who_fetches_and_freed_by_the_owner() {
    let scene = Scene::set(free()).await;
    scene.limits(json!({"seats": 1, "seats_enforced": true})).await;
    let second = scene.exchange.joins(&scene.buyer, "buyer", "Second", &["requester"]).await;
    fetch(&scene.buyer, &scene.file).await.is(200);
    let refused = fetch(&second, &scene.file).await;
    assert_eq!(unmet(&refused), ["seat_free"]);
    let me = scene.buyer.read("/me").await.is(200).text("id");
    let seat = scene.at(&format!("seats/{me}"));
    second.api(Method::DELETE, &seat, None).await.unmet("role_to_narrow");
    scene.buyer.api(Method::DELETE, &seat, None).await.is(204);
    fetch(&second, &scene.file).await.is(200);
    assert_eq!(unmet(&fetch(&scene.buyer, &scene.file).await), ["seat_free"]);
}

#[actix_web::test]
async fn networks_doors_and_groups_bound_the_use() {
    let scene = Scene::set(free()).await;
    let token = scene.token().await;
    scene.limits(json!({"networks": ["192.0.2.0/24"]})).await;
    assert_eq!(unmet(&fetch(&token, &scene.file).await), ["network_allowed"]);
    scene.limits(json!({"networks": ["127.0.0.0/8", "192.0.2.0/24"], "door": "browser"})).await;
    assert_eq!(unmet(&fetch(&token, &scene.file).await), ["door_allowed"]);
    scene.buyer.tell(&scene.at("download-tokens"), json!({})).await.unmet("door_allowed");
    fetch(&scene.buyer, &scene.file).await.is(200);
    scene.limits(json!({"paths": ["docs"]})).await;
    assert_eq!(unmet(&fetch(&token, &scene.file).await), ["file_in_grant"]);
    assert_eq!(scene.buyer.read(&scene.at("manifest")).await.is(200).body["items"][0]["files"], json!([]));
    scene.limits(json!({"paths": ["data"]})).await;
    fetch(&token, &scene.file).await.is(200);
    // The holder narrows; the seller neither may nor sees it.
    let own = json!({"revision": 4, "networks": ["198.51.100.7"]});
    scene.seller.api(Method::PUT, &scene.at("own-limits"), Some(own.clone())).await.unmet("role_to_narrow");
    scene.buyer.api(Method::PUT, &scene.at("own-limits"), Some(json!({"revision": 1}))).await.problem(409, "overtaken");
    let revision = scene.buyer.read(&scene.at("limits")).await.is(200).body["revision"].clone();
    let own = json!({"revision": revision, "networks": ["198.51.100.7"]});
    scene.buyer.api(Method::PUT, &scene.at("own-limits"), Some(own)).await.is(204);
    assert_eq!(unmet(&fetch(&token, &scene.file).await), ["own_network_allowed"]);
    assert_eq!(scene.seller.read(&scene.at("limits")).await.is(200).body["own"], Value::Null);
    scene.buyer.api(Method::PUT, &scene.at("own-limits"), Some(json!({"networks": ["nowhere"]}))).await.is(422);
    assert!(!scene.listed.version.is_empty());
}

#[actix_web::test]
async fn sixty_four_workers_roll_a_token_and_all_go_on() {
    let scene = Scene::set(free()).await;
    let made = scene.buyer.tell(&scene.at("download-tokens"), json!({"name": "line 4"})).await.is(201);
    let old = scene.exchange.nobody().with_bearer(&made.text("token"));
    let roll = scene.at(&format!("download-tokens/{}/successor", made.text("id")));
    let all = (0..64).map(|_| {
        let (buyer, roll) = (scene.buyer.clone(), roll.clone());
        async move { buyer.tell(&roll, json!({"overlap_seconds": 600})).await.is(201).text("token") }
    });
    let tokens = futures_util::future::join_all(all).await;
    let fetches = tokens.iter().map(|t| {
        let (visitor, url) = (scene.exchange.nobody().with_bearer(t), scene.file.clone());
        async move { fetch(&visitor, &url).await.status }
    });
    assert!(futures_util::future::join_all(fetches).await.into_iter().all(|s| s == 200));
    fetch(&old, &scene.file).await.is(200);
    scene.exchange.site.clock.advance(601);
    fetch(&old, &scene.file).await.unmet("token_not_revoked");
    fetch(&scene.exchange.nobody().with_bearer(&tokens[63]), &scene.file).await.is(200);
    let list = scene.buyer.read(&scene.at("download-tokens")).await.is(200).body;
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.iter().filter(|t| t["takes_place_of"] == made.text("id")).count(), 64);
    assert!(items.iter().all(|t| t["name"] == "line 4"));
    scene.buyer.tell(&roll, json!({})).await.problem(409, "overtaken");
    scene.seller.read(&scene.at("download-tokens")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn the_seller_sees_use_by_number_and_the_holder_by_name() {
    let scene = Scene::set(free()).await;
    let second = scene.exchange.joins(&scene.buyer, "buyer", "=Second", &["requester"]).await;
    for visitor in [&scene.buyer, &second, &second] {
        visitor.get(&scene.file).await.bytes().await.unwrap();
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let (held, given) =
        (scene.buyer.read(&scene.at("use")).await.is(200), scene.seller.read(&scene.at("use")).await.is(200));
    let names = |said: &crate::support::Said| -> Vec<String> {
        said.body["items"].as_array().unwrap().iter().map(|l| l["taker"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&given), ["1", "2"]);
    assert_eq!(names(&held), ["=Second", "Founder of buyer"]);
    let bytes: i64 = given.body["items"].as_array().unwrap().iter().map(|l| l["bytes"].as_i64().unwrap()).sum();
    assert_eq!(bytes, size() * 3);
    // No cell of a table is a formula.
    let table = scene.buyer.get(&scene.at("use.csv")).await.text().await.unwrap();
    assert!(table.contains(",'=Second,") && table.starts_with("\u{feff}grant,version"), "{table}");
    assert!(!scene.seller.get(&scene.at("use.csv")).await.text().await.unwrap().contains("Second"));
    scene.exchange.person("Stranger").read(&scene.at("use")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn lists_are_filtered_counted_and_exported() {
    let scene = Scene::set(for_days(20)).await;
    let count = async |state: &str| {
        let list = scene.key.read(&format!("/grants?state={state}")).await.is(200);
        list.body["items"].as_array().unwrap().len()
    };
    let seen = (count("all").await, count("active").await, count("ending").await, count("ended").await);
    assert_eq!((seen, count("suspended").await, count("upcoming").await), ((1, 1, 1, 0), 0, 0));
    scene.seller.tell(&scene.at("suspension"), json!({"reason": "x"})).await.is(204);
    assert_eq!((count("active").await, count("suspended").await), (0, 1));
    let wish = scene.at("renewal-wish");
    scene.buyer.api(Method::PUT, &wish, Some(json!({"unwanted": true}))).await.is(204);
    let page = scene.buyer.get("/grants?state=suspended").await.text().await.unwrap();
    assert!(page.contains("not to be renewed") && page.contains(&scene.at("")[..scene.at("").len() - 1]), "{page}");
    let table = scene.buyer.get("/grants.csv").await.text().await.unwrap();
    assert_eq!(table.lines().count(), 2);
    assert!(table.contains(",suspended,") && table.contains(",no,"), "{table}");
    scene.exchange.site.clock.advance(21 * 86_400);
    assert_eq!((count("ended").await, count("suspended").await), (1, 0));
}

#[actix_web::test]
async fn a_leaving_shows_what_it_touches_and_breaks_nothing() {
    let scene = Scene::set(free()).await;
    let second = scene.exchange.joins(&scene.buyer, "buyer", "Second", &["requester"]).await;
    let made = second.tell(&scene.at("download-tokens"), json!({"name": "night load"})).await.is(201);
    let token = scene.exchange.nobody().with_bearer(&made.text("token"));
    second.key_for("buyer", "30").await;
    let id = second.read("/me").await.is(200).text("id");
    let page = scene.buyer.get(&format!("/organisations/buyer/members/{id}")).await.text().await.unwrap();
    assert!(page.contains("night load") && page.contains("brs_u_"), "{page}");
    let all = scene.buyer.get("/tokens").await.text().await.unwrap();
    assert!(all.contains("night load"));
    fetch(&token, &scene.file).await.is(200);
    let answer = scene.buyer.post(&format!("/organisations/buyer/members/{id}/removal"), &[]).await;
    assert_eq!(answer.status(), 303);
    fetch(&token, &scene.file).await.unmet("token_issuer_works");
    fetch(&scene.buyer, &scene.file).await.is(200);
    assert_eq!(scene.shown().await["standing"], "active");
    let service = scene.buyer.makes_service("buyer", &["read", "download"]).await;
    let address = format!("/organisations/buyer/service-accounts/{}/revocation", service.0);
    assert_eq!(scene.buyer.get(&address).await.status(), 200);
    assert_eq!(scene.seller.get(&address).await.status(), 404);
}

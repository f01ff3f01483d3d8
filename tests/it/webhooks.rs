//! Webhooks: filed with the act, signed, delivered once, tried again, given up, and never sent to the inside.

use crate::servers::{Running, free_port, python, start, until_listening};
use crate::support::trade::{free, priced};
use crate::support::{Exchange, Said, Visitor, address};
use bourse::hooks::Sender;
use bourse::jobs;
use bourse::store::StoreError;
use data_encoding::BASE64;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A message that a receiver got.
#[derive(Debug, Clone)]
struct Got {
    headers: BTreeMap<String, String>,
    body: String,
}
impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
    fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }
    /// Whether one of the signatures was made with a secret.
    fn signed_with(&self, secret: &str) -> bool {
        let bytes = BASE64.decode(secret.strip_prefix("whsec_").unwrap().as_bytes()).unwrap();
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &bytes);
        let text = format!("{}.{}.{}", self.id(), self.headers["webhook-timestamp"], self.body);
        let own = format!("v1,{}", BASE64.encode(aws_lc_rs::hmac::sign(&key, text.as_bytes()).as_ref()));
        self.headers["webhook-signature"].split(' ').any(|s| s == own)
    }
}

/// Software of an organisation that takes webhooks. It answers as it is told, else with 204.
#[derive(Clone)]
struct Receiver {
    url: String,
    got: Arc<Mutex<Vec<Got>>>,
    answers: Arc<Mutex<VecDeque<String>>>,
}
impl Receiver {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/in", listener.local_addr().unwrap());
        let receiver = Self { url, got: Arc::default(), answers: Arc::default() };
        let me = receiver.clone();
        tokio::task::spawn_local(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let me = me.clone();
                tokio::task::spawn_local(async move { me.take(stream).await });
            }
        });
        receiver
    }
    async fn take(&self, mut stream: tokio::net::TcpStream) {
        let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
        let (head, length) = loop {
            let Ok(count @ 1..) = stream.read(&mut piece).await else { return };
            bytes.extend_from_slice(&piece[..count]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, _)) = text.split_once("\r\n\r\n") {
                let length =
                    head.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
                break (head.to_owned(), length.unwrap_or(0));
            }
        };
        while bytes.len() < head.len() + 4 + length {
            let Ok(count @ 1..) = stream.read(&mut piece).await else { return };
            bytes.extend_from_slice(&piece[..count]);
        }
        let pairs = head.lines().skip(1).filter_map(|l| l.split_once(": "));
        let headers = pairs.map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned())).collect();
        let body = String::from_utf8(bytes[head.len() + 4..].to_vec()).unwrap();
        self.got.lock().unwrap().push(Got { headers, body });
        let answer = self.answers.lock().unwrap().pop_front().unwrap_or_else(|| "204 No Content".to_owned());
        let _ = stream.write_all(format!("HTTP/1.1 {answer}\r\nconnection: close\r\n\r\n").as_bytes()).await;
    }
    fn answers(&self, with: &str, times: usize) {
        self.answers.lock().unwrap().extend(std::iter::repeat_n(with.to_owned(), times));
    }
    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
    /// Waits until so many messages have come.
    async fn until(&self, count: usize) -> Vec<Got> {
        for _ in 0..400 {
            if self.got().len() >= count {
                return self.got();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{} messages of {count} came: {:#?}", self.got().len(), self.got());
    }
    /// The events that came, by type.
    async fn events(&self, count: usize) -> Vec<String> {
        let mut all: Vec<String> =
            self.until(count).await.iter().map(|g| g.json()["type"].as_str().unwrap().to_owned()).collect();
        all.sort();
        all
    }
}

const LOOPBACK: [(&str, &str); 1] = [("webhook_networks", "127.0.0.0/8")];

/// An exchange that may call this machine, with a seller and a buyer.
struct Scene {
    exchange: Exchange,
    operator: Visitor,
    seller: Visitor,
    buyer: Visitor,
}
impl Scene {
    async fn set() -> Self {
        let exchange = Exchange::start_with(&LOOPBACK).await;
        let operator = exchange.operator();
        let seller = exchange.firm(&operator, "seller").await.key_for("seller", "300").await;
        let buyer = exchange.firm(&operator, "buyer").await.key_for("buyer", "300").await;
        Self { exchange, operator, seller, buyer }
    }
    /// Tries what is due now.
    async fn deliver(&self) {
        let sender = Sender::new(self.exchange.site.facts.egress.clone()).unwrap();
        loop {
            match jobs::hooks::deliver(&self.exchange.site, &sender, "the test").await {
                Ok(0) => return,
                // The server's own job may be at the same rows: what is busy is tried again.
                Ok(_) | Err(StoreError::Busy) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    }
}

async fn hook(who: &Visitor, party: &str, url: &str, events: &[&str]) -> Said {
    who.tell(&format!("/organisations/{party}/webhooks"), json!({"url": url, "events": events})).await
}

/// The deliveries of a webhook, newest first.
async fn sent(who: &Visitor, party: &str, id: &str, part: &str) -> Vec<Value> {
    let at = format!("/organisations/{party}/webhooks/{id}/deliveries{part}");
    who.read(&at).await.is(200).body["items"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn both_sides_hear_of_a_deal_in_signed_messages() {
    let scene = Scene::set().await;
    let (ours, theirs) = (Receiver::open().await, Receiver::open().await);
    let all = bourse::market::hooks::Event::choices().map(|e| e.to_string()).collect::<Vec<_>>();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let bought = hook(&scene.buyer, "buyer", &ours.url, &all).await.is(201);
    let sold = hook(&scene.seller, "seller", &theirs.url, &["purchase.received", "grant.given", "invoice.paid"]).await;
    let (secret, other) = (bought.text("secret"), sold.is(201).text("secret"));
    assert!(secret.starts_with("whsec_") && secret != other);

    let listed = scene.exchange.listed(&scene.seller, "seller", "spindle").await;
    let offer = scene.seller.offers(&listed, "LicenseRef-Bourse-Internal-Analytics", priced()).await;
    let request = scene.buyer.asks("buyer", &offer).await.is(201).text("id");
    let order = scene.seller.decides(&request, "approval").await.is(200).text("order");
    let date = scene.exchange.site.clock.now().civil("%Y-%m-%d");
    let pay = json!({"amount": "1190.00", "currency": "EUR", "date": date, "reference": "TRX 1"});
    scene.seller.tell(&format!("/orders/{order}/payment"), pay).await.is(200);

    let expected = ["grant.given", "invoice.opened", "invoice.paid", "purchase.decided", "purchase.submitted"];
    assert_eq!(ours.events(5).await, expected);
    assert_eq!(theirs.events(3).await, ["grant.given", "invoice.paid", "purchase.received"]);
    for got in ours.got() {
        assert!(got.signed_with(&secret) && !got.signed_with(&other));
        let now = scene.exchange.site.clock.now().seconds();
        assert!((now - got.headers["webhook-timestamp"].parse::<i64>().unwrap()).abs() < 60);
        assert_eq!(got.headers["content-type"], "application/json");
        let body = got.json();
        assert!(body["timestamp"].is_string());
        assert_eq!((&body["data"]["number"], &body["data"]["buyer"]), (&json!("PR-2026-0001"), &json!("buyer")));
        assert_eq!(body["data"]["amount"], "1190.00");
        assert!(!got.body.contains("people.example") && !got.body.contains("Founder"), "no persons: {}", got.body);
    }
    let received = theirs.got().into_iter().find(|g| g.json()["type"] == "purchase.received").unwrap();
    assert_eq!(received.json()["data"]["datasets"], json!(["seller/spindle"]));

    // A new version, and the end.
    let versions = format!("{}/versions", listed.at);
    let version = scene.seller.tell(&versions, json!({"label": "2.0", "change_note": "x"})).await.is(201).text("id");
    let next = crate::support::trade::Listed { version, at: listed.at.clone() };
    scene.seller.uploads(&next, "data/table.csv", "a,b\n1,2\n").await.is(201);
    scene.seller.publishes(&next).await.is(200);
    let got = ours.until(6).await.pop().unwrap().json();
    assert_eq!(got["type"], "version.published");
    assert_eq!((&got["data"]["covered"], &got["data"]["licence_unchanged"]), (&json!(false), &json!(true)));
    let grant = scene.buyer.read("/grants").await.is(200).body["items"][0]["id"].as_str().unwrap().to_owned();
    scene.seller.tell(&format!("/grants/{grant}/termination"), json!({"reason": "Breach."})).await.is(204);
    let got = ours.until(7).await.pop().unwrap().json();
    assert_eq!((&got["type"], &got["data"]["reason"]), (&json!("grant.terminated"), &json!("Breach.")));
}

#[actix_web::test]
async fn steps_messages_and_the_end_of_a_grant_are_events() {
    let scene = Scene::set().await;
    let (ours, theirs) = (Receiver::open().await, Receiver::open().await);
    let events = ["grant.lapsed", "purchase.message_posted", "purchase.step_approved"];
    hook(&scene.buyer, "buyer", &ours.url, &events).await.is(201);
    hook(&scene.seller, "seller", &theirs.url, &events).await.is(201);
    let listed = scene.exchange.listed(&scene.seller, "seller", "spindle").await;
    let mut offer = free();
    offer["term_days"] = json!("1");
    let offer = scene.seller.offers(&listed, "CC-BY-4.0", offer).await;

    // Two steps of the buyer: the first of them is an event of the buyer alone.
    let people = [
        scene.exchange.joins(&scene.buyer, "buyer", "One", &["approver"]).await,
        scene.exchange.joins(&scene.buyer, "buyer", "Two", &["approver"]).await,
    ];
    scene
        .buyer
        .rules_by(
            "buyer",
            json!({"steps": [crate::approval::step("Pair", 1, 1), crate::approval::step("Chief", 2, 1)]}),
        )
        .await
        .is(200);
    let request = scene.buyer.asks("buyer", &offer).await.is(201).text("id");
    scene.seller.tell(&format!("/requests/{request}/messages"), json!({"text": "Which line?"})).await.is(201);
    people[0].decides(&request, "approval").await.is(200);
    assert_eq!(ours.events(2).await, ["purchase.message_posted", "purchase.step_approved"]);
    assert_eq!(theirs.events(1).await, ["purchase.message_posted"]);
    for got in ours.got() {
        assert!(
            !got.body.contains("One") && !got.body.contains("Which line?"),
            "neither person nor words: {}",
            got.body
        );
    }
    let step = ours.got().into_iter().find(|g| g.json()["type"] == "purchase.step_approved").unwrap().json();
    assert_eq!((&step["data"]["step_en"], &step["data"]["desk"]), (&json!("Pair"), &json!("buyer")));

    // The grant ends by itself: one event for each side, at its instant, and one mail.
    let granted = people[1].decides(&request, "approval").await.is(200);
    let grant = granted.body["grants"][0].as_str().unwrap().to_owned();
    let shown = scene.buyer.read(&format!("/grants/{grant}")).await.is(200);
    let end = bourse::values::Timestamp::parse(&shown.text("ends_at")).unwrap();
    let site = &scene.exchange.site;
    site.clock.advance(end.seconds() - site.clock.now().seconds() - 3);
    jobs::round(site).await.unwrap();
    assert_eq!((ours.got().len(), theirs.got().len()), (2, 1), "three seconds before its end nothing is told");
    site.clock.advance(4);
    jobs::round(site).await.unwrap();
    jobs::round(site).await.unwrap();
    for receiver in [&ours, &theirs] {
        let told = receiver.until(if std::ptr::eq(receiver, &ours) { 3 } else { 2 }).await.pop().unwrap().json();
        assert_eq!((&told["type"], &told["data"]["grant"]), (&json!("grant.lapsed"), &json!(grant)));
        assert_eq!(told["data"]["ended_at"], json!(shown.text("ends_at")));
    }
    scene.exchange.mail_to(&address("Founder of buyer"), "has ended").await;
    scene.exchange.mail_to(&address("Founder of seller"), "has ended").await;
    site.clock.advance(120);
    jobs::round(site).await.unwrap();
    assert_eq!((ours.got().len(), theirs.got().len()), (3, 2), "told once");
}

#[actix_web::test]
async fn owners_keep_webhooks_and_nobody_else() {
    let scene = Scene::set().await;
    let receiver = Receiver::open().await;
    let made = hook(&scene.buyer, "buyer", &receiver.url, &["grant.given"]).await.is(201);
    let id = made.text("id");
    let at = format!("/organisations/buyer/webhooks/{id}");
    // The secret is in that answer only.
    for path in ["/organisations/buyer/webhooks", &at] {
        assert!(!scene.buyer.read(path).await.is(200).body.to_string().contains("whsec_"));
    }
    for (who, status) in [(&scene.seller, 404), (&scene.exchange.nobody(), 401), (&scene.operator, 404)] {
        who.read(&at).await.is(status);
        who.read(&format!("{at}/deliveries")).await.is(status);
        who.tell(&format!("{at}/tests"), json!({})).await.is(status);
        who.tell(&format!("{at}/secret"), json!({})).await.is(status);
        who.api(Method::DELETE, &at, None).await.is(status);
        hook(who, "buyer", &receiver.url, &["grant.given"]).await.is(status);
    }
    // Through another organisation it is not there either.
    scene.seller.read(&format!("/organisations/seller/webhooks/{id}")).await.is(404);

    for (url, events) in [
        (receiver.url.as_str(), vec![]),
        (&receiver.url, vec!["no.such"]),
        (&receiver.url, vec!["webhook.test"]),
        ("https://10.0.0.1/", vec!["grant.given"]),
        ("http://hooks.example/", vec!["grant.given"]),
        ("https://[::ffff:169.254.169.254]/", vec!["grant.given"]),
        ("https://localhost/", vec!["grant.given"]),
        ("nonsense", vec!["grant.given"]),
    ] {
        hook(&scene.buyer, "buyer", url, &events).await.is(422);
    }
    // The same request twice is one webhook, and its answer has the same secret.
    let twice = async || {
        let body = json!({"url": receiver.url, "events": ["invoice.paid"]});
        let request = scene.buyer.request(Method::POST, "/api/v1/organisations/buyer/webhooks");
        crate::support::said(request.header("Idempotency-Key", "the first one").json(&body)).await.is(201)
    };
    let (first, second) = (twice().await, twice().await);
    assert_eq!((first.text("id"), first.text("secret")), (second.text("id"), second.text("secret")));

    // Changed, turned off: nothing is filed any more; turned on and removed.
    let change = json!({"url": receiver.url, "events": ["invoice.paid", "grant.given"], "state": "off"});
    let changed = scene.buyer.api(Method::PUT, &at, Some(change)).await.is(200);
    assert_eq!((changed.text("state"), changed.body["events"].as_array().unwrap().len()), ("off".to_owned(), 2));
    scene.buyer.tell(&format!("{at}/tests"), json!({})).await.problem(409, "webhook_state");
    scene.buyer.api(Method::DELETE, &at, None).await.is(204);
    scene.buyer.read(&at).await.is(404);
    for _ in 0..19 {
        hook(&scene.buyer, "buyer", &receiver.url, &["grant.given"]).await.is(201);
    }
    hook(&scene.buyer, "buyer", &receiver.url, &["grant.given"]).await.problem(409, "too_many_webhooks");
}

#[actix_web::test]
async fn pages_show_what_was_given_up_and_send_it_again() {
    let exchange = Exchange::start_with(&LOOPBACK).await;
    let operator = exchange.operator();
    let owner = exchange.firm(&operator, "buyer").await;
    let receiver = Receiver::open().await;
    let bad = owner.post("/organisations/buyer/webhooks", &[("url", "https://10.0.0.1/"), ("grant.given", "on")]).await;
    assert_eq!(bad.status(), 422);
    let bad = bad.text().await.unwrap();
    assert!(bad.contains("no public address") && bad.contains("https://10.0.0.1/"), "{bad}");
    let made = owner.post("/organisations/buyer/webhooks", &[("url", &receiver.url), ("grant.given", "on")]).await;
    assert_eq!((made.status().as_u16(), made.headers()["cache-control"].to_str().unwrap()), (200, "no-store"));
    let text = made.text().await.unwrap();
    assert!(text.contains("whsec_") && !text.contains('⟦'), "{text}");
    let list = owner.get("/organisations/buyer/webhooks").await.text().await.unwrap();
    assert!(!list.contains("whsec_") && !list.contains('⟦') && list.contains(&receiver.url));
    let id =
        owner.read("/organisations/buyer/webhooks").await.is(200).body["items"][0]["id"].as_str().unwrap().to_owned();
    let page = format!("/organisations/buyer/webhooks/{id}");

    // Ten attempts over three days, then it is given up.
    receiver.answers("500 Internal Server Error", 10);
    assert_eq!(owner.post(&format!("{page}/tests"), &[]).await.status(), 303);
    let key = owner.key_for("buyer", "30").await;
    let sender = Sender::new(exchange.site.facts.egress.clone()).unwrap();
    receiver.until(1).await;
    let mut waited = Vec::new();
    for attempt in 1..10 {
        let open = loop {
            let one = sent(&key, "buyer", &id, "").await.remove(0);
            if one["attempts"] == attempt {
                break one;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        };
        assert_eq!(open["last_status"], 500);
        let next = open["next_at"].as_str().unwrap().to_owned();
        let now = exchange.site.clock.now().rfc3339();
        assert!(next > now, "{next} is after {now}");
        let wait = bourse::market::hooks::WAITS[attempt - 1];
        waited.push(wait);
        exchange.site.clock.advance(wait);
        while receiver.got().len() <= attempt {
            jobs::hooks::deliver(&exchange.site, &sender, "the test").await.unwrap();
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    assert_eq!(waited.iter().sum::<i64>(), 5 + 300 + 1800 + 3600 * (2 + 5 + 10 + 14 + 20 + 24));
    let given_up = loop {
        let failed = sent(&key, "buyer", &id, "?failed=true").await;
        if let Some(one) = failed.first() {
            break one.clone();
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    };
    assert!(given_up["last_error"].as_str().unwrap().contains("500") && given_up["next_at"].is_null());
    let ids: BTreeSet<String> = receiver.got().iter().map(|g| g.id().to_owned()).collect();
    assert_eq!(ids.len(), 1, "the identifier is the same in every attempt");

    // The sessions of three days ago have ended; the dead letter stands on the page with its reason.
    let owner = exchange.signs_in_again("Founder of buyer");
    let text = owner.get(&format!("{page}?failed=true")).await.text().await.unwrap();
    assert!(text.contains("the answer was not a success: 500") && text.contains("Send again"), "{text}");
    assert!(!text.contains('⟦'));
    let again = format!("{page}/deliveries/{}/repetition", given_up["id"].as_str().unwrap());
    assert_eq!(owner.post(&again, &[]).await.status(), 303);
    let last = receiver.until(11).await.pop().unwrap();
    assert_eq!(Some(last.id()), given_up["id"].as_str());
    assert_eq!(owner.post(&again, &[]).await.status(), 409);
    for _ in 0..200 {
        if sent(&key, "buyer", &id, "").await[0]["delivered_at"].is_string() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("never noted as delivered");
}

#[actix_web::test]
async fn a_new_secret_overlaps_the_old_one_for_a_day() {
    let scene = Scene::set().await;
    let receiver = Receiver::open().await;
    let made = hook(&scene.buyer, "buyer", &receiver.url, &["grant.given"]).await.is(201);
    let at = format!("/organisations/buyer/webhooks/{}", made.text("id"));
    let first = made.text("secret");
    let second = scene.buyer.tell(&format!("{at}/secret"), json!({})).await.is(200);
    assert!(second.body["old_secret_until"].is_string());
    let second = second.text("secret");
    scene.buyer.tell(&format!("{at}/tests"), json!({})).await.is(201);
    let got = receiver.until(1).await.pop().unwrap();
    assert!(got.signed_with(&first) && got.signed_with(&second) && first != second);
    scene.exchange.site.clock.advance(24 * 3600 + 1);
    scene.buyer.tell(&format!("{at}/tests"), json!({})).await.is(201);
    let got = receiver.until(2).await.pop().unwrap();
    assert!(!got.signed_with(&first) && got.signed_with(&second));
}

#[actix_web::test]
async fn a_webhook_that_fails_for_days_is_turned_off() {
    let scene = Scene::set().await;
    let (receiver, gone, aside) = (Receiver::open().await, Receiver::open().await, Receiver::open().await);
    let id = hook(&scene.buyer, "buyer", &receiver.url, &["grant.given"]).await.is(201).text("id");
    let at = format!("/organisations/buyer/webhooks/{id}");
    // A redirect is a failure, and nobody follows it.
    receiver.answers(&format!("302 Found\r\nlocation: {}", aside.url), 1);
    receiver.answers("503 Service Unavailable", 500);
    scene.buyer.tell(&format!("{at}/tests"), json!({})).await.is(201);
    receiver.until(1).await;
    let failing = async || scene.buyer.read(&at).await.is(200).body["failing_since"].clone();
    while failing().await.is_null() {
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    for _ in 0..12 {
        scene.exchange.site.clock.advance(12 * 3600);
        // Refused as soon as it is turned off.
        scene.buyer.tell(&format!("{at}/tests"), json!({})).await;
        scene.deliver().await;
    }
    let mut state = String::new();
    for _ in 0..200 {
        state = scene.buyer.read(&at).await.is(200).text("state");
        if state == "failed" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(state, "failed");
    assert!(aside.got().is_empty());
    let told = scene.buyer.read("/notices").await.is(200);
    let notice = told.body["items"].as_array().unwrap().iter().find(|n| n["kind"] == "webhook-disabled").unwrap();
    assert!(notice["text"].as_str().unwrap().contains(&receiver.url), "{notice}");
    assert!(notice["why"].as_str().unwrap().contains("Owner of buyer GmbH"));
    scene.exchange.mail_to(&address("Founder of buyer"), "was turned off").await;
    let before = receiver.got().len();
    scene.buyer.tell(&format!("{at}/tests"), json!({})).await.is(409);

    // It can be turned on again, and what was given up goes out.
    receiver.answers.lock().unwrap().clear();
    let on = json!({"url": receiver.url, "events": ["grant.given"], "state": "on"});
    scene.buyer.api(Method::PUT, &at, Some(on)).await.is(200);
    let failed = sent(&scene.buyer, "buyer", &id, "?failed=true").await;
    for one in &failed {
        let again = format!("{at}/deliveries/{}/repetition", one["id"].as_str().unwrap());
        scene.buyer.tell(&again, json!({})).await.is(204);
    }
    receiver.until(before + failed.len()).await;

    // One that says it is gone is believed.
    let id = hook(&scene.buyer, "buyer", &gone.url, &["grant.given"]).await.is(201).text("id");
    let at = format!("/organisations/buyer/webhooks/{id}");
    gone.answers("410 Gone", 1);
    scene.buyer.tell(&format!("{at}/tests"), json!({})).await.is(201);
    gone.until(1).await;
    for _ in 0..200 {
        if scene.buyer.read(&at).await.is(200).text("state") == "failed" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it goes on");
}

#[actix_web::test]
async fn two_servers_deliver_once() {
    let scene = Scene::set().await;
    let replica = scene.exchange.replica().await;
    let receiver = Receiver::open().await;
    hook(&scene.buyer, "buyer", &receiver.url, &["grant.given"]).await.is(201);
    let listed = scene.exchange.listed(&scene.seller, "seller", "spindle").await;
    let offer = scene.seller.offers(&listed, "CC-BY-4.0", free()).await;
    for _ in 0..8 {
        scene.buyer.asks("buyer", &offer).await.is(201);
    }
    let sender = Sender::new(scene.exchange.site.facts.egress.clone()).unwrap();
    for _ in 0..6 {
        let both = [(&scene.exchange, "a"), (&replica, "b"), (&scene.exchange, "c"), (&replica, "d")];
        let rounds = both.map(|(e, lease)| jobs::hooks::deliver(&e.site, &sender, lease));
        for done in futures_util::future::join_all(rounds).await {
            done.unwrap();
        }
    }
    receiver.until(8).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let ids: Vec<String> = receiver.got().iter().map(|g| g.id().to_owned()).collect();
    assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (8, 8));
}

/// A receiver as others write it: Python's own server, and the library of Standard Webhooks.
const THEIRS: &str = r#"
import http.server, json, sys
from standardwebhooks import Webhook, WebhookVerificationError
port, secret, log = int(sys.argv[1]), sys.argv[2], sys.argv[3]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {k.lower(): v for k, v in self.headers.items()}
        try:
            event = Webhook(secret).verify(body, headers)
            line, status = event["type"], 204
            for forged in (body.replace(b"grant", b"grand", 1), body + b" "):
                try:
                    Webhook(secret).verify(forged, headers)
                    line = "a forged body passed"
                except WebhookVerificationError:
                    pass
        except Exception as error:
            line, status = f"refused: {error!r}", 400
        with open(log, "a") as out:
            out.write(line + "\n")
        self.send_response(status)
        self.end_headers()
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"#;

#[actix_web::test]
async fn the_library_of_others_verifies_what_comes() {
    let Some(python) = python() else { return };
    let scene = Scene::set().await;
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}/hooks");
    let made = hook(&scene.buyer, "buyer", &url, &["grant.given", "version.published"]).await.is(201);
    let log = scene.exchange.folder().join("events.txt");
    let mut command = Command::new(python);
    let _server: Running = start(command.args(["-c", THEIRS, &port.to_string(), &made.text("secret")]).arg(&log));
    until_listening(port).await;
    let listed = scene.exchange.listed(&scene.seller, "seller", "spindle").await;
    let offer = scene.seller.offers(&listed, "CC-BY-4.0", free()).await;
    scene.buyer.asks("buyer", &offer).await.is(201);
    for _ in 0..400 {
        if std::fs::read_to_string(&log).is_ok_and(|t| t.ends_with('\n')) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(std::fs::read_to_string(&log).unwrap_or_default(), "grant.given\n");
}

#[actix_web::test]
async fn without_the_setting_nothing_here_is_called() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let owner = exchange.firm(&operator, "buyer").await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    for url in [
        format!("http://127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("https://0x7f.1:{port}/"),
        format!("https://2130706433:{port}/"),
        format!("https://[::1]:{port}/"),
        format!("https://localhost:{port}/"),
    ] {
        hook(&owner, "buyer", &url, &["grant.given"]).await.is(422);
    }
    assert!(listener.accept().is_err());
}

//! Accounts through the front door, and the guards that every request passes.

use crate::support::trade::{asking, free};
use crate::support::{Exchange, PASSWORD, Visitor, said, session_of};
use reqwest::Method;
use serde_json::json;

/// Signs in; gives the session.
async fn signs_in(nobody: &Visitor, email: &str, password: &str) -> Option<String> {
    let answer = nobody.post("/sign-in", &[("email", email), ("password", password)]).await;
    session_of(&answer).filter(|s| answer.status() == 303 && !s.is_empty())
}

#[actix_web::test]
async fn from_sign_up_to_sign_out() {
    let exchange = Exchange::start().await;
    let nobody = exchange.nobody();
    let email = "lin@a.example";
    let typed = [("name", "Lin"), ("email", email), ("password", PASSWORD)];
    assert_eq!(nobody.post("/sign-up", &typed).await.status(), 303);
    let link = exchange.link_for(email, "confirm").await;
    assert!(signs_in(&nobody, email, PASSWORD).await.is_none(), "an address that nobody confirmed signs in");
    // Looking at the link uses nothing up: mail scanners look.
    assert_eq!(nobody.get(&link).await.status(), 200);
    assert_eq!(nobody.post(&link, &[]).await.status(), 303);
    assert_eq!(nobody.post(&link, &[]).await.status(), 410);
    let lin = nobody.with_cookie(&signs_in(&nobody, email, PASSWORD).await.unwrap());
    assert_eq!(lin.read("/me").await.is(200).text("email"), email);

    // A second session is seen and ended by the first.
    let other = nobody.with_cookie(&signs_in(&nobody, email, PASSWORD).await.unwrap());
    assert_eq!(lin.read("/me/sessions").await.is(200).body["items"].as_array().unwrap().len(), 2);
    assert_eq!(lin.post("/account/sessions/others", &[]).await.status(), 303);
    assert_eq!(other.read("/me").await.status, 401);
    assert_eq!(lin.read("/me").await.status, 200);

    // A new address counts once its owner confirms it.
    let moved = lin.post("/account/email", &[("email", "lin@b.example"), ("current", PASSWORD)]).await;
    assert_eq!(moved.status(), 303);
    let link = exchange.link_for("lin@b.example", "new-email").await;
    assert_eq!(nobody.post(&link, &[]).await.status(), 303);
    assert!(signs_in(&nobody, email, PASSWORD).await.is_none());
    let lin = nobody.with_cookie(&signs_in(&nobody, "lin@b.example", PASSWORD).await.unwrap());
    assert_eq!(lin.post("/sign-out", &[]).await.status(), 303);
    assert_eq!(lin.read("/me").await.status, 401);
}

#[actix_web::test]
async fn wrong_passwords_tell_nothing_and_slow_down() {
    let exchange = Exchange::start().await;
    exchange.person("Lin");
    let (nobody, known) = (exchange.nobody(), crate::support::address("Lin"));
    let wrong = async |email: &str| {
        let answer = nobody.post("/sign-in", &[("email", email), ("password", "wrong wrong wrong")]).await;
        (answer.status().as_u16(), answer.text().await.unwrap().replace(email, ""))
    };
    let plain = |(status, text): (u16, String)| {
        // Only the form's own once-only key and the clock differ.
        assert!(text.contains("Password and address do not match."));
        let own = |l: &&str| !l.contains("name=\"once\"") && !l.contains("<time ");
        let text: Vec<String> = text.lines().filter(own).map(str::to_owned).collect();
        (status, text)
    };
    let (one, other) = (plain(wrong(&known).await), plain(wrong("nobody@people.example").await));
    assert_eq!(one, other);
    assert_eq!(one.0, 422);
    for _ in 0..4 {
        assert_eq!(wrong(&known).await.0, 422);
    }
    let slow = nobody.post("/sign-in", &[("email", &known), ("password", PASSWORD)]).await;
    assert_eq!(slow.status(), 429);
    assert!(slow.headers().contains_key("retry-after"));
    exchange.site.clock.advance(60);
    assert!(signs_in(&nobody, &known, PASSWORD).await.is_some());
}

#[actix_web::test]
async fn a_reset_works_once_and_ends_all_sessions() {
    let exchange = Exchange::start().await;
    let (lin, nobody, email) = (exchange.person("Lin"), exchange.nobody(), crate::support::address("Lin"));
    let asked = nobody.post("/reset", &[("email", &email)]).await;
    let unknown = nobody.post("/reset", &[("email", "nobody@people.example")]).await;
    assert_eq!(
        (asked.status(), asked.headers().get("location")),
        (unknown.status(), unknown.headers().get("location"))
    );
    let link = exchange.link_for(&email, "reset").await;
    assert_eq!(nobody.post(&link, &[("password", "short")]).await.status(), 422);
    let new = "another long enough passphrase";
    assert_eq!(nobody.post(&link, &[("password", new)]).await.status(), 303);
    assert_eq!(nobody.post(&link, &[("password", new)]).await.status(), 410);
    assert_eq!(lin.read("/me").await.status, 401);
    assert!(signs_in(&nobody, &email, new).await.is_some());
}

#[actix_web::test]
async fn keys_end_when_they_say() {
    let exchange = Exchange::start().await;
    let lin = exchange.person("Lin");
    lin.founds("firm").await;
    let script = lin.key_for("firm", "1").await;
    assert_eq!(script.read("/me").await.status, 200);
    // A key cannot make keys.
    let more = script.post("/account/keys", &[("name", "x"), ("organisation", "firm"), ("days", "1")]).await;
    assert!(more.status().is_client_error(), "{}", more.status());
    exchange.site.clock.advance(86_401);
    script.read("/me").await.problem(401, "bad_credential");
    let script = exchange.person("Wang");
    script.founds("other").await;
    let held = script.key_for("other", "30").await;
    let id = script.read("/me/keys").await.is(200).body["items"][0]["id"].as_str().unwrap().to_owned();
    script.api(Method::DELETE, &format!("/me/keys/{id}"), None).await.is(204);
    held.read("/me").await.problem(401, "bad_credential");
}

#[actix_web::test]
async fn forged_requests_are_refused() {
    let exchange = Exchange::start().await;
    let lin = exchange.person("Lin");
    let cookie = match &lin.credential {
        crate::support::Credential::Cookie(secret) => format!("bourse={secret}"),
        crate::support::Credential::None | crate::support::Credential::Bearer(_) => unreachable!(),
    };
    let client = crate::support::client();
    let post = |header: Option<(&str, &str)>| {
        let request =
            client.post(format!("{}/api/v1/organisations", exchange.url)).header("Cookie", &cookie).json(&json!({}));
        header.into_iter().fold(request, |r, (name, value)| r.header(name, value))
    };
    for header in [
        None,
        Some(("Sec-Fetch-Site", "cross-site")),
        Some(("Sec-Fetch-Site", "same-site")),
        Some(("Origin", "null")),
        Some(("Origin", "http://127.0.0.1")),
    ] {
        said(post(header)).await.problem(403, "origin");
    }
    said(post(Some(("Sec-Fetch-Site", "same-origin")))).await.problem(422, "invalid");
    let foreign = client.get(&exchange.url).header("Host", "evil.example").send().await.unwrap();
    assert_eq!(foreign.status(), 421);
}

#[actix_web::test]
async fn the_same_request_twice_is_one() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let seller = exchange.firm(&operator, "seller").await;
    let buyer = exchange.firm(&operator, "buyer").await;
    let listed = exchange.listed(&seller, "seller", "spindle").await;
    let offer = seller.offers(&listed, "CC-BY-4.0", free()).await;
    let once = |body: serde_json::Value| {
        said(buyer.request(Method::POST, "/api/v1/requests").header("Idempotency-Key", "order-4711").json(&body))
    };
    let first = once(asking("buyer", &offer)).await.is(201).text("id");
    assert_eq!(once(asking("buyer", &offer)).await.is(201).text("id"), first);
    assert_eq!(buyer.read("/requests?side=buyer").await.body["items"].as_array().unwrap().len(), 1);
    let mut typo = asking("buyer", &offer);
    typo["purpse"] = json!("x");
    let said = buyer.tell("/requests", typo).await.problem(422, "invalid");
    assert_eq!(said.body["errors"][0]["field"], "purpse");
}

#[actix_web::test]
async fn every_answer_is_dressed() {
    let exchange = Exchange::start().await;
    let nobody = exchange.nobody();
    let answers = [
        (200, nobody.get("/sign-in").await),
        (404, nobody.get("/nothing/here").await),
        (404, nobody.get("/api/v1/nothing").await),
        (405, nobody.request(Method::DELETE, "/sign-in").send().await.unwrap()),
        (422, nobody.post("/sign-up", &[]).await),
    ];
    for (status, answer) in answers {
        let at = answer.url().clone();
        assert_eq!(answer.status(), status, "{at}");
        let header = |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        assert_eq!(header("x-content-type-options"), "nosniff", "{at}");
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{at}");
        assert!(!header("referrer-policy").is_empty() && !header("cross-origin-opener-policy").is_empty(), "{at}");
        assert!(header("server").is_empty() && header("x-powered-by").is_empty(), "{at}");
        if status == 405 {
            assert_eq!(header("allow"), "GET, HEAD, POST");
        }
    }
}

#[actix_web::test]
async fn a_script_changes_credentials_with_the_password() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let owner = exchange.firm(&operator, "forge").await;
    let key = owner.key_for("forge", "30").await;
    let put = async |visitor: &Visitor, at: &str, body: serde_json::Value| {
        said(visitor.request(Method::PUT, &format!("/api/v1/me/{at}")).json(&body)).await
    };

    // A key alone makes no key; with the password it does, for its own organisation only.
    let new = json!({"name": "second", "organisation": "forge", "days": "7"});
    let refused = key.tell("/me/keys", new.clone()).await.problem(422, "invalid");
    assert_eq!(refused.body["errors"][0]["field"], "current");
    let mut proven = new.clone();
    proven["current"] = json!(PASSWORD);
    let second = key.tell("/me/keys", proven.clone()).await.is(201).text("secret");
    assert_eq!(owner.with_bearer(&second).read("/me").await.is(200).body["kind"], "member");
    proven["organisation"] = json!("exchange");
    key.tell("/me/keys", proven).await.is(404);

    put(&key, "password", json!({"current": "wrong wrong wrong", "password": "a lathe in the harbour"})).await.is(422);
    put(&key, "password", json!({"current": PASSWORD, "password": "short"})).await.is(422);
    put(&key, "password", json!({"current": PASSWORD, "password": "a lathe in the harbour"})).await.is(204);
    assert_eq!(owner.read("/me").await.status, 401, "the browser's session ended with the old password");
    put(&key, "email", json!({"current": "a lathe in the harbour", "email": "new@forge.example"})).await.is(202);
    let link = exchange.link_for("new@forge.example", "new-email").await;
    assert_eq!(exchange.nobody().post(&link, &[]).await.status(), 303);
    assert_eq!(key.read("/me").await.is(200).text("email"), "new@forge.example");
}

#[actix_web::test]
async fn pages_are_packed_for_strangers_only() {
    let exchange = Exchange::start().await;
    let coding = async |visitor: &Visitor, path: &str, accepts: &str| {
        let answer = visitor.request(Method::GET, path).header("Accept-Encoding", accepts).send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
        let vary: Vec<_> = answer.headers().get_all("vary").iter().map(|v| v.to_str().unwrap().to_owned()).collect();
        (header("content-encoding"), vary.join(", "))
    };
    let nobody = exchange.nobody();
    let (packed, vary) = coding(&nobody, "/sign-in", "gzip, br").await;
    assert_eq!(packed.as_deref(), Some("gzip"));
    assert!(vary.contains("Accept-Encoding") && vary.contains("Cookie"), "{vary}");
    assert_eq!(coding(&nobody, "/sign-in", "gzip;q=0").await.0, None);
    assert_eq!(coding(&nobody, "/healthz", "gzip").await.0, None, "too short to gain");
    // What a reader's own page holds must not show in its length.
    assert_eq!(coding(&exchange.person("Reader"), "/organisations", "gzip").await.0, None);
}

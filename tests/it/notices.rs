//! What people are told: under the bell, by mail at once, in the daily summary, and not any more.

use crate::gate::{approves, every_version, submits};
use crate::support::trade::{Listed, free};
use crate::support::{Exchange, Visitor, address};
use bourse::mail::Post;
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// A seller with a listing and a buyer with a grant on all its versions.
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
        let offer = seller.offers(&listed, "CC-BY-4.0", free()).await;
        buyer.asks("buyer", &offer).await.is(201);
        Self { exchange, operator, seller, buyer, listed }
    }
    /// A draft of another version with one table.
    async fn draft(&self, label: &str) -> Listed {
        let at = self.listed.at.clone();
        let body = json!({"label": label, "change_note": "The offset of sensor 3 is corrected."});
        let version = self.seller.tell(&format!("{at}/versions"), body).await.is(201).text("id");
        let listed = Listed { at, version };
        self.seller.uploads(&listed, "data/table.csv", format!("a,b\n1,{label}\n")).await.is(201);
        listed
    }
}

/// The notices of a kind that stand on somebody's page.
async fn told(who: &Visitor, kind: &str) -> Vec<Value> {
    let page = who.read("/notices?size=200").await.is(200);
    page.body["items"].as_array().unwrap().iter().filter(|n| n["kind"] == kind).cloned().collect()
}

async fn choose(who: &Visitor, topic: &str, site: bool, mail: &str) {
    let body = json!({"digest_hour": 1, "topics": [{"topic": topic, "site": site, "mail": mail}]});
    who.api(Method::PUT, "/me/notice-settings", Some(body)).await.is(204);
}

/// The raw mails to an address, oldest first.
fn mails(exchange: &Exchange, email: &str) -> Vec<String> {
    let mut files: Vec<_> =
        std::fs::read_dir(exchange.folder().join("mails")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let eml = files.iter().filter(|p| p.extension().is_some_and(|e| e == "eml"));
    let texts = eml.map(|p| String::from_utf8(std::fs::read(p).unwrap()).unwrap());
    texts.filter(|t| t.contains(&format!("To: {email}"))).collect()
}

fn header(mail: &str, name: &str) -> Option<String> {
    use mailparse::MailHeaderMap;
    mailparse::parse_mail(mail.as_bytes()).unwrap().headers.get_first_value(name)
}

#[actix_web::test]
async fn holders_are_told_of_a_new_version_once_whatever_the_door() {
    let scene = Scene::set().await;
    // A second grant of the same holder, and a holder of the first version only, under a licence that is then withdrawn.
    let mut one = free();
    one["scope"] = json!("version");
    let offer = scene.seller.offers(&scene.listed, "CC0-1.0", one).await;
    let other = scene.exchange.firm(&scene.operator, "other").await;
    scene.buyer.asks("buyer", &offer).await.is(201);
    other.asks("other", &offer).await.is(201);
    let close = format!("{}/offers/{}", scene.listed.at, offer.id);
    scene.seller.api(Method::DELETE, &close, None).await.is(204);

    // By the API, by the page, and by a reviewer's approval.
    let second = scene.draft("2.0").await;
    scene.seller.publishes(&second).await.is(200);
    let third = scene.draft("3.0").await;
    let at = format!("{}/versions/{}/publication", third.at, third.version);
    assert_eq!(scene.seller.post(&at, &[]).await.status(), 303);

    let covered = told(&scene.buyer, "version-published").await;
    assert_eq!(covered.len(), 2, "one for each version: {covered:#?}");
    let text = covered[0]["text"].as_str().unwrap();
    assert!(text.contains("3.0") && text.contains("sensor 3") && text.contains("Your grant covers it"), "{text}");
    assert!(text.contains("CC-BY-4.0") && text.contains("is unchanged"), "{text}");
    let why = covered[0]["why"].as_str().unwrap();
    assert!(why.contains("Requester of buyer GmbH") && why.contains("grant GR-"), "{why}");
    assert!(covered[0]["url"].as_str().unwrap().contains("/grants/"));
    let hinted = told(&other, "version-published").await;
    assert_eq!(hinted.len(), 2);
    let text = hinted[0]["text"].as_str().unwrap();
    assert!(text.contains("earlier version only") && text.contains("has changed (yours: CC0-1.0)"), "{text}");
}

#[actix_web::test]
async fn a_reviewers_approval_tells_the_holders_too() {
    let scene = Scene::set().await;
    let officer = scene.exchange.officer("Mo", bourse::market::accounts::Office::Moderator);
    every_version(&scene.operator).await;
    let draft = scene.draft("2.0").await;
    let review = submits(&scene.seller, &draft).await.is(201).text("id");
    assert!(told(&scene.buyer, "version-published").await.is_empty());
    approves(&officer, &review).await.is(200);
    assert_eq!(told(&scene.buyer, "version-published").await.len(), 1);
    let own = told(&scene.seller, "review-approved").await;
    assert!(own[0]["why"].as_str().unwrap().contains("Publisher of seller GmbH"), "{own:#?}");
    let desk = told(&officer, "review-wanted").await;
    assert!(desk[0]["why"].as_str().unwrap().contains("Moderator"), "{desk:#?}");
}

#[actix_web::test]
async fn a_request_with_several_offers_is_one_notice() {
    let scene = Scene::set().await;
    let second = scene.exchange.listed(&scene.seller, "seller", "press").await;
    let offers = [
        scene.seller.offers(&scene.listed, "CC-BY-4.0", free()).await,
        scene.seller.offers(&second, "CC-BY-4.0", free()).await,
    ];
    let before = told(&scene.buyer, "granted").await.len();
    let lines: Vec<Value> = offers.iter().map(|o| json!({"offer": o.id, "accept_licence_sha256": o.accept})).collect();
    let asked = scene
        .buyer
        .tell("/requests", json!({"organisation": "buyer", "lines": lines, "purpose": "Both."}))
        .await
        .is(201);
    assert_eq!(asked.body["grants"].as_array().unwrap().len(), 2);
    let granted = told(&scene.buyer, "granted").await;
    assert_eq!(granted.len(), before + 1);
    assert!(granted[0]["url"].as_str().unwrap().ends_with(&format!("/requests/{}", asked.text("id"))));
    assert!(granted[0]["why"].as_str().unwrap().contains("your request"));
}

#[actix_web::test]
async fn the_bell_counts_until_it_is_read() {
    let scene = Scene::set().await;
    let page = async |path: &str| scene.buyer.get(path).await.text().await.unwrap();
    let list = scene.buyer.read("/notices?unread=true").await.is(200);
    let items = list.body["items"].as_array().unwrap();
    assert!(items.len() >= 2, "{items:#?}");
    let first = page("/notices").await;
    assert!(first.contains(&format!("<span class=\"count due\">{}</span>", items.len())), "{first}");
    assert!(!first.contains('⟦'), "a key without words");
    // One by its button, the rest by the other; a page more shows that they are read.
    let one = items[0]["id"].as_str().unwrap();
    let done = scene.buyer.post(&format!("/notices/{one}/reading"), &[("unread", "true")]).await;
    assert_eq!((done.status().as_u16(), done.headers()["location"].to_str().unwrap()), (303, "/notices?unread=true"));
    let left = scene.buyer.read("/notices?unread=true").await.is(200);
    assert_eq!(left.body["items"].as_array().unwrap().len(), items.len() - 1);
    assert_eq!(scene.buyer.post("/notices/reading", &[]).await.status(), 303);
    assert!(page("/notices?unread=true").await.contains("Nothing unread"));
    assert!(!page("/notices").await.contains("count due"));
    // They are nobody else's, and a key of another organisation does not see them.
    scene.seller.tell(&format!("/notices/{one}/reading"), json!({})).await.is(404);
    scene.buyer.founds("aside").await;
    let key = scene.buyer.key_for("aside", "30").await;
    assert_eq!(told(&key, "granted").await.len(), 0);
    key.tell(&format!("/notices/{one}/reading"), json!({})).await.is(404);
    let key = scene.buyer.key_for("buyer", "30").await;
    assert_eq!(told(&key, "granted").await.len(), 1);
    // Pages follow each other.
    let first = scene.buyer.read("/notices?size=1").await.is(200);
    let next = scene.buyer.read(&format!("/notices?size=1&after={}", first.text("next"))).await.is(200);
    assert_ne!(first.body["items"][0]["id"], next.body["items"][0]["id"]);
}

#[actix_web::test]
async fn people_choose_how_they_are_told() {
    let scene = Scene::set().await;
    let buyer = address("Founder of buyer");
    let form = scene.buyer.get("/account/notices").await.text().await.unwrap();
    assert!(!form.contains('⟦') && form.contains("name=\"mail-recalls\"") && !form.contains("mail-account"));
    let mut fields = vec![("hour", "5"), ("mail-recalls", "none")];
    let rest = ["decisions", "requests", "payments", "grants", "versions", "listings", "organisation"];
    let names: Vec<String> = rest.iter().flat_map(|t| [format!("mail-{t}"), format!("site-{t}")]).collect();
    fields.extend(names.iter().map(|n| (n.as_str(), if n.starts_with("mail") { "now" } else { "on" })));
    assert_eq!(scene.buyer.post("/account/notices", &fields).await.status(), 303);
    let kept = scene.buyer.read("/me/notice-settings").await.is(200).body;
    let recalls = kept["topics"].as_array().unwrap().iter().find(|t| t["topic"] == "recalls").unwrap();
    assert_eq!(
        (&kept["digest_hour"], recalls),
        (&json!(5), &json!({"topic": "recalls", "site": false, "mail": "none"}))
    );
    fields[1].1 = "pigeon";
    let bad = scene.buyer.post("/account/notices", &fields).await;
    assert_eq!(bad.status(), 422);
    for bad in [
        json!({"digest_hour": 24, "topics": []}),
        json!({"digest_hour": 1, "topics": [{"topic": "account", "site": false, "mail": "none"}]}),
        json!({"digest_hour": 1, "topics": [{"topic": "recalls", "site": false, "mail": "pigeon"}]}),
    ] {
        scene.buyer.api(Method::PUT, "/me/notice-settings", Some(bad)).await.is(422);
    }

    // What is turned off does not come; the rest does.
    let draft = scene.draft("2.0").await;
    scene.seller.publishes(&draft).await.is(200);
    scene.exchange.mail_to(&buyer, "New version 2.0").await;
    let recall = format!("{}/versions/{}/recall", scene.listed.at, scene.listed.version);
    scene.seller.tell(&recall, json!({"reason": "A sensor was swapped."})).await.is(204);
    scene.seller.read("/notices").await.is(200);
    assert!(told(&scene.buyer, "version-recalled").await.is_empty());
    let filed = scene.operator.read("/operator/mails?size=200").await.is(200);
    assert!(!filed.body["items"].as_array().unwrap().iter().any(|m| m["kind"] == "version-recalled"));

    // The account's own notices come always, and say so.
    let change = json!({"current": crate::support::PASSWORD, "password": "another long phrase of words"});
    scene.buyer.api(Method::PUT, "/me/password", Some(change)).await.is(204);
    let text = scene.exchange.mail_to(&buyer, "password was changed").await;
    assert!(text.contains("always come by mail") && text.contains("concerns your account"), "{text}");
    assert_eq!(told(&scene.buyer, "password-changed").await.len(), 1);
    let raw = mails(&scene.exchange, &buyer);
    let security = raw.iter().find(|m| header(m, "Subject").unwrap().contains("password")).unwrap();
    assert_eq!(header(security, "List-Unsubscribe"), None);
}

#[actix_web::test]
async fn one_click_ends_the_mails_of_a_topic_and_nothing_else() {
    let scene = Scene::set().await;
    let buyer = address("Founder of buyer");
    scene.exchange.mail_to(&buyer, "is yours to use").await;
    let raw = mails(&scene.exchange, &buyer);
    let granted = raw.iter().find(|m| header(m, "Subject").unwrap().contains("yours to use")).unwrap();
    assert_eq!(header(granted, "List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
    let link = header(granted, "List-Unsubscribe").unwrap();
    let link = link.trim_matches(['<', '>']).to_owned();
    let settings = async || {
        let kept = scene.buyer.read("/me/notice-settings").await.is(200).body;
        let of = |topic: &str| kept["topics"].as_array().unwrap().iter().find(|t| t["topic"] == topic).unwrap().clone();
        (of("grants"), of("recalls"))
    };
    // Looking changes nothing, also without a session.
    let nobody = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let page = nobody.get(&link).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(page.contains(&buyer) && page.contains("/confirmation") && !page.contains('⟦'), "{page}");
    assert_eq!(settings().await.0["mail"], "now");
    // As a mail program does it: no cookie, no origin, a body in the form that RFC 8058 prefers.
    let body = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    for _ in 0..2 {
        let post = nobody.post(&link).header("Content-Type", "multipart/form-data; boundary=x").body(body);
        assert_eq!(post.send().await.unwrap().status(), 200);
    }
    let (grants, recalls) = settings().await;
    assert_eq!((&grants["mail"], &grants["site"], &recalls["mail"]), (&json!("none"), &json!(true), &json!("now")));
    let page = scene.exchange.nobody().get(&link).await.text().await.unwrap();
    assert!(page.contains("gets no mails about") && !page.contains("/confirmation"));

    // The button does the same and comes back to the page; a changed letter opens nothing.
    choose(&scene.buyer, "grants", true, "now").await;
    let button = scene.exchange.nobody().post(&format!("{link}/confirmation"), &[]).await;
    assert_eq!(button.status(), 303);
    assert_eq!(settings().await.0["mail"], "none");
    for forged in [format!("{link}x"), link.replace(".grants.", ".recalls."), link.replace(".grants.", ".account.")] {
        assert_eq!(nobody.get(&forged).send().await.unwrap().status(), 410);
        assert_eq!(nobody.post(&forged).send().await.unwrap().status(), 410);
    }
    assert_eq!(settings().await.1["mail"], "now");
}

#[actix_web::test]
async fn the_daily_summary_comes_once_with_everything() {
    let scene = Scene::set().await;
    let replica = scene.exchange.replica().await;
    let buyer = address("Founder of buyer");
    choose(&scene.buyer, "recalls", true, "digest").await;
    for label in ["2.0", "3.0"] {
        let draft = scene.draft(label).await;
        scene.seller.publishes(&draft).await.is(200);
    }
    let recall = format!("{}/versions/{}/recall", scene.listed.at, scene.listed.version);
    scene.seller.tell(&recall, json!({"reason": "A sensor was swapped."})).await.is(204);
    bourse::jobs::round(&scene.exchange.site).await.unwrap();
    // Not before its hour.
    scene.exchange.mail_to(&buyer, "is yours to use").await;
    let count = || mails(&scene.exchange, &buyer).iter().filter(|m| m.contains("Daily summary")).count();
    assert_eq!(count(), 0);
    for site in [&scene.exchange.site, &replica.site] {
        site.clock.advance(86_400);
    }
    // Two replicas at once, and again.
    let rounds = (0..4).map(|n| bourse::jobs::round(if n % 2 == 0 { &scene.exchange.site } else { &replica.site }));
    for done in futures_util::future::join_all(rounds).await {
        assert!(done.is_ok() || matches!(done, Err(bourse::store::StoreError::Busy)), "{done:?}");
    }
    let text = scene.exchange.mail_to(&buyer, "Daily summary (3)").await;
    for words in ["New version 2.0", "New version 3.0", "1.0.0 was recalled", "/grants/", "/account/notices"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    bourse::jobs::round(&scene.exchange.site).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
    assert_eq!(count(), 1);
    // Its link ends the summaries.
    let raw = mails(&scene.exchange, &buyer);
    let link = header(raw.iter().find(|m| m.contains("Daily summary")).unwrap(), "List-Unsubscribe").unwrap();
    assert!(link.contains(".digest."), "{link}");
    let post = scene.exchange.nobody().post(link.trim_matches(['<', '>']), &[]).await;
    assert_eq!(post.status(), 200);
}

#[actix_web::test]
async fn the_operator_tries_a_failed_mail_again() {
    let exchange = Exchange::start_with(&[("smtp_url", "smtp://127.0.0.1:1")]).await;
    let operator = exchange.operator().key_for("exchange", "300").await;
    let firm = exchange.person("Ann");
    firm.founds("forge").await;
    operator.verifies("forge").await;
    let dead = Post::smtp("smtp://127.0.0.1:1", None).unwrap();
    let failed = async || {
        let list = operator.read("/operator/mails?failed=true").await.is(200);
        list.body["items"].as_array().unwrap().clone()
    };
    for _ in 0..40 {
        if !failed().await.is_empty() {
            break;
        }
        exchange.site.clock.advance(6 * 3600);
        bourse::jobs::post::deliver(&exchange.site, &dead, "Bourse <desk@x.example>", "the test").await.unwrap();
    }
    let mail = failed().await.pop().expect("a mail that was given up");
    assert_eq!(mail["kind"], "party-verified");
    assert!(mail["last_error"].is_string());
    let at = format!("/operator/mails/{}/delivery", mail["id"].as_str().unwrap());
    exchange.person("Eve").tell(&at, json!({})).await.is(404);
    operator.tell(&at, json!({})).await.is(204);
    operator.tell(&at, json!({})).await.is(409);
    assert!(failed().await.is_empty());
}

//! The whole path by the API alone, from two organisations to the last byte, and what must never work on it.

use crate::support::trade::{Listed, TABLE, free, priced};
use crate::support::{Exchange, Visitor, said, skip, variable};
use bourse::market::signing;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The scene of most tests: a seller with a listing, a buyer, both verified.
struct Scene {
    exchange: Exchange,
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
        Self { exchange, seller, buyer, listed }
    }
}

#[actix_web::test]
async fn a_free_dataset_reaches_a_machine_by_api_alone() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator().key_for("exchange", "30").await;
    let (seller, buyer) = (exchange.person("Seller"), exchange.person("Buyer"));
    seller.founds("seller").await;
    buyer.founds("buyer").await;
    operator.verifies("seller").await;
    operator.verifies("buyer").await;
    let seller = seller.key_for("seller", "30").await;
    let listed = seller.begins("seller", "spindle").await;
    let file = seller.uploads(&listed, "data/Tabelle%20%5B1%5D.csv", TABLE).await.is(201);
    assert_eq!(file.body["path"], "data/Tabelle [1].csv");
    assert_eq!(file.body["sha256"], sha256(TABLE.as_bytes()));
    assert_eq!((file.body["rows"].as_i64(), file.body["columns"].as_i64()), (Some(2), Some(3)));
    seller.publishes(&listed).await.is(200);
    let offer = seller.offers(&listed, "CC-BY-4.0", free()).await;

    let client = buyer.makes_service("buyer", &["read", "purchase", "download"]).await;
    let machine = exchange.nobody().signs_in_as(&client).await;
    let asked = machine.asks("buyer", &offer).await.is(201);
    assert_eq!(asked.body["state"], "granted");
    let grant = asked.body["grants"][0].as_str().unwrap().to_owned();
    let manifest = machine.read(&format!("/grants/{grant}/manifest")).await.is(200);
    let file = manifest.body["items"][0]["files"][0].clone();
    let token = machine.tell(&format!("/grants/{grant}/download-tokens"), json!({})).await.is(201);
    let holder = exchange.nobody().with_bearer(&token.text("token"));
    let url = file["url"].as_str().unwrap();
    fetches(&holder, url).await;

    // Revoked: the next request is refused and says why.
    let own = format!("/grants/{grant}/download-tokens/{}", token.text("id"));
    machine.api(Method::DELETE, &own, None).await.is(204);
    let refused = holder.request(Method::GET, url).send().await.unwrap();
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    said(holder.request(Method::GET, url)).await.unmet("token_not_revoked");

    // The machine itself is revoked: neither its tokens nor its access tokens work, nor does it get new ones.
    let token = machine.tell(&format!("/grants/{grant}/download-tokens"), json!({})).await.is(201);
    let holder = exchange.nobody().with_bearer(&token.text("token"));
    assert_eq!(holder.get(url).await.status(), 200);
    buyer.api(Method::DELETE, &format!("/organisations/buyer/service-accounts/{}", client.0), None).await.is(204);
    said(holder.request(Method::GET, url)).await.unmet("token_issuer_works");
    assert_eq!(machine.read("/grants").await.status, 401);
    let again = exchange.nobody().request(Method::POST, "/oauth/token").basic_auth(&client.0, Some(&client.1));
    assert_eq!(again.form(&[("grant_type", "client_credentials")]).send().await.unwrap().status(), 401);

    // The grant is ended by the seller: the buyer's people are refused too.
    assert_eq!(buyer.get(url).await.status(), 200);
    seller.tell(&format!("/grants/{grant}/termination"), json!({"reason": "Contract broken"})).await.is(204);
    said(buyer.request(Method::GET, url).header("Accept", "application/json")).await.unmet("grant_active");
}

/// Fetches a file whole, in part, again, and piece by piece.
async fn fetches(holder: &Visitor, url: &str) {
    let whole = holder.get(url).await;
    assert_eq!(whole.status(), 200);
    let headers = whole.headers().clone();
    let text = |name: &str| headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap().to_owned();
    assert!(text("content-disposition").starts_with("attachment"));
    let digest = data_encoding::BASE64.encode(&Sha256::digest(TABLE.as_bytes()));
    assert!(text("repr-digest").contains(&format!("sha-256=:{digest}:")));
    assert_eq!((text("accept-ranges"), text("content-length")), ("bytes".to_owned(), TABLE.len().to_string()));
    let tag = text("etag");
    assert_eq!(whole.bytes().await.unwrap(), TABLE.as_bytes());

    let head = holder.request(Method::HEAD, url).send().await.unwrap();
    assert_eq!(
        (head.status().as_u16(), head.headers()["content-length"].to_str().unwrap()),
        (200, &*TABLE.len().to_string())
    );
    let ranged = async |range: &str, if_range: Option<&str>| {
        let mut request = holder.request(Method::GET, url).header("Range", range);
        if let Some(tag) = if_range {
            request = request.header("If-Range", tag);
        }
        request.send().await.unwrap()
    };
    let part = ranged("bytes=5-14", Some(&tag)).await;
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], format!("bytes 5-14/{}", TABLE.len()));
    assert_eq!(part.bytes().await.unwrap(), TABLE.as_bytes()[5..15]);
    assert_eq!(ranged("bytes=5-14", Some("\"other\"")).await.status(), 200);
    assert_eq!(ranged(&format!("bytes={}-", TABLE.len()), None).await.status(), 416);
    let known = holder.request(Method::GET, url).header("If-None-Match", &tag).send().await.unwrap();
    assert_eq!(known.status(), 304);

    // Broken off after ten bytes and resumed: the same bytes.
    let mut bytes = ranged("bytes=0-9", None).await.bytes().await.unwrap().to_vec();
    let rest = ranged("bytes=10-", Some(&tag)).await;
    assert_eq!(rest.status(), 206);
    bytes.extend(rest.bytes().await.unwrap());
    assert_eq!(sha256(&bytes), sha256(TABLE.as_bytes()));
}

#[actix_web::test]
async fn a_priced_dataset_needs_both_sides_and_the_money() {
    let Scene { exchange, seller, buyer, listed } = Scene::set().await;
    let offer = seller.offers(&listed, "LicenseRef-Bourse-Internal-Analytics", priced()).await;
    let approver = exchange.joins(&buyer, "buyer", "Approver", &["approver"]).await;
    buyer.approves_over("buyer", "500.00").await;
    let stranger = exchange.person("Stranger");

    let asked = buyer.asks("buyer", &offer).await.is(201);
    let id = asked.text("id");
    assert_eq!(asked.body["state"], "submitted");
    buyer.decides(&id, "approval").await.unmet("not_own_request");
    seller.decides(&id, "approval").await.unmet("role_to_decide");
    stranger.decides(&id, "approval").await.problem(404, "not_found");
    let decided = approver.decides(&id, "approval").await.is(200);
    assert_eq!(decided.body["state"], "awaiting_seller");
    approver.decides(&id, "approval").await.unmet("role_to_decide");
    let agreed = seller.decides(&id, "approval").await.is(200);
    assert_eq!(agreed.body["state"], "awaiting_payment");
    assert_eq!(agreed.body["grants"], json!([]));
    let order = agreed.text("order");
    let invoice = seller.read(&format!("/orders/{order}")).await.is(200);
    let year = exchange.site.clock.now().year();
    assert_eq!(invoice.text("number"), format!("INV-{year}-0001"));
    assert_eq!(
        (&invoice.body["net"]["amount_minor"], &invoice.body["tax"]["amount_minor"]),
        (&json!(100_000), &json!(19_000))
    );

    let date = exchange.site.clock.now().civil("%Y-%m-%d");
    let pay = |amount: &str| json!({"amount": amount, "currency": "EUR", "date": date, "reference": "TRX 1"});
    let at = format!("/orders/{order}/payment");
    let wrong = seller.tell(&at, pay("1000.00")).await.problem(422, "invalid");
    assert_eq!(wrong.body["errors"][0]["field"], "amount");
    buyer.tell(&at, pay("1190.00")).await.unmet("role_finance");
    stranger.tell(&at, pay("1190.00")).await.problem(404, "not_found");
    seller.tell(&at, pay("1190.00")).await.is(200);
    seller.tell(&at, pay("1190.00")).await.unmet("order_open");
    let whole = buyer.read(&format!("/requests/{id}")).await.is(200);
    assert_eq!(whole.body["state"], "granted");
    let grant = whole.body["grants"][0].as_str().unwrap().to_owned();

    let receipt = buyer.get(&format!("/grants/{grant}/receipt.jws")).await.text().await.unwrap();
    let jwks: Value = exchange.nobody().get("/.well-known/jwks.json").await.json().await.unwrap();
    let says = signing::verify_with(&jwks, receipt.trim()).unwrap();
    assert_eq!(says["price"], json!({"net_minor": 100_000, "tax_minor": 19_000, "currency": "EUR"}));
    assert_eq!((&says["jti"], says["approvals"].as_array().map(Vec::len)), (&json!(grant), Some(2)));
    let forged = receipt.trim().replacen('.', ".e", 1);
    assert!(signing::verify_with(&jwks, &forged).is_err());
    python_agrees(&jwks, receipt.trim());
    hidden_from(&stranger, &[&format!("/requests/{id}"), &format!("/orders/{order}"), &format!("/grants/{grant}")])
        .await;
}

async fn hidden_from(stranger: &Visitor, addresses: &[&str]) {
    for address in addresses {
        stranger.read(address).await.problem(404, "not_found");
        assert_eq!(stranger.get(address).await.status(), 404, "{address}");
    }
}

/// Two libraries that are not ours read the receipt with the published key.
fn python_agrees(jwks: &Value, receipt: &str) {
    const CHECK: &str = "
import json, sys, jwt
from jwcrypto import jwk, jws
keys, text = json.loads(sys.argv[1]), sys.argv[2]
header = jwt.get_unverified_header(text)
assert header['alg'] == 'EdDSA' and header['typ'] == 'bourse-receipt+jwt', header
key = next(k for k in keys['keys'] if k['kid'] == header['kid'])
one = jwt.decode(text, jwt.PyJWK(key).key, algorithms=['EdDSA'])
other = jws.JWS(); other.deserialize(text, jwk.JWK(**key))
assert one == json.loads(other.payload)
print(one['number'])
";
    let Some(python) = variable("BOURSE_TEST_PYTHON") else { return skip("BOURSE_TEST_PYTHON names no Python") };
    let run = std::process::Command::new(python).args(["-c", CHECK, &jwks.to_string(), receipt]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[actix_web::test]
async fn nobody_stands_on_both_sides() {
    let Scene { exchange, seller, buyer, listed } = Scene::set().await;
    let offer = seller.offers(&listed, "LicenseRef-Bourse-Internal-Analytics", priced()).await;
    seller.asks("seller", &offer).await.unmet("not_from_itself");
    buyer.approves_over("buyer", "500.00").await;
    // The same person asks for the buyer and decides for the seller.
    let both = exchange.joins(&buyer, "buyer", "Both", &["requester", "approver"]).await;
    seller
        .tell(
            "/organisations/seller/invitations",
            json!({"email": crate::support::address("Both"), "roles": ["licensor"]}),
        )
        .await
        .is(201);
    // The older invitation is used up, so the newer mail is awaited.
    for _ in 0..100 {
        let link = exchange.link_for(&crate::support::address("Both"), "invitation").await;
        if both.post(&link, &[]).await.status() == 303 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
    let own = both.asks("buyer", &offer).await.is(201).text("id");
    both.decides(&own, "approval").await.unmet("not_own_request");
    let approver = exchange.joins(&buyer, "buyer", "Approver", &["approver"]).await;
    approver.decides(&own, "approval").await.is(200);
    both.decides(&own, "approval").await.unmet("not_own_request");
    let second = buyer.asks("buyer", &offer).await.is(201).text("id");
    both.decides(&second, "approval").await.is(200);
    both.decides(&second, "approval").await.unmet("not_both_sides");
    seller.decides(&second, "approval").await.is(200);
}

#[actix_web::test]
async fn what_is_not_ready_stays_in() {
    let Scene { exchange, seller, buyer, listed } = Scene::set().await;
    let newcomer = exchange.person("Newcomer");
    newcomer.founds("newcomer").await;
    let draft = newcomer.begins("newcomer", "draft").await;
    newcomer.uploads(&draft, "table.csv", TABLE).await.is(201);
    newcomer.publishes(&draft).await.unmet("party_verified");
    let second = newcomer.uploads(&draft, "deep/second.csv", TABLE).await.is(201).text("id");
    let files = format!("{}/versions/{}/files", draft.at, draft.version);
    newcomer.api(Method::DELETE, &format!("{files}/{second}"), None).await.is(204);
    let left = newcomer.read(&format!("{}/versions/{}", draft.at, draft.version)).await.is(200);
    assert_eq!(left.body["files"].as_array().unwrap().len(), 1);
    buyer.read(&draft.at).await.problem(404, "not_found");
    assert_eq!(buyer.get(&draft.at).await.status(), 404);
    // An unverified buyer cannot take an offer for verified ones.
    let offer = seller.offers(&listed, "LicenseRef-Bourse-Internal-Analytics", priced()).await;
    newcomer.asks("newcomer", &offer).await.unmet("buyer_verified");
    // What is published is final.
    seller.uploads(&listed, "late.csv", TABLE).await.problem(409, "wrong_state");
    // A path must stay inside.
    for path in ["..%2Fup.csv", "%2Fetc", "a%2F%2Fb", "a%00b"] {
        let status = newcomer.uploads(&draft, path, TABLE).await.status;
        assert!(matches!(status, 400 | 404 | 422), "{path}: {status}");
    }
    // The last owner stays.
    let me = newcomer.read("/me").await.is(200).text("id");
    let leaving = newcomer.api(Method::DELETE, &format!("/organisations/newcomer/members/{me}"), None).await;
    assert_eq!(leaving.status, 409, "{leaving:?}");
}

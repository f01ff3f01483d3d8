//! Two servers on one database and one store: what one did, the other knows with its next answer.

use crate::support::Exchange;
use crate::support::trade::{TABLE, free};
use serde_json::json;

#[actix_web::test]
async fn two_servers_are_one_exchange() {
    let first = Exchange::start().await;
    let second = first.replica().await;
    let operator = first.operator();
    // By key: a browser sees only the public address.
    let seller = first.firm(&operator, "seller").await.key_for("seller", "30").await;
    let buyer = first.firm(&operator, "buyer").await.key_for("buyer", "30").await;

    // A draft that one server began is filled and published by the other.
    let listed = seller.begins("seller", "spindle").await;
    seller.at(&second).uploads(&listed, "data/table.csv", TABLE).await.is(201);
    seller.publishes(&listed).await.is(200);
    let offer = seller.at(&second).offers(&listed, "CC-BY-4.0", free()).await;
    let grant = buyer.asks("buyer", &offer).await.is(201).body["grants"][0].as_str().unwrap().to_owned();

    // A token that one signed opens the file at the other, until either revokes it.
    let issued = buyer.tell(&format!("/grants/{grant}/download-tokens"), json!({})).await.is(201);
    let manifest = buyer.read(&format!("/grants/{grant}/manifest")).await.is(200);
    let url = manifest.body["items"][0]["files"][0]["url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix(&first.url).expect("the public address").to_owned();
    let holder = first.nobody().with_bearer(&issued.text("token"));
    for server in [&first, &second] {
        assert_eq!(holder.at(server).get(&path).await.text().await.unwrap(), TABLE);
    }
    let id = issued.text("id");
    buyer
        .at(&second)
        .api(reqwest::Method::DELETE, &format!("/grants/{grant}/download-tokens/{id}"), None)
        .await
        .is(204);
    for server in [&first, &second] {
        assert_eq!(holder.at(server).get(&path).await.status(), 403);
    }

    // Both deliver mails; each goes out once.
    let mails = || std::fs::read_dir(first.folder().join("mails")).unwrap().count();
    let filed = operator.read("/operator/mails").await.is(200).body["items"].as_array().unwrap().len();
    for _ in 0..100 {
        if mails() >= filed {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(mails(), filed);
}

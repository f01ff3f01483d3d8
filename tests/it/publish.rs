//! `bourse publish`, the real program, against an exchange.

use crate::support::trade::{TABLE, general};
use crate::support::{Credential, Exchange, Visitor};
use serde_json::Value;
use std::path::Path;

/// What the program said: exit code, standard output, standard error.
struct Ran(i32, String, String);

/// Runs the program in another thread, because the exchange answers from this one.
async fn publish(key: &Visitor, folder: &Path, more: &[&str]) -> Ran {
    let Credential::Bearer(secret) = key.credential.clone() else { panic!("no key") };
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bourse"));
    command.arg("publish").arg(folder).args(more).env("TEST_KEY", secret).args(["--key-env", "TEST_KEY"]);
    let out = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran(out.status.code().unwrap(), text(&out.stdout), text(&out.stderr))
}

fn write(folder: &Path, path: &str, text: &str) {
    let file = folder.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

#[actix_web::test]
async fn a_folder_becomes_a_version() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let key = seller.key_for("seller", "30").await;
    let folder = exchange.folder().join("Rig 4");
    write(&folder, "data/table [1].csv", TABLE);
    write(&folder, "data/温度.csv", "t\n1\n");
    write(&folder, "empty.bin", "");
    write(&folder, ".git/config", "x");

    let missing = publish(&key, &folder, &["--check"]).await;
    assert_eq!(missing.0, 3, "{}", missing.2);
    assert!(missing.2.contains("--init"));
    let made = publish(&key, &folder, &["--init"]).await;
    assert_eq!(made.0, 0, "{}", made.2);
    assert_eq!(publish(&key, &folder, &["--init"]).await.0, 3);
    let file = folder.join("datapackage.json");
    let mut package: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(package["name"], "rig-4");
    assert_eq!(package["resources"].as_array().unwrap().len(), 3);
    assert_eq!(package["resources"][0]["schema"]["fields"][1]["unit"], "mm/s");

    let to = ["--to", &exchange.url, "--organisation", "seller"];
    let refused = publish(&key, &folder, &[&to[..], &["--publish"]].concat()).await;
    assert_eq!(refused.0, 5, "{}", refused.2);
    assert!(refused.2.contains("not yet: The source of the data is stated"), "{}", refused.2);
    // What the description does not say, a person says on the page: the answers about the level.
    assert!(refused.2.contains("The questionnaire about the level is answered"), "{}", refused.2);
    seller.grades("/datasets/seller/rig-4", general()).await.is(200);
    package["description"] = "Vibration of rig 4.".into();
    package["sources"] = serde_json::json!([{"title": "Measured on our own machines."}]);
    std::fs::write(&file, package.to_string()).unwrap();
    let done = publish(&key, &folder, &[&to[..], &["--publish"]].concat()).await;
    assert_eq!(done.0, 0, "{}", done.2);
    assert!(done.1.contains("3 of 3 files are there already; 0 to send") && done.1.contains("published rig-4 1.0.0"));
    let again = publish(&key, &folder, &[&to[..], &["--publish"]].concat()).await;
    assert!(again.0 == 0 && again.1.contains("nothing to do"), "{}", again.2);
    let shown = exchange.nobody().read("/datasets/seller/rig-4").await.is(200);
    assert_eq!(
        (shown.body["state"].as_str(), shown.body["version"]["files_count"].as_i64()),
        (Some("listed"), Some(3))
    );

    // Other bytes under the same label are refused; as a new version only what changed is sent.
    write(&folder, "data/温度.csv", "t\n1\n2\n");
    let differs = publish(&key, &folder, &to).await;
    assert_eq!(differs.0, 4, "{}", differs.2);
    assert!(differs.2.contains("data/温度.csv: has 6 bytes"));
    for resource in package["resources"].as_array_mut().unwrap() {
        resource.as_object_mut().unwrap().retain(|name, _| name != "bytes" && name != "hash");
    }
    std::fs::write(&file, package.to_string()).unwrap();
    assert_eq!(publish(&key, &folder, &to).await.0, 5);
    let next = publish(&key, &folder, &[&to[..], &["--label", "1.1.0", "--publish", "--quiet"]].concat()).await;
    assert_eq!((next.0, next.1.as_str()), (0, ""), "{}", next.2);
}

#[actix_web::test]
async fn what_is_wrong_has_its_line_and_its_code() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let key = seller.key_for("seller", "30").await;
    let folder = exchange.folder().join("bad");
    write(&folder, "a.csv", "a\n1\n");
    let bad = "{\n\"name\": \"bad-one\",\n\"resources\": [\n{\"path\": \"a.csv\",\n\"schema\": {\"fields\": [\n{\"name\": \"a\", \"type\": \"float\"}]}}]}";
    write(&folder, "datapackage.json", bad);
    let ran = publish(&key, &folder, &["--check"]).await;
    assert_eq!(ran.0, 3);
    assert!(ran.2.contains("datapackage.json:6: /resources/0/schema/fields/0/type: float is no type"), "{}", ran.2);
    write(&folder, "datapackage.json", "{\n\"name\": \"x\",\n}");
    let ran = publish(&key, &folder, &["--check"]).await;
    assert!(ran.0 == 3 && ran.2.contains("datapackage.json:3: /: This is no JSON"), "{}", ran.2);
    write(&folder, "datapackage.json", r#"{"name": "bad-one", "resources": [{"path": "b.csv"}]}"#);
    assert_eq!(publish(&key, &folder, &["--check"]).await.0, 4);
    write(&folder, "datapackage.json", r#"{"name": "bad-one", "resources": [{"path": "a.csv"}]}"#);
    assert_eq!(publish(&key, &folder, &["--check"]).await.0, 0);
    let wrong_key = exchange.nobody().with_bearer("brs_u_none");
    let to = ["--to", &exchange.url, "--organisation", "seller"];
    assert_eq!(publish(&wrong_key, &folder, &to).await.0, 5);
    assert_eq!(publish(&key, &folder, &["--to", "ftp://x", "--organisation", "seller"]).await.0, 5);
    assert_eq!(publish(&key, &folder, &["--organisation", "seller"]).await.0, 2);
    // A file that the description does not name stands in the way, until it is said to go.
    assert_eq!(publish(&key, &folder, &to).await.0, 0);
    write(&folder, "c.csv", "c\n");
    write(&folder, "datapackage.json", r#"{"name": "bad-one", "resources": [{"path": "c.csv"}]}"#);
    let strange = publish(&key, &folder, &to).await;
    assert!(strange.0 == 5 && strange.2.contains("--prune"), "{}", strange.2);
    assert_eq!(publish(&key, &folder, &[&to[..], &["--prune"]].concat()).await.0, 0);
}

#[actix_web::test]
async fn one_command_publishes_a_new_dataset_with_level_sample_and_offer() {
    let exchange = Exchange::start().await;
    let seller = exchange.firm(&exchange.operator(), "seller").await;
    let key = seller.key_for("seller", "30").await;
    let folder = exchange.folder().join("rig");
    write(&folder, "data/table.csv", "time,recipe\n2026-01-01,r1\n2026-01-02,r2\n");
    let mut package = serde_json::json!({
        "name": "rig", "title": "Rig", "description": "Vibration of a rig.",
        "sources": [{"title": "Measured on our own machines."}],
        "resources": [{"path": "data/table.csv", "bourse": {"sample": {"rows": 1, "masked": ["recipe"]}}}],
        "bourse": {"level": general(), "offers": [{
            "title": "Free use", "licence": "CC-BY-4.0", "scope": "all_versions", "price": "0", "currency": "EUR",
            "approval": "instant", "audience": "public",
        }]},
    });
    write(&folder, "datapackage.json", &package.to_string());
    let to = ["--to", &exchange.url, "--organisation", "seller"];
    let draft = publish(&key, &folder, &to).await;
    assert!(draft.0 == 0 && draft.1.contains("level: general") && draft.1.contains("offer: Free use"), "{}", draft.2);
    let done = publish(&key, &folder, &[&to[..], &["--publish"]].concat()).await;
    assert!(
        done.0 == 0 && done.1.contains("published rig 1.0.0") && !done.1.contains("level:"),
        "{}{}",
        done.1,
        done.2
    );
    let shown = exchange.nobody().read("/datasets/seller/rig").await.is(200).body;
    assert_eq!((shown["offers"].as_array().unwrap().len(), &shown["offers"][0]["title"]), (1, &"Free use".into()));
    let sample =
        format!("/datasets/seller/rig/versions/{}/samples/data/table.csv", shown["version"]["id"].as_str().unwrap());
    let rule = seller.read(&sample).await.is(200).body["rule"].clone();
    assert_eq!((&rule["rows"], &rule["masked"]), (&1.into(), &serde_json::json!(["recipe"])));

    package["bourse"]["level"] = serde_json::json!({"class": "production"});
    write(&folder, "datapackage.json", &package.to_string());
    let wrong = publish(&key, &folder, &["--check"]).await;
    assert!(wrong.0 == 3 && wrong.2.contains("datapackage.json:1: /bourse/level: "), "{}", wrong.2);
}

#[actix_web::test]
async fn a_service_account_publishes_and_submits() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let seller = exchange.firm(&operator, "seller").await;
    let folder = exchange.folder().join("line");
    write(&folder, "a.csv", "a\n1\n");
    let package = serde_json::json!({
        "name": "line", "title": "Line", "description": "A line.", "sources": [{"title": "Our own."}],
        "resources": [{"path": "a.csv"}], "bourse": {"level": general()},
    });
    write(&folder, "datapackage.json", &package.to_string());
    let (id, secret) = seller.makes_service("seller", &["publish"]).await;
    let machine = seller.with_bearer(&secret);
    let to = ["--to", &exchange.url, "--organisation", "seller", "--client", &id, "--publish"];
    let done = publish(&machine, &folder, &to).await;
    assert!(done.0 == 0 && done.1.contains("published line 1.0.0"), "{}{}", done.1, done.2);
    crate::gate::every_version(&operator).await;
    let next = publish(&machine, &folder, &[&to[..], &["--label", "1.1.0"]].concat()).await;
    assert!(next.0 == 0 && next.1.contains("submitted line 1.1.0"), "{}{}", next.1, next.2);
    let buying = seller.makes_service("seller", &["read"]).await;
    let refused = publish(
        &seller.with_bearer(&buying.1),
        &folder,
        &["--to", &exchange.url, "--organisation", "seller", "--client", &buying.0, "--label", "2.0.0"],
    )
    .await;
    assert_eq!(refused.0, 5, "{}", refused.2);
    assert_eq!(publish(&seller.with_bearer("brs_s_none"), &folder, &to).await.0, 5);
}

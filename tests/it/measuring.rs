//! Files are measured in the background: what pages and API say of it, for whom, and what becomes of hostile ones.

use crate::support::{Exchange, Visitor};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

/// The profiles of a version, once none waits any more.
pub async fn measured(seller: &Visitor, stem: &str) -> Value {
    for _ in 0..600 {
        let found = seller.read(&format!("{stem}/profiles")).await.is(200).body;
        let items = found["items"].as_array().unwrap();
        if items.iter().all(|i| i["state"] == "done" || i["state"] == "refused") {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("measuring does not end");
}

/// A page as its text.
async fn seen(visitor: &Visitor, path: &str) -> String {
    let answer = visitor.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

fn machines() -> String {
    let mut text = "\u{FEFF}time;machine;Temp [°C];operator\r\n".to_owned();
    for i in 0..3000 {
        if (100..110).contains(&i) {
            continue;
        }
        let (hour, minute) = (i / 60 % 24, i % 60);
        let day = 1 + i / 1440;
        writeln!(
            text,
            "2026-01-{day:02} {hour:02}:{minute:02}:00;M{};{},5;o{}@example.com\r",
            i % 3,
            20 + i % 7,
            i % 5
        )
        .unwrap();
    }
    text
}

#[actix_web::test]
async fn a_table_is_measured_and_shown() {
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let seller = exchange.firm(&operator, "maker").await;
    let listed = seller.begins("maker", "press").await;
    seller.uploads(&listed, "press.csv", machines()).await.is(201);
    let stem = format!("/datasets/maker/press/versions/{}", listed.version);
    let found = measured(&seller, &stem).await;
    assert_eq!((&found["items"][0]["state"], &found["items"][0]["rows"]), (&Value::from("done"), &Value::from(2990)));
    let own = seller.read(&format!("{stem}/profiles/press.csv")).await.is(200).body;
    let columns = own["profile"]["columns"].as_array().unwrap();
    assert_eq!((&columns[2]["kind"], &columns[2]["unit"]), (&Value::from("number"), &Value::from("°C")));
    assert_eq!(columns[0]["instants"]["missing"], 10);
    assert_eq!(columns[3]["suspicions"][0]["kind"], "email");
    // A draft is nobody else's, and neither are the signs of personal data.
    exchange.nobody().read(&format!("{stem}/profiles")).await.is(404);
    let desk = seen(&seller, &format!("/datasets/maker/press/versions/{}/measurement", listed.version)).await;
    assert!(desk.contains("looks like personal data") && desk.contains("press.csv"));
    seller.publishes(&listed).await.is(200);
    let anybody = exchange.nobody();
    let open = anybody.read(&format!("{stem}/profiles/press.csv")).await.is(200).body;
    assert!(open["profile"]["columns"][3].get("suspicions").is_none());
    assert!(open["profile"]["score"]["tenths"].as_u64().unwrap() > 700);
    for lang in ["en", "zh-CN"] {
        let page = seen(&anybody, &format!("/datasets/maker/press/quality?lang={lang}")).await;
        assert!(page.contains("class=\"hist\"") && page.contains("class=\"assay\""), "{page}");
        assert!(!page.contains('⟦') && !page.contains("personal data") && !page.contains("个人信息"), "{page}");
        let rules = seen(&anybody, &format!("/rules/quality?lang={lang}")).await;
        assert!(!rules.contains('⟦'));
    }
    let sample = seen(&anybody, "/datasets/maker/press/sample").await;
    assert!(sample.contains("<small>number · °C</small>"), "{sample}");
    assert_eq!(anybody.read("/rules/quality").await.is(200).body["rules"].as_array().unwrap().len(), 8);
    converted(&exchange, &listed.version).await;
}

/// Waits for the Parquet form of the only file of a version.
async fn converted(exchange: &Exchange, version: &str) {
    use bourse::market::datasets::{self, profiles};
    let version = version.parse().unwrap();
    for _ in 0..600 {
        let found = exchange.site.db.read_now(|tx| {
            let file = datasets::files_of(tx, version)?.remove(0);
            profiles::derived_of(tx, file.id)
        });
        if let Some(derived) = found.unwrap() {
            assert_eq!(derived.rows, 2990);
            let chunks: Vec<[u8; 32]> = derived.blob.chunks.as_chunks().0.to_vec();
            let size = u64::try_from(derived.blob.size_bytes).unwrap();
            let blob = exchange.site.blobs.open(derived.blob.id.uuid(), size, chunks.into());
            assert!(blob.chunk(0).await.unwrap().starts_with(b"PAR1"));
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the table is not converted");
}

#[actix_web::test]
async fn hostile_files_end_as_refusals_and_the_server_serves_on() {
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        bomb.write_all(&b"1,2\n".repeat(256 * 1024)).unwrap();
    }
    let mut lying = b"PAR1".to_vec();
    lying.extend([0; 100]);
    lying.extend(0x7FFF_FFFF_u32.to_le_bytes());
    lying.extend(b"PAR1");
    let deep = format!("{{\"a\":1}}\n{{\"a\":{}1{}}}\n", "[".repeat(5000), "]".repeat(5000));
    let files = [
        ("bomb.csv.gz", bomb.finish().unwrap()),
        ("deep.jsonl", deep.into_bytes()),
        ("footer.parquet", lying),
        ("line.csv", [b"a,b\n".to_vec(), vec![b'x'; 10 * 1024 * 1024]].concat()),
        ("wide.csv", "x,".repeat(10_000).into_bytes()),
    ];
    let exchange = Exchange::start().await;
    let operator = exchange.operator();
    let seller = exchange.firm(&operator, "maker").await;
    let listed = seller.begins("maker", "odd").await;
    let mut ids = Vec::new();
    for (path, bytes) in files {
        ids.push(seller.uploads(&listed, path, bytes).await.is(201).text("id"));
    }
    seller.uploads(&listed, "good.csv", "a,b\n1,2\n").await.is(201);
    let stem = format!("/datasets/maker/odd/versions/{}", listed.version);
    let found = measured(&seller, &stem).await;
    let ends: Vec<(&str, &str, &str)> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| (i["path"].as_str().unwrap(), i["state"].as_str().unwrap(), i["refusal"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(
        ends,
        [
            ("bomb.csv.gz", "refused", "bomb"),
            ("deep.jsonl", "refused", "deep"),
            ("footer.parquet", "refused", "damaged"),
            ("good.csv", "done", ""),
            ("line.csv", "refused", "long-record"),
            ("wide.csv", "refused", "many-columns"),
        ]
    );
    let desk = format!("/datasets/maker/odd/versions/{}/measurement", listed.version);
    assert!(seen(&seller, &desk).await.contains("hundred times"));
    assert!(!seen(&seller, &format!("{desk}?file=bomb.csv.gz&lang=zh-CN")).await.contains('⟦'));
    // A file that goes takes what was measured of it along.
    seller.api(reqwest::Method::DELETE, &format!("{stem}/files/{}", ids[0]), None).await.is(204);
    assert_eq!(seller.read(&format!("{stem}/profiles")).await.is(200).body["items"].as_array().unwrap().len(), 5);
}

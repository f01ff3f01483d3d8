//! Walks every route as nobody, as a stranger and as the operator, and freezes the table of routes.

use crate::support::{Exchange, Visitor};
use bourse::http::Sieve;
use reqwest::Method;
use std::collections::BTreeSet;

/// Every route with its sieve. A new route needs its line here, and with it a thought about who may pass.
const TABLE: &str = include_str!("routes.txt");

/// The pattern with ids that nobody has.
fn filled(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap();
        let stem = name.split(':').next().unwrap();
        out.push_str(before);
        out.push_str(match stem {
            "id" | "version" | "file" | "upload" | "offer" | "member" | "session" | "key" | "token" | "invitation"
            | "service" | "webhook" | "delivery" => "00000000-0000-7000-8000-000000000000",
            "purpose" => "confirm",
            _ => "nobody",
        });
        rest = behind;
    }
    out + rest
}

#[test]
fn the_table_of_routes_is_frozen() {
    let mut lines: Vec<String> =
        bourse::app::routes().iter().map(|r| format!("{} {} {:?}", r.method, r.path, r.sieve)).collect();
    lines.sort();
    let now = lines.join("\n") + "\n";
    if crate::support::variable("BOURSE_TEST_FREEZE").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/routes.txt"), &now).unwrap();
        return;
    }
    let (frozen, found): (BTreeSet<&str>, BTreeSet<&str>) = (TABLE.lines().collect(), now.lines().collect());
    let news: Vec<_> = found.difference(&frozen).collect();
    let gone: Vec<_> = frozen.difference(&found).collect();
    assert!(
        news.is_empty() && gone.is_empty(),
        "new: {news:#?}\ngone: {gone:#?}\nAfter a look at who may pass: BOURSE_TEST_FREEZE=1 cargo test --test it frozen"
    );
}

async fn asks(visitor: &Visitor, method: &str, path: &str) -> (u16, String) {
    let request = visitor.request(Method::from_bytes(method.as_bytes()).unwrap(), path);
    let answer = request.send().await.unwrap();
    let place = answer.headers().get("location").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    (answer.status().as_u16(), place)
}

#[actix_web::test]
async fn every_route_keeps_its_sieve() {
    let exchange = Exchange::start().await;
    let (nobody, stranger, operator) = (exchange.nobody(), exchange.person("Stranger"), exchange.operator());
    let mut faults = Vec::new();
    for route in bourse::app::routes() {
        // Signing out would end the walk.
        if route.path == "/sign-out" {
            continue;
        }
        let path = filled(route.path);
        let name = format!("{} {path}", route.method);
        let machine = route.path.starts_with("/api/") || route.path.starts_with("/tus/");
        let (status, place) = asks(&nobody, route.method, &path).await;
        let right = match route.sieve {
            Sieve::Anybody => status < 500,
            // A machine's door says so also to who only asks about it.
            Sieve::SignedIn | Sieve::Caller | Sieve::Operator if machine || route.method != "GET" => status == 401,
            Sieve::SignedIn | Sieve::Caller | Sieve::Operator => status == 303 && place.starts_with("/sign-in?next="),
        };
        if !right {
            faults.push(format!("{name}: nobody gets {status} {place}"));
        }
        let (status, _) = asks(&stranger, route.method, &path).await;
        let right = if route.sieve == Sieve::Operator { status == 404 } else { status < 500 };
        if !right || status == 401 && route.sieve != Sieve::Anybody {
            faults.push(format!("{name}: a stranger gets {status}"));
        }
        let (status, _) = asks(&operator, route.method, &path).await;
        if status >= 500 {
            faults.push(format!("{name}: the operator gets {status}"));
        }
        if !machine && !matches!(route.method, "GET" | "HEAD" | "OPTIONS") {
            let forged = stranger.request(Method::from_bytes(route.method.as_bytes()).unwrap(), &path);
            let status = forged.header("Sec-Fetch-Site", "cross-site").send().await.unwrap().status();
            if status != 403 {
                faults.push(format!("{name}: a forged request gets {status}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_description_of_the_api_is_whole() {
    let plain = |path: &str| {
        let parts = path.split('/').map(|p| p.split_once(':').map_or(p.to_owned(), |(name, _)| format!("{name}}}")));
        parts.collect::<Vec<_>>().join("/")
    };
    let routed: BTreeSet<String> = bourse::app::routes()
        .iter()
        .filter(|r| r.path.starts_with("/api/v1/"))
        .map(|r| format!("{} {}", r.method, plain(r.path)))
        .collect();
    let document = serde_json::to_value(bourse::web::openapi::description()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let methods = |path: &String, item: &serde_json::Value| -> Vec<String> {
        let known = ["get", "put", "post", "delete", "patch"];
        let named = item.as_object().unwrap().keys().filter(|k| known.contains(&k.as_str())).cloned();
        named.map(|m| format!("{} {path}", m.to_uppercase())).collect()
    };
    let described: BTreeSet<String> = paths.iter().flat_map(|(path, item)| methods(path, item)).collect();
    assert_eq!(routed, described);
}

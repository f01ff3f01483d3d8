//! Language and theme: a choice that is posted, kept, and leads back to where it was made.

use crate::support::Exchange;
use reqwest::Method;

#[actix_web::test]
async fn a_choice_is_posted_and_leads_back() {
    let exchange = Exchange::start().await;
    let nobody = exchange.nobody();
    let page = nobody.get("/licences?lang=zh-CN&done=saved").await.text().await.unwrap();
    assert!(page.contains("<form class=\"picks\" method=\"post\" action=\"/preferences\">"));
    assert!(page.contains("name=\"back\" value=\"/licences\""), "neither language nor what was done comes along");
    for (field, value) in [("lang", "en"), ("lang", "zh-CN"), ("theme", "dark"), ("theme", "auto")] {
        let answer = nobody.post("/preferences", &[("back", "/licences?q=1"), (field, value)]).await;
        assert_eq!((answer.status().as_u16(), &answer.headers()["location"]), (303, &"/licences?q=1".parse().unwrap()));
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.starts_with(&format!("{field}={value};")) && cookie.contains("HttpOnly"), "{cookie}");
    }
    // What is no choice is not kept, and nothing leads off the exchange.
    for back in ["https://evil.example/", "//evil.example/", ""] {
        let answer = nobody.post("/preferences", &[("back", back), ("lang", "xx"), ("theme", "pink")]).await;
        assert_eq!((answer.status().as_u16(), &answer.headers()["location"]), (303, &"/datasets".parse().unwrap()));
        assert!(!answer.headers().contains_key("set-cookie"));
    }
    assert_eq!(nobody.get("/preferences?theme=dark").await.status(), 405);
}

#[actix_web::test]
async fn no_other_site_makes_the_choice() {
    let exchange = Exchange::start().await;
    let url = format!("{}/preferences", exchange.url);
    let client = crate::support::client();
    for (header, value, status) in [
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-site", 403),
        ("origin", "https://evil.example", 403),
        ("sec-fetch-site", "same-origin", 303),
    ] {
        let asked = client.request(Method::POST, &url).header(header, value).form(&[("theme", "dark")]);
        assert_eq!(asked.send().await.unwrap().status(), status, "{header}: {value}");
    }
}

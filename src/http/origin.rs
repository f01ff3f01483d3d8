//! The guard against forged requests: fetch metadata first, then the origin (the algorithm of Go's
//! `http.CrossOriginProtection`, with a stricter end: a cookie without either header is refused).

use actix_web::http::Method;
use actix_web::http::header::HeaderMap;

/// Tells whether an unsafe request may come from where it says.
#[must_use]
pub fn allowed(method: &Method, headers: &HeaderMap, own_origin: &str, has_cookie: bool) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin == own_origin,
        (None, None) => !has_cookie,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    #[test]
    fn table() {
        let own = "https://x.example";
        let case = |method: Method, list: &[(&'static str, &'static str)], cookie| {
            let mut headers = HeaderMap::new();
            for (name, value) in list {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            allowed(&method, &headers, own, cookie)
        };
        assert!(case(Method::GET, &[("sec-fetch-site", "cross-site")], true));
        assert!(case(Method::POST, &[("sec-fetch-site", "same-origin"), ("origin", "null")], true));
        assert!(case(Method::POST, &[("sec-fetch-site", "none")], true));
        assert!(!case(Method::POST, &[("sec-fetch-site", "same-site")], true));
        assert!(!case(Method::POST, &[("sec-fetch-site", "cross-site"), ("origin", own)], false));
        assert!(case(Method::POST, &[("origin", own)], true));
        assert!(!case(Method::DELETE, &[("origin", "null")], true));
        assert!(!case(Method::PUT, &[("origin", "https://x.example.evil.example")], false));
        assert!(!case(Method::POST, &[], true));
        assert!(case(Method::POST, &[], false));
    }
}

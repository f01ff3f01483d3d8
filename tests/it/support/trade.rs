//! What visitors do for a living: found, verify, join, publish, offer, ask, decide.

use super::{Exchange, Said, Visitor, address};
use reqwest::Method;
use serde_json::{Value, json};

/// A file as spreadsheets write it: a mark in front, brackets in a name, lines that end like on Windows.
pub const TABLE: &str =
    "\u{feff}time,spindle [mm/s],state (raw)\r\n2026-01-01,1.5,ok\r\n2026-01-02,\"2,5\",\"a\"\"b\"\r\n";

/// A published dataset.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its address below `/datasets`.
    pub at: String,
    /// Its version.
    pub version: String,
}

/// An offer and the hash that accepts its licence.
#[derive(Debug, Clone)]
pub struct Offered {
    /// The offer.
    pub id: String,
    /// The hash.
    pub accept: String,
}

/// The facts of a dataset that may be published.
pub fn dataset(party: &str, slug: &str) -> Value {
    json!({
        "organisation": party, "slug": slug, "title_en": "Spindle vibration", "title_zh": "主轴振动",
        "summary_en": "Vibration of a spindle.", "summary_zh": "主轴的振动。", "sector": "C", "kind": "time_series",
        "use_case": "predictive_maintenance", "level": "general", "source_statement": "Measured on our own machines.",
        "contact": "data@seller.example",
    })
}

/// Answers that lead to general data.
pub fn general() -> Value {
    json!({
        "class": "production", "reason": "Vibration of one spindle.",
        "answers": {"catalogue": "no", "security": "none", "economy": "own", "accident": "none", "cascade": "no"},
    })
}

/// A free offer that is granted at once.
pub fn free() -> Value {
    json!({"title": "Free use", "scope": "all_versions", "price": "0", "currency": "EUR", "approval": "instant", "audience": "public"})
}

/// A priced offer that the seller decides on and that is paid before it is granted.
pub fn priced() -> Value {
    json!({
        "title": "Internal use", "scope": "version", "price": "1000.00", "currency": "EUR", "tax_percent": "19",
        "approval": "licensor", "payment": "prepaid", "payment_days": "14", "term_days": "365", "audience": "verified",
    })
}

impl Visitor {
    /// Founds an organisation.
    pub async fn founds(&self, slug: &str) -> Said {
        let body = json!({"slug": slug, "name_en": format!("{slug} GmbH"), "kind": "company", "country": "DE", "registration": "HRB 4711"});
        self.tell("/organisations", body).await.is(201)
    }
    /// Verifies an organisation, as the operator.
    pub async fn verifies(&self, slug: &str) {
        self.tell(&format!("/organisations/{slug}/verification"), json!({"method": "register extract"})).await.is(200);
    }
    /// Sets the amount over which an own approver decides first.
    pub async fn approves_over(&self, slug: &str, amount: &str) {
        let at = format!("/organisations/{slug}");
        let revision = self.read(&at).await.is(200).body["revision"].as_i64().unwrap();
        let asked =
            self.request(Method::PUT, &format!("/api/v1{at}/policy")).header("If-Match", format!("\"{revision}\""));
        super::said(asked.json(&json!({"amount": amount, "currency": "EUR"}))).await.is(200);
    }
    /// Makes an API key in the browser and gives the visitor who holds it.
    pub async fn key_for(&self, party: &str, days: &str) -> Visitor {
        let page = self.post("/account/keys", &[("name", "script"), ("organisation", party), ("days", days)]).await;
        assert_eq!(page.status(), 200);
        let text = page.text().await.unwrap();
        let rest = &text[text.find("brs_u_").expect("a key on the page")..];
        let key: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).collect();
        self.with_bearer(&key)
    }
    /// Begins a dataset with one version, still a draft.
    pub async fn begins(&self, party: &str, slug: &str) -> Listed {
        self.tell("/datasets", dataset(party, slug)).await.is(201);
        let at = format!("/datasets/{party}/{slug}");
        self.grades(&at, general()).await.is(200);
        let version = self.tell(&format!("{at}/versions"), json!({"label": "1.0.0", "change_note": "First."})).await;
        Listed { version: version.is(201).text("id"), at }
    }
    /// Answers the questionnaire of a dataset.
    pub async fn grades(&self, at: &str, answers: Value) -> Said {
        self.api(Method::PUT, &format!("{at}/level"), Some(answers)).await
    }
    /// Uploads a file into a draft.
    pub async fn uploads(&self, listed: &Listed, path: &str, bytes: impl Into<reqwest::Body>) -> Said {
        let address = format!("/api/v1{}/versions/{}/files/{path}", listed.at, listed.version);
        super::said(self.request(Method::PUT, &address).body(bytes)).await
    }
    /// Asks to publish the version.
    pub async fn publishes(&self, listed: &Listed) -> Said {
        self.api(Method::POST, &format!("{}/versions/{}/publication", listed.at, listed.version), None).await
    }
    /// Makes an offer under a licence.
    pub async fn offers(&self, listed: &Listed, licence: &str, mut offer: Value) -> Offered {
        let licences = self.read("/licences").await.is(200);
        let licence = licences.body["items"].as_array().unwrap().iter().find(|l| l["code"] == licence).unwrap().clone();
        offer["licence"] = licence["id"].clone();
        let id = self.tell(&format!("{}/offers", listed.at), offer).await.is(201).text("id");
        Offered { id, accept: licence["sha256"].as_str().unwrap().to_owned() }
    }
    /// Asks for an offer on behalf of an organisation.
    pub async fn asks(&self, party: &str, offer: &Offered) -> Said {
        self.tell("/requests", asking(party, offer)).await
    }
    /// Decides on a request: `approval`, `refusal`, `return`, with the revision that is seen now.
    pub async fn decides(&self, request: &str, what: &str) -> Said {
        let seen = self.read(&format!("/requests/{request}")).await;
        if seen.status != 200 {
            return seen;
        }
        self.decides_on(request, what, seen.body["revision"].as_i64().unwrap()).await
    }
    /// Decides on a request at a revision.
    pub async fn decides_on(&self, request: &str, what: &str, revision: i64) -> Said {
        let address = format!("/api/v1/requests/{request}/{what}");
        let asked = self.request(Method::POST, &address).header("If-Match", format!("\"{revision}\""));
        super::said(asked.json(&json!({"note": "Seen and decided."}))).await
    }
    /// Makes a service account; gives its id and secret.
    pub async fn makes_service(&self, party: &str, scopes: &[&str]) -> (String, String) {
        let made = self
            .tell(&format!("/organisations/{party}/service-accounts"), json!({"name": "line 4", "scopes": scopes}))
            .await;
        let made = made.is(201);
        (made.text("client_id"), made.text("client_secret"))
    }
    /// Gets an access token by client credentials; the visitor is then the service account.
    pub async fn signs_in_as(&self, client: &(String, String)) -> Visitor {
        let asked = self.request(Method::POST, "/oauth/token").basic_auth(&client.0, Some(&client.1));
        let token = super::said(asked.form(&[("grant_type", "client_credentials")])).await.is(200);
        self.with_bearer(&token.text("access_token"))
    }
}

/// The body of a request for one offer.
pub fn asking(party: &str, offer: &Offered) -> Value {
    let line = json!({"offer": offer.id, "accept_licence_sha256": offer.accept});
    json!({"organisation": party, "lines": [line], "purpose": "Bearing wear model of line 4"})
}

impl Exchange {
    /// Somebody new joins an organisation with roles, by the mailed invitation.
    pub async fn joins(&self, owner: &Visitor, party: &str, name: &str, roles: &[&str]) -> Visitor {
        let visitor = self.person(name);
        let email = address(name);
        let body = json!({"email": email, "roles": roles});
        owner.tell(&format!("/organisations/{party}/invitations"), body).await.is(201);
        let link = self.link_for(&email, "invitation").await;
        assert_eq!(visitor.post(&link, &[]).await.status(), 303);
        visitor
    }
    /// A verified organisation with its founder, who is owner, requester, publisher, licensor and finance.
    pub async fn firm(&self, operator: &Visitor, slug: &str) -> Visitor {
        let founder = self.person(&format!("Founder of {slug}"));
        founder.founds(slug).await;
        operator.verifies(slug).await;
        founder
    }
    /// A published dataset with one table.
    pub async fn listed(&self, seller: &Visitor, party: &str, slug: &str) -> Listed {
        let listed = seller.begins(party, slug).await;
        seller.uploads(&listed, "data/table.csv", TABLE).await.is(201);
        seller.publishes(&listed).await.is(200);
        listed
    }
}

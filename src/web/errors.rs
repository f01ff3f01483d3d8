//! Error pages, their explanations, help, preferences, health.

use super::layout::Frame;
use super::sheet::{Block, ConditionView, Sheet, conditions};
use crate::http::problem::Problem;
use crate::http::visit::Look;
use crate::http::{Answer, Form, Path, Site, Typed, Visit, answer, see_other};
use crate::routes;
use crate::urls;
use crate::values::Lang;
use crate::words;
use actix_web::HttpResponse;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use askama::Template;
use serde::Deserialize;

routes! {
    get "/" Anybody => home,
    get "/help" Anybody => help,
    get "/problems/{code}" Anybody => explain,
    post "/preferences" Anybody => preferences,
    get "/robots.txt" Anybody => robots,
    get "/healthz" Anybody => healthz,
    get "/readyz" Anybody => readyz,
    get "/schemas/receipt-1.json" Anybody => receipt_schema,
    get "/schemas/receipt-credential-1.json" Anybody => credential_schema,
}

#[derive(Template)]
#[template(path = "pages/problem.html")]
struct ProblemView {
    f: Frame,
    status: u16,
    text: String,
    request_id: String,
    conditions: Vec<ConditionView>,
    next: (String, String),
    drawing: bool,
}

/// Makes the page of a problem; a plain one when even that fails.
#[must_use]
pub fn problem_page(site: &Site, look: &Look, problem: &Problem) -> String {
    let lang = look.lang;
    let title = words::with(lang, &format!("problem-{}", problem.code), &[("value", &problem.value)]);
    let view = ProblemView {
        f: Frame::bare(site, look, title.clone()),
        status: problem.status.as_u16(),
        text: words::with(lang, &format!("problem-{}-text", problem.code), &[("value", &problem.value)]),
        request_id: look.request_id.clone(),
        conditions: conditions(lang, &problem.conditions),
        next: if problem.code == "not-signed-in" {
            (words::say(lang, "nav-sign-in"), urls::sign_in(&look.address))
        } else {
            (words::say(lang, "nav-catalogue"), urls::CATALOGUE.to_owned())
        },
        drawing: problem.status.as_u16() == 404,
    };
    view.render()
        // The title may hold what a client sent, so the last resort shows the code instead.
        .unwrap_or_else(|_| {
            format!("<!doctype html><title>Bourse</title><h1>{}</h1><p>{}</p>", problem.code, look.request_id)
        })
}

async fn home() -> Answer {
    Ok(see_other(urls::CATALOGUE.to_owned()))
}

/// The codes that have a page: those that some part of the program uses.
pub const CODES: &[&str] = &[
    "not-found",
    "not-signed-in",
    "bad-credential",
    "persons-only",
    "conditions",
    "invalid",
    "too-often",
    "too-large",
    "busy",
    "method",
    "broken",
    "bad-request",
    "query",
    "body",
    "too-slow",
    "form",
    "media-type",
    "json",
    "if-match",
    "host",
    "origin",
    "overtaken",
    "last-owner",
    "last-operator",
    "level-lowered",
    "under-review",
    "dead-link",
    "taken",
    "too-many",
    "already-member",
    "already-invited",
    "other-address",
    "wrong-state",
    "damaged",
    "range",
    "licence-changed",
    "token-lapsed",
    "scope",
];

async fn explain(visit: Visit, Path(code): Path<String>) -> Answer {
    let code = code.replace('_', "-");
    if !CODES.contains(&code.as_str()) {
        return Err(Problem::not_found());
    }
    let lang = visit.lang();
    let sheet = Sheet::new(Frame::of(&visit, words::with(lang, &format!("problem-{code}"), &[("value", "…")])));
    let text = words::with(lang, &format!("problem-{code}-text"), &[("value", "…")]);
    sheet.crumb(words::say(lang, "nav-help"), urls::HELP).crumb(code, "").put(Block::Text(text)).answer()
}

async fn help(visit: Visit) -> Answer {
    let lang = visit.lang();
    let mut sheet = Sheet::new(Frame::titled(&visit, "help-title")).lead(words::say(lang, "help-lead"));
    for part in ["buyers", "sellers", "scripts", "operators", "trust"] {
        sheet = sheet
            .put(Block::Heading(words::say(lang, &format!("help-{part}"))))
            .put(Block::Text(words::say(lang, &format!("help-{part}-text"))));
    }
    let at = |path: &str| visit.site.absolute(path);
    let script = format!(
        "TOKEN=$(curl -s -u \"$CLIENT_ID:$CLIENT_SECRET\" -d grant_type=client_credentials {} | jq -r .access_token)\ncurl -s -H \"Authorization: Bearer $TOKEN\" {}\ncurl -f -C - -O -H \"Authorization: Bearer $TOKEN\" {}",
        at("/oauth/token"),
        at("/api/v1/grants"),
        at("/grants/GRANT/files/FILE"),
    );
    sheet.put(Block::Snippet("curl".to_owned(), script)).answer()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PreferencesTyped {
    theme: String,
    lang: String,
    back: String,
}

impl Typed for PreferencesTyped {}

/// Keeps the reader's choice of language and theme, and goes back to where it was made.
async fn preferences(visit: Visit, form: Form<PreferencesTyped>) -> Answer {
    let typed = form.typed;
    let back = urls::safe_next(&typed.back).unwrap_or_else(|| urls::CATALOGUE.to_owned());
    let mut response = see_other(back);
    let chosen = [
        ("theme", Some(typed.theme.as_str()).filter(|t| ["auto", "light", "dark"].contains(t))),
        ("lang", Lang::parse(&typed.lang).map(Lang::as_str)),
    ];
    for (name, value) in chosen {
        if let Some(value) = value {
            let cookie = Cookie::build(name, value)
                .path("/")
                .same_site(SameSite::Lax)
                .http_only(true)
                .secure(visit.site.facts.https)
                .max_age(Duration::days(365))
                .finish();
            response.add_cookie(&cookie).map_err(|e| Problem::broken(&e))?;
        }
    }
    Ok(response)
}

async fn robots() -> Answer {
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("User-agent: *\nDisallow: /account\nDisallow: /sign-in\nDisallow: /requests\nDisallow: /links\n"))
}

async fn healthz() -> Answer {
    Ok(HttpResponse::Ok().content_type("text/plain").body("ok\n"))
}

async fn readyz(visit: Visit) -> Answer {
    let database = visit.site.db.probe().await.is_ok();
    let files = visit.site.blobs.probe().await.is_ok();
    let status = if database && files {
        actix_web::http::StatusCode::OK
    } else {
        actix_web::http::StatusCode::SERVICE_UNAVAILABLE
    };
    answer::json_as(status, &serde_json::json!({ "database": database, "files": files }))
}

async fn receipt_schema() -> Answer {
    answer::json(&crate::market::grants::receipt_schema())
}

async fn credential_schema(visit: Visit) -> Answer {
    answer::json(&crate::market::grants::credential_schema(&visit.site.facts.public_url))
}

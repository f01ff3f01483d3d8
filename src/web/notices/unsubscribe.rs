//! The links in mails that end mails about a topic: a page with a button for people, and the one click of RFC 8058 for
//! mail programs. Neither needs a session, and the link opens nothing else.

use crate::http::problem::Problem;
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::accounts::{self, Unsubscription};
use crate::urls;
use crate::web::accounts::forms::Nothing;
use crate::web::layout::Frame;
use crate::web::sheet::{Block, FormView, Sheet};
use crate::words;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;

fn dead() -> Problem {
    Problem::new(StatusCode::GONE, "dead-link")
}

/// What the mails are about, in words.
fn about(visit: &Visit, found: &Unsubscription) -> String {
    let key = found.topic.map_or_else(|| "topic-digest".to_owned(), |t| format!("topic-{t}"));
    words::say(visit.lang(), &key)
}

pub(super) async fn page(visit: Visit, Path(secret): Path<String>) -> Answer {
    let (key, looked) = (visit.site.server_key.clone(), secret.clone());
    let found = visit.site.db.read(move |tx| Ok::<_, Problem>(accounts::unsubscription(tx, &key, &looked)?)).await?;
    let found = found.ok_or_else(dead)?;
    let lang = visit.lang();
    let words_of = |key: &str| words::with(lang, key, &[("topic", &about(&visit, &found)), ("email", &found.email)]);
    let form = FormView {
        action: format!("{}/confirmation", urls::unsubscription(&secret)),
        button: words::say(lang, "unsubscribe"),
        class: "primary",
        ..FormView::default()
    };
    let to_settings = (words::say(lang, "notice-settings"), urls::NOTICE_SETTINGS.to_owned(), "");
    Sheet::new(Frame::titled(&visit, "unsubscribe"))
        .lead(words_of(if found.done { "unsubscribed-lead" } else { "unsubscribe-lead" }))
        .put_if((!found.done).then_some(Block::Form(form)))
        .put(Block::Links(vec![to_settings]))
        .answer()
}

async fn end(visit: &Visit, secret: String) -> Result<(), Problem> {
    let (key, now) = (visit.site.server_key.clone(), visit.now());
    visit.site.db.write(move |tx| accounts::unsubscribe(tx, &key, &secret, now).map_err(|_| dead())).await
}

/// The one click: its body says nothing that the address does not say, and no redirect may answer it.
pub(super) async fn one_click(visit: Visit, Path(secret): Path<String>) -> Answer {
    end(&visit, secret).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("OK\n"))
}

pub(super) async fn confirm(visit: Visit, Path(secret): Path<String>, _form: Form<Nothing>) -> Answer {
    let on = urls::unsubscription(&secret);
    end(&visit, secret).await?;
    Ok(see_other(format!("{on}?done=unsubscribed")))
}

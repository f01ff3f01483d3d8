//! What the reader was told: the list behind the bell, how they want to be told, and the links that end mails.

pub mod api;
pub mod settings;
pub mod unsubscribe;

use super::accounts::forms::Nothing;
use super::accounts::own::frame;
use super::layout::Frame;
use super::listing::PageQuery;
use crate::http::{Answer, Form, Path, Query, Typed, Visit, answer, see_other};
use crate::market::accounts::{self, MayChangeSelf};
use crate::market::notices::Filed;
use crate::routes;
use crate::urls;
use crate::values::{Lang, NoticeId};
use crate::words;
use askama::Template;
use serde::Deserialize;
use utoipa::IntoParams;

routes! {
    get "/notices" SignedIn => list,
    post "/notices/reading" SignedIn => read_all,
    post "/notices/{id}/reading" SignedIn => read_one,
    get "/account/notices" SignedIn => settings::page,
    post "/account/notices" SignedIn => settings::change,
    get "/links/unsubscribe/{secret}" Anybody => unsubscribe::page,
    post "/links/unsubscribe/{secret}" Anybody => unsubscribe::one_click,
    post "/links/unsubscribe/{secret}/confirmation" Anybody => unsubscribe::confirm,
}

/// Which part of the list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct NoticesQuery {
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Items of a page, 1 to 200.
    pub size: Option<i64>,
    /// Only those that are not read.
    pub unread: Option<bool>,
}
impl NoticesQuery {
    fn paging(&self) -> PageQuery {
        PageQuery { after: self.after.clone(), size: self.size }
    }
}

/// One notice on the page.
struct NoticeView {
    title: String,
    text: String,
    why: String,
    href: String,
    when: String,
    stamp: String,
    /// Where the button posts to; none for one that is read.
    reading: Option<String>,
}

impl NoticeView {
    fn of(lang: Lang, n: &Filed, exchange: &str) -> Self {
        Self {
            title: words::notice(lang, n, "subject", exchange),
            text: words::notice(lang, n, "text", exchange),
            why: words::why(lang, &n.receiver.why),
            href: href(n),
            when: words::date_time(lang, n.created_at),
            stamp: n.created_at.rfc3339(),
            reading: n.read_at.is_none().then(|| format!("{}/{}/reading", urls::NOTICES, n.id)),
        }
    }
}

/// The page that a notice leads to.
fn href(n: &Filed) -> String {
    n.facts.get("path").cloned().unwrap_or_else(|| urls::NOTICES.to_owned())
}

#[derive(Template)]
#[template(path = "pages/notices.html")]
struct Notices {
    f: Frame,
    items: Vec<NoticeView>,
    unread: i64,
    only_unread: bool,
    next: Option<String>,
}

async fn list(visit: Visit, Query(query): Query<NoticesQuery>) -> Answer {
    let only_unread = query.unread.unwrap_or(false);
    let (after, size) = query.paging().parse()?;
    let page = visit
        .as_person()?
        .read(move |tx, actor, _| Ok(accounts::own_notices(tx, actor, only_unread, after.as_ref(), size)?))
        .await?;
    let (lang, exchange) = (visit.lang(), &visit.site.facts.exchange);
    let next = page.next.as_ref().map(|c| format!("{}?unread={only_unread}&after={c}", urls::NOTICES));
    answer::html(&Notices {
        f: frame(&visit, "nav-notices"),
        items: page.items.iter().map(|n| NoticeView::of(lang, n, exchange)).collect(),
        unread: visit.look.unread,
        only_unread,
        next,
    })
}

/// Which list the button stood in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct From {
    unread: String,
}
impl Typed for From {}

async fn read(visit: &Visit, id: Option<NoticeId>) -> Result<(), crate::http::Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            Ok(accounts::read_notices(tx, may, id, now)?)
        })
        .await
}

async fn read_one(visit: Visit, Path(id): Path<NoticeId>, form: Form<From>) -> Answer {
    read(&visit, Some(id)).await?;
    let part = if form.typed.unread == "true" { "?unread=true" } else { "" };
    Ok(see_other(format!("{}{part}", urls::NOTICES)))
}

async fn read_all(visit: Visit, _form: Form<Nothing>) -> Answer {
    read(&visit, None).await?;
    Ok(see_other(format!("{}?done=all-read", urls::NOTICES)))
}

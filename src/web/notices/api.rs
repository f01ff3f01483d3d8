//! The API of notices and of how a person wants to be told.

use super::{NoticesQuery, href, read, settings};
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Query, Visit, answer};
use crate::market::accounts;
use crate::market::notices::{Choice, Filed, Mailing, Settings, Topic};
use crate::routes;
use crate::values::NoticeId;
use crate::web::accounts::forms::fault;
use crate::web::listing::{Items, stamp};
use crate::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/api/v1/notices" SignedIn => list,
    post "/api/v1/notices/reading" SignedIn => read_all,
    post "/api/v1/notices/{id}/reading" SignedIn => read_one,
    get "/api/v1/me/notice-settings" SignedIn => show,
    put "/api/v1/me/notice-settings" SignedIn => change,
}

/// A notice on the site.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeOut {
    id: String,
    kind: String,
    topic: String,
    title: String,
    text: String,
    /// Why the reader was told.
    why: String,
    /// The page that it leads to.
    url: String,
    created_at: String,
    read_at: Option<String>,
}

fn out(visit: &Visit, n: &Filed) -> NoticeOut {
    let (lang, exchange) = (visit.lang(), &visit.site.facts.exchange);
    NoticeOut {
        id: n.id.to_string(),
        kind: n.kind.to_string(),
        topic: n.kind.topic().to_string(),
        title: words::notice(lang, n, "subject", exchange),
        text: words::notice(lang, n, "text", exchange),
        why: words::why(lang, &n.receiver.why),
        url: visit.site.absolute(&href(n)),
        created_at: n.created_at.rfc3339(),
        read_at: stamp(n.read_at),
    }
}

/// What the caller was told, newest first. A key of one organisation sees what comes from there.
#[utoipa::path(get, path = "/api/v1/notices", tag = "notices", params(NoticesQuery), responses((status = 200, body = Items<NoticeOut>)))]
pub(crate) async fn list(visit: Visit, Query(query): Query<NoticesQuery>) -> Answer {
    let unread = query.unread.unwrap_or(false);
    let (after, size) = query.paging().parse()?;
    let page = visit
        .as_person()?
        .read(move |tx, actor, _| Ok(accounts::own_notices(tx, actor, unread, after.as_ref(), size)?))
        .await?;
    answer::json(&Items::of(page.map(|n| out(&visit, &n))))
}

/// Marks one notice as read.
#[utoipa::path(post, path = "/api/v1/notices/{id}/reading", tag = "notices", params(("id" = String, Path)), responses((status = 204), (status = 404)))]
pub(crate) async fn read_one(visit: Visit, Path(id): Path<NoticeId>) -> Answer {
    read(&visit, Some(id)).await?;
    Ok(answer::no_content())
}

/// Marks all notices as read.
#[utoipa::path(post, path = "/api/v1/notices/reading", tag = "notices", responses((status = 204)))]
pub(crate) async fn read_all(visit: Visit) -> Answer {
    read(&visit, None).await?;
    Ok(answer::no_content())
}

/// How one topic is told.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicSetting {
    topic: String,
    /// Whether it stands on the site.
    site: bool,
    /// `now`, `digest` or `none`.
    mail: String,
}

/// How the caller wants to be told.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeSettings {
    /// The hour of the daily summary in UTC, 0 to 23.
    digest_hour: i64,
    /// The topics that have a choice; those left out stay as they are.
    topics: Vec<TopicSetting>,
}

/// How the caller wants to be told.
#[utoipa::path(get, path = "/api/v1/me/notice-settings", tag = "notices", responses((status = 200, body = NoticeSettings)))]
pub(crate) async fn show(visit: Visit) -> Answer {
    let found = visit.as_person()?.read(|tx, actor, _| Ok(accounts::notice_settings(tx, actor)?)).await?;
    let topics = found.topics.iter().filter(|(t, _)| !t.locked()).map(|(topic, choice)| TopicSetting {
        topic: topic.to_string(),
        site: choice.on_site,
        mail: choice.mail.to_string(),
    });
    answer::json(&NoticeSettings { digest_hour: found.hour, topics: topics.collect() })
}

fn parse(body: &NoticeSettings) -> Result<Settings, Problem> {
    let mut topics = Vec::new();
    for one in &body.topics {
        let topic = Topic::parse(&one.topic).filter(|t| !t.locked());
        match topic.zip(Mailing::parse(&one.mail)) {
            Some((topic, mail)) => topics.push((topic, Choice { on_site: one.site, mail })),
            None => return Err(Problem::invalid(vec![fault("topics", "fault-choice")])),
        }
    }
    if !(0..24).contains(&body.digest_hour) {
        return Err(Problem::invalid(vec![fault("digest_hour", "fault-choice")]));
    }
    Ok(Settings { hour: body.digest_hour, topics })
}

/// Changes how the caller wants to be told.
#[utoipa::path(put, path = "/api/v1/me/notice-settings", tag = "notices", request_body = NoticeSettings, responses((status = 204), (status = 422)))]
pub(crate) async fn change(visit: Visit, body: Json<NoticeSettings>) -> Answer {
    settings::keep(&visit, parse(&body.value)?).await?;
    Ok(answer::no_content())
}

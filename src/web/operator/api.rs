//! The API of the operator's desk.

use crate::http::problem::Problem;
use crate::http::{Answer, Query, Visit, answer};
use crate::market::accounts;
use crate::routes;
use crate::web::listing::{Items, JournalItem, JournalQuery, PageQuery, journal_page, stamp};
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/operator/mails" Operator => mails,
    get "/api/v1/operator/journal" Operator => journal,
}

/// A notice in the outbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailOut {
    id: String,
    kind: String,
    receiver: String,
    created_at: String,
    attempts: i64,
    sent_at: Option<String>,
    failed_at: Option<String>,
    last_error: Option<String>,
}

/// The outbox, newest first.
#[utoipa::path(get, path = "/api/v1/operator/mails", tag = "operator", params(PageQuery), responses((status = 200, body = Items<MailOut>)))]
pub(crate) async fn mails(visit: Visit, Query(query): Query<PageQuery>) -> Answer {
    let actor = visit.person()?.clone();
    let (after, size) = query.parse()?;
    let page =
        visit.site.db.read(move |tx| Ok::<_, Problem>(accounts::outbox(tx, &actor, after.as_ref(), size)?)).await?;
    let page = page.map(|n| MailOut {
        id: n.id.to_string(),
        kind: n.kind.to_string(),
        receiver: n.receiver.email,
        created_at: n.created_at.rfc3339(),
        attempts: n.attempts,
        sent_at: stamp(n.sent_at),
        failed_at: stamp(n.failed_at),
        last_error: n.last_error,
    });
    answer::json(&Items::of(page))
}

/// The whole record, newest first, for the operator and the site auditor.
#[utoipa::path(get, path = "/api/v1/operator/journal", tag = "operator", params(JournalQuery), responses((status = 200, body = Items<JournalItem>)))]
pub(crate) async fn journal(visit: Visit, Query(query): Query<JournalQuery>) -> Answer {
    let actor = visit.person()?.clone();
    let (deed, before, size) = query.parse()?;
    let page = visit
        .site
        .db
        .read(move |tx| Ok::<_, Problem>(accounts::exchange_journal(tx, &actor, deed, before, size)?))
        .await?;
    answer::json(&journal_page(visit.lang(), page))
}

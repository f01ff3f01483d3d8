//! The API of the operator's desk.

use crate::http::problem::Problem;
use crate::http::{Answer, Path, Query, Visit, answer};
use crate::market::accounts;
use crate::routes;
use crate::values::NoticeId;
use crate::web::listing::{Items, JournalItem, JournalQuery, PageQuery, journal_page, stamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

routes! {
    get "/api/v1/operator/mails" Operator => mails,
    post "/api/v1/operator/mails/{id}/delivery" Operator => retry_mail,
    get "/api/v1/operator/journal" Operator => journal,
}

/// Which part of the outbox.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct MailsQuery {
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Items of a page, 1 to 200.
    pub size: Option<i64>,
    /// Only those that were given up.
    pub failed: Option<bool>,
}
impl MailsQuery {
    pub(super) fn paging(&self) -> PageQuery {
        PageQuery { after: self.after.clone(), size: self.size }
    }
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
#[utoipa::path(get, path = "/api/v1/operator/mails", tag = "operator", params(MailsQuery), responses((status = 200, body = Items<MailOut>)))]
pub(crate) async fn mails(visit: Visit, Query(query): Query<MailsQuery>) -> Answer {
    let actor = visit.person()?.clone();
    let failed = query.failed.unwrap_or(false);
    let (after, size) = query.paging().parse()?;
    let page = visit
        .site
        .db
        .read(move |tx| Ok::<_, Problem>(accounts::outbox(tx, &actor, failed, after.as_ref(), size)?))
        .await?;
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

/// Tries a mail anew that was given up.
#[utoipa::path(post, path = "/api/v1/operator/mails/{id}/delivery", tag = "operator", params(("id" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn retry_mail(visit: Visit, Path(id): Path<NoticeId>) -> Answer {
    super::deliver_again(&visit, id).await?;
    Ok(answer::no_content())
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

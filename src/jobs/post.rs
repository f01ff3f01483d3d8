//! Delivers notices: leased to this replica, tried again with growing waits, never lost.

use crate::http::Site;
use crate::mail::{self, Post};
use crate::market::notices::{self, Kind};
use crate::store::StoreError;
use crate::values::random_uuid;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How long one notice may take, in seconds.
const ONE_SECONDS: u64 = 30;
/// Seconds after which no more of the taken notices are begun: the rest goes back when its lease ends. With
/// the time for one this stays well under the lease, so that no other replica sends what is being sent here.
const BEGIN_SECONDS: i64 = 60;
/// Notices taken at a time.
const BATCH: i64 = 50;

/// Delivers whatever is due until it is told to stop; woken by the bell, else every two seconds.
pub async fn run(site: Site, post: Arc<Post>, from: String, mut stopped: watch::Receiver<bool>) {
    let lease = random_uuid().to_string();
    loop {
        match deliver(&site, &post, &from, &lease).await {
            Ok(done) if done >= usize::try_from(BATCH).unwrap_or(50) => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "mails wait"),
        }
        tokio::select! {
            _ = stopped.changed() => return,
            () = site.mail_bell.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(2)) => {}
        }
    }
}

/// Delivers what is due now; gives how many notices were tried.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub async fn deliver(site: &Site, post: &Post, from: &str, lease: &str) -> Result<usize, StoreError> {
    let (now, name) = (site.clock.now(), lease.to_owned());
    let due = site.db.write(move |tx| notices::lease(tx, &name, BATCH, now)).await?;
    let tried = due.len();
    for notice in due {
        if site.clock.now() > now.plus_seconds(BEGIN_SECONDS) {
            break;
        }
        let summary = (notice.kind == Kind::Digest).then_some(notice.id);
        let items = site.db.read(move |tx| summary.map_or(Ok(Vec::new()), |id| notices::items_of(tx, id))).await?;
        let outcome = match mail::render(&notice, &items, &site.facts, from, &site.server_key) {
            Ok(message) => {
                let sent = tokio::time::timeout(Duration::from_secs(ONE_SECONDS), post.send(&notice, message)).await;
                sent.unwrap_or_else(|_| Err(format!("no answer within {ONE_SECONDS} seconds")))
            }
            Err(error) => Err(error),
        };
        let (now, name) = (site.clock.now(), lease.to_owned());
        site.db
            .write(move |tx| match &outcome {
                Ok(()) => notices::delivered(tx, notice.id, &name, now),
                Err(error) => {
                    tracing::warn!(notice = %notice.id, attempts = notice.attempts + 1, error, "a mail was not delivered");
                    notices::failed(tx, &notice, &name, error, now)
                }
            })
            .await?;
    }
    Ok(tried)
}

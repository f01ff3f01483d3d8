//! Delivers what webhooks are told: leased to this replica, several at once, tried again as long as the room says.

use crate::hooks::{Failure, Parcel, Sender};
use crate::http::Site;
use crate::market::accounts::Actor;
use crate::market::hooks::{self, Leased};
use crate::store::StoreError;
use crate::values::random_uuid;
use futures_util::StreamExt;
use std::time::Duration;
use tokio::sync::watch;

/// Deliveries taken at a time, and how many of them may be for one webhook, so that a slow one delays no other.
const BATCH: (usize, usize) = (16, 4);
/// Deliveries under way at once; with five seconds for one, a batch ends well within its lease.
const AT_ONCE: usize = 8;

/// Delivers whatever is due until it is told to stop.
pub async fn run(site: Site, sender: Sender, mut stopped: watch::Receiver<bool>) {
    let lease = random_uuid().to_string();
    loop {
        match deliver(&site, &sender, &lease).await {
            Ok(done) if done > 0 => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "webhooks wait"),
        }
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}

/// Delivers what is due now; gives how many deliveries were tried.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub async fn deliver(site: &Site, sender: &Sender, lease: &str) -> Result<usize, StoreError> {
    let (now, name) = (site.clock.now(), lease.to_owned());
    // Reading first costs the one writer of SQLite nothing.
    if !site.db.read(move |tx| hooks::waits(tx, now)).await? {
        return Ok(0);
    }
    let due = site.db.write(move |tx| hooks::lease(tx, &name, BATCH, now)).await?;
    let tried = due.len();
    let mut under_way = futures_util::stream::iter(due.into_iter().map(|one| attempt(site, sender, lease, one)))
        .buffer_unordered(AT_ONCE);
    let mut outcome = Ok(tried);
    while let Some(done) = under_way.next().await {
        // The others go on: what was sent must be noted.
        outcome = outcome.and_then(|tried| done.map(|()| tried));
    }
    outcome
}

async fn attempt(site: &Site, sender: &Sender, lease: &str, one: Leased) -> Result<(), StoreError> {
    let (id, now) = (one.id.to_string(), site.clock.now());
    let secrets = one.secrets(&site.server_key, now);
    let parcel = Parcel { id: &id, url: &one.hook.url, body: &one.body, secrets: &secrets, now };
    let sent = sender.send(&parcel).await;
    let (lease, now) = (lease.to_owned(), site.clock.now());
    site.db
        .write(move |tx| match sent {
            Ok(status) => hooks::delivered(tx, &one, &lease, i64::from(status), now),
            Err(Failure { status, error }) => {
                tracing::info!(delivery = %one.id, attempts = one.attempts + 1, error, "a webhook was not delivered");
                let house = Actor::house("webhooks");
                hooks::failed(tx, &house, &one, &lease, (status.map(i64::from), error), now)
            }
        })
        .await
}

//! The night watch: delivers notices, ends what ran out, forgets what is old. Each job is shallow: it finds what is
//! due, calls a room as the house, and notes the outcome. It may run twice.

pub mod conform;
pub mod hooks;
pub mod lapse;
pub mod measure;
pub mod post;
pub mod sweep;
pub mod uploads;

use crate::app::App;
use crate::http::Site;
use crate::market::accounts::{self, Actor};
use crate::market::{grants, purchases};
use crate::store::StoreError;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Running jobs; dropping it does not stop them, [`Jobs::stop`] does.
pub struct Jobs {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// Stops all jobs after what they are doing.
    pub async fn stop(self) {
        if self.stop.send(true).is_err() {
            return;
        }
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a job ended badly");
            }
        }
    }
}

/// Starts the jobs.
#[must_use]
pub fn start(app: &App) -> Jobs {
    let (stop, stopped) = watch::channel(false);
    let tasks = vec![
        tokio::spawn(post::run(app.site.clone(), app.post.clone(), app.config.mail_from.clone(), stopped.clone())),
        tokio::spawn(hooks::run(app.site.clone(), app.sender.clone(), stopped.clone())),
        tokio::spawn(conform::run(app.site.clone(), stopped.clone())),
        tokio::spawn(measure::run(app.site.clone(), stopped.clone())),
        tokio::spawn(lapse::run(app.site.clone(), stopped.clone())),
        tokio::spawn(night(app.site.clone(), stopped)),
    ];
    Jobs { stop, tasks }
}

/// Rounds of the night watch between two sweeps of the store: an hour.
const ROUNDS: u32 = 60;

/// Every minute: ends requests that nobody answered and uploads whose time is up, files daily summaries, forgets old once-only outcomes. Every hour: sweeps the store.
async fn night(site: Site, mut stopped: watch::Receiver<bool>) {
    for count in (0..ROUNDS).cycle() {
        if let Err(error) = round(&site).await {
            tracing::warn!(%error, "the night watch will try again");
        }
        if count == 0
            && let Err(error) = forget(&site).await
        {
            tracing::warn!(%error, "old deliveries stay");
        }
        if count == 0
            && let Err(error) = sweep::sweep(&site).await
        {
            tracing::warn!(%error, "the store was not swept to the end");
        }
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(Duration::from_secs(60)) => {}
        }
    }
}

/// Forgets what was sent to webhooks long ago.
async fn forget(site: &Site) -> Result<(), StoreError> {
    let now = site.clock.now();
    site.db.write(move |tx| crate::market::hooks::forget_old(tx, &Actor::house("night"), now)).await
}

/// One round of the night watch.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub async fn round(site: &Site) -> Result<(), StoreError> {
    let now = site.clock.now();
    site.db
        .write(move |tx| {
            let house = Actor::house("night");
            purchases::expire_due(tx, &house, now)?;
            purchases::steps::watch(tx, &house, now).map(|_| ())
        })
        .await?;
    site.db.write(move |tx| grants::remind_due(tx, &Actor::house("night"), now).map(|_| ())).await?;
    lapse::round(site).await?;
    if site.db.write(move |tx| accounts::file_summaries(tx, &Actor::house("night"), now)).await? > 0 {
        site.mail_bell.notify_one();
    }
    let db = site.db.clone();
    tokio::task::spawn_blocking(move || db.forget_old_outcomes(now))
        .await
        .map_err(|e| StoreError::Broken(e.to_string()))??;
    uploads::round(site, now).await
}

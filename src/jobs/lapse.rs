//! Tells of grants at the instant at which they end.

use crate::http::Site;
use crate::market::accounts::Actor;
use crate::market::grants;
use crate::store::StoreError;
use std::time::Duration;
use tokio::sync::watch;

/// The longest rest between two looks; an end may be set nearer meanwhile.
const REST_SECONDS: i64 = 60;

/// Looks at each instant at which a grant ends until it is told to stop.
pub async fn run(site: Site, mut stopped: watch::Receiver<bool>) {
    loop {
        let rest = match round(&site).await {
            Ok(rest) => rest,
            Err(error) => {
                tracing::warn!(%error, "ends of grants are told later");
                REST_SECONDS
            }
        };
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(Duration::from_secs(rest.unsigned_abs())) => {}
        }
    }
}

/// Tells of what has ended; gives the seconds until the next end, a minute at most.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub async fn round(site: &Site) -> Result<i64, StoreError> {
    let now = site.clock.now();
    if site.db.read(move |tx| grants::ends_untold(tx, now)).await? {
        let told = site.db.write(move |tx| grants::lapse_due(tx, &Actor::house("night"), now)).await?;
        if told > 0 {
            site.mail_bell.notify_one();
        }
    }
    let next = site.db.read(move |tx| grants::next_end(tx, now)).await?;
    // A second more than the whole ones, so that it has ended then.
    Ok(next.map_or(REST_SECONDS, |end| (end.seconds() - now.seconds() + 1).clamp(1, REST_SECONDS)))
}

//! Checks the files of drafts against the standards that they are declared for: one file at a time, row by row, in
//! bounded memory. A check is leased; what a stopped server leaves is begun again.

use super::measure::stored;
use crate::http::Site;
use crate::market::accounts::Actor;
use crate::market::datasets::standards::{self, Due, Outcome};
use crate::measure::rules::Checker;
use crate::measure::source::Source;
use crate::measure::{Refusal, sniff, tables};
use crate::store::StoreError;
use crate::values::random_uuid;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// The wait between two looks for files.
const PAUSE: Duration = Duration::from_secs(1);
/// The wait between two notes on how far a check is.
const NOTE: Duration = Duration::from_secs(5);

/// How far a check is, and whether it should end.
#[derive(Default)]
struct Watched {
    rows: AtomicU64,
    end: AtomicBool,
}

/// Looks for files to check until it is told to stop.
pub async fn run(site: Site, mut stopped: watch::Receiver<bool>) {
    loop {
        match round(&site, &stopped).await {
            Ok(true) if !*stopped.borrow() => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "a check against a standard will be tried again"),
        }
        if *stopped.borrow() {
            return;
        }
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Checks one file; false when none waits.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub async fn round(site: &Site, stopped: &watch::Receiver<bool>) -> Result<bool, StoreError> {
    let now = site.clock.now();
    if !site.db.read(move |tx| standards::waits(tx, now)).await? {
        return Ok(false);
    }
    let lease = random_uuid().to_string();
    let taken = site.db.write(move |tx| standards::take_next(tx, &house(), &lease, now)).await?;
    let Some(due) = taken else { return Ok(false) };
    let Some(outcome) = check(site, &due, stopped.clone()).await? else { return Ok(false) };
    let now = site.clock.now();
    site.db.write(move |tx| standards::finish(tx, &house(), &due, &outcome, now)).await?;
    Ok(true)
}

fn house() -> Actor {
    Actor::house("standards")
}

/// Reads a file to its end on a thread of its own; nothing when it was stopped or taken away.
async fn check(site: &Site, due: &Due, mut stopped: watch::Receiver<bool>) -> Result<Option<Outcome>, StoreError> {
    let source = stored(site, &due.blob);
    let watched = Arc::new(Watched::default());
    let (own, task) = (watched.clone(), due.clone());
    let mut work = tokio::task::spawn_blocking(move || read(&source, &task, &own));
    loop {
        tokio::select! {
            done = &mut work => return done.map_err(|e| StoreError::Broken(e.to_string())).and_then(outcome),
            _ = stopped.changed() => watched.end.store(true, Ordering::Relaxed),
            () = tokio::time::sleep(NOTE) => {
                let (due, now) = (due.clone(), site.clock.now());
                let rows = i64::try_from(watched.rows.load(Ordering::Relaxed)).unwrap_or(i64::MAX);
                let mine = site.db.write(move |tx| standards::progress(tx, &house(), &due, rows, now)).await?;
                if !mine {
                    watched.end.store(true, Ordering::Relaxed);
                }
            }
        }
    }
}

/// What a reading means: a store that failed is no property of the file.
fn outcome(read: Result<Option<Outcome>, Refusal>) -> Result<Option<Outcome>, StoreError> {
    match read {
        Ok(outcome) => Ok(outcome),
        Err(error @ Refusal::Store(_)) => Err(StoreError::Broken(error.to_string())),
        Err(error) => Ok(Some(Outcome::Unreadable(error.code().to_owned()))),
    }
}

fn read(source: &Arc<dyn Source>, due: &Due, watched: &Watched) -> Result<Option<Outcome>, Refusal> {
    let facts = sniff(source, &due.path)?;
    let mut checker = Checker::new(&due.standard.definition, &facts);
    tables::walk(source, &facts, &mut |row, cells| {
        checker.row(row, cells);
        if row % 1024 == 0 {
            watched.rows.store(row, Ordering::Relaxed);
            if watched.end.load(Ordering::Relaxed) {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok((!watched.end.load(Ordering::Relaxed)).then(|| Outcome::Read(checker.report())))
}

//! What is typed about grants, in forms and in the API alike.

use crate::http::Typed;
use crate::http::problem::Fault;
use crate::market::grants::{Door, Limits, Networks, Own};
use crate::values::{Line, Timestamp};
use crate::web::accounts::forms::Faults;
use serde::Deserialize;

/// Notice periods that the form offers, in days.
pub(super) const NOTICES: [i64; 6] = [0, 7, 14, 30, 60, 90];

/// The end of a grant: why, and when.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EndTyped {
    /// The reason, one line.
    pub reason: String,
    /// The notice period in days; at once without it.
    pub notice_days: String,
    /// The very instant instead (RFC 3339, any offset).
    pub ends_at: String,
}
impl Typed for EndTyped {}
impl EndTyped {
    /// Gives the reason and the end.
    pub fn parse(&self, now: Timestamp) -> Result<(Line, Option<Timestamp>), Vec<Fault>> {
        let mut faults = Faults::default();
        let reason = faults.text("reason", Line::parse(&self.reason));
        let days = match self.notice_days.trim() {
            "" => Some(0),
            text => text.parse::<i64>().ok().filter(|d| (0..=3650).contains(d)),
        };
        let days = faults.or("notice_days", days, "fault-notice");
        let end = match self.ends_at.trim() {
            "" => days.map(|d| (d > 0).then(|| now.plus_days(d))),
            text => faults.or("ends_at", Timestamp::parse(text).filter(|t| *t >= now), "fault-instant").map(Some),
        };
        match (reason, end) {
            (Some(reason), Some(end)) if faults.0.is_empty() => Ok((reason, end)),
            _ => Err(faults.0),
        }
    }
}

/// The limits of the deal.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LimitsTyped {
    /// The revision that the page showed.
    pub revision: String,
    pub seats: String,
    /// `promised` or `enforced`.
    pub seats_kept: String,
    /// In MiB.
    pub volume: String,
    pub downloads: String,
    pub networks: String,
    /// `any`, `browser`, `program`.
    pub doors: String,
    pub paths: String,
    pub reason: String,
}
impl Typed for LimitsTyped {}

fn count(faults: &mut Faults, field: &str, text: &str, most: i64) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    faults.or(field, text.parse::<i64>().ok().filter(|n| (1..=most).contains(n)), "fault-count")
}

/// Reads networks.
pub(super) fn networks(faults: &mut Faults, field: &str, text: &str) -> Networks {
    match text.parse::<Networks>() {
        Ok(list) => list,
        Err(bad) => {
            faults.0.push(Fault { field: field.to_owned(), message: "fault-network", value: bad.0 });
            Networks::default()
        }
    }
}

/// Reads which doors are open; all of them is none in particular.
pub(super) fn doors(text: &str) -> Vec<Door> {
    Door::parse(text.trim()).into_iter().collect()
}

/// Reads beginnings of paths, one a line.
pub(super) fn paths(faults: &mut Faults, field: &str, text: &str) -> Vec<String> {
    let list: Vec<String> =
        text.lines().map(|l| l.trim().trim_start_matches('/').to_owned()).filter(|l| !l.is_empty()).collect();
    let fits = list.len() <= 100 && list.iter().all(|p| p.len() <= 500 && !p.chars().any(char::is_control));
    faults.or(field, fits.then_some(list), "fault-paths").unwrap_or_default()
}

impl LimitsTyped {
    /// What the form shows of limits.
    pub fn of(limits: &Limits, revision: i64) -> Self {
        let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        Self {
            revision: revision.to_string(),
            seats: number(limits.seats),
            seats_kept: if limits.seats_enforced { "enforced" } else { "promised" }.to_owned(),
            volume: number(limits.volume_bytes.map(|b| b.div_euclid(1 << 20).max(1))),
            downloads: number(limits.downloads),
            networks: limits.networks.to_string().replace(' ', "\n"),
            doors: limits.doors.first().map_or("any", |d| d.as_str()).to_owned(),
            paths: limits.paths.join("\n"),
            reason: String::new(),
        }
    }
    /// Gives limits, reason and revision.
    pub fn parse(&self) -> Result<(Limits, Line, i64), Vec<Fault>> {
        let mut faults = Faults::default();
        let limits = Limits {
            seats: count(&mut faults, "seats", &self.seats, 1_000_000),
            seats_enforced: self.seats_kept == "enforced",
            volume_bytes: count(&mut faults, "volume", &self.volume, 1 << 40).map(|m| m << 20),
            downloads: count(&mut faults, "downloads", &self.downloads, 1_000_000_000),
            networks: networks(&mut faults, "networks", &self.networks),
            doors: doors(&self.doors),
            paths: paths(&mut faults, "paths", &self.paths),
        };
        let reason = faults.text("reason", Line::parse(&self.reason));
        let revision = self.revision.parse().unwrap_or(0);
        match reason {
            Some(reason) if faults.0.is_empty() => Ok((limits, reason, revision)),
            _ => Err(faults.0),
        }
    }
}

/// How the holder narrows the own use.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct OwnTyped {
    /// The revision that the page showed.
    pub revision: String,
    pub own_networks: String,
    pub own_doors: String,
}
impl Typed for OwnTyped {}
impl OwnTyped {
    /// What the form shows.
    pub fn of(own: &Own, revision: i64) -> Self {
        Self {
            revision: revision.to_string(),
            own_networks: own.networks.to_string().replace(' ', "\n"),
            own_doors: own.doors.first().map_or("any", |d| d.as_str()).to_owned(),
        }
    }
    /// Gives the bounds and the revision.
    pub fn parse(&self) -> Result<(Own, i64), Vec<Fault>> {
        let mut faults = Faults::default();
        let networks = networks(&mut faults, "own_networks", &self.own_networks);
        let own = Own { networks, doors: doors(&self.own_doors) };
        if faults.0.is_empty() { Ok((own, self.revision.parse().unwrap_or(0))) } else { Err(faults.0) }
    }
}

/// Whether a grant is to be renewed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WishTyped {
    /// `yes` when it is not to be renewed.
    pub unwanted: String,
}
impl Typed for WishTyped {}

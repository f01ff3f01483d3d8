//! Limits of a grant: what the deal bounds (counts, volume, seats, networks, doors, file groups), and how its holder
//! narrows it for the own people. All of them are conditions of the one decision.
//!
//! What counts. A **download** is one file taken by one person or machine on one day (UTC): further ranges, resumes and
//! repeats on that day count nothing more. **Volume** is bytes that left, whoever took them; a transfer reserves what it is
//! going to send and gives back what did not leave. A **seat** is a person or machine that has fetched. `HEAD`, answers
//! without bytes and manifests never count.

mod change;

pub use change::{MayNarrow, MaySetLimits, free_seat, narrow, narrow_conditions, set_conditions, set_limits};

use super::Grant;
use super::networks::Networks;
use super::rows::bounds as rows;
use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, Step};
use crate::market::datasets::File;
use crate::market::offers;
use crate::store::{Read, StoreError, Write};
use crate::values::{GrantId, Timestamp, grouped, text_enum};
use std::net::IpAddr;

text_enum! {
    /// A way to the bytes.
    Door {
        /// A signed-in person in a browser.
        Browser = "browser",
        /// A program: download token, access token of a service account, API key.
        Program = "program",
    }
}

/// What the deal bounds. Nothing is bounded by what is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// How many persons and machines may use it.
    pub seats: Option<i64>,
    /// Whether the server counts the seats; else the holder promises to keep them.
    pub seats_enforced: bool,
    /// How many bytes may leave.
    pub volume_bytes: Option<i64>,
    /// How many downloads may be made.
    pub downloads: Option<i64>,
    /// From where.
    pub networks: Networks,
    /// By which doors.
    pub doors: Vec<Door>,
    /// Which files, by the beginning of their paths.
    pub paths: Vec<String>,
}

/// Whether a path is that of a group of files, or stands below it.
#[must_use]
pub fn stands_below(path: &str, stem: &str) -> bool {
    let rest = path.strip_prefix(stem);
    rest.is_some_and(|rest| rest.is_empty() || stem.ends_with('/') || rest.starts_with('/'))
}

impl Limits {
    /// The counts of an offer, which the server enforces: who buys seats gets so many that may fetch.
    #[must_use]
    pub fn of_offer(limits: &offers::Limits) -> Self {
        let offers::Limits { seats, volume_bytes, downloads } = *limits;
        Self { seats, seats_enforced: seats.is_some(), volume_bytes, downloads, ..Self::default() }
    }
    /// The narrower of two: what each bounds holds, of two counts the smaller one. Networks, doors and groups that both name
    /// are those of the second.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        fn least(a: Option<i64>, b: Option<i64>) -> Option<i64> {
            a.into_iter().chain(b).min()
        }
        Self {
            seats: least(self.seats, other.seats),
            seats_enforced: self.seats_enforced || other.seats_enforced,
            volume_bytes: least(self.volume_bytes, other.volume_bytes),
            downloads: least(self.downloads, other.downloads),
            networks: if other.networks.is_empty() { self.networks } else { other.networks },
            doors: if other.doors.is_empty() { self.doors } else { other.doors },
            paths: if other.paths.is_empty() { self.paths } else { other.paths },
        }
    }
    /// Whether nothing is bounded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self { seats_enforced: self.seats_enforced, ..Self::default() }
    }
    /// Whether a file belongs to the groups: its path is one of them, or stands below one.
    #[must_use]
    pub fn cover(&self, path: &str) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|stem| stands_below(path, stem))
    }
    /// The limits as they stand in a receipt; those that bound nothing are left out.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let mut out = serde_json::Map::new();
        let mut put = |key: &str, value: Option<serde_json::Value>| {
            if let Some(value) = value {
                out.insert(key.to_owned(), value);
            }
        };
        put("seats", self.seats.map(Into::into));
        put("seats_enforced", self.seats.map(|_| self.seats_enforced.into()));
        put("volume_bytes", self.volume_bytes.map(Into::into));
        put("downloads", self.downloads.map(Into::into));
        let networks = self.networks.to_string();
        put("networks", (!networks.is_empty()).then(|| networks.split(' ').collect::<Vec<_>>().into()));
        let doors: Vec<&str> = self.doors.iter().map(|d| d.as_str()).collect();
        put("doors", (!doors.is_empty()).then(|| doors.into()));
        put("paths", (!self.paths.is_empty()).then(|| self.paths.clone().into()));
        out.into()
    }
}

/// How the holder narrows the own use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own {
    /// From where.
    pub networks: Networks,
    /// By which doors.
    pub doors: Vec<Door>,
}

/// What is used up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// Seats taken.
    pub seats: i64,
    /// Bytes that left, and those that transfers under way have reserved.
    pub volume_bytes: i64,
    /// Downloads made.
    pub downloads: i64,
}

/// All that bounds the use of a grant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounds {
    /// By the deal.
    pub deal: Limits,
    /// By the holder.
    pub own: Own,
    /// What is used of it.
    pub used: Used,
    /// The revision that a change names.
    pub revision: i64,
}

/// Who comes, by which door, from where.
#[derive(Debug, Clone)]
pub struct Asking {
    /// The person or machine that takes; the one who issued it, for a token.
    pub taker: String,
    /// By which door.
    pub door: Door,
    /// From where; not looked at when nothing is fetched yet.
    pub address: Option<IpAddr>,
    /// Whether the transfer is under way: what it needs is reserved already.
    pub under_way: bool,
}

impl Asking {
    /// An actor at a door.
    #[must_use]
    pub fn of(actor: &Actor, address: Option<IpAddr>) -> Self {
        let door = if actor.session().is_some() { Door::Browser } else { Door::Program };
        Self { taker: actor.by().id, door, address, under_way: false }
    }
    /// The same with a token, which a program will use from elsewhere.
    #[must_use]
    pub fn with_token(actor: &Actor) -> Self {
        Self { taker: actor.by().id, door: Door::Program, address: None, under_way: false }
    }
}

/// Gives what bounds a grant; nothing, when it has no limits.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn bounds_of(tx: &mut Read, grant: GrantId) -> Result<Option<Bounds>, StoreError> {
    rows::find(tx, grant)
}

/// Gives who sits on the seats of a grant, and since when.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn seats_of(tx: &mut Read, grant: GrantId) -> Result<Vec<(String, Timestamp)>, StoreError> {
    rows::seats(tx, grant)
}

fn of(used: i64, limit: i64) -> String {
    format!("{} / {}", grouped(&used.max(0).to_string()), grouped(&limit.to_string()))
}

/// The conditions that limits add to the decision.
pub(super) fn conditions(
    tx: &mut Read,
    grant: &Grant,
    file: Option<&File>,
    asking: &Asking,
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    let Some(bounds) = rows::find(tx, grant.id)? else { return Ok(Vec::new()) };
    let here = || Step::Limits(grant.id);
    let mut list = Vec::new();
    for (code, who, doors) in
        [("door-allowed", "licensor", &bounds.deal.doors), ("own-door-allowed", "buyer-owner", &bounds.own.doors)]
    {
        if !doors.is_empty() {
            list.push(Condition::new(code, doors.contains(&asking.door), who).at(here()));
        }
    }
    if let Some(address) = asking.address {
        let seen = address.to_canonical().to_string();
        if !bounds.deal.networks.is_empty() {
            let inside = bounds.deal.networks.allow(address);
            list.push(Condition::new("network-allowed", inside, "licensor").about(seen.clone()).at(here()));
        }
        if !bounds.own.networks.is_empty() {
            let inside = bounds.own.networks.allow(address);
            list.push(Condition::new("own-network-allowed", inside, "buyer-owner").about(seen).at(here()));
        }
    }
    if let Some(file) = file.filter(|_| !bounds.deal.paths.is_empty()) {
        list.push(Condition::new("file-in-grant", bounds.deal.cover(&file.path), "licensor").at(here()));
    }
    if !asking.under_way {
        list.extend(counts(tx, grant, file, (&bounds, asking), now)?);
    }
    Ok(list)
}

/// The conditions on what is used up. Who took the file today already may take it again.
fn counts(
    tx: &mut Read,
    grant: &Grant,
    file: Option<&File>,
    (bounds, asking): (&Bounds, &Asking),
    now: Timestamp,
) -> Result<Vec<Condition>, StoreError> {
    let (deal, used, here) = (&bounds.deal, bounds.used, || Step::Limits(grant.id));
    let mut list = Vec::new();
    if let Some(most) = deal.downloads {
        let again = file.map(|f| rows::taken(tx, grant.id, f.id, &asking.taker, now)).transpose()?.unwrap_or(false);
        let left = again || used.downloads < most;
        list.push(Condition::new("downloads-left", left, "licensor").about(of(used.downloads, most)).at(here()));
    }
    if let Some(most) = deal.volume_bytes {
        let left = used.volume_bytes < most;
        list.push(Condition::new("volume-left", left, "licensor").about(of(used.volume_bytes, most)).at(here()));
    }
    if let Some(most) = deal.seats.filter(|_| deal.seats_enforced) {
        let sits = used.seats < most || rows::sits(tx, grant.id, &asking.taker)?;
        list.push(Condition::new("seat-free", sits, "buyer-owner").about(of(used.seats, most)).at(here()));
    }
    Ok(list)
}

/// Keeps the limits of a new grant.
pub(super) fn keep(tx: &mut Write, grant: GrantId, limits: &Limits) -> Result<(), StoreError> {
    if limits.is_empty() {
        return Ok(());
    }
    rows::insert(tx, grant, &Bounds { deal: limits.clone(), ..Bounds::default() })
}

/// Counts a download, reserves its bytes and takes a seat; `None` means that a limit does not let it.
pub(in crate::market) fn spend(
    tx: &mut Write,
    grant: GrantId,
    (taker, first, bytes): (&str, bool, i64),
    now: Timestamp,
) -> Result<Option<()>, StoreError> {
    let spent = rows::sit(tx, grant, taker, now)? && rows::spend(tx, grant, i64::from(first), bytes)?;
    Ok(spent.then_some(()))
}

/// Gives back what did not leave.
pub(in crate::market) fn give_back(tx: &mut Write, grant: GrantId, first: bool, bytes: i64) -> Result<(), StoreError> {
    rows::give_back(tx, grant, i64::from(first), bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_a_path_or_what_stands_below_it() {
        let limits =
            |paths: &[&str]| Limits { paths: paths.iter().map(|p| (*p).to_owned()).collect(), ..Limits::default() };
        let some = limits(&["data/2026", "docs/"]);
        for (path, inside) in [
            ("data/2026/a.csv", true),
            ("data/2026", true),
            ("data/20261/a.csv", false),
            ("docs/x", true),
            ("doc", false),
        ] {
            assert_eq!(some.cover(path), inside, "{path}");
        }
        assert!(limits(&[]).cover("anything"));
        assert!(Limits { seats_enforced: true, ..Limits::default() }.is_empty());
        let (many, few) =
            (Limits { seats: Some(9), downloads: Some(2), ..Limits::default() }, Limits { seats: Some(3), ..some });
        let both = many.and(few);
        assert_eq!((both.seats, both.downloads, both.paths.len()), (Some(3), Some(2), 2));
    }
}

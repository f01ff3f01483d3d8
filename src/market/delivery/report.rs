//! Who took what under a grant, added up: for the seller by kind of taker, for the holder by name.

use super::{rows, taker};
use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::datasets;
use crate::market::grants::{self, Grant, Side};
use crate::store::Read;
use crate::values::{FileId, GrantId, Timestamp};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Rows of days that a report adds up.
const MOST: i64 = 100_000;

/// What one taker had of one file.
#[derive(Debug, Clone)]
pub struct UseLine {
    /// The label of the version.
    pub version: String,
    /// The path of the file.
    pub path: String,
    /// Whether the taker is a machine.
    pub machine: bool,
    /// The taker's name for the holder's side; for the other side a number that stands for the same taker throughout.
    pub taker: String,
    /// Downloads: days on which it was taken.
    pub downloads: i64,
    /// Requests, each range counted.
    pub requests: i64,
    /// Bytes that left.
    pub bytes: i64,
    /// When bytes left last.
    pub last_at: Timestamp,
}

/// A report.
#[derive(Debug, Clone)]
pub struct Report {
    /// The grant.
    pub grant: Grant,
    /// On which side the reader stands.
    pub side: Side,
    /// The lines, by version, path and taker.
    pub lines: Vec<UseLine>,
}

/// Adds up who took what under a grant. The other side learns of no person by name.
///
/// # Errors
/// [`Refused::Hidden`] for strangers.
pub fn report(tx: &mut Read, actor: &Actor, id: GrantId) -> Result<Report, Refused> {
    let (grant, side) = grants::visible(tx, actor, id)?;
    let mut sums: BTreeMap<(FileId, String), (i64, i64, i64, Timestamp)> = BTreeMap::new();
    for u in rows::usage(tx, id, MOST)? {
        let sum = sums.entry((u.file_id, u.taken_by)).or_insert((0, 0, 0, u.last_at));
        *sum = (sum.0 + 1, sum.1 + u.requests, sum.2.saturating_add(u.sent_bytes), sum.3.max(u.last_at));
    }
    let mut files: BTreeMap<FileId, (String, String)> = BTreeMap::new();
    let mut people: BTreeMap<String, (bool, String)> = BTreeMap::new();
    let mut lines = Vec::new();
    for ((file, by), (downloads, requests, bytes, last_at)) in sums {
        if let Entry::Vacant(place) = files.entry(file) {
            let found = datasets::file(tx, file)?;
            let version = found.as_ref().map(|f| datasets::version(tx, f.version_id)).transpose()?.flatten();
            let (path, label) =
                (found.map(|f| f.path).unwrap_or_default(), version.map(|v| v.label).unwrap_or_default());
            place.insert((label, path));
        }
        if !people.contains_key(&by) {
            let (machine, name) = taker(tx, &by)?;
            let name = if side == Side::Buyer { name } else { (people.len() + 1).to_string() };
            people.insert(by.clone(), (machine, name));
        }
        let (version, path) = files.get(&file).cloned().unwrap_or_default();
        let (machine, taker) = people.get(&by).cloned().unwrap_or_default();
        lines.push(UseLine { version, path, machine, taker, downloads, requests, bytes, last_at });
    }
    lines.sort_by(|a, b| (&a.version, &a.path, &a.taker).cmp(&(&b.version, &b.path, &b.taker)));
    Ok(Report { grant, side, lines })
}

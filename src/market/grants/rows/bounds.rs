//! Rows of limits, of what is used of them, and of the seats.

use super::super::limits::{Bounds, Door, Limits, Own, Used};
use crate::store::schema::{deliveries, grant_limits, grant_seats};
use crate::store::{Read, StoreError, Write};
use crate::values::{FileId, GrantId, Timestamp};
use diesel::prelude::*;

type Row =
    ((Option<i64>, i64, Option<i64>, Option<i64>), (String, String, String), (String, String), (i64, i64, i64, i64));

/// One path a line.
fn lines(text: &str) -> Vec<String> {
    text.lines().filter(|l| !l.is_empty()).map(str::to_owned).collect()
}

fn doors(text: &str) -> Vec<Door> {
    text.split_whitespace().filter_map(Door::parse).collect()
}

fn joined(doors: &[Door]) -> String {
    doors.iter().map(|d| d.as_str()).collect::<Vec<_>>().join(" ")
}

pub(in super::super) fn find(tx: &mut Read, grant: GrantId) -> Result<Option<Bounds>, StoreError> {
    use grant_limits as l;
    let columns = (
        (l::seats, l::seats_enforced, l::volume_bytes, l::downloads),
        (l::networks, l::doors, l::paths),
        (l::own_networks, l::own_doors),
        (l::used_seats, l::used_volume_bytes, l::used_downloads, l::revision),
    );
    let row: Option<Row> = l::table.find(grant).select(columns).first(tx.conn()).optional()?;
    Ok(row.map(|(counts, bounds, own, used)| Bounds {
        deal: Limits {
            seats: counts.0,
            seats_enforced: counts.1 != 0,
            volume_bytes: counts.2,
            downloads: counts.3,
            networks: bounds.0.parse().unwrap_or_default(),
            doors: doors(&bounds.1),
            paths: lines(&bounds.2),
        },
        own: Own { networks: own.0.parse().unwrap_or_default(), doors: doors(&own.1) },
        used: Used { seats: used.0, volume_bytes: used.1, downloads: used.2 },
        revision: used.3,
    }))
}

/// The columns that a deal and a holder set.
macro_rules! set {
    ($b:ident) => {
        (
            grant_limits::seats.eq($b.deal.seats),
            grant_limits::seats_enforced.eq(i64::from($b.deal.seats_enforced)),
            grant_limits::volume_bytes.eq($b.deal.volume_bytes),
            grant_limits::downloads.eq($b.deal.downloads),
            grant_limits::networks.eq($b.deal.networks.to_string()),
            grant_limits::doors.eq(joined(&$b.deal.doors)),
            grant_limits::paths.eq($b.deal.paths.join("\n")),
            grant_limits::own_networks.eq($b.own.networks.to_string()),
            grant_limits::own_doors.eq(joined(&$b.own.doors)),
        )
    };
}

pub(in super::super) fn insert(tx: &mut Write, grant: GrantId, b: &Bounds) -> Result<(), StoreError> {
    use grant_limits as l;
    diesel::insert_into(l::table)
        .values((
            l::grant_id.eq(grant),
            set!(b),
            (
                l::used_seats.eq(b.used.seats),
                l::used_volume_bytes.eq(b.used.volume_bytes),
                l::used_downloads.eq(b.used.downloads),
            ),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(in super::super) fn set(tx: &mut Write, grant: GrantId, b: &Bounds) -> Result<bool, StoreError> {
    use grant_limits as l;
    let open = l::table.find(grant).filter(l::revision.eq(b.revision));
    let values = (set!(b), l::revision.eq(b.revision + 1));
    Ok(diesel::update(open).set(values).execute(tx.conn())? == 1)
}

/// What was delivered before there were limits: rows of takers, files and days, and bytes.
pub(in super::super) fn delivered(tx: &mut Read, grant: GrantId) -> Result<(i64, i64), StoreError> {
    let bytes: Vec<i64> = deliveries::table
        .filter(deliveries::grant_id.eq(grant))
        .select(deliveries::sent_bytes)
        .limit(100_000)
        .load(tx.conn())?;
    let total = bytes.iter().fold(0_i64, |sum, b| sum.saturating_add(*b));
    Ok((i64::try_from(bytes.len()).unwrap_or(i64::MAX), total))
}

/// Whether somebody took a file on this day already: it then counts no further download.
pub(in super::super) fn taken(
    tx: &mut Read,
    grant: GrantId,
    file: FileId,
    by: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let day = now.civil("%Y-%m-%d");
    let found = deliveries::table
        .filter(deliveries::grant_id.eq(grant))
        .filter(deliveries::file_id.eq(file))
        .filter(deliveries::taken_by.eq(by))
        .filter(deliveries::day.eq(day));
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(tx.conn())?)
}

pub(in super::super) fn sits(tx: &mut Read, grant: GrantId, by: &str) -> Result<bool, StoreError> {
    let found = grant_seats::table.find((grant, by));
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(tx.conn())?)
}

pub(in super::super) fn seats(tx: &mut Read, grant: GrantId) -> Result<Vec<(String, Timestamp)>, StoreError> {
    Ok(grant_seats::table
        .filter(grant_seats::grant_id.eq(grant))
        .select((grant_seats::taken_by, grant_seats::taken_at))
        .order((grant_seats::taken_at.asc(), grant_seats::taken_by.asc()))
        .load(tx.conn())?)
}

/// Takes a seat, if one is free or seats are not enforced; the count is one conditional statement.
pub(in super::super) fn sit(tx: &mut Write, grant: GrantId, by: &str, now: Timestamp) -> Result<bool, StoreError> {
    use grant_limits as l;
    let inserted = crate::store::each!(tx.conn(), c => diesel::insert_into(grant_seats::table)
        .values((grant_seats::grant_id.eq(grant), grant_seats::taken_by.eq(by), grant_seats::taken_at.eq(now)))
        .on_conflict_do_nothing()
        .execute(c))?;
    if inserted == 0 {
        return Ok(true);
    }
    let free = l::seats_enforced.eq(0).or(l::seats.is_null()).or(l::used_seats.nullable().lt(l::seats));
    let counted = diesel::update(l::table.find(grant).filter(free)).set(l::used_seats.eq(l::used_seats + 1));
    Ok(counted.execute(tx.conn())? == 1)
}

pub(in super::super) fn stand_up(tx: &mut Write, grant: GrantId, by: &str) -> Result<bool, StoreError> {
    use grant_limits as l;
    if diesel::delete(grant_seats::table.find((grant, by))).execute(tx.conn())? == 0 {
        return Ok(false);
    }
    diesel::update(l::table.find(grant)).set(l::used_seats.eq(l::used_seats - 1)).execute(tx.conn())?;
    Ok(true)
}

/// Counts a download and reserves bytes in one conditional statement: parallel requests cannot exceed the limits.
pub(in super::super) fn spend(tx: &mut Write, grant: GrantId, downloads: i64, bytes: i64) -> Result<bool, StoreError> {
    use grant_limits as l;
    let count = l::downloads.is_null().or((l::used_downloads + downloads).nullable().le(l::downloads));
    let volume = l::volume_bytes.is_null().or((l::used_volume_bytes + bytes).nullable().le(l::volume_bytes));
    // Who takes the same file again that day adds nothing and is not held up by a count that is used up.
    let found = l::table.find(grant).filter(volume);
    let values =
        (l::used_downloads.eq(l::used_downloads + downloads), l::used_volume_bytes.eq(l::used_volume_bytes + bytes));
    let changed = if downloads > 0 {
        diesel::update(found.filter(count)).set(values).execute(tx.conn())?
    } else {
        diesel::update(found).set(values).execute(tx.conn())?
    };
    Ok(changed == 1)
}

/// Gives back what was reserved and did not leave.
pub(in super::super) fn give_back(
    tx: &mut Write,
    grant: GrantId,
    downloads: i64,
    bytes: i64,
) -> Result<(), StoreError> {
    use grant_limits as l;
    let values =
        (l::used_downloads.eq(l::used_downloads - downloads), l::used_volume_bytes.eq(l::used_volume_bytes - bytes));
    diesel::update(l::table.find(grant)).set(values).execute(tx.conn())?;
    Ok(())
}

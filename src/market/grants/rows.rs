//! Rows of grants.

pub(super) mod bounds;

use super::{Shown, Side, Sort, State, Suspension};
use crate::market::offers::Scope;
use crate::store::schema::{grant_reminders, grant_renewals, grants};
use crate::store::{Cursor, Page, Read, StoreError, Write};
use crate::values::{DatasetId, GrantId, LicenceId, LineId, PartyId, PurchaseId, Timestamp, VersionId};
use diesel::prelude::*;

/// The right itself.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts, named as on the receipt")]
pub struct Grant {
    pub id: GrantId,
    pub number: String,
    pub purchase_id: PurchaseId,
    pub line_id: LineId,
    pub holder_id: PartyId,
    pub seller_id: PartyId,
    pub dataset_id: DatasetId,
    pub version_id: VersionId,
    pub scope: Scope,
    pub licence_id: LicenceId,
    pub state: State,
    pub starts_at: Timestamp,
    pub ends_at: Option<Timestamp>,
    pub receipt: String,
    pub created_at: Timestamp,
    pub revision: i64,
    /// Whether the holder said that it is not to be renewed.
    pub renewal_unwanted: bool,
}

type Row = (
    (GrantId, String, PurchaseId, LineId, PartyId, PartyId, DatasetId, VersionId, Scope, LicenceId),
    (String, Option<Side>, Option<String>, Timestamp, Option<Timestamp>, Option<Timestamp>, String, Timestamp, i64),
    (Option<Timestamp>, Option<String>, i64),
);

macro_rules! columns {
    () => {
        (
            (
                grants::id,
                grants::number,
                grants::purchase_id,
                grants::line_id,
                grants::holder_id,
                grants::seller_id,
                grants::dataset_id,
                grants::version_id,
                grants::scope,
                grants::licence_id,
            ),
            (
                grants::state,
                grants::side,
                grants::reason,
                grants::starts_at,
                grants::ends_at,
                grants::ended_at,
                grants::receipt,
                grants::created_at,
                grants::revision,
            ),
            (grants::suspended_at, grants::suspended_reason, grants::renewal_unwanted),
        )
    };
}

fn grant(row: Row) -> Grant {
    let (
        (id, number, purchase_id, line_id, holder_id, seller_id, dataset_id, version_id, scope, licence_id),
        rest,
        rests,
    ) = row;
    let (state, side, reason, starts_at, ends_at, ended_at, receipt, created_at, revision) = rest;
    let suspended = rests.0.map(|at| Suspension { reason: rests.1.unwrap_or_default(), at });
    let state = match (state.as_str(), side, ended_at, suspended) {
        ("terminated", Some(side), Some(at), suspended) => {
            State::Terminated { side, reason: reason.unwrap_or_default(), at, suspended }
        }
        (_, _, _, Some(suspended)) => State::Suspended(suspended),
        _ => State::Active,
    };
    Grant {
        id,
        number,
        purchase_id,
        line_id,
        holder_id,
        seller_id,
        dataset_id,
        version_id,
        scope,
        licence_id,
        state,
        starts_at,
        ends_at,
        receipt,
        created_at,
        revision,
        renewal_unwanted: rests.2 != 0,
    }
}

fn all(rows: Vec<Row>) -> Vec<Grant> {
    rows.into_iter().map(grant).collect()
}

pub(super) fn find(tx: &mut Read, id: GrantId) -> Result<Option<Grant>, StoreError> {
    let row: Option<Row> = grants::table.find(id).select(columns!()).first(tx.conn()).optional()?;
    Ok(row.map(grant))
}

pub(super) fn find_by_number(tx: &mut Read, number: &str) -> Result<Option<Grant>, StoreError> {
    let row: Option<Row> =
        grants::table.filter(grants::number.eq(number)).select(columns!()).first(tx.conn()).optional()?;
    Ok(row.map(grant))
}

pub(super) fn of_purchase(tx: &mut Read, purchase: PurchaseId) -> Result<Vec<Grant>, StoreError> {
    Ok(all(grants::table
        .filter(grants::purchase_id.eq(purchase))
        .select(columns!())
        .order(grants::number.asc())
        .load(tx.conn())?))
}

pub(super) fn of_dataset(tx: &mut Read, dataset: DatasetId) -> Result<Vec<Grant>, StoreError> {
    Ok(all(grants::table
        .filter(grants::dataset_id.eq(dataset))
        .select(columns!())
        .order(grants::id.asc())
        .load(tx.conn())?))
}

pub(super) fn of_holder_and_dataset(
    tx: &mut Read,
    holder: PartyId,
    dataset: DatasetId,
) -> Result<Vec<Grant>, StoreError> {
    let own = grants::table.filter(grants::holder_id.eq(holder)).filter(grants::dataset_id.eq(dataset));
    Ok(all(own.select(columns!()).order(grants::id.asc()).limit(100).load(tx.conn())?))
}

/// Limits a query to the grants that some organisations hold or gave, in a standing.
macro_rules! shown {
    ($query:expr, $parties:expr, $side:expr, $shown:expr, $now:expr) => {{
        let (parties, now): (Vec<PartyId>, Timestamp) = ($parties.to_vec(), $now);
        let query = match $side {
            Side::Buyer => $query.filter(grants::holder_id.eq_any(parties)),
            Side::Seller => $query.filter(grants::seller_id.eq_any(parties)),
        };
        let unended = || grants::state.eq("active").nullable().or(grants::ended_at.gt(now));
        let in_term = || grants::ends_at.is_null().nullable().or(grants::ends_at.gt(now));
        match $shown {
            Shown::All => query,
            Shown::Active => query
                .filter(unended())
                .filter(in_term())
                .filter(grants::suspended_at.is_null())
                .filter(grants::starts_at.le(now)),
            Shown::Ending => query.filter(unended()).filter(in_term()).filter(grants::ends_at.le(now.plus_days(30))),
            Shown::Suspended => query.filter(unended()).filter(in_term()).filter(grants::suspended_at.is_not_null()),
            Shown::Upcoming => {
                query.filter(unended()).filter(grants::suspended_at.is_null()).filter(grants::starts_at.gt(now))
            }
            Shown::Ended => query.filter(grants::ended_at.le(now).or(grants::ends_at.le(now))),
        }
    }};
}

pub(super) fn of_parties(
    tx: &mut Read,
    parties: &[PartyId],
    (side, shown): (Side, Shown),
    (after, size, sort): (Option<&Cursor>, i64, Sort),
    now: Timestamp,
) -> Result<Page<Grant>, StoreError> {
    if sort == Sort::Ending {
        return ending_first(tx, parties, (side, shown), (after, size), now);
    }
    let mut query = shown!(grants::table.select(columns!()).into_boxed(), parties, side, shown, now);
    if let Some(Cursor { at, id }) = after {
        query = query.filter(grants::created_at.lt(*at).or(grants::created_at.eq(*at).and(grants::id.lt(id.clone()))));
    }
    let rows: Vec<Row> = query.order((grants::created_at.desc(), grants::id.desc())).limit(size + 1).load(tx.conn())?;
    Ok(Page::cut(all(rows), usize::try_from(size).unwrap_or(50), |g: &Grant| Cursor {
        at: g.created_at,
        id: g.id.to_string(),
    }))
}

/// Where those without an end stand in the order of ends.
const NEVER: Timestamp = Timestamp(i64::MAX);

fn ending_first(
    tx: &mut Read,
    parties: &[PartyId],
    (side, shown): (Side, Shown),
    (after, size): (Option<&Cursor>, i64),
    now: Timestamp,
) -> Result<Page<Grant>, StoreError> {
    let mut query = shown!(grants::table.select(columns!()).into_boxed(), parties, side, shown, now);
    if let Some(Cursor { at, id }) = after {
        let endless = grants::ends_at.is_null().nullable();
        let rest = grants::ends_at.gt(*at).or(grants::ends_at.eq(*at).and(grants::id.gt(id.clone())));
        query = if *at == NEVER {
            query.filter(grants::ends_at.is_null()).filter(grants::id.gt(id.clone()))
        } else {
            query.filter(rest.or(endless))
        };
    }
    let order = (grants::ends_at.is_null().asc(), grants::ends_at.asc(), grants::id.asc());
    let rows: Vec<Row> = query.order(order).limit(size + 1).load(tx.conn())?;
    Ok(Page::cut(all(rows), usize::try_from(size).unwrap_or(50), |g: &Grant| Cursor {
        at: g.ends_at.unwrap_or(NEVER),
        id: g.id.to_string(),
    }))
}

pub(super) fn count_of_parties(
    tx: &mut Read,
    parties: &[PartyId],
    (side, shown): (Side, Shown),
    now: Timestamp,
) -> Result<i64, StoreError> {
    let query = shown!(grants::table.select(diesel::dsl::count_star()).into_boxed(), parties, side, shown, now);
    Ok(query.first(tx.conn())?)
}

pub(super) fn insert(tx: &mut Write, g: &Grant) -> Result<(), StoreError> {
    diesel::insert_into(grants::table)
        .values((
            (
                grants::id.eq(g.id),
                grants::number.eq(&g.number),
                grants::purchase_id.eq(g.purchase_id),
                grants::line_id.eq(g.line_id),
            ),
            (
                grants::holder_id.eq(g.holder_id),
                grants::seller_id.eq(g.seller_id),
                grants::dataset_id.eq(g.dataset_id),
                grants::version_id.eq(g.version_id),
            ),
            (
                grants::scope.eq(g.scope),
                grants::licence_id.eq(g.licence_id),
                grants::state.eq("active"),
                grants::starts_at.eq(g.starts_at),
            ),
            (grants::ends_at.eq(g.ends_at), grants::receipt.eq(&g.receipt), grants::created_at.eq(g.created_at)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn set_state(tx: &mut Write, seen: &Grant, state: &State) -> Result<bool, StoreError> {
    let (name, side, reason, ended) = match state {
        State::Active | State::Suspended(_) => ("active", None, None, None),
        State::Terminated { side, reason, at, .. } => ("terminated", Some(*side), Some(reason), Some(*at)),
    };
    let rests = state.suspension();
    let open = grants::table.find(seen.id).filter(grants::revision.eq(seen.revision));
    let values = (
        grants::state.eq(name),
        grants::side.eq(side),
        grants::reason.eq(reason),
        grants::ended_at.eq(ended),
        grants::suspended_at.eq(rests.map(|r| r.at)),
        grants::suspended_reason.eq(rests.map(|r| r.reason.as_str())),
        grants::revision.eq(seen.revision + 1),
    );
    Ok(diesel::update(open).set(values).execute(tx.conn())? == 1)
}

pub(super) fn set_unwanted(tx: &mut Write, seen: &Grant, unwanted: bool) -> Result<bool, StoreError> {
    let open = grants::table.find(seen.id).filter(grants::revision.eq(seen.revision));
    let values = (grants::renewal_unwanted.eq(i64::from(unwanted)), grants::revision.eq(seen.revision + 1));
    Ok(diesel::update(open).set(values).execute(tx.conn())? == 1)
}

/// Notes that a request renews a grant.
pub(super) fn insert_renewal(tx: &mut Write, purchase: PurchaseId, grant: GrantId) -> Result<(), StoreError> {
    let values = (grant_renewals::purchase_id.eq(purchase), grant_renewals::grant_id.eq(grant));
    diesel::insert_into(grant_renewals::table).values(values).execute(tx.conn())?;
    Ok(())
}

/// The grant that a request renews.
pub(super) fn renewed_by(tx: &mut Read, purchase: PurchaseId) -> Result<Option<GrantId>, StoreError> {
    Ok(grant_renewals::table.find(purchase).select(grant_renewals::grant_id).first(tx.conn()).optional()?)
}

/// The requests that renew a grant.
pub(super) fn renewals_of(tx: &mut Read, grant: GrantId) -> Result<Vec<PurchaseId>, StoreError> {
    Ok(grant_renewals::table
        .filter(grant_renewals::grant_id.eq(grant))
        .select(grant_renewals::purchase_id)
        .order(grant_renewals::purchase_id.asc())
        .load(tx.conn())?)
}

/// Grants that end within so many days and were told neither so nor nearer to their end: up to 200.
pub(super) fn unreminded(tx: &mut Read, days: i64, now: Timestamp) -> Result<Vec<Grant>, StoreError> {
    let told = grant_reminders::table
        .filter(grant_reminders::grant_id.eq(grants::id))
        .filter(grant_reminders::days.le(days))
        .select(grant_reminders::grant_id);
    Ok(all(grants::table
        .filter(grants::state.eq("active"))
        .filter(grants::ends_at.gt(now))
        .filter(grants::ends_at.le(now.plus_days(days)))
        .filter(diesel::dsl::not(diesel::dsl::exists(told)))
        .select(columns!())
        .order((grants::ends_at.asc(), grants::id.asc()))
        .limit(200)
        .load(tx.conn())?))
}

/// Grants that ended since an instant, by themselves or after a notice period, and of which nobody was told: up to 400.
pub(super) fn untold_ends(tx: &mut Read, since: Timestamp, now: Timestamp) -> Result<Vec<Grant>, StoreError> {
    macro_rules! ended {
        ($state:literal, $end:ident) => {{
            let told = grant_reminders::table
                .filter(grant_reminders::grant_id.eq(grants::id))
                .filter(grant_reminders::days.eq(0))
                .select(grant_reminders::grant_id);
            all(grants::table
                .filter(grants::state.eq($state))
                .filter(grants::$end.gt(since))
                .filter(grants::$end.le(now))
                .filter(diesel::dsl::not(diesel::dsl::exists(told)))
                .select(columns!())
                .order((grants::$end.asc(), grants::id.asc()))
                .limit(200)
                .load(tx.conn())?)
        }};
    }
    let mut list = ended!("active", ends_at);
    list.extend(ended!("terminated", ended_at));
    Ok(list)
}

/// The next instant at which a grant ends.
pub(super) fn next_end(tx: &mut Read, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let own: Option<Option<Timestamp>> = grants::table
        .filter(grants::state.eq("active"))
        .filter(grants::ends_at.gt(now))
        .select(grants::ends_at)
        .order(grants::ends_at.asc())
        .first(tx.conn())
        .optional()?;
    let noticed: Option<Option<Timestamp>> = grants::table
        .filter(grants::state.eq("terminated"))
        .filter(grants::ended_at.gt(now))
        .select(grants::ended_at)
        .order(grants::ended_at.asc())
        .first(tx.conn())
        .optional()?;
    Ok(own.flatten().into_iter().chain(noticed.flatten()).min())
}

pub(super) fn insert_reminder(tx: &mut Write, grant: GrantId, days: i64, now: Timestamp) -> Result<bool, StoreError> {
    let inserted = crate::store::each!(tx.conn(), c => diesel::insert_into(grant_reminders::table)
        .values((
            grant_reminders::grant_id.eq(grant),
            grant_reminders::days.eq(days),
            grant_reminders::reminded_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

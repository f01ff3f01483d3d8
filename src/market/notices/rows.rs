//! Rows of the outbox.

pub(in crate::market) mod personal;

use super::settings::Way;
use super::{Filed, Kind, Mailing, Notice, Receiver, Why};
use crate::store::schema::notices;
use crate::store::{Cursor, Page, Read, StoreError, Write};
use crate::values::{Lang, MemberId, NoticeId, PartyId, Timestamp};
use diesel::prelude::*;

pub(super) fn exists(tx: &mut Read, notice: &Notice, receiver: &Receiver) -> Result<bool, StoreError> {
    let same = notices::table
        .filter(notices::kind.eq(notice.kind))
        .filter(notices::subject_id.eq(&notice.subject))
        .filter(notices::receiver.eq(&receiver.email));
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(tx.conn())?)
}

pub(super) fn insert(
    tx: &mut Write,
    id: NoticeId,
    notice: &Notice,
    receiver: &Receiver,
    way: &Way,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut facts = notice.facts.clone();
    receiver.why.note(&mut facts);
    let facts = serde_json::to_string(&facts).map_err(|e| StoreError::Broken(e.to_string()))?;
    diesel::insert_into(notices::table)
        .values((
            notices::id.eq(id),
            notices::kind.eq(notice.kind),
            notices::subject_id.eq(&notice.subject),
            notices::receiver.eq(&receiver.email),
            notices::lang.eq(receiver.lang),
            notices::facts.eq(facts),
            notices::created_at.eq(now),
            notices::next_at.eq(way.next_at),
            notices::member_id.eq(receiver.member),
            notices::party_id.eq(receiver.why.party()),
            notices::on_site.eq(i64::from(way.on_site)),
            notices::mail.eq(way.mail),
        ))
        .execute(tx.conn())?;
    Ok(())
}

type Row = (
    NoticeId,
    Kind,
    String,
    Lang,
    String,
    Timestamp,
    i64,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<String>,
    Option<MemberId>,
    Option<Timestamp>,
);
type Columns = (
    notices::id,
    notices::kind,
    notices::receiver,
    notices::lang,
    notices::facts,
    notices::created_at,
    notices::attempts,
    notices::sent_at,
    notices::failed_at,
    notices::last_error,
    notices::member_id,
    notices::read_at,
);
const COLUMNS: Columns = (
    notices::id,
    notices::kind,
    notices::receiver,
    notices::lang,
    notices::facts,
    notices::created_at,
    notices::attempts,
    notices::sent_at,
    notices::failed_at,
    notices::last_error,
    notices::member_id,
    notices::read_at,
);

fn filed(row: Row) -> Filed {
    let (id, kind, email, lang, facts, created_at, attempts, sent_at, failed_at, last_error, member, read_at) = row;
    let facts = serde_json::from_str(&facts).unwrap_or_default();
    let receiver = Receiver { email, lang, member, why: Why::of(&facts) };
    Filed { id, kind, receiver, facts, created_at, attempts, sent_at, failed_at, last_error, read_at }
}

pub(super) fn lease(
    tx: &mut Write,
    lease: &str,
    most: i64,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<Filed>, StoreError> {
    let due: Vec<NoticeId> = notices::table
        .filter(notices::mail.eq(Mailing::Now))
        .filter(notices::sent_at.is_null())
        .filter(notices::failed_at.is_null())
        .filter(notices::next_at.le(now))
        .filter(notices::leased_until.is_null().or(notices::leased_until.lt(now.0)))
        .order((notices::next_at.asc(), notices::id.asc()))
        .limit(most)
        .select(notices::id)
        .load(tx.conn())?;
    // Taken one by one and only if nobody took it meanwhile: the row count decides.
    let mut mine = Vec::new();
    for id in due {
        let free = notices::table
            .filter(notices::id.eq(id))
            .filter(notices::sent_at.is_null())
            .filter(notices::leased_until.is_null().or(notices::leased_until.lt(now.0)));
        let taken = diesel::update(free)
            .set((notices::lease.eq(lease), notices::leased_until.eq(until.0)))
            .execute(tx.conn())?;
        if taken == 1 {
            mine.push(id);
        }
    }
    let rows: Vec<Row> = notices::table
        .filter(notices::id.eq_any(mine))
        .order((notices::next_at.asc(), notices::id.asc()))
        .select(COLUMNS)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(filed).collect())
}

pub(super) fn delivered(tx: &mut Write, id: NoticeId, lease: &str, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(notices::table.filter(notices::id.eq(id)).filter(notices::lease.eq(lease)))
        .set((
            notices::sent_at.eq(now.0),
            notices::attempts.eq(notices::attempts + 1),
            notices::leased_until.eq(None::<i64>),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn failed(
    tx: &mut Write,
    id: NoticeId,
    lease: &str,
    error: &str,
    next: Timestamp,
    given_up: Option<Timestamp>,
) -> Result<(), StoreError> {
    diesel::update(notices::table.filter(notices::id.eq(id)).filter(notices::lease.eq(lease)))
        .set((
            notices::attempts.eq(notices::attempts + 1),
            notices::next_at.eq(next),
            notices::leased_until.eq(None::<i64>),
            notices::last_error.eq(error),
            notices::failed_at.eq(given_up.map(|t| t.0)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Which notices a page shows.
pub(super) enum Which {
    /// What goes by mail at once.
    Mails,
    /// Mails that were given up.
    FailedMails,
    /// What stands on the site for a person; with a key of one organisation, only what comes from there.
    Of { member: MemberId, bound: Option<PartyId>, unread: bool },
}

/// Gives a page of notices, newest first.
pub(super) fn page(tx: &mut Read, which: &Which, after: Option<&Cursor>, size: i64) -> Result<Page<Filed>, StoreError> {
    let mut query = notices::table.select(COLUMNS).into_boxed();
    query = match which {
        Which::Mails => query.filter(notices::mail.eq(Mailing::Now)),
        Which::FailedMails => query.filter(notices::mail.eq(Mailing::Now)).filter(notices::failed_at.is_not_null()),
        Which::Of { member, bound, unread } => {
            query = query.filter(notices::member_id.eq(*member)).filter(notices::on_site.eq(1));
            if let Some(party) = bound {
                query = query.filter(notices::party_id.eq(*party));
            }
            if *unread { query.filter(notices::read_at.is_null()) } else { query }
        }
    };
    if let Some(Cursor { at, id }) = after {
        let same = notices::created_at.eq(*at).and(notices::id.lt(id.clone()));
        query = query.filter(notices::created_at.lt(*at).or(same));
    }
    let rows: Vec<Row> =
        query.order((notices::created_at.desc(), notices::id.desc())).limit(size + 1).load(tx.conn())?;
    let items = rows.into_iter().map(filed).collect();
    Ok(Page::cut(items, usize::try_from(size).unwrap_or(50), |n: &Filed| Cursor {
        at: n.created_at,
        id: n.id.to_string(),
    }))
}

/// What a summary lists, oldest first.
pub(super) fn items_of(tx: &mut Read, digest: NoticeId, most: i64) -> Result<Vec<Filed>, StoreError> {
    let rows: Vec<Row> = notices::table
        .filter(notices::digest_id.eq(digest.as_str()))
        .select(COLUMNS)
        .order((notices::created_at.asc(), notices::id.asc()))
        .limit(most)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(filed).collect())
}

pub(super) fn retry(tx: &mut Write, id: NoticeId, now: Timestamp) -> Result<bool, StoreError> {
    let given_up = notices::table.find(id).filter(notices::failed_at.is_not_null()).filter(notices::sent_at.is_null());
    let anew = (notices::failed_at.eq(None::<i64>), notices::attempts.eq(0), notices::next_at.eq(now));
    Ok(diesel::update(given_up).set(anew).execute(tx.conn())? == 1)
}

pub(super) fn counts(tx: &mut Read) -> Result<(i64, i64), StoreError> {
    let open = notices::table.filter(notices::mail.eq(Mailing::Now)).filter(notices::sent_at.is_null());
    let waiting = open.filter(notices::failed_at.is_null()).count().get_result(tx.conn())?;
    let given_up = open.filter(notices::failed_at.is_not_null()).count().get_result(tx.conn())?;
    Ok((waiting, given_up))
}

pub(super) fn last_link(tx: &mut Read, receiver: &str) -> Result<Option<(String, String)>, StoreError> {
    let texts: Vec<String> = notices::table
        .filter(notices::receiver.eq(receiver))
        .select(notices::facts)
        .order((notices::created_at.desc(), notices::id.desc()))
        .limit(20)
        .load(tx.conn())?;
    let facts = texts.iter().filter_map(|t| serde_json::from_str::<std::collections::BTreeMap<String, String>>(t).ok());
    Ok(facts.filter_map(|mut f| f.remove("link").zip(f.remove("nonce"))).next())
}

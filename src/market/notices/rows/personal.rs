//! Rows of one person: what stands on the site, what was chosen, what waits for the daily summary.

use super::{Filed, Which, page};
use crate::market::notices::{Choice, Mailing, Topic};
use crate::store::schema::{digest_hours, notice_settings, notices};
use crate::store::{Cursor, Page, Read, StoreError, Write};
use crate::values::{MemberId, NoticeId, PartyId, Timestamp};
use diesel::prelude::*;

/// A page of what stands on the site for a person, newest first.
pub(in crate::market) fn of_member(
    tx: &mut Read,
    member: MemberId,
    bound: Option<PartyId>,
    unread: bool,
    after: Option<&Cursor>,
    size: i64,
) -> Result<Page<Filed>, StoreError> {
    page(tx, &Which::Of { member, bound, unread }, after, size)
}

/// How many stand there unread.
pub(in crate::market) fn unread(tx: &mut Read, member: MemberId) -> Result<i64, StoreError> {
    Ok(notices::table
        .filter(notices::member_id.eq(member))
        .filter(notices::on_site.eq(1))
        .filter(notices::read_at.is_null())
        .count()
        .get_result(tx.conn())?)
}

/// Marks one as read, or all; says whether the one is there.
pub(in crate::market) fn mark_read(
    tx: &mut Write,
    member: MemberId,
    bound: Option<PartyId>,
    id: Option<NoticeId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let own = |only: Option<NoticeId>| {
        let mut query = notices::table
            .filter(notices::member_id.eq(member))
            .filter(notices::on_site.eq(1))
            .select(notices::id)
            .into_boxed();
        if let Some(party) = bound {
            query = query.filter(notices::party_id.eq(party));
        }
        if let Some(id) = only { query.filter(notices::id.eq(id)) } else { query.filter(notices::read_at.is_null()) }
    };
    let found: Vec<NoticeId> = own(id).load(tx.conn())?;
    // In pieces: a statement takes a bounded number of values.
    for piece in found.chunks(500) {
        let unread = notices::table.filter(notices::id.eq_any(piece.to_vec())).filter(notices::read_at.is_null());
        diesel::update(unread).set(notices::read_at.eq(now.0)).execute(tx.conn())?;
    }
    Ok(!found.is_empty())
}

pub(in crate::market::notices) fn choice(
    tx: &mut Read,
    member: MemberId,
    topic: Topic,
) -> Result<Option<Choice>, StoreError> {
    let row: Option<(i64, Mailing)> = notice_settings::table
        .find((member, topic))
        .select((notice_settings::on_site, notice_settings::mail))
        .first(tx.conn())
        .optional()?;
    Ok(row.map(|(on_site, mail)| Choice { on_site: on_site == 1, mail }))
}

pub(in crate::market::notices) fn keep_choice(
    tx: &mut Write,
    member: MemberId,
    topic: Topic,
    choice: Choice,
) -> Result<(), StoreError> {
    let on_site = i64::from(choice.on_site);
    let changed = diesel::update(notice_settings::table.find((member, topic)))
        .set((notice_settings::on_site.eq(on_site), notice_settings::mail.eq(choice.mail)))
        .execute(tx.conn())?;
    if changed == 0 {
        diesel::insert_into(notice_settings::table)
            .values((
                notice_settings::member_id.eq(member),
                notice_settings::topic.eq(topic),
                notice_settings::on_site.eq(on_site),
                notice_settings::mail.eq(choice.mail),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

pub(in crate::market::notices) fn hour(tx: &mut Read, member: MemberId) -> Result<Option<i64>, StoreError> {
    Ok(digest_hours::table.find(member).select(digest_hours::hour).first(tx.conn()).optional()?)
}

pub(in crate::market::notices) fn keep_hour(tx: &mut Write, member: MemberId, hour: i64) -> Result<(), StoreError> {
    let changed =
        diesel::update(digest_hours::table.find(member)).set(digest_hours::hour.eq(hour)).execute(tx.conn())?;
    if changed == 0 {
        let row = (digest_hours::member_id.eq(member), digest_hours::hour.eq(hour));
        diesel::insert_into(digest_hours::table).values(row).execute(tx.conn())?;
    }
    Ok(())
}

/// What was put off for a person and is in no summary yet.
macro_rules! put_off {
    ($member:expr) => {
        notices::table
            .filter(notices::member_id.eq($member))
            .filter(notices::mail.eq(Mailing::Digest))
            .filter(notices::digest_id.is_null())
    };
}

pub(in crate::market::notices) fn move_digest(
    tx: &mut Write,
    member: MemberId,
    next_at: Timestamp,
) -> Result<(), StoreError> {
    diesel::update(put_off!(member)).set(notices::next_at.eq(next_at)).execute(tx.conn())?;
    Ok(())
}

pub(in crate::market::notices) fn due_for_digest(
    tx: &mut Read,
    now: Timestamp,
    most: i64,
) -> Result<Vec<MemberId>, StoreError> {
    let members: Vec<Option<MemberId>> = notices::table
        .filter(notices::mail.eq(Mailing::Digest))
        .filter(notices::digest_id.is_null())
        .filter(notices::next_at.le(now))
        .select(notices::member_id)
        .distinct()
        .limit(most)
        .load(tx.conn())?;
    Ok(members.into_iter().flatten().collect())
}

/// Puts what waits into a summary; the count decides which of two replicas made it.
pub(in crate::market::notices) fn take_for_digest(
    tx: &mut Write,
    member: MemberId,
    id: NoticeId,
) -> Result<usize, StoreError> {
    Ok(diesel::update(put_off!(member)).set(notices::digest_id.eq(id.as_str())).execute(tx.conn())?)
}

pub(in crate::market::notices) fn drop_digest(tx: &mut Write, member: MemberId) -> Result<(), StoreError> {
    diesel::update(put_off!(member)).set(notices::mail.eq(Mailing::None)).execute(tx.conn())?;
    Ok(())
}

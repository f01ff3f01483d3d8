//! The daily summary: what was put off becomes one mail, which the outbox then delivers like any other. What is in it
//! and that it is filed are settled in one transaction, so that nothing is lost and nothing is told twice.

use super::rows::{self, personal};
use super::settings::Way;
use super::{Filed, Kind, Mailing, Notice, Receiver};
use crate::store::{Read, StoreError, Write};
use crate::values::{MemberId, NoticeId, Timestamp};

/// Entries that one summary lists; it says how many more there are.
const MOST: i64 = 200;

/// Gives people whose hour has come and for whom something was put off.
pub(in crate::market) fn due_for_digest(tx: &mut Read, now: Timestamp, most: i64) -> Result<Vec<MemberId>, StoreError> {
    personal::due_for_digest(tx, now, most)
}

/// Files the summary of all that was put off for a person; false when another replica was first.
pub(in crate::market) fn make_digest(
    tx: &mut Write,
    member: MemberId,
    receiver: &Receiver,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let id = NoticeId::fresh();
    let count = personal::take_for_digest(tx, member, id)?;
    if count == 0 {
        return Ok(false);
    }
    let notice = Notice::new(Kind::Digest, format!("{member}/{}", now.0)).fact("count", count).leads_to("/notices");
    let way = Way { on_site: false, mail: Mailing::Now, next_at: now };
    rows::insert(tx, id, &notice, receiver, &way, now)?;
    Ok(true)
}

/// Gives up the summary of somebody who cannot be told any more.
pub(in crate::market) fn drop_digest(tx: &mut Write, member: MemberId) -> Result<(), StoreError> {
    personal::drop_digest(tx, member)
}

/// Gives what a summary lists, oldest first.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn items_of(tx: &mut Read, digest: NoticeId) -> Result<Vec<Filed>, StoreError> {
    rows::items_of(tx, digest, MOST)
}

//! What a person was told: the page of notices, read marks, how they want to be told, and the links that end mails.

use super::profile::MayChangeSelf;
use super::{Actor, rows};
use crate::market::conditions::Refused;
use crate::market::journal::{self, ActorKind, By, Deed, Note, Thing};
use crate::market::notices::{self, Choice, Filed, Mailing, Settings, Topic};
use crate::store::{Cursor, Page, Read, StoreError, Write};
use crate::values::{MemberId, NoticeId, ServerKey, Timestamp, same_secret};

/// What stands in a link in the place of a topic when it ends the daily summary.
const SUMMARY: &str = "digest";
/// People whose summary is made in one transaction.
const MOST_SUMMARIES: i64 = 100;

/// Gives a page of the own notices, newest first. A key of one organisation sees what comes from there only.
///
/// # Errors
/// [`Refused::Hidden`] for a machine.
pub fn own_notices(
    tx: &mut Read,
    actor: &Actor,
    unread: bool,
    after: Option<&Cursor>,
    size: i64,
) -> Result<Page<Filed>, Refused> {
    let member = actor.member().ok_or(Refused::Hidden)?;
    Ok(notices::of_member(tx, member, actor.bound(), unread, after, size)?)
}

/// Counts the own unread notices: the number in the bell.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn unread_notices(tx: &mut Read, actor: &Actor) -> Result<i64, StoreError> {
    actor.member().map_or(Ok(0), |member| notices::unread(tx, member))
}

/// Marks one of the own notices as read, or all of them.
///
/// # Errors
/// [`Refused::Hidden`] when the one is not an own one.
pub fn read_notices(tx: &mut Write, may: MayChangeSelf, id: Option<NoticeId>, now: Timestamp) -> Result<(), Refused> {
    let found = notices::mark_read(tx, may.member.id, may.bound, id, now)?;
    if found || id.is_none() { Ok(()) } else { Err(Refused::Hidden) }
}

/// Gives how the actor wants to be told.
///
/// # Errors
/// [`Refused::Hidden`] for a machine.
pub fn notice_settings(tx: &mut Read, actor: &Actor) -> Result<Settings, Refused> {
    Ok(notices::settings_of(tx, actor.member().ok_or(Refused::Hidden)?)?)
}

fn noted(
    tx: &mut Write,
    by: &By,
    member: MemberId,
    detail: serde_json::Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    journal::note(tx, by, &Note::new(Deed::NoticesChosen, Thing::Member, member).detail(detail), now)
}

/// Keeps how a person wants to be told. Topics that have no choice stay as they are.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn choose_notices(
    tx: &mut Write,
    may: MayChangeSelf,
    settings: &Settings,
    now: Timestamp,
) -> Result<(), StoreError> {
    let chosen =
        |(topic, c): &(Topic, Choice)| format!("{topic}: {}, {}", if c.on_site { "site" } else { "-" }, c.mail);
    let topics: Vec<String> = settings.topics.iter().filter(|(t, _)| !t.locked()).map(chosen).collect();
    notices::change_settings(tx, may.member.id, settings, now)?;
    noted(tx, &may.by, may.member.id, serde_json::json!({ "hour": settings.hour, "topics": topics }), now)
}

/// Derives what the link in a mail carries that ends the mails of a topic, or, without one, the daily summary.
#[must_use]
pub fn unsubscribe_secret(key: &ServerKey, member: MemberId, topic: Option<Topic>) -> String {
    let word = topic.map_or(SUMMARY, Topic::as_str);
    format!("{member}.{word}.{}", key.derive("unsubscribe", &[member.as_str(), word]))
}

/// What a link ends: whose mails, about what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscription {
    member: MemberId,
    /// The topic; none for the daily summary.
    pub topic: Option<Topic>,
    /// The address.
    pub email: String,
    /// Whether the mails have ended already.
    pub done: bool,
}

/// Looks at a link that ends mails; nothing for one that is not ours. It opens nothing else.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn unsubscription(tx: &mut Read, key: &ServerKey, secret: &str) -> Result<Option<Unsubscription>, StoreError> {
    let mut parts = secret.splitn(3, '.');
    let member = parts.next().and_then(|p| p.parse::<MemberId>().ok());
    let (Some(member), Some(word)) = (member, parts.next()) else { return Ok(None) };
    let topic = Topic::parse(word);
    let ours = (topic.is_some() || word == SUMMARY) && same_secret(&unsubscribe_secret(key, member, topic), secret);
    let Some(found) = rows::find_member(tx, member)?.filter(|_| ours && !topic.is_some_and(Topic::locked)) else {
        return Ok(None);
    };
    let settings = notices::settings_of(tx, member)?;
    let done = match topic {
        Some(topic) => settings.of(topic).mail == Mailing::None,
        None => settings.topics.iter().all(|(_, c)| c.mail != Mailing::Digest),
    };
    Ok(Some(Unsubscription { member, topic, email: found.email, done }))
}

/// Ends the mails that a link names; the notices go on to stand on the site as before. Doing it twice changes nothing.
///
/// # Errors
/// [`Refused::Hidden`] for a link that is not ours.
pub fn unsubscribe(tx: &mut Write, key: &ServerKey, secret: &str, now: Timestamp) -> Result<(), Refused> {
    let found = unsubscription(tx, key, secret)?.ok_or(Refused::Hidden)?;
    if found.done {
        return Ok(());
    }
    notices::turn_mail_off(tx, found.member, found.topic)?;
    let name = rows::find_member(tx, found.member)?.map(|m| m.name).unwrap_or_default();
    let by = By { kind: ActorKind::Member, id: found.member.to_string(), name };
    let word = found.topic.map_or(SUMMARY, Topic::as_str);
    Ok(noted(tx, &by, found.member, serde_json::json!({ "unsubscribed": word }), now)?)
}

/// Files the daily summaries that are due; gives how many. It may run twice at once: each is filed once.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn file_summaries(tx: &mut Write, house: &Actor, now: Timestamp) -> Result<usize, StoreError> {
    let mut filed = 0;
    if !house.is_house() {
        return Ok(filed);
    }
    for member in notices::due_for_digest(tx, now, MOST_SUMMARIES)? {
        match rows::receiver_of(tx, member)? {
            Some(receiver) => {
                let receiver = receiver.because(notices::Why::Account);
                filed += usize::from(notices::make_digest(tx, member, &receiver, now)?);
            }
            // A disabled account is told nothing any more.
            None => notices::drop_digest(tx, member)?,
        }
    }
    Ok(filed)
}

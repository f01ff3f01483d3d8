//! How a person wants to be told: for each topic on the site or not, by mail at once, in the daily summary, or not.

use super::rows::personal as rows;
use super::{Kind, Mailing, Receiver, Topic};
use crate::store::{Read, StoreError, Write};
use crate::values::{MemberId, Timestamp};

/// The hour, in UTC, of the daily summary while nothing is chosen: nine in the morning in China.
const USUAL_HOUR: i64 = 1;
const HOUR_MS: i64 = 3_600_000;

/// What is chosen for a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Whether it stands on the site.
    pub on_site: bool,
    /// How it goes by mail.
    pub mail: Mailing,
}

/// What a person chose, with what is usual for the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The hour of the daily summary, in UTC.
    pub hour: i64,
    /// Every topic, in order.
    pub topics: Vec<(Topic, Choice)>,
}

impl Settings {
    /// What is chosen for a topic.
    #[must_use]
    pub fn of(&self, topic: Topic) -> Choice {
        self.topics.iter().find(|(t, _)| *t == topic).map_or_else(|| usual(topic), |(_, c)| *c)
    }
}

/// By which ways one notice goes to one receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    pub on_site: bool,
    pub mail: Mailing,
    /// When the mail, or the summary, is due.
    pub next_at: Timestamp,
}

const fn usual(topic: Topic) -> Choice {
    Choice { on_site: true, mail: topic.usual_mailing() }
}

/// The next full hour of the day that is this hour in UTC, after an instant.
fn next_at(hour: i64, now: Timestamp) -> Timestamp {
    let day = 24 * HOUR_MS;
    let today = now.0 - now.0.rem_euclid(day) + hour * HOUR_MS;
    Timestamp(if today > now.0 { today } else { today + day })
}

/// Settles by which ways a notice goes.
pub(super) fn way(tx: &mut Read, receiver: &Receiver, kind: Kind, now: Timestamp) -> Result<Way, StoreError> {
    let topic = kind.topic();
    let at_once = |on_site| Way { on_site, mail: Mailing::Now, next_at: now };
    let Some(member) = receiver.member.filter(|_| !kind.mail_only()) else { return Ok(at_once(false)) };
    if topic.locked() {
        return Ok(at_once(true));
    }
    let Choice { on_site, mail } = rows::choice(tx, member, topic)?.unwrap_or_else(|| usual(topic));
    let next_at = match mail {
        Mailing::Digest => next_at(rows::hour(tx, member)?.unwrap_or(USUAL_HOUR), now),
        Mailing::Now | Mailing::None => now,
    };
    Ok(Way { on_site, mail, next_at })
}

/// Gives what a person chose.
pub(in crate::market) fn settings_of(tx: &mut Read, member: MemberId) -> Result<Settings, StoreError> {
    let hour = rows::hour(tx, member)?.unwrap_or(USUAL_HOUR);
    let mut topics = Vec::new();
    for topic in Topic::ALL.iter().copied() {
        let chosen = if topic.locked() { None } else { rows::choice(tx, member, topic)? };
        topics.push((topic, chosen.unwrap_or_else(|| usual(topic))));
    }
    Ok(Settings { hour, topics })
}

/// Keeps what a person chose. What already waits for the daily summary moves to its new hour.
pub(in crate::market) fn change(
    tx: &mut Write,
    member: MemberId,
    settings: &Settings,
    now: Timestamp,
) -> Result<(), StoreError> {
    rows::keep_hour(tx, member, settings.hour)?;
    for (topic, choice) in settings.topics.iter().filter(|(t, _)| !t.locked()) {
        rows::keep_choice(tx, member, *topic, *choice)?;
    }
    rows::move_digest(tx, member, next_at(settings.hour, now))
}

/// Turns the mails of a topic off, or, without one, those of all topics that go into the daily summary.
pub(in crate::market) fn turn_mail_off(
    tx: &mut Write,
    member: MemberId,
    topic: Option<Topic>,
) -> Result<(), StoreError> {
    for (one, choice) in settings_of(tx, member)?.topics {
        let meant = topic.map_or(choice.mail == Mailing::Digest, |t| t == one);
        if meant && !one.locked() {
            rows::keep_choice(tx, member, one, Choice { mail: Mailing::None, ..choice })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_comes_at_the_next_such_hour() {
        let at = |text: &str, ms: i64| Timestamp(Timestamp::of_date(text).unwrap().0 + ms);
        let morning = at("2026-11-28", 7 * HOUR_MS + 59 * 60_000);
        assert_eq!(next_at(8, morning), at("2026-11-28", 8 * HOUR_MS));
        // At the hour itself it is the next day's: this day's summary may have gone out already.
        assert_eq!(next_at(8, at("2026-11-28", 8 * HOUR_MS)), at("2026-11-29", 8 * HOUR_MS));
        assert_eq!(next_at(0, morning), at("2026-11-29", 0));
    }
}

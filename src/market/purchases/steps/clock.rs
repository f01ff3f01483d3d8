//! What time does to steps: reminders, escalation; and how long a seller usually takes.

use super::bench::Bench;
use super::rows::{self, PurchaseStep};
use crate::market::accounts::{self, Actor};
use crate::market::journal::Deed;
use crate::market::parties::{self, Role};
use crate::market::purchases::arrive::note;
use crate::market::purchases::rows as purchase_rows;
use crate::market::purchases::rows::Purchase;
use crate::market::purchases::tell;
use crate::store::{Read, StoreError, Write};
use crate::values::{MemberId, PartyId, Timestamp};

/// Days after which the deciders of an open step are reminded.
const REMINDERS: [i64; 3] = [3, 7, 14];
/// Answers out of which the median is taken.
const ANSWERS: i64 = 100;

/// Reminds those who keep others waiting, and asks others when a step is late; gives how many were told of.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn watch(tx: &mut Write, house: &Actor, now: Timestamp) -> Result<usize, StoreError> {
    let mut told = 0;
    if !house.is_house() {
        return Ok(told);
    }
    for step in rows::due_for_a_word(tx, now)? {
        let Some(purchase) = purchase_rows::find(tx, step.purchase_id)? else { continue };
        if purchase.state.decider() != Some(step.desk) {
            continue;
        }
        told += usize::from(escalate(tx, house, &purchase, &step, now)?);
        told += usize::from(remind(tx, &purchase, &step, now)?);
    }
    Ok(told)
}

/// The last threshold that has passed since an instant.
fn threshold(opened: Timestamp, now: Timestamp) -> Option<i64> {
    REMINDERS.into_iter().rev().find(|days| opened.plus_days(*days) <= now)
}

fn remind(tx: &mut Write, purchase: &Purchase, step: &PurchaseStep, now: Timestamp) -> Result<bool, StoreError> {
    let Some(day) = step.opened_at.and_then(|opened| threshold(opened, now)) else { return Ok(false) };
    if day <= step.reminded || !rows::remind(tx, step, day)? {
        return Ok(false);
    }
    let bench = Bench::of(tx, step.party_id, now)?;
    let decisions = rows::decisions_of(tx, purchase.id)?;
    let people: Vec<MemberId> = bench.deciders(step, purchase, &decisions).into_iter().map(|(m, _)| m).collect();
    tell::reminded(tx, purchase, step, &people, day, now)?;
    Ok(true)
}

fn escalate(
    tx: &mut Write,
    house: &Actor,
    purchase: &Purchase,
    step: &PurchaseStep,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !step.is_late(now) || step.escalated_at.is_some() || !rows::escalate(tx, step, now)? {
        return Ok(false);
    }
    let people: Vec<MemberId> = match step.escalate_to {
        Some(member) => vec![member],
        None => parties::members_with(tx, step.party_id, Role::Owner)?.into_iter().map(|(m, _)| m).collect(),
    };
    let mut names = Vec::new();
    for member in &people {
        names.extend(accounts::find_member(tx, *member)?.map(|m| m.name));
    }
    let detail = serde_json::json!({
        "side": step.desk.as_str(), "step_zh": step.name_zh, "step_en": step.name_en, "names": names.join(", "),
    });
    note(tx, &house.by(), Deed::StepEscalated, purchase, detail, now)?;
    tell::escalated(tx, purchase, step, &people, now)?;
    Ok(true)
}

/// Gives the median time of a seller's last hundred answers in seconds, and out of how many; nothing before the third.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn median_answer(tx: &mut Read, seller: PartyId) -> Result<Option<(i64, usize)>, StoreError> {
    let answers = rows::answered(tx, seller, ANSWERS)?;
    let times: Vec<i64> = answers.into_iter().map(|(opened, done)| done.seconds() - opened.seconds()).collect();
    Ok(median(times))
}

fn median(mut times: Vec<i64>) -> Option<(i64, usize)> {
    if times.len() < 3 {
        return None;
    }
    times.sort_unstable();
    let (low, high) = (times.get((times.len() - 1) / 2)?, times.get(times.len() / 2)?);
    Some(((low + high) / 2, times.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_come_once_for_each_threshold() {
        let opened = Timestamp(0);
        let after = |days: i64| threshold(opened, opened.plus_days(days));
        assert_eq!((after(2), after(3), after(6), after(7), after(13), after(40)), {
            (None, Some(3), Some(3), Some(7), Some(7), Some(14))
        });
        assert_eq!(threshold(opened, opened.plus_days(3).plus_seconds(-1)), None);
    }

    #[test]
    fn the_median_needs_three_answers() {
        assert_eq!(median(vec![1, 2]), None);
        assert_eq!(median(vec![30, 10, 20]), Some((20, 3)));
        assert_eq!(median(vec![40, 10, 20, 30]), Some((25, 4)));
    }
}

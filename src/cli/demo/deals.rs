//! Carries the purchases of the demo through the rooms, each as far as its scenario says.

use super::content::{Decision, Outcome, SCENARIOS, Scenario};
use super::fill::{Broken, Ground, prose};
use crate::market::delivery::{self, MayFetch, MayRevokeToken};
use crate::market::grants::{self, Asking, Hand, Limits, MaySetLimits, MaySuspend, MayTerminate};
use crate::market::licences::may::IntendedUse;
use crate::market::licences::terms::{Action, Purpose, Recipient};
use crate::market::offers;
use crate::market::purchases::{self, Asked, MayDecide, MayMarkPaid, MayRequest, MayWithdraw, Paid, Reason};
use crate::market::signing::SigningKeys;
use crate::market::{datasets, licences, parties};
use crate::store::Write;
use crate::values::{Lang, Line, OfferId, PurchaseId, Sha256, Timestamp};

/// Plays every scenario, oldest first.
pub(super) fn all(
    tx: &mut Write,
    ground: &Ground,
    hand: &Hand,
    keys: &SigningKeys,
    today: Timestamp,
) -> Result<(), Broken> {
    for s in SCENARIOS {
        let at = today.plus_days(-i64::from(s.asked_days_ago));
        // A dataset whose owner waits for verification is not listed: nobody can ask for it yet.
        if !listed(tx, s)? {
            continue;
        }
        let id = play(tx, ground, hand, s, at).map_err(|e| Broken::at(s.key, &e))?;
        afterwards(tx, ground, s, id, today.plus_days(-2)).map_err(|e| Broken::at(s.key, &e))?;
    }
    // The keys sign here what the server signs later: a demo with keys that cannot sign would not start.
    if keys.kids().next().is_none() { Err(Broken::at("keys", &"none")) } else { Ok(()) }
}

fn listed(tx: &mut Write, s: &Scenario) -> Result<bool, Broken> {
    for l in s.lines {
        let seller = parties::find_by_slug(tx, l.seller)?.ok_or_else(|| Broken::at(s.key, &l.seller))?;
        let dataset = datasets::find_by_slug(tx, seller.id, l.dataset)?.ok_or_else(|| Broken::at(s.key, &l.dataset))?;
        if dataset.state != datasets::State::Listed {
            return Ok(false);
        }
    }
    Ok(true)
}

fn ask(tx: &mut Write, ground: &Ground, hand: &Hand, s: &Scenario, at: Timestamp) -> Result<PurchaseId, Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(s.key, e);
    let requester = ground.person(tx, s.requester, at)?;
    let buyer = parties::find_by_slug(tx, s.buyer)?.ok_or_else(|| broke(&"buyer"))?;
    let (mut wanted, mut accepted): (Vec<OfferId>, Vec<Sha256>) = (Vec::new(), Vec::new());
    for l in s.lines {
        let seller = parties::find_by_slug(tx, l.seller)?.ok_or_else(|| broke(&l.seller))?;
        let dataset = datasets::find_by_slug(tx, seller.id, l.dataset)?.ok_or_else(|| broke(&l.dataset))?;
        let offer =
            offers::open_of(tx, dataset.id)?.into_iter().find(|o| o.title == l.offer).ok_or_else(|| broke(&l.offer))?;
        let licence = licences::find(tx, offer.licence_id)?.ok_or_else(|| broke(&"licence"))?;
        wanted.push(offer.id);
        accepted.push(licence.sha256);
    }
    let lang = Lang::parse(s.language).unwrap_or(Lang::En);
    let asked = Asked { purpose: prose(s.purpose)?, lang, accepted, intended: intended() };
    let may = MayRequest::check(tx, &requester, buyer.id, &wanted).map_err(|e| broke(&e))?;
    purchases::submit(tx, may, &asked, hand, at).map_err(|e| broke(&e))
}

/// What buyers of the demo mean to do.
fn intended() -> IntendedUse {
    IntendedUse {
        actions: vec![Action::Analyse, Action::TrainModels, Action::CommercialUse],
        purposes: vec![Purpose::Internal],
        territories: vec!["CN".to_owned()],
        fields: vec!["C".to_owned()],
        recipients: vec![Recipient::Staff, Recipient::Contractors],
    }
}

/// What somebody does with a request that waits for them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Say {
    Yes,
    No,
    Back,
}

fn decide(
    tx: &mut Write,
    ground: &Ground,
    hand: &Hand,
    id: PurchaseId,
    by: &Decision,
    say: Say,
    at: Timestamp,
) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(by.by, e);
    let actor = ground.person(tx, by.by, at)?;
    let (seen, _) = purchases::visible(tx, &actor, id).map_err(|e| broke(&e))?;
    let may = MayDecide::check(tx, &actor, id, seen.revision, at).map_err(|e| broke(&e))?;
    let note = prose(by.note)?;
    let done = match say {
        Say::Yes => purchases::approve(tx, may, &note, hand, at),
        Say::No => purchases::refuse(tx, may, &Reason::other(note), at),
        Say::Back => purchases::give_back(tx, may, &note, at),
    };
    done.map(|_| ()).map_err(|e| broke(&e))
}

fn pay(
    tx: &mut Write,
    ground: &Ground,
    hand: &Hand,
    id: PurchaseId,
    (by, reference): (&str, &str),
    at: Timestamp,
) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(by, e);
    let actor = ground.person(tx, by, at)?;
    let whole = purchases::whole(tx, &actor, id, at).map_err(|e| broke(&e))?;
    let order = whole.order.ok_or_else(|| broke(&"no order"))?;
    let may = MayMarkPaid::check(tx, &actor, order.id).map_err(|e| broke(&e))?;
    let reference = Line::parse(reference).map_err(|e| broke(&e))?;
    let paid = Paid { amount: order.gross().map_err(|e| broke(&e))?, on: at.civil("%Y-%m-%d"), reference };
    purchases::settle(tx, may, &paid, hand, at).map(|_| ()).map_err(|e| broke(&e))
}

/// What happened to some grants since: one rests, one has limits.
fn afterwards(tx: &mut Write, ground: &Ground, s: &Scenario, id: PurchaseId, at: Timestamp) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(s.key, e);
    let Some(agreed) = &s.agreement else { return Ok(()) };
    let actor = ground.person(tx, agreed.by, at)?;
    let line = |text: &str| Line::parse(text).map_err(|e| broke(&e));
    for grant in purchases::whole(tx, &actor, id, at).map_err(|e| broke(&e))?.grants {
        if s.key == "granted-milling-later" {
            let may = MaySuspend::check(tx, &actor, grant.id, at).map_err(|e| broke(&e))?;
            grants::suspend(tx, may, &line("账单已逾期，两次提醒未复，付款后恢复。")?, at).map_err(|e| broke(&e))?;
        }
        if s.key == "paid-bearings" {
            let limits = Limits {
                seats: Some(5),
                seats_enforced: true,
                volume_bytes: Some(200 << 20),
                downloads: Some(100),
                ..Limits::default()
            };
            let may = MaySetLimits::check(tx, &actor, grant.id, at).map_err(|e| broke(&e))?;
            let reason = line("按合同附件二：5个席位，100次下载，200 MiB。")?;
            let revision = grants::bounds_of(tx, grant.id)?.map_or(0, |b| b.revision);
            grants::set_limits(tx, may, (&limits, &reason, revision), at).map_err(|e| broke(&e))?;
        }
    }
    Ok(())
}

fn play(tx: &mut Write, ground: &Ground, hand: &Hand, s: &Scenario, at: Timestamp) -> Result<PurchaseId, Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(s.key, e);
    let id = ask(tx, ground, hand, s, at)?;
    let (later, third, last) = (at.plus_seconds(5 * 3600), at.plus_seconds(29 * 3600), at.plus_seconds(4 * 86_400));
    if let Outcome::RefusedByBuyer(d) = &s.outcome {
        decide(tx, ground, hand, id, d, Say::No, later)?;
        return Ok(id);
    }
    if let Some(d) = &s.approval {
        decide(tx, ground, hand, id, d, Say::Yes, later)?;
    }
    if let Some(d) = &s.agreement {
        decide(tx, ground, hand, id, d, Say::Yes, third)?;
    }
    match &s.outcome {
        Outcome::Returned(d) => decide(tx, ground, hand, id, d, Say::Back, third)?,
        Outcome::Refused(d) => decide(tx, ground, hand, id, d, Say::No, third)?,
        Outcome::Withdrawn => {
            let actor = ground.person(tx, s.requester, third)?;
            let may = MayWithdraw::check(tx, &actor, id).map_err(|e| broke(&e))?;
            purchases::withdraw(tx, may, third).map_err(|e| broke(&e))?;
        }
        Outcome::Paid { by, reference } => pay(tx, ground, hand, id, (by, reference), last)?,
        Outcome::Terminated { paid: Some(paid), .. } => pay(tx, ground, hand, id, *paid, last)?,
        Outcome::Terminated { paid: None, .. }
        | Outcome::AwaitingBuyer
        | Outcome::AwaitingSeller
        | Outcome::AwaitingCompliance
        | Outcome::AwaitingPayment
        | Outcome::Granted
        | Outcome::RefusedByBuyer(_) => {}
    }
    tokens(tx, ground, s, id, last.plus_seconds(3600))?;
    if let Outcome::Terminated { decision, .. } = &s.outcome {
        let when = last.plus_days(30);
        let actor = ground.person(tx, decision.by, when)?;
        for grant in purchases::whole(tx, &actor, id, when).map_err(|e| broke(&e))?.grants {
            let may = MayTerminate::check(tx, &actor, grant.id).map_err(|e| broke(&e))?;
            let reason = Line::parse(decision.note).map_err(|e| broke(&e))?;
            grants::terminate(tx, may, (&reason, None), when).map_err(|e| broke(&e))?;
        }
    }
    Ok(id)
}

/// Issues the tokens of a scenario, and revokes those that were revoked.
fn tokens(tx: &mut Write, ground: &Ground, s: &Scenario, id: PurchaseId, at: Timestamp) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(s.key, e);
    // Nobody signs in for nothing: the day may not have come yet.
    if s.tokens.is_empty() {
        return Ok(());
    }
    let actor = ground.person(tx, s.requester, at)?;
    let whole = purchases::whole(tx, &actor, id, at).map_err(|e| broke(&e))?;
    for (grant, revoked) in whole.grants.iter().cycle().zip(s.tokens) {
        let may =
            MayFetch::check(tx, &actor, (grant.id, None), &Asking::with_token(&actor), at).map_err(|e| broke(&e))?;
        let claims = delivery::issue_token(tx, may, "http://127.0.0.1", ("", 86_400), at)?;
        if *revoked {
            let token = claims.jti.parse().map_err(|e| broke(&e))?;
            let may = MayRevokeToken::check(tx, &actor, grant.id, token).map_err(|e| broke(&e))?;
            delivery::revoke_token(tx, may, at.plus_seconds(600)).map_err(|e| broke(&e))?;
        }
    }
    Ok(())
}

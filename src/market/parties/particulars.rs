//! Particulars, policy and verification of an organisation.

use super::policy::{self, BuyerPolicy};
use super::{MayManage, Role, receivers, rows};
use crate::market::accounts::MayOperate;
use crate::market::conditions::Refused;
use crate::market::journal::{self, Deed, Note, Thing};
use crate::market::notices::{self, Kind, Notice};
use crate::store::Write;
use crate::values::{Line, Money, PartyId, Prose, Timestamp};

/// Changed particulars.
#[derive(Debug, Clone)]
pub struct PartyChange {
    /// Legal name in Chinese.
    pub name_zh: Line,
    /// Legal name in English.
    pub name_en: Line,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Registration number.
    pub registration: Line,
    /// To whom invoices are to be paid.
    pub payee: Prose,
}

/// Changes particulars. A changed name, country or number must be verified again.
///
/// # Errors
/// [`Refused::Overtaken`] when somebody changed it meanwhile.
pub fn change_particulars(
    tx: &mut Write,
    may: MayManage,
    revision: i64,
    change: &PartyChange,
    now: Timestamp,
) -> Result<(), Refused> {
    let (party, by) = may.into_parts();
    let same = party.name_zh == change.name_zh.as_str()
        && party.name_en == change.name_en.as_str()
        && party.country == change.country
        && party.registration == change.registration.as_str();
    let verified_at = party.verified_at.filter(|_| same);
    if !rows::change(tx, &party, revision, change, verified_at)? {
        return Err(Refused::Overtaken);
    }
    let detail = serde_json::json!({ "verification_kept": same });
    Ok(journal::note(
        tx,
        &by,
        &Note::new(Deed::PartyChanged, Thing::Party, party.id).for_party(party.id).detail(detail),
        now,
    )?)
}

/// Sets above which amount an approver decides first; none switches the step off. It is the simple form of the policy:
/// a new edition with one step, or with none.
///
/// # Errors
/// [`Refused::Overtaken`] when somebody changed it meanwhile.
pub fn change_policy(
    tx: &mut Write,
    may: MayManage,
    revision: i64,
    over: Option<Money>,
    now: Timestamp,
) -> Result<(), Refused> {
    let (party, by) = may.into_parts();
    let currency = over.map_or(party.approval_currency, |m| m.currency);
    if !rows::set_policy(tx, party.id, revision, over.map(|m| m.minor), currency)? {
        return Err(Refused::Overtaken);
    }
    policy::write_buyer(tx, &by, &party, &BuyerPolicy::simple(over), "", now)?;
    let detail = serde_json::json!({ "approval_over": over.map(|m| m.to_string()) });
    Ok(journal::note(
        tx,
        &by,
        &Note::new(Deed::PartyChanged, Thing::Party, party.id).for_party(party.id).detail(detail),
        now,
    )?)
}

/// Verifies an organisation, naming the method, such as a registry look-up.
///
/// # Errors
/// [`Refused::Hidden`] when there is none, [`Refused::Overtaken`] when it is verified already.
pub fn verify(tx: &mut Write, may: MayOperate, id: PartyId, method: &Line, now: Timestamp) -> Result<(), Refused> {
    let party = rows::find(tx, id)?.ok_or(Refused::Hidden)?;
    if !rows::set_verified(tx, id, may.member(), method.as_str(), now)? {
        return Err(Refused::Overtaken);
    }
    let detail = serde_json::json!({ "method": method.as_str() });
    journal::note(tx, may.by(), &Note::new(Deed::PartyVerified, Thing::Party, id).for_party(id).detail(detail), now)?;
    for receiver in receivers(tx, id, Role::Owner)? {
        let notice = Notice::new(Kind::PartyVerified, format!("{id}/{}", now.0))
            .fact("organisation", party.name(receiver.lang))
            .leads_to(format!("/organisations/{}", party.slug));
        notices::file(tx, &notice, &[receiver], now)?;
    }
    Ok(())
}

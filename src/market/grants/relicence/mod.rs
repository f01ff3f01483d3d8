//! A changed licence and running grants: the seller asks each holder to accept the newer version of the own licence. The
//! old text stays in force until then, and for good where it is declined; the receipt stays, an addendum is signed.

mod rows;

pub use rows::{Answer, AnswerState, Relicence};

use super::{Grant, Hand, Side, note, standing, visible};
use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::datasets::{Dataset, MayChangeDataset};
use crate::market::journal::{By, Deed};
use crate::market::licences::{self, Licence};
use crate::market::notices::{self, Kind, Notice};
use crate::market::offers;
use crate::market::parties::{self, Party, Role};
use crate::store::{Read, StoreError, Write};
use crate::values::{DatasetId, GrantId, Lang, LicenceId, PartyId, RelicenceId, Sha256, Timestamp};

/// Why nobody was asked.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The licence is not an own one, has no earlier version, or no open offer of the dataset is under it.
    #[error("no open offer is under this version of an own licence")]
    NotOffered,
    /// The holders were asked already, or nobody holds a running grant under an earlier version.
    #[error("nobody is to be asked")]
    Nobody,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The accepted hash is not that of the text.
    #[error("this is not the text that is asked for")]
    OtherText,
    /// The actor may not, or somebody was first.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives the licence by which a grant is held now: the last one that its holder accepted.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn licence_in_force(tx: &mut Read, grant: &Grant) -> Result<LicenceId, StoreError> {
    Ok(rows::accepted(tx, grant.id)?.map_or(grant.licence_id, |a| a.licence_id))
}

/// Gives what was asked about a grant and answered, newest first, to both sides.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn of_grant(tx: &mut Read, actor: &Actor, id: GrantId) -> Result<Vec<Answer>, Refused> {
    visible(tx, actor, id)?;
    Ok(rows::of_grant(tx, id)?)
}

/// Gives what waits for an answer of the actor's organisations, oldest first: at most 200.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn waiting(tx: &mut Read, actor: &Actor) -> Result<Vec<Answer>, StoreError> {
    let own: Vec<PartyId> = parties::own(tx, actor)?.into_iter().map(|(p, _)| p.id).collect();
    rows::waiting(tx, &own)
}

/// Gives what the seller asked for a dataset, with every answer, to its publisher.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn of_dataset(tx: &mut Read, actor: &Actor, dataset: DatasetId) -> Result<Vec<(Relicence, Vec<Answer>)>, Refused> {
    MayChangeDataset::beside_review(tx, actor, dataset)?;
    let mut out = Vec::new();
    for asked in rows::of_dataset(tx, dataset)? {
        let answers = rows::answers(tx, asked.id)?;
        out.push((asked, answers));
    }
    Ok(out)
}

/// Gives the running grants of a dataset that stand under an earlier version of a licence, with that version.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn behind(
    tx: &mut Read,
    dataset: DatasetId,
    licence: &Licence,
    now: Timestamp,
) -> Result<Vec<(Grant, Licence)>, StoreError> {
    let earlier: Vec<Licence> =
        licences::versions(tx, &licence.code)?.into_iter().take_while(|l| l.id != licence.id).collect();
    let mut out = Vec::new();
    for grant in super::rows::of_dataset(tx, dataset)? {
        if !standing(&grant, now).is_open() {
            continue;
        }
        let held = licence_in_force(tx, &grant)?;
        if let Some(old) = earlier.iter().find(|l| l.id == held) {
            out.push((grant, old.clone()));
        }
    }
    Ok(out)
}

/// Asks the holders of running grants to accept a newer version: under an open offer, so that it applies to new grants.
///
/// # Errors
/// [`AskError`] says why nobody was asked.
pub fn ask(tx: &mut Write, may: MayChangeDataset, licence: LicenceId, now: Timestamp) -> Result<RelicenceId, AskError> {
    let (dataset, party, by) = may.into_parts();
    let licence = licences::find(tx, licence)?.filter(|l| l.party_id == Some(party.id)).ok_or(AskError::NotOffered)?;
    if !offers::open_of(tx, dataset.id)?.iter().any(|o| o.licence_id == licence.id) {
        return Err(AskError::NotOffered);
    }
    let grants = behind(tx, dataset.id, &licence, now)?;
    if grants.is_empty() || rows::asked(tx, dataset.id, licence.id)? {
        return Err(AskError::Nobody);
    }
    let asked = Relicence {
        id: RelicenceId::fresh(),
        dataset_id: dataset.id,
        licence_id: licence.id,
        asked_by: by.name.clone(),
        asked_at: now,
    };
    rows::insert(tx, &asked)?;
    for (grant, before) in grants {
        rows::insert_answer(tx, &asked, &grant, before.id)?;
        tell(tx, (&dataset, &party, &by), &grant, &licence, now)?;
    }
    Ok(asked.id)
}

fn tell(
    tx: &mut Write,
    (dataset, party, by): (&Dataset, &Party, &By),
    grant: &Grant,
    licence: &Licence,
    now: Timestamp,
) -> Result<(), StoreError> {
    let detail = serde_json::json!({ "number": grant.number, "licence": licence.code, "label": licence.label, "sha256": licence.sha256.as_str() });
    note(tx, by, Deed::RelicenceAsked, grant, detail, now)?;
    let title = if dataset.title_en.is_empty() { &dataset.title_zh } else { &dataset.title_en };
    let notice = Notice::new(Kind::RelicenceAsked, format!("{}/{}", grant.id, licence.id))
        .fact("number", &grant.number)
        .fact("dataset", title)
        .fact("seller", if party.name_en.is_empty() { &party.name_zh } else { &party.name_en })
        .fact("label", &licence.label)
        .leads_to(format!("/grants/{}/relicence", grant.id));
    let receivers = parties::receivers(tx, grant.holder_id, Role::Requester)?;
    notices::file(tx, &notice, &receivers, now)
}

/// Lets the holder answer: a requester of its organisation, or its machine that may ask for offers.
pub struct MayAnswer {
    grant: Grant,
    open: Answer,
    licence: Licence,
    by: By,
}

impl MayAnswer {
    /// Checks role and question in this transaction.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for strangers and the seller's side, [`Refused::Unmet`] with the list.
    pub fn check(tx: &mut Read, actor: &Actor, id: GrantId, now: Timestamp) -> Result<Self, Refused> {
        let (grant, side) = visible(tx, actor, id)?;
        if side != Side::Buyer {
            return Err(Refused::Hidden);
        }
        Refused::unless_met(conditions(tx, actor, &grant, now)?)?;
        let open = rows::open(tx, id)?.ok_or(Refused::Overtaken)?;
        let licence = licences::find(tx, open.licence_id)?.ok_or(Refused::Hidden)?;
        Ok(Self { grant, open, licence, by: actor.by() })
    }
}

/// The list behind the two buttons.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn conditions(tx: &mut Read, actor: &Actor, grant: &Grant, now: Timestamp) -> Result<Vec<Condition>, StoreError> {
    let roles = parties::roles_of(tx, actor, grant.holder_id)?;
    let may = actor.service().map_or_else(|| roles.has(Role::Requester), |_| actor.has_scope("purchase"));
    let open = rows::open(tx, grant.id)?.is_some();
    Ok(vec![
        Condition::new("role-to-request", may, "buyer-owner").at(Step::Members(grant.holder_id)),
        Condition::new("relicence-open", open, "nobody").at(Step::Grant(grant.id)),
        Condition::new("grant-active", standing(grant, now).is_open(), "requester").at(Step::Grant(grant.id)),
    ])
}

/// Accepts the newer version by its hash: it is in force from now on, and an addendum to the receipt is signed.
///
/// # Errors
/// [`AnswerError::OtherText`] for another hash, [`Refused::Overtaken`] when somebody was first.
pub fn accept(
    tx: &mut Write,
    may: MayAnswer,
    (sha256, lang): (&Sha256, Lang),
    hand: &Hand,
    now: Timestamp,
) -> Result<(), AnswerError> {
    let MayAnswer { grant, open, licence, by } = may;
    if *sha256 != licence.sha256 {
        return Err(AnswerError::OtherText);
    }
    let before = licences::find(tx, open.before_licence_id)?;
    let reference = |l: &Licence| serde_json::json!({ "code": l.code, "label": l.label, "sha256": l.sha256.as_str(), "title_en": l.title_en, "title_zh": l.title_zh });
    let addendum = serde_json::json!({
        "iss": hand.public_url,
        "sub": grant.holder_id.as_str(),
        "jti": format!("{}/{}", grant.id, open.relicence_id),
        "iat": now.seconds(),
        "addendum_to": grant.id.as_str(),
        "number": grant.number,
        "exchange": hand.exchange,
        "issued_at": now.rfc3339(),
        "licence_before": before.as_ref().map(reference),
        "licence": reference(&licence),
        "accepted": {"by": by.name, "at": now.rfc3339(), "lang": lang.as_str(), "licence_sha256": sha256.as_str()},
    });
    let signed = hand.signing.sign_receipt(&addendum).map_err(|e| StoreError::Broken(e.to_string()))?;
    let said =
        rows::Said { state: AnswerState::Accepted, by: &by.name, lang, sha256: Some(sha256), addendum: Some(&signed) };
    answer(tx, (&grant, &open, &licence, &by), &said, now)
}

/// Declines the newer version: the old text stays in force until the grant ends.
///
/// # Errors
/// [`Refused::Overtaken`] when somebody was first.
pub fn decline(tx: &mut Write, may: MayAnswer, lang: Lang, now: Timestamp) -> Result<(), AnswerError> {
    let MayAnswer { grant, open, licence, by } = may;
    let said = rows::Said { state: AnswerState::Declined, by: &by.name, lang, sha256: None, addendum: None };
    answer(tx, (&grant, &open, &licence, &by), &said, now)
}

fn answer(
    tx: &mut Write,
    (grant, open, licence, by): (&Grant, &Answer, &Licence, &By),
    said: &rows::Said<'_>,
    now: Timestamp,
) -> Result<(), AnswerError> {
    if !rows::answer(tx, open, said, now)? {
        return Err(Refused::Overtaken.into());
    }
    let deed = if said.state == AnswerState::Accepted { Deed::RelicenceAccepted } else { Deed::RelicenceDeclined };
    let detail = serde_json::json!({ "number": grant.number, "licence": licence.code, "label": licence.label, "sha256": licence.sha256.as_str(), "lang": said.lang.as_str() });
    note(tx, by, deed, grant, detail, now)?;
    let notice = Notice::new(Kind::RelicenceAnswered, format!("{}/{}", grant.id, licence.id))
        .fact("number", &grant.number)
        .fact("by", &by.name)
        .fact("label", &licence.label)
        .fact("verdict", said.state.as_str())
        .leads_to(format!("/grants/{}", grant.id));
    let receivers = parties::receivers(tx, grant.seller_id, Role::Licensor)?;
    Ok(notices::file(tx, &notice, &receivers, now)?)
}

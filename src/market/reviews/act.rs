//! What is done to a review. Every act is one conditional statement with its record and its notices.

use super::access::{MayReview, MaySubmit, MayTakeBack, approve_conditions, case, office};
use super::rows::{self, Decision, Review, Verdict};
use super::state::{Desk, Event, State};
use crate::market::accounts;
use crate::market::conditions::Refused;
use crate::market::datasets::{self, VersionError};
use crate::market::journal::{self, ActorKind, By, Deed, Note, Thing};
use crate::market::notices::{self, Kind, Notice, Receiver, Why};
use crate::market::parties::{self, Role};
use crate::market::rules::{self, Phrase};
use crate::market::signing::SigningKeys;
use crate::store::{Read, StoreError, Write};
use crate::values::{Lang, Prose, ReviewId, Timestamp, hash_text};

/// Why something did not happen to a review.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// A point of the checklist is open.
    #[error("the checklist is not done")]
    Unchecked,
    /// Neither a ready-made reason nor words of one's own.
    #[error("a reason is missing")]
    NoReason,
    /// Somebody was first, or the state does not allow it.
    #[error("somebody was first")]
    Overtaken,
    /// The actor may not, or the version cannot be published.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Submits a draft: it is held as it is, and lies on the first desk.
///
/// # Errors
/// [`ReviewError`].
pub fn submit(tx: &mut Write, may: MaySubmit, note: &Prose, now: Timestamp) -> Result<ReviewId, ReviewError> {
    let MaySubmit { dataset, version, needed, member, machine, by } = may;
    let state = State::first(needed).ok_or(ReviewError::Overtaken)?;
    datasets::hold(tx, &dataset, &version, now)?;
    let card = datasets::snapshot(tx, &dataset, &version)?;
    let text = card.text()?;
    let review = Review {
        id: ReviewId::fresh(),
        dataset_id: dataset.id,
        version_id: version.id,
        party_id: dataset.party_id,
        edition: rules::current(tx)?.number,
        needed,
        state,
        desk: None,
        note: note.to_string(),
        card,
        card_sha256: hash_text(&text),
        submitted_by: member,
        submitted_by_name: by.name.clone(),
        submitted_at: now,
        state_at: now,
        revision: 1,
    };
    rows::insert(tx, &review, &text)?;
    if let Some(machine) = machine {
        rows::insert_machine(tx, review.id, machine)?;
    }
    let detail = serde_json::json!({ "review": review.id, "version": version.label, "edition": review.edition, "note": note.as_str() });
    note_deed(tx, &by, Deed::ReviewSubmitted, &review, detail, now)?;
    tell_desk(tx, &review, now)?;
    Ok(review.id)
}

fn note_deed(
    tx: &mut Write,
    by: &By,
    deed: Deed,
    r: &Review,
    detail: serde_json::Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    journal::note(tx, by, &Note::new(deed, Thing::Dataset, r.dataset_id).for_party(r.party_id).detail(detail), now)
}

/// Files one notice for each receiver, with names and words in the receiver's language.
fn file(
    tx: &mut Write,
    r: &Review,
    kind: Kind,
    receivers: Vec<Receiver>,
    reason: (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let case = case(tx, r)?;
    for receiver in receivers {
        let words = match receiver.lang {
            Lang::Zh => reason.0,
            Lang::En => reason.1,
        };
        let notice = Notice::new(kind, format!("{}/{}", r.id, r.revision))
            .leads_to(format!("/reviews/{}", r.id))
            .fact("dataset", case.dataset.title(receiver.lang))
            .fact("version", &case.version.label)
            .fact("seller", case.party.name(receiver.lang))
            .fact("by", &r.submitted_by_name)
            .fact("reason", words);
        notices::file(tx, &notice, &[receiver], now)?;
    }
    Ok(())
}

/// Tells the desk where a review lies.
fn tell_desk(tx: &mut Write, r: &Review, now: Timestamp) -> Result<(), StoreError> {
    let Some(desk) = r.state.desk() else { return Ok(()) };
    let to = accounts::receivers_in(tx, office(desk))?;
    file(tx, r, Kind::ReviewWanted, to, ("", ""), now)
}

/// Whoever submitted, and the other publishers of the owner.
fn sellers(tx: &mut Read, r: &Review) -> Result<Vec<Receiver>, StoreError> {
    let mut to = parties::receivers(tx, r.party_id, Role::Publisher)?;
    let submitter = accounts::receiver_of(tx, r.submitted_by)?;
    if let Some(submitter) = submitter.map(|s| s.because(Why::Own(Some(r.party_id))))
        && !to.iter().any(|x| x.email == submitter.email)
    {
        to.push(submitter);
    }
    Ok(to)
}

/// Moves a review if nobody was first, and gives it as it is now.
fn advance(tx: &mut Write, review: Review, event: Event, now: Timestamp) -> Result<Review, ReviewError> {
    let next = review.state.after(event, review.needed).map_err(|_| ReviewError::Overtaken)?;
    let desk = review.state.desk().filter(|_| event == Event::Return);
    if !rows::advance(tx, &review, next, desk, now)? {
        return Err(ReviewError::Overtaken);
    }
    Ok(Review { state: next, desk, state_at: now, revision: review.revision + 1, ..review })
}

/// Approves for one's desk. The last approval publishes the version in the name of whoever submitted it, in the same
/// transaction, after its conditions were checked again.
///
/// # Errors
/// [`ReviewError::Unchecked`] when a point of the checklist is open, [`ReviewError::Refused`] with the list when the
/// version cannot be published any more.
pub(in crate::market) fn approve(
    tx: &mut Write,
    may: MayReview,
    checked: &[String],
    words: &Prose,
    keys: &SigningKeys,
    now: Timestamp,
) -> Result<ReviewId, ReviewError> {
    let MayReview { review, desk, member, by } = may;
    let book = rules::get(tx, review.edition)?.book;
    let list = match desk {
        Desk::Moderator => &book.moderator_checks,
        Desk::Compliance => &book.compliance_checks,
    };
    if list.iter().any(|point| !checked.contains(&point.code)) {
        return Err(ReviewError::Unchecked);
    }
    Refused::unless_met(approve_conditions(tx, &review)?)?;
    let review = advance(tx, review, Event::Approve, now)?;
    let decision = Decision {
        desk,
        verdict: Verdict::Approved,
        member_id: member,
        member_name: by.name.clone(),
        points: list.iter().map(|p| p.code.clone()).collect(),
        reason_zh: words.to_string(),
        reason_en: words.to_string(),
        decided_at: now,
    };
    rows::insert_decision(tx, review.id, &decision)?;
    let deed = match desk {
        Desk::Moderator => Deed::ReviewModerated,
        Desk::Compliance => Deed::ReviewCleared,
    };
    let detail = serde_json::json!({ "review": review.id, "version": review.card.label, "checked": decision.points, "note": words.as_str() });
    note_deed(tx, &by, deed, &review, detail, now)?;
    if review.state != State::Approved {
        tell_desk(tx, &review, now)?;
        return Ok(review.id);
    }
    publish(tx, &review, keys, now)?;
    let to = sellers(tx, &review)?;
    file(tx, &review, Kind::ReviewApproved, to, (words.as_str(), words.as_str()), now)?;
    Ok(review.id)
}

fn publish(tx: &mut Write, review: &Review, keys: &SigningKeys, now: Timestamp) -> Result<(), ReviewError> {
    datasets::let_go(tx, review.dataset_id)?;
    let dataset = datasets::get(tx, review.dataset_id)?;
    let (kind, id) = match rows::machine_of(tx, review.id)? {
        Some(machine) => (ActorKind::Service, machine.to_string()),
        None => (ActorKind::Member, review.submitted_by.to_string()),
    };
    let submitter = By { kind, id, name: review.submitted_by_name.clone() };
    let under = (review.edition, review.needed);
    datasets::publish_reviewed(tx, &dataset, &submitter, review.version_id, under, keys, now).map(|_| ()).map_err(
        |error| match error {
            VersionError::Refused(refused) => refused.into(),
            VersionError::Store(error) => error.into(),
            VersionError::Taken | VersionError::State(_) => ReviewError::Overtaken,
        },
    )
}

/// Puts ready-made reasons and words of one's own together, in one language.
fn reason(chosen: &[&Phrase], words: &Prose, lang: Lang) -> String {
    let mut parts: Vec<&str> = chosen.iter().map(|p| p.text(lang)).collect();
    if !words.as_str().is_empty() {
        parts.push(words.as_str());
    }
    parts.join(if lang == Lang::Zh { "" } else { " " })
}

/// Returns a version with ready-made reasons, words of one's own, or both; the seller can change it and submit again.
///
/// # Errors
/// [`ReviewError::NoReason`] when neither is given.
pub fn give_back(
    tx: &mut Write,
    may: MayReview,
    reasons: &[String],
    words: &Prose,
    now: Timestamp,
) -> Result<ReviewId, ReviewError> {
    let MayReview { review, desk, member, by } = may;
    let book = rules::get(tx, review.edition)?.book;
    let chosen: Vec<&Phrase> = book.reasons.iter().filter(|p| reasons.contains(&p.code)).collect();
    if chosen.is_empty() && words.as_str().is_empty() {
        return Err(ReviewError::NoReason);
    }
    let review = advance(tx, review, Event::Return, now)?;
    let decision = Decision {
        desk,
        verdict: Verdict::Returned,
        member_id: member,
        member_name: by.name.clone(),
        points: chosen.iter().map(|p| p.code.clone()).collect(),
        reason_zh: reason(&chosen, words, Lang::Zh),
        reason_en: reason(&chosen, words, Lang::En),
        decided_at: now,
    };
    rows::insert_decision(tx, review.id, &decision)?;
    datasets::let_go(tx, review.dataset_id)?;
    let detail = serde_json::json!({ "review": review.id, "version": review.card.label, "desk": desk.as_str(), "reasons": decision.points, "reason_zh": decision.reason_zh, "reason_en": decision.reason_en });
    note_deed(tx, &by, Deed::ReviewReturned, &review, detail, now)?;
    let to = sellers(tx, &review)?;
    file(tx, &review, Kind::ReviewReturned, to, (&decision.reason_zh, &decision.reason_en), now)?;
    Ok(review.id)
}

/// Takes a submission back: the draft can be changed again.
///
/// # Errors
/// [`ReviewError::Overtaken`] when it is decided already.
pub fn take_back(tx: &mut Write, may: MayTakeBack, now: Timestamp) -> Result<ReviewId, ReviewError> {
    let MayTakeBack { review, by } = may;
    let review = advance(tx, review, Event::Withdraw, now)?;
    datasets::let_go(tx, review.dataset_id)?;
    let detail = serde_json::json!({ "review": review.id, "version": review.card.label });
    note_deed(tx, &by, Deed::ReviewWithdrawn, &review, detail, now)?;
    Ok(review.id)
}

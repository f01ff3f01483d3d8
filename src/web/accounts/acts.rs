//! What a person does with the own account: one act for each, for forms and API alike.

use super::forms::{EXCHANGE, NewKey, Security, fault};
use crate::http::Visit;
use crate::http::problem::Problem;
use crate::market::accounts::{self, ChangeError, MayChangeSelf, Member};
use crate::market::parties::{self, MayKeepKeys};
use crate::values::{ApiKeyId, Email, Lang, Line, Opaque, Secret, SessionId};
use crate::web::parties::refusals::key_problem;

/// The one who asks.
pub(super) async fn me(visit: &Visit) -> Result<Member, Problem> {
    visit.as_person()?.read(|tx, actor, _| Ok(accounts::mine(tx, actor)?)).await
}

/// Verifies the current password again; gives the hash against which it was verified.
///
/// # Errors
/// 422 when it is wrong, 429 when it was wrong too often.
async fn verified(visit: &Visit, member: &Member, current: Secret<String>) -> Result<String, Problem> {
    let hash = member.password_hash().to_owned();
    if visit.site.hashing.verify(current, Some(hash.clone())).await? {
        return Ok(hash);
    }
    if let Ok(email) = Email::parse(&member.email) {
        let known = email.clone();
        let wait = visit.as_person()?.read(move |tx, _, now| Ok(accounts::known(tx, &known, now)?)).await?.wait_seconds;
        if wait > 0 {
            return Err(Problem::too_often(wait));
        }
        visit.as_person()?.write(move |tx, _, now| Ok(accounts::sign_in_failed(tx, &email, now)?)).await?;
    }
    Err(Problem::invalid(vec![fault("current", "fault-wrong-password")]))
}

/// Verifies a password that goes with an act, when one was sent; the session then counts as proved for ten minutes.
/// Gives the hash against which it was verified.
///
/// # Errors
/// 422 when it is wrong, 429 when it was wrong too often.
pub async fn shown_again(visit: &Visit, password: &str) -> Result<Option<String>, Problem> {
    if password.is_empty() {
        return Ok(None);
    }
    let secret = Secret::new(password.chars().take(1000).collect());
    let hash = verified(visit, &me(visit).await?, secret).await.map_err(|mut problem| {
        for fault in &mut problem.faults {
            fault.field = "password".to_owned();
        }
        problem
    })?;
    let kept = hash.clone();
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            Ok(accounts::prove(tx, may, actor, &kept, now)?)
        })
        .await?;
    Ok(Some(hash))
}

fn change_problem(error: ChangeError) -> Problem {
    match error {
        ChangeError::WrongPassword => Problem::conflict("overtaken"),
        ChangeError::Store(error) => error.into(),
    }
}

/// Changes name and language.
pub(super) async fn change_profile(visit: &Visit, name: Line, lang: Lang) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            Ok(accounts::change_profile(tx, may, &name, lang, now)?)
        })
        .await
}

/// Changes the password; all other sessions end.
pub(super) async fn change_password(visit: &Visit, member: &Member, typed: &Security) -> Result<(), Problem> {
    let new = typed.new_password(&[&member.email, &member.name]).map_err(Problem::invalid)?;
    let seen = verified(visit, member, typed.current()).await?;
    let hash = visit.site.hashing.hash(new).await?;
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            accounts::change_password(tx, may, &seen, &hash, now).map_err(change_problem)
        })
        .await
}

/// Sends a link to a new address; the address changes when it is opened.
pub(super) async fn change_email(visit: &Visit, member: &Member, typed: &Security) -> Result<(), Problem> {
    let new = typed.new_email().map_err(Problem::invalid)?;
    let seen = verified(visit, member, typed.current()).await?;
    let key = visit.site.server_key.clone();
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            accounts::change_email_asked(tx, &key, may, &seen, &new, now).map_err(change_problem)
        })
        .await
}

/// Ends one of the own sessions.
pub(super) async fn end_session(visit: &Visit, id: SessionId) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            Ok(accounts::end_session(tx, may, id, now)?)
        })
        .await
}

/// Ends all own sessions but the one that asks.
pub(super) async fn end_others(visit: &Visit) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            Ok(accounts::end_other_sessions(tx, may, now)?)
        })
        .await
}

/// Makes an API key. In a browser the session is proof enough; a program shows the password again, so that a key
/// that leaked makes no others.
pub(super) async fn make_key(visit: &Visit, typed: &NewKey) -> Result<Opaque, Problem> {
    let (name, days) = typed.parse().map_err(Problem::invalid)?;
    let proof = match visit.person()?.session() {
        Some(_) => None,
        None => Some(verified(visit, &me(visit).await?, typed.current()).await?),
    };
    let slug = typed.organisation.clone();
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = if slug == EXCHANGE {
                None
            } else {
                Some(parties::find_by_slug(tx, &slug)?.ok_or_else(Problem::not_found)?.id)
            };
            let may = MayKeepKeys::check(tx, actor, party, proof.as_deref())?;
            parties::make_key(tx, may, &name, days, now).map_err(key_problem)
        })
        .await
}

/// Revokes one of the own keys.
pub(super) async fn revoke_key(visit: &Visit, id: ApiKeyId) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            parties::revoke_key(tx, may, actor, id, now).map_err(key_problem)
        })
        .await
}

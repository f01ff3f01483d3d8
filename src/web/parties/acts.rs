//! What is done to an organisation's people and machines: one act for each, for forms and API alike.

use super::api::named;
use super::refusals::{invite_problem, key_problem, role_problem};
use crate::http::Visit;
use crate::http::problem::Problem;
use crate::market::accounts::{Actor, MayChangeSelf};
use crate::market::parties::{self, MayInvite, MayManage, Roles, ServiceAccount};
use crate::store::{OnceKey, Write};
use crate::values::{Email, InvitationId, Line, MemberId, Opaque, PartyId, ServiceId, Timestamp};

/// Writes something for the organisation that an address names.
async fn within<T: Send + 'static>(
    visit: &Visit,
    slug: &str,
    f: impl FnOnce(&mut Write, &Actor, PartyId, Timestamp) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let slug = slug.to_owned();
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            f(tx, actor, party.id, now)
        })
        .await
}

/// Gives a member other roles, unless they are no longer those that the caller saw.
pub(super) async fn set_roles(
    visit: &Visit,
    slug: &str,
    member: MemberId,
    seen: Roles,
    roles: Roles,
) -> Result<(), Problem> {
    within(visit, slug, move |tx, actor, party, now| {
        let may = MayManage::check(tx, actor, party)?;
        parties::change_roles(tx, may, member, &seen, &roles, now).map_err(role_problem)
    })
    .await
}

/// Removes a member; whoever names themselves leaves.
pub(super) async fn remove(visit: &Visit, slug: &str, member: MemberId) -> Result<(), Problem> {
    within(visit, slug, move |tx, actor, party, now| {
        if actor.member() == Some(member) {
            let may = MayChangeSelf::check(tx, actor)?;
            return parties::leave(tx, may, actor, party, now).map_err(role_problem);
        }
        let may = MayManage::check(tx, actor, party)?;
        parties::remove(tx, may, member, now).map_err(role_problem)
    })
    .await
}

/// Invites an address, once for a key.
pub(super) async fn invite(
    visit: &Visit,
    slug: String,
    email: Email,
    roles: Roles,
    once: Option<OnceKey>,
) -> Result<InvitationId, Problem> {
    let (key, lang) = (visit.site.server_key.clone(), visit.lang());
    visit
        .as_person()?
        .write_once(once, move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayInvite::check(tx, actor, party.id)?;
            parties::invite(tx, &key, may, &email, roles, lang, now).map_err(invite_problem)
        })
        .await
}

/// Withdraws an invitation.
pub(super) async fn withdraw_invitation(visit: &Visit, slug: &str, id: InvitationId) -> Result<(), Problem> {
    within(visit, slug, move |tx, actor, party, now| {
        let may = MayInvite::check(tx, actor, party)?;
        Ok(parties::withdraw_invitation(tx, may, id, now)?)
    })
    .await
}

/// Makes a service account; the secret is shown once.
pub(super) async fn make_service(
    visit: &Visit,
    slug: &str,
    name: Line,
    scopes: Vec<String>,
) -> Result<(ServiceAccount, Opaque), Problem> {
    within(visit, slug, move |tx, actor, party, now| {
        let may = MayManage::check(tx, actor, party)?;
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        parties::make_service(tx, may, actor, &name, &scopes, now).map_err(key_problem)
    })
    .await
}

/// Revokes a service account: all its tokens are refused from the next request on.
pub(super) async fn revoke_service(visit: &Visit, slug: &str, id: ServiceId) -> Result<(), Problem> {
    within(visit, slug, move |tx, actor, party, now| {
        let may = MayManage::check(tx, actor, party)?;
        parties::revoke_service(tx, may, id, now).map_err(key_problem)
    })
    .await
}

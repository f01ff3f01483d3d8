//! The API of members and invitations.

use super::super::acts;
use super::named;
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::parties::{self, Invitation, MemberView, Role, Roles};
use crate::routes;
use crate::values::{Email, InvitationId, MemberId, Timestamp};
use crate::web::listing::Items;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/api/v1/organisations/{slug}/members" SignedIn => members,
    put "/api/v1/organisations/{slug}/members/{member}" SignedIn => set_roles,
    delete "/api/v1/organisations/{slug}/members/{member}" SignedIn => remove,
    get "/api/v1/organisations/{slug}/invitations" SignedIn => invitations,
    post "/api/v1/organisations/{slug}/invitations" SignedIn => invite,
    delete "/api/v1/organisations/{slug}/invitations/{invitation}" SignedIn => withdraw,
}

/// A member.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberOut {
    id: String,
    name: String,
    email: String,
    roles: Vec<String>,
    joined_at: String,
}
fn member_out(member: MemberView) -> MemberOut {
    let roles = member.roles.iter().map(|r| r.to_string()).collect();
    MemberOut {
        id: member.member_id.to_string(),
        name: member.name,
        email: member.email,
        roles,
        joined_at: member.joined_at.rfc3339(),
    }
}

async fn members_now(visit: &Visit, slug: String) -> Result<Items<MemberOut>, Problem> {
    let list = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            Ok(parties::members_of(tx, actor, party.id)?)
        })
        .await?;
    Ok(Items::all(list.into_iter().map(member_out).collect()))
}

/// The members, for fellow members.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/members", tag = "organisations", params(("slug" = String, Path)), responses((status = 200, body = Items<MemberOut>)))]
pub(crate) async fn members(visit: Visit, Path(slug): Path<String>) -> Answer {
    answer::json(&members_now(&visit, slug).await?)
}

/// Roles as words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RolesIn {
    /// The new roles: owner, requester, approver, signatory, publisher, licensor, finance, auditor.
    roles: Vec<String>,
    /// The roles that the caller saw, so that nobody's change is lost.
    seen: Vec<String>,
}

fn roles_in(field: &str, words: &[String]) -> Result<Roles, Problem> {
    let roles: Option<Vec<Role>> = words.iter().map(|w| Role::parse(w)).collect();
    roles.map(Roles::of).ok_or_else(|| {
        Problem::invalid(vec![crate::http::problem::Fault {
            field: field.to_owned(),
            message: "fault-role",
            value: String::new(),
        }])
    })
}

/// Gives a member other roles.
#[utoipa::path(put, path = "/api/v1/organisations/{slug}/members/{member}", tag = "organisations", params(("slug" = String, Path), ("member" = String, Path)), request_body = RolesIn, responses((status = 200, body = Items<MemberOut>), (status = 409)))]
pub(crate) async fn set_roles(
    visit: Visit,
    Path((slug, member)): Path<(String, MemberId)>,
    body: Json<RolesIn>,
) -> Answer {
    let (roles, seen) = (roles_in("roles", &body.value.roles)?, roles_in("seen", &body.value.seen)?);
    acts::set_roles(&visit, &slug, member, seen, roles).await?;
    let list = members_now(&visit, slug).await?;
    answer::json(&list)
}

/// Removes a member, or leaves.
#[utoipa::path(delete, path = "/api/v1/organisations/{slug}/members/{member}", tag = "organisations", params(("slug" = String, Path), ("member" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn remove(visit: Visit, Path((slug, member)): Path<(String, MemberId)>) -> Answer {
    acts::remove(&visit, &slug, member).await?;
    Ok(answer::no_content())
}

/// An invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationOut {
    id: String,
    email: String,
    roles: Vec<String>,
    created_at: String,
    expires_at: String,
    accepted_at: Option<String>,
    withdrawn_at: Option<String>,
}
fn invitation_out(i: Invitation) -> InvitationOut {
    InvitationOut {
        id: i.id.to_string(),
        email: i.email,
        roles: i.roles.iter().map(|r| r.to_string()).collect(),
        created_at: i.created_at.rfc3339(),
        expires_at: i.expires_at.rfc3339(),
        accepted_at: i.accepted_at.map(Timestamp::rfc3339),
        withdrawn_at: i.withdrawn_at.map(Timestamp::rfc3339),
    }
}

/// The invitations, for owners.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/invitations", tag = "organisations", params(("slug" = String, Path)), responses((status = 200, body = Items<InvitationOut>)))]
pub(crate) async fn invitations(visit: Visit, Path(slug): Path<String>) -> Answer {
    let list = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            Ok(parties::invitations_of(tx, actor, party.id)?)
        })
        .await?;
    answer::json(&Items::all(list.into_iter().map(invitation_out).collect()))
}

/// Whom to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationIn {
    /// The address.
    email: String,
    /// The roles that the person will have.
    roles: Vec<String>,
}

/// Invites an address.
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/invitations", tag = "organisations", params(("slug" = String, Path)), request_body = InvitationIn, responses((status = 201, body = crate::web::listing::Made), (status = 409)))]
pub(crate) async fn invite(visit: Visit, Path(slug): Path<String>, body: Json<InvitationIn>) -> Answer {
    let email = Email::parse(&body.value.email).map_err(|_| {
        Problem::invalid(vec![crate::http::problem::Fault {
            field: "email".to_owned(),
            message: "fault-email",
            value: String::new(),
        }])
    })?;
    let roles = roles_in("roles", &body.value.roles)?;
    let id = acts::invite(&visit, slug, email, roles, body.once).await?;
    answer::json_as(StatusCode::CREATED, &crate::web::listing::Made { id: id.to_string() })
}

/// Withdraws an invitation.
#[utoipa::path(delete, path = "/api/v1/organisations/{slug}/invitations/{invitation}", tag = "organisations", params(("slug" = String, Path), ("invitation" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn withdraw(visit: Visit, Path((slug, id)): Path<(String, InvitationId)>) -> Answer {
    acts::withdraw_invitation(&visit, &slug, id).await?;
    Ok(answer::no_content())
}

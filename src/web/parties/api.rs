//! The API of organisations: particulars, policy, members, invitations, service accounts, record.

use super::forms::{self, PolicyTyped};
use super::refusals::{found_problem, invite_problem, key_problem, role_problem};
use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Query, Visit, answer};
use crate::market::accounts::{Actor, MayChangeSelf, MayOperate};
use crate::market::conditions::Refused;
use crate::market::parties::{self, Invitation, MayInvite, MayManage, MemberView, Party, Role, Roles, ServiceAccount};
use crate::routes;
use crate::store::Read;
use crate::values::{Email, InvitationId, MemberId, ServiceId, Timestamp};
use crate::web::listing::{Items, JournalItem, JournalQuery, journal_page};
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/api/v1/organisations" Caller => list,
    post "/api/v1/organisations" SignedIn => create,
    get "/api/v1/organisations/{slug}" Anybody => show,
    put "/api/v1/organisations/{slug}" SignedIn => change,
    put "/api/v1/organisations/{slug}/policy" SignedIn => policy,
    post "/api/v1/organisations/{slug}/verification" Operator => verify,
    get "/api/v1/organisations/{slug}/members" SignedIn => members,
    put "/api/v1/organisations/{slug}/members/{member}" SignedIn => set_roles,
    delete "/api/v1/organisations/{slug}/members/{member}" SignedIn => remove,
    get "/api/v1/organisations/{slug}/invitations" SignedIn => invitations,
    post "/api/v1/organisations/{slug}/invitations" SignedIn => invite,
    delete "/api/v1/organisations/{slug}/invitations/{invitation}" SignedIn => withdraw,
    get "/api/v1/organisations/{slug}/service-accounts" SignedIn => services,
    post "/api/v1/organisations/{slug}/service-accounts" SignedIn => make_service,
    delete "/api/v1/organisations/{slug}/service-accounts/{service}" SignedIn => revoke_service,
    get "/api/v1/organisations/{slug}/journal" SignedIn => journal,
}

/// An organisation as everybody sees it; `roles`, `policy` and `payee` only its own people.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyOut {
    id: String,
    slug: String,
    name_zh: String,
    name_en: String,
    kind: String,
    country: String,
    registration: String,
    verified_at: Option<String>,
    verification: Option<String>,
    revision: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payee: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approval_over: Option<AmountOut>,
}

/// An amount of money.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmountOut {
    /// Minor units of the currency.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
}

fn party_out(party: &Party, roles: Option<&Roles>) -> PartyOut {
    let inside = roles.is_some_and(|r| !r.is_empty());
    let over = party.approval_over_minor.filter(|_| inside);
    PartyOut {
        id: party.id.to_string(),
        slug: party.slug.clone(),
        name_zh: party.name_zh.clone(),
        name_en: party.name_en.clone(),
        kind: party.kind.to_string(),
        country: party.country.clone(),
        registration: party.registration.clone(),
        verified_at: party.verified_at.map(Timestamp::rfc3339),
        verification: party.verification.clone(),
        revision: party.revision,
        roles: roles.map(|r| r.iter().map(|r| r.to_string()).collect()),
        payee: inside.then(|| party.payee.clone()),
        approval_over: over
            .map(|amount_minor| AmountOut { amount_minor, currency: party.approval_currency.to_string() }),
    }
}

/// Finds the organisation that an address names.
///
/// # Errors
/// 404 when there is none.
pub fn named(tx: &mut Read, slug: &str) -> Result<Party, Problem> {
    parties::find_by_slug(tx, slug)?.ok_or_else(Problem::not_found)
}

fn shown(tx: &mut Read, actor: Option<&Actor>, slug: &str) -> Result<PartyOut, Problem> {
    let party = named(tx, slug)?;
    let roles = actor.map(|a| parties::roles_of(tx, a, party.id)).transpose()?;
    Ok(party_out(&party, roles.as_ref()))
}

/// Own organisations with the roles there.
#[utoipa::path(get, path = "/api/v1/organisations", tag = "organisations", responses((status = 200, body = Items<PartyOut>)))]
pub(crate) async fn list(visit: Visit) -> Answer {
    let actor = visit.actor()?.clone();
    let own = visit.site.db.read(move |tx| Ok::<_, Problem>(parties::own(tx, &actor)?)).await?;
    answer::json(&Items::all(own.iter().map(|(party, roles)| party_out(party, Some(roles))).collect()))
}

/// Founds an organisation; the caller becomes its owner.
#[utoipa::path(post, path = "/api/v1/organisations", tag = "organisations", request_body = forms::PartyTyped, responses((status = 201, body = PartyOut)))]
pub(crate) async fn create(visit: Visit, body: Json<forms::PartyTyped>) -> Answer {
    let new = body.value.parse_new().map_err(Problem::invalid)?;
    let (actor, now) = (visit.person()?.clone(), visit.now());
    let out = visit
        .site
        .db
        .write(move |tx| {
            let may = MayChangeSelf::check(tx, &actor)?;
            let id = parties::found(tx, may, &actor, &new, now).map_err(found_problem)?;
            let party = parties::get(tx, id)?;
            let roles = parties::roles_of(tx, &actor, id)?;
            Ok::<_, Problem>(party_out(&party, Some(&roles)))
        })
        .await?;
    answer::json_as(StatusCode::CREATED, &out)
}

/// One organisation.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}", tag = "organisations", params(("slug" = String, Path)), responses((status = 200, body = PartyOut), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path(slug): Path<String>) -> Answer {
    let actor = visit.look.actor.clone();
    let out = visit.site.db.read(move |tx| shown(tx, actor.as_ref(), &slug)).await?;
    answer::json(&out)
}

/// Changes particulars; `If-Match` carries the revision.
#[utoipa::path(put, path = "/api/v1/organisations/{slug}", tag = "organisations", params(("slug" = String, Path), ("If-Match" = String, Header)), request_body = forms::PartyTyped, responses((status = 200, body = PartyOut), (status = 409)))]
pub(crate) async fn change(visit: Visit, Path(slug): Path<String>, body: Json<forms::PartyTyped>) -> Answer {
    let change = body.value.parse_change().map_err(Problem::invalid)?;
    let revision = body.revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))?;
    let (actor, now) = (visit.person()?.clone(), visit.now());
    let out = visit
        .site
        .db
        .write(move |tx| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, &actor, party.id)?;
            parties::change_particulars(tx, may, revision, &change, now)?;
            shown(tx, Some(&actor), &slug)
        })
        .await?;
    answer::json(&out)
}

/// Sets above which amount an approver decides first; an empty amount switches the step off.
#[utoipa::path(put, path = "/api/v1/organisations/{slug}/policy", tag = "organisations", params(("slug" = String, Path), ("If-Match" = String, Header)), request_body = PolicyTyped, responses((status = 200, body = PartyOut), (status = 409)))]
pub(crate) async fn policy(visit: Visit, Path(slug): Path<String>, body: Json<PolicyTyped>) -> Answer {
    let over = body.value.parse().map_err(Problem::invalid)?;
    let revision = body.revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))?;
    let (actor, now) = (visit.person()?.clone(), visit.now());
    let out = visit
        .site
        .db
        .write(move |tx| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, &actor, party.id)?;
            parties::change_policy(tx, may, revision, over, now)?;
            shown(tx, Some(&actor), &slug)
        })
        .await?;
    answer::json(&out)
}

/// How an organisation was verified.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerificationIn {
    /// The method, such as "registry look-up of 3 March".
    method: String,
}

/// Verifies an organisation (operator).
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/verification", tag = "operator", params(("slug" = String, Path)), request_body = VerificationIn, responses((status = 200, body = PartyOut), (status = 409)))]
pub(crate) async fn verify(visit: Visit, Path(slug): Path<String>, body: Json<VerificationIn>) -> Answer {
    let method = forms::method(&body.value.method).map_err(Problem::invalid)?;
    let (actor, now) = (visit.person()?.clone(), visit.now());
    let out = visit
        .site
        .db
        .write(move |tx| {
            let party = named(tx, &slug)?;
            let may = MayOperate::check(tx, &actor)?;
            parties::verify(tx, may, party.id, &method, now)?;
            shown(tx, Some(&actor), &slug)
        })
        .await?;
    visit.site.mail_bell.notify_one();
    answer::json(&out)
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

/// The members, for fellow members.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/members", tag = "organisations", params(("slug" = String, Path)), responses((status = 200, body = Items<MemberOut>)))]
pub(crate) async fn members(visit: Visit, Path(slug): Path<String>) -> Answer {
    let actor = visit.person()?.clone();
    let list = visit
        .site
        .db
        .read(move |tx| {
            let party = named(tx, &slug)?;
            Ok::<_, Problem>(parties::members_of(tx, &actor, party.id)?)
        })
        .await?;
    answer::json(&Items::all(list.into_iter().map(member_out).collect()))
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
    let (actor, now) = (visit.person()?.clone(), visit.now());
    let list = visit
        .site
        .db
        .write(move |tx| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, &actor, party.id)?;
            parties::change_roles(tx, may, member, &seen, &roles, now).map_err(role_problem)?;
            Ok::<_, Problem>(parties::members_of(tx, &actor, party.id)?)
        })
        .await?;
    answer::json(&Items::all(list.into_iter().map(member_out).collect()))
}

/// Removes a member, or leaves.
#[utoipa::path(delete, path = "/api/v1/organisations/{slug}/members/{member}", tag = "organisations", params(("slug" = String, Path), ("member" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn remove(visit: Visit, Path((slug, member)): Path<(String, MemberId)>) -> Answer {
    let (actor, now) = (visit.person()?.clone(), visit.now());
    visit
        .site
        .db
        .write(move |tx| {
            let party = named(tx, &slug)?;
            if actor.member() == Some(member) {
                let may = MayChangeSelf::check(tx, &actor)?;
                return parties::leave(tx, may, &actor, party.id, now).map_err(role_problem);
            }
            let may = MayManage::check(tx, &actor, party.id)?;
            parties::remove(tx, may, member, now).map_err(role_problem)
        })
        .await?;
    Ok(actix_web::HttpResponse::NoContent().finish())
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
    let actor = visit.person()?.clone();
    let list = visit
        .site
        .db
        .read(move |tx| {
            let party = named(tx, &slug)?;
            Ok::<_, Problem>(parties::invitations_of(tx, &actor, party.id)?)
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
    let (actor, now, key, lang) = (visit.person()?.clone(), visit.now(), visit.site.server_key.clone(), visit.lang());
    let id = visit
        .site
        .db
        .write_once(body.once, now, move |tx| {
            let party = named(tx, &slug)?;
            let may = MayInvite::check(tx, &actor, party.id)?;
            parties::invite(tx, &key, may, &email, roles, lang, now).map_err(invite_problem)
        })
        .await?;
    visit.site.mail_bell.notify_one();
    answer::json_as(StatusCode::CREATED, &crate::web::listing::Made { id: id.to_string() })
}

/// Withdraws an invitation.
#[utoipa::path(delete, path = "/api/v1/organisations/{slug}/invitations/{invitation}", tag = "organisations", params(("slug" = String, Path), ("invitation" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn withdraw(visit: Visit, Path((slug, id)): Path<(String, InvitationId)>) -> Answer {
    let (actor, now) = (visit.person()?.clone(), visit.now());
    visit
        .site
        .db
        .write(move |tx| {
            let party = named(tx, &slug)?;
            let may = MayInvite::check(tx, &actor, party.id)?;
            Ok::<_, Problem>(parties::withdraw_invitation(tx, may, id, now)?)
        })
        .await?;
    Ok(actix_web::HttpResponse::NoContent().finish())
}

/// A service account; `client_secret` only in the answer that made it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceOut {
    client_id: String,
    name: String,
    hint: String,
    scopes: Vec<String>,
    created_at: String,
    revoked_at: Option<String>,
    last_used_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}
fn service_out(s: &ServiceAccount, secret: Option<String>) -> ServiceOut {
    ServiceOut {
        client_id: s.id.to_string(),
        name: s.name.clone(),
        hint: s.hint.clone(),
        scopes: s.scopes.split_whitespace().map(str::to_owned).collect(),
        created_at: s.created_at.rfc3339(),
        revoked_at: s.revoked_at.map(Timestamp::rfc3339),
        last_used_at: s.used_at.map(Timestamp::rfc3339),
        client_secret: secret,
    }
}

/// The service accounts, for owners and auditors.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/service-accounts", tag = "service accounts", params(("slug" = String, Path)), responses((status = 200, body = Items<ServiceOut>)))]
pub(crate) async fn services(visit: Visit, Path(slug): Path<String>) -> Answer {
    let actor = visit.person()?.clone();
    let list = visit
        .site
        .db
        .read(move |tx| {
            let party = named(tx, &slug)?;
            Ok::<_, Problem>(parties::services_of(tx, &actor, party.id)?)
        })
        .await?;
    answer::json(&Items::all(list.iter().map(|s| service_out(s, None)).collect()))
}

/// A new service account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceIn {
    /// What it is called.
    name: String,
    /// Out of read, purchase, download.
    scopes: Vec<String>,
}

/// Makes a service account; its secret is in this answer and never again.
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/service-accounts", tag = "service accounts", params(("slug" = String, Path)), request_body = ServiceIn, responses((status = 201, body = ServiceOut)))]
pub(crate) async fn make_service(visit: Visit, Path(slug): Path<String>, body: Json<ServiceIn>) -> Answer {
    let new = forms::service(&body.value.name, &body.value.scopes).map_err(Problem::invalid)?;
    let (actor, now) = (visit.person()?.clone(), visit.now());
    let (service, secret) = visit
        .site
        .db
        .write(move |tx| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, &actor, party.id)?;
            let scopes: Vec<&str> = new.1.iter().map(String::as_str).collect();
            parties::make_service(tx, may, &actor, &new.0, &scopes, now).map_err(key_problem)
        })
        .await?;
    answer::json_as(StatusCode::CREATED, &service_out(&service, Some(secret.reveal().to_owned())))
}

/// Revokes a service account: all its tokens are refused from the next request on.
#[utoipa::path(delete, path = "/api/v1/organisations/{slug}/service-accounts/{service}", tag = "service accounts", params(("slug" = String, Path), ("service" = String, Path)), responses((status = 204), (status = 404)))]
pub(crate) async fn revoke_service(visit: Visit, Path((slug, id)): Path<(String, ServiceId)>) -> Answer {
    let (actor, now) = (visit.person()?.clone(), visit.now());
    visit
        .site
        .db
        .write(move |tx| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, &actor, party.id)?;
            parties::revoke_service(tx, may, id, now).map_err(key_problem)
        })
        .await?;
    Ok(actix_web::HttpResponse::NoContent().finish())
}

/// The organisation's record, newest first.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/journal", tag = "journal", params(("slug" = String, Path), JournalQuery), responses((status = 200, body = Items<JournalItem>)))]
pub(crate) async fn journal(visit: Visit, Path(slug): Path<String>, Query(query): Query<JournalQuery>) -> Answer {
    let actor = visit.person()?.clone();
    let (deed, before, size) = query.parse()?;
    let page = visit
        .site
        .db
        .read(move |tx| {
            let party = named(tx, &slug)?;
            Ok::<_, Problem>(parties::journal_of(tx, &actor, party.id, deed, before, size)?)
        })
        .await?;
    answer::json(&journal_page(visit.lang(), page))
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Hidden => Self::not_found(),
            Refused::Unmet(conditions) => Self::unmet(conditions),
            Refused::Overtaken => Self::conflict("overtaken"),
            Refused::Store(error) => error.into(),
        }
    }
}

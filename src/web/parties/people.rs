//! Pages of an organisation's people and machines: members, invitations, service accounts.

use super::acts;
use super::api::named;
use super::forms::{self, RolesTyped, ServiceTyped};
use super::{frame, leaving, load, role_words};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::accounts::Actor;
use crate::market::delivery::Leaver;
use crate::market::parties::{self, Invitation, MemberView, Party, Role, Roles, SCOPES, ServiceAccount, USUAL_SCOPES};
use crate::routes;
use crate::urls;
use crate::values::{Email, InvitationId, MemberId, ServiceId};
use crate::web::accounts::forms::{Nothing, fault};
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Mark, Sheet, Table};
use crate::words;

routes! {
    get "/organisations/{slug}/members" SignedIn => members,
    post "/organisations/{slug}/invitations" SignedIn => invite,
    post "/organisations/{slug}/invitations/{invitation}/withdrawal" SignedIn => withdraw,
    get "/organisations/{slug}/members/{member}" SignedIn => member,
    post "/organisations/{slug}/members/{member}" SignedIn => set_roles,
    post "/organisations/{slug}/members/{member}/removal" SignedIn => remove,
    get "/organisations/{slug}/service-accounts" SignedIn => services,
    post "/organisations/{slug}/service-accounts" SignedIn => make_service,
    get "/organisations/{slug}/service-accounts/{service}/revocation" SignedIn => revocation_page,
    post "/organisations/{slug}/service-accounts/{service}/revocation" SignedIn => revoke_service,
}

fn role_choices(visit: &Visit) -> Vec<(String, String, String)> {
    let say = |key: String| words::say(visit.lang(), &key);
    Role::ALL
        .iter()
        .map(|r| (r.to_string(), say(format!("role-{}", r.as_str())), say(format!("role-{}-text", r.as_str()))))
        .collect()
}

struct People {
    party: Party,
    roles: Roles,
    members: Vec<MemberView>,
    invitations: Vec<Invitation>,
}

async fn people(visit: &Visit, slug: String) -> Result<People, Problem> {
    visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            let members = parties::members_of(tx, actor, party.id)?;
            let roles = parties::roles_of(tx, actor, party.id)?;
            let invitations =
                if roles.has(Role::Owner) { parties::invitations_of(tx, actor, party.id)? } else { Vec::new() };
            Ok(People { party, roles, members, invitations })
        })
        .await
}

#[expect(clippy::too_many_lines, reason = "a page from top to bottom")]
fn members_sheet(visit: &Visit, people: &People, typed: &RolesTyped, faults: &[Fault]) -> Sheet {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let People { party, roles, members, invitations } = people;
    let owner = roles.has(Role::Owner);
    let at = |m: &MemberView| format!("{}/{}", urls::organisation_part(&party.slug, "members"), m.member_id);
    let rows = members
        .iter()
        .map(|m| {
            let own = visit.look.actor.as_ref().and_then(Actor::member) == Some(m.member_id);
            let name = if owner || own { Cell::link(m.name.clone(), at(m)) } else { Cell::text(m.name.clone()) };
            vec![
                name.with_small(m.email.clone()),
                Cell::text(role_words(lang, &m.roles)),
                Cell::time(lang, m.joined_at),
            ]
        })
        .collect();
    let heads = ["head-name", "head-roles", "head-since"].map(|k| (say(k), false)).to_vec();
    let mut sheet = Sheet::new(frame(visit, party, &people.roles, "members"))
        .lead(say("members-lead"))
        .faulty(faults)
        .put(Block::Table(Table { label: say("members"), heads, rows, ..Table::default() }));
    if owner {
        let now = visit.now();
        let open: Vec<_> = invitations.iter().filter(|i| i.open(now)).collect();
        let rows: Vec<_> = open
            .iter()
            .map(|i| {
                let action = format!("{}/{}/withdrawal", urls::organisation_part(&party.slug, "invitations"), i.id);
                let take_back = Button { action, text: say("withdraw"), class: "danger", hidden: Vec::new() };
                vec![
                    Cell::text(i.email.clone()),
                    Cell::text(role_words(lang, &i.roles)),
                    Cell::time(lang, i.expires_at),
                    Cell::buttons(vec![take_back]),
                ]
            })
            .collect();
        let heads = ["head-email", "head-roles", "head-ends", "head-action"].map(|k| (say(k), false)).to_vec();
        if !rows.is_empty() {
            sheet = sheet.put(Block::Heading(say("invitations"))).put(Block::Table(Table {
                label: say("invitations"),
                heads,
                rows,
                ..Table::default()
            }));
        }
        let chosen = typed.roles().text();
        let chosen = if chosen.is_empty() && faults.is_empty() { "requester".to_owned() } else { chosen };
        let fields = Fields::new(lang, faults)
            .field("email", "email", &typed.email)
            .keyed("roles", "roles", "checks", &chosen, "")
            .choices(role_choices(visit))
            .done();
        let action = urls::organisation_part(&party.slug, "invitations");
        sheet = sheet.put(Block::Form(FormView {
            heading: say("invite"),
            action,
            fields,
            button: say("invite"),
            class: "primary",
            ..FormView::default()
        }));
    }
    sheet
}

async fn members(visit: Visit, Path(slug): Path<String>) -> Answer {
    let people = people(&visit, slug).await?;
    members_sheet(&visit, &people, &RolesTyped::default(), &[]).answer()
}

async fn invite(visit: Visit, Path(slug): Path<String>, form: Form<RolesTyped>) -> Answer {
    let roles = form.typed.roles();
    let mut faults = Vec::new();
    let email = Email::parse(&form.typed.email).map_err(|_| faults.push(fault("email", "fault-email"))).ok();
    if roles.is_empty() {
        faults.push(fault("roles", "fault-role"));
    }
    let (Some(email), true) = (email, faults.is_empty()) else {
        return members_sheet(&visit, &people(&visit, slug).await?, &form.typed, &faults).answer();
    };
    let on = urls::organisation_part(&slug, "members");
    acts::invite(&visit, slug, email, roles, form.once).await?;
    Ok(see_other(format!("{on}?done=invited")))
}

async fn withdraw(visit: Visit, Path((slug, id)): Path<(String, InvitationId)>, _form: Form<Nothing>) -> Answer {
    acts::withdraw_invitation(&visit, &slug, id).await?;
    Ok(see_other(format!("{}?done=withdrawn", urls::organisation_part(&slug, "members"))))
}

/// One member, for owners; and for members themselves, who see there what their leaving touches.
async fn member(visit: Visit, Path((slug, id)): Path<(String, MemberId)>) -> Answer {
    let people = people(&visit, slug).await?;
    let lang = visit.lang();
    let (own, owner) = (visit.person()?.member() == Some(id), people.roles.has(Role::Owner));
    let found =
        people.members.iter().find(|m| m.member_id == id).filter(|_| owner || own).ok_or_else(Problem::not_found)?;
    let action = format!("{}/{id}", urls::organisation_part(&people.party.slug, "members"));
    let seen = found.roles.text();
    let fields = Fields::new(lang, &[])
        .keyed("roles", "roles", "checks", &seen, "")
        .choices(role_choices(&visit))
        .field("seen", "hidden", &seen)
        .done();
    let form = FormView {
        action: action.clone(),
        fields,
        button: words::say(lang, "save"),
        class: "primary",
        ..FormView::default()
    };
    let mut f = frame(&visit, &people.party, &people.roles, "members");
    f.title.clone_from(&found.name);
    let touched = leaving::touched(&visit, people.party.id, Leaver::Member(id)).await?;
    let last = found.roles.has(Role::Owner) && people.members.iter().filter(|m| m.roles.has(Role::Owner)).count() == 1;
    Sheet::new(f)
        .crumb(words::say(lang, "members"), urls::organisation_part(&people.party.slug, "members"))
        .lead(found.email.clone())
        .put_if(owner.then_some(Block::Form(form)))
        .put(Block::Heading(words::say(lang, if own { "what-your-leaving-touches" } else { "what-depends" })))
        .put(leaving::depends(lang, &touched))
        .put(leaving::removal(lang, &format!("{action}/removal"), own, last))
        .answer()
}

/// What revoking a machine touches, and the button that does it.
async fn revocation_page(visit: Visit, Path((slug, id)): Path<(String, ServiceId)>) -> Answer {
    let (party, roles, list) = service_list(&visit, slug).await?;
    let lang = visit.lang();
    let found = list.iter().find(|s| s.id == id).filter(|_| roles.has(Role::Owner)).ok_or_else(Problem::not_found)?;
    let touched = leaving::touched(&visit, party.id, Leaver::Service(id)).await?;
    let all = urls::organisation_part(&party.slug, "service-accounts");
    let mut f = frame(&visit, &party, &roles, "service-accounts");
    f.title.clone_from(&found.name);
    let form = FormView {
        action: format!("{all}/{id}/revocation"),
        button: words::say(lang, "revoke"),
        class: "danger",
        other: Some((words::say(lang, "back"), all.clone())),
        ..FormView::default()
    };
    Sheet::new(f)
        .crumb(words::say(lang, "service-accounts"), all)
        .put(Block::Heading(words::say(lang, "what-depends")))
        .put(leaving::depends(lang, &touched))
        .put(Block::Form(form))
        .answer()
}

async fn set_roles(visit: Visit, Path((slug, id)): Path<(String, MemberId)>, form: Form<RolesTyped>) -> Answer {
    let roles = form.typed.roles();
    if roles.is_empty() {
        return Err(Problem::invalid(vec![fault("roles", "fault-role")]));
    }
    let seen = Roles::parse(&form.typed.seen).ok_or_else(|| Problem::bad_request("form"))?;
    acts::set_roles(&visit, &slug, id, seen, roles).await?;
    Ok(see_other(format!("{}?done=saved", urls::organisation_part(&slug, "members"))))
}

async fn remove(visit: Visit, Path((slug, id)): Path<(String, MemberId)>, _form: Form<Nothing>) -> Answer {
    acts::remove(&visit, &slug, id).await?;
    let own = visit.person()?.member() == Some(id);
    let on = if own { urls::ORGANISATIONS.to_owned() } else { urls::organisation_part(&slug, "members") };
    Ok(see_other(format!("{on}?done=removed")))
}

fn services_sheet(
    visit: &Visit,
    party: &Party,
    roles: &Roles,
    list: &[ServiceAccount],
    typed: &ServiceTyped,
    faults: &[Fault],
) -> Sheet {
    let lang = visit.lang();
    let owner = roles.has(Role::Owner);
    let say = |key: &str| words::say(lang, key);
    let rows = list
        .iter()
        .map(|s| {
            let revoke = format!("{}/{}/revocation", urls::organisation_part(&party.slug, "service-accounts"), s.id);
            vec![
                Cell::text(s.name.clone()).with_small(format!("{} · {}", s.id, s.hint)),
                if owner && s.revoked_at.is_none() {
                    let at = format!("service-accounts/{}/mandate", s.id);
                    Cell::link(say("mandate"), urls::organisation_part(&party.slug, &at)).with_small(s.scopes.clone())
                } else {
                    Cell::text(s.scopes.clone())
                },
                Cell::mark(service_mark(visit, s)),
                Cell::time_or(lang, s.used_at, "never"),
                if s.revoked_at.is_none() && owner { Cell::link(say("revoke"), revoke) } else { Cell::text("–") },
            ]
        })
        .collect();
    let heads =
        ["head-name", "head-scopes", "head-state", "head-last-used", "head-action"].map(|k| (say(k), false)).to_vec();
    let table = Table {
        label: say("service-accounts"),
        heads,
        rows,
        empty: (say("services-empty"), say("services-empty-text"), None),
        next: None,
    };
    let chosen = if faults.is_empty() { USUAL_SCOPES.join(" ") } else { typed.scopes().join(" ") };
    let scopes = SCOPES.iter().map(|s| ((*s).to_owned(), say(&format!("scope-{s}")), String::new()));
    let fields = Fields::new(lang, faults)
        .keyed("name", "service_name", "text", &typed.name, "")
        .keyed("scopes", "scopes", "checks", &chosen, "")
        .choices(scopes)
        .done();
    let action = urls::organisation_part(&party.slug, "service-accounts");
    let form = FormView {
        heading: say("make-service"),
        action,
        fields,
        button: say("make-service"),
        class: "primary",
        ..FormView::default()
    };
    Sheet::new(frame(visit, party, roles, "service-accounts"))
        .lead(say("services-lead"))
        .faulty(faults)
        .put(Block::Table(table))
        .put_if(owner.then_some(Block::Form(form)))
}

fn service_mark(visit: &Visit, s: &ServiceAccount) -> Mark {
    crate::web::accounts::key_mark(visit.lang(), s.revoked_at.is_some(), false)
}

async fn service_list(visit: &Visit, slug: String) -> Result<(Party, Roles, Vec<ServiceAccount>), Problem> {
    let (party, roles) = load(visit, slug).await?;
    let id = party.id;
    let list = visit.as_person()?.read(move |tx, actor, _| Ok(parties::services_of(tx, actor, id)?)).await?;
    Ok((party, roles, list))
}

async fn services(visit: Visit, Path(slug): Path<String>) -> Answer {
    let (party, roles, list) = service_list(&visit, slug).await?;
    services_sheet(&visit, &party, &roles, &list, &ServiceTyped::default(), &[]).answer()
}

async fn make_service(visit: Visit, Path(slug): Path<String>, form: Form<ServiceTyped>) -> Answer {
    let (name, scopes) = match forms::service(&form.typed.name, &form.typed.scopes()) {
        Ok(values) => values,
        Err(faults) => {
            let (party, roles, list) = service_list(&visit, slug).await?;
            return services_sheet(&visit, &party, &roles, &list, &form.typed, &faults).answer();
        }
    };
    let (service, secret) = acts::make_service(&visit, &slug, name, scopes).await?;
    let (party, roles) = load(&visit, slug).await?;
    let say = |key: &str| words::say(visit.lang(), key);
    let line = format!(
        "curl -u \"$CLIENT_ID:$CLIENT_SECRET\" -d grant_type=client_credentials {}",
        visit.site.absolute("/oauth/token")
    );
    let sheet = Sheet::new(frame(&visit, &party, &roles, "service-made"))
        .put(Block::Notice("warn", "warn", say("shown-once")))
        .put(Block::Snippet(say("client-id"), service.id.to_string()))
        .put(Block::Snippet(say("client-secret"), secret.reveal().to_owned()))
        .put(Block::Snippet("curl".to_owned(), line))
        .put(Block::Links(vec![(
            say("i-stored-it"),
            urls::organisation_part(&party.slug, "service-accounts"),
            "primary",
        )]));
    crate::web::accounts::secret_page(sheet)
}

async fn revoke_service(visit: Visit, Path((slug, id)): Path<(String, ServiceId)>, _form: Form<Nothing>) -> Answer {
    acts::revoke_service(&visit, &slug, id).await?;
    Ok(see_other(format!("{}?done=revoked", urls::organisation_part(&slug, "service-accounts"))))
}

//! Pages of organisations: founding, particulars, policy, record.

pub mod absences;
mod acts;
pub mod api;
pub mod budgets;
pub mod forms;
pub mod leaving;
pub mod mandates;
pub mod people;
pub mod policy;
pub mod reasons;
pub mod refusals;

use super::layout::Frame;
use super::listing::JournalQuery;
use super::sheet::{Block, Cell, Fields, FormView, Mark, Sheet, Table};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Visit, see_other};
use crate::market::accounts::MayChangeSelf;
use crate::market::parties::{self, FoundError, MayManage, Party, PartyKind, Role, Roles, SizeClass};
use crate::routes;
use crate::urls;
use crate::values::{Currency, Lang, PartyId};
use crate::words;
use api::named;
use forms::PartyTyped;
use serde::Deserialize;

routes! {
    get "/organisations" SignedIn => list,
    get "/organisations/new" SignedIn => new_page,
    post "/organisations/new" SignedIn => create,
    get "/organisations/by-id/{id}" Anybody => by_id,
    get "/organisations/{slug}" Anybody => show,
    get "/organisations/{slug}/edit" SignedIn => edit_page,
    post "/organisations/{slug}/edit" SignedIn => change,
    get "/organisations/{slug}/journal" SignedIn => journal,
}

/// The frame of an organisation's own pages; it leads only to pages that the reader's roles open.
pub(super) fn frame(visit: &Visit, party: &Party, roles: &Roles, key: &str) -> Frame {
    let at = |part: &str| urls::organisation_part(&party.slug, part);
    let mut entries =
        vec![(urls::organisation(&party.slug), "organisation", "org"), (at("members"), "members", "user")];
    entries.push((at("delegates"), "delegates", "return"));
    entries.push((at("budgets"), "budgets", "chart"));
    if roles.has(Role::Owner) {
        entries.push((at("policy"), "policy", "check"));
        entries.push((at("selling-rules"), "selling-rules", "deed"));
        entries.push((at("refusal-reasons"), "refusal-reasons", "cross"));
    }
    if roles.has_any(&[Role::Owner, Role::Auditor]) {
        entries.push((at("service-accounts"), "service-accounts", "key"));
        entries.push((at("webhooks"), "webhooks", "bell"));
        entries.push((at("journal"), "journal", "chart"));
    }
    Frame::titled(visit, key).beside(party.name(visit.lang()), entries)
}

/// The roles of an owner, for pages that nobody else sees.
pub(super) fn owner() -> Roles {
    Roles::of([Role::Owner])
}

/// The verification as a mark.
#[must_use]
pub fn verified_mark(lang: Lang, party: &Party) -> Mark {
    if party.verified_at.is_some() {
        Mark { class: "ok", icon: "seal", text: words::say(lang, "verified") }
    } else {
        Mark { class: "draft", icon: "clock", text: words::say(lang, "not-verified") }
    }
}

pub(super) fn role_words(lang: Lang, roles: &Roles) -> String {
    let words: Vec<String> = roles.iter().map(|r| words::say(lang, &format!("role-{}", r.as_str()))).collect();
    words.join(if lang == Lang::Zh { "、" } else { ", " })
}

async fn list(visit: Visit) -> Answer {
    let lang = visit.lang();
    let own = visit.as_actor()?.read(move |tx, actor, _| Ok(parties::own(tx, actor)?)).await?;
    let say = |key: &str| words::say(lang, key);
    let rows = own
        .iter()
        .map(|(p, roles)| {
            vec![
                Cell::link(p.name(lang), urls::organisation(&p.slug)).with_small(p.registration.clone()),
                Cell::mark(verified_mark(lang, p)),
                Cell::text(role_words(lang, roles)),
            ]
        })
        .collect();
    let heads = ["head-name", "head-state", "head-roles"].map(|k| (say(k), false)).to_vec();
    let found = (say("found-organisation"), "/organisations/new".to_owned());
    let table = Table {
        label: say("nav-organisations"),
        heads,
        rows,
        empty: (say("organisations-empty"), say("organisations-empty-text"), Some(found.clone())),
        next: None,
    };
    let more = (!own.is_empty()).then(|| Block::Links(vec![(found.0, found.1, "")]));
    Sheet::new(Frame::titled(&visit, "nav-organisations"))
        .lead(say("organisations-lead"))
        .put(Block::Table(table))
        .put_if(more)
        .answer()
}

fn party_fields(lang: Lang, typed: &PartyTyped, faults: &[Fault], new: bool) -> Vec<super::sheet::Field> {
    let kinds = PartyKind::ALL
        .iter()
        .map(|k| (k.to_string(), words::say(lang, &format!("party-{}", k.as_str())), String::new()));
    let mut fields = Fields::new(lang, faults).keyed("name_zh", "party_name_zh", "text", &typed.name_zh, "").keyed(
        "name_en",
        "party_name_en",
        "text",
        &typed.name_en,
        "",
    );
    if new {
        fields = fields
            .keyed("slug", "party_slug", "text", &typed.slug, "")
            .field("kind", "select", &typed.kind)
            .choices(kinds);
    }
    fields = fields.known("country", "text", &typed.country, "country").half().field(
        "registration",
        "text",
        &typed.registration,
    );
    if !new {
        let sizes = SizeClass::ALL
            .iter()
            .map(|s| (s.to_string(), words::say(lang, &format!("size-{}", s.as_str())), String::new()));
        let none = std::iter::once((String::new(), words::say(lang, "size-undeclared"), String::new()));
        fields = fields.field("size_class", "select", &typed.size_class).choices(none.chain(sizes));
        fields = fields.field("payee", "area", &typed.payee).field("revision", "hidden", &typed.revision);
    }
    fields.done()
}

fn new_sheet(visit: &Visit, typed: &PartyTyped, faults: &[Fault]) -> Sheet {
    let lang = visit.lang();
    let form = FormView {
        action: "/organisations/new".to_owned(),
        fields: party_fields(lang, typed, faults, true),
        button: words::say(lang, "found-organisation"),
        class: "primary",
        ..FormView::default()
    };
    Sheet::new(Frame::titled(visit, "found-organisation"))
        .crumb(words::say(lang, "nav-organisations"), urls::ORGANISATIONS)
        .lead(words::say(lang, "found-lead"))
        .faulty(faults)
        .put(Block::Form(form))
}

async fn new_page(visit: Visit) -> Answer {
    new_sheet(&visit, &PartyTyped { country: "CN".to_owned(), ..PartyTyped::default() }, &[]).answer()
}

async fn create(visit: Visit, form: Form<PartyTyped>) -> Answer {
    let new = match form.typed.parse_new() {
        Ok(new) => new,
        Err(faults) => return new_sheet(&visit, &form.typed, &faults).answer(),
    };
    let slug = new.slug.to_string();
    let founded = visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            match parties::found(tx, may, actor, &new, now) {
                Ok(_) => Ok(true),
                Err(FoundError::Taken) => Ok(false),
                Err(FoundError::Store(error)) => Err(Problem::from(error)),
            }
        })
        .await?;
    if !founded {
        return new_sheet(&visit, &form.typed, &[super::accounts::forms::fault("slug", "fault-taken")]).answer();
    }
    Ok(see_other(format!("{}?done=founded", urls::organisation(&slug))))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PartQuery {
    part: String,
}

async fn by_id(visit: Visit, Path(id): Path<PartyId>, Query(query): Query<PartQuery>) -> Answer {
    let party =
        visit.site.db.read(move |tx| Ok::<_, Problem>(parties::find(tx, id)?)).await?.ok_or_else(Problem::not_found)?;
    Ok(see_other(if query.part == "members" {
        urls::organisation_part(&party.slug, "members")
    } else {
        urls::organisation(&party.slug)
    }))
}

/// Loads an organisation with the asker's roles there.
pub(super) async fn load(visit: &Visit, slug: String) -> Result<(Party, Roles), Problem> {
    let actor = visit.look.actor.clone();
    visit
        .site
        .db
        .read(move |tx| {
            let party = named(tx, &slug)?;
            let roles = actor.map(|a| parties::roles_of(tx, &a, party.id)).transpose()?.unwrap_or_default();
            Ok::<_, Problem>((party, roles))
        })
        .await
}

async fn show(visit: Visit, Path(slug): Path<String>) -> Answer {
    let (party, roles) = load(&visit, slug).await?;
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let mut f = if roles.is_empty() { Frame::of(&visit, "") } else { frame(&visit, &party, &roles, "organisation") };
    f.title = party.name(lang).to_owned();
    let other = if lang == Lang::Zh { &party.name_en } else { &party.name_zh };
    let mut pairs = vec![
        (say("field-kind"), Cell::text(say(&format!("party-{}", party.kind.as_str())))),
        (say("field-country"), Cell::text(party.country.clone())),
        (say("field-registration"), Cell::mono(party.registration.clone())),
    ];
    if let Some(size) = party.size_class {
        pairs.push((say("field-size-class"), Cell::text(say(&format!("size-{}", size.as_str())))));
    }
    if let (Some(at), Some(method)) = (party.verified_at, &party.verification) {
        pairs.push((say("verified"), Cell::time(lang, at).with_small(method.clone())));
    }
    if !roles.is_empty() {
        pairs.push((
            say("field-payee"),
            Cell::text(if party.payee.is_empty() { say("none-yet") } else { party.payee.clone() }),
        ));
        pairs.push((say("your-roles"), Cell::text(role_words(lang, &roles))));
    }
    let hint = (!roles.is_empty() && party.verified_at.is_none())
        .then(|| Block::Notice("warn", "clock", say("not-verified-text")));
    let edit = roles.has(Role::Owner).then(|| {
        let link = |key: &str, part: &str| (say(key), urls::organisation_part(&party.slug, part), "");
        Block::Links(vec![link("edit", "edit"), link("policy", "policy"), link("selling-rules", "selling-rules")])
    });
    let listed = Block::Links(vec![(say("its-datasets"), format!("{}?seller={}", urls::CATALOGUE, party.slug), "")]);
    Sheet::new(f)
        .lead(other.clone())
        .mark(verified_mark(lang, &party))
        .put_if(hint)
        .put(Block::Pairs(pairs))
        .put_if(edit)
        .put(listed)
        .answer()
}

fn edit_sheet(visit: &Visit, party: &Party, typed: &PartyTyped, faults: &[Fault]) -> Sheet {
    let lang = visit.lang();
    let form = FormView {
        action: urls::organisation_part(&party.slug, "edit"),
        fields: party_fields(lang, typed, faults, false),
        button: words::say(lang, "save"),
        class: "primary",
        ..FormView::default()
    };
    Sheet::new(frame(visit, party, &owner(), "edit-organisation"))
        .lead(words::say(lang, "edit-organisation-lead"))
        .faulty(faults)
        .put(Block::Form(form))
}

/// Loads an organisation for its owner.
pub(super) async fn owned(visit: &Visit, slug: String) -> Result<Party, Problem> {
    let (party, roles) = load(visit, slug).await?;
    if roles.has(Role::Owner) { Ok(party) } else { Err(Problem::not_found()) }
}

async fn edit_page(visit: Visit, Path(slug): Path<String>) -> Answer {
    let party = owned(&visit, slug).await?;
    let typed = PartyTyped {
        name_zh: party.name_zh.clone(),
        name_en: party.name_en.clone(),
        country: party.country.clone(),
        registration: party.registration.clone(),
        payee: party.payee.clone(),
        size_class: party.size_class.map(|s| s.to_string()).unwrap_or_default(),
        revision: party.revision.to_string(),
        ..PartyTyped::default()
    };
    edit_sheet(&visit, &party, &typed, &[]).answer()
}

async fn change(visit: Visit, Path(slug): Path<String>, form: Form<PartyTyped>) -> Answer {
    let change = match form.typed.parse_change() {
        Ok(change) => change,
        Err(faults) => return edit_sheet(&visit, &owned(&visit, slug).await?, &form.typed, &faults).answer(),
    };
    let revision: i64 = form.typed.revision.parse().map_err(|_| Problem::bad_request("form"))?;
    let on = urls::organisation(&slug);
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            Ok(parties::change_particulars(tx, may, revision, &change, now)?)
        })
        .await?;
    Ok(see_other(format!("{on}?done=saved")))
}

pub(super) fn currencies() -> Vec<(String, String, String)> {
    Currency::all().map(|c| (c.to_string(), c.to_string(), String::new())).collect()
}

async fn journal(visit: Visit, Path(slug): Path<String>, Query(query): Query<JournalQuery>) -> Answer {
    let lang = visit.lang();
    let (deed, before, size) = query.parse()?;
    let (party, roles, page) = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            let page = parties::journal_of(tx, actor, party.id, deed, before, size)?;
            let roles = parties::roles_of(tx, actor, party.id)?;
            Ok((party, roles, page))
        })
        .await?;
    let next = page.next.as_ref().map(|c| format!("{}?after={c}", urls::organisation_part(&party.slug, "journal")));
    Sheet::new(frame(&visit, &party, &roles, "journal"))
        .lead(words::say(lang, "journal-lead"))
        .put(super::journal::table(lang, &page.items, next))
        .answer()
}

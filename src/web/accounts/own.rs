//! The own account: profile, password, address, sessions, keys, record.

use super::forms::{self, NewKey, Nothing, Profile, Security, fault};
use super::secret_page;
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::accounts::{self, ChangeError, MayChangeSelf, Member};
use crate::market::parties::{self, ApiKey, MayKeepKeys, Party, Roles};
use crate::urls;
use crate::values::{ApiKeyId, Lang, SessionId};
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Mark, Sheet, Table};
use crate::words;

fn frame(visit: &Visit, key: &str) -> Frame {
    Frame::titled(visit, key).beside(
        words::say(visit.lang(), "account"),
        vec![
            (urls::ACCOUNT.to_owned(), "account-profile", "user"),
            (format!("{}/sessions", urls::ACCOUNT), "account-sessions", "lock"),
            (format!("{}/keys", urls::ACCOUNT), "account-keys", "key"),
            (urls::ORGANISATIONS.to_owned(), "nav-organisations", "org"),
            (format!("{}/journal", urls::ACCOUNT), "journal", "chart"),
        ],
    )
}

async fn me(visit: &Visit) -> Result<Member, Problem> {
    visit.as_person()?.read(move |tx, actor, _| Ok(accounts::mine(tx, actor)?)).await
}

pub(super) fn languages() -> Vec<(String, String, String)> {
    vec![("en".to_owned(), "English".to_owned(), String::new()), ("zh-CN".to_owned(), "中文".to_owned(), String::new())]
}

fn sheet(visit: &Visit, member: &Member, typed: Option<&Profile>, email: &str, faults: &[Fault]) -> Sheet {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let form = |heading: &str, action: &str, fields, button: &str, class| {
        Block::Form(FormView {
            heading: say(heading),
            action: format!("{}{action}", urls::ACCOUNT),
            fields,
            button: say(button),
            class,
            ..FormView::default()
        })
    };
    let name = typed.map_or(member.name.as_str(), |t| t.name.as_str());
    let chosen = typed.map_or(member.lang.as_str(), |t| t.lang.as_str());
    let profile = Fields::new(lang, faults)
        .known("name", "text", name, "name")
        .field("lang", "select", chosen)
        .choices(languages())
        .done();
    let password = Fields::new(lang, faults)
        .keyed("current", "current_password", "password", "", "current-password")
        .keyed("password", "new_password", "password", "", "new-password")
        .done();
    let address = Fields::new(lang, faults)
        .keyed("email", "new_email", "email", email, "email")
        .keyed("current", "current_password", "password", "", "current-password")
        .done();
    let out = Button { action: "/sign-out".to_owned(), text: say("sign-out"), class: "", hidden: Vec::new() };
    Sheet::new(frame(visit, "account"))
        .lead(member.email.clone())
        .faulty(faults)
        .put(Block::Pairs(vec![(say("sign-out-label"), Cell::buttons(vec![out]))]))
        .put(form("account-profile", "/profile", profile, "save", "primary"))
        .put(form("change-password", "/password", password, "change-password", ""))
        .put(form("change-email", "/email", address, "send-link", ""))
}

pub(super) async fn page(visit: Visit) -> Answer {
    let member = me(&visit).await?;
    sheet(&visit, &member, None, "", &[]).answer()
}

pub(super) async fn profile(visit: Visit, form: Form<Profile>) -> Answer {
    let (name, lang) = match form.typed.parse() {
        Ok(values) => values,
        Err(faults) => return sheet(&visit, &me(&visit).await?, Some(&form.typed), "", &faults).answer(),
    };
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            Ok(accounts::change_profile(tx, may, &name, lang, now)?)
        })
        .await?;
    Ok(see_other(format!("{}?done=saved", urls::ACCOUNT)))
}

/// Verifies the current password again; gives the hash against which it was verified.
async fn verified(visit: &Visit, member: &Member, typed: &Security) -> Result<Option<String>, Problem> {
    let hash = member.password_hash().to_owned();
    let good = visit.site.hashing.verify(typed.current(), Some(hash.clone())).await?;
    if good {
        return Ok(Some(hash));
    }
    let (now, email) = (visit.now(), crate::values::Email::parse(&member.email).ok());
    if let Some(email) = email {
        let known = email.clone();
        let wait =
            visit.site.db.read(move |tx| Ok::<_, Problem>(accounts::known(tx, &known, now)?)).await?.wait_seconds;
        if wait > 0 {
            return Err(Problem::too_often(wait));
        }
        visit.site.db.write(move |tx| Ok::<_, Problem>(accounts::sign_in_failed(tx, &email, now)?)).await?;
    }
    Ok(None)
}

fn change_problem(error: ChangeError) -> Problem {
    match error {
        ChangeError::WrongPassword => Problem::conflict("overtaken"),
        ChangeError::Store(error) => error.into(),
    }
}

pub(super) async fn password(visit: Visit, form: Form<Security>) -> Answer {
    let member = me(&visit).await?;
    let new = match form.typed.new_password(&[&member.email, &member.name]) {
        Ok(new) => new,
        Err(faults) => return sheet(&visit, &member, None, "", &faults).answer(),
    };
    let Some(seen) = verified(&visit, &member, &form.typed).await? else {
        return sheet(&visit, &member, None, "", &[fault("current", "fault-wrong-password")]).answer();
    };
    let hash = visit.site.hashing.hash(new).await?;
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            accounts::change_password(tx, may, &seen, &hash, now).map_err(change_problem)
        })
        .await?;
    Ok(see_other(format!("{}?done=password-changed", urls::ACCOUNT)))
}

pub(super) async fn email(visit: Visit, form: Form<Security>) -> Answer {
    let member = me(&visit).await?;
    let new = match form.typed.new_email() {
        Ok(new) => new,
        Err(faults) => return sheet(&visit, &member, None, &form.typed.email, &faults).answer(),
    };
    let Some(seen) = verified(&visit, &member, &form.typed).await? else {
        return sheet(&visit, &member, None, &form.typed.email, &[fault("current", "fault-wrong-password")]).answer();
    };
    let key = visit.site.server_key.clone();
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            accounts::change_email_asked(tx, &key, may, &seen, &new, now).map_err(change_problem)
        })
        .await?;
    Ok(see_other(format!("{}?done=link-sent", urls::ACCOUNT)))
}

pub(super) async fn sessions(visit: Visit) -> Answer {
    let (actor, now, lang) = (visit.person()?.clone(), visit.now(), visit.lang());
    let own = actor.session();
    let list = visit.site.db.read(move |tx| Ok::<_, Problem>(accounts::sessions(tx, &actor, now)?)).await?;
    let say = |key: &str| words::say(lang, key);
    let rows = list
        .iter()
        .map(|s| {
            let end = Button {
                action: format!("{}/sessions/{}", urls::ACCOUNT, s.id),
                text: say("end"),
                class: "danger",
                hidden: Vec::new(),
            };
            let last = if own == Some(s.id) { Cell::text(say("this-session")) } else { Cell::buttons(vec![end]) };
            vec![
                Cell::text(device(&s.device)).with_small(s.network.clone()),
                Cell::time(lang, s.created_at),
                Cell::time(lang, s.seen_at),
                last,
            ]
        })
        .collect();
    let heads = ["head-device", "head-since", "head-last-used", "head-action"].map(|k| (say(k), false)).to_vec();
    let table = Table { label: say("account-sessions"), heads, rows, ..Table::default() };
    let others = FormView {
        action: format!("{}/sessions/others", urls::ACCOUNT),
        button: say("end-others"),
        class: "danger",
        ..FormView::default()
    };
    Sheet::new(frame(&visit, "account-sessions"))
        .lead(say("account-sessions-lead"))
        .put(Block::Table(table))
        .put(Block::Form(others))
        .answer()
}

/// Names a browser by the part of its name that people know.
fn device(agent: &str) -> String {
    let known = ["Edg/", "Firefox/", "Chrome/", "Safari/", "curl/", "python"];
    let browser = known.iter().find(|k| agent.contains(**k)).map_or("?", |k| k.trim_end_matches('/'));
    let system =
        ["Windows", "Android", "iPhone", "Mac OS", "Linux"].into_iter().find(|s| agent.contains(s)).unwrap_or_default();
    if browser == "?" {
        agent.chars().take(40).collect()
    } else {
        format!("{} {system}", if browser == "Edg" { "Edge" } else { browser }).trim().to_owned()
    }
}

pub(super) async fn end_session(visit: Visit, Path(id): Path<SessionId>, _form: Form<Nothing>) -> Answer {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            Ok(accounts::end_session(tx, may, id, now)?)
        })
        .await?;
    Ok(see_other(format!("{}/sessions?done=session-ended", urls::ACCOUNT)))
}

pub(super) async fn end_others(visit: Visit, _form: Form<Nothing>) -> Answer {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            Ok(accounts::end_other_sessions(tx, may, now)?)
        })
        .await?;
    Ok(see_other(format!("{}/sessions?done=sessions-ended", urls::ACCOUNT)))
}

/// The state of a key or service account as a mark.
pub(in crate::web) fn key_mark(lang: Lang, revoked: bool, lapsed: bool) -> Mark {
    let (class, icon, key) = if revoked {
        ("bad", "ban", "state-revoked")
    } else if lapsed {
        ("plain", "clock", "state-lapsed")
    } else {
        ("ok", "check", "state-active")
    };
    Mark { class, icon, text: words::say(lang, key) }
}

#[expect(clippy::too_many_lines, reason = "a page from top to bottom")]
fn keys_sheet(visit: &Visit, keys: &[ApiKey], own: &[(Party, Roles)], typed: &NewKey, faults: &[Fault]) -> Sheet {
    let (lang, now) = (visit.lang(), visit.now());
    let say = |key: &str| words::say(lang, key);
    let rows = keys
        .iter()
        .map(|k| {
            let over = k.revoked_at.is_some() || k.expires_at <= now;
            let revoke = Button {
                action: format!("{}/keys/{}/revocation", urls::ACCOUNT, k.id),
                text: say("revoke"),
                class: "danger",
                hidden: Vec::new(),
            };
            let party = own
                .iter()
                .find(|(p, _)| Some(p.id) == k.party_id)
                .map_or_else(|| say("the-exchange"), |(p, _)| p.name(lang).to_owned());
            vec![
                Cell::text(k.name.clone()).with_small(k.hint.clone()),
                Cell::text(party),
                Cell::mark(key_mark(lang, k.revoked_at.is_some(), k.expires_at <= now)),
                Cell::time(lang, k.expires_at),
                Cell::time_or(lang, k.used_at, "never"),
                if over { Cell::text("–") } else { Cell::buttons(vec![revoke]) },
            ]
        })
        .collect();
    let heads = ["head-name", "head-acts-for", "head-state", "head-ends", "head-last-used", "head-action"]
        .map(|k| (say(k), false))
        .to_vec();
    let table = Table {
        label: say("account-keys"),
        heads,
        rows,
        empty: (say("keys-empty"), say("keys-empty-text"), None),
        next: None,
    };
    let mut choices: Vec<_> =
        own.iter().map(|(p, _)| (p.slug.clone(), p.name(lang).to_owned(), String::new())).collect();
    if visit.look.actor.as_ref().is_some_and(|a| a.office().is_some()) {
        choices.push(("exchange".to_owned(), say("the-exchange"), String::new()));
    }
    let days = if typed.days.is_empty() { "30" } else { &typed.days };
    let fields = Fields::new(lang, faults)
        .keyed("name", "key_name", "text", &typed.name, "")
        .keyed("organisation", "acts_for", "select", &typed.organisation, "")
        .choices(choices.clone())
        .field("days", "text", days)
        .half()
        .done();
    let form = FormView {
        heading: say("make-key"),
        action: format!("{}/keys", urls::ACCOUNT),
        fields,
        button: say("make-key"),
        class: "primary",
        ..FormView::default()
    };
    let form = (!choices.is_empty()).then_some(Block::Form(form));
    Sheet::new(frame(visit, "account-keys"))
        .lead(say("account-keys-lead"))
        .faulty(faults)
        .put(Block::Table(table))
        .put_if(form)
}

async fn keys_of(visit: &Visit) -> Result<(Vec<ApiKey>, Vec<(Party, Roles)>), Problem> {
    visit.as_person()?.read(move |tx, actor, _| Ok((parties::keys_of(tx, actor)?, parties::own(tx, actor)?))).await
}

pub(super) async fn keys(visit: Visit) -> Answer {
    let (keys, own) = keys_of(&visit).await?;
    keys_sheet(&visit, &keys, &own, &NewKey::default(), &[]).answer()
}

pub(super) async fn make_key(visit: Visit, form: Form<NewKey>) -> Answer {
    let typed = form.typed;
    let (name, days) = match typed.parse() {
        Ok(values) => values,
        Err(faults) => {
            let (keys, own) = keys_of(&visit).await?;
            return keys_sheet(&visit, &keys, &own, &typed, &faults).answer();
        }
    };
    let slug = typed.organisation;
    let secret = visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = if slug == "exchange" {
                None
            } else {
                Some(parties::find_by_slug(tx, &slug)?.ok_or_else(Problem::not_found)?.id)
            };
            let may = MayKeepKeys::check(tx, actor, party)?;
            parties::make_key(tx, may, &name, days, now).map_err(super::super::parties::refusals::key_problem)
        })
        .await?;
    let lang = visit.lang();
    let sheet = Sheet::new(frame(&visit, "key-made"))
        .put(Block::Notice("warn", "warn", words::say(lang, "shown-once")))
        .put(Block::Snippet(words::say(lang, "the-secret"), secret.reveal().to_owned()))
        .put(Block::Snippet(
            "curl".to_owned(),
            format!("curl -H \"Authorization: Bearer $BOURSE_KEY\" {}", visit.site.absolute("/api/v1/grants")),
        ))
        .put(Block::Links(vec![(words::say(lang, "i-stored-it"), format!("{}/keys", urls::ACCOUNT), "primary")]));
    secret_page(sheet)
}

pub(super) async fn revoke_key(visit: Visit, Path(id): Path<ApiKeyId>, _form: Form<Nothing>) -> Answer {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeSelf::check(tx, actor)?;
            parties::revoke_key(tx, may, actor, id, now).map_err(super::super::parties::refusals::key_problem)
        })
        .await?;
    Ok(see_other(format!("{}/keys?done=revoked", urls::ACCOUNT)))
}

pub(super) async fn journal(visit: Visit) -> Answer {
    let lang = visit.lang();
    let mut entries = visit.as_person()?.read(move |tx, actor, _| Ok(accounts::own_journal(tx, actor)?)).await?;
    entries.reverse();
    Sheet::new(frame(&visit, "journal")).put(crate::web::journal::table(lang, &entries, None)).answer()
}

/// Reads a profile for the API.
pub(super) fn profile_values(typed: &forms::Profile) -> Result<(crate::values::Line, Lang), Problem> {
    typed.parse().map_err(Problem::invalid)
}

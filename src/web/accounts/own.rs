//! The own account: profile, password, address, sessions, record.

use super::acts::{self, me};
use super::forms::{Nothing, Profile, Security};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::accounts::{self, Member};
use crate::urls;
use crate::values::SessionId;
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Sheet, Table};
use crate::words;

pub(in crate::web) fn frame(visit: &Visit, key: &str) -> Frame {
    Frame::titled(visit, key).beside(
        words::say(visit.lang(), "account"),
        vec![
            (urls::ACCOUNT.to_owned(), "account-profile", "user"),
            (format!("{}/sessions", urls::ACCOUNT), "account-sessions", "lock"),
            (format!("{}/keys", urls::ACCOUNT), "account-keys", "key"),
            (urls::ORGANISATIONS.to_owned(), "nav-organisations", "org"),
            (urls::NOTICES.to_owned(), "nav-notices", "bell"),
            (urls::NOTICE_SETTINGS.to_owned(), "notice-settings", "pen"),
            (format!("{}/journal", urls::ACCOUNT), "journal", "chart"),
        ],
    )
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
    acts::change_profile(&visit, name, lang).await?;
    Ok(see_other(format!("{}?done=saved", urls::ACCOUNT)))
}

pub(super) async fn password(visit: Visit, form: Form<Security>) -> Answer {
    let member = me(&visit).await?;
    match acts::change_password(&visit, &member, &form.typed).await.map_err(Problem::into_faults) {
        Ok(()) => Ok(see_other(format!("{}?done=password-changed", urls::ACCOUNT))),
        Err(faults) => sheet(&visit, &member, None, "", &faults?).answer(),
    }
}

pub(super) async fn email(visit: Visit, form: Form<Security>) -> Answer {
    let member = me(&visit).await?;
    match acts::change_email(&visit, &member, &form.typed).await.map_err(Problem::into_faults) {
        Ok(()) => Ok(see_other(format!("{}?done=link-sent", urls::ACCOUNT))),
        Err(faults) => sheet(&visit, &member, None, &form.typed.email, &faults?).answer(),
    }
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
    acts::end_session(&visit, id).await?;
    Ok(see_other(format!("{}/sessions?done=session-ended", urls::ACCOUNT)))
}

pub(super) async fn end_others(visit: Visit, _form: Form<Nothing>) -> Answer {
    acts::end_others(&visit).await?;
    Ok(see_other(format!("{}/sessions?done=sessions-ended", urls::ACCOUNT)))
}

pub(super) async fn journal(visit: Visit) -> Answer {
    let lang = visit.lang();
    let mut entries = visit.as_person()?.read(move |tx, actor, _| Ok(accounts::own_journal(tx, actor)?)).await?;
    entries.reverse();
    Sheet::new(frame(&visit, "journal")).put(crate::web::journal::table(lang, &entries, None)).answer()
}

//! The operator's desk: organisations to verify, mails, the whole record.

pub mod api;
pub mod deals;
pub mod staff;

use super::accounts::forms::Nothing;
use super::layout::Frame;
use super::listing::JournalQuery;
use super::parties::forms::{MethodTyped, method};
use super::sheet::{Block, Button, Cell, Fields, FormView, Mark, Sheet, Table};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Visit, see_other};
use crate::market::accounts::{self, MayOperate, Office};
use crate::market::hooks;
use crate::market::notices::{self, Filed};
use crate::market::parties::{self, Party};
use crate::routes;
use crate::urls;
use crate::values::NoticeId;
use crate::words;

routes! {
    get "/operator" Operator => desk,
    get "/operator/organisations/{slug}" Operator => organisation,
    post "/operator/organisations/{slug}/verification" Operator => verify,
    get "/operator/mails" Operator => mails,
    post "/operator/mails/{id}/delivery" Operator => retry_mail,
    get "/operator/journal" Operator => journal,
}

/// The frame of the staff's pages: each office sees the pages that are for it.
pub(super) fn frame(visit: &Visit, key: &str) -> Frame {
    let office = visit.look.actor.as_ref().and_then(accounts::Actor::office);
    let at = |part: &str| format!("{}/{part}", urls::OPERATOR);
    let entry = |href: String, key: &'static str, icon: &'static str| (href, key, icon);
    let queues = || {
        [
            entry(urls::MODERATION.to_owned(), "nav-moderation", "list"),
            entry(urls::COMPLIANCE.to_owned(), "nav-compliance", "seal"),
        ]
    };
    let (title, entries) = match office {
        Some(Office::Moderator) => {
            ("nav-moderation", vec![entry(urls::MODERATION.to_owned(), "nav-moderation", "list")])
        }
        Some(Office::Compliance) => {
            ("nav-compliance", vec![entry(urls::COMPLIANCE.to_owned(), "nav-compliance", "seal")])
        }
        Some(Office::SiteAuditor) => {
            let mut list = vec![entry(urls::OPERATOR.to_owned(), "nav-organisations", "org")];
            list.push(entry(at("deals"), "nav-deals", "deed"));
            list.push(entry(at("staff"), "nav-staff", "user"));
            list.extend(queues());
            list.push(entry(at("journal"), "journal", "chart"));
            ("nav-audit", list)
        }
        Some(Office::Operator) | None => {
            let mut list = vec![entry(urls::OPERATOR.to_owned(), "nav-organisations", "org")];
            list.push(entry(at("staff"), "nav-staff", "user"));
            list.push(entry(at("rules"), "nav-rules", "pen"));
            list.extend(queues());
            list.push(entry(at("mails"), "mails", "bell"));
            list.push(entry(at("journal"), "journal", "chart"));
            ("nav-operator", list)
        }
    };
    Frame::titled(visit, key).beside(words::say(visit.lang(), title), entries)
}

/// Lets the operator and the site auditor read; the other offices have queues of their own.
fn overseer(visit: &Visit) -> Result<(), Problem> {
    match visit.person()?.office() {
        Some(Office::Operator | Office::SiteAuditor) => Ok(()),
        Some(Office::Moderator | Office::Compliance) | None => Err(Problem::not_found()),
    }
}

async fn desk(visit: Visit) -> Answer {
    overseer(&visit)?;
    let (actor, lang) = (visit.person()?.clone(), visit.lang());
    let (list, (waiting, failed), (hooks_waiting, hooks_failed)) = visit
        .site
        .db
        .read(move |tx| {
            Ok::<_, Problem>((parties::list(tx, &actor, false)?, notices::counts(tx)?, hooks::counts(tx, &actor)?))
        })
        .await?;
    let say = |key: &str| words::say(lang, key);
    let open = list.iter().filter(|p| p.verified_at.is_none()).count();
    let mut sorted: Vec<&Party> = list.iter().collect();
    sorted.sort_by_key(|p| p.verified_at.is_some());
    let rows = sorted
        .iter()
        .map(|p| {
            vec![
                Cell::link(p.name(lang), format!("{}/organisations/{}", urls::OPERATOR, p.slug))
                    .with_small(p.registration.clone()),
                Cell::text(p.country.clone()),
                Cell::mark(super::parties::verified_mark(lang, p)),
                Cell::time(lang, p.created_at),
            ]
        })
        .collect();
    let heads = ["head-name", "head-country", "head-state", "head-since"].map(|k| (say(k), false)).to_vec();
    let table = Table {
        label: say("nav-organisations"),
        heads,
        rows,
        empty: (say("desk-empty"), say("desk-empty-text"), None),
        next: None,
    };
    let facts = Block::Facts(vec![
        (say("to-verify"), open.to_string(), String::new()),
        (say("nav-organisations"), list.len().to_string(), String::new()),
        (say("mails-waiting"), waiting.to_string(), String::new()),
        (say("mails-failed"), failed.to_string(), String::new()),
        (say("webhooks-waiting"), hooks_waiting.to_string(), String::new()),
        (say("webhooks-failed"), hooks_failed.to_string(), String::new()),
    ]);
    Sheet::new(frame(&visit, "nav-operator")).lead(say("desk-lead")).put(facts).put(Block::Table(table)).answer()
}

async fn load(visit: &Visit, slug: String) -> Result<Party, Problem> {
    visit.site.db.read(move |tx| super::parties::api::named(tx, &slug)).await
}

fn verify_sheet(visit: &Visit, party: &Party, typed: &str, faults: &[Fault]) -> Sheet {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let mut f = frame(visit, "nav-operator");
    f.title = party.name(lang).to_owned();
    let pairs = vec![
        (say("field-party-name-zh"), Cell::text(party.name_zh.clone())),
        (say("field-party-name-en"), Cell::text(party.name_en.clone())),
        (say("field-country"), Cell::text(party.country.clone())),
        (say("field-registration"), Cell::mono(party.registration.clone())),
        (
            say("verified"),
            Cell::time_or(lang, party.verified_at, "not-verified")
                .with_small(party.verification.clone().unwrap_or_default()),
        ),
    ];
    let fields = Fields::new(lang, faults).field("method", "text", typed).done();
    let action = format!("{}/organisations/{}/verification", urls::OPERATOR, party.slug);
    let form = FormView {
        heading: say("verify"),
        lead: say("verify-lead"),
        action,
        fields,
        button: say("verify"),
        class: "primary",
        ..FormView::default()
    };
    let runs = visit.look.actor.as_ref().is_some_and(|a| a.office() == Some(Office::Operator));
    let form = (runs && party.verified_at.is_none()).then_some(Block::Form(form));
    Sheet::new(f)
        .crumb(say("nav-operator"), urls::OPERATOR)
        .mark(super::parties::verified_mark(lang, party))
        .faulty(faults)
        .put(Block::Pairs(pairs))
        .put_if(form)
}

async fn organisation(visit: Visit, Path(slug): Path<String>) -> Answer {
    overseer(&visit)?;
    verify_sheet(&visit, &load(&visit, slug).await?, "", &[]).answer()
}

async fn verify(visit: Visit, Path(slug): Path<String>, form: Form<MethodTyped>) -> Answer {
    let method = match method(&form.typed.method) {
        Ok(method) => method,
        Err(faults) => return verify_sheet(&visit, &load(&visit, slug).await?, &form.typed.method, &faults).answer(),
    };
    let (actor, now) = (visit.person()?.clone(), visit.now());
    visit
        .site
        .db
        .write(move |tx| {
            let party = super::parties::api::named(tx, &slug)?;
            let may = MayOperate::check(tx, &actor)?;
            Ok::<_, Problem>(parties::verify(tx, may, party.id, &method, now)?)
        })
        .await?;
    visit.site.mail_bell.notify_one();
    Ok(see_other(format!("{}?done=verified", urls::OPERATOR)))
}

fn mail_mark(visit: &Visit, n: &Filed) -> Mark {
    let say = |key: &str| words::say(visit.lang(), key);
    if n.sent_at.is_some() {
        Mark { class: "ok", icon: "check", text: say("mail-sent-state") }
    } else if n.failed_at.is_some() {
        Mark { class: "bad", icon: "cross", text: say("mail-failed-state") }
    } else {
        Mark { class: "wait", icon: "clock", text: say("mail-waiting-state") }
    }
}

/// Lets a mail be tried anew, for the form and the API.
pub(super) async fn deliver_again(visit: &Visit, id: NoticeId) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayOperate::check(tx, actor)?;
            Ok(accounts::retry_mail(tx, may, id, now)?)
        })
        .await
}

async fn retry_mail(visit: Visit, Path(id): Path<NoticeId>, _form: Form<Nothing>) -> Answer {
    deliver_again(&visit, id).await?;
    Ok(see_other(format!("{}/mails?failed=true&done=mail-retried", urls::OPERATOR)))
}

async fn mails(visit: Visit, Query(query): Query<api::MailsQuery>) -> Answer {
    let (actor, lang) = (visit.person()?.clone(), visit.lang());
    let failed = query.failed.unwrap_or(false);
    let (after, size) = query.paging().parse()?;
    let (page, (_, given_up)) = visit
        .site
        .db
        .read(move |tx| {
            let page = accounts::outbox(tx, &actor, failed, after.as_ref(), size)?;
            Ok::<_, Problem>((page, notices::counts(tx)?))
        })
        .await?;
    let say = |key: &str| words::say(lang, key);
    let rows = page
        .items
        .iter()
        .map(|n| {
            let subject = words::notice(n.receiver.lang, n, "subject", &visit.site.facts.exchange);
            let again = Button {
                action: format!("{}/mails/{}/delivery", urls::OPERATOR, n.id),
                text: say("mail-retry"),
                class: "",
                hidden: Vec::new(),
            };
            let state = Cell::mark(mail_mark(&visit, n));
            let buttons = if n.failed_at.is_some() { vec![again] } else { Vec::new() };
            vec![
                Cell::time(lang, n.created_at),
                Cell::text(n.receiver.email.clone()),
                Cell::text(subject).with_small(n.last_error.clone().unwrap_or_default()),
                Cell { buttons, ..state },
                Cell::number(n.attempts.to_string()),
            ]
        })
        .collect();
    let heads = vec![
        (say("head-when"), false),
        (say("head-receiver"), false),
        (say("head-what"), false),
        (say("head-state"), false),
        (say("head-attempts"), true),
    ];
    let at = format!("{}/mails", urls::OPERATOR);
    let next = page.next.map(|c| format!("{at}?failed={failed}&after={c}"));
    let tabs = Block::Tabs(vec![
        (say("mails-all"), at.clone(), -1, !failed),
        (say("mails-only-failed"), format!("{at}?failed=true"), given_up, failed),
    ]);
    let table =
        Table { label: say("mails"), heads, rows, empty: (say("mails-empty"), say("mails-empty-text"), None), next };
    let folder = visit.site.facts.mail_folder.as_ref().map(|f| {
        Block::Notice("warn", "info", words::with(lang, "mails-folder", &[("folder", &f.display().to_string())]))
    });
    Sheet::new(frame(&visit, "mails"))
        .lead(say("mails-lead"))
        .put_if(folder)
        .put(tabs)
        .put(Block::Table(table))
        .answer()
}

async fn journal(visit: Visit, Query(query): Query<JournalQuery>) -> Answer {
    let (actor, lang) = (visit.person()?.clone(), visit.lang());
    let (deed, before, size) = query.parse()?;
    let page = visit
        .site
        .db
        .read(move |tx| Ok::<_, Problem>(accounts::exchange_journal(tx, &actor, deed, before, size)?))
        .await?;
    let next = page.next.as_ref().map(|c| format!("{}/journal?after={c}", urls::OPERATOR));
    Sheet::new(frame(&visit, "journal"))
        .lead(words::say(lang, "journal-lead"))
        .put(super::journal::table(lang, &page.items, next))
        .answer()
}

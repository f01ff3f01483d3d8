//! Pages of grants: the list, the grant with its files and tokens, its receipt, and the file itself.

pub mod api;
mod fetch;
mod receipt;

use super::datasets::files_table;
use super::datasets::views::size;
use super::layout::Frame;
use super::listing::cursor;
use super::purchases::SideQuery;
use super::sheet::{Block, Button, Cell, Fields, FormView, Mark, Sheet, Table, conditions};
use super::shell;
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Visit, see_other};
use crate::market::conditions::all_met;
use crate::market::datasets;
use crate::market::delivery::{self, MayFetch, MayRevokeToken};
use crate::market::grants::{self, Grant, MayTerminate, Side, Standing, standing};
use crate::market::{licences, parties};
use crate::routes;
use crate::urls;
use crate::values::{GrantId, Lang, Timestamp, TokenId};
use crate::web::accounts::forms::Nothing;
use crate::web::datasets::forms::ReasonTyped;
use crate::words;

routes! {
    get "/grants" SignedIn => list,
    get "/grants/{id}" SignedIn => show,
    get "/grants/{id}/receipt" SignedIn => receipt::page,
    get "/grants/{id}/receipt.jws" Caller => receipt::file,
    post "/grants/{id}/tokens" SignedIn => issue,
    post "/grants/{id}/tokens/{token}/revocation" SignedIn => revoke,
    post "/grants/{id}/termination" SignedIn => terminate,
    get "/grants/{id}/files/{file}/{name:.*}" Anybody => fetch::file,
}

/// How a grant stands as a mark.
#[must_use]
pub fn mark(lang: Lang, grant: &Grant, now: Timestamp) -> Mark {
    let (class, icon, key) = match standing(grant, now) {
        Standing::Active => ("ok", "check", "state-active"),
        Standing::Lapsed => ("plain", "clock", "state-lapsed"),
        Standing::Terminated => ("bad", "ban", "grant-terminated"),
    };
    Mark { class, icon, text: words::say(lang, key) }
}

async fn list(visit: Visit, Query(query): Query<SideQuery>) -> Answer {
    let (lang, side) = (visit.lang(), query.side());
    let after = cursor(Some(&query.after))?;
    let say = |key: &str| words::say(lang, key);
    let (rows, next) = visit
        .as_person()?
        .read(move |tx, actor, now| {
            let page = grants::of_actor(tx, actor, side, after.as_ref(), 50)?;
            let mut rows = Vec::new();
            for g in &page.items {
                let title = datasets::get(tx, g.dataset_id)?.title(lang).to_owned();
                let other = parties::get(tx, if side == Side::Buyer { g.seller_id } else { g.holder_id })?
                    .name(lang)
                    .to_owned();
                rows.push(vec![
                    Cell::link(g.number.clone(), urls::grant(g.id)),
                    Cell::text(title).with_small(other),
                    Cell::mark(mark(lang, g, now)),
                    Cell::time(lang, g.starts_at),
                    Cell::time_or(lang, g.ends_at, "without-end"),
                ]);
            }
            Ok((rows, page.next))
        })
        .await?;
    let next = next.map(|c| format!("{}?side={}&after={c}", urls::GRANTS, side.as_str()));
    let heads = ["grant", "dataset", "head-state", "head-since", "head-ends"].map(|k| (say(k), false)).to_vec();
    let table = Table {
        label: say("nav-grants"),
        heads,
        rows,
        empty: (
            say("grants-empty"),
            say("grants-empty-text"),
            Some((say("nav-catalogue"), urls::CATALOGUE.to_owned())),
        ),
        next,
    };
    let tabs = vec![
        (say("as-buyer"), format!("{}?side=buyer", urls::GRANTS), -1, side == Side::Buyer),
        (say("as-seller"), format!("{}?side=seller", urls::GRANTS), -1, side == Side::Seller),
    ];
    Sheet::new(Frame::titled(&visit, "nav-grants"))
        .lead(say("grants-lead"))
        .put(Block::Tabs(tabs))
        .put(Block::Table(table))
        .answer()
}

struct Loaded {
    grant: Grant,
    side: Side,
    title: String,
    other: String,
    licence: licences::Licence,
    files: Vec<(String, Vec<datasets::File>)>,
    tokens: Vec<delivery::Token>,
    usage: Vec<delivery::Usage>,
    list: Vec<crate::market::conditions::Condition>,
    may_end: bool,
    entries: Vec<crate::market::journal::Entry>,
}

async fn load(visit: &Visit, id: GrantId) -> Result<Loaded, Problem> {
    let lang = visit.lang();
    visit
        .as_person()?
        .read(move |tx, actor, now| {
            let (grant, side) = grants::visible(tx, actor, id)?;
            let title = datasets::get(tx, grant.dataset_id)?.title(lang).to_owned();
            let other = parties::get(tx, if side == Side::Buyer { grant.seller_id } else { grant.holder_id })?
                .name(lang)
                .to_owned();
            let licence = licences::find(tx, grant.licence_id)?.ok_or_else(Problem::not_found)?;
            let mut files = Vec::new();
            for v in grants::versions(tx, &grant)? {
                files.push((v.label.clone(), datasets::files_of(tx, v.id)?));
            }
            let first = files.first().and_then(|(_, f)| f.first()).cloned();
            let list = grants::decide(tx, actor, &grant, first.as_ref(), now)?;
            Ok(Loaded {
                tokens: delivery::tokens_of(tx, actor, id)?,
                usage: delivery::usage(tx, actor, id)?,
                may_end: grants::side_that_ends(tx, actor, &grant)?.is_some(),
                entries: grants::journal_of(tx, actor, id)?,
                grant,
                side,
                title,
                other,
                licence,
                files,
                list,
            })
        })
        .await
}

async fn show(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    page(&visit, id, &[]).await
}

#[expect(clippy::too_many_lines, reason = "a page from top to bottom")]
async fn page(visit: &Visit, id: GrantId, faults: &[Fault]) -> Answer {
    let (lang, now) = (visit.lang(), visit.now());
    let say = |key: &str| words::say(lang, key);
    let x = load(visit, id).await?;
    let g = &x.grant;
    let usable = all_met(&x.list);
    let facts = vec![
        (say("grant"), g.number.clone(), String::new()),
        (say(if x.side == Side::Buyer { "lane-seller" } else { "lane-buyer" }), x.other.clone(), String::new()),
        (say("head-since"), words::date(lang, g.starts_at), String::new()),
        (say("head-ends"), g.ends_at.map_or_else(|| say("without-end"), |t| words::date(lang, t)), String::new()),
        (say("covers"), say(&words::key("scope", g.scope.as_str())), String::new()),
    ];
    let mut sheet = Sheet::new(Frame::of(visit, x.title.clone()))
        .crumb(say("nav-grants"), urls::GRANTS)
        .crumb(g.number.clone(), "")
        .mark(mark(lang, g, now))
        .faulty(faults);
    if let grants::State::Terminated { reason, at, .. } = &g.state {
        sheet = sheet.put(Block::Notice(
            "bad",
            "ban",
            words::with(lang, "terminated-because", &[("date", &words::date(lang, *at)), ("reason", reason)]),
        ));
    }
    let links = vec![
        (say("receipt"), urls::grant_part(id, "receipt"), ""),
        (say("dataset"), urls::dataset_by_id(g.dataset_id), ""),
        (say("licence"), urls::licence(g.licence_id), ""),
        (say("request"), urls::purchase(g.purchase_id), ""),
    ];
    sheet = sheet.put(Block::Facts(facts)).put(Block::Links(links));
    if x.side == Side::Buyer {
        sheet = use_it(visit, sheet, &x, usable);
    }
    if !usable && x.side == Side::Buyer {
        sheet = sheet.put(Block::Heading(say("why-not"))).put(Block::Conditions(conditions(lang, &x.list)));
    }
    for (label, files) in &x.files {
        let open = usable && x.side == Side::Buyer;
        let table = files_table(lang, files, |f| open.then(|| urls::grant_file(id, f.id, &f.path)));
        sheet = sheet.put(Block::Heading(words::with(lang, "files-of", &[("label", label)]))).put(Block::Table(table));
    }
    if !x.usage.is_empty() {
        sheet = sheet.put(Block::Heading(say("usage"))).put(Block::Table(usage_table(lang, &x)));
    }
    if x.may_end && matches!(g.state, grants::State::Active) {
        let fields = Fields::new(lang, faults).keyed("reason", "end_reason", "text", "", "").done();
        sheet = sheet.put(Block::Form(FormView {
            heading: say("end-grant"),
            lead: say("end-grant-lead"),
            action: urls::grant_part(id, "termination"),
            fields,
            button: say("end-grant"),
            class: "danger",
            ..FormView::default()
        }));
    }
    let mut entries = x.entries.clone();
    entries.reverse();
    sheet.put(Block::Heading(say("journal"))).put(super::journal::table(lang, &entries, None)).answer()
}

/// The part of the page that makes the data usable: lines to copy, tokens.
fn use_it(visit: &Visit, mut sheet: Sheet, x: &Loaded, usable: bool) -> Sheet {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let id = x.grant.id;
    if usable && let Some(file) = x.files.first().and_then(|(_, f)| f.first()) {
        let address = visit.site.absolute(&urls::grant_file(id, file.id, &file.path));
        let token = visit.site.absolute(&format!("/api/v1/grants/{id}/download-tokens"));
        let name = file.path.rsplit('/').next().unwrap_or_default();
        // Not -OJ: curl refuses to resume under a name that comes from the answer.
        let lines = format!(
            "# {}\nTOKEN=$(curl -s -X POST -H \"Authorization: Bearer $ACCESS\" {token} | jq -r .token)\ncurl -f -C - -o {} -H \"Authorization: Bearer $TOKEN\" \\\n  {}\necho {} | sha256sum -c",
            say("snippet-note"),
            shell::word(name),
            shell::word(&address),
            shell::word(&format!("{}  {name}", file.sha256)),
        );
        let python = format!(
            "import os, pandas as pd\ndf = pd.read_csv(\"{address}\",\n    storage_options={{\"Authorization\": \"Bearer \" + os.environ[\"TOKEN\"]}})",
        );
        sheet = sheet
            .put(Block::Heading(say("use-it")))
            .put(Block::Snippet("curl".to_owned(), lines))
            .put(Block::Snippet("pandas".to_owned(), python));
    }
    let rows = x
        .tokens
        .iter()
        .map(|t| {
            let now = visit.now();
            let revoke = Button {
                action: urls::token_revocation(id, t.id),
                text: say("revoke"),
                class: "danger",
                hidden: Vec::new(),
            };
            let over = t.revoked_at.is_some() || t.expires_at <= now;
            vec![
                Cell::mono(t.id.to_string()),
                Cell::text(say(if t.service_id.is_some() { "actor-service" } else { "actor-person" })),
                Cell::mark(super::accounts::key_mark(lang, t.revoked_at.is_some(), t.expires_at <= now)),
                Cell::time(lang, t.expires_at),
                if over { Cell::text("–") } else { Cell::buttons(vec![revoke]) },
            ]
        })
        .collect::<Vec<_>>();
    let heads = ["head-token", "head-who", "head-state", "head-ends", "head-action"].map(|k| (say(k), false)).to_vec();
    let table = Table {
        label: say("tokens"),
        heads,
        rows,
        empty: (say("tokens-empty"), say("tokens-empty-text"), None),
        next: None,
    };
    sheet = sheet.put(Block::Heading(say("tokens"))).put(Block::Table(table));
    if usable {
        sheet = sheet.put(Block::Form(FormView {
            lead: say("make-token-lead"),
            action: urls::grant_part(id, "tokens"),
            button: say("make-token"),
            ..FormView::default()
        }));
    }
    sheet
}

fn usage_table(lang: Lang, x: &Loaded) -> Table {
    let say = |key: &str| words::say(lang, key);
    let path =
        |id| x.files.iter().flat_map(|(_, f)| f).find(|f| f.id == id).map(|f| f.path.clone()).unwrap_or_default();
    let rows = x
        .usage
        .iter()
        .map(|u| {
            vec![
                Cell::text(path(u.file_id)),
                Cell::text(u.day.clone()),
                Cell::number(words::number(u.requests)),
                Cell::number(size(u.sent_bytes)),
                Cell::time(lang, u.last_at),
            ]
        })
        .collect();
    let heads = vec![
        (say("head-path"), false),
        (say("head-day"), false),
        (say("head-requests"), true),
        (say("head-bytes"), true),
        (say("head-last-used"), false),
    ];
    Table { label: say("usage"), heads, rows, ..Table::default() }
}

async fn issue(visit: Visit, Path(id): Path<GrantId>, _form: Form<Nothing>) -> Answer {
    let (exchange, seconds) = (visit.site.facts.public_url.clone(), visit.site.facts.token_seconds);
    let claims = visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayFetch::check(tx, actor, id, None, now)?;
            Ok(delivery::issue_token(tx, may, &exchange, seconds, now)?)
        })
        .await?;
    let token = visit.site.signing.sign_download(&claims).map_err(|e| Problem::broken(&e))?;
    let say = |key: &str| words::say(visit.lang(), key);
    let end = words::date_time(visit.lang(), Timestamp(claims.exp.saturating_mul(1000)));
    let sheet = Sheet::new(Frame::titled(&visit, "token-made"))
        .put(Block::Notice("warn", "warn", say("shown-once")))
        .put(Block::Snippet(words::with(visit.lang(), "token-until", &[("date", &end)]), token))
        .put(Block::Links(vec![(say("i-stored-it"), urls::grant(id), "primary")]));
    super::accounts::secret_page(sheet)
}

async fn revoke(visit: Visit, Path((id, token)): Path<(GrantId, TokenId)>, _form: Form<Nothing>) -> Answer {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayRevokeToken::check(tx, actor, id, token)?;
            Ok(delivery::revoke_token(tx, may, now)?)
        })
        .await?;
    Ok(see_other(format!("{}?done=revoked", urls::grant(id))))
}

async fn terminate(visit: Visit, Path(id): Path<GrantId>, form: Form<ReasonTyped>) -> Answer {
    let reason = match form.typed.parse() {
        Ok(reason) => reason,
        Err(faults) => return page(&visit, id, &faults).await,
    };
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayTerminate::check(tx, actor, id)?;
            Ok(grants::terminate(tx, may, &reason, now)?)
        })
        .await?;
    Ok(see_other(format!("{}?done=ended", urls::grant(id))))
}

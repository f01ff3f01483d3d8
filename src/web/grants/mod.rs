//! Pages of grants: the list, the grant with its files and tokens, its receipt, and the file itself.

pub mod acts;
pub mod api;
pub mod evidence;
mod export;
mod fetch;
mod forms;
pub mod limits;
pub mod list;
mod qr;
mod receipt;
pub mod relicence;
pub mod renewal;
pub mod tokens;
pub mod uses;
pub mod verify;

use super::datasets::files_table;
use super::datasets::views::size;
use super::layout::Frame;
use super::sheet::{Block, Button, Cell, Mark, Sheet, Table, conditions};
use super::shell;
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Query, Visit};
use crate::market::conditions::all_met;
use crate::market::datasets;
use crate::market::delivery;
use crate::market::grants::{self, Asking, Grant, Side, Standing, standing};
use crate::market::{licences, parties};
use crate::routes;
use crate::urls;
use crate::values::{GrantId, Lang, Timestamp};
use crate::words;
use serde::Deserialize;
use std::collections::BTreeMap;

routes! {
    get "/grants/{id}" SignedIn => show,
    get "/grants/{id}/receipt" SignedIn => receipt::page,
    get "/grants/{id}/receipt.jws" Caller => receipt::file,
    get "/grants/{id}/receipt.vc.jwt" Caller => receipt::credential,
    get "/grants/{id}/files/{file}/{name:.*}" Anybody => fetch::file,
}

/// How a grant stands as a mark.
#[must_use]
pub fn mark(lang: Lang, grant: &Grant, now: Timestamp) -> Mark {
    let (class, icon, key) = match standing(grant, now) {
        Standing::Upcoming => ("wait", "clock", "grant-upcoming"),
        Standing::Active => ("ok", "check", "state-active"),
        Standing::Suspended => ("warn", "pause", "grant-suspended"),
        Standing::Lapsed => ("plain", "clock", "state-lapsed"),
        Standing::Terminated => ("bad", "ban", "grant-terminated"),
    };
    Mark { class, icon, text: words::say(lang, key) }
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
    /// Who took, by the identifier that is metered.
    takers: BTreeMap<String, String>,
    list: Vec<crate::market::conditions::Condition>,
    may_end: bool,
    may_suspend: bool,
    may_flag: bool,
    bounds: grants::Bounds,
    next: Option<Grant>,
    relicences: Vec<relicence::Asked>,
    entries: Vec<crate::market::journal::Entry>,
}

async fn load(visit: &Visit, id: GrantId) -> Result<Loaded, Problem> {
    let (lang, asking) = (visit.lang(), Asking::of(visit.actor()?, Some(visit.address)));
    visit
        .as_person()?
        .read(move |tx, actor, now| {
            let (grant, side) = grants::visible(tx, actor, id)?;
            let title = datasets::get(tx, grant.dataset_id)?.title(lang).to_owned();
            let other = parties::get(tx, if side == Side::Buyer { grant.seller_id } else { grant.holder_id })?
                .name(lang)
                .to_owned();
            let licence = licences::find(tx, grant.licence_id)?.ok_or_else(Problem::not_found)?;
            let bounds = grants::bounds_of(tx, id)?.unwrap_or_default();
            let mut files = Vec::new();
            for v in grants::versions(tx, &grant)? {
                let mut own = datasets::files_of(tx, v.id)?;
                own.retain(|f| bounds.deal.cover(&f.path));
                files.push((v.label.clone(), own));
            }
            let first = files.first().and_then(|(_, f)| f.first()).cloned();
            let list = grants::decide(tx, actor, &grant, (first.as_ref(), &asking), now)?;
            let usage = delivery::usage(tx, actor, id)?;
            let mut takers = BTreeMap::new();
            for taker in usage.iter().map(|u| &u.taken_by) {
                if !takers.contains_key(taker) {
                    takers.insert(taker.clone(), limits::taker_name(tx, lang, side, taker)?);
                }
            }
            Ok(Loaded {
                tokens: delivery::tokens_of(tx, actor, id)?,
                usage,
                takers,
                may_end: grants::side_that_ends(tx, actor, &grant)?.is_some(),
                may_suspend: all_met(&grants::suspend_conditions(tx, actor, &grant, now)?),
                may_flag: grants::flags(tx, actor, &grant)?,
                next: grants::successor(tx, &grant)?,
                relicences: relicence::asked_of(tx, actor, id)?,
                bounds,
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

/// Which files of which version are looked at; a version may have ten thousand.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FilesQuery {
    version: String,
    after: String,
}

/// Files of a version that the page shows at a time.
const FILES: usize = 100;

impl FilesQuery {
    /// The table of one part of a version's files, with the address of the next part under it.
    fn table(&self, lang: Lang, id: GrantId, (label, files): (&str, &[datasets::File]), open: bool) -> Table {
        let after = if self.version == label { self.after.as_str() } else { "" };
        let rest = files.get(files.partition_point(|f| f.path_folded.as_str() <= after)..).unwrap_or_default();
        let part = rest.get(..FILES).unwrap_or(rest);
        let mut table = files_table(lang, part, |f| open.then(|| urls::grant_file(id, f.id, &f.path)));
        table.next = part.last().filter(|_| rest.len() > FILES).map(|last| {
            let (version, after) = (urls::encode(label), urls::encode(&last.path_folded));
            format!("{}?version={version}&after={after}", urls::grant(id))
        });
        table
    }
}

async fn show(visit: Visit, Path(id): Path<GrantId>, Query(asked): Query<FilesQuery>) -> Answer {
    let visit = &visit;
    let (lang, now) = (visit.lang(), visit.now());
    let say = |key: &str| words::say(lang, key);
    let x = load(visit, id).await?;
    let g = &x.grant;
    let usable = all_met(&x.list);
    let facts = vec![
        (say("grant"), g.number.clone(), String::new()),
        (say(if x.side == Side::Buyer { "lane-seller" } else { "lane-buyer" }), x.other.clone(), String::new()),
        (say("head-since"), words::date_time(lang, g.starts_at), String::new()),
        (say("head-ends"), g.ends_at.map_or_else(|| say("without-end"), |t| words::date_time(lang, t)), String::new()),
        (say("covers"), say(&words::key("scope", g.scope.as_str())), String::new()),
    ];
    let mut sheet = Sheet::new(Frame::of(visit, x.title.clone()))
        .crumb(say("nav-grants"), urls::GRANTS)
        .crumb(g.number.clone(), "")
        .mark(mark(lang, g, now));
    sheet = state_notices(lang, sheet, &x, now).put(Block::Facts(facts)).put(Block::Links(links(lang, &x, now)));
    if x.side == Side::Buyer && x.may_flag && g.ends_at.is_some() && standing(g, now).is_open() {
        sheet = sheet.put(Block::Pairs(vec![(say("renewal"), wish_cell(lang, g))]));
    }
    let bounds = limits::pairs(lang, &x.bounds, x.side);
    if !bounds.is_empty() {
        sheet = sheet.put(Block::Heading(say("limits"))).put(Block::Pairs(bounds));
    }
    if x.side == Side::Buyer {
        sheet = use_it(visit, sheet, &x, usable);
    }
    if !usable && x.side == Side::Buyer {
        sheet = sheet.put(Block::Heading(say("why-not"))).put(Block::Conditions(conditions(lang, &x.list)));
    }
    for (label, files) in &x.files {
        let open = usable && x.side == Side::Buyer;
        let table = asked.table(lang, id, (label, files), open);
        sheet = sheet.put(Block::Heading(words::with(lang, "files-of", &[("label", label)]))).put(Block::Table(table));
    }
    if !x.usage.is_empty() {
        let report = vec![(say("use-report"), urls::grant_part(id, "use"), "")];
        sheet =
            sheet.put(Block::Heading(say("usage"))).put(Block::Table(usage_table(lang, &x))).put(Block::Links(report));
    }
    let mut entries = x.entries.clone();
    entries.reverse();
    sheet.put(Block::Heading(say("journal"))).put(super::journal::table(lang, &entries, None)).answer()
}

/// What is out of the ordinary about a grant, each with its reason.
fn state_notices(lang: Lang, mut sheet: Sheet, x: &Loaded, now: Timestamp) -> Sheet {
    let g = &x.grant;
    let told = |key: &str, at: Timestamp, reason: &str| {
        words::with(lang, key, &[("date", &words::date_time(lang, at)), ("reason", reason)])
    };
    if let grants::State::Terminated { reason, at, .. } = &g.state {
        let over = *at <= now;
        let (class, icon, key) =
            if over { ("bad", "ban", "terminated-because") } else { ("warn", "clock", "ends-by-notice") };
        sheet = sheet.put(Block::Notice(class, icon, told(key, *at, reason)));
    }
    if let Some(rest) = g.state.suspension().filter(|_| standing(g, now) == Standing::Suspended) {
        sheet = sheet.put(Block::Notice("warn", "pause", told("suspended-because", rest.at, &rest.reason)));
    }
    if g.starts_at > now {
        sheet = sheet.put(Block::Notice("", "info", told("begins-later", g.starts_at, "")));
    }
    if let Some(asked) = x.relicences.first() {
        sheet = relicence::notices(lang, sheet, g, x.side, asked);
    }
    if let Some(next) = &x.next {
        let said = words::with(lang, "renewed-by", &[("number", &next.number)]);
        sheet = sheet.put(Block::Notice("ok", "check", said));
    }
    sheet
}

/// Where one goes on to from a grant.
fn links(lang: Lang, x: &Loaded, now: Timestamp) -> Vec<(String, String, &'static str)> {
    let say = |key: &str| words::say(lang, key);
    let (g, id) = (&x.grant, x.grant.id);
    let stands = standing(g, now);
    let mut list = vec![
        (say("receipt"), urls::grant_part(id, "receipt"), ""),
        (say("dataset"), urls::dataset_by_id(g.dataset_id), ""),
        (say("licence"), urls::licence(relicence::in_force(g, &x.relicences)), ""),
        (say("request"), urls::purchase(g.purchase_id), ""),
        (say("evidence"), urls::purchase_part(g.purchase_id, "evidence.zip"), ""),
    ];
    let renewable = g.ends_at.is_some() && !matches!(g.state, grants::State::Terminated { .. }) && x.next.is_none();
    if x.side == Side::Buyer && renewable {
        list.push((say("renew-grant"), urls::grant_part(id, "renewal"), ""));
    }
    if stands.is_open() {
        list.push((say("limits"), urls::grant_part(id, "limits"), ""));
        if x.may_suspend {
            let key = if g.state.suspension().is_some() { "resume-grant" } else { "suspend-grant" };
            list.push((say(key), urls::grant_part(id, "suspension"), ""));
        }
        if x.may_end {
            list.push((say("end-grant"), urls::grant_part(id, "termination"), "danger"));
        }
    }
    list
}

/// Whether the grant is to be renewed, with the button that says otherwise.
fn wish_cell(lang: Lang, g: &Grant) -> Cell {
    let (text, button, value) = if g.renewal_unwanted {
        ("renewal-unwanted", "renewal-wanted-again", "no")
    } else {
        ("renewal-wanted", "renewal-do-not", "yes")
    };
    let button = Button {
        action: urls::grant_part(g.id, "renewal-wish"),
        text: words::say(lang, button),
        class: "",
        hidden: vec![("unwanted", value.to_owned())],
    };
    Cell { buttons: vec![button], ..Cell::text(words::say(lang, text)) }
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
    tokens::block(visit, sheet, (x.grant.id, &x.tokens), usable)
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
                Cell::text(x.takers.get(&u.taken_by).cloned().unwrap_or_default()),
                Cell::text(u.day.clone()),
                Cell::number(words::number(u.requests)),
                Cell::number(size(u.sent_bytes)),
                Cell::time(lang, u.last_at),
            ]
        })
        .collect();
    let heads = vec![
        (say("head-path"), false),
        (say("head-who"), false),
        (say("head-day"), false),
        (say("head-requests"), true),
        (say("head-bytes"), true),
        (say("head-last-used"), false),
    ];
    Table { label: say("usage"), heads, rows, ..Table::default() }
}

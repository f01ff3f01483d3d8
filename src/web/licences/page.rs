//! The page of a licence: what may be done, duties and bounds with who keeps them, versions and what changed, the text.

use super::compare;
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Visit, answer};
use crate::market::licences::terms::{Constraint, Keeper, Terms};
use crate::market::licences::{self, Licence, MayWriteLicence, standard};
use crate::market::parties;
use crate::urls;
use crate::values::{Lang, LicenceId};
use crate::web::datasets::views::{Permissions, markdown, permissions};
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Cell, Mark, Table};
use crate::words;
use actix_web::HttpRequest;
use askama::Template;

/// The template of a licence and of a draft.
#[derive(Template)]
#[template(path = "pages/licence.html")]
struct LicenceView {
    f: Frame,
    marks: Vec<Mark>,
    summary: String,
    before: Vec<Block>,
    permissions: Permissions,
    after: Vec<Block>,
    /// Language code, and the text as HTML or as it is.
    texts: Vec<(&'static str, String, bool)>,
}

/// What the page shows beside the permissions.
#[derive(Default)]
pub(super) struct Parts {
    pub title: String,
    pub marks: Vec<Mark>,
    pub summary: String,
    pub before: Vec<Block>,
    pub after: Vec<Block>,
    /// Chinese, English, and whether they are plain text.
    pub texts: (String, String, bool),
    /// 200 unless said otherwise.
    pub status: u16,
}

impl Parts {
    /// Renders the page.
    pub(super) fn answer(self, visit: &Visit, terms: &Terms) -> Answer {
        let (zh, en, plain) = self.texts;
        let order = if visit.lang() == Lang::Zh { [("zh-CN", zh), ("en", en)] } else { [("en", en), ("zh-CN", zh)] };
        let texts = order
            .into_iter()
            .filter(|(_, t)| !t.is_empty())
            .map(|(code, t)| (code, if plain { t } else { markdown(&t) }, plain))
            .collect();
        let view = LicenceView {
            f: Frame::of(visit, self.title),
            marks: self.marks,
            summary: self.summary,
            before: self.before,
            permissions: permissions(visit.lang(), terms),
            after: self.after,
            texts,
        };
        let status = actix_web::http::StatusCode::from_u16(self.status).unwrap_or_default();
        answer::html_as(status, &view)
    }
}

/// Who keeps a term, as a mark.
fn keeper(lang: Lang, keeper: Keeper) -> Cell {
    let (class, icon) = match keeper {
        Keeper::Enforced => ("ok", "check"),
        Keeper::Promised => ("plain", "deed"),
    };
    Cell::mark(Mark { class, icon, text: words::say(lang, keeper.key()) })
}

/// The values of a constraint in words.
#[must_use]
pub fn bound_words(lang: Lang, constraint: &Constraint) -> String {
    let say = |key: &str| words::say(lang, key);
    let between = if lang == Lang::Zh { "、" } else { ", " };
    let count = |key: &str, n: &u32| words::with(lang, key, &[("count", &n.to_string())]);
    match constraint {
        Constraint::Purpose(list) => list.iter().map(|p| say(p.key())).collect::<Vec<_>>().join(between),
        Constraint::Recipients(list) => list.iter().map(|r| say(r.key())).collect::<Vec<_>>().join(between),
        Constraint::Field(list) => {
            let name = |f: &String| say(&format!("sector-{}", f.to_ascii_lowercase()));
            list.iter().map(name).collect::<Vec<_>>().join(between)
        }
        Constraint::Territory(list) | Constraint::Networks(list) => list.join(", "),
        Constraint::Seats(n) => count("bound-count-people", n),
        Constraint::Duration(n) => count("bound-count-days", n),
        Constraint::Downloads(n) => count("bound-count-downloads", n),
        Constraint::Volume(n) => format!("{n} GiB"),
    }
}

/// Duties, limits, bounds and statements in one table: what, how much, the clause, who keeps it.
fn terms_table(lang: Lang, terms: &Terms) -> Option<Table> {
    let say = |key: &str| words::say(lang, key);
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for d in terms.duties() {
        rows.push(vec![
            Cell::text(say(d.duty.key())),
            Cell::text("–"),
            Cell::text(d.clause.clone()),
            keeper(lang, d.duty.keeper()),
        ]);
    }
    for c in terms.constraints() {
        let bound = c.constraint.bound();
        rows.push(vec![
            Cell::text(say(bound.key())),
            Cell::text(bound_words(lang, &c.constraint)),
            Cell::text(c.clause.clone()),
            keeper(lang, bound.keeper()),
        ]);
    }
    for l in terms.limits() {
        rows.push(vec![
            Cell::text(say(l.limit.key())),
            Cell::text("–"),
            Cell::text(l.clause.clone()),
            keeper(lang, l.limit.keeper()),
        ]);
    }
    for s in terms.statements() {
        rows.push(vec![
            Cell::text(say(s.statement.key())),
            Cell::text(lang.pick(&s.note_zh, &s.note_en)),
            Cell::text(s.clause.clone()),
            keeper(lang, Keeper::Promised),
        ]);
    }
    let heads = ["head-term", "head-value", "head-clause", "head-kept"].map(|k| (say(k), false)).to_vec();
    (!rows.is_empty()).then(|| Table { label: say("duties-and-bounds"), heads, rows, ..Table::default() })
}

/// The clauses that nobody but people understands.
fn custom_table(lang: Lang, terms: &Terms) -> Option<Table> {
    let say = |key: &str| words::say(lang, key);
    let rows: Vec<Vec<Cell>> = terms
        .custom()
        .iter()
        .map(|c| {
            let mark = Mark { class: "warn", icon: "warn", text: say("custom-mark") };
            vec![Cell::text(c.clause.clone()), Cell::text(lang.pick(&c.note_zh, &c.note_en)), Cell::mark(mark)]
        })
        .collect();
    let heads = ["head-clause", "head-begins", "head-state"].map(|k| (say(k), false)).to_vec();
    (!rows.is_empty()).then(|| Table { label: say("custom-clauses"), heads, rows, ..Table::default() })
}

/// What terms say beside the permissions, as blocks.
pub(super) fn built_blocks(lang: Lang, terms: &Terms) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(table) = terms_table(lang, terms) {
        blocks.push(Block::Heading(table.label.clone()));
        blocks.push(Block::Table(table));
    }
    if let Some(table) = custom_table(lang, terms) {
        blocks.push(Block::Heading(table.label.clone()));
        blocks.push(Block::Text(words::say(lang, "custom-flagged")));
        blocks.push(Block::Table(table));
    }
    blocks
}

struct Loaded {
    licence: Licence,
    owner: Option<String>,
    versions: Vec<Licence>,
    may_go_on: bool,
}

async fn load(visit: &Visit, id: LicenceId) -> Result<Loaded, Problem> {
    let (lang, actor) = (visit.lang(), visit.look.actor.clone());
    visit
        .site
        .db
        .read(move |tx| {
            let licence = licences::find(tx, id)?.ok_or_else(Problem::not_found)?;
            let owner = match licence.party_id {
                Some(party) => Some(parties::get(tx, party)?.name(lang).to_owned()),
                None => None,
            };
            let may_go_on = match (&actor, licence.party_id) {
                (Some(actor), Some(party)) => MayWriteLicence::check(tx, actor, party).is_ok(),
                (None, _) | (_, None) => false,
            };
            Ok::<_, Problem>(Loaded { owner, versions: licences::versions(tx, &licence.code)?, may_go_on, licence })
        })
        .await
}

fn links(lang: Lang, x: &Loaded) -> Block {
    let say = |key: &str| words::say(lang, key);
    let at = |part: &str| format!("{}/{part}", urls::licence(x.licence.id));
    let mut list = vec![(say("may-i"), at("may"), "primary"), (say("compare-licences"), at("compare"), "")];
    if x.may_go_on {
        list.push((say("next-licence-version"), format!("{}?from={}", urls::LICENCE_BUILD, x.licence.id), ""));
    }
    list.push(("ODRL".to_owned(), at("odrl.json"), ""));
    list.push(("JSON".to_owned(), format!("/api/v1/licences/{}", x.licence.id), ""));
    Block::Links(list)
}

fn versions_table(lang: Lang, x: &Loaded) -> Table {
    let say = |key: &str| words::say(lang, key);
    let rows = x
        .versions
        .iter()
        .rev()
        .map(|l| {
            let here = l.id == x.licence.id;
            let name =
                if here { Cell::text(l.label.clone()) } else { Cell::link(l.label.clone(), urls::licence(l.id)) };
            let newest = x.versions.last().is_some_and(|n| n.id == l.id);
            let state = if newest {
                Cell::mark(Mark { class: "ok", icon: "check", text: say("licence-newest") })
            } else {
                Cell::mark(Mark { class: "plain", icon: "clock", text: say("licence-older") })
            };
            vec![name, Cell::time(lang, l.created_at), state, Cell::mono(l.sha256.short())]
        })
        .collect();
    let heads = ["head-label", "head-since", "head-state", "head-digest"].map(|k| (say(k), false)).to_vec();
    Table { label: say("licence-versions"), heads, rows, ..Table::default() }
}

/// Whether the document in JSON-LD is asked for, and not the page.
fn wants_linked_data(request: &HttpRequest) -> bool {
    let accept =
        request.headers().get(actix_web::http::header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    accept.contains("application/ld+json") && !accept.contains("text/html")
}

pub(super) async fn show(visit: Visit, Path(id): Path<LicenceId>, request: HttpRequest) -> Answer {
    if wants_linked_data(&request) {
        return super::linked::licence(visit, Path(id)).await;
    }
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let x = load(&visit, id).await?;
    let l = &x.licence;
    let shipped = standard::find(&l.code).filter(|_| l.party_id.is_none());
    let mut before = Vec::new();
    if shipped.is_some_and(|s| s.spdx.is_none()) {
        before.push(Block::Notice("warn", "info", say("licence-is-template")));
    }
    if x.versions.last().is_some_and(|n| n.id != l.id) {
        before.push(Block::Notice("warn", "clock", say("licence-has-newer")));
    }
    if !l.terms.custom().is_empty() {
        before.push(Block::Notice("warn", "warn", say("custom-flagged")));
    }
    before.push(links(lang, &x));
    let mut after = built_blocks(lang, &l.terms);
    let mut identity = vec![
        (say("head-code"), Cell::mono(l.code.clone())),
        (say("head-label"), Cell::text(l.label.clone())),
        ("SHA-256".to_owned(), Cell::mono(l.sha256.to_string())),
    ];
    if let Some(owner) = &x.owner {
        identity.insert(0, (say("field-owner"), Cell::text(owner.clone())));
    }
    after.push(Block::Heading(say("identity")));
    after.push(Block::Pairs(identity));
    if x.versions.len() > 1 {
        after.push(Block::Heading(say("licence-versions")));
        after.push(Block::Table(versions_table(lang, &x)));
    }
    if let Some(old) = x.versions.iter().take_while(|v| v.id != l.id).last() {
        after.push(Block::Heading(words::with(lang, "licence-changed-since", &[("label", &old.label)])));
        after.extend(compare::changes(lang, old, l)?);
    }
    Parts {
        title: l.title(lang).to_owned(),
        summary: shipped.map(|s| lang.pick(s.summary_zh, s.summary_en).to_owned()).unwrap_or_default(),
        before,
        after,
        texts: (l.text_zh.clone(), l.text_en.clone(), shipped.is_some_and(|s| s.spdx.is_some())),
        status: 200,
        ..Parts::default()
    }
    .answer(&visit, &l.terms)
}

//! Any two licences side by side, and what changed from one version to the next.

use super::page::bound_words;
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Query, Visit, answer};
use crate::market::licences::difference::{self, Comparison, DiffLine, LineKind, Pair};
use crate::market::licences::terms::{Bound, Duty, Limit, Rule, Statement, Verdict};
use crate::market::licences::{self, Licence};
use crate::market::parties;
use crate::routes;
use crate::urls;
use crate::values::{Lang, LicenceId};
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Cell, Fields, FormView, Mark, Sheet, Table};
use crate::words;
use askama::Template;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/licences/{id}/compare" Anybody => page,
    get "/api/v1/licences/{id}/comparison" Anybody => by_api,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct With {
    with: String,
}

/// A verdict as a mark, with its clause and note.
pub(super) fn verdict_cell(lang: Lang, rule: &Rule) -> Cell {
    let (class, icon) = match rule.verdict {
        Verdict::Allowed => ("ok", "check"),
        Verdict::Conditional => ("warn", "cond"),
        Verdict::Forbidden => ("bad", "cross"),
    };
    let note = lang.pick(&rule.note_zh, &rule.note_en);
    let small = if note.is_empty() { rule.clause.clone() } else { format!("{} · {note}", rule.clause) };
    Cell::mark(Mark { class, icon, text: words::say(lang, rule.verdict.key()) }).with_small(small)
}

/// The name of an entry in words.
fn entry_name(lang: Lang, pair: &Pair) -> String {
    let key = match pair.kind {
        "duty" => Duty::find(&pair.code).map(Duty::key),
        "limit" => Limit::find(&pair.code).map(Limit::key),
        "bound" => Bound::find(&pair.code).map(Bound::key),
        "statement" => Statement::find(&pair.code).map(Statement::key),
        _ => None,
    };
    key.map_or_else(|| words::say(lang, "custom-mark"), |key| words::say(lang, key))
}

fn changed_cell(lang: Lang, same: bool) -> Cell {
    if same {
        Cell::text("–")
    } else {
        Cell::mark(Mark { class: "warn", icon: "swap", text: words::say(lang, "differs") })
    }
}

/// How the entry reads on one side: its value in words, and the clause.
fn side_cell(lang: Lang, pair: &Pair, licence: &Licence, first: bool) -> Cell {
    let side = if first { &pair.before } else { &pair.after };
    let Some(side) = side else { return Cell::text(words::say(lang, "not-stated")) };
    let bounds = licence.terms.constraints().iter();
    let bound = bounds.filter(|_| pair.kind == "bound").find(|c| c.constraint.bound().code() == pair.code);
    let text = match bound {
        Some(entry) => bound_words(lang, &entry.constraint),
        None => lang.pick(&side.zh, &side.en).to_owned(),
    };
    let text = if text.is_empty() { words::say(lang, "stated") } else { text };
    Cell::text(text).with_small(side.clause.clone())
}

fn tables(lang: Lang, found: &Comparison, licences: (&Licence, &Licence), all: bool) -> Vec<Block> {
    let say = |key: &str| words::say(lang, key);
    let name = |l: &Licence| format!("{} {}", l.title(lang), l.label);
    let (first, second) = (name(licences.0), name(licences.1));
    let heads =
        |what: &str| vec![(say(what), false), (first.clone(), false), (second.clone(), false), (say("differs"), false)];
    let rules = found.rules.iter().filter(|r| all || !r.is_same()).map(|r| {
        vec![
            Cell::text(say(r.action.key())),
            verdict_cell(lang, &r.before),
            verdict_cell(lang, &r.after),
            changed_cell(lang, r.is_same()),
        ]
    });
    let entries = found.entries.iter().filter(|p| all || !p.is_same()).map(|p| {
        vec![
            Cell::text(entry_name(lang, p)),
            side_cell(lang, p, licences.0, true),
            side_cell(lang, p, licences.1, false),
            changed_cell(lang, p.is_same()),
        ]
    });
    let mut blocks = Vec::new();
    for (what, rows) in [("permissions", rules.collect::<Vec<_>>()), ("duties-and-bounds", entries.collect::<Vec<_>>())]
    {
        if !rows.is_empty() {
            blocks.push(Block::Heading(say(what)));
            blocks.push(Block::Table(Table { label: say(what), heads: heads("head-term"), rows, ..Table::default() }));
        }
    }
    blocks
}

/// The difference of two texts.
#[derive(Template)]
#[template(path = "pages/diff.html")]
struct DiffView {
    label: String,
    lang: &'static str,
    /// Class, sign, text.
    lines: Vec<(&'static str, &'static str, String)>,
}

fn text_block(lang: Lang, language: &'static str, lines: &[DiffLine]) -> Result<Option<Block>, Problem> {
    if lines.is_empty() {
        return Ok(None);
    }
    let key = if language == "en" { "text-english" } else { "text-chinese" };
    let line = |l: &DiffLine| match l.kind {
        LineKind::Same => ("same", "", l.text.clone()),
        LineKind::Removed => ("del", "−", l.text.clone()),
        LineKind::Added => ("add", "+", l.text.clone()),
        LineKind::Gap => ("gap", "…", words::with(lang, "lines-equal", &[("count", &l.text)])),
    };
    let view = DiffView { label: words::say(lang, key), lang: language, lines: lines.iter().map(line).collect() };
    Ok(Some(Block::Html(view.render().map_err(|e| Problem::broken(&e))?)))
}

fn texts(lang: Lang, found: &Comparison) -> Result<Vec<Block>, Problem> {
    let (zh, en) = (("zh-CN", &found.text_zh), ("en", &found.text_en));
    let order = if lang == Lang::Zh { [zh, en] } else { [en, zh] };
    let mut blocks = Vec::new();
    for (language, lines) in order {
        blocks.extend(text_block(lang, language, lines)?);
    }
    Ok(blocks)
}

/// What changed from one version to the next: only what differs.
pub(in crate::web) fn changes(lang: Lang, before: &Licence, after: &Licence) -> Result<Vec<Block>, Problem> {
    let found = difference::compare(before, after);
    let mut blocks = if found.same_terms() {
        vec![Block::Notice("", "info", words::say(lang, "terms-unchanged"))]
    } else {
        tables(lang, &found, (before, after), false)
    };
    blocks.extend(texts(lang, &found)?);
    Ok(blocks)
}

/// Both licences, and those that can be chosen.
async fn load(visit: &Visit, id: LicenceId, with: &str) -> Result<(Licence, Option<Licence>, Vec<Licence>), Problem> {
    let (other, actor) = (with.parse::<LicenceId>().ok(), visit.look.actor.clone());
    visit
        .site
        .db
        .read(move |tx| {
            let licence = licences::find(tx, id)?.ok_or_else(Problem::not_found)?;
            let other = match other {
                Some(other) => Some(licences::find(tx, other)?.ok_or_else(Problem::not_found)?),
                None => None,
            };
            let mut list = licences::versions(tx, &licence.code)?;
            list.extend(licences::list_public(tx)?);
            if let Some(actor) = &actor {
                for (party, _) in parties::own(tx, actor)? {
                    list.extend(licences::of_party(tx, party.id)?);
                }
            }
            let mut seen = std::collections::BTreeSet::new();
            list.retain(|l| l.id != licence.id && seen.insert(l.id));
            Ok((licence, other, list))
        })
        .await
}

async fn page(visit: Visit, Path(id): Path<LicenceId>, Query(query): Query<With>) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let (licence, other, list) = load(&visit, id, &query.with).await?;
    let name = |l: &Licence| format!("{} {} ({})", l.title(lang), l.label, l.code);
    let fields = Fields::new(lang, &[])
        .keyed("with", "compare_with", "select", &query.with, "")
        .choices(list.iter().map(|l| (l.id.to_string(), name(l), String::new())))
        .done();
    let mut sheet = Sheet::new(Frame::titled(&visit, "compare-licences"))
        .crumb(say("nav-licences"), urls::LICENCES)
        .crumb(licence.title(lang), urls::licence(id))
        .lead(say("compare-licences-lead"))
        .put(Block::Form(FormView {
            action: format!("{}/compare", urls::licence(id)),
            fields,
            button: say("compare"),
            class: "primary",
            get: true,
            ..FormView::default()
        }));
    if let Some(other) = &other {
        let found = difference::compare(&licence, other);
        for block in tables(lang, &found, (&licence, other), true) {
            sheet = sheet.put(block);
        }
        sheet = sheet.put(Block::Links(vec![
            (licence.title(lang).to_owned(), urls::licence(licence.id), ""),
            (other.title(lang).to_owned(), urls::licence(other.id), ""),
        ]));
        let texts = texts(lang, &found)?;
        if texts.is_empty() {
            sheet = sheet.put(Block::Notice("", "info", say("texts-not-comparable")));
        }
        for block in texts {
            sheet = sheet.put(block);
        }
    }
    sheet.answer()
}

/// How something reads on one side.
#[derive(Debug, Serialize, ToSchema)]
pub struct SideOut {
    clause: String,
    value: String,
    note_en: String,
    note_zh: String,
}

/// Something that one or both licences say.
#[derive(Debug, Serialize, ToSchema)]
pub struct PairOut {
    /// `action`, `duty`, `limit`, `bound`, `statement` or `custom`.
    kind: String,
    code: String,
    same: bool,
    before: Option<SideOut>,
    after: Option<SideOut>,
}

/// A line of the difference of two texts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedLineOut {
    /// ` ` in both, `-` in the first only, `+` in the second only, `…` so many equal lines left out.
    sign: &'static str,
    text: String,
}

/// Two licences compared.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparisonOut {
    before: String,
    after: String,
    same_terms: bool,
    entries: Vec<PairOut>,
    text_zh: Vec<ComparedLineOut>,
    text_en: Vec<ComparedLineOut>,
}

fn rule_out(rule: &Rule) -> SideOut {
    SideOut {
        clause: rule.clause.clone(),
        value: rule.verdict.code().to_owned(),
        note_en: rule.note_en.clone(),
        note_zh: rule.note_zh.clone(),
    }
}

fn side_out(kind: &str, side: &difference::Side) -> SideOut {
    let coded = kind == "bound";
    SideOut {
        clause: side.clause.clone(),
        value: if coded { side.en.clone() } else { String::new() },
        note_en: if coded { String::new() } else { side.en.clone() },
        note_zh: if coded { String::new() } else { side.zh.clone() },
    }
}

fn lines_out(lines: &[DiffLine]) -> Vec<ComparedLineOut> {
    let sign = |kind: LineKind| match kind {
        LineKind::Same => " ",
        LineKind::Removed => "-",
        LineKind::Added => "+",
        LineKind::Gap => "…",
    };
    lines.iter().map(|l| ComparedLineOut { sign: sign(l.kind), text: l.text.clone() }).collect()
}

/// Compares a licence with another: what may be done, duties, bounds, and both texts line by line.
#[utoipa::path(get, path = "/api/v1/licences/{id}/comparison", tag = "licences", params(("id" = String, Path), ("with" = String, Query, description = "The other licence.")), responses((status = 200, body = ComparisonOut), (status = 404)))]
pub(crate) async fn by_api(visit: Visit, Path(id): Path<LicenceId>, Query(query): Query<With>) -> Answer {
    let (licence, other, _) = load(&visit, id, &query.with).await?;
    let other = other.ok_or_else(|| Problem::bad_request("query"))?;
    let found = difference::compare(&licence, &other);
    let rules = found.rules.iter().map(|r| PairOut {
        kind: "action".to_owned(),
        code: r.action.code().to_owned(),
        same: r.is_same(),
        before: Some(rule_out(&r.before)),
        after: Some(rule_out(&r.after)),
    });
    let entries = found.entries.iter().map(|p| PairOut {
        kind: p.kind.to_owned(),
        code: p.code.clone(),
        same: p.is_same(),
        before: p.before.as_ref().map(|s| side_out(p.kind, s)),
        after: p.after.as_ref().map(|s| side_out(p.kind, s)),
    });
    answer::json(&ComparisonOut {
        before: licence.id.to_string(),
        after: other.id.to_string(),
        same_terms: found.same_terms(),
        entries: rules.chain(entries).collect(),
        text_zh: lines_out(&found.text_zh),
        text_en: lines_out(&found.text_en),
    })
}

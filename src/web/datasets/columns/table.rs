//! The form of one table.

use super::super::conflict::{self, Part};
use super::super::edit::{Own, frame};
use super::super::preview;
use super::super::wizard::{Pairs, Saved, autosave_script, last_change};
use super::form::{PAGE, Row, merged, rows_of_form};
use super::{columns_problem, own_version, table_address};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Visit, answer, see_other};
use crate::market::datasets::columns::{self, ColumnKind, Origin, Proposal, Schema};
use crate::market::datasets::{MayChangeDataset, Version, VersionState};
use crate::urls;
use crate::values::{FilePath, Lang, VersionId};
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Field};
use crate::words;
use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

/// Which table, and from which column on.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct TableQuery {
    path: String,
    from: usize,
}

/// A row of the form.
struct RowView {
    at: usize,
    row: Row,
    kinds: Vec<(String, bool)>,
    errors: Vec<(String, String)>,
}
impl RowView {
    fn error(&self, part: &str) -> &str {
        self.errors.iter().find(|(p, _)| p == part).map_or("", |(_, e)| e.as_str())
    }
    fn has_limits(&self) -> bool {
        let r = &self.row;
        ![&r.minimum, &r.maximum, &r.pattern, &r.choices].iter().all(|t| t.is_empty())
            || ["minimum", "maximum", "pattern"].iter().any(|p| !self.error(p).is_empty())
    }
}

#[derive(Template)]
#[template(path = "pages/schema.html")]
struct SchemaView {
    f: Frame,
    crumbs: Vec<(String, String)>,
    path: String,
    origin: String,
    gone: String,
    action: String,
    rows: Vec<RowView>,
    hidden: Vec<Field>,
    may_widen: bool,
    wide: bool,
    before: Option<String>,
    next: Option<String>,
    final_note: bool,
    script: Option<Block>,
    faults: Vec<(String, String)>,
}

/// A table with what it is known to have.
struct At {
    own: Own,
    version: Version,
    path: FilePath,
    proposal: Proposal,
    from: usize,
}
impl At {
    fn rows(&self) -> Vec<Row> {
        let p = &self.proposal;
        p.columns.iter().skip(self.from).take(PAGE).map(|c| Row::of(c, &p.primary_key)).collect()
    }
    fn parts(&self, lang: Lang, rows: &[Row]) -> Vec<Part> {
        rows.iter().enumerate().flat_map(|(i, row)| row.parts(lang, self.from + i)).collect()
    }
    fn here(&self) -> String {
        let page = table_address(&self.own, self.version.id, self.path.as_str());
        if self.from == 0 { page } else { preview::with(page, "from", &self.from.to_string()) }
    }
    /// Both revisions: that of the file's own schema and that of the whole version's.
    fn revision(&self) -> String {
        format!("{}-{}", self.proposal.revision, self.proposal.whole_revision)
    }
}

async fn load(visit: &Visit, at: (&str, &str, VersionId), asked: &TableQuery) -> Result<At, Problem> {
    let (own, version) = own_version(visit, at.0, at.1, at.2).await?;
    let path = FilePath::parse(&asked.path).map_err(|_| Problem::not_found())?;
    let (id, wanted) = (version.id, path.clone());
    let proposal = visit.site.db.read(move |tx| Ok::<_, Problem>(columns::proposal(tx, id, &wanted)?)).await?;
    let proposal = proposal.ok_or_else(Problem::not_found)?;
    let from = asked.from.min(proposal.columns.len()) / PAGE * PAGE;
    Ok(At { own, version, path, proposal, from })
}

fn row_view(lang: Lang, at: usize, row: Row, faults: &[Fault]) -> RowView {
    let stem = format!("c{at}_");
    let errors = faults.iter().filter_map(|f| {
        let part = f.field.strip_prefix(&stem)?;
        Some((part.to_owned(), words::with(lang, f.message, &[("value", &f.value)])))
    });
    let kinds = ColumnKind::ALL.iter().map(|k| (k.to_string(), k.as_str() == row.kind)).collect();
    RowView { at, kinds, errors: errors.collect(), row }
}

fn show(visit: &Visit, at: &At, rows: Vec<Row>, typed: Option<&Pairs>, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let draft = at.version.state == VersionState::Draft;
    let fresh = conflict::base(&at.parts(lang, &at.rows()));
    let base = typed.map_or(fresh, |t| t.get("base").to_owned());
    let revision = typed.map_or_else(|| at.revision(), |t| t.get("revision").to_owned());
    let p = &at.proposal;
    let page =
        |from: usize| preview::with(table_address(&at.own, at.version.id, at.path.as_str()), "from", &from.to_string());
    let origin = match p.from {
        Origin::File => say("schema-declared"),
        Origin::Version => say("schema-of-version"),
        Origin::Measured => say("schema-measured"),
        Origin::Sample => say("schema-guessed"),
    };
    let (party, slug) = (&at.own.party.slug, &at.own.dataset.slug);
    let named = |f: &Fault| {
        let column = f.field.trim_start_matches('c').split('_').next().and_then(|n| n.parse::<usize>().ok());
        let name = column.and_then(|n| p.columns.get(n)).map(|c| c.name.as_str()).unwrap_or_default();
        (f.field.clone(), format!("{name}: {}", words::with(lang, f.message, &[("value", &f.value)])))
    };
    let view = SchemaView {
        f: frame(visit, &at.own.party, &at.own.dataset, "task-schema"),
        crumbs: vec![
            (at.own.dataset.title(lang).to_owned(), urls::dataset_part(party, slug, "edit")),
            (say("task-schema"), urls::version(party, slug, at.version.id, "schema")),
        ],
        path: at.path.as_str().to_owned(),
        origin,
        gone: p.gone.join(", "),
        action: at.here(),
        rows: rows.into_iter().enumerate().map(|(i, row)| row_view(lang, at.from + i, row, faults)).collect(),
        hidden: conflict::guards(lang, &revision, &base, draft),
        may_widen: p.revision == 0,
        wide: typed.map_or(p.from == Origin::Version, |t| !t.get("wide").is_empty()),
        before: (at.from > 0).then(|| page(at.from.saturating_sub(PAGE))),
        next: (at.from + PAGE < p.columns.len()).then(|| page(at.from + PAGE)),
        final_note: !draft,
        script: draft.then(|| autosave_script(lang)),
        faults: faults.iter().map(named).collect(),
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    answer::html_as(status, &view)
}

pub(super) async fn page(
    visit: Visit,
    Path((party, slug, id)): Path<(String, String, VersionId)>,
    Query(asked): Query<TableQuery>,
) -> Answer {
    let at = load(&visit, (&party, &slug, id), &asked).await?;
    let rows = at.rows();
    show(&visit, &at, rows, None, &[])
}

pub(super) async fn change(
    visit: Visit,
    Path((party, slug, id)): Path<(String, String, VersionId)>,
    Query(asked): Query<TableQuery>,
    form: Form<Pairs>,
) -> Answer {
    let (lang, typed) = (visit.lang(), form.typed);
    let at = load(&visit, (&party, &slug, id), &asked).await?;
    let rows = rows_of_form(&typed, at.from, at.proposal.columns.len());
    let p = &at.proposal;
    let (columns, primary_key) = match merged(&p.columns, &p.primary_key, &rows, at.from) {
        Ok(values) => values,
        Err(faults) if visit.look.machine => return Err(Problem::invalid(faults)),
        Err(faults) => return show(&visit, &at, rows, Some(&typed), &faults),
    };
    let theirs = at.rows();
    let aligned = theirs.len() == rows.len() && theirs.iter().zip(&rows).all(|(a, b)| a.name == b.name);
    let (theirs, mine) = (at.parts(lang, &theirs), at.parts(lang, &rows));
    let seen = typed.get("revision") == at.revision();
    if !aligned || !seen && !conflict::is_mine_alone(&theirs, &mine, typed.get("base")) {
        if visit.look.machine || !aligned {
            return Err(Problem::conflict("overtaken"));
        }
        return compare(&visit, &at, &theirs, &mine, &typed, &rows).await;
    }
    let wide = !typed.get("wide").is_empty() && p.revision == 0;
    let revision = if wide { p.whole_revision } else { p.revision };
    let schema = Schema { path: (!wide).then(|| at.path.clone()), columns, primary_key };
    let dataset = at.own.dataset.id;
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeDataset::check(tx, actor, dataset)?;
            columns::declare(tx, may, id, revision, &schema, now).map_err(columns_problem)
        })
        .await?;
    if visit.look.machine {
        let now = load(&visit, (&party, &slug, id), &asked).await?;
        let base = conflict::base(&now.parts(lang, &now.rows()));
        return answer::json(&Saved { revision: now.revision().into(), base });
    }
    let list = urls::version(&party, &slug, id, "schema");
    let next = at.from + PAGE;
    if next < at.proposal.columns.len() {
        let page = preview::with(table_address(&at.own, id, at.path.as_str()), "from", &next.to_string());
        return Ok(see_other(format!("{page}&done=saved")));
    }
    Ok(see_other(format!("{list}?done=saved")))
}

/// Shows what the other editor wrote beside what was typed.
async fn compare(visit: &Visit, at: &At, theirs: &[Part], mine: &[Part], typed: &Pairs, rows: &[Row]) -> Answer {
    let (lang, id) = (visit.lang(), at.own.dataset.id);
    let who = visit.as_person()?.read(move |tx, actor, _| last_change(tx, actor, id, lang)).await?;
    let place = conflict::Place {
        f: frame(visit, &at.own.party, &at.own.dataset, "task-schema"),
        crumb: (at.path.as_str().to_owned(), at.here()),
        action: at.here(),
        who,
    };
    let names = rows.iter().enumerate().map(|(i, row)| (format!("c{}_name", at.from + i), row.name.clone()));
    let more = names.chain([("wide".to_owned(), typed.get("wide").to_owned())]).collect();
    conflict::page_with(place, theirs, mine, typed.get("base"), &at.revision(), more)
}

//! The seller's page: which rows of a table everybody sees, which columns are masked, which statistics become public.

use super::super::edit::{Own, frame, own};
use super::super::quality;
use super::super::wizard::Pairs;
use super::form::{MOST_COLUMNS, rule as rule_of_form, written};
use super::{SampleView, choose_problem, desk_address, one, shown};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Visit, answer, see_other};
use crate::market::datasets::profiles;
use crate::market::datasets::samples::{self, Shown};
use crate::market::datasets::{File, MayChangeDataset, Version, VersionState, tables_of};
use crate::measure::Profile;
use crate::measure::disclosure::{Exactness, Pick, Rule};
use crate::measure::profile::ColumnProfile;
use crate::urls;
use crate::values::{Lang, VersionId};
use crate::web::layout::Frame;
use crate::web::sheet::{Field, Fields};
use crate::words;
use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

/// Tables that are offered for a look.
const TABLES: i64 = 100;

/// Which file.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct FileQuery {
    file: String,
}

/// One column of the form.
struct Row {
    at: usize,
    name: String,
    kind: String,
    masked: bool,
    /// Why it is withheld before the seller said anything.
    warning: String,
    grades: Vec<(String, String, bool)>,
    public: String,
}

#[derive(Template)]
#[template(path = "pages/disclosure.html")]
struct DisclosureView {
    f: Frame,
    crumbs: Vec<(String, String)>,
    /// The tables: path, address, current.
    files: Vec<(String, String, bool)>,
    path: String,
    notice: String,
    action: String,
    fields: Vec<Field>,
    rows: Vec<Row>,
    more: String,
    sample: Option<SampleView>,
    sample_note: String,
    faults: Vec<(String, String)>,
}

/// What the page is made of.
struct At {
    own: Own,
    version: Version,
    tables: Vec<File>,
    found: Option<(File, Shown, Option<Profile>, Option<SampleView>)>,
}

async fn load(visit: &Visit, at: (&str, &str, VersionId), asked: &FileQuery) -> Result<At, Problem> {
    let own = own(visit, at.0, at.1).await?;
    let version = own.versions.iter().find(|v| v.id == at.2).cloned().ok_or_else(Problem::not_found)?;
    let (id, wanted, lang) = (version.id, asked.file.clone(), visit.lang());
    let (tables, found) = visit
        .site
        .db
        .read(move |tx| {
            let tables = tables_of(tx, id, "", TABLES)?;
            let path = if wanted.is_empty() { tables.first().map(|f| f.path.clone()) } else { Some(wanted) };
            let Some(path) = path else { return Ok::<_, Problem>((tables, None)) };
            let (file, shown) = shown(tx, id, &path)?;
            let profile = profiles::of_file(tx, file.id)?.and_then(|m| m.profile);
            let sample = one(tx, lang, &file, &shown)?;
            Ok((tables, Some((file, shown, profile, sample))))
        })
        .await?;
    Ok(At { own, version, tables, found })
}

/// What everybody will read of a column.
fn public(lang: Lang, rule: &Rule, column: &ColumnProfile, rows: u64) -> String {
    let mut column = column.clone();
    rule.withdraw(&mut column);
    quality::in_words(lang, &column, rows)
}

fn rows(lang: Lang, rule: &Rule, profile: &Profile) -> Vec<Row> {
    let all = profile.rows.unwrap_or(0);
    let columns = profile.columns.iter().take(MOST_COLUMNS).enumerate();
    columns
        .map(|(at, column)| {
            let exactness = rule.exactness(&column.name);
            let kinds: Vec<String> = column
                .suspicions
                .iter()
                .map(|s| words::say(lang, &words::key("quality-personal", s.kind.as_str())))
                .collect();
            let comma = words::say(lang, "list-comma");
            Row {
                at,
                name: column.name.clone(),
                kind: column.kind.as_str().to_owned(),
                masked: rule.masked.contains(&column.name),
                warning: if kinds.is_empty() {
                    String::new()
                } else {
                    words::with(lang, "sample-suspicious", &[("kinds", &kinds.join(&comma))])
                },
                grades: Exactness::ALL
                    .iter()
                    .map(|e| {
                        let word = words::say(lang, &words::key("exactness", e.as_str()));
                        (e.as_str().to_owned(), word, *e == exactness)
                    })
                    .collect(),
                public: public(lang, rule, column, all),
            }
        })
        .collect()
}

fn fields(lang: Lang, rule: &Rule, revision: i64, typed: Option<&Pairs>, faults: &[Fault]) -> Vec<Field> {
    let kept = [
        ("pick", rule.pick.as_str().to_owned()),
        ("rows", rule.rows.to_string()),
        ("seed", rule.seed.to_string()),
        ("chosen", written(&rule.chosen)),
        ("revision", revision.to_string()),
    ];
    let value = |name: &str| match typed {
        Some(typed) => typed.get(name).to_owned(),
        None => kept.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone()).unwrap_or_default(),
    };
    let picks = Pick::ALL.iter().map(|p| {
        let key = words::key("pick", p.as_str());
        (p.as_str().to_owned(), words::say(lang, &key), words::say(lang, &format!("{key}-text")))
    });
    Fields::new(lang, faults)
        .keyed("pick", "sample_pick", "radio", &value("pick"), "")
        .choices(picks)
        .keyed("rows", "sample_rows", "text", &value("rows"), "")
        .half()
        .keyed("seed", "sample_seed", "text", &value("seed"), "")
        .half()
        .keyed("chosen", "sample_chosen", "text", &value("chosen"), "")
        .field("revision", "hidden", &value("revision"))
        .done()
}

fn render(visit: &Visit, at: At, typed: Option<&Pairs>, rule: Option<&Rule>, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let At { own, version, tables, found } = at;
    let crumbs = vec![
        (own.dataset.title(lang).to_owned(), urls::dataset_part(&own.party.slug, &own.dataset.slug, "edit")),
        (words::with(lang, "version-label", &[("label", &version.label)]), String::new()),
    ];
    let current = found.as_ref().map(|(file, ..)| file.path.clone()).unwrap_or_default();
    let link = |f: &File| (f.path.clone(), desk_address(&own, version.id, &f.path), f.path == current);
    let mut view = DisclosureView {
        f: frame(visit, &own.party, &own.dataset, "task-sample"),
        crumbs,
        files: if tables.len() > 1 { tables.iter().map(link).collect() } else { Vec::new() },
        path: current.clone(),
        notice: String::new(),
        action: desk_address(&own, version.id, &current),
        fields: Vec::new(),
        rows: Vec::new(),
        more: String::new(),
        sample: None,
        sample_note: String::new(),
        faults: faults
            .iter()
            .map(|f| (f.field.clone(), words::with(lang, f.message, &[("value", &f.value)])))
            .collect(),
    };
    match found {
        None => view.notice = say("sample-no-table"),
        Some((_, _, None, _)) => view.notice = say("sample-unmeasured"),
        Some((_, shown, Some(profile), sample)) => {
            if version.state != VersionState::Draft {
                view.notice = say("sample-published");
            }
            let rule = rule.unwrap_or(&shown.rule);
            view.fields = fields(lang, rule, shown.revision, typed, faults);
            view.rows = rows(lang, rule, &profile);
            let beyond = profile.columns.len().saturating_sub(MOST_COLUMNS);
            if beyond > 0 {
                view.more = words::with(lang, "sample-more-columns", &[("count", &beyond.to_string())]);
            }
            view.sample = sample;
            if view.sample.is_none() {
                view.sample_note = say(if shown.rule.pick == Pick::Nothing { "sample-none" } else { "sample-waits" });
            }
        }
    }
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    answer::html_as(status, &view)
}

pub(super) async fn page(
    visit: Visit,
    Path((party, slug, id)): Path<(String, String, VersionId)>,
    Query(asked): Query<FileQuery>,
) -> Answer {
    let at = load(&visit, (&party, &slug, id), &asked).await?;
    render(&visit, at, None, None, &[])
}

pub(super) async fn change(
    visit: Visit,
    Path((party, slug, id)): Path<(String, String, VersionId)>,
    Query(asked): Query<FileQuery>,
    form: Form<Pairs>,
) -> Answer {
    let typed = form.typed;
    let at = load(&visit, (&party, &slug, id), &asked).await?;
    let Some((file, shown, Some(profile), _)) = &at.found else { return Err(Problem::not_found()) };
    let columns: Vec<String> = profile.columns.iter().map(|c| c.name.clone()).collect();
    let rule = match rule_of_form(&typed, &shown.rule, &columns) {
        Ok(rule) => rule,
        Err(faults) => return render(&visit, at, Some(&typed), None, &faults),
    };
    let revision: i64 = typed.get("revision").parse().map_err(|_| Problem::bad_request("form"))?;
    let (dataset, path, chosen) = (at.own.dataset.id, file.path.clone(), rule.clone());
    let back = desk_address(&at.own, id, &path);
    let done = visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeDataset::of_samples(tx, actor, dataset)?;
            samples::choose(tx, may, (id, &path), revision, &chosen, now).map_err(choose_problem)
        })
        .await;
    match done {
        Ok(_) => Ok(see_other(format!("{back}&done=saved"))),
        Err(problem) if !problem.faults.is_empty() => render(&visit, at, Some(&typed), Some(&rule), &problem.faults),
        Err(problem) => Err(problem),
    }
}

//! The list of tasks of a dataset, its completeness, its versions, and what can be done to it as a whole.

use super::super::edit::{Own, dataset_mark, frame, own, version_problem};
use super::super::forms::VersionTyped;
use super::super::submission::is_review;
use super::super::{quality, views};
use super::{Draft, draft_of};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, answer, see_other};
use crate::market::datasets::completeness::{self, Found, Outcome, Task};
use crate::market::datasets::profiles::Measuring;
use crate::market::datasets::standards::Declared;
use crate::market::datasets::{self, MayChangeDataset, State, Version, VersionState};
use crate::urls;
use crate::values::Lang;
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Cell, Fields, FormView, Mark, Table};
use crate::words;
use actix_web::http::StatusCode;
use askama::Template;

/// A task as the list shows it.
struct TaskView {
    title: String,
    href: String,
    note: String,
    mark: Mark,
}

/// What a rule misses.
struct Missing {
    text: String,
    names: String,
    needed: bool,
    href: String,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/publish.html")]
struct PublishView {
    f: Frame,
    crumbs: Vec<(String, String)>,
    mark: Mark,
    label: String,
    lead: String,
    preview: Option<String>,
    tasks: Vec<TaskView>,
    met: usize,
    all: usize,
    missing: Vec<Missing>,
    blocks: Vec<Block>,
    faults: Vec<(String, String)>,
}

/// The addresses of the steps.
struct Steps {
    party: String,
    slug: String,
    version: Option<String>,
}
impl Steps {
    fn of(own: &Own, draft: &Draft) -> Self {
        let open = draft.version.as_ref().filter(|v| v.state == VersionState::Draft);
        Self {
            party: own.party.slug.clone(),
            slug: own.dataset.slug.clone(),
            version: open.map(|v| format!("versions/{}", v.id)),
        }
    }
    fn at(&self, part: &str) -> String {
        urls::dataset_part(&self.party, &self.slug, part)
    }
    /// A page of the draft; without a draft, the form that begins one.
    fn draft(&self, part: &str) -> String {
        self.version.as_ref().map_or_else(|| "#label".to_owned(), |v| self.at(&format!("{v}/{part}")))
    }
    fn task(&self, task: Task) -> String {
        match task {
            Task::Basics => self.at("texts"),
            Task::Card => self.at("card"),
            Task::Files => self.draft("edit"),
            Task::Schema => self.draft("schema"),
            Task::Licence => self.at("offers"),
        }
    }
}

fn done(lang: Lang) -> Mark {
    Mark { class: "ok", icon: "check", text: words::say(lang, "task-done") }
}
fn open(lang: Lang, count: usize) -> Mark {
    Mark { class: "warn", icon: "warn", text: words::with(lang, "task-open", &[("count", &count.to_string())]) }
}
fn waits(lang: Lang, key: &str) -> Mark {
    Mark { class: "draft", icon: "clock", text: words::say(lang, key) }
}

/// How a task stands by its rules: open points, or done.
fn by_rules(lang: Lang, outcomes: &[Outcome], task: Task) -> Mark {
    let missing = outcomes.iter().filter(|o| o.rule.task == task && matches!(o.found, Found::Missing(_))).count();
    if missing == 0 { done(lang) } else { open(lang, missing) }
}

/// What the list says about the files and the columns of the draft.
fn notes(lang: Lang, draft: &Draft, version: Option<&Version>) -> (String, String) {
    let files = version.map_or_else(
        || words::say(lang, "task-needs-version"),
        |v| {
            let count = words::with(lang, "files-count", &[("count", &words::number(v.files_count))]);
            format!("{count}{}{}", words::say(lang, "list-comma"), views::size(v.size_bytes))
        },
    );
    let columns = draft.coverage.columns.to_string();
    let schema = if draft.coverage.columns > 0 {
        words::with(lang, "task-schema-count", &[("count", &columns)])
    } else {
        words::say(lang, "task-schema-text")
    };
    (files, schema)
}

fn tasks(lang: Lang, draft: &Draft, steps: &Steps) -> Vec<TaskView> {
    let say = |key: &str| words::say(lang, key);
    let begun = steps.version.is_some();
    let version = draft.version.as_ref().filter(|_| begun);
    let (files_note, schema_note) = notes(lang, draft, version);
    let tabular = version.is_some_and(|v| v.columns_count.is_some());
    let by_rules = |task| by_rules(lang, &draft.outcomes, task);
    let when = |ready: bool, mark: Mark, other: &str| if ready { mark } else { waits(lang, other) };
    let unmet = draft.conditions.iter().filter(|c| !c.met && !is_review(c)).count();
    let publish = if unmet == 0 { Mark { text: say("task-ready"), ..done(lang) } } else { open(lang, unmet) };
    let offers = words::with(lang, "task-offers-count", &[("count", &draft.offers.len().to_string())]);
    let look = waits(lang, "task-look");
    let task = |key: &str, href: String, note: String, mark: Mark| TaskView { title: say(key), href, note, mark };
    let level = if draft.graded { done(lang) } else { open(lang, 1) };
    let files_here = version.is_some_and(|v| v.files_count > 0);
    vec![
        task("task-basics", steps.task(Task::Basics), say("task-basics-text"), by_rules(Task::Basics)),
        task("task-card", steps.task(Task::Card), say("task-card-text"), by_rules(Task::Card)),
        task("task-level", steps.at("level"), say("task-level-text"), level),
        task("task-files", steps.task(Task::Files), files_note, when(files_here, done(lang), "task-not-yet")),
        task(
            "task-schema",
            steps.task(Task::Schema),
            schema_note,
            when(tabular, by_rules(Task::Schema), "task-no-tables"),
        ),
        quality(lang, draft, steps),
        sample(lang, draft, steps),
        standard(lang, draft, steps),
        task("task-licence", steps.task(Task::Licence), offers, by_rules(Task::Licence)),
        task("task-preview", preview_of(steps), say("task-preview-text"), when(begun, look, "task-not-yet")),
        task("task-submit", steps.draft("submit"), say("task-submit-text"), when(begun, publish, "task-not-yet")),
    ]
}

/// How far measuring is, and what came of it.
fn quality(lang: Lang, draft: &Draft, steps: &Steps) -> TaskView {
    let count = |wanted: &[Measuring]| -> i64 {
        draft.measured.iter().filter(|(state, _)| wanted.contains(state)).map(|(_, n)| *n).sum()
    };
    let (open, refused) = (count(&[Measuring::Waiting, Measuring::Running]), count(&[Measuring::Refused]));
    let all: i64 = draft.measured.iter().map(|(_, n)| *n).sum();
    let number = |key: &str, n: i64| words::with(lang, key, &[("count", &words::number(n))]);
    let mark = if steps.version.is_none() || all == 0 {
        waits(lang, "task-not-yet")
    } else if open > 0 {
        Mark { text: number("task-measuring", open), ..waits(lang, "task-not-yet") }
    } else if refused > 0 {
        Mark { class: "warn", icon: "warn", text: number("task-unmeasured", refused) }
    } else {
        done(lang)
    };
    let note = draft.tenths.filter(|_| open == 0).and_then(|t| u64::try_from(t).ok()).map_or_else(
        || words::say(lang, "task-quality-text"),
        |t| words::with(lang, "quality-score", &[("points", &quality::tenths(t))]),
    );
    TaskView { title: words::say(lang, "task-quality"), href: steps.draft("measurement"), note, mark }
}

/// What everybody will see before they have a grant; without a choice it is the usual.
fn sample(lang: Lang, draft: &Draft, steps: &Steps) -> TaskView {
    let tabular = steps.version.is_some() && draft.version.as_ref().is_some_and(|v| v.columns_count.is_some());
    let mark = match draft.chosen {
        _ if !tabular => waits(lang, "task-no-tables"),
        0 => waits(lang, "task-usual"),
        _ => done(lang),
    };
    let (title, note) = (words::say(lang, "task-sample"), words::say(lang, "task-sample-text"));
    TaskView { title, href: steps.draft("sample"), note, mark }
}

/// Which standards are declared, and whether the files conform.
fn standard(lang: Lang, draft: &Draft, steps: &Steps) -> TaskView {
    let declared: &[Declared] = if steps.version.is_some() { &draft.declared } else { &[] };
    let broken = declared.iter().filter(|d| d.conforms() == Some(false)).count();
    let unchecked = declared.iter().filter(|d| d.conforms().is_none()).count();
    let mark = if steps.version.is_none() {
        waits(lang, "task-not-yet")
    } else if declared.is_empty() {
        waits(lang, "task-free")
    } else if broken > 0 {
        Mark { class: "warn", icon: "warn", text: words::say(lang, "task-breaks") }
    } else if unchecked > 0 {
        waits(lang, "task-checking")
    } else {
        done(lang)
    };
    let names: Vec<String> =
        declared.iter().map(|d| format!("{} {}", d.standard.title(lang), d.standard.label)).collect();
    let note = if names.is_empty() {
        words::say(lang, "task-standards-text")
    } else {
        names.join(&words::say(lang, "list-comma"))
    };
    TaskView { title: words::say(lang, "task-standards"), href: steps.draft("conformance"), note, mark }
}

fn preview_of(steps: &Steps) -> String {
    let address = urls::dataset(&steps.party, &steps.slug);
    if steps.version.is_some() { format!("{address}?preview=1") } else { address }
}

/// What the rules miss, needed things first.
fn missing(lang: Lang, outcomes: &[Outcome], steps: &Steps) -> Vec<Missing> {
    let mut list: Vec<Missing> = outcomes
        .iter()
        .filter_map(|o| match &o.found {
            Found::Missing(names) => Some(Missing {
                text: words::say(lang, &format!("rule-{}", o.rule.code)),
                names: names.clone(),
                needed: o.rule.needed,
                href: steps.task(o.rule.task),
            }),
            Found::Met | Found::Beside => None,
        })
        .collect();
    list.sort_by_key(|m| !m.needed);
    list
}

/// The versions, the form that begins one, and what can be done to the dataset as a whole.
fn blocks(lang: Lang, own: &Own, typed: &VersionTyped, faults: &[Fault]) -> Vec<Block> {
    let say = |key: &str| words::say(lang, key);
    let (dataset, party) = (&own.dataset, &own.party);
    let at = |part: &str| urls::dataset_part(&party.slug, &dataset.slug, part);
    let rows = own.versions.iter().map(|v| {
        vec![
            Cell::link(v.label.clone(), urls::version(&party.slug, &dataset.slug, v.id, "edit")),
            Cell::mark(views::version_mark(lang, v.state)),
            Cell::time_or(lang, v.published_at, "not-yet"),
            Cell::text(v.change_note.clone()),
        ]
    });
    let table = Table {
        label: say("tab-versions"),
        heads: ["version", "head-state", "head-released", "head-note"].map(|k| (say(k), false)).to_vec(),
        rows: rows.collect(),
        empty: (say("versions-empty"), say("versions-begin-text"), None),
        next: None,
    };
    let mut list = vec![Block::Heading(say("tab-versions")), Block::Table(table)];
    if !own.versions.iter().any(|v| v.state == VersionState::Draft) {
        let fields = Fields::new(lang, faults)
            .field("label", "text", &typed.label)
            .half()
            .field("change_note", "area", &typed.change_note)
            .done();
        list.push(Block::Form(FormView {
            heading: say("begin-version"),
            action: at("versions"),
            fields,
            button: say("begin-version"),
            class: "primary",
            ..FormView::default()
        }));
    }
    let button = |key: &str, part: &str, class| {
        Block::Form(FormView {
            heading: say(key),
            lead: say(&format!("{key}-text")),
            action: at(part),
            button: say(key),
            class,
            ..FormView::default()
        })
    };
    match dataset.state {
        State::Draft => {}
        State::Listed => list.push(button("withdraw-dataset", "withdrawal", "danger")),
        State::Withdrawn => list.push(button("relist-dataset", "relisting", "")),
    }
    list
}

async fn show(visit: &Visit, own: &Own, typed: &VersionTyped, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let draft = draft_of(visit, own).await?;
    let steps = Steps::of(own, &draft);
    let (met, all) = completeness::points(&draft.outcomes);
    let open = draft.version.as_ref().filter(|_| steps.version.is_some());
    let mut f = frame(visit, &own.party, &own.dataset, "dataset-desk");
    own.dataset.title(lang).clone_into(&mut f.title);
    let view = PublishView {
        f,
        crumbs: vec![(words::say(lang, "nav-sell"), urls::SELL.to_owned())],
        mark: dataset_mark(lang, own.dataset.state),
        label: open.map(|v| words::with(lang, "version-label", &[("label", &v.label)])).unwrap_or_default(),
        lead: words::say(lang, if own.dataset.state == State::Draft { "tasks-lead" } else { "tasks-lead-listed" }),
        preview: steps.version.as_ref().map(|_| preview_of(&steps)),
        tasks: tasks(lang, &draft, &steps),
        met,
        all,
        missing: missing(lang, &draft.outcomes, &steps),
        blocks: blocks(lang, own, typed, faults),
        faults: faults
            .iter()
            .map(|f| (f.field.clone(), words::with(lang, f.message, &[("value", &f.value)])))
            .collect(),
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    answer::html_as(status, &view)
}

pub(super) async fn page(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let label = if own.versions.is_empty() { "1.0.0".to_owned() } else { String::new() };
    show(&visit, &own, &VersionTyped { label, ..VersionTyped::default() }, &[]).await
}

pub(super) async fn begin_version(
    visit: Visit,
    Path((party, slug)): Path<(String, String)>,
    form: Form<VersionTyped>,
) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let (label, note) = match form.typed.parse() {
        Ok(values) => values,
        Err(faults) => return show(&visit, &own, &form.typed, &faults).await,
    };
    let id = own.dataset.id;
    let made = visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeDataset::check(tx, actor, id)?;
            datasets::begin_version(tx, may, &label, &note, now).map_err(version_problem)
        })
        .await;
    match made {
        Ok(_) => Ok(see_other(format!("{}?done=version-begun", urls::dataset_part(&party, &slug, "edit")))),
        Err(Problem { faults, .. }) if !faults.is_empty() => show(&visit, &own, &form.typed, &faults).await,
        Err(problem) => Err(problem),
    }
}

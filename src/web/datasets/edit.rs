//! Pages of a seller: own datasets, beginning one, withdrawal; the wizard has the rest.

use super::forms::{DatasetTyped, KINDS, SECTORS, USE_CASES};
use super::named;
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::datasets::{
    self, Dataset, DatasetError, Level, MayBegin, MayChangeDataset, State, Version, VersionError,
};
use crate::market::parties::{self, Party, Role};
use crate::routes;
use crate::urls;
use crate::values::{DatasetId, Lang, Line, Prose};
use crate::web::accounts::forms::{Nothing, fault};
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Cell, Field, Fields, FormView, Mark, Sheet, Table};
use crate::words;

routes! {
    get "/sell" SignedIn => sell,
    get "/datasets/new" SignedIn => new_page,
    post "/datasets/new" SignedIn => create,
    post "/datasets/{party}/{slug}/withdrawal" SignedIn => withdraw,
    post "/datasets/{party}/{slug}/relisting" SignedIn => relist,
    get "/datasets/{party}/{slug}/versions/{version}/edit" SignedIn => super::version_desk::version_page,
    post "/datasets/{party}/{slug}/versions/{version}/files" SignedIn => super::version_desk::upload_form,
    post "/datasets/{party}/{slug}/versions/{version}/files/{file}/removal" SignedIn => super::version_desk::remove_file,
    post "/datasets/{party}/{slug}/versions/{version}/publication" SignedIn => super::version_desk::publish,
    post "/datasets/{party}/{slug}/versions/{version}/recall" SignedIn => super::version_desk::recall,
    get "/datasets/{party}/{slug}/journal" SignedIn => journal,
}

/// The frame of a dataset's working pages.
pub(in crate::web) fn frame(visit: &Visit, party: &Party, dataset: &Dataset, key: &str) -> Frame {
    let at = |part: &str| urls::dataset_part(&party.slug, &dataset.slug, part);
    Frame::titled(visit, key).beside(
        dataset.title(visit.lang()),
        vec![
            (at("edit"), "dataset-desk", "list"),
            (at("texts"), "task-basics", "pen"),
            (at("card"), "task-card", "file"),
            (at("level"), "level", "seal"),
            (at("offers"), "offers", "deed"),
            (at("relicence"), "relicence-holders", "swap"),
            (at("journal"), "journal", "chart"),
            (urls::dataset(&party.slug, &dataset.slug), "buyers-view", "right"),
            (urls::SELL.to_owned(), "nav-sell", "left"),
        ],
    )
}

/// The state of a dataset as a mark.
pub(super) fn dataset_mark(lang: Lang, state: State) -> Mark {
    let (class, icon) = match state {
        State::Draft => ("draft", "pen"),
        State::Listed => ("ok", "check"),
        State::Withdrawn => ("plain", "pause"),
    };
    Mark { class, icon, text: words::say(lang, &format!("dataset-{}", state.as_str())) }
}

async fn sell(visit: Visit) -> Answer {
    let (actor, lang) = (visit.person()?.clone(), visit.lang());
    let (list, own) = visit
        .site
        .db
        .read(move |tx| Ok::<_, Problem>((datasets::of_actor(tx, &actor)?, parties::own(tx, &actor)?)))
        .await?;
    let say = |key: &str| words::say(lang, key);
    let rows = list
        .iter()
        .filter_map(|d| own.iter().find(|(p, _)| p.id == d.party_id).map(|(p, roles)| (d, p, roles)))
        .map(|(d, p, roles)| {
            // Only who publishes may open the desk; the others see where it stands.
            let title = if roles.has(Role::Publisher) {
                Cell::link(d.title(lang), urls::dataset_part(&p.slug, &d.slug, "edit"))
            } else if d.state == State::Listed {
                Cell::link(d.title(lang), urls::dataset(&p.slug, &d.slug))
            } else {
                Cell::text(d.title(lang))
            };
            vec![
                title.with_small(p.name(lang)),
                Cell::mark(dataset_mark(lang, d.state)),
                Cell::time(lang, d.updated_at),
            ]
        })
        .collect();
    let heads = ["dataset", "head-state", "head-changed"].map(|k| (say(k), false)).to_vec();
    let publishes = own.iter().any(|(_, r)| r.has(Role::Publisher));
    let begin = if publishes {
        Some((say("begin-dataset"), urls::DATASET_NEW.to_owned(), "primary"))
    } else {
        // Whoever acts for an organisation already, but may not publish, asks its owner for the role.
        own.is_empty().then(|| (say("found-organisation"), "/organisations/new".to_owned(), "primary"))
    };
    let import = publishes.then(|| (say("import-dataset"), urls::DATASET_IMPORT.to_owned(), ""));
    let links = begin.into_iter().chain(import).chain([
        (say("nav-inbox"), urls::INBOX.to_owned(), ""),
        (say("given-grants"), format!("{}?side=seller", urls::GRANTS), ""),
        (say("nav-orders"), urls::ORDERS.to_owned(), ""),
    ]);
    let table = Table {
        label: say("nav-sell"),
        heads,
        rows,
        empty: (say("sell-empty"), say("sell-empty-text"), None),
        next: None,
    };
    Sheet::new(Frame::titled(&visit, "nav-sell"))
        .lead(say("sell-lead"))
        .put(Block::Links(links.collect()))
        .put(Block::Table(table))
        .answer()
}

fn choices(lang: Lang, list: &[&str], stem: &str) -> Vec<(String, String, String)> {
    list.iter()
        .map(|v| ((*v).to_owned(), words::say(lang, &words::key(stem, &v.to_lowercase())), String::new()))
        .collect()
}

pub(super) fn card_fields(lang: Lang, typed: &DatasetTyped, faults: &[Fault], own: &[(String, String)]) -> Vec<Field> {
    let mut fields = Fields::new(lang, faults);
    if !own.is_empty() {
        let list = own.iter().map(|(slug, name)| (slug.clone(), name.clone(), String::new()));
        fields = fields.keyed("organisation", "owner", "select", &typed.organisation, "").choices(list).keyed(
            "slug",
            "dataset_slug",
            "text",
            &typed.slug,
            "",
        );
    }
    fields = fields
        .field("title_zh", "text", &typed.title_zh)
        .field("title_en", "text", &typed.title_en)
        .field("summary_zh", "area", &typed.summary_zh)
        .field("summary_en", "area", &typed.summary_en)
        .field("use_case", "select", &typed.use_case)
        .choices(choices(lang, USE_CASES, "use"))
        .field("sector", "select", &typed.sector)
        .choices(choices(lang, SECTORS, "sector"))
        .keyed("kind", "data_kind", "select", &typed.kind, "")
        .choices(choices(lang, KINDS, "kind"))
        .field("level", "hidden", &typed.level)
        .field("source_statement", "area", &typed.source_statement)
        .field("card_zh", "area", &typed.card_zh)
        .field("card_en", "area", &typed.card_en)
        .field("contact", "text", &typed.contact);
    fields.done()
}

pub(super) async fn publishing(visit: &Visit) -> Result<Vec<(String, String)>, Problem> {
    let (actor, lang) = (visit.person()?.clone(), visit.lang());
    let own = visit.site.db.read(move |tx| Ok::<_, Problem>(parties::own(tx, &actor)?)).await?;
    Ok(own
        .into_iter()
        .filter(|(_, r)| r.has(Role::Publisher))
        .map(|(p, _)| (p.slug.clone(), p.name(lang).to_owned()))
        .collect())
}

async fn new_sheet(visit: &Visit, typed: &DatasetTyped, faults: &[Fault]) -> Answer {
    let (lang, own) = (visit.lang(), publishing(visit).await?);
    let sheet = Sheet::new(Frame::titled(visit, "begin-dataset"))
        .crumb(words::say(lang, "nav-sell"), urls::SELL)
        .lead(words::say(lang, "begin-lead"))
        .faulty(faults);
    if own.is_empty() {
        let found = (words::say(lang, "found-organisation"), "/organisations/new".to_owned(), "primary");
        return sheet
            .put(Block::Notice("warn", "warn", words::say(lang, "no-publisher")))
            .put(Block::Links(vec![found]))
            .answer();
    }
    let form = FormView {
        action: urls::DATASET_NEW.to_owned(),
        fields: card_fields(lang, typed, faults, &own),
        button: words::say(lang, "begin-dataset"),
        class: "primary",
        ..FormView::default()
    };
    sheet.put(Block::Form(form)).answer()
}

async fn new_page(visit: Visit) -> Answer {
    let typed = DatasetTyped { sector: "C".to_owned(), level: Level::General.to_string(), ..DatasetTyped::default() };
    new_sheet(&visit, &typed, &[]).await
}

/// Turns a failed change of a dataset into a problem.
pub(super) fn dataset_problem(error: DatasetError) -> Problem {
    match error {
        DatasetError::Taken => Problem::invalid(vec![fault("slug", "fault-taken")]),
        DatasetError::Level => Problem::invalid(vec![fault("level", "fault-level")]),
        DatasetError::Overtaken => Problem::conflict("overtaken"),
        DatasetError::State(_) => Problem::conflict("wrong-state"),
        DatasetError::Refused(refused) => refused.into(),
        DatasetError::Store(error) => error.into(),
    }
}

async fn create(visit: Visit, form: Form<DatasetTyped>) -> Answer {
    let typed = form.typed;
    let (slug, card) = match typed.parse_new() {
        Ok(values) => values,
        Err(faults) => return new_sheet(&visit, &typed, &faults).await,
    };
    let (actor, now, party, name) =
        (visit.person()?.clone(), visit.now(), typed.organisation.clone(), slug.to_string());
    let made: Result<DatasetId, Problem> = visit
        .site
        .db
        .write_once(form.once, now, move |tx| {
            let party = parties::find_by_slug(tx, &party)?.ok_or_else(Problem::not_found)?;
            let may = MayBegin::check(tx, &actor, party.id)?;
            let id = datasets::begin(tx, may, &slug, &card, now).map_err(dataset_problem)?;
            // Files need a version: the first one is begun with the dataset.
            let may = MayChangeDataset::check(tx, &actor, id)?;
            let label = Line::parse("1.0.0").map_err(|e| Problem::broken(&e))?;
            datasets::begin_version(tx, may, &label, &Prose::default(), now).map_err(version_problem)?;
            Ok(id)
        })
        .await;
    match made {
        Ok(_) => {
            Ok(see_other(format!("{}?done=dataset-begun", urls::dataset_part(&typed.organisation, &name, "edit"))))
        }
        Err(problem) if !problem.faults.is_empty() => new_sheet(&visit, &typed, &problem.faults).await,
        Err(problem) => Err(problem),
    }
}

/// A dataset with its publisher's view.
pub(in crate::web) struct Own {
    pub dataset: Dataset,
    pub party: Party,
    pub versions: Vec<Version>,
    /// Whether its texts may change now, or only through a review.
    pub texts_open: bool,
}
impl Own {
    /// What stands above forms of texts that cannot be saved now.
    pub(super) fn texts_notice(&self, lang: Lang) -> Option<Block> {
        (!self.texts_open).then(|| Block::Notice("warn", "lock", words::say(lang, "texts-closed")))
    }
}

/// Finds a dataset for its publisher.
pub(in crate::web) async fn own(visit: &Visit, party: &str, slug: &str) -> Result<Own, Problem> {
    let (actor, party, slug) = (visit.person()?.clone(), party.to_owned(), slug.to_owned());
    visit
        .site
        .db
        .read(move |tx| {
            let (dataset, party) = named(tx, Some(&actor), &party, &slug)?;
            MayChangeDataset::beside_review(tx, &actor, dataset.id)?;
            let versions = datasets::versions_of(tx, dataset.id, true)?;
            let texts_open = datasets::texts_condition(tx, &dataset)?.met;
            Ok::<_, Problem>(Own { dataset, party, versions, texts_open })
        })
        .await
}

async fn withdraw(visit: Visit, Path((party, slug)): Path<(String, String)>, _form: Form<Nothing>) -> Answer {
    let (actor, now, id) = (visit.person()?.clone(), visit.now(), own(&visit, &party, &slug).await?.dataset.id);
    visit
        .site
        .db
        .write(move |tx| {
            let may = MayChangeDataset::beside_review(tx, &actor, id)?;
            datasets::withdraw(tx, may, now).map_err(dataset_problem)
        })
        .await?;
    Ok(see_other(format!("{}?done=dataset-withdrawn", urls::dataset_part(&party, &slug, "edit"))))
}

async fn relist(visit: Visit, Path((party, slug)): Path<(String, String)>, _form: Form<Nothing>) -> Answer {
    let (actor, now, id) = (visit.person()?.clone(), visit.now(), own(&visit, &party, &slug).await?.dataset.id);
    visit
        .site
        .db
        .write(move |tx| {
            let may = MayChangeDataset::beside_review(tx, &actor, id)?;
            datasets::relist(tx, may, now).map_err(dataset_problem)
        })
        .await?;
    Ok(see_other(format!("{}?done=saved", urls::dataset_part(&party, &slug, "edit"))))
}

/// Turns a failed change of a version into a problem.
pub(super) fn version_problem(error: VersionError) -> Problem {
    match error {
        VersionError::Taken => Problem::invalid(vec![fault("label", "fault-taken")]),
        VersionError::State(_) => Problem::conflict("wrong-state"),
        VersionError::Refused(refused) => refused.into(),
        VersionError::Store(error) => error.into(),
    }
}

async fn journal(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let (actor, id, lang) = (visit.person()?.clone(), own.dataset.id, visit.lang());
    let mut entries = visit.site.db.read(move |tx| Ok::<_, Problem>(datasets::journal_of(tx, &actor, id)?)).await?;
    entries.reverse();
    Sheet::new(frame(&visit, &own.party, &own.dataset, "journal"))
        .put(crate::web::journal::table(lang, &entries, None))
        .answer()
}
